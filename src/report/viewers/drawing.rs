//! A run as lanes of tasks and arrows between them.

use std::collections::{BTreeMap, VecDeque};

use crate::compare::blame::graph::{Graph, ends};
use crate::compare::comparison::Run;
use crate::compare::follow::Names;
use crate::report::viewers::lane::{Lane, Next, Piece};
use crate::sim::trace::{Cause, Event, Kind, State};
use crate::time::Time;
use crate::value::ObjectId;

/// All lanes of a run, by serial number of the task, and all arrows.
#[derive(Debug, Default)]
pub struct Drawing {
    pub names: Names,
    pub lanes: Vec<Lane>,
    /// In the order in which they go out.
    pub arrows: Vec<Arrow>,
    pub end: Time,
}

/// Something that one piece brings about in another.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrow {
    pub kind: ArrowKind,
    pub from: Point,
    pub to: Point,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ArrowKind {
    /// From the task that spawned to the first turn.
    Spawn,
    /// From whoever did what was waited for to the turn that it brought.
    Wake(Option<Cause>),
    /// From where an item was sent to where it was received.
    Message(ObjectId),
    /// From the end of a wait for a device to the turn behind it.
    Device,
}

/// A moment in a piece: in the middle of it, or at its edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    pub task: u32,
    /// Index of the piece in its lane.
    pub piece: usize,
    pub at: Time,
}

/// An end of an arrow before the pieces are there.
#[derive(Debug, Clone, Copy)]
struct Place {
    task: u32,
    turn: u32,
    at: Time,
}

#[derive(Debug)]
struct Sketch {
    kind: ArrowKind,
    from: Place,
    to: Option<Place>,
}

#[derive(Debug, Default)]
struct Artist {
    drawing: Drawing,
    sketches: Vec<Sketch>,
    /// By task: arrows that wait for its next turn.
    pending: BTreeMap<u32, Vec<usize>>,
    /// By channel: items that nobody received yet, or receivers whose item was not yet sent.
    sent: BTreeMap<ObjectId, VecDeque<Place>>,
    received: BTreeMap<ObjectId, VecDeque<Place>>,
}

/// # Errors
/// The events of the run were not kept.
pub fn kept(run: &Run) -> Result<(), String> {
    if run.trace.is_empty() {
        let way_out = "`--trace FILE` writes them as they happen";
        return Err(format!("the events of `{}` were too many to be kept; {way_out}", run.name));
    }
    Ok(())
}

/// # Errors
/// The events of the run were not kept.
pub fn drawing(run: &Run) -> Result<Drawing, String> {
    kept(run)?;
    let graph = Graph::new(&run.trace);
    let mut artist = Artist::default();
    for (at, event) in run.trace.iter().enumerate() {
        artist.drawing.names.event(event);
        artist.event(&graph, at, event);
    }
    // A run that got stuck may have gone on for a while without events.
    let last = run.trace.last().map_or(Time::ZERO, |event| event.time);
    let end = last.max(Time(run.metrics.makespan.0));
    Ok(artist.finish(end))
}

impl Artist {
    fn event(&mut self, graph: &Graph<'_>, at: usize, event: &Event) {
        let Some(task) = event.task else { return };
        match &event.kind {
            Kind::Spawn { parent: Some(parent), .. } => {
                let from = self.place(*parent, event.time);
                self.promise(task, ArrowKind::Spawn, from);
            }
            Kind::Wake { by } => self.woken(task, *by, event.time),
            Kind::Send { object } => self.sent(*object, task, event.time),
            Kind::Receive { object } => self.received(*object, task, event.time),
            _other => {}
        }
        let Some(state) = graph.state(at) else { return };
        if ends(event) {
            self.lane(task).end(event.time);
            return;
        }
        let next = Next { state, doing: graph.doing(at), span: event.span, worker: event.worker };
        if self.lane(task).step(event.time, next) {
            let place = self.place(task, event.time);
            for index in self.pending.remove(&task).unwrap_or_default() {
                self.sketches[index].to = Some(place);
            }
        }
    }

    fn lane(&mut self, task: u32) -> &mut Lane {
        let index = task as usize;
        if index >= self.drawing.lanes.len() {
            self.drawing.lanes.resize_with(index + 1, Lane::default);
        }
        &mut self.drawing.lanes[index]
    }

    /// Where a task is now: in its turn, or behind its last.
    fn place(&mut self, task: u32, at: Time) -> Place {
        Place { task, turn: self.lane(task).turn(), at }
    }

    /// An arrow that ends where the task goes on.
    fn promise(&mut self, task: u32, kind: ArrowKind, from: Place) {
        self.pending.entry(task).or_default().push(self.sketches.len());
        self.sketches.push(Sketch { kind, from, to: None });
    }

    fn woken(&mut self, task: u32, by: Option<u32>, now: Time) {
        let wait = self.lane(task).now().cloned();
        let device = wait.as_ref().is_some_and(|wait| wait.state == State::Io && wait.from < now);
        match by {
            Some(by) if by != task => {
                let from = self.place(by, now);
                let cause = wait.and_then(|wait| wait.cause);
                self.promise(task, ArrowKind::Wake(cause), from);
            }
            None if device => {
                // Not from its turn, but from its wait.
                let from = Place { task, turn: 0, at: now };
                self.promise(task, ArrowKind::Device, from);
            }
            Some(_) | None => {}
        }
    }

    fn sent(&mut self, object: ObjectId, task: u32, now: Time) {
        let from = self.place(task, now);
        match self.received.get_mut(&object).and_then(VecDeque::pop_front) {
            Some(to) => self.message(object, from, to),
            None => self.sent.entry(object).or_default().push_back(from),
        }
    }

    fn received(&mut self, object: ObjectId, task: u32, now: Time) {
        let mut to = self.place(task, now);
        if !self.lane(task).is_running() {
            // It was handed over: it is there when the receiver goes on.
            to.turn += 1;
        }
        match self.sent.get_mut(&object).and_then(VecDeque::pop_front) {
            Some(from) => self.message(object, from, to),
            None => self.received.entry(object).or_default().push_back(to),
        }
    }

    fn message(&mut self, object: ObjectId, from: Place, to: Place) {
        let kind = ArrowKind::Message(object);
        if to.turn > self.lane(to.task).turn() {
            self.promise(to.task, kind, from);
        } else {
            self.sketches.push(Sketch { kind, from, to: Some(to) });
        }
    }

    fn finish(mut self, end: Time) -> Drawing {
        self.drawing.lanes.iter_mut().for_each(|lane| lane.end(end));
        self.drawing.end = end;
        let lanes = &self.drawing.lanes;
        // What nobody went on with, or nobody received, is no arrow.
        let arrows = self.sketches.into_iter().filter_map(|sketch| arrow(lanes, sketch));
        self.drawing.arrows = arrows.collect();
        self.drawing
    }
}

fn arrow(lanes: &[Lane], sketch: Sketch) -> Option<Arrow> {
    let Sketch { kind, from, to } = sketch;
    let to = to?;
    let lane = &lanes[from.task as usize];
    let out = lane.leaving(from.turn, from.at).or_else(|| lane.any(from.at))?;
    let into = lanes[to.task as usize].entering(to.turn, to.at)?;
    let point = |place: Place, piece| Point { task: place.task, piece, at: place.at };
    Some(Arrow { kind, from: point(from, out), to: point(to, into) })
}

impl Drawing {
    pub fn piece(&self, point: Point) -> &Piece {
        &self.lanes[point.task as usize].pieces[point.piece]
    }
}
