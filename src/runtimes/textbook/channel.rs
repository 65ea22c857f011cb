//! Channels: bounded, unbounded, and without any room, where sender and receiver meet.

use std::cell::RefMut;

use crate::runtimes::errors::error;
use crate::runtimes::runtime::Said;
use crate::runtimes::textbook::library::{Note, Textbook};
use crate::runtimes::textbook::object::{Channel, Object};
use crate::runtimes::textbook::records::On;
use crate::runtimes::textbook::scheduler::Scheduler;
use crate::runtimes::textbook::waiters::{ALONE, Waiter, Waiters};
use crate::sim::process::Reply;
use crate::sim::trace::{CauseKind, Kind};
use crate::value::{ObjectId, Raise, TaskId, Value};

/// What a channel has for a receiver.
pub enum Got {
    Item(Value),
    Nothing,
    /// Nothing, and nothing will come.
    Closed,
}

pub fn closed() -> Raise {
    error("this channel is closed: nothing can be sent to it")
}

impl<S: Scheduler> Textbook<S> {
    pub fn channel(&self, id: ObjectId) -> Result<RefMut<'_, Channel>, Raise> {
        self.object(id, "this object cannot be sent to or received from: it is no channel", |object| {
            if let Object::Channel(channel) = object { Some(&mut **channel) } else { None }
        })
    }

    /// Sends if that needs no waiting; otherwise gives the value back.
    pub fn put(&self, sender: TaskId, id: ObjectId, value: Value) -> Result<Option<Value>, Raise> {
        let mut channel = self.channel(id)?;
        if channel.closed {
            return Err(closed());
        }
        if self.barges(&channel) {
            return Ok(self.put_and_tell(&mut channel, sender, id, value));
        }
        while let Some((waiter, ())) = channel.receivers.pop() {
            if self.wake(waiter.token, Some(sender)) {
                self.trace(sender, Kind::Send { object: id });
                self.trace(waiter.token.task, Kind::Receive { object: id });
                self.post(waiter, Note::Item(value));
                return Ok(None);
            }
        }
        if !channel.has_room() {
            return Ok(Some(value));
        }
        self.trace(sender, Kind::Send { object: id });
        channel.items.push_back(value);
        Ok(None)
    }

    /// Are those who wait at this channel told to look again, or handed what they wait for? Where
    /// there is no room, sender and receiver must meet.
    fn barges(&self, channel: &Channel) -> bool {
        self.scheduler().barges() && channel.capacity != Some(0)
    }

    /// `put`: into the room there is, and the first receiver is told (T18). A `select` is handed the item.
    fn put_and_tell(
        &self,
        channel: &mut Channel,
        sender: TaskId,
        id: ObjectId,
        value: Value,
    ) -> Option<Value> {
        if !channel.has_room() {
            return Some(value);
        }
        self.trace(sender, Kind::Send { object: id });
        channel.items.push_back(value);
        while let Some((waiter, ())) = channel.receivers.pop() {
            if self.wake(waiter.token, Some(sender)) {
                if waiter.arm != ALONE
                    && let Some(item) = channel.items.pop_front()
                {
                    self.trace(waiter.token.task, Kind::Receive { object: id });
                    self.post(waiter, Note::Item(item));
                }
                break;
            }
        }
        None
    }

    /// Receives if that needs no waiting.
    pub fn take_item(&self, receiver: TaskId, id: ObjectId) -> Result<Got, Raise> {
        let mut channel = self.channel(id)?;
        let first = channel.items.pop_front();
        if first.is_some() {
            self.trace(receiver, Kind::Receive { object: id });
        }
        let barges = self.barges(&channel);
        if barges && first.is_none() {
            return Ok(if channel.closed { Got::Closed } else { Got::Nothing });
        }
        let mut sent = None;
        while let Some((waiter, value)) = channel.senders.pop() {
            if self.wake(waiter.token, Some(receiver)) {
                if barges && waiter.arm == ALONE {
                    break;
                }
                self.trace(waiter.token.task, Kind::Send { object: id });
                self.post(waiter, Note::Nothing);
                sent = Some(value);
                break;
            }
        }
        let item = match (first, sent) {
            (Some(first), sent) => {
                channel.items.extend(sent);
                first
            }
            (None, Some(sent)) => {
                self.trace(receiver, Kind::Receive { object: id });
                sent
            }
            (None, None) if channel.closed => return Ok(Got::Closed),
            (None, None) => return Ok(Got::Nothing),
        };
        Ok(Got::Item(item))
    }

    #[inline(always)]
    pub fn send_item(
        &self,
        task: TaskId,
        id: ObjectId,
        value: &Value,
        reply: Option<Reply>,
    ) -> Result<Said, Raise> {
        if let Some(reply) = reply {
            self.resumed(task, reply)?;
            if let Note::Closed = self.collect(task).1 {
                return Err(closed());
            }
            if !self.barges(&*self.channel(id)?) {
                return Ok(Said::from(()));
            }
        } else {
            self.checkpoint(task)?;
        }
        let Some(refused) = self.put(task, id, value.clone())? else { return Ok(Said::from(())) };
        let token = self.suspend(task, CauseKind::Send, On::Object(id), None);
        self.channel(id)?.senders.push(self.kernel(), Waiter::alone(token), refused);
        Ok(Said::Parked)
    }

    pub fn receive_item(&self, task: TaskId, id: ObjectId, reply: Option<Reply>) -> Result<Said, Raise> {
        if let Some(reply) = reply {
            self.resumed(task, reply)?;
            match self.collect(task).1 {
                Note::Item(value) => return Ok(Said::Over(value)),
                Note::Closed => return Ok(Said::Closed),
                Note::Nothing if self.barges(&*self.channel(id)?) => {}
                Note::Nothing => return Ok(Said::Closed),
            }
        } else {
            self.checkpoint(task)?;
        }
        match self.take_item(task, id)? {
            Got::Item(value) => return Ok(Said::Over(value)),
            Got::Closed => return Ok(Said::Closed),
            Got::Nothing => {}
        }
        let token = self.suspend(task, CauseKind::Receive, On::Object(id), None);
        self.channel(id)?.receivers.push(self.kernel(), Waiter::alone(token), ());
        Ok(Said::Parked)
    }

    /// Whoever waits to receive gets nothing any more; whoever waits to send fails.
    pub fn close_channel(&self, by: TaskId, id: ObjectId) -> Result<(), Raise> {
        let mut channel = self.channel(id)?;
        channel.closed = true;
        let mut waiting: Vec<Waiter> = channel.receivers.lasting(self.kernel()).collect();
        waiting.extend(channel.senders.lasting(self.kernel()));
        channel.receivers = Waiters::default();
        channel.senders = Waiters::default();
        for waiter in waiting {
            if self.wake(waiter.token, Some(by)) {
                self.post(waiter, Note::Closed);
            }
        }
        Ok(())
    }

    pub fn items(&self, id: ObjectId) -> Result<usize, Raise> {
        Ok(self.channel(id)?.items.len())
    }
}
