//! How far something is, and how long it will still take, on the terminal; the only file that knows indicatif.

use std::fmt::Write;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::cli::output::Output;

/// What is over sooner shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Drawings in a second.
const HERTZ: u8 = 10;

/// A line on the standard error that follows what is done; nothing where that is no terminal.
///
/// Any thread may tell how far it is. The line is gone when this is dropped.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    what: String,
    glyphs: &'static str,
    begun: Instant,
}

impl Progress {
    /// Of `total` things called `what`: `runs`. Where nobody knows how many there will be, there is no bar and no
    /// estimate, only the count and the rate.
    pub fn new(output: &Output, total: Option<u64>, what: &str) -> Progress {
        let glyphs = output.errors_to().map(|style| style.glyph("█▌ ", "=> "));
        let bar = glyphs.map(|glyphs| {
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
            bar.with_style(line(total.map(|_| "of"), what, glyphs))
        });
        Progress { bar, what: what.to_string(), glyphs: glyphs.unwrap_or_default(), begun: Instant::now() }
    }

    /// So many are done. Cheap: the line is not drawn each time.
    pub fn set(&self, done: u64) {
        if let Some(bar) = self.shown() {
            bar.set_position(done);
        }
    }

    /// So many more are done; from any thread, in any order.
    pub fn add(&self, done: u64) {
        if let Some(bar) = self.shown() {
            bar.inc(done);
        }
    }

    /// The bar, which is seen once it is worth while.
    fn shown(&self) -> Option<&ProgressBar> {
        let bar = self.bar.as_ref()?;
        if bar.is_hidden() && self.begun.elapsed() >= PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(HERTZ));
        }
        Some(bar)
    }

    /// It turned out that there are more.
    pub fn set_total(&self, total: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(total);
        }
    }

    /// As it looks now there will be about so many.
    pub fn expect(&self, total: u64) {
        let Some(bar) = &self.bar else { return };
        if bar.length().is_none() {
            bar.set_style(line(Some("of about"), &self.what, self.glyphs));
        }
        bar.set_length(total);
    }

    /// The line is gone, and something else may be written.
    pub fn finish(self) {}
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// `[=====>   ] 1,200 of 10,000 runs, 400 a second, 22 seconds left`
fn line(of: Option<&str>, what: &str, glyphs: &str) -> ProgressStyle {
    // What is counted stands in a template, in which braces mean something.
    let what = what.replace(['{', '}'], "");
    let template = match of {
        Some(of) => {
            format!("[{{bar:30}}] {{human_pos}} {of} {{human_len}} {what}, {{rate}} a second, {{left}}")
        }
        None => format!("{{human_pos}} {what}, {{rate}} a second"),
    };
    let style = ProgressStyle::with_template(&template).expect("the template is well formed");
    style.progress_chars(glyphs).with_key("rate", rate).with_key("left", left)
}

fn rate(state: &ProgressState, out: &mut dyn Write) {
    let rate = state.per_sec();
    let _ = if rate < 10.0 { write!(out, "{rate:.1}") } else { write!(out, "{}", HumanCount(rate as u64)) };
}

fn left(state: &ProgressState, out: &mut dyn Write) {
    let _ = write!(out, "{} left", HumanDuration(state.eta()));
}
