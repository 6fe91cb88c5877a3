//! What was typed. What it means is worked out by [`Context`](super::Context) and by each command.

// The comments are help texts: backticks would be printed.
#![allow(clippy::doc_markdown)]

use crate::diagnostic;
use crate::fields::{Kind, Stage};
use crate::project::Audience;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::civil::Date;
use std::ffi::OsStr;
use std::path::PathBuf;

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "segue", version, max_term_width = 100, about = ABOUT, after_help = ROOT_EXAMPLES)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub struct Cli {
    /// Options that every command understands.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const ABOUT: &str = "\
Turn sales-to-customer-success handoffs into a checked, cross-linked knowledge base.

Handoffs are Markdown files with YAML front matter, kept in git. Segue checks that every question of \
the handoff checklist is answered, links accounts, people and deals to one another, and publishes a \
searchable static site.";

const ROOT_EXAMPLES: &str = "\
Examples:
  segue check                          is everything there, and does it hold together?
  segue check --stage closed_won       what would block closing these deals?
  segue explain missing-field          what does this code mean, and how is it mended?

Exit codes: 0 clean, 1 the content has errors, 2 the command or its surroundings are at fault.";

/// Options that every command understands.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The knowledge base's root: the folder that holds segue.toml [default: found from here upwards]
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub root: Option<PathBuf>,
    /// The day that counts as today [default: the day of SOURCE_DATE_EPOCH, else the machine's date]
    #[arg(long, global = true, value_name = "YYYY-MM-DD", value_parser = date)]
    pub today: Option<Date>,
    /// When to use colours: auto, always or never; auto respects NO_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub color: ColorChoice,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new knowledge base, with an example of everything
    Init(Init),
    /// Write a new handoff, account, stakeholder, teammate, receipt or page
    New(New),
    /// Check that everything is there and holds together
    Check(Check),
    /// Publish the knowledge base as a site
    Build(Build),
    /// Preview the knowledge base in a browser, as it is written
    Serve(Serve),
    /// Search the published knowledge base
    Search(Search),
    /// List every field: when it is due, what it holds, what to write
    Fields(Fields),
    /// Say what a diagnostic's code means, why it matters and how to mend it
    Explain(Explain),
    /// Print a completion script for a shell
    Completions(Completions),
}

/// `segue check`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue check                                  the whole knowledge base
  segue check content/handoffs/acme.md         only what concerns one file
  segue check --stage closed_won               what would block closing these deals?
  segue check --fix                            mend what can be mended for certain
  segue check --format github                  annotations for a pull request
  segue check --format sarif > segue.sarif     for code scanning

References are always resolved over the whole knowledge base; PATH only says what is reported.")]
pub struct Check {
    /// Files and folders to report on [default: everything]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Hold every handoff to at least this stage
    #[arg(long, value_name = "STAGE", value_parser = stages())]
    pub stage: Option<Stage>,
    /// How to print what was found: human, short, json, github or sarif
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    pub format: Format,
    /// Let warnings fail the check like errors
    #[arg(long)]
    pub deny_warnings: bool,
    /// Apply the suggestions that are certain, keeping comments and formatting; then check again
    #[arg(long)]
    pub fix: bool,
}

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people: the place, what was expected, how to mend it
    Human,
    /// One line each: `path:line:column: error[code]: message`
    Short,
    /// One JSON object: diagnostics, completeness and summary
    Json,
    /// GitHub workflow annotations
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// `segue init`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue init                   make this folder a knowledge base
  segue init handoffs          make a new folder one")]
pub struct Init {
    /// The folder, made if need be
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath, default_value = ".")]
    pub dir: PathBuf,
}

/// `segue new`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue new handoff                      asks what a draft needs
  segue new handoff --stage verbal       asks what is due at that stage
  segue new receipt --handoff acme-2026-new
  segue new teammate --name \"Alex Moreau\" --set role=ae --no-input
  segue new handoff --no-input --account acme --type renewal --ae alex \\
    --set 'stakeholders[1].name=Dana Whitfield' \\
    --set 'stakeholders[1].roles=champion, end_user'

An answer is written as in the file:
  --set promises=none                    we asked, there is none
  --set 'deal.acv={unknown: {ask: alex, by: 2026-03-31}}'
                                         who finds out, and by when

`segue fields` lists every PATH.")]
pub struct New {
    /// What to write: handoff, account, stakeholder, teammate, receipt or page
    #[arg(value_name = "KIND", value_parser = kinds(), hide_possible_values = true)]
    pub kind: Kind,
    /// Answer a field; may be given many times
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    pub set: Vec<(String, String)>,
    /// The file's name without .md [default: made from what it is about]
    #[arg(long, value_name = "SLUG")]
    pub slug: Option<String>,
    /// How far the deal is: draft, verbal, closed_won or handed_off; of an account, how far its furthest deal is
    #[arg(long, value_name = "STAGE", value_parser = stages(), hide_possible_values = true)]
    pub stage: Option<Stage>,
    /// The account's slug
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Option<String>,
    /// The handoff that a receipt answers
    #[arg(long, value_name = "HANDOFF")]
    pub handoff: Option<String>,
    /// The kind of deal: new_business, upsell, cross_sell or renewal
    #[arg(long = "type", value_name = "TYPE")]
    pub deal_type: Option<String>,
    /// The account executive's id
    #[arg(long, value_name = "TEAMMATE")]
    pub ae: Option<String>,
    /// The customer success manager's id
    #[arg(long, value_name = "TEAMMATE")]
    pub csm: Option<String>,
    /// The title of a handoff or page, or a stakeholder's job
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,
    /// The name of an account, stakeholder or teammate
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Ask nothing: what is due and not given is listed, and nothing is written
    #[arg(long)]
    pub no_input: bool,
    /// Write the file all the same, with what is missing as comments
    #[arg(long)]
    pub allow_missing: bool,
}

