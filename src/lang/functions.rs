//! The functions that need nothing but their arguments: `min`, `round`, `range`, `sqrt`, …

use std::fmt::{self, Write};

use crate::lang::operators::{MAX_LIST, MAX_TEXT, compare, finite, list_fits, text_fits, whole};
use crate::lang::program::Builtin;
use crate::value::Value;

/// Applies a function; the number of arguments has been checked. `None` if this one
/// needs more than its arguments: the time, the task, a stream of random numbers.
pub fn apply(function: Builtin, arguments: &[Value]) -> Option<Result<Value, String>> {
    let first = arguments.first().unwrap_or(&Value::None);
    Some(match function {
        Builtin::Min => extreme("min", arguments, std::cmp::Ordering::Less),
        Builtin::Max => extreme("max", arguments, std::cmp::Ordering::Greater),
        Builtin::Abs => absolute(first),
        Builtin::Floor => rounded("floor", first, f64::floor),
        Builtin::Ceil => rounded("ceil", first, f64::ceil),
        Builtin::Round => rounded("round", first, f64::round),
        Builtin::Len => length(first),
        Builtin::Range => range(arguments),
        Builtin::Str => show(first).map(Value::text),
        Builtin::Int => int(first),
        Builtin::Float => number("float", first).or_else(|e| read_float(first).ok_or(e)).map(Value::Float),
        Builtin::Ln => number("ln", first).and_then(|x| match x > 0.0 {
            true => finite(libm::log(x)),
            false => Err("`ln` takes a number greater than 0".into()),
        }),
        Builtin::Sqrt => number("sqrt", first).and_then(|x| match x >= 0.0 {
            true => finite(libm::sqrt(x)),
            false => Err("`sqrt` takes a number that is not negative".into()),
        }),
        Builtin::Pow => power(first, arguments.get(1).unwrap_or(&Value::None)),
        Builtin::Failed => Ok(Value::Bool(matches!(first, Value::Failure(_)))),
        Builtin::Cancelled => Ok(Value::Bool(matches!(first, Value::Cancelled))),
        Builtin::Now
        | Builtin::Id
        | Builtin::CurrentTask
        | Builtin::Future
        | Builtin::Random
        | Builtin::Uniform
        | Builtin::Exponential
        | Builtin::Normal
        | Builtin::Lognormal
        | Builtin::Pareto
        | Builtin::Choice
        | Builtin::Poisson => return None,
    })
}

/// The value as `str`, `log` and labels show it, if that is not too long.
pub fn show(value: &Value) -> Result<String, String> {
    let mut out = Bounded(String::new());
    match write!(out, "{value}") {
        Ok(()) => Ok(out.0),
        Err(fmt::Error) => Err(format!("a string has at most {MAX_TEXT} bytes")),
    }
}

/// Stops a value from being written out when it has become too long.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text_fits(self.0.len() + text.len()).map_err(|_| fmt::Error)?;
        self.0.push_str(text);
        Ok(())
    }
}

fn takes(name: &str, what: &str, value: &Value) -> String {
    format!("`{name}` takes {what}, not {}", value.kind())
}

fn number(name: &str, value: &Value) -> Result<f64, String> {
    match value {
        Value::Int(i) => Ok(*i as f64),
        Value::Float(x) => Ok(*x),
        Value::Duration(_) => Err(format!(
            "`{name}` takes a number, not a duration: divide it by a unit, as in `{name}(d / 1s)`"
        )),
        other => Err(takes(name, "a number", other)),
    }
}

/// Of several values or of one list; the first of equals.
fn extreme(name: &str, arguments: &[Value], wanted: std::cmp::Ordering) -> Result<Value, String> {
    let items = match arguments {
        [Value::List(items)] => items.as_slice(),
        _ => arguments,
    };
    let Some((first, rest)) = items.split_first() else {
        return Err(format!("`{name}` of nothing: the list is empty"));
    };
    let mut best = first;
    for item in rest {
        if compare(item, best)? == wanted {
            best = item;
        }
    }
    Ok(best.clone())
}

fn absolute(value: &Value) -> Result<Value, String> {
    let overflow = || "overflow: the result does not fit into 64 bits".to_string();
    match value {
        Value::Int(i) => i.checked_abs().map(Value::Int).ok_or_else(overflow),
        Value::Duration(d) => d.checked_abs().map(Value::Duration).ok_or_else(overflow),
        Value::Float(x) => Ok(Value::Float(x.abs())),
        other => Err(takes("abs", "a number or a duration", other)),
    }
}

fn rounded(name: &str, value: &Value, how: fn(f64) -> f64) -> Result<Value, String> {
    if let Value::Int(i) = value {
        return Ok(Value::Int(*i));
    }
    let x = number(name, value)?;
    whole(how(x)).map(Value::Int).ok_or_else(|| format!("{x:e} is too large for an int"))
}

