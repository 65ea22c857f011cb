//! What depends on something that is not known yet.

use crate::export::infer::shapes::Place;
use crate::lang::ast::BinaryOp;

/// Something that cannot be answered before more is known.
#[derive(Debug, Clone)]
pub enum Question<'a> {
    /// `left op right` gives `out`.
    Binary { op: BinaryOp, left: Place, right: Place, out: Place },
    /// Values that are compared are of one kind, or nothing else says what they are.
    Alike { left: Place, right: Place },
    /// `min(…)`: of the values, or of the elements of the only one.
    Extreme { values: Vec<Place>, out: Place },
    /// Of an int and an int, an int; of two durations, a duration; else a float.
    Like { values: Vec<Place>, out: Place },
    /// What lies in a list.
    Elements { of: Place, out: Place },
    /// `await h`
    Await { of: Place, out: Place },
    /// `for await v in x`
    Received { of: Place, out: Place },
    /// What a combinator is given: a handle, a list of handles.
    Children { of: Place, out: Place },
    /// `object.name(arguments)`
    Method { object: Place, name: &'a str, arguments: Vec<Place>, out: Place },
}
