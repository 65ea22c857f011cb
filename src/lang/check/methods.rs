//! Methods: what has which, and the two sides of an rwlock.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{Argument, Expr, ExprKind, Ident, ObjectKind};
use crate::lang::check::checker::Checker;
use crate::lang::kind::Kind;
use crate::lang::vocabulary::{METHODS, Means, MethodWord, method_for, methods};
use crate::source::Span;
use crate::suggest::did_you_mean;

const RWLOCK: Kind = Kind::Object(ObjectKind::RwLock);

/// What methods are called elsewhere, and here.
const FOREIGN: [(&str, &str); 14] = [
    ("get", "recv"),
    ("receive", "recv"),
    ("recieve", "recv"),
    ("put", "send"),
    ("get_nowait", "try_recv"),
    ("put_nowait", "try_send"),
    ("qsize", "len"),
    ("lock", "acquire"),
    ("unlock", "release"),
    ("signal", "notify"),
    ("broadcast", "notify_all"),
    ("resolve", "set"),
    ("set_result", "set"),
    ("set_exception", "fail"),
];

impl<'a> Checker<'a> {
    /// A method called without `await`.
    pub fn plain_method(
        &mut self,
        expr: &'a Expr,
        object: &'a Expr,
        name: &'a Ident,
        arguments: &'a [Argument],
    ) -> Kind {
        let Some((word, _)) = self.method_call(object, name, arguments, expr.span) else {
            return Kind::Unknown;
        };
        if word.suspends {
            let argument = if word.arguments.0 > 0 { "v" } else { "" };
            let usage = format!("await {}.{}({argument})", called(object), word.name);
            self.must_wait(expr, word.name, &usage);
        }
        word.gives
    }

    /// A method, awaited or not, and the kind it is called on; `None` if there is no such thing,
    /// which has then been said.
    pub fn method_call(
        &mut self,
        object: &'a Expr,
        name: &'a Ident,
        arguments: &'a [Argument],
        span: Span,
    ) -> Option<(&'static MethodWord, Kind)> {
        let kind = self.receiver(object, name);
        let word = match kind {
            Kind::Unknown => method_for(&name.name, kind, arguments.len()),
            known => methods(&name.name).find(|word| word.on.contains(&known)),
        };
        match word {
            Some(word) => self.method_arguments(word, arguments, span),
            None => {
                self.values(arguments);
                self.no_method(kind, object, name);
            }
        }
        word.map(|word| (word, kind))
    }

    /// The object of a method: a value, or one side of an rwlock.
    fn receiver(&mut self, object: &'a Expr, name: &Ident) -> Kind {
        let holds = methods(&name.name).any(|word| matches!(word.means, Means::Acquire | Means::Release));
        match &object.kind {
            ExprKind::Field { object, name } if holds => {
                self.side(object, name);
                RWLOCK
            }
            _ => {
                let kind = self.expr(object);
                if kind == RWLOCK && holds {
                    self.no_side(object, &format!(".{}()", name.name));
                }
                kind
            }
        }
    }

    /// `table.read`, `table.write`
    pub fn side(&mut self, object: &'a Expr, name: &Ident) {
        let kind = self.expr(object);
        if !matches!(kind, RWLOCK | Kind::Unknown) {
            let text =
                format!("{} has no `.{}`; an rwlock has `.read` and `.write`", kind.words(), name.name);
            self.error("E0307", name.span, text);
        } else if !matches!(name.name.as_str(), "read" | "write") {
            let text = format!("an rwlock has `.read` and `.write`, but no `.{}`", name.name);
            self.error("E0307", name.span, text);
        }
    }

    /// An rwlock is taken for reading or for writing.
    pub fn no_side(&mut self, object: &Expr, rest: &str) {
        let name = called(object);
        let text = "an rwlock is held for reading or for writing: which?";
        self.report(
            Diagnostic::error("E0310", object.span, text)
                .help(format!("write `{name}.read{rest}` to share it with other readers"))
                .help(format!("or `{name}.write{rest}` to have it alone")),
        );
    }

    /// `x.name` that is not the object of `with` or `.acquire()`.
    pub fn field(&mut self, object: &'a Expr, name: &'a Ident) -> Kind {
        let kind = self.expr(object);
        let diagnostic = match name.name.as_str() {
            "read" | "write" if matches!(kind, RWLOCK | Kind::Unknown) => {
                let text = format!("`.{}` is not a value", name.name);
                let help =
                    format!("write `with table.{0} {{ … }}` or `await table.{0}.acquire()`", name.name);
                Diagnostic::error("E0307", name.span, text).help(help)
            }
            called if methods(called).next().is_some() => {
                let end = Span { start: name.span.end, ..name.span };
                let text = format!("`.{called}` is a method and has to be called");
                Diagnostic::error("E0307", name.span, text).suggest(end, "()", format!("write `.{called}()`"))
            }
            other => {
                let text = format!("{} has no field `{other}`", kind.words());
                Diagnostic::error("E0307", name.span, text)
                    .help("only rwlocks have any: `.read` and `.write`")
            }
        };
        self.report(diagnostic);
        Kind::Unknown
    }

    fn no_method(&mut self, kind: Kind, object: &Expr, name: &Ident) {
        let its = || METHODS.iter().filter(|word| kind == Kind::Unknown || word.on.contains(&kind));
        let text = match kind {
            Kind::Unknown => format!("there is no method `{}`", name.name),
            known => format!("{} has no method `{}`", known.words(), name.name),
        };
        let diagnostic = Diagnostic::error("E0307", name.span, text);
        if let Some(nearest) = did_you_mean(&name.name, its().map(|word| word.name)) {
            let text = format!("did you mean `{nearest}`?");
            return self.report(diagnostic.suggest(name.span, nearest, text));
        }
        let mut ours = FOREIGN.iter().filter(|(theirs, _)| *theirs == name.name).map(|(_, ours)| *ours);
        if let Some(ours) = ours.find(|ours| its().any(|word| word.name == *ours)) {
            return self.report(diagnostic.suggest(name.span, ours, format!("here it is called `{ours}`")));
        }
        let object = called(object);
        let names: Vec<String> = its().map(|word| format!("`{}`", word.name)).collect();
        let help = match (name.name.as_str(), kind) {
            ("append" | "push" | "add", Kind::List | Kind::Unknown) => {
                format!("lists are values: write `{object} = {object} + [x]`")
            }
            (_, Kind::Unknown) => return self.report(diagnostic),
            (_, Kind::Task) => format!(
                "it has {}; its value is `await {object}`, and `cancel {object}` cancels it",
                names.join(", ")
            ),
            (_, Kind::Object(ObjectKind::Future)) => {
                format!("it has {}; its value is `await {object}`", names.join(", "))
            }
            (_, Kind::Object(ObjectKind::Workers)) => {
                format!("write `spawn t() on {object}` or `await offload({object}, t())`")
            }
            (_, Kind::Objects(_)) => format!("take one of its elements, as in `{object}[0]`"),
            _ if names.is_empty() => format!("{} has no methods", kind.words()),
            _ => format!("it has {}", names.join(", ")),
        };
        self.report(diagnostic.help(help));
    }
}

/// The name of an object as help texts repeat it.
pub fn called(object: &Expr) -> &str {
    match &object.kind {
        ExprKind::Name(name) => name,
        _ => "x",
    }
}
