//! What differs between Python's runtimes: a method a word.

use crate::diagnostic::Diagnostic;
use crate::export::python::helpers::Helper;
use crate::export::python::python::Python;
use crate::export::types::Type;
use crate::lang::ast::{Block, Expr, Ident, ObjectItem, SelectArm, Spawn};
use crate::lang::program::Combinator;

/// A child of a combinator, as Python.
#[derive(Debug, Clone, PartialEq)]
pub enum Child {
    /// `wash(1)`: not yet started.
    Call { callee: String, arguments: Vec<String> },
    /// A handle or a future.
    Handle(String),
    /// A list of handles.
    Handles(String),
    /// `wash(n) for n in …`: the call, and what stands behind it.
    Each { callee: String, arguments: Vec<String>, each: String },
}

impl Child {
    /// `wash(1)`
    pub fn call(&self) -> String {
        match self {
            Child::Call { callee, arguments } | Child::Each { callee, arguments, .. } => {
                format!("{callee}({})", arguments.join(", "))
            }
            Child::Handle(handle) | Child::Handles(handle) => handle.clone(),
        }
    }
}

/// When a callback is called.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    Soon,
    NextTick,
    Immediate,
    /// Behind a time, as Python.
    After(String),
}

/// What ends a block early.
#[derive(Debug, Clone, Copy)]
pub enum Limit<'a> {
    /// `timeout d`
    After(&'a Expr),
    /// `scope s`: a `cancel` of it.
    Scope(&'a Ident),
}

/// A runtime of Python. Methods that give a `String` give an expression that binds like a call, with
/// its `await` left to the caller (`Python::awaited`) unless they say otherwise.
pub trait Words {
    /// Is a task an `async def`, and is `await` written?
    fn is_async(&self) -> bool;

    /// The exception of a cancellation; `None` where there is none.
    fn cancelled(&self) -> Option<&'static str>;

    /// The helpers of this runtime; those all share are in `helpers.rs`.
    fn helpers(&self) -> &'static [Helper];

    /// What cannot be said at all, found before anything is written.
    fn refused(&self, py: &Python) -> Vec<Diagnostic>;

    /// `asyncio.Semaphore(10)`; `argument` is what stands in its parentheses.
    fn object(&self, py: &Python, item: &ObjectItem, argument: Option<String>) -> String;

    /// Has it to be made when the runtime is up, at the beginning of `main`?
    fn is_late(&self, item: &ObjectItem) -> bool;

    /// What is awaited: `asyncio.sleep(0.01)`.
    fn sleep(&self, py: &Python, d: &str) -> String;

    /// What is awaited: `asyncio.sleep(0)`.
    fn pause(&self, py: &Python) -> String;

    /// A value: the handle.
    fn spawn(&self, py: &Python, spawn: &Spawn, call: Child, group: Option<&str>) -> String;

    /// A value: what was awaited, `await` included where it is written.
    fn join(&self, py: &Python, handle: &str, kind: &Type) -> String;

    /// A value: was it taken?
    fn cancel(&self, py: &Python, target: &str, kind: &Type) -> String;

    /// All but `offload`; what is awaited, or for `as_completed` the value.
    fn combine(&self, py: &Python, with: Combinator, children: Vec<Child>, timeout: Option<&str>) -> String;

    /// What is awaited.
    fn offload(&self, py: &Python, pool: &str, call: Child) -> String;

    /// A method; what is awaited if it suspends.
    fn method(&self, py: &Python, object: &str, kind: &Type, name: &str, arguments: &[String]) -> String;

    fn current_task(&self, py: &Python) -> String;

    fn id(&self, py: &Python) -> String;

    /// `future()`
    fn future(&self, py: &Python) -> String;

    /// `failed(v)` and `cancelled(v)` of what `settle` gave.
    fn was_cancelled(&self, py: &Python, value: &str) -> String;

    fn call_back(&self, py: &Python, when: When, call: Child) -> String;

    /// `for await name in over { body }`
    fn for_await<'a>(&self, py: &mut Python<'_, 'a>, name: &'a Ident, over: &'a Expr, body: &'a Block);

    /// The header of `with x { }`.
    fn with(&self, py: &Python, object: &str) -> String;

    fn group<'a>(&self, py: &mut Python<'_, 'a>, name: Option<&'a Ident>, body: &'a Block);

    /// `timeout d { } else { }`, `scope s { } else { }`
    fn timeout<'a>(
        &self,
        py: &mut Python<'_, 'a>,
        limit: Limit<'a>,
        body: &'a Block,
        otherwise: Option<&'a Block>,
    );

    fn select<'a>(&self, py: &mut Python<'_, 'a>, arms: &'a [SelectArm]);

    /// The end of the module: runs `main`, and sums up the metrics: their names, and what they are called.
    fn run(&self, py: &mut Python<'_, '_>, metrics: &[(String, String)]);
}
