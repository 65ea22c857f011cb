//! The words of Python's threads. Where nobody is ever cancelled a task is a thread and its handle a `Future`;
//! else it is asked to end, and sees that at its next wait.

use crate::export::python::helpers::Helper;
use crate::export::python::module::{Python, Words};
use crate::export::python::words::{Child, Limit, When};
use crate::export::types::Type;
use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, Ident, ObjectItem, ObjectKind, SelectArm, SelectArmKind, Spawn,
};
use crate::lang::program::Combinator;

pub struct Threads {
    /// Tasks can be asked to end, and know who they are.
    pub asked: bool,
}

#[rustfmt::skip]
const HELPERS: &[Helper] = &[
    Helper { name: "log",          needs: &["now"],                              text: include_str!("prelude/threads/log.py"),         harness: false },
    Helper { name: "show",         needs: &[],                                   text: include_str!("prelude/threads/show.py"),        harness: false },
    Helper { name: "spawn",        needs: &["threading", "Future"],              text: include_str!("prelude/threads/spawn.py"),       harness: false },
    Helper { name: "Task",         needs: &["threading", "itertools", "Future"], text: include_str!("prelude/threads/task.py"),        harness: false },
    Helper { name: "everything",   needs: &["threading"],                        text: include_str!("prelude/threads/everything.py"),  harness: false },
    Helper { name: "timeout",      needs: &["Task"],                             text: include_str!("prelude/threads/timeout.py"),     harness: false },
    Helper { name: "wait_for",     needs: &["timeout"],                          text: include_str!("prelude/threads/wait_for.py"),    harness: false },
    Helper { name: "Group",        needs: &["timeout", "wait"],                  text: include_str!("prelude/threads/group.py"),       harness: false },
    Helper { name: "gather",       needs: &["FIRST_EXCEPTION", "wait"],          text: include_str!("prelude/threads/gather.py"),      harness: false },
    Helper { name: "settle",       needs: &["wait"],                             text: include_str!("prelude/threads/settle.py"),      harness: false },
    Helper { name: "race",         needs: &["FIRST_COMPLETED", "wait"],          text: include_str!("prelude/threads/race.py"),        harness: false },
    Helper { name: "Channel",      needs: &["collections", "threading", "Failure"], text: include_str!("prelude/threads/channel.py"),  harness: false },
    Helper { name: "try_send",     needs: &["queue"],                            text: include_str!("prelude/threads/try_send.py"),    harness: false },
    Helper { name: "try_receive",  needs: &["queue"],                            text: include_str!("prelude/threads/try_receive.py"), harness: false },
    Helper { name: "RwLock",       needs: &["collections", "threading"],         text: include_str!("prelude/threads/rwlock.py"),      harness: false },
    Helper { name: "select",       needs: &["queue", "time"],                    text: include_str!("prelude/threads/select.py"),      harness: false },
    Helper { name: "call_later",   needs: &["threading"],                        text: include_str!("prelude/threads/call_later.py"),  harness: false },
];

