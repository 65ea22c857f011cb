//! From numbers to pixels along one axis, with round ticks.

use crate::report::chart::data::Quantity;
use crate::time::{SECOND, UNITS};

/// A stretch of numbers on a stretch of pixels.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    /// The first and the last number that are drawn; their logarithms on a logarithmic axis.
    from: f64,
    to: f64,
    /// The pixels they are drawn at.
    start: f64,
    end: f64,
    logarithmic: bool,
    quantity: Quantity,
}

/// Numbers beyond this are not drawn: differences have to stay finite.
const LARGEST: f64 = 1e300;

/// Numbers of which the largest is more than so many times the smallest go on a logarithmic axis.
const DECADES: f64 = 100.0;

/// What can be drawn.
pub fn is_plain(x: f64) -> bool {
    x.abs() < LARGEST
}

impl Axis {
    /// Just from the least to the greatest of the numbers.
    pub fn tight(values: &[f64], [start, end]: [f64; 2], quantity: Quantity) -> Axis {
        let (least, most) = range(values);
        let logarithmic = least > 0.0 && most > DECADES * least;
        let (from, to) = if logarithmic { (libm::log10(least), libm::log10(most)) } else { (least, most) };
        let room = if from == to { from.abs().max(1.0) / 2.0 } else { 0.0 };
        Axis { from: from - room, to: to + room, start, end, logarithmic, quantity }
    }

    /// With some room around, and from 0 where that is not far.
    pub fn roomy(values: &[f64], start_end: [f64; 2], quantity: Quantity) -> Axis {
        let mut axis = Axis::tight(values, start_end, quantity);
        let (least, _) = range(values);
        let room = 0.06 * (axis.to - axis.from);
        let from_zero = !axis.logarithmic && least >= 0.0 && axis.from < 0.6 * axis.to;
        axis.from = if from_zero { 0.0 } else { axis.from - room };
        axis.to += room;
        axis
    }

    /// Where a number is drawn; what lies outside is drawn at the edge.
    pub fn place(&self, value: f64) -> f64 {
        let value = match self.logarithmic {
            true if value <= 0.0 => self.from,
            true => libm::log10(value),
            false => value,
        };
        let part = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        self.start + part * (self.end - self.start)
    }

    /// Round numbers, no closer than so many pixels, where they are drawn and what they are called.
    pub fn ticks(&self, apart: f64) -> Vec<(f64, String)> {
        let most = ((self.end - self.start).abs() / apart).floor().clamp(1.0, 40.0);
        let values = if self.logarithmic { self.powers(most) } else { self.steps(most) };
        values.into_iter().map(|(value, label)| (self.place(value), label)).collect()
    }

    fn steps(&self, most: f64) -> Vec<(f64, String)> {
        let least = (self.to - self.from) / most;
        let unit = match self.quantity {
            Quantity::Number => Unit { name: "", size: 1.0 },
            Quantity::Duration => Unit::of(self.from.abs().max(self.to.abs()), least),
        };
        let mut step = round_up(least / unit.size);
        if unit.is_sexagesimal() {
            step = step.max(1.0);
        }
        let (first, last) = (self.from / unit.size / step, self.to / unit.size / step);
        let (first, last) = ((first - 1e-9).ceil(), (last + 1e-9).floor());
        let mut ticks = Vec::new();
        let mut n = first;
        while n <= last && ticks.len() < 100 {
            ticks.push((n * step * unit.size, label(n * step, step, unit.name)));
            n += 1.0;
        }
        ticks
    }

    /// 1, 10, 100, …; with 2 and 5 in between where there is room.
    fn powers(&self, most: f64) -> Vec<(f64, String)> {
        let decades = self.to - self.from;
        let (parts, every): (&[f64], f64) = match most / decades {
            room if room >= 3.0 => (&[1.0, 2.0, 5.0], 1.0),
            _ => (&[1.0], (decades / most).ceil().max(1.0)),
        };
        let mut ticks = Vec::new();
        let mut power = if parts.len() > 1 { self.from.floor() } else { (self.from - 1e-9).ceil() };
        while power <= self.to && ticks.len() < 100 {
            for part in parts {
                let value = part * libm::pow(10.0, power);
                let at = libm::log10(value);
                if (self.from - 1e-9..=self.to + 1e-9).contains(&at) {
                    ticks.push((value, self.quantity.show(value)));
                }
            }
            power += every;
        }
        ticks
    }
}

/// From the least to the greatest of what is plain; from 0 to 1 of nothing.
fn range(values: &[f64]) -> (f64, f64) {
    let plain = || values.iter().copied().filter(|&value| is_plain(value));
    match (plain().min_by(f64::total_cmp), plain().max_by(f64::total_cmp)) {
        (Some(least), Some(most)) => (least, most),
        (None, _) | (_, None) => (0.0, 1.0),
    }
}

