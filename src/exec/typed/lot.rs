//! What is kept of each function during a run: what has been seen of it, and its typed code once that is enough.

use std::cell::{Cell, OnceCell, RefCell};

use crate::exec::typed::code::Typed;
use crate::exec::typed::kind::{Kind, word};
use crate::lang::program::{Function, Pc};
use crate::value::Value;

/// How often a function is resumed, or goes round a loop, before it is typed. Tests type nearly everything.
const WARM: u32 = if cfg!(debug_assertions) { 2 } else { 64 };
/// How often typed code meets what it leaves to plain code, before it is made again with what has been seen since.
const SURPRISES: u32 = 16 * WARM;
/// How much is looked at until nothing new is to be expected.
const LESSONS: u32 = 64 * WARM;
/// How often it is made.
const VERSIONS: usize = 3;

#[derive(Debug, Default)]
pub struct Lot {
    entry: Pc,
    warmth: Cell<u32>,
    arguments: RefCell<Vec<Seen>>,
    /// What instructions came to, by place.
    results: RefCell<Vec<Seen>>,
    lessons: Cell<u32>,
    surprises: Cell<u32>,
    versions: [OnceCell<Option<Typed>>; VERSIONS],
    /// Which of them counts.
    version: Cell<usize>,
}

/// Of which kind values were that have been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Seen {
    #[default]
    Never,
    Always(Kind),
    /// Several, or values that are no words.
    Mixed,
}

impl Seen {
    fn also(&mut self, value: &Value) {
        let now = word(value).map_or(Seen::Mixed, |(kind, _)| Seen::Always(kind));
        *self = match *self {
            Seen::Never => now,
            before if before == now => before,
            _ => Seen::Mixed,
        };
    }

    fn kind(self) -> Option<Kind> {
        match self {
            Seen::Always(kind) => Some(kind),
            Seen::Never | Seen::Mixed => None,
        }
    }
}

impl Lot {
    pub fn new(function: &Function, end: Pc) -> Lot {
        let arguments = vec![Seen::Never; usize::from(function.params)];
        let results = vec![Seen::Never; (end - function.entry) as usize];
        Lot {
            entry: function.entry,
            arguments: RefCell::new(arguments),
            results: RefCell::new(results),
            ..Lot::default()
        }
    }

    /// A task has been given these arguments.
    #[inline]
    pub fn see_arguments(&self, values: &[Value]) {
        if self.learns() {
            self.arguments.borrow_mut().iter_mut().zip(values).for_each(|(seen, value)| seen.also(value));
        }
    }

    /// An instruction has come to this.
    #[inline]
    pub fn see(&self, pc: Pc, value: &Value) {
        if self.learns() {
            self.results.borrow_mut()[(pc - self.entry) as usize].also(value);
        }
    }

    /// The kind an argument always had.
    pub fn argument(&self, n: usize) -> Option<Kind> {
        self.arguments.borrow()[n].kind()
    }

    /// The kind an instruction's result always had.
    pub fn seen(&self, pc: Pc) -> Option<Kind> {
        self.results.borrow()[(pc - self.entry) as usize].kind()
    }

    /// Has an instruction come to anything yet?
    pub fn has_seen(&self, pc: Pc) -> bool {
        self.results.borrow()[(pc - self.entry) as usize] != Seen::Never
    }

    /// Is what is seen still of use?
    #[inline]
    fn learns(&self) -> bool {
        self.lessons.set(self.lessons.get().saturating_add(1));
        self.lessons.get() < LESSONS
    }

    /// The typed code, if there is any yet.
    #[inline]
    pub fn typed(&self) -> Option<&Typed> {
        self.versions[self.version.get()].get()?.as_ref()
    }

    /// The function has gone round once more; when that was often enough it is typed.
    pub fn warm(&self, make: impl FnOnce() -> Option<Typed>) -> Option<&Typed> {
        let this = &self.versions[self.version.get()];
        if this.get().is_none() {
            self.warmth.set(self.warmth.get() + 1);
            if self.warmth.get() < WARM {
                return None;
            }
        }
        this.get_or_init(make).as_ref()
    }

    /// Typed code has met something that it leaves to plain code.
    pub fn surprised(&self) {
        self.surprises.set(self.surprises.get() + 1);
        if self.surprises.get() >= SURPRISES && self.version.get() + 1 < VERSIONS {
            self.surprises.set(0);
            self.lessons.set(0);
            self.version.set(self.version.get() + 1);
        }
    }
}
