//! The scanner: a first look at the text, for what the grammar could only stumble over.
//!
//! It finds strings and comments that never end, holes in strings that never close and
//! full-width characters, reports each, and proposes the repair with which the grammar can
//! go on. Its tokens serve bracket matching and error messages; the tree is the grammar's.

use std::ops::Range;

use pest::unicode::{XID_CONTINUE, XID_START};

use crate::diagnostic::Diagnostic;
use crate::lang::parse::characters::{ascii_for, number_length};
use crate::lang::parse::limits::{self, ParseLimits, Place};
use crate::lang::parse::repair::Edit;
use crate::lang::parse::token::{self, Kind, Token};

/// What a first look found.
#[derive(Debug, Default)]
pub struct Scan {
    pub tokens: Vec<Token>,
    pub problems: Vec<Diagnostic>,
    pub edits: Vec<Edit>,
    /// Comments, with the blanks that end them left out.
    pub comments: Vec<Range<usize>>,
    /// A limit was exceeded: nothing more can be said about this text.
    pub gave_up: bool,
}

/// Every string that never ends costs a second look at its line; so many are enough.
const MAX_RECOVERIES: usize = 64;

/// Longest first. Foreign operators are here to be named in messages.
const SIGNS: [&str; 30] = [
    "..=", "...", "===", "!==", "**=", "..", "==", "!=", "<=", ">=", "<<", ">>", "=>", "->", "&&", "||",
    "++", "--", "+=", "-=", "*=", "/=", "%=", "**", ":=", "::", "<>", "??", "?.", "<-",
];

pub fn scan(text: &str, place: Place, limits: &ParseLimits) -> Scan {
    let mut scanner = Scanner {
        text,
        place,
        limits,
        at: 0,
        fresh_line: true,
        indent: 0,
        line: 0,
        strings: Vec::new(),
        wide: Vec::new(),
        recoveries: 0,
        scan: Scan::default(),
    };
    while !scanner.scan.gave_up {
        match (scanner.peek(), scanner.strings.last()) {
            (None, None) => break,
            (None | Some('\n'), Some(_)) => scanner.unterminated(),
            (Some(c), Some(open)) if open.hole.is_none() => scanner.in_string(c),
            (Some(c), _) => scanner.in_code(c),
        }
    }
    scanner.report_wide();
    scanner.scan
}

/// A string whose closing quote has not come yet.
#[derive(Debug, Clone, Copy)]
struct OpenString {
    start: usize,
    /// Index of its token, whose end is set when it closes.
    token: usize,
    /// The `{` of the hole being read, if one is.
    hole: Option<usize>,
    /// Plain braces open in that hole.
    braces: usize,
}

