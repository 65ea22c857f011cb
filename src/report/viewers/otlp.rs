//! OTLP JSON: a trace for each run, a span for each task, one inside for each piece of it, and links between those.

use serde::Serialize;
use serde_json::{Value, json};

use crate::compare::comparison::{Comparison, Run, TaskEnding};
use crate::compare::fingerprint;
use crate::report::ending;
use crate::report::terms::{cause_word, state_word};
use crate::report::viewers::drawing::{Arrow, Drawing, Point, drawing};
use crate::report::viewers::lane::Piece;
use crate::report::viewers::words;
use crate::report::why::words::{name, object};
use crate::sim::trace::{Event, Kind};
use crate::source::Sources;
use crate::time::Time;

/// Runs begin with the year 2000, in nanoseconds since 1970: the same file, whenever it is written.
const EPOCH: u64 = 946_684_800 * 1_000_000_000;

/// Readers take times as signed numbers.
const LAST: u64 = i64::MAX as u64;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    parent_span_id: String,
    name: String,
    /// Internal: neither client nor server.
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    attributes: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    events: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Value>,
}

/// # Errors
/// The events were not kept, or a run is longer than the format can say.
pub fn otlp(comparison: &Comparison, sources: &Sources) -> Result<String, String> {
    let mut resources = Vec::new();
    for (number, run) in comparison.runs.iter().enumerate() {
        let drawing = drawing(run)?;
        if drawing.end.0 > LAST - EPOCH {
            let why = "OpenTelemetry counts nanoseconds up to the year 2262, and runs begin in 2000";
            return Err(format!("{why}; `{}` takes {}", run.name, drawing.end));
        }
        let parts = drawing.lanes.iter().scan(0, |next, lane| {
            let first = *next;
            *next += lane.pieces.len() as u64;
            Some(first)
        });
        let first = parts.collect();
        let trace = Trace { run, drawing: &drawing, sources, number: number as u64, first };
        resources.push(trace.resource(comparison));
    }
    let file = json!({ "resourceSpans": resources });
    Ok(serde_json::to_string(&file).expect("the shape has string keys and finite depth") + "\n")
}

struct Trace<'a> {
    run: &'a Run,
    drawing: &'a Drawing,
    sources: &'a Sources,
    number: u64,
    /// For each task, how many pieces there are before its own.
    first: Vec<u64>,
}

