//! The language from outside: case files are parsed, checked and compiled, and what comes out is recorded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cosim::diagnostic::{Diagnostic, Style, count, render};
use cosim::lang::ast::File;
use cosim::lang::check::check;
use cosim::lang::compile::compile;
use cosim::lang::parse::{ParseLimits, parse};
use cosim::pages::{PAGES, Page};
use cosim::source::{SourceId, Sources};

#[test]
fn syntax() {
    each("syntax", |name, text| report(name, text, read));
}

#[test]
fn checked() {
    each("check", |name, text| {
        report(name, text, |source, text| {
            let (file, mut diagnostics) = read(source, text);
            diagnostics.extend(check(&file));
            (file, diagnostics)
        })
    });
}

#[test]
fn compiled() {
    each("compile", |_, text| {
        let (file, _) = read(SourceId::default(), text);
        let program = compile(&file, &BTreeMap::new()).expect("the case has no mistakes");
        format!("{text}\n════════\n\n{}", program.disassemble())
    });
}

fn read(source: SourceId, text: &str) -> (File, Vec<Diagnostic>) {
    parse(source, text, 0, &ParseLimits::default())
}

/// Records what comes of each file in a folder of cases.
fn each(folder: &str, show: impl Fn(&str, &str) -> String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::glob!(&format!("cases/{folder}/*.cosim"), |path| {
            let name = path.file_name().expect("a case has a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path).expect("a case can be read");
            insta::assert_snapshot!(folder, show(&name, &text));
        });
    });
}

/// The input and what is said of it, together.
fn report(name: &str, text: &str, read: impl Fn(SourceId, &str) -> (File, Vec<Diagnostic>)) -> String {
    let mut sources = Sources::default();
    let source = sources.add(name, text);
    let (file, diagnostics) = read(source, text);
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
    assert!(
        blocks.iter().any(|(fails, _)| *fails) && blocks.iter().any(|(fails, _)| !fails),
        "{}",
        page.code
    );
    blocks
}
