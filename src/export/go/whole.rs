//! A program as a Go file: what it says of itself, imports, the items, helpers.

use crate::export::go::golang::{Golang, UNREAD};
use crate::export::go::helpers::{code, used};
use crate::export::go::simpler::simpler;
use crate::export::writer::Writer;

/// Packages, by the name a program uses.
pub const PACKAGES: &[(&str, &str)] = &[
    ("context", "context"),
    ("errors", "errors"),
    ("fmt", "fmt"),
    ("math", "math"),
    ("rand", "math/rand/v2"),
    ("os", "os"),
    ("reflect", "reflect"),
    ("runtime", "runtime"),
    ("slices", "slices"),
    ("strconv", "strconv"),
    ("strings", "strings"),
    ("sync", "sync"),
    ("time", "time"),
    ("utf8", "unicode/utf8"),
];

impl Golang<'_> {
    pub fn finished(&mut self) -> String {
        let body = declarations_apart(&simpler(&self.resolved()));
        let helpers = used(&body, &self.needs, self.is_virtual());
        let mut out = String::new();
        let header = self.header();
        out.push_str(&header);
        let name = self.scenario.request.name;
        out.push_str(&if self.is_virtual() {
            format!("package {name}\n\n")
        } else {
            "package main\n\n".to_string()
        });
        let code = code(&format!("{body}\n{}", helpers.join("\n")));
        out.push_str(&self.imports(&code));
        if self.is_virtual() {
            out.push_str(&format!("func init() {{ harness.Register(\"{name}\", main) }}\n\n"));
        }
        out.push_str(body.trim_matches('\n'));
        out.push('\n');
        for helper in helpers {
            out.push('\n');
            out.push_str(&helper);
            out.push('\n');
        }
        out
    }

    fn header(&self) -> String {
        let request = self.scenario.request;
        let mut lines: Vec<String> = Vec::new();
        for text in [request.title, request.story] {
            lines.extend(text.lines().map(str::to_string));
        }
        lines.extend(self.scenario.story.header().iter().cloned());
        let lines: Vec<String> =
            lines.iter().map(|line| format!("// {line}").trim_end().to_string()).collect();
        if lines.is_empty() { String::new() } else { format!("{}\n\n", lines.join("\n")) }
    }

    fn imports(&self, code: &str) -> String {
        let uses = |name: &str| {
            code.match_indices(&format!("{name}."))
                .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.'))
        };
        let ours = |path: &str| {
            if self.is_virtual() && matches!(path, "time" | "context") {
                format!("cosim/{path}")
            } else {
                path.to_string()
            }
        };
        let mut paths: Vec<String> =
            PACKAGES.iter().filter(|(name, _)| uses(name)).map(|(_, path)| ours(path)).collect();
        if self.is_virtual() {
            paths.push("cosim/harness".to_string());
        }
        paths.sort();
        match paths.as_slice() {
            [] => String::new(),
            [one] => format!("import \"{one}\"\n\n"),
            several => {
                let lines: Vec<String> = several.iter().map(|path| format!("\t\"{path}\"\n")).collect();
                format!("import (\n{})\n\n", lines.concat())
            }
        }
    }

    /// The text with the lines that wait for it decided: is a variable read?
    fn resolved(&mut self) -> String {
        let out = std::mem::replace(&mut self.out, Writer::new("\t")).finish();
        let mut text = String::with_capacity(out.len());
        for line in out.lines() {
            match line.split_once(UNREAD) {
                None => text.push_str(line),
                Some((indent, number)) => {
                    let (name, read) = match number.parse::<usize>().ok().and_then(|n| self.read.get(n)) {
                        Some((name, read)) => (name.as_str(), *read),
                        None => continue,
                    };
                    if read || name == "_" {
                        continue;
                    }
                    text.push_str(indent);
                    text.push_str("_ = ");
                    text.push_str(name);
                }
            }
            text.push('\n');
        }
        text
    }
}

/// gofmt wants constants, variables and what has a comment apart.
fn declarations_apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = "";
    for line in text.lines() {
        let word = line.split(' ').next().unwrap_or("");
        let declares = |word: &str| matches!(word, "const" | "var");
        if declares(last) && (word == "//" || declares(word) && word != last) {
            out.push('\n');
        }
        last = if declares(word) { word } else { "" };
        out.push_str(line);
        out.push('\n');
    }
    out
}
