//! `context.Context`: cancelled from above, waited for by `Done()` (context.go; G19).

use crate::runtimes::go::core::Core;
use crate::runtimes::go::hchan::ChanKey;
use crate::runtimes::go::keys::ContextKey;
use crate::runtimes::go::records::{Context, Fire};
use crate::time::Duration;

impl Core<'_> {
    /// `context.WithCancel`
    pub fn with_cancel(&mut self, parent: Option<ContextKey>) -> ContextKey {
        let cancelled = self.cancelled(parent);
        let deadline = parent.and_then(|parent| self.contexts.get(parent)?.deadline);
        let serial = self.queued;
        self.queued += 1;
        let context = Context { parent, cancelled, deadline, serial, ..Context::default() };
        let key = self.contexts.insert(context);
        if let Some(parent) = parent.and_then(|parent| self.contexts.get_mut(parent))
            && !cancelled
        {
            parent.children.insert(serial, key);
        }
        key
    }

    /// `context.WithTimeout`: a parent whose time is up before needs no second timer.
    pub fn with_timeout(&mut self, parent: Option<ContextKey>, d: Duration) -> ContextKey {
        let key = self.with_cancel(parent);
        let at = self.now() + d;
        let context = &mut self.contexts[key];
        if context.cancelled || context.deadline.is_some_and(|earlier| earlier < at) {
            return key;
        }
        context.deadline = Some(at);
        if d == Duration::ZERO {
            self.cancel_context(key);
        } else {
            let timer = self.start_timer(d, Fire::Cancel(key));
            self.contexts[key].timer = Some(timer);
        }
        key
    }

    /// `ctx.Err() != nil`
    pub fn cancelled(&self, context: Option<ContextKey>) -> bool {
        context.and_then(|key| self.contexts.get(key)).is_some_and(|context| context.cancelled)
    }

    /// `ctx.Done()`; none for a context that cannot be cancelled.
    pub fn done_of(&mut self, context: Option<ContextKey>) -> Option<ChanKey> {
        let key = context?;
        if let Some(done) = self.contexts.get(key)?.done {
            return Some(done);
        }
        let done = self.make(Some(0));
        let context = &mut self.contexts[key];
        context.done = Some(done);
        if context.cancelled {
            self.close(done);
        }
        Some(done)
    }

    /// `cancelCtx.cancel`: its own `Done()` first, then its children, which lie in a map: their
    /// order is anybody's (G19).
    pub fn cancel_context(&mut self, key: ContextKey) {
        self.leave_parent(key);
        let mut todo = vec![key];
        while let Some(key) = todo.pop() {
            let Some(context) = self.contexts.get_mut(key) else { continue };
            if std::mem::replace(&mut context.cancelled, true) {
                continue;
            }
            let done = context.done;
            let timer = context.timer.take();
            let mut children: Vec<ContextKey> = std::mem::take(&mut context.children).into_values().collect();
            if let Some(timer) = timer {
                self.stop_timer(timer);
            }
            if let Some(done) = done {
                self.close(done);
            }
            let mut order = Vec::with_capacity(children.len());
            while !children.is_empty() {
                let drawn = self.kernel.pick(None, children.len() as u32);
                order.push(children.remove(drawn as usize));
            }
            todo.extend(order.into_iter().rev());
        }
    }

    /// `removeChild`
    fn leave_parent(&mut self, key: ContextKey) {
        let Some(context) = self.contexts.get(key) else { return };
        let (parent, serial) = (context.parent, context.serial);
        if let Some(parent) = parent.and_then(|parent| self.contexts.get_mut(parent))
            && parent.children.get(&serial) == Some(&key)
        {
            parent.children.remove(&serial);
        }
    }

    /// `defer cancel()` of a block that is left; nobody else has hold of the context.
    pub fn drop_context(&mut self, key: ContextKey) {
        self.cancel_context(key);
        if let Some(context) = self.contexts.get_mut(key) {
            context.dropped = true;
        }
        self.forget_context(key);
    }

    pub fn use_context(&mut self, context: Option<ContextKey>) {
        if let Some(context) = context.and_then(|key| self.contexts.get_mut(key)) {
            context.users += 1;
        }
    }

    /// A goroutine that was started with this context has ended.
    pub fn leave_context(&mut self, context: Option<ContextKey>) {
        let Some(key) = context else { return };
        if let Some(context) = self.contexts.get_mut(key) {
            context.users -= 1;
            self.forget_context(key);
        }
    }

    /// Frees a context nobody can ask about any more, and then perhaps its parent.
    fn forget_context(&mut self, key: ContextKey) {
        let mut next = Some(key);
        while let Some(key) = next {
            let Some(context) = self.contexts.get(key) else { return };
            if context.users > 0 || !context.dropped || !context.children.is_empty() {
                return;
            }
            let Some(context) = self.contexts.remove(key) else { return };
            if let Some(done) = context.done {
                self.chans.remove(done);
            }
            next = context.parent;
        }
    }
}
