//! The records of a trace as text has them: before the events of a run, one for each event, behind them.

use indexmap::IndexMap;
use serde::Serialize;

use crate::report::terms::{cause_word, kind_word, queue_word, role_word};
use crate::sim::trace::{Cause, Event, Kind, Observed, Role};
use crate::time::Time;
use crate::value::ObjectId;

#[derive(Serialize)]
pub struct HeaderRecord<'a> {
    pub schema: &'static str,
    pub cosim_version: &'static str,
    pub title: &'a str,
    pub run: &'a str,
    pub runtime: &'a str,
    pub seed: u64,
    pub source: &'a str,
    pub params: IndexMap<&'a str, String>,
}

#[derive(Serialize)]
pub struct FooterRecord {
    pub kind: &'static str,
    pub outcome: &'static str,
    pub end: Time,
    pub fingerprint: String,
}

/// One event. What a kind does not have is left out.
#[derive(Default, Serialize)]
pub struct Record<'a> {
    seq: u64,
    t: Time,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worker: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    daemon: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    held: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metric: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nanos: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

impl<'a> Record<'a> {
    /// An event at a line of the program, the object it is about by its name.
    pub fn new(
        event: &'a Event,
        line: Option<u32>,
        object: Option<&'a str>,
        metrics: &'a [String],
    ) -> Record<'a> {
        let mut record = Record {
            seq: event.serial,
            t: event.time,
            kind: kind_word(&event.kind),
            task: event.task,
            worker: event.worker,
            object,
            line,
            ..Record::default()
        };
        fill(&mut record, &event.kind, metrics);
        record
    }
}

/// What the kind carries.
fn fill<'a>(record: &mut Record<'a>, kind: &'a Kind, metrics: &'a [String]) {
    match kind {
        Kind::Worker { name, role } => {
            record.name = Some(name);
            record.role = Some(role_word(*role));
        }
        Kind::Spawn { name, parent, priority, daemon } => {
            record.name = Some(name);
            record.parent = *parent;
            record.priority = Some(*priority).filter(|&p| p != 0);
            record.daemon = *daemon;
        }
        Kind::Switch { cost } => record.duration = Some(cost.0),
        Kind::Work { duration, label } | Kind::Hold { duration, label } => {
            record.duration = Some(duration.0);
            record.label = label.as_deref();
        }
        Kind::Wait { cause, held } => {
            record.cause = Some(cause_word(cause.kind));
            record.holder = cause.holder;
            record.label = cause.label.as_deref();
            record.held = *held;
        }
        Kind::Wake { by } => record.by = *by,
        Kind::Failed { text } | Kind::Log { text } => record.text = Some(text),
        Kind::CancelRequest { target } => record.target = Some(*target),
        Kind::Observe { metric, value } => {
            record.metric = metrics.get(*metric as usize).map(String::as_str);
            match value {
                Observed::Number(x) => record.value = Some(*x),
                Observed::Duration(d) => record.nanos = Some(*d),
            }
        }
        Kind::Decision { options, chosen } => {
            record.options = Some(*options);
            record.chosen = Some(*chosen);
        }
        Kind::Queue { queue } => record.queue = Some(queue_word(*queue)),
        Kind::Run
        | Kind::Resume
        | Kind::Preempt
        | Kind::Yield
        | Kind::Done
        | Kind::Cancelled
        | Kind::Acquire { .. }
        | Kind::Release { .. }
        | Kind::Send { .. }
        | Kind::Receive { .. } => {}
    }
}

/// What an event is about.
pub fn object_of(kind: &Kind) -> Option<ObjectId> {
    match kind {
        Kind::Acquire { object }
        | Kind::Release { object }
        | Kind::Send { object }
        | Kind::Receive { object } => Some(*object),
        Kind::Worker { role: Role::Pool(object), .. } => Some(*object),
        Kind::Wait { cause: Cause { object, .. }, .. } => *object,
        Kind::Worker { .. }
        | Kind::Spawn { .. }
        | Kind::Switch { .. }
        | Kind::Run
        | Kind::Work { .. }
        | Kind::Hold { .. }
        | Kind::Resume
        | Kind::Preempt
        | Kind::Yield
        | Kind::Wake { .. }
        | Kind::Done
        | Kind::Failed { .. }
        | Kind::Cancelled
        | Kind::CancelRequest { .. }
        | Kind::Log { .. }
        | Kind::Observe { .. }
        | Kind::Decision { .. }
        | Kind::Queue { .. } => None,
    }
}
