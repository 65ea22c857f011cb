//! Recordings: programs, and what a real runtime was seen to do with them, to be held against cosim without it.
//!
//! A file of JSON, one value a line. The first says who ran the programs, each other one is a program.

use serde::de::IgnoredAny;
use serde_json::{Map, Number, Value as Json, json};

use crate::lang::compile::compile;
use crate::runtimes::table::RuntimeSpec;
use crate::value::Value;
use crate::verify::plan::{Case, Target};
use crate::verify::prepare::{LIMITS, Prepared, Script, policy, reason};
use crate::verify::seen::{Seen, Status, Step, simulate, status};
use crate::verify::targets::{Subject, named};

/// What one runtime was seen to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Under which settings it is simulated: `Trio(order: Lifo)`.
    pub runtime: String,
    /// Who ran the programs: `trio 0.35.0 on CPython 3.11.7`.
    pub version: String,
    pub programs: Vec<Recorded>,
}

/// One program and its run. `seen` did not break off.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub title: String,
    pub text: String,
    /// As JSON; a duration is `{"ns": 5000000}`.
    pub params: Map<String, Json>,
    pub seed: u64,
    pub seen: Seen,
}

impl Recording {
    /// Could this be a recording, a broken one too? Other files of JSON lines may lie beside it.
    pub fn begins(text: &str) -> bool {
        let line = text.lines().next().unwrap_or_default();
        head(line).is_some() || serde_json::from_str::<IgnoredAny>(line).is_err()
    }

    /// # Errors
    /// The line that is not understood.
    pub fn read(text: &str) -> Result<Recording, String> {
        let mut lines = text.lines();
        let (runtime, version) = lines
            .next()
            .and_then(head)
            .ok_or("this is no recording: its first line does not say who ran the programs")?;
        let program = |(n, line): (usize, &str)| {
            recorded(line).ok_or_else(|| format!("line {} is no recorded program", n + 2))
        };
        let programs: Vec<Recorded> = lines.enumerate().map(program).collect::<Result<_, String>>()?;
        if programs.is_empty() {
            return Err("this recording has no programs in it".to_string());
        }
        Ok(Recording { runtime, version, programs })
    }

    pub fn write(&self) -> String {
        let mut out = format!("{}\n", json!({ "runtime": self.runtime, "version": self.version }));
        for program in &self.programs {
            out.push_str(&format!("{}\n", program.to_json()));
        }
        out
    }

    /// Whom to ask, to record it anew.
    ///
    /// # Errors
    /// There is no such runtime to ask.
    pub fn subject(&self) -> Result<Subject, String> {
        let mut subjects = named(&self.runtime)?;
        match subjects.pop() {
            Some(subject) if subjects.is_empty() => Ok(subject),
            _ => Err(format!("`{}` is not one runtime", self.runtime)),
        }
    }
}

impl Recorded {
    /// Nothing of a run that broke off: what it would have shown nobody knows.
    pub fn new(script: &Script, seen: Seen) -> Option<Recorded> {
        (!matches!(seen.status, Status::Stopped(_))).then(|| Recorded {
            title: script.title.clone(),
            text: script.alone(),
            params: script.params.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
            seed: script.seed,
            seen,
        })
    }

    /// The program, to be run again.
    ///
    /// # Errors
    /// It is no program any more.
    pub fn script(&self) -> Result<Script, String> {
        let script = Script::read(&self.title, &self.text, self.seed);
        let script = script.map_err(|problems| reason(&problems, &self.text))?;
        let param = |(name, value): (&String, &Json)| Some((name.clone(), unplain(value)?));
        let params = self.params.iter().map(param).collect::<Option<_>>();
        Ok(Script { params: params.ok_or("a parameter has no plain value")?, ..script })
    }

    /// Simulates the program, to be held against what was recorded. It is not exported.
    ///
    /// # Errors
    /// It is no program any more.
    pub fn simulate(&self, target: &Target, spec: &RuntimeSpec) -> Result<Prepared, String> {
        let script = self.script()?;
        let program = compile(&script.probed(target), &script.params);
        let program = program.map_err(|problems| reason(&problems, &self.text))?;
        let simulated = simulate(&program, spec, self.seed, policy(spec), LIMITS);
        let choices = simulated.choices.clone();
        let case = Case { number: 0, files: Vec::new(), draws: simulated.draws.clone(), choices };
        Ok(Prepared { title: self.title.clone(), text: self.text.clone(), simulated, case })
    }

