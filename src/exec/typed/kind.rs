//! Values as machine words, and of which kind they are.

use std::rc::Rc;

use crate::value::{ObjectId, ScopeId, TaskId, Value};

/// What a word means. Strings, lists, calls and failures lie elsewhere and are no words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Kind {
    #[default]
    None,
    Bool,
    Int,
    Float,
    Duration,
    Task,
    Object,
    Group,
    Scope,
    Results,
    Cancelled,
}

/// The kinds of the first few words that are kept of a task; so many that they are compared at once.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kinds(pub [Kind; 4]);

impl PartialEq for Kinds {
    #[inline]
    fn eq(&self, other: &Kinds) -> bool {
        let all = |kinds: &Kinds| u32::from_le_bytes(kinds.0.map(|kind| kind as u8));
        all(self) == all(other)
    }
}

/// A value as a word, if it is one.
#[inline]
pub fn word(value: &Value) -> Option<(Kind, u64)> {
    Some(match *value {
        Value::None => (Kind::None, 0),
        Value::Bool(b) => (Kind::Bool, u64::from(b)),
        Value::Int(n) => (Kind::Int, n as u64),
        Value::Float(x) => (Kind::Float, x.to_bits()),
        Value::Duration(nanos) => (Kind::Duration, nanos as u64),
        Value::Task(TaskId { slot, serial }) => (Kind::Task, pair(slot, serial)),
        Value::Object(ObjectId(id)) => (Kind::Object, u64::from(id)),
        Value::Group(ScopeId { slot, serial }) => (Kind::Group, pair(slot, serial)),
        Value::Scope(ScopeId { slot, serial }) => (Kind::Scope, pair(slot, serial)),
        Value::Results(ScopeId { slot, serial }) => (Kind::Results, pair(slot, serial)),
        Value::Cancelled => (Kind::Cancelled, 0),
        Value::Text(_) | Value::List(_) | Value::Call(_) | Value::Failure(_) => return None,
    })
}

/// The value a word stands for.
#[inline]
pub fn value(kind: Kind, word: u64) -> Value {
    match kind {
        Kind::None => Value::None,
        Kind::Bool => Value::Bool(word != 0),
        Kind::Int => Value::Int(word as i64),
        Kind::Float => Value::Float(f64::from_bits(word)),
        Kind::Duration => Value::Duration(word as i64),
        Kind::Task => Value::Task(task(word)),
        Kind::Object => Value::Object(object(word)),
        Kind::Group => Value::Group(scope(word)),
        Kind::Scope => Value::Scope(scope(word)),
        Kind::Results => Value::Results(scope(word)),
        Kind::Cancelled => Value::Cancelled,
    }
}

#[inline]
pub fn task(word: u64) -> TaskId {
    TaskId { slot: (word >> 32) as u32, serial: word as u32 }
}

#[inline]
pub fn object(word: u64) -> ObjectId {
    ObjectId(word as u32)
}

#[inline]
pub fn scope(word: u64) -> ScopeId {
    ScopeId { slot: (word >> 32) as u32, serial: word as u32 }
}

#[inline]
pub fn pair(slot: u32, serial: u32) -> u64 {
    u64::from(slot) << 32 | u64::from(serial)
}

/// The element at an index of a list, if it is a word of this kind.
#[inline]
pub fn element(list: &Value, index: u64, kind: Kind) -> Option<u64> {
    let Value::List(items) = list else { return None };
    let item = items.get(usize::try_from(index as i64).ok()?)?;
    word(item).filter(|(is, _)| *is == kind).map(|(_, bits)| bits)
}

/// Puts a word into a list; false if there is no element at this index. The list gets no deeper by it.
#[inline]
pub fn set_element(list: &mut Value, index: u64, (kind, bits): (Kind, u64)) -> bool {
    let element = value(kind, bits);
    let Value::List(items) = list else { return false };
    let Ok(index) = usize::try_from(index as i64) else { return false };
    if index >= items.len() {
        return false;
    }
    if let Some(items) = Rc::get_mut(items) {
        std::mem::replace(&mut items[index], element).dismiss();
    } else {
        Rc::make_mut(items)[index] = element;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_as_they_were() {
        let id = ScopeId { slot: 7, serial: u32::MAX };
        let all = [
            Value::None,
            Value::Bool(true),
            Value::Int(i64::MIN),
            Value::Float(-0.0),
            Value::Duration(-1),
            Value::Task(TaskId { slot: u32::MAX, serial: 3 }),
            Value::Object(ObjectId(9)),
            Value::Group(id),
            Value::Scope(id),
            Value::Results(id),
            Value::Cancelled,
        ];
        for before in all {
            let (kind, bits) = word(&before).expect("it is a word");
            assert_eq!(format!("{:?}", value(kind, bits)), format!("{before:?}"));
        }
        assert!(word(&Value::text("a")).is_none());
    }
}
