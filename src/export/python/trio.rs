//! The words of trio: what each becomes is said in `docs/runtimes/trio.md`.

use crate::diagnostic::Diagnostic;
use crate::export::python::helpers::Helper;
use crate::export::python::module::Python;
use crate::export::python::module::Words;
use crate::export::python::words::{Child, Limit, When};
use crate::export::scenario::Scenario;
use crate::export::types::Type;
use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, Ident, Item, ObjectItem, ObjectKind, SelectArm, SelectArmKind, Spawn,
    StatementKind,
};
use crate::lang::program::Combinator;
use crate::lang::walk::{Node, blocks, walk};

/// What of the whole program decides how some words are written.
#[derive(Debug, Default)]
pub struct Trio {
    /// Failures and cancellations that leave a group are looked at: they have to be told apart.
    looks: bool,
    /// Some event is cleared.
    clears: bool,
    /// Some `select` receives.
    selects: bool,
    /// Somebody wants to know whether the `cancel` of a scope was taken.
    asks: bool,
}

#[rustfmt::skip]
const HELPERS: &[Helper] = &[
    Helper { name: "show",            needs: &["trio"],                          text: include_str!("prelude/trio/show.py"),            harness: true },
    Helper { name: "Future",          needs: &["trio"],                          text: include_str!("prelude/trio/future.py"),          harness: false },
    Helper { name: "Task",            needs: &["trio", "Future"],                text: include_str!("prelude/trio/task.py"),            harness: false },
    Helper { name: "spawn",           needs: &["Task"],                          text: include_str!("prelude/trio/spawn.py"),           harness: false },
    Helper { name: "spawn_daemon",    needs: &["Task"],                          text: include_str!("prelude/trio/spawn_daemon.py"),    harness: false },
    Helper { name: "everything",      needs: &["trio"],                          text: include_str!("prelude/trio/everything.py"),      harness: false },
    Helper { name: "all_and_daemons", needs: &["trio"],                          text: include_str!("prelude/trio/all_and_daemons.py"), harness: false },
    Helper { name: "open_group",      needs: &["trio", "contextlib"],            text: include_str!("prelude/trio/open_group.py"),      harness: false },
    Helper { name: "gather",          needs: &["trio", "Future", "open_group"],  text: include_str!("prelude/trio/gather.py"),          harness: false },
    Helper { name: "settle",          needs: &["trio", "Task", "open_group"],    text: include_str!("prelude/trio/settle.py"),          harness: false },
    Helper { name: "race",            needs: &["trio", "outcome", "Task"],       text: include_str!("prelude/trio/race.py"),            harness: false },
    Helper { name: "Results",         needs: &["trio", "outcome", "math", "Task"], text: include_str!("prelude/trio/results.py"),       harness: false },
    Helper { name: "wait_for",        needs: &["trio", "Task"],                  text: include_str!("prelude/trio/wait_for.py"),        harness: false },
    Helper { name: "shield",          needs: &["trio"],                          text: include_str!("prelude/trio/shield.py"),          harness: false },
    Helper { name: "cancel",          needs: &[],                                text: include_str!("prelude/trio/cancel.py"),          harness: false },
    Helper { name: "Scope",           needs: &["trio"],                          text: include_str!("prelude/trio/scope.py"),           harness: false },
    Helper { name: "Channel",         needs: &["trio", "Failure"],               text: include_str!("prelude/trio/channel.py"),         harness: false },
    Helper { name: "SelectChannel",   needs: &["trio", "collections", "Channel"], text: include_str!("prelude/trio/select_channel.py"), harness: false },
    Helper { name: "Event",           needs: &["trio"],                          text: include_str!("prelude/trio/event.py"),           harness: false },
    Helper { name: "Barrier",         needs: &["trio"],                          text: include_str!("prelude/trio/barrier.py"),         harness: false },
    Helper { name: "RwLock",          needs: &["trio"],                          text: include_str!("prelude/trio/rwlock.py"),          harness: false },
    Helper { name: "call_soon",       needs: &["trio", "Task"],                  text: include_str!("prelude/trio/callbacks.py"),       harness: false },
    Helper { name: "select",          needs: &["trio", "outcome"],               text: include_str!("prelude/trio/select.py"),          harness: false },
];

