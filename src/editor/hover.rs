//! What is said where the pointer rests: the page of a word, or where a name comes from.

use std::ops::Range;

use crate::editor::document::{Document, Ground, Program};
use crate::editor::help;
use crate::lang::kind::Kind;
use crate::lang::names::{Role, Symbol};
use crate::lang::vocabulary::{function, methods};

/// Markdown, and what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Hover {
    pub range: Range<usize>,
    pub text: String,
}

/// What is said of a place in a program.
pub fn hover(document: &Document, at: usize) -> Option<Hover> {
    let program = document.program_at(at)?;
    let text = document.text.text.as_str();
    if let Some(mention) = program.names.at(at as u32) {
        let text = symbol(document, program, &program.names.symbols[mention.symbol]);
        return Some(Hover { range: mention.span.range(), text });
    }
    if program.ground(at) != Ground::Code {
        return None;
    }
    let word = program.word_at(at)?;
    let name = word.text(text);
    let behind = program.before(word.start).last().copied();
    let member = behind.is_some_and(|token| token.text(text) == "." && token.end == word.start);
    let text = match member {
        true => match methods(name).collect::<Vec<_>>() {
            words if words.is_empty() => help::word("rwlock").filter(|_| matches!(name, "read" | "write"))?,
            words => help::method(&words)?,
        },
        false => help::word(name)?,
    };
    Some(Hover { range: word.start..word.end, text })
}

/// Where a name comes from: its declaration, what was written above it, what it is.
pub fn origin(document: &Document, program: &Program, symbol: &Symbol) -> String {
    let mut parts = vec![format!("```cosim\n{}\n```", declaration(document, symbol)), what(symbol)];
    parts.extend(remark(document, program, symbol));
    if matches!(symbol.role, Role::Param) {
        parts.push("Set by an experiment (`params`), or by `--set`.".to_string());
    }
    parts.join("\n\n")
}

/// The same, and what such an object becomes under each runtime.
pub fn symbol(document: &Document, program: &Program, symbol: &Symbol) -> String {
    let mut parts = vec![origin(document, program, symbol)];
    if let Kind::Object(kind) | Kind::Objects(kind) = symbol.kind
        && symbol.role == Role::Object
    {
        parts.extend(help::meanings(crate::lang::kind::word(kind)));
    }
    parts.join("\n\n")
}

/// A name and what it is: `a task with 2 parameters`.
fn what(symbol: &Symbol) -> String {
    let role = match symbol.role {
        Role::Param => "a parameter of the program".to_string(),
        Role::Shared => "a variable that every task sees".to_string(),
        Role::Metric => "a metric: what `observe` collects".to_string(),
        Role::Object if matches!(symbol.kind, Kind::Objects(_)) => "an array of objects".to_string(),
        Role::Object => symbol.kind.words().to_string(),
        Role::Task(1) => "a task with 1 parameter".to_string(),
        Role::Task(n) => format!("a task with {n} parameters"),
        Role::Parameter => "a parameter of this task".to_string(),
        Role::Variable => "a variable".to_string(),
        Role::Bound => "a variable of this block".to_string(),
        Role::Group => "a group of tasks".to_string(),
        Role::Scope => "a scope that can be cancelled".to_string(),
    };
    let local = matches!(symbol.role, Role::Variable | Role::Bound);
    match symbol.kind {
        kind if local && kind != Kind::Unknown => format!("`{}`: {role}, {}", symbol.name, kind.words()),
        _known => format!("`{}`: {role}", symbol.name),
    }
}

/// The line of a declaration, without the block that hangs on it.
pub fn declaration<'a>(document: &'a Document, symbol: &Symbol) -> &'a str {
    let text = &document.text;
    let line = text.line(text.line_of(symbol.span.start as usize)).unwrap_or_default();
    let line = text.text[line].trim();
    let end = line.find("//").unwrap_or(line.len());
    let line = line[..end].trim_end();
    match symbol.role {
        Role::Task(_) => line.split_once(" {").map_or(line, |(head, _)| head),
        _whole => line.strip_suffix('{').map_or(line, str::trim_end),
    }
}

