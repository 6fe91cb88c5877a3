//! Runs `segue` over corpora and tells how long it took, what it needed and what came out.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::corpus::{self, Recipe};

/// What is to be measured.
#[derive(Debug)]
pub struct Plan {
    /// The program.
    pub segue: PathBuf,
    /// Where corpora and sites are made; what an earlier run left there is replaced.
    pub work: PathBuf,
    /// The sizes of the corpora.
    pub sizes: Vec<usize>,
    /// How often each time is taken; the median counts.
    pub runs: usize,
}

/// The figures of one corpus, by the name of the row they stand in.
pub type Figures = BTreeMap<Row, f64>;

/// A row of the table, in the table's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// Bytes of Markdown.
    Content,
    /// Seconds of `segue check`.
    Check,
    /// Its peak of memory, in bytes.
    CheckMemory,
    /// Seconds of `segue build` with nothing there.
    Full,
    /// Its peak of memory, in bytes.
    FullMemory,
    /// Seconds of `segue build` over its own output.
    Unchanged,
    /// Seconds of `segue build` after one handoff was edited.
    Edited,
    /// Files in the site.
    Files,
    /// Bytes of the site.
    Bytes,
    /// Files of the search index.
    IndexFiles,
    /// Bytes of the search index.
    Index,
    /// The index's bytes in a hundred of the content's.
    IndexShare,
    /// Seconds that `cp -r` takes for the site.
    Copy,
    /// The full build's time less 2 s, in copies: at most 2 is asked for.
    CopyRatio,
}

/// Measures every size in turn, telling `progress` what is being done.
pub fn run(plan: &Plan, progress: &dyn Fn(&str)) -> io::Result<Vec<(usize, Figures)>> {
    plan.sizes
        .iter()
        .map(|&handoffs| {
            progress(&format!("{handoffs} handoffs: making the corpus"));
            let root = plan.work.join(handoffs.to_string());
            clear(&root)?;
            let written = corpus::write(&root.join("base"), Recipe { handoffs, seed: 1 })?;
            let mut figures = measure(plan, &root, &|step| progress(&format!("{handoffs} handoffs: {step}")))?;
            figures.insert(Row::Content, written.bytes as f64);
            if let Some(index) = figures.get(&Row::Index) {
                figures.insert(Row::IndexShare, 100.0 * index / written.bytes as f64);
            }
            Ok((handoffs, figures))
        })
        .collect()
}

fn measure(plan: &Plan, root: &Path, progress: &dyn Fn(&str)) -> io::Result<Figures> {
    let (base, out, copy) = (&root.join("base"), &root.join("site"), &root.join("copy"));
    let segue = |command: &str| {
        let mut segue = Command::new(&plan.segue);
        segue.current_dir(base).arg(command).env("SOURCE_DATE_EPOCH", EPOCH).env("NO_COLOR", "1");
        if command == "build" {
            segue.arg("--out").arg(out);
        }
        segue
    };
    let mut figures = Figures::new();
    let mut note = |row, memory: Option<Row>, runs: Vec<Run>| {
        figures.insert(row, median(runs.iter().map(|run| run.time.as_secs_f64())));
        let peaks: Option<Vec<f64>> = runs.iter().map(|run| run.peak.map(|peak| peak as f64)).collect();
        if let (Some(memory), Some(peaks)) = (memory, peaks) {
            figures.insert(memory, median(peaks));
        }
    };

    progress("check");
    note(Row::Check, Some(Row::CheckMemory), repeat(plan.runs, || timed(&mut segue("check")))?);
    progress("full build");
    let full = repeat(plan.runs, || {
        clear(out)?;
        clear(&base.join(CACHE))?;
        timed(&mut segue("build"))
    })?;
    note(Row::Full, Some(Row::FullMemory), full);
    progress("build with nothing changed");
    note(Row::Unchanged, None, repeat(plan.runs, || timed(&mut segue("build")))?);
    progress("build after one edit");
    let edited = first_handoff(&base.join("content/handoffs"))?;
    let mut times = 0;
    let after_edit = repeat(plan.runs, || {
        times += 1;
        let text = fs::read_to_string(&edited).map_err(|error| corpus::at(&edited, &error))?;
        let text = format!("{text}\nEdit number {times}: the workshop moves to Thursday.\n");
        fs::write(&edited, text).map_err(|error| corpus::at(&edited, &error))?;
        timed(&mut segue("build"))
    })?;
    note(Row::Edited, None, after_edit);
    if cfg!(unix) {
        progress("copy of the site");
        let copies = repeat(plan.runs, || {
            clear(copy)?;
            timed(Command::new("cp").arg("-r").arg(out).arg(copy))
        })?;
        note(Row::Copy, None, copies);
        clear(copy)?;
    }

    let (files, bytes) = size_of(out)?;
    figures.insert(Row::Files, files as f64);
    figures.insert(Row::Bytes, bytes as f64);
    let index = out.join(INDEX);
    if index.is_dir() {
        let (files, bytes) = size_of(&index)?;
        figures.insert(Row::IndexFiles, files as f64);
        figures.insert(Row::Index, bytes as f64);
    }
    if let (Some(full), Some(copy)) = (figures.get(&Row::Full), figures.get(&Row::Copy)) {
        figures.insert(Row::CopyRatio, ((full - 2.0) / copy).max(0.0));
    }
    Ok(figures)
}

