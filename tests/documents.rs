//! The documents are tests: every program in them is run, and what they print is what comes out.
//!
//! | block | |
//! |---|---|
//! | `cosim` | runs to its end under every runtime |
//! | `cosim deadlock` | gets stuck |
//! | `cosim fails E0201` | is refused, with this code |
//! | `output` | what the program above logs under `Asyncio`: time and text |
//! | `order Trio(order: Lifo)` | the texts the program above logs under that runtime, in one line |
//! | `ron` | an experiment in `scenarios/`; all it expects holds |
//! | `sh` | commands of cargo; those that run cosim are run |
//! | `console` | a command and its output on a terminal of 100 columns |
//!
//! `BLESS=1 cargo test --test documents` writes the blocks `output`, `order` and `console` anew.

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
    document("README.md");
}

#[test]
fn the_language_reference() {
    document("docs/language.md");
}

#[test]
fn same_program_seven_orders() {
    document("docs/same-program-seven-orders.md");
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

fn document(name: &str) {
    let path = root().join(name);
    let text = fs::read_to_string(&path).expect("the document can be read");
    let pieces = pieces(&text);
    let mut fresh = String::new();
    let mut above = Above::default();
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
    if fresh == text {
        return;
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, fresh).expect("the document can be written");
        return;
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
            *above = Above { program: block.body.clone(), logged };
        }
        ["cosim", "deadlock"] => gets_stuck(&block.body, place),
        ["cosim", "fails", code] => is_refused(&block.body, code, place),
        ["output"] => {
            return above.logged.take().unwrap_or_else(|| panic!("{place}: there is no program above"));
        }
        ["ron"] => holds(&block.body, place),
        ["sh"] => block.body.lines().for_each(|line| {
            cargo(line, place);
        }),
        ["console"] => {
            let command = block.body.lines().next().unwrap_or_default();
            let line = command.strip_prefix("$ ").unwrap_or_else(|| panic!("{place}: begins with `$ `"));
            return format!("{command}\n{}", cargo(line, place));
        }
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

/// What `cargo run … -- …` prints, as on a terminal of 100 columns. Other commands of cargo are left to the reader.
fn cargo(line: &str, place: &str) -> String {
    let command = line.split(" #").next().unwrap_or_default().trim_end();
    assert!(command.starts_with("cargo "), "{place}: `{command}` is no command of cargo");
    let Some((_, arguments)) = command.split_once(" -- ") else { return String::new() };
    let output = Command::new(env!("CARGO_BIN_EXE_cosim"))
        .args(arguments.split_whitespace())
        .args(["--unicode", "--width", "100"])
        .current_dir(root())
        .output()
        .expect("cosim can be run");
    let problems = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{place}: `{command}` failed: {problems}");
    let text = String::from_utf8(output.stdout).expect("reports are UTF-8");
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
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
