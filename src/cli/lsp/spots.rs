//! Places in open documents, as a request names them, and edits of documents, as an answer does.

use std::ops::Range;

use gen_lsp_types as lsp;

use crate::cli::lsp::convert::{self, offset};
use crate::cli::lsp::desk::{Desk, Open};
use crate::editor::text::Text;

/// A document, and a byte of it.
type Spot<'a> = (&'a Open, usize);

pub fn spot<'a>(desk: &'a Desk, at: &lsp::TextDocumentPositionParams) -> Option<Spot<'a>> {
    let open = desk.open.get(&at.text_document.uri.0)?;
    Some((open, offset(&open.document.text, at.position, desk.units)))
}

pub type Edits = Vec<(Range<usize>, String)>;

/// The edit of one open document.
pub fn single_edit(desk: &Desk, open: &Open, edits: &Edits) -> lsp::WorkspaceEdit {
    workspace_edit(desk, &[(open.uri.clone(), &open.document.text, edits.clone())])
}

pub fn workspace_edit(desk: &Desk, documents: &[(String, &Text, Edits)]) -> lsp::WorkspaceEdit {
    let edits = |text: &Text, edits: &Edits| -> Vec<lsp::TextEdit> {
        edits.iter().map(|edit| convert::edit(text, edit, desk.units)).collect()
    };
    if !desk.versions {
        let changes =
            documents.iter().map(|(uri, text, these)| (lsp::Uri::from(uri.clone()), edits(text, these)));
        return lsp::WorkspaceEdit { changes: Some(changes.collect()), ..lsp::WorkspaceEdit::default() };
    }
    let changes = documents.iter().map(|(uri, text, these)| {
        let version = desk.open.get(uri).map(|open| open.version);
        let identifier = lsp::TextDocumentIdentifier { uri: lsp::Uri::from(uri.clone()) };
        lsp::DocumentChange::TextDocumentEdit(lsp::TextDocumentEdit {
            text_document: lsp::OptionalVersionedTextDocumentIdentifier {
                version,
                text_document_identifier: identifier,
            },
            edits: edits(text, these).into_iter().map(lsp::Edit::TextEdit).collect(),
        })
    });
    lsp::WorkspaceEdit { document_changes: Some(changes.collect()), ..lsp::WorkspaceEdit::default() }
}
