//! A program as a crate: the story in `main.rs`, what it needs beside tokio in `helpers.rs`.

use crate::export::rust::generator::Generator;
use crate::export::rust::pieces;
use crate::export::scenario::Scenario;
use crate::export::target::Clock;
use crate::export::types::Type;
use crate::lang::ast::{Block, Item, StatementKind};

const CARGO: &str = r#"[package]
name = "story"
version = "0.1.0"
edition = "2024"

[dependencies]
tokio = { version = "1.54", features = ["full"] }
"#;

pub fn export(scenario: &Scenario) -> Vec<(String, String)> {
    scenario.refuse_conflicts();
    let mut generator = Generator::new(scenario);
    generator.items();
    let body = generator.out.finish();
    let needs = generator.needs.into_inner();
    if scenario.clock == Clock::Virtual {
        let text = format!("use crate::helpers::*;\n{USES}\n{body}");
        return vec![(format!("{}.rs", scenario.request.name), text)];
    }
    let mut text = String::new();
    for line in told(scenario) {
        text.push_str(format!("//! {line}").trim_end());
        text.push('\n');
    }
    text.push_str(
        "\n#![allow(dead_code, unused_variables, unused_mut, unused_imports, unreachable_code)]\n\n",
    );
    text.push_str("mod helpers;\n\nuse helpers::*;\n");
    text.push_str(USES);
    if body.contains("select! {") {
        text.push_str("use tokio::select;\n");
    }
    text.push('\n');
    text.push_str(&body);
    let helpers = pieces::real(&needs, scenario.request.seed);
    vec![
        ("src/main.rs".to_string(), text),
        ("src/helpers.rs".to_string(), helpers),
        ("Cargo.toml".to_string(), CARGO.to_string()),
    ]
}

const USES: &str = "use std::sync::LazyLock;\nuse tokio::sync::{Mutex, RwLock, Semaphore};\n";

/// The story of the scenario.
fn told(scenario: &Scenario) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    if !scenario.request.title.is_empty() {
        lines.extend([scenario.request.title.to_string(), String::new()]);
    }
    lines.extend(scenario.request.story.lines().map(|line| line.trim().to_string()));
    lines.extend(scenario.story.header().iter().cloned());
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    if lines.is_empty() {
        lines.push("A scenario of cosim, with tokio.".to_string());
    }
    lines
}

impl<'a> Generator<'a> {
    fn items(&mut self) {
        self.declarations();
        let items: &'a [Item] = &self.scenario.request.file.items;
        for item in items {
            match item {
                Item::Task { name, .. } if self.idle.contains(&name.name) => {}
                Item::Task { name, params, body } => {
                    self.out.gap();
                    let before = self.scenario.story.before(name.span.start.saturating_sub(5));
                    self.comment(&before);
                    self.task(name, params, body);
                }
                Item::Main { span, body } => {
                    self.out.gap();
                    let before = self.scenario.story.before(span.start);
                    self.comment(&before);
                    self.main(body);
                }
                Item::Param { .. } | Item::Shared { .. } | Item::Metric { .. } | Item::Object(_) => {}
            }
        }
    }

    /// `main` waits at its end for what was spawned.
    fn main(&mut self, body: &'a Block) {
        self.returns = Type::None;
        self.locals.clear();
        let real = self.scenario.clock == Clock::Real;
        let apart = returns(body);
        let head = match real {
            true => "#[tokio::main(flavor = \"current_thread\")]\nasync fn main() -> Result<()> {",
            false => "pub async fn main() -> Result<()> {",
        };
        if apart {
            self.out.line(head);
            self.out.indent();
            self.out.line("story().await?;\nall_ended().await;\nOk(())");
            self.out.dedent();
            self.out.line("}");
            self.out.gap();
            self.out.line("async fn story() -> Result<()> {");
            self.body(body);
            return self.out.line("}");
        }
        self.out.line(head);
        self.body_of_main(body);
        self.out.line("}");
    }

    fn body_of_main(&mut self, body: &'a Block) {
        self.open_body();
        self.indented(body);
        self.out.indent();
        self.out.line("all_ended().await;  // everything that was spawned\nOk(())");
        self.out.dedent();
    }
}

/// Is `main` left before its end?
fn returns(body: &Block) -> bool {
    let mut found = false;
    crate::lang::walk::walk(body, &mut |node| {
        if let crate::lang::walk::Node::Statement(statement) = node {
            found |= matches!(statement.kind, StatementKind::Return { .. });
        }
    });
    found
}
