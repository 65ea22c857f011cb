//! The state of the stepper, and its moves: all that keys can change.

use std::time::Duration;

use crate::cli::step::play::Play;
use crate::cli::step::predict::{self, Guess, Predict};
use crate::cli::step::reel::Reel;
use crate::cli::step::scene::Scene;
use crate::compare::blame::wait::End;
use crate::compare::replay::moves::{Along, Way};
use crate::report::text::Lanes;
use crate::source::Sources;
use crate::time::{Time, parse_nanos};

#[derive(Debug)]
pub struct Stepper<'a> {
    pub title: &'a str,
    pub sources: &'a Sources,
    /// One for each run; there is at least one.
    pub scenes: Vec<Scene<'a>>,
    /// The run that is shown.
    pub shown: usize,
    pub lanes: Lanes,
    /// The sentence of the chosen task is shown.
    pub why: bool,
    /// So is the critical path.
    pub path: bool,
    pub play: Play,
    pub predict: Option<Predict>,
    pub mode: Mode,
    /// What the last key had to say.
    pub notice: String,
}

/// What keys mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    Stepping,
    /// A time is being typed.
    Typing(String),
    /// The help is read, from this line on.
    Help(usize),
}

/// What is stepped along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stride {
    Event,
    Lane,
    Decision,
}

impl<'a> Stepper<'a> {
    /// At the start of the first of these runs; `None` if there are none.
    pub fn new(title: &'a str, sources: &'a Sources, reels: &'a [Reel]) -> Option<Stepper<'a>> {
        let scenes: Vec<Scene<'a>> = reels.iter().map(Scene::new).collect();
        (!scenes.is_empty()).then(|| Stepper {
            title,
            sources,
            scenes,
            shown: 0,
            lanes: Lanes::Tasks,
            why: false,
            path: false,
            play: Play::default(),
            predict: None,
            mode: Mode::Stepping,
            notice: String::new(),
        })
    }

    pub fn scene(&self) -> &Scene<'a> {
        &self.scenes[self.shown]
    }

