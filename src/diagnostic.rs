//! What is wrong with an input, where, and the way out; the only file that knows annotate-snippets.

use crate::source::{Sources, Span};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// One mistake.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable, such as `E0103`; `cosim explain E0103` prints its page.
    pub code: &'static str,
    pub message: String,
    /// The first is the place itself, the others are related.
    pub labels: Vec<Label>,
    /// Ways out, one sentence each.
    pub helps: Vec<String>,
    pub suggestion: Option<Suggestion>,
}

#[derive(Debug, Clone)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// A replacement that would mend it.
#[derive(Debug, Clone)]
pub struct Suggestion {
    pub message: String,
    pub span: Span,
    pub replacement: String,
}

impl Diagnostic {
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, span, message)
    }

    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, span, message)
    }

    fn new(severity: Severity, code: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        let labels = vec![Label { span, text: String::new() }];
        Diagnostic { severity, code, message: message.into(), labels, helps: Vec::new(), suggestion: None }
    }

    /// What stands under the caret.
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.labels[0].text = text.into();
        self
    }

    pub fn related(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.helps.push(text.into());
        self
    }

    pub fn suggest(
        mut self,
        span: Span,
        replacement: impl Into<String>,
        message: impl Into<String>,
    ) -> Diagnostic {
        self.suggestion = Some(Suggestion { message: message.into(), span, replacement: replacement.into() });
        self
    }
}

/// How diagnostics are drawn.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub color: bool,
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// All diagnostics as text, in the order of their places.
pub fn render(_diagnostics: &[Diagnostic], _sources: &Sources, _style: Style) -> String {
    String::new()
}
