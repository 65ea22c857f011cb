//! trio under a virtual clock: what it takes to run programs there.

use crate::export;
use crate::runtimes::table::RuntimeSpec;
use crate::runtimes::trio::settings::Order;
use crate::verify::plan::{Case, Command, Needs, Plan, Target, Tool, draws};
use crate::verify::probe::Probes;
use crate::verify::random::vocabulary::{Construct, Vocabulary};

pub const TARGET: Target = Target {
    name: "trio",
    export: export::Target::Trio,
    specs: &["Trio()", "Trio(order: Lifo)", "Trio(order: Seeded)"],
    takes: |spec| matches!(spec, RuntimeSpec::Trio(_)),
    needs: |_| Needs {
        tool: Tool::Python(Some(("trio", "0.35."))),
        version: None,
        missing: "`pip install trio==0.35.0` for the python3 on the path, or `--python PATH` of one that has it",
    },
    vocabulary: |_| Vocabulary::without(&[Construct::NextTick, Construct::Immediate]),
    probes: Probes { cancelled: true, failed: true },
    rules: RULES,
    batch: 250,
    plan,
};

fn plan(spec: &RuntimeSpec, cases: &[Case], _run: &str) -> Plan {
    let mut files = vec![
        ("harness.py".to_string(), include_str!("harness/trio.py").to_string()),
        ("values.py".to_string(), include_str!("harness/values.py").to_string()),
        ("draws.txt".to_string(), draws(cases)),
        ("coins.txt".to_string(), coins(cases)),
    ];
    files.extend(cases.iter().flat_map(|case| case.files.clone()));
    let mut run = vec!["-I", "-B", "harness.py", "{from}", "{to}"];
    if let RuntimeSpec::Trio(settings) = spec {
        match settings.order {
            Order::Fifo => {}
            Order::Lifo => run.push("--lifo"),
            Order::Seeded => run.push("--coins"),
        }
    }
    Plan { files, build: Vec::new(), run: Command::found(&run), ..Plan::default() }
}

/// How the coins of the batches fall, a program a line: `7 0 1 1`.
fn coins(cases: &[Case]) -> String {
    let mut out = String::new();
    for case in cases.iter().filter(|case| !case.choices.is_empty()) {
        let coins: Vec<String> = case.choices.iter().map(u32::to_string).collect();
        out.push_str(&format!("{} {}\n", case.number, coins.join(" ")));
    }
    out
}

#[rustfmt::skip]
const RULES: &[(&str, &str)] = &[
    ("spawn", "T6"), ("yield", "T8"), ("sleep", "T13"), ("io", "T13"), ("work", "T14"), ("group", "T9, T10"), ("cancel", "T12"),
    ("timeout", "T14, T15"), ("wait_for", "T14, T15"), ("scope", "T11"), ("shield", "T11"), ("with", "T16, T17"),
    ("acquire", "T8, T16"), ("release", "T16, T17"), ("set", "T18"), ("notify", "T19"), ("send", "T20"), ("recv", "T20"),
    ("close", "T20"), ("gather", "T9, T10"), ("settle", "T9"), ("race", "T12"), ("select", "T12, T20"), ("as_completed", "T20"),
    ("offload", "T23"), ("await", "T21"),
];
