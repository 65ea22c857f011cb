//! What the author says beside the program: comments, and what each of them belongs to.

use std::cell::RefCell;
use std::ops::Range;

use crate::source::Span;

/// The comments of a text, and which of them have been told.
#[derive(Debug, Default)]
pub struct Story<'a> {
    /// The whole text of the source; spans refer to it.
    text: &'a str,
    comments: Vec<Comment>,
    told: RefCell<Vec<bool>>,
    header: Vec<String>,
}

#[derive(Debug)]
struct Comment {
    range: Range<usize>,
    lines: Vec<String>,
    /// Something of the program stands before it in its line.
    behind: bool,
}

impl<'a> Story<'a> {
    /// The comments of the program that lies at `program` in `text`.
    pub fn of(text: &'a str, program: Range<usize>) -> Story<'a> {
        let program = if text.get(program.clone()).is_some() { program } else { 0..text.len() };
        let comments: Vec<Comment> = comments(text, program.clone())
            .into_iter()
            .map(|range| comment(text, range, program.start))
            .collect();
        let mut story =
            Story { text, told: RefCell::new(vec![false; comments.len()]), comments, header: Vec::new() };
        story.take_header(program.start);
        story
    }

    /// The comment at the very top belongs to the whole program.
    fn take_header(&mut self, start: usize) {
        let mut end = start;
        for (n, comment) in self.comments.iter().enumerate() {
            let Some(between) = self.text.get(end..comment.range.start) else { break };
            let apart = n > 0 && between.matches('\n').count() > 1;
            if !between.trim().is_empty() || apart {
                break;
            }
            self.header.extend(comment.lines.iter().cloned());
            self.told.borrow_mut()[n] = true;
            end = comment.range.end;
        }
    }

    /// The lines of the comment at the top of the program.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Has the author left a line empty between these places?
    pub fn is_apart(&self, from: u32, to: u32) -> bool {
        let between = self.text.get(from as usize..to as usize).unwrap_or("");
        let lines: Vec<&str> = between.split('\n').collect();
        lines.len() > 2 && lines[1..lines.len() - 1].iter().any(|line| line.trim().is_empty())
    }

    /// The lines of comments right before a place, with nothing between but blanks.
    pub fn before(&self, place: u32) -> Vec<String> {
        let mut at = place as usize;
        let mut first = self.comments.partition_point(|comment| comment.range.end <= at);
        let end = first;
        while let Some(comment) = first.checked_sub(1).and_then(|n| self.comments.get(n)) {
            let blank = self.text.get(comment.range.end..at).is_some_and(|text| text.trim().is_empty());
            if !blank || comment.behind || self.told.borrow()[first - 1] {
                break;
            }
            first -= 1;
            at = comment.range.start;
        }
        self.tell(first..end)
    }

    /// The lines of comments inside a span, and behind it in its last line.
    pub fn beside(&self, span: Span) -> Vec<String> {
        let rest = self.text.get(span.end as usize..).unwrap_or("");
        let line_end = span.end as usize + rest.find('\n').unwrap_or(rest.len());
        self.tell(self.between(span.start as usize, line_end))
    }

    /// The same for a statement with blocks: what stands behind its opening brace.
    pub fn behind(&self, brace: u32) -> Vec<String> {
        let at = brace as usize;
        let rest = self.text.get(at..).unwrap_or("");
        let among = self.between(at, at + rest.find('\n').unwrap_or(rest.len()));
        let blank = |comment: &Comment| {
            self.text.get(at + 1..comment.range.start).is_some_and(|text| text.trim().is_empty())
        };
        let count = self.comments[among.clone()].iter().take_while(|comment| blank(comment)).count();
        self.tell(among.start..among.start + count)
    }

    /// Comments that begin between two places.
    fn between(&self, from: usize, to: usize) -> Range<usize> {
        let first = self.comments.partition_point(|comment| comment.range.start < from);
        let end = self.comments.partition_point(|comment| comment.range.start < to);
        first..end.max(first)
    }

    fn tell(&self, found: Range<usize>) -> Vec<String> {
        let mut lines = Vec::new();
        for n in found {
            if !std::mem::replace(&mut self.told.borrow_mut()[n], true) {
                lines.extend(self.comments[n].lines.iter().cloned());
            }
        }
        lines
    }
}

fn comment(text: &str, range: Range<usize>, start: usize) -> Comment {
    let raw = &text[range.clone()];
    let lines = match raw.strip_prefix("//") {
        Some(line) => vec![line.trim().to_string()],
        None => {
            let inner = raw.strip_prefix("/*").unwrap_or(raw);
            let inner = inner.strip_suffix("*/").unwrap_or(inner);
            let lines = inner.lines().map(|line| line.trim().trim_start_matches('*').trim().to_string());
            lines.filter(|line| !line.is_empty()).collect()
        }
    };
    let before = text[start..range.start].rsplit('\n').next().unwrap_or("").trim();
    let behind = !before.is_empty() && !before.ends_with('{') && !before.ends_with("*/");
    Comment { range, lines, behind }
}

/// Where the comments are. What looks like one in a string is none, except in the holes of that string.
fn comments(text: &str, program: Range<usize>) -> Vec<Range<usize>> {
    #[derive(PartialEq)]
    enum In {
        Quotes,
        Hole,
    }
    let bytes = &text.as_bytes()[..program.end];
    let mut inside: Vec<In> = Vec::new();
    let mut found = Vec::new();
    let mut at = program.start;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        if inside.last() == Some(&In::Quotes) {
            match bytes[at] {
                b'\\' => at += 1,
                b'{' if next == b'{' => at += 1,
                b'{' => inside.push(In::Hole),
                b'"' => drop(inside.pop()),
                _ => {}
            }
            at += 1;
            continue;
        }
        match bytes[at] {
            b'"' => inside.push(In::Quotes),
            b'}' if inside.last() == Some(&In::Hole) => drop(inside.pop()),
            b'\'' => at = plain_end(bytes, at),
            b'/' if next == b'/' => {
                let length = bytes[at..].iter().position(|&b| b == b'\n').unwrap_or(bytes.len() - at);
                found.push(at..at + length);
                at += length;
            }
            b'/' if next == b'*' => {
                let end = text[at + 2..program.end].find("*/").map_or(program.end, |n| at + n + 4);
                found.push(at..end);
                at = end - 1;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The closing quote of a plain string.
fn plain_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'\'' && bytes[at] != b'\n' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    const TEXT: &str = "// The top,\n// in two lines.\n\n// About x.\nparam x = 1 // one\nmain {\n    \
                        // first\n    log \"http://{'//'}\" // last\n    /* end\n     * of it */\n}\n";

    fn at(word: &str) -> u32 {
        TEXT.find(word).expect("a word of the text") as u32
    }

    #[test]
    fn comments_find_what_they_belong_to() {
        let story = Story::of(TEXT, 0..TEXT.len());
        assert_eq!(story.header(), ["The top,", "in two lines."]);
        assert_eq!(story.before(at("param")), ["About x."]);
        let param = Span { source: SourceId(0), start: at("param"), end: at(" // one") };
        assert_eq!(story.beside(param), ["one"]);
        assert_eq!(story.before(at("main")), [] as [&str; 0]);
        assert_eq!(story.before(at("log")), ["first"]);
        let log = Span { source: SourceId(0), start: at("log"), end: at(" // last") };
        assert_eq!(story.beside(log), ["last"]);
        assert_eq!(story.before(TEXT.rfind('}').expect("a brace") as u32), ["end", "of it"]);
        assert!(story.told.borrow().iter().all(|&told| told));
    }
}
