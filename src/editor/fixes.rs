//! Edits that would mend what is wrong: those the messages themselves name, and some that take more than one place.

use std::ops::Range;

use crate::editor::document::{Document, Program};
use crate::editor::problems::Problem;
use crate::editor::rename;
use crate::lang::vocabulary::function;

#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    pub title: String,
    /// What replaces which part of the document.
    pub edits: Vec<(Range<usize>, String)>,
    /// Is it the one that is most likely meant?
    pub preferred: bool,
    /// The number of the problem it mends.
    pub problem: usize,
}

/// What would mend the problems that touch a part of a document.
pub fn fixes(document: &Document, problems: &[Problem], within: Range<usize>) -> Vec<Fix> {
    let mut found = Vec::new();
    for (number, problem) in problems.iter().enumerate() {
        if problem.range.start > within.end || problem.range.end < within.start {
            continue;
        }
        if let Some((title, range, replacement)) = &problem.fix {
            let edits = vec![(range.clone(), replacement.clone())];
            found.push(Fix { title: title.clone(), edits, preferred: true, problem: number });
        }
        let more = others(document, problem);
        let preferred = problem.fix.is_none() && more.len() == 1;
        found.extend(more.into_iter().map(|(title, edits)| Fix { title, edits, preferred, problem: number }));
    }
    found
}

type Mended = (String, Vec<(Range<usize>, String)>);

fn others(document: &Document, problem: &Problem) -> Vec<Mended> {
    let Some(program) = document.program_at(problem.range.start) else { return Vec::new() };
    let text = document.text.text.as_str();
    let here = text.get(problem.range.clone()).unwrap_or_default();
    let one = |title: String, edit: Option<(Range<usize>, String)>| edit.map(|edit| (title, vec![edit]));
    let found = match problem.code {
        // A name that nobody uses.
        "W0501" | "W0502" => rename::edits(document, problem.range.start, &format!("_{here}"))
            .ok()
            .map(|edits| (format!("call it `_{here}`: it is not used on purpose"), edits)),
        "E0105" if problem.fix.is_none() => {
            one(format!("declare it: `metric {here}`"), Some((top(program), format!("metric {here}\n"))))
        }
        "E0102" if problem.fix.is_none() => {
            let end = program.range.end;
            let gap = if text[program.range.clone()].ends_with('\n') { "" } else { "\n" };
            let task = format!("{gap}\ntask {here}({}) {{\n}}\n", parameters(document, problem.range.end));
            one(format!("add a task `{here}`"), Some((end..end, task)))
        }
        "E0202" => one(
            "start it beside this task: `spawn`".to_string(),
            Some((problem.range.start..problem.range.start, "spawn ".to_string())),
        ),
        // A label behind `io(5ms)`: what is missing is the `await`.
        "E0032" => {
            let head = problem.related.first().map(|(_, place, _)| place.clone());
            let waits = |head: &Range<usize>| {
                let name = text.get(head.clone()).and_then(|call| call.split('(').next());
                name.and_then(function).is_some_and(|word| word.means.suspends())
            };
            let edit = head.filter(waits).map(|head| (head.start..head.start, "await ".to_string()));
            one("wait for it: `await`".to_string(), edit)
        }
        "E0401" => {
            let end = program.range.end;
            let gap = if text[program.range.clone()].ends_with('\n') || program.range.is_empty() {
                ""
            } else {
                "\n"
            };
            one("add `main { }`".to_string(), Some((end..end, format!("{gap}\nmain {{\n}}\n"))))
        }
        _told => None,
    };
    found.into_iter().collect()
}

/// Where a declaration can be added: before the first there is, behind what is said of the whole file.
fn top(program: &Program) -> Range<usize> {
    let first = program.tokens.first().map_or(program.range.start, |token| token.start);
    first..first
}

/// `a, b` for a call with two arguments.
fn parameters(document: &Document, at: usize) -> String {
    let text = document.text.text.as_str();
    let Some(program) = document.program_at(at) else { return String::new() };
    let (mut depth, mut commas, mut any) = (0usize, 0, false);
    for token in program.tokens.iter().filter(|token| token.start >= at) {
        match token.text(text) {
            "(" | "[" | "{" => {
                any |= depth > 0;
                depth += 1;
            }
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            "," if depth == 1 => commas += 1,
            _ if depth == 0 => break,
            _argument => any = true,
        }
    }
    let count = if any { commas + 1 } else { 0 };
    let name = |n: usize| char::from(b'a' + (n % 26) as u8).to_string();
    (0..count.min(26)).map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::document::Language;
    use crate::editor::problems::problems;

    /// Every way to mend a text, mended.
    fn mended(text: &str) -> Vec<String> {
        let (found, _) = problems("a.cosim", text, Language::Program, &mut |_| Err(String::new()));
        let document = Document::new(text, Language::Program);
        fixes(&document, &found, 0..text.len())
            .iter()
            .map(|fix| {
                let mut edits = fix.edits.clone();
                edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
                edits.iter().fold(text.to_string(), |mut text, (range, by)| {
                    text.replace_range(range.clone(), by);
                    text
                })
            })
            .collect()
    }

    #[test]
    fn what_messages_say_can_be_done() {
        assert_eq!(mended("main { sleep(1s) }"), ["main { await sleep(1s) }"]);
        assert_eq!(
            mended("task t() { }\nmain { t() }"),
            ["task t() { }\nmain { await t() }", "task t() { }\nmain { spawn t() }"]
        );
        assert_eq!(mended("main { io(1s) \"disk\" }"), ["main { await io(1s) \"disk\" }"]);
        assert_eq!(mended("main { let x = 1 }"), ["main { let _x = 1 }"]);
        assert_eq!(mended("param n = 1\n"), ["param n = 1\n\nmain {\n}\n"]);
        assert_eq!(mended("main { observe m, 1 }"), ["metric m\nmain { observe m, 1 }"]);
        assert_eq!(
            mended("main { spawn wash(1, [2, 3]) }"),
            ["main { spawn wash(1, [2, 3]) }\n\ntask wash(a, b) {\n}\n"]
        );
        assert_eq!(mended("lock till\nmain { with tll { } }"), ["lock till\nmain { with till { } }"]);
    }

    #[test]
    fn every_renamed_mention_is_mended() {
        assert_eq!(mended("task t(a) { }\nmain { spawn t(1) }"), ["task t(_a) { }\nmain { spawn t(1) }"]);
    }
}
