//! The runtime of one run, and the ways its tasks wait: in queues of channels, for a time, on a semaphore.

use std::cell::{RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::Rc;

use slotmap::SlotMap;

use crate::runtimes::costs::Costs;
use crate::runtimes::go::core::Core;
use crate::runtimes::go::processor::P;
use crate::runtimes::go::records::{Case, Got, Source, WaitGroup};
use crate::runtimes::go::settings::Settings;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::kernel::Kernel;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{Outcome, Raise, Value};

/// Go's scheduler during one run.
pub struct Go<'k> {
    pub kernel: &'k Kernel,
    pub costs: Costs,
    core: RefCell<Core<'k>>,
}

impl<'k> Go<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Go<'k> {
        let core = Core {
            kernel,
            slice: Some(settings.slice).filter(|&slice| slice > Duration::ZERO),
            gs: SlotMap::default(),
            tasks: Vec::new(),
            ps: (0..settings.procs.unwrap_or(1)).map(|_| P::at_start()).collect(),
            this: 0,
            global: VecDeque::new(),
            chans: SlotMap::default(),
            queued: 0,
            timers: SlotMap::default(),
            expired: VecDeque::new(),
            contexts: SlotMap::default(),
            groups: SlotMap::default(),
            deadlines: SlotMap::default(),
            gathers: SlotMap::default(),
            results: SlotMap::default(),
            objects: Vec::new(),
            mutexes: Vec::new(),
            semas: Vec::new(),
            root: WaitGroup::default(),
            over: false,
        };
        Go { kernel, costs: settings.costs(), core: RefCell::new(core) }
    }

    pub fn core(&self) -> RefMut<'_, Core<'k>> {
        self.core.borrow_mut()
    }

    /// `ctx.Err()`: what can be cancelled looks at its context first.
    pub fn check(&self, me: Me<'_>) -> Result<(), Raise> {
        let core = self.core();
        let g = core.me(me.task);
        if core.cancelled(core.gs[g].context) { Err(Raise::Cancelled) } else { Ok(()) }
    }

    /// `select` over the cases and `ctx.Done()`: which case it was, and what came of it.
    pub async fn select_cases(
        &self,
        me: Me<'_>,
        mut cases: Vec<Case>,
        info: WaitInfo,
        label: Option<Rc<str>>,
    ) -> Result<(usize, Got), Raise> {
        self.check(me)?;
        let own = cases.len();
        {
            let mut core = self.core();
            let g = core.me(me.task);
            if let Some(done) = core.select_now(g, &cases)? {
                return Ok(done);
            }
            let context = core.gs[g].context;
            cases.extend(core.done_of(context).map(Case::Receive));
            core.enqueue(g, cases, info, label);
        }
        me.airlock.park().await;
        let mut core = self.core();
        let g = core.me(me.task);
        match core.take_woken(g) {
            Some((case, got)) if case < own => Ok((case, got)),
            Some(_) | None => Err(Raise::Cancelled),
        }
    }

    /// A receive that can be cancelled; nothing from a closed channel.
    pub async fn receive_one(&self, me: Me<'_>, case: Case, info: WaitInfo) -> Result<Option<Value>, Raise> {
        match self.select_cases(me, vec![case], info, None).await?.1 {
            Got::Value(value) => Ok(Some(value)),
            Got::Closed | Got::Sent | Got::Time => Ok(None),
        }
    }

    /// `select { case <-time.After(d): case <-ctx.Done(): }`; no time at all is no wait (G17).
    pub async fn delay(
        &self,
        me: Me<'_>,
        d: Duration,
        kind: CauseKind,
        label: Option<Rc<str>>,
    ) -> Result<(), Raise> {
        self.select_cases(me, vec![Case::After(d)], WaitInfo::new(kind), label).await.map(|_| ())
    }

    /// `runtime.Gosched`: behind everybody (G7).
    pub async fn gosched(&self, me: Me<'_>) {
        {
            let mut core = self.core();
            let worker = Some(core.this as u32);
            self.kernel.emit(Some(me.task), worker, EventKind::Yield);
            let g = core.me(me.task);
            core.global.push_back(g);
            core.wakep();
        }
        me.airlock.park().await;
    }

    /// Receives from the channel that a task or a future closes at its end.
    pub async fn await_outcome(&self, me: Me<'_>, from: Source, info: WaitInfo) -> Outcome {
        self.check(me)?;
        let outcome = self.core().outcome_of(from);
        if let Some(outcome) = outcome {
            return outcome;
        }
        let done = self.core().source_channel(from);
        self.receive_one(me, Case::Receive(done), info).await?;
        self.core().outcome_of(from).unwrap_or(Ok(Value::None))
    }
}
