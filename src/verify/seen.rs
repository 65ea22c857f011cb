//! What can be seen of a run, real or simulated: its log with times, and how it ended.

use std::cell::RefCell;
use std::rc::Rc;

use crate::exec::execute::execute_noting_draws;
use crate::lang::program::Program;
use crate::runtimes::drive::Ending;
use crate::runtimes::table::RuntimeSpec;
use crate::sim::choice::Policy;
use crate::sim::kernel::Limits;
use crate::sim::random::Drawn;
use crate::sim::trace::{Event, Kind, Sink};
use crate::source::Span;
use crate::value::Raise;

/// Stands in a log for a line break, so that a step is a line.
const LINE_BREAK: &str = "␤";

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub nanos: u64,
    pub text: String,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// `main` and all it waits for have ended.
    Ok,
    /// Everybody waits for somebody.
    Deadlock,
    /// `main` failed, or was cancelled.
    Error(String),
    /// It was stopped, or broke off: the sentence says why.
    Stopped(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub steps: Vec<Step>,
    pub status: Status,
}

/// A simulated run: what was seen, where in the program each step was logged, what was drawn.
#[derive(Debug, Clone)]
pub struct Simulated {
    pub seen: Seen,
    pub places: Vec<Option<Span>>,
    pub draws: Vec<Drawn>,
    /// The free decisions, in order.
    pub choices: Vec<u32>,
}

/// The log of a run as it is written.
#[derive(Default)]
struct Listener {
    steps: Vec<Step>,
    places: Vec<Option<Span>>,
}

impl Sink for Listener {
    fn event(&mut self, event: &Event) {
        if let Kind::Log { text } = &event.kind {
            self.steps.push(Step { nanos: event.time.0, text: one_line(text) });
            self.places.push(event.span);
        }
    }
}

pub fn one_line(text: &str) -> String {
    text.replace("\r\n", LINE_BREAK).replace(['\n', '\r'], LINE_BREAK)
}

/// Runs a program under a runtime, and listens.
pub fn simulate(
    program: &Program,
    spec: &RuntimeSpec,
    seed: u64,
    policy: Policy,
    limits: Limits,
) -> Simulated {
    let listener: Rc<RefCell<Listener>> = Rc::default();
    let (finished, draws) = execute_noting_draws(program, spec, seed, policy, limits, Some(listener.clone()));
    let choices = finished.choices.iter().map(|choice| choice.chosen).collect();
    let status = match (finished.ending, finished.main) {
        (Ending::Completed, Some(Err(Raise::Failed(failure)))) => Status::Error(one_line(&failure.text)),
        (Ending::Completed, Some(Err(Raise::Cancelled))) => Status::Error("cancelled".to_string()),
        (Ending::Completed, Some(Ok(_)) | None) => Status::Ok,
        (Ending::Stuck(_), _) => Status::Deadlock,
        (Ending::Limit(limit), _) => {
            Status::Stopped(format!("a limit was reached: {limit:?}").to_lowercase())
        }
    };
    let listener = listener.take();
    Simulated { seen: Seen { steps: listener.steps, status }, places: listener.places, draws, choices }
}

/// What a harness wrote of several programs: the number of each, and what was seen of it.
///
/// Each begins with a line `@7`, goes on with lines `<nanoseconds> <text>`, and ends with `=ok`,
/// `=deadlock` or `=error <text>`. A program without such an end was broken off. Anything else is
/// not the harness's and is left out.
pub fn read(output: &str) -> Vec<(usize, Seen)> {
    let mut all: Vec<(usize, Seen)> = Vec::new();
    let mut open = false;
    for line in output.lines() {
        if let Some(number) = line.strip_prefix('@').and_then(|number| number.trim().parse().ok()) {
            let status = Status::Stopped("the program broke off".to_string());
            all.push((number, Seen { steps: Vec::new(), status }));
            open = true;
            continue;
        }
        let Some((_, seen)) = all.last_mut().filter(|_| open) else { continue };
        if let Some(status) = status(line) {
            seen.status = status;
            open = false;
        } else if let Some((nanos, text)) = line.split_once(' ')
            && let Ok(nanos) = nanos.parse()
        {
            seen.steps.push(Step { nanos, text: text.to_string() });
        }
    }
    all
}

/// How a program ended, if the line says it.
pub fn status(line: &str) -> Option<Status> {
    let line = line.trim_end();
    match line.strip_prefix('=')? {
        "ok" => Some(Status::Ok),
        "deadlock" => Some(Status::Deadlock),
        "error" => Some(Status::Error(String::new())),
        other => other.strip_prefix("error ").map(|text| Status::Error(text.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(nanos: u64, text: &str) -> Step {
        Step { nanos, text: text.to_string() }
    }

    #[test]
    fn the_protocol_is_read_and_noise_is_not() {
        let output = "noise\n@4\n0 main begins\n5 a b\nnoise\n=ok\n7 late\n@5\n=deadlock\n@6\n0 x\n=error no\n@7\n3 y\n";
        let all = read(output);
        assert_eq!(all.len(), 4);
        assert_eq!(
            all[0],
            (4, Seen { steps: vec![step(0, "main begins"), step(5, "a b")], status: Status::Ok })
        );
        assert_eq!(all[1].1.status, Status::Deadlock);
        assert_eq!(all[2].1.status, Status::Error("no".to_string()));
        assert!(matches!(all[3].1.status, Status::Stopped(_)));
    }

    #[test]
    fn a_simulated_run_is_its_log_and_its_end() {
        let program = crate::lang::load("main { work 5ms; log \"a\\nb\"; fail \"no\" }").expect("a program");
        let spec = RuntimeSpec::Asyncio(Default::default());
        let simulated = simulate(&program, &spec, 1, Policy::First, Limits::default());
        assert_eq!(simulated.seen.steps, [step(5_000_000, "a␤b")]);
        assert_eq!(simulated.seen.status, Status::Error("no".to_string()));
    }
}