/// The corpora's day in seconds since 1970: the start of [`crate::calendar::TODAY`] in UTC.
const EPOCH: &str = "1795392000";

/// Where a build keeps what the next one may use, below the root of the knowledge base.
const CACHE: &str = ".segue";

/// Where the search index stands in the site.
const INDEX: &str = "search/index";

struct Run {
    time: Duration,
    peak: Option<u64>,
}

fn repeat(runs: usize, mut once: impl FnMut() -> io::Result<Run>) -> io::Result<Vec<Run>> {
    (0..runs.max(1)).map(|_| once()).collect()
}

fn timed(command: &mut Command) -> io::Result<Run> {
    let called = format!("{command:?}");
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| io::Error::new(error.kind(), format!("{called}: {error}")))?;
    let mut peak = None;
    let status = loop {
        // The peak only ever rises, so that the last look before the end is as good as one at the end.
        peak = peak_memory(child.id()).or(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        thread::sleep(Duration::from_millis(2));
    };
    let time = started.elapsed();
    if status.success() { Ok(Run { time, peak }) } else { Err(io::Error::other(format!("{called}: {status}"))) }
}

/// What the system says is the most memory that a running process has had; nothing where it does not say.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

fn first_handoff(folder: &Path) -> io::Result<PathBuf> {
    let mut entries: Vec<PathBuf> = list(folder)?;
    entries.sort();
    let first = entries.into_iter().next().ok_or_else(|| io::Error::other("no handoff to edit"))?;
    if first.extension() == Some(OsStr::new("md")) { Ok(first) } else { first_handoff(&first) }
}

fn size_of(folder: &Path) -> io::Result<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for path in list(folder)? {
        let about = fs::symlink_metadata(&path).map_err(|error| corpus::at(&path, &error))?;
        let (more_files, more_bytes) = if about.is_dir() { size_of(&path)? } else { (1, about.len()) };
        files += more_files;
        bytes += more_bytes;
    }
    Ok((files, bytes))
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
        .map_err(|error| corpus::at(folder, &error))
}

fn clear(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(corpus::at(path, &error)),
        _ => Ok(()),
    }
}

fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    if figures.len().is_multiple_of(2) { f64::midpoint(figures[middle - 1], figures[middle]) } else { figures[middle] }
}

