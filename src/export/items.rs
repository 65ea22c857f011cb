//! The declarations of a program in the order and at the places in which they are written down elsewhere.

use crate::lang::ast::{Item, ObjectKind};

/// What kind of declaration it is: by the word with which it begins.
pub fn word(item: &Item) -> &'static str {
    match item {
        Item::Param { .. } => "param",
        Item::Shared { .. } => "shared",
        Item::Metric { .. } => "metric",
        Item::Object(_) => "object",
        Item::Task { .. } => "task",
        Item::Main { .. } => "main",
    }
}

/// Where it begins in the text: at its word, behind the comments that belong to it.
pub fn beginning(item: &Item, text: &str) -> u32 {
    let name = match item {
        Item::Param { name, .. } | Item::Shared { name, .. } | Item::Metric { name } => name,
        Item::Task { name, .. } => name,
        Item::Object(object) => return object.span.start,
        Item::Main { span, .. } => return span.start,
    };
    let before = text.get(..name.span.start as usize).unwrap_or("");
    match before.trim_end().strip_suffix(word(item)) {
        Some(rest) => rest.len() as u32,
        None => name.span.start,
    }
}

/// What functions use comes before them, conditions behind their locks.
pub fn ordered(items: &[Item]) -> impl Iterator<Item = &Item> {
    let is_condition =
        |item: &&Item| matches!(item, Item::Object(object) if object.kind == ObjectKind::Condition);
    let is_body = |item: &&Item| matches!(item, Item::Task { .. } | Item::Main { .. });
    let early = items.iter().filter(move |item| !is_condition(item) && !is_body(item));
    early.chain(items.iter().filter(is_condition)).chain(items.iter().filter(is_body))
}
