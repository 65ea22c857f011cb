//! The part of the time axis that is to be seen: zoomed, panned, and following the play-head.

use crate::time::{Duration, Time};

/// Nothing shorter is shown: with fewer nanoseconds than columns there is nothing more to see.
const SHORTEST: u64 = 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: Time,
    pub length: Duration,
    /// The length of the axis.
    whole: Duration,
}

impl Window {
    /// All of an axis that ends here.
    pub fn new(end: Time) -> Window {
        let whole = end.since(Time::ZERO).max(Duration(1));
        Window { from: Time::ZERO, length: whole, whole }
    }

    pub fn to(self) -> Time {
        self.from + self.length
    }

    pub fn is_whole(self) -> bool {
        self.length == self.whole
    }

    pub fn all(&mut self) {
        (self.from, self.length) = (Time::ZERO, self.whole);
    }

    /// Half the time on the same screen, around a moment.
    pub fn closer(&mut self, around: Time) {
        self.scale(around, (self.length.0 / 2).max(SHORTEST));
    }

    /// Twice the time.
    pub fn farther(&mut self, around: Time) {
        self.scale(around, self.length.0.saturating_mul(2));
    }

    /// A quarter of what is seen to the right, or to the left.
    pub fn pan(&mut self, right: bool) {
        let quarter = (self.length.0 / 4).max(1);
        let from = self.from.0;
        self.place(if right { from.saturating_add(quarter) } else { from.saturating_sub(quarter) });
    }

    /// Brings a moment into sight; where there is more to come, it comes to stand at a quarter.
    pub fn follow(&mut self, head: Time) {
        if head < self.from || head > self.to() {
            self.place(head.0.saturating_sub(self.length.0 / 4));
        }
    }

    /// The moment stays in the column it is in, if it is in sight.
    fn scale(&mut self, around: Time, length: u64) {
        let length = length.min(self.whole.0);
        let around = if around < self.from || around > self.to() {
            self.from + Duration(self.length.0 / 2)
        } else {
            around
        };
        let offset = u128::from(around.since(self.from).0) * u128::from(length) / u128::from(self.length.0);
        self.length = Duration(length);
        self.place(around.0.saturating_sub(offset as u64));
    }

    fn place(&mut self, from: u64) {
        self.from = Time(from.min(self.whole.0 - self.length.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooms_around_a_moment_and_back() {
        let mut window = Window::new(Time(1000));
        window.closer(Time(400));
        assert_eq!((window.from, window.to()), (Time(200), Time(700)));
        window.farther(Time(400));
        assert!(window.is_whole());
        (0..20).for_each(|_| window.closer(Time(1000)));
        assert_eq!((window.from, window.to()), (Time(980), Time(1000)));
    }

    #[test]
    fn stays_on_the_axis() {
        let mut window = Window::new(Time(1000));
        window.pan(true);
        assert!(window.is_whole());
        window.closer(Time(0));
        (0..20).for_each(|_| window.pan(true));
        assert_eq!(window.to(), Time(1000));
        window.follow(Time(100));
        assert_eq!(window.from, Time::ZERO);
        let mut nothing = Window::new(Time::ZERO);
        nothing.closer(Time::ZERO);
        nothing.pan(true);
        assert_eq!(nothing.length, Duration(1));
    }

    #[test]
    fn the_end_of_time_is_no_trouble() {
        let mut window = Window::new(Time(u64::MAX));
        window.closer(Time(u64::MAX));
        window.pan(true);
        assert_eq!(window.to(), Time(u64::MAX));
        window.farther(Time(u64::MAX));
        assert!(window.is_whole());
    }
}
