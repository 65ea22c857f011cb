//! What the operators mean: arithmetic, comparison, lists, with durations as a type of their own.
//!
//! Nothing wraps, nothing turns into infinity: overflow and division by zero are errors.
//! `/` on two ints truncates toward zero and `%` takes the sign of its left side, as in
//! Rust; `10s / 2s` is a float.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::lang::ast::{BinaryOp, UnaryOp};
use crate::value::Value;

/// Bytes in a string.
pub const MAX_TEXT: usize = 64 * 1024;
/// Elements of a list.
pub const MAX_LIST: usize = 100_000;
/// Elements of a list, those of the lists inside it included.
const MAX_LIST_TOTAL: usize = 1_000_000;
/// Lists within lists, so that walking one cannot overflow the stack.
const MAX_LIST_DEPTH: usize = 32;

const OVERFLOW: &str = "overflow: the result does not fit into 64 bits";
const DURATION_OVERFLOW: &str = "overflow: a duration cannot be longer than 292 years";
const ZERO: &str = "division by zero";
const NOT_FINITE: &str = "overflow: the result is not a finite number";

pub fn unary(op: UnaryOp, value: &Value) -> Result<Value, String> {
    match (op, value) {
        (UnaryOp::Negate, Value::Int(i)) => i.checked_neg().map(Value::Int).ok_or_else(|| OVERFLOW.into()),
        (UnaryOp::Negate, Value::Float(x)) => Ok(Value::Float(-x)),
        (UnaryOp::Negate, Value::Duration(d)) => duration(d.checked_neg()),
        (UnaryOp::Negate, other) => Err(format!("{} cannot be negated", other.kind())),
        (UnaryOp::Not, Value::Bool(b)) => Ok(Value::Bool(!b)),
        (UnaryOp::Not, other) => Err(format!("`not` takes a bool, not {}", other.kind())),
    }
}

pub fn binary(op: BinaryOp, left: &Value, right: &Value) -> Result<Value, String> {
    match op {
        BinaryOp::Equal => Ok(Value::Bool(equal(left, right)?)),
        BinaryOp::NotEqual => Ok(Value::Bool(!equal(left, right)?)),
        BinaryOp::Less => Ok(Value::Bool(compare(left, right)? == Ordering::Less)),
        BinaryOp::LessEqual => Ok(Value::Bool(compare(left, right)? != Ordering::Greater)),
        BinaryOp::Greater => Ok(Value::Bool(compare(left, right)? == Ordering::Greater)),
        BinaryOp::GreaterEqual => Ok(Value::Bool(compare(left, right)? != Ordering::Less)),
        BinaryOp::Add => arithmetic(op, Arithmetic::Add, left, right),
        BinaryOp::Subtract => arithmetic(op, Arithmetic::Subtract, left, right),
        BinaryOp::Multiply => arithmetic(op, Arithmetic::Multiply, left, right),
        BinaryOp::Divide => arithmetic(op, Arithmetic::Divide, left, right),
        BinaryOp::Remainder => arithmetic(op, Arithmetic::Remainder, left, right),
        BinaryOp::BitAnd => bits(op, left, right, |a, b| Ok(a & b)),
        BinaryOp::BitOr => bits(op, left, right, |a, b| Ok(a | b)),
        BinaryOp::BitXor => bits(op, left, right, |a, b| Ok(a ^ b)),
        BinaryOp::ShiftLeft => bits(op, left, right, |a, b| {
            let shifted = a << shift(b)?;
            if shifted >> shift(b)? == a { Ok(shifted) } else { Err(OVERFLOW.into()) }
        }),
        BinaryOp::ShiftRight => bits(op, left, right, |a, b| Ok(a >> shift(b)?)),
    }
}

/// The operators that numbers and durations share.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// How the operator is written.
pub fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
    }
}

