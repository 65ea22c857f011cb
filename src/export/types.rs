//! What can be known of a program without running it: the type of every expression and variable, and
//! what each task does.
//!
//! Backends of languages with static types ([`Facts::conflicts`] empty) declare what they find here;
//! the others use it to write `//` where `/` would be wrong. Nodes are found by identity: ask with
//! the very node of the tree the facts were made of.
//!
//! ```
//! use cosim::export::types::{Facts, Type};
//! use cosim::lang::parse::{ParseLimits, parse};
//!
//! let text = "task half(n) { return n / 2 } main { let h = spawn half(4); log \"{await h}\" }";
//! let (file, _) = parse(cosim::source::SourceId(0), text, 0, &ParseLimits::default());
//! let facts = Facts::of(&file, &Default::default());
//! let half = facts.task("half").unwrap();
//! assert_eq!((half.params[0].clone(), half.returns.clone()), (Type::Int, Type::Int));
//! assert!(half.spawned && !half.suspends);
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

pub use crate::export::infer::inference::Conflict;
use crate::export::infer::inference::{Inferred, infer};
use crate::export::infer::shapes::{Place, Shape, Shapes};
use crate::lang::ast::{Argument, Block, Expr, ExprKind, File, Ident, Item, ObjectKind, StatementKind};
use crate::lang::kind::word;
use crate::lang::program::Combinator;
use crate::lang::vocabulary::{Function, function};
use crate::lang::walk::{Node, address, walk};
use crate::value::Value;

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Nothing in the program says: an empty list's elements, a parameter nobody uses.
    Unknown,
    /// Never anything but `none`.
    None,
    Bool,
    Int,
    Float,
    Duration,
    Text,
    Failure,
    /// `group g`, as a value.
    Group,
    /// `scope s`, as a value.
    Scope,
    /// A lock, an event, …: an object that holds no values.
    Object(ObjectKind),
    List(Rc<Type>),
    /// The handle of a task, and what it returns.
    Task(Rc<Type>),
    Future(Rc<Type>),
    Channel(Rc<Type>),
    /// `as_completed(…)`
    Results(Rc<Type>),
    /// An element of what `settle` gives: a value, a failure or a cancellation.
    Outcome(Rc<Type>),
    /// The value, or `none`.
    Optional(Rc<Type>),
}

impl Type {
    /// Without the `none` it may be.
    pub fn some(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner,
            other => other,
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Type::Int | Type::Float)
    }
}

/// As messages say it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Unknown => f.write_str("a value"),
            Type::None => f.write_str("none"),
            Type::Bool => f.write_str("a bool"),
            Type::Int => f.write_str("an int"),
            Type::Float => f.write_str("a float"),
            Type::Duration => f.write_str("a duration"),
            Type::Text => f.write_str("a string"),
            Type::Failure => f.write_str("a failure"),
            Type::Group => f.write_str("a group"),
            Type::Scope => f.write_str("a scope"),
            Type::Object(kind) => write!(f, "a {}", word(*kind)),
            Type::List(inner) => write!(f, "a list ({inner} each)"),
            Type::Task(inner) => write!(f, "the handle of a task ({inner})"),
            Type::Future(inner) => write!(f, "a future ({inner})"),
            Type::Channel(inner) => write!(f, "a channel ({inner} each)"),
            Type::Results(inner) => write!(f, "what `as_completed` gives ({inner} each)"),
            Type::Outcome(inner) => write!(f, "an outcome ({inner}, a failure or a cancellation)"),
            Type::Optional(inner) => write!(f, "{inner} or none"),
        }
    }
}

/// What is known of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskFacts {
    pub params: Vec<Type>,
    /// [`Type::None`] if it returns nothing.
    pub returns: Type,
    /// May it end with a failure that its words can raise (`fail`, `assert`, a deadline, somebody else's
    /// failure)? Errors of computing, such as a division by zero, are not counted.
    pub fails: bool,
    /// Is there an await point in it, or in a task it calls?
    pub suspends: bool,
    /// Somewhere it is started beside its caller: by `spawn` or a combinator.
    pub spawned: bool,
    /// Somewhere it is called with `await`.
    pub called: bool,
    /// Somewhere it is run on a pool with `offload`.
    pub offloaded: bool,
    /// It is spawned `on` a pool.
    pub on_pool: bool,
}

/// All that is known of a program.
#[derive(Debug)]
pub struct Facts<'a> {
    exprs: BTreeMap<usize, Type>,
    names: BTreeMap<usize, Type>,
    /// Declared values and tasks, by name.
    globals: BTreeMap<&'a str, Type>,
    tasks: BTreeMap<&'a str, TaskFacts>,
    /// `main`, as a task.
    pub main: TaskFacts,
    /// Where values of different types meet. A language with static types cannot say these.
    pub conflicts: Vec<Conflict>,
    /// Is any channel closed? If not, `recv` never gives `none`.
    pub closes: bool,
    /// Is anybody ever cancelled: by `cancel`, a deadline, a race, a group, the end of the run?
    pub cancels: bool,
}

