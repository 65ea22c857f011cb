//! Where a place of an experiment file lies: in which field of what, read from the left, so that what is only half
//! written is understood too.

use std::ops::Range;

/// A bracket that is open at the place.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    pub opener: char,
    /// The word before it: `Experiment`, `Threads`, nothing.
    pub head: String,
    /// The field whose value is being written in it.
    pub key: Option<String>,
}

/// What can stand at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Where {
    pub frames: Vec<Frame>,
    /// The string that is being written: from behind its quote to the place.
    pub string: Option<Range<usize>>,
    /// The word that is being written.
    pub word: Range<usize>,
    pub comment: bool,
}

/// The place `at` of an experiment file.
pub fn at(text: &str, at: usize) -> Where {
    let mut reader = Reader { text: &text[..at], at: 0, frames: Vec::new(), word: 0..0, name: String::new() };
    while reader.at < at {
        if let Some(found) = reader.step() {
            return found;
        }
    }
    let word = if reader.word.end == at { reader.word.clone() } else { at..at };
    Where { frames: reader.frames, string: None, word, comment: false }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    frames: Vec<Frame>,
    /// The last word.
    word: Range<usize>,
    /// The last word or string, while nothing but blanks and `:` stand behind it.
    name: String,
}

impl Reader<'_> {
    /// Goes on; gives the answer if the text ends within a string or a comment.
    fn step(&mut self) -> Option<Where> {
        let rest = &self.text[self.at..];
        let c = rest.chars().next()?;
        if rest.starts_with("//") {
            return self.jump(rest.find('\n'), 0, true);
        }
        if rest.starts_with("/*") {
            return self.jump(rest.find("*/").map(|end| end + 2), 0, true);
        }
        if let Some(quote) = raw_quote(rest) {
            let end = format!("\"{}", "#".repeat(quote - 2));
            let close = rest[quote..].find(&end);
            self.name = close.map_or(String::new(), |close| rest[quote..quote + close].to_string());
            return self.jump(close.map(|close| quote + close + end.len()), quote, false);
        }
        match c {
            '"' => {
                let close = closing_quote(&rest[1..]);
                self.name = close.map_or(String::new(), |close| rest[1..1 + close].to_string());
                return self.jump(close.map(|close| close + 2), 1, false);
            }
            '(' | '[' | '{' => {
                let head = std::mem::take(&mut self.name);
                self.frames.push(Frame { opener: c, head, key: None });
            }
            ')' | ']' | '}' => {
                self.frames.pop();
                self.name.clear();
            }
            ',' => {
                self.name.clear();
                self.key(None);
            }
            ':' => {
                let name = std::mem::take(&mut self.name);
                self.key(Some(name));
            }
            _ if c.is_alphanumeric() || c == '_' => {
                let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                self.word = self.at..self.at + length;
                self.name = rest[..length].to_string();
                self.at += length;
                return None;
            }
            _ if c.is_whitespace() => {}
            _ => self.name.clear(),
        }
        self.at += c.len_utf8();
        None
    }

    fn key(&mut self, key: Option<String>) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.opener != '[') {
            frame.key = key;
        }
    }

    /// Over a string or a comment that ends so far from here; if it never does, the place is in it.
    fn jump(&mut self, length: Option<usize>, quote: usize, comment: bool) -> Option<Where> {
        if let Some(length) = length {
            self.at += length;
            return None;
        }
        let end = self.text.len();
        let string = (!comment).then(|| (self.at + quote).min(end)..end);
        Some(Where { frames: std::mem::take(&mut self.frames), string, word: end..end, comment })
    }
}

/// How long `r"`, `r#"`, … is.
fn raw_quote(rest: &str) -> Option<usize> {
    let raw = rest.strip_prefix('r')?;
    let hashes = raw.len() - raw.trim_start_matches('#').len();
    raw[hashes..].starts_with('"').then_some(hashes + 2)
}

fn closing_quote(rest: &str) -> Option<usize> {
    let mut escaped = false;
    rest.char_indices().find_map(|(at, c)| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let found = at(text, text.len());
        let frames: Vec<String> = found
            .frames
            .iter()
            .map(|frame| format!("{}{}{}", frame.head, frame.opener, frame.key.as_deref().unwrap_or("")))
            .collect();
        let string = found.string.map_or(String::new(), |range| format!(" in {:?}", &text[range]));
        format!("{}{string} at {:?}", frames.join(" "), &text[found.word])
    }

    #[test]
    fn finds_its_way_through_what_is_there() {
        assert_eq!(shown("Exp"), " at \"Exp\"");
        assert_eq!(shown("Experiment("), "Experiment( at \"\"");
        assert_eq!(shown("Experiment( // (\n title: \"(\", ti"), "Experiment( at \"ti\"");
        assert_eq!(
            shown("Experiment(compare: [(name: \"a\", runtime: Thr"),
            "Experiment(compare [ (runtime at \"Thr\""
        );
        assert_eq!(
            shown("Experiment(compare: [(name: \"a\", runtime: Threads(wor"),
            "Experiment(compare [ (runtime Threads( at \"wor\""
        );
        assert_eq!(shown("Experiment(params: {\"lo"), "Experiment(params { in \"lo\" at \"\"");
        assert_eq!(shown("Experiment(params: {\"a\": 1, "), "Experiment(params { at \"\"");
        assert_eq!(
            shown("Experiment(expect: [r#\"a\"#, r#\"b \"c"),
            "Experiment(expect [ in \"b \\\"c\" at \"\""
        );
        assert_eq!(shown("Experiment(a: 1) // ("), " at \"\"");
        assert!(at("Experiment( /* ", 15).comment);
    }
}
