//! The runtime of one run, and how its tasks call and await.

use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use slotmap::SlotMap;

use crate::runtimes::costs::Costs;
use crate::runtimes::errors::error;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::keys::{PromiseKey, SignalKey};
use crate::runtimes::js::objects::Waiter;
use crate::runtimes::js::promises::{Promises, Reaction, Settled};
use crate::runtimes::js::records::{Loop, Part};
use crate::runtimes::js::settings::{Settings, Yields};
use crate::runtimes::js::signals::{Listener, Signals};
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::kernel::Kernel;
use crate::sim::task::NewTask;
use crate::sim::trace::{Cause, CauseKind, Kind as EventKind};
use crate::value::{Outcome, Raise, TaskId, Value};

/// JavaScript during one run.
pub struct Js<'k> {
    pub kernel: &'k Kernel,
    pub yields: Yields,
    pub costs: Costs,
    core: RefCell<Core<'k>>,
}

impl<'k> Js<'k> {
    pub fn new(kernel: &'k Kernel, settings: &Settings) -> Js<'k> {
        let core = Core {
            kernel,
            host: settings.host,
            promises: Promises::default(),
            signals: Signals::default(),
            tasks: Vec::new(),
            loops: vec![Loop::new(0)],
            aggregates: SlotMap::default(),
            groups: SlotMap::default(),
            deadlines: SlotMap::default(),
            results: SlotMap::default(),
            pools: Vec::new(),
            objects: Vec::new(),
            current: None,
            current_loop: 0,
            outstanding: 0,
            daemons: 0,
            fatal: false,
            over: false,
            workers: 0,
        };
        Js { kernel, costs: settings.costs(), yields: settings.yields, core: RefCell::new(core) }
    }

    pub fn core(&self) -> RefMut<'_, Core<'k>> {
        self.core.borrow_mut()
    }

    pub fn trace(&self, me: Me<'_>, kind: EventKind) {
        self.kernel.emit(Some(me.task), None, kind);
    }

    /// Calls an async function: its body runs here and now, up to its first `await` (J3).
    pub async fn call(&self, me: Me<'_>, new: &NewTask, part: Part, signal: SignalKey) -> TaskId {
        let child = {
            let mut core = self.core();
            let home = core.current_loop;
            let child = core.new_task(Some(me.task), new, part, signal, home);
            core.begin_call(me.task, child);
            child
        };
        me.airlock.park().await;
        child
    }

    /// `await promise`: the continuation is a reaction of the promise, so one tick passes even if
    /// it was settled before (J4).
    pub async fn settled(
        &self,
        me: Me<'_>,
        promise: PromiseKey,
        info: WaitInfo,
        label: Option<Rc<str>>,
    ) -> Settled {
        {
            let mut core = self.core();
            let pending = core.promises.pending(promise);
            let state = core.task(me.task);
            state.waiting = pending;
            state.wait = Some(info);
            if self.kernel.tracing() {
                let worker = core.here().worker;
                let holder = info.holder.map(|task| task.serial);
                let cause = Cause { kind: info.kind, object: info.object, holder, label };
                let kind = if pending { EventKind::Wait { cause, held: false } } else { EventKind::Yield };
                self.kernel.emit(Some(me.task), Some(worker), kind);
            }
            core.then(promise, Reaction::Resume(me.task));
        }
        me.airlock.park().await;
        let reply = self.core().task(me.task).reply.take();
        reply.expect("whoever settles a promise says how")
    }

    pub async fn awaited(&self, me: Me<'_>, promise: PromiseKey, info: WaitInfo) -> Outcome {
        self.settled(me, promise, info, None).await.outcome
    }

    /// `await` of something that is there: one tick.
    pub async fn tick(&self, me: Me<'_>) {
        let promise = self.core().settled(Ok(Value::None));
        let info = WaitInfo::new(CauseKind::Join);
        self.settled(me, promise, info, None).await;
        self.core().promises.remove(promise);
    }

    /// `await Promise.reject(error)`
    pub async fn rejected<T>(&self, me: Me<'_>, raise: Raise) -> Result<T, Raise> {
        self.tick(me).await;
        Err(raise)
    }

    /// `Waiters.wait(signal)`: a promise that whoever `enqueue` told will settle, unless the signal
    /// is aborted first (X2). A signal that is aborted already rejects at once (X3).
    pub async fn wait_for_turn(
        &self,
        me: Me<'_>,
        info: WaitInfo,
        label: Option<Rc<str>>,
        enqueue: impl FnOnce(&mut Core<'k>, Waiter<()>),
    ) -> Result<Settled, Raise> {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        let (promise, signal, listener) = {
            let mut core = self.core();
            let promise = core.promises.add();
            enqueue(&mut core, Waiter { promise, arm: None, task: me.task, with: () });
            let signal = core.signal(me.task);
            (promise, signal, core.signals.listen(signal, Listener::Reject(promise)))
        };
        let settled = self.settled(me, promise, info, label).await;
        let mut core = self.core();
        core.signals.forget(signal, listener);
        core.promises.remove(promise);
        drop(core);
        settled.outcome.clone().map(|_| settled)
    }

    /// Refuses what a thread of a pool cannot do: threads share nothing.
    pub fn on_loop(&self, me: Me<'_>, what: &str) -> Result<(), Raise> {
        if self.core().task(me.task).part != Part::Job {
            return Ok(());
        }
        let text = format!(
            "an offloaded task runs on a worker thread: it can work, block, sleep and log, but not {what}, \
             which belongs to the main thread"
        );
        Err(error(text))
    }
}