impl<'a> Facts<'a> {
    /// `params` are the values of the parameters, as far as they are not the defaults.
    pub fn of(file: &'a File, params: &BTreeMap<String, Value>) -> Facts<'a> {
        let Inferred { mut shapes, exprs, names, globals, tasks, conflicts, closes } = infer(file, params);
        shapes.settle();
        let mut resolve = |places: BTreeMap<usize, Place>| -> BTreeMap<usize, Type> {
            places.into_iter().map(|(node, place)| (node, resolved(&mut shapes, place, DEEPEST))).collect()
        };
        let (exprs, names) = (resolve(exprs), resolve(names));
        let globals = globals.into_iter().map(|(name, place)| (name, resolved(&mut shapes, place, DEEPEST)));
        let globals = globals.collect();
        let mut types: BTreeMap<&str, (Vec<Type>, Type)> = BTreeMap::new();
        for (name, places) in tasks {
            let params = places.params.iter().map(|&place| resolved(&mut shapes, place, DEEPEST)).collect();
            types.insert(name, (params, resolved(&mut shapes, places.returns, DEEPEST)));
        }
        let (mut tasks, main) = doings(file);
        for (name, task) in &mut tasks {
            if let Some((params, returns)) = types.remove(name) {
                task.params = params;
                task.returns = returns;
            }
        }
        let cancels = cancels(file);
        Facts { exprs, names, globals, tasks, main, conflicts, closes, cancels }
    }

    pub fn expr(&self, expr: &Expr) -> Type {
        self.exprs.get(&address(expr)).cloned().unwrap_or(Type::Unknown)
    }

    /// The variable that is declared here: by `let`, `for`, `catch`, an arm, as a parameter of a task.
    pub fn variable(&self, name: &Ident) -> Type {
        self.names.get(&address(name)).cloned().unwrap_or(Type::Unknown)
    }

    /// A `param`, a `shared`, an object (an array is a list of objects).
    pub fn global(&self, name: &str) -> Type {
        self.globals.get(name).cloned().unwrap_or(Type::Unknown)
    }

    pub fn task(&self, name: &str) -> Option<&TaskFacts> {
        self.tasks.get(name)
    }
}

/// Types nest as deep as lists do in a program's text; a value is never deeper than this.
const DEEPEST: usize = 40;

fn resolved(shapes: &mut Shapes, place: Place, depth: usize) -> Type {
    if depth == 0 {
        return Type::Unknown;
    }
    let nullable = shapes.is_nullable(place);
    let shape = shapes.shape(place);
    let mut inner = |place: Place| Rc::new(resolved(shapes, place, depth - 1));
    let shape = match shape {
        Shape::Free if nullable => return Type::None,
        Shape::Free => return Type::Unknown,
        Shape::Bool => Type::Bool,
        Shape::Int => Type::Int,
        Shape::Float => Type::Float,
        Shape::Duration => Type::Duration,
        Shape::Text => Type::Text,
        Shape::Failure => Type::Failure,
        Shape::Group => Type::Group,
        Shape::Scope => Type::Scope,
        Shape::Object(kind) => Type::Object(kind),
        Shape::List(of) => Type::List(inner(of)),
        Shape::Task(of) => Type::Task(inner(of)),
        Shape::Future(of) => Type::Future(inner(of)),
        Shape::Channel(of) => Type::Channel(inner(of)),
        Shape::Results(of) => Type::Results(inner(of)),
        Shape::Outcome(of) => Type::Outcome(inner(of)),
    };
    if nullable { Type::Optional(Rc::new(shape)) } else { shape }
}

/// What every task does, types aside; and `main`.
fn doings(file: &File) -> (BTreeMap<&str, TaskFacts>, TaskFacts) {
    let nothing = TaskFacts {
        params: Vec::new(),
        returns: Type::None,
        fails: false,
        suspends: false,
        spawned: false,
        called: false,
        offloaded: false,
        on_pool: false,
    };
    let mut tasks: BTreeMap<&str, TaskFacts> = BTreeMap::new();
    let mut bodies: Vec<(Option<&str>, Doings)> = Vec::new();
    for item in &file.items {
        match item {
            Item::Task { name, body, .. } => {
                tasks.insert(&name.name, nothing.clone());
                bodies.push((Some(&name.name), doing(body)));
            }
            Item::Main { body, .. } => bodies.push((None, doing(body))),
            Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => {}
        }
    }
    let mut main = nothing;
    for (_, doings) in &bodies {
        for (callee, how) in &doings.calls {
            if let Some(task) = tasks.get_mut(callee) {
                match how {
                    How::Called => task.called = true,
                    How::Spawned => task.spawned = true,
                    How::OnPool => task.on_pool = true,
                    How::Offloaded => task.offloaded = true,
                }
            }
        }
    }
    let settles = bodies.iter().any(|(_, doings)| doings.settles);
    // What a task does it does through those it calls, too.
    loop {
        let mut changed = false;
        for (name, doings) in &bodies {
            let inherited = |what: fn(&TaskFacts) -> bool, any: bool| {
                doings
                    .calls
                    .iter()
                    .any(|(callee, how)| (*how == How::Called || any) && tasks.get(callee).is_some_and(what))
            };
            let joins = doings.joins && (settles || tasks.values().any(|task| task.fails));
            let fails = doings.fails || joins || inherited(|task| task.fails, doings.joins);
            let suspends = doings.suspends || inherited(|task| task.suspends, false);
            let task = match name {
                Some(name) => tasks.get_mut(name),
                None => Some(&mut main),
            };
            let Some(task) = task else { continue };
            changed |= (fails && !task.fails) || (suspends && !task.suspends);
            task.fails |= fails;
            task.suspends |= suspends;
        }
        if !changed {
            return (tasks, main);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Called,
    Spawned,
    OnPool,
    Offloaded,
}

/// What the words of one body say.
#[derive(Debug, Default)]
struct Doings<'a> {
    fails: bool,
    suspends: bool,
    /// It waits for others, and gets their failures.
    joins: bool,
    /// A future is settled with a failure, or a channel is closed, into which others may send.
    settles: bool,
    calls: Vec<(&'a str, How)>,
}

fn doing(body: &Block) -> Doings<'_> {
    let mut doings = Doings::default();
    walk(body, &mut |node| match node {
        Node::Statement(statement) => match &statement.kind {
            StatementKind::Fail { .. } | StatementKind::Assert { .. } => doings.fails = true,
            StatementKind::With { .. }
            | StatementKind::Select { .. }
            | StatementKind::For { waits: true, .. } => {
                doings.suspends = true;
                doings.joins = true;
            }
            StatementKind::Group { .. } => {
                doings.suspends = true;
                doings.joins = true;
            }
            _other => {}
        },
        Node::Expr(expr) => doings.expr(expr),
    });
    doings
}

impl<'a> Doings<'a> {
    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Spawn(spawn) => {
                let how = if spawn.on.is_some() { How::OnPool } else { How::Spawned };
                self.calls.push((&spawn.callee.name, how));
            }
            ExprKind::Await(inner) => match &inner.kind {
                ExprKind::Call { callee, .. } if function(&callee.name).is_none() => {
                    self.calls.push((&callee.name, How::Called));
                }
                ExprKind::Call { .. } | ExprKind::Yield => self.suspends = true,
                _handle => {
                    self.suspends = true;
                    self.joins = true;
                }
            },
            ExprKind::Call { callee, arguments } => self.combinator(callee, arguments),
            ExprKind::Method { name, .. } if name.name == "fail" || name.name == "close" => {
                self.settles = true
            }
            ExprKind::Method { name, .. } if name.name == "send" || name.name == "try_send" => {
                self.joins = true;
            }
            _other => {}
        }
    }

