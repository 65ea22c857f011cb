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

/// Ways to look at another part of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Half the time on the same screen.
    Closer,
    /// Twice the time.
    Farther,
    Whole,
    /// A quarter of what is seen to the right.
    Later,
    Earlier,
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

    /// Changes what is seen; closer and farther, around a moment.
    pub fn look(&mut self, look: Look, around: Time) {
        let quarter = (self.length.0 / 4).max(1);
        match look {
            Look::Closer => self.scale(around, (self.length.0 / 2).max(SHORTEST)),
            Look::Farther => self.scale(around, self.length.0.saturating_mul(2)),
            Look::Whole => (self.from, self.length) = (Time::ZERO, self.whole),
            Look::Later => self.place(self.from.0.saturating_add(quarter)),
            Look::Earlier => self.place(self.from.0.saturating_sub(quarter)),
        }
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

    fn looks(window: &mut Window, look: Look, around: u64) {
        (0..20).for_each(|_| window.look(look, Time(around)));
    }

    #[test]
    fn zooms_around_a_moment_and_back() {
        let mut window = Window::new(Time(1000));
        window.look(Look::Closer, Time(400));
        assert_eq!((window.from, window.to()), (Time(200), Time(700)));
        window.look(Look::Farther, Time(400));
        assert_eq!((window.from, window.to()), (Time(0), Time(1000)));
        looks(&mut window, Look::Closer, 1000);
        assert_eq!((window.from, window.to()), (Time(980), Time(1000)));
    }

    #[test]
    fn stays_on_the_axis() {
        let mut window = Window::new(Time(1000));
        window.look(Look::Later, Time(0));
        assert_eq!((window.from, window.to()), (Time(0), Time(1000)));
        window.look(Look::Closer, Time(0));
        looks(&mut window, Look::Later, 0);
        assert_eq!(window.to(), Time(1000));
        window.follow(Time(100));
        assert_eq!(window.from, Time::ZERO);
    }

    #[test]
    fn nothing_and_all_of_time_are_no_trouble() {
        for end in [0, 1, u64::MAX] {
            let mut window = Window::new(Time(end));
            for look in [Look::Closer, Look::Later, Look::Earlier, Look::Closer, Look::Farther, Look::Whole] {
                looks(&mut window, look, end);
                assert!(window.to() <= Time(end.max(1)), "{end} {look:?}");
            }
        }
    }
}
