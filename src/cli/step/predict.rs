//! Predicting who runs next: the decision stays hidden until somebody has chosen.

use crate::cli::step::scene::Scene;
use crate::compare::replay::moment::Stance;
use crate::sim::trace::State;

/// Guesses so far, and what is being asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Predict {
    pub asked: u32,
    pub right: u32,
    pub state: Guess,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Guess {
    #[default]
    Nothing,
    Asked(Question),
    Told(Answer),
}

/// Who of these runs next?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// On this worker.
    pub worker: Option<u32>,
    /// Those that are ready.
    pub tasks: Vec<u32>,
    /// The one that is pointed at.
    pub cursor: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub worker: Option<u32>,
    pub guessed: u32,
    pub taken: u32,
}

impl Answer {
    pub fn is_right(&self) -> bool {
        self.guessed == self.taken
    }
}

/// Goes forward, but not past a decision that has not been seen and could go more than one way.
pub fn go(scene: &mut Scene<'_>, to: usize) -> Option<Question> {
    let moments = &scene.reel.replay.moments;
    for next in scene.at().max(scene.known)..to.min(moments.len()) {
        if !moments[next].decides {
            continue;
        }
        scene.view.go(next);
        let question = question(scene, next);
        if question.tasks.len() > 1 {
            scene.known = next;
            return Some(question);
        }
    }
    scene.go(to);
    None
}

/// The question at a decision: everybody who is ready may be the one.
fn question(scene: &Scene<'_>, at: usize) -> Question {
    let ready =
        scene.view.tasks().iter().zip(0..).filter(|(seen, _)| seen.stance == Stance::In(State::Ready));
    Question {
        worker: scene.reel.run.trace[at].worker,
        tasks: ready.map(|(_, task)| task).collect(),
        cursor: 0,
    }
}

/// Looks what happens, and goes there.
pub fn answer(scene: &mut Scene<'_>, question: &Question) -> Option<Answer> {
    let guessed = *question.tasks.get(question.cursor)?;
    let at = scene.at();
    let taken = scene.reel.run.trace.get(at)?.task?;
    scene.go(at + 1);
    Some(Answer { worker: question.worker, guessed, taken })
}
