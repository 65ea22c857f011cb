//! The kernel of one run: it owns the clock, the agenda, the tasks, the chooser and the trace.

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;

use crate::sim::agenda::{Agenda, Class, Due};
use crate::sim::choice::{Choice, Chooser, Policy};
use crate::sim::random::{Drawn, Stream};
use crate::sim::task::{NewTask, Start, Tasks, Token};
use crate::sim::trace::{Event, Kind, Sink};
use crate::source::Span;
use crate::time::{Duration, Time};
use crate::value::{Outcome, TaskId};

/// Bounds on a run, so that no input can hang it or exhaust memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Tasks alive at once.
    pub tasks: usize,
    /// Resumptions of tasks plus looks at the agenda; the textbook counts each of several entries that are due at once.
    pub events: u64,
    /// Instructions executed, all tasks together; large lists cost more than one.
    pub steps: u64,
    pub time: Time,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { tasks: 2_000_000, events: 50_000_000, steps: 1_000_000_000, time: Time(u64::MAX / 4) }
    }
}

/// Which bound stopped a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Tasks,
    Events,
    Steps,
    Time,
    /// Somebody who watches it has asked for its end.
    Stopped,
}

/// What time has brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// This task waited for it, and waits no longer.
    Awake(TaskId),
    /// Something of the runtime's own.
    Due(Due),
}

/// Looks in on a run now and then: to tell how far it is, and to stop it.
pub trait Pulse {
    /// Called after every [`BEAT`] events, and where there are few of them, now and then. False stops the run, with [`Limit::Stopped`].
    fn beat(&self, now: Time, events: u64) -> bool;
}

/// Events between two looks of a [`Pulse`], a power of two: some hundredths of a second.
pub const BEAT: u64 = 1 << 16;
const STEPS_PER_BEAT: u64 = 1 << 22;

pub struct Kernel {
    now: Cell<Time>,
    agenda: RefCell<Agenda>,
    tasks: RefCell<Tasks>,
    chooser: RefCell<Chooser>,
    seed: u64,
    limits: Limits,
    events: Cell<u64>,
    steps: Cell<u64>,
    /// At so many events somebody looks whether that is too many, or for how long it has been.
    events_to_look: Cell<u64>,
    steps_to_look: Cell<u64>,
    exhausted: Cell<Option<Limit>>,
    sink: Option<Rc<RefCell<dyn Sink>>>,
    pulse: Option<Rc<dyn Pulse>>,
    traced: Cell<u64>,
    /// The statement being executed; kept up to date only while somebody traces.
    place: Cell<Option<Span>>,
    /// All draws of the program in the order in which they were made, if somebody wants them.
    drawn: RefCell<Option<Vec<Drawn>>>,
}

impl Kernel {
    pub fn new(seed: u64, policy: Policy, limits: Limits, sink: Option<Rc<RefCell<dyn Sink>>>) -> Kernel {
        Kernel {
            now: Cell::new(Time::ZERO),
            agenda: RefCell::default(),
            tasks: RefCell::default(),
            chooser: RefCell::new(Chooser::new(policy, seed)),
            seed,
            limits,
            events: Cell::new(0),
            steps: Cell::new(0),
            events_to_look: Cell::new(BEAT.min(limits.events.saturating_add(1))),
            steps_to_look: Cell::new(STEPS_PER_BEAT.min(limits.steps.saturating_add(1))),
            exhausted: Cell::new(None),
            sink,
            pulse: None,
            traced: Cell::new(0),
            place: Cell::new(None),
            drawn: RefCell::default(),
        }
    }

    /// Lets somebody look in on the run.
    pub fn watch(&mut self, pulse: Option<Rc<dyn Pulse>>) {
        self.pulse = pulse;
    }

    // ── time ──────────────────────────────────────────────────────────────

    pub fn now(&self) -> Time {
        self.now.get()
    }

    #[inline(always)]
    pub fn at(&self, time: Time, class: Class, due: Due) {
        self.agenda.borrow_mut().add(time, class, due);
    }

    #[inline]
    pub fn after(&self, d: Duration, class: Class, due: Due) {
        self.at(self.now() + d, class, due);
    }

    /// May anything else come now? Most often nothing does, and that is told without a look at what comes next.
    #[inline(always)]
    pub fn may_be_more_now(&self) -> bool {
        !self.agenda.borrow().waits_until(self.now())
    }

