//! What a task waits for, for the trace and for what is said of a deadlock.

use crate::sim::trace::CauseKind;
use crate::value::{ObjectId, TaskId};

#[derive(Debug, Clone, Copy)]
pub struct WaitInfo {
    pub kind: CauseKind,
    pub object: Option<ObjectId>,
    pub holder: Option<TaskId>,
}

impl WaitInfo {
    pub fn new(kind: CauseKind) -> WaitInfo {
        WaitInfo { kind, object: None, holder: None }
    }

    pub fn object(kind: CauseKind, object: ObjectId) -> WaitInfo {
        WaitInfo { kind, object: Some(object), holder: None }
    }
}
