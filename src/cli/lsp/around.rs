//! Which program and which experiments belong together: an experiment names its program, a program is compared as the
//! experiment beside it says.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::cli::lsp::desk::{Desk, Open};
use crate::editor::document::{Document, Language};
use crate::editor::habit::{Habit, habit};
use crate::runtimes::table::RuntimeSpec;
use crate::scenario::load::default_runs;

/// A program, and where it lies.
pub struct Around {
    pub document: Rc<Document>,
    /// As the editor calls it.
    pub uri: String,
    pub path: Option<PathBuf>,
}

/// The program a document is or speaks of.
pub fn program(desk: &Desk, open: &Open) -> Option<Around> {
    let Some(linked) = open.document.linked() else {
        let document = open.document.clone();
        return Some(Around { document, uri: open.uri.clone(), path: open.path.clone() });
    };
    let path = open.path.as_deref()?.parent()?.join(linked);
    let document = desk.document(&path).filter(|document| document.language == Language::Program)?;
    Some(Around { document, uri: desk.uri(&path), path: Some(path) })
}

/// The experiments beside a program that take it, the one with its name first.
pub fn experiments(desk: &Desk, program: &Path) -> Vec<(PathBuf, Rc<Document>)> {
    let mut paths = desk.beside(program, "ron");
    paths.sort_by_key(|path| path.file_stem() != program.file_stem());
    let name = program.file_name().and_then(|name| name.to_str());
    let documents = paths.into_iter().filter_map(|path| {
        let document = desk.document(&path)?;
        let takes = document.linked().map(|linked| linked.strip_prefix("./").unwrap_or(linked)) == name;
        takes.then_some((path, document))
    });
    documents.collect()
}

/// What the runtimes do that a document is compared under. A program that no experiment takes is shown as on an event
/// loop: that is where the word `await` comes from.
pub fn habits(desk: &Desk, open: &Open) -> Vec<Habit> {
    let own = || runs(&open.document);
    let runs = match (open.document.language, &open.path) {
        (Language::Experiment, _) => own(),
        (Language::Program, Some(path)) => match experiments(desk, path).first() {
            Some((_, experiment)) => runs(experiment),
            None => event_loop(),
        },
        (Language::Program, None) => event_loop(),
    };
    runs.iter().map(|(name, runtime)| habit(name, runtime)).collect()
}

fn runs(experiment: &Document) -> Vec<(String, RuntimeSpec)> {
    let named = |(name, runtime): (&str, RuntimeSpec)| (name.to_string(), runtime);
    let Some(runs) = &experiment.experiment.compare else {
        return default_runs().into_iter().map(named).collect();
    };
    runs.iter().filter_map(|run| Some((run.name.clone(), run.runtime.clone()?))).collect()
}

fn event_loop() -> Vec<(String, RuntimeSpec)> {
    let loops = default_runs().into_iter().filter(|(_, runtime)| matches!(runtime, RuntimeSpec::Asyncio(_)));
    loops.map(|(name, runtime)| (name.to_string(), runtime)).collect()
}
