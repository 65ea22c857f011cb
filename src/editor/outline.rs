//! What a document declares, in order: for lists of what there is.

use std::ops::Range;

use crate::editor::document::Document;
use crate::lang::ast::{Item, ObjectItem};
use crate::lang::kind;
use crate::lang::names::Role;

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub name: String,
    /// `resource`, `task`
    pub detail: String,
    pub role: Role,
    /// All of it.
    pub whole: Range<usize>,
    /// Its name.
    pub name_range: Range<usize>,
}

pub fn outline(document: &Document) -> Vec<Entry> {
    let Some(program) = &document.program else { return Vec::new() };
    program.file.items.iter().map(|item| entry(document, item)).collect()
}

fn entry(document: &Document, item: &Item) -> Entry {
    let (name, span, role, detail, end) = match item {
        Item::Param { name, value } => (name.name.as_str(), name.span, Role::Param, "param", value.span.end),
        Item::Shared { name, value } => {
            (name.name.as_str(), name.span, Role::Shared, "shared", value.span.end)
        }
        Item::Metric { name } => (name.name.as_str(), name.span, Role::Metric, "metric", name.span.end),
        Item::Object(ObjectItem { kind, name, span, .. }) => {
            (name.name.as_str(), name.span, Role::Object, kind::word(*kind), span.end)
        }
        Item::Task { name, params, body } => {
            (name.name.as_str(), name.span, Role::Task(params.len()), "task", body.span.end)
        }
        Item::Main { span, body } => {
            let word = crate::source::Span { end: span.start + 4, ..*span };
            ("main", word, Role::Task(0), "task", body.span.end)
        }
    };
    let text = &document.text;
    let line = text.line(text.line_of(span.start as usize)).unwrap_or_default();
    let indent = text.text[line.clone()].len() - text.text[line.clone()].trim_start().len();
    let start = (line.start + indent).min(span.start as usize);
    Entry {
        name: name.to_string(),
        detail: detail.to_string(),
        role,
        whole: start..(end as usize).max(span.end as usize),
        name_range: span.range(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::document::Language;

    #[test]
    fn lists_what_is_declared() {
        let text = "param n = 1\nlock fork[5]\ntask t(a) {\n  work 1ms\n}\nmain { }\n";
        let document = Document::new(text, Language::Program);
        let shown: Vec<String> = outline(&document)
            .iter()
            .map(|entry| {
                format!(
                    "{} {} {:?}",
                    entry.detail,
                    &text[entry.name_range.clone()],
                    &text[entry.whole.clone()]
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "param n \"param n = 1\"",
                "lock fork \"lock fork[5]\"",
                "task t \"task t(a) {\\n  work 1ms\\n}\"",
                "task main \"main { }\""
            ]
        );
    }
}
