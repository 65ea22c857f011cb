//! Processes share nothing: an object belongs to the first that uses it, a variable to the first that changes it.

use crate::runtimes::errors::error;
use crate::runtimes::processes::dealing::{PARENT, Processes};
use crate::value::{ObjectId, Raise, TaskId};

impl Processes<'_> {
    /// Refuses an object of another process.
    pub fn own(&self, task: TaskId, object: ObjectId) -> Result<(), Raise> {
        let process = self.process(task);
        let owner = *self.state().objects.entry(object).or_insert(process);
        if owner == process {
            return Ok(());
        }
        Err(refused(&format!(
            "{} has this object already, and {} would use a copy of its own",
            name(owner),
            name(process)
        )))
    }

    /// The same for whoever takes a step now.
    pub fn own_here(&self, object: ObjectId) -> Result<(), Raise> {
        let current = self.inner.core().current;
        current.map_or(Ok(()), |task| self.own(task, object))
    }

    /// Refuses a `shared` variable that another process has changed.
    pub fn own_shared(&self, task: TaskId, slot: u16, change: bool) -> Result<(), Raise> {
        let process = self.process(task);
        let owner = self.state().shared.get(&slot).copied();
        match owner {
            Some(owner) if owner != process => Err(refused(&format!(
                "{} changed this variable, and {} has a copy of its own, in which it is unchanged",
                name(owner),
                name(process)
            ))),
            None if change => {
                self.state().shared.insert(slot, process);
                Ok(())
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn refused(why: &str) -> Raise {
    let text = format!(
        "processes share nothing: {why}; hand values over as arguments, results or through a channel"
    );
    error(text)
}

fn name(process: usize) -> String {
    if process == PARENT { "the process of `main`".into() } else { format!("process {process}") }
}