    /// What else comes now, if anything. Of the runtime's own entries some may be stale; waits that are over are left out.
    #[inline(always)]
    pub fn due_now(&self) -> Option<Came> {
        if !self.may_be_more_now() {
            return None;
        }
        loop {
            let (_, due) = self.agenda.borrow_mut().pop_by(self.now())?;
            if let Some(came) = self.came(due, |_| true) {
                return Some(came);
            }
        }
    }

    /// Takes the next entry that is not stale and moves the clock to it; `live` tells of the runtime's own whether they
    /// are wanted. Stale entries do not move the clock. `None` when nothing is left or a limit is reached.
    #[inline(always)]
    pub fn advance(&self, live: impl Fn(Due) -> bool) -> Option<Came> {
        if self.exhausted.get().is_some() {
            return None;
        }
        loop {
            let (time, due) = self.agenda.borrow_mut().pop()?;
            let Some(came) = self.came(due, &live) else { continue };
            if time > self.limits.time {
                self.exhaust(Limit::Time);
                return None;
            }
            debug_assert!(time >= self.now(), "the clock never goes back");
            self.now.set(time.max(self.now()));
            return Some(came);
        }
    }

    /// What an entry of the agenda comes to; nothing if it is stale.
    #[inline(always)]
    fn came(&self, due: Due, live: impl Fn(Due) -> bool) -> Option<Came> {
        match due {
            Due::Wake { slot, epoch } => self.tasks().unpark_due(slot, epoch).map(Came::Awake),
            due => live(due).then_some(Came::Due(due)),
        }
    }

    /// Looks ahead at what is soon to be due, where that is much.
    ///
    /// What it is about lies somewhere in memory, and the processor would wait for one after the other in turn. Looked at
    /// together it is fetched side by side.
    #[inline]
    pub fn prefetch(&self, look: impl FnOnce(&[Due])) {
        if self.agenda.borrow().has_crowd() {
            let mut agenda = self.agenda.borrow_mut();
            let soon = agenda.to_prefetch();
            look(soon);
            soon.clear();
        }
    }

    // ── bounds ────────────────────────────────────────────────────────────

    /// Counts one event; false when that was one too many.
    #[inline]
    pub fn count_event(&self) -> bool {
        let events = self.events.get() + 1;
        self.events.set(events);
        events < self.events_to_look.get() || self.look_at_events(events)
    }

    #[cold]
    fn look_at_events(&self, events: u64) -> bool {
        if events > self.limits.events {
            self.exhausted.set(Some(Limit::Events));
        }
        if events.is_multiple_of(BEAT) {
            self.beat();
        }
        let beat = (events / BEAT + 1) * BEAT;
        self.events_to_look.set(beat.min(self.limits.events.saturating_add(1)));
        self.goes_on()
    }

    /// Is no limit reached? If one is, that is seen at the next event and at the next step.
    fn goes_on(&self) -> bool {
        let goes_on = self.exhausted.get().is_none();
        if !goes_on {
            self.events_to_look.set(0);
            self.steps_to_look.set(0);
        }
        goes_on
    }

    fn exhaust(&self, limit: Limit) {
        self.exhausted.set(Some(limit));
        self.goes_on();
    }

    #[cold]
    fn beat(&self) {
        if self.pulse.as_ref().is_some_and(|pulse| !pulse.beat(self.now(), self.events())) {
            self.exhausted.set(Some(Limit::Stopped));
        }
    }

    /// Counts `n` steps; false when the run is to stop.
    #[inline]
    pub fn count_steps(&self, n: u64) -> bool {
        let steps = self.steps.get().saturating_add(n);
        self.steps.set(steps);
        steps < self.steps_to_look.get() || self.look_at_steps(steps)
    }

    #[cold]
    fn look_at_steps(&self, steps: u64) -> bool {
        // A task that computes for long makes no events.
        self.beat();
        if steps > self.limits.steps {
            self.exhausted.set(Some(Limit::Steps));
        }
        let beat = (steps / STEPS_PER_BEAT + 1).saturating_mul(STEPS_PER_BEAT);
        self.steps_to_look.set(beat.min(self.limits.steps.saturating_add(1)));
        self.goes_on()
    }

