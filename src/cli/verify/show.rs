//! What verification came to, as text and as JSON.

use serde_json::{Value, json};

use crate::cli::verify::outcome::{Account, Differing, Outcome, Tally, Verified};
use crate::report::json::pretty;
use crate::report::style::{Ink, Style};
use crate::verify::compare::{Difference, draw, ended, place, rules};
use crate::verify::plan::Target;
use crate::verify::seen::{Seen, Status, Step};

/// Reasons that are told of random programs that could not be run.
const REASONS: usize = 5;

/// One target.
pub fn text(account: &Account, seed: u64, style: Style) -> String {
    let spec = account.subject.spec.to_string();
    let mut out = match &account.found {
        Ok(version) => format!("{} against {version}\n", style.paint(Ink::Strong, &spec)),
        Err(why) => {
            let verdict = style.paint(Ink::Bad, "NOT VERIFIED");
            return format!("{}: {verdict}: {why}\n", style.paint(Ink::Strong, &spec));
        }
    };
    let width = account.programs.iter().map(|one| one.title.chars().count()).max().unwrap_or(0);
    for one in &account.programs {
        out.push_str(&program(account, one, width, style));
    }
    if let Some(tally) = &account.random {
        out.push_str(&random(tally, seed, style));
        for smallest in &account.smallest {
            let file =
                smallest.file.as_deref().map(|file| format!(", written to {file}")).unwrap_or_default();
            out.push_str(&format!("\n  the smallest version of program {}{file}:\n\n", smallest.number));
            out.extend(
                smallest.tree.print().lines().map(|line| format!("    {line}").trim_end().to_string() + "\n"),
            );
            out.push('\n');
            out.push_str(&drawn(account, &smallest.differing, style));
        }
    }
    out
}

fn program(account: &Account, one: &Verified, width: usize, style: Style) -> String {
    let gap = " ".repeat(width.saturating_sub(one.title.chars().count()));
    let verdict = match &one.outcome {
        Outcome::Agrees(real) => {
            let end = match &real.status {
                Status::Ok => String::new(),
                status => format!(", then {}", ended(status)),
            };
            format!("{} {} steps{end}\n", good(style), real.steps.len())
        }
        Outcome::Unverified(why) => format!("{} {why}\n", style.paint(Ink::Bad, "not verified:")),
        Outcome::Interrupted => "not run\n".to_string(),
        Outcome::Differs(differing) => {
            let verdict = style.paint(Ink::Bad, "differs");
            format!("{verdict} at step {}\n{}", differing.at + 1, drawn(account, differing, style))
        }
    };
    format!("  {}{gap}  {verdict}", one.title)
}

/// One recording: what agrees is counted, all else is told.
pub fn brief(account: &Account, file: &str, note: &str, style: Style) -> String {
    let none = Account { programs: Vec::new(), ..Account::absent(account.subject.clone(), String::new()) };
    let mut out = text(&Account { found: account.found.clone(), ..none }, 0, style);
    let mut tally = Tally::default();
    for (one, number) in account.programs.iter().zip(0..) {
        if !matches!(one.outcome, Outcome::Agrees(_)) {
            out.push_str(&program(account, one, 0, style));
        }
        tally.add(number, one.outcome.clone());
    }
    if account.found.is_ok() {
        let note = if note.is_empty() { String::new() } else { format!("; {note}") };
        out.push_str(&format!("  {file}: {}{note}\n", agree(&tally)));
    }
    out
}

/// `57 agree in 3120 steps (12 deadlocks, 3 failures of main)`
fn agree(tally: &Tally) -> String {
    let Tally { agree, steps, deadlocks, errors, .. } = tally;
    format!("{agree} agree in {steps} steps ({deadlocks} deadlocks, {errors} failures of main)")
}

fn good(style: Style) -> String {
    style.paint(Ink::Good, "agrees:")
}

