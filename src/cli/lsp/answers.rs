//! What the editor asks of a place in a document, but for renaming.

use std::path::Path;

use gen_lsp_types as lsp;

use crate::cli::lsp::around::{self, habits};
use crate::cli::lsp::convert::{self, markdown, offset};
use crate::cli::lsp::desk::{Desk, Open};
use crate::cli::lsp::spots::{single_edit, spot};
use crate::editor::complete::complete;
use crate::editor::document::Language;
use crate::editor::fixes::fixes;
use crate::editor::formatted::formatted;
use crate::editor::hover::{hover, signature};
use crate::editor::inlays::inlays;
use crate::editor::outline::outline;
use crate::editor::{experiment, help, ron};
use crate::lang::vocabulary::methods;
use crate::pages;

pub fn hovering(desk: &Desk, params: lsp::HoverParams) -> Option<lsp::Hover> {
    let (open, at) = spot(desk, &params.text_document_position_params)?;
    let document = &open.document;
    let found = match document.program_at(at) {
        Some(_) => hover(document, at),
        None => {
            let program = around::program(desk, open);
            experiment::hover(document, program.as_ref().map(|around| &*around.document), at)
        }
    };
    let mut parts: Vec<String> = found.iter().map(|hover| hover.text.clone()).collect();
    // What is wrong here, at length.
    let wrong = open.problems.iter().filter(|problem| problem.range.start <= at && at <= problem.range.end);
    let mut codes: Vec<&str> = wrong.map(|problem| problem.code).collect();
    codes.dedup();
    parts.extend(codes.into_iter().filter_map(pages::page).map(|page| page.text.replacen("# ", "### ", 1)));
    if parts.is_empty() {
        return None;
    }
    let range = found.map(|hover| convert::range(&document.text, &hover.range, desk.units));
    Some(lsp::Hover { contents: lsp::Contents::MarkupContent(markdown(parts.join("\n\n---\n\n"))), range })
}

pub fn completing(desk: &Desk, params: lsp::CompletionParams) -> Option<lsp::CompletionResponse> {
    let (open, at) = spot(desk, &params.text_document_position_params)?;
    let document = &open.document;
    if document.program_at(at).is_some() && unasked(params.context.as_ref(), &document.text.text[..at]) {
        return None;
    }
    let found = match (document.language, document.program_at(at)) {
        (Language::Program, _) | (Language::Experiment, Some(_)) => complete(document, at),
        (Language::Experiment, None) => {
            let program = around::program(desk, open);
            let beside = open.path.as_deref().map_or(Vec::new(), |path| desk.beside(path, "cosim"));
            let files: Vec<String> = beside.iter().filter_map(|path| file_name(path)).collect();
            experiment::complete(document, program.as_ref().map(|around| &*around.document), &files, at)
        }
    };
    let items =
        found.iter().map(|completion| convert::completion(desk, &document.text, completion)).collect();
    Some(lsp::CompletionResponse::CompletionItemList(items))
}

/// Words of a program behind which something certain has to follow.
const CERTAIN: [&str; 6] = ["spawn", "await", "on", "observe", "with", "cancel"];

/// Was nothing asked for, but a blank or a bracket typed behind which anything might follow?
fn unasked(context: Option<&lsp::CompletionContext>, before: &str) -> bool {
    let typed = context.and_then(|context| context.trigger_character.as_deref());
    let word = before.trim_end().rsplit(|c: char| !c.is_alphanumeric() && c != '_').next();
    match typed {
        None | Some(".") => false,
        Some(" ") => !CERTAIN.contains(&word.unwrap_or_default()),
        Some(_) => true,
    }
}

/// What there is to read about one of the words that were offered.
pub fn reading(mut item: lsp::CompletionItem) -> lsp::CompletionItem {
    let named = |kind: &str| item.data.as_ref().and_then(|data| data.get(kind)?.as_str().map(str::to_string));
    let (word, method) = (named("word"), named("method"));
    let text = match (&word, &method) {
        (Some(name), _) => help::word(name),
        (None, Some(name)) => help::method(&methods(name).collect::<Vec<_>>()),
        (None, None) => None,
    };
    item.documentation =
        text.map(|text| lsp::Documentation::MarkupContent(markdown(text))).or(item.documentation);
    item.detail = item.detail.or_else(|| help::sentence(&word?));
    item
}

fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_string())
}

pub fn defining(desk: &Desk, params: lsp::DefinitionParams) -> Option<lsp::DefinitionResponse> {
    let (open, at) = spot(desk, &params.text_document_position_params)?;
    let location = definition(desk, open, at)?;
    Some(lsp::DefinitionResponse::Definition(lsp::Definition::Location(location)))
}

