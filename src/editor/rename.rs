//! Another name for what is declared: everywhere it is meant, nowhere else, and not if that would change what
//! any name means.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::editor::document::{Document, Program};
use crate::editor::text::Units;
use crate::lang::names::{Mention, Names, Role};
use crate::lang::parse::{TokenKind, is_keyword, tokens};
use crate::lang::vocabulary::function;

/// What would be renamed at a place: where the name stands there, and its number among the symbols.
pub fn target(document: &Document, at: usize) -> Result<(Range<usize>, usize), String> {
    let Some(program) = document.program_at(at) else { return Err("there is no name here".to_string()) };
    if let Some(mention) = program.names.at(at as u32) {
        return Ok((mention.span.range(), mention.symbol));
    }
    let text = document.text.text.as_str();
    match program.word_at(at).map(|word| word.text(text)) {
        Some(word) if is_keyword(word) => {
            Err(format!("`{word}` is a word of the language, it cannot be renamed"))
        }
        Some(word) if function(word).is_some() => {
            Err(format!("`{word}` is a function of the language, it cannot be renamed"))
        }
        Some(word) => Err(format!("`{word}` is declared nowhere, it cannot be renamed")),
        None => Err("there is no name here".to_string()),
    }
}

/// The edits that rename what stands at a place, or why that cannot be done.
pub fn edits(document: &Document, at: usize, name: &str) -> Result<Vec<(Range<usize>, String)>, String> {
    let (_, symbol) = target(document, at)?;
    symbol_edits(document, symbol, name)
}

/// The same for a symbol of the document's program.
pub fn symbol_edits(
    document: &Document,
    symbol: usize,
    name: &str,
) -> Result<Vec<(Range<usize>, String)>, String> {
    let Some(program) = &document.program else { return Err("there is no program here".to_string()) };
    if !program.whole {
        return Err(
            "this file cannot be read whole, so that not all places are known: mend it first".to_string()
        );
    }
    is_a_name(name)?;
    let role = program.names.symbols[symbol].role;
    if matches!(role, Role::Task(_)) && function(name).is_some() {
        return Err(format!("`{name}` is a function of the language: a task needs another name"));
    }
    let ranges: Vec<Range<usize>> =
        program.names.mentions_of(symbol).map(|mention| mention.span.range()).collect();
    if program.names.symbols[symbol].name == name {
        return Ok(Vec::new());
    }
    nothing_changes(document, program, &ranges, name)?;
    Ok(ranges.into_iter().map(|range| (range, name.to_string())).collect())
}

fn is_a_name(name: &str) -> Result<(), String> {
    let (tokens, _) = tokens(name);
    match tokens.as_slice() {
        [one] if one.kind == TokenKind::Word && one.end - one.start == name.len() => match is_keyword(name) {
            true => Err(format!("`{name}` is a word of the language, it cannot be a name")),
            false => Ok(()),
        },
        _other => Err(format!("`{name}` is no name: letters, digits and `_`, not beginning with a digit")),
    }
}

/// Reads the text as it would be then: every name has to mean what it means now.
fn nothing_changes(
    document: &Document,
    program: &Program,
    ranges: &[Range<usize>],
    name: &str,
) -> Result<(), String> {
    let mut text = document.text.text.clone();
    for range in ranges.iter().rev() {
        text.replace_range(range.clone(), name);
    }
    let then = Document::new(text, document.language);
    let unreadable = || format!("with `{name}` the text could not be read any more");
    let after = then.program.as_ref().filter(|after| after.whole).ok_or_else(unreadable)?;
    let (old, new) = (&program.names, &after.names);
    let (was, is) = (declared(old), declared(new));
    for (before, after) in old.mentions.iter().zip(&new.mentions) {
        if was[&before.symbol] != is[&after.symbol] {
            return Err(clash(document, before, name));
        }
    }
    if old.mentions.len() != new.mentions.len() {
        return Err(format!("`{name}` is used already for something that is declared nowhere"));
    }
    let twice = |names: &Names| {
        let top: Vec<&str> =
            names.symbols.iter().filter(|s| s.scope.is_none()).map(|s| s.name.as_str()).collect();
        top.iter().filter(|&&one| one == name).count() > 1
    };
    if twice(new) {
        return Err(format!("there is a `{name}` already: two things would have one name"));
    }
    Ok(())
}

/// Which mention declares each symbol, in the order of the text: the same before and after.
fn declared(names: &Names) -> BTreeMap<usize, usize> {
    let declaring = names.mentions.iter().enumerate().filter(|(_, mention)| mention.declares);
    declaring.map(|(n, mention)| (mention.symbol, n)).collect()
}

fn clash(document: &Document, mention: &Mention, name: &str) -> String {
    let line = document.text.position(mention.span.start as usize, Units::Bytes).line + 1;
    let what = &document.text.text[mention.span.range()];
    format!("there is a `{name}` already: `{what}` in line {line} would mean something else")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::document::Language;

    fn renamed(text: &str, what: &str, name: &str) -> Result<String, String> {
        let document = Document::new(text, Language::Program);
        let edits = edits(&document, text.find(what).expect("it is there"), name)?;
        Ok(edits.iter().rev().fold(text.to_string(), |mut text, (range, by)| {
            text.replace_range(range.clone(), by);
            text
        }))
    }

    const TEXT: &str = "param n = 1\nlock till\ntask t(a) {\n  let n = n + a\n  with till { log \"{n} {a}\" }\n}\n\
                        main { await t(n) }\n";

    #[test]
    fn every_mention_and_no_other() {
        let local = renamed(TEXT, "n + a", "m").expect("it can be done");
        assert!(
            local.contains("param m") && local.contains("let n = m + a") && local.contains("t(m)"),
            "{local}"
        );
        let inner = renamed(TEXT, "n} {a}", "m").expect("it can be done");
        assert!(
            inner.contains("param n") && inner.contains("let m = n + a") && inner.contains("{m} {a}"),
            "{inner}"
        );
        assert!(renamed(TEXT, "t(a)", "洗").expect("any script").contains("await 洗(n)"));
    }

    #[test]
    fn what_would_change_a_meaning_is_refused() {
        let why = |what: &str, name: &str| renamed(TEXT, what, name).expect_err("it cannot be done");
        assert!(why("a) {", "n").contains("there is a `n` already"), "{}", why("a) {", "n"));
        assert!(why("till\n", "n").contains("there is a `n` already"));
        assert!(why("till\n", "a").contains("would mean something else"));
        assert!(why("t(a)", "sleep").contains("a task needs another name"));
        assert!(why("n = 1", "while").contains("word of the language"));
        assert!(why("n = 1", "2x").contains("no name"));
        assert!(why("with", "x").contains("cannot be renamed"));
        assert!(why(" with", "x").contains("no name here") || !why(" with", "x").is_empty());
    }

    #[test]
    fn broken_texts_are_left_alone() {
        let why = renamed("main { let x = 1\n log x x\n}", "x = 1", "y").expect_err("not whole");
        assert!(why.contains("mend it first"), "{why}");
    }
}
