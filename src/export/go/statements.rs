//! Statements without blocks of their own; the others are in `blocks`.

use crate::export::go::golang::Golang;
use crate::export::go::text::{call, settled};
use crate::export::types::Type;
use crate::lang::ast::{Block, Expr, ExprKind, Ident, Statement, StatementKind, TextPart, compound};

impl Golang<'_> {
    pub fn block(&mut self, block: &Block) {
        self.scope();
        self.statements(block);
        self.leave_scope();
    }

    pub fn statements(&mut self, block: &Block) {
        for statement in &block.statements {
            self.comments_before(statement.span.start);
            self.statement(statement);
        }
        self.comments_before(block.span.end.saturating_sub(1));
    }

    pub fn comments_before(&mut self, place: u32) {
        for line in self.scenario.story.before(place) {
            self.line(format!("// {line}").trim_end());
        }
    }

    /// What is said beside a statement stands behind its first line, or above it if it is long.
    fn comment(&mut self, lines: &[String]) {
        for line in lines {
            self.line(format!("// {line}").trim_end());
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let compound = matches!(statement.kind, compound!());
        if !compound {
            let beside = self.scenario.story.beside(statement.span);
            self.comment(&beside);
        }
        match &statement.kind {
            StatementKind::Let { name, value } => self.bind(name, value),
            StatementKind::Assign { name, index, value } => self.assign(name, index.as_ref(), value),
            StatementKind::Work { duration, label } => self.occupy("work", duration, label.as_ref()),
            StatementKind::Block { duration, label } => self.occupy("block", duration, label.as_ref()),
            StatementKind::Expr { value, label } => {
                if let Some(label) = label {
                    self.label(label);
                }
                self.dropped(value);
            }
            StatementKind::Break => self.leave_loop("break"),
            StatementKind::Continue => self.leave_loop("continue"),
            StatementKind::Return { value } => {
                let value = value.as_ref().map(|value| {
                    let text = settled(&self.expr(value).go);
                    (text, self.type_of(value))
                });
                self.give(value);
            }
            StatementKind::Fail { value } => {
                let error = if *self.type_of(value).some() == Type::Failure {
                    self.expr(value).go
                } else {
                    self.error(value)
                };
                self.raise(&error);
            }
            StatementKind::FailCancelled => self.raise("context.Canceled"),
            StatementKind::Log { text } => {
                let text = self.formatted("logf", text);
                self.line(text);
            }
            StatementKind::Observe { metric, value } => {
                let value = self.expr(value).go;
                let text = call("observe", &[format!("\"{}\"", metric.name), value]);
                self.line(text);
            }
            StatementKind::Assert { condition, message } => self.assert(condition, message.as_ref()),
            compound!() => self.compound(statement),
        }
    }

    fn bind(&mut self, name: &Ident, value: &Expr) {
        let ty = self.scenario.facts.variable(name);
        if let ExprKind::Await(inner) = &value.kind {
            let given = self.type_of(value);
            let text = self.awaited(inner, &given, &name.name);
            let text = self.fitted(text, &given, &ty, value);
            // What was waited for may have got a variable already: that is the one.
            if let Some(own) = self.just_made(&text.go) {
                return self.adopt(name, ty, own);
            }
            return self.declared(name, ty, &text.go);
        }
        let text = self.wanted(value, &ty).go;
        self.declared(name, ty, &text);
    }

    /// Is this the variable the last lines declared?
    fn just_made(&self, text: &str) -> Option<String> {
        let whole = self.out.since(0);
        let mut lines = whole.trim_end().rsplit('\n').map(str::trim);
        let last = lines.next()?;
        let made = if last == "}" { lines.nth(2)? } else { last };
        let found = made.starts_with(&format!("{text}, err := "))
            || made.starts_with(&format!("{text}, _, err := "))
            || made.starts_with(&format!("{text} := "));
        found.then(|| text.to_string())
    }

    fn adopt(&mut self, name: &Ident, ty: Type, own: String) {
        self.names.give_back(&own);
        let mut variable = self.declare(name, ty);
        if variable.go != own {
            self.names.give_back(&variable.go);
            self.names.take(&own);
            variable.go.clone_from(&own);
            self.read[variable.number].0.clone_from(&own);
            if let Some(scope) = self.scopes.last_mut() {
                scope.insert(name.name.clone(), variable.clone());
            }
        }
        self.unread(&variable);
    }

    fn declared(&mut self, name: &Ident, ty: Type, text: &str) {
        let text = settled(text);
        let go = crate::export::go::values::go_type(&ty);
        let variable = self.declare(name, ty);
        if text == "nil"
            || (text == "0" && go != "int")
            || text.ends_with(".0") && go != "float64"
            || go == "error"
        {
            self.line(format!("var {} {go} = {text}", variable.go));
        } else {
            self.line(format!("{} := {text}", variable.go));
        }
        self.unread(&variable);
    }

    fn assign(&mut self, name: &Ident, index: Option<&Expr>, value: &Expr) {
        let ty = match self.lookup(&name.name) {
            Some(variable) => variable.ty.clone(),
            None => self.scenario.facts.global(&name.name),
        };
        let target = match self.lookup(&name.name) {
            Some(variable) => variable.go.clone(),
            None => self.globals.get(&name.name).cloned().unwrap_or_default(),
        };
        let Some(index) = index else {
            let text = settled(&self.wanted(value, &ty).go);
            return self.line(format!("{target} = {text}"));
        };
        let element = match ty.some() {
            Type::List(of) => of.as_ref().clone(),
            _ => Type::Unknown,
        };
        let texts = self.all(&[index, value]);
        let index_text = texts[0].go.clone();
        let from = self.type_of(value);
        let value_text = self.fitted(texts[1].clone(), &from, &element, value).go;
        let text = call("with", &[target.clone(), index_text, value_text]);
        if let Some(variable) = self.lookup(&name.name).cloned() {
            self.read[variable.number].1 = true;
        }
        self.line(format!("{target} = {text}"));
    }

    /// What somebody reads in a timeline is a comment here.
    fn label(&mut self, label: &Expr) {
        let ExprKind::Text(parts) = &label.kind else { return };
        let text: String = parts
            .iter()
            .map(|part| match part {
                TextPart::Literal(text) => text.replace(['\n', '\r'], " "),
                TextPart::Expr(expr) => {
                    let range = expr.span.start as usize..expr.span.end as usize;
                    let text = self.scenario.request.text.get(range).unwrap_or("…");
                    format!("{{{}}}", text.replace(['\n', '\r'], " "))
                }
            })
            .collect();
        self.line(format!("// {text}").trim_end());
    }

    fn occupy(&mut self, word: &str, duration: &Expr, label: Option<&Expr>) {
        if let Some(label) = label {
            self.label(label);
        }
        let d = self.wanted(duration, &Type::Duration).go;
        let text = call(word, &[d]);
        self.line(text);
    }

    /// An expression whose value nobody wants.
    fn dropped(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Await(inner) => {
                let call = self.wait(inner);
                self.run(&call);
            }
            ExprKind::Spawn(spawn) => self.detached(spawn),
            _ => {
                let text = settled(&self.expr(value).go);
                if text == "none{}" {
                    return;
                }
                let calls = text.ends_with(')') && !text.starts_with('!') && !text.starts_with('(');
                let bare = calls
                    && !["len(", "min(", "max(", "int(", "float64("]
                        .iter()
                        .any(|name| text.starts_with(name));
                self.line(if bare { text } else { format!("_ = {text}") });
            }
        }
    }

    fn assert(&mut self, condition: &Expr, message: Option<&Expr>) {
        let text = self.expr(condition).at(crate::export::go::golang::UNARY);
        self.line(format!("if !{text} {{"));
        self.out.indent();
        let error = match message {
            Some(message) => self.error(message),
            None => "errors.New(\"assertion failed\")".to_string(),
        };
        self.raise(&error);
        self.out.dedent();
        self.line("}");
    }
}
