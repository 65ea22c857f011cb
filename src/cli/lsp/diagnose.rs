//! Tells the editor what is wrong with a document, and where else that comes from.

use std::path::{Path, PathBuf};

use gen_lsp_types as lsp;

use crate::cli::lsp::convert;
use crate::cli::lsp::desk::{Desk, Open};
use crate::editor::document::Document;
use crate::editor::problems::{Problem, problems};
use crate::editor::text::Text;
use crate::source::Sources;

/// Looks at a document anew; what is to be told of it.
pub fn diagnose(desk: &mut Desk, uri: &str) -> Option<lsp::PublishDiagnosticsParams> {
    let open = desk.open.get(uri)?;
    let folder = open.path.as_deref().and_then(Path::parent);
    let name = name(open);
    let text = open.document.text.text.as_str();
    let mut read = |file: &str| match folder {
        Some(folder) => desk.read(&folder.join(file)),
        None => Err("this text was never saved: nothing is beside it".to_string()),
    };
    let (found, sources) = match open.document.concerns_us() {
        true => problems(&name, text, open.document.language, &mut read),
        false => (Vec::new(), Sources::default()),
    };
    let diagnostics = found.iter().map(|problem| diagnostic(desk, open, problem, &sources)).collect();
    let told = lsp::PublishDiagnosticsParams {
        uri: lsp::Uri::from(uri.to_string()),
        version: Some(open.version),
        diagnostics,
    };
    let open = desk.open.get_mut(uri)?;
    open.problems = found;
    open.changed = false;
    Some(told)
}

/// What messages call it: the name of its file.
fn name(open: &Open) -> String {
    let file = open.path.as_deref().and_then(Path::file_name);
    file.map_or_else(|| open.uri.clone(), |name| name.to_string_lossy().into_owned())
}

/// One problem, with the other places it speaks of.
pub fn diagnostic(desk: &Desk, open: &Open, problem: &Problem, sources: &Sources) -> lsp::Diagnostic {
    let mut told = convert::diagnostic(desk, &open.document.text, problem);
    let related = problem.related.iter().filter_map(|(source, place, text)| {
        let location = match *source == name(open) {
            true => convert::location(&open.uri, &open.document.text, place, desk.units),
            false => {
                let (path, text) = elsewhere(&open.document, open.path.as_deref()?, source, sources)?;
                convert::location(&desk.uri(&path), &text, place, desk.units)
            }
        };
        Some(lsp::DiagnosticRelatedInformation { location, message: text.clone() })
    });
    let related: Vec<lsp::DiagnosticRelatedInformation> = related.collect();
    told.related_information = (!related.is_empty()).then_some(related);
    told
}

/// The program of an experiment, as it was read.
fn elsewhere(document: &Document, path: &Path, source: &str, sources: &Sources) -> Option<(PathBuf, Text)> {
    let linked = document.linked().filter(|linked| *linked == source)?;
    let text = sources.all().find(|other| other.name == source)?;
    Some((path.parent()?.join(linked), Text::new(text.text.as_str())))
}
