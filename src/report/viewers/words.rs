//! What pieces, arrows and places are called in the formats of other tools.

use crate::compare::comparison::Run;
use crate::report::terms::{cause_word, state_word};
use crate::report::viewers::drawing::{ArrowKind, Drawing};
use crate::report::viewers::lane::Piece;
use crate::report::why::words::object;
use crate::sim::trace::{Cause, State};

/// What a task does in a piece: its label, or what it waits for, or its state.
pub fn piece(piece: &Piece, run: &Run) -> String {
    if let Some(label) = &piece.label {
        return label.to_string();
    }
    match (&piece.cause, piece.state) {
        (Some(cause), _) => what(cause, run),
        (None, State::Io) => "block".to_string(),
        (None, state) => state_word(state).to_string(),
    }
}

/// `lock till`, `sleep`.
pub fn what(cause: &Cause, run: &Run) -> String {
    match object(&run.program, cause.object) {
        Some(object) => format!("{} {object}", cause_word(cause.kind)),
        None => cause_word(cause.kind).to_string(),
    }
}

/// What an arrow is called, and its kind in one word.
pub fn arrow(kind: &ArrowKind, run: &Run) -> (String, &'static str) {
    match kind {
        ArrowKind::Spawn => ("spawn".to_string(), "spawn"),
        ArrowKind::Wake(cause) => {
            (cause.as_ref().map_or("wake".to_string(), |cause| what(cause, run)), "wake")
        }
        ArrowKind::Message(channel) => {
            (format!("message {}", object(&run.program, Some(*channel)).unwrap_or_default()), "message")
        }
        ArrowKind::Device => ("io".to_string(), "io"),
    }
}

pub fn worker(drawing: &Drawing, worker: u32) -> String {
    let known = drawing.names.workers.get(worker as usize).filter(|(name, _)| !name.is_empty());
    known.map_or_else(|| format!("worker {worker}"), |(name, _)| name.to_string())
}
