//! What stands behind `cosim` in the first line of a block: `name`, `name=word`, `name="some words"`, parted by commas.

use std::ops::Range;

/// One of them, by places in the text it was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub name: String,
    /// Without its quotation marks.
    pub value: Option<String>,
    pub name_at: Range<usize>,
    /// Where the value stands, or the name if there is none.
    pub value_at: Range<usize>,
}

/// Something nobody can read: where, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub at: Range<usize>,
    pub why: &'static str,
}

/// Reads the info string `text[info]`, which begins with `cosim`.
///
/// # Errors
/// The first place that is nothing of that form.
pub fn read(text: &str, info: Range<usize>) -> Result<Vec<Attribute>, Unreadable> {
    let mut found = Vec::new();
    let mut at = info.start + "cosim".len();
    let end = info.end;
    let gap = |c: char| c == ',' || c.is_whitespace();
    loop {
        at += length(&text[at..end], gap);
        if at >= end {
            return Ok(found);
        }
        let name_at = at..at + length(&text[at..end], |c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if name_at.is_empty() {
            let first = text[at..end].chars().next().map_or(0, char::len_utf8);
            return Err(Unreadable { at: at..at + first, why: "a name was expected here" });
        }
        at = name_at.end;
        let name = text[name_at.clone()].to_string();
        if !text[at..end].starts_with('=') {
            let value_at = name_at.clone();
            found.push(Attribute { name, value: None, name_at, value_at });
            continue;
        }
        let (value_at, next) = value(text, at + 1..end)?;
        at = next;
        found.push(Attribute { name, value: Some(text[value_at.clone()].to_string()), name_at, value_at });
    }
}

/// Where a value stands, and where it goes on behind it.
fn value(text: &str, rest: Range<usize>) -> Result<(Range<usize>, usize), Unreadable> {
    let Some(mark) = text[rest.clone()].chars().next().filter(|c| *c == '"' || *c == '\'') else {
        let word = rest.start..rest.start + length(&text[rest.clone()], |c| c != ',' && !c.is_whitespace());
        return match word.is_empty() {
            true => Err(Unreadable { at: word, why: "a value was expected behind `=`" }),
            false => Ok((word.clone(), word.end)),
        };
    };
    let from = rest.start + 1;
    match text[from..rest.end].find(mark) {
        Some(length) => Ok((from..from + length, from + length + 1)),
        None => Err(Unreadable { at: rest, why: "this quotation has no end" }),
    }
}

fn length(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<(String, Option<String>)>, Unreadable> {
        Ok(read(text, 0..text.len())?.into_iter().map(|one| (one.name, one.value)).collect())
    }

    #[test]
    fn names_words_and_quotations() {
        let found =
            all(r#"cosim,compare="threads(1), asyncio", show='svg' ignore seed=7"#).expect("it is right");
        let shown: Vec<String> =
            found.iter().map(|(name, value)| format!("{name}={}", value.as_deref().unwrap_or("-"))).collect();
        assert_eq!(shown, ["compare=threads(1), asyncio", "show=svg", "ignore=-", "seed=7"]);
    }

    #[test]
    fn what_cannot_be_read_has_a_place() {
        assert_eq!(all("cosim,=").expect_err("no name").at, 6..7);
        assert_eq!(all("cosim,a=\"b").expect_err("no end").why, "this quotation has no end");
        assert_eq!(all("cosim a=,").expect_err("no value").why, "a value was expected behind `=`");
        assert!(all("cosim 名=1").is_err());
    }
}
