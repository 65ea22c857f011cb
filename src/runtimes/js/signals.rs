//! Abort signals and who listens to them: plain data.

use std::collections::BTreeMap;

use slotmap::SlotMap;

use crate::runtimes::js::keys::{PromiseKey, SignalKey};
use crate::value::TaskId;

/// What an `abort` listener does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// A wait is rejected.
    Reject(PromiseKey),
    /// A controller that follows this signal is aborted too.
    Follow(SignalKey),
    /// A joined task is asked to stop.
    Cancel(TaskId),
}

/// An `AbortSignal`: once aborted it stays so.
#[derive(Debug, Default)]
pub struct Signal {
    pub aborted: bool,
    /// In the order of registration (J30).
    pub listeners: BTreeMap<u64, Listener>,
}

#[derive(Debug, Default)]
pub struct Signals {
    pub all: SlotMap<SignalKey, Signal>,
    made: u64,
}

impl Signals {
    pub fn add(&mut self) -> SignalKey {
        self.all.insert(Signal::default())
    }

    /// A controller whose signal is aborted when `parent` is.
    /// With the number of its listener there.
    pub fn follow(&mut self, parent: SignalKey) -> (SignalKey, u64) {
        let child = self.add();
        self.all[child].aborted = self.aborted(parent);
        let number = self.listen(parent, Listener::Follow(child));
        (child, number)
    }

    pub fn aborted(&self, key: SignalKey) -> bool {
        self.all.get(key).is_some_and(|signal| signal.aborted)
    }

    /// `addEventListener('abort', …)`; the number is for [`Signals::forget`].
    pub fn listen(&mut self, key: SignalKey, listener: Listener) -> u64 {
        self.made += 1;
        if let Some(signal) = self.all.get_mut(key)
            && !signal.aborted
        {
            signal.listeners.insert(self.made, listener);
        }
        self.made
    }

    /// `removeEventListener`
    pub fn forget(&mut self, key: SignalKey, number: u64) {
        if let Some(signal) = self.all.get_mut(key) {
            signal.listeners.remove(&number);
        }
    }

    pub fn remove(&mut self, key: SignalKey) {
        self.all.remove(key);
    }
}
