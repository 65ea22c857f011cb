//! What a command writes to the terminal or to a pipe, and how that may look.

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::AutoStream;

use crate::cli::args::command::{Arguments, ColorChoice};
use crate::cli::status::Status;
use crate::diagnostic;
use crate::report::style::{Color, Style};

/// Columns of what is not written to a terminal.
const PIPE_WIDTH: usize = 100;
/// A report wider than this is hard to take in.
const MOST_WIDTH: usize = 160;

/// The standard output could not be written, and that was said: once is enough.
static SAID: AtomicBool = AtomicBool::new(false);

/// Where a command writes, and how it may look there.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub style: Style,
    errors: Style,
    /// Is the standard error a terminal?
    watched: bool,
}

impl Output {
    pub fn new(arguments: &Arguments) -> Output {
        let (style, errors) = (style(arguments, &io::stdout()), style(arguments, &io::stderr()));
        Output { style, errors, watched: is_terminal(&io::stderr()) }
    }

    /// Writes a result to the standard output. Nobody reading any more (`| head`) is fine; a full
    /// disk is not.
    pub fn print(&self, text: &str) -> Status {
        let mut stdout = AutoStream::always(io::stdout().lock());
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Ok(()) => Status::Fine,
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Status::Fine,
            Err(_) if SAID.swap(true, Ordering::Relaxed) => Status::Failed,
            Err(error) => self.failed(&format!("the output could not be written: {}", reason(&error))),
        }
    }

    /// Says on the standard error what could not be done.
    pub fn failed(&self, message: &str) -> Status {
        // Names of files may have anything in them, what would repaint a terminal too.
        let shown = message.replace(|c: char| c.is_control() && !matches!(c, '\n' | '\t'), "?");
        self.complain(&format!("error: {shown}\n"));
        Status::Failed
    }

    /// Writes to the standard error. If even that fails there is nobody left to tell.
    pub fn complain(&self, text: &str) {
        let _ = AutoStream::always(io::stderr().lock()).write_all(text.as_bytes());
    }

    /// How what goes to the standard error may look, if that is a terminal.
    pub fn errors_to(&self) -> Option<Style> {
        self.watched.then_some(self.errors)
    }

    /// Rows of the terminal; nothing where the standard output is none, or one on which no cursor can be moved.
    pub fn rows(&self) -> Option<usize> {
        let size = terminal_size::terminal_size().filter(|_| is_terminal(&io::stdout()));
        size.map(|(_, rows)| usize::from(rows.0).max(8))
    }

    /// How diagnostics look: they go to the standard error.
    pub fn diagnostics(&self) -> diagnostic::Style {
        let Style { color, unicode, width } = self.errors;
        diagnostic::Style { color: color != Color::None, unicode, width }
    }
}

fn style(arguments: &Arguments, stream: &impl IsTerminal) -> Style {
    let terminal = is_terminal(stream);
    let unset = |name: &str| env::var_os(name).is_none_or(|value| value.is_empty());
    let color = match arguments.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && unset("NO_COLOR"),
    };
    let unicode = !arguments.ascii && (arguments.unicode || (terminal && speaks_unicode()));
    let width = match arguments.width {
        Some(width) => usize::from(width),
        None if terminal => terminal_width().min(MOST_WIDTH),
        None => PIPE_WIDTH,
    };
    Style { color: if color { depth() } else { Color::None }, unicode, width }
}

/// One on which a cursor can be moved.
fn is_terminal(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && env::var("TERM").as_deref() != Ok("dumb")
}

fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(PIPE_WIDTH, |(width, _)| usize::from(width.0).max(40))
}

/// How many colours the terminal says it has.
fn depth() -> Color {
    let says = |name: &str, word: &str| env::var(name).is_ok_and(|value| value.contains(word));
    if says("COLORTERM", "truecolor") || says("COLORTERM", "24bit") {
        Color::True
    } else if says("TERM", "256color") {
        Color::Indexed
    } else {
        Color::Sixteen
    }
}

/// The first of these that is set decides, as in `setlocale`.
fn speaks_unicode() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|name| env::var(name).ok());
    let locale = set.into_iter().find(|value| !value.is_empty()).unwrap_or_default().to_lowercase();
    cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8")
}

/// What the operating system says, without Rust's number behind it.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}