fn definition(desk: &Desk, open: &Open, at: usize) -> Option<lsp::Location> {
    let document = &open.document;
    if let Some(program) = document.program_at(at) {
        let symbol = &program.names.symbols[program.names.at(at as u32)?.symbol];
        return Some(convert::location(&open.uri, &document.text, &symbol.span.range(), desk.units));
    }
    let around = around::program(desk, open)?;
    let program = around.document.program.as_ref()?;
    if let Some((_, symbol)) = experiment::symbol_at(document, program, at) {
        let place = program.names.symbols[symbol].span.range();
        return Some(convert::location(&around.uri, &around.document.text, &place, desk.units));
    }
    let string = ron::at(&document.text.text, at).string?;
    if document.linked().is_some_and(|linked| document.text.text[string.start..].starts_with(linked)) {
        return Some(convert::location(&around.uri, &around.document.text, &(0..0), desk.units));
    }
    // `'one worker'` in an expectation: the run of that name.
    let text = &document.text.text;
    let start = text[string.start..at].rfind('\'').map(|quote| string.start + quote + 1)?;
    let name = &text[start..start + text[start..].find('\'')?];
    let run = document.experiment.compare.iter().flatten().find(|run| run.name == name)?;
    Some(convert::location(&open.uri, &document.text, &run.name_span.range(), desk.units))
}

pub fn highlighting(
    desk: &Desk,
    params: lsp::DocumentHighlightParams,
) -> Option<Vec<lsp::DocumentHighlight>> {
    let (open, at) = spot(desk, &params.text_document_position_params)?;
    let names = &open.document.program_at(at)?.names;
    let mentions = names.mentions_of(names.at(at as u32)?.symbol);
    let highlights = mentions.map(|mention| lsp::DocumentHighlight {
        range: convert::range(&open.document.text, &mention.span.range(), desk.units),
        kind: Some(if mention.writes {
            lsp::DocumentHighlightKind::Write
        } else {
            lsp::DocumentHighlightKind::Read
        }),
    });
    Some(highlights.collect())
}

pub fn listing(desk: &Desk, params: lsp::DocumentSymbolParams) -> Option<lsp::DocumentSymbolResponse> {
    let document = &desk.open.get(&params.text_document.uri.0)?.document;
    let entries = outline(document);
    let symbols = entries.iter().map(|entry| convert::symbol(&document.text, entry, desk.units)).collect();
    Some(lsp::DocumentSymbolResponse::DocumentSymbolList(symbols))
}

pub fn inlaying(desk: &Desk, params: lsp::InlayHintParams) -> Option<Vec<lsp::InlayHint>> {
    let open = desk.open.get(&params.text_document.uri.0)?;
    let document = &open.document;
    document.program.as_ref()?;
    let start = offset(&document.text, params.range.start, desk.units);
    let end = offset(&document.text, params.range.end, desk.units);
    let found = inlays(document, start..end, &habits(desk, open));
    Some(found.iter().map(|inlay| convert::inlay(&document.text, inlay, desk.units)).collect())
}

pub fn mending(desk: &Desk, params: lsp::CodeActionParams) -> Option<Vec<lsp::CodeActionResponse>> {
    let open = desk.open.get(&params.text_document.uri.0)?;
    let wanted = |kind: &lsp::CodeActionKind| {
        matches!(kind, lsp::CodeActionKind::QuickFix | lsp::CodeActionKind::Empty)
    };
    if params.context.only.as_ref().is_some_and(|only| !only.iter().any(wanted)) {
        return Some(Vec::new());
    }
    let document = &open.document;
    let start = offset(&document.text, params.range.start, desk.units);
    let end = offset(&document.text, params.range.end, desk.units);
    let found = fixes(document, &open.problems, start..end.max(start));
    let actions = found.iter().map(|fix| {
        let problem = open.problems.get(fix.problem);
        let mends = problem.map(|problem| vec![convert::diagnostic(desk, &document.text, problem)]);
        lsp::CodeActionResponse::CodeAction(lsp::CodeAction {
            title: fix.title.clone(),
            kind: Some(lsp::CodeActionKind::QuickFix),
            diagnostics: mends,
            is_preferred: Some(fix.preferred),
            edit: Some(single_edit(desk, open, &fix.edits)),
            ..lsp::CodeAction::default()
        })
    });
    Some(actions.collect())
}

pub fn formatting(
    desk: &Desk,
    params: lsp::DocumentFormattingParams,
) -> Result<Option<Vec<lsp::TextEdit>>, String> {
    let Some(open) = desk.open.get(&params.text_document.uri.0) else { return Ok(None) };
    let edit = formatted(&open.document)?;
    Ok(Some(edit.iter().map(|edit| convert::edit(&open.document.text, edit, desk.units)).collect()))
}

pub fn calling(desk: &Desk, params: lsp::SignatureHelpParams) -> Option<lsp::SignatureHelp> {
    let (open, at) = spot(desk, &params.text_document_position_params)?;
    let signature = signature(&open.document, at)?;
    let parameters = signature.parameters.iter().map(|name| lsp::ParameterInformation {
        label: lsp::ParameterInformationLabel::String(name.clone()),
        documentation: None,
    });
    let information = lsp::SignatureInformation {
        label: signature.label.clone(),
        documentation: Some(lsp::Documentation::MarkupContent(markdown(signature.help.as_str()))),
        parameters: Some(parameters.collect()),
        active_parameter: None,
    };
    Some(lsp::SignatureHelp {
        signatures: vec![information],
        active_signature: Some(0),
        active_parameter: Some(lsp::ActiveParameter::Int(signature.active as u32)),
    })
}
