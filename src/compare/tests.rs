//! Traces written by hand, and what is to be made of them.

use std::rc::Rc;

use crate::compare::comparison::{Activity, Metrics, TaskEnding, Timeline};
use crate::compare::deadlock::Standing;
use crate::compare::metrics::Meter;
use crate::compare::timeline;
use crate::lang::ast::ObjectKind;
use crate::lang::program::{ObjectDecl, Program};
use crate::runtimes::runtime::Wait;
use crate::sim::trace::{Cause, CauseKind, Event, Kind, Observed, Role, Sink};
use crate::source::Span;
use crate::time::{Duration, Time};
use crate::value::{ObjectId, TaskId};

/// A trace being written: time, task, worker, what.
#[derive(Default)]
struct Trace(Vec<Event>);

impl Trace {
    fn at(&mut self, time: u64, task: u32, worker: Option<u32>, kind: Kind) {
        let serial = self.0.len() as u64;
        self.0.push(Event { time: Time(time), serial, task: Some(task), worker, kind, span: None });
    }

    fn worker(&mut self, worker: u32, role: Role) {
        let kind = Kind::Worker { name: format!("w{worker}").into(), role };
        self.0.push(Event { time: Time(0), serial: 0, task: None, worker: Some(worker), kind, span: None });
    }

    fn spawn(&mut self, time: u64, task: u32, name: &str) {
        self.at(
            time,
            task,
            None,
            Kind::Spawn { name: name.into(), parent: None, priority: 0, daemon: false },
        );
    }

    fn work(&mut self, time: u64, task: u32, duration: u64, text: &str) {
        self.at(time, task, Some(0), Kind::Work { duration: Duration(duration), label: label(text) });
    }

    fn wait(&mut self, time: u64, task: u32, cause: Cause, held: bool) {
        self.at(time, task, Some(0), Kind::Wait { cause, held });
    }

    fn metrics(&self, end: u64) -> Metrics {
        let mut meter = Meter::new(&program());
        self.0.iter().for_each(|event| meter.event(event));
        meter.finish(Time(end))
    }
}

fn label(text: &str) -> Option<Rc<str>> {
    (!text.is_empty()).then(|| text.into())
}

fn program() -> Program {
    let object = |kind, name: &str, size| ObjectDecl {
        kind,
        name: name.to_string(),
        size,
        lock: None,
        inherit: false,
        processes: false,
        span: Span::default(),
    };
    Program {
        code: Vec::new(),
        spans: Vec::new(),
        constants: Vec::new(),
        texts: Vec::new(),
        functions: Vec::new(),
        main: 0,
        objects: vec![
            object(ObjectKind::Lock, "a", Some(1)),
            object(ObjectKind::Lock, "b", Some(1)),
            object(ObjectKind::Event, "go", None),
            object(ObjectKind::Channel, "orders", Some(4)),
            object(ObjectKind::Workers, "cook", Some(2)),
        ],
        shared: Vec::new(),
        metrics: vec!["latency".to_string()],
        params: Vec::new(),
        spawns: Vec::new(),
        selects: Vec::new(),
        wanted: Default::default(),
        live: Vec::new(),
    }
}

/// One worker; `main` spawns two tasks; the first works, waits, and goes on after the second,
/// which is preempted once.
fn two_tasks() -> Trace {
    let mut trace = Trace::default();
    trace.worker(0, Role::Worker);
    trace.spawn(0, 0, "main");
    trace.at(0, 0, Some(0), Kind::Run);
    trace.spawn(0, 1, "wash(1)");
    trace.spawn(0, 2, "wash(2)");
    trace.at(0, 0, Some(0), Kind::Done);
    trace.at(0, 1, Some(0), Kind::Run);
    trace.work(0, 1, 2, "load");
    trace.at(2, 1, Some(0), Kind::Resume);
    trace.wait(2, 1, Cause { label: label("wash"), ..Cause::new(CauseKind::Io) }, false);
    trace.at(2, 2, Some(0), Kind::Switch { cost: Duration(1) });
    trace.at(3, 2, Some(0), Kind::Run);
    trace.work(3, 2, 6, "knead");
    trace.at(5, 1, None, Kind::Wake { by: None });
    trace.at(6, 2, Some(0), Kind::Preempt);
    trace.at(6, 1, Some(0), Kind::Run);
    trace.at(6, 1, Some(0), Kind::Hold { duration: Duration(4), label: label("stare") });
    trace.at(10, 1, Some(0), Kind::Resume);
    trace.at(10, 1, Some(0), Kind::Done);
    trace.at(10, 2, Some(0), Kind::Run);
    trace.at(13, 2, Some(0), Kind::Resume);
    trace.at(13, 2, Some(0), Kind::Failed { text: "burnt".into() });
    trace
}

