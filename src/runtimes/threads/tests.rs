//! Threads against numbers worked out by hand: scripted tasks, without the library of words.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::runtimes::runtime::Next;
use crate::runtimes::textbook::scheduler::{Place, Scheduler};
use crate::runtimes::threads::scheduler::OsThreads;
use crate::runtimes::threads::settings::{Policy, Settings};
use crate::sim::agenda::{Class, Due};
use crate::sim::choice;
use crate::sim::kernel::{Came, Kernel, Limits};
use crate::sim::process::{Effect, Reply};
use crate::sim::task::{NewTask, Start};
use crate::sim::trace::{Cause, CauseKind, Event, Kind, State};
use crate::time::Duration;
use crate::value::{Call, ObjectId, TaskId, Value};

/// What a scripted task does; milliseconds.
#[derive(Clone, Copy)]
enum Do {
    Work(u64),
    Block(u64),
    Sleep(u64),
    Yield,
    Lock,
    Unlock,
    Spawn(&'static [Do], i32, Place),
}
use Do::{Block, Lock, Sleep, Spawn, Unlock, Work, Yield};

const POOL: ObjectId = ObjectId(0);

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// A run of scripts: the least of a library, with one lock that hands itself on.
struct Bench<'k> {
    os: OsThreads<'k>,
    scripts: Vec<VecDeque<Do>>,
    waiters: VecDeque<TaskId>,
    owner: Option<(TaskId, i32)>,
}

impl Bench<'_> {
    fn kernel(&self) -> &Kernel {
        self.os.kernel()
    }

    fn admit(&mut self, parent: Option<TaskId>, script: &[Do], priority: i32, place: Place) {
        let start = Start::Call(Rc::new(Call { function: 0, arguments: Vec::new() }));
        let new = NewTask { start, name: "".into(), priority, daemon: false, on: None, detached: false };
        let task = self.kernel().spawn(parent, new);
        self.scripts.push(script.iter().copied().collect());
        self.os.admit(task, place);
    }

    fn wait(&self, task: TaskId, kind: CauseKind) {
        let held = self.os.keeps_worker(task);
        let wait = Kind::Wait { cause: Cause::new(kind), held };
        self.kernel().emit(Some(task), self.os.worker(task), wait);
        self.kernel().park(task);
    }

    fn wake(&self, task: TaskId) {
        self.kernel().emit(Some(task), None, Kind::Wake { by: None });
        self.os.wake(task, Reply::Resumed);
    }

    /// Takes the lock, or waits for it and lends its priority to the owner.
    fn lock(&mut self, task: TaskId) -> bool {
        let priority = self.kernel().tasks().get(task).priority;
        let Some((owner, _)) = self.owner else {
            self.owner = Some((task, priority));
            return true;
        };
        if self.os.inherits() {
            self.os.set_priority(owner, priority);
        }
        self.waiters.push_back(task);
        false
    }

    fn unlock(&mut self) {
        let (task, priority) = self.owner.take().expect("scripts unlock what they locked");
        self.os.set_priority(task, priority);
        if let Some(next) = self.waiters.pop_front() {
            self.lock(next);
            self.wake(next);
        }
    }

    /// One step of a task: to its next effect, or its end.
    fn step(&mut self, task: TaskId) {
        while let Some(next) = self.scripts[task.serial as usize].pop_front() {
            match next {
                Work(n) => {
                    let work = Kind::Work { duration: ms(n), label: None };
                    self.kernel().emit(Some(task), None, work);
                    return self.os.yielded(task, Effect::Work(ms(n)));
                }
                Block(n) => {
                    let hold = Kind::Hold { duration: ms(n), label: None };
                    self.kernel().emit(Some(task), None, hold);
                    return self.os.yielded(task, Effect::Block(ms(n)));
                }
                Sleep(n) => {
                    self.wait(task, CauseKind::Sleep);
                    let token = self.kernel().park(task);
                    self.kernel().after(ms(n), Class::Timer, Due::wake(token));
                    return self.os.yielded(task, Effect::Await);
                }
                Yield => {
                    self.os.requeue(task);
                    return self.os.yielded(task, Effect::Await);
                }
                Lock if self.lock(task) => {}
                Lock => {
                    self.wait(task, CauseKind::Lock);
                    return self.os.yielded(task, Effect::Await);
                }
                Unlock => self.unlock(),
                Spawn(script, priority, place) => self.admit(Some(task), script, priority, place),
            }
        }
        self.kernel().end(task, Ok(Value::None));
        self.kernel().emit(Some(task), self.os.worker(task), Kind::Done);
        self.os.ended(task);
    }

    fn run(&mut self) {
        loop {
            match self.os.next() {
                Next::Resume(task, _) => self.step(task),
                Next::Advance => match self.kernel().advance(|due| self.os.live(due)) {
                    None => return,
                    Some(Came::Awake(task)) => self.wake(task),
                    Some(Came::Due(due)) => self.os.due(due),
                },
                Next::Over => unreachable!("a scheduler never says so"),
            }
        }
    }
}

