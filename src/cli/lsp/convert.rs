//! What the editor room found, in the words of the protocol.

use std::ops::Range;

use gen_lsp_types as lsp;
use serde_json::json;

use crate::cli::lsp::desk::Desk;
use crate::diagnostic::Severity;
use crate::editor::complete::{Completion, Help, Sort};
use crate::editor::inlays::Inlay;
use crate::editor::outline::Entry;
use crate::editor::problems::Problem;
use crate::editor::text::{Position, Text, Units};
use crate::lang::names::Role;

pub fn offset(text: &Text, position: lsp::Position, units: Units) -> usize {
    text.offset(Position { line: position.line, column: position.character }, units)
}

pub fn place(text: &Text, at: usize, units: Units) -> lsp::Position {
    let Position { line, column } = text.position(at, units);
    lsp::Position { line, character: column }
}

pub fn range(text: &Text, range: &Range<usize>, units: Units) -> lsp::Range {
    lsp::Range { start: place(text, range.start, units), end: place(text, range.end, units) }
}

pub fn markdown(text: impl Into<String>) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: text.into() }
}

pub fn location(uri: &str, text: &Text, place: &Range<usize>, units: Units) -> lsp::Location {
    lsp::Location { uri: lsp::Uri::from(uri.to_string()), range: range(text, place, units) }
}

pub fn edit(text: &Text, edit: &(Range<usize>, String), units: Units) -> lsp::TextEdit {
    lsp::TextEdit { range: range(text, &edit.0, units), new_text: edit.1.clone() }
}

/// A problem without its related places, which may lie in other documents.
pub fn diagnostic(desk: &Desk, text: &Text, problem: &Problem) -> lsp::Diagnostic {
    let page = desk
        .pages
        .as_ref()
        .map(|pages| lsp::CodeDescription { href: lsp::Uri::from(format!("{pages}{}.md", problem.code)) });
    let idle = matches!(problem.code, "W0501" | "W0502" | "W0503" | "W0505");
    lsp::Diagnostic {
        range: range(text, &problem.range, desk.units),
        severity: Some(match problem.severity {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
        }),
        code: Some(problem.code.into()),
        code_description: page,
        source: Some("cosim".to_string()),
        message: problem.message.clone().into(),
        tags: idle.then(|| vec![lsp::DiagnosticTag::Unnecessary]),
        ..lsp::Diagnostic::default()
    }
}

pub fn completion(desk: &Desk, text: &Text, found: &Completion) -> lsp::CompletionItem {
    let kind = match found.sort {
        Sort::Word => lsp::CompletionItemKind::Keyword,
        Sort::Function | Sort::Task => lsp::CompletionItemKind::Function,
        Sort::Method => lsp::CompletionItemKind::Method,
        Sort::Variable => lsp::CompletionItemKind::Variable,
        Sort::Constant => lsp::CompletionItemKind::Constant,
        Sort::Object => lsp::CompletionItemKind::Struct,
        Sort::Metric => lsp::CompletionItemKind::Event,
        Sort::Runtime => lsp::CompletionItemKind::Class,
        Sort::Field => lsp::CompletionItemKind::Field,
        Sort::File => lsp::CompletionItemKind::File,
    };
    let (new_text, format) = match desk.snippets {
        true => (found.snippet.clone(), lsp::InsertTextFormat::Snippet),
        false => (found.label.clone(), lsp::InsertTextFormat::PlainText),
    };
    let range = range(text, &found.replace, desk.units);
    let (documentation, data) = match &found.help {
        Help::Text(text) => {
            ((!text.is_empty()).then(|| lsp::Documentation::MarkupContent(markdown(text))), None)
        }
        Help::Word(name) => (None, Some(json!({ "word": name }))),
        Help::Method(name) => (None, Some(json!({ "method": name }))),
    };
    lsp::CompletionItem {
        label: found.label.clone(),
        kind: Some(kind),
        detail: (!found.detail.is_empty()).then(|| found.detail.clone()),
        documentation,
        data,
        sort_text: Some(format!("{}{}", found.rank, found.label)),
        insert_text_format: Some(format),
        text_edit: Some(lsp::CompletionItemTextEdit::TextEdit(lsp::TextEdit { range, new_text })),
        ..lsp::CompletionItem::default()
    }
}

pub fn inlay(text: &Text, inlay: &Inlay, units: Units) -> lsp::InlayHint {
    lsp::InlayHint {
        position: place(text, inlay.at, units),
        label: lsp::Label::String(inlay.label.clone()),
        kind: None,
        text_edits: None,
        tooltip: Some(lsp::Tooltip::MarkupContent(markdown(&inlay.help))),
        padding_left: Some(true),
        padding_right: Some(true),
        data: None,
    }
}

#[allow(deprecated, reason = "the field is part of the type")]
pub fn symbol(text: &Text, entry: &Entry, units: Units) -> lsp::DocumentSymbol {
    let kind = match entry.role {
        Role::Task(_) => lsp::SymbolKind::Function,
        Role::Param => lsp::SymbolKind::Constant,
        Role::Metric => lsp::SymbolKind::Event,
        Role::Object => lsp::SymbolKind::Object,
        Role::Shared | Role::Parameter | Role::Variable | Role::Bound | Role::Group | Role::Scope => {
            lsp::SymbolKind::Variable
        }
    };
    lsp::DocumentSymbol {
        name: entry.name.clone(),
        detail: Some(entry.detail.clone()),
        kind,
        tags: None,
        deprecated: None,
        range: range(text, &entry.whole, units),
        selection_range: range(text, &entry.name_range, units),
        children: None,
    }
}
