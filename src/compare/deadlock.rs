//! Who waits for whom when nobody can go on.

use std::collections::{BTreeMap, VecDeque};

use crate::compare::comparison::{Deadlock, StuckTask};
use crate::compare::follow::Names;
use crate::lang::program::ObjectDecl;
use crate::runtimes::runtime::Wait;
use crate::sim::trace::{Event, Kind, Sink};
use crate::source::Span;
use crate::value::ObjectId;

/// What every task holds and where it waits, kept up to date while a run goes on.
#[derive(Debug, Default)]
pub struct Standing {
    names: Names,
    held: BTreeMap<u32, Vec<ObjectId>>,
    waiting_at: BTreeMap<u32, Span>,
}

impl Sink for Standing {
    fn event(&mut self, event: &Event) {
        self.names.event(event);
        let Some(task) = event.task else { return };
        match (&event.kind, event.span) {
            (Kind::Acquire { object }, _) => self.held.entry(task).or_default().push(*object),
            (Kind::Release { object }, _) => self.release(task, *object),
            (Kind::Wait { .. }, Some(span)) => {
                self.waiting_at.insert(task, span);
            }
            (Kind::Wake { .. } | Kind::Done | Kind::Failed { .. } | Kind::Cancelled, _) => {
                self.waiting_at.remove(&task);
            }
            _other => {}
        }
    }
}

impl Standing {
    /// A task gives back what it holds, or, since anybody may release a semaphore, what another holds.
    fn release(&mut self, task: u32, object: ObjectId) {
        let own = self.held.get(&task).is_some_and(|held| held.contains(&object));
        let owner = if own { Some(task) } else { self.holder(object) };
        let Some(held) = owner.and_then(|owner| self.held.get_mut(&owner)) else { return };
        if let Some(at) = held.iter().rposition(|&other| other == object) {
            held.remove(at);
        }
    }

    fn holder(&self, object: ObjectId) -> Option<u32> {
        self.held.iter().find(|(_, held)| held.contains(&object)).map(|(&task, _)| task)
    }

    /// Explains a run that got stuck with these waits.
    pub fn deadlock(&self, waits: &[Wait], objects: &[ObjectDecl]) -> Deadlock {
        let mut stuck: Vec<StuckTask> = waits.iter().map(|wait| self.stuck(wait, objects)).collect();
        stuck.sort_by_key(|task| task.task);
        let cycle = cycle(&stuck).into_iter().map(|at| stuck[at].clone()).collect();
        Deadlock { cycle, stuck }
    }

    fn stuck(&self, wait: &Wait, objects: &[ObjectDecl]) -> StuckTask {
        let task = wait.task.serial;
        let cause = wait.cause.as_ref();
        let mut holders: Vec<u32> = wait.holders.iter().map(|holder| holder.serial).collect();
        holders.extend(cause.and_then(|cause| cause.holder));
        holders.sort_unstable();
        holders.dedup();
        let holds = self.held.get(&task).map_or(&[][..], Vec::as_slice);
        StuckTask {
            task,
            name: self.names.task(task),
            waits_for: cause.map(|cause| cause.kind),
            object: cause.and_then(|cause| cause.object).map(|object| object_name(object, objects)),
            holders,
            holds: holds.iter().map(|&object| object_name(object, objects)).collect(),
            span: self.waiting_at.get(&task).copied(),
        }
    }
}

fn object_name(object: ObjectId, objects: &[ObjectDecl]) -> String {
    match objects.get(object.0 as usize) {
        Some(declared) => declared.name.clone(),
        // Only futures are made while a program runs.
        None => format!("future {}", object.0),
    }
}

/// The shortest cycle through its smallest task, beginning with it; empty if nobody waits in a circle.
fn cycle(stuck: &[StuckTask]) -> Vec<usize> {
    let position: BTreeMap<u32, usize> = stuck.iter().zip(0..).map(|(task, at)| (task.task, at)).collect();
    let next: Vec<Vec<usize>> = stuck
        .iter()
        .map(|task| task.holders.iter().filter_map(|holder| position.get(holder).copied()).collect())
        .collect();
    any_cycle(&next).into_iter().min().map_or_else(Vec::new, |start| shortest_cycle(&next, start))
}

/// Some cycle, by a walk in depth that sees every wait once.
fn any_cycle(next: &[Vec<usize>]) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        OnTheWay,
        Yes,
    }
    let mut seen = vec![Seen::No; next.len()];
    for start in 0..next.len() {
        let mut way: Vec<(usize, usize)> = Vec::new();
        if seen[start] == Seen::No {
            seen[start] = Seen::OnTheWay;
            way.push((start, 0));
        }
        while let Some((at, branch)) = way.last_mut() {
            let Some(&to) = next[*at].get(*branch) else {
                seen[*at] = Seen::Yes;
                way.pop();
                continue;
            };
            *branch += 1;
            match seen[to] {
                Seen::OnTheWay => {
                    return way.into_iter().map(|(at, _)| at).skip_while(|&at| at != to).collect();
                }
                Seen::No => {
                    seen[to] = Seen::OnTheWay;
                    way.push((to, 0));
                }
                Seen::Yes => {}
            }
        }
    }
    Vec::new()
}

fn shortest_cycle(next: &[Vec<usize>], start: usize) -> Vec<usize> {
    let mut came_from: Vec<Option<usize>> = vec![None; next.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for &to in &next[at] {
            if to == start {
                return path(start, at, &came_from);
            }
            if came_from[to].is_none() {
                came_from[to] = Some(at);
                queue.push_back(to);
            }
        }
    }
    Vec::new()
}

fn path(start: usize, last: usize, came_from: &[Option<usize>]) -> Vec<usize> {
    let mut path = vec![last];
    while path[path.len() - 1] != start {
        let before = came_from[path[path.len() - 1]];
        path.push(before.expect("every task on the way was reached from the start"));
    }
    path.reverse();
    path
}
