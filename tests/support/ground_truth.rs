//! Says the random programs of the ground truth (JSON) in the scenario language.
//!
//! Every spawned task is a `daemon`, because `asyncio.run` cancels what is left when `main`
//! ends; children of `gather`, `as_completed` and `shield` are spawned first and handed over
//! as handles, as the interpreter that made the traces does. Only `wait_for` needs to look
//! at a failure to tell a timeout: every step that can raise one catches it, so none ever
//! travels into a step around it.
//!
//! For trio the whole of `main` is in one group, `root`, which what it spawns goes into and which is
//! cancelled or waited for at the end; a failure of a spawned task ends there, and the end of a task is
//! a future, which can be awaited whether or not the task was cancelled.

use std::collections::BTreeSet;

use serde_json::Value;

#[path = "ground_truth_tokio.rs"]
mod tokio;

/// The step or option for which the language has no word.
#[derive(Debug, Clone, PartialEq)]
pub struct Untranslatable(pub String);

type Translated<T> = Result<T, Untranslatable>;

/// Whose reading of the steps is to be said: the interpreters of the runtimes differ a little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Asyncio,
    Trio,
    Js,
    Go,
    Tokio,
}

/// The whole program, its lines indented.
pub fn translate(program: &Value, flavour: Flavour) -> Translated<String> {
    let mut translator = Translator::new(flavour);
    let mut main = match flavour {
        Flavour::Trio => translator.rooted(program)?,
        Flavour::Asyncio | Flavour::Js | Flavour::Go | Flavour::Tokio => {
            translator.wrapped(steps(program, "main"), false)?
        }
    };
    if flavour == Flavour::Js {
        // There a failure of `main` that nobody handles ends the run; the recorded programs handle it.
        let again = main.iter_mut().rfind(|line| *line == "fail e");
        again.expect("it is in the wrapper").replace_range(.., "return");
    }

    let mut lines = declarations(&program["objects"], flavour);
    lines.extend(translator.conditions.iter().map(|name| format!("shared w_{name} = []")));
    if flavour == Flavour::Tokio {
        lines.push("shared over = false".into());
    }
    let threads = if flavour == Flavour::Trio { 40 } else { 4 };
    if translator.uses_threads {
        lines.push(format!("workers pool({})", program["workers"].as_u64().unwrap_or(threads)));
    }
    lines.extend(translator.handles.iter().map(|name| format!("shared h_{name} = none")));
    if flavour == Flavour::Trio {
        lines.push("shared root = none".into());
        lines.extend(translator.handles.iter().map(|name| format!("shared end_{name} = none")));
    }
    lines.extend(translator.scopes.iter().map(|name| format!("shared s_{name} = none")));
    lines.extend(translator.counters.iter().map(|name| format!("shared k_{name} = 0")));
    if translator.uses_threads {
        lines.extend(["task job(d) {".into(), "work d".into(), "}".into()]);
    }
    if translator.uses_names {
        lines.extend(NAMES.lines().map(String::from));
    }
    lines.append(&mut translator.tasks);
    lines.push("main {".into());
    lines.push("let me = \"main\"".into());
    lines.extend(main);
    lines.push("}".into());
    Ok(indented(&lines))
}

/// How `settle` ended, child by child.
const NAMES: &str = r#"task names(results) {
let text = ""
for r in results {
let name = "ok"
if cancelled(r) { name = "cancel" }
if failed(r) { name = str(r) }
if text != "" { text = text + "," }
text = text + name
}
return text
}"#;

struct Translator {
    flavour: Flavour,
    /// The lines of the task declarations.
    tasks: Vec<String>,
    /// Names of spawned tasks, whose latest handle every task can see.
    handles: BTreeSet<String>,
    /// Names of scopes, whose latest every task can see.
    scopes: BTreeSet<String>,
    /// Sites that run more than once and count how often.
    counters: BTreeSet<String>,
    /// Conditions said as a list of futures.
    conditions: BTreeSet<String>,
    uses_threads: bool,
    uses_names: bool,
}

