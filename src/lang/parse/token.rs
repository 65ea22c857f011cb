//! A token: what the scanner sees before the grammar does, and what error messages speak of.

/// The words that cannot be names.
pub const KEYWORDS: [&str; 39] = [
    "after", "and", "assert", "await", "block", "break", "cancel", "catch", "continue", "daemon", "else",
    "fail", "false", "finally", "for", "group", "if", "in", "let", "log", "loop", "main", "none", "not",
    "observe", "on", "or", "priority", "return", "select", "spawn", "task", "timeout", "true", "try",
    "while", "with", "work", "yield",
];

/// The words that begin something at the outermost level.
pub const DECLARATIONS: [&str; 15] = [
    "param",
    "shared",
    "metric",
    "task",
    "main",
    "resource",
    "lock",
    "semaphore",
    "rwlock",
    "channel",
    "event",
    "condition",
    "barrier",
    "future",
    "workers",
];

/// The words that begin a statement and cannot go on with an expression.
pub const STATEMENTS: [&str; 20] = [
    "let", "if", "while", "loop", "for", "break", "continue", "return", "group", "timeout", "select", "try",
    "fail", "with", "work", "block", "log", "observe", "assert", "spawn",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    Number,
    /// A whole string, quotes included; what is in its holes follows as tokens of their own.
    Text,
    /// An operator or another sign, this language's or a foreign one.
    Sign,
    /// `(`, `[`, `{`, or the full-width character that stands for it.
    Open(char),
    /// The closing bracket, named by its opener.
    Close(char),
    /// `{` in a string.
    HoleOpen,
    /// `}` in a string.
    HoleClose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// Nothing but blanks stands before it on its line.
    pub first_on_line: bool,
    /// How far its line is indented.
    pub indent: usize,
    /// How many string holes it is in.
    pub depth: u16,
}

impl Token {
    pub fn text<'t>(&self, source: &'t str) -> &'t str {
        &source[self.start..self.end]
    }

    /// Could an expression end with it? A keyword that is not a value cannot.
    pub fn ends_operand(&self, source: &str) -> bool {
        match self.kind {
            Kind::Word => {
                let word = self.text(source);
                !is_keyword(word) || ["none", "true", "false", "yield"].contains(&word)
            }
            Kind::Number | Kind::Text | Kind::HoleClose => true,
            Kind::Close(opener) => opener != '{',
            Kind::Sign | Kind::Open(_) | Kind::HoleOpen => false,
        }
    }
}

pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

pub fn closer(opener: char) -> char {
    match opener {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// Where the line of `at` begins.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Where the line of `at` ends, before its newline.
pub fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// The byte after the character at `at`.
pub fn after(text: &str, at: usize) -> usize {
    at + text[at..].chars().next().map_or(0, char::len_utf8)
}
