//! The documents are tests: every program in them is run, and what they print is what comes out.
//!
//! | block | |
//! |---|---|
//! | `cosim` | runs to its end under every runtime |
//! | `cosim as web.cosim` | the same, and the commands below find it under this name |
//! | `cosim deadlock` | gets stuck |
//! | `cosim fails E0201` | is refused, with this code |
//! | `output` | what the program above logs under `Asyncio`: time and text |
//! | `order Trio(order: Lifo)` | the texts the program above logs under that runtime, in one line |
//! | `ron` | an experiment in `scenarios/`; all it expects holds |
//! | `ron as bread.ron` | written into the folder of the commands below, which say whether it is right |
//! | `sh` | commands, run by the shell one after the other in a folder that has the scenarios |
//! | `console` | such a command and its output on a terminal of 100 columns |
//! | `console fails` | the same of a command that ends with 1 |
//! | `python` | part of the file that the commands above wrote |
//! | `ron part`, `js`, `json`, `lua`, `toml`, `text`, `python excerpt` | to be read |
//!
//! `BLESS=1 cargo test --test all documents::` writes the blocks `output`, `order` and `console` anew.

#![allow(clippy::disallowed_methods, reason = "tests read and write their documents")]

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use cosim::exec::execute::{Finished, execute};
use cosim::lang::load;
use cosim::lang::parse::ParseLimits;
use cosim::runtimes::drive::Ending;
use cosim::scenario::file::read_runtime;
use cosim::scenario::load::load as load_experiment;
use cosim::scenario::run::{RunOptions, run};
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::trace::{Event, Kind};
use cosim::source::{SourceId, Sources};

#[test]
fn the_readme() {
    assert!(document("README.md") > 0);
}

#[test]
fn the_readme_in_chinese() {
    assert!(document("README.zh-CN.md") > 0);
}

#[test]
fn the_language_reference() {
    assert!(document("docs/language.md") > 0);
}

#[test]
fn same_program_seven_orders() {
    assert!(document("docs/same-program-seven-orders.md") > 0);
}

#[test]
fn the_other_pages() {
    let mut pages = Vec::new();
    for folder in ["docs", "docs/runtimes"] {
        let entries = fs::read_dir(root().join(folder)).expect("the folder can be read");
        let names = entries.map(|entry| entry.expect("an entry can be read").file_name());
        pages.extend(names.map(|name| format!("{folder}/{}", name.to_string_lossy())));
    }
    // `tests/words.rs` runs what stands in the pages on words.
    let others = ["docs/language.md", "docs/same-program-seven-orders.md", "docs/words.md"];
    pages.retain(|page| page.ends_with(".md") && !others.contains(&page.as_str()));
    pages.sort();
    let blocks: usize = pages.iter().map(|page| document(page)).sum();
    assert!(blocks > 50, "{blocks} blocks in {} pages", pages.len());
}

/// A fenced block: what stands behind its fence, its text, and the line of the fence.
struct Block {
    info: String,
    body: String,
    line: usize,
}

enum Piece {
    Text(String),
    Block(Block),
}

/// How many blocks it has: each says what comes out now.
fn document(name: &str) -> usize {
    let path = root().join(name);
    let text = fs::read_to_string(&path).expect("the document can be read");
    let pieces = pieces(&text);
    let mut fresh = String::new();
    let mut above = Above { folder: folder(name), ..Above::default() };
    for piece in &pieces {
        match piece {
            Piece::Text(text) => fresh.push_str(text),
            Piece::Block(block) => {
                let place = format!("{name}:{}", block.line);
                let body = current(block, &place, &mut above);
                fresh.push_str(&format!("```{}\n{body}```\n", block.info));
            }
        }
    }
    let blocks = pieces.iter().filter(|piece| matches!(piece, Piece::Block(_))).count();
    if fresh == text {
        return blocks;
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, fresh).expect("the document can be written");
        return blocks;
    }
    let differs = fresh.lines().zip(text.lines()).position(|(a, b)| a != b).unwrap_or(0);
    let (now, then) = (fresh.lines().nth(differs), text.lines().nth(differs));
    panic!("{name}:{}: it says {then:?}, but now {now:?} comes out (BLESS=1 writes it anew)", differs + 1);
}

