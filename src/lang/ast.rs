//! The tree a scenario is parsed into: raw, unchecked, every node with its place.

use crate::source::Span;

/// A name as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Ident {
    pub name: String,
    pub span: Span,
}

/// A parsed `.cosim` file: its declarations, in order.
#[derive(Debug, Clone, Default)]
pub struct File {
    pub items: Vec<Item>,
}

#[derive(Debug, Clone)]
pub enum Item {
    /// `param n = 10`
    Param { name: Ident, value: Expr },
    /// `shared count = 0`
    Shared { name: Ident, value: Expr },
    /// `metric latency`
    Metric { name: Ident },
    /// `lock`, `resource`, `semaphore`, `rwlock`, `channel`, `event`, `condition`, `barrier`, `future`, `workers`
    Object(ObjectItem),
    /// `task serve(id, patience) { … }`
    Task { name: Ident, params: Vec<Ident>, body: Block },
    /// `main { … }`
    Main { span: Span, body: Block },
}

/// `resource machine(10)`, `lock fork[5]`, `channel log(unbounded)`, `workers cook(2) processes`.
#[derive(Debug, Clone)]
pub struct ObjectItem {
    pub kind: ObjectKind,
    pub name: Ident,
    /// `[5]`: an array of so many.
    pub count: Option<Expr>,
    /// `(10)`: capacity, permits, parties, threads, or the lock of a condition.
    pub argument: Option<ObjectArgument>,
    /// `lock till inherit`
    pub inherit: bool,
    /// `workers cook(2) processes`
    pub processes: bool,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum ObjectArgument {
    Value(Expr),
    /// `channel log(unbounded)`
    Unbounded(Span),
}

/// What a declared object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    Resource,
    Lock,
    Semaphore,
    RwLock,
    Channel,
    Event,
    Condition,
    Barrier,
    Future,
    Workers,
}

/// Statements between braces.
#[derive(Debug, Clone)]
pub struct Block {
    pub statements: Vec<Statement>,
    /// From `{` to `}`.
    pub span: Span,
}

#[derive(Debug, Clone)]
pub struct Statement {
    pub kind: StatementKind,
    pub span: Span,
}

/// The kinds of statements that have no blocks, as a pattern: whoever treats them alike still names them all.
macro_rules! simple {
    () => {
        $crate::lang::ast::StatementKind::Let { .. }
            | $crate::lang::ast::StatementKind::Assign { .. }
            | $crate::lang::ast::StatementKind::Work { .. }
            | $crate::lang::ast::StatementKind::Block { .. }
            | $crate::lang::ast::StatementKind::Expr { .. }
            | $crate::lang::ast::StatementKind::Break
            | $crate::lang::ast::StatementKind::Continue
            | $crate::lang::ast::StatementKind::Return { .. }
            | $crate::lang::ast::StatementKind::Fail { .. }
            | $crate::lang::ast::StatementKind::FailCancelled
            | $crate::lang::ast::StatementKind::Log { .. }
            | $crate::lang::ast::StatementKind::Observe { .. }
            | $crate::lang::ast::StatementKind::Assert { .. }
    };
}

/// Those that have.
macro_rules! compound {
    () => {
        $crate::lang::ast::StatementKind::If { .. }
            | $crate::lang::ast::StatementKind::While { .. }
            | $crate::lang::ast::StatementKind::Loop { .. }
            | $crate::lang::ast::StatementKind::For { .. }
            | $crate::lang::ast::StatementKind::With { .. }
            | $crate::lang::ast::StatementKind::Group { .. }
            | $crate::lang::ast::StatementKind::Timeout { .. }
            | $crate::lang::ast::StatementKind::Scope { .. }
            | $crate::lang::ast::StatementKind::Select { .. }
            | $crate::lang::ast::StatementKind::Try { .. }
    };
}

pub(crate) use {compound, simple};

