//! Slips in signs and numbers: operators of other languages, `=` for `==`, `5 ms`.

use crate::diagnostic::Diagnostic;
use crate::lang::parse::foreign;
use crate::lang::parse::grammar::Expected;
use crate::lang::parse::literals;
use crate::lang::parse::token::{Kind, is_keyword, line_end};
use crate::lang::parse::trouble::{Context, Trouble};

/// `5 ms`
pub fn spaced_unit(t: &Trouble) -> Option<Diagnostic> {
    let number = t.at.checked_sub(1).filter(|&i| t.kind(i) == Some(Kind::Number))?;
    let unit = literals::unit(t.found_word()).filter(|_| t.kind(t.at) == Some(Kind::Word))?;
    let mended = format!("{}{unit}", t.word(number));
    let problem = Diagnostic::error("E0014", t.span(number, t.at), "a duration is written without a space")
        .label("number and unit apart")
        .suggest(t.span(number, t.at), mended, "the unit follows the number at once");
    Some(problem)
}

pub fn logic_sign(t: &Trouble) -> Option<Diagnostic> {
    let sign = t.found_word();
    let word = logic_word(sign)?.trim_end();
    // The suggestion mends all of them at once.
    let line_end = line_end(t.text, t.tokens[t.at].end);
    let is_logic = |i: &usize| logic_word(t.word(*i)).is_some() && t.tokens[*i].start < line_end;
    let last = (t.at..t.tokens.len()).rfind(is_logic)?;
    let mut mended = String::new();
    let mut copied = t.tokens[t.at].start;
    for i in (t.at..=last).filter(is_logic) {
        mended.push_str(&t.text[copied..t.tokens[i].start]);
        mended.push_str(logic_word(t.word(i)).unwrap_or_default());
        copied = t.tokens[i].end;
    }
    let problem = Diagnostic::error("E0026", t.here(), format!("`{sign}` is written `{word}`"))
        .label("not an operator of this language")
        .suggest(t.span(t.at, last), mended, "logic is written in words: `and`, `or`, `not`");
    Some(problem)
}

fn logic_word(sign: &str) -> Option<&'static str> {
    match sign {
        "&&" => Some("and"),
        "||" => Some("or"),
        "!" => Some("not "),
        _ => None,
    }
}

/// `x += 1`, `x++`
pub fn increment(t: &Trouble) -> Option<Diagnostic> {
    let sign = t.found_word();
    let step = matches!(sign, "++" | "--");
    if !step && !["+=", "-=", "*=", "/=", "%=", "**="].contains(&sign) || t.at == 0 {
        return None;
    }
    let operator = &sign[..sign.len() - 1];
    let problem = Diagnostic::error("E0027", t.here(), format!("there is no `{sign}`"))
        .label("not an operator of this language")
        .help("reading and writing are two steps, and another task may run between them: the long form shows it");
    let target = t.span(0, t.at - 1).range();
    let target = &t.text[target.start - t.place.base..target.end - t.place.base];
    let last = t.tokens.len() - 1;
    let value = match step {
        true => "1",
        false if t.at < last => &t.text[t.tokens[t.at + 1].start..t.tokens[last].end],
        false => return Some(problem),
    };
    let end = if step { t.at } else { last };
    let mended = format!("{target} = {target} {operator} {value}");
    Some(problem.suggest(t.span(0, end), mended, "say what the new value is"))
}

/// `if x = 3 {`
pub fn equals_in_condition(t: &Trouble) -> Option<Diagnostic> {
    let first = t.word(0);
    let condition = ["if", "while", "assert", "else"].contains(&first) || t.context == Context::Expression;
    (t.found_word() == "=" && condition).then(|| {
        Diagnostic::error("E0022", t.here(), "`=` assigns, it does not compare")
            .label("a condition is expected here, not an assignment")
            .suggest(t.here(), "==", "to compare, write `==`")
    })
}

pub fn foreign_sign(t: &Trouble) -> Option<Diagnostic> {
    let sign = t.found_word();
    if t.kind(t.at) != Some(Kind::Sign) {
        return None;
    }
    let problem = Diagnostic::error("E0010", t.here(), format!("`{sign}` is not a sign of this language"));
    if let Some((_, way_out)) = foreign::SIGNS.iter().find(|(foreign, _)| *foreign == sign) {
        return Some(problem.label("unknown sign").help(*way_out));
    }
    let known = "=<>|^&+-*/%.:!,;".contains(sign) || sign.len() > 1;
    (!known)
        .then(|| problem.label("unknown sign").help("comments begin with `//`; text belongs between quotes"))
}

pub fn range_outside_for(t: &Trouble) -> Option<Diagnostic> {
    let sign = t.found_word();
    if !matches!(sign, ".." | "..=" | "...") {
        return None;
    }
    let problem = Diagnostic::error("E0036", t.here(), "a range stands only after `for … in`")
        .label("not a value")
        .help("a list of numbers is `range(1, 10)`: from 1 up to 9");
    Some(problem)
}

/// `f(x) = 3`, `a.b = 3`
pub fn assignment_target(t: &Trouble) -> Option<Diagnostic> {
    let unfinished = t.at > 1 && t.tokens[t.at - 1].first_on_line;
    let target = t.found_word() == "=" && t.at > 0 && t.context == Context::Statement && !unfinished;
    if !target || is_keyword(t.word(0)) || !t.expects(Expected::End) {
        return None;
    }
    let problem = Diagnostic::error("E0037", t.span(0, t.at - 1), "this cannot be assigned to")
        .label("neither a variable nor an element of a list")
        .help("the left side is `x` or `xs[i]`; for a list in a list, take the inner list out, change it, put it back");
    Some(problem)
}
