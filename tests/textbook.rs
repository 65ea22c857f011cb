//! The library of the textbook runtimes from outside: each case is run under an event loop and
//! under threads, and under what its lines `// under: …` name; what the runs log is recorded.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

use cosim::exec::execute::execute;
use cosim::lang::load;
use cosim::lang::program::Program;
use cosim::runtimes::drive::Ending;
use cosim::runtimes::table::{RuntimeSpec, ron};
use cosim::sim::choice::Policy;
use cosim::sim::kernel::Limits;
use cosim::sim::trace::{Event, Kind};
use cosim::value::{Outcome, Raise};

const RUNTIMES: [&str; 2] = ["Coroutines(workers: 1)", "Threads()"];

#[test]
fn logs() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("cases/textbook/*.cosim", |path| {
            #[expect(clippy::disallowed_methods, reason = "tests read their cases")]
            let text = std::fs::read_to_string(path).expect("a case can be read");
            let program =
                load(&text).unwrap_or_else(|errors| panic!("{} is refused: {errors:?}", path.display()));
            let asked = text.lines().filter_map(|line| line.strip_prefix("// under: "));
            let mut shown = String::new();
            for runtime in RUNTIMES.into_iter().chain(asked) {
                let spec = ron().from_str(runtime).expect("a case names a runtime");
                let _ = writeln!(shown, "── {runtime}\n{}", run(&program, &spec));
            }
            insta::assert_snapshot!("textbook", shown);
        });
    });
}

/// The log of a run, with milliseconds, and how the run ended.
fn run(program: &Program, spec: &RuntimeSpec) -> String {
    let trace: Rc<RefCell<Vec<Event>>> = Rc::default();
    let limits = Limits { events: 100_000, ..Limits::default() };
    let finished = execute(program, spec, 0, Policy::First, limits, Some(trace.clone()));
    let mut shown = String::new();
    let ms = |nanoseconds: u64| nanoseconds as f64 / 1e6;
    for event in trace.borrow().iter() {
        match &event.kind {
            Kind::Log { text } => writeln!(shown, "{:>6} {text}", ms(event.time.0)).expect("strings grow"),
            Kind::Failed { text } => {
                writeln!(shown, "{:>6} (failed: {text})", ms(event.time.0)).expect("strings grow");
            }
            _ => {}
        }
    }
    let ending = match &finished.ending {
        Ending::Completed => "completed".into(),
        Ending::Stuck(waits) => format!("stuck with {} tasks", waits.len()),
        Ending::Limit(limit) => format!("stopped: {limit:?}"),
    };
    let _ = writeln!(shown, "{:>6} {ending}{}", ms(finished.time.0), of_main(finished.main.as_ref()));
    shown
}

fn of_main(outcome: Option<&Outcome>) -> String {
    match outcome {
        None | Some(Ok(_)) => String::new(),
        Some(Err(Raise::Cancelled)) => ", main cancelled".into(),
        Some(Err(Raise::Failed(failure))) => format!(", main failed: {}", failure.text),
    }
}
