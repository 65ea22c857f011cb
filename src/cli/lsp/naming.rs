//! References and renaming: in a program, and in the experiments beside it that speak of what it declares.

use std::ops::Range;
use std::path::Path;
use std::rc::Rc;

use gen_lsp_types as lsp;

use crate::cli::lsp::around::{self, Around, experiments};
use crate::cli::lsp::convert;
use crate::cli::lsp::desk::{Desk, Open};
use crate::cli::lsp::spots::{Edits, spot, workspace_edit};
use crate::editor::document::Document;
use crate::editor::text::Text;
use crate::editor::{experiment, rename};

/// What is named at a place: the program that declares it, its number there, and where the name stands here.
fn named(desk: &Desk, open: &Open, at: usize) -> Result<(Around, usize, Range<usize>), String> {
    let nothing = || "there is no name of the program here".to_string();
    let around = around::program(desk, open).ok_or_else(nothing)?;
    if open.document.program_at(at).is_some() {
        let (place, symbol) = rename::target(&open.document, at)?;
        return Ok((around, symbol, place));
    }
    let program = around.document.program.as_ref().ok_or_else(nothing)?;
    let (place, symbol) = experiment::symbol_at(&open.document, program, at).ok_or_else(nothing)?;
    Ok((around, symbol, place))
}

/// The experiments that speak of a program; an experiment that has it inside speaks of it itself.
fn speakers(desk: &Desk, around: &Around) -> Vec<(String, Rc<Document>)> {
    let inside =
        !around.document.experiment.expect.is_empty() || !around.document.experiment.params.is_empty();
    if inside || around.path.as_deref().and_then(Path::extension).is_some_and(|ending| ending == "ron") {
        return vec![(around.uri.clone(), around.document.clone())];
    }
    let Some(path) = &around.path else { return Vec::new() };
    experiments(desk, path).into_iter().map(|(path, document)| (desk.uri(&path), document)).collect()
}

pub fn references(desk: &Desk, params: lsp::ReferenceParams) -> Option<Vec<lsp::Location>> {
    let (open, at) = spot(desk, &params.text_document_position_params)?;
    let (around, symbol, _) = named(desk, open, at).ok()?;
    let program = around.document.program.as_ref()?;
    let mentions = program.names.mentions_of(symbol);
    let wanted = mentions.filter(|mention| params.context.include_declaration || !mention.declares);
    let mut found: Vec<lsp::Location> = wanted
        .map(|mention| {
            convert::location(&around.uri, &around.document.text, &mention.span.range(), desk.units)
        })
        .collect();
    let symbol = &program.names.symbols[symbol];
    for (uri, document) in speakers(desk, &around) {
        let places = experiment::renamed(&document, symbol.role, &symbol.name, "");
        found.extend(
            places.iter().map(|(place, _)| convert::location(&uri, &document.text, place, desk.units)),
        );
    }
    Some(found)
}

/// Can what stands here be renamed?
pub fn prepare(
    desk: &Desk,
    params: lsp::PrepareRenameParams,
) -> Result<Option<lsp::PrepareRenameResult>, String> {
    let Some((open, at)) = spot(desk, &params.text_document_position_params) else { return Ok(None) };
    let (_, _, place) = named(desk, open, at)?;
    let placeholder = open.document.text.text[place.clone()].to_string();
    let range = convert::range(&open.document.text, &place, desk.units);
    Ok(Some(lsp::PrepareRenameResult::PrepareRenamePlaceholder(lsp::PrepareRenamePlaceholder {
        range,
        placeholder,
    })))
}

pub fn renaming(desk: &Desk, params: lsp::RenameParams) -> Result<Option<lsp::WorkspaceEdit>, String> {
    let Some((open, at)) = spot(desk, &params.text_document_position_params) else { return Ok(None) };
    let (around, symbol, _) = named(desk, open, at)?;
    let name = params.new_name.as_str();
    let edits = rename::symbol_edits(&around.document, symbol, name)?;
    let program = around.document.program.as_ref().ok_or("there is no program here")?;
    let symbol = &program.names.symbols[symbol];
    let others = speakers(desk, &around);
    let mut documents: Vec<(String, &Text, Edits)> = vec![(around.uri.clone(), &around.document.text, edits)];
    for (uri, document) in &others {
        let more = experiment::renamed(document, symbol.role, &symbol.name, name);
        match documents.iter_mut().find(|(known, ..)| known == uri) {
            Some((_, _, edits)) => edits.extend(more),
            None if more.is_empty() => {}
            None => documents.push((uri.clone(), &document.text, more)),
        }
    }
    Ok(Some(workspace_edit(desk, &documents)))
}