impl Threads {
    fn spawn(&self, py: &Python) -> &'static str {
        py.needs(if self.asked { "Task" } else { "spawn" });
        "spawn"
    }

    /// Something that waits, where a request to end may be seen first.
    fn waits(&self, py: &Python, wait: &str, arguments: &str) -> String {
        if !self.asked {
            return format!("{wait}({arguments})");
        }
        py.needs("Task");
        let arguments = if arguments.is_empty() { String::new() } else { format!(", {arguments}") };
        format!("waiting({wait}{arguments})")
    }

    /// Handles of children, started where they are calls.
    fn spread(&self, py: &Python, children: &[Child]) -> String {
        let each = children.iter().map(|child| match child {
            Child::Call { callee, arguments } => self.start(py, callee, arguments),
            Child::Handle(handle) => handle.clone(),
            Child::Handles(handles) => format!("*{handles}"),
            Child::Each { callee, arguments, each } => {
                format!("*[{} {each}]", self.start(py, callee, arguments))
            }
        });
        each.collect::<Vec<_>>().join(", ")
    }

    fn listed(&self, py: &Python, children: &[Child]) -> String {
        match children {
            [Child::Handles(handles)] => handles.clone(),
            [Child::Each { callee, arguments, each }] => {
                format!("[{} {each}]", self.start(py, callee, arguments))
            }
            _ => format!("[{}]", self.spread(py, children)),
        }
    }

    fn start(&self, py: &Python, callee: &str, arguments: &[String]) -> String {
        format!("{}({})", self.spawn(py), list(callee, arguments))
    }

    /// A child that is done here: what is called, and with what.
    fn here(&self, child: Option<&Child>) -> String {
        match child {
            Some(Child::Call { callee, arguments } | Child::Each { callee, arguments, .. }) => {
                list(callee, arguments)
            }
            Some(Child::Handle(handle) | Child::Handles(handle)) => format!("{handle}.result"),
            None => String::new(),
        }
    }
}

