//! What editors have of cosim: the language server, driven as VS Code drives it, the extension and the grammars.
//!
//! `.ci/editors` installs what that takes: Node's packages of the extension, and tree-sitter for Python. Where
//! something is missing, what needs it says so and is skipped.

#![allow(clippy::disallowed_methods, reason = "tests run programs")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cosim::editor::document::{Document, Language};
use cosim::editor::fixes::fixes;
use cosim::editor::formatted::formatted;
use cosim::editor::habit::{Habit, habit};
use cosim::editor::inlays::inlays;
use cosim::editor::problems::problems;
use cosim::editor::text::{Position, Units};
use cosim::editor::{complete, experiment, hover, outline, rename};
use cosim::scenario::load::default_runs;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for tests");
    folder
}

/// Something that `.ci/editors` installed.
fn installed(name: &str, what: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a folder in the target folder");
    let path = target.join("editors").join(name);
    if !path.exists() {
        eprintln!("skipped: {what} is not installed; .ci/editors does it");
        return None;
    }
    Some(path)
}

/// Runs a program to its end, which has to be a good one; what it printed.
fn ran(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().expect("it can be run");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    stdout.into_owned()
}

/// The scenarios there are, programs or experiments.
fn scenarios(ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("scenarios")).expect("scenarios").flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == ending));
    paths.sort();
    paths
}

#[test]
fn the_server_serves_a_real_client() {
    let Some(modules) = installed("vscode/node_modules", "the client library of VS Code") else { return };
    let mut client = Command::new("node");
    client.arg("tests/editors/client.mjs").arg(env!("CARGO_BIN_EXE_cosim")).arg(modules);
    let said = ran(client.arg(folder("lsp")).arg(root().join("scenarios")));
    assert!(said.trim_end().ends_with(" passed, 0 failed"), "{said}");
}

#[test]
fn the_extension_is_packaged() {
    let Some(place) = installed("vscode", "what packages the extension") else { return };
    if !place.join("node_modules/@vscode/vsce").exists() {
        return eprintln!("skipped: vsce is not installed; .ci/editors does it");
    }
    for part in
        ["package.json", "language-configuration.json", "README.md", ".vscodeignore", "src", "syntaxes"]
    {
        let ours = root().join("editors/vscode").join(part);
        ran(Command::new("cp").arg("-r").arg(ours).arg(&place));
    }
    let output =
        Command::new("npm").args(["run", "package"]).current_dir(&place).output().expect("npm can be run");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    for part in ["package.json", "dist/extension.js", "cosim.tmLanguage.json", "language-configuration.json"]
    {
        let part = part.rsplit('/').next().unwrap_or(part);
        assert!(said.contains(part), "{part} is not in it:\n{said}");
    }
    assert!(fs::metadata(place.join("cosim.vsix")).is_ok_and(|vsix| vsix.len() > 50_000), "{said}");
}

#[test]
fn the_extension_does_what_it_says() {
    let Some(modules) = installed("vscode/node_modules", "the client library of VS Code") else { return };
    let mut pretender = Command::new("node");
    pretender.arg("tests/editors/extension.mjs").arg(env!("CARGO_BIN_EXE_cosim")).arg(modules);
    let said = ran(pretender.arg(folder("extension")));
    assert!(said.trim_end().ends_with(" passed, 0 failed"), "{said}");
}

#[test]
fn every_token_has_a_colour() {
    let Some(modules) = installed("vscode/node_modules", "TextMate's grammars for Node") else { return };
    let mut reader = Command::new("node");
    reader.arg("tests/editors/textmate.mjs").arg(modules).args(scenarios("cosim")).args(scenarios("ron"));
    let said = ran(&mut reader);
    assert!(said.trim_end().ends_with(" passed, 0 failed"), "{said}");
}

#[test]
fn tree_sitter_reads_what_we_read() {
    let Some(python) = installed("python/bin/python", "tree-sitter for Python") else { return };
    if Command::new("cc").arg("--version").output().is_err() {
        return eprintln!("skipped: there is no C compiler for tree-sitter's grammar");
    }
    let mut reader = Command::new(python);
    // What the checker refuses is well written all the same.
    let cases =
        fs::read_dir(root().join("tests/cases/check")).expect("cases").flatten().map(|entry| entry.path());
    let readable = cases.filter(|path| {
        let text = fs::read_to_string(path).expect("a case");
        Document::new(text, Language::Program).program.is_some_and(|program| program.whole)
    });
    reader.arg("tests/editors/tree.py").arg(folder("tree-sitter")).args(scenarios("cosim")).args(readable);
    let said = ran(&mut reader);
    assert!(said.trim_end().ends_with(" passed, 0 failed"), "{said}");
}

