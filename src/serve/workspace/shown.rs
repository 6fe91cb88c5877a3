//! What is shown: made anew of everything, or from what was shown before.

use super::Workspace;
use super::file::{File, THEME, is_theme};
use crate::diagnostic::{Diagnostic, Severity};
use crate::document::Body;
use crate::knowledge::{Amended, KnowledgeBase};
use crate::pipeline::{self, Given, Question};
use crate::record::Record;
use crate::render::Theme;
use crate::site::Site;
use crate::source::{FileId, Source, Sources};
use std::sync::Arc;

/// The site as it is shown, and what is wrong with it. Immutable.
pub struct Shown {
    /// What makes the pages.
    pub site: Site,
    /// Everything that `check` says of the texts that are shown, weighed.
    pub diagnostics: Vec<Diagnostic>,
    /// Files of which an older text is shown.
    pub held: Vec<Held>,
    /// What keeps the project from being read at all; what was read before is shown.
    pub trouble: Option<String>,
    /// Whether everything was thought over; if not, that follows within moments.
    pub settled: bool,
    /// Counts the states that were shown; 0 until it is.
    pub version: u64,
    /// The workspace's tick of which everything is shown.
    pub(super) tick: u64,
}

/// A file of which the last good text is shown.
#[derive(Clone)]
pub struct Held {
    /// The file of the text that is shown.
    pub file: FileId,
    /// The text that cannot be used.
    pub source: Arc<Source>,
    /// Why. The file they name is that of the text that is shown.
    pub diagnostics: Vec<Diagnostic>,
}

impl Shown {
    /// How many errors and warnings there are.
    pub fn counts(&self) -> (usize, usize) {
        let held = self.held.iter().flat_map(|held| &held.diagnostics);
        let all = self.diagnostics.iter().chain(held);
        all.fold((usize::from(self.trouble.is_some()), 0), |(errors, warnings), found| match found.severity {
            Severity::Error => (errors + 1, warnings),
            Severity::Warning => (errors, warnings + 1),
        })
    }
}

/// What a join needs: taken from the workspace in a moment, joined without holding it.
pub struct Snapshot {
    given: Given,
    parts: Vec<(Arc<Record>, Arc<Body>)>,
    diagnostics: Vec<Diagnostic>,
    held: Vec<Held>,
    trouble: Option<String>,
    question: Question,
    tick: u64,
}

impl Workspace {
    /// Everything that is to be joined.
    pub fn snapshot(&self) -> Snapshot {
        let gone = Arc::new(Source::new("", ""));
        let mut sources: Vec<Arc<Source>> = std::iter::repeat_n(gone, self.next as usize).collect();
        let mut diagnostics = self.mistakes.clone();
        let mut parts = Vec::with_capacity(self.files.len());
        for file in self.files.values() {
            sources[file.id.0 as usize] = Arc::clone(&file.source);
            if let Some(part) = &file.part {
                diagnostics.extend(part.diagnostics.iter().cloned());
                parts.push((Arc::clone(&part.record), Arc::clone(&part.body)));
            }
            diagnostics.extend(file.fault.clone());
        }
        Snapshot {
            given: Given {
                project: Arc::clone(&self.project),
                sources: Sources::new(sources),
                assets: Arc::clone(&self.assets),
                theme: self.theme(),
                theme_assets: self.theme_assets.clone(),
            },
            parts,
            diagnostics,
            held: self.held(),
            trouble: self.trouble.clone(),
            question: self.question,
            tick: self.tick,
        }
    }

    /// The theme's texts by their names in it.
    fn theme_files(&self) -> impl Iterator<Item = (&str, &File)> {
        let from_there = self.files.range(THEME.to_owned()..);
        from_there.map_while(|(path, file)| Some((path.strip_prefix(THEME)?, file)))
    }

    fn theme(&self) -> Vec<(String, FileId)> {
        self.theme_files().map(|(name, file)| (name.to_owned(), file.id)).collect()
    }

