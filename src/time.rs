//! Virtual time: whole nanoseconds, how they are written and how they are shown.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

use serde::{Deserialize, Serialize};

/// A point in virtual time: nanoseconds since the start of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub u64);

/// A length of virtual time in nanoseconds; never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duration(pub u64);

pub const NANOSECOND: i64 = 1;
pub const MICROSECOND: i64 = 1_000;
pub const MILLISECOND: i64 = 1_000_000;
pub const SECOND: i64 = 1_000_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// The units a duration can be written in, largest first.
pub const UNITS: [(&str, i64); 7] = [
    ("d", DAY),
    ("h", HOUR),
    ("min", MINUTE),
    ("s", SECOND),
    ("ms", MILLISECOND),
    ("us", MICROSECOND),
    ("ns", NANOSECOND),
];

impl Time {
    pub const ZERO: Time = Time(0);

    /// The time elapsed since `earlier`; zero if `earlier` is later.
    pub fn since(self, earlier: Time) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Duration {
    pub const ZERO: Duration = Duration(0);

    pub const fn from_millis(ms: u64) -> Duration {
        Duration(ms * 1_000_000)
    }
}

impl Add<Duration> for Time {
    type Output = Time;
    /// Saturates at the end of time, which lies beyond every limit a run can have.
    fn add(self, d: Duration) -> Time {
        Time(self.0.saturating_add(d.0))
    }
}

impl Add for Duration {
    type Output = Duration;
    fn add(self, d: Duration) -> Duration {
        Duration(self.0.saturating_add(d.0))
    }
}

impl AddAssign for Duration {
    fn add_assign(&mut self, d: Duration) {
        *self = *self + d;
    }
}

impl Sub for Duration {
    type Output = Duration;
    fn sub(self, d: Duration) -> Duration {
        Duration(self.0.saturating_sub(d.0))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&show_nanos(i64::try_from(self.0).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Duration(self.0).fmt(f)
    }
}

/// Nanoseconds as people write them: `1h30min`, `2min`, `1.5s`, `20ms`, `100ns`, `0s`, `-3ms`.
///
/// Hours and minutes are spelled out side by side; below a minute one unit with a fraction.
/// The text reads back to the same number with [`parse_nanos`].
pub fn show_nanos(nanos: i64) -> String {
    let mut out = String::with_capacity(24);
    add_nanos(nanos, &mut out);
    out
}

/// The same as [`show_nanos`], behind a text.
pub fn add_nanos(nanos: i64, out: &mut String) {
    let mut rest = nanos.unsigned_abs();
    if rest == 0 {
        return out.push_str("0s");
    }
    if nanos < 0 {
        out.push('-');
    }
    if rest >= MINUTE as u64 {
        for (unit, size) in UNITS.into_iter().take(3) {
            let n = rest / size as u64;
            if n > 0 {
                out.push_str(itoa::Buffer::new().format(n));
                out.push_str(unit);
                rest %= size as u64;
            }
        }
        if rest == 0 {
            return;
        }
    }
    let (unit, size) = UNITS.into_iter().find(|&(_, size)| rest >= size as u64).unwrap_or(("ns", 1));
    add_fraction(out, rest, size as u64);
    out.push_str(unit);
}

/// `rest / size` in decimal without trailing zeros; exact, since sizes below a minute are powers of ten.
fn add_fraction(out: &mut String, rest: u64, size: u64) {
    let part = rest % size;
    out.push_str(itoa::Buffer::new().format(rest / size));
    if part > 0 {
        // With `size` in front it has all its zeros.
        let mut buffer = itoa::Buffer::new();
        let digits = &buffer.format(size + part)[1..];
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}

/// Reads `1h30min`, `1.5s`, `20ms`, `-3ms`. `None` if it is not a duration or does not fit
/// into 64-bit nanoseconds. A fraction must come out to whole nanoseconds.
pub fn parse_nanos(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_'))?;
        let (number, tail) = rest.split_at(number_end);
        let unit_end = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let size = UNITS.into_iter().find(|&(name, _)| name == unit)?.1;
        total = total.checked_add(scaled(&number.replace('_', ""), size as i128)?)?;
        rest = tail;
    }
    let total = if negative { -total } else { total };
    i64::try_from(total).ok()
}

fn scaled(number: &str, size: i128) -> Option<i128> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let mut value: i128 = whole.parse::<i128>().ok()?.checked_mul(size)?;
    if number.contains('.') {
        let digits = u32::try_from(part.len()).ok().filter(|d| (1..=18).contains(d))?;
        let scale = 10i128.pow(digits);
        let part = part.parse::<i128>().ok()? * size;
        if part % scale != 0 {
            return None;
        }
        value += part / scale;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_and_reads_back() {
        for (nanos, text) in [
            (0, "0s"),
            (90 * MINUTE, "1h30min"),
            (1_500_000_000, "1.5s"),
            (20 * MILLISECOND, "20ms"),
            (100, "100ns"),
            (-3 * MILLISECOND, "-3ms"),
            (MINUTE + 250 * MILLISECOND, "1min250ms"),
            (26 * HOUR, "1d2h"),
        ] {
            assert_eq!(show_nanos(nanos), text);
            assert_eq!(parse_nanos(text), Some(nanos), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_duration() {
        for text in ["", "-", "5", "5 s", "s", "1.5ns", "1.s", "99999999999d", "5sec"] {
            assert_eq!(parse_nanos(text), None, "{text}");
        }
    }
}
