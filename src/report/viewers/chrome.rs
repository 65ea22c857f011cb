//! Chrome Trace Event JSON, as Perfetto and chrome://tracing read it: all runs in one file, each a process.
//!
//! What Perfetto's importer does with it is in its sources, `json_trace_parser_impl.cc`, `slice_tracker.cc`,
//! `flow_tracker.cc` and `trace_sorter.h` under `src/trace_processor/importers`. Three things decide the shape:
//! slices of a thread have to nest; at one moment the longest slice comes first, then everything else in the order
//! of the file; an arrow is bound to the slice that was last opened on its thread, even if that is over.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::compare::comparison::{Activity, Comparison, Run, Segment};
use crate::compare::fingerprint;
use crate::compare::timeline;
use crate::report::ending;
use crate::report::terms::{cause_word, state_word};
use crate::report::viewers::drawing::{Arrow, Drawing, Point, drawing};
use crate::report::viewers::lane::Piece;
use crate::report::viewers::level::levels;
use crate::report::viewers::words;
use crate::report::why::words::{name, object};
use crate::sim::trace::{Event, Kind, State};
use crate::source::Sources;
use crate::time::Time;

pub const SCHEMA: &str = "cosim-chrome/1";

/// Times are written in microseconds, and read as floating-point numbers: up to here they tell nanoseconds apart.
const LONGEST: Time = Time((1 << 43) * 1000);

/// One line of the file.
#[derive(Serialize, Default)]
struct Entry {
    ph: &'static str,
    name: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    cat: &'static str,
    pid: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    tid: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ts: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dur: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bp: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cname: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    args: Option<Args>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Args {
    Name { name: String },
    Sort { sort_index: usize },
    Slice(Box<Facts>),
    Level(BTreeMap<&'static str, u64>),
    Decision { task: Option<String>, options: u32, chosen: u32 },
    Said { task: Option<String>, src: Option<String> },
}

/// What is known of a slice.
#[derive(Serialize, Default)]
struct Facts {
    task: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    worker: Option<String>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    src: Option<String>,
}

#[derive(Serialize)]
struct Other<'a> {
    schema: &'static str,
    cosim_version: &'static str,
    cosim_tick: &'static str,
    title: &'a str,
    runs: Vec<OtherRun>,
}

#[derive(Serialize)]
struct OtherRun {
    pid: usize,
    run: String,
    runtime: String,
    seed: u64,
    fingerprint: String,
    outcome: &'static str,
    /// Arrows that would end before they begin: from one who acts in a moment to one who received in the moment
    /// before it.
    arrows_left_out: usize,
}

/// # Errors
/// The events were not kept, or the run is too long for the format.
pub fn chrome(comparison: &Comparison, sources: &Sources) -> Result<String, String> {
    let mut file = File { sources, entries: Vec::new(), arrows: 0 };
    let mut runs = Vec::new();
    for (run, pid) in comparison.runs.iter().zip(1..) {
        let drawing = drawing(run)?;
        if drawing.end > LONGEST {
            let why =
                "a trace for Perfetto can be 101 days long, since times in it are floating-point numbers";
            return Err(format!("{why}; `{}` takes {}", run.name, drawing.end));
        }
        let process = Process { run, drawing, pid };
        let left_out = process.write(&mut file);
        runs.push(OtherRun {
            pid,
            run: run.name.clone(),
            runtime: run.runtime.to_string(),
            seed: run.seed,
            fingerprint: fingerprint::show(run.fingerprint),
            outcome: ending::word(&run.ending),
            arrows_left_out: left_out,
        });
    }
    let other = Other {
        schema: SCHEMA,
        cosim_version: env!("CARGO_PKG_VERSION"),
        cosim_tick: "1ns",
        title: &comparison.title,
        runs,
    };
    Ok(file.finish(&other))
}

struct File<'a> {
    sources: &'a Sources,
    /// With the moment of each in nanoseconds; metadata has none.
    entries: Vec<(Option<Time>, Entry)>,
    /// Flows so far: their ids are never used again, not even by another run.
    arrows: usize,
}

impl File<'_> {
    fn finish(mut self, other: &Other<'_>) -> String {
        let length = |entry: &Entry| entry.dur.map_or(0, |dur| (dur * 1000.0).round() as u64);
        self.entries
            .sort_by_key(|(at, entry)| (*at, rank(entry.ph), Reverse(length(entry)), entry.pid, entry.tid));
        let lines = self.entries.iter().map(|(_, entry)| json(entry));
        let lines: Vec<String> = lines.collect();
        format!(
            "{{\"displayTimeUnit\":\"ms\",\"otherData\":{},\"traceEvents\":[\n{}\n]}}\n",
            json(other),
            lines.join(",\n")
        )
    }

    fn metadata(&mut self, name: &str, pid: usize, tid: Option<usize>, args: Args) {
        let entry = Entry { ph: "M", name: name.to_string(), pid, tid, args: Some(args), ..Entry::default() };
        self.entries.push((None, entry));
    }

    fn entry(&mut self, at: Time, entry: Entry) {
        self.entries.push((Some(at), Entry { ts: Some(micros(at.0)), ..entry }));
    }
}

