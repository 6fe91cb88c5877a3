//! What the global options and the surroundings mean.

use super::args::{ColorChoice, Global};
use super::{Failure, Painter};
use jiff::civil::Date;
use std::env;
use std::path::{Path, PathBuf};

/// Where and when a command runs, and how it may print.
#[derive(Debug)]
pub struct Context {
    /// The working directory.
    pub cwd: PathBuf,
    /// The day that counts as today.
    pub today: Date,
    root: Option<PathBuf>,
    color: ColorChoice,
}

impl Context {
    /// Reads the surroundings once, so that nothing below has to.
    pub fn new(global: &Global) -> Result<Self, Failure> {
        let cwd = env::current_dir()
            .map_err(|error| Failure::new(format!("the working directory cannot be read: {error}")))?;
        Ok(Self { cwd, today: today(global.today)?, root: global.root.clone(), color: global.color })
    }

    /// The root of the knowledge base: `--root`, else the nearest folder from here upwards with a `segue.toml`.
    pub fn root(&self) -> Result<PathBuf, Failure> {
        if let Some(root) = &self.root {
            let root = self.cwd.join(root);
            if root.join("segue.toml").is_file() {
                return Ok(root);
            }
            return Err(Failure::new(format!("there is no segue.toml in {}", root.display()))
                .help("--root names the folder that holds segue.toml; `segue init` makes one"));
        }
        self.above().ok_or_else(|| {
            Failure::new(format!("no segue.toml in {} or any folder above it", self.cwd.display()))
                .help("go into a knowledge base, name it with --root DIR, or make one with `segue init`")
        })
    }

    /// The root, for commands that do without one: only a wrong `--root` is a fault.
    pub fn found_root(&self) -> Result<Option<PathBuf>, Failure> {
        if self.root.is_some() { self.root().map(Some) } else { Ok(self.above()) }
    }

    fn above(&self) -> Option<PathBuf> {
        self.cwd.ancestors().find(|folder| folder.join("segue.toml").is_file()).map(Path::to_path_buf)
    }

    /// Paints what goes to standard output.
    pub fn stdout(&self) -> Painter {
        Painter::stdout(self.color)
    }

    /// Paints what goes to standard error.
    pub fn stderr(&self) -> Painter {
        Painter::stderr(self.color)
    }
}

/// `--today`, else the day of `SOURCE_DATE_EPOCH` in UTC, else the machine's date.
fn today(given: Option<Date>) -> Result<Date, Failure> {
    if let Some(day) = given {
        return Ok(day);
    }
    let Some(epoch) = env::var_os("SOURCE_DATE_EPOCH") else {
        return Ok(jiff::Zoned::now().date());
    };
    let seconds = epoch.to_str().and_then(|text| text.parse().ok());
    let moment = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    moment.map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC).date()).ok_or_else(|| {
        Failure::new(format!("SOURCE_DATE_EPOCH is not a moment: {}", epoch.display()))
            .help("it counts the seconds since 1970-01-01, as in SOURCE_DATE_EPOCH=1772409600; or use --today")
    })
}
