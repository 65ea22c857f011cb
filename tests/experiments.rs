//! Experiments from outside: every file of `tests/cases/ron` is loaded and, if it is sound, run.

use std::fmt::Write as _;
use std::path::Path;

use cosim::compare::comparison::{Comparison, Deadlock, RunEnding};
use cosim::compare::fingerprint;
use cosim::diagnostic::{Style, count, render};
use cosim::lang::parse::ParseLimits;
use cosim::pages::{PAGES, Page};
use cosim::scenario::{RunOptions, load, run};
use cosim::source::Sources;

#[test]
fn experiments() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("cases/ron/*.ron", |path| insta::assert_snapshot!(report(path)));
    });
}

/// What the pages call wrong is wrong for exactly that reason, and what they call right is right.
#[test]
fn pages_on_experiments() {
    for page in PAGES.iter().filter(|page| ("E0600".."E0800").contains(&page.code)) {
        let examples = examples(page);
        assert_eq!(examples.iter().filter(|(fails, _)| *fails).count(), 1, "{}", page.code);
        assert_eq!(examples.len(), 2, "{}", page.code);
        for (fails, text) in examples {
            let mut sources = Sources::default();
            let id = sources.add("example.ron", text);
            let mut read = |_: &str| Err("there is no such file".to_string());
            let loaded = load(&mut sources, id, &ParseLimits::default(), &mut read);
            let problems = loaded.map_or_else(|problems| problems, |loaded| loaded.warnings);
            let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
            let right = codes.iter().all(|code| *code == page.code) && fails != codes.is_empty();
            assert!(right, "{}: {codes:?} of\n{text}", page.code);
        }
    }
}

/// The RON blocks of a page, and whether each is meant to fail.
fn examples(page: &Page) -> Vec<(bool, &'static str)> {
    let blocks = page.text.split("```ron").skip(1).map(|block| {
        let (head, text) = block.split_once('\n').unwrap_or_default();
        (head.trim() == "fails", text.split("```").next().unwrap_or_default())
    });
    blocks.collect()
}

/// What is said of an experiment, or what comes out of it.
fn report(path: &Path) -> String {
    let name = path.file_name().expect("a case has a name").to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).expect("a case can be read");
    let folder = path.parent().expect("a case lies in a folder");
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let mut read = |file: &str| {
        std::fs::read_to_string(folder.join(file)).map_err(|_| "there is no such file".to_string())
    };
    let style = Style { color: false, unicode: true, width: 100 };
    match load(&mut sources, id, &ParseLimits::default(), &mut read) {
        Err(problems) => {
            let (errors, warnings) = count(&problems);
            format!("{}\n{errors} errors, {warnings} warnings", render(&problems, &sources, style))
        }
        Ok(loaded) => {
            let comparison = run(&loaded.experiment, &RunOptions::default(), &mut ());
            render(&loaded.warnings, &sources, style) + &summary(&comparison)
        }
    }
}

fn summary(comparison: &Comparison) -> String {
    let mut out = format!("{}\n{}\n\n", comparison.title, comparison.story);
    for run in &comparison.runs {
        let print = fingerprint::show(run.fingerprint);
        writeln!(out, "{}: seed {}, {}, {print}", run.name, run.seed, run.metrics.makespan).expect(WRITTEN);
        for replication in &run.replications {
            writeln!(out, "    seed {}: {}", replication.seed, replication.makespan).expect(WRITTEN);
        }
        if let RunEnding::Deadlock(deadlock) = &run.ending {
            out.push_str(&stuck(deadlock));
        }
    }
    for expectation in &comparison.expectations {
        let mark = if expectation.held { "held" } else { "FAILED" };
        writeln!(out, "{mark}: {}\n    {}", expectation.text, expectation.explanation).expect(WRITTEN);
    }
    out
}

fn stuck(deadlock: &Deadlock) -> String {
    let mut out = String::new();
    for (title, tasks) in [("cycle", &deadlock.cycle), ("stuck", &deadlock.stuck)] {
        for task in tasks {
            let (name, object) = (&task.name, task.object.as_deref().unwrap_or("nothing"));
            let place = task.span.map_or(0, |span| span.start);
            let line = format!("    {title}: {name} at {place} waits for {object} of {:?}", task.holders);
            writeln!(out, "{line}, holds {:?}", task.holds).expect(WRITTEN);
        }
    }
    out
}

const WRITTEN: &str = "a string can be written to";
