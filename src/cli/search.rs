//! `segue search`.

use super::args::Search;
use super::{Context, Failure, Outcome, Painter, print};
use segue_search::{ENTRY, Fetch, Marked, Request, Results};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How many hits are printed.
const HITS: usize = 20;

/// Asks the built index and prints what it answers.
pub(super) fn run(args: &Search, context: &Context) -> Result<Outcome, Failure> {
    let root = context.root()?;
    let out = args.out.as_ref().map_or_else(|| root.join("public"), |out| context.cwd.join(out));
    let folder = out.join(crate::pipeline::INDEX);
    if !folder.join(ENTRY).is_file() {
        return Err(Failure::new(format!("there is no search index in {}", out.display()))
            .help("`segue build` makes it; --out names another folder that was built"));
    }
    let failed = |error: segue_search::Error| {
        Failure::new(format!("the index in {} cannot be read: {error}", folder.display()))
            .help("`segue build` makes a new one")
    };
    let query = args.query.join(" ");
    let searcher = segue_search::open(Folder(folder.clone())).map_err(failed)?;
    // Whoever presses Enter has typed the last word to its end.
    let request = Request { limit: HITS, typing: false, ..Request::new(&query) };
    let results = searcher.search(&request).map_err(failed)?;
    if args.json {
        let text = serde_json::to_string_pretty(&results)
            .map_err(|error| Failure::new(format!("the result cannot be written as JSON: {error}")))?;
        print(&(text + "\n"))?;
    } else {
        print(&shown(&query, &results, &out, context))?;
    }
    Ok(Outcome::Clean)
}

fn shown(query: &str, results: &Results, out: &Path, context: &Context) -> String {
    let paint = context.stdout();
    let out = out.strip_prefix(&context.cwd).unwrap_or(out);
    let mut text = String::new();
    for hit in &results.hits {
        text += &format!("{} {}", paint.dim(format!("{:<11}", hit.kind)), marked(&hit.title, paint));
        let mut about: Vec<String> = Vec::new();
        if let Some(account) = hit.account.as_ref().filter(|_| hit.kind != "account") {
            about.push(account.name.clone());
        }
        about.extend(hit.status.clone());
        about.extend(hit.date.map(|date| date.to_string()));
        if !about.is_empty() {
            text += &format!("  {}", paint.dim(about.join(" · ")));
        }
        text.push('\n');
        let snippet = marked(&hit.snippet, paint).replace('\n', " ");
        if !snippet.trim().is_empty() {
            text += &format!("            {}\n", snippet.trim());
        }
        let (page, anchor) = hit.url.split_once('#').map_or((&*hit.url, None), |(page, anchor)| (page, Some(anchor)));
        let path = out.join(page.trim_start_matches('/')).join("index.html").display().to_string();
        let anchor = anchor.map_or_else(String::new, |anchor| format!("#{anchor}"));
        text += &format!("            {}\n", paint.code(format!("{path}{anchor}")));
    }
    if let Some(hint) = &results.hint {
        text += &format!("{} {hint}\n", paint.dim("note:"));
    }
    if let Some(meant) = &results.did_you_mean {
        text += &format!("did you mean {}?\n", paint.bold(meant));
    }
    text += &match results.total {
        0 => format!("no hits for `{query}`\n"),
        1 => "1 hit\n".to_owned(),
        total if total > results.hits.len() => format!("{} of {total} hits\n", results.hits.len()),
        total => format!("{total} hits\n"),
    };
    text
}

/// Text with what was found made bold.
fn marked(text: &Marked, paint: Painter) -> String {
    let pieces = text.pieces.iter();
    pieces.map(|piece| if piece.mark { paint.bold(&piece.text) } else { piece.text.clone() }).collect()
}

/// A published index's folder.
struct Folder(PathBuf);

impl Fetch for Folder {
    fn fetch(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(name))
    }
}
