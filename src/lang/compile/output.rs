//! What is shared by all functions of a program while it is compiled: code, constants, texts, sites.

use std::collections::BTreeMap;

use crate::lang::program::{Function, Op, Operand, Reg, SelectSite, SpawnSite, Text, TextId};
use crate::source::Span;
use crate::value::Value;

/// Registers of a frame, and constants of a program.
pub const MOST: usize = 0x7fff;

/// A limit of the instruction format that the program goes beyond.
#[derive(Debug, Clone, Copy)]
pub struct Full {
    pub span: Span,
    pub what: &'static str,
}

#[derive(Debug, Default)]
pub struct Output {
    pub code: Vec<Op>,
    pub spans: Vec<Span>,
    pub constants: Vec<Value>,
    known: BTreeMap<Key, u16>,
    pub texts: Vec<Text>,
    pub functions: Vec<Function>,
    pub spawns: Vec<SpawnSite>,
    pub selects: Vec<SelectSite>,
    /// Set once something did not fit; what is emitted after that is never run.
    pub full: Option<Full>,
}

/// Constants that are the same are stored once. Lists are compared by where they lie.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    None,
    Bool(bool),
    Int(i64),
    Float(u64),
    Duration(i64),
    Text(String),
    Object(u32),
}

fn key(value: &Value) -> Option<Key> {
    Some(match value {
        Value::None => Key::None,
        Value::Bool(b) => Key::Bool(*b),
        Value::Int(i) => Key::Int(*i),
        Value::Float(x) => Key::Float(x.to_bits()),
        Value::Duration(d) => Key::Duration(*d),
        Value::Text(text) => Key::Text(text.to_string()),
        Value::Object(id) => Key::Object(id.0),
        Value::List(_)
        | Value::Task(_)
        | Value::Group(_)
        | Value::Scope(_)
        | Value::Results(_)
        | Value::Call(_)
        | Value::Failure(_)
        | Value::Cancelled => return None,
    })
}

impl Output {
    pub fn constant(&mut self, value: Value, span: Span) -> Operand {
        let key = key(&value);
        if let Some(index) = key.as_ref().and_then(|key| self.known.get(key)) {
            return Operand::constant(*index);
        }
        let index = self.number(self.constants.len(), MOST, span, "constants");
        self.constants.push(value);
        if let Some(key) = key {
            self.known.insert(key, index);
        }
        Operand::constant(index)
    }

    pub fn text(&mut self, text: Text) -> TextId {
        self.texts.push(text);
        (self.texts.len() - 1) as TextId
    }

    pub fn spawn(&mut self, site: SpawnSite, span: Span) -> u16 {
        let number = self.number(self.spawns.len(), usize::from(u16::MAX), span, "`spawn`s");
        self.spawns.push(site);
        number
    }

    pub fn select(&mut self, site: SelectSite, span: Span) -> u16 {
        let number = self.number(self.selects.len(), usize::from(u16::MAX), span, "`select`s");
        self.selects.push(site);
        number
    }

    pub fn register(&mut self, next: usize, span: Span) -> Reg {
        self.number(next, MOST, span, "variables and values at once")
    }

    /// `index` as an instruction can hold it.
    fn number(&mut self, index: usize, limit: usize, span: Span, what: &'static str) -> u16 {
        if index < limit {
            return index as u16;
        }
        self.full.get_or_insert(Full { span, what });
        0
    }
}
