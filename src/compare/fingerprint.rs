//! The fingerprint of a trace: equal traces, equal fingerprint, on every machine.

use crate::sim::trace::{Cause, Event, Kind, Observed, Role, Sink};

/// FNV-1a, 64 bits, over a fixed byte encoding of everything but places in the source, so
/// that a comment added to a scenario leaves its fingerprint alone.
#[derive(Debug, Clone, Copy)]
pub struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Fingerprint {
        Fingerprint(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    pub fn value(self) -> u64 {
        self.0
    }

    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    fn number(&mut self, n: u64) {
        for byte in n.to_le_bytes() {
            self.byte(byte);
        }
    }

    fn option(&mut self, n: Option<u32>) {
        self.number(n.map_or(0, |n| u64::from(n) + 1));
    }

    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        for byte in text.bytes() {
            self.byte(byte);
        }
    }

    fn label(&mut self, label: Option<&str>) {
        self.byte(u8::from(label.is_some()));
        self.text(label.unwrap_or(""));
    }

    fn cause(&mut self, cause: &Cause) {
        self.byte(cause.kind as u8);
        self.option(cause.object.map(|object| object.0));
        self.option(cause.holder);
        self.label(cause.label.as_deref());
    }

    /// A byte for the kind, then what it carries.
    fn kind(&mut self, kind: &Kind) {
        match kind {
            Kind::Worker { name, role } => {
                self.byte(1);
                self.text(name);
                match role {
                    Role::Worker => self.number(0),
                    Role::Main => self.number(1),
                    Role::Pool(object) => self.number(u64::from(object.0) + 2),
                }
            }
            Kind::Spawn { name, parent, priority, daemon } => {
                self.byte(2);
                self.text(name);
                self.option(*parent);
                self.number(i64::from(*priority) as u64);
                self.byte(u8::from(*daemon));
            }
            Kind::Switch { cost } => self.tagged(3, cost.0),
            Kind::Run => self.byte(4),
            Kind::Work { duration, label } => {
                self.tagged(5, duration.0);
                self.label(label.as_deref());
            }
            Kind::Hold { duration, label } => {
                self.tagged(6, duration.0);
                self.label(label.as_deref());
            }
            Kind::Resume => self.byte(7),
            Kind::Preempt => self.byte(8),
            Kind::Yield => self.byte(9),
            Kind::Wait { cause, held } => {
                self.tagged(10, u64::from(*held));
                self.cause(cause);
            }
            Kind::Wake { by } => {
                self.byte(11);
                self.option(*by);
            }
            Kind::Done => self.byte(12),
            Kind::Failed { text } => {
                self.byte(13);
                self.text(text);
            }
            Kind::Cancelled => self.byte(14),
            Kind::CancelRequest { target } => self.tagged(15, u64::from(*target)),
            Kind::Acquire { object } => self.tagged(16, u64::from(object.0)),
            Kind::Release { object } => self.tagged(17, u64::from(object.0)),
            Kind::Send { object } => self.tagged(18, u64::from(object.0)),
            Kind::Receive { object } => self.tagged(19, u64::from(object.0)),
            Kind::Log { text } => {
                self.byte(20);
                self.text(text);
            }
            Kind::Observe { metric, value } => {
                self.tagged(21, u64::from(*metric));
                match value {
                    Observed::Number(x) => self.tagged(0, x.to_bits()),
                    Observed::Duration(d) => self.tagged(1, *d as u64),
                }
            }
            Kind::Decision { options, chosen } => {
                self.tagged(22, u64::from(*options));
                self.number(u64::from(*chosen));
            }
            Kind::Queue { queue } => self.tagged(23, *queue as u64),
        }
    }

    fn tagged(&mut self, tag: u8, n: u64) {
        self.byte(tag);
        self.number(n);
    }
}

impl Sink for Fingerprint {
    fn event(&mut self, event: &Event) {
        self.number(event.time.0);
        self.option(event.task);
        self.option(event.worker);
        self.kind(&event.kind);
    }
}

/// Eight characters that people can compare by eye: Crockford's base 32, without i, l, o and u.
pub fn show(fingerprint: u64) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    // Forty of the 64 bits are shown; folding lets the others count.
    let folded = fingerprint ^ (fingerprint >> 40);
    (0..8).rev().map(|i| char::from(DIGITS[(folded >> (5 * i)) as usize % 32])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    #[test]
    fn is_the_same_everywhere() {
        let mut print = Fingerprint::default();
        let kind = Kind::Log { text: "hello".into() };
        print.event(&Event { time: Time(7), serial: 0, task: Some(0), worker: None, kind, span: None });
        assert_eq!(show(print.value()), "m4d2rbjv");
        assert_eq!(show(0), "00000000");
    }
}
