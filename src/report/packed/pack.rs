//! Writes packed traces.

use std::rc::Rc;

use crate::report::packed::code;
use crate::report::packed::code::{Before, fold};
use crate::sim::trace::{Event, Kind, Observed, Role};

/// Packs the events of one run after the other.
#[derive(Debug, Default)]
pub struct Packer {
    before: Before,
}

impl Packer {
    /// A run begins: its header as JSON, and the names that events refer to by number.
    pub fn header(&mut self, header: &str, objects: &[String], metrics: &[String], out: &mut Vec<u8>) {
        self.before = Before::default();
        out.extend([code::HEADER, 0]);
        text(header, out);
        for names in [objects, metrics] {
            number(names.len() as u64, out);
            names.iter().for_each(|name| text(name, out));
        }
    }

    /// A run is over: its last record as JSON.
    pub fn end(&self, record: &str, out: &mut Vec<u8>) {
        out.extend([code::END, 0]);
        text(record, out);
    }

    /// One event, at a line of the program, or 0.
    #[inline(always)]
    pub fn event(&mut self, event: &Event, line: u32, out: &mut Vec<u8>) {
        // The first two bytes are known when the others are.
        let start = out.len();
        let mut record = Record { out, gathered: 0, bits: HEAD };
        let (mut first, mut second) = (0, 0);
        let before = &mut self.before;
        if event.time.0 != before.time {
            first |= code::LATER;
            record.number(event.time.0 - before.time);
            before.time = event.time.0;
        }
        match event.task {
            None => second |= code::NOBODY,
            Some(task) if task != before.task => {
                first |= code::TASK;
                record.number(fold(i64::from(task) - i64::from(before.task)));
                before.task = task;
            }
            Some(_) => {}
        }
        match event.worker {
            None => second |= code::NOWHERE,
            Some(worker) if worker != before.worker => {
                first |= code::WORKER;
                record.number(u64::from(worker));
                before.worker = worker;
            }
            Some(_) => {}
        }
        if line != before.line {
            second |= code::LINE;
            record.number(u64::from(line));
            before.line = line;
        }
        let (what, own, said) = kind(&event.kind, &mut record);
        record.end(start, [first | what, second | own]);
        if let Some(said) = said {
            text(said, out);
        }
    }
}

/// A record being written, but for its text, which comes last.
///
/// Bytes are gathered in a register: the processor waits when it is to read as one what it has just written byte by
/// byte.
struct Record<'o> {
    out: &'o mut Vec<u8>,
    gathered: u64,
    /// So many bits of it.
    bits: u32,
}

/// The first two bytes.
const HEAD: u32 = 16;
/// What may be gathered while there is room for two bytes more.
const ROOM: u32 = 48;

impl Record<'_> {
    #[inline(always)]
    fn byte(&mut self, byte: u8) {
        self.put(u64::from(byte), 8);
    }

    #[inline(always)]
    fn number(&mut self, n: u64) {
        match n {
            0..0x80 => self.put(n, 8),
            0x80..0x4000 => self.put(n & 0x7F | 0x80 | n >> 7 << 8, 16),
            0x4000..0x20_0000 => {
                self.put(n & 0x7F | (n >> 7 & 0x7F) << 8 | 0x8080, 16);
                self.put(n >> 14, 8);
            }
            _ => {
                self.let_go();
                number(n, self.out);
            }
        }
    }

    /// At most two bytes.
    #[inline(always)]
    fn put(&mut self, bytes: u64, bits: u32) {
        if self.bits > ROOM {
            self.let_go();
        }
        self.gathered |= bytes << self.bits;
        self.bits += bits;
    }

    /// What is gathered goes where the rest is.
    #[inline(always)]
    fn let_go(&mut self) {
        write(self.out, self.gathered, self.bits);
        (self.gathered, self.bits) = (0, 0);
    }

    /// Its first two bytes are known, and it is complete.
    #[inline(always)]
    fn end(self, start: usize, head: [u8; 2]) {
        let mut gathered = self.gathered;
        match self.out.get_mut(start..start + 2) {
            None => gathered |= u64::from(u16::from_le_bytes(head)),
            Some(first) => first.copy_from_slice(&head),
        }
        write(self.out, gathered, self.bits);
    }

    /// A number that may be missing; the bit that says that it is there.
    #[inline(always)]
    fn optional(&mut self, bit: u8, n: Option<u32>) -> u8 {
        let Some(n) = n else { return 0 };
        self.number(u64::from(n));
        bit
    }
}

