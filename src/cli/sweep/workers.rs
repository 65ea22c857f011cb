//! Runs on all cores: threads that take one run after the other, and what they bring is put in order.

use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{io, thread};

use crate::cli::interrupt;
use crate::cli::progress::Progress;
use crate::cli::sweep::texts::Texts;
use crate::sim::kernel::Pulse;
use crate::study::bench::Pilot;
use crate::study::ran::Ran;
use crate::study::{Bench, Request};
use crate::time::Time;

/// Runs may nest as deep as their programs do.
const STACK: usize = 64 << 20;

/// Makes these runs, each a cell and a replication. Who asks to stop gets those that are done by then.
///
/// A thread that cannot be started is done without, as long as there is one.
///
/// # Errors
/// There is none.
pub fn run(
    texts: &Texts,
    request: &Request,
    runs: &[(usize, u32)],
    threads: usize,
    pilots: &Pilots,
    progress: &Progress,
) -> io::Result<Vec<Ran>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let bench = bench(texts, request);
        let mut done = Vec::new();
        while let Some(&(cell, replication)) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let pilot = pilots[cell].get_or_init(|| bench.pilot(cell));
            // A pilot that was stopped says nothing.
            if interrupt::asked() {
                break;
            }
            let Some(ran) = bench.run(cell, replication, pilot.as_ref()) else { break };
            done.push(ran);
            progress.add(1);
        }
        done
    };
    thread::scope(|scope| {
        let wanted = threads.min(runs.len()).max(1);
        let mut started = Vec::with_capacity(wanted);
        for _ in 0..wanted {
            let builder = thread::Builder::new().name("sweep".to_string()).stack_size(STACK);
            match builder.spawn_scoped(scope, work) {
                Ok(thread) => started.push(thread),
                Err(error) if started.is_empty() => return Err(error),
                Err(_enough) => break,
            }
        }
        let mut all = Vec::with_capacity(runs.len());
        for thread in started {
            all.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        Ok(all)
    })
}

/// What the first replications of each cell say of its warm-up; whoever needs it first finds out.
pub type Pilots = [OnceLock<Option<Pilot>>];

/// Every thread has its own programs.
fn bench(texts: &Texts, request: &Request) -> Bench {
    let (mut sources, loaded) = texts.load();
    let bench = loaded.and_then(|loaded| Bench::new(loaded.experiment, &mut sources, request));
    let mut bench =
        bench.unwrap_or_else(|problems| unreachable!("what was read before is read again: {problems:?}"));
    bench.watch(Rc::new(UntilAsked));
    bench
}

/// Lets runs go on until somebody asks to stop.
struct UntilAsked;

impl Pulse for UntilAsked {
    fn beat(&self, _now: Time, _events: u64) -> bool {
        !interrupt::asked()
    }
}
