//! Expressions: values, operators, texts.

use crate::export::rust::generator::Generator;
use crate::export::rust::words::{float, formatted, is_copy, nanos, quoted, shows_itself};
use crate::export::types::Type;
use crate::lang::ast::{BinaryOp, Expr, ExprKind, ObjectKind, TextPart, UnaryOp};
use crate::lang::declarations::What;

/// A piece of Rust, and how strongly it binds: an atom most.
pub struct Code {
    pub text: String,
    pub level: u8,
}

pub const ATOM: u8 = 10;
pub const UNARY: u8 = 9;

pub fn atom(text: impl Into<String>) -> Code {
    Code { text: text.into(), level: ATOM }
}

/// As strongly as in cosim: the two languages agree.
fn level(op: BinaryOp) -> (u8, &'static str) {
    match op {
        BinaryOp::Multiply => (8, "*"),
        BinaryOp::Divide => (8, "/"),
        BinaryOp::Remainder => (8, "%"),
        BinaryOp::Add => (7, "+"),
        BinaryOp::Subtract => (7, "-"),
        BinaryOp::ShiftLeft => (6, "<<"),
        BinaryOp::ShiftRight => (6, ">>"),
        BinaryOp::BitAnd => (5, "&"),
        BinaryOp::BitXor => (4, "^"),
        BinaryOp::BitOr => (3, "|"),
        BinaryOp::Equal => (2, "=="),
        BinaryOp::NotEqual => (2, "!="),
        BinaryOp::Less => (2, "<"),
        BinaryOp::LessEqual => (2, "<="),
        BinaryOp::Greater => (2, ">"),
        BinaryOp::GreaterEqual => (2, ">="),
    }
}

impl Code {
    /// In brackets if it binds less than this.
    pub fn within(self, level: u8) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text }
    }
}

impl<'a> Generator<'a> {
    /// A value of its own, to be kept or handed over.
    pub fn value(&mut self, expr: &'a Expr) -> String {
        self.code(expr).text
    }

    /// The same as a value of a type that may be wider or narrower: with or without `none`.
    pub fn value_as(&mut self, expr: &'a Expr, wanted: &Type) -> String {
        let have = self.type_of(expr);
        let optional = |kind: &Type| matches!(kind, Type::Optional(_));
        match (&expr.kind, optional(wanted), optional(&have)) {
            (ExprKind::None, true, _) => "None".to_string(),
            (ExprKind::List(items), ..) => self.list(items, wanted),
            (_, true, false) if have == Type::None => {
                let code = self.value(expr);
                format!("{{ {code}; None }}")
            }
            (_, true, false) => format!("Some({})", self.value(expr)),
            (_, false, true) if *wanted != Type::None => format!("{}.unwrap()", self.code(expr).within(ATOM)),
            _ => self.value(expr),
        }
    }

    /// A value that may be `none`, and is not here, or the program has a mistake.
    pub fn some_value(&mut self, expr: &'a Expr) -> String {
        let wanted = self.type_of(expr).some().clone();
        self.value_as(expr, &wanted)
    }

    pub fn list(&mut self, items: &'a [Expr], wanted: &Type) -> String {
        let of = match wanted.some() {
            Type::List(of) => (**of).clone(),
            _ => Type::Unknown,
        };
        let items: Vec<String> = items
            .iter()
            .map(|item| if of == Type::Unknown { self.value(item) } else { self.value_as(item, &of) })
            .collect();
        format!("vec![{}]", items.join(", "))
    }