/// Appends so many bits.
#[inline(always)]
fn write(out: &mut Vec<u8>, gathered: u64, bits: u32) {
    let end = out.len() + (bits / 8) as usize;
    out.extend_from_slice(&gathered.to_le_bytes());
    out.truncate(end);
}

/// What a kind has of its own: its code, the bits that say what there is, and its text.
///
/// Always inlined, and so is what it calls: while nobody else sees the record, it is in registers.
#[inline(always)]
fn kind<'a>(kind: &'a Kind, record: &mut Record) -> (u8, u8, Option<&'a str>) {
    match kind {
        Kind::Worker { name, role } => {
            let own = match role {
                Role::Worker => 0,
                Role::Main => code::HOLDS,
                Role::Pool(object) => record.optional(code::FIRST, Some(object.0)),
            };
            (code::NEW_WORKER, own, Some(name))
        }
        Kind::Spawn { name, parent, priority, daemon } => {
            let mut own = record.optional(code::FIRST, *parent);
            if *priority != 0 {
                own |= code::SECOND;
                record.number(fold(i64::from(*priority)));
            }
            (code::SPAWN, own | holds(*daemon), Some(name))
        }
        Kind::Switch { cost } => {
            record.number(cost.0);
            (code::SWITCH, 0, None)
        }
        Kind::Run => (code::RUN, 0, None),
        Kind::Work { duration, label } => {
            record.number(duration.0);
            labelled(code::WORK, 0, label)
        }
        Kind::Hold { duration, label } => {
            record.number(duration.0);
            labelled(code::BLOCK, 0, label)
        }
        Kind::Resume => (code::RESUME, 0, None),
        Kind::Preempt => (code::PREEMPT, 0, None),
        Kind::Yield => (code::YIELD, 0, None),
        Kind::Wait { cause, held } => {
            record.byte(cause.kind as u8);
            let own = record.optional(code::FIRST, cause.object.map(|object| object.0))
                | record.optional(code::SECOND, cause.holder);
            labelled(code::WAIT, own | holds(*held), &cause.label)
        }
        Kind::Wake { by } => (code::WAKE, record.optional(code::FIRST, *by), None),
        Kind::Done => (code::DONE, 0, None),
        Kind::Failed { text } => (code::FAIL, 0, Some(text)),
        Kind::Cancelled => (code::CANCELLED, 0, None),
        Kind::CancelRequest { target } => numbered(code::CANCEL, *target, record),
        Kind::Acquire { object } => numbered(code::ACQUIRE, object.0, record),
        Kind::Release { object } => numbered(code::RELEASE, object.0, record),
        Kind::Send { object } => numbered(code::SEND, object.0, record),
        Kind::Receive { object } => numbered(code::RECEIVE, object.0, record),
        Kind::Log { text } => (code::LOG, 0, Some(text)),
        Kind::Observe { metric, value } => observed(*metric, value, record),
        Kind::Decision { options, chosen } => {
            record.number(u64::from(*options));
            numbered(code::DECISION, *chosen, record)
        }
        Kind::Queue { queue } => {
            record.byte(*queue as u8);
            (code::QUEUE, 0, None)
        }
    }
}

#[inline(always)]
fn observed(metric: u16, value: &Observed, record: &mut Record) -> (u8, u8, Option<&'static str>) {
    record.number(u64::from(metric));
    let own = match value {
        Observed::Number(x) => {
            x.to_bits().to_le_bytes().into_iter().for_each(|byte| record.byte(byte));
            0
        }
        Observed::Duration(nanos) => {
            record.number(fold(*nanos));
            code::HOLDS
        }
    };
    (code::OBSERVE, own, None)
}

#[inline(always)]
fn numbered(what: u8, n: u32, record: &mut Record) -> (u8, u8, Option<&'static str>) {
    record.number(u64::from(n));
    (what, 0, None)
}

#[inline(always)]
fn labelled(what: u8, own: u8, label: &Option<Rc<str>>) -> (u8, u8, Option<&str>) {
    match label {
        Some(label) => (what, own | code::THIRD, Some(label)),
        None => (what, own, None),
    }
}

fn holds(it_does: bool) -> u8 {
    if it_does { code::HOLDS } else { 0 }
}

#[inline(never)]
fn number(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn text(text: &str, out: &mut Vec<u8>) {
    number(text.len() as u64, out);
    out.extend(text.as_bytes());
}
