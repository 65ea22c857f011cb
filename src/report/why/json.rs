//! Why, as JSON: schema `cosim-why/1`, described in `docs/trace.md`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::compare::blame::path::Step;
use crate::compare::blame::wait::{Became, End, Wait};
use crate::report::ending::word;
use crate::report::json::pretty;
use crate::report::terms::{cause_word, state_word};
use crate::report::why::pattern;
use crate::report::why::tables::what;
use crate::report::why::telling::telling;
use crate::report::why::text::Told;
use crate::report::why::wait::tell;
use crate::report::why::words::object;
use crate::source::Sources;
use crate::time::{Duration, Time};

pub const SCHEMA: &str = "cosim-why/1";

/// Everything `cosim why` knows, pretty, with a newline at the end.
pub fn json(told: &[Told<'_>], sources: &Sources) -> String {
    let base = told.first();
    let runs = told.iter().enumerate().map(|(at, one)| run(one, base.filter(|_| at > 0), sources));
    let shape = Shape { schema: SCHEMA, cosim_version: env!("CARGO_PKG_VERSION"), runs: runs.collect() };
    pretty(&shape)
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: &'static str,
    cosim_version: &'static str,
    runs: Vec<RunShape<'a>>,
}

#[derive(Serialize)]
struct RunShape<'a> {
    name: &'a str,
    runtime: String,
    outcome: &'static str,
    sentences: Vec<String>,
    patterns: Vec<PatternShape>,
    /// The states of the tasks that end last: they add up to the makespan.
    parts: BTreeMap<&'static str, Duration>,
    /// What makes it longer than the first run, part by part.
    gap: Option<BTreeMap<&'static str, i128>>,
    critical_path: Vec<StepShape>,
    totals: Vec<TotalShape>,
    waits: Vec<WaitShape>,
}

#[derive(Serialize)]
struct PatternShape {
    name: &'static str,
    task: Option<u32>,
    object: Option<String>,
    other: Option<u32>,
    from: Time,
    time: Duration,
    count: u64,
    sentence: String,
}

#[derive(Serialize)]
struct StepShape {
    from: Time,
    to: Time,
    task: u32,
    state: &'static str,
    held: bool,
    label: Option<String>,
}

#[derive(Serialize)]
struct TotalShape {
    what: String,
    state: &'static str,
    count: u32,
    time: Duration,
    longest: Duration,
    task: u32,
}

#[derive(Serialize)]
struct WaitShape {
    task: u32,
    name: String,
    state: &'static str,
    from: Time,
    to: Time,
    held: bool,
    cause: Option<&'static str>,
    object: Option<String>,
    holder: Option<u32>,
    became: Option<&'static str>,
    ended: &'static str,
    by: Option<u32>,
    slack: Duration,
    at: Option<String>,
    sentence: String,
}

fn run<'a>(told: &Told<'a>, base: Option<&Told<'_>>, sources: &Sources) -> RunShape<'a> {
    let (account, run) = (told.account, told.run);
    let patterns = account.patterns.iter().map(|found| PatternShape {
        name: found.name.word(),
        task: found.task,
        object: object(&run.program, found.object),
        other: found.other,
        from: found.from,
        time: found.time,
        count: found.count,
        sentence: pattern::tell(found, account, run),
    });
    let totals = account.totals.iter().map(|total| TotalShape {
        what: what(total, run),
        state: state_word(total.state),
        count: total.count,
        time: total.time,
        longest: account.waits[total.longest].length(),
        task: account.waits[total.longest].task,
    });
    let waits = account.waits.iter().zip(&account.slack);
    RunShape {
        name: &run.name,
        runtime: run.runtime.to_string(),
        outcome: word(&run.ending),
        sentences: telling(account, run, base.map(|base| (base.account, base.run))),
        patterns: patterns.collect(),
        parts: account.parts.each().into_iter().collect(),
        gap: base.map(|base| account.parts.gap(&base.account.parts).into_iter().collect()),
        critical_path: account.path.iter().map(step).collect(),
        totals: totals.collect(),
        waits: waits.map(|(one, slack)| wait(one, *slack, told, sources)).collect(),
    }
}

fn step(step: &Step) -> StepShape {
    StepShape {
        from: step.from,
        to: step.to,
        task: step.task,
        state: state_word(step.state),
        held: step.held,
        label: step.label.as_deref().map(str::to_string),
    }
}

fn wait(wait: &Wait, slack: Duration, told: &Told<'_>, sources: &Sources) -> WaitShape {
    let cause = wait.cause.as_ref();
    let became = match wait.became {
        Became::Unknown => None,
        Became::Spawned => Some("spawned"),
        Became::Woken => Some("woken"),
        Became::Preempted => Some("preempted"),
        Became::Yielded => Some("yielded"),
    };
    let (ended, by) = match wait.end {
        End::Woken(by) => ("task", Some(by)),
        End::Clock => ("clock", None),
        End::Worker(_) => ("worker", None),
        End::Ended => ("ended", None),
        End::Never => ("never", None),
    };
    WaitShape {
        task: wait.task,
        name: told.account.names.task(wait.task),
        state: state_word(wait.state),
        from: wait.from,
        to: wait.to,
        held: wait.held,
        cause: cause.map(|cause| cause_word(cause.kind)),
        object: object(&told.run.program, cause.and_then(|cause| cause.object)),
        holder: cause.and_then(|cause| cause.holder),
        became,
        ended,
        by,
        slack,
        at: wait.span.map(|span| sources.place(span)),
        sentence: tell(wait, told.account, told.run),
    }
}
