//! Numbers that are counted up in steps without rounding: 0.1, 0.2, 0.3.

use crate::value::{Value, show_float};

/// `digits` · 10^-`places`, and what kind of number that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    places: u32,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int,
    Float,
    Duration,
}

/// More places than this fit no `i128` beside digits before the point.
const PLACES: u32 = 18;

impl Decimal {
    /// `None` of what is no number, or none of a size that is counted in steps.
    pub fn of(value: &Value) -> Option<Decimal> {
        match value {
            Value::Int(i) => Some(Decimal { digits: i128::from(*i), places: 0, kind: Kind::Int }),
            Value::Duration(d) => Some(Decimal { digits: i128::from(*d), places: 0, kind: Kind::Duration }),
            Value::Float(x) => {
                let text = show_float(*x);
                let (whole, part) = text.split_once('.')?;
                let places = u32::try_from(part.len()).ok().filter(|&places| places <= PLACES)?;
                let digits =
                    format!("{whole}{part}").parse().ok().filter(|d: &i128| d.abs() < 10i128.pow(19))?;
                Some(Decimal { digits, places, kind: Kind::Float })
            }
            _no_number => None,
        }
    }

    /// The step of a range that says none: 1, where both ends are whole.
    pub fn one(self, last: Decimal) -> Option<Decimal> {
        let whole = |d: Decimal| d.digits % 10i128.pow(d.places) == 0;
        let counts = self.kind != Kind::Duration && whole(self) && whole(last);
        counts.then_some(Decimal { digits: 1, places: 0, kind: self.kind })
    }

    /// With so many places behind the point.
    fn at(self, places: u32) -> i128 {
        self.digits * 10i128.pow(places - self.places)
    }

    /// How many steps lead from this to `last` and not beyond.
    ///
    /// # Errors
    /// There are none.
    pub fn steps(self, last: Decimal, step: Decimal) -> Result<u64, &'static str> {
        let places = self.places.max(last.places).max(step.places);
        let (from, to, step) = (self.at(places), last.at(places), step.at(places));
        if step <= 0 {
            return Err("a step is more than zero");
        }
        if from > to {
            return Err("it begins above its end");
        }
        Ok(u64::try_from((to - from) / step).unwrap_or(u64::MAX))
    }

    /// The value `n` steps on.
    pub fn plus(self, step: Decimal, n: u64) -> Option<Value> {
        let places = self.places.max(step.places);
        let digits = self.at(places) + step.at(places) * i128::from(n);
        match self.kind {
            Kind::Int => i64::try_from(digits).ok().map(Value::Int),
            Kind::Duration => i64::try_from(digits).ok().map(Value::Duration),
            // Read from its decimals, and so the same number as when it is written by itself.
            Kind::Float => format!("{digits}e-{places}").parse().ok().map(Value::Float),
        }
    }
}
