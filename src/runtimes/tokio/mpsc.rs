//! Channels: `mpsc` with its receiver behind a `Mutex` (`sync/mpsc/chan.rs`, 1.54.1; T17, T19).
//!
//! A bounded channel is a semaphore of free places and a list of items; what is received gives its
//! place to the oldest sender, whose item comes in when that sender is polled. The receiver is one, so
//! several tasks that receive stand in line at the `Mutex`. `close` drops the channel's own sender:
//! those who are sending still have theirs.

use std::task::Poll;

use crate::runtimes::errors::error;
use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::notify::Ticket;
use crate::runtimes::tokio::objects::{Channel, Item};
use crate::runtimes::tokio::permits::Acquire;
use crate::sim::trace::Kind as EventKind;
use crate::value::{ObjectId, Outcome, Raise, TaskId, Value};

/// `tx.send(value)`, and in a rendezvous the wait for the receiver's answer.
#[derive(Debug)]
pub struct Send {
    pub channel: usize,
    value: Value,
    state: SendState,
}

#[derive(Debug)]
enum SendState {
    New,
    /// It waits for room, with a sender of its own.
    Room(Acquire),
    /// Its item is in a rendezvous channel.
    Sent(Ticket),
    Done,
}

/// `rx.lock().await.recv().await`
#[derive(Debug)]
pub struct Receive {
    pub channel: usize,
    lock: Acquire,
    locked: bool,
    /// It ended because the channel was closed and empty.
    pub drained: bool,
}

impl Send {
    pub fn new(channel: usize, value: Value) -> Send {
        Send { channel, value, state: SendState::New }
    }
}

fn closed() -> Raise {
    error("this channel is closed")
}