impl Quantity {
    /// A round number by itself.
    fn show(self, value: f64) -> String {
        match self {
            Quantity::Number => label(value, value, ""),
            Quantity::Duration => {
                let unit = Unit::decimal(value);
                label(value / unit.size, value / unit.size, unit.name)
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Unit {
    name: &'static str,
    size: f64,
}

impl Unit {
    /// For an axis that goes as far as this, with ticks so far apart: the largest unit of which it has one, or
    /// three where parts of it are not decimal.
    fn of(farthest: f64, least: f64) -> Unit {
        let units = UNITS.into_iter().map(|(name, size)| Unit { name, size: size as f64 });
        let mut fits = units.filter(|unit| {
            let enough = if unit.is_sexagesimal() { 3.0 } else { 1.0 };
            farthest >= enough * unit.size && (!unit.is_sexagesimal() || least >= 0.4 * unit.size)
        });
        fits.next().unwrap_or(Unit { name: "ns", size: 1.0 })
    }

    /// ns, us, ms or s.
    fn decimal(value: f64) -> Unit {
        let units = UNITS.into_iter().map(|(name, size)| Unit { name, size: size as f64 });
        let mut fits = units.filter(|unit| !unit.is_sexagesimal() && value >= unit.size * (1.0 - 1e-9));
        fits.next().unwrap_or(Unit { name: "ns", size: 1.0 })
    }

    fn is_sexagesimal(self) -> bool {
        self.size > SECOND as f64
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is no less.
fn round_up(least: f64) -> f64 {
    if least.is_nan() || least <= 0.0 {
        return 1.0;
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(least)));
    let step =
        [1.0, 2.0, 5.0].into_iter().map(|part| part * power).find(|step| *step >= least * (1.0 - 1e-9));
    step.unwrap_or(10.0 * power)
}

/// A multiple of `step`, with as many decimals as the step has, and its unit.
fn label(value: f64, step: f64, unit: &str) -> String {
    if value == 0.0 {
        return "0".to_string();
    }
    let places = -libm::floor(libm::log10(step) + 1e-9);
    if !(-8.0..=6.0).contains(&places) {
        return format!("{value:.0e}{unit}");
    }
    let decimals = places.max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let dot = if rest.is_empty() { "" } else { "." };
    format!("{}{dot}{rest}{unit}", grouped(whole))
}

/// `20,000`; four digits stay together.
fn grouped(whole: &str) -> String {
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    if digits.len() < 5 {
        return whole.to_string();
    }
    let head = digits.len() % 3;
    let mut groups: Vec<&str> = if head == 0 { Vec::new() } else { vec![&digits[..head]] };
    groups.extend((head..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    format!("{sign}{}", groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], quantity: Quantity) -> String {
        let axis = Axis::roomy(values, [0.0, 400.0], quantity);
        axis.ticks(60.0).into_iter().map(|(_, label)| label).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(&[5.0, 50.0], Quantity::Number), "0 10 20 30 40 50");
        assert_eq!(labels(&[0.0, 1.0], Quantity::Number), "0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(labels(&[9000.0, 64_000.0], Quantity::Number), "0 20,000 40,000 60,000");
        assert_eq!(labels(&[-3.0, 3.0], Quantity::Number), "-2 0 2");
        assert_eq!(labels(&[0.90, 0.93], Quantity::Number), "0.90 0.91 0.92 0.93");
    }

    #[test]
    fn durations_have_units() {
        let of = |values: &[f64]| labels(values, Quantity::Duration);
        assert_eq!(of(&[10e6, 240e6]), "0 50ms 100ms 150ms 200ms 250ms");
        assert_eq!(of(&[0.2e9, 2.2e9]), "0 0.5s 1.0s 1.5s 2.0s");
        assert_eq!(of(&[10.0 * 60e9, 82.0 * 60e9]), "0 20min 40min 60min 80min");
        assert_eq!(of(&[0.0, 700.0]), "0 200ns 400ns 600ns");
    }

    #[test]
    fn more_than_two_decades_are_logarithmic() {
        assert_eq!(labels(&[1.0, 1000.0], Quantity::Number), "1 10 100 1000");
        assert_eq!(labels(&[1e6, 0.4e9], Quantity::Duration), "1ms 10ms 100ms");
        assert_eq!(labels(&[1e3, 1e11], Quantity::Duration), "1us 100us 10ms 1s 100s");
        assert_eq!(labels(&[0.0, 1000.0], Quantity::Number), "0 200 400 600 800 1000");
        let axis = Axis::tight(&[1.0, 10_000.0], [0.0, 400.0], Quantity::Number);
        assert!((axis.place(100.0) - 200.0).abs() < 1e-9);
        assert_eq!((axis.place(0.0), axis.place(-5.0)), (0.0, 0.0));
    }

    #[test]
    fn whatever_the_numbers_it_ends() {
        for values in [
            vec![],
            vec![f64::NAN],
            vec![f64::INFINITY, 1.0],
            vec![1e299, -1e299],
            vec![5e-324, 1e-320],
            vec![0.0, 0.0],
            vec![7.0],
            vec![1e17, 1e17 + 16.0],
            vec![1e-300, 1e299],
        ] {
            for quantity in [Quantity::Number, Quantity::Duration] {
                for axis in [Axis::roomy, Axis::tight] {
                    let axis = axis(&values, [0.0, 400.0], quantity);
                    let ticks = axis.ticks(60.0);
                    assert!(ticks.len() <= 100, "{values:?}");
                    assert!(ticks.iter().all(|(place, _)| (0.0..=400.0).contains(place)), "{values:?}");
                    assert!((0.0..=400.0).contains(&axis.place(3.0)), "{values:?}");
                }
            }
        }
    }
}
