//! Typed instructions that often follow each other as one. The others stay where they are, for who jumps there.

use crate::exec::typed::code::{EQUAL, GREATER, LESS, Quick};
use crate::exec::typed::kind::Kind;
use crate::exec::typed::numbers::Place;

/// Puts one instruction in the place of the first of several. `live` tells which registers are wanted before each,
/// `constant` what stands in a place where that never changes.
pub fn fuse(code: &mut [Quick], live: &[u64], constant: impl Fn(Place) -> Option<u64>) {
    for at in 0..code.len() {
        if let Some(fused) = (Here { code, live, at }).fused() {
            code[at] = fused;
        }
    }
    for at in 0..code.len() {
        if let Some(fused) = shifts(&code[at..], &constant) {
            code[at] = fused;
        }
    }
    for at in 0..code.len() {
        if let Quick::Jump { to: head } = code[at]
            && let Quick::ForRange { at: place, exit } = code[usize::from(head)]
            && usize::from(head) < at
        {
            code[at] = Quick::Next { at: place, body: head + 1, exit };
        }
    }
}

/// A number of a xorshift generator: three instructions that stand for eight.
fn shifts(code: &[Quick], constant: impl Fn(Place) -> Option<u64>) -> Option<Quick> {
    let [
        Quick::XorShiftLeft { to, x, shift: left, mask },
        _,
        _,
        Quick::XorShiftRight { to: second, x: from, shift: right },
        _,
        Quick::XorShiftLeft { to: third, x: from_second, shift: again, mask: same },
        ..,
    ] = *code
    else {
        return None;
    };
    let number = |place| constant(place).and_then(|bits| u8::try_from(bits).ok()).filter(|&n| n < 64);
    let one = [to, second, third, from, from_second].iter().all(|&place| place == x) && mask == same;
    constant(mask).filter(|_| one)?;
    Some(Quick::XorShifts { x, left: number(left)?, right: number(right)?, again: number(again)?, mask })
}

struct Here<'a> {
    code: &'a [Quick],
    live: &'a [u64],
    at: usize,
}

impl Here<'_> {
    /// The first instructions from here as one.
    fn fused(&self) -> Option<Quick> {
        self.shifted().or_else(|| self.added()).or_else(|| self.jumped())
    }

    /// Does nobody want these places before an instruction, so many behind this one?
    fn gone(&self, places: &[Place], behind: usize) -> bool {
        self.gone_at(places, self.at + behind)
    }

    fn gone_at(&self, places: &[Place], at: usize) -> bool {
        self.live.get(at).is_some_and(|live| places.iter().all(|place| live >> place & 1 == 0))
    }

    fn shifted(&self) -> Option<Quick> {
        match *self.code.get(self.at..)? {
            [Quick::ShiftLeft(bits, x, shift), Quick::And(kept, a, b), Quick::Xor(to, c, d), ..] => {
                let mask = other(bits, a, b)?;
                let same = other(kept, c, d)? == x && bits != x && kept != x && mask != bits;
                let gone = [bits, kept].iter().all(|&place| place == to || self.gone(&[place], 3));
                (same && gone).then_some(Quick::XorShiftLeft { to, x, shift, mask })
            }
            [Quick::ShiftRight(bits, x, shift), Quick::Xor(to, a, b), ..] => {
                let same = other(bits, a, b)? == x && bits != x;
                (same && (bits == to || self.gone(&[bits], 2))).then_some(Quick::XorShiftRight {
                    to,
                    x,
                    shift,
                })
            }
            _ => None,
        }
    }

    fn added(&self) -> Option<Quick> {
        match *self.code.get(self.at..)? {
            [Quick::And(bits, x, mask), Quick::Add(to, a, b), ..] => {
                let more = other(bits, a, b)?;
                let gone = bits == to || self.gone(&[bits], 2);
                gone.then_some(Quick::AndAdd { to, x, mask, more })
            }
            [
                Quick::GetShared { to: old, kind: Kind::Duration, slot },
                Quick::Now { to: now },
                Quick::Add(new, a, b),
                Quick::SetShared { from, slot: again, .. },
                ..,
            ] => {
                let same = slot == again && from == new && other(old, a, b)? == now;
                (same && self.gone(&[old, now, new], 4)).then_some(Quick::AddSharedNow { slot })
            }
            [
                Quick::GetShared { to: old, kind: kind @ (Kind::Int | Kind::Duration), slot },
                Quick::Add(new, a, b),
                Quick::SetShared { from, slot: again, .. },
                ..,
            ] => {
                let more = other(old, a, b)?;
                let same = slot == again && from == new;
                (same && self.gone(&[old, new], 3)).then_some(Quick::AddShared { more, kind, slot })
            }
            _ => None,
        }
    }

    fn jumped(&self) -> Option<Quick> {
        let [compare, Quick::JumpUnless { condition, to }, ..] = *self.code.get(self.at..)? else {
            return None;
        };
        let (orders, holds, a, b) = match compare {
            Quick::Equal(to, a, b) => (EQUAL, to, a, b),
            Quick::NotEqual(to, a, b) => (LESS | GREATER, to, a, b),
            Quick::Less(to, a, b) => (LESS, to, a, b),
            Quick::LessEqual(to, a, b) => (LESS | EQUAL, to, a, b),
            Quick::Greater(to, a, b) => (GREATER, to, a, b),
            Quick::GreaterEqual(to, a, b) => (GREATER | EQUAL, to, a, b),
            _ => return None,
        };
        let gone = self.gone(&[holds], 2) && self.gone_at(&[holds], usize::from(to));
        (holds == condition && gone).then_some(Quick::JumpUnlessOrder { orders, a, b, to })
    }
}

/// The other of two places, if just one of them is this.
fn other(this: Place, a: Place, b: Place) -> Option<Place> {
    match (a == this, b == this) {
        (true, false) => Some(b),
        (false, true) => Some(a),
        _ => None,
    }
}
