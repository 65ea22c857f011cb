//! Pieces that several parts of an experiment file are made of: text of the language, and parameters.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::scenario::reader::{Field, Reader, Words};
use crate::source::Span;
use crate::value::Value;

pub const A_STRING: &str = "a string, in quotation marks";

/// A string that holds text of the language.
#[derive(Debug)]
pub struct TextField {
    pub text: String,
    pub span: Span,
    /// Where the text begins in the file; `None` if escapes make the two differ.
    pub base: Option<u32>,
}

#[derive(Debug)]
pub struct ParamField {
    pub name: String,
    pub name_span: Span,
    pub value: Value,
    pub value_span: Span,
}

/// The text of a string, and where it lies.
pub fn text(reader: &Reader<'_>, words: Words<'_>, piece: &str) -> TextField {
    let base = match &words.0 {
        Cow::Borrowed(text) => Some(reader.span(text).start),
        Cow::Owned(_) => None,
    };
    TextField { text: words.0.into_owned(), span: reader.span(piece), base }
}

/// Parameters and their values.
pub fn params<'a>(reader: &mut Reader<'a>, field: Field<'a>) -> Vec<ParamField> {
    let mut params = Vec::new();
    for entry in reader.entries(field).unwrap_or_default() {
        let (name_span, value_span) = (reader.span(entry.name), reader.span(entry.value));
        let what = "a number, a string, `true`, `false` or a list of these";
        if let Some(Setting(value)) = reader.value(entry, what) {
            params.push(ParamField { name: entry.name.to_string(), name_span, value, value_span });
        }
    }
    params
}

/// The value of a parameter.
struct Setting(Value);

impl<'de> Deserialize<'de> for Setting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Setting, D::Error> {
        deserializer.deserialize_any(AnySetting)
    }
}

struct AnySetting;

impl<'de> Visitor<'de> for AnySetting {
    type Value = Setting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a string, a bool or a list")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Setting, E> {
        Ok(Setting(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Setting, E> {
        Ok(Setting(Value::Int(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Setting, E> {
        match i64::try_from(value) {
            Ok(value) => Ok(Setting(Value::Int(value))),
            Err(_) => Err(E::custom(format!("{value} does not fit into 64 bits"))),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Setting, E> {
        if value.is_finite() {
            Ok(Setting(Value::Float(value)))
        } else {
            Err(E::custom("a parameter is a finite number"))
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<Setting, E> {
        Ok(Setting(Value::text(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Setting, A::Error> {
        let mut values = Vec::new();
        while let Some(Setting(value)) = items.next_element()? {
            values.push(value);
        }
        Ok(Setting(Value::list(values)))
    }
}
