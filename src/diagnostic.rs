//! What is wrong with an input, where, and the way out; the only file that knows annotate-snippets.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use crate::source::{Source, SourceId, Sources, Span};

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

/// How many errors and how many warnings there are.
pub fn count(diagnostics: &[Diagnostic]) -> (usize, usize) {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    (errors, diagnostics.len() - errors)
}

/// Nobody reads more at once, and drawing takes its time.
const DRAWN: usize = 100;

/// Diagnostics as text, in the order of their places, a blank line between two. Of very many only
/// the first are drawn, errors before warnings, and the others counted.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, style: Style) -> String {
    let place = |diagnostic: &&Diagnostic| diagnostic.labels.first().map(|label| label.span);
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (diagnostic.severity == Severity::Warning, place(diagnostic)));
    let others = sorted.split_off(sorted.len().min(DRAWN));
    sorted.sort_by_key(place);
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let decor = if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    let renderer = renderer.decor_style(decor).term_width(style.width);
    let mut out = String::new();
    for diagnostic in sorted {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&renderer.render(&report(diagnostic, sources, style)));
        out.push('\n');
    }
    if !others.is_empty() {
        out.push_str(&format!("\nand {} more\n", others.len()));
    }
    out
}

/// What annotate-snippets draws: the mistake with its places, then the repair.
fn report<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources, style: Style) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        Group::with_title(level.primary_title(shown(&diagnostic.message, style)).id(diagnostic.code));
    let mut drawn: Vec<SourceId> = Vec::new();
    for label in &diagnostic.labels {
        let source = label.span.source;
        if drawn.contains(&source) {
            continue;
        }
        drawn.push(source);
        let here = diagnostic.labels.iter().enumerate().filter(|(_, label)| label.span.source == source);
        let window = Window::around(sources.get(source), here.clone().map(|(_, label)| label.span));
        let annotations = here.map(|(i, label)| {
            let kind = if i == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let text = (!label.text.is_empty()).then(|| shown(&label.text, style));
            kind.span(window.range(label.span)).label(text)
        });
        group = group.element(window.snippet().annotations(annotations));
    }
    for help in &diagnostic.helps {
        group = group.element(Level::HELP.message(shown(help, style)));
    }
    let mut groups = vec![group];
    if let Some(suggestion) = &diagnostic.suggestion {
        let window = Window::around(sources.get(suggestion.span.source), std::iter::once(suggestion.span));
        let patch = Patch::new(window.range(suggestion.span), suggestion.replacement.as_str());
        let title = Level::HELP.secondary_title(shown(&suggestion.message, style));
        groups.push(title.element(window.snippet().patch(patch)));
    }
    groups
}

/// A text for a terminal that may know ASCII only. It may repeat what somebody wrote, and is not to repaint the terminal.
fn shown(text: &str, style: Style) -> Cow<'_, str> {
    let text = text.replace(|c: char| c.is_control() && c != '\n', "?");
    Cow::Owned(if style.unicode { text } else { text.replace('…', "...") })
}

/// The lines of a source that are drawn: drawing costs as much as the text it is given.
struct Window<'a> {
    source: &'a Source,
    lines: Range<usize>,
}

impl<'a> Window<'a> {
    fn around(source: &'a Source, spans: impl Iterator<Item = Span>) -> Window<'a> {
        let text = source.text.as_str();
        let (mut start, mut end) = (text.len(), 0);
        for range in spans.map(|span| within(text, span)) {
            start = start.min(range.start);
            end = end.max(range.end);
        }
        let start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[end..].find('\n').map_or(text.len(), |length| end + length);
        Window { source, lines: start..end.max(start) }
    }

    /// A span as a range in the window.
    fn range(&self, span: Span) -> Range<usize> {
        let range = within(&self.source.text, span);
        range.start.saturating_sub(self.lines.start)..range.end.saturating_sub(self.lines.start)
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        let (first, _) = self.source.line(self.lines.start);
        Snippet::source(&self.source.text[self.lines.clone()])
            .line_start(first)
            .path(self.source.name.as_str())
    }
}

/// A span as a range of the text, cut to what the text has.
fn within(text: &str, span: Span) -> Range<usize> {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start as usize);
    start..boundary(span.end as usize).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { color: false, unicode: false, width: 80 };

