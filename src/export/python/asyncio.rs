//! The words of asyncio: what each becomes is said in `docs/runtimes/asyncio.md`.

use crate::export::python::helpers::Helper;
use crate::export::python::module::{Python, Words};
use crate::export::python::words::{Child, Limit, When};
use crate::export::types::Type;
use crate::lang::ast::{
    Argument, Block, Expr, ExprKind, Ident, ObjectItem, ObjectKind, SelectArm, SelectArmKind, Spawn,
    StatementKind,
};
use crate::lang::program::Combinator;
use crate::lang::walk::{Node, walk};

pub struct Asyncio;

#[rustfmt::skip]
const HELPERS: &[Helper] = &[
    Helper { name: "show",         needs: &["asyncio"],                 text: include_str!("prelude/asyncio/show.py"),        harness: true },
    Helper { name: "spawn",        needs: &["asyncio"],                 text: include_str!("prelude/asyncio/tasks.py"),       harness: true },
    Helper { name: "spawn_daemon", needs: &["asyncio"],                 text: include_str!("prelude/asyncio/daemons.py"),     harness: true },
    Helper { name: "everything",   needs: &["asyncio", "spawn"],        text: include_str!("prelude/asyncio/everything.py"),  harness: true },
    Helper { name: "everywhere",   needs: &["asyncio", "spawn"],        text: include_str!("prelude/asyncio/everywhere.py"),  harness: true },
    Helper { name: "Loops",        needs: &["asyncio", "itertools", "threading", "ThreadPoolExecutor", "spawn"], text: include_str!("prelude/asyncio/loops.py"), harness: true },
    Helper { name: "task_number",  needs: &["asyncio"],                 text: include_str!("prelude/asyncio/task_number.py"), harness: true },
    Helper { name: "race",         needs: &["asyncio"],                 text: include_str!("prelude/asyncio/race.py"),        harness: false },
    Helper { name: "Group",        needs: &["asyncio"],                 text: include_str!("prelude/asyncio/group.py"),       harness: false },
    Helper { name: "expire",       needs: &["asyncio"],                 text: include_str!("prelude/asyncio/expire.py"),      harness: false },
    Helper { name: "Channel",      needs: &["asyncio", "Failure"],      text: include_str!("prelude/asyncio/channel.py"),     harness: false },
    Helper { name: "Rendezvous",   needs: &["asyncio", "Channel"],      text: include_str!("prelude/asyncio/rendezvous.py"),  harness: false },
    Helper { name: "try_send",     needs: &["asyncio"],                 text: include_str!("prelude/asyncio/try_send.py"),    harness: false },
    Helper { name: "try_receive",  needs: &["asyncio"],                 text: include_str!("prelude/asyncio/try_receive.py"), harness: false },
    Helper { name: "RwLock",       needs: &["asyncio", "collections"],  text: include_str!("prelude/asyncio/rwlock.py"),      harness: false },
    Helper { name: "select",       needs: &["asyncio"],                 text: include_str!("prelude/asyncio/select.py"),      harness: false },
    Helper { name: "Receive",      needs: &["asyncio"],                 text: include_str!("prelude/asyncio/arm_receive.py"), harness: false },
    Helper { name: "Send",         needs: &["asyncio"],                 text: include_str!("prelude/asyncio/arm_send.py"), harness: false },
    Helper { name: "Wait",         needs: &["asyncio"],                 text: include_str!("prelude/asyncio/arm_wait.py"), harness: false },
    Helper { name: "Join",         needs: &[],                 text: include_str!("prelude/asyncio/arm_join.py"), harness: false },
    Helper { name: "After",        needs: &["asyncio"],                 text: include_str!("prelude/asyncio/arm_after.py"), harness: false },
];

impl Asyncio {
    /// `*(wash(n) for n in …)`, or what stands in a list of its own.
    fn spread(children: &[Child], task: &str) -> String {
        let wrapped = |call: String| if task.is_empty() { call } else { format!("{task}({call})") };
        let each = children.iter().map(|child| match child {
            Child::Call { .. } => wrapped(child.call()),
            Child::Handle(handle) => handle.clone(),
            Child::Handles(handles) => format!("*{handles}"),
            Child::Each { each, .. } => {
                let call = wrapped(child.call());
                match call.contains("await ") {
                    true => format!("*[{call} {each}]"),
                    false => format!("*({call} {each})"),
                }
            }
        });
        each.collect::<Vec<_>>().join(", ")
    }