    pub fn code(&mut self, expr: &'a Expr) -> Code {
        match &expr.kind {
            ExprKind::None => atom("()"),
            ExprKind::Bool(b) => atom(b.to_string()),
            ExprKind::Int(i) => atom(i.to_string()),
            ExprKind::Float(x) => atom(float(*x)),
            ExprKind::Duration(d) => atom(nanos(*d)),
            ExprKind::Text(parts) => self.text(parts),
            ExprKind::Name(name) => self.name(name, expr),
            ExprKind::List(items) => {
                let kind = self.type_of(expr);
                atom(self.list(items, &kind))
            }
            ExprKind::Unary(op, inner) => {
                let sign = match op {
                    UnaryOp::Negate => "-",
                    UnaryOp::Not => "!",
                };
                let inner = self.code(inner).within(UNARY);
                Code { text: format!("{sign}{inner}"), level: UNARY }
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, left, right),
            ExprKind::Logic { and, left, right } => {
                let (level, sign) = if *and { (1, "&&") } else { (0, "||") };
                let (left, right) = (self.code(left).within(level), self.code(right).within(level + 1));
                Code { text: format!("{left} {sign} {right}"), level }
            }
            ExprKind::Call { callee, arguments } => self.call(callee, arguments, expr),
            ExprKind::Method { object, name, arguments } => self.method(object, name, arguments, false),
            ExprKind::Field { object, .. } => self.code(object),
            ExprKind::Index { object, index } => self.index(object, index),
            ExprKind::Await(inner) => self.awaited(inner),
            ExprKind::Yield => atom("tokio::task::yield_now().await"),
            ExprKind::Spawn(spawn) => self.spawn(spawn),
            ExprKind::Cancel(inner) => {
                let kind = self.type_of(inner);
                let method =
                    if matches!(kind.some(), Type::Group | Type::Scope) { "cancel" } else { "abort" };
                let object = self.some_place(inner);
                atom(format!("{object}.{method}()"))
            }
        }
    }

    fn name(&self, name: &str, expr: &Expr) -> Code {
        let kind = self.type_of(expr);
        if let Some(local) = self.local(name) {
            return atom(self.read(local.to_string(), &kind));
        }
        let Some(rust) = self.globals.get(name) else { return atom(name) };
        match self.scenario.declarations.get(name).map(|declared| declared.what) {
            Some(What::Shared(_)) => atom(format!("{rust}.get()")),
            Some(What::Param) if is_copy(&kind) => atom(rust.clone()),
            Some(What::Param) => atom(format!("{rust}.clone()")),
            Some(What::Object(object)) if object.count.is_some() => {
                atom(format!("{rust}.iter().collect::<Vec<_>>()"))
            }
            Some(What::Object(object)) if object.kind == ObjectKind::Future => {
                atom(format!("{rust}.clone()"))
            }
            Some(What::Object(object))
                if matches!(object.kind, ObjectKind::Channel | ObjectKind::Barrier)
                    || self.ways.dealt && object.kind == ObjectKind::Workers =>
            {
                Code { text: format!("&*{rust}"), level: UNARY }
            }
            Some(What::Object(_)) => Code { text: format!("&{rust}"), level: UNARY },
            Some(What::Metric(_) | What::Task(..)) | None => atom(rust.clone()),
        }
    }

    /// What a method is called on, or what is only looked at: nothing is copied.
    pub fn place(&mut self, expr: &'a Expr) -> String {
        match &expr.kind {
            ExprKind::Name(name) => match (self.local(name), self.globals.get(name)) {
                (Some(local), _) => local.to_string(),
                (None, Some(global))
                    if matches!(
                        self.scenario.declarations.get(name).map(|d| d.what),
                        Some(What::Shared(_))
                    ) =>
                {
                    format!("{global}.get()")
                }
                (None, Some(global)) => global.clone(),
                (None, None) => name.clone(),
            },
            ExprKind::Field { object, .. } => self.place(object),
            _ => self.code(expr).within(ATOM),
        }
    }

    /// The same of a value that may be `none`, and is not here, or the program has a mistake.
    pub fn some_place(&mut self, expr: &'a Expr) -> String {
        let place = self.place(expr);
        match self.type_of(expr) {
            Type::Optional(_) => format!("{place}.as_ref().unwrap()"),
            _ => place,
        }
    }

