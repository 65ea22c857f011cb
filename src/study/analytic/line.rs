//! What theory says, in a line, beside what came out.

use crate::lang::ast::File;
use crate::lang::program::Program;
use crate::study::analytic::recognise::{Queue, queues};
use crate::study::statistics::interval::Interval;
use crate::study::statistics::student::student;
use crate::time::show_nanos;

/// A line of theory.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    /// Something is to be minded before numbers are believed.
    pub warning: bool,
}

/// A line for every queue of the program that is recognised. `waits` is the mean time its customers were
/// blocked in each replication, the metric [`metric`] of the task, if that was measured.
pub fn lines(file: &File, program: &Program, waits: impl Fn(&Queue) -> Option<Interval>) -> Vec<Line> {
    queues(file, program).iter().map(|queue| line(queue, waits(queue))).collect()
}

/// What has to be measured to be held against the theory of a queue.
pub fn metric(queue: &Queue) -> String {
    format!("mean(blocked, of: \"{}\")", queue.task)
}

/// The line of one queue.
pub fn line(queue: &Queue, waits: Option<Interval>) -> Line {
    let head = format!("{} at `{}`, load {:.2}", queue.kind(), queue.object, queue.load());
    let seen = waits.filter(|waits| waits.mean.is_finite());
    let simulated = seen.map_or_else(String::new, simulated);
    let Some(steady) = queue.steady() else {
        let warning = queue.load() >= 1.0;
        let why = match warning {
            true => "the queue grows without bound, and averages depend on how long it runs",
            false => "there is no closed form for the wait",
        };
        return Line { text: format!("{head}: {why}{simulated}"), warning };
    };
    let warning = seen.is_some_and(|waits| surely(waits).excludes(steady.wait));
    let but = match warning {
        true => {
            ", which theory does not agree with: too short a run, an unusual start, or costs it leaves out"
        }
        false => "",
    };
    let (wait, stay) = (time(steady.wait), time(steady.stay));
    let text = format!(
        "{head}: in the long run `{}` waits {wait} on average and stays {stay}{simulated}{but}",
        queue.task
    );
    Line { text, warning }
}

/// The same at a level at which hardly one of a thousand lines warns without reason.
fn surely(waits: Interval) -> Interval {
    const LEVEL: f64 = 0.999;
    let freedom = waits.n.saturating_sub(1);
    let wider = student(LEVEL, freedom) / student(waits.level, freedom);
    Interval { half: waits.half * wider, level: LEVEL, ..waits }
}

fn simulated(waits: Interval) -> String {
    match waits.half.is_finite() {
        true => format!("; simulated wait {} ± {}", time(waits.mean), time(waits.half)),
        false => format!("; simulated wait {}", time(waits.mean)),
    }
}

