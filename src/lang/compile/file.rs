//! A whole file into a program, with the values of its parameters.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Severity};
use crate::lang::ast::{Block, File, Ident, Item};
use crate::lang::check::file::check;
use crate::lang::compile::builder::Builder;
use crate::lang::compile::live::analyse;
use crate::lang::compile::output::{Full, Output};
use crate::lang::compile::scopes::Exit;
use crate::lang::constants::{Constants, evaluate};
use crate::lang::declarations::Declarations;
use crate::lang::program::Program;
use crate::source::Span;
use crate::suggest::did_you_mean;
use crate::value::Value;

/// The parameters of a file, with the places where they are declared.
pub fn params(file: &File) -> Vec<(String, Span)> {
    let params = file.items.iter().filter_map(|item| match item {
        Item::Param { name, .. } => Some((name.name.clone(), name.span)),
        Item::Shared { .. }
        | Item::Metric { .. }
        | Item::Object(_)
        | Item::Task { .. }
        | Item::Main { .. } => None,
    });
    params.collect()
}

/// Compiles a file. `overrides` replace the defaults of its parameters.
///
/// A file in which [`check`] finds errors is refused with these errors.
pub fn compile(file: &File, overrides: &BTreeMap<String, Value>) -> Result<Program, Vec<Diagnostic>> {
    let mut errors = check(file);
    errors.retain(|diagnostic| diagnostic.severity == Severity::Error);
    errors.extend(unknown_params(file, overrides));
    if !errors.is_empty() {
        return Err(errors);
    }
    let declarations = Declarations::of(file);
    let (constants, errors) = evaluate(file, &declarations, overrides);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut out = Output::default();
    let mut main = None;
    for item in &file.items {
        match item {
            Item::Task { name, params, body } => {
                let builder = Builder::new(&declarations, &constants, &mut out);
                function(&name.name, params, body, name.span, builder);
            }
            Item::Main { span, body } => main = Some((*span, body)),
            Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => {}
        }
    }
    let (span, body) = main.expect("the checker demands `main`");
    let number = out.functions.len() as u16;
    function("main", &[], body, span, Builder::new(&declarations, &constants, &mut out));
    if let Some(full) = out.full {
        return Err(vec![too_large(full)]);
    }
    Ok(program(out, number, &declarations, constants))
}

/// The declarations stand in the order in which instructions number them.
fn program(out: Output, main: u16, declarations: &Declarations, constants: Constants) -> Program {
    let (wanted, live) = analyse(&out);
    Program {
        code: out.code,
        spans: out.spans,
        constants: out.constants,
        texts: out.texts,
        functions: out.functions,
        main,
        objects: constants.objects,
        shared: constants.shared,
        metrics: declarations.metrics().map(str::to_string).collect(),
        params: constants.params,
        spawns: out.spawns,
        selects: out.selects,
        wanted,
        live,
    }
}

fn function<'a>(name: &str, params: &'a [Ident], body: &'a Block, span: Span, mut builder: Builder<'a, '_>) {
    builder.at = span;
    for param in params {
        let reg = builder.reserve();
        builder.declare(&param.name, reg);
    }
    builder.block(body);
    // Where a task ends without `return`, it ends at its brace.
    builder.at = Span { start: body.span.end.saturating_sub(1), ..body.span };
    let none = builder.constant(Value::None);
    builder.leave(Exit::Return(none));
    builder.finish(name, params.len() as u16, span);
}

fn too_large(full: Full) -> Diagnostic {
    Diagnostic::error("E0406", full.span, format!("too many {} for one program", full.what))
        .label("what comes from here on does not fit")
        .help("split the task, or put what is repeated into a loop or a list")
}

fn unknown_params(file: &File, overrides: &BTreeMap<String, Value>) -> Vec<Diagnostic> {
    let params = params(file);
    let unknown = overrides.keys().filter(|name| !params.iter().any(|(param, _)| param == *name));
    unknown
        .map(|name| {
            let names = || params.iter().map(|(name, _)| name.as_str());
            let text = format!("there is no parameter `{name}`");
            let Some(nearest) = did_you_mean(name, names()) else {
                let list: Vec<&str> = names().collect();
                let help = match list.is_empty() {
                    true => "the program declares no parameters".to_string(),
                    false => format!("the program declares {}", list.join(", ")),
                };
                return Diagnostic::error("E0108", Span::default(), text).help(help);
            };
            let place = params.iter().find(|(name, _)| name == nearest).map(|(_, span)| *span);
            Diagnostic::error("E0108", place.unwrap_or_default(), text)
                .label(format!("did you mean `{nearest}`?"))
        })
        .collect()
}
