//! The runtime of one run, and the one way its tasks wait: `await fut`.

use std::cell::{RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::Rc;

use slotmap::{Key, SlotMap};

use crate::runtimes::asyncio::core::{Core, End, Phase};
use crate::runtimes::asyncio::futures::{Callback, FutureKey, Futures};
use crate::runtimes::asyncio::handles::{EventLoop, Policy};
use crate::runtimes::asyncio::settings::{Settings, Version};
use crate::runtimes::costs::Costs;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::kernel::Kernel;
use crate::sim::process::Reply;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::time::Duration;
use crate::value::{Outcome, Raise, TaskId};

/// CPython's asyncio during one run.
pub struct Asyncio<'k> {
    pub kernel: &'k Kernel,
    pub version: Version,
    pub eager: bool,
    pub costs: Costs,
    core: RefCell<Core<'k>>,
}

impl<'k> Asyncio<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Asyncio<'k> {
        Asyncio::on(Policy::Selector, kernel, settings)
    }

    /// asyncio on loops of this kind.
    pub fn on(policy: Policy, kernel: &'k Kernel, settings: &Settings) -> Asyncio<'k> {
        let core = Core {
            kernel,
            version: settings.version,
            policy,
            eager: settings.eager,
            futures: Futures::default(),
            tasks: Vec::new(),
            loops: vec![EventLoop::default()],
            timers: SlotMap::default(),
            gathers: SlotMap::default(),
            groups: SlotMap::default(),
            timeouts: SlotMap::default(),
            results: SlotMap::default(),
            jobs: SlotMap::default(),
            pools: Vec::new(),
            objects: Vec::new(),
            locks: Vec::new(),
            conditions: Vec::new(),
            current: None,
            current_loop: 0,
            jobs_ready: VecDeque::new(),
            main: FutureKey::null(),
            end: End { phase: Phase::Running, outstanding: 0, waits: 0, stopping: false },
            pass: 0,
            workers: 0,
        };
        let Settings { version, eager, .. } = *settings;
        Asyncio { kernel, version, eager, costs: settings.costs(), core: RefCell::new(core) }
    }

    pub fn core(&self) -> RefMut<'_, Core<'k>> {
        self.core.borrow_mut()
    }

    /// `await fut`: no suspension if it is done (A10); else the task waits, and is resumed one
    /// iteration after the future was settled (A13, A14).
    pub async fn wait_future(&self, me: Me<'_>, fut: FutureKey, info: WaitInfo) -> Outcome {
        if !self.core().futures.done(fut) {
            self.park(me, fut, info, None);
            if me.airlock.park().await == Reply::Interrupted {
                return Err(Raise::Cancelled);
            }
        }
        self.core().futures.result(fut)
    }

    #[inline(always)]
    pub fn park(&self, me: Me<'_>, fut: FutureKey, info: WaitInfo, label: Option<Rc<str>>) {
        let mut core = self.core();
        let state = &mut core.tasks[me.task.slot as usize];
        state.waiting = true;
        state.wait = Some(info);
        state.fut_waiter = Some(fut);
        let must_cancel = state.must_cancel;
        if self.kernel.tracing() {
            core.tell_wait(me.task, label);
        }
        core.add_done_callback(fut, Callback::Wakeup(me.task));
        if must_cancel && core.cancel_future(fut) {
            core.tasks[me.task.slot as usize].must_cancel = false;
        }
    }

    /// `sleep` on a thread: it keeps the thread.
    pub async fn sleep_on_thread(
        &self,
        me: Me<'_>,
        d: Duration,
        kind: CauseKind,
        label: Option<Rc<str>>,
    ) -> Result<(), Raise> {
        let worker = self.core().worker_of(me.task);
        self.core().tasks[me.task.slot as usize].waiting = true;
        let cause = Cause { label, ..Cause::new(kind) };
        self.kernel.emit(Some(me.task), Some(worker), EventKind::Wait { cause, held: true });
        me.airlock.block(d).await;
        Ok(())
    }

    /// `sleep(0)`: a bare yield, `call_soon(step)` (A13, A16).
    pub async fn bare_yield(&self, me: Me<'_>) -> Result<(), Raise> {
        self.core().yield_now(me.task);
        match me.airlock.park().await {
            Reply::Resumed => Ok(()),
            Reply::Interrupted => Err(Raise::Cancelled),
        }
    }

    pub fn trace(&self, me: Me<'_>, kind: EventKind) {
        self.kernel.emit(Some(me.task), None, kind);
    }
}

impl Core<'_> {
    /// A task has begun to wait.
    #[inline(never)]
    fn tell_wait(&self, task: TaskId, label: Option<Rc<str>>) {
        let Some(info) = &self.tasks[task.slot as usize].wait else { return };
        let worker = self.loops[self.current_loop].worker;
        let holder = info.holder.map(|task| task.serial);
        let cause = Cause { kind: info.kind, object: info.object, holder, label };
        self.kernel.emit(Some(task), Some(worker), EventKind::Wait { cause, held: false });
    }
}