fn arithmetic(op: BinaryOp, how: Arithmetic, left: &Value, right: &Value) -> Result<Value, String> {
    use Arithmetic::{Add, Divide, Multiply};
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => ints(how, *a, *b),
        (Value::Float(a), Value::Float(b)) => floats(how, *a, *b),
        (Value::Int(a), Value::Float(b)) => floats(how, *a as f64, *b),
        (Value::Float(a), Value::Int(b)) => floats(how, *a, *b as f64),
        (Value::Duration(a), Value::Duration(b)) => durations(how, *a, *b),
        (Value::Duration(d), Value::Int(n)) | (Value::Int(n), Value::Duration(d)) if how == Multiply => {
            duration(d.checked_mul(*n))
        }
        (Value::Duration(d), Value::Float(x)) | (Value::Float(x), Value::Duration(d)) if how == Multiply => {
            scaled(*d as f64 * x)
        }
        (Value::Duration(_), Value::Int(0) | Value::Float(0.0)) if how == Divide => Err(ZERO.into()),
        (Value::Duration(d), Value::Int(n)) if how == Divide => duration(d.checked_div(*n)),
        (Value::Duration(d), Value::Float(x)) if how == Divide => scaled(*d as f64 / x),
        (Value::Text(a), Value::Text(b)) if how == Add => {
            text_fits(a.len() + b.len())?;
            Ok(Value::text(format!("{a}{b}")))
        }
        (Value::List(a), Value::List(b)) if how == Add => list([a.as_slice(), b.as_slice()].concat()),
        _ => Err(mismatch(op, left, right)),
    }
}

fn ints(how: Arithmetic, a: i64, b: i64) -> Result<Value, String> {
    let result = match how {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide | Arithmetic::Remainder if b == 0 => return Err(ZERO.into()),
        Arithmetic::Divide => a.checked_div(b),
        Arithmetic::Remainder => Some(a.wrapping_rem(b)),
    };
    result.map(Value::Int).ok_or_else(|| OVERFLOW.into())
}

fn floats(how: Arithmetic, a: f64, b: f64) -> Result<Value, String> {
    finite(match how {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide | Arithmetic::Remainder if b == 0.0 => return Err(ZERO.into()),
        Arithmetic::Divide => a / b,
        Arithmetic::Remainder => a % b,
    })
}

fn durations(how: Arithmetic, a: i64, b: i64) -> Result<Value, String> {
    match how {
        Arithmetic::Add => duration(a.checked_add(b)),
        Arithmetic::Subtract => duration(a.checked_sub(b)),
        Arithmetic::Multiply => {
            Err("two durations cannot be multiplied: time squared means nothing here".into())
        }
        Arithmetic::Divide | Arithmetic::Remainder if b == 0 => Err(ZERO.into()),
        Arithmetic::Divide => Ok(Value::Float(a as f64 / b as f64)),
        Arithmetic::Remainder => Ok(Value::Duration(a.wrapping_rem(b))),
    }
}

fn bits(
    op: BinaryOp,
    left: &Value,
    right: &Value,
    how: impl Fn(i64, i64) -> Result<i64, String>,
) -> Result<Value, String> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => how(*a, *b).map(Value::Int),
        _ => Err(mismatch(op, left, right)),
    }
}

fn shift(by: i64) -> Result<u32, String> {
    let by = u32::try_from(by).ok().filter(|n| *n < 64).ok_or_else(|| by.to_string());
    by.map_err(|by| format!("a shift by {by}: 0 to 63 is possible"))
}

/// A float that is a number.
pub fn finite(x: f64) -> Result<Value, String> {
    if x.is_finite() { Ok(Value::Float(x)) } else { Err(NOT_FINITE.into()) }
}

fn duration(nanos: Option<i64>) -> Result<Value, String> {
    nanos.map(Value::Duration).ok_or_else(|| DURATION_OVERFLOW.into())
}

/// To the nearest nanosecond.
fn scaled(nanos: f64) -> Result<Value, String> {
    duration(whole(nanos))
}

/// The nearest int, if there is one; halves go away from zero.
pub fn whole(x: f64) -> Option<i64> {
    let x = x.round();
    // 2^63 is the first float that does not fit; -2^63 fits.
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x).then_some(x as i64)
}

fn mismatch(op: BinaryOp, left: &Value, right: &Value) -> String {
    let (l, r) = (left.kind(), right.kind());
    let sign = symbol(op);
    let unit = matches!(
        (left, right),
        (Value::Duration(_), Value::Int(_) | Value::Float(_))
            | (Value::Int(_) | Value::Float(_), Value::Duration(_))
    );
    let way_out = match op {
        BinaryOp::Divide if unit => "; `10s / 4` and `10s / 2s` are possible".to_string(),
        _ if unit => format!(": give the number a unit, as in `1s {sign} 1s`"),
        BinaryOp::Add if matches!(left, Value::Text(_)) || matches!(right, Value::Text(_)) => {
            ": put the value into the string, as in `\"total: {x}\"`".to_string()
        }
        BinaryOp::Add if matches!(left, Value::List(_)) => ": to append write `xs + [x]`".to_string(),
        _ => String::new(),
    };
    format!("`{sign}` does not work between {l} and {r}{way_out}")
}