impl Trio {
    pub fn of(scenario: &Scenario) -> Trio {
        let mut trio = Trio::default();
        let (mut cancels, mut dropped) = (0, 0);
        for item in &scenario.request.file.items {
            let (Item::Task { body, .. } | Item::Main { body, .. }) = item else { continue };
            walk(body, &mut |node| match node {
                Node::Statement(statement) => match &statement.kind {
                    StatementKind::Try { failure, cancelled, .. } => {
                        trio.looks |= failure.is_some() || cancelled.is_some();
                    }
                    StatementKind::Select { arms } => trio.selects |= arms.iter().any(receives),
                    StatementKind::Expr { value, .. } => {
                        dropped += usize::from(matches!(value.kind, ExprKind::Cancel(_)));
                    }
                    _other => {}
                },
                Node::Expr(expr) => match &expr.kind {
                    ExprKind::Method { name, .. } => {
                        trio.clears |= name.name == "clear";
                        trio.looks |= name.name == "cancelled";
                    }
                    ExprKind::Call { callee, .. } => {
                        trio.looks |=
                            matches!(callee.name.as_str(), "settle" | "failed" | "cancelled" | "race");
                    }
                    ExprKind::Cancel(_) => cancels += 1,
                    _other => {}
                },
            });
        }
        trio.asks = cancels > dropped;
        trio
    }

    /// `a(1), h, *hs, *(t(n) for n in ns)`
    fn spread(children: &[Child]) -> String {
        let each = children.iter().map(|child| match child {
            Child::Call { .. } => child.call(),
            Child::Handle(handle) => handle.clone(),
            Child::Handles(handles) => format!("*{handles}"),
            Child::Each { each, .. } => {
                let call = child.call();
                match call.contains("await ") {
                    true => format!("*[{call} {each}]"),
                    false => format!("*({call} {each})"),
                }
            }
        });
        each.collect::<Vec<_>>().join(", ")
    }

    /// A function and what it is given, for who calls it later.
    fn later(call: Child) -> String {
        match call {
            Child::Call { callee, arguments } | Child::Each { callee, arguments, .. } => {
                let mut given = vec![callee];
                given.extend(arguments);
                given.join(", ")
            }
            Child::Handle(text) | Child::Handles(text) => text,
        }
    }

    fn open(&self, py: &Python) -> &'static str {
        py.needs("trio");
        if self.looks {
            py.needs("open_group");
            return "open_group()";
        }
        "trio.open_nursery()"
    }
}

fn receives(arm: &SelectArm) -> bool {
    match &arm.kind {
        SelectArmKind::Await { value, .. } => {
            matches!(&value.kind, ExprKind::Method { name, .. } if name.name == "recv")
        }
        SelectArmKind::After { .. } => false,
    }
}

impl Words for Trio {
    fn is_async(&self) -> bool {
        true
    }

