//! A quiz in a conversation: what is said to each line that somebody types.

use crate::quiz::paper::{Paper, letter, lettered};
use crate::quiz::text::{asked, head, reasons};
use crate::report::style::{Ink, Style};

/// What stands before the line that is to be typed.
const PROMPT: &str = "> ";

/// How far somebody has come.
pub struct Asking<'a> {
    paper: &'a Paper,
    style: Style,
    at: usize,
    right: usize,
    given_up: bool,
}

impl<'a> Asking<'a> {
    pub fn new(paper: &'a Paper, style: Style) -> Asking<'a> {
        Asking { paper, style, at: 0, right: 0, given_up: false }
    }

    /// What is said first.
    pub fn begin(&self) -> String {
        format!("{}{}", head(self.paper, self.style), self.question())
    }

    pub fn over(&self) -> bool {
        self.given_up || self.at >= self.paper.questions.len()
    }

    /// The answer to a line, and the next question.
    pub fn hear(&mut self, line: &str) -> String {
        let Some(question) = self.paper.questions.get(self.at) else { return String::new() };
        if matches!(line.trim(), "q" | "Q" | "quit") {
            self.given_up = true;
            return String::new();
        }
        let Some(choice) = lettered(line, question.options.len()) else {
            let last = letter(question.options.len().saturating_sub(1));
            return format!("Type a letter from A to {last}, or q to stop.\n{}", PROMPT);
        };
        self.at += 1;
        let verdict = if choice == question.right {
            self.right += 1;
            self.style.paint(Ink::Good, "Right.")
        } else {
            let right = &question.options[question.right];
            self.style.paint(Ink::Bad, &format!("No: it is {}, {}.", letter(question.right), right.text))
        };
        format!("{verdict}\n{}{}", reasons(question, self.style), self.question())
    }

    /// What is said last.
    pub fn score(&self) -> String {
        let left = self.paper.questions.len() - self.at;
        let rest = if left > 0 { format!("; {left} not answered") } else { String::new() };
        format!("\n{} of {} right{rest}.\n", self.right, self.at)
    }

    fn question(&self) -> String {
        let Some(question) = self.paper.questions.get(self.at) else { return String::new() };
        format!("\n{}{}", asked(self.at + 1, question, self.style), PROMPT)
    }
}
