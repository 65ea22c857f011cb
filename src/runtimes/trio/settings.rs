//! What can be set on `Trio(…)`.

use serde::{Deserialize, Serialize};

/// `Trio(order: Fifo)`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub order: Order,
}

/// In which order a batch of tasks runs (T2): trio flips a coin for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Order {
    /// Heads every time: in the order in which they became ready.
    #[default]
    Fifo,
    /// Tails every time: the other way round.
    Lifo,
    /// A coin for each batch of two tasks or more.
    Seeded,
}
