//! `segue init`: a new knowledge base.

use super::args::Init;
use super::{Context, Failure, Outcome, create, print};
use jiff::ToSpan;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// Every file of a new knowledge base and its text, in which `{{-3}}` stands for the day three days ago: the example
/// tells of a deal that has just been closed, whenever it is read.
const FILES: [(&str, &str); 10] = [
    ("segue.toml", include_str!("init/segue.toml")),
    ("README.md", include_str!("init/README.md")),
    (".gitignore", include_str!("init/gitignore")),
    ("content/playbook.md", include_str!("init/content/playbook.md")),
    ("content/team/alex-moreau.md", include_str!("init/content/team/alex-moreau.md")),
    ("content/team/sam-okoye.md", include_str!("init/content/team/sam-okoye.md")),
    ("content/accounts/larkspur-bakeries.md", include_str!("init/content/accounts/larkspur-bakeries.md")),
    ("content/stakeholders/priya-nair.md", include_str!("init/content/stakeholders/priya-nair.md")),
    (
        "content/handoffs/larkspur-bakeries-new-business.md",
        include_str!("init/content/handoffs/larkspur-bakeries-new-business.md"),
    ),
    (
        "content/receipts/larkspur-bakeries-new-business.md",
        include_str!("init/content/receipts/larkspur-bakeries-new-business.md"),
    ),
];

/// Makes the files, unless one of them would have to be overwritten.
pub(super) fn run(args: &Init, context: &Context) -> Result<Outcome, Failure> {
    let folder = context.cwd.join(&args.dir);
    // A link that leads nowhere is in the way too.
    let in_the_way: Vec<&str> = FILES
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| folder.join(path).symlink_metadata().is_ok() || a_file_is_above(&folder, path))
        .collect();
    if !in_the_way.is_empty() {
        let list = in_the_way.join("\n  ");
        return Err(Failure::new(format!(
            "nothing was made in {}, because there is already\n  {list}",
            folder.display()
        ))
        .help("`segue init` overwrites nothing: move these away, or name another folder"));
    }
    for (path, text) in FILES {
        create(&folder.join(path), &dated(text, context.today))?;
    }
    print(&said(args, context))?;
    Ok(Outcome::Clean)
}

/// Whether something that is no folder stands where `path` needs one.
fn a_file_is_above(folder: &Path, path: &str) -> bool {
    let above = Path::new(path).ancestors().skip(1).map(|part| folder.join(part));
    above.take_while(|part| part != folder).any(|part: PathBuf| part.symlink_metadata().is_ok() && !part.is_dir())
}

/// The text with its days put in.
fn dated(text: &str, today: Date) -> String {
    let mut parts = text.split("{{");
    let mut dated = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let day = part.split_once("}}").and_then(|(days, rest)| {
            let day = today.saturating_add(days.parse::<i32>().ok()?.days());
            Some(format!("{day}{rest}"))
        });
        dated.push_str(&day.expect("the files above hold days between their braces"));
    }
    dated
}

fn said(args: &Init, context: &Context) -> String {
    let paint = context.stdout();
    let here = args.dir.as_os_str() == ".";
    let place = if here { "here".to_owned() } else { format!("in {}", args.dir.display()) };
    let mut said = format!("{} a knowledge base {place}:\n", paint.good("Made"));
    for (path, _) in FILES {
        said += &format!("  {}\n", paint.code(path));
    }
    said += "\nNext:\n";
    let mut next = |command: &str, why: &str| {
        let gap = " ".repeat(24_usize.saturating_sub(command.len()));
        let line = format!("  {}{gap}{why}", paint.code(command));
        said += line.trim_end();
        said.push('\n');
    };
    if !here {
        next(&format!("cd {}", args.dir.display()), "");
    }
    next("segue check", "is everything there?");
    next("segue build", "publish to public/, and open public/index.html");
    next("segue new handoff", "your first deal");
    next("git init && git add .", "keep its history");
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_counted_from_today() {
        assert_eq!(dated("a: {{-1}}\nb: {{365}} {{0}}.", date(2026, 3, 1)), "a: 2026-02-28\nb: 2027-03-01 2026-03-01.");
    }

    #[test]
    fn every_file_of_the_example_is_made() {
        fn files(folder: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    files(&path, found);
                } else {
                    found.push(path.to_str().expect("UTF-8").replace('\\', "/"));
                }
            }
        }
        let mut found = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/init"), &mut found);
        assert_eq!(found.len(), FILES.len());
        for (path, _) in FILES {
            assert!(found.iter().any(|found| found.ends_with(path.trim_start_matches('.'))), "{path}");
        }
    }
}
