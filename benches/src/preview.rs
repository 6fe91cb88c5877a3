//! Runs `segue serve` over a corpus and edits files, as somebody does who looks at the page while writing.
//!
//! What is timed is what a reader waits for: from the last byte of a save until the bytes of the new page have come, told
//! of by the stream of events that every open page listens to.

mod edit;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::corpus::{self, Recipe};
pub use edit::Way;
use segue_search::{Fetch, Request};

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
    /// Of every edit until pages show it, by its way, in order of time taken.
    pub edits: BTreeMap<Way, Vec<Duration>>,
    /// Of every edit until search finds it.
    pub found: Vec<Duration>,
    /// Memory before the edits, after half of them and after all, in bytes, where the system tells.
    pub memory: [Option<u64>; 3],
}

/// How long one change may take before it counts as missed.
const PATIENCE: Duration = Duration::from_secs(60);
/// After which nothing more is done in the background, so that memory can be compared.
const SETTLED: Duration = Duration::from_secs(20);
/// Fewer edits than this say nothing of memory.
const MANY: usize = 100;
/// How often search is asked for what was written.
const POLL: Duration = Duration::from_millis(10);
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
    let mut figures = Figures {
        handoffs,
        first_page,
        edits: BTreeMap::new(),
        found: Vec::new(),
        memory: [served.memory(), None, None],
    };
    // Ten files, one after the other, spread over the base.
    let spread = (files.len() / 10).max(1);
    let files: Vec<_> = files.into_iter().step_by(spread).take(10).collect();
    for at in 0..plan.edits {
        let way = Way::ALL[at % Way::ALL.len()];
        let edit = edit::make(root, &files[at / Way::ALL.len() % files.len()], way, at)?;
        let shows = |page: &str| -> io::Result<bool> { Ok(edit.is_shown(&served.get(page)?)) };
        let mut events = served.listen(&edit.pages[0])?;
        fs::write(&edit.file, &edit.text).map_err(|error| corpus::at(&edit.file, &error))?;
        let saved = Instant::now();
        while !shows(&edit.pages[0])? {
            if saved.elapsed() > PATIENCE {
                return Err(io::Error::other(format!("{} never showed `{}`", edit.pages[0], edit.mark)));
            }
            events.wait()?;
        }
        figures.edits.entry(way).or_default().push(saved.elapsed());
        // Every other page that shows it does so by the same time.
        if let Some(old) = edit.pages.iter().skip(1).find(|page| !shows(page).unwrap_or(false)) {
            return Err(io::Error::other(format!("{old} does not show `{}` yet", edit.mark)));
        }
        while !served.finds(&edit.mark)? {
            if saved.elapsed() > PATIENCE {
                return Err(io::Error::other(format!("search never found `{}`", edit.mark)));
            }
            thread::sleep(POLL);
        }
        figures.found.push(saved.elapsed());
        thread::sleep(PAUSE);
        if at == plan.edits / 2 && plan.edits >= MANY {
            thread::sleep(SETTLED);
            figures.memory[1] = served.memory();
        }
    }
    thread::sleep(if plan.edits >= MANY { SETTLED } else { PAUSE });
    figures.memory[2] = served.memory();
    for times in figures.edits.values_mut() {
        times.sort();
    }
    figures.found.sort();
    Ok(figures)
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
        Ok(String::from_utf8_lossy(&answer(&self.host, path)?).into_owned())
    }

    /// Whether search finds the words, one after the other: by the engine that runs in the page, and what it fetches.
    fn finds(&self, words: &str) -> io::Result<bool> {
        let searcher = segue_search::open(Index(self.host.clone())).map_err(io::Error::other)?;
        let results = searcher.search(&Request::new(&format!("\"{words}\""))).map_err(io::Error::other)?;
        Ok(results.total > 0)
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

/// A file's answer, head and all.
fn answer(host: &str, path: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(host)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// The search index of a preview at an address.
struct Index(String);

impl Fetch for Index {
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        let answer = answer(&self.0, &format!("/search/index/{name}"))?;
        let head = answer.windows(4).position(|end| end == b"\r\n\r\n");
        match head {
            Some(head) if answer.starts_with(b"HTTP/1.1 200") => Ok(answer[head + 4..].to_vec()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
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

/// The figures as tables.
pub fn table(figures: &[Figures]) -> String {
    let milliseconds = |times: &[Duration], share: usize| {
        let place = (times.len() * share).div_ceil(100).saturating_sub(1);
        times.get(place).map_or("–".to_owned(), |time| format!("{:.0} ms", time.as_secs_f64() * 1e3))
    };
    let memory = |bytes: Option<u64>| bytes.map_or("–".to_owned(), |bytes| format!("{} MB", bytes >> 20));
    let mut text = String::from(
        "| handoffs | first page | edits | p50 | p95 | slowest | found p50 | found p95 | slowest | memory before | after half | after |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for Figures { handoffs, first_page, edits, found, memory: [before, half, after] } in figures {
        let mut all: Vec<Duration> = edits.values().flatten().copied().collect();
        all.sort();
        text += &format!(
            "| {handoffs} | {:.2} s | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
            first_page.as_secs_f64(),
            all.len(),
            milliseconds(&all, 50),
            milliseconds(&all, 95),
            milliseconds(&all, 100),
            milliseconds(found, 50),
            milliseconds(found, 95),
            milliseconds(found, 100),
            memory(*before),
            memory(*half),
            memory(*after),
        );
    }
    text += "\n| handoffs | what is edited | p50 | p95 |\n| ---: | --- | ---: | ---: |\n";
    for Figures { handoffs, edits, .. } in figures {
        for (way, times) in edits {
            let (half, most) = (milliseconds(times, 50), milliseconds(times, 95));
            text += &format!("| {handoffs} | {} | {half} | {most} |\n", way.name());
        }
    }
    text
}