    fn combinator(&mut self, callee: &'a Ident, arguments: &'a [Argument]) {
        let Some(Function::Combinator(with)) = function(&callee.name).map(|word| word.means) else { return };
        let how = if with == Combinator::Offload { How::Offloaded } else { How::Spawned };
        for argument in arguments {
            let (Argument::Value(value) | Argument::Named { value, .. } | Argument::Each { value, .. }) =
                argument;
            if let ExprKind::Call { callee, .. } = &value.kind
                && function(&callee.name).is_none()
            {
                self.calls.push((&callee.name, how));
            }
        }
        self.joins |= with != Combinator::Settle;
        self.fails |= with == Combinator::WaitFor;
        let named = arguments.iter().any(|argument| matches!(argument, Argument::Named { .. }));
        self.fails |= with == Combinator::AsCompleted && named;
    }
}

/// Does anything in the program cancel a task?
fn cancels(file: &File) -> bool {
    let mut found = false;
    for item in &file.items {
        let (Item::Task { body, .. } | Item::Main { body, .. }) = item else { continue };
        walk(body, &mut |node| {
            found |= match node {
                Node::Statement(statement) => {
                    matches!(
                        statement.kind,
                        StatementKind::Timeout { .. }
                            | StatementKind::Scope { .. }
                            | StatementKind::Group { .. }
                    )
                }
                Node::Expr(expr) => match &expr.kind {
                    ExprKind::Cancel(_) => true,
                    ExprKind::Spawn(spawn) => spawn.daemon,
                    ExprKind::Call { callee, .. } => matches!(callee.name.as_str(), "race" | "wait_for"),
                    _other => false,
                },
            };
        });
    }
    found
}
