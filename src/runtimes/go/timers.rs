//! Timers (time.go; G14 to G17).

use crate::runtimes::go::core::Core;
use crate::runtimes::go::keys::TimerKey;
use crate::runtimes::go::records::{Body, End, Fire, G, Got};
use crate::runtimes::keys::due;
use crate::sim::agenda::Class;
use crate::sim::kernel::Came;
use crate::time::Duration;

impl Core<'_> {
    /// Timers that are due at one instant fire in the order of these calls (G15).
    pub fn start_timer(&mut self, d: Duration, fire: Fire) -> TimerKey {
        let key = self.timers.insert(fire);
        self.kernel.after(d, Class::Timer, due(key));
        key
    }

    pub fn stop_timer(&mut self, key: TimerKey) {
        self.timers.remove(key);
    }

    /// A timer is due. It fires when a processor next looks for work; its sleeper counts as
    /// ready from now on.
    pub fn expire(&mut self, key: TimerKey) {
        if let Some(&(Fire::Wake(g, _) | Fire::Go(g))) = self.timers.get(key) {
            self.ready_by(g, None);
        }
        self.expired.push_back(key);
        self.wakep();
    }

    /// `timers.check`: everything that is due fires at once, in order of deadline (G14).
    pub fn check_timers(&mut self) {
        while let Some(Came::Due(due)) = self.kernel.due_now() {
            self.due(due);
        }
        while let Some(key) = self.expired.pop_front() {
            let Some(fire) = self.timers.remove(key) else { continue };
            match fire {
                Fire::Wake(g, case) => self.wake(g, case, Got::Time),
                Fire::Cancel(context) => {
                    if let Some(context) = self.contexts.get_mut(context) {
                        context.timer = None;
                    }
                    let g = self.gs.insert(G::new(Body::Cancel(context), None, End::Daemon));
                    self.ready(g);
                }
                Fire::Go(g) => self.ready(g),
                Fire::Return(g) => self.exit_syscall(g),
            }
        }
    }
}
