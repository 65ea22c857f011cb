//! The loop of the language server: takes what the editor says, answers, and tells what is wrong when it falls silent.

use std::error::Error;
use std::io::IsTerminal;

use gen_lsp_types as lsp;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::cli::args::write::LspArguments;
use crate::cli::lsp::desk::Desk;
use crate::cli::lsp::diagnose::diagnose;
use crate::cli::lsp::{answers, convert, naming};
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::editor::text::{Text, Units};
use crate::{pages, words};

pub fn lsp(_arguments: &LspArguments, output: &Output) -> Status {
    if std::io::stdin().is_terminal() {
        return output.failed(
            "`cosim lsp` speaks with an editor, which starts it by itself: docs/editors.md says how",
        );
    }
    let (connection, threads) = Connection::stdio();
    let served = serve(connection);
    match served.and_then(|()| Ok(threads.join()?)) {
        Ok(()) => Status::Fine,
        Err(error) => output.failed(&format!("the editor cannot be spoken with: {error}")),
    }
}

type Served<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn serve(connection: Connection) -> Served<()> {
    let (id, params) = connection.initialize_start()?;
    let desk = desk(&params);
    let result = lsp::InitializeResult {
        capabilities: capabilities(desk.units),
        server_info: Some(lsp::ServerInfo {
            name: "cosim".to_string(),
            version: Some(env!("CARGO_PKG_VERSION").to_string()),
        }),
    };
    connection.initialize_finish(id, serde_json::to_value(result)?)?;
    let mut server = Server { connection, desk, asked: 0 };
    while let Ok(message) = server.connection.receiver.recv() {
        let mut next = Some(message);
        while let Some(message) = next {
            if server.take(message)? {
                return Ok(());
            }
            next = server.connection.receiver.try_recv().ok();
        }
        // Nobody is waiting for an answer.
        server.tell()?;
    }
    Ok(())
}

/// What the editor can do. Only what matters here is read, whatever else it says of itself.
fn desk(params: &Value) -> Desk {
    let can = |path: &str| {
        params.pointer(&format!("/capabilities/{path}")).and_then(Value::as_bool).unwrap_or(false)
    };
    let encodings = params.pointer("/capabilities/general/positionEncodings").and_then(Value::as_array);
    // The first one that we know, as the editor prefers.
    let units = encodings.into_iter().flatten().find_map(|encoding| match encoding.as_str()? {
        "utf-8" => Some(Units::Bytes),
        "utf-16" => Some(Units::Utf16),
        "utf-32" => Some(Units::Characters),
        _unknown => None,
    });
    Desk {
        units: units.unwrap_or(Units::Utf16),
        snippets: can("textDocument/completion/completionItem/snippetSupport"),
        versions: can("workspace/workspaceEdit/documentChanges"),
        refresh: can("workspace/inlayHint/refreshSupport"),
        pages: params.pointer("/initializationOptions/pages").and_then(Value::as_str).map(str::to_string),
        open: Default::default(),
    }
}

