//! What fits on a line, as one line.

use unicode_width::UnicodeWidthStr;

use crate::lang::format::pieces::{Class, Piece};
use crate::lang::format::tree::{Bracket, Entry, EntryKind, Part};

/// Where labels and comments behind something begin, if there is room.
pub const LABELS: usize = 35;

/// A line as far as it is written.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Columns before the text.
    pub indent: usize,
    pub text: String,
    last: Option<Class>,
    /// The column of the first `=`, so that those of several lines stand below each other.
    pub equals: Option<usize>,
    /// The column of the second element of the next bracket, for the same reason.
    pub second: Option<usize>,
}

impl Line {
    pub fn new(indent: usize) -> Line {
        Line { indent, ..Line::default() }
    }

    /// The column behind what is written.
    pub fn column(&self) -> usize {
        match self.text.rsplit_once('\n') {
            Some((_, end)) => end.width(),
            None => self.indent + self.text.width(),
        }
    }

    pub fn piece(&mut self, piece: &Piece<'_>) {
        if self.gap(piece.class) {
            self.text.push(' ');
        }
        if piece.class == Class::Label {
            self.pad(LABELS);
        }
        if piece.text == "=" {
            let column = self.equals.take().unwrap_or(0);
            self.pad(column);
        }
        self.text.push_str(piece.text);
        self.last = Some(piece.class);
    }

    fn pad(&mut self, column: usize) {
        // Most often there is nothing to pad to, and a long line is not to be measured for each of its elements.
        if column == 0 {
            return;
        }
        let missing = column.saturating_sub(self.column());
        self.text.extend(std::iter::repeat_n(' ', missing));
    }

    /// Is there a blank between what was written last and this?
    fn gap(&self, next: Class) -> bool {
        let Some(last) = self.last else { return false };
        match (last, next) {
            (Class::Comment, _) | (_, Class::Comment | Class::OpenBlock | Class::CloseBlock) => true,
            (_, Class::Comma | Class::Colon | Class::Close) => false,
            (Class::Open | Class::Tight, _) | (_, Class::Tight) => false,
            // `--` is a sign of other languages.
            (Class::Minus, next) => next == Class::Minus,
            (Class::Operand | Class::Close, Class::Open) => false,
            _apart => true,
        }
    }

    /// Writes parts as they are on one line; false if that cannot be. With `keep`, brackets that somebody broke stay so.
    pub fn flat(&mut self, parts: &[Part<'_>], keep: bool) -> bool {
        parts.iter().all(|part| match part {
            Part::Piece(piece) if piece.ends_line() => false,
            Part::Piece(piece) => {
                self.piece(piece);
                true
            }
            Part::Bracket(bracket) => self.flat_bracket(bracket, keep),
            Part::Block(entries) => self.flat_block(entries, keep),
        })
    }

    fn flat_bracket(&mut self, bracket: &Bracket<'_>, keep: bool) -> bool {
        if keep && bracket.broken {
            return false;
        }
        let written = self.elements(&bracket.open, &bracket.entries, keep);
        self.piece(&bracket.close);
        written
    }

    /// An opening bracket and what is in it.
    pub fn elements(&mut self, open: &Piece<'_>, entries: &[Entry<'_>], keep: bool) -> bool {
        let mut second = self.second.take();
        self.piece(open);
        entries.iter().enumerate().all(|(n, entry)| {
            if n > 0 {
                self.text.push_str(", ");
                self.pad(second.take().unwrap_or(0));
                self.last = Some(Class::Open);
            }
            match &entry.kind {
                EntryKind::Parts { parts, .. } => self.flat(parts, keep),
                EntryKind::Comment { .. } => false,
            }
        })
    }

    fn flat_block(&mut self, entries: &[Entry<'_>], keep: bool) -> bool {
        self.open_block();
        for (n, entry) in entries.iter().enumerate() {
            let EntryKind::Parts { parts, one_line } = &entry.kind else { return false };
            let several_arms = entries.len() > 1 && is_arm(parts);
            if !one_line || several_arms {
                return false;
            }
            if n > 0 {
                self.text.push(';');
            }
            if !self.flat(parts, keep) {
                return false;
            }
        }
        self.close_block();
        true
    }

    /// ` {`
    pub fn open_block(&mut self) {
        self.text.push_str(if self.text.is_empty() { "{" } else { " {" });
        self.last = Some(Class::OpenBlock);
    }

    /// `}`
    pub fn close_block(&mut self) {
        self.text.push_str(if self.last.is_some() { " }" } else { "}" });
        self.last = Some(Class::CloseBlock);
    }

    /// Text that is no piece: a comma, a comment.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// How much wider the line would be with these; `None` if they cannot stand on one.
    pub fn with(&self, parts: &[Part<'_>], keep: bool) -> Option<Line> {
        let mut line = self.clone();
        line.flat(parts, keep).then_some(line)
    }
}

/// An arm of a `select`.
fn is_arm(parts: &[Part<'_>]) -> bool {
    parts.iter().any(|part| matches!(part, Part::Piece(piece) if piece.text == "=>"))
}
