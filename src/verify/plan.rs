//! What verifying against a real runtime takes, as plain data: whom to find, what to write, build and run.
//!
//! A target is a file beside this one that fills in a [`Target`]; a plan touches nothing, it is
//! carried out by the command line.

use crate::export;
use crate::runtimes::table::RuntimeSpec;
use crate::sim::random::Drawn;
use crate::verify::probe::Probes;
use crate::verify::random::vocabulary::Vocabulary;

/// A real runtime that simulated runs can be held against.
pub struct Target {
    /// As `--against` takes it.
    pub name: &'static str,
    /// Who writes its programs.
    pub export: export::Target,
    /// What stands behind the name alone: settings under which it is exact, as experiments write them.
    pub specs: &'static [&'static str],
    /// Does this target verify this runtime under these settings?
    pub takes: fn(&RuntimeSpec) -> bool,
    /// What has to be installed for it.
    pub needs: fn(&RuntimeSpec) -> Needs,
    /// What random programs may do.
    pub vocabulary: fn(&RuntimeSpec) -> Vocabulary,
    pub probes: Probes,
    /// Words of the language, and the rules of the runtime's page by which they go.
    pub rules: &'static [(&'static str, &'static str)],
    /// How many programs are built and run together.
    pub batch: usize,
    /// How to run them; the last is a name that no other batch on this machine has.
    pub plan: fn(&RuntimeSpec, &[Case], &str) -> Plan,
}

/// What to look for on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    pub tool: Tool,
    /// The version has to begin with these numbers: `3.12`.
    pub version: Option<&'static str>,
    /// What to say to someone who does not have it.
    pub missing: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// CPython, with a module beyond its library if one is named.
    Python(Option<(&'static str, &'static str)>),
    Node,
    Go,
    Cargo,
}

/// One program to run.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its number in the batch.
    pub number: usize,
    /// What the exporter wrote; the first is the program itself, called `p7` with its ending.
    pub files: Vec<(String, String)>,
    /// What its draws give, in the order in which they are made.
    pub draws: Vec<Drawn>,
    /// What the simulator chose where the runtime is free to.
    pub choices: Vec<u32>,
}

/// How to run a batch.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Paths below the folder of the batch, and texts.
    pub files: Vec<(String, String)>,
    /// In order, before anything is run.
    pub build: Vec<Command>,
    /// Runs programs `{from}` to `{to}`, the last not included, and writes as [`crate::verify::seen::read`] says.
    pub run: Command,
    /// A program that breaks off with this among its last words has met a deadlock.
    pub deadlock: Option<&'static str>,
    /// How the paths begin that the build writes outside of the folder: removed after the batch.
    pub built: Vec<String>,
    /// How those of all batches begin: what an interrupted run has left is removed when it is old.
    pub stale: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub struct Command {
    pub program: Program,
    pub arguments: Vec<String>,
    pub environment: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default)]
pub enum Program {
    /// What was found for [`Needs::tool`].
    #[default]
    Found,
    /// What was built, by its path below the folder of the batch.
    Built(String),
}

impl Command {
    pub fn found(arguments: &[&str]) -> Command {
        let arguments = arguments.iter().map(|text| (*text).to_string()).collect();
        Command { program: Program::Found, arguments, environment: Vec::new() }
    }

    pub fn built(path: &str, arguments: &[&str]) -> Command {
        Command { program: Program::Built(path.to_string()), ..Command::found(arguments) }
    }

    pub fn with(mut self, name: &str, value: &str) -> Command {
        self.environment.push((name.to_string(), value.to_string()));
        self
    }

    /// The same with the numbers of the programs to run.
    pub fn numbered(&self, from: usize, to: usize) -> Command {
        let put = |text: &String| text.replace("{from}", &from.to_string()).replace("{to}", &to.to_string());
        Command { arguments: self.arguments.iter().map(put).collect(), ..self.clone() }
    }
}

/// The draws of all programs as text, a program a line: `7 12 0.25 3`.
pub fn draws(cases: &[Case]) -> String {
    let mut out = String::new();
    for case in cases.iter().filter(|case| !case.draws.is_empty()) {
        out.push_str(&case.number.to_string());
        for drawn in &case.draws {
            out.push_str(&match drawn {
                Drawn::Int(n) => format!(" {n}"),
                Drawn::Float(x) => format!(" {x:?}"),
            });
        }
        out.push('\n');
    }
    out
}
