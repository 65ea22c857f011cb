//! What a run costs: processor time and memory.

use std::fs;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::Done;

/// Runs it `repeat` times and says in one line of JSON what that cost; nothing where it cannot be run at all.
pub fn measure(repeat: u32, mut run: impl FnMut() -> Option<Done>) -> Option<String> {
    let (before, resident, start) = (times(), status("VmRSS:"), Instant::now());
    let mut operations = 0;
    let mut checksum = Vec::new();
    for _ in 0..repeat.max(1) {
        let done = run()?;
        operations += done.operations;
        assert!(checksum.is_empty() || checksum == done.checksum, "it is not the same every time");
        checksum = done.checksum;
    }
    let (wall, after) = (start.elapsed().as_secs_f64(), times());
    let sum: Vec<String> = checksum.iter().map(u64::to_string).collect();
    Some(format!(
        "{{\"operations\": {operations}, \"user\": {:.6}, \"system\": {:.6}, \"wall\": {wall:.6}, \
         \"bytes\": {}, \"checksum\": \"{}\"}}",
        after.0 - before.0,
        after.1 - before.1,
        status("VmHWM:").saturating_sub(resident),
        sum.join(", "),
    ))
}

/// User and system seconds of this process.
fn times() -> (f64, f64) {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("a process may ask what it used");
    let seconds = |time: nix::sys::time::TimeVal| time.num_microseconds() as f64 / 1e6;
    (seconds(usage.user_time()), seconds(usage.system_time()))
}

/// A line of `/proc/self/status`, in bytes; 0 where there is none.
fn status(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}
