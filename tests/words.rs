//! Every example in `docs/words.md` is a program that runs as its page says, under an event loop;
//! under threads times may differ, and some cannot go on.

use cosim::compare::comparison::{Comparison, RunEnding};
use cosim::diagnostic::{Style, render};
use cosim::lang::parse::ParseLimits;
use cosim::runtimes::table::RuntimeSpec;
use cosim::scenario::{RunOptions, load_program, run};
use cosim::source::Sources;
use cosim::words;

/// Runs a bare program under the default comparison.
fn compared(name: &str, text: &str) -> Comparison {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let loaded = load_program(&mut sources, id, &ParseLimits::default());
    let style = Style { color: false, unicode: true, width: 100 };
    let loaded = loaded.unwrap_or_else(|problems| panic!("{}", render(&problems, &sources, style)));
    assert!(loaded.warnings.is_empty(), "{}", render(&loaded.warnings, &sources, style));
    run(&loaded.experiment, &RunOptions::default(), &mut ())
}

#[test]
fn every_example_runs() {
    let mut examples = 0;
    for word in words::all() {
        for block in word.page.split("```cosim").skip(1) {
            let (head, rest) = block.split_once('\n').expect("a block has lines");
            let (text, _) = rest.split_once("```").expect("a block ends");
            let deadlock = head.trim() == "deadlock";
            // Under threads waits are not cut short, and under one thread nothing overlaps: the pages tell
            // of the event loop.
            let runs = compared(word.name, text).runs;
            for run in runs.iter().filter(|run| !matches!(run.runtime, RuntimeSpec::Threads(_))) {
                let lenient = run.name != "one event loop";
                let as_told = match &run.ending {
                    RunEnding::Completed => lenient || !deadlock,
                    RunEnding::Deadlock(_) => lenient || deadlock,
                    RunEnding::Failed { .. } => lenient,
                    RunEnding::Limit(_) => false,
                };
                assert!(as_told, "{} under {}: {:?}", word.name, run.name, run.ending);
            }
            examples += 1;
        }
    }
    assert!(examples > 40);
}
