//! A sequence diagram for Mermaid: who spawned, took, gave back, sent and woke, in the order in which it happened.

use std::collections::BTreeSet;

use crate::compare::comparison::{Comparison, Run};
use crate::compare::follow::Names;
use crate::report::viewers::drawing::kept;
use crate::report::viewers::mermaid::{fits, plain};
use crate::report::viewers::words;
use crate::report::why::words::{name, object};
use crate::sim::trace::{Event, Kind};
use crate::value::ObjectId;

const MOST_COLUMNS: usize = 30;
const MOST_LINES: usize = 200;

/// # Errors
/// There are several runs, the events were not kept, or the diagram is too large to be read.
pub fn sequence(comparison: &Comparison) -> Result<String, String> {
    let [run] = comparison.runs.as_slice() else {
        let (n, way_out) = (comparison.runs.len(), "choose with --runtime");
        return Err(format!("a sequence diagram shows one run, and there are {n}; {way_out}"));
    };
    kept(run)?;
    let way_out = "make the program smaller (--set), or write an .svg";
    let mut diagram =
        Diagram { run, names: Names::default(), tasks: BTreeSet::new(), objects: BTreeSet::new() };
    let lines: Vec<String> = run.trace.iter().filter_map(|event| diagram.line(event)).collect();
    let columns = diagram.tasks.len() + diagram.objects.len();
    for (what, there, most) in [("columns", columns, MOST_COLUMNS), ("lines", lines.len(), MOST_LINES)] {
        if there > most {
            let why = format!("{there} {what} are too many for a sequence diagram, which can have {most}");
            return Err(format!("{why}; {way_out}"));
        }
    }
    let title = plain(&format!("{}, {}", comparison.title, run.name));
    let mut out = format!("sequenceDiagram\n    title {title}\n");
    for &task in &diagram.tasks {
        out.push_str(&format!("    participant t{task} as {}\n", plain(&name(&diagram.names, task))));
    }
    for &id in &diagram.objects {
        let called = object(&run.program, Some(id)).unwrap_or_default();
        out.push_str(&format!("    participant o{} as {}\n", id.0, plain(&called)));
    }
    lines.iter().for_each(|line| out.push_str(&format!("    {line}\n")));
    fits(out, way_out)
}

struct Diagram<'a> {
    run: &'a Run,
    names: Names,
    tasks: BTreeSet<u32>,
    objects: BTreeSet<ObjectId>,
}

impl Diagram<'_> {
    /// What happens as a line, if it is something between two, or a wait.
    fn line(&mut self, event: &Event) -> Option<String> {
        self.names.event(event);
        let task = event.task?;
        self.tasks.insert(task);
        let between = |by: u32, what: &str| format!("t{by}-)t{task}: {what}");
        Some(match &event.kind {
            Kind::Spawn { parent: Some(parent), .. } => between(*parent, "spawn"),
            Kind::Wake { by: Some(by) } if *by != task => between(*by, "wakes"),
            Kind::CancelRequest { target } => {
                self.tasks.insert(*target);
                format!("t{task}-)t{target}: cancel")
            }
            Kind::Acquire { object } => self.with(*object, |object| format!("t{task}->>{object}: acquire")),
            Kind::Release { object } => self.with(*object, |object| format!("t{task}-->>{object}: release")),
            Kind::Send { object } => self.with(*object, |object| format!("t{task}->>{object}: send")),
            Kind::Receive { object } => self.with(*object, |object| format!("{object}-->>t{task}: receive")),
            Kind::Wait { cause, .. } => {
                let what =
                    cause.label.as_ref().map_or_else(|| words::what(cause, self.run), |l| l.to_string());
                format!("Note over t{task}: waits, {}", plain(&what))
            }
            Kind::Hold { label, .. } => {
                let what = label.as_ref().map_or("block", |label| label);
                format!("Note over t{task}: blocks, {}", plain(what))
            }
            Kind::Log { text } => format!("Note over t{task}: {}", plain(text)),
            Kind::Failed { text } => format!("Note over t{task}: fails, {}", plain(text)),
            Kind::Cancelled => format!("Note over t{task}: is cancelled"),
            Kind::Spawn { .. }
            | Kind::Wake { .. }
            | Kind::Worker { .. }
            | Kind::Switch { .. }
            | Kind::Run
            | Kind::Work { .. }
            | Kind::Resume
            | Kind::Preempt
            | Kind::Yield
            | Kind::Done
            | Kind::Observe { .. }
            | Kind::Queue { .. }
            | Kind::Decision { .. } => return None,
        })
    }

    fn with(&mut self, object: ObjectId, line: impl Fn(&str) -> String) -> String {
        self.objects.insert(object);
        line(&format!("o{}", object.0))
    }
}