struct Ran {
    events: Vec<Event>,
}

/// Runs `main`, with a pool of one thread and a pool of two processes at hand.
fn run(settings: Settings, main: &[Do]) -> Ran {
    let sink = Rc::new(RefCell::new(Vec::<Event>::new()));
    let kernel = Kernel::new(0, choice::Policy::First, Limits::default(), Some(sink.clone()));
    let os = OsThreads::new(&kernel, &settings);
    os.add_pool(POOL, 1, false);
    os.add_pool(ObjectId(1), 2, true);
    let mut bench = Bench { os, scripts: Vec::new(), waiters: VecDeque::new(), owner: None };
    bench.admit(None, main, 0, Place::Default);
    bench.run();
    drop(bench);
    drop(kernel);
    let ran = Ran { events: Rc::try_unwrap(sink).expect("the kernel is gone").into_inner() };
    ran.check_states();
    ran
}

impl Ran {
    /// When the first event of this kind happened to each task but `main`, in milliseconds.
    fn first(&self, wanted: fn(&Kind) -> bool) -> Vec<u64> {
        let tasks = self.events.iter().filter_map(|event| event.task).max().expect("there is main");
        (1..=tasks)
            .map(|task| {
                let mut of = self.events.iter().filter(|event| event.task == Some(task));
                of.find(|event| wanted(&event.kind)).map_or(u64::MAX, |event| event.time.0 / 1_000_000)
            })
            .collect()
    }

    fn completions(&self) -> Vec<u64> {
        self.first(|kind| matches!(kind, Kind::Done))
    }

    fn responses(&self) -> Vec<u64> {
        self.first(|kind| matches!(kind, Kind::Run))
    }

    fn count(&self, wanted: fn(&Kind) -> bool) -> usize {
        self.events.iter().filter(|event| wanted(&event.kind)).count()
    }

    fn switches(&self) -> usize {
        self.count(|kind| matches!(kind, Kind::Switch { .. }))
    }

    /// How long a task was in a state, in milliseconds.
    fn time_in(&self, task: u32, wanted: State) -> u64 {
        let mut sum = 0;
        let mut since = None;
        for event in self.events.iter().filter(|event| event.task == Some(task)) {
            let Some(state) = state_after(&event.kind) else { continue };
            if let Some((before, start)) = since
                && before == wanted
            {
                sum += event.time.0 - start;
            }
            since = state.map(|state| (state, event.time.0));
        }
        sum / 1_000_000
    }

    /// Only a task on a core computes, only a ready one gets a core, only one off the cores is ready.
    fn check_states(&self) {
        let mut states: Vec<Option<State>> = vec![None; self.events.len()];
        for event in &self.events {
            let Some(task) = event.task else { continue };
            let before = states[task as usize];
            let fits = match event.kind {
                Kind::Switch { .. } => before == Some(State::Ready),
                Kind::Run => matches!(before, Some(State::Ready | State::Overhead)),
                Kind::Preempt => matches!(before, Some(State::Running | State::Overhead)),
                Kind::Work { .. } | Kind::Resume | Kind::Yield | Kind::Done => before == Some(State::Running),
                Kind::Wake { .. } => {
                    matches!(before, Some(State::Io | State::Sleeping | State::Blocked))
                }
                _ => true,
            };
            assert!(fits, "{before:?} before {event:?}");
            if let Some(state) = state_after(&event.kind) {
                states[task as usize] = state;
            }
        }
    }
}