fn random(tally: &Tally, seed: u64, style: Style) -> String {
    let mut out = format!("  {} random programs of seed {seed}: {}\n", tally.programs(), agree(tally));
    if !tally.differing.is_empty() {
        let numbers: Vec<String> =
            tally.differing.iter().take(20).map(|(number, _)| number.to_string()).collect();
        let text = format!("  {} differ: {}", tally.differing.len(), numbers.join(", "));
        out.push_str(&format!("{}\n", style.paint(Ink::Bad, &text)));
    }
    for (number, why) in tally.unverified.iter().take(REASONS) {
        let verdict = style.paint(Ink::Bad, "not verified:");
        out.push_str(&format!("  program {number} {verdict} {why}\n"));
    }
    if tally.unverified.len() > REASONS {
        out.push_str(&format!("  … and {} more not verified\n", tally.unverified.len() - REASONS));
    }
    out
}

fn drawn(account: &Account, differing: &Differing, style: Style) -> String {
    let (statement, rules) = where_and_why(account.subject.target, differing);
    let spec = format!("cosim, {}", account.subject.spec);
    let real = account.found.as_deref().unwrap_or_default();
    let difference = Difference {
        simulated: &differing.prepared.simulated,
        real: &differing.real,
        at: differing.at,
        names: (&spec, real),
        statement,
        rules,
    };
    draw(&difference, style)
}

fn where_and_why(target: &Target, differing: &Differing) -> (Option<(String, String)>, Vec<String>) {
    let prepared = &differing.prepared;
    let Some(span) = place(&prepared.simulated, differing.at) else { return (None, Vec::new()) };
    let (line, statement) = prepared.statement(span);
    let rules = rules(&statement, target.rules);
    (Some((format!("{}, line {line}", prepared.title), statement)), rules)
}

/// All targets, for programs.
pub fn to_json(accounts: &[Account], seed: u64, interrupted: bool) -> String {
    let all: Vec<Value> = accounts.iter().map(|account| account_json(account, seed)).collect();
    let json = json!({ "verified": all, "interrupted": interrupted });
    pretty(&json)
}

fn account_json(account: &Account, seed: u64) -> Value {
    let programs: Vec<Value> = account
        .programs
        .iter()
        .map(|one| {
            let mut value = outcome_json(account, &one.outcome);
            value["program"] = json!(one.title);
            value
        })
        .collect();
    let random = account.random.as_ref().map(|tally| {
        let differing: Vec<Value> = tally
            .differing
            .iter()
            .map(|(number, differing)| {
                let mut value = difference_json(account, differing);
                value["number"] = json!(number);
                value
            })
            .collect();
        let unverified: Vec<Value> =
            tally.unverified.iter().map(|(number, why)| json!({ "number": number, "why": why })).collect();
        let smallest: Vec<Value> = account
            .smallest
            .iter()
            .map(|one| {
                let mut value = difference_json(account, &one.differing);
                value["number"] = json!(one.number);
                value["program"] = json!(one.tree.print());
                value["file"] = json!(one.file);
                value
            })
            .collect();
        json!({
            "seed": seed, "programs": tally.programs(), "agree": tally.agree, "steps": tally.steps,
            "deadlocks": tally.deadlocks, "failures": tally.errors, "differ": differing,
            "unverified": unverified, "smallest": smallest,
        })
    });
    json!({
        "target": account.subject.target.name,
        "runtime": account.subject.spec.to_string(),
        "version": account.found.as_ref().ok(),
        "missing": account.found.as_ref().err(),
        "programs": programs,
        "random": random,
    })
}

fn outcome_json(account: &Account, outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Agrees(real) => {
            json!({ "verdict": "agrees", "steps": real.steps.len(), "end": ended(&real.status) })
        }
        Outcome::Interrupted => json!({ "verdict": "not run" }),
        Outcome::Unverified(why) => json!({ "verdict": "unverified", "why": why }),
        Outcome::Differs(differing) => difference_json(account, differing),
    }
}

fn difference_json(account: &Account, differing: &Differing) -> Value {
    let (statement, rules) = where_and_why(account.subject.target, differing);
    json!({
        "verdict": "differs",
        "step": differing.at + 1,
        "at": statement.map(|(place, text)| json!({ "place": place, "statement": text })),
        "rules": rules,
        "simulated": side(&differing.prepared.simulated.seen, differing.at),
        "real": side(&differing.real, differing.at),
    })
}

fn side(seen: &Seen, at: usize) -> Value {
    let step = |step: &Step| json!({ "ns": step.nanos, "text": step.text });
    json!({ "step": seen.steps.get(at).map(step), "steps": seen.steps.len(), "end": ended(&seen.status) })
}