/// The words that the grammars of editors know are those of the language.
#[test]
fn grammars_know_every_word() {
    use cosim::lang::parse::{DECLARATIONS, KEYWORDS};
    use cosim::lang::vocabulary::FUNCTIONS;
    let words: Vec<&str> = KEYWORDS.into_iter().chain(DECLARATIONS).chain(["scope"]).collect();
    let functions: Vec<&str> = FUNCTIONS.iter().map(|word| word.name).collect();
    let all = [words.as_slice(), functions.as_slice()].concat();
    for (file, wanted) in [
        ("editors/vscode/syntaxes/cosim.tmLanguage.json", all),
        ("editors/tree-sitter-cosim/grammar.js", words),
        ("editors/tree-sitter-cosim/queries/highlights.scm", functions),
    ] {
        let text = fs::read_to_string(root().join(file)).expect("a grammar");
        let known: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        let missing: Vec<&str> = wanted.into_iter().filter(|word| !known.contains(word)).collect();
        assert!(missing.is_empty(), "{file} does not know {missing:?}");
    }
}

fn habits() -> Vec<Habit> {
    default_runs().iter().map(|(name, runtime)| habit(name, runtime)).collect()
}

/// Asks a document everything that can be asked of a place in it.
fn ask(text: &str, language: Language, at: usize, beside: Option<&Document>, habits: &[Habit]) {
    let document = Document::new(text, language);
    let program = document.program.as_ref().map(|_| &document).or(beside);
    complete::complete(&document, at);
    hover::hover(&document, at);
    hover::signature(&document, at);
    rename::target(&document, at).ok();
    rename::edits(&document, at, "renamed").ok();
    experiment::complete(&document, program, &[], at);
    experiment::hover(&document, program, at);
    outline::outline(&document);
    formatted(&document).ok();
    inlays(&document, 0..text.len(), habits);
    let (found, _) = problems("x", text, language, &mut |_| Err("nothing is beside it".to_string()));
    for fix in fixes(&document, &found, 0..text.len()) {
        let mut mended = text.to_string();
        for (range, by) in fix.edits.iter().rev() {
            mended.replace_range(range.clone(), by);
        }
    }
    for units in [Units::Bytes, Units::Utf16, Units::Characters] {
        let position = document.text.position(at, units);
        assert_eq!(document.text.offset(position, units), at);
        document.text.offset(Position { line: position.line, column: u32::MAX }, units);
    }
}

/// A scenario as it looks while it is being written: cut off anywhere, and with a hole anywhere.
#[test]
fn half_written_texts_are_answered() {
    let habits = habits();
    let mut asked = 0;
    for (language, ending) in [(Language::Program, "cosim"), (Language::Experiment, "ron")] {
        let program = fs::read_to_string(root().join("scenarios/laundry.cosim")).expect("the laundry");
        let beside = Document::new(program, Language::Program);
        for (number, path) in scenarios(ending).iter().enumerate() {
            let text = fs::read_to_string(path).expect("a scenario");
            let step = text.len() / 5 + 1;
            for at in (number % step..text.len()).step_by(step).filter(|&at| text.is_char_boundary(at)) {
                ask(&text[..at], language, at, Some(&beside), &habits);
                let hole = text[at..].char_indices().nth(9).map_or(text.len(), |(end, _)| at + end);
                ask(&format!("{}{}", &text[..at], &text[hole..]), language, at, Some(&beside), &habits);
                asked += 2;
            }
        }
    }
    assert!(asked > 300, "{asked}");
}

/// Every beginning of one program and one experiment that have everything.
#[test]
fn every_beginning_is_answered() {
    let program = "/* a */ param n = 1.5e3\nlock fork[5]\nrwlock t\nworkers w(2) processes\ntask 洗(a) {\n  with t.read { work 1ms \"{n} {{\\\"\" }\n  \
                   select { x = c.recv() => { } after 1s => { } }\n}\nmain {\n  group g { spawn 洗(1) priority 2 on w in g }\n  \
                   try { await gather(洗(i) for i in 0..=n) } catch e { fail e } finally { }\n}\n";
    let experiment = "#![enable(implicit_some)]\nExperiment(title: \"洗\\\"\", program: Inline(r#\"main { log 'a' }\"#), params: {\"n\": 1}, \
                      compare: [(name: \"a\", runtime: Threads(workers: 1))], expect: [\"makespan('a') > 1s\"]) // x\n";
    let habits = habits();
    for (text, language) in [(program, Language::Program), (experiment, Language::Experiment)] {
        for (at, _) in text.char_indices() {
            ask(&text[..at], language, at, None, &habits);
        }
    }
}
