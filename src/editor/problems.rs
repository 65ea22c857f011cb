//! What is wrong with a document, wherever the mistake was made, and the edits that would mend it.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity};
use crate::editor::document::Language;
use crate::lang::parse::ParseLimits;
use crate::scenario::file::{self, ProgramField};
use crate::scenario::load::{load, load_program};
use crate::source::{SourceId, Sources, Span};

/// One mistake, as the document itself sees it.
#[derive(Debug, Clone)]
pub struct Problem {
    pub range: Range<usize>,
    pub severity: Severity,
    pub code: &'static str,
    /// The message, and ways out a line each.
    pub message: String,
    /// Other places: the name of the text, where in it, and what is said there.
    pub related: Vec<(String, Range<usize>, String)>,
    /// What it would take: a title, and what replaces which part of the document.
    pub fix: Option<(String, Range<usize>, String)>,
}

/// Everything wrong with a document; `read` gives the text of the program an experiment names. Also the texts
/// that the places in other documents refer to.
pub fn problems(
    name: &str,
    text: &str,
    language: Language,
    read: &mut dyn FnMut(&str) -> Result<String, String>,
) -> (Vec<Problem>, Sources) {
    let mut sources = Sources::default();
    let id = sources.add(name, text);
    let limits = ParseLimits::default();
    let result = match language {
        Language::Program => load_program(&mut sources, id, &limits),
        Language::Experiment => load(&mut sources, id, &limits, read),
    };
    let found = match result {
        Ok(loaded) => loaded.warnings,
        Err(problems) => problems,
    };
    let here = match language {
        Language::Program => None,
        Language::Experiment => program_place(id, text),
    };
    let problems = found.iter().filter_map(|diagnostic| problem(diagnostic, id, here, &sources)).collect();
    (problems, sources)
}

/// Where an experiment names its program.
fn program_place(id: SourceId, text: &str) -> Option<Span> {
    match file::read(id, text).0.program? {
        ProgramField::File { span, .. } => Some(span),
        ProgramField::Inline(field) => Some(field.span),
    }
}

fn problem(
    diagnostic: &Diagnostic,
    id: SourceId,
    program: Option<Span>,
    sources: &Sources,
) -> Option<Problem> {
    let primary = diagnostic.labels.first()?;
    let mine = primary.span.source == id;
    if !mine && diagnostic.severity == Severity::Warning {
        return None;
    }
    let place = if mine { primary.span } else { program? };
    let mut message = match mine {
        true => diagnostic.message.clone(),
        false => format!("{}: {}", sources.place(primary.span), diagnostic.message),
    };
    if mine && !primary.text.is_empty() {
        message.push_str(&format!("\n{}", primary.text));
    }
    for help in &diagnostic.helps {
        message.push_str(&format!("\nhelp: {help}"));
    }
    if let Some(suggestion) = &diagnostic.suggestion {
        message.push_str(&format!("\nhelp: {}", suggestion.message));
    }
    let others = diagnostic.labels.iter().skip(usize::from(mine));
    let related = others.map(|label| {
        let text = if label.text.is_empty() { &diagnostic.message } else { &label.text };
        (sources.get(label.span.source).name.clone(), label.span.range(), text.clone())
    });
    let suggestion = diagnostic.suggestion.as_ref().filter(|suggestion| suggestion.span.source == id);
    Some(Problem {
        range: place.range(),
        severity: diagnostic.severity,
        code: diagnostic.code,
        message,
        related: related.collect(),
        fix: suggestion.map(|fix| (fix.message.clone(), fix.span.range(), fix.replacement.clone())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPERIMENT: &str = "Experiment(\n  program: File(\"a.cosim\"),\n  params: {\"m\": 1},\n)\n";

    fn of(program: &str) -> Vec<Problem> {
        problems("a.ron", EXPERIMENT, Language::Experiment, &mut |_| Ok(program.to_string())).0
    }

    #[test]
    fn mistakes_of_the_program_stand_where_it_is_named() {
        let found = of("main { log \"{x}\" }");
        assert_eq!(found.len(), 1);
        assert_eq!(&EXPERIMENT[found[0].range.clone()], "File(\"a.cosim\")");
        assert!(found[0].message.starts_with("a.cosim:1: "), "{}", found[0].message);
        assert_eq!(found[0].related[0].0, "a.cosim");
        assert!(found[0].fix.is_none());
    }

    #[test]
    fn its_own_stand_where_they_are() {
        let found = of("param n = 1\nmain { log \"{n}\" }");
        assert_eq!(found.len(), 1);
        assert_eq!((&EXPERIMENT[found[0].range.clone()], found[0].code), ("m", "E0609"));
        let (found, _) =
            problems("a.cosim", "main { sleep(1s) }", Language::Program, &mut |_| Err("".into()));
        let fix = found[0].fix.as_ref().expect("it is known");
        assert_eq!((fix.1.clone(), fix.2.as_str()), (7..7, "await "));
    }
}