/// The state an event puts its task into, `None` within for its end.
fn state_after(kind: &Kind) -> Option<Option<State>> {
    match kind {
        Kind::Spawn { .. } | Kind::Preempt | Kind::Yield | Kind::Wake { .. } => Some(Some(State::Ready)),
        Kind::Switch { .. } => Some(Some(State::Overhead)),
        Kind::Run | Kind::Resume => Some(Some(State::Running)),
        Kind::Hold { .. } => Some(Some(State::Io)),
        Kind::Wait { cause, .. } => Some(Some(cause.kind.state())),
        Kind::Done => Some(None),
        _ => None,
    }
}

fn one_core(policy: Policy) -> Settings {
    Settings { cores: Some(1), policy, ..Settings::default() }
}

fn round_robin(quantum: u64, switch: u64) -> Settings {
    Settings { quantum: Some(ms(quantum)), switch: Some(ms(switch)), ..one_core(Policy::RoundRobin) }
}

const fn job(script: &'static [Do]) -> Do {
    Spawn(script, 0, Place::Default)
}

const LONG_AND_SHORT: &[Do] = &[job(&[Work(100)]), job(&[Work(10)]), job(&[Work(10)])];
const THREE_FIVES: &[Do] = &[job(&[Work(5)]), job(&[Work(5)]), job(&[Work(5)])];

#[test]
fn first_in_first_out_makes_a_convoy() {
    let ran = run(one_core(Policy::Fifo), LONG_AND_SHORT);
    assert_eq!(ran.completions(), [100, 110, 120]);
    assert_eq!(ran.responses(), [0, 100, 110]);
}

#[test]
fn round_robin_lets_the_short_ones_pass() {
    assert_eq!(run(round_robin(10, 0), LONG_AND_SHORT).completions(), [120, 20, 30]);
    let ran = run(round_robin(1, 0), THREE_FIVES);
    assert_eq!((ran.completions(), ran.responses()), (vec![13, 14, 15], vec![0, 1, 2]));
}

#[test]
fn a_short_quantum_pays_in_switches() {
    let ran = run(round_robin(10, 1), LONG_AND_SHORT);
    assert_eq!((ran.completions(), ran.switches()), (vec![123, 21, 32], 3));
    let ran = run(round_robin(1, 1), LONG_AND_SHORT);
    assert_eq!((ran.completions()[0], ran.switches()), (150, 30));
}

#[test]
fn a_slice_ends_only_when_somebody_waits_and_only_on_the_beat() {
    // B comes at 7: A runs to the end of its first quantum; C comes at 20, as A's second slice ends.
    let main = &[job(&[Work(50)]), Sleep(7), job(&[Work(10)]), Sleep(23), job(&[Work(10)])];
    assert_eq!(run(round_robin(10, 0), main).completions(), [70, 20, 40]);
}

#[test]
fn several_bursts_share_a_slice() {
    // A works 6, 4, 6: its slice is over with the second burst.
    let main = &[job(&[Work(6), Work(4), Work(6)]), job(&[Work(10)])];
    let ran = run(round_robin(10, 0), main);
    assert_eq!(ran.completions(), [26, 20]);
    assert_eq!(ran.count(|kind| matches!(kind, Kind::Preempt)), 1);
}

#[test]
fn without_limits_everybody_computes_at_once() {
    let ran = run(Settings { switch: Some(ms(1)), ..Settings::default() }, LONG_AND_SHORT);
    assert_eq!((ran.completions(), ran.switches()), (vec![100, 10, 10], 0));
}

#[test]
fn two_cores_take_turns_with_three_threads() {
    let settings = Settings { cores: Some(2), quantum: Some(ms(1)), ..Settings::default() };
    let ran = run(settings, &[job(&[Work(2)]), job(&[Work(2)]), job(&[Work(2)])]);
    // At 1 the third replaces the first, which replaces the second; at 2 the first has done its work.
    assert_eq!(ran.completions(), [2, 3, 3]);
}