/// The last program, and what it logged under `Asyncio` if nobody has asked yet.
#[derive(Default)]
struct Above {
    program: String,
    logged: Option<String>,
    /// Where commands are run.
    folder: PathBuf,
    /// The last word of the last of them.
    wrote: String,
}

/// A fresh one with the scenarios in it, both where they lie in the repository and by themselves.
fn folder(document: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(document.replace('/', "-"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("scenarios")).expect("the folder for tests can be made");
    for entry in fs::read_dir(root().join("scenarios")).expect("the folder can be read") {
        let path = entry.expect("an entry can be read").path();
        let name = path.file_name().expect("a file has a name");
        for to in [folder.join("scenarios").join(name), folder.join(name)] {
            fs::copy(&path, to).expect("a scenario can be copied");
        }
    }
    folder
}

/// What the block is to hold.
fn current(block: &Block, place: &str, above: &mut Above) -> String {
    if let Some(runtime) = block.info.strip_prefix("order ") {
        let (finished, log) = under(runtime, &above.program, place);
        assert!(completed(&finished), "{place}: {runtime}: {finished:?}");
        let texts: Vec<&str> = log.lines().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
        return format!("{}\n", texts.join(" · "));
    }
    let words: Vec<&str> = block.info.split_whitespace().collect();
    match words[..] {
        ["cosim"] => {
            let logged = Some(completes(&block.body, place));
            (above.program, above.logged) = (block.body.clone(), logged);
        }
        ["cosim", "as", name] => {
            fs::write(above.folder.join(name), &block.body).expect("the program can be written");
            let logged = Some(completes(&block.body, place));
            (above.program, above.logged) = (block.body.clone(), logged);
        }
        ["cosim", "deadlock"] => gets_stuck(&block.body, place),
        ["cosim", "fails", code] => is_refused(&block.body, code, place),
        ["output"] => {
            return above.logged.take().unwrap_or_else(|| panic!("{place}: there is no program above"));
        }
        ["ron"] => holds(&block.body, place),
        ["ron", "as", name] => {
            fs::write(above.folder.join(name), &block.body).expect("the experiment can be written");
        }
        ["sh"] => {
            for line in block.body.lines() {
                // What follows builds on it.
                let Some(_) = shell(line, &above.folder, place, 0) else { break };
                above.wrote = line.split_whitespace().last().unwrap_or_default().to_string();
            }
        }
        ["console", ref fails @ ..] if matches!(fails, [] | ["fails"]) => {
            let command = block.body.lines().next().unwrap_or_default();
            let line = command.strip_prefix("$ ").unwrap_or_else(|| panic!("{place}: begins with `$ `"));
            if let Some(printed) = shell(line, &above.folder, place, fails.len() as i32) {
                return format!("{command}\n{printed}");
            }
        }
        ["python"] => {
            let wrote = fs::read_to_string(above.folder.join(&above.wrote)).expect("a file was written");
            assert!(wrote.contains(&block.body), "{place}: this does not stand in\n{wrote}");
        }
        ["ron", "part"] | ["js"] | ["json"] | ["lua"] | ["toml"] | ["text"] | ["python", "excerpt"] => {}
        _ => panic!("{place}: `{}` means nothing to this test", block.info),
    }
    block.body.clone()
}

/// Runs to its end everywhere; what is logged under `Asyncio`.
fn completes(text: &str, place: &str) -> String {
    for runtime in ["Coroutines()", "Threads()", "Threads(workers: 4, cores: 1)"] {
        let (finished, _) = under(runtime, text, place);
        assert!(completed(&finished), "{place}: {runtime}: {finished:?}");
    }
    let (finished, log) = under("Asyncio()", text, place);
    assert!(completed(&finished), "{place}: {finished:?}");
    log
}

fn completed(finished: &Finished) -> bool {
    finished.ending == Ending::Completed && matches!(finished.main, Some(Ok(_)))
}

fn gets_stuck(text: &str, place: &str) {
    for runtime in ["Asyncio()", "Coroutines()", "Threads()"] {
        let (finished, _) = under(runtime, text, place);
        assert!(matches!(finished.ending, Ending::Stuck(_)), "{place}: {runtime}: {finished:?}");
    }
}

fn is_refused(text: &str, code: &str, place: &str) {
    let diagnostics = load(text).expect_err(place);
    let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, [code], "{place}");
}

