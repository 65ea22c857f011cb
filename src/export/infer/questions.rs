//! Questions that wait for more to be known, and their answers.

use crate::export::infer::inference::Infer;
use crate::export::infer::question::Question;
use crate::export::infer::shapes::{Place, Shape};
use crate::lang::ast::{BinaryOp, ObjectKind};
use crate::source::Span;

impl<'a> Infer<'a> {
    pub fn answer(&mut self) {
        let mut open = std::mem::take(&mut self.questions);
        let mut work = 0;
        while !open.is_empty() {
            let before = open.len();
            work += before;
            // In a text made to be hard all that is open is guessed at once.
            if work > MOST_WORK {
                let rest = self.round(open, 1);
                self.round(rest, 2);
                return;
            }
            open = self.round(open, 0);
            if open.len() == before {
                work += 2 * before;
                if !self.guess(&mut open) {
                    return;
                }
            }
        }
    }

    /// Nothing more follows from what is known: one guess, the surest first.
    fn guess(&mut self, open: &mut Vec<(Span, Question<'a>)>) -> bool {
        [1, 2].into_iter().any(|daring| {
            let at = open.iter().position(|(span, question)| {
                self.at = *span;
                self.settled(question, daring)
            });
            at.map(|at| open.remove(at)).is_some()
        })
    }

    fn round(&mut self, open: Vec<(Span, Question<'a>)>, daring: u8) -> Vec<(Span, Question<'a>)> {
        let mut rest = Vec::new();
        for (span, question) in open {
            self.at = span;
            if !self.settled(&question, daring) {
                rest.push((span, question));
            }
        }
        rest
    }

    /// Tries to answer; with `daring` 1 it takes a hint for a fact, with 2 it guesses.
    fn settled(&mut self, question: &Question<'a>, daring: u8) -> bool {
        match question {
            Question::Binary { op, left, right, out } => self.operator(*op, *left, *right, *out, daring),
            Question::Alike { left, right } => self.alike(*left, *right, daring),
            Question::Extreme { values, out } => self.extreme(values, *out, daring),
            Question::Like { values, out } => self.like(values, *out, daring),
            Question::Elements { of, out } => match self.found.shapes.shape(*of) {
                Shape::List(inner) => {
                    self.flow(inner, *out);
                    true
                }
                Shape::Free if daring < 2 => false,
                _ => {
                    self.be(*of, Shape::List(*out));
                    true
                }
            },
            Question::Await { of, out } | Question::Children { of, out } => {
                self.handle(question, *of, *out, daring)
            }
            Question::Received { of, out } => match self.found.shapes.shape(*of) {
                Shape::Channel(inner) | Shape::Results(inner) => {
                    self.flow(inner, *out);
                    true
                }
                Shape::Free if daring < 2 => false,
                _ => {
                    self.be(*of, Shape::Channel(*out));
                    true
                }
            },
            Question::Method { object, name, arguments, out } => {
                self.answer_method(*object, name, arguments, *out, daring)
            }
        }
    }

    fn handle(&mut self, question: &Question<'a>, of: Place, out: Place, daring: u8) -> bool {
        match (self.found.shapes.shape(of), question) {
            (Shape::Task(inner) | Shape::Future(inner), _) => self.flow(inner, out),
            (Shape::List(inner), Question::Children { .. }) => {
                self.ask(Question::Children { of: inner, out });
                let more = std::mem::take(&mut self.questions);
                let rest = self.round(more, daring);
                return rest.is_empty();
            }
            (Shape::Free, _) if daring < 2 => return false,
            _ => self.be(of, Shape::Task(out)),
        }
        true
    }

    fn alike(&mut self, left: Place, right: Place, daring: u8) -> bool {
        match (self.found.shapes.shape(left), self.found.shapes.shape(right)) {
            (Shape::Free, Shape::Free) if daring < 2 => false,
            (Shape::Free, other) | (other, Shape::Free) => {
                if daring == 0 {
                    return false;
                }
                if other != Shape::Free {
                    let known = self.found.shapes.unify(left, right);
                    debug_assert!(known.is_ok(), "one of them was free");
                }
                true
            }
            _ => true,
        }
    }

    fn extreme(&mut self, values: &[Place], out: Place, daring: u8) -> bool {
        if let [only] = values {
            return match self.found.shapes.shape(*only) {
                Shape::List(inner) => {
                    self.flow(inner, out);
                    true
                }
                Shape::Free if daring < 2 => false,
                _ => {
                    self.be(*only, Shape::List(out));
                    true
                }
            };
        }
        self.like(values, out, daring)
    }

    /// All the same, or numbers of both kinds, of which comes a float.
    fn like(&mut self, values: &[Place], out: Place, daring: u8) -> bool {
        let shapes: Vec<Shape> = values.iter().map(|&place| self.found.shapes.shape(place)).collect();
        if shapes.contains(&Shape::Free) && daring < 2 {
            let known = shapes.iter().find(|&&shape| shape != Shape::Free).copied();
            if daring == 0 || known.is_none() {
                return false;
            }
        }
        let known = |shape: Shape| shapes.contains(&shape);
        let shape = if known(Shape::Duration) {
            Shape::Duration
        } else if known(Shape::Text) {
            Shape::Text
        } else if known(Shape::Float) {
            Shape::Float
        } else {
            Shape::Int
        };
        for (&place, &now) in values.iter().zip(&shapes) {
            if now == Shape::Free {
                self.be(place, shape);
            }
        }
        self.be(out, shape);
        true
    }

    fn operator(&mut self, op: BinaryOp, left: Place, right: Place, out: Place, daring: u8) -> bool {
        use BinaryOp::{Add, Divide, Multiply, Remainder, Subtract};
        let (l, r) = (self.found.shapes.shape(left), self.found.shapes.shape(right));
        let result = match (op, l, r) {
            (_, Shape::Int, Shape::Int) => Shape::Int,
            (_, Shape::Int | Shape::Float, Shape::Int | Shape::Float) => Shape::Float,
            (Divide, Shape::Duration, Shape::Duration) => Shape::Float,
            (Add | Subtract | Remainder, Shape::Duration, Shape::Duration) => Shape::Duration,
            (Multiply, Shape::Duration, Shape::Int | Shape::Float)
            | (Multiply, Shape::Int | Shape::Float, Shape::Duration)
            | (Divide, Shape::Duration, Shape::Int | Shape::Float) => Shape::Duration,
            (Add, Shape::Text, Shape::Text) => Shape::Text,
            (Add, Shape::List(a), Shape::List(b)) => {
                let of = self.free();
                self.flow(a, of);
                self.flow(b, of);
                Shape::List(of)
            }
            (Add, known @ (Shape::Text | Shape::List(_)), Shape::Free)
            | (Add, Shape::Free, known @ (Shape::Text | Shape::List(_)))
            | (Add | Subtract, known @ Shape::Duration, Shape::Free)
            | (Add | Subtract | Divide | Remainder, Shape::Free, known @ Shape::Duration)
            | (Remainder, known @ Shape::Duration, Shape::Free) => {
                self.be(left, known);
                self.be(right, known);
                return self.operator(op, left, right, out, daring);
            }
            (_, Shape::Free, Shape::Free) if daring < 2 => return false,
            (_, Shape::Free, _) | (_, _, Shape::Free) if daring == 0 => return false,
            (_, Shape::Free, known) => {
                self.be(left, if known == Shape::Float { Shape::Float } else { Shape::Int });
                return self.operator(op, left, right, out, daring);
            }
            (_, known, Shape::Free) => {
                self.be(right, if known == Shape::Float { Shape::Float } else { Shape::Int });
                return self.operator(op, left, right, out, daring);
            }
            (_, left, right) => {
                self.conflict((left, right));
                return true;
            }
        };
        self.be(out, result);
        true
    }

    fn answer_method(
        &mut self,
        object: Place,
        name: &str,
        arguments: &[Place],
        out: Place,
        daring: u8,
    ) -> bool {
        let first = arguments.first().copied();
        match (name, self.found.shapes.shape(object)) {
            ("send" | "try_send", Shape::Channel(of)) => {
                if let Some(value) = first {
                    self.flow(value, of);
                }
            }
            ("recv" | "try_recv", Shape::Channel(of)) => {
                self.flow(of, out);
                if name == "try_recv" || self.found.closes {
                    self.found.shapes.make_nullable(out);
                }
            }
            ("next", Shape::Results(of)) => self.flow(of, out),
            ("set", Shape::Future(of)) => match first {
                Some(value) => self.flow(value, of),
                None => self.found.shapes.make_nullable(of),
            },
            ("wait", Shape::Object(ObjectKind::Barrier)) => self.be(out, Shape::Int),
            ("wait", Shape::Object(_)) => self.found.shapes.make_nullable(out),
            (_, Shape::Free) => return self.guess_method(object, name, arguments, out, daring),
            _ => {}
        }
        true
    }

    /// The name of a method tells what it is called on.
    fn guess_method(
        &mut self,
        object: Place,
        name: &str,
        arguments: &[Place],
        out: Place,
        daring: u8,
    ) -> bool {
        let of = self.free();
        let shape = match name {
            "send" | "try_send" | "recv" | "try_recv" | "close" | "len" => Shape::Channel(of),
            "next" => Shape::Results(of),
            "fail" => Shape::Future(of),
            "is_set" | "clear" => Shape::Object(ObjectKind::Event),
            "notify" | "notify_all" => Shape::Object(ObjectKind::Condition),
            "set" if !arguments.is_empty() => Shape::Future(of),
            _ if daring < 2 => return false,
            "set" | "wait" => Shape::Object(ObjectKind::Event),
            "done" | "cancelled" => Shape::Task(of),
            _other => Shape::Object(ObjectKind::Lock),
        };
        self.be(object, shape);
        self.answer_method(object, name, arguments, out, daring)
    }
}

/// Questions that are asked again and again before everything is guessed.
const MOST_WORK: usize = 2_000_000;
