//! The laws of the house (`ARCHITECTURE.md`), held to the sources themselves.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The floors, lowest first. What stands on one floor side by side does not know of each other.
const FLOORS: [&[&str]; 15] = [
    &["source", "time", "suggest", "pages", "words"],
    &["value"],
    &["diagnostic"],
    &["lang", "sim"],
    &["runtimes"],
    &["exec"],
    &["compare"],
    &["scenario"],
    &["study"],
    &["export"],
    &["report"],
    &["quiz"],
    &["mdbook"],
    &["verify", "editor"],
    &["cli"],
];

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of the sources can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found.retain(|path| !is_test(path));
    found
}

/// A file that its front door includes under `#[cfg(test)]` only.
fn is_test(path: &Path) -> bool {
    let name = path.file_stem().and_then(|name| name.to_str()).expect("names are UTF-8");
    let door = path.with_file_name("mod.rs");
    fs::read_to_string(door).is_ok_and(|door| door.contains(&format!("#[cfg(test)]\nmod {name};")))
}

/// `lang::parse::scan` for `src/lang/parse/scan.rs`, `lang::parse` for its `mod.rs`.
fn module(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let relative = path.strip_prefix(root).expect("a source lies in src").with_extension("");
    let name = relative.to_str().expect("names are UTF-8").replace('/', "::");
    name.strip_suffix("::mod").unwrap_or(&name).to_string()
}

fn floor(module: &str) -> Option<(usize, &str)> {
    let top = module.split("::").next().unwrap_or(module);
    FLOORS.iter().position(|floor| floor.contains(&top)).map(|n| (n, top))
}

/// Every `crate::a::b` in the text, comments and tests apart, as the longest module it names.
fn imports(text: &str, modules: &BTreeSet<String>) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = lines.collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let path: String =
            code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect();
        let mut parts: Vec<&str> = path.split("::").collect();
        while !parts.is_empty() && !modules.contains(&parts.join("::")) {
            parts.pop();
        }
        if !parts.is_empty() {
            found.insert(parts.join("::"));
        }
    }
    found
}

fn graph() -> BTreeMap<String, BTreeSet<String>> {
    let files = sources();
    let modules: BTreeSet<String> = files.iter().map(|path| module(path)).collect();
    let read = |path: &PathBuf| fs::read_to_string(path).expect("a source can be read");
    files.iter().map(|path| (module(path), imports(&read(path), &modules))).collect()
}

#[test]
fn imports_go_down() {
    let mut wrong = Vec::new();
    for (from, targets) in graph() {
        let Some((high, mine)) = floor(&from) else { continue };
        for to in targets {
            let Some((low, theirs)) = floor(&to) else { continue };
            if low > high || (low == high && mine != theirs && low > 0) {
                wrong.push(format!("{from} imports {to}"));
            }
        }
    }
    assert!(wrong.is_empty(), "upward imports:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_imports_in_a_circle() {
    let graph = graph();
    let mut done = BTreeSet::new();
    for start in graph.keys() {
        let mut path = Vec::new();
        visit(start, &graph, &mut path, &mut done);
    }
}

fn visit<'a>(
    at: &'a str,
    graph: &'a BTreeMap<String, BTreeSet<String>>,
    path: &mut Vec<&'a str>,
    done: &mut BTreeSet<&'a str>,
) {
    if let Some(from) = path.iter().position(|&seen| seen == at) {
        panic!("a circle: {} -> {at}", path[from..].join(" -> "));
    }
    if done.contains(at) {
        return;
    }
    path.push(at);
    // A front door names its rooms; nobody inside the house goes through it.
    let next = graph[at].iter().filter(|to| to.as_str() != at);
    for to in next {
        visit(to, graph, path, done);
    }
    path.pop();
    done.insert(at);
}

#[test]
fn every_file_says_what_it_owns() {
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source can be read");
        assert!(text.starts_with("//! "), "{} does not open with a sentence", path.display());
    }
}

#[test]
fn a_front_door_holds_no_logic() {
    for path in sources().iter().filter(|path| path.ends_with("mod.rs")) {
        let text = fs::read_to_string(path).expect("a source can be read");
        assert!(!text.contains("\nfn ") && !text.contains("\npub fn "), "{} has logic", path.display());
    }
}

/// One foreign crate, one file (or one folder).
#[test]
fn foreign_crates_keep_to_their_rooms() {
    let homes = [
        ("genawaiter::", "sim::process"),
        ("annotate_snippets::", "diagnostic"),
        ("pest::", "lang::parse"),
        ("pest_derive::", "lang::parse"),
        ("clap::", "cli"),
        ("clap_mangen::", "cli::manuals"),
        ("resvg::", "cli::png"),
        ("ctrlc::", "cli::interrupt"),
        ("indicatif::", "cli::progress"),
        ("parquet::", "cli::sweep"),
        ("pulldown_cmark::", "mdbook::fences"),
        ("gen_lsp_types", "cli::lsp"),
        ("lsp_server::", "cli::lsp::server"),
        ("similar::", "cli::difference"),
        ("ratatui::", "cli::step"),
        ("crossterm::terminal", "cli::step::terminal"),
        ("crossterm::execute", "cli::step::terminal"),
    ];
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a source can be read");
        let module = module(&path);
        for (name, home) in homes {
            let used = text.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(name));
            assert!(!used || module.starts_with(home), "{module} knows {name}, which is {home}'s");
        }
    }
}

/// Only `cli` touches the world.
#[test]
fn the_library_is_pure() {
    let world = [
        "std::fs",
        "std::env",
        "std::io",
        "std::net",
        "std::process",
        "std::thread",
        "println!",
        "eprintln!",
    ];
    for path in sources() {
        let module = module(&path);
        if module.starts_with("cli") || module == "main" || module.starts_with("bin") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a source can be read");
        let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
        for word in world {
            let used = code.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(word));
            assert!(!used, "{module} uses {word}");
        }
    }
}

/// A file of tests that no program has as a module would never run.
#[test]
fn every_test_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = |path: &str| fs::read_to_string(root.join(path)).expect("it can be read");
    let (main, manifest) = (text("tests/main.rs"), text("Cargo.toml"));
    for entry in fs::read_dir(root.join("tests")).expect("the folder of tests can be read") {
        let path = entry.expect("an entry can be read").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("names are UTF-8");
        let is_program = name == "main" || manifest.contains(&format!("[[test]]\nname = \"{name}\""));
        let is_run = is_program || main.contains(&format!("\nmod {name};"));
        assert!(is_run || path.extension().is_none_or(|ending| ending != "rs"), "{name} is never run");
    }
}
