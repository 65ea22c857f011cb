//! Experiments as they are to look: a line for each field, comments kept, runs in columns.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::lang::format::layout::Layout;
use crate::lang::format::pieces::{Class, Piece};
use crate::lang::format::tree::tree;
use crate::scenario::reader::{Reader, stretch};
use crate::source::SourceId;

/// A RON file with its lines, indentation and blanks made anew: the same values, the same comments.
///
/// What is formatted already stays as it is, byte by byte. Programs in strings are strings.
///
/// # Errors
/// Why the text is not RON.
pub fn format(source: SourceId, text: &str) -> Result<String, Vec<Diagnostic>> {
    Reader::new(source, text)?;
    let (pieces, starts) = pieces(text);
    Ok(Layout::rows().file(&tree(&pieces, &starts)))
}

/// The pieces of a text that is RON, and where its attributes and its value begin.
fn pieces(text: &str) -> (Vec<Piece<'_>>, BTreeSet<usize>) {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut starts = BTreeSet::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if c.is_whitespace() || c == '\u{feff}' {
            at += c.len_utf8();
            continue;
        }
        let (class, length) = piece(rest, c);
        let gap = &text[pieces.last().map_or(0, |piece| piece.end)..at];
        let begins = pieces.iter().all(|piece| piece.class == Class::Comment || piece.text.starts_with('#'));
        if begins && class != Class::Comment {
            starts.insert(at);
        }
        let end = at + length.max(1).min(rest.len());
        let shown = if class == Class::Comment { text[at..end].trim_end() } else { &text[at..end] };
        pieces.push(Piece {
            text: shown,
            class,
            start: at,
            end: at + shown.len(),
            first_on_line: pieces.is_empty() || gap.contains('\n'),
            blank_before: gap.matches('\n').nth(1).is_some(),
        });
        at = end;
    }
    (pieces, starts)
}

/// What a text begins with, and how long that is.
fn piece(rest: &str, c: char) -> (Class, usize) {
    let all = rest.len();
    match c {
        '/' if rest.starts_with("//") || rest.starts_with("/*") => {
            (Class::Comment, stretch(rest).unwrap_or(all))
        }
        '#' => (Class::Operand, rest.find(']').map_or(all, |end| end + 1)),
        ',' => (Class::Comma, 1),
        ':' => (Class::Colon, 1),
        '(' | '[' | '{' => (Class::Open, 1),
        ')' | ']' | '}' => (Class::Close, 1),
        _value => (Class::Operand, value(rest)),
    }
}

/// A string, a character, a number or a name.
fn value(rest: &str) -> usize {
    let bytes = usize::from(rest.starts_with("b\"") || rest.starts_with("br\"") || rest.starts_with("br#"));
    let inner = &rest[bytes..];
    let raw = inner.starts_with("r\"") || inner.starts_with("r#\"") || inner.starts_with("r##");
    if raw || inner.starts_with('"') {
        return bytes + stretch(inner).unwrap_or(inner.len());
    }
    if let Some(quoted) = rest.strip_prefix('\'') {
        let first = if quoted.starts_with('\\') { 2 } else { 1 };
        let from = quoted.char_indices().nth(first).map_or(quoted.len(), |(at, _)| at);
        return quoted[from..].find('\'').map_or(rest.len(), |end| 1 + from + end + 1);
    }
    let ends = |c: char| c.is_whitespace() || ",:()[]{}\"'/".contains(c);
    rest.char_indices().skip(1).find(|(_, c)| ends(*c)).map_or(rest.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(text: &str, wanted: &str) {
        let once = format(SourceId(0), text).expect("it can be read");
        assert_eq!(once, wanted);
        assert_eq!(format(SourceId(0), &once).expect("it can be read again"), once, "not the same twice");
    }

    #[test]
    fn blanks_are_made_anew() {
        becomes(
            "Experiment( a:1,b : [1,2 , ],c:{ \"x\":-1.5 , })",
            "Experiment(a: 1, b: [1, 2], c: {\"x\": -1.5})\n",
        );
        becomes("(a: ())", "(a: ())\n");
        becomes("#![enable(implicit_some)]\n\n(a: 1)", "#![enable(implicit_some)]\n\n(a: 1)\n");
    }

    #[test]
    fn what_has_a_line_each_keeps_it() {
        becomes("(\na: 1, b: [\n2]\n)", "(\n    a: 1,\n    b: [\n        2,\n    ],\n)\n");
        let long = "x".repeat(60);
        becomes(
            &format!("(a: \"{long}\", b: \"{long}\")"),
            &format!("(\n    a: \"{long}\",\n    b: \"{long}\",\n)\n"),
        );
    }

    #[test]
    fn runs_stand_in_columns() {
        becomes(
            "[\n(name: \"a\", runtime: Go(), seed: 1),\n(name: \"long\", runtime: Asyncio()),\n(name: \"忍\", runtime: Js(), seed: 2)\n]",
            "[\n    (name: \"a\",    runtime: Go(), seed: 1),\n    (name: \"long\", runtime: Asyncio()),\n    (name: \"忍\",   runtime: Js(), seed: 2),\n]\n",
        );
    }

    #[test]
    fn comments_and_strings_stay() {
        becomes(
            "// first\n(\n/* a /* b */ c */ a: 1, // one\n  // two\n\n\n b: r#\"x\n  \"y\" // z\"#,\n // end\n)\n// last",
            "// first\n(\n    /* a /* b */ c */ a: 1,        // one\n    // two\n\n    b: r#\"x\n  \"y\" // z\"#,\n    // end\n)\n// last\n",
        );
        becomes("(a: 1)\n// last", "(a: 1)\n// last\n");
        becomes("(a: '\\'', b: '\"', c: b\"x\\\"\")", "(a: '\\'', b: '\"', c: b\"x\\\"\")\n");
        becomes("(program: Inline(r#\"\nmain { }\n\"#))", "(program: Inline(r#\"\nmain { }\n\"#))\n");
    }

    #[test]
    fn what_is_no_ron_is_not_touched() {
        assert_eq!(format(SourceId(0), "(a: 1").expect_err("not closed")[0].code, "E0601");
    }
}