    fn index(&mut self, object: &'a Expr, index: &'a Expr) -> Code {
        self.need("numbers");
        if let ExprKind::Name(name) = &object.kind
            && self.local(name).is_none()
            && let Some(What::Object(item)) = self.scenario.declarations.get(name).map(|d| d.what)
        {
            let array = self.globals.get(name).cloned().unwrap_or_default();
            let code = match &index.kind {
                ExprKind::Int(n) => Code { text: format!("&{array}[{n}]"), level: UNARY },
                _ => {
                    // What is made when it is first used does not become a slice by itself.
                    let lazy =
                        matches!(item.kind, ObjectKind::Barrier | ObjectKind::Channel | ObjectKind::Future);
                    let whole = if lazy { "[..]" } else { "" };
                    atom(format!("one_of(&{array}{whole}, {})?", self.value(index)))
                }
            };
            return match item.kind {
                ObjectKind::Future => atom(format!("{}.clone()", code.within(ATOM))),
                _ => code,
            };
        }
        let (list, index) = (self.some_place(object), self.value(index));
        atom(format!("at(&{list}, {index})?"))
    }

    fn binary(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Code {
        let (level, sign) = level(op);
        let (a, b) = (self.type_of(left), self.type_of(right));
        if matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            return self.equality(op, (left, &a), (right, &b));
        }
        if matches!(op, BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual) {
            let (left, right) =
                (self.number(left, &b).within(level + 1), self.number(right, &a).within(level + 1));
            return Code { text: format!("{left} {sign} {right}"), level };
        }
        match (op, a.some(), b.some()) {
            (BinaryOp::Add, Type::Text, _) => {
                let (left, right) = (self.code(left).within(7), self.place(right));
                Code { text: format!("{left} + &{right}"), level: 7 }
            }
            (BinaryOp::Add, Type::List(_), _) => {
                let (left, right) = (self.value_as(left, &b), self.value_as(right, &a));
                atom(format!("[{left}, {right}].concat()"))
            }
            (BinaryOp::Divide | BinaryOp::Remainder, Type::Duration, _) => {
                self.duration_division(op, left, right)
            }
            (BinaryOp::Divide | BinaryOp::Remainder, Type::Int, Type::Int) => {
                if let ExprKind::Int(n) = right.kind
                    && n > 0
                {
                    let left = self.code(left).within(level);
                    return Code { text: format!("{left} {sign} {n}"), level };
                }
                self.need("numbers");
                let name = if op == BinaryOp::Divide { "div" } else { "rem" };
                let (left, right) = (self.value(left), self.value(right));
                atom(format!("{name}({left}, {right})?"))
            }
            (BinaryOp::Multiply, Type::Int | Type::Float, Type::Duration) => {
                let (left, right) = (self.code(left).within(level + 1), self.code(right).within(level));
                Code { text: format!("{right} * {left}"), level }
            }
            _ => {
                let (left, right) =
                    (self.number(left, &b).within(level), self.number(right, &a).within(level + 1));
                Code { text: format!("{left} {sign} {right}"), level }
            }
        }
    }

    /// An int beside a float is one.
    fn number(&mut self, expr: &'a Expr, beside: &Type) -> Code {
        let kind = self.type_of(expr);
        let code = self.code(expr);
        match (kind.some(), beside.some()) {
            (Type::Int, Type::Float) => match expr.kind {
                ExprKind::Int(n) => atom(float(n as f64)),
                _ => atom(format!("({} as f64)", code.within(UNARY))),
            },
            _ if matches!(kind, Type::Optional(_)) => atom(format!("{}.unwrap()", code.within(ATOM))),
            _ => code,
        }
    }

    fn duration_division(&mut self, op: BinaryOp, left: &'a Expr, right: &'a Expr) -> Code {
        let by = self.type_of(right);
        let (left, right) = (self.code(left).within(ATOM), self.code(right).within(ATOM));
        atom(match (op, by.some()) {
            (BinaryOp::Divide, Type::Duration) => format!("({left}.0 as f64 / {right}.0 as f64)"),
            (BinaryOp::Divide, _) => format!("Nanos((({left}).0 as f64 / {right} as f64).round() as i64)"),
            (_, Type::Duration) => format!("Nanos({left}.0 % {right}.0)"),
            _ => format!("Nanos({left}.0 % {right})"),
        })
    }

