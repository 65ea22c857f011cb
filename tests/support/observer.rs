//! Reads a trace on its own, without `cosim::compare`, and notes every law it breaks.

use std::collections::BTreeMap;

use cosim::lang::ast::ObjectKind;
use cosim::lang::program::Program;
use cosim::runtimes::table::RuntimeSpec;
use cosim::runtimes::tokio::settings::Flavor;
use cosim::sim::trace::{Event, Kind, Role, State};
use cosim::time::Time;

/// What one reading of a trace adds up to.
pub struct Observer<'a> {
    program: &'a Program,
    runtime: &'a RuntimeSpec,
    trace: &'a [Event],
    /// For each event that makes a task ready: the lane on which it runs next, if it does.
    next_lane: Vec<Option<u32>>,
    now: Time,
    pub tasks: Vec<Task>,
    pub lanes: Vec<Lane>,
    /// Tasks that are ready: those that run next on this lane and have run before, or not.
    ready: BTreeMap<(Option<u32>, bool), u32>,
    /// Tasks that occupy a core, by the side of the house they are on (see [`Observer::side`]).
    computing: [u32; 2],
    pub held: BTreeMap<u32, Vec<u32>>,
    /// Places that a semaphore was given in addition, by releases of what nobody held: it is a signal then.
    signalled: BTreeMap<u32, u64>,
    /// Items sent and received, by channel.
    pub items: BTreeMap<u32, (u64, u64)>,
    /// ∫ N(t) dt, in nanoseconds.
    pub presence: u128,
    /// Σ of what was paid for changes of task, cut short or not.
    pub switching: u64,
    /// Σ of the work that was finished, and of what was done of the rest.
    pub worked: u64,
    pub broken: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Ready,
    Running,
    Switching { until: Time },
    Held,
    Waiting(State),
    Ended,
}

#[derive(Debug, Clone)]
pub struct Task {
    pub born: Time,
    pub ended: Option<Time>,
    pub stage: Stage,
    since: Time,
    pub spent: BTreeMap<State, u64>,
    lane: Option<u32>,
    ran: bool,
    /// Under which key of `ready` it is counted.
    queued: (Option<u32>, bool),
    /// The `work` (true) or `block` it is at, and what is left of it.
    open: Option<(bool, u64)>,
}

#[derive(Debug, Clone)]
pub struct Lane {
    pub role: Role,
    pub occupant: Option<u32>,
}

impl Task {
    pub fn in_state(&self, state: State) -> u64 {
        self.spent.get(&state).copied().unwrap_or(0)
    }
}

/// Reads the whole trace of a run that stopped at `end`.
pub fn observe<'a>(
    program: &'a Program,
    runtime: &'a RuntimeSpec,
    trace: &'a [Event],
    end: Time,
) -> Observer<'a> {
    let mut observer = Observer {
        program,
        runtime,
        trace,
        next_lane: next_lanes(trace),
        now: Time::ZERO,
        tasks: Vec::new(),
        lanes: Vec::new(),
        ready: BTreeMap::new(),
        computing: [0; 2],
        held: BTreeMap::new(),
        signalled: BTreeMap::new(),
        items: BTreeMap::new(),
        presence: 0,
        switching: 0,
        worked: 0,
        broken: Vec::new(),
    };
    for (n, event) in trace.iter().enumerate() {
        observer.law(event.serial == n as u64, n, "serial numbers count up by one");
        observer.pass_to(event.time, n);
        observer.read(n, event);
        observer.law(observer.cores_suffice(), n, "no more tasks compute than there are cores");
        if observer.broken.len() > 5 {
            break;
        }
    }
    observer.pass_to(end, trace.len());
    observer.finish();
    observer
}

/// Looks ahead: where a task that becomes ready runs next.
fn next_lanes(trace: &[Event]) -> Vec<Option<u32>> {
    let mut lanes = vec![None; trace.len()];
    let mut next: BTreeMap<u32, Option<u32>> = BTreeMap::new();
    for (n, event) in trace.iter().enumerate().rev() {
        let Some(task) = event.task else { continue };
        match &event.kind {
            Kind::Run | Kind::Switch { .. } => {
                next.insert(task, event.worker);
            }
            Kind::Spawn { .. } | Kind::Wake { .. } | Kind::Preempt | Kind::Yield => {
                lanes[n] = next.insert(task, None).flatten();
            }
            _other => {}
        }
    }
    lanes
}

