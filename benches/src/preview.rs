//! Runs `segue serve` over a corpus and edits files, as somebody does who looks at the page while writing.
//!
//! What is timed is what a reader waits for: from the last byte of a save until the bytes of the new page have come, told
//! of by the stream of events that every open page listens to.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::corpus::{self, Recipe};

/// What is to be measured.
#[derive(Debug)]
pub struct Plan {
    /// The program.
    pub segue: PathBuf,
    /// Where corpora are made; what an earlier run left there is replaced.
    pub work: PathBuf,
    /// The sizes of the corpora.
    pub sizes: Vec<usize>,
    /// How often a file is edited.
    pub edits: usize,
}

/// What came out.
#[derive(Debug)]
pub struct Figures {
    /// How many handoffs there are.
    pub handoffs: usize,
    /// From the start of the program to the first page's bytes.
    pub first_page: Duration,
    /// Of every edit of the text, in order of time taken.
    pub texts: Vec<Duration>,
    /// Of every edit of a title, which other pages show.
    pub titles: Vec<Duration>,
    /// Memory before the edits and after them, in bytes, where the system tells.
    pub memory: Option<(u64, u64)>,
}

/// How long one change may take before it counts as missed.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two edits: nobody saves faster.
const PAUSE: Duration = Duration::from_millis(400);

/// Measures every size in turn, telling `progress` what is being done.
pub fn run(plan: &Plan, progress: &dyn Fn(&str)) -> io::Result<Vec<Figures>> {
    plan.sizes
        .iter()
        .map(|&handoffs| {
            progress(&format!("{handoffs} handoffs: making the corpus"));
            let root = plan.work.join(format!("serve-{handoffs}"));
            if root.exists() {
                fs::remove_dir_all(&root).map_err(|error| corpus::at(&root, &error))?;
            }
            corpus::write(&root, Recipe { handoffs, seed: 1 })?;
            progress(&format!("{handoffs} handoffs: editing"));
            measure(plan, handoffs, &root)
        })
        .collect()
}

fn measure(plan: &Plan, handoffs: usize, root: &Path) -> io::Result<Figures> {
    let mut files = Vec::new();
    all(&root.join("content/handoffs"), &mut files)?;
    files.sort();
    let started = Instant::now();
    let served = Served::start(&plan.segue, root)?;
    served.get("/")?;
    let first_page = started.elapsed();
    // The search index is made first; then there is what there will be.
    while !served.get("/search/index/index.json")?.starts_with("HTTP/1.1 200") {
        thread::sleep(Duration::from_millis(50));
    }
    let before = served.memory();
    let mut figures = Figures { handoffs, first_page, texts: Vec::new(), titles: Vec::new(), memory: None };
    // Ten files, one after the other, spread over the base.
    let spread = (files.len() / 10).max(1);
    for (at, file) in files.iter().step_by(spread).take(10).enumerate() {
        let slug = file.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
        let page = format!("/handoffs/{slug}/");
        let mut events = served.listen(&page)?;
        for edit in 0..plan.edits.div_ceil(10) {
            let mark = format!("Edit {at}.{edit} of the bench");
            let text = fs::read_to_string(file).map_err(|error| corpus::at(file, &error))?;
            let title = edit % 10 == 9;
            let text = match edit % 10 {
                9 => with_line(&text, "title: ", &mark),
                _ => format!("{}\n\n{mark}.\n", text.split("\n\nEdit ").next().unwrap_or(&text).trim_end()),
            };
            fs::write(file, text).map_err(|error| corpus::at(file, &error))?;
            let saved = Instant::now();
            loop {
                if served.get(&page)?.contains(&mark) {
                    break;
                }
                if saved.elapsed() > PATIENCE {
                    return Err(io::Error::other(format!("{page} never showed `{mark}`")));
                }
                events.wait()?;
            }
            if title { &mut figures.titles } else { &mut figures.texts }.push(saved.elapsed());
            thread::sleep(PAUSE);
        }
    }
    thread::sleep(Duration::from_secs(3));
    figures.memory = before.zip(served.memory());
    for times in [&mut figures.texts, &mut figures.titles] {
        times.sort();
    }
    Ok(figures)
}

/// The text with another answer in its first line that begins so; added at the top where there is none.
fn with_line(text: &str, begins: &str, answer: &str) -> String {
    let mut done = false;
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            if !done && line.starts_with(begins) {
                done = true;
                format!("{begins}\"{answer}\"")
            } else {
                line.to_owned()
            }
        })
        .collect();
    if !done {
        // Every handoff has a title or can have one.
        lines.insert(1, format!("title: \"{answer}\""));
    }
    lines.join("\n") + "\n"
}

fn all(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| corpus::at(folder, &error))? {
        let path = entry?.path();
        if path.is_dir() {
            all(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// A running preview, ended when it is dropped.
struct Served {
    child: Child,
    host: String,
}

impl Served {
    fn start(segue: &Path, root: &Path) -> io::Result<Self> {
        let today = crate::calendar::TODAY.to_string();
        let mut child = Command::new(segue)
            .current_dir(root)
            .args(["serve", "--port", "0", "--today", &today])
            .env("NO_COLOR", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let port = line.split_once("localhost:").and_then(|(_, rest)| rest.split('/').next());
        let host = port.map(|port| format!("127.0.0.1:{port}"));
        let host = host.ok_or_else(|| io::Error::other(format!("no address in `{}`", line.trim())))?;
        Ok(Self { child, host })
    }

    fn get(&self, path: &str) -> io::Result<String> {
        let mut stream = TcpStream::connect(&self.host)?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn listen(&self, page: &str) -> io::Result<Events> {
        let mut stream = TcpStream::connect(&self.host)?;
        write!(stream, "GET /_segue/live?page={page} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Events(BufReader::new(stream)))
    }

    /// Resident memory, where the system tells it in `/proc`.
    fn memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Events(BufReader<TcpStream>);

impl Events {
    /// Waits until the page is said to show something else, or for the next beat of a silent stream: the caller has
    /// a limit to its patience.
    fn wait(&mut self) -> io::Result<()> {
        let mut line = String::new();
        while line.trim() != "event: page" && !line.starts_with(':') {
            line.clear();
            if self.0.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }
}

/// The figures as a table.
pub fn table(figures: &[Figures]) -> String {
    let mut text = String::from(
        "| handoffs | first page | text p50 | text p95 | title p50 | title p95 | memory before | after |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for figures in figures {
        let at = |times: &[Duration], share: usize| {
            let place = (times.len() * share).div_ceil(100).saturating_sub(1);
            times.get(place).map_or("–".to_owned(), |time| format!("{:.0} ms", time.as_secs_f64() * 1e3))
        };
        let memory = |bytes: Option<u64>| bytes.map_or("–".to_owned(), |bytes| format!("{} MB", bytes >> 20));
        let cells = [
            figures.handoffs.to_string(),
            format!("{:.2} s", figures.first_page.as_secs_f64()),
            at(&figures.texts, 50),
            at(&figures.texts, 95),
            at(&figures.titles, 50),
            at(&figures.titles, 95),
            memory(figures.memory.map(|(before, _)| before)),
            memory(figures.memory.map(|(_, after)| after)),
        ];
        text += &format!("| {} |\n", cells.join(" | "));
    }
    text
}
