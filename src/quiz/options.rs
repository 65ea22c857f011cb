//! The answers one can choose from: the right one, and wrong ones that all differ.

use crate::quiz::belief::Belief;
use crate::quiz::draws::Draws;
use crate::quiz::lab::Other;
use crate::quiz::paper::Choice;
use crate::time::Time;

/// No more wrong answers than this.
const WRONG: usize = 3;

/// Collects answers; the first is the right one.
pub struct Options {
    all: Vec<(Choice, Option<u64>)>,
}

impl Options {
    pub fn new(right: impl Into<String>) -> Options {
        Options { all: vec![(Choice { text: right.into(), note: String::new(), belief: None }, None)] }
    }

    /// Answers that are numbers stand in their order.
    pub fn number(right: impl Into<String>, value: u64) -> Options {
        let mut options = Options::new(right);
        options.all[0].1 = Some(value);
        options
    }

    pub fn time(right: Time) -> Options {
        Options::number(right.to_string(), right.0)
    }

    /// One more wrong answer, unless it is there already or there are enough.
    pub fn wrong(&mut self, text: impl Into<String>, note: impl Into<String>, belief: Option<Belief>) {
        self.add(text.into(), note.into(), belief, None);
    }

    /// A wrong number. Nothing, as a number, is too easily told.
    pub fn wrong_time(&mut self, time: Time, note: impl Into<String>, belief: Option<Belief>) {
        if time > Time::ZERO {
            self.add(time.to_string(), note.into(), belief, Some(time.0));
        }
    }

    /// What comes out of another run.
    pub fn other(&mut self, text: Option<String>, other: &Other) {
        if let Some(text) = text {
            self.wrong(text, other.note.clone(), other.belief);
        }
    }

    fn add(&mut self, text: String, note: String, belief: Option<Belief>, value: Option<u64>) {
        // Words that others begin with are as right as these: "for a device" and "for a device (query 1)".
        let says = |one: &str, other: &str| value.is_none() && one.starts_with(other);
        let known = self.all.iter().map(|(choice, _)| choice.text.as_str());
        let known = known.into_iter().any(|one| one == text || says(one, &text) || says(&text, one));
        if !known && !self.full() {
            self.all.push((Choice { text, note, belief }, value));
        }
    }

    pub fn full(&self) -> bool {
        self.all.len() > WRONG
    }

    /// The answers as they are shown, and which is right; `None` if there are fewer than `least` wrong ones.
    pub fn done(self, least: usize, draws: &mut Draws) -> Option<(Vec<Choice>, usize)> {
        if self.all.len() <= least {
            return None;
        }
        let right = self.all[0].0.text.clone();
        let mut all = self.all;
        if all.iter().all(|(_, value)| value.is_some()) {
            all.sort_by_key(|(_, value)| *value);
        } else {
            draws.shuffle(&mut all);
        }
        let choices: Vec<Choice> = all.into_iter().map(|(choice, _)| choice).collect();
        let place = choices.iter().position(|choice| choice.text == right)?;
        Some((choices, place))
    }
}
