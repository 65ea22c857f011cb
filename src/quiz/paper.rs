//! A quiz as plain data: questions, what one may choose from, the right answer and why it is right.

use crate::quiz::belief::Belief;
use crate::time::Time;

/// What is shown, asked and answered.
#[derive(Debug, Clone)]
pub struct Paper {
    pub title: String,
    pub story: String,
    /// The program the questions are about, as it is written.
    pub program: String,
    /// Every run of the comparison: its name and its runtime.
    pub runs: Vec<(String, String)>,
    pub seed: u64,
    /// How many questions were wanted.
    pub wanted: usize,
    pub questions: Vec<Question>,
}

#[derive(Debug, Clone)]
pub struct Question {
    pub subject: Subject,
    pub text: String,
    /// A timeline that belongs to it.
    pub picture: Option<String>,
    pub options: Vec<Choice>,
    /// Which of them is right.
    pub right: usize,
    /// Why, in sentences.
    pub because: Vec<String>,
    /// Who goes next under this runtime, where that decides.
    pub rule: Option<&'static str>,
}

/// One of the answers to choose from.
#[derive(Debug, Clone)]
pub struct Choice {
    pub text: String,
    /// Of a wrong one: when it would be right.
    pub note: String,
    /// The misconception under which it came out.
    pub belief: Option<Belief>,
}

/// What a question is about. Runs are counted as the comparison has them, tasks and workers as the trace has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Who comes to a worker at this event of the trace?
    Next { run: usize, event: usize },
    /// When does the task end?
    Finish { run: usize, task: u32 },
    /// How long does all of it take, stand idle, is held?
    Total { run: usize, what: Total },
    /// What does the worker do at this moment?
    Doing { run: usize, worker: u32, at: Time },
    /// How long is the wait of the task that begins then, and what for?
    Wait { run: usize, task: u32, from: Time },
    /// In which order do these texts appear in the log?
    Order { run: usize },
    /// Which of these tasks ends first, or last?
    Ends { run: usize, last: bool },
    /// How does the run end?
    Ending { run: usize },
    /// Which run is this the timeline of?
    Picture { run: usize },
    /// Which run is over first?
    Fastest,
}

/// A number of a whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Makespan,
    Idle,
    Held,
}

impl Subject {
    /// The kind of question, in a word.
    pub fn word(self) -> &'static str {
        match self {
            Subject::Next { .. } => "next",
            Subject::Finish { .. } => "finish",
            Subject::Total { what: Total::Makespan, .. } => "makespan",
            Subject::Total { what: Total::Idle, .. } => "idle",
            Subject::Total { what: Total::Held, .. } => "held",
            Subject::Doing { .. } => "doing",
            Subject::Wait { .. } => "wait",
            Subject::Order { .. } => "order",
            Subject::Ends { last: false, .. } => "first",
            Subject::Ends { last: true, .. } => "last",
            Subject::Ending { .. } => "ending",
            Subject::Picture { .. } => "timeline",
            Subject::Fastest => "fastest",
        }
    }

    /// The run it is about, if it is about one.
    pub fn run(self) -> Option<usize> {
        match self {
            Subject::Next { run, .. }
            | Subject::Finish { run, .. }
            | Subject::Total { run, .. }
            | Subject::Doing { run, .. }
            | Subject::Wait { run, .. }
            | Subject::Order { run }
            | Subject::Ends { run, .. }
            | Subject::Ending { run }
            | Subject::Picture { run } => Some(run),
            Subject::Fastest => None,
        }
    }
}

/// `A`, `B`, …
pub fn letter(option: usize) -> char {
    char::from(b'A' + u8::try_from(option).unwrap_or(25).min(25))
}

/// What one of the letters means; small ones too.
pub fn lettered(text: &str, options: usize) -> Option<usize> {
    let mut letters = text.trim().chars();
    let (first, rest) = (letters.next()?.to_ascii_uppercase(), letters.next());
    (0..options).find(|&option| letter(option) == first && rest.is_none())
}