    fn cancelled(&self) -> Option<&'static str> {
        Some("trio.Cancelled")
    }

    fn helpers(&self) -> &'static [Helper] {
        HELPERS
    }

    fn refused(&self, py: &Python) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for item in &py.scenario.request.file.items {
            let (Item::Task { body, .. } | Item::Main { body, .. }) = item else { continue };
            raised(body, false, &mut found);
            walk(body, &mut |node| {
                let Node::Expr(Expr { kind: ExprKind::Call { callee, .. }, span, .. }) = node else { return };
                let what = callee.name.as_str();
                if matches!(what, "current_task" | "id") {
                    let text = format!("`{what}()` cannot be exported to trio");
                    let problem = Diagnostic::error("E0801", *span, text);
                    let problem = problem.label("tasks of trio have no handles and no numbers of their own");
                    found.push(problem.help("hand the task what it is to know of itself when you spawn it"));
                }
            });
        }
        found
    }

    fn object(&self, py: &Python, item: &ObjectItem, argument: Option<String>) -> String {
        py.needs("trio");
        let unbounded = || format!("{}.inf", py.needs("math"));
        let argument = argument.unwrap_or_default();
        match item.kind {
            ObjectKind::Resource | ObjectKind::Workers => format!("trio.CapacityLimiter({argument})"),
            ObjectKind::Semaphore => format!("trio.Semaphore({argument})"),
            ObjectKind::Lock => "trio.Lock()".to_string(),
            ObjectKind::RwLock => format!("{}()", py.needs("RwLock")),
            ObjectKind::Channel => {
                let class = py.needs(if self.selects { "SelectChannel" } else { "Channel" });
                let size = if argument.is_empty() { unbounded() } else { argument };
                format!("{class}({size})")
            }
            ObjectKind::Event if self.clears => format!("{}()", py.needs("Event")),
            ObjectKind::Event => "trio.Event()".to_string(),
            ObjectKind::Condition => format!("trio.Condition({argument})"),
            ObjectKind::Barrier => format!("{}({argument})", py.needs("Barrier")),
            ObjectKind::Future => format!("{}()", py.needs("Future")),
        }
    }

    fn is_late(&self, _item: &ObjectItem) -> bool {
        false
    }

    fn sleep(&self, py: &Python, d: &str) -> String {
        format!("{}.sleep({d})", py.needs("trio"))
    }

    fn pause(&self, py: &Python) -> String {
        format!("{}.lowlevel.checkpoint()", py.needs("trio"))
    }

    fn spawn(&self, py: &Python, spawn: &Spawn, call: Child, group: Option<&str>) -> String {
        let call = match &py.pool {
            // A loop of its own, on a thread.
            Some(pool) => {
                let trio = py.needs("trio");
                format!("{trio}.to_thread.run_sync({trio}.run, {}, limiter={pool})", Trio::later(call))
            }
            None => match group {
                Some(group) if py.dropped => return format!("{group}.start_soon({})", Trio::later(call)),
                _ => call.call(),
            },
        };
        match group {
            Some(group) => format!("{}({group}, {call}, linked=True)", py.needs("Task")),
            None if spawn.daemon => format!("{}({call})", py.needs("spawn_daemon")),
            None => format!("{}({call})", py.needs("spawn")),
        }
    }

    fn join(&self, _py: &Python, handle: &str, _kind: &Type) -> String {
        format!("await {handle}")
    }

    fn cancel(&self, py: &Python, target: &str, kind: &Type) -> String {
        match kind {
            Type::Group if py.dropped => format!("{target}.cancel_scope.cancel()"),
            Type::Group => format!("{}({target}.cancel_scope)", py.needs("cancel")),
            _ => format!("{target}.cancel()"),
        }
    }

    fn combine(&self, py: &Python, with: Combinator, children: Vec<Child>, timeout: Option<&str>) -> String {
        let given = Trio::spread(&children);
        match with {
            Combinator::Gather => format!("{}({given})", py.needs("gather")),
            Combinator::Settle => format!("{}({given})", py.needs("settle")),
            Combinator::Race => format!("{}({given})", py.needs("race")),
            Combinator::AsCompleted => match timeout {
                Some(timeout) if given.is_empty() => format!("{}(timeout={timeout})", py.needs("Results")),
                Some(timeout) => format!("{}({given}, timeout={timeout})", py.needs("Results")),
                None => format!("{}({given})", py.needs("Results")),
            },
            Combinator::Shield => format!("{}({given})", py.needs("shield")),
            Combinator::WaitFor => format!("{}({given}, {})", py.needs("wait_for"), timeout.unwrap_or("0")),
            Combinator::Offload => String::new(),
        }
    }

    fn offload(&self, py: &Python, pool: &str, call: Child) -> String {
        format!("{}.to_thread.run_sync({}, limiter={pool})", py.needs("trio"), Trio::later(call))
    }

    fn method(&self, py: &Python, object: &str, kind: &Type, name: &str, arguments: &[String]) -> String {
        let given = arguments.join(", ");
        match (name, kind) {
            ("len", _) => format!("len({object})"),
            ("locked", Type::Object(ObjectKind::Semaphore)) => format!("({object}.value == 0)"),
            ("locked", Type::Object(ObjectKind::Resource)) => format!("({object}.available_tokens <= 0)"),
            ("fail", _) => match arguments.first() {
                Some(why) if why.starts_with(['"', '\'']) || why.starts_with("f\"") => {
                    format!("{object}.fail({}({why}))", py.needs("Failure"))
                }
                _ => format!("{object}.fail({}({given}))", py.needs("failure")),
            },
            _ => format!("{object}.{name}({given})"),
        }
    }

    fn current_task(&self, _py: &Python) -> String {
        "None".to_string()
    }

    fn id(&self, _py: &Python) -> String {
        "None".to_string()
    }

    fn future(&self, py: &Python) -> String {
        format!("{}()", py.needs("Future"))
    }

    fn was_cancelled(&self, py: &Python, value: &str) -> String {
        format!("isinstance({value}, {}.Cancelled)", py.needs("trio"))
    }

    fn call_back(&self, py: &Python, when: When, call: Child) -> String {
        py.needs("call_soon");
        match when {
            When::Soon | When::NextTick | When::Immediate => format!("call_soon({})", Trio::later(call)),
            When::After(d) => format!("call_later({d}, {})", Trio::later(call)),
        }
    }

    fn for_await<'a>(&self, py: &mut Python<'_, 'a>, name: &'a Ident, over: &'a Expr, body: &'a Block) {
        let over = py.expr(over, 0);
        let depth = py.locals.depth();
        let name = py.declare(name, false);
        py.out.line(format!("async for {name} in {over}:"));
        py.body(body);
        py.forget(depth);
    }

    fn with(&self, _py: &Python, object: &str) -> String {
        format!("async with {object}:")
    }

    fn group<'a>(&self, py: &mut Python<'_, 'a>, name: Option<&'a Ident>, body: &'a Block) {
        let open = self.open(py);
        py.group_block(name, body, |group| format!("async with {open} as {group}:"));
    }

    fn timeout<'a>(
        &self,
        py: &mut Python<'_, 'a>,
        limit: Limit<'a>,
        body: &'a Block,
        otherwise: Option<&'a Block>,
    ) {
        let trio = py.needs("trio");
        let depth = py.locals.depth();
        let (made, scope) = match limit {
            Limit::After(d) => {
                let made = format!("{trio}.move_on_after({})", py.expr(d, 0));
                (made, otherwise.map(|_| py.names.take("deadline")))
            }
            Limit::Scope(name) => {
                let scope = py.declare(name, false);
                let class =
                    if self.asks { py.needs("Scope").to_string() } else { format!("{trio}.CancelScope") };
                (format!("{class}()"), Some(scope))
            }
        };
        let named = scope.as_ref().map(|scope| format!(" as {scope}")).unwrap_or_default();
        py.out.line(format!("with {made}{named}:"));
        py.body(body);
        if let (Some(otherwise), Some(scope)) = (otherwise, &scope) {
            py.out.line(format!("if {scope}.cancelled_caught:"));
            py.body(otherwise);
        }
        if let (Limit::After(_), Some(scope)) = (limit, &scope) {
            py.names.give_back(scope);
        }
        py.forget(depth);
    }

    fn select<'a>(&self, py: &mut Python<'_, 'a>, arms: &'a [SelectArm]) {
        py.needs("select");
        let waits: Vec<String> = arms.iter().map(|arm| waits(py, &arm.kind)).collect();
        py.arms(format!("match await select({}):", waits.join(", ")), arms);
    }

    fn run(&self, py: &mut Python<'_, '_>, metrics: &[(String, String)]) {
        let used = py.used();
        let trio = py.needs("trio");
        let main = match () {
            () if used.contains("spawn_daemon") || used.contains("call_soon") => py.needs("all_and_daemons"),
            () if used.contains("spawn") || used.contains("Results") => py.needs("everything"),
            () => "main",
        };
        py.out.line("if __name__ == \"__main__\":");
        py.out.indent();
        if py.is_virtual() {
            py.needs("run");
            py.out.line(format!("run({main})"));
        } else {
            py.out.line(format!("{trio}.run({main})"));
            for (name, values) in metrics {
                py.out.line(format!("{}(\"{name}\", {values})", py.needs("summary")));
            }
        }
        py.out.dedent();
    }
}

