//! A run as it is stepped through: where every task stands after each event, and the moves between events.
//!
//! The page and the terminal show the same moments and know the same moves.

pub mod moment;
pub mod tape;
pub mod moves;
pub mod view;
