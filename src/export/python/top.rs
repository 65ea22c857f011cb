//! The top of a module: what it says of itself, imports, helpers.

use std::collections::BTreeSet;

use crate::export::python::helpers::{Helper, MODULES, SHARED};
use crate::export::python::module::Python;
use crate::export::writer::Writer;

/// Names of `concurrent.futures`.
const CONCURRENT: &[&str] = &[
    "FIRST_COMPLETED",
    "FIRST_EXCEPTION",
    "Future",
    "ProcessPoolExecutor",
    "ThreadPoolExecutor",
    "as_completed",
    "wait",
];

/// Puts the top above what was written.
pub fn module(py: &Python) -> String {
    let mut out = Writer::new("    ");
    out.line(docstring(py));
    let (mut modules, mut helpers, mut harness) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut concurrent: BTreeSet<&str> = BTreeSet::new();
    let mut todo: Vec<&str> = py.used().into_iter().collect();
    let own = py.words.helpers();
    let shared = SHARED.iter().filter(|helper| own.iter().all(|other| other.name != helper.name));
    let all = || shared.clone().chain(own);
    while let Some(name) = todo.pop() {
        let helper: Option<&Helper> = all().find(|helper| helper.name == name);
        match helper {
            _ if py.is_virtual()
                && (name == "time" || name == "Duration" || name == "draw" || name == "run") =>
            {
                harness.insert(name);
            }
            Some(helper) if py.is_virtual() && helper.harness => {
                harness.insert(name);
            }
            Some(helper) if helpers.insert(name) => todo.extend(helper.needs),
            Some(_) => {}
            None if CONCURRENT.contains(&name) => {
                concurrent.insert(name);
            }
            None if MODULES.contains(&name) => {
                modules.insert(format!("import {name}"));
            }
            None => {}
        }
    }
    if !modules.is_empty() || !harness.is_empty() || !concurrent.is_empty() {
        out.gap();
    }
    modules.iter().for_each(|line: &String| out.line(line));
    if !concurrent.is_empty() {
        let names: Vec<&str> = concurrent.into_iter().collect();
        out.line(format!("from concurrent.futures import {}", names.join(", ")));
    }
    if !harness.is_empty() {
        let names: Vec<&str> = harness.into_iter().collect();
        out.line(format!("from harness import {}", names.join(", ")));
    }
    if helpers.contains("poisson") || py.used().contains("random") {
        out.gap();
        out.line(format!("random.seed({})", py.scenario.request.seed));
    }
    for helper in all().filter(|helper| helpers.contains(helper.name)) {
        out.gap();
        out.line("");
        out.line(helper.text.trim_end());
    }
    out.gap();
    out.line("");
    let body = py.out.clone().finish();
    format!("{}{}", out.finish(), body.trim_start_matches('\n'))
}

/// What the scenario says of itself.
fn docstring(py: &Python) -> String {
    let request = py.scenario.request;
    let mut parts: Vec<String> =
        [request.title, request.story].iter().map(|text| text.trim().to_string()).collect();
    parts.push(py.scenario.story.header().join("\n"));
    parts.retain(|part| !part.is_empty());
    parts.dedup();
    if parts.is_empty() {
        parts.push(request.name.to_string());
    }
    let text = parts.join("\n\n").replace('\\', "\\\\").replace('"', "\\\"");
    let text: String =
        text.chars().map(|sign| if sign.is_control() && sign != '\n' { ' ' } else { sign }).collect();
    let lines: Vec<String> = text.split('\n').flat_map(|line| wrapped(line, 100)).collect();
    match &lines[..] {
        [line] => format!("\"\"\"{line}\"\"\""),
        _ => format!("\"\"\"{}\n\"\"\"", lines.join("\n")),
    }
}

/// A line of text as lines that are not too long; what is set apart stays as it is.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_inclusive(' ') {
        let last = lines.last_mut().expect("there is always one");
        if last.chars().count() + word.trim_end().chars().count() > width && !last.is_empty() {
            lines.push(word.to_string());
        } else {
            last.push_str(word);
        }
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
}
