//! `segue new`: a content file from answers.
//!
//! Flags are answers; in a terminal the rest that is due is asked. The file is judged by the checker before it is
//! written, together with everything it refers to.

mod draft;
mod flags;
mod interview;
mod lists;
mod prompter;
mod refer;
#[cfg(test)]
mod tests;

use super::args::New;
use super::{Context, Failure, Outcome, create, print, print_note};
use crate::diagnostic::{Diagnostic, Severity, rules};
use crate::fields::{Kind, ROLES_DUE, STEPS_DUE, Schema, Stage};
use crate::knowledge::KnowledgeBase;
use crate::pipeline::{self, Question as Ask};
use crate::route;
use crate::site::RESERVED;
use crate::write::{Answer, Answers};
use draft::{Draft, count, free_slug, given, is_free, is_gap};
use flags::SHORTCUTS;
use interview::Interview;
use prompter::{Prompter, Question, Stop, Terminal};
use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::path::Path;

/// Asks, judges, writes.
pub(super) fn run(args: &New, context: &Context) -> Result<Outcome, Failure> {
    let asks = !args.no_input && io::stdin().is_terminal() && io::stderr().is_terminal();
    let mut terminal = Terminal;
    let prompter: Option<&mut dyn Prompter> = if asks { Some(&mut terminal) } else { None };
    match make(args, context, prompter)? {
        Made::Written(text) => {
            print(&text)?;
            Ok(Outcome::Clean)
        }
        Made::Refused(text) => {
            print_note(&text);
            Ok(Outcome::Faulty)
        }
    }
}

/// What came of it, for people.
enum Made {
    Written(String),
    Refused(String),
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Cancelled => Self::new("stopped; nothing was written"),
            Stop::Failed(message) => Self::new(format!("{message}; nothing was written")),
        }
    }
}

fn make(args: &New, context: &Context, mut prompter: Option<&mut dyn Prompter>) -> Result<Made, Failure> {
    let root = context.root()?;
    let question = Ask { today: context.today, at_least: None, audience: None };
    let before = pipeline::check(&root, question, &|_, _| {})?;
    let base = &before.base;
    let kind = args.kind;
    let mut answers = given(&base.project, kind, &assignments(args)?).map_err(|error| {
        let failure = Failure::new(error.message);
        match error.help {
            Some(help) => failure.help(help),
            None => failure,
        }
    })?;
    let mut stage = args.stage.or_else(|| answers.scalar("stage").and_then(Stage::named));
    let mut made_on_the_way = Vec::new();
    let mut also = BTreeSet::new();
    if let Some(prompter) = prompter.as_deref_mut()
        && stage.is_none()
        && matches!(kind, Kind::Handoff | Kind::Account)
        && answers.get("stage").is_none()
    {
        stage = Some(Interview::new(base, prompter).ask_stage(kind)?);
    }
    let stage = stage.unwrap_or(Stage::Draft);
    if kind == Kind::Handoff && answers.get("stage").is_none() {
        answers.put("stage", Answer::Scalar(stage.name().to_owned()));
    }
    loop {
        if let Some(prompter) = prompter.as_deref_mut() {
            let mut interview = Interview::new(base, prompter);
            interview.stage = stage;
            interview.drafts = made_on_the_way;
            interview.also = std::mem::take(&mut also);
            interview.file(kind, &mut answers)?;
            made_on_the_way = interview.drafts;
        }
        let name = file_name(args, base, &answers, &made_on_the_way)?;
        // Without the answer that names it, the file has a name only for as long as it is judged.
        let id = name.clone().unwrap_or_else(|| "unnamed".to_owned());
        let main = Draft { kind, id, answers: answers.clone() };
        let fixed_name = args.slug.is_some() || kind == Kind::Receipt;
        let attempt =
            Attempt { root: &root, context, before: &before, stage, main, others: &made_on_the_way, fixed_name };
        let faults = attempt.faults()?;
        let stays = |gaps: bool| faults.own.iter().all(|fault| gaps && is_gap(fault.rule));
        if stays(args.allow_missing) {
            return attempt.named(name, prompter)?.write(&faults).map(Made::Written);
        }
        let Some(prompter) = prompter.as_deref_mut() else {
            return Ok(Made::Refused(attempt.refusal(&faults, args)));
        };
        prompter.say(&attempt.listed(&faults));
        let mut options = vec!["Answer those again".to_owned(), "Write nothing".to_owned()];
        options.extend(stays(true).then(|| "Write it all the same, with what is missing as comments".to_owned()));
        let what = Question { path: "", label: "What now?", help: "Nothing has been written yet." };
        match prompter.select(what, &options, 0)? {
            0 => {
                let own = faults.own.iter().zip(&faults.aside).filter(|(_, aside)| aside.is_none());
                for (fault, _) in own {
                    let path = fault.field.as_deref().unwrap_or("");
                    if is_gap(fault.rule) {
                        also.insert(path.to_owned());
                    } else {
                        answers.clear(path);
                    }
                }
            }
            2 => return attempt.named(name, Some(prompter))?.write(&faults).map(Made::Written),
            _ => return Err(Stop::Cancelled.into()),
        }
    }
}