impl Row {
    /// All rows in order, each with what it is called.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Content, "content"),
        (Self::Check, "check"),
        (Self::CheckMemory, "check, peak memory"),
        (Self::Full, "full build"),
        (Self::FullMemory, "full build, peak memory"),
        (Self::Unchanged, "build, nothing changed"),
        (Self::Edited, "build after one edit"),
        (Self::Files, "files in the site"),
        (Self::Bytes, "bytes of the site"),
        (Self::IndexFiles, "files of the index"),
        (Self::Index, "bytes of the index"),
        (Self::IndexShare, "index / content"),
        (Self::Copy, "cp -r of the site"),
        (Self::CopyRatio, "(full build - 2 s) / cp -r"),
    ];

    fn show(self, figure: f64) -> String {
        match self {
            Self::Check | Self::Full | Self::Unchanged | Self::Edited | Self::Copy => format!("{figure:.2} s"),
            Self::Content | Self::CheckMemory | Self::FullMemory | Self::Bytes | Self::Index => {
                format!("{:.1} MB", figure / 1e6)
            }
            Self::Files | Self::IndexFiles => format!("{figure:.0}"),
            Self::IndexShare => format!("{figure:.1} %"),
            Self::CopyRatio => format!("{figure:.2}"),
        }
    }
}

/// The figures as a Markdown table; between two sizes, a last column says by how much each grew.
pub fn table(measured: &[(usize, Figures)]) -> String {
    let mut rows = vec![vec!["handoffs".to_owned()]];
    rows[0].extend(measured.iter().map(|(handoffs, _)| handoffs.to_string()));
    let ends = match measured {
        [first, .., last] => Some((first, last)),
        _ => None,
    };
    if let Some((first, last)) = ends {
        rows[0].push(format!("× {:.1}", last.0 as f64 / first.0 as f64));
    }
    for (row, name) in Row::ALL {
        let mut cells = vec![name.to_owned()];
        cells.extend(
            measured.iter().map(|(_, figures)| figures.get(&row).map_or("n/a".to_owned(), |figure| row.show(*figure))),
        );
        if let Some((first, last)) = ends {
            let grown = match (first.1.get(&row), last.1.get(&row)) {
                (Some(before), Some(after)) if *before > 0.0 => format!("× {:.1}", after / before),
                _ => String::new(),
            };
            cells.push(grown);
        }
        rows.push(cells);
    }
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(4))
        .collect();
    let line = |row: &[String]| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(
                |(column, (cell, &width))| {
                    if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
                },
            )
            .collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<String> = widths
        .iter()
        .enumerate()
        .map(|(column, &width)| if column == 0 { "-".repeat(width) } else { format!("{}:", "-".repeat(width - 1)) })
        .collect();
    let mut table = line(&rows[0]) + &line(&rule);
    for row in &rows[1..] {
        table += &line(row);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_not_moved_by_one_slow_run() {
        assert!((median([1.0, 90.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!((median([1.0, 2.0, 4.0, 90.0]) - 3.0).abs() < f64::EPSILON);
    }

    #[test]
    fn the_table_says_what_grew_and_what_was_not_measured() {
        let small = Figures::from([(Row::Check, 0.25), (Row::Bytes, 2e6)]);
        let large = Figures::from([(Row::Check, 2.0), (Row::Bytes, 2e7)]);
        let table = table(&[(1_000, small), (10_000, large)]);
        let line = |name: &str| {
            let line = table.lines().find(|line| line.starts_with(&format!("| {name} "))).expect("a row");
            line.split('|').map(str::trim).collect::<Vec<_>>()[2..5].join(", ")
        };
        assert_eq!(line("handoffs"), "1000, 10000, × 10.0");
        assert_eq!(line("check"), "0.25 s, 2.00 s, × 8.0");
        assert_eq!(line("bytes of the site"), "2.0 MB, 20.0 MB, × 10.0");
        assert_eq!(line("cp -r of the site"), "n/a, n/a, ");
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_fails_is_named() {
        let error = timed(Command::new("sh").args(["-c", "exit 3"])).map(|run| run.time).expect_err("a failure");
        assert!(error.to_string().contains("\"sh\" \"-c\" \"exit 3\": exit status: 3"), "{error}");
    }
}
