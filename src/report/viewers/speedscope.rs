//! speedscope: a profile for each worker, with the tasks it had and what they did there.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::compare::comparison::{Activity, Comparison, Lane, Run, Segment};
use crate::compare::timeline;
use crate::report::terms::state_word;
use crate::report::viewers::drawing::{Drawing, drawing};
use crate::report::viewers::words;
use crate::report::why::words::name;
use crate::sim::trace::State;
use crate::source::Sources;
use crate::time::Time;

const SCHEMA: &str = "https://www.speedscope.app/file-format-schema.json";

/// JavaScript's numbers are whole up to here.
const LONGEST: Time = Time(1 << 53);

#[derive(Serialize)]
struct File<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    name: &'a str,
    exporter: &'static str,
    #[serde(rename = "activeProfileIndex")]
    active: usize,
    shared: Shared,
    profiles: Vec<Profile>,
}

#[derive(Serialize)]
struct Shared {
    frames: Vec<Frame>,
}

#[derive(Serialize, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Frame {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

#[derive(Serialize)]
struct Profile {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    unit: &'static str,
    #[serde(rename = "startValue")]
    start: Time,
    #[serde(rename = "endValue")]
    end: Time,
    events: Vec<Event>,
}

#[derive(Serialize)]
struct Event {
    #[serde(rename = "type")]
    kind: &'static str,
    frame: usize,
    at: Time,
}

/// # Errors
/// The events were not kept, nothing took any time, or it took longer than the format can say.
pub fn speedscope(comparison: &Comparison, sources: &Sources) -> Result<String, String> {
    let mut frames = Frames::default();
    let mut profiles = Vec::new();
    for run in &comparison.runs {
        let drawing = drawing(run)?;
        if drawing.end > LONGEST {
            let why = "speedscope counts whole nanoseconds up to 104 days";
            return Err(format!("{why}; `{}` takes {}", run.name, drawing.end));
        }
        let timeline = timeline::workers(&run.trace, drawing.end);
        let busy = timeline.lanes.iter().filter(|lane| !lane.segments.is_empty());
        profiles.extend(busy.map(|lane| profile(run, lane, &drawing, sources, &mut frames)));
    }
    if profiles.is_empty() {
        return Err(
            "there is nothing for speedscope to show: no worker did anything that takes time".to_string()
        );
    }
    let file = File {
        schema: SCHEMA,
        name: &comparison.title,
        exporter: concat!("cosim ", env!("CARGO_PKG_VERSION")),
        active: 0,
        shared: Shared { frames: frames.all },
        profiles,
    };
    Ok(serde_json::to_string(&file).expect("the shape has string keys and finite depth") + "\n")
}

/// Each frame once.
#[derive(Default)]
struct Frames {
    all: Vec<Frame>,
    known: BTreeMap<Frame, usize>,
}

impl Frames {
    fn number(&mut self, frame: Frame) -> usize {
        *self.known.entry(frame).or_insert_with_key(|frame| {
            self.all.push(frame.clone());
            self.all.len() - 1
        })
    }
}

fn profile(run: &Run, lane: &Lane, drawing: &Drawing, sources: &Sources, frames: &mut Frames) -> Profile {
    let mut events: Vec<Event> = Vec::new();
    let mut task: Option<(u32, usize, Time)> = None;
    for segment in &lane.segments {
        // A task that goes on in another way stays on the stack.
        let stays = task.filter(|(serial, _, until)| *serial == segment.task && *until == segment.from);
        if let Some((_, frame, at)) = task.filter(|_| stays.is_none()) {
            events.push(Event { kind: "C", frame, at });
        }
        let outer = stays.map_or_else(
            || {
                let name = name(&drawing.names, segment.task);
                let frame = frames.number(Frame { name, file: None, line: None });
                events.push(Event { kind: "O", frame, at: segment.from });
                frame
            },
            |(_, frame, _)| frame,
        );
        let frame = frames.number(inner(run, segment, drawing, sources));
        events.push(Event { kind: "O", frame, at: segment.from });
        events.push(Event { kind: "C", frame, at: segment.to });
        task = Some((segment.task, outer, segment.to));
    }
    if let Some((_, frame, at)) = task {
        events.push(Event { kind: "C", frame, at });
    }
    let name = format!("{}: {}", run.name, words::worker(drawing, lane.number));
    Profile { kind: "evented", name, unit: "nanoseconds", start: Time::ZERO, end: drawing.end, events }
}

/// What a task does on a worker, with its place in the program.
fn inner(run: &Run, segment: &Segment, drawing: &Drawing, sources: &Sources) -> Frame {
    let piece = drawing.lanes[segment.task as usize].at(segment.from);
    let what = piece.map_or_else(String::new, |piece| words::piece(piece, run));
    let name = match segment.what {
        Activity::Held => format!("held: {what}"),
        Activity::Task(State::Overhead) => "switch".to_string(),
        Activity::Task(state) => segment.label.as_ref().map_or(state_word(state), |label| label).to_string(),
    };
    let span = piece.and_then(|piece| piece.span);
    Frame {
        name,
        file: span.map(|span| sources.get(span.source).name.clone()),
        line: span.map(|span| sources.line_column(span).0),
    }
}
