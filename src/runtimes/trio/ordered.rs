//! A set that is walked in the order in which its elements came.

use std::collections::BTreeMap;

/// Where an element stands; who put it in keeps this to take it out again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// What trio keeps in a `set` and walks by address, or in an `OrderedDict`.
#[derive(Debug)]
pub struct Ordered<T> {
    next: u64,
    items: BTreeMap<Ticket, T>,
}

impl<T> Default for Ordered<T> {
    fn default() -> Ordered<T> {
        Ordered { next: 0, items: BTreeMap::new() }
    }
}

impl<T> Ordered<T> {
    pub fn add(&mut self, item: T) -> Ticket {
        let ticket = Ticket(self.next);
        self.next += 1;
        self.items.insert(ticket, item);
        ticket
    }

    pub fn remove(&mut self, ticket: Ticket) -> Option<T> {
        self.items.remove(&ticket)
    }

    pub fn pop_first(&mut self) -> Option<T> {
        self.items.pop_first().map(|(_, item)| item)
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.values()
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}
