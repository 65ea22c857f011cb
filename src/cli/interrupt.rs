//! Ctrl-C, and being told to end; the only file that knows ctrlc.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::status::INTERRUPTED;

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on the first Ctrl-C only asks: what runs is stopped, what was done so far is told. A second one
/// ends everything at once.
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

/// Whoever ends us, this is done first.
pub fn before_end(last: fn()) {
    let end = move || {
        last();
        process::exit(INTERRUPTED.into());
    };
    let _ = ctrlc::set_handler(end);
}
