//! Timers as their hosts keep them: Node's list for each duration (`lib/internal/timers.js`,
//! 20.20.2; J20 to J28), and a browser's list in order of time (HTML 8.6; J41, J42).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use slotmap::SlotMap;

use crate::runtimes::js::keys::{DeadlineKey, ListKey, PromiseKey, ResultsKey, TimerKey};
use crate::runtimes::js::settings::Host;
use crate::time::{Duration, MILLISECOND, Time};
use crate::value::TaskId;

const MS: u64 = MILLISECOND as u64;
/// `TIMEOUT_MAX`
const LONGEST: u64 = (1 << 31) - 1;

/// What a timer calls.
#[derive(Debug, Clone, Copy)]
pub enum Action {
    /// `setTimeout(resolve, d)`
    Fulfil(PromiseKey),
    /// The `after` of a `select`.
    Arm(PromiseKey, u32),
    Deadline(DeadlineKey),
    Results(ResultsKey),
    /// `call_later`
    Call(TaskId),
}

#[derive(Debug)]
pub struct Timer {
    pub action: Action,
    /// `_idleStart`
    start: u64,
    length: u64,
    list: ListKey,
    /// In a browser: how deep in timers set by timers this one is.
    pub nesting: u32,
    /// When it was made, for the order of ties in a browser.
    made: u64,
}

impl Timer {
    pub fn due(&self) -> Time {
        Time(self.start.saturating_add(self.length))
    }
}

/// All timers of one duration, first in first out (J21).
#[derive(Debug)]
struct List {
    length: u64,
    /// When it is looked at: set when it is made or armed again (J22, J25).
    expiry: u64,
    /// Breaks ties between lists.
    id: u64,
    /// Those that were cleared are passed over when they come to the head.
    timers: VecDeque<TimerKey>,
    /// How many were not cleared.
    live: usize,
}

/// The timers of one event loop. Times are nanoseconds, under Node multiples of a millisecond.
#[derive(Debug, Default)]
pub struct Timers {
    all: SlotMap<TimerKey, Timer>,
    lists: SlotMap<ListKey, List>,
    /// `timerListMap`: by duration.
    by_length: BTreeMap<u64, ListKey>,
    /// `timerListQueue`: by expiry, then id; under a browser timers by time, then age.
    queue: BTreeSet<(u64, u64, ListKey)>,
    browser: BTreeSet<(u64, u64, TimerKey)>,
    made: u64,
    /// `nextExpiry`; `None` is infinity.
    next_expiry: Option<u64>,
    /// `loop->time` as libuv last read it, and when its one timer for all of these is due (J23b).
    loop_time: u64,
    uv_timeout: Option<u64>,
}

/// What is at the head of a list.
pub enum Head {
    /// Nothing: the list is gone.
    Empty,
    /// A timer that is not due yet: the list was armed again.
    Early,
    Due(TimerKey),
}

/// Whole milliseconds, as `uv_now` gives them.
fn whole(now: Time) -> u64 {
    now.0 - now.0 % MS
}

/// The delay a host makes of a duration: J20, J42.
fn delay(d: Duration, host: Host, nesting: u32) -> u64 {
    let ms = d.0 / MS;
    match host {
        Host::Node if ms < 1 || d.0 > LONGEST * MS => MS,
        Host::Node => ms * MS,
        Host::Browser => {
            // WebIDL's `long`: 32 bits with a sign; what is negative then is 0.
            let long = u64::try_from(ms as u32 as i32).unwrap_or(0);
            if nesting > 5 { long.max(4) * MS } else { long * MS }
        }
    }
}

impl Timers {
    /// `setTimeout`. `nesting` is that of the timer whose callback calls it.
    pub fn set(&mut self, now: Time, d: Duration, host: Host, nesting: u32, action: Action) -> TimerKey {
        self.made += 1;
        let (length, made) = (delay(d, host, nesting), self.made);
        let mut timer = Timer { action, start: now.0, length, list: ListKey::default(), nesting, made };
        if host == Host::Browser {
            let key = self.all.insert(timer);
            self.browser.insert((self.all[key].due().0, made, key));
            return key;
        }
        timer.start = self.read_clock(now);
        let expiry = timer.start + length;
        timer.list = match self.by_length.get(&length) {
            Some(&list) => list,
            None => self.add_list(length, expiry),
        };
        let list = timer.list;
        let key = self.all.insert(timer);
        self.lists[list].timers.push_back(key);
        self.lists[list].live += 1;
        key
    }