impl Translator {
    fn new(flavour: Flavour) -> Translator {
        Translator {
            flavour,
            tasks: Vec::new(),
            handles: BTreeSet::new(),
            scopes: BTreeSet::new(),
            counters: BTreeSet::new(),
            conditions: BTreeSet::new(),
            uses_threads: false,
            uses_names: false,
        }
    }

    /// Where a run ends with `main`, nobody waits for what it spawned; under Node they all go on.
    fn daemon(&self) -> &'static str {
        match self.flavour {
            Flavour::Js => "",
            Flavour::Asyncio | Flavour::Trio | Flavour::Go | Flavour::Tokio => " daemon",
        }
    }

    /// The body of a task that logs how it began and ended.
    fn wrapped(&mut self, body: &[Value], repeated: bool) -> Translated<Vec<String>> {
        if self.flavour == Flavour::Tokio {
            return self.tokio_wrapped(body, repeated);
        }
        let mut lines = vec![log("start"), "try {".into()];
        lines.extend(self.block(body, repeated)?);
        lines.extend(["} catch cancelled {".into(), log("cancelled"), "fail cancelled".into()]);
        lines.extend(["} catch e {".into(), log("err:{e}"), "fail e".into(), "}".into(), log("end")]);
        Ok(lines)
    }

    /// The same under trio where a failure goes no further.
    fn swallowed(&mut self, body: &[Value], repeated: bool) -> Translated<Vec<String>> {
        let mut lines = vec![log("start"), "try {".into()];
        lines.extend(self.block(body, repeated)?);
        lines.push(log("end"));
        lines.extend(["} catch cancelled {".into(), log("cancelled"), "fail cancelled".into()]);
        lines.extend(["} catch e {".into(), log("err:{e}")]);
        Ok(lines)
    }

    /// `main` under trio.
    fn rooted(&mut self, program: &Value) -> Translated<Vec<String>> {
        let mut lines = vec!["group nursery {".into(), "root = nursery".into()];
        lines.extend(self.swallowed(steps(program, "main"), false)?);
        lines.push("}".into());
        if program["at_end"] == "cancel" {
            lines.push("cancel root".into());
        }
        lines.push("}".into());
        Ok(lines)
    }

    /// A task spawned into trio's root, and the future of its end.
    fn spawned(&mut self, name: &str, step: &Value, repeated: bool, out: &mut Vec<String>) -> Translated<()> {
        self.tasks.push(format!("task {name}(me, end) {{"));
        let at = self.tasks.len();
        let mut body = self.swallowed(steps(step, "body"), repeated)?;
        body.extend(["} finally {".into(), "end.set()".into(), "}".into(), "}".into()]);
        let inner = self.tasks.split_off(at);
        self.tasks.extend(body);
        self.tasks.extend(inner);
        self.handles.insert(name.into());
        let instance = self.instance(name, repeated, out);
        out.push(format!("end_{name} = future()"));
        out.push(format!("h_{name} = spawn {name}(\"{instance}\", end_{name}) in root"));
        Ok(())
    }

    /// Steps of trio's own.
    fn of_trio(&mut self, op: &str, step: &Value, repeated: bool, out: &mut Vec<String>) -> Translated<bool> {
        let id = int(step, "id");
        match op {
            "spawn" => {
                self.spawned(text(step, "as"), step, repeated, out)?;
                out.push(log(id));
            }
            "join" => {
                let name = text(step, "task");
                self.handles.insert(name.into());
                out.extend(join(name, &format!("end_{name}"), id));
            }
            "cancel" => {
                let name = text(step, "task");
                self.handles.insert(name.into());
                out.extend([format!("if h_{name} == none {{"), log(format!("{id}=none")), "} else {".into()]);
                out.extend([format!("cancel h_{name}"), log(id), "}".into()]);
            }
            "shield" => {
                let body = self.block(steps(step, "body"), repeated)?;
                self.declare(&format!("s{id}"), body);
                out.extend([format!("await shield(s{id}(me))"), log(id)]);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn block(&mut self, steps: &[Value], repeated: bool) -> Translated<Vec<String>> {
        let mut lines = Vec::new();
        for step in steps {
            self.step(step, repeated, &mut lines)?;
        }
        Ok(lines)
    }

    /// Declares a task for what a step starts or calls.
    fn declare(&mut self, name: &str, body: Vec<String>) {
        self.declare_with(name, "me", body);
    }

    fn declare_with(&mut self, name: &str, params: &str, body: Vec<String>) {
        self.tasks.push(format!("task {name}({params}) {{"));
        self.tasks.extend(body);
        self.tasks.push("}".into());
    }

    fn step(&mut self, step: &Value, repeated: bool, out: &mut Vec<String>) -> Translated<()> {
        let (op, id) = (text(step, "op"), int(step, "id"));
        if self.flavour == Flavour::Js && matches!(op, "cond_wait" | "notify") {
            self.conditions.insert(text(step, "obj").into());
            out.extend(inline_condition(op, id, step));
            return Ok(());
        }
        if let Some(lines) = plain(op, id, step) {
            out.extend(lines);
            return Ok(());
        }
        if self.flavour == Flavour::Trio && self.of_trio(op, step, repeated, out)? {
            return Ok(());
        }
        if self.flavour == Flavour::Tokio && self.tokio_step(step, repeated, out)? {
            return Ok(());
        }
        match op {
            "thread" => {
                self.uses_threads = true;
                out.extend([format!("await offload(pool, job({}ms))", int(step, "d")), log(id)]);
            }
            "join" | "cancel" => {
                let name = text(step, "task");
                self.handles.insert(name.into());
                out.extend(if op == "join" {
                    join(name, &format!("h_{name}"), id)
                } else {
                    cancel(name, id)
                });
            }
            "spawn" => {
                let name = text(step, "as");
                let body = self.wrapped(steps(step, "body"), repeated)?;
                self.declare(name, body);
                self.handles.insert(name.into());
                let instance = self.instance(name, repeated, out);
                out.extend([format!("h_{name} = spawn {name}(\"{instance}\"){}", self.daemon()), log(id)]);
            }
            "gather" | "as_completed" | "shield" => self.combinator(op, id, step, repeated, out)?,
            "group" if self.flavour == Flavour::Go => self.wait_group(id, step, repeated, out)?,
            "group" => self.group(id, step, repeated, out)?,
            "lock" | "sem" | "limiter" => {
                out.extend([format!("with {} {{", text(step, "obj")), log(format!("{id}+"))]);
                out.extend(self.block(steps(step, "body"), repeated)?);
                out.extend(["}".into(), log(format!("{id}-"))]);
            }
            "repeat" => {
                out.push(format!("for i{id} in 0..{} {{", int(step, "n")));
                out.extend(self.block(steps(step, "body"), true)?);
                out.push("}".into());
            }
            "timeout" => {
                out.push(format!("timeout {}ms {{", int(step, "d")));
                out.extend(self.block(steps(step, "body"), repeated)?);
                out.extend([log(id), "} else {".into(), log(format!("{id}=timeout")), "}".into()]);
            }
            "scope" => {
                let name = text(step, "as");
                self.scopes.insert(name.into());
                out.extend([format!("scope {name} {{"), format!("s_{name} = {name}"), log(format!("{id}+"))]);
                out.extend(self.block(steps(step, "body"), repeated)?);
                out.extend([log(format!("{id}-")), "} else {".into(), log(format!("{id}-c")), "}".into()]);
            }
            "cancel_scope" => {
                let name = text(step, "scope");
                self.scopes.insert(name.into());
                out.extend([format!("if s_{name} == none {{"), log(format!("{id}=none")), "} else {".into()]);
                out.extend([format!("cancel s_{name}"), log(id), "}".into()]);
            }
            "call" => {
                let body = self.block(steps(step, "body"), repeated)?;
                self.declare(&format!("c{id}"), body);
                out.extend([format!("await c{id}(me)"), log(id)]);
            }
            "wait_for" => {
                let body = self.block(steps(step, "body"), repeated)?;
                self.declare(&format!("w{id}"), body);
                out.extend([
                    "try {".into(),
                    format!("await wait_for(w{id}(me), {}ms)", int(step, "d")),
                    log(id),
                ]);
                out.extend(["} catch e {".into(), "if str(e) != \"timeout\" { fail e }".into()]);
                out.extend([log(format!("{id}=timeout")), "}".into()]);
            }
            "call_soon" | "call_later" => {
                self.callback(id, &step["do"])?;
                let when = step["d"].as_u64().map(|d| format!(", {d}ms")).unwrap_or_default();
                out.extend([format!("{op}(cb{id}(\"cb\"){when})"), log(id)]);
            }
            "try" => self.protected(id, step, repeated, out)?,
            unknown => return Err(Untranslatable(unknown.into())),
        }
        Ok(())
    }

    /// Declares the one step that a callback does.
    fn callback(&mut self, id: u64, step: &Value) -> Translated<()> {
        let mut body = Vec::new();
        self.step(step, false, &mut body)?;
        self.declare(&format!("cb{id}"), body);
        Ok(())
    }

    /// The name of this execution of a site: `t3`, then `t3#2`. May need lines before the use.
    fn instance(&mut self, site: &str, repeated: bool, out: &mut Vec<String>) -> String {
        if !repeated {
            return site.into();
        }
        self.counters.insert(site.into());
        out.push(format!("k_{site} = k_{site} + 1"));
        out.push(format!("let name_{site} = \"{site}\""));
        out.push(format!("if k_{site} > 1 {{ name_{site} = \"{site}#{{k_{site}}}\" }}"));
        format!("{{name_{site}}}")
    }

    /// Declares the children of a step and gives their calls, `n12_0("n12.0")`.
    fn children(
        &mut self,
        base: &str,
        bodies: &[&[Value]],
        repeated: bool,
        out: &mut Vec<String>,
    ) -> Translated<Vec<String>> {
        for (i, body) in bodies.iter().enumerate() {
            let body = self.wrapped(body, repeated)?;
            self.declare(&format!("{base}_{i}"), body);
        }
        let instance = self.instance(base, repeated, out);
        Ok((0..bodies.len()).map(|i| format!("{base}_{i}(\"{instance}.{i}\")")).collect())
    }

    fn combinator(
        &mut self,
        op: &str,
        id: u64,
        step: &Value,
        repeated: bool,
        out: &mut Vec<String>,
    ) -> Translated<()> {
        if op == "shield" {
            let name = format!("s{id}");
            let body = self.wrapped(steps(step, "body"), repeated)?;
            self.declare(&name, body);
            let instance = self.instance(&name, repeated, out);
            out.push(format!("let child_{name} = spawn {name}(\"{instance}\"){}", self.daemon()));
            out.extend([format!("await shield(child_{name})"), log(id)]);
            return Ok(());
        }
        let base = format!("{}{id}", if op == "gather" { "g" } else { "a" });
        let calls = self.children(&base, &children(step), repeated, out)?;
        let handles: Vec<String> = (0..calls.len()).map(|i| format!("child_{base}_{i}")).collect();
        for (handle, call) in handles.iter().zip(&calls) {
            out.push(format!("let {handle} = spawn {call}{}", self.daemon()));
        }
        let handles = handles.join(", ");
        if op == "gather" && step["ret"] == true {
            self.uses_names = true;
            out.push(format!("let results_{base} = await settle({handles})"));
            out.push(format!("let names_{base} = await names(results_{base})"));
            out.push(log(format!("{id}={{names_{base}}}")));
        } else if op == "gather" {
            out.extend([format!("await gather({handles})"), log(id)]);
        } else {
            let timeout = step["timeout"].as_u64().map(|d| format!(", timeout: {d}ms")).unwrap_or_default();
            out.push(format!("let results_{base} = as_completed({handles}{timeout})"));
            out.push(format!("for k in 0..{} {{", calls.len()));
            out.extend([
                "try {".into(),
                format!("await results_{base}.next()"),
                log(format!("{id}.{{k}}=ok")),
            ]);
            out.extend([
                "} catch e {".into(),
                log(format!("{id}.{{k}}={{e}}")),
                "}".into(),
                "}".into(),
                log(id),
            ]);
        }
        Ok(())
    }

    /// Go's interpreter had a `WaitGroup` and no context: failures of children are kept, the first
    /// is raised when all have ended, and nobody is cancelled.
    fn wait_group(&mut self, id: u64, step: &Value, repeated: bool, out: &mut Vec<String>) -> Translated<()> {
        let base = format!("n{id}");
        for (i, body) in children(step).iter().enumerate() {
            let mut lines = vec!["try {".into()];
            lines.extend(self.wrapped(body, repeated)?);
            lines.extend(["} catch e {".into(), "if not first.done() { first.fail(e) }".into(), "}".into()]);
            self.declare_with(&format!("{base}_{i}"), "me, first", lines);
        }
        let instance = self.instance(&base, repeated, out);
        out.extend([format!("let first_{base} = future()"), format!("let error_{base} = none")]);
        out.push("group {".into());
        for i in 0..children(step).len() {
            out.push(format!("spawn {base}_{i}(\"{instance}.{i}\", first_{base})"));
        }
        out.extend([log(format!("{id}+")), "try {".into()]);
        let body = self.block(steps(step, "body"), repeated)?;
        if spawns(steps(step, "body")) {
            self.declare(&format!("b{id}"), body);
            out.push(format!("await b{id}(me)"));
        } else {
            out.extend(body);
        }
        out.extend(["} catch e {".into(), format!("error_{base} = e"), "}".into(), "}".into()]);
        out.push(format!("if error_{base} != none {{ fail error_{base} }}"));
        out.push(format!("if first_{base}.done() {{ await first_{base} }}"));
        out.push(log(format!("{id}-")));
        Ok(())
    }

    /// A body that spawns is called as a task, so that what it spawns is not in the group.
    fn group(&mut self, id: u64, step: &Value, repeated: bool, out: &mut Vec<String>) -> Translated<()> {
        let calls = self.children(&format!("n{id}"), &children(step), repeated, out)?;
        if self.flavour == Flavour::Js {
            // `Promise.all` behind the body, not structured concurrency.
            let handles: Vec<String> = (0..calls.len()).map(|i| format!("child_{id}_{i}")).collect();
            out.extend(
                handles.iter().zip(&calls).map(|(handle, call)| format!("let {handle} = spawn {call}")),
            );
            out.push(log(format!("{id}+")));
            out.extend(self.block(steps(step, "body"), repeated)?);
            out.extend([format!("await gather({})", handles.join(", ")), log(format!("{id}-"))]);
            return Ok(());
        }
        out.push("group {".into());
        out.extend(calls.iter().map(|call| format!("spawn {call}")));
        out.push(log(format!("{id}+")));
        let body = self.block(steps(step, "body"), repeated)?;
        if spawns(steps(step, "body")) {
            self.declare(&format!("b{id}"), body);
            out.push(format!("await b{id}(me)"));
        } else {
            out.extend(body);
        }
        out.extend(["}".into(), log(format!("{id}-"))]);
        Ok(())
    }

    fn protected(&mut self, id: u64, step: &Value, repeated: bool, out: &mut Vec<String>) -> Translated<()> {
        let catch = text(step, "catch");
        let (failures, cancellations) = (matches!(catch, "error" | "any"), matches!(catch, "cancel" | "any"));
        if cancellations && step["uncancel"] == true {
            return Err(Untranslatable("uncancel".into()));
        }
        let handler = self.block(steps(step, "handler"), repeated)?;
        let finally = self.block(steps(step, "finally"), repeated)?;
        let guarded = failures || cancellations || !finally.is_empty();
        if guarded {
            out.push("try {".into());
        }
        out.extend(self.block(steps(step, "body"), repeated)?);
        if cancellations {
            out.extend(["} catch cancelled {".into(), log(format!("{id}!cancel"))]);
            out.extend(handler.iter().cloned());
        }
        if failures {
            out.extend(["} catch e {".into(), log(format!("{id}!{{e}}"))]);
            out.extend(handler);
        }
        if !finally.is_empty() {
            out.push("} finally {".into());
            out.extend(finally);
        }
        if guarded {
            out.push("}".into());
        }
        out.push(log(id));
        Ok(())
    }
}

/// A condition without a function of its own: a list of futures beside its lock. The recorded
/// JavaScript awaits in place, where the library's condition is an async function and costs a tick.
fn inline_condition(op: &str, id: u64, step: &Value) -> Vec<String> {
    let object = text(step, "obj");
    let mut lines = vec![format!("with {object}_lock {{")];
    if op == "cond_wait" {
        lines.extend([
            log(format!("{id}+")),
            format!("let f{id} = future()"),
            format!("w_{object} = w_{object} + [f{id}]"),
            format!("{object}_lock.release()"),
            format!("await f{id}"),
            format!("await {object}_lock.acquire()"),
            log(id),
            "}".into(),
            log(format!("{id}-")),
        ]);
        return lines;
    }
    let more = match int(step, "n") {
        0 => "true".into(),
        n => format!("n{id} < {n}"),
    };
    lines.extend([
        format!("let n{id} = 0"),
        format!("let rest{id} = []"),
        format!("for f in w_{object} {{"),
        format!("if {more} {{ f.set(); n{id} = n{id} + 1 }} else {{ rest{id} = rest{id} + [f] }}"),
        "}".into(),
        format!("w_{object} = rest{id}"),
        log(id),
        "}".into(),
    ]);
    lines
}

/// Steps that neither contain steps nor name tasks.
fn plain(op: &str, id: u64, step: &Value) -> Option<Vec<String>> {
    let object = step["obj"].as_str().unwrap_or_default();
    let then_log = |statement: String| vec![statement, log(id)];
    Some(match op {
        "log" => vec![log(id)],
        "work" => then_log(format!("work {}ms", int(step, "d"))),
        "sleep" => then_log(format!("await sleep({}ms)", int(step, "d"))),
        "yield" => then_log("await yield".into()),
        "raise" => vec![format!("fail \"{}\"", text(step, "e"))],
        "sem_acquire" => then_log(format!("await {object}.acquire()")),
        "sem_release" => then_log(format!("{object}.release()")),
        "put" => then_log(format!("await {object}.send({})", int(step, "v"))),
        "get" => vec![format!("let v{id} = await {object}.recv()"), log(format!("{id}={{v{id}}}"))],
        "put_nowait" => {
            let sent = format!("{object}.try_send({})", int(step, "v"));
            vec![format!("if {sent} {{ {} }} else {{ {} }}", log(id), log(format!("{id}=full")))]
        }
        "get_nowait" => {
            let (got, empty) = (log(format!("{id}={{v{id}}}")), log(format!("{id}=empty")));
            vec![
                format!("let v{id} = {object}.try_recv()"),
                format!("if v{id} == none {{ {empty} }} else {{ {got} }}"),
            ]
        }
        "wait_event" => then_log(format!("await {object}.wait()")),
        "set" => then_log(format!("{object}.set()")),
        "clear" => then_log(format!("{object}.clear()")),
        "cond_wait" => vec![
            format!("with {object}_lock {{"),
            log(format!("{id}+")),
            format!("await {object}.wait()"),
            log(id),
            "}".into(),
            log(format!("{id}-")),
        ],
        "notify" => {
            let call = match int(step, "n") {
                0 => "notify_all()".into(),
                n => format!("notify({n})"),
            };
            vec![format!("with {object}_lock {{"), format!("{object}.{call}"), log(id), "}".into()]
        }
        "barrier" => vec![format!("let v{id} = await {object}.wait()"), log(format!("{id}={{v{id}}}"))],
        "fut_wait" => then_log(format!("await {object}")),
        "fut_set" => vec![
            format!("if {object}.done() {{"),
            log(format!("{id}=0")),
            "} else {".into(),
            format!("{object}.set()"),
            log(format!("{id}=1")),
            "}".into(),
        ],
        _ => return None,
    })
}

/// `awaited` is what tells that the task has ended.
fn join(name: &str, awaited: &str, id: u64) -> Vec<String> {
    vec![
        format!("if h_{name} == none {{"),
        log(format!("{id}=none")),
        format!("}} else if h_{name} == current_task() {{"),
        log(format!("{id}=self")),
        "} else {".into(),
        format!("await {awaited}"),
        log(id),
        "}".into(),
    ]
}

fn cancel(name: &str, id: u64) -> Vec<String> {
    vec![
        format!("if h_{name} == none {{"),
        log(format!("{id}=none")),
        format!("}} else if cancel h_{name} {{"),
        log(format!("{id}=1")),
        "} else {".into(),
        log(format!("{id}=0")),
        "}".into(),
    ]
}

fn declarations(objects: &Value, flavour: Flavour) -> Vec<String> {
    let mut lines = Vec::new();
    let names = |kind: &str| -> Vec<&str> {
        objects[kind].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let sized = |kind: &str| -> Vec<(&String, u64)> {
        let entries = objects[kind].as_object().into_iter().flatten();
        entries.map(|(name, size)| (name, size.as_u64().unwrap_or_default())).collect()
    };
    lines.extend(names("locks").iter().map(|name| format!("lock {name}")));
    lines.extend(sized("sems").iter().map(|(name, permits)| format!("semaphore {name}({permits})")));
    lines.extend(sized("limiters").iter().map(|(name, tokens)| format!("resource {name}({tokens})")));
    lines.extend(sized("queues").iter().map(|(name, size)| match size {
        0 if flavour == Flavour::Trio => format!("channel {name}(0)"),
        // The interpreter's idea of unbounded.
        0 if flavour == Flavour::Tokio => format!("channel {name}(65536)"),
        0 => format!("channel {name}(unbounded)"),
        size => format!("channel {name}({size})"),
    }));
    lines.extend(names("events").iter().map(|name| format!("event {name}")));
    for name in names("conds") {
        lines.extend([format!("lock {name}_lock"), format!("condition {name}({name}_lock)")]);
    }
    lines.extend(sized("barriers").iter().map(|(name, parties)| format!("barrier {name}({parties})")));
    lines.extend(names("futs").iter().map(|name| format!("future {name}")));
    lines
}

/// Do these steps start a task themselves, outside of what they call?
fn spawns(body: &[Value]) -> bool {
    body.iter().any(|step| match text(step, "op") {
        "spawn" | "gather" | "as_completed" | "shield" => true,
        "lock" | "sem" | "limiter" | "timeout" | "scope" | "repeat" => spawns(steps(step, "body")),
        "try" => ["body", "handler", "finally"].iter().any(|part| spawns(steps(step, part))),
        _ => false,
    })
}

fn log(event: impl std::fmt::Display) -> String {
    format!("log \"{{me}} {event}\"")
}

fn steps<'a>(step: &'a Value, part: &str) -> &'a [Value] {
    step[part].as_array().map_or(&[], Vec::as_slice)
}

fn children(step: &Value) -> Vec<&[Value]> {
    steps(step, "children").iter().map(|body| body.as_array().map_or(&[][..], Vec::as_slice)).collect()
}

fn text<'a>(step: &'a Value, field: &str) -> &'a str {
    step[field].as_str().unwrap_or_else(|| panic!("a step without {field}: {step}"))
}

fn int(step: &Value, field: &str) -> u64 {
    step[field].as_u64().unwrap_or_else(|| panic!("a step without {field}: {step}"))
}

/// Four spaces a brace, the braces being where this file puts them: at the ends of lines.
fn indented(lines: &[String]) -> String {
    let mut depth = 0;
    let mut text = String::new();
    for line in lines {
        depth -= usize::from(line.starts_with('}'));
        text.push_str(&"    ".repeat(depth));
        text.push_str(line);
        text.push('\n');
        depth += usize::from(line.ends_with('{'));
    }
    text
}
