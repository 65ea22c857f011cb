//! One run as it stands: the position in it, and the lane that was chosen.

use crate::cli::step::reel::Reel;
use crate::cli::step::window::Window;
use crate::compare::blame::wait::Wait;
use crate::compare::comparison::Lane;
use crate::compare::replay::moves::Along;
use crate::compare::replay::view::View;
use crate::report::text::Lanes;
use crate::time::Time;

#[derive(Debug)]
pub struct Scene<'a> {
    pub reel: &'a Reel,
    pub view: View<'a>,
    /// What is seen of the time.
    pub window: Window,
    /// Places of the chosen lanes among their kind.
    worker: usize,
    task: usize,
    /// What lies behind this position has not been seen: while guessing it stays hidden.
    pub known: usize,
    /// From where jumps were made.
    left: Vec<Place>,
}

/// Somewhere to come back to.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: usize,
    worker: usize,
    task: usize,
}

impl<'a> Scene<'a> {
    pub fn new(reel: &'a Reel) -> Scene<'a> {
        let view = View::new(&reel.account, &reel.replay);
        // `main` only starts the others, mostly: the first of those is more telling.
        let task = usize::from(reel.replay.tasks > 1);
        let window = Window::new(reel.end());
        Scene { reel, view, window, worker: 0, task, known: 0, left: Vec::new() }
    }

    pub fn at(&self) -> usize {
        self.view.position()
    }

    pub fn time(&self) -> Time {
        self.reel.replay.time(self.at())
    }

    /// Up to when everything has been seen.
    pub fn known_time(&self) -> Time {
        self.reel.replay.time(self.known.max(self.at()))
    }

    /// Goes there, and has seen what lies before.
    pub fn go(&mut self, to: usize) {
        self.view.go(to);
        self.known = self.known.max(self.at());
    }

    /// Brings the play-head into sight.
    pub fn follow(&mut self) {
        self.window.follow(self.reel.replay.time(self.view.position()));
    }

    /// The place of the chosen lane.
    pub fn chosen(&self, lanes: Lanes) -> usize {
        match lanes {
            Lanes::Workers => self.worker,
            Lanes::Tasks => self.task,
        }
    }

    pub fn lane(&self, lanes: Lanes) -> Option<&'a Lane> {
        self.reel.lanes(lanes).get(self.chosen(lanes))
    }

    /// The lane below, or above.
    pub fn choose(&mut self, lanes: Lanes, down: bool) {
        let last = self.reel.lanes(lanes).len().saturating_sub(1);
        let chosen = match lanes {
            Lanes::Workers => &mut self.worker,
            Lanes::Tasks => &mut self.task,
        };
        *chosen = if down { (*chosen + 1).min(last) } else { chosen.saturating_sub(1) };
    }

    /// Chooses a task: its own lane, or that of the worker it is on.
    pub fn choose_task(&mut self, task: u32) {
        let place =
            |lanes: Lanes, number: u32| self.reel.lanes(lanes).iter().position(|lane| lane.number == number);
        let on = self.view.tasks().get(task as usize).and_then(|seen| seen.worker);
        let worker = on.and_then(|worker| place(Lanes::Workers, worker)).unwrap_or(self.worker);
        self.task = place(Lanes::Tasks, task).unwrap_or(self.task);
        self.worker = worker;
    }

    /// The task of the chosen lane: its own, or the one on its worker.
    pub fn subject(&self, lanes: Lanes) -> Option<u32> {
        let lane = self.lane(lanes)?;
        match lanes {
            Lanes::Workers => self.view.on(lane.number),
            Lanes::Tasks => Some(lane.number),
        }
    }

    pub fn along(&self, lanes: Lanes) -> Option<Along> {
        let lane = self.lane(lanes)?;
        Some(match lanes {
            Lanes::Workers => Along::Worker(lane.number),
            Lanes::Tasks => Along::Task(lane.number),
        })
    }

    /// The wait a task is in.
    pub fn wait(&self, task: u32) -> Option<&'a Wait> {
        let wait = self.view.tasks().get(task as usize)?.wait?;
        self.reel.account.waits.get(wait)
    }

    /// Remembers where it is, to come back to.
    pub fn leave(&mut self) {
        self.left.push(Place { at: self.at(), worker: self.worker, task: self.task });
    }

    /// Back to where a jump was made from.
    pub fn come_back(&mut self) -> bool {
        let Some(place) = self.left.pop() else { return false };
        self.go(place.at);
        (self.worker, self.task) = (place.worker, place.task);
        true
    }
}