#[derive(Debug, Clone)]
pub enum StatementKind {
    /// `let x = e`
    Let {
        name: Ident,
        value: Expr,
    },
    /// `x = e`, `xs[i] = e`
    Assign {
        name: Ident,
        index: Option<Expr>,
        value: Expr,
    },
    /// `work d "label"`
    Work {
        duration: Expr,
        label: Option<Expr>,
    },
    /// `block d "label"`
    Block {
        duration: Expr,
        label: Option<Expr>,
    },
    /// A bare expression: `spawn t()`, `ev.set()`, `cancel h`, `await io(3ms) "label"`.
    Expr {
        value: Expr,
        label: Option<Expr>,
    },
    /// Conditions and blocks of `if` and every `else if`, then the last `else`.
    If {
        arms: Vec<(Expr, Block)>,
        otherwise: Option<Block>,
    },
    While {
        condition: Expr,
        body: Block,
    },
    Loop {
        body: Block,
    },
    /// `for x in …`; `waits` for `for await x in …`.
    For {
        name: Ident,
        waits: bool,
        over: Iterable,
        body: Block,
    },
    Break,
    Continue,
    Return {
        value: Option<Expr>,
    },
    /// `with x { … }`
    With {
        object: Expr,
        body: Block,
    },
    /// `group { … }`, `group g { … }`
    Group {
        name: Option<Ident>,
        body: Block,
    },
    /// `timeout d { … } else { … }`
    Timeout {
        duration: Expr,
        body: Block,
        otherwise: Option<Block>,
    },
    /// `scope s { … } else { … }`
    Scope {
        name: Ident,
        body: Block,
        otherwise: Option<Block>,
    },
    Select {
        arms: Vec<SelectArm>,
    },
    Try {
        body: Block,
        /// `catch e { … }`
        failure: Option<(Ident, Block)>,
        /// `catch cancelled { … }`
        cancelled: Option<Block>,
        finally: Option<Block>,
    },
    /// `fail "why"`, `fail e`
    Fail {
        value: Expr,
    },
    /// `fail cancelled`: go on being cancelled.
    FailCancelled,
    /// `log "text"`
    Log {
        text: Expr,
    },
    /// `observe m, e`
    Observe {
        metric: Ident,
        value: Expr,
    },
    /// `assert c, "message"`
    Assert {
        condition: Expr,
        message: Option<Expr>,
    },
}

#[derive(Debug, Clone)]
pub enum Iterable {
    /// `a..b`, `a..=b`
    Range { from: Expr, to: Expr, inclusive: bool },
    /// A list, a channel, an `as_completed(…)`.
    Value(Expr),
}

/// One way a `select` can go on.
#[derive(Debug, Clone)]
pub struct SelectArm {
    pub kind: SelectArmKind,
    pub body: Block,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub enum SelectArmKind {
    /// `v = a.recv() => { … }`, `h => { … }`: any method call, handle or future that can be awaited.
    Await { name: Option<Ident>, value: Expr },
    /// `after 5s => { … }`
    After { duration: Expr },
}

#[derive(Debug, Clone)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
    /// 1 for a leaf; the parser bounds it, so that walking a tree cannot overflow the stack.
    pub depth: u16,
}

#[derive(Debug, Clone)]
pub enum ExprKind {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Nanoseconds.
    Duration(i64),
    /// A string: literal parts and `{expressions}`.
    Text(Vec<TextPart>),
    Name(String),
    List(Vec<Expr>),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// Short-circuit `and` (true) or `or` (false).
    Logic {
        and: bool,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `name(arguments)`: a task, a builtin function or a combinator.
    Call {
        callee: Ident,
        arguments: Vec<Argument>,
    },
    /// `object.name(arguments)`
    Method {
        object: Box<Expr>,
        name: Ident,
        arguments: Vec<Argument>,
    },
    /// `table.read`
    Field {
        object: Box<Expr>,
        name: Ident,
    },
    /// `fork[i]`
    Index {
        object: Box<Expr>,
        index: Box<Expr>,
    },
    /// `await e`; `await yield` has `Yield` inside.
    Await(Box<Expr>),
    /// The word `yield`, legal only under `await`.
    Yield,
    Spawn(Box<Spawn>),
    /// `cancel h`: did it take?
    Cancel(Box<Expr>),
}

/// `spawn t(a) priority 5 daemon on cook in g`
#[derive(Debug, Clone)]
pub struct Spawn {
    pub callee: Ident,
    pub arguments: Vec<Argument>,
    pub priority: Option<Expr>,
    pub daemon: bool,
    pub on: Option<Expr>,
    /// `in g`: into a group held as a value.
    pub group: Option<Expr>,
}

#[derive(Debug, Clone)]
pub enum Argument {
    Value(Expr),
    /// `timeout: 5s`
    Named {
        name: Ident,
        value: Expr,
    },
    /// `t(i) for i in 1..=10`
    Each {
        value: Expr,
        name: Ident,
        over: Iterable,
    },
}

#[derive(Debug, Clone)]
pub enum TextPart {
    Literal(String),
    Expr(Expr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    Negate,
    Not,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
}