    fn to_json(&self) -> Json {
        let log: Vec<String> =
            self.seen.steps.iter().map(|step| format!("{} {}", step.nanos, step.text)).collect();
        let end = match &self.seen.status {
            Status::Ok => "ok".to_string(),
            Status::Deadlock => "deadlock".to_string(),
            Status::Error(text) => format!("error {text}"),
            Status::Stopped(why) => format!("stopped {why}"),
        };
        json!({
            "title": self.title, "program": self.text, "params": self.params, "seed": self.seed,
            "log": log, "end": end,
        })
    }
}

fn head(line: &str) -> Option<(String, String)> {
    let head: Json = serde_json::from_str(line).ok()?;
    Some((head["runtime"].as_str()?.to_string(), head["version"].as_str()?.to_string()))
}

fn recorded(line: &str) -> Option<Recorded> {
    let json: Json = serde_json::from_str(line).ok()?;
    let text = |name: &str| Some(json[name].as_str()?.to_string());
    let step = |line: &Json| {
        let (nanos, text) = line.as_str()?.split_once(' ')?;
        Some(Step { nanos: nanos.parse().ok()?, text: text.to_string() })
    };
    Some(Recorded {
        title: text("title")?,
        text: text("program")?,
        params: json["params"].as_object()?.clone(),
        seed: json["seed"].as_u64()?,
        seen: Seen {
            steps: json["log"].as_array()?.iter().map(step).collect::<Option<_>>()?,
            status: status(&format!("={}", json["end"].as_str()?))?,
        },
    })
}

/// A value of a parameter: these are plain.
fn plain(value: &Value) -> Json {
    match value {
        Value::Bool(is) => json!(is),
        Value::Int(n) => json!(n),
        Value::Float(x) => Number::from_f64(*x).map_or(Json::Null, Json::Number),
        Value::Duration(nanos) => json!({ "ns": nanos }),
        Value::Text(text) => json!(text.as_str()),
        Value::List(items) => items.iter().map(plain).collect(),
        Value::None
        | Value::Task(_)
        | Value::Object(_)
        | Value::Group(_)
        | Value::Scope(_)
        | Value::Results(_)
        | Value::Call(_)
        | Value::Failure(_)
        | Value::Cancelled => Json::Null,
    }
}

fn unplain(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::None,
        Json::Bool(is) => Value::Bool(*is),
        Json::Number(number) => match number.as_i64() {
            Some(n) => Value::Int(n),
            None => Value::Float(number.as_f64()?),
        },
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::list(items.iter().map(unplain).collect::<Option<Vec<Value>>>()?),
        Json::Object(fields) => Value::Duration(fields.get("ns")?.as_i64()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::compare::{Verdict, verdict};

    #[test]
    fn what_is_written_is_read_and_replayed() {
        let text = "param n = 1\nparam pause = 1ms\nmain {\n    await sleep(pause * n)\n    log \"{n}\"\n}\n";
        let mut script = Script::read("pauses", text, 7).expect("a program");
        script.params.insert("n".to_string(), Value::Int(2));
        script.params.insert("pause".to_string(), Value::Duration(5_000_000));
        let step = |nanos, text: &str| Step { nanos, text: text.to_string() };
        let steps = vec![
            step(0, "main begins"),
            step(10_000_000, "main 4"),
            step(10_000_000, "2"),
            step(10_000_000, "main ends"),
        ];
        let seen = Seen { steps, status: Status::Ok };
        let recorded = Recorded::new(&script, seen).expect("it came to an end");
        let recording = Recording {
            runtime: "Js()".to_string(),
            version: "Node 20.20.2".to_string(),
            programs: vec![recorded],
        };
        let text = recording.write();
        assert!(Recording::begins(&text));
        assert_eq!(Recording::read(&text), Ok(recording.clone()));
        let subject = recording.subject().expect("it can be asked");
        let again = recording.programs[0].simulate(subject.target, &subject.spec).expect("a program");
        assert_eq!(verdict(&again.simulated.seen, &recording.programs[0].seen), Verdict::Agrees(4));
    }

    #[test]
    fn what_is_no_recording_is_told_apart() {
        assert!(!Recording::begins("{\"seed\": 3, \"program\": {}}\n"));
        let broken = "{\"runtime\": \"Js()\", \"version\": \"Node 20.20.2\"}\n{}\n";
        assert_eq!(Recording::read(broken), Err("line 2 is no recorded program".to_string()));
    }
}