    fn held(&self) -> Vec<Held> {
        let mut held: Vec<Held> = self.files.values().filter_map(|file| file.held.clone()).collect();
        for held in &mut held {
            pipeline::weigh(&self.project, &mut held.diagnostics);
        }
        held
    }

    /// What is shown, with what was read since; `None` where that takes a join.
    pub fn amend(&self, shown: &Shown) -> Option<Shown> {
        let before = shown.site.base();
        if !Arc::ptr_eq(&before.project, &self.project) {
            return None;
        }
        let mut amended = Vec::new();
        let mut diagnostics = Vec::new();
        let recent = self.recent.iter().filter(|(_, tick)| **tick > shown.tick);
        for (path, file) in recent.filter_map(|(path, _)| self.files.get_key_value(path)) {
            let Some(part) = &file.part else { continue };
            match before.of_file(path) {
                Some(id) if Arc::ptr_eq(&before.records[id.0 as usize], &part.record) => continue,
                // What was left out, as the second of two of one name, has no record; what is new has none yet.
                None if before.find(part.record.kind, &part.record.id).is_some() => continue,
                _ => {}
            }
            amended.push(Amended {
                record: Arc::clone(&part.record),
                body: Arc::clone(&part.body),
                source: Arc::clone(&file.source),
            });
            diagnostics.extend(part.diagnostics.iter().chain(&file.fault).cloned());
        }
        let (mut base, delta, mut found) = before.amended(&amended, self.question.at_least)?;
        diagnostics.append(&mut found);
        let rethemed = self.themed > shown.tick;
        let theme = rethemed.then(|| {
            for (_, file) in self.theme_files() {
                base.sources.replace(file.id, Arc::clone(&file.source));
                diagnostics.extend(file.fault.clone());
            }
            let (theme, mut found) = Theme::new(&self.theme(), &self.theme_assets, &base.sources);
            diagnostics.append(&mut found);
            theme
        });
        let mut site = shown.site.amended(Arc::new(base), &delta)?;
        if let Some(theme) = theme {
            site = site.with_theme(theme);
        }
        pipeline::weigh(&self.project, &mut diagnostics);
        // What others say of the new texts, and what is said of several together, is found out when all is joined.
        let is_new = |file: FileId| {
            rethemed && is_theme(before.sources.get(file).path())
                || amended.iter().any(|amended| amended.record.file == file)
        };
        let stays = |found: &&Diagnostic| !is_new(found.file) || KnowledgeBase::is_across(found.rule);
        diagnostics.extend(shown.diagnostics.iter().filter(stays).cloned());
        let held = self.held();
        diagnostics.retain(|found| !is_held(&held, found.file));
        pipeline::sort(&mut diagnostics);
        Some(Shown {
            site,
            diagnostics,
            held,
            trouble: self.trouble.clone(),
            settled: false,
            version: 0,
            tick: self.tick,
        })
    }

    /// Whether files were read that are not in `joined`.
    pub fn has_read_since(&self, joined: &Shown) -> bool {
        self.recent.values().any(|tick| *tick > joined.tick)
    }

    /// Forgets what a join that is shown now has read.
    pub fn forget(&mut self, joined: &Shown) {
        self.recent.retain(|_, tick| *tick > joined.tick);
    }
}

impl Snapshot {
    /// Joins everything into a site.
    pub fn join(self) -> Shown {
        let Self { given, parts, diagnostics, held, trouble, question, tick } = self;
        let checked = pipeline::join(parts, given, question, diagnostics);
        let (base, theme, mut diagnostics) = (Arc::new(checked.base), checked.theme, checked.diagnostics);
        // Errors are told beside the page, where they come and go without it.
        let (site, mut found) = Site::new(Arc::clone(&base), theme, &[]);
        diagnostics.append(&mut found);
        diagnostics.retain(|found| !is_held(&held, found.file));
        pipeline::weigh(&base.project, &mut diagnostics);
        Shown { site, diagnostics, held, trouble, settled: true, version: 0, tick }
    }
}

/// Whether an older text of a file is shown: what was found in that is past.
fn is_held(held: &[Held], file: FileId) -> bool {
    held.iter().any(|held| held.file == file)
}