/// Which comes first, for what has an order: numbers, durations, strings.
pub fn compare(left: &Value, right: &Value) -> Result<Ordering, String> {
    let order = match (left, right) {
        (Value::Int(a), Value::Int(b)) | (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Float(b)) => Some(int_to_float(*a, *b)),
        (Value::Float(a), Value::Int(b)) => Some(int_to_float(*b, *a).reverse()),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        _ => None,
    };
    order.ok_or_else(|| mismatch(BinaryOp::Less, left, right).replacen("`<`", "comparing", 1))
}

/// Exact: an int of more than 53 bits is not rounded first. The float is finite.
fn int_to_float(int: i64, float: f64) -> Ordering {
    match whole(float.trunc()) {
        Some(trunc) => {
            int.cmp(&trunc).then(0.0.partial_cmp(&(float - float.trunc())).unwrap_or(Ordering::Equal))
        }
        None if float > 0.0 => Ordering::Less,
        None => Ordering::Greater,
    }
}

/// Values of different kinds are different, except that `1 == 1.0`.
pub fn equal(left: &Value, right: &Value) -> Result<bool, String> {
    equal_within(left, right, &mut MAX_LIST_TOTAL.clone())
}

fn equal_within(left: &Value, right: &Value, budget: &mut usize) -> Result<bool, String> {
    Ok(match (left, right) {
        (Value::None, Value::None) | (Value::Cancelled, Value::Cancelled) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => compare(left, right)?.is_eq(),
        (Value::Duration(a), Value::Duration(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Task(a), Value::Task(b)) => a == b,
        (Value::Object(a), Value::Object(b)) => a == b,
        (Value::Group(a), Value::Group(b))
        | (Value::Scope(a), Value::Scope(b))
        | (Value::Results(a), Value::Results(b)) => a == b,
        (Value::Failure(a), Value::Failure(b)) => Rc::ptr_eq(a, b),
        (Value::Call(a), Value::Call(b)) => Rc::ptr_eq(a, b),
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() || Rc::ptr_eq(a, b) {
                return Ok(a.len() == b.len());
            }
            *budget = budget.checked_sub(a.len()).ok_or("the lists are too large to compare")?;
            for (x, y) in a.iter().zip(b.iter()) {
                if !equal_within(x, y, budget)? {
                    return Ok(false);
                }
            }
            true
        }
        _ => false,
    })
}

/// `[a, b]`, within bounds.
pub fn list(items: Vec<Value>) -> Result<Value, String> {
    list_fits(items.len())?;
    let mut budget = MAX_LIST_TOTAL;
    for item in &items {
        nested_fits(item, MAX_LIST_DEPTH - 1, &mut budget)?;
    }
    Ok(Value::list(items))
}

/// Puts `value` at the end of a list that is being built.
pub fn append(list: &mut Value, value: Value) -> Result<(), String> {
    let Value::List(items) = list else {
        return Err(format!("nothing can be appended to {}", list.kind()));
    };
    list_fits(items.len() + 1)?;
    nested_fits(&value, MAX_LIST_DEPTH - 1, &mut MAX_LIST_TOTAL.clone())?;
    Rc::make_mut(items).push(value);
    Ok(())
}

/// `list[index]`
pub fn index(list: &Value, index: &Value) -> Result<Value, String> {
    let Value::List(items) = list else {
        return Err(format!("{} has no elements", list.kind()));
    };
    Ok(items[position(items.len(), index)?].clone())
}

/// `list[index] = value`; who else holds the list keeps the old one.
pub fn set_index(list: &mut Value, index: &Value, value: Value) -> Result<(), String> {
    let Value::List(items) = list else {
        return Err(format!("{} has no elements", list.kind()));
    };
    let at = position(items.len(), index)?;
    nested_fits(&value, MAX_LIST_DEPTH - 1, &mut MAX_LIST_TOTAL.clone())?;
    Rc::make_mut(items)[at] = value;
    Ok(())
}

fn position(len: usize, index: &Value) -> Result<usize, String> {
    let Value::Int(i) = index else {
        return Err(format!("an index is an int, not {}", index.kind()));
    };
    let at = usize::try_from(*i).ok().filter(|at| *at < len);
    at.ok_or_else(|| match len {
        0 => format!("index {i} is out of range: the list is empty"),
        _ => format!("index {i} is out of range: the list has {len} elements, 0 to {}", len - 1),
    })
}