impl Core<'_> {
    pub fn new_channel(&mut self, id: ObjectId, size: Option<u64>) -> usize {
        let room = size.map(|size| self.new_semaphore(size.max(1)));
        let receiver = self.new_semaphore(1);
        self.channels.push(Channel {
            id,
            room,
            rendezvous: size == Some(0),
            items: Default::default(),
            receiver,
            waker: None,
            waiting: false,
            closed: false,
            senders: 0,
        });
        self.channels.len() - 1
    }

    pub fn poll_send(&mut self, send: &mut Send, task: TaskId) -> Poll<Outcome> {
        let n = send.channel;
        if let SendState::New = send.state {
            if self.channels[n].closed {
                return Poll::Ready(Err(closed()));
            }
            let Some(room) = self.channels[n].room else {
                self.push(n, Item { value: send.value.clone(), acknowledge: None }, task);
                send.state = SendState::Done;
                return Poll::Ready(Ok(Value::None));
            };
            self.channels[n].senders += 1;
            send.state = SendState::Room(Acquire::new(room, 1));
        }
        if let SendState::Room(acquire) = &mut send.state {
            if self.poll_acquire(acquire, task).is_pending() {
                return Poll::Pending;
            }
            let acknowledge = self.channels[n].rendezvous.then(|| self.ticket());
            self.push(n, Item { value: send.value.clone(), acknowledge }, task);
            self.sender_gone(n);
            send.state = match acknowledge {
                None => SendState::Done,
                Some(ticket) => {
                    self.unacknowledged.insert(ticket, task);
                    SendState::Sent(ticket)
                }
            };
        }
        match send.state {
            SendState::Sent(ticket)
                if !self.oneshot_ready(task, !self.unacknowledged.contains_key(&ticket)) =>
            {
                Poll::Pending
            }
            _ => {
                send.state = SendState::Done;
                Poll::Ready(Ok(Value::None))
            }
        }
    }

    /// `oneshot::Receiver::poll`: the budget, then whether it was sent (T9).
    pub fn oneshot_ready(&mut self, task: TaskId, sent: bool) -> bool {
        let ready = self.proceed(task) && sent;
        if ready {
            self.made_progress();
        }
        ready
    }

    pub fn can_send(&self, send: &Send) -> bool {
        let channel = &self.channels[send.channel];
        match &send.state {
            SendState::New if channel.closed => true,
            SendState::New => {
                channel.room.is_none_or(|room| self.semaphores[room].permits > 0 && !channel.rendezvous)
            }
            SendState::Room(acquire) => self.can_acquire(acquire) && !channel.rendezvous,
            SendState::Sent(ticket) => !self.unacknowledged.contains_key(ticket),
            SendState::Done => true,
        }
    }

    /// The sender gives up. An item that lies in a rendezvous is dead: the receiver drops it.
    pub fn drop_send(&mut self, send: &Send) {
        match &send.state {
            SendState::New | SendState::Done => {}
            SendState::Room(acquire) => {
                self.drop_acquire(acquire);
                self.sender_gone(send.channel);
            }
            SendState::Sent(ticket) => {
                self.unacknowledged.remove(ticket);
            }
        }
    }

    /// The trace hears of an item when it is in the channel, of one in a rendezvous when it is taken.
    fn push(&mut self, n: usize, item: Item, by: TaskId) {
        if item.acknowledge.is_none() {
            self.trace(by, EventKind::Send { object: self.channels[n].id });
        }
        self.channels[n].items.push_back(item);
        self.wake_receiver(n);
    }

    fn wake_receiver(&mut self, n: usize) {
        self.channels[n].waiting = false;
        if let Some(task) = self.channels[n].waker.take() {
            self.wake(task);
        }
    }

    /// A sender was dropped; the last one's end is told to the receiver.
    fn sender_gone(&mut self, n: usize) {
        let channel = &mut self.channels[n];
        channel.senders -= 1;
        if channel.closed && channel.senders == 0 {
            self.wake_receiver(n);
        }
    }

    /// Takes the first item whose sender still wants it taken.
    fn pop(&mut self, n: usize, by: TaskId) -> Option<Value> {
        let object = self.channels[n].id;
        loop {
            let item = self.channels[n].items.pop_front()?;
            if let Some(room) = self.channels[n].room {
                self.add_permits(room, 1);
            }
            if let Some(ticket) = item.acknowledge {
                let Some(sender) = self.unacknowledged.remove(&ticket) else { continue };
                self.trace(sender, EventKind::Send { object });
                self.wake(sender);
            }
            self.trace(by, EventKind::Receive { object });
            return Some(item.value);
        }
    }

    pub fn new_receive(&self, channel: usize) -> Receive {
        Receive {
            channel,
            lock: Acquire::new(self.channels[channel].receiver, 1),
            locked: false,
            drained: false,
        }
    }

    /// Ready with `None` once it is closed and empty.
    pub fn poll_receive(&mut self, receive: &mut Receive, task: TaskId) -> Poll<Option<Value>> {
        let n = receive.channel;
        if !receive.locked {
            if self.poll_acquire(&mut receive.lock, task).is_pending() {
                return Poll::Pending;
            }
            receive.locked = true;
        }
        if !self.proceed(task) {
            return Poll::Pending;
        }
        let value = self.pop(n, task);
        let channel = &mut self.channels[n];
        if value.is_none() && !(channel.closed && channel.senders == 0) {
            channel.waker = Some(task);
            channel.waiting = true;
            return Poll::Pending;
        }
        self.made_progress();
        (receive.locked, receive.drained) = (false, value.is_none());
        self.add_permits(receive.lock.semaphore, 1);
        Poll::Ready(value)
    }

    pub fn can_receive(&self, receive: &Receive) -> bool {
        let channel = &self.channels[receive.channel];
        let some = !channel.items.is_empty() || channel.closed && channel.senders == 0;
        some && (receive.locked || self.can_acquire(&receive.lock))
    }

    pub fn drop_receive(&mut self, receive: &Receive) {
        if !receive.locked {
            return self.drop_acquire(&receive.lock);
        }
        // Its waker stays behind, and wakes it in vain some day.
        self.channels[receive.channel].waiting = false;
        self.add_permits(receive.lock.semaphore, 1);
    }

    /// `try_send`: false if there is no room. Into a rendezvous if somebody waits there.
    pub fn try_send(&mut self, n: usize, value: Value, by: TaskId) -> Result<bool, Raise> {
        let channel = &self.channels[n];
        if channel.closed {
            return Err(closed());
        }
        if channel.rendezvous && (!channel.waiting || !channel.items.is_empty()) {
            return Ok(false);
        }
        if let Some(room) = channel.room
            && !self.try_acquire(room, 1)
        {
            return Ok(false);
        }
        self.push(n, Item { value, acknowledge: None }, by);
        Ok(true)
    }

    /// `rx.try_lock()`, then `try_recv`.
    pub fn try_receive(&mut self, n: usize, by: TaskId) -> Option<Value> {
        if self.semaphores[self.channels[n].receiver].permits == 0 {
            return None;
        }
        self.pop(n, by)
    }

    pub fn close(&mut self, n: usize) {
        let channel = &mut self.channels[n];
        if !std::mem::replace(&mut channel.closed, true) && channel.senders == 0 {
            self.wake_receiver(n);
        }
    }
}
