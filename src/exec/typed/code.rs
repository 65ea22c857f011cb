//! Typed instructions, one for each plain one and at its place.

use crate::value::Mode;
use std::cell::RefCell;

use crate::exec::state::{FEW, More, Rest, State};
use crate::exec::typed::kind::{Kind, Kinds, value, word};
use crate::exec::typed::numbers::{NOBODYS, Place, Words};
use crate::lang::program::{Pc, Reg};

/// Orders of two numbers.
pub const LESS: u8 = 1;
pub const EQUAL: u8 = 2;
pub const GREATER: u8 = 4;

/// The words of the language that typed code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    Work,
    Block,
    Sleep,
    Io,
    Yield,
    Acquire(Mode),
    Release(Mode),
    Send,
    Receive,
    Join,
    Wait,
    Leave,
}

/// A typed instruction. Jumps count from the function's first instruction. What computes writes its first place and
/// reads the others; where it fails, that is left to the plain instruction.
#[rustfmt::skip] // Instructions of a kind stand together.
#[derive(Debug, Clone, Copy)]
#[repr(align(8))]
pub enum Quick {
    /// Left to the plain instruction.
    Plain,

    // Ints, and what ints and durations share.
    Add(Place, Place, Place),
    Subtract(Place, Place, Place),
    Multiply(Place, Place, Place),
    Divide(Place, Place, Place),
    Remainder(Place, Place, Place),
    And(Place, Place, Place),
    Or(Place, Place, Place),
    Xor(Place, Place, Place),
    ShiftLeft(Place, Place, Place),
    ShiftRight(Place, Place, Place),
    Equal(Place, Place, Place),
    NotEqual(Place, Place, Place),
    Less(Place, Place, Place),
    LessEqual(Place, Place, Place),
    Greater(Place, Place, Place),
    GreaterEqual(Place, Place, Place),
    Negate(Place, Place),
    Not(Place, Place),

    // Floats.
    AddFloat(Place, Place, Place),
    SubtractFloat(Place, Place, Place),
    MultiplyFloat(Place, Place, Place),
    DivideFloat(Place, Place, Place),
    LessFloat(Place, Place, Place),
    LessEqualFloat(Place, Place, Place),
    GreaterFloat(Place, Place, Place),
    GreaterEqualFloat(Place, Place, Place),
    NegateFloat(Place, Place),
    Ln(Place, Place),
    Floor(Place, Place),

    // An int and a float, a float and an int.
    AddIntFloat(Place, Place, Place),
    SubtractIntFloat(Place, Place, Place),
    MultiplyIntFloat(Place, Place, Place),
    DivideIntFloat(Place, Place, Place),
    SubtractFloatInt(Place, Place, Place),
    DivideFloatInt(Place, Place, Place),

    Move(Place, Place),
    Now { to: Place },
    GetShared { to: Place, kind: Kind, slot: u16 },
    SetShared { from: Place, kind: Kind, slot: u16 },
    /// An element of a list that is a shared variable; with what has got that variable, two instructions.
    IndexShared { to: Place, index: Place, kind: Kind, slot: u16 },
    IndexConstant { to: Place, index: Place, kind: Kind, constant: u16 },
    SetIndexShared { index: Place, from: Place, kind: Kind, slot: u16 },

    // Several at once, where nobody wants what comes between.
    /// `to = x ^ (x << shift & mask)`
    XorShiftLeft { to: Place, x: Place, shift: Place, mask: Place },
    /// `to = x ^ x >> shift`
    XorShiftRight { to: Place, x: Place, shift: Place },
    /// `x = x ^ (x << left & mask)`, `x = x ^ x >> right`, `x = x ^ (x << again & mask)`, with numbers below 64: a number
    /// of a xorshift generator.
    XorShifts { x: Place, left: u8, right: u8, again: u8, mask: Place },
    /// `to = (x & mask) + more`
    AndAdd { to: Place, x: Place, mask: Place, more: Place },
    /// A shared variable grows by an int or a duration.
    AddShared { more: Place, kind: Kind, slot: u16 },
    /// A shared variable grows by the time.
    AddSharedNow { slot: u16 },
    /// Jumps unless two ints or durations stand in one of these orders.
    JumpUnlessOrder { orders: u8, a: Place, b: Place, to: u16 },
    /// The end of a loop and its next round.
    Next { at: Place, body: u16, exit: u16 },

    Jump { to: u16 },
    JumpIf { condition: Place, to: u16 },
    JumpUnless { condition: Place, to: u16 },
    ForRange { at: Place, exit: u16 },
    /// A word: the [`Phrase`] at the same place.
    Say,
    /// A group is opened.
    Open { to: Place },
    /// The number of a [`Plan`].
    Spawn { to: Place, plan: u16 },
    Return { from: Place, kind: Kind },
}

impl Quick {
    /// Is it for who says the words, not for who computes?
    #[inline(always)]
    pub fn is_word(self) -> bool {
        matches!(self, Quick::Say | Quick::Open { .. } | Quick::Spawn { .. } | Quick::Return { .. })
    }
}

/// Why typed code stops at an instruction.
///
/// Small, so that it travels in a machine register: what is larger comes beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The task is parked in the middle of it.
    Parked,
    /// It lets others go first.
    Paused,
    /// It works or blocks: its worker stays with it.
    Busy,
    /// It is to be executed plainly.
    Plain,
    /// It is none that computes.
    Word,
    /// It goes round for long, and somebody ought to look.
    Stretch,
    Odd,
    /// The run's step limit was reached.
    Exhausted,
}

