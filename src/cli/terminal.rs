//! Talking to the terminal.

use super::Failure;
use super::args::ColorChoice;
use annotate_snippets::renderer::{AnsiColor, Effects, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::env;
use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Prints to standard output. A reader that has gone away (`| head`) is no fault and changes no verdict.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("standard output cannot be written to: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints a failure to standard error.
pub fn print_failure(failure: &Failure, paint: Painter) {
    let help = failure.help_text().map_or_else(String::new, |help| format!(" {} {help}\n", paint.dim("help:")));
    print_note(&format!("{}: {failure}\n{help}", paint.error("error")));
}

/// Prints to standard error. Where that is closed there is nobody left to tell.
pub fn print_note(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// How wide the terminal is; where standard output is none, wide enough for most lines to be shown whole.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(140, |(width, _)| usize::from(width.0).max(40))
}

/// Styles text, or leaves it alone.
#[derive(Clone, Copy, Debug)]
pub struct Painter {
    /// Whether to style at all.
    pub on: bool,
}

impl Painter {
    /// For standard output.
    pub fn stdout(choice: ColorChoice) -> Self {
        Self::on(choice, io::stdout().is_terminal())
    }

    /// For standard error.
    pub fn stderr(choice: ColorChoice) -> Self {
        Self::on(choice, io::stderr().is_terminal())
    }

    fn on(choice: ColorChoice, terminal: bool) -> Self {
        // https://no-color.org: any value that is not empty. A terminal that calls itself dumb knows no colours.
        let wanted = || {
            env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && env::var_os("TERM").is_none_or(|value| value != "dumb")
        };
        Self {
            on: match choice {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto => terminal && wanted(),
            },
        }
    }

    /// An error's weight.
    pub fn error(self, text: impl Display) -> String {
        self.paint(AnsiColor::BrightRed.on_default().effects(Effects::BOLD), text)
    }

    /// A warning's weight.
    pub fn warning(self, text: impl Display) -> String {
        self.paint(AnsiColor::Yellow.on_default().effects(Effects::BOLD), text)
    }

    /// Something that went well.
    pub fn good(self, text: impl Display) -> String {
        self.paint(AnsiColor::Green.on_default().effects(Effects::BOLD), text)
    }

    /// A heading or a word that matters.
    pub fn bold(self, text: impl Display) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// Code, paths, values.
    pub fn code(self, text: impl Display) -> String {
        self.paint(AnsiColor::Cyan.on_default(), text)
    }

    /// What may be skipped.
    pub fn dim(self, text: impl Display) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    fn paint(self, style: Style, text: impl Display) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_string() }
    }
}

/// Shows on standard error, where that is a terminal, how far something is; but only if it takes long enough for
/// somebody to wonder. Cleared when dropped.
pub struct Progress {
    bar: ProgressBar,
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

/// How long before somebody wonders.
const PATIENCE: Duration = Duration::from_millis(500);

impl Progress {
    /// Begins something, named as in "Checking".
    pub fn start(what: &'static str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()).with_message(what);
        if !io::stderr().is_terminal() {
            return Self { bar, waiting: None };
        }
        bar.set_style(style("{spinner:.cyan} {msg} {elapsed:.dim}"));
        let (sender, receiver) = mpsc::channel();
        let shown = bar.clone();
        let waiter = thread::spawn(move || {
            if receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                shown.set_draw_target(ProgressDrawTarget::stderr());
                shown.enable_steady_tick(Duration::from_millis(100));
            }
        });
        Self { bar, waiting: Some((sender, waiter)) }
    }

    /// So many of so many are done. May be called from any thread.
    pub fn at(&self, done: usize, all: usize) {
        if self.bar.length() != Some(all as u64) {
            self.bar.set_length(all as u64);
            self.bar.set_style(style("{spinner:.cyan} {msg} [{bar:30.cyan/dim}] {human_pos}/{human_len}"));
        }
        self.bar.set_position(done as u64);
    }

    /// The next part begins.
    pub fn next(&self, what: &'static str) {
        self.bar.set_style(style("{spinner:.cyan} {msg} {elapsed:.dim}"));
        self.bar.unset_length();
        self.bar.set_message(what);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, waiter)) = self.waiting.take() {
            drop(sender);
            // It only waits and draws; a panic in it would have been printed.
            drop(waiter.join());
        }
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("templates are constants that parse")
}
