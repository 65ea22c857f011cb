//! asyncio over uvloop: what differs is when a loop looks at its timers and at the clock (U1 to U5).

use crate::runtimes::asyncio::Asyncio;
use crate::runtimes::asyncio::handles::Policy;
use crate::runtimes::uvloop::settings::Settings;
use crate::sim::kernel::Kernel;

/// Names the runtime; during a run it is asyncio's.
pub struct Uvloop;

impl Uvloop {
    #[expect(clippy::new_ret_no_self, reason = "it is asyncio, on other loops")]
    pub fn new<'k>(kernel: &'k Kernel, settings: &Settings) -> Asyncio<'k> {
        Asyncio::on(Policy::Uv, kernel, settings)
    }
}
