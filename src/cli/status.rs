//! How a command ends, and what its exit code says.

use std::process::ExitCode;

/// From best to worst: of several, the worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Everything that was asked for was done.
    Fine,
    /// It was done as far as that was possible here: something could not be verified.
    Unverified,
    /// It was done, and something is wrong with the input: a mistake, an expectation that did not hold.
    Found,
    /// It could not be done.
    Failed,
    /// Somebody pressed Ctrl-C before it was done.
    Interrupted,
}

/// As shells have it: 128, and the number of the signal.
pub const INTERRUPTED: u8 = 130;

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Fine => 0,
            Status::Found => 1,
            Status::Failed => 2,
            Status::Unverified => 3,
            Status::Interrupted => INTERRUPTED,
        })
    }
}
