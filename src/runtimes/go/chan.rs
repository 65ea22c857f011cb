//! Channels and `select` (chan.go, select.go; G11 to G13).

use std::rc::Rc;

use crate::runtimes::go::core::Core;
use crate::runtimes::go::hchan::{ChanKey, Hchan, Sudog};
use crate::runtimes::go::keys::GKey;
use crate::runtimes::go::objects::closed;
use crate::runtimes::go::records::{Case, Fire, Got, Queued, Woken};
use crate::runtimes::wait_info::WaitInfo;
use crate::sim::trace::Kind as EventKind;
use crate::time::Duration;
use crate::value::{Raise, TaskId, Value};

impl Core<'_> {
    pub fn make(&mut self, capacity: Option<u64>) -> ChanKey {
        self.chans.insert(Hchan::new(capacity))
    }

    /// `chansend` without blocking: to the first who waits, else into the buffer (G11). False if
    /// there is no room. The trace hears of it when `by` is given.
    pub fn send_now(&mut self, channel: ChanKey, value: Value, by: Option<TaskId>) -> Result<bool, Raise> {
        let chan = &mut self.chans[channel];
        if chan.closed {
            return Err(closed());
        }
        if let Some((_, receiver)) = chan.recvq.pop_first() {
            self.sent(channel, by);
            self.received(channel, self.task_of(receiver.g));
            self.wake(receiver.g, receiver.case, Got::Value(value));
            return Ok(true);
        }
        if chan.has_room() {
            chan.push(value);
            self.sent(channel, by);
            return Ok(true);
        }
        Ok(false)
    }

    /// `chanrecv` without blocking; nothing if it would block. A sender who waits on a full
    /// buffer puts his value behind the one that is taken (G11).
    pub fn receive_now(&mut self, channel: ChanKey, by: Option<TaskId>) -> Option<Got> {
        let chan = &mut self.chans[channel];
        let buffered = chan.pop();
        let sender = chan.sendq.pop_first().map(|(_, sender)| sender);
        let closed = chan.closed;
        if buffered.is_some() {
            self.received(channel, by);
        }
        let Some(sender) = sender else {
            return buffered.map(Got::Value).or(closed.then_some(Got::Closed));
        };
        self.sent(channel, self.task_of(sender.g));
        let value = match buffered {
            Some(value) => {
                self.chans[channel].push(sender.elem);
                value
            }
            None => {
                self.received(channel, by);
                sender.elem
            }
        };
        self.wake(sender.g, sender.case, Got::Sent);
        Some(Got::Value(value))
    }

    fn sent(&self, channel: ChanKey, by: Option<TaskId>) {
        if let (Some(object), Some(task)) = (self.chans[channel].object, by) {
            self.emit(task, EventKind::Send { object });
        }
    }

    fn received(&self, channel: ChanKey, by: Option<TaskId>) {
        if let (Some(object), Some(task)) = (self.chans[channel].object, by) {
            self.emit(task, EventKind::Receive { object });
        }
    }

    /// `close`: receivers, then senders, go onto a stack and are made ready from there: the first
    /// runs first, then the last, the one before it, and so on (G12).
    pub fn close(&mut self, channel: ChanKey) {
        let chan = &mut self.chans[channel];
        chan.closed = true;
        let mut stack = Vec::new();
        while let Some((_, waiter)) = self.first_waiter(channel) {
            stack.push(waiter.g);
            self.woken(waiter.g, waiter.case, Got::Closed);
        }
        while let Some(g) = stack.pop() {
            self.ready(g);
        }
    }

    fn first_waiter(&mut self, channel: ChanKey) -> Option<(u64, Sudog)> {
        let chan = &mut self.chans[channel];
        chan.recvq.pop_first().or_else(|| chan.sendq.pop_first())
    }

    /// Makes a goroutine ready that waits in a queue.
    pub fn wake(&mut self, g: GKey, case: usize, got: Got) {
        self.woken(g, case, got);
        self.ready(g);
    }

    /// Takes a goroutine out of all queues it stands in, with what it was woken for.
    fn woken(&mut self, g: GKey, case: usize, got: Got) {
        for queued in std::mem::take(&mut self.gs[g].sudogs) {
            match queued {
                Queued::Receive(channel, n) => {
                    self.chans.get_mut(channel).and_then(|chan| chan.recvq.remove(&n));
                }
                Queued::Send(channel, n) => {
                    self.chans.get_mut(channel).and_then(|chan| chan.sendq.remove(&n));
                }
                Queued::Timer(timer) => {
                    self.timers.remove(timer);
                }
            }
        }
        self.gs[g].woken = Some(Woken { case, got });
    }

    fn is_ready(&self, case: &Case) -> bool {
        match case {
            Case::Receive(channel) => self.chans[*channel].can_receive(),
            Case::Send(channel, _) => self.chans[*channel].can_send(),
            // A timer of a channel is looked at when the channel is (G17).
            Case::After(d) => *d == Duration::ZERO,
        }
    }

    /// `selectgo` as far as it goes without waiting: of the cases that can go on at once one is
    /// drawn (G13).
    pub fn select_now(&mut self, g: GKey, cases: &[Case]) -> Result<Option<(usize, Got)>, Raise> {
        let ready: Vec<usize> = lots(cases).into_iter().filter(|&n| self.is_ready(&cases[n])).collect();
        if ready.is_empty() {
            return Ok(None);
        }
        let by = self.task_of(g);
        let drawn = self.kernel.pick(by, ready.len() as u32);
        let case = ready[drawn as usize];
        let got = match &cases[case] {
            Case::Receive(channel) => self.receive_now(*channel, by),
            Case::Send(channel, value) => {
                self.send_now(*channel, value.clone(), by)?;
                Some(Got::Sent)
            }
            Case::After(_) => Some(Got::Time),
        };
        Ok(got.map(|got| (case, got)))
    }

    /// The rest of `selectgo`: queues up everywhere; the first who comes wakes it (G13).
    pub fn enqueue(&mut self, g: GKey, cases: Vec<Case>, info: WaitInfo, label: Option<Rc<str>>) {
        let mut left = lots(&cases);
        let mut cases: Vec<Option<Case>> = cases.into_iter().map(Some).collect();
        while !left.is_empty() {
            let case = self.next_to_queue(g, &cases, &mut left);
            let Some(what) = cases[case].take() else { continue };
            let n = self.queued;
            self.queued += 1;
            let queued = match what {
                Case::Receive(channel) => {
                    self.chans[channel].recvq.insert(n, Sudog { g, case, elem: Value::None });
                    Queued::Receive(channel, n)
                }
                Case::Send(channel, elem) => {
                    self.chans[channel].sendq.insert(n, Sudog { g, case, elem });
                    Queued::Send(channel, n)
                }
                Case::After(d) => Queued::Timer(self.start_timer(d, Fire::Wake(g, case))),
            };
            self.gs[g].sudogs.push(queued);
        }
        self.gopark(g, info, label);
    }

    /// Takes one out of those that are left: the first, or, of several that wait in one queue, whichever
    /// is drawn (G13).
    fn next_to_queue(&self, g: GKey, cases: &[Option<Case>], left: &mut Vec<usize>) -> usize {
        let rivals: Vec<usize> =
            (0..left.len()).filter(|&n| n == 0 || same_queue(&cases[left[0]], &cases[left[n]])).collect();
        if rivals.len() == 1 {
            return left.remove(0);
        }
        let drawn = self.kernel.pick(self.task_of(g), rivals.len() as u32);
        left.remove(rivals[drawn as usize])
    }

    /// What a goroutine was woken for.
    pub fn take_woken(&mut self, g: GKey) -> Option<(usize, Got)> {
        self.gs[g].woken.take().map(|woken| (woken.case, woken.got))
    }
}

/// The cases in the order in which their lots lie: that of the compiler's table from its end, what receives
/// and then sends from the last (G13).
fn lots(cases: &[Case]) -> Vec<usize> {
    let receives = (0..cases.len()).filter(|&n| !matches!(cases[n], Case::Send(..)));
    let sends = (0..cases.len()).rev().filter(|&n| matches!(cases[n], Case::Send(..)));
    receives.chain(sends).collect()
}

/// Do both wait in the same queue of the same channel?
fn same_queue(a: &Option<Case>, b: &Option<Case>) -> bool {
    match (a, b) {
        (Some(Case::Receive(a)), Some(Case::Receive(b))) => a == b,
        (Some(Case::Send(a, _)), Some(Case::Send(b, _))) => a == b,
        (Some(Case::Receive(_) | Case::Send(..) | Case::After(_)) | None, _) => false,
    }
}