#[test]
fn a_block_frees_the_core_but_not_the_thread_of_a_pool() {
    let blocking = &[job(&[Block(30), Work(5)]), job(&[Block(30), Work(5)])];
    assert_eq!(run(one_core(Policy::Fifo), blocking).completions(), [35, 40]);
    let one = Settings { workers: Some(1), ..Settings::default() };
    assert_eq!(run(one, blocking).completions(), [35, 70]);
    let two = Settings { workers: Some(2), ..Settings::default() };
    assert_eq!(run(two, blocking).completions(), [35, 35]);
}

#[test]
fn a_thread_that_takes_its_next_job_is_no_other_thread() {
    let settings = Settings { workers: Some(1), ..round_robin(10, 1) };
    let ran = run(settings, LONG_AND_SHORT);
    assert_eq!((ran.completions(), ran.switches()), (vec![100, 110, 120], 0));
}

const LOW: &[Do] = &[Lock, Work(4), Unlock];
const MIDDLE: &[Do] = &[Sleep(2), Work(10)];
const HIGH: &[Do] = &[Sleep(1), Lock, Work(2), Unlock];
const INVERSION: &[Do] =
    &[Spawn(LOW, 1, Place::Default), Spawn(HIGH, 3, Place::Default), Spawn(MIDDLE, 2, Place::Default)];

#[test]
fn priority_inversion_and_its_cure() {
    // High and Middle go to sleep before Low gets the core, all at 0.
    let ran = run(one_core(Policy::Priority { inheritance: false }), INVERSION);
    assert_eq!(ran.completions(), [14, 16, 12]);
    let ran = run(one_core(Policy::Priority { inheritance: true }), INVERSION);
    assert_eq!(ran.completions(), [4, 6, 16]);
}

#[test]
fn the_preempted_go_on_before_their_equals() {
    let main = &[job(&[Work(5)]), job(&[Work(5)]), Sleep(2), Spawn(&[Work(1)], 1, Place::Default)];
    assert_eq!(run(one_core(Policy::Priority { inheritance: false }), main).completions(), [6, 11, 3]);
}

#[test]
fn the_interpreter_lock_makes_each_round_trip_wait() {
    let settings = Settings { gil: true, ..Settings::default() };
    let main = &[job(&[Work(1000)]), job(&[Block(1), Block(1), Block(1)])];
    let ran = run(settings, main);
    // First turn after 5, then three times 1 out and 5 waiting for the interpreter.
    assert_eq!(ran.completions(), [1000, 23]);
    assert_eq!(ran.time_in(2, State::Ready), 20);
}

#[test]
fn main_computes_beside_the_cores_but_not_beside_the_interpreter() {
    let main = &[job(&[Work(10)]), Work(10)];
    assert_eq!(run(one_core(Policy::Fifo), main).completions(), [10]);
    let gil = Settings { gil: true, ..Settings::default() };
    assert_eq!(run(gil, main).completions(), [20]);
}

#[test]
fn processes_have_interpreters_of_their_own() {
    let two = Place::Pool(ObjectId(1));
    let settings = Settings { gil: true, ..Settings::default() };
    let main =
        &[Spawn(&[Work(10)], 0, two), Spawn(&[Work(10)], 0, two), Spawn(&[Work(10)], 0, two), Work(10)];
    assert_eq!(run(settings, main).completions(), [10, 10, 20]);
}

#[test]
fn a_job_waits_for_those_its_pool_serves() {
    let kernel = Kernel::new(0, choice::Policy::First, Limits::default(), None);
    let os = OsThreads::new(&kernel, &Settings::default());
    os.add_pool(POOL, 1, false);
    let mut bench = Bench { os, scripts: Vec::new(), waiters: VecDeque::new(), owner: None };
    bench.admit(None, &[], 0, Place::Default);
    bench.admit(None, &[], 0, Place::Pool(POOL));
    bench.admit(None, &[], 0, Place::Thread(POOL));
    let task = |n| TaskId { slot: n, serial: n };
    assert_eq!([bench.os.blocked_by(task(2)), bench.os.blocked_by(task(1))], [vec![task(1)], vec![]]);
}

#[test]
fn who_yields_goes_behind_the_others() {
    let main = &[job(&[Work(1), Yield, Work(1)]), job(&[Work(1)])];
    assert_eq!(run(one_core(Policy::Fifo), main).completions(), [3, 2]);
}
