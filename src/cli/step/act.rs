//! What keys do: to the stepper, to a time being typed, to the help, to a question.

use ratatui::crossterm::event::{KeyCode, KeyEvent};

use crate::cli::step::draw::help::LINES;
use crate::cli::step::keys::{Action, action, interrupts, pressed};
use crate::cli::step::stepper::{Mode, Stepper};
use crate::report::text::Lanes;

/// Is there more to see?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    On,
    Quit,
}

/// Longer than any time one could mean.
const TYPED: usize = 40;

impl Stepper<'_> {
    pub fn press(&mut self, key: KeyEvent) -> Flow {
        if !pressed(key) {
            return Flow::On;
        }
        if interrupts(key) {
            return Flow::Quit;
        }
        self.notice.clear();
        match std::mem::replace(&mut self.mode, Mode::Stepping) {
            Mode::Typing(text) => self.typed(text, key.code),
            Mode::Help(line) => self.read(line, key.code),
            Mode::Stepping if self.asks() && self.answers(key.code) => {}
            Mode::Stepping => return action(key).map_or(Flow::On, |action| self.act(action)),
        }
        Flow::On
    }

    fn typed(&mut self, mut text: String, code: KeyCode) {
        match code {
            KeyCode::Enter if text.is_empty() => return,
            KeyCode::Enter => return self.go_to_time(&text),
            KeyCode::Esc => return,
            KeyCode::Char(letter) if text.len() < TYPED => text.push(letter),
            KeyCode::Backspace => drop(text.pop()),
            _other => {}
        }
        self.mode = Mode::Typing(text);
    }

    fn read(&mut self, line: usize, code: KeyCode) {
        let line = match code {
            KeyCode::Down | KeyCode::Char('j') => (line + 1).min(LINES),
            KeyCode::Up | KeyCode::Char('k') => line.saturating_sub(1),
            _other => return,
        };
        self.mode = Mode::Help(line);
    }

    /// Is the key an answer to the question, or on the way to one?
    fn answers(&mut self, code: KeyCode) -> bool {
        match code {
            KeyCode::Down | KeyCode::Char('j') => self.point(true),
            KeyCode::Up | KeyCode::Char('k') => self.point(false),
            KeyCode::Enter => self.guess(None),
            KeyCode::Char(digit @ '1'..='9') => self.guess(Some(digit as usize - '1' as usize)),
            KeyCode::Esc => self.toggle_predict(),
            _other => return false,
        }
        true
    }

    pub fn act(&mut self, action: Action) -> Flow {
        match action {
            Action::Step(stride, way) => self.step(stride, way),
            Action::Start => self.start(),
            Action::End => self.end(),
            Action::Time => self.mode = Mode::Typing(String::new()),
            Action::Choose(down) => {
                let lanes = self.lanes;
                self.scene_mut().choose(lanes, down);
            }
            Action::Lanes => {
                self.lanes = match self.lanes {
                    Lanes::Tasks => Lanes::Workers,
                    Lanes::Workers => Lanes::Tasks,
                };
            }
            Action::NextRun => self.turn(true),
            Action::EarlierRun => self.turn(false),
            Action::Run(run) => self.show(run),
            Action::Play => self.play.toggle(),
            Action::Faster => self.play.faster(),
            Action::Slower => self.play.slower(),
            Action::Look(look) => {
                let now = self.scene().time();
                self.scene_mut().window.look(look, now);
            }
            Action::Why => self.why = !self.why,
            Action::Cause => self.jump_to_cause(),
            Action::Back => self.jump_back(),
            Action::Path => self.path = !self.path,
            Action::Predict => self.toggle_predict(),
            Action::Help => self.mode = Mode::Help(0),
            Action::Quit => return Flow::Quit,
        }
        Flow::On
    }
}
