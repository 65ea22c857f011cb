//! The runtime of one run, and the ways its tasks let go: the checkpoints (`_core/_traps.py`,
//! `_core/_run.py`, `_timeouts.py`; T7, T8, T13).

use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use slotmap::{Key, SlotMap};

use crate::runtimes::costs::Costs;
use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::trio::core::{Core, LOOP, Phase, Step, Turn};
use crate::runtimes::trio::objects::LotKey;
use crate::runtimes::trio::records::{Abort, NurseryKey, Sent};
use crate::runtimes::trio::settings::Settings;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::kernel::Kernel;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{Raise, Value};

/// trio during one run.
pub struct Trio<'k> {
    pub kernel: &'k Kernel,
    pub costs: Costs,
    core: RefCell<Core<'k>>,
}

impl<'k> Trio<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Trio<'k> {
        let core = Core {
            kernel,
            order: settings.order,
            tasks: Vec::new(),
            statuses: SlotMap::default(),
            scopes: SlotMap::default(),
            nurseries: SlotMap::default(),
            lots: SlotMap::default(),
            races: SlotMap::default(),
            results: SlotMap::default(),
            objects: Vec::new(),
            locks: Vec::new(),
            limiters: Vec::new(),
            channels: Vec::new(),
            pools: Vec::new(),
            turn: Turn::default(),
            root: NurseryKey::null(),
            daemons: NurseryKey::null(),
            phase: Phase::Body,
            workers: 0,
        };
        Trio { kernel, costs: settings.costs(), core: RefCell::new(core) }
    }

    pub fn core(&self) -> RefMut<'_, Core<'k>> {
        self.core.borrow_mut()
    }

    /// `cancel_shielded_checkpoint`: one batch, and nothing is raised.
    pub async fn cancel_shielded_checkpoint(&self, me: Me<'_>) {
        {
            let mut core = self.core();
            self.kernel.emit(Some(me.task), Some(LOOP), EventKind::Yield);
            core.turn.runq.push(Step::Task(me.task));
        }
        me.airlock.park().await;
    }

    /// `checkpoint`: lets the others run first and then looks for a cancellation; raising it takes
    /// another batch (T8).
    pub async fn checkpoint(&self, me: Me<'_>) -> Result<(), Raise> {
        self.cancel_shielded_checkpoint(me).await;
        if !self.core().cancelled(me.task) {
            return Ok(());
        }
        let scope = self.core().enter_new(me.task, Some(self.kernel.now()), false);
        let info = WaitInfo::new(CauseKind::Sleep);
        let waited = self.wait_task_rescheduled(me, Abort::Nothing, info, None).await;
        self.core().close_for_good(me.task, scope, waited.map(|_| ())).0
    }

    /// `checkpoint_if_cancelled`: nothing, unless this task is cancelled.
    pub async fn checkpoint_if_cancelled(&self, me: Me<'_>) -> Result<(), Raise> {
        if self.core().cancelled(me.task) { self.checkpoint(me).await } else { Ok(()) }
    }

    /// `wait_task_rescheduled`: somebody reschedules this task, or a cancellation aborts the wait, at
    /// once if it came before.
    pub async fn wait_task_rescheduled(
        &self,
        me: Me<'_>,
        abort: Abort,
        info: WaitInfo,
        label: Option<Rc<str>>,
    ) -> Result<Value, Raise> {
        Ok(self.wait_for_item(me, abort, info, label).await?.unwrap_or(Value::None))
    }

    /// The same where what is waited for may never come: `None` at the end of a channel.
    pub async fn wait_for_item(
        &self,
        me: Me<'_>,
        abort: Abort,
        info: WaitInfo,
        label: Option<Rc<str>>,
    ) -> Result<Option<Value>, Raise> {
        self.begin_wait(me, abort, info, label);
        me.airlock.park().await;
        let sent = std::mem::replace(&mut self.core().task(me.task).sent, Sent::Nothing);
        match sent {
            Sent::EndOfChannel => Ok(None),
            Sent::Nothing => Ok(Some(Value::None)),
            Sent::Value(value) => Ok(Some(value)),
            Sent::Cancelled => Err(Raise::Cancelled),
            Sent::Closed => Err(error("this channel is closed: nothing can be sent")),
            Sent::Broken => Err(error("the task that held this lock has ended without releasing it")),
        }
    }

    fn begin_wait(&self, me: Me<'_>, abort: Abort, info: WaitInfo, label: Option<Rc<str>>) {
        let mut core = self.core();
        if self.kernel.tracing() {
            let holder = info.holder.map(|task| task.serial);
            let cause = Cause { kind: info.kind, object: info.object, holder, label };
            self.kernel.emit(Some(me.task), Some(LOOP), EventKind::Wait { cause, held: false });
        }
        let state = core.task(me.task);
        state.waiting = true;
        state.wait = Some(info);
        state.abort = Some(abort);
        core.deliver(me.task);
    }

    /// `ParkingLot.park`
    pub async fn park(&self, me: Me<'_>, lot: LotKey, item: Value, info: WaitInfo) -> Result<Value, Raise> {
        self.core().park(me.task, lot, item);
        self.wait_task_rescheduled(me, Abort::Leave, info, None).await
    }

    /// `trio.sleep`: a scope with a deadline around a wait that nobody ends. If a scope outside is
    /// cancelled before the sleeper runs, its own does not catch: the finished sleep is a
    /// cancellation (T13). `sleep(0)` is a checkpoint.
    pub async fn delay(
        &self,
        me: Me<'_>,
        d: Duration,
        kind: CauseKind,
        label: Option<Rc<str>>,
    ) -> Result<(), Raise> {
        if d == Duration::ZERO {
            return self.checkpoint(me).await;
        }
        let scope = {
            let mut core = self.core();
            let scope = core.enter_new(me.task, Some(self.kernel.now() + d), false);
            core.scopes[scope].sleeper = Some(me.task);
            scope
        };
        let slept = self.wait_task_rescheduled(me, Abort::Nothing, WaitInfo::new(kind), label).await;
        self.core().close_for_good(me.task, scope, slept.map(|_| ())).0
    }

    pub fn trace(&self, me: Me<'_>, kind: EventKind) {
        self.kernel.emit(Some(me.task), None, kind);
    }
}
