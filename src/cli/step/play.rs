//! Playing: so many events a second.

use std::time::Duration;

/// Events a second.
const SPEEDS: [u32; 11] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Play {
    pub on: bool,
    speed: usize,
    /// What has passed since the last event, in parts of an event.
    owed: u128,
}

const SECOND: u128 = 1_000_000_000;

impl Default for Play {
    fn default() -> Play {
        Play { on: false, speed: 2, owed: 0 }
    }
}

impl Play {
    /// Events a second.
    pub fn speed(&self) -> u32 {
        SPEEDS[self.speed]
    }

    pub fn faster(&mut self) {
        self.speed = (self.speed + 1).min(SPEEDS.len() - 1);
    }

    pub fn slower(&mut self) {
        self.speed = self.speed.saturating_sub(1);
    }

    pub fn toggle(&mut self) {
        (self.on, self.owed) = (!self.on, 0);
    }

    /// How many events are due after so much time.
    pub fn due(&mut self, passed: Duration) -> usize {
        if !self.on {
            return 0;
        }
        self.owed += passed.as_nanos().saturating_mul(u128::from(self.speed()));
        let due = self.owed / SECOND;
        self.owed %= SECOND;
        usize::try_from(due).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_pace_whatever_the_clock_says() {
        let mut play = Play::default();
        assert_eq!(play.due(Duration::from_secs(9)), 0);
        play.toggle();
        let due: usize = (0..100).map(|_| play.due(Duration::from_millis(33))).sum();
        assert_eq!((play.speed(), due), (5, 16));
        (0..20).for_each(|_| play.faster());
        assert_eq!(play.due(Duration::from_millis(1)), 10);
        (0..20).for_each(|_| play.slower());
        assert_eq!(play.speed(), 1);
    }
}