/// In this order at one moment.
fn rank(phase: &str) -> usize {
    ["M", "X", "s", "f", "C", "i"].iter().position(|known| *known == phase).unwrap_or(0)
}

fn json(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).expect("the shape has string keys and finite depth")
}

fn micros(nanos: u64) -> f64 {
    nanos as f64 / 1000.0
}

/// A run in the file.
struct Process<'a> {
    run: &'a Run,
    drawing: Drawing,
    pid: usize,
}

impl Process<'_> {
    /// Says how many arrows could not be drawn.
    fn write(&self, file: &mut File<'_>) -> usize {
        self.names(file);
        self.workers(file);
        self.tasks(file);
        let left_out = self.arrows(file);
        self.levels(file);
        self.run.trace.iter().for_each(|event| self.instant(event, file));
        left_out
    }

    /// Workers count from 1, since a thread 0 is taken for the process; tasks from 101, or behind the workers.
    fn first_task(&self) -> usize {
        self.drawing.names.workers.len().div_ceil(100).max(1) * 100 + 1
    }

    fn task(&self, serial: u32) -> Option<usize> {
        Some(self.first_task() + serial as usize)
    }

    /// Free decisions have a thread of their own: 900, or behind the tasks.
    fn choices(&self) -> usize {
        (self.first_task() + self.drawing.lanes.len()).div_ceil(100).max(9) * 100
    }

    fn names(&self, file: &mut File<'_>) {
        let title = format!("{} — {}", self.run.name, self.run.runtime);
        file.metadata("process_name", self.pid, None, Args::Name { name: title });
        file.metadata("process_sort_index", self.pid, None, Args::Sort { sort_index: self.pid });
        let workers = (0..self.drawing.names.workers.len() as u32)
            .map(|number| (number as usize + 1, words::worker(&self.drawing, number)));
        let tasks = (0..self.drawing.lanes.len() as u32)
            .map(|serial| (self.first_task() + serial as usize, name(&self.drawing.names, serial)));
        let choices = self.run.trace.iter().any(is_decision).then(|| (self.choices(), "choices".to_string()));
        for (tid, name) in workers.chain(tasks).chain(choices) {
            file.metadata("thread_name", self.pid, Some(tid), Args::Name { name });
            file.metadata("thread_sort_index", self.pid, Some(tid), Args::Sort { sort_index: tid });
        }
    }

    fn workers(&self, file: &mut File<'_>) {
        let timeline = timeline::workers(&self.run.trace, self.drawing.end);
        for lane in &timeline.lanes {
            for segment in &lane.segments {
                let Some(piece) = self.drawing.lanes[segment.task as usize].at(segment.from) else {
                    continue;
                };
                let entry = self.occupied(lane.number, segment, piece, file.sources);
                file.entry(segment.from, entry);
            }
        }
    }

    /// A worker has a task.
    fn occupied(&self, worker: u32, segment: &Segment, piece: &Piece, sources: &Sources) -> Entry {
        let facts = self.facts(segment.task, piece, sources);
        let task = facts.task.clone();
        let (state, called) = match segment.what {
            Activity::Held => ("held", format!("held: {task}")),
            Activity::Task(State::Overhead) => (state_word(State::Overhead), format!("switch to {task}")),
            Activity::Task(state) => {
                (state_word(state), segment.label.as_ref().map_or(task, |label| label.to_string()))
            }
        };
        Entry {
            ph: "X",
            name: called,
            cat: state,
            pid: self.pid,
            tid: Some(worker as usize + 1),
            dur: Some(micros(segment.to.since(segment.from).0)),
            cname: Some(color(state)),
            args: Some(Args::Slice(Box::new(Facts { state, ..facts }))),
            ..Entry::default()
        }
    }

    fn tasks(&self, file: &mut File<'_>) {
        for (lane, serial) in self.drawing.lanes.iter().zip(0..) {
            for piece in &lane.pieces {
                let entry = self.slice(serial, piece, words::piece(piece, self.run), file.sources);
                let dur = Some(micros(piece.length().0));
                file.entry(piece.from, Entry { dur, ..entry });
            }
        }
    }

    fn slice(&self, task: u32, piece: &Piece, name: String, sources: &Sources) -> Entry {
        let state = state_word(piece.state);
        Entry {
            ph: "X",
            name,
            cat: state,
            pid: self.pid,
            tid: self.task(task),
            dur: Some(0.0),
            cname: Some(color(state)),
            args: Some(Args::Slice(Box::new(self.facts(task, piece, sources)))),
            ..Entry::default()
        }
    }

    fn facts(&self, task: u32, piece: &Piece, sources: &Sources) -> Facts {
        let cause = piece.cause.as_ref();
        Facts {
            task: name(&self.drawing.names, task),
            worker: piece.worker.map(|worker| words::worker(&self.drawing, worker)),
            state: state_word(piece.state),
            cause: cause.map(|cause| cause_word(cause.kind)),
            holder: cause.and_then(|cause| cause.holder).map(|holder| name(&self.drawing.names, holder)),
            resource: cause.and_then(|cause| object(&self.run.program, cause.object)),
            src: piece.span.map(|span| sources.place(span)),
        }
    }

    fn arrows(&self, file: &mut File<'_>) -> usize {
        let mut marks: BTreeSet<(u32, Time)> = BTreeSet::new();
        let mut left_out = 0;
        for arrow in &self.drawing.arrows {
            let (from, to) = (self.inside(arrow.from), self.inside(arrow.to));
            if to < from {
                left_out += 1;
                continue;
            }
            if self.covered(arrow.from) && marks.insert((arrow.from.task, from)) {
                self.mark(arrow, from, file);
            }
            self.flow(arrow, from, to, file);
        }
        left_out
    }

    /// The moment of a point, moved into its piece: where one piece ends and another begins, an arrow would be
    /// bound to the second.
    fn inside(&self, point: Point) -> Time {
        let piece = self.drawing.piece(point);
        let last = Time(piece.to.0.saturating_sub(1).max(piece.from.0));
        point.at.clamp(piece.from, last)
    }

    /// Does a turn that takes no time lie at the begin of this piece? It would take the piece's arrows.
    fn covered(&self, point: Point) -> bool {
        let pieces = &self.drawing.lanes[point.task as usize].pieces;
        let before = point.piece.checked_sub(1).map(|before| &pieces[before]);
        before.is_some_and(|before| before.from == pieces[point.piece].from)
    }

    /// A slice of no length that holds an arrow.
    fn mark(&self, arrow: &Arrow, at: Time, file: &mut File<'_>) {
        let piece = self.drawing.piece(arrow.from);
        let entry = self.slice(arrow.from.task, piece, "over".to_string(), file.sources);
        file.entry(at, entry);
    }

    fn flow(&self, arrow: &Arrow, from: Time, to: Time, file: &mut File<'_>) {
        let (name, cat) = words::arrow(&arrow.kind, self.run);
        file.arrows += 1;
        let end = |ph, task, bp| {
            let (name, tid, id) = (name.clone(), self.task(task), Some(file.arrows));
            Entry { ph, name, cat, pid: self.pid, tid, id, bp, ..Entry::default() }
        };
        let (start, finish) = (end("s", arrow.from.task, None), end("f", arrow.to.task, Some("e")));
        file.entry(from, start);
        file.entry(to, finish);
    }

    fn levels(&self, file: &mut File<'_>) {
        for level in levels(self.run, &self.drawing) {
            for (at, value) in level.steps {
                let args = Some(Args::Level(BTreeMap::from([(level.unit, value)])));
                let name = level.name.clone();
                file.entry(at, Entry { ph: "C", name, pid: self.pid, args, ..Entry::default() });
            }
        }
    }

    /// Decisions on a thread of their own; what was said and what failed on the process.
    fn instant(&self, event: &Event, file: &mut File<'_>) {
        let task = event.task.map(|task| name(&self.drawing.names, task));
        let said = || Args::Said { task: task.clone(), src: event.span.map(|span| file.sources.place(span)) };
        let (name, cat, tid, args) = match &event.kind {
            Kind::Decision { options, chosen } => {
                let args = Args::Decision { task: task.clone(), options: *options, chosen: *chosen };
                (format!("{} of {options}", chosen + 1), "decision", Some(self.choices()), args)
            }
            Kind::Log { text } => (text.to_string(), "log", None, said()),
            Kind::Failed { text } => (text.to_string(), "failed", None, said()),
            Kind::Cancelled => ("cancelled".to_string(), "cancelled", None, said()),
            _other => return,
        };
        let s = Some(if tid.is_some() { "t" } else { "p" });
        file.entry(
            event.time,
            Entry { ph: "i", name, cat, pid: self.pid, tid, s, args: Some(args), ..Entry::default() },
        );
    }
}

fn is_decision(event: &Event) -> bool {
    matches!(event.kind, Kind::Decision { .. })
}

/// What chrome://tracing has reserved; Perfetto colours by name.
fn color(state: &str) -> &'static str {
    match state {
        "running" => "thread_state_running",
        "ready" => "thread_state_runnable",
        "blocked" => "thread_state_uninterruptible",
        "io" => "thread_state_iowait",
        "sleeping" => "thread_state_sleeping",
        "held" => "bad",
        _overhead => "terrible",
    }
}