/// With four digits that count.
fn time(nanos: f64) -> String {
    let mut unit = 1.0;
    while nanos / unit >= 10_000.0 {
        unit *= 10.0;
    }
    show_nanos((libm::round(nanos / unit) * unit) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::compile::compile;
    use crate::lang::parse::{ParseLimits, parse};
    use crate::source::SourceId;
    use crate::study::statistics::interval::interval;

    const QUEUE: &str = "
param gap = 5ms
param clerks = 2
resource server(clerks)
metric latency
task customer(n, demand) {
    let came = now()
    with server {
        if n > 100 { log \"{n}\" }
        await io(demand)               \"served\"
    }
    observe latency, now() - came
}
main {
    let count = 0
    group {
        for n in 1..=1000 {
            count = count + 1
            let demand = exponential(gap * 1.5)
            spawn customer(n, demand)
            await sleep(exponential(gap))
        }
    }
    log \"{count}\"
}";

    fn of(text: &str, waits: Option<Interval>) -> Vec<Line> {
        let (file, problems) = parse(SourceId(0), text, 0, &ParseLimits::default());
        assert!(problems.is_empty(), "{problems:?}");
        let program = compile(&file, &[].into()).unwrap_or_else(|problems| panic!("{problems:?}"));
        lines(&file, &program, |_| waits)
    }

    fn with(from: &str, to: &str) -> String {
        assert!(QUEUE.contains(from), "{from}");
        QUEUE.replace(from, to)
    }

    fn text(program: &str) -> String {
        of(program, None).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn a_queue_is_recognised() {
        let lines = of(QUEUE, None);
        assert_eq!(lines.len(), 1);
        assert!(!lines[0].warning);
        let expected = "M/M/2 at `server`, load 0.75: in the long run `customer` waits 9.643ms on average and stays 17.14ms";
        assert_eq!(lines[0].text, expected);
    }

    #[test]
    fn in_every_form_it_may_have() {
        let wait = |from: &str, to: &str| text(&with(from, to)).split(':').next().map(str::to_string);
        let named = |name: &str| Some(name.to_string());
        assert_eq!(
            wait("let demand = exponential(gap * 1.5)", "let demand = 4ms"),
            named("M/D/2 at `server`, load 0.40")
        );
        assert_eq!(wait("clerks = 2", "clerks = 3"), named("M/M/3 at `server`, load 0.50"));
        assert_eq!(wait("resource server(clerks)", "lock server"), named("M/M/1 at `server`, load 1.50"));
        assert_eq!(wait("for n in 1..=1000", "let n = 1\nloop"), named("M/M/2 at `server`, load 0.75"));
        assert_eq!(
            wait("await io(demand) ", "await sleep(uniform(0ms, 8ms))"),
            named("M/G/2 at `server`, load 0.40")
        );
        assert_eq!(
            wait("exponential(gap * 1.5)", "lognormal(4ms, 0.5)"),
            named("M/G/2 at `server`, load 0.45")
        );
    }

    /// Every change makes the formula wrong.
    #[test]
    fn what_does_not_quite_apply_is_not_recognised() {
        for (from, to) in [
            ("sleep(exponential(gap))", "sleep(gap)"),
            ("sleep(exponential(gap))", "sleep(exponential(gap * n))"),
            ("await io(demand) ", "work demand"),
            ("await io(demand) ", "await io(demand); await io(1ms)"),
            ("await io(demand) ", "await io(demand * 2)"),
            ("        if n > 100 { log \"{n}\" }", "        if n > 100 { await io(1ms) }"),
            ("        if n > 100 { log \"{n}\" }", "        if n > 100 { return }"),
            ("    let came = now()", "    let came = now()\n    await sleep(1ms)"),
            ("    observe latency", "    await io(1ms)\n    observe latency"),
            ("spawn customer(n, demand)", "if n > 3 { spawn customer(n, demand) }"),
            ("spawn customer(n, demand)", "spawn customer(n, demand); spawn customer(n, demand)"),
            ("    log \"{count}\"", "    spawn customer(1, 1ms)"),
            ("    log \"{count}\"", "    with server { await io(1s) }"),
            ("spawn customer(n, demand)", "demand = 3ms; spawn customer(n, demand)"),
            ("for n in 1..=1000", "for gap in [1ms, 2ms] { let n = 1; work 1ms }\n for n in 1..=1000"),
            ("metric latency", "metric latency\ntask other() { with server { } }"),
        ] {
            assert_eq!(of(&with(from, to), None), [], "{to}");
        }
    }

    #[test]
    fn too_much_is_warned_of() {
        let lines = of(&with("clerks = 2", "clerks = 1"), None);
        assert!(lines[0].warning);
        assert_eq!(
            lines[0].text,
            "M/M/1 at `server`, load 1.50: the queue grows without bound, and averages depend on how long it runs"
        );
        assert!(
            text(&with("exponential(gap * 1.5)", "4ms")).ends_with("there is no closed form for the wait")
        );
    }

    #[test]
    fn theory_beside_what_came_out() {
        let lines = of(QUEUE, Some(interval(&[9.5e6, 10.1e6, 9.7e6, 9.2e6], 0.95)));
        assert!(lines[0].text.ends_with("stays 17.14ms; simulated wait 9.625ms ± 600.7us"), "{lines:?}");
        assert!(!lines[0].warning);
        let lines = of(QUEUE, Some(interval(&[3.5e6, 3.1e6, 3.7e6, 3.2e6, 3.3e6, 3.6e6], 0.95)));
        assert!(lines[0].warning && lines[0].text.contains("theory does not agree"), "{lines:?}");
        let lines = of(QUEUE, Some(interval(&[3.5e6], 0.95)));
        assert!(!lines[0].warning && lines[0].text.ends_with("simulated wait 3.5ms"), "{lines:?}");
    }
}
