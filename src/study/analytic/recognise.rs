//! Queues of which theory knows the answer, recognised in the text of a program.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, File, Item, ObjectKind, Spawn, Statement, StatementKind,
};
use crate::lang::program::Program;
use crate::lang::walk::{Node, blocks, expressions, walk, walk_expr};
use crate::study::analytic::constant::{Names, call};
use crate::study::analytic::theory::{Service, Steady, steady};

/// Customers that come at random to servers they share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// The task that is the customer.
    pub task: String,
    /// What it waits for.
    pub object: String,
    pub servers: u64,
    /// The mean time from one arrival to the next, in nanoseconds.
    pub gap: f64,
    pub service: Service,
}

impl Queue {
    /// Kendall's notation: `M/M/3`.
    pub fn kind(&self) -> String {
        format!("M/{}/{}", self.service.letter, self.servers)
    }

    /// The part of their time the servers have to work: 1 and more is too much.
    pub fn load(&self) -> f64 {
        self.service.mean / self.gap / self.servers as f64
    }

    pub fn steady(&self) -> Option<Steady> {
        steady(1.0 / self.gap, self.service, self.servers)
    }
}

/// The queues of a program that is made like this, with nothing else that takes time:
///
/// ```text
/// resource server(2)
/// task customer() { with server { await io(exponential(9ms)) } }
/// main { for _ in 1..=1000 { spawn customer(); await sleep(exponential(5ms)) } }
/// ```
///
/// The loop may stand in a `group` and count what it likes; the task may observe and log. The time of service may
/// be constant or drawn from a distribution with a known mean, in the task or before it is spawned. Whatever
/// else happens (a condition, a second place that spawns the task or takes the resource, computing), nothing is
/// recognised: a formula that does not quite apply is worse than none.
pub fn queues(file: &File, program: &Program) -> Vec<Queue> {
    if hides(file, program) {
        return Vec::new();
    }
    let names = Names::of(program);
    let main =
        file.items.iter().find_map(|item| if let Item::Main { body, .. } = item { Some(body) } else { None });
    let Some(main) = main else { return Vec::new() };
    let mut inside = vec![main];
    let mut found = Vec::new();
    while let Some(block) = inside.pop() {
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::Group { body, .. } => inside.push(body),
                StatementKind::For { waits: false, body, .. }
                | StatementKind::While { body, .. }
                | StatementKind::Loop { body } => found.extend(queue(file, program, &names, body)),
                _other => {}
            }
        }
    }
    found
}

/// What a loop that spawns customers feeds.
fn queue(file: &File, program: &Program, names: &Names<'_>, body: &Block) -> Option<Queue> {
    let arrivals = arrivals(file, names, body)?;
    let (task, params, served) = file.items.iter().find_map(|item| match item {
        Item::Task { name, params, body } if name.name == arrivals.spawn.callee.name => {
            Some((name, params, body))
        }
        _other => None,
    })?;
    let once = |node: Node<'_>| matches!(node, Node::Expr(expr) if names_task(expr, &task.name));
    if count(file, once) != 1 || params.len() != arrivals.spawn.arguments.len() {
        return None;
    }
    let mut inner = names.clone();
    for (param, argument) in params.iter().zip(&arrivals.spawn.arguments) {
        let Argument::Value(value) = argument else { return None };
        inner = inner.with(&param.name, arrivals.names.meaning(value));
    }
    let (object, time) = served_by(file, &inner, served)?;
    let mut places = program.objects.iter().filter(|declared| declared.name == object);
    let place = places.next().filter(|place| is_servers(place.kind))?;
    let taken = |node: Node<'_>| matches!(node, Node::Expr(Expr { kind: ExprKind::Name(name), .. }) if name == object);
    if count(file, taken) != 1 {
        return None;
    }
    Some(Queue {
        task: task.name.clone(),
        object: object.to_string(),
        servers: place.size?,
        gap: arrivals.gap,
        service: time,
    })
}

fn is_servers(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Resource | ObjectKind::Semaphore | ObjectKind::Lock => true,
        ObjectKind::RwLock
        | ObjectKind::Channel
        | ObjectKind::Event
        | ObjectKind::Condition
        | ObjectKind::Barrier
        | ObjectKind::Future
        | ObjectKind::Workers => false,
    }
}

struct Arrivals<'a> {
    gap: f64,
    spawn: &'a Spawn,
    names: Names<'a>,
}

/// A loop that spawns one task and sleeps for an exponential time, again and again.
fn arrivals<'a>(file: &File, names: &Names<'a>, body: &'a Block) -> Option<Arrivals<'a>> {
    let names = named(file, names, body);
    let (mut gap, mut spawn) = (None, None);
    for statement in &body.statements {
        match waits(statement) {
            Wait::No => {}
            Wait::Sleep(time) if gap.is_none() => gap = Some(names.exponential(time)?),
            Wait::Spawn(one) if spawn.is_none() && one.on.is_none() && !one.daemon => spawn = Some(one),
            Wait::Sleep(_) | Wait::Spawn(_) | Wait::Io(_) | Wait::Other => return None,
        }
    }
    Some(Arrivals { gap: gap?, spawn: spawn?, names })
}

