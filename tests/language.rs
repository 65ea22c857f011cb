//! The language from outside: every file of `tests/cases/syntax` is parsed, and what is said of it recorded.

use std::fmt::Write as _;

use cosim::diagnostic::{Style, count, render};
use cosim::lang::parse::{ParseLimits, parse};
use cosim::source::Sources;

#[test]
fn syntax() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!("cases/syntax/*.cosim", |path| {
            let name = path.file_name().expect("a case has a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path).expect("a case can be read");
            insta::assert_snapshot!(report(&name, &text));
        });
    });
}

/// The input and what is said of it, together.
fn report(name: &str, text: &str) -> String {
    let mut sources = Sources::default();
    let source = sources.add(name, text);
    let (file, diagnostics) = parse(source, text, 0, &ParseLimits::default());
    let style = Style { color: false, unicode: true, width: 100 };
    let mut out = format!("{text}\n════════\n\n");
    match diagnostics.is_empty() {
        true => write!(out, "ok: {} items", file.items.len()),
        false => {
            let (errors, warnings) = count(&diagnostics);
            write!(out, "{}\n{errors} errors, {warnings} warnings", render(&diagnostics, &sources, style))
        }
    }
    .expect("a string can be written to");
    out
}