    /// `getLibuvNow`, which reads the clock anew.
    fn read_clock(&mut self, now: Time) -> u64 {
        self.loop_time = whole(now);
        self.loop_time
    }

    fn add_list(&mut self, length: u64, expiry: u64) -> ListKey {
        let id = self.made;
        let key = self.lists.insert(List { length, expiry, id, timers: VecDeque::new(), live: 0 });
        self.by_length.insert(length, key);
        self.queue.insert((expiry, id, key));
        if self.next_expiry.is_none_or(|next| next > expiry) {
            self.next_expiry = Some(expiry);
            self.uv_timeout = Some(self.loop_time + length);
        }
        key
    }

    fn remove_list(&mut self, key: ListKey) {
        if let Some(list) = self.lists.remove(key) {
            self.queue.remove(&(list.expiry, list.id, key));
            self.by_length.remove(&list.length);
        }
    }

    /// `clearTimeout`: an empty list goes, another keeps its expiry (J28).
    pub fn clear(&mut self, key: TimerKey) {
        let Some(timer) = self.all.remove(key) else { return };
        self.browser.remove(&(timer.due().0, timer.made, key));
        let Some(list) = self.lists.get_mut(timer.list) else { return };
        list.live -= 1;
        if list.live == 0 {
            self.remove_list(timer.list);
        }
    }

    pub fn get(&self, key: TimerKey) -> Option<&Timer> {
        self.all.get(key)
    }

    /// Takes a timer out to be called; `None` if it was cleared.
    pub fn take(&mut self, key: TimerKey) -> Option<Timer> {
        let timer = self.all.remove(key)?;
        self.browser.remove(&(timer.due().0, timer.made, key));
        if let Some(list) = self.lists.get_mut(timer.list) {
            list.live -= 1;
        }
        Some(timer)
    }

    // ── Node ──────────────────────────────────────────────────────────────

    /// `processTimers` is entered: the time it will compare with (J23).
    pub fn begin(&mut self, now: Time) -> u64 {
        self.next_expiry = None;
        self.uv_timeout = None;
        self.read_clock(now)
    }

    /// The list that is to be looked at first, if it is time.
    pub fn top(&self, frozen: u64) -> Option<ListKey> {
        let &(expiry, _, key) = self.queue.first()?;
        (expiry <= frozen).then_some(key)
    }

    /// The head of a list (J24); a list that has none is deleted, one that is early armed again.
    pub fn head(&mut self, key: ListKey, frozen: u64) -> Head {
        let Some(list) = self.lists.get_mut(key) else { return Head::Empty };
        while list.timers.front().is_some_and(|&timer| !self.all.contains_key(timer)) {
            list.timers.pop_front();
        }
        let Some(&timer) = list.timers.front() else {
            self.remove_list(key);
            return Head::Empty;
        };
        let due = self.all[timer].due().0;
        if due <= frozen {
            return Head::Due(timer);
        }
        self.queue.remove(&(list.expiry, list.id, key));
        self.made += 1;
        list.expiry = due.max(frozen + MS);
        list.id = self.made;
        self.queue.insert((list.expiry, list.id, key));
        Head::Early
    }

    /// `processTimers` has returned: the next expiry goes to libuv.
    pub fn end(&mut self) {
        if let Some(&(expiry, _, _)) = self.queue.first() {
            self.next_expiry = Some(expiry);
            self.uv_timeout = Some(self.loop_time + expiry.saturating_sub(self.loop_time).max(MS));
        }
    }

    /// libuv before 1.48 looks at its heap again after the callback (J23b).
    pub fn again(&self) -> bool {
        self.uv_timeout.is_some_and(|timeout| timeout <= self.loop_time)
    }

    // ── both ──────────────────────────────────────────────────────────────

    /// When the loop has to look at its timers.
    pub fn next(&self) -> Option<Time> {
        let list = self.queue.first().map(|&(expiry, _, _)| expiry);
        let timer = self.browser.first().map(|&(due, _, _)| due);
        list.or(timer).map(Time)
    }

    /// A browser's timer whose time has come (J41).
    pub fn first_due(&self, now: Time) -> Option<TimerKey> {
        let &(due, _, key) = self.browser.first()?;
        (due <= now.0).then_some(key)
    }
}
