//! The wheel of timers, in ticks of a millisecond, and the futures that wait for it, as data
//! (`runtime/time`, 1.54.1; T10, T12, T13).

use std::collections::BTreeMap;

use crate::runtimes::tokio::notify::Ticket;
use crate::time::{Duration, Time};
use crate::value::TaskId;

/// Nanoseconds of a tick.
const TICK: u64 = 1_000_000;

/// The driver's timers. The real wheel has six levels; what comes out of it is this order:
/// by tick, then by registration (T10).
#[derive(Debug, Default)]
pub struct Wheel {
    pub timers: BTreeMap<(u64, Ticket), TaskId>,
    /// The tick up to which it was processed; moved by passes of the driver only (T12).
    pub elapsed: u64,
}

/// `TimeSource::instant_to_tick`: rounded down.
pub fn tick_at(now: Time) -> u64 {
    now.0 / TICK
}

/// `TimeSource::deadline_to_tick`: rounded up.
pub fn tick_of(deadline: Time) -> u64 {
    deadline.0.div_ceil(TICK)
}

impl Wheel {
    /// `process_at_time`: takes out what is due, in order.
    pub fn process(&mut self, now: Time) -> Vec<TaskId> {
        let tick = tick_at(now).max(self.elapsed);
        let later = self.timers.split_off(&(tick + 1, 0));
        self.elapsed = tick;
        std::mem::replace(&mut self.timers, later).into_values().collect()
    }

    /// How long a driver with nothing else to do sleeps: whole milliseconds, from a clock
    /// rounded down to a deadline rounded up (T13).
    pub fn sleeps(&self, now: Time) -> Option<Duration> {
        let (&(tick, _), _) = self.timers.first_key_value()?;
        Some(Duration(tick.saturating_sub(tick_at(now)).saturating_mul(TICK)))
    }

    pub fn is_due(&self, now: Time) -> bool {
        self.timers.first_key_value().is_some_and(|(&(tick, _), _)| tick <= tick_at(now))
    }
}

/// `Sleep`: its deadline is fixed when it is made, its place among equals when it is first polled.
#[derive(Debug)]
pub struct Sleep {
    pub deadline: Time,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    New,
    /// In the wheel of this driver.
    Registered(usize, (u64, Ticket)),
    Elapsed,
}

impl Sleep {
    pub fn until(deadline: Time) -> Sleep {
        Sleep { deadline, state: State::New }
    }
}