#[test]
fn every_moment_of_a_task_is_in_one_state() {
    let metrics = two_tasks().metrics(13);
    let states = |task: usize| {
        let task = &metrics.tasks[task];
        [task.running, task.ready, task.blocked, task.io, task.sleeping, task.overhead].map(|d| d.0)
    };
    assert_eq!(states(0), [2, 1, 0, 7, 0, 0]);
    assert_eq!(states(1), [6, 6, 0, 0, 0, 1]);
    for task in &metrics.tasks {
        let sum = task.running + task.ready + task.blocked + task.io + task.sleeping + task.overhead;
        assert_eq!(task.turnaround(), Some(sum), "{}", task.name);
    }
    assert_eq!(metrics.tasks[0].response(), Some(Duration(0)));
    assert_eq!(metrics.tasks[1].response(), Some(Duration(3)));
    assert_eq!(metrics.tasks[1].ending, TaskEnding::Failed);
}

#[test]
fn every_moment_of_a_worker_is_in_one_state() {
    let metrics = two_tasks().metrics(13);
    assert_eq!(metrics.makespan, Duration(13));
    assert_eq!(metrics.workers, 1);
    let worker = [metrics.busy, metrics.held, metrics.overhead, metrics.idle].map(|d| d.0);
    assert_eq!(worker, [8, 4, 1, 0]);
    // main to 1, 1 to 2 with a cost, 2 to 1 by preemption, 1 to 2.
    assert_eq!((metrics.switches, metrics.involuntary), (4, 1));
    assert_eq!((metrics.peak_tasks, metrics.failed_tasks, metrics.completed()), (2, 1, 1));
    assert_eq!(metrics.paid(), Duration(13));
    assert_eq!(metrics.utilisation(), Some(8.0 / 13.0));
    assert_eq!(metrics.occupied(), Some(1.0));
}

fn drawn(timeline: &Timeline) -> String {
    let mut out = String::new();
    for lane in &timeline.lanes {
        out.push_str(&format!("{}:", lane.name));
        for segment in &lane.segments {
            let what = match segment.what {
                Activity::Held => "Held".to_string(),
                Activity::Task(state) => format!("{state:?}"),
            };
            let (from, to, label) = (segment.from.0, segment.to.0, segment.label.as_deref().unwrap_or("-"));
            out.push_str(&format!(" {from}-{to} {what} {} {label};", segment.task));
        }
        out.push('\n');
    }
    out
}

#[test]
fn timelines_of_workers() {
    let timeline = timeline::workers(&two_tasks().0, Time(13));
    let expected = "w0: 0-2 Running 1 load; 2-3 Overhead 2 -; 3-6 Running 2 knead; 6-10 Held 1 stare; \
                    10-13 Running 2 knead;\n";
    assert_eq!(drawn(&timeline), expected);
}

#[test]
fn timelines_of_tasks() {
    let timeline = timeline::tasks(&two_tasks().0, Time(13));
    let expected = "main:\n\
                    wash(1): 0-2 Running 1 load; 2-5 Io 1 wash; 5-6 Ready 1 -; 6-10 Io 1 stare;\n\
                    wash(2): 0-2 Ready 2 -; 2-3 Overhead 2 -; 3-6 Running 2 knead; 6-10 Ready 2 -; \
                    10-13 Running 2 knead;\n";
    assert_eq!(drawn(&timeline), expected);
}

#[test]
fn a_run_that_is_cut_off_lasted_until_then() {
    let mut trace = Trace::default();
    trace.worker(0, Role::Worker);
    trace.spawn(0, 0, "main");
    trace.at(0, 0, Some(0), Kind::Run);
    trace.spawn(0, 1, "loop");
    trace.wait(0, 0, Cause::new(CauseKind::Join), false);
    trace.at(0, 1, Some(0), Kind::Run);
    trace.work(0, 1, 100, "");
    let metrics = trace.metrics(7);
    assert_eq!((metrics.makespan, metrics.busy), (Duration(7), Duration(7)));
    assert_eq!(metrics.tasks[0].ending, TaskEnding::Unfinished);
    assert_eq!(metrics.tasks[0].turnaround(), None);
}

#[test]
fn a_thread_stays_with_the_task_that_waits() {
    let mut trace = Trace::default();
    trace.worker(0, Role::Worker);
    trace.worker(1, Role::Main);
    trace.spawn(0, 0, "main");
    trace.at(0, 0, Some(1), Kind::Run);
    trace.spawn(0, 1, "wash");
    trace.wait(0, 0, Cause::new(CauseKind::Join), true);
    trace.at(0, 1, Some(0), Kind::Run);
    trace.wait(0, 1, Cause::new(CauseKind::Sleep), true);
    trace.at(3, 1, None, Kind::Wake { by: None });
    trace.at(5, 1, Some(0), Kind::Run);
    trace.work(5, 1, 1, "");
    trace.at(6, 1, Some(0), Kind::Done);
    trace.at(6, 0, Some(1), Kind::Run);
    trace.at(6, 0, Some(1), Kind::Done);
    let metrics = trace.metrics(6);
    assert_eq!([metrics.busy, metrics.held, metrics.idle].map(|d| d.0), [1, 5, 0]);
    assert_eq!(metrics.workers, 1, "the thread of main is none of the workers");
    assert_eq!(metrics.tasks[0].sleeping, Duration(3));
    assert_eq!(metrics.tasks[0].ready, Duration(2));
}