/// The object a task takes, and for how long, if it does nothing else that takes time.
fn served_by<'a>(file: &File, names: &Names<'a>, body: &'a Block) -> Option<(&'a str, Service)> {
    let names = named(file, names, body);
    let mut taken = None;
    for statement in &body.statements {
        match &statement.kind {
            StatementKind::With { object, body } if taken.is_none() => {
                let ExprKind::Name(object) = &object.kind else { return None };
                taken = Some((object.as_str(), service(&named(file, &names, body), body)?));
            }
            _other if is_timeless(statement) => {}
            _other => return None,
        }
    }
    taken
}

/// The one wait in a block.
fn service<'a>(names: &Names<'a>, body: &'a Block) -> Option<Service> {
    let mut time = None;
    for statement in &body.statements {
        match waits(statement) {
            Wait::No => {}
            Wait::Sleep(expr) | Wait::Io(expr) if time.is_none() => time = Some(names.service(expr)?),
            Wait::Sleep(_) | Wait::Io(_) | Wait::Spawn(_) | Wait::Other => return None,
        }
    }
    time
}

/// What a statement does with time and tasks.
enum Wait<'a> {
    No,
    Sleep(&'a Expr),
    Io(&'a Expr),
    Spawn(&'a Spawn),
    Other,
}

fn waits(statement: &Statement) -> Wait<'_> {
    if is_timeless(statement) {
        return Wait::No;
    }
    let StatementKind::Expr { value, .. } = &statement.kind else { return Wait::Other };
    match &value.kind {
        ExprKind::Spawn(spawn) => Wait::Spawn(spawn),
        ExprKind::Await(inner) => match call(inner) {
            Some(("sleep", arguments)) if arguments.len() == 1 => Wait::Sleep(arguments[0]),
            Some(("io", arguments)) if arguments.len() == 1 => Wait::Io(arguments[0]),
            _other => Wait::Other,
        },
        _other => Wait::Other,
    }
}

/// Takes no time, suspends nobody, starts and ends nothing, and leaves the block by its end.
fn is_timeless(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Let { .. }
        | StatementKind::Assign { .. }
        | StatementKind::Log { .. }
        | StatementKind::Observe { .. }
        | StatementKind::Assert { .. } => expressions(statement).into_iter().all(is_pure),
        StatementKind::If { .. } => {
            let mut inside = blocks(statement).into_iter().flat_map(|block| &block.statements);
            expressions(statement).into_iter().all(is_pure) && inside.all(is_timeless)
        }
        _other => false,
    }
}

fn is_pure(expr: &Expr) -> bool {
    let mut pure = true;
    walk_expr(expr, &mut |part| {
        pure &= !matches!(
            part.kind,
            ExprKind::Await(_)
                | ExprKind::Spawn(_)
                | ExprKind::Method { .. }
                | ExprKind::Cancel(_)
                | ExprKind::Yield
        );
    });
    pure
}

fn names_task(expr: &Expr, task: &str) -> bool {
    match &expr.kind {
        ExprKind::Spawn(spawn) => spawn.callee.name == task,
        ExprKind::Call { callee, .. } => callee.name == task,
        _other => false,
    }
}

/// How many nodes of all bodies are like this.
fn count(file: &File, is: impl Fn(Node<'_>) -> bool) -> usize {
    let mut count = 0;
    for body in bodies(file) {
        walk(body, &mut |node| count += usize::from(is(node)));
    }
    count
}

/// With the variables of a block that keep their first value.
fn named<'a>(file: &File, names: &Names<'a>, body: &'a Block) -> Names<'a> {
    let mut changed = BTreeSet::new();
    for body in bodies(file) {
        walk(body, &mut |node| {
            if let Node::Statement(Statement { kind: StatementKind::Assign { name, .. }, .. }) = node {
                changed.insert(name.name.as_str());
            }
        });
    }
    let kept = body.statements.iter().filter_map(|statement| match &statement.kind {
        StatementKind::Let { name, value } if !changed.contains(name.name.as_str()) => Some((name, value)),
        _other => None,
    });
    kept.fold(names.clone(), |names, (name, value)| names.with(&name.name, value))
}

/// Whether a variable has the name of a parameter: then a name does not say which of them is meant.
fn hides(file: &File, program: &Program) -> bool {
    let is_param = |name: &str| program.params.iter().any(|(param, _)| param == name);
    let mut hides = file.items.iter().any(|item| match item {
        Item::Task { params, .. } => params.iter().any(|param| is_param(&param.name)),
        Item::Main { .. }
        | Item::Param { .. }
        | Item::Shared { .. }
        | Item::Metric { .. }
        | Item::Object(_) => false,
    });
    for body in bodies(file) {
        walk(body, &mut |node| {
            if let Node::Statement(Statement {
                kind: StatementKind::Let { name, .. } | StatementKind::For { name, .. },
                ..
            }) = node
            {
                hides |= is_param(&name.name);
            }
        });
    }
    hides
}

fn bodies(file: &File) -> impl Iterator<Item = &Block> {
    file.items.iter().filter_map(|item| match item {
        Item::Task { body, .. } | Item::Main { body, .. } => Some(body),
        Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => None,
    })
}
