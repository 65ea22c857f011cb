//! Comparisons made by hand, for the tests of reports.

use std::rc::Rc;

use crate::compare::comparison::{Comparison, Expectation, Run, RunEnding};
use crate::compare::fingerprint::Fingerprint;
use crate::compare::metrics::Meter;
use crate::lang::ast::ObjectKind;
use crate::lang::program::{Function, ObjectDecl, Program};
use crate::runtimes::table::{RuntimeSpec, ron};
use crate::sim::trace::{Cause, CauseKind, Event, Kind, Role, Sink};
use crate::source::{Sources, Span};
use crate::time::{Duration, MINUTE, Time};
use crate::value::ObjectId;

pub fn sources() -> Sources {
    let mut sources = Sources::default();
    sources.add("laundry.cosim", "task wash(load) {\n    with machine {\n    }\n}\n");
    sources
}

pub fn program() -> Program {
    let span = Span::default();
    let function =
        Function { name: "main".into(), params: 0, registers: 0, entry: 0, handlers: vec![], span };
    let machine = ObjectDecl {
        kind: ObjectKind::Resource,
        name: "machine".into(),
        size: Some(10),
        lock: None,
        inherit: false,
        processes: false,
        span,
    };
    Program {
        code: vec![],
        spans: vec![],
        constants: vec![],
        texts: vec![],
        functions: vec![function],
        main: 0,
        objects: vec![machine],
        shared: vec![],
        metrics: vec!["latency".into()],
        params: vec![],
        spawns: vec![],
        selects: vec![],
        wanted: Default::default(),
        live: vec![],
    }
}

/// A trace being written.
#[derive(Default)]
pub struct Script(pub Vec<Event>);

impl Script {
    pub fn at(&mut self, minute: u64, task: Option<u32>, worker: Option<u32>, kind: Kind) -> &mut Script {
        let serial = self.0.len() as u64;
        let span = task.map(|_| Span { start: 22, end: 26, ..Span::default() });
        self.0.push(Event { time: Time(minute * MINUTE as u64), serial, task, worker, kind, span });
        self
    }

    pub fn worker(&mut self, number: u32, name: &str, role: Role) -> &mut Script {
        self.at(0, None, Some(number), Kind::Worker { name: name.into(), role })
    }

    pub fn spawn(&mut self, task: u32, name: &str) -> &mut Script {
        let parent = (task > 0).then_some(0);
        self.at(0, Some(task), None, Kind::Spawn { name: name.into(), parent, priority: 0, daemon: false })
    }

    pub fn work(&mut self, from: u64, task: u32, worker: u32, minutes: u64, label: &str) -> &mut Script {
        let (task, worker) = (Some(task), Some(worker));
        let duration = Duration(minutes * MINUTE as u64);
        self.at(from, task, worker, Kind::Work { duration, label: Some(label.into()) });
        self.at(from + minutes, task, worker, Kind::Resume)
    }

    pub fn run(mut self, name: &str, runtime: &str) -> Run {
        self.0.iter_mut().zip(0..).for_each(|(event, serial)| event.serial = serial);
        let program = Rc::new(program());
        let mut meter = Meter::new(&program);
        let mut print = Fingerprint::default();
        for event in &self.0 {
            meter.event(event);
            print.event(event);
        }
        let end = self.0.last().map_or(Time::ZERO, |event| event.time);
        Run {
            name: name.into(),
            runtime: spec(runtime),
            seed: 42,
            program,
            ending: RunEnding::Completed,
            metrics: meter.finish(end),
            trace: self.0,
            choices: vec![],
            fingerprint: print.value(),
            replications: vec![],
        }
    }
}

pub fn spec(text: &str) -> RuntimeSpec {
    ron().from_str(text).expect("settings are well-formed")
}

/// A wait for a washing machine.
pub fn wash(load: u32) -> Cause {
    Cause { label: Some(format!("machine runs {load}").into()), ..Cause::new(CauseKind::Io) }
}

