//! Which name stands for what: everything a file declares, and every place that speaks of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, File, Ident, Item, Iterable, ObjectArgument, SelectArmKind, Statement,
    StatementKind,
};
use crate::lang::declarations::{Declarations, What};
use crate::lang::kind::Kind;
use crate::lang::sight::Sight;
use crate::lang::vocabulary::{function, method_for};
use crate::lang::walk;
use crate::source::Span;

/// Something that has a name.
#[derive(Debug, Clone)]
pub struct Symbol {
    pub name: String,
    /// The name where it is declared.
    pub span: Span,
    pub role: Role,
    /// What its value is known to be.
    pub kind: Kind,
    /// Where it is in sight; `None` for what the whole file sees.
    pub scope: Option<Span>,
}

/// Where a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Param,
    Shared,
    Metric,
    Object,
    /// With so many parameters.
    Task(usize),
    /// A parameter of a task.
    Parameter,
    /// `let`
    Variable,
    /// Of a loop, a `catch`, an arm of a `select`.
    Bound,
    Group,
    Scope,
}

/// A place where a name stands.
#[derive(Debug, Clone, Copy)]
pub struct Mention {
    pub span: Span,
    /// Its number among the symbols.
    pub symbol: usize,
    pub declares: bool,
    /// Its value is changed here.
    pub writes: bool,
}

/// The names of a file: of two declarations of one name at the top, the first.
#[derive(Debug, Clone, Default)]
pub struct Names {
    pub symbols: Vec<Symbol>,
    /// In the order of the text.
    pub mentions: Vec<Mention>,
    /// What the whole file sees.
    top: BTreeMap<String, usize>,
}

impl Names {
    pub fn of(file: &File) -> Names {
        let declarations = Declarations::of(file);
        let mut finder = Finder { names: Names::default(), locals: Sight::default(), end: 0 };
        for declared in declarations.iter().chain(declarations.again.iter().copied()) {
            let role = match declared.what {
                What::Param => Role::Param,
                What::Shared(_) => Role::Shared,
                What::Metric(_) => Role::Metric,
                What::Object(_) => Role::Object,
                What::Task(_, params) => Role::Task(params.len()),
            };
            let symbol = finder.symbol(declared.name, role, declared.what.kind(), None);
            finder.names.top.entry(declared.name.name.clone()).or_insert(symbol);
        }
        for item in &file.items {
            finder.item(item);
        }
        let mut names = finder.names;
        names.mentions.sort_by_key(|mention| mention.span);
        names
    }

    /// The mention at a byte, or right before it.
    pub fn at(&self, at: u32) -> Option<&Mention> {
        let inside = |mention: &&Mention| mention.span.start <= at && at <= mention.span.end;
        // Of two that touch, the one that begins here.
        self.mentions.iter().filter(inside).max_by_key(|mention| mention.span.start)
    }

    pub fn mentions_of(&self, symbol: usize) -> impl Iterator<Item = &Mention> {
        self.mentions.iter().filter(move |mention| mention.symbol == symbol)
    }

    /// What the whole file sees under this name.
    pub fn declared(&self, name: &str) -> Option<usize> {
        self.top.get(name).copied()
    }

    /// What can be said at a byte, inner before outer; a name that is hidden by another is left out.
    pub fn in_sight(&self, at: u32) -> Vec<usize> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let inside = |symbol: &Symbol| symbol.scope.is_none_or(|scope| scope.start <= at && at <= scope.end);
        let mut found: Vec<usize> = (0..self.symbols.len()).filter(|&n| inside(&self.symbols[n])).collect();
        found.sort_by_key(|&n| std::cmp::Reverse(self.symbols[n].scope.map(|scope| scope.start)));
        found.retain(|&n| seen.insert(&self.symbols[n].name));
        found
    }
}

struct Finder<'a> {
    names: Names,
    locals: Sight<'a, usize>,
    /// Where the innermost block ends.
    end: u32,
}

impl<'a> Finder<'a> {
    fn symbol(&mut self, name: &Ident, role: Role, kind: Kind, scope: Option<Span>) -> usize {
        let symbol = self.names.symbols.len();
        self.names.symbols.push(Symbol { name: name.name.clone(), span: name.span, role, kind, scope });
        self.names.mentions.push(Mention { span: name.span, symbol, declares: true, writes: true });
        symbol
    }

    /// A variable, in sight from here to the end of its block.
    fn declare(&mut self, name: &'a Ident, role: Role, kind: Kind, from: u32) {
        let scope = Span { start: from, end: self.end.max(from), ..name.span };
        let symbol = self.symbol(name, role, kind, Some(scope));
        self.locals.push(&name.name, symbol);
    }

    fn forget(&mut self, depth: usize) {
        while self.locals.depth() > depth {
            self.locals.pop();
        }
    }

    fn mention(&mut self, symbol: Option<usize>, span: Span, writes: bool) {
        if let Some(symbol) = symbol {
            self.names.mentions.push(Mention { span, symbol, declares: false, writes });
        }
    }

