//! The language from outside: every file of `tests/cases/syntax` is parsed, and what is said of it recorded.

use std::fmt::Write as _;

use cosim::diagnostic::{Style, count, render};
use cosim::lang::parse::{ParseLimits, parse};
use cosim::pages::{PAGES, Page};
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

/// What the pages on syntax call wrong is wrong for exactly that reason, and what they call right is right.
#[test]
fn pages_on_syntax() {
    for page in PAGES.iter().filter(|page| page.code < "E0100") {
        let limits = match page.code {
            "E0007" => ParseLimits { max_bytes: 60, ..ParseLimits::default() },
            _ => ParseLimits::default(),
        };
        for (fails, text) in examples(page) {
            let (_, diagnostics) = parse(Default::default(), text, 0, &limits);
            let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
            let right = if fails { codes.iter().all(|code| *code == page.code) } else { codes.is_empty() };
            assert!(right && fails != codes.is_empty(), "{}: {codes:?} of\n{text}", page.code);
        }
    }
}

/// The blocks of a page, and whether each is meant to fail. It has both kinds.
fn examples(page: &Page) -> Vec<(bool, &'static str)> {
    let blocks = page.text.split("```cosim").skip(1).map(|block| {
        let block = block.split("\n```").next().unwrap_or_default();
        let (head, text) = block.split_once('\n').unwrap_or_default();
        (head.trim() == "fails", text)
    });
    let blocks: Vec<_> = blocks.collect();
    assert!(blocks.iter().any(|(fails, _)| *fails) && blocks.iter().any(|(fails, _)| !fails), "{}", page.code);
    blocks
}
