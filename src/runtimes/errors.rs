//! Run-time errors that words fail with.

use crate::source::Span;
use crate::value::Raise;

/// The interpreter adds the place.
pub fn error(text: impl Into<String>) -> Raise {
    Raise::error(text, Span::default())
}

/// An object of another kind was given.
pub fn wrong(what: &str) -> Raise {
    error(format!("this object cannot {what}"))
}
