//! `cosim check`: what is wrong with experiments and programs, without running them.

use serde::Serialize;

use crate::cli::args::write::CheckArguments;
use crate::cli::load::{complain, each};
use crate::cli::output::Output;
use crate::cli::status::Status;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::json::pretty;
use crate::source::{Sources, Span};

pub fn check(arguments: &CheckArguments, output: &Output) -> Status {
    let mut messages = Vec::new();
    let status = each(&arguments.input, output, |attempt| {
        let (found, status) = match attempt.result {
            Ok(loaded) => (loaded.warnings, Status::Fine),
            Err(problems) => (problems, Status::Found),
        };
        if arguments.json {
            messages.extend(found.iter().map(|diagnostic| message(diagnostic, &attempt.sources)));
        } else {
            complain(&found, &attempt.sources, output);
        }
        status
    });
    if !arguments.json {
        return status;
    }
    let report = Report { schema: "cosim-messages/1", messages };
    output.print(&pretty(&report)).max(status)
}

#[derive(Serialize)]
struct Report {
    schema: &'static str,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Message {
    severity: &'static str,
    code: &'static str,
    message: String,
    /// The first is the place itself.
    labels: Vec<Place>,
    helps: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<Edit>,
}

/// Lines and columns count from 1, columns in characters; bytes from 0, the end not included.
#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    start: u32,
    end: u32,
    text: String,
}

#[derive(Serialize)]
struct Edit {
    message: String,
    start: u32,
    end: u32,
    replacement: String,
}

fn message(diagnostic: &Diagnostic, sources: &Sources) -> Message {
    Message {
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        code: diagnostic.code,
        message: diagnostic.message.clone(),
        labels: diagnostic.labels.iter().map(|label| place(label.span, &label.text, sources)).collect(),
        helps: diagnostic.helps.clone(),
        suggestion: diagnostic.suggestion.as_ref().map(|suggestion| Edit {
            message: suggestion.message.clone(),
            start: suggestion.span.start,
            end: suggestion.span.end,
            replacement: suggestion.replacement.clone(),
        }),
    }
}

fn place(span: Span, text: &str, sources: &Sources) -> Place {
    let (line, column) = sources.line_column(span);
    let file = sources.get(span.source).name.clone();
    Place { file, line, column, start: span.start, end: span.end, text: text.to_string() }
}
