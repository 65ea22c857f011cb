//! The events of a run in columns of numbers: small when packed, quick to go through.
//!
//! Words and names are numbers too: of a text in [`Texts`].

use std::collections::BTreeMap;

use serde::Serialize;

use crate::compare::blame::account::Account;
use crate::compare::blame::wait::End;
use crate::compare::comparison::Run;
use crate::compare::replay::moment::{Seen, Stance};
use crate::compare::replay::tape::Replay;
use crate::report::happening;
use crate::report::lines::clean;
use crate::report::terms::{kind_word, queue_word, state_word};
use crate::report::why::wait::tell;
use crate::sim::trace::{Event, Kind};
use crate::source::{Sources, Span};

/// Stands for "none" where a number is asked for.
const NONE: i64 = -1;

/// Texts that occur, each once.
#[derive(Debug, Default)]
pub struct Texts {
    pub all: Vec<String>,
    numbers: BTreeMap<String, i64>,
}

impl Texts {
    /// The number of a text.
    fn number(&mut self, text: &str) -> i64 {
        if let Some(&known) = self.numbers.get(text) {
            return known;
        }
        let next = self.all.len() as i64;
        self.numbers.insert(text.to_string(), next);
        self.all.push(text.to_string());
        next
    }
}

/// What happened, an event a row.
#[derive(Debug, Default, Serialize)]
pub struct Events {
    /// Nanoseconds since the event before.
    after: Vec<u64>,
    kind: Vec<i64>,
    task: Vec<i64>,
    worker: Vec<i64>,
    /// The other task in it: who spawned it, who woke it, whom it asks to end.
    other: Vec<i64>,
    /// The event as a sentence.
    told: Vec<i64>,
    object: Vec<i64>,
    /// 1 where a worker chooses among those who are ready.
    decides: Vec<i64>,
}

/// Where tasks stand from an event on, a change a row.
#[derive(Debug, Default, Serialize)]
pub struct Changes {
    /// How many events further than the change before.
    after: Vec<i64>,
    task: Vec<i64>,
    stance: Vec<i64>,
    held: Vec<i64>,
    worker: Vec<i64>,
    line: Vec<i64>,
    text: Vec<i64>,
    object: Vec<i64>,
    queue: Vec<i64>,
    /// How many events ago that began.
    ago: Vec<i64>,
    wait: Vec<i64>,
}

/// The waits, as they are explained.
#[derive(Debug, Default, Serialize)]
pub struct Waits {
    task: Vec<u32>,
    from: Vec<u64>,
    to: Vec<u64>,
    /// Who ended it.
    by: Vec<i64>,
    /// The event that did.
    last: Vec<i64>,
    sentence: Vec<String>,
}

/// The critical path, a step a row.
#[derive(Debug, Default, Serialize)]
pub struct Path {
    task: Vec<u32>,
    from: Vec<u64>,
    to: Vec<u64>,
}

pub fn events(run: &Run, replay: &Replay, texts: &mut Texts) -> Events {
    let mut columns = Events::default();
    let mut before = 0;
    for (event, moment) in run.trace.iter().zip(&replay.moments) {
        columns.after.push(event.time.0 - before);
        before = event.time.0;
        columns.kind.push(texts.number(kind_word(&event.kind)));
        columns.task.push(number(event.task));
        columns.worker.push(number(event.worker));
        let who = moment.shared.and_then(|(_, share)| share.who());
        columns.other.push(number(who.or(other(event))));
        columns.told.push(texts.number(&happening::tell(event, &replay.names, &run.program)));
        columns.object.push(number(moment.shared.map(|(object, _)| object.0)));
        columns.decides.push(i64::from(moment.decides));
    }
    columns
}

pub fn changes(replay: &Replay, sources: &Sources, texts: &mut Texts) -> Changes {
    let mut columns = Changes::default();
    let mut before = 0;
    for (at, moment) in replay.moments.iter().enumerate() {
        for change in &moment.changes {
            columns.after.push((at - before) as i64);
            before = at;
            columns.task.push(i64::from(change.task));
            columns.place(&change.seen, at, sources, texts);
        }
    }
    columns
}

impl Changes {
    fn place(&mut self, seen: &Seen, at: usize, sources: &Sources, texts: &mut Texts) {
        let label = seen.label.as_deref().map(clean);
        self.stance.push(texts.number(word(seen.stance)));
        self.held.push(i64::from(seen.held));
        self.worker.push(number(seen.worker));
        self.line.push(seen.span.map_or(NONE, |span| line(span, sources)));
        self.text.push(label.map_or(NONE, |label| texts.number(&label)));
        self.object.push(number(seen.object.map(|object| object.0)));
        self.queue.push(seen.queue.map_or(NONE, |queue| texts.number(queue_word(queue))));
        self.ago.push((at - seen.since) as i64);
        self.wait.push(seen.wait.map_or(NONE, |wait| wait as i64));
    }
}

pub fn waits(run: &Run, account: &Account) -> Waits {
    let mut columns = Waits::default();
    for wait in &account.waits {
        columns.task.push(wait.task);
        columns.from.push(wait.from.0);
        columns.to.push(wait.to.0);
        columns.by.push(match wait.end {
            End::Woken(by) => i64::from(by),
            End::Clock | End::Worker(_) | End::Ended | End::Never => NONE,
        });
        columns.last.push(wait.last.map_or(NONE, |at| at as i64));
        columns.sentence.push(tell(wait, account, run));
    }
    columns
}

pub fn path(account: &Account) -> Path {
    let mut columns = Path::default();
    for step in &account.path {
        columns.task.push(step.task);
        columns.from.push(step.from.0);
        columns.to.push(step.to.0);
    }
    columns
}

fn number(n: Option<u32>) -> i64 {
    n.map_or(NONE, i64::from)
}

fn line(span: Span, sources: &Sources) -> i64 {
    sources.line_column(span).0 as i64
}

/// What a task does, in one word.
fn word(stance: Stance) -> &'static str {
    match stance {
        Stance::Absent => "not started",
        Stance::In(state) => state_word(state),
        Stance::Done => "done",
        Stance::Failed => "failed",
        Stance::Cancelled => "cancelled",
    }
}

fn other(event: &Event) -> Option<u32> {
    match &event.kind {
        Kind::Spawn { parent, .. } => *parent,
        Kind::Wake { by } => *by,
        Kind::CancelRequest { target } => Some(*target),
        _others => None,
    }
}