/// A word that is said, and what is kept of a task that waits in the middle of it.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// Nothing where the instruction is no word.
    pub saying: Option<Saying>,
    /// A duration, an object, a handle.
    pub about: Place,
    /// What is sent, of this kind.
    pub sent: Place,
    pub kind: Kind,
    /// Where goes what is received.
    pub to: Place,
    /// The first registers that are kept, and their kinds: as many as a task has room for. The others are nobody's.
    pub regs: [Place; FEW],
    pub kinds: Kinds,
    pub count: u8,
    pub more: Vec<(Place, Kind)>,
    /// Of which kind the word's result is to be; none if nobody wants it.
    pub result: Option<Kind>,
}

/// A `spawn` of words only.
#[derive(Debug, Clone)]
pub struct Plan {
    pub site: u16,
    pub arguments: Vec<(Place, Kind)>,
    pub group: Option<Place>,
}

/// The typed code of a function.
#[derive(Debug)]
pub struct Typed {
    pub entry: Pc,
    pub code: Vec<Quick>,
    /// Before each instruction: the registers that are wanted, and of which kind they are; none where that is not
    /// known of all of them.
    pub rows: Vec<Option<Vec<(Place, Kind)>>>,
    /// One for each instruction.
    pub phrases: Vec<Phrase>,
    pub plans: Vec<Plan>,
    /// The registers of the task that runs, and the constants.
    pub words: RefCell<Box<Words>>,
}

impl Typed {
    pub fn at(&self, pc: Pc) -> usize {
        (pc - self.entry) as usize
    }

    pub fn pc(&self, at: usize) -> Pc {
        self.entry + at as Pc
    }

    /// Takes a task over from plain code, where it stands, if everything there is as expected.
    pub fn take(&self, state: &State) -> Option<usize> {
        let at = self.at(state.pc);
        let words = &mut *self.words.borrow_mut();
        for &(place, kind) in self.rows[at].as_deref()? {
            let (is, bits) = word(state.get(Reg::from(place)))?;
            if is != kind {
                return None;
            }
            words[usize::from(place)] = bits;
        }
        Some(at)
    }

    /// Gives these registers to plain code.
    pub fn give(&self, state: &mut State, regs: &[(Place, Kind)]) {
        let words = self.words.borrow();
        regs.iter().for_each(|&(reg, kind)| state.set(Reg::from(reg), value(kind, words[usize::from(reg)])));
    }

    /// The arguments of a task that begins; nothing if they are not as expected.
    pub fn arguments(&self, rest: &Rest, words: &mut Words) -> Option<()> {
        if rest.more.is_some() {
            return None;
        }
        for &(place, kind) in self.rows[0].as_deref()? {
            let n = usize::from(place);
            // What is no argument is empty.
            let (is, bits) = (rest.kinds.0.get(n).copied().unwrap_or_default(), rest.words.get(n));
            if is != kind {
                return None;
            }
            words[n] = bits.copied().unwrap_or_default();
        }
        Some(())
    }
}

impl Default for Phrase {
    fn default() -> Phrase {
        Phrase {
            saying: None,
            about: 0,
            sent: 0,
            kind: Kind::None,
            to: 0,
            regs: [NOBODYS; FEW],
            kinds: Kinds::default(),
            count: 0,
            more: Vec::new(),
            result: None,
        }
    }
}

impl Phrase {
    /// All registers that are kept.
    pub fn all(&self) -> Vec<(Place, Kind)> {
        let few = self.regs.iter().copied().zip(self.kinds.0).take(usize::from(self.count));
        few.chain(self.more.iter().copied()).collect()
    }

    /// Keeps of a task what is still wanted.
    #[inline(always)]
    pub fn keep(&self, rest: &mut Rest, words: &Words) {
        rest.kinds = self.kinds;
        for (kept, &reg) in rest.words.iter_mut().zip(&self.regs) {
            *kept = words[usize::from(reg)];
        }
        if !self.more.is_empty() || rest.more.is_some() {
            self.keep_more(rest, words);
        }
    }

    /// What was kept of a task; false if it is not as expected.
    #[inline(always)]
    pub fn back(&self, rest: &Rest, words: &mut Words) -> bool {
        if rest.kinds != self.kinds {
            return false;
        }
        for (&kept, &reg) in rest.words.iter().zip(&self.regs) {
            words[usize::from(reg)] = kept;
        }
        (self.more.is_empty() && rest.more.is_none()) || self.more_back(rest, words).is_some()
    }

    /// What has no room among the first few words.
    #[inline(never)]
    fn keep_more(&self, rest: &mut Rest, words: &Words) {
        if self.more.is_empty() {
            rest.more = None;
            return;
        }
        let more = self.more.iter().map(|&(reg, kind)| (kind, words[usize::from(reg)]));
        match rest.more.as_deref_mut() {
            Some(More::Words(kept)) => {
                kept.clear();
                kept.extend(more);
            }
            _ => rest.more = Some(Box::new(More::Words(more.collect()))),
        }
    }

    #[inline(never)]
    fn more_back(&self, rest: &Rest, words: &mut Words) -> Option<()> {
        let Some(More::Words(kept)) = rest.more.as_deref() else { return None };
        if kept.len() != self.more.len() {
            return None;
        }
        for (&(is, bits), &(reg, kind)) in kept.iter().zip(&self.more) {
            if is != kind {
                return None;
            }
            words[usize::from(reg)] = bits;
        }
        Some(())
    }
}
