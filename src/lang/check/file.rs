//! A whole file: its declarations, then its tasks, then what nobody uses.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::lang::ast::{Block, Expr, ExprKind, File, Ident, Item, ObjectArgument, StatementKind, TextPart};
use crate::lang::check::checker::{Checker, Role};
use crate::lang::check::names::declared_here;
use crate::lang::constants::evaluate;
use crate::lang::declarations::{Declarations, What};
use crate::lang::kind::Kind;
use crate::lang::vocabulary::function;
use crate::lang::walk::{Node, walk};
use crate::source::Span;

/// Everything that is wrong with a file, in the order of its places.
pub fn check(file: &File) -> Vec<Diagnostic> {
    let declarations = Declarations::of(file);
    let (constants, diagnostics) = evaluate(file, &declarations, &BTreeMap::new());
    let mut checker = Checker::new(&declarations, &constants);
    checker.diagnostics = diagnostics;
    for declared in &declarations.again {
        let name = &declared.name.name;
        let diagnostic =
            Diagnostic::error("E0103", declared.name.span, format!("`{name}` is declared twice"));
        let first = declarations.get(name).map_or(declared.name.span, |first| first.name.span);
        checker.report(diagnostic.related(first, "the first time here"));
    }
    for item in &file.items {
        checker.item(item);
    }
    checker.callbacks(file);
    checker.mains(file);
    checker.unused();
    let mut diagnostics = checker.diagnostics;
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        // What is unused may be so only because of a mistake.
        diagnostics.retain(|diagnostic| !matches!(diagnostic.code, "W0501" | "W0502"));
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels[0].span);
    diagnostics
}

/// What is wrong with the parts of a file that could be read, where others could not: `await` and
/// kinds. Names are left alone, since their declarations may be what is missing.
pub fn check_rest(file: &File) -> Vec<Diagnostic> {
    let mut diagnostics = check(file);
    diagnostics.retain(|diagnostic| diagnostic.code.starts_with("E02") || diagnostic.code.starts_with("E03"));
    diagnostics
}

impl<'a> Checker<'a> {
    fn item(&mut self, item: &'a Item) {
        match item {
            Item::Task { name, params, body } => {
                if let Some(word) = function(&name.name) {
                    let text = format!("`{}` is a function of the language", name.name);
                    let diagnostic = Diagnostic::error("E0104", name.span, text).label(word.help);
                    self.report(diagnostic.help("give the task another name"));
                }
                self.body(params, body);
            }
            Item::Main { body, .. } => self.body(&[], body),
            Item::Param { value, .. } | Item::Shared { value, .. } => self.mentioned(value),
            Item::Object(item) => {
                if let Some(count) = &item.count {
                    self.mentioned(count);
                }
                if let Some(ObjectArgument::Value(value)) = &item.argument {
                    self.mentioned(value);
                }
            }
            Item::Metric { .. } => {}
        }
    }

    fn body(&mut self, params: &'a [Ident], body: &'a Block) {
        self.assigned = BTreeSet::new();
        assigned(body, &mut self.assigned);
        for (i, param) in params.iter().enumerate() {
            if let Some(first) = params[..i].iter().find(|first| first.name == param.name) {
                let text = format!("two parameters are called `{}`", param.name);
                let diagnostic = Diagnostic::error("E0103", param.span, text);
                self.report(diagnostic.related(first.span, "the first one"));
                continue;
            }
            self.declare(param, Kind::Unknown, Role::Parameter);
        }
        self.block(body);
        self.forget(0);
    }

    /// Names in a constant count as used; what is wrong with it was said when it was computed.
    fn mentioned(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.used.insert(name);
            }
            ExprKind::Text(parts) => {
                for part in parts {
                    if let TextPart::Expr(expr) = part {
                        self.mentioned(expr);
                    }
                }
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.mentioned(item)),
            ExprKind::Unary(_, inner) | ExprKind::Await(inner) | ExprKind::Cancel(inner) => {
                self.mentioned(inner)
            }
            ExprKind::Binary(_, left, right)
            | ExprKind::Logic { left, right, .. }
            | ExprKind::Index { object: left, index: right } => {
                self.mentioned(left);
                self.mentioned(right);
            }
            ExprKind::Call { arguments, .. } => {
                for argument in arguments {
                    if let crate::lang::ast::Argument::Value(value) = argument {
                        self.mentioned(value);
                    }
                }
            }
            ExprKind::None
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Duration(_)
            | ExprKind::Method { .. }
            | ExprKind::Field { .. }
            | ExprKind::Yield
            | ExprKind::Spawn(_) => {}
        }
    }

    fn mains(&mut self, file: &File) {
        let mut mains = file.items.iter().filter_map(|item| match item {
            Item::Main { span, body } => Some(Span { end: body.span.start, ..*span }),
            Item::Param { .. }
            | Item::Shared { .. }
            | Item::Metric { .. }
            | Item::Object(_)
            | Item::Task { .. } => None,
        });
        let Some(first) = mains.next() else {
            // Where it could stand: behind the last declaration.
            let last = self.declarations.iter().last().map(|declared| declared.name.span);
            self.report(
                Diagnostic::error("E0401", last.unwrap_or_default(), "there is no `main`")
                    .help("the run begins there: write `main { … }`"),
            );
            return;
        };
        for again in mains {
            self.report(
                Diagnostic::error("E0402", again, "there are two `main`s")
                    .related(first, "the first one")
                    .help("a run begins in one place: make the other a task, and spawn it"),
            );
        }
    }

    fn unused(&mut self) {
        let unused = self.declarations.iter().filter(|declared| {
            let name = declared.name.name.as_str();
            !self.used.contains(name) && !name.starts_with('_')
        });
        let warnings: Vec<Diagnostic> = unused
            .map(|declared| {
                let name = &declared.name.name;
                let what = declared.what.words();
                let text = match declared.what {
                    What::Task(..) => format!("the task `{name}` is never started"),
                    What::Metric(_) => format!("nothing is observed into the metric `{name}`"),
                    What::Param | What::Shared(_) | What::Object(_) => {
                        let what = what.split_once(' ').map_or(what, |(_, noun)| noun);
                        format!("the {what} `{name}` is never used")
                    }
                };
                let diagnostic = Diagnostic::warning("W0502", declared.name.span, text);
                diagnostic.help(format!("if that is meant, call it `_{name}`"))
            })
            .collect();
        self.diagnostics.extend(warnings);
        let many = self.declarations.iter().nth(usize::from(u16::MAX));
        if let Some(declared) = many {
            let text = "a file can declare 65,535 things, not more";
            self.report(declared_here(Diagnostic::error("E0406", declared.name.span, text), declared));
        }
    }
}

/// Every name a block assigns, blocks within included.
fn assigned<'a>(block: &'a Block, names: &mut BTreeSet<&'a str>) {
    walk(block, &mut |node| {
        if let Node::Statement(statement) = node
            && let StatementKind::Assign { name, .. } = &statement.kind
        {
            names.insert(&name.name);
        }
    });
}