    /// The same as a list.
    fn listed(children: &[Child], task: &str) -> String {
        match children {
            [Child::Handles(handles)] => handles.clone(),
            [child @ Child::Each { each, .. }] => format!("[{task}({}) {each}]", child.call()),
            _ => format!("[{}]", Asyncio::spread(children, task)),
        }
    }
}

impl Words for Asyncio {
    fn is_async(&self) -> bool {
        true
    }

    fn cancelled(&self) -> Option<&'static str> {
        Some("asyncio.CancelledError")
    }

    fn helpers(&self) -> &'static [Helper] {
        HELPERS
    }

    fn object(&self, py: &Python, item: &ObjectItem, argument: Option<String>) -> String {
        py.needs("asyncio");
        let argument = argument.unwrap_or_default();
        match item.kind {
            ObjectKind::Resource | ObjectKind::Semaphore => format!("asyncio.Semaphore({argument})"),
            ObjectKind::Lock => "asyncio.Lock()".to_string(),
            ObjectKind::RwLock => format!("{}()", py.needs("RwLock")),
            ObjectKind::Channel if argument == "0" => format!("{}()", py.needs("Rendezvous")),
            ObjectKind::Channel if py.own_channels => format!("{}({argument})", py.needs("Channel")),
            ObjectKind::Channel => format!("asyncio.Queue({argument})"),
            ObjectKind::Event => "asyncio.Event()".to_string(),
            ObjectKind::Condition => format!("asyncio.Condition({argument})"),
            ObjectKind::Barrier => format!("asyncio.Barrier({argument})"),
            ObjectKind::Future => "asyncio.get_running_loop().create_future()".to_string(),
            ObjectKind::Workers if py.loops.contains(item.name.name.as_str()) => {
                format!("{}({argument})", py.needs("Loops"))
            }
            ObjectKind::Workers if item.processes => {
                format!("{}({argument})", py.needs("ProcessPoolExecutor"))
            }
            ObjectKind::Workers => format!("{}({argument})", py.needs("ThreadPoolExecutor")),
        }
    }

    fn is_late(&self, item: &ObjectItem) -> bool {
        item.kind == ObjectKind::Future
    }

    fn sleep(&self, py: &Python, d: &str) -> String {
        format!("{}.sleep({d})", py.needs("asyncio"))
    }

    fn pause(&self, py: &Python) -> String {
        format!("{}.sleep(0)", py.needs("asyncio"))
    }

    fn spawn(&self, py: &Python, spawn: &Spawn, call: Child, group: Option<&str>) -> String {
        let call = call.call();
        match (group, &py.pool) {
            (Some(group), _) => format!("{group}.create_task({call})"),
            (None, Some(pool)) if spawn.daemon => format!("{pool}.start({call})"),
            (None, Some(pool)) => format!("{pool}.spawn({call})"),
            (None, None) if spawn.daemon => format!("{}({call})", py.needs("spawn_daemon")),
            (None, None) => format!("{}({call})", py.needs("spawn")),
        }
    }

    fn join(&self, _py: &Python, handle: &str, _kind: &Type) -> String {
        format!("await {handle}")
    }

    fn cancel(&self, py: &Python, target: &str, kind: &Type) -> String {
        match kind {
            Type::Scope => format!("{}({target})", py.needs("expire")),
            _ => format!("{target}.cancel()"),
        }
    }

    fn combine(&self, py: &Python, with: Combinator, children: Vec<Child>, timeout: Option<&str>) -> String {
        let asyncio = py.needs("asyncio");
        match with {
            Combinator::Gather => format!("{asyncio}.gather({})", Asyncio::spread(&children, "")),
            Combinator::Settle if children.is_empty() => format!("{asyncio}.gather()"),
            Combinator::Settle => {
                format!("{asyncio}.gather({}, return_exceptions=True)", Asyncio::spread(&children, ""))
            }
            Combinator::Race => format!("{}({})", py.needs("race"), Asyncio::spread(&children, "")),
            Combinator::AsCompleted => {
                let tasks = Asyncio::listed(&children, "asyncio.create_task");
                let timeout = timeout.map(|timeout| format!(", timeout={timeout}")).unwrap_or_default();
                format!("{asyncio}.as_completed({tasks}{timeout})")
            }
            Combinator::Shield => format!("{asyncio}.shield({})", Asyncio::spread(&children, "")),
            Combinator::WaitFor => {
                format!(
                    "{asyncio}.wait_for({}, {})",
                    Asyncio::spread(&children, ""),
                    timeout.unwrap_or("None")
                )
            }
            Combinator::Offload => String::new(),
        }
    }

    fn offload(&self, py: &Python, pool: &str, call: Child) -> String {
        let asyncio = py.needs("asyncio");
        let mut given = vec![pool.to_string()];
        match call {
            Child::Call { callee, arguments } | Child::Each { callee, arguments, .. } => {
                given.push(callee);
                given.extend(arguments);
            }
            Child::Handle(text) | Child::Handles(text) => given.push(text),
        }
        format!("{asyncio}.get_running_loop().run_in_executor({})", given.join(", "))
    }

    fn method(&self, py: &Python, object: &str, kind: &Type, name: &str, arguments: &[String]) -> String {
        let first = arguments.first().map(String::as_str);
        let given = arguments.join(", ");
        match (name, kind) {
            ("send" | "recv" | "try_send" | "close", Type::Channel(_)) if py.own_channels => {
                format!("{object}.{name}({given})")
            }
            ("try_recv", Type::Channel(_)) if py.own_channels => format!("{object}.try_recv()"),
            ("send", _) => format!("{object}.put({given})"),
            ("recv", _) => format!("{object}.get()"),
            ("try_send", _) => format!("{}({object}, {given})", py.needs("try_send")),
            ("try_recv", _) => format!("{}({object})", py.needs("try_receive")),
            ("len", _) => format!("{object}.qsize()"),
            ("next", _) => format!("next({object})"),
            ("set", Type::Future(_)) => format!("{object}.set_result({})", first.unwrap_or("None")),
            ("fail", _) => match first {
                Some(why) if why.starts_with(['"', '\'']) || why.starts_with("f\"") => {
                    format!("{object}.set_exception({}({why}))", py.needs("Failure"))
                }
                _ => format!("{object}.set_exception({}({given}))", py.needs("failure")),
            },
            ("notify", _) => format!("{object}.notify({given})"),
            _ => format!("{object}.{name}({given})"),
        }
    }

    fn current_task(&self, py: &Python) -> String {
        format!("{}.current_task()", py.needs("asyncio"))
    }

    fn id(&self, py: &Python) -> String {
        format!("{}()", py.needs("task_number"))
    }

    fn future(&self, py: &Python) -> String {
        format!("{}.get_running_loop().create_future()", py.needs("asyncio"))
    }

    fn was_cancelled(&self, py: &Python, value: &str) -> String {
        format!("isinstance({value}, {}.CancelledError)", py.needs("asyncio"))
    }

    fn call_back(&self, py: &Python, when: When, call: Child) -> String {
        let running = format!("{}.get_running_loop()", py.needs("asyncio"));
        let mut given = match call {
            Child::Call { callee, arguments } | Child::Each { callee, arguments, .. } => {
                let mut given = vec![callee];
                given.extend(arguments);
                given
            }
            Child::Handle(text) | Child::Handles(text) => vec![text],
        };
        match when {
            When::Soon | When::NextTick | When::Immediate => {
                format!("{running}.call_soon({})", given.join(", "))
            }
            When::After(d) => {
                given.insert(0, d);
                format!("{running}.call_later({})", given.join(", "))
            }
        }
    }

    fn for_await<'a>(&self, py: &mut Python<'_, 'a>, name: &'a Ident, over: &'a Expr, body: &'a Block) {
        let kind = py.kind(over);
        let over = py.expr(over, 0);
        let depth = py.locals.depth();
        let name = py.declare(name, false);
        if matches!(kind, Type::Results(_)) {
            let next = py.names.take("ended");
            py.out.line(format!("for {next} in {over}:"));
            py.body_after(body, |py| py.out.line(format!("{name} = await {next}")));
            py.names.give_back(&next);
        } else if py.own_channels {
            py.out.line(format!("async for {name} in {over}:"));
            py.body(body);
        } else {
            // Nobody closes it.
            py.out.line("while True:");
            py.body_after(body, |py| py.out.line(format!("{name} = await {over}.get()")));
        }
        py.forget(depth);
    }

    fn with(&self, _py: &Python, object: &str) -> String {
        format!("async with {object}:")
    }

    fn group<'a>(&self, py: &mut Python<'_, 'a>, name: Option<&'a Ident>, body: &'a Block) {
        let class = match name {
            Some(_) if py.cancels_groups => py.needs("Group").to_string(),
            _ => format!("{}.TaskGroup", py.needs("asyncio")),
        };
        py.group_block(name, body, |group| format!("async with {class}() as {group}:"));
    }

    fn timeout<'a>(
        &self,
        py: &mut Python<'_, 'a>,
        limit: Limit<'a>,
        body: &'a Block,
        otherwise: Option<&'a Block>,
    ) {
        let asyncio = py.needs("asyncio");
        let depth = py.locals.depth();
        let (d, scope) = match limit {
            // Only a deadline that may pass inside has to be told from this one.
            Limit::After(d) => (py.expr(d, 0), others(py, body).then(|| py.names.take("deadline"))),
            Limit::Scope(name) => ("None".to_string(), Some(py.declare(name, false))),
        };
        let named = scope.as_ref().map(|scope| format!(" as {scope}")).unwrap_or_default();
        py.out.line("try:");
        py.out.indent();
        py.nesting += 1;
        py.out.line(format!("async with {asyncio}.timeout({d}){named}:"));
        py.body(body);
        py.nesting -= 1;
        py.out.dedent();
        py.out.line("except TimeoutError:");
        py.handled_by(None, |py| {
            if let Some(scope) = &scope {
                py.out.indent();
                py.out.line(format!("if not {scope}.expired():"));
                py.out.indent();
                py.out.line("raise");
                py.out.dedent();
                py.out.dedent();
            }
            match otherwise {
                Some(otherwise) => py.body(otherwise),
                None if scope.is_none() => {
                    py.out.indent();
                    py.out.line("pass");
                    py.out.dedent();
                }
                None => {}
            }
        });
        if let (Limit::After(_), Some(scope)) = (limit, &scope) {
            py.names.give_back(scope);
        }
        py.forget(depth);
    }

    fn select<'a>(&self, py: &mut Python<'_, 'a>, arms: &'a [SelectArm]) {
        py.needs("select");
        let waits: Vec<String> = arms.iter().map(|arm| waits(py, &arm.kind)).collect();
        let header = format!("match await select({}):", waits.join(", "));
        if header.len() > 96 {
            let lines: Vec<String> = waits.iter().map(|wait| format!("    {wait},")).collect();
            py.arms(format!("match await select(\n{}\n):", lines.join("\n")), arms);
        } else {
            py.arms(header, arms);
        }
    }

    fn run(&self, py: &mut Python<'_, '_>, metrics: &[(String, String)]) {
        let spawns = py.used().contains("spawn");
        py.out.line("if __name__ == \"__main__\":");
        py.out.indent();
        if py.is_virtual() {
            py.needs("run");
            py.out.line("run(main)");
        } else if spawns {
            py.needs("asyncio");
            py.needs(if py.loops.is_empty() { "everything" } else { "everywhere" });
            py.out.line("asyncio.run(everything())");
        } else {
            py.needs("asyncio");
            py.out.line("asyncio.run(main())");
        }
        if !py.is_virtual() {
            for (name, values) in metrics {
                py.out.line(format!("{}(\"{name}\", {values})", py.needs("summary")));
            }
        }
        py.out.dedent();
    }
}

