//! What is said about the chosen task, and asked about the next decision.

use ratatui::style::Style;

use crate::cli::step::draw::pen::Pen;
use crate::cli::step::predict::{Answer, Guess, Predict, Question};
use crate::cli::step::stepper::Stepper;
use crate::report::happening::stands;
use crate::report::lines::{clean, wrap};
use crate::report::style::Ink;
use crate::report::why::wait::tell;
use crate::report::why::words::name;

/// A title, and lines below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    title: String,
    lines: Vec<String>,
    /// The line that is pointed at.
    cursor: Option<usize>,
}

impl Said {
    /// With its title; 0 if there is nothing to say.
    pub fn rows(&self) -> usize {
        if self.title.is_empty() { 0 } else { 1 + self.lines.len() }
    }

    pub fn draw(&self, pen: &mut Pen<'_>) {
        if self.title.is_empty() {
            return;
        }
        pen.title(&self.title);
        let rows = pen.rows();
        // The line that is pointed at stays in sight.
        let first = self.cursor.map_or(0, |line| (line + 1).saturating_sub(rows));
        for (line, text) in self.lines.iter().enumerate().skip(first).take(rows) {
            let pointed = self.cursor == Some(line);
            let mark = match (self.cursor, pointed) {
                (None, _) => "",
                (Some(_), true) => pen.paint.glyph("▶ ", "> "),
                (Some(_), false) => "  ",
            };
            let style = if pointed { pen.paint.ink(Ink::Strong) } else { Style::new() };
            // What there is no room for is not passed over in silence.
            let cut = self.cursor.is_none() && line + 1 == rows && line + 1 < self.lines.len();
            let text = if cut { &format!("{text}{}", " ".repeat(pen.columns())) } else { text };
            pen.line(&[(mark, style), (text, style)]);
        }
    }
}

pub fn said(stepper: &Stepper<'_>, columns: usize) -> Said {
    match stepper.predict.as_ref().map(|predict: &Predict| &predict.state) {
        Some(Guess::Asked(question)) => ask(question, stepper),
        Some(Guess::Told(answer)) => judge(*answer, stepper, columns),
        Some(Guess::Nothing) | None if stepper.why => why(stepper, columns),
        Some(Guess::Nothing) | None => Said::default(),
    }
}

fn why(stepper: &Stepper<'_>, columns: usize) -> Said {
    let text = sentence(stepper);
    Said { title: "why".to_string(), lines: wrap(&text, columns), cursor: None }
}

/// The sentence of the wait the chosen task is in, or what else it does.
fn sentence(stepper: &Stepper<'_>) -> String {
    let scene = stepper.scene();
    let reel = scene.reel;
    let Some(task) = stepper.subject() else { return "Nobody is on this worker.".to_string() };
    let Some(seen) = scene.view.tasks().get(task as usize) else { return String::new() };
    let now = stands(task, seen, &reel.account.names, &reel.run.program);
    let since = reel.replay.moments.get(seen.since).map(|moment| moment.time);
    match (scene.wait(task), since) {
        (Some(wait), _) if stepper.predict.is_some() && wait.to > scene.known_time() => {
            format!("{now} since {}. How that ends is still to come.", wait.from)
        }
        (Some(wait), _) => tell(wait, &reel.account, &reel.run),
        (None, Some(since)) if scene.at() > 0 => format!("{now} since {since}."),
        (None, _) => format!("{now}."),
    }
}

fn ask(question: &Question, stepper: &Stepper<'_>) -> Said {
    let names = &stepper.scene().reel.account.names;
    let all: Vec<String> = question.tasks.iter().map(|&task| name(names, task)).collect();
    let label = |(at, task): (usize, &u32)| {
        // Several may have one name.
        let twin = all.iter().filter(|other| **other == all[at]).count() > 1;
        let which = if twin { format!(", task {task}") } else { String::new() };
        let digit = if at < 9 { (at + 1).to_string() } else { " ".to_string() };
        format!("{digit} {}{which}", all[at])
    };
    Said {
        title: format!("who runs next on {}?", worker(question.worker, stepper)),
        lines: question.tasks.iter().enumerate().map(label).collect(),
        cursor: Some(question.cursor),
    }
}

fn judge(answer: Answer, stepper: &Stepper<'_>, columns: usize) -> Said {
    let names = &stepper.scene().reel.account.names;
    let taken = name(names, answer.taken);
    let guessed = name(names, answer.guessed);
    let (title, text) = match answer.is_right() {
        true => ("right", format!("{taken} runs next.")),
        false => ("not so", format!("{taken} runs next, not {guessed}.")),
    };
    let rule = stepper.scene().reel.run.runtime.about().next;
    let text = format!("{text} The rule: {rule}");
    Said { title: title.to_string(), lines: wrap(&text, columns), cursor: None }
}

fn worker(worker: Option<u32>, stepper: &Stepper<'_>) -> String {
    let workers = &stepper.scene().reel.account.names.workers;
    let worker = worker.and_then(|worker| workers.get(worker as usize));
    worker.map_or_else(|| "a worker".to_string(), |(name, _)| clean(name))
}
