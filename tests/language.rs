//! The language from outside: case files are parsed, checked and compiled, and what comes out is recorded.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cosim::diagnostic::{Diagnostic, Style, count, render};
use cosim::lang::ast::File;
use cosim::lang::check::check;
use cosim::lang::compile::compile;
use cosim::lang::parse::{ParseLimits, parse};
use cosim::pages::{PAGES, Page};
use cosim::source::{SourceId, Sources};
use cosim::value::Value;

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

/// Mistakes that a file alone cannot show: they lie in the values of parameters, or in the size.
const WITHOUT_EXAMPLE: [&str; 3] = ["E0108", "E0312", "E0406"];

/// What the pages call wrong is wrong for exactly that reason, and what they call right is right.
#[test]
fn pages() {
    // Those on experiments are tested with the experiments, those on exports with the exports, those on sweeps with
    // the sweeps.
    for page in PAGES.iter().filter(|page| !("E0600".."E1100").contains(&page.code)) {
        for (fails, text) in examples(page) {
            let codes = codes(page.code, text);
            let right = if fails { codes.iter().all(|code| *code == page.code) } else { codes.is_empty() };
            assert!(right && fails != codes.is_empty(), "{}: {codes:?} of\n{text}", page.code);
        }
    }
}

/// What is said of an example; pages on syntax leave the rest aside.
fn codes(page: &str, text: &str) -> Vec<&'static str> {
    let limits = match page {
        "E0007" => ParseLimits { max_bytes: 60, ..ParseLimits::default() },
        _ => ParseLimits::default(),
    };
    let (file, mut diagnostics) = parse(SourceId::default(), text, 0, &limits);
    if page > "E0100" {
        diagnostics.extend(check(&file));
    }
    diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

/// The blocks of a page, and whether each is meant to fail. It has both kinds.
fn examples(page: &Page) -> Vec<(bool, &'static str)> {
    let blocks = page.text.split("```cosim").skip(1).map(|block| {
        let block = block.split("\n```").next().unwrap_or_default();
        let (head, text) = block.split_once('\n').unwrap_or_default();
        (head.trim() == "fails", text)
    });
    let blocks: Vec<_> = blocks.collect();
    let has_wrong = blocks.iter().any(|(fails, _)| *fails) != WITHOUT_EXAMPLE.contains(&page.code);
    assert!(has_wrong && blocks.iter().any(|(fails, _)| !fails), "{}", page.code);
    blocks
}

/// Values for parameters are compared with what the file declares.
#[test]
fn parameters() {
    let text = "param loads = 10\nparam rate = 0.5\nparam pause = 5ms\nchannel c(loads)\n\
                main { log \"{rate} {pause} {c}\" }";
    let (file, _) = read(SourceId::default(), text);
    let said = |name: &str, value: Value| {
        let values = BTreeMap::from([(name.to_string(), value)]);
        match compile(&file, &values) {
            Ok(program) => format!("{:?}", program.params),
            Err(errors) => format!("{}: {}", errors[0].code, errors[0].message),
        }
    };
    assert_eq!(
        said("rate", Value::Int(2)),
        r#"[("loads", Int(10)), ("rate", Float(2.0)), ("pause", Duration(5000000))]"#
    );
    assert_eq!(said("load", Value::Int(2)), "E0108: there is no parameter `load`");
    assert_eq!(said("pause", Value::Int(2)), "E0312: the parameter `pause` is a duration, not an int");
    assert_eq!(said("loads", Value::Int(-1)), "E0308: the capacity of a channel cannot be negative");
}

/// A `finally` is compiled once, so that nesting them cannot make a program explode.
#[test]
fn hostile_nesting() {
    let nested = |open: &str, close: &str| {
        let text = format!("lock l\nmain {{ {}{} }}", open.repeat(60), close.repeat(60));
        let (file, _) = read(SourceId::default(), &text);
        compile(&file, &BTreeMap::new()).expect("it is only deep").code.len()
    };
    assert!(nested("try { return 1 } finally { ", "}") < 2000);
    assert!(nested("with l { return; ", "}") < 4000);
}
