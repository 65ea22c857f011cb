//! The small words of explanations: lists of names, things that are waited for.

use std::collections::BTreeSet;

use crate::compare::follow::Names;
use crate::lang::program::Program;
use crate::report::lines::clean;
use crate::value::ObjectId;

/// So many names are told; the rest is counted.
const TOLD: usize = 3;

/// `load(0), load(1) and 7 others`; tasks of one name are counted: `3 of job`.
pub fn list(names: &Names, tasks: &[u32]) -> String {
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut seen = BTreeSet::new();
    for &task in tasks.iter().filter(|&&task| seen.insert(task)) {
        let name = name(names, task);
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let told = if counts.len() == TOLD + 1 { TOLD + 1 } else { TOLD };
    let word = |(name, n): &(String, usize)| if *n == 1 { name.clone() } else { format!("{n} of {name}") };
    let mut words: Vec<String> = counts.iter().take(told).map(word).collect();
    match counts.iter().skip(told).map(|(_, n)| n).sum::<usize>() {
        0 => {}
        rest => words.push(format!("{rest} others")),
    }
    and(&words)
}

/// `a`, `a and b`, `a, b and c`.
pub fn and(words: &[String]) -> String {
    match words {
        [] => "nobody".to_string(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub fn name(names: &Names, task: u32) -> String {
    clean(&names.task(task))
}

/// An object as the program calls it.
pub fn object(program: &Program, object: Option<ObjectId>) -> Option<String> {
    let object = object?;
    let declared = program.objects.get(object.0 as usize).map(|decl| clean(&decl.name));
    Some(declared.unwrap_or_else(|| format!("future {}", object.0)))
}

/// `1 task`, `3 tasks`.
pub fn count(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
