//! The queue of the threads that are ready for a core.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::value::TaskId;

/// Where a thread stands in the queue; needed to take it out before its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket {
    /// Larger is more urgent; 0 for all where priorities do not count.
    urgency: Reverse<i32>,
    order: i64,
}

/// The most urgent first, among equals the one that has been ready longest.
#[derive(Debug, Default)]
pub struct Queue {
    waiting: BTreeMap<Ticket, TaskId>,
    /// The order of the last one put in front, and of the last one put at the back.
    front: i64,
    back: i64,
}

impl Queue {
    /// Behind its equals.
    pub fn push_back(&mut self, task: TaskId, urgency: i32) -> Ticket {
        self.back += 1;
        self.insert(task, urgency, self.back)
    }

    /// Before its equals.
    pub fn push_front(&mut self, task: TaskId, urgency: i32) -> Ticket {
        self.front -= 1;
        self.insert(task, urgency, self.front)
    }

    fn insert(&mut self, task: TaskId, urgency: i32, order: i64) -> Ticket {
        let ticket = Ticket { urgency: Reverse(urgency), order };
        self.waiting.insert(ticket, task);
        ticket
    }

    pub fn pop(&mut self) -> Option<TaskId> {
        self.waiting.pop_first().map(|(_, task)| task)
    }

    pub fn remove(&mut self, ticket: Ticket) {
        self.waiting.remove(&ticket);
    }

    pub fn head(&self) -> Option<TaskId> {
        self.waiting.first_key_value().map(|(_, &task)| task)
    }

    /// How urgent the head is.
    pub fn urgency(&self) -> Option<i32> {
        self.waiting.first_key_value().map(|(ticket, _)| ticket.urgency.0)
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_urgent_go_first_and_the_preempted_before_their_equals() {
        let task = |n| TaskId { slot: n, serial: n };
        let mut queue = Queue::default();
        queue.push_back(task(1), 0);
        queue.push_back(task(2), 5);
        queue.push_back(task(3), 5);
        queue.push_front(task(4), 5);
        let ticket = queue.push_back(task(5), 9);
        queue.remove(ticket);
        assert_eq!((queue.len(), queue.urgency(), queue.head()), (4, Some(5), Some(task(4))));
        let order: Vec<u32> = std::iter::from_fn(|| queue.pop()).map(|task| task.slot).collect();
        assert_eq!(order, [4, 2, 3, 1]);
    }
}
