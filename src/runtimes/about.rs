//! What is said of a runtime: in lists, on its page, and by the tests that hold it to its word.

use serde::Serialize;

#[derive(Debug, Clone, Copy, Serialize)]
pub struct About {
    /// As experiments write it.
    pub name: &'static str,
    pub summary: &'static str,
    pub exactness: Exactness,
    /// Against which version it was verified and how; empty for a textbook model.
    pub verified: &'static str,
    /// Who goes next, and by which rule of the real thing.
    pub next: &'static str,
    /// What the real thing has and this does not.
    pub not_modelled: &'static [&'static str],
    pub settings: &'static [Setting],
    /// Settings under which the laws are tested.
    #[serde(skip)]
    pub samples: &'static [&'static str],
    #[serde(skip)]
    pub page: &'static str,
}

/// How close a simulated schedule is to the real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Exactness {
    /// The order of the real thing, event by event.
    Exact,
    /// The order of the real thing up to choices that it leaves open, which are named.
    Equivalent,
    /// Its rules, not its order.
    Approximate,
    /// A model of no particular implementation.
    Textbook,
}

impl Exactness {
    pub fn name(self) -> &'static str {
        match self {
            Exactness::Exact => "exact",
            Exactness::Equivalent => "equivalent",
            Exactness::Approximate => "approximate",
            Exactness::Textbook => "textbook",
        }
    }

    pub fn meaning(self) -> &'static str {
        match self {
            Exactness::Exact => "the order of the real thing, event by event",
            Exactness::Equivalent => "the order of the real thing up to choices it leaves open",
            Exactness::Approximate => "the rules of the real thing, not its order",
            Exactness::Textbook => "a model of no particular implementation",
        }
    }
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Setting {
    pub name: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
}

/// Settings of every runtime whose steps are charged for by the driving loop.
pub const SWITCH: Setting = setting("switch", "\"0s\"", "what a worker spends before each step of a task");
pub const WAKE: Setting = setting("wake", "\"0s\"", "what it spends in addition when it had nothing to do");
pub const START: Setting =
    setting("start", "\"0s\"", "what a thread of named workers spends before its first task");

pub const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning }
}