fn nested_fits(value: &Value, depth: usize, budget: &mut usize) -> Result<(), String> {
    let Value::List(items) = value else { return Ok(()) };
    if depth == 0 {
        return Err(format!("lists can be nested {MAX_LIST_DEPTH} deep, not more"));
    }
    *budget = budget.checked_sub(items.len()).ok_or_else(|| {
        format!("a list holds at most {MAX_LIST_TOTAL} values, those of the lists in it included")
    })?;
    items.iter().try_for_each(|item| nested_fits(item, depth - 1, budget))
}

pub fn list_fits(len: usize) -> Result<(), String> {
    if len <= MAX_LIST { Ok(()) } else { Err(format!("a list has at most {MAX_LIST} elements")) }
}

pub fn text_fits(len: usize) -> Result<(), String> {
    if len <= MAX_TEXT { Ok(()) } else { Err(format!("a string has at most {MAX_TEXT} bytes")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BinaryOp::{Add, Divide, Equal, Less, Multiply, Remainder, ShiftLeft, ShiftRight};

    const S: i64 = 1_000_000_000;

    fn shown(op: BinaryOp, left: Value, right: Value) -> String {
        match binary(op, &left, &right) {
            Ok(value) => value.to_string(),
            Err(text) => text,
        }
    }

    #[test]
    fn durations_are_a_type() {
        let d = Value::Duration;
        for (op, left, right, result) in [
            (Multiply, d(2 * S), Value::Int(3), "6s"),
            (Multiply, Value::Float(1.5), d(2 * S), "3s"),
            (Multiply, d(3_000_000), Value::Float(0.7), "2.1ms"),
            (Divide, d(10 * S), Value::Int(4), "2.5s"),
            (Divide, d(10), Value::Int(4), "2ns"),
            (Divide, d(10 * S), d(4 * S), "2.5"),
            (Remainder, d(10 * S), d(3 * S), "1s"),
            (Add, d(S), d(1_000_000), "1.001s"),
            (
                Add,
                d(S),
                Value::Int(1),
                "`+` does not work between a duration and an int: give the number a unit, as in `1s + 1s`",
            ),
            (
                Less,
                d(S),
                Value::Int(1),
                "comparing does not work between a duration and an int: give the number a unit, as in `1s < 1s`",
            ),
            (Divide, d(S), d(0), "division by zero"),
            (Divide, d(i64::MIN), Value::Int(-1), "overflow: a duration cannot be longer than 292 years"),
            (Remainder, d(i64::MIN), d(-1), "0s"),
        ] {
            assert_eq!(shown(op, left, right), result);
        }
    }

    #[test]
    fn nothing_wraps() {
        let i = Value::Int;
        for (op, left, right, result) in [
            (Add, i(i64::MAX), i(1), OVERFLOW),
            (Divide, i(i64::MIN), i(-1), OVERFLOW),
            (Remainder, i(i64::MIN), i(-1), "0"),
            (Divide, i(-7), i(2), "-3"),
            (Divide, i(7), i(0), ZERO),
            (Divide, Value::Float(7.0), i(0), ZERO),
            (Multiply, Value::Float(1e308), i(10), NOT_FINITE),
            (ShiftLeft, i(1), i(62), "4611686018427387904"),
            (ShiftLeft, i(1), i(63), OVERFLOW),
            (ShiftRight, i(1), i(64), "a shift by 64: 0 to 63 is possible"),
        ] {
            assert_eq!(shown(op, left, right), result);
        }
    }

    #[test]
    fn comparison_is_exact() {
        let big = (1i64 << 53) + 1;
        assert_eq!(shown(Equal, Value::Int(big), Value::Float((1i64 << 53) as f64)), "false");
        assert_eq!(shown(Equal, Value::Int(1), Value::Float(1.0)), "true");
        assert_eq!(shown(Less, Value::Int(1), Value::Float(1.5)), "true");
        assert_eq!(shown(Less, Value::Int(-1), Value::Float(-1.5)), "false");
        assert_eq!(shown(Less, Value::Int(i64::MAX), Value::Float(1e300)), "true");
        assert_eq!(shown(Equal, Value::Int(0), Value::None), "false");
    }

    #[test]
    fn towers_of_lists_are_refused() {
        let mut deep = Value::list(vec![]);
        let error = loop {
            match list(vec![deep.clone(), deep.clone()]) {
                Ok(next) => deep = next,
                Err(text) => break text,
            }
        };
        assert!(error.contains("at most 1000000 values"), "{error}");
    }
}
