//! A trace file, read back: the same lines as a snapshot has, in the words of the trace.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::report::lines::clean;
use crate::report::packed::unpack::Unpacker;
use crate::report::snapshot::data::{Outcome, Snapshot, Step, StepKind};
use crate::report::snapshot::make::marks;
use crate::report::trace::SCHEMA;
use crate::time::show_nanos;

/// Is it a trace, in any of the forms in which `--trace` writes one?
pub fn is_trace(bytes: &[u8]) -> bool {
    let begin = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]).into_owned();
    is_packed(bytes) || begin.contains(SCHEMA)
}

fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(crate::report::packed::code::FAMILY)
}

/// # Errors
/// Why it cannot be read, in a sentence.
pub fn read(bytes: &[u8]) -> Result<Snapshot, String> {
    let mut unpacked = Vec::new();
    let bytes = match is_packed(bytes) {
        true => {
            let mut unpacker = Unpacker::default();
            let used = unpacker.read(bytes, &mut unpacked)?;
            unpacker.finish(bytes.len() - used)?;
            &unpacked
        }
        false => bytes,
    };
    let text = std::str::from_utf8(bytes).map_err(|_| "a trace that is not UTF-8".to_string())?;
    let records: Vec<Record> = match text.trim_start().starts_with('{') {
        true => lines(text)?,
        false => ron::from_str(text).map_err(|error| format!("a trace that cannot be read: {error}"))?,
    };
    let mut reader = Reader::default();
    records.iter().for_each(|record| reader.record(record));
    reader.end_run();
    Ok(reader.snapshot)
}

fn lines(text: &str) -> Result<Vec<Record>, String> {
    let line = |(n, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| format!("line {} of the trace: {error}", n + 1))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(line).collect()
}

/// A line of a trace: a header, an event or an end.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    schema: Option<String>,
    title: Option<String>,
    run: Option<String>,
    runtime: Option<String>,
    seed: Option<u64>,
    outcome: Option<String>,
    end: Option<u64>,
    fingerprint: Option<String>,
    t: u64,
    kind: String,
    task: Option<u32>,
    name: Option<String>,
    parent: Option<u32>,
    priority: Option<i32>,
    daemon: bool,
    duration: Option<u64>,
    cause: Option<String>,
    object: Option<String>,
    holder: Option<u32>,
    held: bool,
    by: Option<u32>,
    target: Option<u32>,
    label: Option<String>,
    text: Option<String>,
    metric: Option<String>,
    value: Option<f64>,
    nanos: Option<i64>,
    options: Option<u32>,
    chosen: Option<u32>,
    queue: Option<String>,
}

#[derive(Default)]
struct Reader {
    snapshot: Snapshot,
    run: Option<Outcome>,
    tasks: BTreeMap<u32, String>,
    computed: u64,
    turns: usize,
}

impl Reader {
    fn record(&mut self, record: &Record) {
        if record.schema.is_some() {
            self.end_run();
            self.snapshot.title = clean(record.title.as_deref().unwrap_or_default());
            let mut run = Outcome {
                name: clean(record.run.as_deref().unwrap_or("-")),
                runtime: clean(record.runtime.as_deref().unwrap_or_default()),
                ..Outcome::default()
            };
            run.numbers.extend(record.seed.map(|seed| ("seed".to_string(), seed.to_string())));
            (self.run, self.computed, self.turns) = (Some(run), 0, 0);
            self.tasks.clear();
            return;
        }
        let Some(run) = &mut self.run else { return };
        if record.kind == "end" {
            let mut add = |name: &str, value: String| run.numbers.push((name.to_string(), value));
            add("outcome", clean(record.outcome.as_deref().unwrap_or_default()));
            add("end", shown(record.end.unwrap_or(0)));
            add("tasks", self.tasks.len().to_string());
            add("turns", self.turns.to_string());
            add("computed", shown(self.computed));
            add("fingerprint", clean(record.fingerprint.as_deref().unwrap_or_default()));
            return;
        }
        if let (Some(task), Some(name), "spawn") = (record.task, &record.name, record.kind.as_str()) {
            self.tasks.insert(task, clean(name));
        }
        if record.kind == "worker" {
            return;
        }
        if record.kind == "work" {
            self.computed = self.computed.saturating_add(record.duration.unwrap_or(0));
        }
        self.turns += usize::from(record.kind == "run");
        let kind = match record.kind.as_str() {
            "run" => StepKind::Turn,
            "decision" => StepKind::Choice,
            _other => StepKind::Other,
        };
        let step = Step { time: shown(record.t), text: sentence(record, &self.tasks), kind, span: None };
        run.steps.push(step);
    }

    fn end_run(&mut self) {
        let Some(mut run) = self.run.take() else { return };
        run.count = run.steps.len();
        run.marks = marks(&run.steps);
        self.snapshot.runs.push(run);
    }
}

/// `wash(1) wait io: machine runs 1`
fn sentence(record: &Record, tasks: &BTreeMap<u32, String>) -> String {
    let task = |task: u32| tasks.get(&task).cloned().unwrap_or_else(|| format!("task {task}"));
    let mut words: Vec<String> = Vec::new();
    words.extend(record.task.map(task));
    words.push(clean(&record.kind));
    if record.kind != "spawn" {
        words.extend(record.name.as_deref().map(clean));
    }
    words.extend(record.parent.map(|parent| format!("by {}", task(parent))));
    words.extend(record.cause.as_deref().map(clean));
    words.extend(record.object.as_deref().map(clean));
    words.extend(record.queue.as_deref().map(clean));
    words.extend(record.by.map(|by| format!("by {}", task(by))));
    words.extend(record.target.map(task));
    words.extend(record.holder.map(|holder| format!("from {}", task(holder))));
    words.extend(record.duration.map(shown));
    words.extend(record.metric.as_deref().map(clean));
    words.extend(record.nanos.map(show_nanos));
    words.extend(record.value.map(|value| value.to_string()));
    words.extend(record.priority.map(|priority| format!("priority {priority}")));
    if let (Some(chosen), Some(options)) = (record.chosen, record.options) {
        words.push(format!("number {} of {options}", chosen.saturating_add(1)));
    }
    for (word, is) in [("held", record.held), ("daemon", record.daemon)] {
        words.extend(is.then(|| word.to_string()));
    }
    let said = record.label.as_deref().or(record.text.as_deref()).map(clean);
    words.join(" ") + &said.map(|said| format!(": {said}")).unwrap_or_default()
}

fn shown(nanos: u64) -> String {
    show_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
}