/// What `select` is given for an arm.
fn waits<'a>(py: &mut Python<'_, 'a>, arm: &'a SelectArmKind) -> String {
    let value = match arm {
        SelectArmKind::After { duration } => {
            return format!("{}({})", py.needs("After"), py.expr(duration, 0));
        }
        SelectArmKind::Await { value, .. } => value,
    };
    let ExprKind::Method { object, name, arguments } = &value.kind else {
        return format!("{}({})", py.needs("Join"), py.expr(value, 0));
    };
    let object = py.expr(object, 0);
    match (name.name.as_str(), arguments.first()) {
        ("recv", _) => format!("{}({object})", py.needs("Receive")),
        ("send", Some(Argument::Value(value))) => {
            format!("{}({object}, {})", py.needs("Send"), py.own(value))
        }
        _ => format!("{}({object})", py.needs("Wait")),
    }
}

/// Can a `TimeoutError` come out of the block that is not its own?
fn others(py: &Python, body: &Block) -> bool {
    let mut found = false;
    walk(body, &mut |node| {
        found |= match node {
            Node::Statement(statement) => {
                // A select raises what the task it waited for failed with.
                matches!(
                    statement.kind,
                    StatementKind::Fail { .. }
                        | StatementKind::For { waits: true, .. }
                        | StatementKind::Select { .. }
                )
            }
            Node::Expr(expr) => match &expr.kind {
                ExprKind::Await(inner) => match &inner.kind {
                    ExprKind::Call { callee, .. } => match py.scenario.facts.task(&callee.name) {
                        Some(task) => task.fails,
                        None => !matches!(callee.name.as_str(), "sleep" | "io" | "settle"),
                    },
                    ExprKind::Method { name, .. } => name.name == "next",
                    ExprKind::Yield => false,
                    _handle => true,
                },
                _other => false,
            },
        };
    });
    found
}