/// `wash, 1, 2`
fn list(first: &str, rest: &[String]) -> String {
    std::iter::once(first).chain(rest.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
}

fn call(child: &Child) -> (&str, &[String]) {
    match child {
        Child::Call { callee, arguments } | Child::Each { callee, arguments, .. } => (callee, arguments),
        Child::Handle(text) | Child::Handles(text) => (text, &[]),
    }
}

impl Words for Threads {
    fn is_async(&self) -> bool {
        false
    }

    fn cancelled(&self) -> Option<&'static str> {
        Some("Cancelled")
    }

    fn helpers(&self) -> &'static [Helper] {
        HELPERS
    }

    fn object(&self, py: &Python, item: &ObjectItem, argument: Option<String>) -> String {
        let argument = argument.unwrap_or_default();
        let threading = |name: &str| format!("{}.{name}({argument})", py.needs("threading"));
        match item.kind {
            ObjectKind::Resource | ObjectKind::Semaphore => threading("Semaphore"),
            ObjectKind::Lock => threading("Lock"),
            ObjectKind::RwLock => format!("{}()", py.needs("RwLock")),
            ObjectKind::Channel if py.own_channels => format!("{}({argument})", py.needs("Channel")),
            ObjectKind::Channel => format!("{}.Queue({argument})", py.needs("queue")),
            ObjectKind::Event => threading("Event"),
            ObjectKind::Condition => threading("Condition"),
            ObjectKind::Barrier => threading("Barrier"),
            ObjectKind::Future => format!("{}()", py.needs("Future")),
            ObjectKind::Workers if item.processes => {
                format!("{}({argument})", py.needs("ProcessPoolExecutor"))
            }
            ObjectKind::Workers => format!("{}({argument})", py.needs("ThreadPoolExecutor")),
        }
    }

    fn is_late(&self, _item: &ObjectItem) -> bool {
        false
    }

    fn sleep(&self, py: &Python, d: &str) -> String {
        py.needs("time");
        self.waits(py, "time.sleep", d)
    }

    fn pause(&self, py: &Python) -> String {
        self.sleep(py, "0")
    }

    fn spawn(&self, py: &Python, spawn: &Spawn, child: Child, group: Option<&str>) -> String {
        let (callee, arguments) = call(&child);
        if py.dropped && !self.asked && group.is_none() && py.pool.is_none() {
            let comma = if arguments.len() == 1 { "," } else { "" };
            let given = match arguments.len() {
                0 => String::new(),
                _ => format!(", args=({}{comma})", arguments.join(", ")),
            };
            let daemon = if spawn.daemon { ", daemon=True" } else { "" };
            return format!("{}.Thread(target={callee}{given}{daemon}).start()", py.needs("threading"));
        }
        let mut given = list(callee, arguments);
        if let Some(pool) = py.pool.as_ref().filter(|_| py.in_process) {
            // A process cannot be asked to end: it gets the task and nothing else.
            let handle = format!("{pool}.submit({given})");
            return group.map_or(handle.clone(), |group| format!("{group}.add({handle})"));
        }
        if let Some(pool) = &py.pool {
            given.push_str(&format!(", pool={pool}"));
        }
        if spawn.daemon {
            given.push_str(", daemon=True");
        }
        match group {
            Some(group) => format!("{group}.spawn({given})"),
            None => format!("{}({given})", self.spawn(py)),
        }
    }

    fn join(&self, py: &Python, handle: &str, _kind: &Type) -> String {
        self.waits(py, &format!("{handle}.result"), "")
    }

    fn cancel(&self, _py: &Python, target: &str, _kind: &Type) -> String {
        format!("{target}.cancel()")
    }

    fn combine(&self, py: &Python, with: Combinator, children: Vec<Child>, timeout: Option<&str>) -> String {
        match with {
            Combinator::Gather => self.waits(py, py.needs("gather"), &self.spread(py, &children)),
            Combinator::Settle => self.waits(py, py.needs("settle"), &self.spread(py, &children)),
            Combinator::Race => self.waits(py, py.needs("race"), &self.spread(py, &children)),
            Combinator::AsCompleted => {
                let handles = self.listed(py, &children);
                let timeout = timeout.map(|timeout| format!(", timeout={timeout}")).unwrap_or_default();
                format!("{}({handles}{timeout})", py.needs("as_completed"))
            }
            Combinator::Shield => self.waits(py, &format!("{}.result", self.spread(py, &children)), ""),
            Combinator::WaitFor => {
                let seconds = timeout.unwrap_or("None");
                format!("{}({seconds}, {})", py.needs("wait_for"), self.here(children.first()))
            }
            Combinator::Offload => String::new(),
        }
    }

    fn offload(&self, py: &Python, pool: &str, child: Child) -> String {
        let (callee, arguments) = call(&child);
        self.waits(py, &format!("{pool}.submit({}).result", list(callee, arguments)), "")
    }

    fn method(&self, py: &Python, object: &str, kind: &Type, name: &str, arguments: &[String]) -> String {
        let given = arguments.join(", ");
        let waits = |name: &str| self.waits(py, &format!("{object}.{name}"), &given);
        match (name, kind) {
            ("send" | "recv", _) if py.own_channels => waits(name),
            ("try_send" | "try_recv" | "close", _) if py.own_channels => format!("{object}.{name}({given})"),
            ("send", _) => waits("put"),
            ("recv", _) => waits("get"),
            ("try_send", _) => format!("{}({object}, {given})", py.needs("try_send")),
            ("try_recv", _) => format!("{}({object})", py.needs("try_receive")),
            ("len", _) => format!("{object}.qsize()"),
            ("next", _) => format!("next({object}).result()"),
            ("wait" | "acquire", _) => waits(name),
            ("locked", Type::Object(ObjectKind::Lock)) => format!("{object}.locked()"),
            ("locked", _) => format!("({object}._value == 0)"),
            ("set", Type::Future(_)) if given.is_empty() => format!("{object}.set_result(None)"),
            ("set", Type::Future(_)) => format!("{object}.set_result({given})"),
            ("fail", _) => format!("{object}.set_exception({}({given}))", py.needs("failure")),
            _ => format!("{object}.{name}({given})"),
        }
    }

    fn current_task(&self, py: &Python) -> String {
        py.needs("Task");
        "current_task()".to_string()
    }

    fn id(&self, py: &Python) -> String {
        py.needs("Task");
        "current_task().number".to_string()
    }

    fn future(&self, py: &Python) -> String {
        format!("{}()", py.needs("Future"))
    }

    fn was_cancelled(&self, py: &Python, value: &str) -> String {
        py.needs("Task");
        format!("isinstance({value}, Cancelled)")
    }

    fn call_back(&self, py: &Python, when: When, child: Child) -> String {
        let (callee, arguments) = call(&child);
        match when {
            When::Soon | When::NextTick | When::Immediate => {
                format!("{}({}, daemon=True)", self.spawn(py), list(callee, arguments))
            }
            When::After(d) => format!("{}({d}, {})", py.needs("call_later"), list(callee, arguments)),
        }
    }

    fn for_await<'a>(&self, py: &mut Python<'_, 'a>, name: &'a Ident, over: &'a Expr, body: &'a Block) {
        let kind = py.kind(over);
        let over = py.expr(over, 0);
        let depth = py.locals.depth();
        let name = py.declare(name, false);
        if matches!(kind, Type::Results(_)) {
            let ended = py.names.take("ended");
            py.out.line(format!("for {ended} in {over}:"));
            py.body_after(body, |py| py.out.line(format!("{name} = {ended}.result()")));
            py.names.give_back(&ended);
        } else if py.own_channels {
            py.out.line(format!("for {name} in {over}:"));
            py.body(body);
        } else {
            // Nobody closes it.
            let take = self.waits(py, &format!("{over}.get"), "");
            py.out.line("while True:");
            py.body_after(body, |py| py.out.line(format!("{name} = {take}")));
        }
        py.forget(depth);
    }

    fn with(&self, _py: &Python, object: &str) -> String {
        format!("with {object}:")
    }

    fn group<'a>(&self, py: &mut Python<'_, 'a>, name: Option<&'a Ident>, body: &'a Block) {
        let class = py.needs("Group");
        py.group_block(name, body, |group| format!("with {class}() as {group}:"));
    }

    fn timeout<'a>(
        &self,
        py: &mut Python<'_, 'a>,
        limit: Limit<'a>,
        body: &'a Block,
        otherwise: Option<&'a Block>,
    ) {
        let depth = py.locals.depth();
        let timeout = py.needs("timeout");
        let (d, scope, own) = match limit {
            Limit::After(d) => (py.expr(d, 0), py.names.take("limit"), true),
            Limit::Scope(name) => (String::new(), py.declare(name, false), false),
        };
        py.out.line(format!("with {timeout}({d}) as {scope}:"));
        py.body(body);
        if let Some(otherwise) = otherwise {
            py.out.line(format!("if {scope}.expired:"));
            py.body(otherwise);
        }
        if own {
            py.names.give_back(&scope);
        }
        py.forget(depth);
    }

    fn select<'a>(&self, py: &mut Python<'_, 'a>, arms: &'a [SelectArm]) {
        py.needs("select");
        let waits: Vec<String> = arms.iter().map(|arm| waits(py, &arm.kind)).collect();
        let select = self.waits(py, "select", &waits.join(", "));
        py.arms(format!("match {select}:"), arms);
    }

    fn run(&self, py: &mut Python<'_, '_>, metrics: &[(String, String)]) {
        py.out.line("if __name__ == \"__main__\":");
        py.out.indent();
        if metrics.is_empty() {
            py.out.line("main()");
        } else {
            py.needs("everything");
            py.out.line("everything()");
        }
        for (name, values) in metrics {
            py.out.line(format!("{}(\"{name}\", {values})", py.needs("summary")));
        }
        py.out.dedent();
    }
}

/// What `select` is given for an arm.
fn waits<'a>(py: &mut Python<'_, 'a>, arm: &'a SelectArmKind) -> String {
    let value = match arm {
        SelectArmKind::After { duration } => return format!("after({})", py.expr(duration, 0)),
        SelectArmKind::Await { value, .. } => value,
    };
    let ExprKind::Method { object, name, arguments } = &value.kind else {
        return format!("joined({})", py.expr(value, 0));
    };
    let object = py.expr(object, 0);
    match (name.name.as_str(), arguments.first()) {
        ("recv", _) => format!("receive({object})"),
        ("send", Some(Argument::Value(value))) => format!("send({object}, {})", py.own(value)),
        _ => format!("happened({object})"),
    }
}
