//! A task as a lane of pieces, one after the other: what the formats of other tools are made from.

use std::rc::Rc;

use crate::compare::blame::graph::Doing;
use crate::sim::trace::{Cause, State};
use crate::source::Span;
use crate::time::{Duration, Time};

/// A stretch in which a task is in one state and does one thing.
///
/// A turn that takes no time is a piece of no length, unless a longer turn begins at the same moment: they are
/// one piece then. No other piece has no length, but the only one of a task that lived for no time.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub from: Time,
    pub to: Time,
    pub state: State,
    /// The worker that has the task: while it runs, pays for a change, or waits and keeps it.
    pub worker: Option<u32>,
    pub label: Option<Rc<str>>,
    pub cause: Option<Cause>,
    pub span: Option<Span>,
    /// The first and the last turn in it, counted from 1; of a wait, twice the turn before it.
    pub turns: (u32, u32),
}

impl Piece {
    pub fn length(&self) -> Duration {
        self.to.since(self.from)
    }

    /// It waits and keeps a worker.
    pub fn is_held(&self) -> bool {
        self.worker.is_some() && !matches!(self.state, State::Running | State::Overhead)
    }

    fn goes_on(&self, other: &Piece) -> bool {
        let what = |piece: &Piece| (piece.state, piece.worker, piece.span);
        self.to == other.from
            && what(self) == what(other)
            && self.label == other.label
            && self.cause == other.cause
    }
}

/// The pieces of a task, in order; between its birth and its end there are no gaps.
#[derive(Debug, Default)]
pub struct Lane {
    pub pieces: Vec<Piece>,
    open: Option<Piece>,
    turn: u32,
    /// When the turn began, and whether it has a piece by now.
    began: Time,
    drawn: bool,
    /// The worker the task is on.
    worker: Option<u32>,
}

/// What a task does from an event on.
#[derive(Debug)]
pub struct Next {
    pub state: State,
    pub doing: Doing,
    pub span: Option<Span>,
    /// The worker the event names.
    pub worker: Option<u32>,
}

impl Lane {
    /// What it does now.
    pub fn now(&self) -> Option<&Piece> {
        self.open.as_ref()
    }

    pub fn is_running(&self) -> bool {
        self.open.as_ref().is_some_and(|piece| piece.state == State::Running)
    }

    /// The number of its turn, or of the one before.
    pub fn turn(&self) -> u32 {
        self.turn
    }

    /// Says whether a turn begins.
    pub fn step(&mut self, now: Time, next: Next) -> bool {
        let (running, held) = (self.is_running(), self.open.as_ref().is_some_and(Piece::is_held));
        let runs = next.state == State::Running;
        // A change of task that is paid for behind `run`: its turn begins when it is paid.
        let unpaid = next.state == State::Overhead && running && !self.drawn && self.began == now;
        self.close(now, runs || unpaid);
        if unpaid {
            self.turn -= 1;
        }
        let begins = runs && !running;
        if begins {
            self.turn += 1;
            (self.began, self.drawn) = (now, false);
        }
        self.worker = match next.state {
            State::Running | State::Overhead => next.worker.or(self.worker),
            State::Ready => self.worker.filter(|_| held),
            State::Blocked | State::Io | State::Sleeping => self.worker.filter(|_| next.doing.held),
        };
        let Doing { label, cause, span, .. } = next.doing;
        let piece = Piece {
            from: now,
            to: now,
            state: next.state,
            worker: self.worker,
            label,
            cause,
            span: span.or(next.span),
            turns: (self.turn, self.turn),
        };
        self.open = Some(piece);
        begins
    }

    /// The task ended.
    pub fn end(&mut self, now: Time) {
        let whole = self.open.clone().filter(|_| self.pieces.is_empty());
        self.close(now, false);
        // Even a task that lived for no time is somewhere.
        if let Some(piece) = whole.filter(|_| self.pieces.is_empty()) {
            self.pieces.push(Piece { to: now, ..piece });
        }
        self.worker = None;
    }

    /// Ends the open piece; `goes_on` if its turn does.
    fn close(&mut self, now: Time, goes_on: bool) {
        let Some(mut piece) = self.open.take() else { return };
        piece.to = now;
        let runs = piece.state == State::Running;
        if piece.from < now {
            self.drawn |= runs;
            self.push(piece);
        } else if runs && !goes_on && !self.drawn {
            self.push(piece);
        }
    }

    fn push(&mut self, mut piece: Piece) {
        let Some(last) = self.pieces.last_mut() else {
            self.pieces.push(piece);
            return;
        };
        let turn_without_time = last.from == last.to && last.to == piece.from;
        if turn_without_time && piece.state == State::Running {
            piece.turns.0 = last.turns.0;
            *last = piece;
        } else if last.goes_on(&piece) {
            last.to = piece.to;
            last.turns.1 = piece.turns.1;
        } else {
            self.pieces.push(piece);
        }
    }

    /// The piece of a turn from which something goes out at this moment: the one that it ends, or begins with.
    pub fn leaving(&self, turn: u32, at: Time) -> Option<usize> {
        let [before, first, second] = self.around(at);
        let of_turn = |piece: &Piece| piece.has_turn(turn);
        self.fit(before, |piece| of_turn(piece) && at <= piece.to)
            .or_else(|| self.fit(first, |piece| of_turn(piece) && piece.from == at))
            .or_else(|| self.fit(second, |piece| of_turn(piece) && piece.from == at))
    }

    /// The piece of a turn in which something comes in at this moment: the one that begins with it, or the last.
    pub fn entering(&self, turn: u32, at: Time) -> Option<usize> {
        let [before, first, second] = self.around(at);
        let of_turn = |piece: &Piece| piece.has_turn(turn);
        self.fit(first, |piece| of_turn(piece) && piece.from == at)
            .or_else(|| self.fit(second, |piece| of_turn(piece) && piece.from == at))
            .or_else(|| self.fit(before, |piece| of_turn(piece) && at <= piece.to))
    }

    /// The piece that goes on behind a moment.
    pub fn at(&self, at: Time) -> Option<&Piece> {
        self.pieces.get(self.pieces.partition_point(|piece| piece.to <= at))
    }

    /// Whatever piece ends, goes on or begins at a moment.
    pub fn any(&self, at: Time) -> Option<usize> {
        let [before, first, _] = self.around(at);
        self.fit(before, |piece| at <= piece.to).or_else(|| self.fit(first, |piece| piece.from == at))
    }

    /// The last piece that began before, and the two behind it.
    fn around(&self, at: Time) -> [Option<usize>; 3] {
        let first = self.pieces.partition_point(|piece| piece.from < at);
        [first.checked_sub(1), Some(first), Some(first + 1)]
    }

    fn fit(&self, index: Option<usize>, fits: impl Fn(&Piece) -> bool) -> Option<usize> {
        index.filter(|&index| self.pieces.get(index).is_some_and(fits))
    }
}

impl Piece {
    fn has_turn(&self, turn: u32) -> bool {
        self.state == State::Running && self.turns.0 <= turn && turn <= self.turns.1
    }
}
