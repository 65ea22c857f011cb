//! The functions of the language that draw from the task's own random stream.

use crate::lang::program::Builtin;
use crate::sim::random::{Drawn, Stream};
use crate::value::Value;

/// `uniform(a, b)`, `exponential(mean)`, … with arguments checked here.
/// Durations in, durations out; otherwise numbers.
pub fn draw(function: Builtin, arguments: &[Value], stream: &mut Stream) -> Result<Value, String> {
    match (function, arguments) {
        (Builtin::Random, []) => Ok(Value::Float(stream.random())),
        (Builtin::Uniform, [Value::Int(a), Value::Int(b)]) => uniform_int(*a, *b, stream).map(Value::Int),
        (Builtin::Uniform, [Value::Duration(a), Value::Duration(b)]) => {
            uniform_int(*a, *b, stream).map(Value::Duration)
        }
        (Builtin::Uniform, [a, b]) => {
            let (a, b) = (float(a)?, float(b)?);
            Ok(Value::Float(a + (b - a) * stream.random()))
        }
        (Builtin::Exponential, [mean]) => scaled(mean, "mean", |_| Ok(stream.exponential())),
        (Builtin::Normal, [mean, sd]) => {
            let z = stream.normal();
            match (mean, sd) {
                (Value::Duration(m), Value::Duration(s)) => duration(*m as f64 + *s as f64 * z),
                _ => Ok(Value::Float(float(mean)? + float(sd)? * z)),
            }
        }
        (Builtin::Lognormal, [median, sigma]) => {
            let sigma = float(sigma)?;
            scaled(median, "median", |_| Ok(libm::exp(sigma * stream.normal())))
        }
        (Builtin::Pareto, [scale, shape]) => {
            let shape = float(shape)?;
            if shape <= 0.0 {
                return Err("`pareto` needs a shape above 0".to_string());
            }
            scaled(scale, "scale", |_| Ok(stream.pareto(shape)))
        }
        (Builtin::Choice, [Value::List(items)]) if !items.is_empty() => {
            Ok(items[stream.below(items.len() as u64) as usize].clone())
        }
        (Builtin::Choice, [Value::List(_)]) => Err("`choice` needs a list that is not empty".to_string()),
        (Builtin::Poisson, [mean]) => {
            let mean = float(mean)?;
            if !(0.0..=1e6).contains(&mean) {
                return Err(format!("`poisson` takes a mean from 0 to 1000000, not {mean}"));
            }
            Ok(Value::Int(stream.poisson(mean)))
        }
        (_, arguments) => {
            let kinds: Vec<&str> = arguments.iter().map(Value::kind).collect();
            Err(format!("this function cannot take {}", kinds.join(" and ")))
        }
    }
}

/// What is noted down of a draw that gave `value`; `again` is the stream as it was before.
pub fn drawn(function: Builtin, arguments: &[Value], value: &Value, again: &mut Stream) -> Option<Drawn> {
    match (function, arguments, value) {
        (Builtin::Choice, [Value::List(items)], _) => {
            Some(Drawn::Int(again.below(items.len() as u64) as i64))
        }
        (_, _, Value::Int(n) | Value::Duration(n)) => Some(Drawn::Int(*n)),
        (_, _, Value::Float(x)) => Some(Drawn::Float(*x)),
        _ => None,
    }
}

fn uniform_int(a: i64, b: i64, stream: &mut Stream) -> Result<i64, String> {
    if a > b {
        return Err("`uniform(a, b)` needs a ≤ b".to_string());
    }
    let span = b.abs_diff(a);
    let offset = if span == u64::MAX { stream.below(u64::MAX) } else { stream.below(span + 1) };
    Ok(a.wrapping_add_unsigned(offset))
}

fn scaled(
    unit: &Value,
    name: &str,
    factor: impl FnOnce(f64) -> Result<f64, String>,
) -> Result<Value, String> {
    let size = match unit {
        Value::Duration(d) => *d as f64,
        other => float(other)?,
    };
    if size < 0.0 {
        return Err(format!("the {name} must not be negative"));
    }
    let value = size * factor(size)?;
    match unit {
        Value::Duration(_) => duration(value),
        _ => Ok(Value::Float(value)),
    }
}

/// Rounded to the nearest nanosecond, and to what fits.
fn duration(nanos: f64) -> Result<Value, String> {
    if nanos.is_nan() {
        return Err("the parameters of this distribution give no number".to_string());
    }
    Ok(Value::Duration(libm::round(nanos).clamp(i64::MIN as f64, i64::MAX as f64 / 2.0) as i64))
}

fn float(value: &Value) -> Result<f64, String> {
    match value {
        Value::Int(i) => Ok(*i as f64),
        Value::Float(x) if x.is_finite() => Ok(*x),
        other => Err(format!("a number is needed here, not {}", other.kind())),
    }
}