/// The comment right above a declaration, or behind it on its line.
fn remark(document: &Document, program: &Program, symbol: &Symbol) -> Option<String> {
    symbol.scope.is_none().then_some(())?;
    let text = &document.text;
    let first = text.line_of(symbol.span.start as usize);
    let on_line =
        |line: usize| program.comments.iter().find(|comment| text.line_of(comment.start) == line).cloned();
    let shown = |comment: Range<usize>| {
        let words =
            text.text[comment].trim_start_matches("//").trim_start_matches("/*").trim_end_matches("*/");
        words.trim().to_string()
    };
    if let Some(behind) = on_line(first).filter(|comment| comment.start > symbol.span.end as usize) {
        return Some(shown(behind));
    }
    let mut above = Vec::new();
    for line in (0..first).rev() {
        let Some(comment) = on_line(line) else { break };
        let begins =
            text.line(line).is_some_and(|line| text.text[line.start..comment.start].trim().is_empty());
        if !begins {
            break;
        }
        above.push(shown(comment));
    }
    above.reverse();
    (!above.is_empty()).then(|| above.join("\n"))
}

/// What a call takes, while its arguments are written.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// `wash(load, soap)`
    pub label: String,
    pub help: String,
    pub parameters: Vec<String>,
    /// Which of them is being written.
    pub active: usize,
}

pub fn signature(document: &Document, at: usize) -> Option<Signature> {
    let program = document.program_at(at)?;
    let text = document.text.text.as_str();
    let before = program.before(at);
    let (mut depth, mut commas) = (0usize, 0);
    let opener = before.iter().enumerate().rev().find_map(|(n, token)| {
        match token.text(text) {
            ")" | "]" | "}" => depth += 1,
            "(" if depth == 0 => return Some(n),
            "(" | "[" | "{" => depth = depth.checked_sub(1)?,
            "," if depth == 0 => commas += 1,
            _other => {}
        }
        None
    })?;
    let name = before.get(opener.checked_sub(1)?)?.text(text);
    if let Some(symbol) = program.names.declared(name)
        && let Role::Task(_) = program.names.symbols[symbol].role
    {
        let symbol = &program.names.symbols[symbol];
        let line = declaration(document, symbol);
        let label = line.strip_prefix("task ").unwrap_or(line).trim().to_string();
        let inside = label
            .split_once('(')
            .and_then(|(_, rest)| rest.rsplit_once(')'))
            .map_or("", |(inside, _)| inside);
        let parameters =
            inside.split(',').map(|name| name.trim().to_string()).filter(|name| !name.is_empty());
        let parameters = parameters.collect();
        let help = remark(document, program, symbol).unwrap_or_default();
        return Some(Signature { label, help, parameters, active: commas });
    }
    let word = function(name)?;
    Some(Signature {
        label: word.usage.to_string(),
        help: word.help.to_string(),
        parameters: Vec::new(),
        active: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::document::Language;

    const TEXT: &str = "// Ten of them.\nresource machine(10)\nparam n = 3 // loads\n\n// Washes one.\n// Slowly.\n\
                        task wash(load, soap) {\n  with machine { await io(5ms) \"{load} io\" }\n}\n\
                        main {\n  let h = spawn wash(1, \n}\n";

    fn at(what: &str) -> String {
        let document = Document::new(TEXT, Language::Program);
        hover(&document, TEXT.find(what).expect("it is there")).map_or(String::new(), |hover| hover.text)
    }

    #[test]
    fn names_tell_where_they_come_from() {
        let machine = at("machine {");
        assert!(
            machine
                .starts_with("```cosim\nresource machine(10)\n```\n\n`machine`: a resource\n\nTen of them."),
            "{machine}"
        );
        assert!(machine.contains("- **Asyncio**: `asyncio.Semaphore`"), "{machine}");
        assert!(at("n = 3").contains("loads\n\nSet by"), "{}", at("n = 3"));
        let task = at("wash(load");
        assert!(task.starts_with("```cosim\ntask wash(load, soap)\n```\n\n`wash`: a task with 2 parameters\n\nWashes one.\nSlowly."), "{task}");
        assert!(at("load}").contains("a parameter of this task"));
    }

    #[test]
    fn words_have_their_page_and_strings_do_not() {
        assert!(at("io(5ms)").contains("clock of its own"));
        assert!(at("await io").contains("suspended"));
        assert_eq!(at("io\" }"), "");
        assert_eq!(at("// Slowly"), "");
    }

    #[test]
    fn calls_tell_what_they_take() {
        let document = Document::new(TEXT, Language::Program);
        let signature = signature(&document, TEXT.find("1, \n").expect("there") + 3).expect("a call");
        assert_eq!((signature.label.as_str(), signature.active), ("wash(load, soap)", 1));
        assert_eq!(signature.parameters, ["load", "soap"]);
    }
}