/// `deal.acv=48000`, in its two parts.
fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((path, value)) if !path.trim().is_empty() => Ok((path.trim().to_owned(), value.to_owned())),
        _ => Err("expected a field and its answer, as in `deal.acv=48000`".to_owned()),
    }
}

/// `segue fields`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue fields                                        every field, when it is due and what to write
  segue fields --kind account                         those of one kind
  segue fields --format markdown > fields.md          the same as a page
  segue fields --format json-schema > schema.json     for an editor's completion")]
pub struct Fields {
    /// How to print them: text, markdown or json-schema
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    pub format: FieldsFormat,
    /// Only this kind: handoff, account, stakeholder, teammate, receipt or page
    #[arg(long, value_name = "KIND", value_parser = kinds(), hide_possible_values = true)]
    pub kind: Option<Kind>,
    /// Leave out what segue.toml adds or changes
    #[arg(long)]
    pub built_in: bool,
}

/// How the table of fields is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FieldsFormat {
    /// For a terminal
    Text,
    /// A page
    Markdown,
    /// JSON Schema of the front matter
    JsonSchema,
}

/// `segue build`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue build                          check, then publish to public/
  segue build --audience company       without what is for the team only
  segue build --allow-errors           publish all the same, and mark the pages with errors")]
pub struct Build {
    /// Where to publish to [default: public/ in the root]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Whom for [default: what segue.toml says, else internal]
    #[arg(long, value_name = "AUDIENCE", value_parser = audiences())]
    pub audience: Option<Audience>,
    /// Publish even though there are errors, and mark the affected pages
    #[arg(long)]
    pub allow_errors: bool,
}

/// `segue serve`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue serve --open                   write on the left, see it on the right
  segue serve --audience company       what the company would see
  segue serve --poll                   for folders on a network, which tell of no changes

Only this machine is let in, unless --host says otherwise. Nothing is written to disk.")]
pub struct Serve {
    /// The port, or the next free one
    #[arg(long, value_name = "PORT", default_value_t = 4400)]
    pub port: u16,
    /// Let others in: the address to listen on, such as 0.0.0.0 [default: only this machine]
    #[arg(long, value_name = "ADDRESS", value_hint = ValueHint::Hostname)]
    pub host: Option<String>,
    /// Open the browser
    #[arg(long)]
    pub open: bool,
    /// Look for changes instead of waiting to be told of them
    #[arg(long)]
    pub poll: bool,
    /// Whom for [default: what segue.toml says, else internal]
    #[arg(long, value_name = "AUDIENCE", value_parser = audiences())]
    pub audience: Option<Audience>,
}

/// `segue search`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue search \"data residency\"       where it is mentioned
  segue search acme sso --json         for a script")]
pub struct Search {
    /// What to look for
    #[arg(value_name = "QUERY", required = true)]
    pub query: Vec<String>,
    /// The folder that was published to [default: public/ in the root]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `segue explain`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue explain                     every code with its severity
  segue explain missing-field       one code in full")]
pub struct Explain {
    /// The code, as printed in brackets; without one, all are listed
    #[arg(value_name = "CODE", value_parser = Codes, hide_possible_values = true)]
    pub code: Option<String>,
}

/// `segue completions`.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  segue completions bash > ~/.local/share/bash-completion/completions/segue
  segue completions zsh  > ~/.zfunc/_segue
  segue completions fish > ~/.config/fish/completions/segue.fish
  segue completions powershell >> $PROFILE
  segue completions elvish >> ~/.config/elvish/rc.elv")]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// A day in the one form that content uses too.
fn date(text: &str) -> Result<Date, String> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    match text.parse() {
        Ok(date) if plain => Ok(date),
        _ => Err("expected a real date as YYYY-MM-DD".to_owned()),
    }
}

/// The stages by name, so that help and completion list them.
fn stages() -> impl TypedValueParser<Value = Stage> {
    PossibleValuesParser::new(Stage::ALL.map(Stage::name)).try_map(|name| Stage::named(&name).ok_or("not a stage"))
}

/// The kinds by name.
fn kinds() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::name)).try_map(|name| Kind::named(&name).ok_or("not a kind"))
}

fn audiences() -> impl TypedValueParser<Value = Audience> {
    PossibleValuesParser::new(["internal", "company"]).map(|name| match name.as_str() {
        "company" => Audience::Company,
        _ => Audience::Internal,
    })
}

/// Takes any text but offers every code for completion: a wrong one is answered with the nearest, not with all of them.
#[derive(Clone, Debug)]
struct Codes;

impl TypedValueParser for Codes {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> clap::error::Result<String> {
        clap::builder::StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(diagnostic::ALL.iter().map(|rule| PossibleValue::new(rule.code).help(rule.summary))))
    }
}
