//! Asking one question: in the terminal, or by whoever stands in for one.

use inquire::error::{CustomUserError, InquireError};
use inquire::validator::Validation;
use inquire::{Confirm, MultiSelect, Select, Text};

/// The choice that makes an answer an open question.
pub(super) const DONT_KNOW: &str = "I don't know yet: ask somebody";

/// One question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// Where the answer will stand: `stakeholders[2].title`.
    pub path: &'a str,
    /// What is asked, in a few words.
    pub label: &'a str,
    /// What to answer and why it is asked.
    pub help: &'a str,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// Whoever was asked has had enough.
    Cancelled,
    /// The terminal failed.
    Failed(String),
}

/// Judges an answer as it is typed.
pub(super) type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// Somebody to ask.
pub(super) trait Prompter {
    /// Tells them something.
    fn say(&mut self, text: &str);
    /// A line of text that `check` lets pass.
    fn text(&mut self, question: Question<'_>, default: Option<&str>, check: Check<'_>) -> Result<String, Stop>;
    /// One of several; the one at `start` is offered first.
    fn select(&mut self, question: Question<'_>, options: &[String], start: usize) -> Result<usize, Stop>;
    /// At least one of several.
    fn several(&mut self, question: Question<'_>, options: &[String]) -> Result<Vec<usize>, Stop>;
    /// Yes or no.
    fn confirm(&mut self, question: Question<'_>, default: bool) -> Result<bool, Stop>;
}

/// The terminal.
pub(super) struct Terminal;

/// How many options are shown at a time.
const PAGE: usize = 12;

fn stop(error: InquireError) -> Stop {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => Stop::Cancelled,
        other => Stop::Failed(other.to_string()),
    }
}

impl Prompter for Terminal {
    fn say(&mut self, text: &str) {
        crate::cli::print_note(&format!("{text}\n"));
    }

    fn text(&mut self, question: Question<'_>, default: Option<&str>, check: Check<'_>) -> Result<String, Stop> {
        let validator = |text: &str| -> Result<Validation, CustomUserError> {
            // Nothing typed takes the default.
            if text.is_empty() && default.is_some() {
                return Ok(Validation::Valid);
            }
            Ok(check(text).map_or_else(|message| Validation::Invalid(message.into()), |()| Validation::Valid))
        };
        let mut prompt = Text::new(question.label).with_help_message(question.help).with_validator(validator);
        prompt.default = default;
        prompt.prompt().map_err(stop)
    }

    fn select(&mut self, question: Question<'_>, options: &[String], start: usize) -> Result<usize, Stop> {
        // What is always possible stays in sight, whatever is typed to find something else.
        let score = |typed: &str, option: &String, shown: &str, at: usize| {
            let found = Select::<String>::DEFAULT_SCORER(typed, option, shown, at);
            found.or_else(|| (option.starts_with("+ ") || option == DONT_KNOW).then_some(i64::MIN))
        };
        Select::new(question.label, options.to_vec())
            .with_help_message(question.help)
            .with_page_size(PAGE)
            .with_starting_cursor(start)
            .with_scorer(&score)
            .raw_prompt()
            .map(|picked| picked.index)
            .map_err(stop)
    }

    fn several(&mut self, question: Question<'_>, options: &[String]) -> Result<Vec<usize>, Stop> {
        let help = format!("{} (space marks, enter goes on)", question.help);
        MultiSelect::new(question.label, options.to_vec())
            .with_help_message(&help)
            .with_page_size(PAGE)
            .with_validator(inquire::min_length!(1, "Mark at least one with the space bar."))
            .raw_prompt()
            .map(|picked| picked.into_iter().map(|picked| picked.index).collect())
            .map_err(stop)
    }

    fn confirm(&mut self, question: Question<'_>, default: bool) -> Result<bool, Stop> {
        Confirm::new(question.label).with_help_message(question.help).with_default(default).prompt().map_err(stop)
    }
}
