//! Exports: every scenario is written in every language or refused with a reason, and what is written runs.

#![allow(clippy::disallowed_methods, reason = "tests read their cases and run what they export")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use cosim::diagnostic::{Diagnostic, Style, render};
use cosim::exec::execute::execute;
use cosim::export::types::{Facts, Type};
use cosim::export::{Clock, Export, Request, TARGETS, Target, export};
use cosim::lang::ast::File;
use cosim::lang::load as program;
use cosim::lang::parse::{ParseLimits, parse};
use cosim::pages::PAGES;
use cosim::runtimes::asyncio::settings::Settings;
use cosim::runtimes::table::RuntimeSpec;
use cosim::scenario::{load, load_program};
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::trace::Kind;
use cosim::source::{SourceId, Sources};

const PYTHON: [Target; 3] = [Target::Asyncio, Target::Trio, Target::Threads];

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root(folder)).expect("a folder of cases");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == ending));
    found.sort();
    found
}

/// Exports an experiment or a program.
fn exported(path: &Path, target: Target, sources: &mut Sources) -> Result<Export, Vec<Diagnostic>> {
    let text = fs::read_to_string(path).expect("a case can be read");
    let file_name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    let id = sources.add(file_name, text);
    let limits = ParseLimits::default();
    let folder = path.parent().expect("a file lies somewhere").to_path_buf();
    let mut read = |name: &str| fs::read_to_string(folder.join(name)).map_err(|error| error.to_string());
    let loaded = match path.extension().is_some_and(|e| e == "ron") {
        true => load(sources, id, &limits, &mut read),
        false => load_program(sources, id, &limits),
    };
    let experiment = loaded?.experiment;
    let name = path.file_stem().expect("a file has a name").to_string_lossy().replace(['-', '.'], "_");
    let request = Request {
        name: &name,
        title: if path.extension().is_some_and(|e| e == "ron") { &experiment.title } else { "" },
        story: &experiment.story,
        text: &sources.get(experiment.program.source).text,
        program: experiment.program.range(),
        file: &experiment.file,
        params: &experiment.params,
        seed: experiment.seed,
        clock: Clock::Real,
    };
    export(&request, target)
}

/// The program, or why there is none.
fn shown(path: &Path, target: Target) -> String {
    let mut sources = Sources::default();
    match exported(path, target, &mut sources) {
        Ok(export) => {
            let mut out = String::new();
            for (name, text) in export.files {
                write!(out, "==> {name}\n{text}").expect("a string can be written to");
            }
            out
        }
        Err(problems) => render(&problems, &sources, Style { color: false, unicode: false, width: 100 }),
    }
}

fn snapshot(name: &str, text: String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.to_string(), text));
}

#[test]
fn what_exports_look_like() {
    let stem = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    for path in files("tests/cases/export", "cosim") {
        for target in PYTHON {
            snapshot(&format!("export_{}_{}", stem(&path), target.about().name), shown(&path, target));
        }
    }
    for about in TARGETS {
        let laundry = root("scenarios/laundry.ron");
        snapshot(&format!("export_laundry_{}", about.name), shown(&laundry, about.target));
    }
}

/// Which scenarios cannot be said where, and why.
#[test]
fn every_scenario_is_exported() {
    let mut refused = String::new();
    for path in files("scenarios", "ron") {
        for about in TARGETS {
            let text = shown(&path, about.target);
            if !text.starts_with("==> ") {
                writeln!(refused, "{}\n{text}", about.name).expect("a string can be written to");
            }
        }
    }
    snapshot("export_refused", refused);
}

#[test]
fn the_page_shows_what_comes_out() {
    let page = fs::read_to_string(root("docs/export.md")).expect("the page on exports");
    let (_, block) = page.split_once("```python\n").expect("a block of Python");
    let block = block.split("```").next().unwrap_or_default();
    let program = shown(&root("scenarios/laundry.ron"), Target::Asyncio);
    assert!(program.ends_with(&format!("\n{block}")), "the laundry is exported as\n{program}");
}

