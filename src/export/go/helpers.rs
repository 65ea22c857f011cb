//! The helpers of exported programs (`prelude.go.txt`): which are used, and how they look in this program.

use std::collections::BTreeSet;

use crate::export::go::needs::Needs;

const PRELUDE: &str = include_str!("prelude.go.txt");

/// A helper: the names it goes by, and its text with marks.
struct Helper {
    names: Vec<&'static str>,
    lines: Vec<&'static str>,
}

fn helpers() -> Vec<Helper> {
    let mut all: Vec<Helper> = Vec::new();
    for line in PRELUDE.lines() {
        match (line.strip_prefix("== "), all.last_mut()) {
            (Some(names), _) => all.push(Helper { names: names.split(' ').collect(), lines: Vec::new() }),
            (None, Some(helper)) => helper.lines.push(line),
            (None, None) => {}
        }
    }
    all
}

/// Everything helpers are called: nothing of the program may be called so.
pub fn reserved() -> Vec<&'static str> {
    let mut all: Vec<&str> = helpers().into_iter().flat_map(|helper| helper.names).collect();
    all.extend(["newHandle", "shownDuration"]);
    all
}

/// The text of a helper in this program; lines begin with letters for the conditions under which they stand.
fn text(helper: &Helper, needs: &Needs, is_virtual: bool) -> String {
    let mut out = String::new();
    for line in &helper.lines {
        let (marks, rest) = match line.split_once('|') {
            Some((marks, rest)) if !marks.is_empty() && marks.chars().all(|c| "CcEeXxRV".contains(c)) => {
                (marks, rest)
            }
            _ => ("", *line),
        };
        let stands = marks.chars().all(|mark| match mark {
            'C' => needs.contexts,
            'c' => !needs.contexts,
            'E' => needs.errors,
            'e' => !needs.errors,
            'X' => needs.closes,
            'x' => !needs.closes,
            'V' => is_virtual,
            _real => !is_virtual,
        });
        if stands {
            out.push_str(rest);
            out.push('\n');
        }
    }
    while out.contains("\n\n\n") {
        out = out.replace("\n\n\n", "\n\n");
    }
    out.trim_matches('\n').to_string()
}

/// The helpers a text uses, and those that they use, in the order of the prelude.
pub fn used(program: &str, needs: &Needs, is_virtual: bool) -> Vec<String> {
    let all = helpers();
    let texts: Vec<String> = all.iter().map(|helper| text(helper, needs, is_virtual)).collect();
    let mut taken = vec![false; all.len()];
    let mut seen = words(program);
    loop {
        let mut changed = false;
        for (n, helper) in all.iter().enumerate() {
            let wanted = match helper.names.as_slice() {
                ["futureEntrant"] => seen.contains("future") && seen.contains("entrant"),
                names => names.iter().any(|name| seen.contains(*name)),
            };
            if wanted && !taken[n] && !texts[n].is_empty() {
                taken[n] = true;
                seen.extend(words(&texts[n]));
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    texts.into_iter().zip(taken).filter(|(_, taken)| *taken).map(|(text, _)| text).collect()
}

/// Names in a text, outside of strings and comments; not those of fields and methods.
pub fn words(text: &str) -> BTreeSet<String> {
    let code = code(text);
    let mut found = BTreeSet::new();
    let mut word = String::new();
    let mut after_dot = false;
    let mut before = [' '; 2];
    for c in code.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' {
            if word.is_empty() {
                after_dot = before[1] == '.' && before[0] != '.';
            }
            word.push(c);
        } else if !word.is_empty() {
            let done = std::mem::take(&mut word);
            if !after_dot {
                found.insert(done);
            }
        }
        before = [before[1], c];
    }
    found
}

/// The text without strings and comments.
pub fn code(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        // A method is no helper, whatever its name.
        let line = match line.strip_prefix("func (").and_then(|rest| rest.split_once(") ")) {
            Some((receiver, rest)) => &format!("{receiver} .{rest}"),
            None => line,
        };
        let mut quoted = false;
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' if quoted => {
                    chars.next();
                }
                '"' => quoted = !quoted,
                '/' if !quoted && chars.peek() == Some(&'/') => break,
                c if !quoted => out.push(c),
                _inside => {}
            }
        }
        out.push('\n');
    }
    out
}
