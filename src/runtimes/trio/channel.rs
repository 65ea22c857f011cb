//! Memory channels (`_channel.py`, `MemorySendChannel`, `MemoryReceiveChannel`; T20).

use crate::runtimes::errors::error;
use crate::runtimes::runtime::Me;
use crate::runtimes::trio::core::Core;
use crate::runtimes::trio::objects::Channel;
use crate::runtimes::trio::records::{Abort, Sent};
use crate::runtimes::trio::traps::Trio;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::value::{ObjectId, Raise, TaskId, Value};

impl Core<'_> {
    fn traced_send(&self, n: usize, task: TaskId) {
        self.emit_on(task, self.channels[n].object, |object| EventKind::Send { object });
    }

    fn traced_receive(&self, n: usize, task: TaskId) {
        self.emit_on(task, self.channels[n].object, |object| EventKind::Receive { object });
    }

    /// `send_nowait`: to the first receiver that waits, or into the buffer; false if it is full.
    pub fn send_nowait(&mut self, n: usize, task: TaskId, value: &Value) -> Result<bool, Raise> {
        let Channel { closed, receivers, .. } = self.channels[n];
        if closed {
            return Err(error("this channel is closed: nothing can be sent"));
        }
        if let Some(receiver) = self.unpark(receivers, Sent::Value(value.clone())) {
            self.traced_send(n, task);
            self.traced_receive(n, receiver.task);
        } else if self.channels[n].has_room() {
            self.traced_send(n, task);
            self.channels[n].data.push_back(value.clone());
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// `receive_nowait`: the item of the first sender that waits moves up, the oldest comes out.
    pub fn receive_nowait(&mut self, n: usize, task: TaskId) -> Option<Value> {
        if let Some(value) = self.channels[n].returned.pop_front() {
            self.traced_receive(n, task);
            return Some(value);
        }
        let senders = self.channels[n].senders;
        let sender = self.unpark(senders, Sent::Nothing);
        // An item that moves up takes the room of the one that comes out.
        let full = !self.channels[n].data.is_empty();
        if full {
            self.traced_receive(n, task);
        }
        if let Some(sender) = sender {
            self.traced_send(n, sender.task);
            self.channels[n].data.push_back(sender.item);
        }
        let value = self.channels[n].data.pop_front()?;
        if !full {
            self.traced_receive(n, task);
        }
        Some(value)
    }

    /// An item that was received but could not be used goes to the first who waits, or to the next
    /// who comes.
    pub fn put_back(&mut self, n: usize, task: TaskId, value: Value) {
        let by = self.turn.current.filter(|_| self.kernel.ended(task)).unwrap_or(task);
        self.traced_send(n, by);
        let receivers = self.channels[n].receivers;
        match self.unpark(receivers, Sent::Value(value.clone())) {
            Some(receiver) => self.traced_receive(n, receiver.task),
            None => self.channels[n].returned.push_back(value),
        }
    }

    /// `MemorySendChannel.close`: waiting senders fail, waiting receivers see the end.
    pub fn close_channel(&mut self, n: usize) {
        let Channel { closed, senders, receivers, .. } = self.channels[n];
        if closed {
            return;
        }
        self.channels[n].closed = true;
        self.unpark_all(senders, &Sent::Closed);
        self.unpark_all(receivers, &Sent::EndOfChannel);
    }
}

impl Trio<'_> {
    /// `MemorySendChannel.send`: nobody overtakes a sender that waits (T20).
    pub async fn channel_send(&self, me: Me<'_>, n: usize, value: Value) -> Result<(), Raise> {
        self.checkpoint_if_cancelled(me).await?;
        let sent = self.core().send_nowait(n, me.task, &value)?;
        if sent {
            self.cancel_shielded_checkpoint(me).await;
            return Ok(());
        }
        let (lot, object) = {
            let core = self.core();
            (core.channels[n].senders, core.channels[n].object)
        };
        let info = WaitInfo { kind: CauseKind::Send, object, holder: None };
        self.park(me, lot, value, info).await.map(|_| ())
    }

    /// `MemoryReceiveChannel.receive`; `None` at the end of the channel.
    pub async fn channel_receive(
        &self,
        me: Me<'_>,
        n: usize,
        kind: CauseKind,
    ) -> Result<Option<Value>, Raise> {
        self.checkpoint_if_cancelled(me).await?;
        let received = self.core().receive_nowait(n, me.task);
        if let Some(value) = received {
            self.cancel_shielded_checkpoint(me).await;
            return Ok(Some(value));
        }
        let (lot, object, closed) = {
            let core = self.core();
            (core.channels[n].receivers, core.channels[n].object, core.channels[n].closed)
        };
        if closed {
            return Ok(None);
        }
        self.core().park(me.task, lot, Value::None);
        let info = WaitInfo { kind, object, holder: None };
        self.wait_for_item(me, Abort::Leave, info, None).await
    }

    /// `receive_nowait`
    pub fn receive_now(&self, me: Me<'_>, channel: ObjectId) -> Result<Option<Value>, Raise> {
        let n = self.channel(channel)?;
        Ok(self.core().receive_nowait(n, me.task))
    }
}