    pub fn scene_mut(&mut self) -> &mut Scene<'a> {
        &mut self.scenes[self.shown]
    }

    /// The task of the chosen lane.
    pub fn subject(&self) -> Option<u32> {
        self.scene().subject(self.lanes)
    }

    pub fn go(&mut self, to: usize) {
        match &mut self.predict {
            Some(predict) => {
                let question = predict::go(&mut self.scenes[self.shown], to);
                if question.is_some() {
                    self.play.on = false;
                }
                predict.state = question.map_or(Guess::Nothing, Guess::Asked);
            }
            None => self.scene_mut().go(to),
        }
        self.scene_mut().follow();
    }

    pub fn step(&mut self, stride: Stride, way: Way) {
        let scene = self.scene();
        let along = match stride {
            Stride::Event => Some(Along::Events),
            Stride::Lane => scene.along(self.lanes),
            Stride::Decision => Some(Along::Decisions),
        };
        let replay = &scene.reel.replay;
        match along.and_then(|along| replay.go(scene.at(), along, way)) {
            Some(to) => self.go(to),
            None => {
                let what = match stride {
                    Stride::Event => "event",
                    Stride::Lane => "event of this lane",
                    Stride::Decision => "decision",
                };
                let side = if way == Way::Forward { "later" } else { "earlier" };
                self.notice = format!("there is no {side} {what}");
            }
        }
    }

    pub fn start(&mut self) {
        self.go(0);
    }

    pub fn end(&mut self) {
        let end = self.scene().reel.replay.end();
        self.go(end);
    }

    /// To a time as it was typed.
    pub fn go_to_time(&mut self, text: &str) {
        let Some(Ok(nanos)) = parse_nanos(text.trim()).map(u64::try_from) else {
            self.notice = format!("`{text}` is no time: write 40min, or 1.5s");
            return;
        };
        let (time, end) = (Time(nanos), self.scene().reel.end());
        if time > end {
            self.notice = format!("this run ends at {end}");
        }
        let to = self.scene().reel.replay.at(time);
        self.go(to);
    }

    /// Another run, at the same time; while guessing, where it was left.
    pub fn show(&mut self, run: usize) {
        if run >= self.scenes.len() {
            self.notice = format!("there is no run {}", run + 1);
            return;
        }
        let (at, now) = (self.scene().at(), self.scene().time());
        self.shown = run;
        if let Some(predict) = &mut self.predict {
            predict.state = Guess::Nothing;
        } else if at == 0 {
            self.go(0);
        } else if self.scene().at() == 0 || self.scene().time() != now {
            let to = self.scene().reel.replay.at(now);
            self.go(to);
        }
        self.scene_mut().follow();
    }

    /// The next run, or the one before; behind the last comes the first.
    pub fn turn(&mut self, forward: bool) {
        let runs = self.scenes.len();
        self.show((self.shown + if forward { 1 } else { runs - 1 }) % runs);
    }

    /// To the event that ended the wait of the chosen task, and to the task that did it.
    pub fn jump_to_cause(&mut self) {
        let Some(wait) = self.subject().and_then(|task| self.scene().wait(task)) else {
            self.notice = "the chosen task does not wait".to_string();
            return;
        };
        let Some(last) = wait.last else {
            self.notice = "this wait lasts to the end of the run".to_string();
            return;
        };
        self.scene_mut().leave();
        self.go(last + 1);
        if let End::Woken(by) = wait.end
            && self.scene().at() == last + 1
        {
            self.scene_mut().choose_task(by);
        }
    }

    /// To where the last jump was made from.
    pub fn jump_back(&mut self) {
        if !self.scene_mut().come_back() {
            self.notice = "there was no jump to come back from".to_string();
            return;
        }
        if let Some(predict) = &mut self.predict {
            predict.state = Guess::Nothing;
        }
        self.scene_mut().follow();
    }

    /// Guessing begins, or is over.
    pub fn toggle_predict(&mut self) {
        self.predict = match self.predict.take() {
            Some(_) => None,
            None => {
                for scene in &mut self.scenes {
                    scene.known = scene.at();
                }
                self.notice = "go on, and predict who runs next".to_string();
                Some(Predict::default())
            }
        };
    }

    /// Points at another task of the question.
    pub fn point(&mut self, down: bool) {
        let Some(Predict { state: Guess::Asked(question), .. }) = &mut self.predict else { return };
        let last = question.tasks.len() - 1;
        question.cursor =
            if down { (question.cursor + 1).min(last) } else { question.cursor.saturating_sub(1) };
    }

    /// Answers the question: with this one of the tasks, or with the one that is pointed at.
    pub fn guess(&mut self, task: Option<usize>) {
        let Some(predict) = &mut self.predict else { return };
        let Guess::Asked(question) = &mut predict.state else { return };
        if let Some(task) = task {
            if task >= question.tasks.len() {
                self.notice = format!("there is no task {}", task + 1);
                return;
            }
            question.cursor = task;
        }
        if let Some(answer) = predict::answer(&mut self.scenes[self.shown], question) {
            predict.asked += 1;
            predict.right += u32::from(answer.is_right());
            predict.state = Guess::Told(answer);
        }
    }

    /// Is somebody to choose who goes next?
    pub fn asks(&self) -> bool {
        matches!(&self.predict, Some(Predict { state: Guess::Asked(_), .. }))
    }

    /// Time passes. Has anything changed?
    pub fn tick(&mut self, passed: Duration) -> bool {
        let due = self.play.due(passed);
        if due == 0 {
            return false;
        }
        let end = self.scene().reel.replay.end();
        self.go(self.scene().at().saturating_add(due).min(end));
        if self.scene().at() == end {
            self.play.on = false;
        }
        true
    }
}
