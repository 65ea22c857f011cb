//! What follows from the numbers of a run whatever the schedule: bounds, and Little's law.

use crate::compare::comparison::{Metrics, TaskMetrics};
use crate::time::Duration;

impl Metrics {
    /// No schedule of the same tasks on as many workers is shorter: the workers have to compute what there is to
    /// compute (*work*), and no task is quicker than its own computing and waiting for devices and clocks, one
    /// after the other (the longest of them stands for the *span*, which may be longer still).
    pub fn bound(&self) -> Duration {
        let own = |task: &TaskMetrics| task.running + task.io + task.sleeping;
        let span = self.tasks.iter().map(own).max().unwrap_or(Duration::ZERO);
        let work = Duration(self.busy.0.div_ceil(u64::from(self.workers.max(1))));
        work.max(span)
    }

    /// How many tasks there were at once on average, L = λ·W: with n tasks that stayed W each on average, λ is n
    /// over the makespan. `None` if the run took no time.
    pub fn present(&self) -> Option<f64> {
        let stay = |task: &TaskMetrics| {
            let states = [task.running, task.ready, task.blocked, task.io, task.sleeping, task.overhead];
            states.iter().map(|length| length.0 as f64).sum::<f64>()
        };
        let all: f64 = self.tasks.iter().map(stay).sum();
        (self.makespan > Duration::ZERO).then(|| all / self.makespan.0 as f64)
    }

    /// How much of the time that was taken which is most in use, workers or an object with bounds: the bottleneck.
    /// At 1 nothing more goes through; so the throughput can grow by a factor of 1 / `saturation` at the most
    /// (Denning and Buzen 1978), as long as each task needs as much of the bottleneck. `None` if the run took no time.
    pub fn saturation(&self) -> Option<f64> {
        let objects = self.objects.iter().filter_map(|object| self.utilisation_of(object));
        objects.chain(self.occupied()).max_by(f64::total_cmp)
    }
}