fn length(value: &Value) -> Result<Value, String> {
    match value {
        Value::Text(text) => Ok(Value::Int(text.chars().count() as i64)),
        Value::List(items) => Ok(Value::Int(items.len() as i64)),
        Value::Object(_) => Err("`len` takes a list or a string; of a channel it is `ch.len()`".into()),
        other => Err(takes("len", "a list or a string", other)),
    }
}

/// `range(n)`, `range(a, b)`, `range(a, b, step)`, as in Python.
fn range(arguments: &[Value]) -> Result<Value, String> {
    let mut ints = [0i128; 3];
    for (slot, value) in ints.iter_mut().zip(arguments) {
        let Value::Int(i) = value else { return Err(takes("range", "ints", value)) };
        *slot = i128::from(*i);
    }
    let (from, to, step) = match arguments.len() {
        1 => (0, ints[0], 1),
        2 => (ints[0], ints[1], 1),
        _ => (ints[0], ints[1], ints[2]),
    };
    if step == 0 {
        return Err("the step of a `range` cannot be 0".into());
    }
    let span = if step > 0 { to - from } else { from - to };
    let count = if span <= 0 { 0 } else { (span - 1) / step.abs() + 1 };
    list_fits(usize::try_from(count).unwrap_or(MAX_LIST + 1))?;
    Ok(Value::list((0..count).map(|i| Value::Int((from + i * step) as i64)).collect()))
}

/// Floats are cut off toward zero.
fn int(value: &Value) -> Result<Value, String> {
    match value {
        Value::Int(i) => Ok(Value::Int(*i)),
        Value::Bool(b) => Ok(Value::Int(i64::from(*b))),
        Value::Text(text) => {
            text.trim().parse().map(Value::Int).map_err(|_| format!("`{}` is not an int", excerpt(text)))
        }
        other => rounded("int", other, f64::trunc),
    }
}

fn read_float(value: &Value) -> Option<f64> {
    let Value::Text(text) = value else { return None };
    text.trim().parse().ok().filter(|x: &f64| x.is_finite())
}

fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Ints stay ints as long as the exponent is not negative.
fn power(base: &Value, exponent: &Value) -> Result<Value, String> {
    if let (Value::Int(base), Value::Int(exponent @ 0..)) = (base, exponent) {
        let small = u32::try_from(*exponent).unwrap_or(u32::MAX);
        let result = base.checked_pow(small).map(Value::Int);
        return result.ok_or_else(|| "overflow: the result does not fit into 64 bits".into());
    }
    finite(libm::pow(number("pow", base)?, number("pow", exponent)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(function: Builtin, arguments: &[Value]) -> String {
        match apply(function, arguments).expect("a pure function") {
            Ok(value) => value.to_string(),
            Err(text) => text,
        }
    }

    #[test]
    fn functions() {
        let (i, x) = (Value::Int, Value::Float);
        for (function, arguments, result) in [
            (Builtin::Min, vec![i(3), x(2.5), i(7)], "2.5"),
            (Builtin::Max, vec![Value::list(vec![i(3), i(9)])], "9"),
            (Builtin::Max, vec![Value::list(vec![])], "`max` of nothing: the list is empty"),
            (Builtin::Round, vec![x(-2.5)], "-3"),
            (Builtin::Floor, vec![x(1e300)], "1e300 is too large for an int"),
            (Builtin::Range, vec![i(5), i(0), i(-2)], "[5, 3, 1]"),
            (Builtin::Range, vec![i(i64::MIN), i(i64::MAX)], "a list has at most 100000 elements"),
            (Builtin::Int, vec![Value::text(" 42 ")], "42"),
            (
                Builtin::Int,
                vec![Value::Duration(5)],
                "`int` takes a number, not a duration: divide it by a unit, as in `int(d / 1s)`",
            ),
            (Builtin::Float, vec![Value::text("2.5")], "2.5"),
            (Builtin::Pow, vec![i(2), i(10)], "1024"),
            (Builtin::Pow, vec![i(1), i(i64::MAX)], "1"),
            (Builtin::Pow, vec![i(2), i(-1)], "0.5"),
            (Builtin::Ln, vec![i(0)], "`ln` takes a number greater than 0"),
            (Builtin::Len, vec![Value::text("größe")], "5"),
        ] {
            assert_eq!(shown(function, &arguments), result);
        }
    }

    #[test]
    fn what_is_shown_is_bounded() {
        let long = Value::text("x".repeat(MAX_TEXT));
        let error = show(&Value::list(vec![long.clone(), long])).expect_err("too long");
        assert!(error.contains("at most 65536 bytes"));
    }
}
