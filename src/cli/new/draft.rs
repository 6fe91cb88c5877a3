//! A file that is not written yet.

use crate::diagnostic::rules;
use crate::document;
use crate::fields::{Kind, Stage};
use crate::knowledge::KnowledgeBase;
use crate::project::Project;
use crate::record::decode;
use crate::source::{FileId, Source};
use crate::write::{self, Answer, Answers};

/// A file to be: what it is called and what it answers.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub kind: Kind,
    pub id: String,
    pub answers: Answers,
}

impl Draft {
    /// Where it will be, from the root.
    pub(super) fn path(&self) -> String {
        match self.kind {
            Kind::Page => format!("content/{}.md", self.id),
            kind => format!("content/{}/{}.md", kind.folder(), self.id),
        }
    }

    /// What it is called.
    pub(super) fn name(&self) -> String {
        let name = ["title", "name"].iter().find_map(|field| self.answers.scalar(field));
        name.unwrap_or(&self.id).to_owned()
    }

    /// What it will hold.
    pub(super) fn text(&self, project: &Project, stage: Stage, gaps: bool) -> String {
        write::file(&project.schema, self.kind, &self.answers, stage, gaps)
    }
}

/// Whether a file of this kind could be told from the others by this id.
pub(super) fn is_free(base: &KnowledgeBase, kind: Kind, id: &str, drafts: &[Draft]) -> bool {
    base.find(kind, id).is_none() && drafts.iter().all(|draft| draft.kind != kind || draft.id != id)
}

/// A file name made from the answers, told apart from those that are there.
pub(super) fn free_slug(base: &KnowledgeBase, kind: Kind, answers: &Answers, drafts: &[Draft]) -> Option<String> {
    let name = write::name(kind, answers, base.project.today.year())?;
    let others = base.records.len() + drafts.len();
    Some(write::free_name(kind, name, others, |name| is_free(base, kind, name, drafts)))
}

/// Judges one answer as the checker will: as the only one in a file of its kind.
pub(super) fn validate(project: &Project, kind: Kind, path: &str, text: &str) -> Result<(), String> {
    let fields = project.schema.fields(kind);
    let mut answers = Answers::default();
    // Which item it is makes no difference, and there is only this one.
    let mut only = String::with_capacity(path.len());
    for (at, part) in path.split('[').enumerate() {
        let part = if at == 0 { part } else { part.trim_start_matches(|c: char| c.is_ascii_digit()) };
        only.push_str(if at == 0 { "" } else { "[1" });
        only.push_str(part);
    }
    answers.set(fields, &only, text).map_err(|error| error.to_string())?;
    let source = Source::new("answer.md", write::file(&project.schema, kind, &answers, Stage::Draft, false));
    let mut found = Vec::new();
    let document = document::parse(FileId(0), &source, &mut found);
    let Some(front) = &document.front else { return Err("This cannot be written as YAML.".to_owned()) };
    let group = decode(kind, front, FileId(0), &source, &project.schema, &project.placeholders, &mut found);
    let mut problem = found.into_iter().next().map(|found| match found.expected {
        Some(expected) => format!("{}; expected {expected}.", sentence(&found.message)),
        None => format!("{}.", sentence(&found.message)),
    });
    if problem.is_none() && has_placeholder(&group) {
        problem = Some(format!("`{}` stands for an answer, and is none.", text.trim()));
    }
    problem.map_or(Ok(()), Err)
}

/// Whether a placeholder stands anywhere, or nothing.
fn has_placeholder(group: &crate::record::Group) -> bool {
    use crate::record::Data;
    fn placeholder(data: &Data) -> bool {
        match data {
            Data::Placeholder(_) | Data::Empty => true,
            Data::List(items) => items.iter().any(|item| placeholder(&item.data)),
            Data::Group(group) => has_placeholder(group),
            _ => false,
        }
    }
    group.entries.iter().any(|entry| placeholder(&entry.value.data))
}

/// A headline as the beginning of a sentence.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Whether a problem is that something is not there yet.
pub(super) fn is_gap(rule: &crate::diagnostic::Rule) -> bool {
    [&rules::MISSING_FIELD, &rules::MISSING_ROLE, &rules::MISSING_NEXT_STEP].iter().any(|gap| gap.code == rule.code)
}

/// Answers given by path: `--set` and its shortcuts.
pub(super) fn given(
    project: &Project,
    kind: Kind,
    set: &[(String, String)],
) -> Result<Answers, crate::write::SetError> {
    let mut answers = Answers::default();
    for (path, value) in set {
        answers.set(project.schema.fields(kind), path, value)?;
    }
    Ok(answers)
}

/// How many items a list has.
pub(super) fn count(answers: &Answers, name: &str) -> usize {
    match answers.get(name) {
        Some(Answer::List(items)) => items.len(),
        _ => 0,
    }
}