impl Observer<'_> {
    fn law(&mut self, holds: bool, n: usize, law: &str) {
        if !holds {
            let near = &self.trace[n.saturating_sub(4)..(n + 1).min(self.trace.len())];
            let near: Vec<String> = near
                .iter()
                .map(|e| {
                    format!("    #{} {} task {:?} on {:?}: {:?}", e.serial, e.time, e.task, e.worker, e.kind)
                })
                .collect();
            self.broken.push(format!("{law}\n{}", near.join("\n")));
        }
    }

    fn pass_to(&mut self, time: Time, n: usize) {
        self.law(time >= self.now, n, "the clock never goes back");
        let length = time.since(self.now).0;
        if length == 0 {
            return;
        }
        if let Some(law) = self.idle_beside_ready() {
            self.law(false, n, law);
        }
        let alive = self.tasks.iter().filter(|task| task.stage != Stage::Ended).count();
        self.presence += alive as u128 * u128::from(length);
        self.now = time;
    }

    fn task(&mut self, task: u32) -> &mut Task {
        &mut self.tasks[task as usize]
    }

    fn read(&mut self, n: usize, event: &Event) {
        if let Kind::Worker { role, .. } = event.kind {
            self.law(event.worker == Some(self.lanes.len() as u32), n, "workers are numbered in order");
            return self.lanes.push(Lane { role, occupant: None });
        }
        let Some(task) = event.task else { return };
        if let Kind::Spawn { parent, .. } = event.kind {
            return self.spawned(n, task, parent);
        }
        if self.tasks.get(task as usize).is_none_or(|task| task.stage == Stage::Ended) {
            return self.law(false, n, "nothing happens to a task before its birth or after its end");
        }
        let (stage, open) = (self.task(task).stage, self.task(task).open);
        let running = stage == Stage::Running && open.is_none();
        let (fits, law) = match &event.kind {
            Kind::Switch { .. } => (
                stage == Stage::Ready || running,
                "a worker changes to a task that is ready, or begins its step",
            ),
            Kind::Run => {
                let ready = match stage {
                    Stage::Switching { until } => until == event.time && self.task(task).lane == event.worker,
                    other => other == Stage::Ready,
                };
                (ready && event.worker.is_some(), "a task runs that is ready, after the switch is over")
            }
            Kind::Work { .. } | Kind::Hold { .. } | Kind::Yield => (running, "only a running task says so"),
            Kind::Resume => match stage {
                Stage::Switching { until } => (until == event.time, "a switch takes as long as it says"),
                Stage::Held | Stage::Running => (open.is_some(), "a task resumes after work or hold"),
                Stage::Ready | Stage::Waiting(_) | Stage::Ended => (false, "only what was begun is resumed"),
            },
            Kind::Preempt => {
                let on = matches!(stage, Stage::Running | Stage::Switching { .. });
                (on, "only a task on a worker is preempted")
            }
            Kind::Wait { held, .. } => {
                // A callback of `call_later` waits for its time from its birth on.
                let newborn = n > 0
                    && self.trace[n - 1].task == Some(task)
                    && matches!(self.trace[n - 1].kind, Kind::Spawn { .. });
                let waits = running || (stage == Stage::Held || newborn) && !held;
                (waits, "a running task waits, or a callback")
            }
            Kind::Wake { .. } => {
                (matches!(stage, Stage::Waiting(_) | Stage::Held), "only a waiting task is woken")
            }
            Kind::Done | Kind::Failed { .. } => (running, "a task ends by itself"),
            Kind::Cancelled => {
                let unborn = stage == Stage::Ready && !self.task(task).ran;
                (running || unborn, "a task is cancelled where it runs, or before it ever did")
            }
            Kind::Log { .. } | Kind::Observe { .. } | Kind::CancelRequest { .. } => {
                (running, "only a running task acts")
            }
            Kind::Queue { .. } => (stage == Stage::Ready, "only a ready task stands in a queue"),
            Kind::Worker { .. }
            | Kind::Spawn { .. }
            | Kind::Acquire { .. }
            | Kind::Release { .. }
            | Kind::Send { .. }
            | Kind::Receive { .. }
            | Kind::Decision { .. } => (true, ""),
        };
        self.law(fits, n, law);
        self.moved(n, event, task);
        self.shared(n, event, task);
    }

    fn spawned(&mut self, n: usize, task: u32, parent: Option<u32>) {
        self.law(task as usize == self.tasks.len(), n, "tasks are numbered in order");
        let lives = |parent: u32| self.tasks.get(parent as usize).is_some_and(|t| t.stage == Stage::Running);
        self.law(parent.map_or(task == 0, lives), n, "a task is spawned by one that runs");
        let queued = (self.next_lane[n], false);
        *self.ready.entry(queued).or_default() += 1;
        self.tasks.push(Task {
            born: self.now,
            ended: None,
            stage: Stage::Ready,
            since: self.now,
            spent: BTreeMap::new(),
            lane: None,
            ran: false,
            queued,
            open: None,
        });
    }

    /// A task goes from one stage to the next.
    fn moved(&mut self, n: usize, event: &Event, task: u32) {
        let now = event.time;
        match &event.kind {
            Kind::Switch { cost } => {
                self.occupy(n, task, event.worker);
                self.enter(n, task, Stage::Switching { until: now + *cost });
            }
            Kind::Run => {
                self.task(task).ran = true;
                self.occupy(n, task, event.worker);
                self.enter(n, task, Stage::Running);
            }
            Kind::Work { duration, .. } => {
                self.enter(n, task, Stage::Running);
                self.task(task).open = Some((true, duration.0));
            }
            Kind::Hold { duration, .. } => {
                self.enter(n, task, Stage::Held);
                self.task(task).open = Some((false, duration.0));
            }
            Kind::Resume if matches!(self.task(task).stage, Stage::Switching { .. }) => {
                self.enter(n, task, Stage::Running);
            }
            Kind::Resume => {
                self.enter(n, task, Stage::Running);
                let open = self.task(task).open.take();
                let over = open.is_some_and(|(_, left)| left == 0);
                self.law(over, n, "work and hold take exactly as long as they say");
            }
            Kind::Preempt | Kind::Yield => {
                self.enter(n, task, Stage::Ready);
                self.leave(task);
            }
            Kind::Wait { cause, held } => {
                self.enter(n, task, Stage::Waiting(cause.kind.state()));
                if !held {
                    self.leave(task);
                }
            }
            Kind::Wake { .. } => self.enter(n, task, Stage::Ready),
            Kind::Done | Kind::Failed { .. } | Kind::Cancelled => {
                self.enter(n, task, Stage::Ended);
                self.task(task).ended = Some(now);
                self.leave(task);
            }
            _other => {}
        }
    }

    /// Charges the stage that ends and begins the next.
    fn enter(&mut self, n: usize, task: u32, stage: Stage) {
        let length = self.settle(task);
        let before = self.task(task).stage;
        if let Some(side) = self.core(task) {
            self.computing[side] -= 1;
        }
        if before == Stage::Ready {
            let queued = self.task(task).queued;
            let count = self.ready.get_mut(&queued).expect("it was counted when it became ready");
            *count -= 1;
        }
        if let Stage::Switching { .. } = before {
            self.switching += length;
        }
        self.task(task).stage = stage;
        if let Some(side) = self.core(task) {
            self.computing[side] += 1;
        }
        if stage == Stage::Ready {
            let lane = self.next_lane[n].or(self.task(task).lane);
            let queued = (lane, self.task(task).ran);
            self.task(task).queued = queued;
            *self.ready.entry(queued).or_default() += 1;
        }
    }

    /// Adds the time since the last change to the stage the task is in.
    fn settle(&mut self, task: u32) -> u64 {
        let now = self.now;
        let task = &mut self.tasks[task as usize];
        let length = now.since(std::mem::replace(&mut task.since, now)).0;
        let state = match task.stage {
            Stage::Ready => State::Ready,
            Stage::Running => State::Running,
            Stage::Switching { .. } => State::Overhead,
            Stage::Held => State::Io,
            Stage::Waiting(state) => state,
            Stage::Ended => return 0,
        };
        *task.spent.entry(state).or_default() += length;
        let counts = match task.open {
            Some((true, _)) => state == State::Running,
            Some((false, _)) => state == State::Io,
            None => false,
        };
        if let Some((work, left)) = &mut task.open
            && counts
        {
            // Beyond its end there is nothing left: the law on `Resume` sees the difference.
            *left = left.wrapping_sub(length);
            self.worked += if *work { length } else { 0 };
        }
        length
    }

    fn occupy(&mut self, n: usize, task: u32, lane: Option<u32>) {
        if let Some(lane) = lane {
            let occupant = self.lanes[lane as usize].occupant.replace(task);
            self.law(occupant.is_none_or(|other| other == task), n, "a worker has one task at a time");
            let before = self.task(task).lane;
            let moved = before.filter(|&before| before != lane && self.occupies(before, task));
            self.law(moved.is_none(), n, "a task is on one worker at a time");
            self.task(task).lane = Some(lane);
        }
    }

    fn occupies(&self, lane: u32, task: u32) -> bool {
        self.lanes[lane as usize].occupant == Some(task)
    }

    fn leave(&mut self, task: u32) {
        if let Some(lane) = self.task(task).lane
            && self.occupies(lane, task)
        {
            self.lanes[lane as usize].occupant = None;
        }
    }

    // ── cores and idle workers ────────────────────────────────────────────

    /// The side of the house whose cores a lane uses under `Threads`: 0 is the core of the main
    /// thread and, under `gil`, of all that share its interpreter; 1 are the others.
    fn side(&self, lane: u32) -> usize {
        let RuntimeSpec::Threads(settings) = self.runtime else { return 1 };
        match self.lanes[lane as usize].role {
            Role::Main => 0,
            Role::Worker => usize::from(!settings.gil),
            Role::Pool(object) => {
                let processes = self.program.objects[object.0 as usize].processes;
                usize::from(!settings.gil || processes)
            }
        }
    }

    /// The side on which a task has a core now.
    fn core(&self, task: u32) -> Option<usize> {
        let task = &self.tasks[task as usize];
        let on = matches!(task.stage, Stage::Running | Stage::Switching { .. });
        task.lane.filter(|_| on).map(|lane| self.side(lane))
    }

    fn cores(&self, side: usize) -> Option<u32> {
        match self.runtime {
            RuntimeSpec::Threads(settings) => {
                if side == 0 {
                    Some(1)
                } else {
                    settings.cores
                }
            }
            _loops => None,
        }
    }

    /// Under `gil` this is the law of the interpreter lock.
    fn cores_suffice(&self) -> bool {
        [0, 1].into_iter().all(|side| self.cores(side).is_none_or(|cores| self.computing[side] <= cores))
    }

    fn all_occupied(&self, role: Role) -> bool {
        self.lanes.iter().filter(|lane| lane.role == role).all(|lane| lane.occupant.is_some())
    }

    /// Work conservation: nobody who could serve a ready task is idle for a positive time.
    ///
    /// A task that never runs again (the run was cut off, or it was cancelled before its first step)
    /// does not tell where it would have run; where there are pools, it is exempt.
    /// Named workers under `Coroutines` and `Asyncio` have a loop each and do not help each other.
    fn idle_beside_ready(&self) -> Option<&'static str> {
        let pools = self.program.objects.iter().any(|object| object.kind == ObjectKind::Workers);
        for (&(lane, ran), _) in self.ready.iter().filter(|&(_, &count)| count > 0) {
            // Nor does one whose thread has not been started yet.
            if lane.is_none() && pools || lane.is_some_and(|lane| lane as usize >= self.lanes.len()) {
                continue;
            }
            let role = lane.map_or(Role::Worker, |lane| self.lanes[lane as usize].role);
            let conserves = match self.runtime {
                RuntimeSpec::Threads(settings) => {
                    let side = lane.map_or(usize::from(!settings.gil), |lane| self.side(lane));
                    let pooled =
                        matches!(role, Role::Pool(_)) || (role == Role::Worker && settings.workers.is_some());
                    self.cores(side).is_some_and(|cores| self.computing[side] >= cores)
                        || (!ran && pooled && self.all_occupied(role))
                }
                // What lies in a worker's LIFO slot cannot be stolen, and who sleeps is not always woken (T34).
                RuntimeSpec::Tokio(settings) if settings.flavor != Flavor::CurrentThread => true,
                // A thread's place is given back by the loop, when it gets round to it.
                RuntimeSpec::Trio(_) if matches!(role, Role::Pool(_)) => {
                    self.all_occupied(Role::Worker) || self.all_occupied(role)
                }
                // A task stays in its process; one that never ran does not tell in which.
                RuntimeSpec::Processes(_) => {
                    lane.is_none_or(|lane| self.lanes[lane as usize].occupant.is_some())
                }
                // A thread keeps to its one job, also while that job waits for a timer of its loop.
                RuntimeSpec::Js(_) if matches!(role, Role::Pool(_)) => true,
                // Who waits for a place among its named workers is no goroutine in a queue.
                RuntimeSpec::Go(_) if pools && !ran => true,
                _loops => match (role, lane) {
                    (Role::Pool(_), Some(lane)) => self.lanes[lane as usize].occupant.is_some(),
                    _loop => self.all_occupied(role),
                },
            };
            if !conserves {
                return Some("no worker is idle beside a task that is ready");
            }
        }
        None
    }

    // ── what is shared ────────────────────────────────────────────────────

    fn shared(&mut self, n: usize, event: &Event, task: u32) {
        match &event.kind {
            Kind::Acquire { object } => {
                let declared = &self.program.objects[object.0 as usize];
                let places = match declared.kind {
                    ObjectKind::Lock => Some(1),
                    ObjectKind::Resource | ObjectKind::Semaphore => declared.size,
                    _rwlock => None,
                };
                let more = self.signalled.get(&object.0).copied().unwrap_or_default();
                let holders = self.held.entry(object.0).or_default();
                holders.push(task);
                let fits = places.is_none_or(|places| holders.len() as u64 <= places + more);
                self.law(fits, n, "no more hold an object than it has places");
            }
            Kind::Release { object } => {
                let anybody = self.program.objects[object.0 as usize].kind == ObjectKind::Semaphore;
                let holders = self.held.entry(object.0).or_default();
                let own = holders.iter().position(|&holder| holder == task);
                let place = own.or_else(|| (anybody && !holders.is_empty()).then_some(0));
                match place {
                    Some(place) => {
                        holders.remove(place);
                    }
                    None if anybody => *self.signalled.entry(object.0).or_default() += 1,
                    None => self.law(false, n, "only what is held is released"),
                }
            }
            Kind::Send { object } => {
                let capacity = self.program.objects[object.0 as usize].size;
                let (sent, received) = self.items.entry(object.0).or_default();
                *sent += 1;
                // Without any room an item passes through the channel while a receiver waits.
                let fits = capacity.is_none_or(|room| room == 0 || *sent <= *received + room);
                self.law(fits, n, "no more items are in a channel than it has room for");
            }
            Kind::Receive { object } => {
                let (sent, received) = self.items.entry(object.0).or_default();
                *received += 1;
                let were_sent = *received <= *sent;
                self.law(were_sent, n, "no item is received that was not sent");
            }
            _other => {}
        }
    }

    fn finish(&mut self) {
        for task in 0..self.tasks.len() as u32 {
            let length = self.settle(task);
            if matches!(self.task(task).stage, Stage::Switching { .. }) {
                self.switching += length;
            }
        }
        // Who takes a signal does not give it back.
        let held = self.held.iter().filter(|(object, _)| !self.signalled.contains_key(object));
        let kept = held.flat_map(|(object, holders)| holders.iter().map(move |task| (*object, *task)));
        let kept: Vec<(u32, u32)> =
            kept.filter(|&(_, task)| self.tasks[task as usize].stage == Stage::Ended).collect();
        self.law(
            kept.is_empty(),
            self.trace.len(),
            &format!("what an ended task held is given back: {kept:?}"),
        );
    }
}
