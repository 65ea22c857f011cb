//! What expectations ask of the trace itself: which label came when, what was logged.

use std::collections::BTreeMap;

use crate::scenario::expect::term::{Expect, Measure, Term, What};
use crate::sim::trace::{Event, Kind, Sink};

/// Keeps what the expectations ask for, and nothing else.
#[derive(Debug, Clone, Default)]
pub struct Witness {
    /// When each text was first seen on a label or in the log: the serial number of the event.
    first: BTreeMap<String, Option<u64>>,
    /// How often each text was logged.
    logged: BTreeMap<String, u64>,
    /// Lines of the log by number.
    lines: BTreeMap<u64, Option<String>>,
    logs: u64,
}

impl Witness {
    /// A witness of one run of a comparison.
    pub fn new(expectations: &[Expect], run: usize) -> Witness {
        let mut witness = Witness::default();
        for expect in expectations {
            witness.attend(&expect.term, run);
        }
        witness
    }

    fn attend(&mut self, term: &Term, this: usize) {
        match &term.what {
            What::Constant(_) => {}
            What::Measure(Measure::Before { first, second, run }) if *run == this => {
                self.first.insert(first.clone(), None);
                self.first.insert(second.clone(), None);
            }
            What::Measure(Measure::Logged { text, run }) if *run == this => {
                self.logged.insert(text.clone(), 0);
            }
            What::Measure(Measure::LogLine { number, run }) if *run == this => {
                self.lines.insert(*number, None);
            }
            What::Measure(_) => {}
            What::Function(_, arguments) => arguments.iter().for_each(|argument| self.attend(argument, this)),
            What::Unary(_, inner) => self.attend(inner, this),
            What::Binary(_, left, right) | What::Logic { left, right, .. } => {
                self.attend(left, this);
                self.attend(right, this);
            }
        }
    }

    /// The event that first carried this text.
    pub fn first(&self, text: &str) -> Option<u64> {
        self.first.get(text).copied().flatten()
    }

    pub fn logged(&self, text: &str) -> u64 {
        self.logged.get(text).copied().unwrap_or(0)
    }

    pub fn line(&self, number: u64) -> Option<&str> {
        self.lines.get(&number)?.as_deref()
    }

    pub fn logs(&self) -> u64 {
        self.logs
    }

    fn seen(&mut self, text: &str, serial: u64) {
        if let Some(first) = self.first.get_mut(text) {
            first.get_or_insert(serial);
        }
    }
}

impl Sink for Witness {
    fn event(&mut self, event: &Event) {
        match &event.kind {
            Kind::Work { label: Some(label), .. } | Kind::Hold { label: Some(label), .. } => {
                self.seen(label, event.serial);
            }
            Kind::Wait { cause, .. } => {
                if let Some(label) = &cause.label {
                    self.seen(label, event.serial);
                }
            }
            Kind::Log { text } => {
                self.seen(text, event.serial);
                if let Some(count) = self.logged.get_mut(&**text) {
                    *count += 1;
                }
                if let Some(line) = self.lines.get_mut(&self.logs) {
                    *line = Some(text.to_string());
                }
                self.logs += 1;
            }
            _other => {}
        }
    }
}
