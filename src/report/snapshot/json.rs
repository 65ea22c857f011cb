//! What is different between two snapshots, as data: schema `cosim-diff/1` (`docs/cli.md`).

use serde::Serialize;

use crate::report::snapshot::data::{Outcome, Snapshot, Step};
use crate::report::snapshot::draw::place;
use crate::report::snapshot::parting::{Pair, Parting, Reason, pairs, same};
use crate::source::Sources;

#[derive(Serialize)]
pub struct Shape<'a> {
    schema: &'static str,
    left: &'a str,
    right: &'a str,
    same: bool,
    runs: Vec<RunShape<'a>>,
}

#[derive(Serialize)]
struct RunShape<'a> {
    left: Option<SideShape<'a>>,
    right: Option<SideShape<'a>>,
    same: bool,
    numbers: Vec<NumberShape<'a>>,
    parting: Option<PartingShape<'a>>,
}

#[derive(Serialize)]
struct SideShape<'a> {
    name: &'a str,
    runtime: &'a str,
    steps: usize,
}

#[derive(Serialize)]
struct NumberShape<'a> {
    name: &'a str,
    left: Option<&'a str>,
    right: Option<&'a str>,
}

/// Steps count from 1. `within` is 1 where the step is known.
#[derive(Serialize)]
struct PartingShape<'a> {
    step: usize,
    within: usize,
    left: Option<StepShape<'a>>,
    right: Option<StepShape<'a>>,
    reason: Option<&'static str>,
    place: Option<String>,
}

#[derive(Serialize)]
struct StepShape<'a> {
    time: &'a str,
    text: &'a str,
}

/// `sources` are those of the right side.
pub fn shape<'a>(
    left: &'a Snapshot,
    right: &'a Snapshot,
    names: (&'a str, &'a str),
    sources: Option<&Sources>,
) -> Shape<'a> {
    Shape {
        schema: "cosim-diff/1",
        left: names.0,
        right: names.1,
        same: same(left, right),
        runs: pairs(left, right).iter().map(|pair| run(pair, sources)).collect(),
    }
}

fn run<'a>(pair: &Pair<'a>, sources: Option<&Sources>) -> RunShape<'a> {
    let numbers = pair.numbers().into_iter();
    RunShape {
        left: pair.left.map(side),
        right: pair.right.map(side),
        same: pair.same(),
        numbers: numbers.map(|n| NumberShape { name: n.name, left: n.left, right: n.right }).collect(),
        parting: pair.parting().map(|parting| parted(pair, parting, sources)),
    }
}

fn side(run: &Outcome) -> SideShape<'_> {
    SideShape { name: &run.name, runtime: &run.runtime, steps: run.count }
}

fn parted<'a>(pair: &Pair<'a>, parting: Parting, sources: Option<&Sources>) -> PartingShape<'a> {
    let (at, within) = match parting {
        Parting::At(at) => (at, 1),
        Parting::Within(before, within) => (before, within),
    };
    let known = matches!(parting, Parting::At(_));
    let step = |run: Option<&'a Outcome>| run.and_then(|run| run.steps.get(at)).filter(|_| known).map(one);
    PartingShape {
        step: at + 1,
        within,
        left: step(pair.left),
        right: step(pair.right),
        reason: known.then(|| word(pair.reason(at))),
        place: place(pair, at, sources).filter(|_| known).map(|(place, _)| place),
    }
}

fn one(step: &Step) -> StepShape<'_> {
    StepShape { time: &step.time, text: &step.text }
}

fn word(reason: Reason) -> &'static str {
    match reason {
        Reason::Choice => "choice",
        Reason::Turn => "turn",
        Reason::Time => "time",
        Reason::Other => "other",
    }
}
