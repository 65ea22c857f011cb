//! `Channel` of the library: a sender hands its value to a receiver that waits, else to the buffer
//! (J33, X6).

use crate::runtimes::errors::{error, wrong};
use crate::runtimes::js::awaiting::Js;
use crate::runtimes::js::core::Core;
use crate::runtimes::js::objects::{Channel, Object, Waiter};
use crate::runtimes::js::promises::CLOSED;
use crate::runtimes::runtime::Me;
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::{CauseKind, Kind as EventKind};
use crate::value::{ObjectId, Raise, TaskId, Value};

fn closed() -> Raise {
    error("this channel is closed: nothing can be sent")
}

impl Core<'_> {
    pub fn channel(&mut self, id: ObjectId) -> Result<&mut Channel, Raise> {
        match &mut self.objects[id.0 as usize] {
            Object::Channel(channel) => Ok(channel),
            _other => Err(wrong("be sent to or received from: it is no channel")),
        }
    }

    fn sent(&self, id: ObjectId, task: TaskId) {
        self.kernel.emit(Some(task), None, EventKind::Send { object: id });
    }

    fn received(&self, id: ObjectId, task: TaskId) {
        self.kernel.emit(Some(task), None, EventKind::Receive { object: id });
    }

    /// `trySend`: to the first who waits, or into the buffer.
    pub fn try_send(&mut self, id: ObjectId, task: TaskId, value: &Value) -> Result<bool, Raise> {
        self.channel(id)?;
        let Object::Channel(channel) = &mut self.objects[id.0 as usize] else { return Ok(false) };
        if channel.closed {
            return Err(closed());
        }
        if let Some(receiver) = channel.receivers.next(&self.promises) {
            self.sent(id, task);
            self.received(id, receiver.task);
            self.settle_as(receiver.promise, Ok(value.clone()), receiver.arm);
            return Ok(true);
        }
        if !channel.has_room() {
            return Ok(false);
        }
        channel.items.push_back(value.clone());
        self.sent(id, task);
        Ok(true)
    }

    /// `tryReceive`: from the buffer, whose room goes to the first sender; without a buffer from it.
    pub fn try_receive(&mut self, id: ObjectId, task: TaskId) -> Result<Option<Value>, Raise> {
        self.channel(id)?;
        let Object::Channel(channel) = &mut self.objects[id.0 as usize] else { return Ok(None) };
        let item = channel.items.pop_front();
        let sender = channel.senders.next(&self.promises);
        if item.is_some() {
            if let Some(sender) = &sender {
                channel.items.push_back(sender.with.clone());
            }
            self.received(id, task);
        }
        let Some(sender) = sender else { return Ok(item) };
        self.sent(id, sender.task);
        if item.is_none() {
            self.received(id, task);
        }
        self.settle_as(sender.promise, Ok(Value::None), sender.arm);
        Ok(item.or(Some(sender.with)))
    }

    /// Receivers are told that nothing will come, senders are refused.
    pub fn close(&mut self, id: ObjectId) -> Result<(), Raise> {
        let channel = self.channel(id)?;
        channel.closed = true;
        let (receivers, senders) = (channel.receivers.take(), channel.senders.take());
        for receiver in receivers {
            self.settle_as(receiver.promise, Ok(Value::None), receiver.closed());
        }
        for sender in senders {
            self.settle_as(sender.promise, Err(closed()), sender.arm);
        }
        Ok(())
    }

    pub fn add_receiver(&mut self, id: ObjectId, waiter: Waiter<()>) {
        if let Object::Channel(channel) = &mut self.objects[id.0 as usize] {
            channel.receivers.add(waiter);
        }
    }

    pub fn add_sender(&mut self, id: ObjectId, waiter: Waiter<()>, value: Value) {
        if let Object::Channel(channel) = &mut self.objects[id.0 as usize] {
            let Waiter { promise, arm, task, with: () } = waiter;
            channel.senders.add(Waiter { promise, arm, task, with: value });
        }
    }
}

impl Js<'_> {
    /// `await channel.send(value, signal)`
    pub async fn channel_send(&self, me: Me<'_>, id: ObjectId, value: Value) -> Result<(), Raise> {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        let sent = self.core().try_send(id, me.task, &value);
        match sent {
            Err(raise) => return self.rejected(me, raise).await,
            Ok(true) => {
                self.tick(me).await;
                return Ok(());
            }
            Ok(false) => {}
        }
        let info = WaitInfo::object(CauseKind::Send, id);
        self.wait_for_turn(me, info, None, |core, waiter| core.add_sender(id, waiter, value))
            .await
            .map(|_| ())
    }

    /// `await channel.receive(signal)`; `None` when it is closed and drained.
    pub async fn channel_receive(&self, me: Me<'_>, id: ObjectId) -> Result<Option<Value>, Raise> {
        if self.core().aborted(me.task) {
            return self.rejected(me, Raise::Cancelled).await;
        }
        let value = self.core().try_receive(id, me.task)?;
        let closed = self.core().channel(id)?.closed;
        if value.is_some() || closed {
            self.tick(me).await;
            return Ok(value);
        }
        let info = WaitInfo::object(CauseKind::Receive, id);
        let settled =
            self.wait_for_turn(me, info, None, |core, waiter| core.add_receiver(id, waiter)).await?;
        match settled.arm {
            Some(CLOSED) => Ok(None),
            _sent => settled.outcome.map(Some),
        }
    }
}