/// What `--set` and its shortcuts say, as paths and values.
fn assignments(args: &New) -> Result<Vec<(String, String)>, Failure> {
    let shortcuts = [
        ("account", &args.account),
        ("handoff", &args.handoff),
        ("type", &args.deal_type),
        ("ae", &args.ae),
        ("csm", &args.csm),
        ("title", &args.title),
        ("name", &args.name),
    ];
    let mut set = Vec::new();
    for (flag, value) in shortcuts {
        let Some(value) = value else { continue };
        let Some((_, _, path)) = SHORTCUTS.iter().find(|(name, kind, _)| *name == flag && *kind == args.kind) else {
            return Err(Failure::new(format!("--{flag} says nothing about a {}", args.kind))
                .help(format!("`segue fields --kind {}` lists what does", args.kind)));
        };
        set.push(((*path).to_owned(), value.clone()));
    }
    match (args.kind, args.stage) {
        (Kind::Handoff, Some(stage)) => set.push(("stage".to_owned(), stage.name().to_owned())),
        (Kind::Handoff | Kind::Account, _) | (_, None) => {}
        (kind, Some(_)) => return Err(Failure::new(format!("--stage says nothing about a {kind}"))),
    }
    set.extend(args.set.iter().cloned());
    Ok(set)
}

/// The file's name: given, or made from the answers, if they suffice. One that cannot be, or is there already, is
/// refused.
fn file_name(args: &New, base: &KnowledgeBase, answers: &Answers, others: &[Draft]) -> Result<Option<String>, Failure> {
    let kind = args.kind;
    let id = match &args.slug {
        Some(slug) => {
            let slug = slug.trim_end_matches(".md");
            if let Err(message) = can_be_named(kind, slug) {
                return Err(Failure::new(message).help("lower-case letters, digits, `-`, `.` and `_` make an address"));
            }
            if kind == Kind::Receipt && answers.scalar("handoff").is_some_and(|handoff| handoff != slug) {
                return Err(Failure::new("a receipt is named after its handoff").help("leave out --slug"));
            }
            slug.to_owned()
        }
        None => match free_slug(base, kind, answers, others).filter(|id| can_be_named(kind, id).is_ok()) {
            Some(id) => id,
            None => return Ok(None),
        },
    };
    if !is_free(base, kind, &id, others) {
        let there = base.find(kind, &id).map(|there| base.source(there).path().to_owned());
        let failure = Failure::new(format!("{} is there already", there.unwrap_or_else(|| format!("a {kind} {id}"))));
        return Err(match kind {
            Kind::Receipt => failure.help("a handoff has one receipt: change that one"),
            _ => failure.help("give the new one another name with --slug"),
        });
    }
    Ok(Some(id))
}

/// Whether a file of this kind may bear this name.
fn can_be_named(kind: Kind, slug: &str) -> Result<(), String> {
    let sound = match kind {
        Kind::Page => {
            let top = slug.split('/').next().unwrap_or(slug);
            if RESERVED.contains(&top) || Kind::ALL.iter().any(|kind| kind.folder() == top) {
                return Err(format!("`{top}` is an address that Segue keeps for itself"));
            }
            slug.split('/').all(route::is_slug)
        }
        _ => route::is_slug(slug),
    };
    match route::slug(slug) {
        _ if sound => Ok(()),
        Some(meant) => Err(format!("`{slug}` cannot be a file's name here; `{meant}` could")),
        None => Err(format!("`{slug}` cannot be a file's name here")),
    }
}