    fn look_up(&self, name: &str) -> Option<usize> {
        self.locals.get(name).copied().or_else(|| self.names.declared(name))
    }

    /// What is called by its name is a task, whatever variable hides it.
    fn callee(&mut self, callee: &Ident) {
        let task = self.names.declared(&callee.name);
        let task = task.filter(|&n| matches!(self.names.symbols[n].role, Role::Task(_)));
        self.mention(task.or_else(|| self.look_up(&callee.name)), callee.span, false);
    }

    fn item(&mut self, item: &'a Item) {
        match item {
            Item::Param { value, .. } | Item::Shared { value, .. } => self.expr(value),
            Item::Metric { .. } => {}
            Item::Object(object) => {
                if let Some(count) = &object.count {
                    self.expr(count);
                }
                if let Some(ObjectArgument::Value(value)) = &object.argument {
                    self.expr(value);
                }
            }
            Item::Task { params, body, .. } => {
                self.end = body.span.end;
                for param in params {
                    self.declare(param, Role::Parameter, Kind::Unknown, body.span.start);
                }
                self.block(body);
                self.forget(0);
            }
            Item::Main { body, .. } => self.block(body),
        }
    }

    fn block(&mut self, block: &'a Block) {
        let (depth, outer) = (self.locals.depth(), std::mem::replace(&mut self.end, block.span.end));
        for statement in &block.statements {
            self.statement(statement);
        }
        self.forget(depth);
        self.end = outer;
    }

