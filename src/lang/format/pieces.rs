//! A program as a row of pieces, tokens and comments, each with what decides about the blanks around it.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::lang::ast::{Block, Expr, File, Item, Statement, StatementKind};
use crate::lang::parse::ParseLimits;
use crate::lang::parse::limits::Place;
use crate::lang::parse::scan::scan;
use crate::lang::parse::token::{Kind, Token};
use crate::lang::walk::{Node, walk};
use crate::source::SourceId;

/// A token or a comment.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'t> {
    pub text: &'t str,
    pub class: Class,
    /// Where it begins in the program, and where it ends.
    pub start: usize,
    pub end: usize,
    /// Nothing but blanks stands before it on its line.
    pub first_on_line: bool,
    /// An empty line stands before it.
    pub blank_before: bool,
}

/// What a piece is to those beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A name, a number, a string, or a word that is a value: an operand can end with it.
    Operand,
    /// A word of the language.
    Keyword,
    /// The string behind what takes time.
    Label,
    Sign,
    /// A `-` that negates.
    Minus,
    /// `.`, `..`, `..=`: no blank on either side.
    Tight,
    Comma,
    Colon,
    Semicolon,
    Open,
    Close,
    OpenBlock,
    CloseBlock,
    Comment,
}

impl Piece<'_> {
    /// A comment behind which nothing can stand on the same line.
    pub fn ends_line(&self) -> bool {
        self.class == Class::Comment && (self.text.starts_with("//") || self.text.contains('\n'))
    }
}

/// The pieces of a program that can be read, and where its declarations, statements and arms begin.
pub fn pieces<'t>(text: &'t str, file: &File, limits: &ParseLimits) -> (Vec<Piece<'t>>, BTreeSet<usize>) {
    let scan = scan(text, Place { source: SourceId(0), base: 0 }, limits);
    // What is in the holes of a string belongs to the string.
    let tokens: Vec<Token> = scan.tokens.into_iter().filter(|token| token.depth == 0).collect();
    let (starts, labels) = structure(file, &tokens);
    let mut pieces: Vec<Piece> = Vec::with_capacity(tokens.len() + scan.comments.len());
    let mut comments = scan.comments.into_iter().peekable();
    let mut before: [Option<&Token>; 2] = [None, None];
    for token in &tokens {
        while let Some(comment) = comments.next_if(|comment| comment.start < token.start) {
            add(&mut pieces, text, comment, Class::Comment);
        }
        let class = if labels.contains(&token.start) { Class::Label } else { class(text, before, token) };
        add(&mut pieces, text, token.start..token.end, class);
        before = [before[1], Some(token)];
    }
    for comment in comments {
        add(&mut pieces, text, comment, Class::Comment);
    }
    (pieces, starts)
}

fn add<'t>(pieces: &mut Vec<Piece<'t>>, text: &'t str, range: Range<usize>, class: Class) {
    let gap = &text[pieces.last().map_or(0, |piece| piece.end)..range.start];
    pieces.push(Piece {
        text: &text[range.clone()],
        class,
        start: range.start,
        end: range.end,
        first_on_line: pieces.is_empty() || gap.contains('\n'),
        blank_before: gap.matches('\n').nth(1).is_some(),
    });
}

fn class(text: &str, before: [Option<&Token>; 2], token: &Token) -> Class {
    let word = token.text(text);
    let dotted = |token: Option<&Token>| token.is_some_and(|token| token.text(text) == ".");
    match token.kind {
        // After a dot every word is a name.
        Kind::Word if dotted(before[1]) || token.ends_operand(text) => Class::Operand,
        Kind::Word => Class::Keyword,
        Kind::Number | Kind::Text => Class::Operand,
        Kind::Open('{') => Class::OpenBlock,
        Kind::Close('{') => Class::CloseBlock,
        Kind::Open(_) | Kind::HoleOpen => Class::Open,
        Kind::Close(_) | Kind::HoleClose => Class::Close,
        Kind::Sign => match word {
            "," => Class::Comma,
            ":" => Class::Colon,
            ";" => Class::Semicolon,
            "." | ".." | "..=" => Class::Tight,
            "-" if before[1].is_some_and(|last| last.ends_operand(text) || dotted(before[0])) => Class::Sign,
            "-" => Class::Minus,
            _operator => Class::Sign,
        },
    }
}

/// Where declarations, statements and arms begin, and where labels do.
fn structure(file: &File, tokens: &[Token]) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let mut found = (BTreeSet::new(), BTreeSet::new());
    for item in &file.items {
        let (start, body) = match item {
            Item::Param { name, .. } | Item::Shared { name, .. } | Item::Metric { name } => {
                (word_before(tokens, name.span.start as usize), None)
            }
            Item::Task { name, body, .. } => (word_before(tokens, name.span.start as usize), Some(body)),
            Item::Object(object) => (object.span.start as usize, None),
            Item::Main { span, body } => (span.start as usize, Some(body)),
        };
        found.0.insert(start);
        if let Some(body) = body {
            statements(body, &mut found);
        }
    }
    found
}

/// `param` before its name.
fn word_before(tokens: &[Token], name: usize) -> usize {
    let at = tokens.partition_point(|token| token.start < name);
    at.checked_sub(1).map_or(name, |at| tokens[at].start)
}

fn statements(body: &Block, (starts, labels): &mut (BTreeSet<usize>, BTreeSet<usize>)) {
    walk(body, &mut |node| {
        let Node::Statement(statement) = node else { return };
        starts.insert(statement.span.start as usize);
        if let StatementKind::Select { arms } = &statement.kind {
            starts.extend(arms.iter().map(|arm| arm.span.start as usize));
        }
        labels.extend(label(statement).map(|label| label.span.start as usize));
    });
}

fn label(statement: &Statement) -> Option<&Expr> {
    match &statement.kind {
        StatementKind::Work { label, .. }
        | StatementKind::Block { label, .. }
        | StatementKind::Expr { label, .. } => label.as_ref(),
        _other => None,
    }
}
