//! Tasks that tasks start: behind all that is ready, or eagerly (`tasks.py` `Task.__eager_start`, 3.12.1; A11, A24).

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::FutureKey;
use crate::runtimes::asyncio::handles::{EventLoop, Starting};
use crate::runtimes::asyncio::objects::Object;
use crate::runtimes::asyncio::runners::Asyncio;
use crate::runtimes::errors::wrong;
use crate::runtimes::runtime::{Child, Me};
use crate::sim::task::NewTask;
use crate::sim::trace::{Kind as EventKind, Role};
use crate::value::{Raise, TaskId};

impl Core<'_> {
    /// The first loop, with `main` on it.
    pub fn begin(&mut self, name: &str, main: &NewTask) {
        self.loops[0].worker = self.new_worker(name.to_string(), Role::Worker);
        let task = self.create_task(None, main, 0);
        self.main = self.tasks[task.slot as usize].future;
    }

    /// One loop more, on a thread or in a process of its own.
    pub fn add_loop(&mut self, name: String, role: Role) -> usize {
        let worker = self.new_worker(name, role);
        self.loops.push(EventLoop { worker, ..Default::default() });
        self.loops.len() - 1
    }

    /// `__eager_start`: the child takes the loop from its spawner, which is about to park, until
    /// its first suspension. Nobody forgets it before its spawner has seen how far it came.
    fn begin_eager(&mut self, spawner: TaskId, new: &NewTask) -> TaskId {
        let child = self.new_record(Some(spawner), new, self.current_loop);
        let key = self.tasks[child.slot as usize].future;
        self.futures.get_mut(key).expect("just made").scheduled += 1;
        let this = &mut self.loops[self.current_loop];
        this.starting.push(Starting { spawner, child });
        this.resume = Some(child);
        let worker = Some(this.worker);
        self.kernel.emit(Some(spawner), worker, EventKind::Yield);
        self.kernel.set_place(None);
        self.kernel.emit(Some(child), worker, EventKind::Run);
        child
    }

    /// A task has suspended or ended: if it was being started eagerly its spawner goes on, before
    /// anything else (`_swap_current_task`).
    pub fn eager_over(&mut self, task: TaskId) {
        let home = self.tasks[task.slot as usize].home;
        let this = &mut self.loops[home];
        if this.starting.last().is_some_and(|last| last.child == task)
            && let Some(Starting { spawner, .. }) = this.starting.pop()
        {
            this.resume = Some(spawner);
            let worker = Some(this.worker);
            self.kernel.set_place(None);
            self.kernel.emit(Some(spawner), worker, EventKind::Run);
        }
    }
}

impl Asyncio<'_> {
    /// `loop.create_task` by a task. `attach` registers with the new task whoever is to know of its
    /// end; started eagerly, it may have ended by then.
    pub async fn start_task(
        &self,
        me: Me<'_>,
        new: &NewTask,
        attach: impl FnOnce(&mut Core<'_>, TaskId),
    ) -> TaskId {
        if !self.eager {
            let mut core = self.core();
            let home = core.current_loop;
            let task = core.create_task(Some(me.task), new, home);
            attach(&mut core, task);
            return task;
        }
        let task = self.core().begin_eager(me.task, new);
        me.airlock.park().await;
        let mut core = self.core();
        attach(&mut core, task);
        let key = core.tasks[task.slot as usize].future;
        core.callback_ran(key);
        task
    }

    /// `ensure_future`; fails if a `future` is none.
    pub async fn ensure_future(&self, me: Me<'_>, child: &Child) -> Result<FutureKey, Raise> {
        let task = match child {
            Child::New(new) => self.start_task(me, new, |_, _| {}).await,
            Child::Task(task) => *task,
            Child::Future(future) => match self.core().objects[future.0 as usize] {
                Object::Future(key) => return Ok(key),
                _ => return Err(wrong("be awaited: it is no future")),
            },
        };
        Ok(self.core().tasks[task.slot as usize].future)
    }

    /// The same for several, in order.
    pub async fn ensure_futures(&self, me: Me<'_>, children: &[Child]) -> Result<Vec<FutureKey>, Raise> {
        let mut futures = Vec::with_capacity(children.len());
        for child in children {
            futures.push(self.ensure_future(me, child).await?);
        }
        Ok(futures)
    }
}
