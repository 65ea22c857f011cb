//! Plain instructions as typed ones.

use std::cell::RefCell;

use crate::exec::typed::code::{Phrase, Plan, Quick, Saying, Typed};
use crate::exec::typed::flow::{Row, Scene, binary};
use crate::exec::typed::fuse::fuse;
use crate::exec::typed::kind::{Kind, word};
use crate::exec::typed::numbers::{NOBODYS, Place, WORDS};
use crate::lang::ast::{BinaryOp, UnaryOp};
use crate::lang::program::{Builtin, Method, NO_TEXT, Op, Operand, Pc, Reg, TextId};

/// Registers of a function that is typed: what is wanted of them is told by the bits of one word.
const REGISTERS: u16 = 64;

/// What is sent where nothing is.
const NOTHING: (Place, Kind) = (0, Kind::None);

/// What typed code may do.
#[derive(Debug, Clone, Copy)]
pub struct Permission {
    /// To look at shared variables without asking the runtime.
    pub shared: bool,
    /// To say words without their labels, which only traces want.
    pub labels: bool,
}

/// The typed code of a function; none if it is too large.
pub fn translate(scene: Scene<'_>, may: Permission) -> Option<Typed> {
    let entry = scene.function.entry;
    if scene.function.registers > REGISTERS || scene.end - entry > Pc::from(u16::MAX) {
        return None;
    }
    let rows = scene.rows();
    let known: Vec<Option<Vec<(Place, Kind)>>> =
        (entry..scene.end).map(|pc| wanted(&scene, pc, rows[(pc - entry) as usize].as_ref()?)).collect();
    let words = [0; WORDS];
    let next = usize::from(scene.function.registers);
    let (constants, plans) = (Vec::new(), Vec::new());
    let mut work = Work { scene, may, rows: &rows, known: &known, words, next, constants, plans };
    let (mut code, mut phrases) = (Vec::new(), Vec::new());
    for pc in entry..scene.end {
        let (quick, phrase) = work.instruction(pc).unwrap_or((Quick::Plain, None));
        code.push(quick);
        phrases.push(phrase.unwrap_or_default());
    }
    let constants = usize::from(scene.function.registers)..work.next;
    let constant = |place: Place| {
        let place = usize::from(place);
        constants.contains(&place).then(|| work.words[place])
    };
    fuse(&mut code, &scene.program.live[entry as usize..scene.end as usize], constant);
    let (words, plans) = (RefCell::new(Box::new(work.words)), work.plans);
    Some(Typed { entry, code, rows: known, phrases, plans, words })
}

/// The registers that are wanted before an instruction, if all their kinds are known.
fn wanted(scene: &Scene<'_>, pc: Pc, row: &Row) -> Option<Vec<(Place, Kind)>> {
    let live = scene.program.live[pc as usize];
    let regs = row.iter().enumerate().filter(|(reg, _)| live >> reg & 1 != 0);
    regs.map(|(reg, kind)| Some((reg as Place, (*kind)?))).collect()
}

struct Work<'a> {
    scene: Scene<'a>,
    may: Permission,
    rows: &'a [Option<Row>],
    known: &'a [Option<Vec<(Place, Kind)>>],
    words: [u64; WORDS],
    /// Where the next constant goes.
    next: usize,
    constants: Vec<(u16, Place)>,
    plans: Vec<Plan>,
}

