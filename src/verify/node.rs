//! Node under a virtual clock: what it takes to run programs there.

use crate::export;
use crate::runtimes::js::settings::{Host, Yields};
use crate::runtimes::table::RuntimeSpec;
use crate::verify::plan::{Case, Command, Needs, Plan, Target, Tool, draws};
use crate::verify::probe::Probes;
use crate::verify::random::vocabulary::{Construct, Vocabulary};

pub const TARGET: Target = Target {
    name: "js",
    export: export::Target::Js,
    specs: &["Js()"],
    takes: |spec| match spec {
        RuntimeSpec::Js(settings) => settings.host == Host::Node && settings.yields == Yields::Microtask,
        _other => false,
    },
    needs: |_| Needs {
        tool: Tool::Node,
        version: Some("20"),
        missing: "it takes a Node 20, from nodejs.org or a version manager such as nvm or fnm",
    },
    // What is offloaded is refused by the export.
    vocabulary: |_| Vocabulary::without(&[Construct::Offload]),
    probes: Probes { cancelled: true, failed: true },
    rules: RULES,
    batch: 250,
    plan,
};

fn plan(_spec: &RuntimeSpec, cases: &[Case], _run: &str) -> Plan {
    let mut files = vec![
        ("harness.js".to_string(), include_str!("harness/node.js").to_string()),
        ("draws.txt".to_string(), draws(cases)),
    ];
    files.extend(cases.iter().flat_map(|case| case.files.clone()));
    Plan {
        files,
        build: Vec::new(),
        run: Command::found(&["--expose-internals", "--no-warnings", "harness.js", "{from}", "{to}"]),
        ..Plan::default()
    }
}

#[rustfmt::skip]
const RULES: &[(&str, &str)] = &[
    ("gather", "J11"), ("settle", "J11"), ("race", "X10"), ("as_completed", "X10"), ("shield", "X10"), ("wait_for", "X11"),
    ("timeout", "X11"), ("scope", "X11"), ("group", "X12"), ("cancel", "X2"), ("with", "X5"), ("acquire", "X5"),
    ("release", "X5"), ("send", "X6"), ("recv", "X6"), ("set", "X7"), ("notify", "X8"), ("sleep", "J21"),
    ("yield", "J4"), ("spawn", "J3"), ("call_soon", "J2"), ("call_later", "J21"), ("next_tick", "J14"), ("immediate", "J18"),
    ("work", "J1"), ("await", "J4"),
];
