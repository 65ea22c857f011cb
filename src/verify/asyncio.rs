//! CPython's asyncio under a virtual clock: what it takes to run programs there.

use crate::export;
use crate::runtimes::asyncio::settings::Version;
use crate::runtimes::table::RuntimeSpec;
use crate::verify::plan::{Case, Command, Needs, Plan, Target, Tool, draws};
use crate::verify::probe::Probes;
use crate::verify::random::vocabulary::{Construct, Vocabulary};

pub const TARGET: Target = Target {
    name: "asyncio",
    export: export::Target::Asyncio,
    specs: &["Asyncio()"],
    takes: |spec| matches!(spec, RuntimeSpec::Asyncio(_)),
    needs,
    vocabulary: |_| Vocabulary::without(&[Construct::NextTick, Construct::Immediate]),
    probes: Probes { cancelled: true, failed: true },
    rules: RULES,
    batch: 250,
    plan,
};

fn needs(spec: &RuntimeSpec) -> Needs {
    let RuntimeSpec::Asyncio(settings) = spec else {
        return Needs { tool: Tool::Python(None), version: None, missing: "" };
    };
    let (version, missing) = match settings.version {
        Version::V311 => {
            ("3.11", "it takes a CPython 3.11, on the path or from pyenv; `--python PATH` names one")
        }
        Version::V312 => {
            ("3.12", "it takes a CPython 3.12, on the path or from pyenv; `--python PATH` names one")
        }
        Version::V313 => {
            ("3.13", "it takes a CPython 3.13, on the path or from pyenv; `--python PATH` names one")
        }
    };
    Needs { tool: Tool::Python(None), version: Some(version), missing }
}

fn plan(spec: &RuntimeSpec, cases: &[Case], _run: &str) -> Plan {
    let eager = matches!(spec, RuntimeSpec::Asyncio(settings) if settings.eager);
    let mut files = vec![
        ("harness.py".to_string(), include_str!("harness/asyncio.py").to_string()),
        ("values.py".to_string(), include_str!("harness/values.py").to_string()),
        ("draws.txt".to_string(), draws(cases)),
    ];
    files.extend(cases.iter().flat_map(|case| case.files.clone()));
    Plan {
        files,
        build: Vec::new(),
        run: Command::found(if eager { &EAGER } else { &PLAIN }),
        ..Plan::default()
    }
}

const PLAIN: [&str; 5] = ["-I", "-B", "harness.py", "{from}", "{to}"];
const EAGER: [&str; 6] = ["-I", "-B", "harness.py", "{from}", "{to}", "--eager"];

#[rustfmt::skip]
const RULES: &[(&str, &str)] = &[
    ("gather", "A17"), ("settle", "A17"), ("race", "A18"), ("select", "A18"), ("as_completed", "A19"), ("wait_for", "A20"),
    ("timeout", "A21"), ("group", "A22"), ("shield", "A23"), ("cancel", "A25"), ("with", "A31"), ("acquire", "A31"),
    ("release", "A33"), ("set", "A34"), ("notify", "A35"), ("send", "A36"), ("recv", "A36"), ("offload", "A38"),
    ("sleep", "A16"), ("yield", "A13"), ("spawn", "A11"), ("call_soon", "A1"), ("call_later", "A5"), ("work", "A7"),
    ("await", "A14"),
];
