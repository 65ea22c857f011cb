//! The turn of an event loop of uvloop, where it differs from asyncio's (uvloop 0.23.0, libuv 1.48; U1 to U5).

use crate::runtimes::asyncio::core::Core;
use crate::runtimes::asyncio::futures::TimerKey;
use crate::runtimes::asyncio::handles::{Handle, Timer};
use crate::sim::agenda::{Class, Due};
use crate::time::{Duration, Time};

const MILLISECOND: u64 = 1_000_000;

fn whole_milliseconds(Time(now): Time) -> Time {
    Time(now / MILLISECOND * MILLISECOND)
}

/// `round(delay * 1000)`: a half goes to the even neighbour.
fn rounded(Duration(d): Duration) -> Duration {
    let (whole, part) = (d / MILLISECOND, d % MILLISECOND);
    let up = part > MILLISECOND / 2 || (part == MILLISECOND / 2 && whole % 2 == 1);
    Duration((whole + u64::from(up)).saturating_mul(MILLISECOND))
}

impl Core<'_> {
    /// `Loop.call_later`, `UVTimer.start`: what is to be called in no millisecond is called soon (U2).
    pub fn call_later_uv(&mut self, d: Duration, handle: Handle) -> TimerKey {
        let d = rounded(d);
        if d == Duration::ZERO {
            let key = self.timers.insert(Timer { home: self.current_loop, handle, when: self.now() });
            self.call_soon(Handle::NoDelay(key));
            return key;
        }
        let when = self.update_time() + d;
        let key = self.call_at(when, handle);
        self.loops[self.current_loop].uv.timers.insert((when, key));
        key
    }

    /// `uv_update_time`, which `loop.time()` and every new timer do.
    pub fn update_time(&mut self) -> Time {
        let now = whole_milliseconds(self.now());
        self.loops[self.current_loop].uv.clock = now;
        now
    }

    /// `uv_timer_stop`
    pub fn timer_stopped(&mut self, key: TimerKey, timer: &Timer) {
        let uv = &mut self.loops[timer.home].uv;
        uv.closing |= uv.timers.remove(&(timer.when, key));
    }

    /// A timer has expired, though the loop may notice later.
    pub fn timer_expired(&mut self, key: TimerKey, timer: &Timer) {
        let uv = &mut self.loops[timer.home].uv;
        uv.timers.remove(&(timer.when, key));
        uv.overdue.get_or_insert(timer.when);
    }

    /// The poll of `uv_run`: how long the loop sleeps it reckons from when it last looked at the
    /// clock, so that work done since then delays its timers by as much (U4). While handles are
    /// being closed it does not sleep, but looks at the clock. True if it sleeps on.
    pub fn sleeps(&mut self, n: usize) -> bool {
        let now = self.now();
        let this = &mut self.loops[n];
        if std::mem::take(&mut this.uv.closing) {
            this.uv.clock = whole_milliseconds(now);
        }
        let until = match this.uv.asleep {
            Some(until) => until,
            None if this.ready.is_empty() => {
                let set = this.uv.timers.first().map(|&(when, _)| when);
                let Some(next) = this.uv.overdue.or(set) else { return false };
                let until = now + next.since(this.uv.clock);
                if until > next.max(now) {
                    this.epoch += 1;
                    let due = Due::Worker { worker: n as u32, epoch: this.epoch };
                    self.kernel.at(until, Class::Timer, due);
                }
                until
            }
            None => now,
        };
        let awake = now >= until || !this.ready.is_empty();
        if awake {
            // What was to wake it is stale.
            this.epoch += u32::from(this.uv.asleep.take().is_some());
            this.uv.clock = whole_milliseconds(now);
        } else {
            this.uv.asleep = Some(until);
        }
        !awake
    }

    /// Expired timers run in one go, before what is ready (U1).
    pub fn timers_first(&mut self, n: usize) {
        let this = &mut self.loops[n];
        this.uv.overdue = None;
        this.uv.closing = true;
        this.todo = this.expired.len();
        this.timers_first = true;
        this.expired.append(&mut this.ready);
        std::mem::swap(&mut this.ready, &mut this.expired);
    }
}
