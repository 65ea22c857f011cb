//! What the page's script is given: schema `cosim-page/1`, as JSON, deflated, in base64.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;
use serde::Serialize;

use crate::compare::blame::account::Account;
use crate::compare::comparison::{Comparison, Run};
use crate::compare::fingerprint;
use crate::compare::replay::tape::Replay;
use crate::lang::program::ObjectDecl;
use crate::report::ending;
use crate::report::lines::clean;
use crate::report::page::columns::{Changes, Events, Path, Texts, Waits, changes, events, path, waits};
use crate::report::terms::role_word;
use crate::report::unit::Unit;
use crate::report::why::telling::telling;
use crate::sim::trace::Role;
use crate::source::Sources;
use crate::time::Duration;

pub const SCHEMA: &str = "cosim-page/1";
/// A page with more events would be too slow to open.
pub const MOST: usize = 500_000;

#[derive(Serialize)]
struct Page {
    schema: &'static str,
    /// Name and text of the file the program is in.
    source: (String, String),
    /// Of the time axis: its name, its nanoseconds.
    unit: (&'static str, u64),
    runs: Vec<RunShape>,
}

#[derive(Serialize)]
struct RunShape {
    name: String,
    runtime: String,
    seed: u64,
    fingerprint: String,
    outcome: &'static str,
    /// The makespan as the table tells it.
    makespan: String,
    /// Of the time axis.
    end: Duration,
    /// Who goes next, by which rule.
    rule: &'static str,
    /// The most telling sentences.
    telling: Vec<String>,
    tasks: Vec<String>,
    workers: Vec<Worker>,
    objects: Vec<Object>,
    texts: Vec<String>,
    events: Events,
    changes: Changes,
    waits: Waits,
    path: Path,
}

#[derive(Serialize)]
struct Worker {
    name: String,
    role: &'static str,
}

#[derive(Serialize)]
struct Object {
    name: String,
    size: Option<u64>,
}

/// The packed text.
///
/// # Errors
/// A run has no events to show, or too many.
pub fn packed(comparison: &Comparison, sources: &Sources) -> Result<String, String> {
    let total: usize = comparison.runs.iter().map(|run| run.trace.len()).sum();
    if total > MOST {
        return Err(format!(
            "{total} events are more than a page can step through ({MOST}): take fewer runs or a smaller \
             scenario, or write a .trace.json and open it in Perfetto"
        ));
    }
    let unit = Unit::of(&makespans(comparison));
    let mut runs = Vec::new();
    let mut base: Option<(Account, &Run)> = None;
    for run in &comparison.runs {
        let Some(account) = Account::of(run) else {
            return Err(format!("the events of run `{}` were too many to be kept", run.name));
        };
        let first = base.as_ref().map(|(account, run)| (account, *run));
        runs.push(shape(run, &account, first, unit, sources));
        base.get_or_insert((account, run));
    }
    let Some(first) = comparison.runs.first() else { return Err("there is no run to show".to_string()) };
    let program = &first.program;
    let source = sources.get(program.functions[program.main as usize].span.source);
    let axis = unit.of_axis(runs.iter().map(|run| run.end.0).max().unwrap_or(0));
    let page = Page {
        schema: SCHEMA,
        source: (source.name.clone(), source.text.clone()),
        unit: (axis.name, axis.nanos),
        runs,
    };
    let json = serde_json::to_vec(&page).expect("the shape has string keys and finite depth");
    Ok(STANDARD.encode(compress_to_vec(&json, 9)))
}

fn makespans(comparison: &Comparison) -> Vec<f64> {
    comparison.runs.iter().map(|run| run.metrics.makespan.0 as f64).collect()
}

fn shape(
    run: &Run,
    account: &Account,
    base: Option<(&Account, &Run)>,
    unit: Unit,
    sources: &Sources,
) -> RunShape {
    let replay = Replay::of(run, account);
    let mut texts = Texts::default();
    let events = events(run, &replay, &mut texts);
    let changes = changes(&replay, sources, &mut texts);
    let makespan = run.metrics.makespan.0 as f64;
    let last = run.trace.last().map_or(0, |event| event.time.0);
    let worker = |(name, role): &(Rc<str>, Role)| Worker { name: clean(name), role: role_word(*role) };
    let object = |decl: &ObjectDecl| Object { name: clean(&decl.name), size: decl.size };
    RunShape {
        name: clean(&run.name),
        runtime: run.runtime.to_string(),
        seed: run.seed,
        fingerprint: fingerprint::show(run.fingerprint),
        outcome: ending::word(&run.ending),
        makespan: format!("{}{}", unit.show(makespan, unit.decimals(makespan)), unit.name),
        end: Duration(last.max(run.metrics.makespan.0)),
        rule: run.runtime.about().next,
        telling: telling(account, run, base),
        tasks: (0..replay.tasks as u32).map(|task| clean(&replay.names.task(task))).collect(),
        workers: replay.names.workers.iter().map(worker).collect(),
        objects: run.program.objects.iter().map(object).collect(),
        texts: texts.all,
        events,
        changes,
        waits: waits(run, account),
        path: path(account),
    }
}