struct Scanner<'t> {
    text: &'t str,
    place: Place,
    limits: &'t ParseLimits,
    at: usize,
    fresh_line: bool,
    /// How far this line is indented.
    indent: usize,
    /// Where this line begins.
    line: usize,
    strings: Vec<OpenString>,
    /// Full-width characters of this line, with what they stand for.
    wide: Vec<(usize, char, &'static str)>,
    recoveries: usize,
    scan: Scan,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn in_code(&mut self, c: char) {
        let start = self.at;
        match c {
            '\n' => {
                self.report_wide();
                self.at += 1;
                self.fresh_line = true;
                self.line = self.at;
            }
            ' ' | '\t' | '\r' | '\u{FEFF}' => self.at += c.len_utf8(),
            '/' if self.rest().starts_with("//") => {
                self.at = token::line_end(self.text, start);
                self.comment(start);
            }
            '/' if self.rest().starts_with("/*") => self.block_comment(),
            '#' => self.hash_comment(),
            '"' => self.open_string(),
            '\'' => self.plain_string(),
            '(' | '[' => self.push(Kind::Open(c), 1),
            ')' => self.push(Kind::Close('('), 1),
            ']' => self.push(Kind::Close('['), 1),
            '{' => self.open_brace(),
            '}' => self.close_brace(),
            '0'..='9' => {
                let length = number_length(self.rest());
                self.push(Kind::Number, length);
            }
            _ if XID_START(c) || c == '_' => {
                let length = self.rest().find(|c| !XID_CONTINUE(c)).unwrap_or(self.rest().len());
                self.push(Kind::Word, length);
            }
            _ => match ascii_for(c) {
                Some(ascii) => self.wide(c, ascii),
                None => {
                    let sign = SIGNS.iter().find(|sign| self.rest().starts_with(**sign));
                    self.push(Kind::Sign, sign.map_or(c.len_utf8(), |sign| sign.len()));
                }
            },
        }
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let depth = self.strings.len() as u16;
        let (start, end) = (self.at, self.at + length);
        if self.fresh_line {
            self.indent = start - self.line;
        }
        let (first_on_line, indent) = (self.fresh_line, self.indent);
        self.scan.tokens.push(Token { kind, start, end, first_on_line, indent, depth });
        self.fresh_line = false;
        self.at = end;
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.scan.problems.push(diagnostic);
    }

    /// Notes the comment that ends here.
    fn comment(&mut self, start: usize) {
        let end = start + self.text[start..self.at].trim_end().len();
        self.scan.comments.push(start..end);
    }

    fn block_comment(&mut self) {
        let start = self.at;
        match self.rest()[2..].find("*/") {
            Some(length) => {
                self.at += length + 4;
                self.comment(start);
            }
            None => {
                let problem = Diagnostic::error(
                    "E0005",
                    self.place.span(start..start + 2),
                    "a comment is never closed",
                )
                .label("`*/` is missing; the rest of the file belongs to this comment")
                .help("comments do not nest: the first `*/` closes it");
                self.report(problem);
                self.scan.edits.push(Edit::replace(start..self.text.len(), ""));
                self.at = self.text.len();
            }
        }
    }

    fn hash_comment(&mut self) {
        let (start, end) = (self.at, token::line_end(self.text, self.at));
        let span = self.place.span(start..start + 1);
        let problem = Diagnostic::error("E0010", span, "`#` does not begin a comment")
            .label("not a sign of this language")
            .suggest(span, "//", "comments begin with `//`");
        self.report(problem);
        self.scan.edits.push(Edit::replace(start..end, ""));
        self.at = end;
    }

    fn open_string(&mut self) {
        let (start, token) = (self.at, self.scan.tokens.len());
        self.push(Kind::Text, 1);
        self.strings.push(OpenString { start, token, hole: None, braces: 0 });
        if self.strings.len() > self.limits.nesting() {
            self.report(limits::too_deep(self.place.span(start..start + 1), self.limits));
            self.scan.gave_up = true;
        }
    }

    /// One character, or an escape, of the text of a string.
    fn in_string(&mut self, c: char) {
        match c {
            '"' => {
                self.at += 1;
                if let Some(open) = self.strings.pop() {
                    self.scan.tokens[open.token].end = self.at;
                }
            }
            '\\' => {
                self.at += 1;
                let escaped = self.peek().filter(|&c| c != '\n');
                self.at += escaped.map_or(0, char::len_utf8);
            }
            '{' | '}' if self.rest()[1..].starts_with(c) => self.at += 2,
            '{' => {
                if let Some(open) = self.strings.last_mut() {
                    open.hole = Some(self.at);
                }
                self.push(Kind::HoleOpen, 1);
            }
            _ => self.at += c.len_utf8(),
        }
    }

    fn open_brace(&mut self) {
        if let Some(open) = self.strings.last_mut() {
            open.braces += 1;
        }
        self.push(Kind::Open('{'), 1);
    }

    fn close_brace(&mut self) {
        match self.strings.last_mut() {
            Some(open) if open.braces == 0 => {
                open.hole = None;
                self.push(Kind::HoleClose, 1);
            }
            Some(open) => {
                open.braces -= 1;
                self.push(Kind::Close('{'), 1);
            }
            None => self.push(Kind::Close('{'), 1),
        }
    }

    fn plain_string(&mut self) {
        let start = self.at;
        let line_end = token::line_end(self.text, start);
        match closing_quote(self.text, start + 1, line_end, '\'') {
            Some(close) => self.push(Kind::Text, close + 1 - start),
            None => self.close_at_line_end(start, '\''),
        }
    }

    /// The line ended inside a string, perhaps inside a hole of it. The outermost one is blamed.
    fn unterminated(&mut self) {
        let outer = self.strings[0];
        self.strings.clear();
        self.scan.tokens.truncate(outer.token);
        self.scan.edits.retain(|edit| edit.range.start < outer.start);
        self.wide.retain(|(start, ..)| *start < outer.start);
        self.at = outer.start;
        self.recoveries += 1;
        self.scan.gave_up = self.recoveries > MAX_RECOVERIES;

        let line_end = token::line_end(self.text, outer.start);
        let close = closing_quote(self.text, outer.start + 1, line_end, '"');
        match (outer.hole, close) {
            (Some(hole), Some(close)) => {
                let brace = self.place.span(hole..hole + 1);
                let problem = Diagnostic::error("E0017", brace, "a `{` in a string is never closed")
                    .label("this opens a hole for a value")
                    .related(self.place.span(outer.start..outer.start + 1), "in this string")
                    .help("close it with `}`, as in \"took {d}\"; for a brace itself write `{{`");
                self.report(problem);
                self.scan.edits.push(Edit::replace(outer.start..close + 1, "\"\""));
                self.push(Kind::Text, close + 1 - outer.start);
            }
            _ => self.close_at_line_end(outer.start, '"'),
        }
    }

    /// Reports a string without an end, and takes it to end before the brackets that end its line.
    fn close_at_line_end(&mut self, start: usize, quote: char) {
        let line_end = token::line_end(self.text, start);
        let line = &self.text[start..line_end];
        let mut end = start + line.trim_end_matches([')', ']', ',', ';', ' ', '\t', '\r']).len();
        if self.line_opens_block(start) {
            end = start + line.trim_end().trim_end_matches('{').trim_end_matches([')', ']', ' ']).len();
        }
        let end = end.max(start + 1);
        let problem = Diagnostic::error("E0004", self.place.span(start..end), "a string is never closed")
            .label(format!("the closing `{quote}` is missing"))
            .suggest(self.place.span(end..end), quote, "a string ends on the line on which it begins");
        self.report(problem);
        self.scan.edits.push(Edit::replace(start..end, "\"\""));
        self.push(Kind::Text, end - start);
    }

    fn line_opens_block(&self, at: usize) -> bool {
        let first = self.scan.tokens.iter().rev().find(|token| token.first_on_line);
        let Some(word) = first.filter(|token| token.start >= token::line_start(self.text, at)) else {
            return false;
        };
        let opens =
            ["if", "while", "for", "with", "timeout", "catch", "select"].contains(&word.text(self.text));
        opens && self.text[at..token::line_end(self.text, at)].trim_end().ends_with('{')
    }

    /// A full-width character: noted for the report of its line, and read as what it stands for.
    fn wide(&mut self, c: char, ascii: &'static str) {
        let start = self.at;
        let end = start + c.len_utf8();
        if ascii == "\"" || ascii == "'" {
            return self.wide_string(ascii);
        }
        self.wide.push((start, c, ascii));
        self.scan.edits.push(Edit::replace(start..end, ascii));
        match ascii {
            "" | " " => self.at = end,
            "(" => self.push(Kind::Open('('), c.len_utf8()),
            "[" => self.push(Kind::Open('['), c.len_utf8()),
            "{" => self.push(Kind::Open('{'), c.len_utf8()),
            ")" => self.push(Kind::Close('('), c.len_utf8()),
            "]" => self.push(Kind::Close('['), c.len_utf8()),
            "}" => self.push(Kind::Close('{'), c.len_utf8()),
            _ => self.push(Kind::Sign, c.len_utf8()),
        }
    }

    /// `“text”`: a string in typographic quotes.
    fn wide_string(&mut self, ascii: &'static str) {
        let start = self.at;
        let opened = token::after(self.text, start);
        let line_end = token::line_end(self.text, start);
        let quote = |c: char| ascii_for(c) == Some(ascii) || ascii.starts_with(c);
        self.wide.push((start, self.peek().unwrap_or_default(), ascii));
        let end = match self.text[opened..line_end].char_indices().find(|&(_, c)| quote(c)) {
            Some((offset, c)) => {
                if !ascii.starts_with(c) {
                    self.wide.push((opened + offset, c, ascii));
                }
                opened + offset + c.len_utf8()
            }
            None => line_end,
        };
        self.scan.edits.push(Edit::replace(start..end, "\"\""));
        self.push(Kind::Text, end - start);
    }

    /// One report for all full-width characters of a line.
    fn report_wide(&mut self) {
        let wide = std::mem::take(&mut self.wide);
        let (Some(first), Some(last)) = (wide.first(), wide.last()) else { return };
        let end = last.0 + last.1.len_utf8();
        let mut mended = String::new();
        let mut copied = first.0;
        for (start, c, ascii) in &wide {
            mended.push_str(&self.text[copied..*start]);
            mended.push_str(ascii);
            copied = start + c.len_utf8();
        }
        let message = match (wide.len(), first.2) {
            (1, "") => format!("U+{:04X} is an invisible character", first.1 as u32),
            (1, " ") => format!("U+{:04X} is not an ordinary space", first.1 as u32),
            (1, ascii) => format!("`{}` is not `{ascii}`", first.1),
            _ => "full-width or typographic signs outside a string".to_string(),
        };
        let mut problem =
            Diagnostic::error("E0009", self.place.span(first.0..first.0 + first.1.len_utf8()), message)
                .label(if wide.len() == 1 { "not an ASCII sign" } else { "" })
                .suggest(self.place.span(first.0..end), mended, "write it in ASCII");
        for (start, c, _) in wide.iter().skip(1) {
            problem = problem.related(self.place.span(*start..start + c.len_utf8()), "");
        }
        self.report(problem.help("names, strings and comments may be in any script; signs are ASCII"));
    }
}

/// The next `quote` that is not escaped.
fn closing_quote(text: &str, from: usize, to: usize, quote: char) -> Option<usize> {
    let mut characters = text[from..to].char_indices();
    while let Some((offset, c)) = characters.next() {
        if c == quote {
            return Some(from + offset);
        }
        if c == '\\' {
            characters.next();
        }
    }
    None
}
