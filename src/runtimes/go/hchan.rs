//! Channels as memory: a buffer and two queues of those who wait (`hchan`, `sudog`, `waitq`; G11).

use std::collections::{BTreeMap, VecDeque};

use slotmap::new_key_type;

use crate::runtimes::go::keys::GKey;
use crate::value::{ObjectId, Value};

new_key_type! {
    pub struct ChanKey;
}

/// A goroutine in the queue of a channel.
#[derive(Debug)]
pub struct Sudog {
    pub g: GKey,
    /// Which case of its `select` this is.
    pub case: usize,
    /// What it sends.
    pub elem: Value,
}

/// First come, first served; whoever is woken elsewhere leaves from the middle.
pub type WaitQueue = BTreeMap<u64, Sudog>;

/// What lies in the buffer: values, or tokens that are all alike.
#[derive(Debug)]
pub enum Buffer {
    Values(VecDeque<Value>),
    Tokens(u64),
}

#[derive(Debug)]
pub struct Hchan {
    /// `None` = as many as come; Go has no such channel, the export makes a large one.
    pub capacity: Option<u64>,
    pub buffer: Buffer,
    pub recvq: WaitQueue,
    pub sendq: WaitQueue,
    pub closed: bool,
    /// What the trace calls it: a `channel` of the program.
    pub object: Option<ObjectId>,
}

impl Hchan {
    /// `make(chan T, capacity)`
    pub fn new(capacity: Option<u64>) -> Hchan {
        let buffer = Buffer::Values(VecDeque::new());
        Hchan {
            capacity,
            buffer,
            recvq: WaitQueue::new(),
            sendq: WaitQueue::new(),
            closed: false,
            object: None,
        }
    }

    /// A channel of tokens with `n` of them in it: a semaphore.
    pub fn tokens(n: u64) -> Hchan {
        Hchan { buffer: Buffer::Tokens(n), ..Hchan::new(None) }
    }

    /// How many values lie in the buffer.
    pub fn filled(&self) -> u64 {
        match &self.buffer {
            Buffer::Values(values) => values.len() as u64,
            Buffer::Tokens(n) => *n,
        }
    }

    pub fn has_room(&self) -> bool {
        self.capacity.is_none_or(|capacity| self.filled() < capacity)
    }

    pub fn push(&mut self, value: Value) {
        match &mut self.buffer {
            Buffer::Values(values) => values.push_back(value),
            Buffer::Tokens(n) => *n += 1,
        }
    }

    pub fn pop(&mut self) -> Option<Value> {
        match &mut self.buffer {
            Buffer::Values(values) => values.pop_front(),
            Buffer::Tokens(0) => None,
            Buffer::Tokens(n) => {
                *n -= 1;
                Some(Value::None)
            }
        }
    }

    /// Would a receive go on at once?
    pub fn can_receive(&self) -> bool {
        self.filled() > 0 || !self.sendq.is_empty() || self.closed
    }

    /// Would a send go on at once, be it to panic?
    pub fn can_send(&self) -> bool {
        self.closed || !self.recvq.is_empty() || self.has_room()
    }
}
