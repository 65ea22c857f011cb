//! What stands one after the other (declarations, statements, arms): that each has a line
//! of its own, and what to say of the junk between them.

use std::ops::Range;

use crate::lang::parse::builder::Builder;
use crate::lang::parse::grammar::{self, Expected, Pair, Rule};
use crate::lang::parse::limits;
use crate::lang::parse::slips;
use crate::lang::parse::token::{Kind, Token};
use crate::lang::parse::trouble::{Context, Trouble};

/// The walk along a file, a block or the arms of a `select`.
pub struct Sequence {
    context: Context,
    previous: Option<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    /// In the original text.
    end: usize,
    /// In the repaired text.
    repaired_start: usize,
    /// It ends in `}`: what follows may share its line.
    closed: bool,
    /// Its line has been complained of.
    reported: bool,
    /// It is a statement where none may be; one complaint does for a run of them.
    stray: bool,
}

impl Sequence {
    pub fn new(context: Context) -> Sequence {
        Sequence { context, previous: None }
    }
}

impl Builder<'_> {
    /// Checks one entry against the one before it, and reports junk.
    pub fn entry(&mut self, sequence: &mut Sequence, pair: &Pair) {
        let junk = pair.as_rule() == Rule::junk;
        let range = self.range(pair);
        if junk && range.is_empty() {
            return;
        }
        let joined = sequence.previous.filter(|before| {
            let between = &self.text[before.end.min(range.start)..range.start];
            !before.closed && !between.contains(['\n', ';'])
        });
        let (mut reported, repaired) = (false, pair.as_span());
        match joined {
            Some(before) if before.reported => reported = true,
            Some(before) => {
                self.trouble(sequence.context, before.repaired_start..repaired.end(), Some(range.start));
                reported = true;
            }
            None if junk => {
                self.trouble(sequence.context, repaired.start()..repaired.end(), None);
                reported = true;
            }
            None => {}
        }
        let stray = reported && sequence.context == Context::Item && self.last_code() == "E0019";
        if stray && sequence.previous.is_some_and(|before| before.stray) {
            self.problems.pop();
        }
        if junk {
            for part in pair.clone().into_inner().filter(|part| part.as_rule() == Rule::junk_block) {
                for block in part.into_inner().filter(|part| part.as_rule() == Rule::block) {
                    self.block(block);
                }
            }
        }
        sequence.previous = Some(Entry {
            end: range.end,
            repaired_start: repaired.start(),
            closed: !junk && self.text[range].ends_with('}'),
            reported,
            stray,
        });
    }

    fn last_code(&self) -> &'static str {
        self.problems.last().map_or("", |problem| problem.code)
    }

    /// What is in the hole of a string is no expression.
    pub fn trouble_in_hole(&mut self, start: usize, end: usize) {
        self.trouble(Context::Expression, start..end, None);
    }

    /// Reads a stretch of the repaired text once more to see where it breaks, and says so.
    /// `at` is where its second statement begins, if it was read as two.
    pub fn trouble(&mut self, context: Context, stretch: Range<usize>, at: Option<usize>) {
        let original = self.repaired.original(stretch.start)..self.repaired.original(stretch.end);
        let tokens = self.tokens_in(original.clone());
        let Some(first) = tokens.first() else { return };
        let rule = match (context, first.text(self.text)) {
            (Context::Statement, "else" | "catch" | "finally") => Rule::lone_clause,
            (Context::Statement, _) => Rule::lone_statement,
            (Context::Item, _) => Rule::lone_item,
            (Context::Arm, _) => Rule::lone_arm,
            (Context::Expression, _) => Rule::lone_expression,
        };
        let broken = grammar::read(rule, &self.repaired.text[stretch.clone()]).err();
        if broken.as_ref().is_some_and(|broken| broken.out_of_stack) {
            return self.report(limits::out_of_stack(self.place.span(first.start..first.end)));
        }
        let stray_clause = rule == Rule::lone_clause && broken.is_none();
        let (mut position, mut expected) = match broken {
            Some(broken) => {
                let position = self.repaired.original(stretch.start + broken.at);
                (position, grammar::expectations(&broken.expected))
            }
            None => (original.start, vec![Expected::End]),
        };
        if let Some(at) = at.filter(|&at| at > position) {
            (position, expected) = (at, vec![Expected::End]);
        }
        let at = tokens.iter().position(|token| token.end > position).unwrap_or(tokens.len());
        let end = tokens.last().map_or(original.end, |token| token.end);
        let after = self.scan.tokens.partition_point(|token| token.start < end);
        let next = self.scan.tokens.get(after).copied();
        let trouble = Trouble {
            text: self.text,
            place: self.place,
            context,
            tokens: &tokens,
            at,
            next,
            expected,
            stray_clause,
        };
        let problem = slips::explain(&trouble);
        self.report(problem);
    }

    /// The tokens of a stretch and of the rest of its last line, those in the holes of its
    /// strings left out.
    fn tokens_in(&self, range: Range<usize>) -> Vec<Token> {
        let from = self.scan.tokens.partition_point(|token| token.start < range.start);
        let depth = self.scan.tokens.get(from).map_or(0, |token| token.depth);
        let mut tokens = Vec::new();
        let mut braces = 0usize;
        for token in &self.scan.tokens[from..] {
            let outside = token.start >= range.end;
            let over = token.first_on_line || token.text(self.text) == ";";
            if token.depth < depth || outside && over && braces == 0 {
                break;
            }
            match token.kind {
                Kind::HoleClose if token.depth == depth => break,
                _ if token.depth > depth => continue,
                Kind::Open('{') => braces += 1,
                Kind::Close('{') if outside && braces == 0 => break,
                Kind::Close('{') => braces = braces.saturating_sub(1),
                Kind::Word | Kind::Number | Kind::Text | Kind::Sign => {}
                Kind::Open(_) | Kind::Close(_) | Kind::HoleOpen | Kind::HoleClose => {}
            }
            tokens.push(*token);
        }
        tokens
    }
}
