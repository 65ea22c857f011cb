//! The pieces of a program, hung into blocks and brackets.

use std::collections::BTreeSet;

use crate::lang::format::pieces::{Class, Piece};

/// What stands by itself in a file, a block or a bracket.
#[derive(Debug)]
pub struct Entry<'t> {
    pub kind: EntryKind<'t>,
    /// An empty line stands before it.
    pub blank_before: bool,
}

#[derive(Debug)]
pub enum EntryKind<'t> {
    /// A comment on a line of its own, or behind what is before it.
    Comment { text: &'t str, own_line: bool },
    /// A declaration, a statement, an arm, an element of a list.
    Parts { parts: Vec<Part<'t>>, one_line: bool },
}

#[derive(Debug)]
pub enum Part<'t> {
    Piece(Piece<'t>),
    Bracket(Bracket<'t>),
    /// A block, or the arms of a `select`.
    Block(Vec<Entry<'t>>),
}

/// `( … )`, `[ … ]`
#[derive(Debug)]
pub struct Bracket<'t> {
    pub open: Piece<'t>,
    pub entries: Vec<Entry<'t>>,
    pub close: Piece<'t>,
    /// Whoever wrote it began a new line behind the opening bracket, and so it is to stay.
    pub broken: bool,
}

/// `starts` are the places where something begins that stands by itself.
pub fn tree<'t>(pieces: &[Piece<'t>], starts: &BTreeSet<usize>) -> Vec<Entry<'t>> {
    Builder { pieces, starts, at: 0 }.entries(false)
}

/// Brackets are matched and counted before this, so that it neither fails nor goes too deep.
struct Builder<'p, 't> {
    pieces: &'p [Piece<'t>],
    starts: &'p BTreeSet<usize>,
    at: usize,
}

impl<'t> Builder<'_, 't> {
    /// Up to the bracket that closes, which is left.
    fn entries(&mut self, in_bracket: bool) -> Vec<Entry<'t>> {
        let mut entries = Vec::new();
        while let Some(&piece) = self.pieces.get(self.at) {
            match piece.class {
                Class::Close | Class::CloseBlock => break,
                Class::Comma | Class::Semicolon => self.at += 1,
                Class::Comment if piece.ends_line() || !in_bracket => {
                    self.at += 1;
                    entries.push(comment(piece));
                }
                Class::Operand
                | Class::Keyword
                | Class::Label
                | Class::Sign
                | Class::Minus
                | Class::Tight
                | Class::Colon
                | Class::Open
                | Class::OpenBlock
                | Class::Comment => self.parts(in_bracket, &mut entries),
            }
        }
        entries
    }

    fn parts(&mut self, in_bracket: bool, entries: &mut Vec<Entry<'t>>) {
        let first = self.at;
        let mut parts: Vec<Part> = Vec::new();
        while let Some(&piece) = self.pieces.get(self.at) {
            let inline = in_bracket && !piece.ends_line();
            let ends = match piece.class {
                Class::Comment if !inline => self.ends(self.after_comments(), first, in_bracket, &parts),
                _token => self.ends(self.at, first, in_bracket, &parts),
            };
            if ends {
                break;
            }
            self.at += 1;
            parts.push(match piece.class {
                Class::Open => Part::Bracket(self.bracket(piece)),
                Class::OpenBlock => Part::Block(self.inside(false).0),
                _token => Part::Piece(piece),
            });
        }
        let is_comment = |part: &Part| matches!(part, Part::Piece(piece) if piece.class == Class::Comment);
        if parts.iter().all(is_comment) {
            return entries.extend(self.pieces[first..self.at].iter().map(|piece| comment(*piece)));
        }
        let row = &self.pieces[first..self.at];
        let one_line = !row.iter().skip(1).any(|piece| piece.first_on_line);
        entries.push(Entry { kind: EntryKind::Parts { parts, one_line }, blank_before: row[0].blank_before });
    }

    /// What is in a bracket that was just opened, and the piece that closes it.
    fn inside(&mut self, in_bracket: bool) -> (Vec<Entry<'t>>, Option<Piece<'t>>) {
        let entries = self.entries(in_bracket);
        let close = self.pieces.get(self.at).copied();
        self.at += 1;
        (entries, close)
    }

    fn bracket(&mut self, open: Piece<'t>) -> Bracket<'t> {
        let broken = self.pieces.get(self.at).is_some_and(|piece| piece.first_on_line);
        let (entries, close) = self.inside(true);
        let broken = broken && !entries.is_empty();
        Bracket { open, entries, close: close.unwrap_or(open), broken }
    }

    /// The first piece from here on that is no comment.
    fn after_comments(&self) -> usize {
        let rest = self.pieces[self.at..].iter();
        self.at + rest.take_while(|piece| piece.class == Class::Comment).count()
    }

    /// Does what began at `first` end before the piece at `at`?
    fn ends(&self, at: usize, first: usize, in_bracket: bool, parts: &[Part]) -> bool {
        let Some(piece) = self.pieces.get(at) else { return true };
        match piece.class {
            Class::Close | Class::CloseBlock | Class::Semicolon => true,
            // Between arms; elsewhere it belongs to the statement, as in `observe m, e`.
            Class::Comma => in_bracket || matches!(parts.last(), Some(Part::Block(_))),
            _token => at != first && self.starts.contains(&piece.start),
        }
    }
}

fn comment(piece: Piece<'_>) -> Entry<'_> {
    let kind = EntryKind::Comment { text: piece.text, own_line: piece.first_on_line };
    Entry { kind, blank_before: piece.blank_before }
}