#[test]
fn objects_and_observations() {
    let mut trace = Trace::default();
    trace.worker(0, Role::Pool(ObjectId(4)));
    trace.spawn(0, 0, "main");
    trace.at(0, 0, None, Kind::Acquire { object: ObjectId(0) });
    trace.at(2, 0, None, Kind::Send { object: ObjectId(3) });
    trace.at(4, 0, None, Kind::Send { object: ObjectId(3) });
    trace.at(4, 0, None, Kind::Observe { metric: 0, value: Observed::Duration(4) });
    trace.at(5, 0, None, Kind::Release { object: ObjectId(0) });
    trace.spawn(5, 1, "job");
    trace.at(5, 1, Some(0), Kind::Run);
    trace.at(8, 1, Some(0), Kind::Done);
    trace.at(8, 0, None, Kind::Receive { object: ObjectId(3) });
    trace.at(10, 0, None, Kind::Observe { metric: 0, value: Observed::Duration(6) });
    trace.at(10, 0, None, Kind::Done);
    let metrics = trace.metrics(10);
    let objects: Vec<_> = metrics.objects.iter().map(|o| (o.name.as_str(), o.busy.0, o.peak)).collect();
    assert_eq!(objects, [("a", 5, 1), ("b", 0, 0), ("orders", 12, 2), ("cook", 3, 1)]);
    assert_eq!(metrics.utilisation_of(&metrics.objects[2]), Some(0.3));
    assert_eq!(metrics.utilisation_of(&metrics.objects[3]), Some(0.15));
    assert_eq!((metrics.observed[0].durations, metrics.observed[0].values.len()), (true, 2));
    assert_eq!(metrics.workers, 0);
}

fn wait(task: u32, object: Option<u32>, holders: &[u32]) -> Wait {
    let id = |serial| TaskId { slot: serial, serial };
    let cause = object.map(|object| Cause::new(CauseKind::Lock).object(ObjectId(object)));
    Wait { task: id(task), cause, holders: holders.iter().map(|&serial| id(serial)).collect() }
}

#[test]
fn a_cycle_begins_with_its_smallest_task() {
    let mut trace = Trace::default();
    for (task, name) in ["main", "idle", "left", "right"].into_iter().enumerate() {
        trace.spawn(0, task as u32, name);
    }
    trace.at(1, 2, None, Kind::Acquire { object: ObjectId(0) });
    trace.at(1, 3, None, Kind::Acquire { object: ObjectId(1) });
    trace.at(1, 3, None, Kind::Acquire { object: ObjectId(0) });
    trace.at(1, 3, None, Kind::Release { object: ObjectId(0) });
    let mut standing = Standing::default();
    trace.0.iter().for_each(|event| standing.event(event));
    let waits =
        [wait(0, None, &[1, 2, 3]), wait(1, Some(0), &[2]), wait(3, Some(0), &[2]), wait(2, Some(1), &[3])];
    let deadlock = standing.deadlock(&waits, &program().objects);
    let cycle: Vec<_> =
        deadlock.cycle.iter().map(|task| (task.name.as_str(), task.object.as_deref())).collect();
    assert_eq!(cycle, [("left", Some("b")), ("right", Some("a"))]);
    assert_eq!(deadlock.cycle[1].holds, ["b"]);
    assert_eq!(deadlock.stuck.len(), 4);
}

#[test]
fn a_lost_wake_up_has_no_cycle_and_a_task_can_wait_for_itself() {
    let standing = Standing::default();
    let lost = standing.deadlock(&[wait(0, Some(2), &[]), wait(1, Some(2), &[0])], &program().objects);
    assert!(lost.cycle.is_empty());
    assert_eq!(lost.stuck[0].name, "task 0");
    let own = standing.deadlock(&[wait(1, Some(0), &[1])], &program().objects);
    assert_eq!(own.cycle.len(), 1);
}

#[test]
fn long_chains_of_waits_take_no_longer_than_they_are() {
    let waits: Vec<Wait> = (0..200_000).map(|task| wait(task, Some(0), &[task + 1])).collect();
    let deadlock = Standing::default().deadlock(&waits, &[]);
    assert!(deadlock.cycle.is_empty());
    let waits: Vec<Wait> = (0..200_000).map(|task| wait(task, Some(0), &[(task + 1) % 200_000])).collect();
    assert_eq!(Standing::default().deadlock(&waits, &[]).cycle.len(), 200_000);
}