    pub fn exhausted(&self) -> Option<Limit> {
        self.exhausted.get()
    }

    pub fn events(&self) -> u64 {
        self.events.get()
    }

    // ── tasks ─────────────────────────────────────────────────────────────

    pub fn tasks(&self) -> RefMut<'_, Tasks> {
        self.tasks.borrow_mut()
    }

    /// Makes the record of a new task and writes its birth down. Beyond the limit of live
    /// tasks the run is stopped at the next event.
    #[inline(always)]
    pub fn spawn(&self, parent: Option<TaskId>, new: NewTask) -> TaskId {
        let name = self.tracing().then(|| new.name.clone());
        let (priority, daemon) = (new.priority, new.daemon);
        let (id, live) = {
            let mut tasks = self.tasks();
            (tasks.add(parent, new), tasks.live())
        };
        if live > self.limits.tasks {
            self.exhaust(Limit::Tasks);
        }
        if let Some(name) = name {
            let parent = parent.map(|p| p.serial);
            self.emit(Some(id), None, Kind::Spawn { name, parent, priority, daemon });
        }
        id
    }

    #[inline(always)]
    pub fn park(&self, task: TaskId) -> Token {
        self.tasks().park(task)
    }

    #[inline]
    pub fn unpark(&self, token: Token) -> bool {
        self.tasks().unpark(token)
    }

    pub fn end(&self, task: TaskId, outcome: Outcome) {
        self.tasks().end(task, outcome);
    }

    /// How a task ended, if it has.
    pub fn outcome(&self, task: TaskId) -> Option<Outcome> {
        self.tasks.borrow().get(task).outcome().cloned()
    }

    pub fn ended(&self, task: TaskId) -> bool {
        let tasks = self.tasks.borrow();
        !tasks.exists(task) || tasks.get(task).has_ended()
    }

    pub fn take_start(&self, task: TaskId) -> Option<Start> {
        self.tasks().get_mut(task).take_start()
    }

    /// From now on the draws of the program are noted down.
    pub fn note_draws(&self) {
        self.drawn.replace(Some(Vec::new()));
    }

    pub fn note_draw(&self, drawn: impl FnOnce() -> Option<Drawn>) {
        if let Some(all) = self.drawn.borrow_mut().as_mut() {
            all.extend(drawn());
        }
    }

    pub fn noted_draws(&self) -> Vec<Drawn> {
        self.drawn.take().unwrap_or_default()
    }

    /// Lets a task draw.
    pub fn draw<T>(&self, task: TaskId, draw: impl FnOnce(&mut Stream) -> T) -> T {
        let mut stream = self.tasks.borrow().stream(task, self.seed);
        let value = draw(&mut stream);
        self.tasks().drawn(task, stream);
        value
    }

    // ── choices ───────────────────────────────────────────────────────────

    /// A free decision: one of `options` possibilities, written into the trace.
    pub fn pick(&self, task: Option<TaskId>, options: u32) -> u32 {
        let chosen = self.chooser.borrow_mut().pick(options);
        if options > 1 {
            self.emit(task, None, Kind::Decision { options, chosen });
        }
        chosen
    }

    pub fn choices(&self) -> Vec<Choice> {
        self.chooser.borrow().log().to_vec()
    }

    // ── trace ─────────────────────────────────────────────────────────────

    /// Does anybody listen? If not, nobody need build labels.
    pub fn tracing(&self) -> bool {
        self.sink.is_some()
    }

    /// The statement the events to come belong to.
    pub fn set_place(&self, span: Option<Span>) {
        self.place.set(span);
    }

    pub fn place(&self) -> Option<Span> {
        self.place.get()
    }

    /// Always inlined: so the kind of the event is written where it is read, and not once more.
    #[inline(always)]
    pub fn emit(&self, task: Option<TaskId>, worker: Option<u32>, kind: Kind) {
        if let Some(sink) = &self.sink {
            let serial = self.traced.get();
            self.traced.set(serial + 1);
            let task = task.map(|id| id.serial);
            let event = Event { time: self.now(), serial, task, worker, kind, span: self.place.get() };
            tell(sink, &event);
            event.kind.dismiss();
        } else {
            kind.dismiss();
        }
    }
}

