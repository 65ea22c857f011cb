//! Timers, in ticks of a millisecond (`runtime/time`, 1.54.1; T10 to T14).

use std::task::Poll;

use crate::runtimes::tokio::core::Core;
use crate::runtimes::tokio::timers::{Sleep, State, tick_of};
use crate::value::TaskId;

impl Core<'_> {
    /// `Sleep::poll_elapsed`
    pub fn poll_sleep(&mut self, sleep: &mut Sleep, task: TaskId) -> Poll<()> {
        if !self.proceed(task) {
            return Poll::Pending;
        }
        match sleep.state {
            State::Elapsed => {}
            State::New => {
                let (driver, tick) = (self.driver_here(), tick_of(sleep.deadline));
                if tick > self.drivers[driver].elapsed {
                    let key = (tick, self.ticket());
                    self.drivers[driver].timers.insert(key, task);
                    sleep.state = State::Registered(driver, key);
                    return Poll::Pending;
                }
            }
            State::Registered(driver, key) => {
                if self.drivers[driver].timers.contains_key(&key) {
                    return Poll::Pending;
                }
            }
        }
        sleep.state = State::Elapsed;
        self.made_progress();
        Poll::Ready(())
    }

    pub fn has_elapsed(&self, sleep: &Sleep) -> bool {
        match sleep.state {
            State::New => tick_of(sleep.deadline) <= self.drivers[self.driver_here()].elapsed,
            State::Registered(driver, key) => !self.drivers[driver].timers.contains_key(&key),
            State::Elapsed => true,
        }
    }

    /// `Drop for TimerEntry`
    pub fn drop_sleep(&mut self, sleep: &Sleep) {
        if let State::Registered(driver, key) = sleep.state {
            self.drivers[driver].timers.remove(&key);
        }
    }
}