/// Loads one after the other on one thread, or each on a thread of its own.
pub fn threads(workers: u32) -> Script {
    let mut script = Script::default();
    script.worker(0, "main", Role::Main);
    (1..=workers).for_each(|w| {
        script.worker(w, &format!("thread {w}"), Role::Worker);
    });
    script.spawn(0, "main").at(0, Some(0), Some(0), Kind::Run);
    (1..=10).for_each(|load| {
        script.spawn(load, &format!("wash({load})"));
    });
    script.at(0, Some(0), Some(0), Kind::Done);
    let mut steps = Vec::new();
    for load in 1..=10u32 {
        let round = u64::from((load - 1) / workers);
        let (start, worker) = (round * 37, (load - 1) % workers + 1);
        let mut one = Script::default();
        one.at(start, Some(load), Some(worker), Kind::Run);
        one.at(start, Some(load), Some(worker), Kind::Acquire { object: ObjectId(0) });
        one.work(start, load, worker, 2, &format!("load {load}"));
        one.at(start + 2, Some(load), Some(worker), Kind::Wait { cause: wash(load), held: true });
        one.at(start + 32, Some(load), None, Kind::Wake { by: None });
        one.at(start + 32, Some(load), Some(worker), Kind::Run);
        one.work(start + 32, load, worker, 5, &format!("unload {load}"));
        one.at(start + 37, Some(load), Some(worker), Kind::Release { object: ObjectId(0) });
        one.at(start + 37, Some(load), Some(worker), Kind::Done);
        steps.extend(one.0);
    }
    steps.sort_by_key(|event| event.time);
    script.0.extend(steps);
    script
}

/// All loads on one event loop.
pub fn event_loop() -> Script {
    let mut script = Script::default();
    script.worker(0, "loop", Role::Worker);
    script.spawn(0, "main").at(0, Some(0), Some(0), Kind::Run);
    (1..=10).for_each(|load| {
        script.spawn(load, &format!("wash({load})"));
    });
    script.at(0, Some(0), Some(0), Kind::Done);
    let mut steps = Vec::new();
    for load in 1..=10u32 {
        let (start, back) = (u64::from(load - 1) * 2, 32 + u64::from(load - 1) * 5);
        let mut one = Script::default();
        one.at(start, Some(load), Some(0), Kind::Run);
        one.work(start, load, 0, 2, &format!("load {load}"));
        one.at(start + 2, Some(load), Some(0), Kind::Wait { cause: wash(load), held: false });
        one.at(start + 32, Some(load), None, Kind::Wake { by: None });
        one.at(back, Some(load), Some(0), Kind::Run);
        one.work(back, load, 0, 5, &format!("unload {load}"));
        one.at(back + 5, Some(load), Some(0), Kind::Done);
        steps.extend(one.0);
    }
    // Who leaves the loop at a moment does so before another comes.
    steps.sort_by_key(|event| (event.time, matches!(event.kind, Kind::Run)));
    let mut sorted = Vec::new();
    let mut rest = steps.into_iter().peekable();
    while let Some(event) = rest.next() {
        let now = event.time;
        let mut moment = vec![event];
        while let Some(next) = rest.next_if(|next| next.time == now) {
            moment.push(next);
        }
        moment.sort_by_key(|event| match event.kind {
            Kind::Resume => 0,
            Kind::Wait { .. } | Kind::Done => 1,
            Kind::Wake { .. } => 2,
            Kind::Run => 3,
            _ => 4,
        });
        sorted.extend(moment);
    }
    script.0.extend(sorted);
    script
}

pub fn laundry() -> Comparison {
    Comparison {
        title: "The laundry: does waiting need a worker?".into(),
        story: "Ten loads, ten machines. A machine runs for half an hour on its own;\nwho stands beside it?"
            .into(),
        seed: 42,
        runs: vec![
            threads(1).run("one worker who waits", "Threads(workers: 1)"),
            threads(10).run("ten workers", "Threads(workers: 10)"),
            event_loop().run("one worker who does not", "Asyncio(version: \"3.12\")"),
        ],
        expectations: vec![
            Expectation {
                text: "makespan('one worker who does not') < makespan('one worker who waits') / 4".into(),
                held: true,
                explanation: String::new(),
            },
            Expectation {
                text: "makespan('ten workers') == 38min".into(),
                held: false,
                explanation: "makespan('ten workers') was 37min".into(),
            },
        ],
        partial: None,
    }
}