#[inline(never)]
fn tell(sink: &RefCell<dyn Sink>, event: &Event) {
    sink.borrow_mut().event(event);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes when it was asked, and stops the run when it has been asked so often.
    struct Counter {
        seen: RefCell<Vec<u64>>,
        stops_after: usize,
    }

    impl Pulse for Counter {
        fn beat(&self, _now: Time, events: u64) -> bool {
            self.seen.borrow_mut().push(events);
            self.seen.borrow().len() < self.stops_after
        }
    }

    fn kernel(limits: Limits) -> Kernel {
        Kernel::new(1, Policy::First, limits, None)
    }

    #[test]
    fn the_event_after_the_last_is_one_too_many() {
        for events in [0, 1, 2, BEAT - 1, BEAT, BEAT + 1, 3 * BEAT] {
            let kernel = kernel(Limits { events, ..Limits::default() });
            let counted = (0..=events).filter(|_| kernel.count_event()).count();
            assert_eq!((counted as u64, kernel.exhausted()), (events, Some(Limit::Events)));
            assert!(!kernel.count_event() && !kernel.count_steps(1), "the run stays stopped");
        }
    }

    #[test]
    fn the_step_after_the_last_is_one_too_many() {
        for steps in [1, STEPS_PER_BEAT - 1, STEPS_PER_BEAT, STEPS_PER_BEAT + 1] {
            for at_once in [1, 7, steps] {
                let kernel = kernel(Limits { steps, ..Limits::default() });
                let mut taken = 0;
                while taken + at_once <= steps {
                    assert!(kernel.count_steps(at_once));
                    taken += at_once;
                }
                assert!(!kernel.count_steps(at_once), "{steps} steps, {at_once} at once");
                assert_eq!(kernel.exhausted(), Some(Limit::Steps));
                assert!(!kernel.count_event(), "the run stays stopped");
            }
        }
    }

    #[test]
    fn somebody_looks_after_every_beat_and_may_stop_the_run() {
        let counter = Rc::new(Counter { seen: RefCell::default(), stops_after: 3 });
        let mut kernel = kernel(Limits::default());
        kernel.watch(Some(counter.clone()));
        let counted = (0..5 * BEAT).take_while(|_| kernel.count_event()).count();
        assert_eq!(*counter.seen.borrow(), [BEAT, 2 * BEAT, 3 * BEAT]);
        assert_eq!((counted as u64, kernel.exhausted()), (3 * BEAT - 1, Some(Limit::Stopped)));
    }

    fn task() -> NewTask {
        NewTask {
            start: Start::Small(0, None),
            name: "".into(),
            priority: 0,
            daemon: false,
            on: None,
            detached: false,
        }
    }

    #[test]
    fn the_agenda_ends_waits_that_last_and_no_others() {
        let kernel = kernel(Limits::default());
        let sleeper = kernel.spawn(None, task());
        let sleep = |nanos| {
            let token = kernel.park(sleeper);
            kernel.after(Duration(nanos), Class::Timer, Due::wake(token));
            token
        };
        // This wait ends before its time: the entry is stale, and moves no clock.
        assert!(kernel.unpark(sleep(5)));
        let token = sleep(9);
        kernel.after(Duration(9), Class::Worker, Due::Worker { worker: 0, epoch: 1 });
        kernel.after(Duration(9), Class::Worker, Due::Worker { worker: 0, epoch: 2 });
        assert_eq!(kernel.advance(|_| false), Some(Came::Awake(sleeper)));
        assert_eq!(kernel.now(), Time(9));
        assert!(!kernel.unpark(token), "its wait is over");
        assert_eq!(kernel.due_now(), Some(Came::Due(Due::Worker { worker: 0, epoch: 1 })));
        assert_eq!(kernel.advance(|_| false), None, "the runtime calls the other stale");
        assert_eq!(kernel.now(), Time(9));
    }

    #[test]
    fn too_many_tasks_stop_the_run_at_the_next_event() {
        let kernel = kernel(Limits { tasks: 1, ..Limits::default() });
        let task = task();
        kernel.spawn(None, task.clone());
        assert!(kernel.count_event() && kernel.count_steps(1));
        kernel.spawn(None, task);
        assert_eq!(kernel.exhausted(), Some(Limit::Tasks));
        assert!(!kernel.count_event() && !kernel.count_steps(1));
    }
}
