//! Which lines there are: one for each statement, more for what is longer than a line.

use unicode_width::UnicodeWidthStr;

use crate::lang::format::columns::{WIDTH, equals, rows};
use crate::lang::format::flat::{LABELS, Line};
use crate::lang::format::pieces::{Class, Piece};
use crate::lang::format::tree::{Bracket, Entry, EntryKind, Part};

const INDENT: usize = 4;

/// A line that is done.
#[derive(Debug, Default)]
struct Done {
    indent: usize,
    text: String,
    /// The line is nothing but a comment.
    is_comment: bool,
    /// Behind the text.
    comment: Option<String>,
}

#[derive(Debug, Default)]
pub struct Layout {
    done: Vec<Done>,
    line: Line,
    /// It is data: every element that has a line ends with a comma, and lines that are alike stand in columns.
    data: bool,
}

impl Layout {
    /// For experiments, which are data and no program.
    pub fn rows() -> Layout {
        Layout { data: true, ..Layout::default() }
    }

    /// The whole program.
    pub fn file(mut self, entries: &[Entry<'_>]) -> String {
        self.entries(entries, 0, false);
        written(&self.done)
    }

    fn entries(&mut self, entries: &[Entry<'_>], indent: usize, in_bracket: bool) {
        let equals = equals(entries);
        let is_element = |entry: &&Entry| matches!(entry.kind, EntryKind::Parts { .. });
        let comma = self.data || entries.iter().filter(is_element).count() > 1;
        let rows = if self.data && in_bracket { rows(entries, indent) } else { Vec::new() };
        for (n, entry) in entries.iter().enumerate() {
            if n > 0 && entry.blank_before {
                self.done.push(Done::default());
            }
            match &entry.kind {
                EntryKind::Comment { text, own_line } => self.comment(text, *own_line, indent),
                EntryKind::Parts { parts, .. } if in_bracket => {
                    self.line = Line::new(indent);
                    self.line.second = rows.get(n).copied().flatten();
                    self.lay(parts, 1);
                    if comma {
                        self.line.push(",");
                    }
                    self.end_line();
                }
                EntryKind::Parts { parts, one_line } => {
                    self.line = Line::new(indent);
                    self.line.equals = equals[n];
                    self.statement(parts, *one_line);
                }
            }
        }
    }

    fn comment(&mut self, text: &str, own_line: bool, indent: usize) {
        let text = text.replace("\r\n", "\n");
        match self.done.last_mut() {
            Some(last) if !own_line && last.is_comment => last.text = format!("{} {text}", last.text),
            Some(last) if !own_line => {
                last.comment = Some(match last.comment.take() {
                    Some(before) => format!("{before} {text}"),
                    None => text,
                });
            }
            Some(_) | None => self.done.push(Done { indent, text, is_comment: true, comment: None }),
        }
    }

    fn end_line(&mut self) {
        let Line { indent, text, .. } = std::mem::take(&mut self.line);
        self.done.push(Done { indent, text, ..Done::default() });
    }

    /// Ends the line and begins another.
    fn next_line(&mut self, indent: usize) {
        self.end_line();
        self.line = Line::new(indent);
    }

    /// A statement, a declaration or an arm.
    fn statement(&mut self, parts: &[Part<'_>], one_line: bool) {
        let indent = self.line.indent;
        let has_block = parts.iter().any(|part| matches!(part, Part::Block(_)));
        if let Some(line) = self.line.with(parts, true).filter(|line| line.column() <= WIDTH)
            && (one_line || !has_block)
        {
            self.line = line;
            return self.end_line();
        }
        let mut rest = parts;
        while let Some(at) = rest.iter().position(|part| matches!(part, Part::Block(_))) {
            self.lay(&rest[..at], 2);
            self.line.open_block();
            if let Part::Block(entries) = &rest[at]
                && !entries.is_empty()
            {
                self.end_line();
                self.entries(entries, indent + INDENT, false);
                self.line = Line::new(indent);
            }
            self.line.close_block();
            rest = &rest[at + 1..];
        }
        self.lay(rest, 0);
        self.end_line();
    }

    /// Parts without blocks, on as many lines as they need, the last of which has `room` columns left.
    fn lay(&mut self, parts: &[Part<'_>], room: usize) {
        let (parts, label) = match parts {
            [before @ .., Part::Piece(label)] if label.class == Class::Label => (before, Some(label)),
            all => (all, None),
        };
        let flat = self.line.with(parts, false);
        let wide = flat.is_some_and(|line| line.column() + room > WIDTH);
        let joint = |part: &Part| matches!(part, Part::Piece(piece) if matches!(piece.text, "and" | "or"));
        if wide && parts.iter().skip(1).any(joint) {
            let indent = self.line.indent + INDENT;
            for (n, segment) in split_before(parts, joint).into_iter().enumerate() {
                if n > 0 {
                    self.next_line(indent);
                }
                self.lay(segment, room);
            }
        } else {
            self.lay_brackets(parts, wide);
        }
        if let Some(label) = label {
            self.label(label);
        }
    }

    /// Breaks the brackets that are to be broken, or else, where it is too wide, the widest.
    fn lay_brackets(&mut self, parts: &[Part<'_>], wide: bool) {
        let stays = |part: &Part| match part {
            Part::Bracket(bracket) => {
                Line::default().with(std::slice::from_ref(part), true).is_none()
                    && !bracket.entries.is_empty()
            }
            Part::Piece(_) | Part::Block(_) => false,
        };
        let broken: Vec<bool> = parts.iter().map(stays).collect();
        let widest = match wide && !broken.contains(&true) {
            true => widest(parts),
            false => None,
        };
        for (n, part) in parts.iter().enumerate() {
            match part {
                Part::Piece(piece) => self.piece(piece, parts.get(n + 1).is_some()),
                Part::Bracket(bracket) if broken[n] || widest == Some(n) => self.bracket(bracket),
                Part::Bracket(_) => {
                    self.line.flat(std::slice::from_ref(part), false);
                }
                Part::Block(_) => {}
            }
        }
    }

    fn piece(&mut self, piece: &Piece<'_>, more: bool) {
        if !piece.ends_line() {
            return self.line.piece(piece);
        }
        let (indent, first) = (self.line.indent, self.line.text.is_empty());
        if first {
            self.comment(piece.text, true, indent);
            return;
        }
        let behind_block = self.line.text == "}";
        self.end_line();
        self.comment(piece.text, false, indent);
        self.line = Line::new(if behind_block || !more { indent } else { indent + INDENT });
    }

    fn bracket(&mut self, bracket: &Bracket<'_>) {
        let indent = self.line.indent;
        self.line.piece(&bracket.open);
        self.end_line();
        self.entries(&bracket.entries, indent + INDENT, true);
        self.line = Line::new(indent);
        self.line.piece(&bracket.close);
    }

    /// Behind what it names, or below it where there is no room.
    fn label(&mut self, label: &Piece<'_>) {
        if self.line.column().max(LABELS - 1) + 1 + label.text.width() > WIDTH {
            self.next_line(self.line.indent + INDENT);
            return self.line.push(label.text);
        }
        self.line.piece(label);
    }
}

fn split_before<'p, 't>(parts: &'p [Part<'t>], at: impl Fn(&Part<'t>) -> bool) -> Vec<&'p [Part<'t>]> {
    let mut segments = Vec::new();
    let mut from = 0;
    for (n, part) in parts.iter().enumerate().skip(1) {
        if at(part) {
            segments.push(&parts[from..n]);
            from = n;
        }
    }
    segments.push(&parts[from..]);
    segments
}

/// The last of the widest brackets.
fn widest(parts: &[Part<'_>]) -> Option<usize> {
    let width = |part: &Part| match part {
        Part::Bracket(bracket) if !bracket.entries.is_empty() => {
            Line::default().with(std::slice::from_ref(part), false).map(|line| line.column())
        }
        Part::Bracket(_) | Part::Piece(_) | Part::Block(_) => None,
    };
    let widths = parts.iter().enumerate().filter_map(|(n, part)| width(part).map(|width| (width, n)));
    widths.max().map(|(_, n)| n)
}

/// The lines as text, comments behind them below each other.
fn written(lines: &[Done]) -> String {
    let mut out = String::new();
    let width = |line: &Done| line.indent + line.text.width();
    let mut column = 0;
    for (n, line) in lines.iter().enumerate() {
        let commented = |line: &&Done| line.comment.is_some();
        if line.comment.is_some() && n.checked_sub(1).is_none_or(|n| lines[n].comment.is_none()) {
            let run = lines[n..].iter().take_while(commented);
            column = run.map(|line| width(line) + 1).max().unwrap_or(0).max(LABELS);
        }
        if !line.text.is_empty() {
            out.extend(std::iter::repeat_n(' ', line.indent));
        }
        out.push_str(&line.text);
        if let Some(comment) = &line.comment {
            out.extend(std::iter::repeat_n(' ', column - width(line)));
            out.push_str(comment);
        }
        out.push('\n');
    }
    out
}
