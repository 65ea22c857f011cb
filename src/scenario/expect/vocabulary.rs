//! The words of expectations: every function and every series, with what it means.
//!
//! `docs/metrics.md` holds the same tables; a test compares them.

use crate::lang::program::Builtin;

/// A function as it can be called. The name of the run may be left out where there is one run.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    pub usage: &'static str,
    pub meaning: &'static str,
    pub means: Means,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// One number of a run.
    Run(RunNumber),
    /// How much faster one run is than another.
    Speedup,
    /// A number about an object of the program.
    Object(ObjectNumber),
    Statistic(Statistic),
    /// Which of two things came first.
    Before,
    Logged,
    LogLine,
    /// Of values, not of runs.
    Arithmetic(Builtin),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunNumber {
    Makespan,
    Workers,
    Cost,
    Busy,
    Held,
    Idle,
    Overhead,
    Utilisation,
    Occupied,
    Switches,
    Preemptions,
    PeakTasks,
    Tasks,
    Completed,
    Failed,
    Throughput,
    Bound,
    Present,
    Saturation,
    Logs,
    Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectNumber {
    Utilisation,
    Peak,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    Mean,
    Total,
    Min,
    Max,
    Percentile(u32),
    Count,
}

/// A number that every task has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quantity {
    Turnaround,
    Response,
    ReadyWait,
    Running,
    Blocked,
    Io,
    Sleeping,
    Overhead,
    Arrival,
    Start,
    Completion,
}

const fn function(name: &'static str, usage: &'static str, meaning: &'static str, means: Means) -> Function {
    Function { name, usage, meaning, means }
}

pub const FUNCTIONS: [Function; 44] = {
    use Means::{Arithmetic, Before, LogLine, Logged, Object, Run, Speedup, Statistic as Stat};
    use RunNumber as R;
    use Statistic as S;
    [
        function(
            "makespan",
            "makespan('run')",
            "from the first arrival to the last completion",
            Run(R::Makespan),
        ),
        function("speedup", "speedup('run', 'base')", "makespan of `base` divided by that of `run`", Speedup),
        function("workers", "workers('run')", "how many workers the run was given", Run(R::Workers)),
        function("cost", "cost('run')", "workers × makespan: what the workers are paid for", Run(R::Cost)),
        function("busy", "busy('run')", "time in which workers computed, all workers together", Run(R::Busy)),
        function(
            "held",
            "held('run')",
            "time in which workers were occupied by a task that did not compute",
            Run(R::Held),
        ),
        function("idle", "idle('run')", "time in which workers had nothing to do", Run(R::Idle)),
        function("overhead", "overhead('run')", "time spent on changing tasks", Run(R::Overhead)),
        function("utilisation", "utilisation('run')", "busy / cost, from 0 to 1", Run(R::Utilisation)),
        function(
            "utilisation",
            "utilisation(object, 'run')",
            "taken units × time / (capacity × makespan) of a resource, lock, semaphore, channel or pool",
            Object(ObjectNumber::Utilisation),
        ),
        function(
            "occupied",
            "occupied('run')",
            "(busy + held + overhead) / cost, from 0 to 1",
            Run(R::Occupied),
        ),
        function(
            "peak",
            "peak(object, 'run')",
            "the most units taken, or items in the channel, at once",
            Object(ObjectNumber::Peak),
        ),
        function(
            "switches",
            "switches('run')",
            "how often a worker passed from one task to another without being idle between",
            Run(R::Switches),
        ),
        function(
            "preemptions",
            "preemptions('run')",
            "switches because a slice ended or somebody more urgent came",
            Run(R::Preemptions),
        ),
        function(
            "peak_tasks",
            "peak_tasks('run')",
            "the most tasks alive at once, `main` not counted",
            Run(R::PeakTasks),
        ),
        function("tasks", "tasks('run')", "how many tasks there were, `main` not counted", Run(R::Tasks)),
        function("completed", "completed('run')", "how many of them came to a normal end", Run(R::Completed)),
        function("failed", "failed('run')", "how many of them failed", Run(R::Failed)),
        function("throughput", "throughput('run')", "completed tasks per second", Run(R::Throughput)),
        function(
            "bound",
            "bound('run')",
            "no schedule of the same tasks on as many workers is shorter: the larger of busy / workers and the longest task",
            Run(R::Bound),
        ),
        function(
            "present",
            "present('run')",
            "tasks alive at once, on average over the makespan (Little's law: arrivals per second × mean turnaround)",
            Run(R::Present),
        ),
        function(
            "saturation",
            "saturation('run')",
            "how much of the time that was taken which is most in use, from 0 to 1: workers, or an object with bounds",
            Run(R::Saturation),
        ),
        function(
            "outcome",
            "outcome('run')",
            "how the run ended: `completed`, `failed` (main failed), `deadlock` or `limit`",
            Run(R::Outcome),
        ),
        function("mean", "mean(series, 'run')", "the arithmetic mean", Stat(S::Mean)),
        function("total", "total(series, 'run')", "the sum", Stat(S::Total)),
        function("min", "min(series, 'run')", "the smallest value", Stat(S::Min)),
        function("max", "max(series, 'run')", "the largest value", Stat(S::Max)),
        function("p50", "p50(series, 'run')", "the median, by nearest rank", Stat(S::Percentile(50))),
        function(
            "p90",
            "p90(series, 'run')",
            "the 90th percentile, by nearest rank",
            Stat(S::Percentile(90)),
        ),
        function(
            "p95",
            "p95(series, 'run')",
            "the 95th percentile, by nearest rank",
            Stat(S::Percentile(95)),
        ),
        function(
            "p99",
            "p99(series, 'run')",
            "the 99th percentile, by nearest rank",
            Stat(S::Percentile(99)),
        ),
        function("count", "count(series, 'run')", "how many values there are", Stat(S::Count)),
        function(
            "before",
            "before(\"a\", \"b\", 'run')",
            "the first event labelled or logged `a` comes before the first one of `b`",
            Before,
        ),
        function("logs", "logs('run')", "how many lines were logged", Run(R::Logs)),
        function(
            "logged",
            "logged(\"text\", 'run')",
            "how many lines with exactly this text were logged",
            Logged,
        ),
        function(
            "log_line",
            "log_line(n, 'run')",
            "the text of the n-th logged line, counted from 0",
            LogLine,
        ),
        function("abs", "abs(x)", "without the sign", Arithmetic(Builtin::Abs)),
        function("min", "min(x, y)", "the smaller", Arithmetic(Builtin::Min)),
        function("max", "max(x, y)", "the larger", Arithmetic(Builtin::Max)),
        function("floor", "floor(x)", "rounded down", Arithmetic(Builtin::Floor)),
        function("ceil", "ceil(x)", "rounded up", Arithmetic(Builtin::Ceil)),
        function("round", "round(x)", "rounded to the nearest whole number", Arithmetic(Builtin::Round)),
        function("int", "int(x)", "as an int: `int(log_line(0, 'run'))`", Arithmetic(Builtin::Int)),
        function("float", "float(x)", "as a float", Arithmetic(Builtin::Float)),
    ]
};

