//! What tokio's interpreter says differently: no step sees a cancellation, and groups are joins.
//!
//! A future that is dropped logs `cancelled` from a guard, unless the run is over, and runs nothing
//! else; joining an aborted task is a failure. Children of a group are spawned and joined in order.

use serde_json::Value;

use crate::support::ground_truth::{Translated, Translator, children, int, log, steps, text};

impl Translator {
    pub fn tokio_wrapped(&mut self, body: &[Value], repeated: bool) -> Translated<Vec<String>> {
        let mut lines = vec![log("start"), "try {".into()];
        lines.extend(self.block(body, repeated)?);
        lines.extend(["} catch cancelled {".into(), "if not over {".into(), log("cancelled"), "}".into()]);
        lines.extend(["fail cancelled".into(), "} catch e {".into(), log("err:{e}")]);
        let end = "if me == \"main\" { over = true }".to_string();
        lines.extend([end.clone(), "fail e".into(), "}".into(), log("end"), end]);
        Ok(lines)
    }

    /// A step that is said in another way; false if it is not.
    pub fn tokio_step(&mut self, step: &Value, repeated: bool, out: &mut Vec<String>) -> Translated<bool> {
        let id = int(step, "id");
        match text(step, "op") {
            "join" => {
                let name = text(step, "task");
                self.handles.insert(name.into());
                out.extend([format!("if h_{name} == none {{"), log(format!("{id}=none"))]);
                out.extend([format!("}} else if h_{name} == current_task() {{"), log(format!("{id}=self"))]);
                out.push("} else {".into());
                out.extend(join(&format!("h_{name}"), &format!("j{id}")));
                out.extend([raise(&format!("j{id}[0]")), log(id), "}".into()]);
            }
            "group" => self.tokio_group(id, step, repeated, out)?,
            "timeout" | "wait_for" => {
                out.push(format!("timeout {}ms {{", int(step, "d")));
                out.extend(self.block(steps(step, "body"), repeated)?);
                out.extend([log(id), "} else {".into(), log(format!("{id}=timeout")), "}".into()]);
            }
            "try" => self.tokio_try(id, step, repeated, out)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn tokio_group(
        &mut self,
        id: u64,
        step: &Value,
        repeated: bool,
        out: &mut Vec<String>,
    ) -> Translated<()> {
        let calls = self.children(&format!("n{id}"), &children(step), repeated, out)?;
        for (i, call) in calls.iter().enumerate() {
            out.push(format!("let n{id}_{i} = spawn {call} daemon"));
        }
        out.extend([log(format!("{id}+")), format!("let r{id} = none"), "try {".into()]);
        out.extend(self.block(steps(step, "body"), repeated)?);
        out.extend(["} catch e {".into(), format!("r{id} = e"), "}".into()]);
        for i in 0..calls.len() {
            out.extend(join(&format!("n{id}_{i}"), &format!("j{id}_{i}")));
            out.push(format!("if r{id} == none and (failed(j{id}_{i}[0]) or cancelled(j{id}_{i}[0])) {{"));
            out.extend([format!("r{id} = j{id}_{i}[0]"), "}".into()]);
        }
        out.extend([raise(&format!("r{id}")), log(format!("{id}-"))]);
        Ok(())
    }

    fn tokio_try(&mut self, id: u64, step: &Value, repeated: bool, out: &mut Vec<String>) -> Translated<()> {
        let catches = matches!(text(step, "catch"), "error" | "any");
        let finally = self.block(steps(step, "finally"), repeated)?;
        out.extend([format!("let r{id} = none"), "try {".into()]);
        if catches {
            out.push("try {".into());
        }
        out.extend(self.block(steps(step, "body"), repeated)?);
        if catches {
            out.extend(["} catch e {".into(), log(format!("{id}!{{e}}"))]);
            out.extend(self.block(steps(step, "handler"), repeated)?);
            out.push("}".into());
        }
        out.extend(["} catch e {".into(), format!("r{id} = e"), "}".into()]);
        out.extend(finally);
        out.extend([raise(&format!("r{id}")), log(id)]);
        Ok(())
    }
}

fn join(handle: &str, to: &str) -> Vec<String> {
    vec![format!("let {to} = await settle({handle})")]
}

/// Fails with what a value says, if it is a failure; an aborted task is one too.
fn raise(value: &str) -> String {
    format!("if cancelled({value}) {{ fail \"cancel\" }} else if failed({value}) {{ fail {value} }}")
}
