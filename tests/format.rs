//! What `cosim fmt` promises, held on every program and experiment there is: formatted once is formatted for good,
//! the tree stays, the comments stay.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cosim::lang::format::format;
use cosim::lang::parse::{ParseLimits, parse};
use cosim::scenario::format::format as format_experiment;
use cosim::source::SourceId;

use crate::support::fed::fed;

/// Every file of the tree that ends like this.
fn files(ending: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> =
        ["scenarios", "tests/cases", "benches"].map(|name| root.join(name)).into();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The tree as text, without the places.
fn tree(text: &str) -> String {
    let (file, problems) = parse(SourceId(0), text, 0, &ParseLimits::default());
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    let shown = format!("{file:?}");
    let mut out = String::new();
    for (n, piece) in shown.split("Span {").enumerate() {
        let rest = if n == 0 { piece } else { piece.split_once('}').expect("a place ends").1 };
        out.push_str(rest);
    }
    out
}

/// The comments of a program, in order, without the blanks around their lines.
fn comments(text: &str) -> Vec<String> {
    let (mut rest, mut found) = (text, Vec::new());
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").expect("it ends") + 2,
            '"' | '\'' => string(rest, c),
            _ => c.len_utf8(),
        };
        if c == '/' && length > 1 {
            found.push(rest[..length].lines().map(str::trim).collect::<Vec<_>>().join("\n"));
        }
        rest = &rest[length..];
    }
    found
}

/// How long the string is that a text begins with. Holes with strings in them are skipped whole.
fn string(text: &str, quote: char) -> usize {
    let (mut holes, mut at) = (0, 1);
    while let Some(c) = text[at..].chars().next() {
        at += c.len_utf8();
        match c {
            '\\' => at += 1,
            '{' if quote == '"' && text[at..].starts_with('{') && holes == 0 => at += 1,
            '{' if quote == '"' => holes += 1,
            '}' if quote == '"' && holes > 0 => holes -= 1,
            '"' | '\'' if holes > 0 => at += string(&text[at - 1..], c) - 1,
            _ if c == quote => return at,
            _ => {}
        }
    }
    at
}

fn formatted(text: &str) -> Option<String> {
    format(SourceId(0), text, &ParseLimits::default()).ok()
}

fn keeps_its_promises(text: &str, name: &str) -> bool {
    let Some(once) = formatted(text) else { return false };
    assert_eq!(tree(&once), tree(text), "{name}: another tree:\n{once}");
    assert_eq!(comments(&once), comments(text), "{name}: comments\n{once}");
    assert_eq!(formatted(&once).as_deref(), Some(once.as_str()), "{name}: not the same twice");
    assert!(
        once.lines().all(|line| line.trim_end() == line || line.contains("/*")),
        "{name}: blanks\n{once}"
    );
    true
}

#[test]
fn programs() {
    let mut done = 0;
    for path in files("cosim") {
        let text = fs::read_to_string(&path).expect("it can be read");
        done += usize::from(keeps_its_promises(&text, &path.display().to_string()));
    }
    assert!(done > 60, "only {done} programs can be read");
}

/// What is written, without blanks, commas before brackets and comments.
fn bare(text: &str) -> String {
    let text =
        comments(text).iter().fold(text.to_string(), |text, comment| text.replacen(comment.as_str(), "", 1));
    let text: String = text.split_whitespace().collect();
    text.replace(",)", ")").replace(",]", "]").replace(",}", "}")
}

#[test]
fn experiments() {
    let mut done = 0;
    for path in files("ron") {
        let text = fs::read_to_string(&path).expect("it can be read");
        let Ok(once) = format_experiment(SourceId(0), &text) else { continue };
        let name = path.display();
        assert_eq!(bare(&once), bare(&text), "{name}: something else");
        assert_eq!(comments(&once), comments(&text), "{name}: comments");
        assert_eq!(
            format_experiment(SourceId(0), &once).ok().as_ref(),
            Some(&once),
            "{name}: not the same twice"
        );
        done += 1;
    }
    assert!(done > 30, "only {done} experiments can be read");
}

/// Blanks, new lines and comments at every place where they can be: the tree and the comments stay.
#[test]
fn wherever_somebody_presses_enter() {
    let programs = ["everything.cosim", "scopes.cosim", "callbacks.cosim", "pools.cosim"];
    let mut done = 0;
    for path in files("cosim").iter().filter(|path| programs.iter().any(|name| path.ends_with(name))) {
        let text = fs::read_to_string(path).expect("it can be read");
        let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
        for (n, at) in blanks.iter().step_by(9).enumerate() {
            let inserted = ["\n", "/* why */ ", "// why\n", "\n\n\n", "/* a\n b */"][n % 5];
            let changed = format!("{}{inserted}{}", &text[..*at], &text[*at..]);
            // In a string it is something else, and not everything can be read then.
            if comments(&changed).len() == comments(&text).len() + usize::from(inserted.contains('/')) {
                done += usize::from(keeps_its_promises(&changed, &format!("{} at {at}", path.display())));
            }
        }
    }
    assert!(done > 50, "only {done} can be read");
}

fn cosim(folder: &Path, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
    let output = fed(command.current_dir(folder).args(arguments), input.as_bytes());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("by itself"), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fmt");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("inner")).expect("made");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    let read = |name: &str| fs::read_to_string(folder.join(name)).expect("read");
    write("good.cosim", "main { }\n");
    write("inner/bad.cosim", "main{work 1s}");
    write("inner/run.ron", "// Why.\nExperiment(program:File(\"bad.cosim\"))");
    write("inner/other.ron", "(settings:1)");

    let (code, out, _) = cosim(&folder, &["fmt", "--check", "."], "");
    assert_eq!(code, 1);
    assert!(out.contains("-main{work 1s}\n+main { work 1s }\n"), "{out}");
    assert!(!out.contains("good") && !out.contains("other"), "{out}");
    assert_eq!(read("inner/bad.cosim"), "main{work 1s}", "--check writes nothing");

    let (code, out, _) = cosim(&folder, &["fmt", "."], "");
    assert_eq!((code, out.as_str()), (0, "formatted inner/bad.cosim\nformatted inner/run.ron\n"));
    assert_eq!(read("inner/bad.cosim"), "main { work 1s }\n");
    assert_eq!(read("inner/run.ron"), "// Why.\nExperiment(program: File(\"bad.cosim\"))\n");
    assert_eq!(read("inner/other.ron"), "(settings:1)");
    assert_eq!(cosim(&folder, &["fmt", "--check", "."], ""), (0, String::new(), String::new()));

    assert_eq!(cosim(&folder, &["fmt", "-"], "main{}"), (0, "main { }\n".into(), String::new()));
    assert_eq!(cosim(&folder, &["fmt", "-"], "Experiment(seed:1)").1, "Experiment(seed: 1)\n");
    write("broken.cosim", "main {");
    let (code, out, err) = cosim(&folder, &["fmt", "broken.cosim"], "");
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("E0002") && read("broken.cosim") == "main {", "{err}");
    assert_eq!(cosim(&folder, &["fmt", "absent.cosim"], "").0, 2);
}
