//! Work beside Python: the interpreter is free meanwhile, and Ctrl-C stops the work.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use cosim::sim::kernel::Pulse;
use cosim::time::Time;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

/// Programs may nest as deep as the command line lets them.
pub const STACK: usize = 64 << 20;
/// How often Python is asked whether somebody wants to stop.
const LOOK: Duration = Duration::from_millis(20);

/// Up once somebody wants to stop. As a [`Pulse`] it stops runs.
#[derive(Debug, Clone, Default)]
pub struct Flag(Arc<AtomicBool>);

impl Flag {
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Pulse for Flag {
    fn beat(&self, _now: Time, _events: u64) -> bool {
        !self.is_up()
    }
}

/// Does the work on a thread of its own. When a signal is there for Python, the flag goes up, and what the work brings
/// then is lost.
pub fn watched<T: Send>(py: Python<'_>, work: impl FnOnce(&Flag) -> T + Send) -> PyResult<T> {
    let flag = Flag::default();
    py.detach(|| {
        let waiting = thread::current();
        thread::scope(|scope| {
            let work = || {
                let result = work(&flag);
                waiting.unpark();
                result
            };
            let builder = thread::Builder::new().name("cosim".to_string()).stack_size(STACK);
            let worker = builder.spawn_scoped(scope, work).map_err(|e| PyOSError::new_err(e.to_string()))?;
            let mut signals = Ok(());
            while !worker.is_finished() {
                thread::park_timeout(LOOK);
                if signals.is_ok() {
                    signals = Python::attach(|py| py.check_signals());
                    flag.0.store(signals.is_err(), Ordering::Relaxed);
                }
            }
            let result = worker.join().unwrap_or_else(|panic| resume_unwind(panic));
            signals.map(|()| result)
        })
    })
}
