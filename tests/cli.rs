//! What is common to all commands: help, examples, completion, usage.

use crate::kit::{Folder, segue};
use clap::CommandFactory;
use segue::cli::args::Cli;

#[test]
fn help_lists_every_command_and_each_has_examples_that_name_it() {
    let folder = Folder::new();
    let help = segue(folder.path(), &["--help"]);
    assert_eq!(help.code, 0);
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(help.out.contains(&format!("\n  {name} ")), "{name} is not in\n{}", help.out);
        let own = segue(folder.path(), &[name, "--help"]);
        assert_eq!(own.code, 0);
        let examples = own.out.split("Examples:\n").nth(1).unwrap_or_else(|| panic!("{name} has no examples"));
        assert!(examples.starts_with(&format!("  segue {name}")), "{examples}");
        for (stream, out) in [("--help", &own.out), ("help", &segue(folder.path(), &["help", name]).out)] {
            assert!(out.lines().all(|line| line.chars().count() <= 100), "{name} {stream}: {out}");
        }
    }
}

/// The words of a command as a shell takes them apart, up to a redirection or what is said about it after two spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quote, mut before) = (None, 'x');
    for c in line.chars() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, ' ') if before == ' ' => break,
            (None, '>') => break,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("there is one").push(c),
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn examples_in_help_are_commands_that_are_understood() {
    let mut count = 0;
    for command in Cli::command().get_subcommands() {
        let Some(help) = command.get_after_help() else { continue };
        // A line that ends with a backslash goes on; where it does, indentation is no gap.
        let help = help.to_string().replace(" \\\n    ", " ");
        for example in help.lines().filter(|line| line.starts_with("  segue ")) {
            let parsed = Cli::command().try_get_matches_from(words(example.trim_start()));
            assert!(parsed.is_ok(), "{example}: {}", parsed.err().map_or_else(String::new, |error| error.to_string()));
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
}

#[test]
fn every_shell_can_complete() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = segue(folder.path(), &["completions", shell]);
        assert_eq!(run.code, 0, "{shell}");
        for word in ["check", "deny-warnings"] {
            assert!(run.out.contains(word), "{shell} does not offer {word}");
        }
        // The generators for the other shells leave out values.
        let values = ["bash", "zsh"].contains(&shell);
        assert!(!values || run.out.contains("closed_won") && run.out.contains("missing-field"), "{shell}");
    }
}

#[test]
fn slips_of_the_fingers_are_told_with_what_was_meant() {
    let folder = Folder::new();
    let run = segue(folder.path(), &["chekc"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("check"), "{}", run.err);
    let run = segue(folder.path(), &[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("Usage: segue"), "{}", run.err);
    assert_eq!(segue(folder.path(), &["--version"]).out, concat!("segue ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn the_day_can_be_fixed() {
    let folder = Folder::new();
    folder
        .write("segue.toml", "[site]\ntitle = \"Handoffs\"\n")
        .write("content/accounts/acme.md", "---\nname: Acme\n---\n")
        .write("content/team/priya.md", "---\nname: Priya\n---\n")
        .write(
            "content/handoffs/acme.md",
            "---\naccount: acme\nstage: draft\ndeal: {type: renewal}\nteam: {ae: priya}\nrisks: {unknown: {ask: priya, by: 2026-03-10}}\n---\n",
        );
    assert_eq!(segue(folder.path(), &["check", "--today", "2026-03-10"]).code, 0);
    assert_eq!(segue(folder.path(), &["--today", "2026-03-11", "check"]).code, 1);
    let epoch = |seconds: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_segue"))
            .arg("check")
            .env("SOURCE_DATE_EPOCH", seconds)
            .current_dir(folder.path())
            .output()
            .expect("the program runs");
        output.status.code()
    };
    // The last second of 2026-03-10 in UTC, and the next one.
    assert_eq!(epoch("1773187199"), Some(0));
    assert_eq!(epoch("1773187200"), Some(1));
    assert_eq!(epoch("yesterday"), Some(2));
}