fn capabilities(units: Units) -> lsp::ServerCapabilities {
    let marks = |marks: &[&str]| Some(marks.iter().map(|mark| mark.to_string()).collect());
    lsp::ServerCapabilities {
        position_encoding: Some(match units {
            Units::Bytes => lsp::PositionEncodingKind::UTF8,
            Units::Utf16 => lsp::PositionEncodingKind::UTF16,
            Units::Characters => lsp::PositionEncodingKind::UTF32,
        }),
        text_document_sync: Some(lsp::TextDocumentSync::Options(lsp::TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(lsp::TextDocumentSyncKind::Incremental),
            save: Some(lsp::Save::Bool(true)),
            ..lsp::TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(lsp::CompletionOptions {
            trigger_characters: marks(&[".", " ", "\"", "'", "("]),
            resolve_provider: Some(true),
            ..lsp::CompletionOptions::default()
        }),
        hover_provider: Some(lsp::HoverProvider::Bool(true)),
        signature_help_provider: Some(lsp::SignatureHelpOptions {
            trigger_characters: marks(&["(", ","]),
            ..lsp::SignatureHelpOptions::default()
        }),
        definition_provider: Some(lsp::DefinitionProvider::Bool(true)),
        references_provider: Some(lsp::ReferencesProvider::Bool(true)),
        document_highlight_provider: Some(lsp::DocumentHighlightProvider::Bool(true)),
        document_symbol_provider: Some(lsp::DocumentSymbolProvider::Bool(true)),
        code_action_provider: Some(lsp::CodeActionProvider::CodeActionOptions(lsp::CodeActionOptions {
            code_action_kinds: Some(vec![lsp::CodeActionKind::QuickFix]),
            ..lsp::CodeActionOptions::default()
        })),
        document_formatting_provider: Some(lsp::DocumentFormattingProvider::Bool(true)),
        rename_provider: Some(lsp::RenameProvider::RenameOptions(lsp::RenameOptions {
            prepare_provider: Some(true),
            ..lsp::RenameOptions::default()
        })),
        inlay_hint_provider: Some(lsp::InlayHintProvider::Bool(true)),
        ..lsp::ServerCapabilities::default()
    }
}

struct Server {
    connection: Connection,
    desk: Desk,
    /// How often the editor was asked for something.
    asked: i32,
}

impl Server {
    /// True if this was the last message.
    fn take(&mut self, message: Message) -> Served<bool> {
        match message {
            Message::Request(request) => {
                if self.connection.handle_shutdown(&request)? {
                    return Ok(true);
                }
                let response = self.answer(request);
                self.connection.sender.send(Message::Response(response))?;
            }
            Message::Notification(notification) => self.hear(notification)?,
            Message::Response(_) => {}
        }
        Ok(false)
    }

    fn answer(&self, request: Request) -> Response {
        let desk = &self.desk;
        match request.method.as_str() {
            "textDocument/hover" => reply(request, |params| Ok(answers::hovering(desk, params))),
            "textDocument/completion" => reply(request, |params| Ok(answers::completing(desk, params))),
            "completionItem/resolve" => reply(request, |item| Ok(answers::reading(item))),
            "textDocument/definition" => reply(request, |params| Ok(answers::defining(desk, params))),
            "textDocument/references" => reply(request, |params| Ok(naming::references(desk, params))),
            "textDocument/documentHighlight" => {
                reply(request, |params| Ok(answers::highlighting(desk, params)))
            }
            "textDocument/documentSymbol" => reply(request, |params| Ok(answers::listing(desk, params))),
            "textDocument/inlayHint" => reply(request, |params| Ok(answers::inlaying(desk, params))),
            "textDocument/codeAction" => reply(request, |params| Ok(answers::mending(desk, params))),
            "textDocument/formatting" => reply(request, |params| answers::formatting(desk, params)),
            "textDocument/signatureHelp" => reply(request, |params| Ok(answers::calling(desk, params))),
            "textDocument/prepareRename" => reply(request, |params| naming::prepare(desk, params)),
            "textDocument/rename" => reply(request, |params| naming::renaming(desk, params)),
            "cosim/explain" => reply(request, |topic: Topic| Ok(page(&topic.topic))),
            method => {
                let why = format!("`{method}` is not answered here");
                Response::new_err(request.id, ErrorCode::MethodNotFound as i32, why)
            }
        }
    }

    fn hear(&mut self, notification: Notification) -> Served<()> {
        let params = notification.params;
        match notification.method.as_str() {
            "textDocument/didOpen" => {
                let Some(params) = read::<lsp::DidOpenTextDocumentParams>(params) else { return Ok(()) };
                let document = params.text_document;
                let language = String::from(document.language_id);
                self.desk.open(&document.uri.0, &language, document.version, document.text);
                self.refresh()?;
            }
            "textDocument/didChange" => {
                let Some(params) = read::<lsp::DidChangeTextDocumentParams>(params) else { return Ok(()) };
                let uri = params.text_document.text_document_identifier.uri.0;
                self.change(&uri, params.text_document.version, params.content_changes);
                let experiment =
                    self.desk.open.get(&uri).is_some_and(|open| open.document.linked().is_some());
                // What is written at the await points of a program depends on its experiment.
                if experiment {
                    self.refresh()?;
                }
            }
            "textDocument/didClose" => {
                let Some(params) = read::<lsp::DidCloseTextDocumentParams>(params) else { return Ok(()) };
                let uri = params.text_document.uri;
                self.desk.close(&uri.0);
                let nothing = lsp::PublishDiagnosticsParams { uri, version: None, diagnostics: Vec::new() };
                self.publish(nothing)?;
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.desk.look_again();
                self.refresh()?;
            }
            _of_no_concern => {}
        }
        Ok(())
    }

    fn change(&mut self, uri: &str, version: i32, changes: Vec<lsp::TextDocumentContentChangeEvent>) {
        let Some(open) = self.desk.open.get(uri) else { return };
        let mut text = open.document.text.text.clone();
        for change in changes {
            match change {
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangePartial(part) => {
                    let before = Text::new(text);
                    let start = convert::offset(&before, part.range.start, self.desk.units);
                    let end = convert::offset(&before, part.range.end, self.desk.units);
                    text = before.replaced(start..end, &part.text);
                }
                lsp::TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => {
                    text = whole.text;
                }
            }
        }
        self.desk.change(uri, version, text);
    }

    /// Tells what is wrong with everything that has changed.
    fn tell(&mut self) -> Served<()> {
        let changed: Vec<String> =
            self.desk.open.values().filter(|open| open.changed).map(|open| open.uri.clone()).collect();
        for uri in changed {
            if let Some(told) = diagnose(&mut self.desk, &uri) {
                self.publish(told)?;
            }
        }
        Ok(())
    }

    fn publish(&self, told: lsp::PublishDiagnosticsParams) -> Served<()> {
        let notification = Notification::new("textDocument/publishDiagnostics".to_string(), told);
        Ok(self.connection.sender.send(Message::Notification(notification))?)
    }

    /// Has the editor ask for inlays again.
    fn refresh(&mut self) -> Served<()> {
        if !self.desk.refresh {
            return Ok(());
        }
        self.asked += 1;
        let request = Request::new(self.asked.into(), "workspace/inlayHint/refresh".to_string(), Value::Null);
        Ok(self.connection.sender.send(Message::Request(request))?)
    }
}

/// What a notification says; nothing where it is not as it should be, since nobody waits for an answer.
fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params).ok()
}

/// Answers one request; what cannot be done is said in a sentence, which the editor shows.
fn reply<P: DeserializeOwned, R: Serialize>(
    request: Request,
    answer: impl FnOnce(P) -> Result<R, String>,
) -> Response {
    let params = match serde_json::from_value(request.params) {
        Ok(params) => params,
        Err(error) => {
            return Response::new_err(request.id, ErrorCode::InvalidParams as i32, error.to_string());
        }
    };
    match answer(params) {
        Ok(result) => Response::new_ok(request.id, result),
        Err(why) => Response::new_err(request.id, ErrorCode::RequestFailed as i32, why),
    }
}

/// What a page is asked for: a code or a word.
#[derive(serde::Deserialize)]
struct Topic {
    topic: String,
}

/// The Markdown of a page, as `cosim explain` prints it.
fn page(topic: &str) -> Option<String> {
    let code = topic.trim_end_matches(".md").to_uppercase();
    let page = pages::page(&code).map(|page| page.text.to_string());
    page.or_else(|| words::find(topic).map(|word| word.page.to_string()))
}