    fn equality(&mut self, op: BinaryOp, left: (&'a Expr, &Type), right: (&'a Expr, &Type)) -> Code {
        let sign = if op == BinaryOp::Equal { "==" } else { "!=" };
        let question = if op == BinaryOp::Equal { "is_none" } else { "is_some" };
        for ((none, _), (other, kind)) in [(left, right), (right, left)] {
            if matches!(none.kind, ExprKind::None) {
                return match kind {
                    Type::Optional(_) => atom(format!("{}.{question}()", self.place(other))),
                    Type::None => atom((op == BinaryOp::Equal).to_string()),
                    _ => atom((op == BinaryOp::NotEqual).to_string()),
                };
            }
        }
        if matches!(left.1.some(), Type::Object(_) | Type::Channel(_)) {
            let (a, b) = (self.value(left.0), self.value(right.0));
            let not = if op == BinaryOp::Equal { "" } else { "!" };
            return Code { text: format!("{not}std::ptr::eq({a}, {b})"), level: UNARY };
        }
        let optional = matches!(left.1, Type::Optional(_)) || matches!(right.1, Type::Optional(_));
        let (a, b) = if optional {
            let wanted = if matches!(left.1, Type::Optional(_)) { left.1 } else { right.1 };
            (self.value_as(left.0, wanted), self.value_as(right.0, wanted))
        } else {
            (self.number(left.0, right.1).within(3), self.number(right.0, left.1).within(3))
        };
        Code { text: format!("{a} {sign} {b}"), level: 2 }
    }

    // ── texts ─────────────────────────────────────────────────────────────

    fn text(&mut self, parts: &'a [TextPart]) -> Code {
        if let [TextPart::Literal(text)] = parts {
            return atom(format!("{}.to_string()", quoted(text)));
        }
        if parts.is_empty() {
            return atom("String::new()");
        }
        let (lets, format) = self.format(parts);
        let call = format!("format!({format})");
        atom(if lets.is_empty() { call } else { format!("{{ {} {call} }}", lets.join(" ")) })
    }

    /// What a formatting macro is given, and what has to be computed before: nothing may be awaited
    /// inside such a macro.
    pub fn format(&mut self, parts: &'a [TextPart]) -> (Vec<String>, String) {
        let waits = parts.iter().any(|part| match part {
            TextPart::Literal(_) => false,
            TextPart::Expr(expr) => contains_await(expr),
        });
        let (mut text, mut arguments, mut lets) = (String::new(), String::new(), Vec::new());
        for part in parts {
            let expr = match part {
                TextPart::Literal(literal) => {
                    text.push_str(&formatted(literal));
                    continue;
                }
                TextPart::Expr(expr) => expr,
            };
            let kind = self.type_of(expr);
            let shown = shows_itself(&kind);
            if let ExprKind::Name(name) = &expr.kind
                && let Some(local) = self.local(name)
                && shown
                && !waits
            {
                text.push_str(&format!("{{{local}}}"));
                continue;
            }
            text.push_str("{}");
            let mut code = if waits { self.value(expr) } else { self.place_or_value(expr) };
            if waits {
                let name = self.temporary("part");
                lets.push(format!("let {name} = {code};"));
                code = name;
            }
            let argument = if shown { code } else { format!("show(&{code})") };
            arguments.push_str(&format!(", {argument}"));
        }
        (lets, format!("\"{text}\"{arguments}"))
    }

    fn place_or_value(&mut self, expr: &'a Expr) -> String {
        match &expr.kind {
            ExprKind::Name(name) if self.local(name).is_some() => self.place(expr),
            _ => self.value(expr),
        }
    }
}

pub fn contains_await(expr: &Expr) -> bool {
    let mut found = false;
    crate::lang::walk::walk_expr(expr, &mut |part| found |= matches!(part.kind, ExprKind::Await(_)));
    found
}