/// `fail cancelled` where nothing was caught that could be passed on: trio alone makes cancellations.
fn raised(block: &Block, caught: bool, found: &mut Vec<Diagnostic>) {
    let mut todo = vec![(block, caught)];
    while let Some((block, caught)) = todo.pop() {
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::FailCancelled if !caught => {
                    let text = "`fail cancelled` cannot be exported to trio outside of `catch cancelled`";
                    let problem = Diagnostic::error("E0801", statement.span, text);
                    let problem = problem.label("only trio itself can make a cancellation");
                    found.push(problem.help("cancel the task or a scope around this, and wait"));
                }
                StatementKind::Try { body, failure, cancelled, finally } => {
                    todo.push((body, false));
                    todo.extend(failure.iter().map(|(_, block)| (block, false)));
                    todo.extend(cancelled.iter().map(|block| (block, true)));
                    todo.extend(finally.iter().map(|block| (block, false)));
                }
                _other => {
                    todo.extend(blocks(statement).into_iter().map(|block| (block, caught)));
                }
            }
        }
    }
}

/// What `select` is given for an arm.
fn waits<'a>(py: &mut Python<'_, 'a>, arm: &'a SelectArmKind) -> String {
    let value = match arm {
        SelectArmKind::After { duration } => return format!("After({})", py.expr(duration, 0)),
        SelectArmKind::Await { value, .. } => value,
    };
    let ExprKind::Method { object, name, arguments } = &value.kind else {
        return format!("Join({})", py.expr(value, 0));
    };
    let object = py.expr(object, 0);
    match (name.name.as_str(), arguments.first()) {
        ("recv", _) => format!("Receive({object})"),
        ("send", Some(Argument::Value(value))) => format!("Send({object}, {})", py.own(value)),
        _ => format!("Wait({object})"),
    }
}