    fn two_sources() -> (Sources, SourceId, SourceId) {
        let mut sources = Sources::default();
        let ron = sources.add("洗衣.ron", "Experiment(\n    title: \"洗衣店…\",\n)\n");
        let program = sources.add("laundry.cosim", "param loads = 10\nmain { }\n");
        (sources, ron, program)
    }

    #[test]
    fn draws_places_helps_and_the_repair() {
        let (sources, ron, program) = two_sources();
        let first = Diagnostic::error("E0101", Span::new(program, 6..11), "the names differ…")
            .label("declared here")
            .related(Span::new(ron, 16..21), "set here")
            .help("call both the same")
            .suggest(Span::new(program, 6..11), "load", "rename it");
        let second = Diagnostic::warning("E0401", Span::new(ron, 23..24), "a title");
        let drawn = render(&[first, second], &sources, PLAIN);
        assert!(drawn.starts_with("warning[E0401]: a title"), "{drawn}");
        assert!(drawn.contains("error[E0101]: the names differ..."), "{drawn}");
        assert!(drawn.contains("laundry.cosim:1:7") && drawn.contains("洗衣.ron:2:"), "{drawn}");
        assert!(drawn.contains("1 + param load = 10"), "{drawn}");
        assert!(drawn.ends_with('\n') && !drawn.contains('\u{1b}'));
    }

    #[test]
    fn what_somebody_wrote_does_not_repaint_the_terminal() {
        let (sources, ron, _) = two_sources();
        let mistake = Diagnostic::error("E0607", Span::new(ron, 0..1), "no \u{1b}[2J here")
            .label("\u{1b}[31m is wrong")
            .help("not \u{7}, \u{9b}m");
        let drawn = render(&[mistake], &sources, Style { unicode: true, ..PLAIN });
        assert!(!drawn.contains(|c: char| c.is_control() && c != '\n'), "{drawn:?}");
        assert!(drawn.contains("?[31m is wrong"), "{drawn}");
    }

    #[test]
    fn very_many_are_counted_and_errors_come_first() {
        let (sources, ron, program) = two_sources();
        let warning = Diagnostic::warning("E0401", Span::new(ron, 0..1), "a warning");
        let error = Diagnostic::error("E0101", Span::new(program, 0..1), "an error");
        let mut many = vec![warning; DRAWN + 7];
        many.push(error);
        let drawn = render(&many, &sources, PLAIN);
        assert_eq!(drawn.matches("a warning").count(), DRAWN - 1);
        assert!(drawn.contains("an error") && drawn.ends_with("\n\nand 8 more\n"), "{drawn}");
    }

    #[test]
    fn wide_characters_are_aligned() {
        let mut sources = Sources::default();
        let source = sources.add("x", "洗(衣) x\n");
        let drawn = render(&[Diagnostic::error("E0001", Span::new(source, 9..10), "x")], &sources, PLAIN);
        let line = drawn.lines().find(|line| line.contains('洗')).expect("the line is drawn");
        let caret = drawn.lines().find(|line| line.ends_with('^')).expect("a caret is drawn");
        let width = |text: &str| unicode_width::UnicodeWidthStr::width(text);
        assert_eq!(width(caret), width(line), "{drawn}");
    }

    #[test]
    fn places_outside_of_the_text_are_cut() {
        let (sources, ron, _) = two_sources();
        for range in [0..9999, 9999..9999, 25..26, 26..30] {
            assert!(
                !render(&[Diagnostic::error("E0001", Span::new(ron, range), "x")], &sources, PLAIN)
                    .is_empty()
            );
        }
        let mut sources = Sources::default();
        let empty = sources.add("empty", "");
        let colored = Style { color: true, unicode: true, width: 20 };
        assert!(
            render(&[Diagnostic::error("E0001", Span::new(empty, 0..0), "x")], &sources, colored)
                .contains('\u{1b}')
        );
        assert_eq!(render(&[], &sources, colored), "");
    }
}