/// Files to be, and what they are judged against.
struct Attempt<'a> {
    root: &'a Path,
    context: &'a Context,
    before: &'a pipeline::Checked,
    stage: Stage,
    main: Draft,
    others: &'a [Draft],
    /// Whether the name is given, or follows from another's.
    fixed_name: bool,
}

/// What is wrong with the files as they would be.
struct Faults {
    /// In the new files.
    own: Vec<Diagnostic>,
    /// Which of them each is in: `None` for the one that was asked for.
    aside: Vec<Option<String>>,
    /// In files that are there, because of the new ones: path and message.
    elsewhere: Vec<(String, String)>,
}

impl Attempt<'_> {
    /// The same under the name that the file will keep; where there is none yet, or another may be liked better, whoever
    /// is there is asked.
    fn named(mut self, name: Option<String>, prompter: Option<&mut dyn Prompter>) -> Result<Self, Failure> {
        let kind = self.main.kind;
        self.main.id = match (name, prompter) {
            (name, Some(prompter)) if !self.fixed_name => {
                let base = &self.before.base;
                let check = |slug: &str| match can_be_named(kind, slug) {
                    Ok(()) if !is_free(base, kind, slug, self.others) => {
                        Err(format!("There is a {kind} `{slug}` already."))
                    }
                    verdict => verdict,
                };
                let help = "It makes the address, and stays: lower-case letters, digits, `-`, `.` and `_`.";
                let question = Question { path: "slug", label: "File name, without .md", help };
                prompter.text(question, name.as_deref(), &check)?
            }
            (Some(name), _) => name,
            (None, _) => {
                return Err(Failure::new("no file name can be made from these answers; nothing was written")
                    .help("name the file with --slug: lower-case letters, digits, `-`, `.` and `_`"));
            }
        };
        Ok(self)
    }

    fn files(&self, gaps: bool) -> Vec<(String, String)> {
        let project = &self.before.base.project;
        let drafts = self.others.iter().chain([&self.main]);
        drafts.map(|draft| (draft.path(), draft.text(project, self.stage, gaps))).collect()
    }

    /// Asks the checker.
    fn faults(&self) -> Result<Faults, Failure> {
        let question = Ask { today: self.context.today, at_least: None, audience: None };
        let files = self.files(false);
        let checked = pipeline::check_drafts(self.root, question, &files)?;
        let sources = &checked.base.sources;
        let errors = checked.diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
        let (mut own, others): (Vec<_>, Vec<_>) =
            errors.partition(|found| files.iter().any(|(path, _)| sources.get(found.file).path() == path));
        // In the checklist's order, which is the order of answering.
        let order = self.before.base.project.schema.walk(self.main.kind);
        own.sort_by_key(|found| {
            let path = found.field.clone().unwrap_or_default();
            let plain = flags::plain(&path);
            (order.iter().position(|(known, _)| known.replace("[]", "") == plain), path)
        });
        let old: Vec<_> =
            self.before.diagnostics.iter().map(|found| (found.rule.code, &found.message, found.span)).collect();
        let elsewhere = others
            .iter()
            .filter(|found| !old.contains(&(found.rule.code, &found.message, found.span)))
            .map(|found| (sources.get(found.file).path().to_owned(), found.message.clone()))
            .collect();
        let main = self.main.path();
        let paths = own.iter().map(|found| sources.get(found.file).path());
        let aside = paths.map(|path| (path != main).then(|| path.to_owned())).collect();
        Ok(Faults { own, aside, elsewhere })
    }

    /// Writes the files, and says what is next.
    fn write(&self, faults: &Faults) -> Result<String, Failure> {
        let paint = self.context.stdout();
        let mut said = String::new();
        for (path, text) in self.files(!faults.own.is_empty()) {
            create(&self.root.join(&path), &text)?;
            said += &format!("{} {}\n", paint.good("Wrote"), paint.code(&path));
        }
        if !faults.own.is_empty() {
            let count = faults.own.len();
            let s = if count == 1 { "" } else { "s" };
            said +=
                &format!("{count} answer{s} still missing: look for the comments, and for what `segue check` says.\n");
        }
        if !faults.elsewhere.is_empty() {
            said += &format!("\n{}\n", paint.bold("With it, other files owe more:"));
            for (path, message) in &faults.elsewhere {
                said += &format!("  {}: {message}\n", paint.code(path));
            }
        }
        said += "\nNext:\n";
        said += &format!("  {}\n", paint.code(format!("segue check {}", self.main.path())));
        if let (Kind::Handoff, Some(next)) = (self.main.kind, self.stage.next()) {
            said += &format!(
                "  {}   what will be due then?\n",
                paint.code(format!("segue check --stage {next} {}", self.main.path()))
            );
        }
        Ok(said)
    }

    /// Why nothing was written, and the flags that would change that.
    fn refusal(&self, faults: &Faults, args: &New) -> String {
        let paint = self.context.stderr();
        let gaps = faults.own.iter().filter(|fault| is_gap(fault.rule)).count();
        let wrong = faults.own.len() - gaps;
        let mut said = format!("{}: ", paint.error("error"));
        let number = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let parts = [
            (wrong > 0).then(|| number(wrong, "answer is wrong", "answers are wrong")),
            (gaps > 0).then(|| number(gaps, "answer is missing", "answers are missing")),
        ];
        said += &parts.into_iter().flatten().collect::<Vec<_>>().join(" and ");
        let at = if matches!(self.main.kind, Kind::Handoff) { format!(" at {}", self.stage) } else { String::new() };
        said += &format!(" for this {}{at}; nothing was written\n", self.main.kind);
        said += &self.listed(faults);
        if gaps > 0 {
            let day = self.context.today.saturating_add(jiff::Span::new().days(7));
            said += &format!(
                "\n {} an answer that nobody has yet may be an open question, where the field allows it:\n       {}\n",
                paint.dim("help:"),
                flags::set("PATH", &format!("{{unknown: {{ask: <teammate>, by: {day}}}}}"))
            );
            if wrong == 0 && !args.allow_missing {
                said += "       --allow-missing writes the file with what is missing as comments\n";
            }
        }
        said
    }

    /// The faults one by one: where, what, and how to give it.
    fn listed(&self, faults: &Faults) -> String {
        let paint = self.context.stderr();
        let schema = &self.before.base.project.schema;
        let mut said = String::new();
        for (fault, aside) in faults.own.iter().zip(&faults.aside) {
            let path = fault.field.as_deref().unwrap_or("");
            if let Some(file) = aside {
                said += &format!("\n  {}: {path}: {}\n", paint.code(file), fault.message);
                continue;
            }
            said += &if fault.rule.code == rules::MISSING_FIELD.code {
                format!("\n  {}\n", paint.bold(path))
            } else {
                format!("\n  {}: {}\n", paint.bold(path), fault.message)
            };
            if let Some(expected) = &fault.expected {
                said += &format!("      expected {expected}\n");
            }
            if let Some(help) = &fault.help {
                said += &format!("      {help}\n");
            }
            if let Some(suggestion) = &fault.suggestion {
                said += &format!("      did you mean `{}`?\n", suggestion.replacement.trim());
            }
            for flag in self.supply(fault, path, schema) {
                said += &format!("      {}\n", paint.code(flag));
            }
        }
        said
    }

    fn supply(&self, fault: &Diagnostic, path: &str, schema: &Schema) -> Vec<String> {
        // Which role or kind is missing, only the headline says.
        let due = ROLES_DUE.iter().chain(&STEPS_DUE).map(|(_, name)| *name);
        let missing = due.into_iter().find(|name| fault.message.contains(&format!("`{name}`"))).unwrap_or("");
        let next = count(&self.main.answers, path) + 1;
        if fault.rule.code == rules::MISSING_ROLE.code {
            let mut found = vec![flags::set(&format!("{path}[{next}].roles"), missing)];
            if missing == "blocker" {
                found.push(format!(
                    "{} if you asked yourselves and know of none",
                    flags::set("no_known_blocker", "true")
                ));
            }
            return found;
        }
        if fault.rule.code == rules::MISSING_NEXT_STEP.code {
            return vec![
                flags::set(&format!("{path}[{next}].kind"), missing),
                flags::set(&format!("{path}[{next}].what"), "<text>"),
                flags::set(&format!("{path}[{next}].status"), "<todo|scheduled|done|not_needed>"),
            ];
        }
        if is_gap(fault.rule) { flags::flags(schema, self.main.kind, path, self.stage) } else { Vec::new() }
    }
}
