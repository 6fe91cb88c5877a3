//! `segue serve`.

use super::args::Serve;
use super::{Context, Failure, Outcome, Progress, print, print_note};
use crate::pipeline::Question;
use crate::serve::{Limits, Options, Preview, ServeError};
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a network folder is looked at.
const POLL: Duration = Duration::from_millis(400);

/// Serves until it is stopped.
pub(super) fn run(args: &Serve, context: &Context) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let root = context.root()?;
    let (host, name) = match &args.host {
        None => (IpAddr::V4(Ipv4Addr::LOCALHOST), None),
        Some(name) => address(name)?,
    };
    let progress = Progress::start("Reading");
    let preview = Preview::start(
        &root,
        Options {
            question: Question { today: context.today, at_least: None, audience: args.audience },
            host,
            name,
            port: args.port,
            poll: args.poll.then_some(POLL),
            limits: Limits::default(),
        },
    );
    drop(progress);
    let preview = preview?;

    let (paint, warn) = (context.stdout(), context.stderr());
    if !host.is_loopback() {
        print_note(&format!(
            "{}: {host} is not only this machine: everyone who reaches it can read every handoff, restricted fields \
             included\n",
            warn.error("warning"),
        ));
    }
    if args.port != 0 && preview.address().port() != args.port {
        let taken = format!("port {} is taken, so it is {}", args.port, preview.address().port());
        print_note(&format!("{}: {taken}\n", warn.dim("note")));
    }
    if let Some(why) = preview.note() {
        print_note(&format!("{}: changes are looked for twice a second, because {why}\n", warn.dim("note")));
    }
    let (errors, warnings) = preview.counts();
    let counts = format!("{errors} errors, {warnings} warnings");
    let counts = match (errors, warnings) {
        (0, 0) => paint.good("no problems"),
        (0, _) => paint.warning(counts),
        _ => paint.error(counts),
    };
    let home = preview.home();
    print(&format!(
        "{} {home} after {:.2} s: {counts}\n{}\n",
        paint.good("serving"),
        started.elapsed().as_secs_f64(),
        paint.dim("Ctrl-C ends it; nothing is written but what you save in a form"),
    ))?;
    if args.open {
        open(&home);
    }
    loop {
        thread::park();
    }
}

/// The address that a name or an address stands for, with the name.
fn address(host: &str) -> Result<(IpAddr, Option<String>), Failure> {
    if let Ok(address) = host.parse() {
        return Ok((address, None));
    }
    let found = (host, 0).to_socket_addrs().ok().and_then(|mut found| found.next());
    let found = found.ok_or_else(|| {
        Failure::new(format!("no address is known for `{host}`")).help("--host takes a name or address of this machine")
    })?;
    Ok((found.ip(), Some(host.to_owned())))
}

/// Opens the browser. Where there is none, the address was printed.
fn open(home: &str) {
    let (program, arguments): (_, &[&str]) = if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let silent = Command::new(program).args(arguments).arg(home).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if let Err(error) = silent {
        print_note(&format!("no browser could be opened with `{program}`: {error}\n"));
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        let help = match &error {
            ServeError::Listen(..) => Some("--port names another port, --host another address"),
            ServeError::Audience(_) => {
                Some("`segue build --audience company` makes a site without them, for any web server")
            }
            ServeError::Project(_) | ServeError::Start(_) => None,
        };
        let failure = Self::new(error.to_string());
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}
