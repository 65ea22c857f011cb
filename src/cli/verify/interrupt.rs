//! Ctrl-C: what runs is stopped, what was verified so far is told. A second one ends everything at once.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::status::INTERRUPTED;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C only asks.
pub fn watch() {
    let ask = || {
        if ASKED.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
    };
    // Where there is nobody to tell of a Ctrl-C it ends us at once, as if we had never asked.
    let _ = ctrlc::set_handler(ask);
}

/// Has somebody asked to stop?
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