/// A Python that can run exports: 3.11 or newer.
fn python() -> Option<&'static str> {
    let new_enough = "import sys; sys.exit(sys.version_info < (3, 11))";
    let found = Command::new("python3").args(["-c", new_enough]).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some("python3");
    }
    eprintln!("skipped: there is no python3 of version 3.11 or newer here");
    None
}

#[test]
fn python_compiles() {
    let Some(python) = python() else { return };
    let folder = root("target/export-compiles");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    let cases = ["tests/cases/export", "tests/cases/laws", "tests/cases/textbook", "tests/cases/compile"];
    let cases = cases.iter().flat_map(|folder| files(folder, "cosim"));
    for path in cases.chain(files("scenarios", "ron")) {
        for target in PYTHON {
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            if let Ok(export) = exported(&path, target, &mut Sources::default()) {
                let name = format!("{}_{stem}.py", target.about().name);
                fs::write(folder.join(name), &export.files[0].1).expect("a file can be written");
            }
        }
    }
    let all = "import pathlib, sys\nfor p in sorted(pathlib.Path(sys.argv[1]).iterdir()):\n    compile(p.read_text(), p.name, 'exec')";
    let output = Command::new(python).args(["-c", all]).arg(&folder).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Programs of milliseconds, by the real clock: they log what the simulator says they log. Which of two tasks
/// is first is the machine's affair: that the order is right, too, is what `cosim verify` shows.
#[test]
fn python_runs() {
    let Some(python) = python() else { return };
    for (name, target) in [("shop", Target::Asyncio), ("names", Target::Asyncio), ("names", Target::Threads)]
    {
        let path = root(&format!("tests/cases/export/{name}.cosim"));
        let export = exported(&path, target, &mut Sources::default()).expect("it can be exported");
        let file = root("target").join(format!("export-{name}-{}.py", target.about().name));
        fs::create_dir_all(root("target")).expect("a folder can be made");
        fs::write(&file, &export.files[0].1).expect("a file can be written");
        let output = Command::new(python).arg(&file).output().expect("python runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut said: Vec<&str> =
            said.lines().filter_map(|line| line.split_once("s  ")).map(|(_, text)| text).collect();
        let text = fs::read_to_string(&path).expect("a case can be read");
        let mut expected = logged(&text);
        said.sort_unstable();
        expected.sort_unstable();
        assert_eq!(said, expected, "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What asyncio logs, as the simulator has it.
fn logged(text: &str) -> Vec<String> {
    let program = program(text).expect("a case without mistakes");
    let trace = Rc::new(RefCell::new(Vec::new()));
    let asyncio = RuntimeSpec::Asyncio(Settings::default());
    execute(&program, &asyncio, 42, Policy::First, Limits::default(), Some(trace.clone()));
    let trace = trace.borrow();
    let lines = trace.iter().filter_map(|event| match &event.kind {
        Kind::Log { text } => Some(text.to_string()),
        _other => None,
    });
    lines.collect()
}

/// What the pages call wrong is refused for exactly that reason, and what they call right is exported.
#[test]
fn pages_on_exports() {
    for page in PAGES.iter().filter(|page| ("E0800".."E0900").contains(&page.code)) {
        let target = if page.code == "E0802" { Target::Go } else { Target::Asyncio };
        for block in page.text.split("```cosim").skip(1) {
            let block = block.split("\n```").next().unwrap_or_default();
            let (head, text) = block.split_once('\n').unwrap_or_default();
            let (file, problems) = parse(SourceId(0), text, 0, &ParseLimits::default());
            assert!(problems.is_empty(), "{}: {problems:?}", page.code);
            let codes = codes(&file, text, target);
            let right =
                codes.iter().all(|code| *code == page.code) && codes.is_empty() != (head.trim() == "fails");
            assert!(right, "{}: {codes:?} of\n{text}", page.code);
        }
    }
}

fn codes(file: &File, text: &str, target: Target) -> Vec<&'static str> {
    let params = BTreeMap::new();
    let request = Request {
        name: "page",
        title: "",
        story: "",
        text,
        program: 0..text.len(),
        file,
        params: &params,
        seed: 0,
        clock: Clock::Real,
    };
    match export(&request, target) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(|problem| problem.code).collect(),
    }
}

// ── types ─────────────────────────────────────────────────────────────────

fn facts<'a>(file: &'a File) -> Facts<'a> {
    Facts::of(file, &BTreeMap::new())
}

fn parsed(text: &str) -> File {
    let (file, problems) = parse(SourceId(0), text, 0, &ParseLimits::default());
    assert!(problems.is_empty(), "{problems:?}");
    file
}

/// Every declared thing and every task with its type, in a line each.
fn typed(text: &str) -> Vec<String> {
    let file = parsed(text);
    let facts = facts(&file);
    let mut lines = Vec::new();
    for item in &file.items {
        use cosim::lang::ast::Item;
        match item {
            Item::Param { name, .. } | Item::Shared { name, .. } => {
                lines.push(format!("{}: {}", name.name, facts.global(&name.name)));
            }
            Item::Object(object) => {
                lines.push(format!("{}: {}", object.name.name, facts.global(&object.name.name)));
            }
            Item::Task { name, .. } => {
                let task = facts.task(&name.name).expect("a task");
                let params: Vec<String> = task.params.iter().map(Type::to_string).collect();
                let marks = [(task.fails, "fails"), (task.suspends, "suspends"), (task.spawned, "spawned")];
                let marks: Vec<&str> = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
                lines.push(format!(
                    "{}({}): {}; {}",
                    name.name,
                    params.join(", "),
                    task.returns,
                    marks.join(" ")
                ));
            }
            Item::Metric { .. } | Item::Main { .. } => {}
        }
    }
    lines.extend(facts.conflicts.iter().map(|conflict| format!("! {}", conflict.text)));
    lines
}

#[test]
fn types_are_found() {
    let text = "
        param sizes = [1, 2]
        shared best = none
        channel orders(2)
        future reply
        lock fork[2]
        task serve(id, patience) {
            let order = await orders.recv()
            if order == none { return }
            await sleep(patience * id)
            best = id
            reply.set(order.1)
            return order
        }
        main { }
    ";
    let text = text.replace("reply.set(order.1)", "reply.set(order)");
    let main =
        "main { let h = spawn serve(1, 5ms); await orders.send(2.5); orders.close(); log \"{await h}\" }";
    let text = text.replace("main { }", main);
    assert_eq!(
        typed(&text),
        [
            "sizes: a list (an int each)",
            "best: an int or none",
            "orders: a channel (a float each)",
            "reply: a future (a float or none)",
            "fork: a list (a lock each)",
            "serve(an int, a duration): a float or none; fails suspends spawned",
        ]
    );
}

#[test]
fn handles_and_lists_carry_types() {
    let text = "
        task half(n) { if n < 0 { fail \"no\" } return n / 2 }
        task all(handles) {
            let sum = 0
            for h in handles { sum = sum + await h }
            return sum
        }
        task both() { return await gather(half(n) for n in 1..=3) }
        task ends(list) { for end in list { if failed(end) { return str(end) } } return \"\" }
        main {
            let hs = [spawn half(1), spawn half(2)]
            log \"{await all(hs)} {await both()} {await ends(await settle(half(1)))}\"
        }
    ";
    assert_eq!(
        typed(text),
        [
            "half(an int): an int; fails spawned",
            "all(a list (the handle of a task (an int) each)): an int; fails suspends",
            "both(): a list (an int each); fails suspends",
            "ends(a list (an outcome (an int, a failure or a cancellation) each)): a string; ",
        ]
    );
}

#[test]
fn what_has_no_type_is_told() {
    let text = "task wait(x) { log \"{x}\" } main { await wait(1); await wait(\"a\"); let y = 0; y = 1.5; log \"{y}\" }";
    assert_eq!(
        typed(text),
        [
            "wait(an int): none; ",
            "! the same thing is a string in one place and an int in another",
            "! the same thing is an int in one place and a float in another: write the int as `1.0`",
        ]
    );
}