/// A run, and the lines it logs.
fn under(runtime: &str, text: &str, place: &str) -> (Finished, String) {
    let spec = read_runtime(SourceId::default(), runtime).expect("this runtime is well written");
    let program = load(text).unwrap_or_else(|problems| panic!("{place}: {problems:?}"));
    let trace = Rc::new(RefCell::new(Vec::new()));
    let finished = execute(&program, &spec, 42, Policy::First, Limits::default(), Some(trace.clone()));
    let log = trace.borrow().iter().filter_map(log_line).collect();
    (finished, log)
}

fn log_line(event: &Event) -> Option<String> {
    match &event.kind {
        Kind::Log { text } => Some(format!("{} {text}\n", event.time)),
        _ => None,
    }
}

/// An experiment of which every expectation holds.
fn holds(text: &str, place: &str) {
    let mut sources = Sources::default();
    let id = sources.add(place, text);
    let mut read = |path: &str| {
        fs::read_to_string(root().join("scenarios").join(path)).map_err(|error| error.to_string())
    };
    let loaded = load_experiment(&mut sources, id, &ParseLimits::default(), &mut read);
    let loaded = loaded.unwrap_or_else(|problems| panic!("{place}: {problems:?}"));
    let comparison = run(&loaded.experiment, &RunOptions::default(), &mut ());
    for expectation in &comparison.expectations {
        assert!(expectation.held, "{place}: {}: {}", expectation.text, expectation.explanation);
    }
}

/// `cosim` and `cargo run … -- …`, as on a terminal of 100 columns. Other commands of cargo are left to the reader.
const COMMANDS: &str = r#"
cosim() { "$COSIM" "$@" --unicode --width 100; }
cargo() {
    while [ $# -gt 0 ] && [ "$1" != -- ]; do shift; done
    [ $# -eq 0 ] || { shift; cosim "$@"; }
}
"#;

/// What a line prints in a reader's shell; `None` if it takes a runtime that is not installed here.
fn shell(line: &str, folder: &Path, place: &str, code: i32) -> Option<String> {
    assert!(line.starts_with("cargo ") || line.starts_with("cosim "), "{place}: `{line}` is neither");
    let output = Command::new("sh")
        .args(["-c", &format!("{COMMANDS}{line}")])
        .env("COSIM", env!("CARGO_BIN_EXE_cosim"))
        .env_remove("CI")
        .env_remove("GITHUB_ACTIONS")
        .current_dir(folder)
        .output()
        .expect("there is a shell");
    let problems = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8(output.stdout).expect("reports are UTF-8");
    if output.status.code() == Some(3) && text.contains("not installed") {
        return None;
    }
    assert_eq!(output.status.code(), Some(code), "{place}: `{line}`: {problems}{text}");
    Some(text.lines().map(|line| format!("{}\n", line.trim_end())).collect())
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut block: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut block) {
            (Some(""), Some(_)) => pieces.extend(block.take().map(Piece::Block)),
            (Some(info), None) => {
                block = Some(Block { info: info.to_string(), body: String::new(), line: number + 1 });
            }
            (_, Some(block)) => block.body.push_str(&format!("{line}\n")),
            (None, None) => pieces.push(Piece::Text(format!("{line}\n"))),
        }
    }
    assert!(block.is_none(), "every block is closed");
    pieces
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}
