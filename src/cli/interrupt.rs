//! Ctrl-C, and being told to end; the only file that knows ctrlc.

use std::process;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once};

use crate::cli::status::INTERRUPTED;

static ASKED: AtomicBool = AtomicBool::new(false);
/// Does the first Ctrl-C only ask?
static ASKS: AtomicBool = AtomicBool::new(false);
/// What is done before the end, each once.
static LAST: Mutex<Vec<fn()>> = Mutex::new(Vec::new());

/// From now on the first Ctrl-C only asks: what runs is stopped, what was done so far is told. A second one
/// ends everything at once.
pub fn watch() {
    ASKS.store(true, Ordering::Relaxed);
    listen();
}

/// Has somebody asked to stop?
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Whoever ends us, this is done first.
pub fn before_end(last: fn()) {
    if let Ok(mut all) = LAST.lock()
        && !all.iter().any(|other| ptr::fn_addr_eq(*other, last))
    {
        all.push(last);
    }
    listen();
}

fn listen() {
    static ONCE: Once = Once::new();
    // Where there is nobody to tell of a Ctrl-C it ends us at once, as if we had never asked.
    ONCE.call_once(|| drop(ctrlc::set_handler(told)));
}

fn told() {
    if ASKS.load(Ordering::Relaxed) && !ASKED.swap(true, Ordering::Relaxed) {
        return;
    }
    if let Ok(all) = LAST.lock() {
        all.iter().for_each(|last| last());
    }
    process::exit(INTERRUPTED.into());
}
