//! A document as it is to look, said as the one edit that makes it so.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::editor::document::{Document, Language};
use crate::lang::format::format as format_program;
use crate::lang::parse::ParseLimits;
use crate::scenario::format::format as format_experiment;
use crate::source::SourceId;

/// What replaces which lines; nothing if all are as they are to be.
///
/// # Errors
/// Why the document cannot be formatted: what cannot be read.
pub fn formatted(document: &Document) -> Result<Option<(Range<usize>, String)>, String> {
    if !document.concerns_us() {
        return Ok(None);
    }
    let text = document.text.text.as_str();
    let formatted = match document.language {
        Language::Program => format_program(SourceId(0), text, &ParseLimits::default()),
        Language::Experiment => format_experiment(SourceId(0), text),
    };
    let formatted = formatted.map_err(|problems| refusal(document, &problems))?;
    Ok(difference(text, &formatted))
}

fn refusal(document: &Document, problems: &[Diagnostic]) -> String {
    let first = problems.first().and_then(|problem| Some((problem.labels.first()?, &problem.message)));
    match first {
        Some((place, message)) => {
            let line = document.text.line_of(place.span.start as usize) + 1;
            format!("what cannot be read cannot be formatted: line {line}, {message}")
        }
        None => "what cannot be read cannot be formatted".to_string(),
    }
}

/// The lines that differ, from the first to the last.
fn difference(old: &str, new: &str) -> Option<(Range<usize>, String)> {
    if old == new {
        return None;
    }
    let (before, after): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let same = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let rest = (&before[same..], &after[same..]);
    let end = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(a, b)| a == b).count();
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let (start, tail) = (length(&before[..same]), length(&before[before.len() - end..]));
    Some((start..old.len() - tail, new[start..new.len() - tail].to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_differ_are_replaced() {
        let edit =
            |old: &str, new: &str| difference(old, new).map(|(range, text)| (old[range].to_string(), text));
        assert_eq!(edit("a\nb\nc\n", "a\nx\ny\nc\n"), Some(("b\n".into(), "x\ny\n".into())));
        assert_eq!(edit("a\na\n", "a\na\na\n"), Some((String::new(), "a\n".into())));
        assert_eq!(edit("a\n\n\n", "a\n"), Some(("\n\n".into(), String::new())));
        assert_eq!(edit("a", "a\n"), Some(("a".into(), "a\n".into())));
        assert_eq!(edit("a", "a"), None);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let of = |text: &str, language| formatted(&Document::new(text, language));
        let why = of("main {\n  let = 1\n}\n", Language::Program).expect_err("it cannot be read");
        assert!(why.contains("line 2"), "{why}");
        assert_eq!(of("(a:1)", Language::Experiment), Ok(None));
        let (_, new) = of("main{log \"a\"}", Language::Program).expect("it can").expect("it differs");
        assert_eq!(new, "main { log \"a\" }\n");
    }
}
