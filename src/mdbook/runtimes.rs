//! Runtimes as books write them: `threads(1), asyncio`, `"one loop = Asyncio(version: "3.12")"`.

use crate::diagnostic::Diagnostic;
use crate::mdbook::wish::{Placed, refused};
use crate::runtimes::table::{ALL, RuntimeSpec};
use crate::scenario::file::read_runtime;
use crate::source::{SourceId, Span};
use crate::suggest::did_you_mean_or_stop;

/// The setting that a number alone means.
const COUNTS: [(&str, &str); 4] =
    [("Threads", "workers"), ("Coroutines", "workers"), ("Processes", "workers"), ("Go", "procs")];

/// What runs are called and what they run under.
///
/// # Errors
/// What cannot be read, at its place.
pub fn read(list: &Placed) -> Result<Vec<(String, RuntimeSpec)>, Vec<Diagnostic>> {
    let mut runs: Vec<(String, RuntimeSpec)> = Vec::new();
    for (from, piece) in split(&list.text) {
        let start = list.span.start as usize + from;
        let span = Span::new(list.span.source, start..start + piece.len());
        let (name, text) = named(piece);
        let spec = one(text, span)?;
        let name = name.unwrap_or(text).to_string();
        if runs.iter().any(|(known, _)| *known == name) {
            return Err(vec![refused(span, format!("two runs are called `{name}`"))]);
        }
        runs.push((name, spec));
    }
    match runs.is_empty() {
        true => Err(vec![refused(list.span, "a runtime was expected here".to_string())]),
        false => Ok(runs),
    }
}

/// The pieces between commas that stand in no brackets and no quotation, with their places.
fn split(text: &str) -> Vec<(usize, &str)> {
    let (mut depth, mut quoted, mut from) = (0_i32, false, 0);
    let mut pieces = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                pieces.push((from, &text[from..at]));
                from = at + 1;
            }
            _others => {}
        }
    }
    pieces.push((from, &text[from..]));
    let trimmed =
        pieces.into_iter().map(|(at, piece)| (at + piece.len() - piece.trim_start().len(), piece.trim()));
    trimmed.filter(|(_, piece)| !piece.is_empty()).collect()
}

/// `name = runtime`
fn named(piece: &str) -> (Option<&str>, &str) {
    match piece.split_once('=') {
        Some((name, runtime)) if !name.contains('(') => (Some(name.trim()), runtime.trim()),
        _none => (None, piece),
    }
}

/// `threads(1)`, `asyncio`, `Threads(workers: 1)`
fn one(text: &str, span: Span) -> Result<RuntimeSpec, Vec<Diagnostic>> {
    let (word, rest) = text.split_at(text.find('(').unwrap_or(text.len()));
    let Some(about) = ALL.iter().find(|about| about.name.eq_ignore_ascii_case(word.trim())) else {
        let near = did_you_mean_or_stop(word.trim(), ALL.iter().map(|about| about.name));
        let names: Vec<&str> = ALL.iter().map(|about| about.name).collect();
        let problem = refused(span, format!("there is no runtime `{}`{near}", word.trim()));
        return Err(vec![problem.help(format!("there are {}", names.join(", ")))]);
    };
    let number = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::trim);
    let number = number.filter(|inner| !inner.is_empty() && inner.chars().all(|c| c.is_ascii_digit()));
    let count = COUNTS.iter().find(|(name, _)| *name == about.name).map(|(_, setting)| setting);
    let written = match (number, count, rest) {
        (Some(number), Some(setting), _) => format!("{}({setting}: {number})", about.name),
        (_, _, "") => format!("{}()", about.name),
        _written => format!("{}{rest}", about.name),
    };
    read_runtime(SourceId::default(), &written).map_err(|problems| {
        let why = problems.first().map_or("it cannot be read".to_string(), |problem| problem.message.clone());
        vec![refused(span, format!("`{written}`: {why}"))]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> String {
        let placed = Placed { text: text.to_string(), span: Span::new(SourceId::default(), 0..text.len()) };
        match read(&placed) {
            Ok(runs) => {
                runs.iter().map(|(name, spec)| format!("{name}: {spec}")).collect::<Vec<_>>().join("; ")
            }
            Err(problems) => format!(
                "{}..{}: {}",
                problems[0].labels[0].span.start, problems[0].labels[0].span.end, problems[0].message
            ),
        }
    }

    #[test]
    fn short_and_long() {
        assert_eq!(
            all("threads(1), one loop = asyncio, Go(2), Threads(cores: 2, quantum: \"1ms\")"),
            "threads(1): Threads(workers: 1); one loop: Asyncio(version: \"3.12\"); Go(2): Go(procs: 2); \
             Threads(cores: 2, quantum: \"1ms\"): Threads(cores: 2, quantum: \"1ms\")"
        );
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        assert!(
            all("threads(1), asynkio").starts_with("12..19: there is no runtime `asynkio`; did you mean"),
            "{}",
            all("threads(1), asynkio")
        );
        assert!(all("a = trio, a = go").contains("two runs are called `a`"));
        assert!(all(" , ").contains("a runtime was expected"));
        assert!(all("asyncio(3)").starts_with("0..10: `Asyncio(3)`"), "{}", all("asyncio(3)"));
    }
}
