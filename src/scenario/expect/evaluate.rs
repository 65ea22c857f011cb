//! Holds expectations against what came out, and says what did.

use crate::compare::comparison::{
    Expectation, Metrics, ObjectMetrics, RunEnding, Series as Observed, TaskMetrics,
};
use crate::compare::statistics;
use crate::lang::functions;
use crate::lang::operators;
use crate::scenario::expect::term::{Expect, Measure, Series, Term, What, Which};
use crate::scenario::expect::vocabulary::{ObjectNumber, Quantity, RunNumber, Statistic};
use crate::scenario::expect::witness::Witness;
use crate::time::{Duration, SECOND, Time};
use crate::value::Value;

/// What is known of one run.
pub struct Facts<'a> {
    pub name: &'a str,
    pub metrics: &'a Metrics,
    pub ending: &'a RunEnding,
    pub witness: &'a Witness,
    pub warmup: Warmup<'a>,
}

/// What is left out at the beginning of a series, while the system warms up. Counts and sums are of all.
#[derive(Clone, Copy)]
pub enum Warmup<'a> {
    Nothing,
    /// So many of the first values of a series.
    Values(&'a dyn Fn(&Series, &[f64]) -> usize),
    /// What was seen, and the tasks that arrived, before this time; so many of each metric were.
    Until(Time, &'a [usize]),
}

/// Did it come out as expected? `runs` are those the expectation was checked for.
pub fn evaluate(expect: &Expect, runs: &[Facts<'_>]) -> Expectation {
    let (held, explanation) = match value(&expect.term, runs) {
        Ok(Value::Bool(held)) => (held, explain(&expect.term, runs)),
        Ok(other) => (false, format!("{} was {other}, which is neither true nor false", expect.term.text)),
        Err(why) => (false, why),
    };
    Expectation { text: expect.text.clone(), held, explanation }
}

/// The value of a part of an expectation, or why there is none.
pub fn value(term: &Term, runs: &[Facts<'_>]) -> Result<Value, String> {
    match &term.what {
        What::Constant(value) => Ok(value.clone()),
        What::Measure(measured) => measure(measured, runs).map_err(|why| format!("{}: {why}", term.text)),
        What::Function(builtin, arguments) => {
            let values: Vec<Value> =
                arguments.iter().map(|argument| value(argument, runs)).collect::<Result<_, _>>()?;
            let result =
                functions::apply(*builtin, &values).expect("only functions of values are in the vocabulary");
            result.map_err(|why| format!("{}: {why}", term.text))
        }
        What::Unary(op, inner) => operators::unary(*op, &value(inner, runs)?),
        What::Binary(op, left, right) => {
            let (left, right) = (value(left, runs)?, value(right, runs)?);
            operators::binary(*op, &left, &right).map_err(|why| format!("{}: {why}", term.text))
        }
        What::Logic { and, left, right } => match value(left, runs)? {
            Value::Bool(left) if left != *and => Ok(Value::Bool(left)),
            _undecided => value(right, runs),
        },
    }
}

fn measure(measure: &Measure, runs: &[Facts<'_>]) -> Result<Value, String> {
    match measure {
        Measure::Run { number, run } => run_number(*number, &runs[*run]),
        Measure::Speedup { run, base } => {
            let speedup = runs[*run].metrics.speedup(runs[*base].metrics);
            speedup.map(Value::Float).ok_or_else(|| format!("'{}' took no time", runs[*run].name))
        }
        Measure::Object { number, object, run } => object_number(*number, object, runs[*run].metrics),
        Measure::Statistic { statistic, series, run } => {
            let facts = &runs[*run];
            let warmup = match statistic {
                Statistic::Count | Statistic::Total => Warmup::Nothing,
                Statistic::Mean | Statistic::Min | Statistic::Max | Statistic::Percentile(_) => facts.warmup,
            };
            take(*statistic, collect(series, facts.metrics, warmup))
                .ok_or_else(|| format!("there is nothing to take it of in '{}'", facts.name))
        }
        Measure::Before { first, second, run } => {
            let witness = runs[*run].witness;
            let at =
                |text: &str| witness.first(text).ok_or_else(|| format!("nothing called \"{text}\" happened"));
            Ok(Value::Bool(at(first)? < at(second)?))
        }
        Measure::Logged { text, run } => Ok(int(runs[*run].witness.logged(text))),
        Measure::LogLine { number, run } => {
            let witness = runs[*run].witness;
            let line = witness.line(*number).map(Value::text);
            line.ok_or_else(|| format!("there are {} lines in the log", witness.logs()))
        }
    }
}

fn run_number(number: RunNumber, facts: &Facts<'_>) -> Result<Value, String> {
    let metrics = facts.metrics;
    let no_time = || format!("'{}' took no time", facts.name);
    Ok(match number {
        RunNumber::Makespan => duration(metrics.makespan),
        RunNumber::Workers => int(u64::from(metrics.workers)),
        RunNumber::Cost => duration(metrics.paid()),
        RunNumber::Busy => duration(metrics.busy),
        RunNumber::Held => duration(metrics.held),
        RunNumber::Idle => duration(metrics.idle),
        RunNumber::Overhead => duration(metrics.overhead),
        RunNumber::Utilisation => Value::Float(metrics.utilisation().ok_or_else(no_time)?),
        RunNumber::Occupied => Value::Float(metrics.occupied().ok_or_else(no_time)?),
        RunNumber::Switches => int(metrics.switches),
        RunNumber::Preemptions => int(metrics.involuntary),
        RunNumber::PeakTasks => int(u64::from(metrics.peak_tasks)),
        RunNumber::Tasks => int(metrics.tasks.len() as u64),
        RunNumber::Completed => int(metrics.completed()),
        RunNumber::Failed => int(u64::from(metrics.failed_tasks)),
        RunNumber::Throughput if metrics.makespan == Duration::ZERO => return Err(no_time()),
        RunNumber::Throughput => {
            Value::Float(metrics.completed() as f64 * SECOND as f64 / metrics.makespan.0 as f64)
        }
        RunNumber::Bound => duration(metrics.bound()),
        RunNumber::Present => Value::Float(metrics.present().ok_or_else(no_time)?),
        RunNumber::Saturation => Value::Float(metrics.saturation().ok_or_else(no_time)?),
        RunNumber::Logs => int(facts.witness.logs()),
        RunNumber::Outcome => Value::text(match facts.ending {
            RunEnding::Completed => "completed",
            RunEnding::Failed { .. } => "failed",
            RunEnding::Deadlock(_) => "deadlock",
            RunEnding::Limit(_) => "limit",
        }),
    })
}

fn object_number(number: ObjectNumber, object: &Which, metrics: &Metrics) -> Result<Value, String> {
    let objects = metrics.objects.iter().filter(|other| object.includes(&other.name));
    let objects: Vec<&ObjectMetrics> = objects.collect();
    if objects.is_empty() {
        return Err("this cannot be taken or filled".into());
    }
    match number {
        ObjectNumber::Peak => Ok(int(objects.iter().map(|object| object.peak).sum())),
        ObjectNumber::Utilisation => {
            let each: Option<Vec<f64>> =
                objects.iter().map(|object| metrics.utilisation_of(object)).collect();
            let mean = each.and_then(|each| statistics::mean(&each));
            mean.map(Value::Float).ok_or_else(|| "it has no bounds, or the run took no time".into())
        }
    }
}

/// The values of a series: durations in nanoseconds, or numbers.
enum Values {
    Durations(Vec<i64>),
    Numbers(Vec<f64>),
}

fn collect(series: &Series, metrics: &Metrics, warmup: Warmup<'_>) -> Values {
    let all = match series {
        Series::Tasks { quantity, task } => {
            let wanted = |metrics: &&TaskMetrics| {
                task.as_deref().is_none_or(|task| called(&metrics.name, task))
                    && warmup.is_over(metrics.arrival)
            };
            let tasks = metrics.tasks.iter().filter(wanted);
            Values::Durations(tasks.filter_map(|task| of_task(*quantity, task)).map(nanos).collect())
        }
        Series::Observed(name) => {
            let Some(at) = metrics.observed.iter().position(|observed| observed.name == *name) else {
                return Values::Numbers(Vec::new());
            };
            let Observed { values, durations, .. } = &metrics.observed[at];
            let values = values.get(warmup.seen(at)..).unwrap_or_default();
            match durations {
                true => Values::Durations(values.iter().map(|&nanos| nanos as i64).collect()),
                false => Values::Numbers(values.to_vec()),
            }
        }
    };
    match warmup {
        Warmup::Values(cut) => all.after(&|values| cut(series, values)),
        Warmup::Nothing | Warmup::Until(..) => all,
    }
}

impl Warmup<'_> {
    fn is_over(self, at: Time) -> bool {
        match self {
            Warmup::Until(end, _) => at >= end,
            Warmup::Nothing | Warmup::Values(_) => true,
        }
    }

    /// How many values of the metric with this number were seen before it was over.
    fn seen(self, metric: usize) -> usize {
        match self {
            Warmup::Until(_, seen) => seen.get(metric).copied().unwrap_or(0),
            Warmup::Nothing | Warmup::Values(_) => 0,
        }
    }
}

impl Values {
    /// Without as many of the first as `cut` says.
    fn after(self, cut: &dyn Fn(&[f64]) -> usize) -> Values {
        match self {
            Values::Numbers(mut values) => {
                values.drain(..cut(&values).min(values.len()));
                Values::Numbers(values)
            }
            Values::Durations(mut values) => {
                let numbers: Vec<f64> = values.iter().map(|&nanos| nanos as f64).collect();
                values.drain(..cut(&numbers).min(values.len()));
                Values::Durations(values)
            }
        }
    }
}

/// `wash(3)` is called `wash` and `wash(3)`.
fn called(name: &str, task: &str) -> bool {
    name == task || name.strip_prefix(task).is_some_and(|rest| rest.starts_with('('))
}

fn of_task(quantity: Quantity, task: &TaskMetrics) -> Option<Duration> {
    let since_start = |time: Time| Duration(time.0);
    match quantity {
        Quantity::Turnaround => task.turnaround(),
        Quantity::Response => task.response(),
        Quantity::ReadyWait => Some(task.ready),
        Quantity::Running => Some(task.running),
        Quantity::Blocked => Some(task.blocked),
        Quantity::Io => Some(task.io),
        Quantity::Sleeping => Some(task.sleeping),
        Quantity::Overhead => Some(task.overhead),
        Quantity::Arrival => Some(since_start(task.arrival)),
        Quantity::Start => task.first_run.map(since_start),
        Quantity::Completion => task.completion.map(since_start),
    }
}

/// `None` of nothing, except that nothing can be counted and added up.
fn take(statistic: Statistic, values: Values) -> Option<Value> {
    let value = match values {
        Values::Durations(mut values) => Value::Duration(match statistic {
            Statistic::Count => return Some(int(values.len() as u64)),
            Statistic::Mean => statistics::mean_whole(&values)?,
            Statistic::Total => values.iter().fold(0, |sum, &value| i64::saturating_add(sum, value)),
            Statistic::Min => values.into_iter().min()?,
            Statistic::Max => values.into_iter().max()?,
            Statistic::Percentile(percent) => {
                values.sort_unstable();
                statistics::nearest_rank(&values, percent)?
            }
        }),
        Values::Numbers(mut values) => Value::Float(match statistic {
            Statistic::Count => return Some(int(values.len() as u64)),
            Statistic::Mean => statistics::mean(&values)?,
            Statistic::Total => values.iter().sum(),
            Statistic::Min => values.into_iter().reduce(f64::min)?,
            Statistic::Max => values.into_iter().reduce(f64::max)?,
            Statistic::Percentile(percent) => {
                values.sort_unstable_by(f64::total_cmp);
                statistics::nearest_rank(&values, percent)?
            }
        }),
    };
    Some(value)
}

fn int(n: u64) -> Value {
    Value::Int(i64::try_from(n).unwrap_or(i64::MAX))
}

fn duration(d: Duration) -> Value {
    Value::Duration(nanos(d))
}

fn nanos(d: Duration) -> i64 {
    i64::try_from(d.0).unwrap_or(i64::MAX)
}

/// What came out: the values of both sides, as in `makespan('a') was 82min`.
fn explain(term: &Term, runs: &[Facts<'_>]) -> String {
    match &term.what {
        What::Binary(_, left, right) => {
            let sides = [left, right].into_iter().filter(|side| !matches!(side.what, What::Constant(_)));
            let parts: Vec<String> = sides.map(|side| was(side, runs)).collect();
            parts.join(", ")
        }
        What::Logic { and, left, right } => {
            // Of a failed `and` the first false side says all.
            match (value(left, runs), and) {
                (Ok(Value::Bool(false)), true) | (Ok(Value::Bool(true)), false) => explain(left, runs),
                (_, true) if !matches!(value(right, runs), Ok(Value::Bool(true))) => explain(right, runs),
                _both => format!("{}; {}", explain(left, runs), explain(right, runs)),
            }
        }
        What::Unary(_, inner) => explain(inner, runs),
        What::Constant(_) | What::Measure(_) | What::Function(..) => was(term, runs),
    }
}

fn was(term: &Term, runs: &[Facts<'_>]) -> String {
    match value(term, runs) {
        Ok(value) => format!("{} was {value}", term.text),
        Err(why) => why,
    }
}
