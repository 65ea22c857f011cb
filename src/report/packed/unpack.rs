//! Reads packed traces, as far as they have come.

use crate::report::packed::code;
use crate::report::packed::code::{Before, unfold};
use crate::report::trace::{Encoder, Format};
use crate::sim::trace::{Cause, Event, Kind, Observed, Role};
use crate::time::{Duration, Time};
use crate::value::ObjectId;

/// Turns a packed trace into the JSON Lines it stands for.
#[derive(Debug)]
pub struct Unpacker {
    encoder: Encoder,
    before: Before,
    serial: u64,
    /// The magic has been read.
    begun: bool,
    /// A run has begun and not ended.
    open: bool,
}

/// Why a record cannot be read.
#[derive(Debug, PartialEq, Eq)]
enum Trouble {
    /// The rest of it is not there yet.
    Short,
    Broken(&'static str),
}

type Read<T> = Result<T, Trouble>;

impl Default for Unpacker {
    fn default() -> Unpacker {
        let encoder = Encoder::new(Format::JsonLines);
        Unpacker { encoder, before: Before::default(), serial: 0, begun: false, open: false }
    }
}

impl Unpacker {
    /// Reads the whole records at the beginning of `bytes` and writes them to `out`; how many bytes that were.
    ///
    /// # Errors
    /// It is no packed trace, or a broken one.
    pub fn read(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<usize, String> {
        let mut used = 0;
        if !self.begun {
            if bytes.len() < code::MAGIC.len() && code::MAGIC.starts_with(bytes) {
                return Ok(0);
            }
            if !bytes.starts_with(code::MAGIC) && bytes.starts_with(code::FAMILY) {
                return Err(
                    "this trace was packed by another version of cosim: that one can show it, or run it again".into()
                );
            }
            if !bytes.starts_with(code::MAGIC) {
                return Err(
                    "this is no packed trace of cosim; `cosim run FILE --trace x.packed` writes one".into()
                );
            }
            self.begun = true;
            used = code::MAGIC.len();
        }
        loop {
            let mut cursor = Cursor { bytes: &bytes[used..] };
            match self.record(&mut cursor, out) {
                Ok(()) => used = bytes.len() - cursor.bytes.len(),
                Err(Trouble::Short) => return Ok(used),
                Err(Trouble::Broken(why)) => return Err(format!("the trace is broken: {why}")),
            }
        }
    }

    /// Nothing more comes, and so many bytes are left.
    ///
    /// # Errors
    /// Something is missing.
    pub fn finish(&self, left: usize) -> Result<(), String> {
        if !self.begun || self.open || left > 0 {
            return Err("the trace is broken: it ends in the middle of a run".into());
        }
        Ok(())
    }

    fn record(&mut self, cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Read<()> {
        let (first, second) = (cursor.byte()?, cursor.byte()?);
        match (first & code::CODE, self.open) {
            (code::HEADER, false) => self.header(cursor, out)?,
            (code::HEADER, true) => return Err(Trouble::Broken("a run begins within a run")),
            (_, false) => return Err(Trouble::Broken("something stands outside of all runs")),
            (code::END, true) => {
                let record = cursor.text()?;
                out.extend(record.as_bytes());
                out.push(b'\n');
                self.open = false;
            }
            (_, true) => self.event(first, second, cursor, out)?,
        }
        Ok(())
    }

    fn header(&mut self, cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Read<()> {
        let header = cursor.text()?;
        let (objects, metrics) = (cursor.names()?, cursor.names()?);
        self.encoder.refer_to(objects, metrics);
        (self.before, self.serial, self.open) = (Before::default(), 0, true);
        out.extend(header.as_bytes());
        out.push(b'\n');
        Ok(())
    }

    fn event(&mut self, first: u8, second: u8, cursor: &mut Cursor<'_>, out: &mut Vec<u8>) -> Read<()> {
        let Before { mut time, mut task, mut worker, mut line } = self.before;
        if first & code::LATER != 0 {
            time = time.checked_add(cursor.number()?).ok_or(Trouble::Broken("a time is too late"))?;
        }
        if first & code::TASK != 0 {
            let number = i64::from(task).checked_add(unfold(cursor.number()?));
            task =
                number.and_then(|n| u32::try_from(n).ok()).ok_or(Trouble::Broken("there is no such task"))?;
        }
        if first & code::WORKER != 0 {
            worker = cursor.small()?;
        }
        if second & code::LINE != 0 {
            line = cursor.small()?;
        }
        let kind = kind(first & code::CODE, second, cursor)?;
        self.before = Before { time, task, worker, line };
        let worker = (second & code::NOWHERE == 0).then_some(worker);
        let task = (second & code::NOBODY == 0).then_some(task);
        let event = Event { time: Time(time), serial: self.serial, task, worker, kind, span: None };
        self.serial += 1;
        self.encoder.event_at(&event, Some(line).filter(|&line| line > 0), out);
        Ok(())
    }
}

fn kind(what: u8, own: u8, cursor: &mut Cursor<'_>) -> Read<Kind> {
    let has = |bit: u8| own & bit != 0;
    Ok(match what {
        code::NEW_WORKER => {
            let role = match cursor.optional(has(code::FIRST))? {
                Some(object) => Role::Pool(ObjectId(object)),
                None if has(code::HOLDS) => Role::Main,
                None => Role::Worker,
            };
            Kind::Worker { name: cursor.text()?.into(), role }
        }
        code::SPAWN => {
            let parent = cursor.optional(has(code::FIRST))?;
            let priority = if has(code::SECOND) { unfold(cursor.number()?) as i32 } else { 0 };
            Kind::Spawn { name: cursor.text()?.into(), parent, priority, daemon: has(code::HOLDS) }
        }
        code::SWITCH => Kind::Switch { cost: Duration(cursor.number()?) },
        code::RUN => Kind::Run,
        code::WORK => {
            Kind::Work { duration: Duration(cursor.number()?), label: cursor.label(has(code::THIRD))? }
        }
        code::BLOCK => {
            Kind::Hold { duration: Duration(cursor.number()?), label: cursor.label(has(code::THIRD))? }
        }
        code::RESUME => Kind::Resume,
        code::PREEMPT => Kind::Preempt,
        code::YIELD => Kind::Yield,
        code::WAIT => {
            let kind = code::CAUSES.get(usize::from(cursor.byte()?));
            let kind = *kind.ok_or(Trouble::Broken("a task waits for an unknown cause"))?;
            let object = cursor.optional(has(code::FIRST))?.map(ObjectId);
            let holder = cursor.optional(has(code::SECOND))?;
            let cause = Cause { kind, object, holder, label: cursor.label(has(code::THIRD))? };
            Kind::Wait { cause, held: has(code::HOLDS) }
        }
        code::WAKE => Kind::Wake { by: cursor.optional(has(code::FIRST))? },
        code::DONE => Kind::Done,
        code::FAIL => Kind::Failed { text: cursor.text()?.into() },
        code::CANCELLED => Kind::Cancelled,
        code::CANCEL => Kind::CancelRequest { target: cursor.small()? },
        code::ACQUIRE => Kind::Acquire { object: ObjectId(cursor.small()?) },
        code::RELEASE => Kind::Release { object: ObjectId(cursor.small()?) },
        code::SEND => Kind::Send { object: ObjectId(cursor.small()?) },
        code::RECEIVE => Kind::Receive { object: ObjectId(cursor.small()?) },
        code::LOG => Kind::Log { text: cursor.text()?.into() },
        code::OBSERVE => {
            let metric = cursor.small()? as u16;
            let value = match has(code::HOLDS) {
                true => Observed::Duration(unfold(cursor.number()?)),
                false => Observed::Number(cursor.float()?),
            };
            Kind::Observe { metric, value }
        }
        code::DECISION => Kind::Decision { options: cursor.small()?, chosen: cursor.small()? },
        code::QUEUE => {
            let queue = code::QUEUES.get(usize::from(cursor.byte()?));
            Kind::Queue { queue: *queue.ok_or(Trouble::Broken("a task stands in an unknown queue"))? }
        }
        _ => return Err(Trouble::Broken("an event is of an unknown kind")),
    })
}

/// What is left to be read.
struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn byte(&mut self) -> Read<u8> {
        let (&byte, rest) = self.bytes.split_first().ok_or(Trouble::Short)?;
        self.bytes = rest;
        Ok(byte)
    }

    fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(Trouble::Short)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Trouble::Broken("a number is too large"))
    }

    fn small(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| Trouble::Broken("a number is too large"))
    }

    fn optional(&mut self, is_there: bool) -> Read<Option<u32>> {
        is_there.then(|| self.small()).transpose()
    }

    fn float(&mut self) -> Read<f64> {
        let bytes = self.take(8)?.try_into().expect("eight were taken");
        Ok(f64::from_bits(u64::from_le_bytes(bytes)))
    }

    fn text(&mut self) -> Read<&'a str> {
        let length = self.number()?;
        if length > code::LONGEST as u64 {
            return Err(Trouble::Broken("a text is too long"));
        }
        let bytes = self.take(length as usize)?;
        std::str::from_utf8(bytes).map_err(|_| Trouble::Broken("a text is not UTF-8"))
    }

    fn label(&mut self, is_there: bool) -> Read<Option<std::rc::Rc<str>>> {
        is_there.then(|| self.text().map(Into::into)).transpose()
    }

    fn names(&mut self) -> Read<Vec<String>> {
        let count = self.number()?;
        if count > code::LONGEST as u64 {
            return Err(Trouble::Broken("there are too many names"));
        }
        (0..count).map(|_| self.text().map(str::to_string)).collect()
    }
}