impl Work<'_> {
    /// The typed instruction for a plain one, and what is kept while it waits. None where there is none, or where
    /// it leads to a place at which not everything is known.
    fn instruction(&mut self, pc: Pc) -> Option<(Quick, Option<Phrase>)> {
        self.is_known(pc)?;
        let row = self.rows[self.at(pc)].as_ref()?;
        let op = self.scene.program.code[pc as usize];
        let quick = match op {
            Op::Jump { to } => Quick::Jump { to: self.target(to)? },
            Op::JumpIf { condition, to } => {
                let condition = self.place_of(condition, row, Kind::Bool)?;
                Quick::JumpIf { condition, to: self.onward(pc, to)? }
            }
            Op::JumpUnless { condition, to } => {
                let condition = self.place_of(condition, row, Kind::Bool)?;
                Quick::JumpUnless { condition, to: self.onward(pc, to)? }
            }
            Op::ForRange { at, exit } => {
                let counts =
                    row[usize::from(at)] == Some(Kind::Int) && row[usize::from(at) + 1] == Some(Kind::Int);
                let exit = self.onward(pc, exit)?;
                counts.then_some(Quick::ForRange { at: at as Place, exit })?
            }
            Op::Return { value } => {
                let (from, kind) = self.operand(value, row)?;
                return Some((Quick::Return { from, kind }, None));
            }
            op => {
                if let Some(phrase) = self.said(op, row) {
                    self.is_known(pc + 1)?;
                    return Some((Quick::Say, Some(self.kept(phrase, pc, op, row)?)));
                }
                self.computed(pc, op, row)?
            }
        };
        // Who jumps away has looked at where to, and who looks into a list goes on behind the next.
        if !matches!(quick, Quick::Jump { .. } | Quick::IndexShared { .. }) {
            self.is_known(pc + 1)?;
        }
        Some((quick, None))
    }

    fn at(&self, pc: Pc) -> usize {
        (pc - self.scene.function.entry) as usize
    }

    fn is_known(&self, pc: Pc) -> Option<()> {
        self.known.get(self.at(pc))?.as_ref().map(drop)
    }

    fn target(&self, to: Pc) -> Option<u16> {
        self.is_known(to)?;
        u16::try_from(self.at(to)).ok()
    }

    /// A target behind the jump. Whoever goes back looks at the step limit, and only [`Quick::Jump`] does.
    fn onward(&self, pc: Pc, to: Pc) -> Option<u16> {
        self.target(to).filter(|_| to > pc)
    }

    // ── operands ──────────────────────────────────────────────────────────

    fn operand(&mut self, operand: Operand, row: &Row) -> Option<(Place, Kind)> {
        match operand.split() {
            Ok(reg) => Some((reg as Place, row[usize::from(reg)]?)),
            Err(constant) => {
                let (kind, bits) = word(&self.scene.program.constants[usize::from(constant)])?;
                if let Some((_, place)) = self.constants.iter().find(|(known, _)| *known == constant) {
                    return Some((*place, kind));
                }
                let place = Place::try_from(self.next).ok().filter(|&place| place != NOBODYS)?;
                self.words[self.next] = bits;
                self.next += 1;
                self.constants.push((constant, place));
                Some((place, kind))
            }
        }
    }

    fn place_of(&mut self, operand: Operand, row: &Row, kind: Kind) -> Option<Place> {
        self.operand(operand, row).filter(|(_, is)| *is == kind).map(|(place, _)| place)
    }

    // ── what computes ─────────────────────────────────────────────────────

    fn computed(&mut self, pc: Pc, op: Op, row: &Row) -> Option<Quick> {
        Some(match op {
            Op::Move { to, from } => Quick::Move(to as Place, self.operand(from, row)?.0),
            Op::Binary { op, to, left, right } => {
                let (left, right) = (self.operand(left, row)?, self.operand(right, row)?);
                return self.compute(op, to as Place, left, right);
            }
            Op::Unary { op, to, value } => {
                let (a, kind) = self.operand(value, row)?;
                match (op, kind) {
                    (UnaryOp::Negate, Kind::Int | Kind::Duration) => Quick::Negate(to as Place, a),
                    (UnaryOp::Negate, Kind::Float) => Quick::NegateFloat(to as Place, a),
                    (UnaryOp::Not, Kind::Bool) => Quick::Not(to as Place, a),
                    _ => return None,
                }
            }
            Op::Builtin { function: Builtin::Now, to, .. } => Quick::Now { to: to as Place },
            Op::Builtin { function, to, from, count: 1 } => {
                let (to, a) = (to as Place, from as Place);
                match (function, row[usize::from(from)]?) {
                    (Builtin::Int | Builtin::Floor, Kind::Int) => Quick::Move(to, a),
                    (Builtin::Floor, Kind::Float) => Quick::Floor(to, a),
                    (Builtin::Ln, Kind::Float) => Quick::Ln(to, a),
                    _ => return None,
                }
            }
            Op::GetShared { to, slot } if self.may.shared => return self.shared(pc, to, slot),
            Op::SetShared { slot, from } if self.may.shared => {
                let (from, kind) = self.operand(from, row)?;
                Quick::SetShared { from, kind, slot }
            }
            Op::SetSharedIndex { slot, index, value } if self.may.shared => {
                let index = self.place_of(index, row, Kind::Int)?;
                let (from, kind) = self.operand(value, row)?;
                Quick::SetIndexShared { index, from, kind, slot }
            }
            Op::Index { to, list, index } => {
                let Err(constant) = list.split() else { return None };
                let index = self.place_of(index, row, Kind::Int)?;
                Quick::IndexConstant { to: to as Place, index, kind: self.scene.lot.seen(pc)?, constant }
            }
            Op::GroupEnter { to } => Quick::Open { to: to as Place },
            Op::Spawn { to, from, site } => return self.spawn(to, from, site, row),
            _ => return None,
        })
    }

    fn spawn(&mut self, to: Reg, from: Reg, site: u16, row: &Row) -> Option<Quick> {
        let spawn = &self.scene.program.spawns[usize::from(site)];
        if spawn.priority.is_some() || spawn.on.is_some() {
            return None;
        }
        let group = match spawn.group {
            Some(group) => Some(self.place_of(group, row, Kind::Group)?),
            None => None,
        };
        let params = self.scene.program.functions[usize::from(spawn.function)].params;
        let arguments = (from..from + params).map(|reg| Some((reg as Place, row[usize::from(reg)]?)));
        let plan = Plan { site, arguments: arguments.collect::<Option<_>>()?, group };
        self.plans.push(plan);
        Some(Quick::Spawn { to: to as Place, plan: u16::try_from(self.plans.len() - 1).ok()? })
    }

    /// A shared variable, or one element of it.
    fn shared(&mut self, pc: Pc, to: Reg, slot: u16) -> Option<Quick> {
        if let Some((kind, _)) = word(&self.scene.shared[usize::from(slot)]) {
            return Some(Quick::GetShared { to: to as Place, kind, slot });
        }
        // A list is only looked into by the next instruction, and nobody wants it after that.
        let Op::Index { to: element, list, index } = *self.scene.program.code.get(pc as usize + 1)? else {
            return None;
        };
        let row = self.rows[self.at(pc)].as_ref()?;
        let gone = element == to || self.scene.program.live.get(pc as usize + 2)? >> to & 1 == 0;
        if list.split() != Ok(to) || index.split() == Ok(to) || !gone {
            return None;
        }
        let index = self.place_of(index, row, Kind::Int)?;
        self.is_known(pc + 2)?;
        let kind = self.scene.lot.seen(pc + 1)?;
        Some(Quick::IndexShared { to: element as Place, index, kind, slot })
    }

    fn compute(
        &self,
        op: BinaryOp,
        to: Place,
        (a, left): (Place, Kind),
        (b, right): (Place, Kind),
    ) -> Option<Quick> {
        use Kind::{Bool, Duration, Float, Int};
        let quick = match (left, right) {
            (Int, Int) => ints(op)(to, a, b),
            (Duration, Duration) if matches!(op, BinaryOp::Add | BinaryOp::Subtract) => ints(op)(to, a, b),
            (Duration, Duration) if compares(op) => ints(op)(to, a, b),
            (Duration, Int) | (Int, Duration) if op == BinaryOp::Multiply => Quick::Multiply(to, a, b),
            (Bool, Bool) if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) => ints(op)(to, a, b),
            (Float, Float) => floats(op)?(to, a, b),
            (Int, Float) => match op {
                BinaryOp::Add => Quick::AddIntFloat(to, a, b),
                BinaryOp::Subtract => Quick::SubtractIntFloat(to, a, b),
                BinaryOp::Multiply => Quick::MultiplyIntFloat(to, a, b),
                BinaryOp::Divide => Quick::DivideIntFloat(to, a, b),
                _ => return None,
            },
            (Float, Int) => match op {
                BinaryOp::Add => Quick::AddIntFloat(to, b, a),
                BinaryOp::Subtract => Quick::SubtractFloatInt(to, a, b),
                BinaryOp::Multiply => Quick::MultiplyIntFloat(to, b, a),
                BinaryOp::Divide => Quick::DivideFloatInt(to, a, b),
                _ => return None,
            },
            _ => return None,
        };
        debug_assert!(binary(op, left, right).is_some(), "its result has a kind");
        Some(quick)
    }

    // ── what is said ──────────────────────────────────────────────────────

    /// A word; nothing for an instruction that is none.
    fn said(&mut self, op: Op, row: &Row) -> Option<Phrase> {
        match op {
            Op::Work { duration, label } => self.lasts(Saying::Work, duration, label, row),
            Op::Block { duration, label } => self.lasts(Saying::Block, duration, label, row),
            Op::Sleep { duration, label } => self.lasts(Saying::Sleep, duration, label, row),
            Op::Io { duration, label } => self.lasts(Saying::Io, duration, label, row),
            Op::Yield => Some(Phrase { saying: Some(Saying::Yield), ..Phrase::default() }),
            Op::GroupExit { raised: false, group } => {
                let known = row[usize::from(group)] == Some(Kind::Group);
                let leave =
                    Phrase { saying: Some(Saying::Leave), about: group as Place, ..Phrase::default() };
                known.then_some(leave)
            }
            Op::Acquire { object, mode } => self.about(Saying::Acquire(mode), object, NOTHING, 0, row),
            Op::Release { object, mode } => self.about(Saying::Release(mode), object, NOTHING, 0, row),
            Op::Method { method: Method::Send, object, from, to } => {
                let kind = row[usize::from(from)]?;
                self.about(Saying::Send, object, (from as Place, kind), to, row)
            }
            Op::Method { method: Method::Recv, object, to, .. } => {
                self.about(Saying::Receive, object, NOTHING, to, row)
            }
            Op::Method { method: Method::Wait, object, to, .. } => {
                self.about(Saying::Wait, object, NOTHING, to, row)
            }
            Op::Await { to, value } => match self.operand(value, row)? {
                (_, Kind::Object) => self.about(Saying::Wait, value, NOTHING, to, row),
                (about, Kind::Task) => {
                    Some(Phrase { saying: Some(Saying::Join), about, to: to as Place, ..Phrase::default() })
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn lasts(&mut self, saying: Saying, duration: Operand, label: TextId, row: &Row) -> Option<Phrase> {
        if label != NO_TEXT && !self.may.labels {
            return None;
        }
        let about = self.place_of(duration, row, Kind::Duration)?;
        Some(Phrase { saying: Some(saying), about, ..Phrase::default() })
    }

    fn about(
        &mut self,
        saying: Saying,
        object: Operand,
        (sent, kind): (Place, Kind),
        to: Reg,
        row: &Row,
    ) -> Option<Phrase> {
        let about = self.place_of(object, row, Kind::Object)?;
        Some(Phrase { saying: Some(saying), about, sent, kind, to: to as Place, ..Phrase::default() })
    }

    /// A word with what is kept of a task that waits in the middle of it, where all of that is known.
    fn kept(&self, mut phrase: Phrase, pc: Pc, op: Op, row: &Row) -> Option<Phrase> {
        for &reg in self.scene.program.wanted.at(pc) {
            let kind = row[usize::from(reg)]?;
            let n = usize::from(phrase.count);
            match phrase.regs.get_mut(n) {
                Some(place) => {
                    (*place, phrase.kinds.0[n]) = (reg as Place, kind);
                    phrase.count += 1;
                }
                None => phrase.more.push((reg as Place, kind)),
            }
        }
        if let Op::Method { to, .. } | Op::Await { to, .. } = op
            && self.scene.program.live.get(pc as usize + 1)? >> to & 1 != 0
        {
            phrase.result = Some(self.scene.lot.seen(pc)?);
        }
        Some(phrase)
    }
}

/// An instruction of two operands.
type Binary = fn(Place, Place, Place) -> Quick;

fn ints(op: BinaryOp) -> Binary {
    match op {
        BinaryOp::Add => Quick::Add,
        BinaryOp::Subtract => Quick::Subtract,
        BinaryOp::Multiply => Quick::Multiply,
        BinaryOp::Divide => Quick::Divide,
        BinaryOp::Remainder => Quick::Remainder,
        BinaryOp::BitAnd => Quick::And,
        BinaryOp::BitOr => Quick::Or,
        BinaryOp::BitXor => Quick::Xor,
        BinaryOp::ShiftLeft => Quick::ShiftLeft,
        BinaryOp::ShiftRight => Quick::ShiftRight,
        BinaryOp::Equal => Quick::Equal,
        BinaryOp::NotEqual => Quick::NotEqual,
        BinaryOp::Less => Quick::Less,
        BinaryOp::LessEqual => Quick::LessEqual,
        BinaryOp::Greater => Quick::Greater,
        BinaryOp::GreaterEqual => Quick::GreaterEqual,
    }
}

fn compares(op: BinaryOp) -> bool {
    use BinaryOp::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    matches!(op, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}

fn floats(op: BinaryOp) -> Option<Binary> {
    Some(match op {
        BinaryOp::Add => Quick::AddFloat,
        BinaryOp::Subtract => Quick::SubtractFloat,
        BinaryOp::Multiply => Quick::MultiplyFloat,
        BinaryOp::Divide => Quick::DivideFloat,
        BinaryOp::Less => Quick::LessFloat,
        BinaryOp::LessEqual => Quick::LessEqualFloat,
        BinaryOp::Greater => Quick::GreaterFloat,
        BinaryOp::GreaterEqual => Quick::GreaterEqualFloat,
        _ => return None,
    })
}