impl Trace<'_> {
    fn resource(&self, comparison: &Comparison) -> Value {
        let run = self.run;
        let attributes = [
            text("service.name", &run.name),
            text("cosim.title", &comparison.title),
            text("cosim.runtime", &run.runtime.to_string()),
            text("cosim.seed", &run.seed.to_string()),
            text("cosim.fingerprint", &fingerprint::show(run.fingerprint)),
            text("cosim.outcome", ending::word(&run.ending)),
        ];
        json!({
            "resource": { "attributes": attributes },
            "scopeSpans": [{
                "scope": { "name": "cosim", "version": env!("CARGO_PKG_VERSION") },
                "spans": self.spans(),
            }],
        })
    }

    fn spans(&self) -> Vec<Span> {
        let mut parents: Vec<Option<u32>> = vec![None; self.drawing.lanes.len()];
        let mut events: Vec<Vec<Value>> = vec![Vec::new(); self.drawing.lanes.len()];
        let mut failures: Vec<Option<String>> = vec![None; self.drawing.lanes.len()];
        for event in &self.run.trace {
            let Some(task) = event.task.map(|task| task as usize) else { continue };
            match &event.kind {
                Kind::Spawn { parent, .. } => parents[task] = *parent,
                Kind::Failed { text } => failures[task] = Some(text.to_string()),
                _other => {}
            }
            events[task].extend(self.told(event));
        }
        let mut links: Vec<Vec<Value>> = Vec::new();
        links.resize_with(self.pieces() as usize, Vec::new);
        for arrow in &self.drawing.arrows {
            links[self.piece(arrow.to) as usize].push(self.link(arrow));
        }
        let mut spans = Vec::new();
        let each = parents.into_iter().zip(events).zip(failures);
        for (task, ((parent, events), failure)) in each.enumerate() {
            let task = task as u32;
            spans.extend(self.task(task, parent, events, failure));
            for (at, piece) in self.drawing.lanes[task as usize].pieces.iter().enumerate() {
                let number = self.first[task as usize] + at as u64;
                let links = std::mem::take(&mut links[number as usize]);
                spans.push(self.part(task, number, piece, links));
            }
        }
        spans
    }

    /// The span of a whole task, from its birth to its end.
    fn task(
        &self,
        task: u32,
        parent: Option<u32>,
        events: Vec<Value>,
        failure: Option<String>,
    ) -> Option<Span> {
        let pieces = &self.drawing.lanes[task as usize].pieces;
        let (first, last) = (pieces.first()?, pieces.last()?);
        let metrics = &self.run.metrics.tasks;
        let known = metrics.binary_search_by_key(&task, |known| known.task).ok().map(|at| &metrics[at]);
        let ending = known.map(|known| match known.ending {
            TaskEnding::Done => "done",
            TaskEnding::Failed => "failed",
            TaskEnding::Cancelled => "cancelled",
            TaskEnding::Unfinished => "unfinished",
        });
        let attributes =
            [Some(number("cosim.task", task)), ending.map(|ending| text("cosim.ending", ending))];
        Some(Span {
            parent_span_id: parent.map(|parent| self.task_id(parent)).unwrap_or_default(),
            events,
            status: failure.map(|message| json!({ "code": 2, "message": message })),
            ..self.span(self.task_id(task), name(&self.drawing.names, task), first.from, last.to, attributes)
        })
    }

    fn part(&self, task: u32, number: u64, piece: &Piece, links: Vec<Value>) -> Span {
        let cause = piece.cause.as_ref();
        let holder = cause.and_then(|cause| cause.holder);
        let place = piece.span.map(|span| (self.sources.get(span.source), self.sources.line_column(span).0));
        let attributes = [
            Some(text("cosim.state", state_word(piece.state))),
            piece.worker.map(|worker| text("thread.name", &words::worker(self.drawing, worker))),
            cause.map(|cause| text("cosim.cause", cause_word(cause.kind))),
            cause
                .and_then(|cause| object(&self.run.program, cause.object))
                .map(|o| text("cosim.resource", &o)),
            holder.map(|holder| text("cosim.holder", &name(&self.drawing.names, holder))),
            place.map(|(source, _)| text("code.file.path", &source.name)),
            place.map(|(_, line)| number_of("code.line.number", line)),
        ];
        let (id, called) = (self.piece_id(number), words::piece(piece, self.run));
        let parent_span_id = self.task_id(task);
        Span { parent_span_id, links, ..self.span(id, called, piece.from, piece.to, attributes) }
    }

    fn span<const N: usize>(
        &self,
        span_id: String,
        name: String,
        from: Time,
        to: Time,
        attributes: [Option<Value>; N],
    ) -> Span {
        Span {
            trace_id: self.trace_id(),
            span_id,
            parent_span_id: String::new(),
            name,
            kind: 1,
            start_time_unix_nano: unix(from),
            end_time_unix_nano: unix(to),
            attributes: attributes.into_iter().flatten().collect(),
            events: Vec::new(),
            links: Vec::new(),
            status: None,
        }
    }

    /// What a task said, and the free decisions about it.
    fn told(&self, event: &Event) -> Option<Value> {
        let (name, attributes) = match &event.kind {
            Kind::Log { text: said } => (said.to_string(), vec![text("cosim.event", "log")]),
            Kind::Decision { options, chosen } => (
                "decision".to_string(),
                vec![number("cosim.options", *options), number("cosim.chosen", *chosen)],
            ),
            _other => return None,
        };
        Some(json!({ "timeUnixNano": unix(event.time), "name": name, "attributes": attributes }))
    }

    /// To what brought this piece about.
    fn link(&self, arrow: &Arrow) -> Value {
        let (name, kind) = words::arrow(&arrow.kind, self.run);
        let attributes = [text("cosim.arrow", kind), text("cosim.name", &name)];
        let span_id = self.piece_id(self.piece(arrow.from));
        json!({ "traceId": self.trace_id(), "spanId": span_id, "attributes": attributes })
    }

    fn piece(&self, point: Point) -> u64 {
        self.first[point.task as usize] + point.piece as u64
    }

    fn pieces(&self) -> u64 {
        self.drawing.lanes.iter().map(|lane| lane.pieces.len() as u64).sum()
    }

    fn trace_id(&self) -> String {
        format!("{:016x}{:016x}", scattered(self.run.fingerprint), scattered(self.number + 1))
    }

    fn task_id(&self, task: u32) -> String {
        self.id(u64::from(task))
    }

    fn piece_id(&self, piece: u64) -> String {
        self.id(self.drawing.lanes.len() as u64 + piece)
    }

    /// Different numbers, different ids: every step of the scattering can be undone.
    fn id(&self, number: u64) -> String {
        format!("{:016x}", scattered(self.run.fingerprint.wrapping_add(number)).max(1))
    }
}

/// The finisher of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn scattered(number: u64) -> u64 {
    let x = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn unix(time: Time) -> String {
    (EPOCH + time.0).to_string()
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

fn number(key: &str, value: u32) -> Value {
    number_of(key, value as usize)
}

/// In protocol buffers' JSON, 64-bit numbers are strings.
fn number_of(key: &str, value: usize) -> Value {
    json!({ "key": key, "value": { "intValue": value.to_string() } })
}