    /// A block that has a variable of its own.
    fn block_with(&mut self, name: &'a Ident, role: Role, kind: Kind, block: &'a Block) {
        let (depth, outer) = (self.locals.depth(), std::mem::replace(&mut self.end, block.span.end));
        self.declare(name, role, kind, block.span.start);
        self.block(block);
        self.forget(depth);
        self.end = outer;
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                self.expr(value);
                let kind = self.kind(value);
                self.declare(name, Role::Variable, kind, statement.span.end);
            }
            StatementKind::Assign { name, index, value } => {
                self.mention(self.look_up(&name.name), name.span, true);
                index.iter().for_each(|index| self.expr(index));
                self.expr(value);
            }
            StatementKind::For { name, over, body, .. } => {
                let kind = self.iterable(over);
                self.block_with(name, Role::Bound, kind, body);
            }
            StatementKind::Group { name: Some(name), body } => {
                self.block_with(name, Role::Group, Kind::Group, body);
            }
            StatementKind::Scope { name, body, otherwise } => {
                self.block_with(name, Role::Scope, Kind::Scope, body);
                otherwise.iter().for_each(|block| self.block(block));
            }
            StatementKind::Try { body, failure, cancelled, finally } => {
                self.block(body);
                if let Some((name, block)) = failure {
                    self.block_with(name, Role::Bound, Kind::Unknown, block);
                }
                cancelled.iter().chain(finally).for_each(|block| self.block(block));
            }
            StatementKind::Select { arms } => {
                for arm in arms {
                    match &arm.kind {
                        SelectArmKind::Await { name, value } => {
                            self.expr(value);
                            match name {
                                Some(name) => {
                                    self.block_with(name, Role::Bound, Kind::Unknown, &arm.body);
                                }
                                None => self.block(&arm.body),
                            }
                        }
                        SelectArmKind::After { duration } => {
                            self.expr(duration);
                            self.block(&arm.body);
                        }
                    }
                }
            }
            StatementKind::Observe { metric, value } => {
                self.mention(self.names.declared(&metric.name), metric.span, false);
                self.expr(value);
            }
            _plain => {
                walk::expressions(statement).into_iter().for_each(|expr| self.expr(expr));
                walk::blocks(statement).into_iter().for_each(|block| self.block(block));
            }
        }
    }

    /// The kind of what a loop gives.
    fn iterable(&mut self, over: &'a Iterable) -> Kind {
        walk::iterable(over).into_iter().for_each(|expr| self.expr(expr));
        match over {
            Iterable::Range { .. } => Kind::Int,
            Iterable::Value(value) => match self.kind(value) {
                Kind::Objects(kind) => Kind::Object(kind),
                _other => Kind::Unknown,
            },
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Name(name) => self.mention(self.look_up(name), expr.span, false),
            ExprKind::Call { callee, arguments } => {
                self.callee(callee);
                self.arguments(arguments);
            }
            ExprKind::Spawn(spawn) => {
                self.callee(&spawn.callee);
                self.arguments(&spawn.arguments);
                let options = spawn.priority.iter().chain(&spawn.on).chain(&spawn.group);
                options.for_each(|option| self.expr(option));
            }
            ExprKind::Method { object, arguments, .. } => {
                self.expr(object);
                self.arguments(arguments);
            }
            _plain => walk::parts(expr).into_iter().for_each(|part| self.expr(part)),
        }
    }

    fn arguments(&mut self, arguments: &'a [Argument]) {
        for argument in arguments {
            match argument {
                Argument::Value(value) | Argument::Named { value, .. } => self.expr(value),
                Argument::Each { value, name, over } => {
                    let kind = self.iterable(over);
                    let depth = self.locals.depth();
                    // It is in sight before it is declared.
                    let scope = value.span.to(name.span);
                    let symbol = self.symbol(name, Role::Bound, kind, Some(scope));
                    self.locals.push(&name.name, symbol);
                    self.expr(value);
                    self.forget(depth);
                }
            }
        }
    }

    /// What an expression is, as far as names tell.
    fn kind(&self, expr: &Expr) -> Kind {
        match &expr.kind {
            ExprKind::Bool(_) => Kind::Bool,
            ExprKind::Int(_) => Kind::Int,
            ExprKind::Float(_) => Kind::Float,
            ExprKind::Duration(_) => Kind::Duration,
            ExprKind::Text(_) => Kind::Text,
            ExprKind::List(_) => Kind::List,
            ExprKind::Spawn(_) => Kind::Task,
            ExprKind::Name(name) => self.look_up(name).map_or(Kind::Unknown, |n| self.names.symbols[n].kind),
            ExprKind::Index { object, .. } => match self.kind(object) {
                Kind::Objects(kind) => Kind::Object(kind),
                _other => Kind::Unknown,
            },
            ExprKind::Call { callee, .. } => function(&callee.name).map_or(Kind::Unknown, |word| word.gives),
            ExprKind::Method { object, name, arguments } => {
                let word = method_for(&name.name, self.kind(object), arguments.len());
                word.map_or(Kind::Unknown, |word| word.gives)
            }
            ExprKind::Await(inner) => match &inner.kind {
                ExprKind::Call { .. } | ExprKind::Method { .. } => self.kind(inner),
                _handle => Kind::Unknown,
            },
            ExprKind::Cancel(_) => Kind::Bool,
            _computed => Kind::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::parse::{ParseLimits, parse};
    use crate::source::SourceId;

    /// Every mention as `line name -> line of its declaration`.
    fn shown(text: &str) -> Vec<String> {
        let (file, problems) = parse(SourceId(0), text, 0, &ParseLimits::default());
        assert!(problems.is_empty(), "{problems:?}");
        let names = Names::of(&file);
        let line = |span: Span| text[..span.start as usize].matches('\n').count() + 1;
        let show = |mention: &Mention| {
            let symbol = &names.symbols[mention.symbol];
            assert_eq!(&text[mention.span.range()], symbol.name);
            format!("{} {} -> {}", line(mention.span), symbol.name, line(symbol.span))
        };
        names.mentions.iter().filter(|mention| !mention.declares).map(show).collect()
    }

    #[test]
    fn inner_names_hide_outer_ones_until_their_block_ends() {
        let text = "param n = 1\nmain {\n  let n = n + 1\n  if n > 1 {\n    let n = n\n    log \"{n}\"\n  }\n  log \"{n}\"\n}\n";
        assert_eq!(shown(text), ["3 n -> 1", "4 n -> 3", "5 n -> 3", "6 n -> 5", "8 n -> 3"]);
    }

    #[test]
    fn blocks_bring_their_names() {
        let text = "metric m\ntask t(a) {\n  try { observe m, a } catch e { log \"{e}\" }\n}\nmain {\n  \
                    group g { spawn t(1) in g }\n  scope s { cancel s }\n  for i in 0..2 { await t(i) }\n  \
                    await gather(t(i) for i in [1, 2])\n}\n";
        assert_eq!(
            shown(text),
            [
                "3 m -> 1", "3 a -> 2", "3 e -> 3", "6 t -> 2", "6 g -> 6", "7 s -> 7", "8 t -> 2",
                "8 i -> 8", "9 t -> 2", "9 i -> 9"
            ]
        );
    }

    #[test]
    fn a_task_is_called_whatever_hides_it() {
        let text = "task t() { }\nmain {\n  let t = 1\n  await t()\n  log \"{t}\"\n}\n";
        assert_eq!(shown(text), ["4 t -> 1", "5 t -> 3"]);
    }

    #[test]
    fn what_is_in_sight_depends_on_the_place() {
        let text = "lock till\nmain {\n  let a = spawn t()\n  if true { let b = 1 }\n  \n}\ntask t() { }\n";
        let (file, _) = parse(SourceId(0), text, 0, &ParseLimits::default());
        let names = Names::of(&file);
        let seen = |at: usize| -> Vec<String> {
            names.in_sight(at as u32).into_iter().map(|n| names.symbols[n].name.clone()).collect()
        };
        assert_eq!(seen(text.find("\n  \n").expect("a place") + 3), ["a", "till", "t"]);
        assert_eq!(seen(text.find(" }\n").expect("a place")), ["b", "a", "till", "t"]);
        assert_eq!(
            names.symbols[names.declared("till").expect("declared")].kind,
            Kind::Object(crate::lang::ast::ObjectKind::Lock)
        );
    }
}