pub const SERIES: [(&str, &str, Quantity); 11] = [
    ("turnaround", "from arrival to completion, of every task that ended", Quantity::Turnaround),
    ("response", "from arrival to the first run, of every task that ran", Quantity::Response),
    ("ready_wait", "waiting for a worker, though ready", Quantity::ReadyWait),
    ("running", "on a worker", Quantity::Running),
    ("blocked", "waiting for another task: a lock, a channel, a join", Quantity::Blocked),
    ("io", "waiting for a device with a clock of its own", Quantity::Io),
    ("sleeping", "waiting for the clock only", Quantity::Sleeping),
    ("overhead", "waiting for a worker that changes tasks", Quantity::Overhead),
    ("arrival", "when the task was spawned, since the start of the run", Quantity::Arrival),
    ("start", "when it first ran", Quantity::Start),
    ("completion", "when it ended", Quantity::Completion),
];

/// What `outcome` can be compared with.
pub const OUTCOMES: [&str; 4] = ["completed", "failed", "deadlock", "limit"];

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the page whose first cell is code, header rows aside.
    fn rows() -> Vec<&'static str> {
        let page = include_str!("../../../docs/metrics.md");
        let (_, tables) = page.split_once("## Functions").expect("the page has a section on functions");
        tables.lines().filter(|line| line.starts_with("| `")).collect()
    }

    #[test]
    fn the_page_and_the_code_agree() {
        let functions = FUNCTIONS.iter().map(|f| format!("| `{}` | {} |", f.usage, f.meaning));
        let series = SERIES.iter().map(|(name, meaning, _)| format!("| `{name}` | {meaning} |"));
        let expected: Vec<String> = functions.chain(series).collect();
        assert_eq!(rows(), expected, "docs/metrics.md should hold:\n{}", expected.join("\n"));
    }

    #[test]
    fn usages_begin_with_their_names() {
        for function in &FUNCTIONS {
            assert!(function.usage.starts_with(&format!("{}(", function.name)), "{}", function.usage);
        }
    }
}
