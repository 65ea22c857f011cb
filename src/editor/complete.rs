//! What can be written at a place of a program: the words and names that fit there.

use std::ops::Range;

use crate::editor::document::{Document, Ground, Program};
use crate::editor::hover;
use crate::editor::snippets::{BLOCKS, DECLARATIONS, Snippet, VALUES};
use crate::lang::ast::ObjectKind;
use crate::lang::kind::Kind;
use crate::lang::names::{Role, Symbol};
use crate::lang::parse::{Token, TokenKind};
use crate::lang::vocabulary::{FUNCTIONS, FunctionWord, METHODS};

/// Something that can be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    pub label: String,
    pub sort: Sort,
    /// A few words on it.
    pub detail: String,
    pub help: Help,
    /// With `$1`, `${2:n}` and `$0` where the writer goes on.
    pub snippet: String,
    pub replace: Range<usize>,
    /// The nearest first.
    pub rank: u8,
}

/// What there is to read about it: pages are looked up for the one that somebody looks at.
#[derive(Debug, Clone, PartialEq)]
pub enum Help {
    /// Markdown.
    Text(String),
    /// The page of a word of the language.
    Word(&'static str),
    /// That of a method.
    Method(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Word,
    Function,
    Method,
    Task,
    Variable,
    Constant,
    Object,
    Metric,
    Runtime,
    Field,
    File,
}

/// What fits at a place in a program; nothing within words and comments.
pub fn complete(document: &Document, at: usize) -> Vec<Completion> {
    let Some(program) = document.program_at(at) else { return Vec::new() };
    if program.ground(at) != Ground::Code {
        return Vec::new();
    }
    let text = document.text.text.as_str();
    let word = program.word_at(at).filter(|word| word.start < at);
    let start = word.map_or(at, |word| word.start);
    let mut writer = Writer { document, program, replace: start..at, found: Vec::new() };
    let before: Vec<Token> = program.before(start);
    if before.last().is_some_and(|token| token.kind == TokenKind::Number && token.end == at) {
        return Vec::new();
    }
    let last = before.last().map_or("", |token| token.text(text));
    match last {
        "." => writer.members(&before[..before.len() - 1]),
        "spawn" => writer.tasks(2),
        "on" => writer.symbols(2, |symbol| kind_of(symbol) == Some(ObjectKind::Workers)),
        "observe" => writer.symbols(2, |symbol| symbol.role == Role::Metric),
        "with" => writer.symbols(2, holdable),
        "cancel" => writer.symbols(2, cancellable),
        "await" => writer.awaited(),
        "in" if of_spawn(&before, text) => writer.symbols(2, |symbol| matches!(symbol.kind, Kind::Group)),
        "let" | "for" | "catch" | "task" | "param" | "shared" | "metric" | "group" | "scope" => {
            if last == "catch" {
                writer.words(&[Snippet("cancelled", "cancelled {\n\t$0\n}")]);
            }
        }
        declaration if declares(declaration, &before, text) => {}
        _elsewhere => writer.anything(&before, start),
    }
    writer.found
}

/// Is this the word that begins a declaration, so that a new name follows?
fn declares(word: &str, before: &[Token], text: &str) -> bool {
    depth(before, text) == 0 && DECLARATIONS.iter().any(|snippet| snippet.0 == word)
}

/// `spawn t() in`, not `for x in`.
fn of_spawn(before: &[Token], text: &str) -> bool {
    let words = before.iter().rev().map(|token| token.text(text));
    words.skip(1).take_while(|word| !matches!(*word, "{" | "}" | ";" | "for")).any(|word| word == "spawn")
}

fn depth(tokens: &[Token], text: &str) -> usize {
    tokens.iter().fold(0usize, |depth, token| match token.text(text) {
        "{" => depth + 1,
        "}" => depth.saturating_sub(1),
        _other => depth,
    })
}

fn kind_of(symbol: &Symbol) -> Option<ObjectKind> {
    match symbol.kind {
        Kind::Object(kind) | Kind::Objects(kind) => Some(kind),
        _other => None,
    }
}

fn holdable(symbol: &Symbol) -> bool {
    use ObjectKind::{Lock, Resource, RwLock, Semaphore};
    matches!(kind_of(symbol), Some(Lock | Resource | RwLock | Semaphore))
}

fn cancellable(symbol: &Symbol) -> bool {
    let known = matches!(symbol.kind, Kind::Task | Kind::Group | Kind::Scope);
    known
        || symbol.kind == Kind::Unknown
            && matches!(symbol.role, Role::Variable | Role::Parameter | Role::Bound)
}

struct Writer<'a> {
    document: &'a Document,
    program: &'a Program,
    replace: Range<usize>,
    found: Vec<Completion>,
}

impl Writer<'_> {
    fn push(&mut self, label: &str, sort: Sort, detail: &str, help: Help, snippet: String, rank: u8) {
        let (label, detail) = (label.to_string(), detail.to_string());
        self.found.push(Completion {
            label,
            sort,
            detail,
            help,
            snippet,
            replace: self.replace.clone(),
            rank,
        });
    }

    fn words(&mut self, snippets: &[Snippet]) {
        for Snippet(name, snippet) in snippets {
            self.push(name, Sort::Word, "", Help::Word(name), snippet.to_string(), 5);
        }
    }

    /// Where a declaration, a statement or a value can stand.
    fn anything(&mut self, before: &[Token], start: usize) {
        let text = self.document.text.text.as_str();
        let last = before.last();
        let line = |at: usize| self.document.text.line_of(at);
        let fresh = last.is_none_or(|last| {
            matches!(last.text(text), "{" | "}" | ";" | "=>") || line(last.end) < line(start)
        });
        let hole = self.program.in_hole(start);
        let fresh = fresh && !hole;
        if depth(before, text) == 0 && !hole {
            if fresh {
                self.words(DECLARATIONS);
            } else {
                // What stands in a declaration is a constant.
                self.symbols(3, |symbol| symbol.role == Role::Param);
                self.functions(|word| !word.means.suspends());
            }
            return;
        }
        if fresh && last.is_none_or(|last| last.text(text) != "=>") {
            self.words(BLOCKS);
            if innermost(before, text) == Some("select") {
                self.words(&[Snippet("after", "after ${1:5s} => {\n\t$0\n}")]);
            }
        }
        if !fresh {
            self.words(VALUES);
        }
        self.symbols(3, |symbol| !matches!(symbol.role, Role::Metric | Role::Task(_)));
        self.tasks(4);
        self.functions(|_| true);
    }

    fn awaited(&mut self) {
        self.tasks(2);
        self.functions(|word| word.means.suspends());
        self.words(&[Snippet("yield", "yield")]);
        self.symbols(3, |symbol| match symbol.kind {
            Kind::Task | Kind::Unknown => {
                matches!(symbol.role, Role::Variable | Role::Parameter | Role::Bound | Role::Shared)
            }
            Kind::Object(kind) | Kind::Objects(kind) => kind != ObjectKind::Workers,
            Kind::Results => true,
            Kind::None | Kind::Bool | Kind::Int | Kind::Float | Kind::Duration | Kind::Text | Kind::List => {
                false
            }
            Kind::Group | Kind::Scope => false,
        });
    }

    fn functions(&mut self, fits: impl Fn(&FunctionWord) -> bool) {
        for word in FUNCTIONS.iter().filter(|word| fits(word)) {
            let open = if word.arguments.1 == 0 { "()".to_string() } else { "($1)".to_string() };
            let help = Help::Word(word.name);
            self.push(word.name, Sort::Function, word.help, help, format!("{}{open}", word.name), 6);
        }
    }

    fn tasks(&mut self, rank: u8) {
        self.symbols(rank, |symbol| matches!(symbol.role, Role::Task(_)));
    }

    fn symbols(&mut self, rank: u8, fits: impl Fn(&Symbol) -> bool) {
        let (document, program) = (self.document, self.program);
        for n in program.names.in_sight(self.replace.start as u32) {
            let symbol = &program.names.symbols[n];
            // A name that is only just being written is not offered to itself.
            if !fits(symbol) || symbol.span.start as usize == self.replace.start {
                continue;
            }
            let declared = hover::declaration(document, symbol);
            let help = Help::Text(hover::origin(document, program, symbol));
            let snippet = match symbol.role {
                Role::Task(_) => call(&symbol.name, declared),
                _named => symbol.name.clone(),
            };
            let near = if symbol.scope.is_some() { rank.saturating_sub(1) } else { rank };
            self.push(&symbol.name, sort(symbol), declared, help, snippet, near);
        }
    }

    /// What can follow `x.`, `xs[0].` or `t().`
    fn members(&mut self, before: &[Token]) {
        let text = self.document.text.text.as_str();
        let kind = self.receiver(before, text);
        if kind == Kind::Object(ObjectKind::RwLock) {
            for side in ["read", "write"] {
                self.push(
                    side,
                    Sort::Method,
                    "hold it with others, or alone",
                    Help::Word("rwlock"),
                    side.to_string(),
                    1,
                );
            }
            return;
        }
        let fits = |on: &[Kind]| kind == Kind::Unknown || on.contains(&kind);
        let mut names: Vec<&str> =
            METHODS.iter().filter(|word| fits(word.on)).map(|word| word.name).collect();
        names.dedup();
        for name in names {
            let words: Vec<_> = METHODS.iter().filter(|word| word.name == name && fits(word.on)).collect();
            let argument = if words.iter().any(|word| word.arguments.0 > 0) { "($1)" } else { "()" };
            let detail = words.first().map_or("", |word| word.help);
            let help = Help::Method(name);
            if !self.found.iter().any(|other| other.label == name) {
                self.push(name, Sort::Method, detail, help, format!("{name}{argument}"), 1);
            }
        }
    }

    /// What stands before a dot, as far as its name tells.
    fn receiver(&self, before: &[Token], text: &str) -> Kind {
        let mut rest = before;
        let mut element = false;
        if rest.last().is_some_and(|token| token.text(text) == "]") {
            let opener = rest.iter().rposition(|token| token.text(text) == "[");
            rest = &rest[..opener.unwrap_or(0)];
            element = true;
        }
        let Some(name) = rest.last().filter(|token| token.kind == TokenKind::Word) else {
            return Kind::Unknown;
        };
        let names = &self.program.names;
        let mut seen = names.in_sight(name.start as u32).into_iter().map(|n| &names.symbols[n]);
        match seen.find(|symbol| symbol.name == name.text(text)).map(|symbol| symbol.kind) {
            Some(Kind::Objects(kind)) if element => Kind::Object(kind),
            Some(kind) if !element => kind,
            Some(_) | None => Kind::Unknown,
        }
    }
}

/// The word before the innermost open brace.
fn innermost<'t>(before: &[Token], text: &'t str) -> Option<&'t str> {
    let mut open = Vec::new();
    for (n, token) in before.iter().enumerate() {
        match token.text(text) {
            "{" => open.push(n),
            "}" => {
                open.pop();
            }
            _other => {}
        }
    }
    let brace = open.pop()?.checked_sub(1)?;
    Some(before[brace].text(text))
}

/// `wash(${1:load})`
fn call(name: &str, declared: &str) -> String {
    let inside =
        declared.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).map_or("", |(inside, _)| inside);
    let parameters = inside.split(',').map(str::trim).filter(|parameter| !parameter.is_empty());
    let places: Vec<String> =
        parameters.enumerate().map(|(n, name)| format!("${{{}:{name}}}", n + 1)).collect();
    format!("{name}({})", places.join(", "))
}

fn sort(symbol: &Symbol) -> Sort {
    match symbol.role {
        Role::Param => Sort::Constant,
        Role::Metric => Sort::Metric,
        Role::Object => Sort::Object,
        Role::Task(_) => Sort::Task,
        Role::Shared | Role::Parameter | Role::Variable | Role::Bound | Role::Group | Role::Scope => {
            Sort::Variable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::document::Language;

    /// What is offered at the mark `|`.
    fn offered(text: &str) -> Vec<String> {
        let at = text.find('|').expect("there is a mark");
        let document = Document::new(text.replacen('|', "", 1), Language::Program);
        complete(&document, at).into_iter().map(|completion| completion.label).collect()
    }

    const TOP: &str = "lock till\nresource machine(2)\nworkers cook(2)\nchannel orders(5)\nlock fork[5]\nmetric m\nparam n = 1\n\
                       task wash(load, soap) { }\n";

    fn inside(line: &str) -> Vec<String> {
        offered(&format!("{TOP}main {{\n  let h = spawn wash(1, 2)\n  {line}\n}}\n"))
    }

    #[test]
    fn words_take_what_fits_them() {
        assert_eq!(inside("spawn |"), ["wash"]);
        assert_eq!(inside("spawn wash(1, 2) on |"), ["cook"]);
        assert_eq!(inside("observe |"), ["m"]);
        assert_eq!(inside("with |"), ["till", "machine", "fork"]);
        assert_eq!(inside("cancel |"), ["h"]);
        assert_eq!(inside("group g { spawn wash(1, 2) in | }"), ["g"]);
        assert_eq!(inside("let |"), [""; 0]);
        let awaited = inside("await |");
        assert!(
            ["wash", "sleep", "yield", "h", "orders"].iter().all(|name| awaited.contains(&name.to_string())),
            "{awaited:?}"
        );
        assert!(
            !awaited.contains(&"now".to_string()) && !awaited.contains(&"cook".to_string()),
            "{awaited:?}"
        );
    }

    #[test]
    fn objects_have_their_methods() {
        assert_eq!(inside("orders.|"), ["send", "recv", "try_send", "try_recv", "close", "len"]);
        assert_eq!(inside("await orders.re|"), ["send", "recv", "try_send", "try_recv", "close", "len"]);
        assert_eq!(inside("fork[1].|"), ["acquire", "release", "locked"]);
        assert_eq!(inside("h.|"), ["done", "cancelled"]);
        assert!(inside("x.|").contains(&"notify_all".to_string()));
    }

    #[test]
    fn places_differ() {
        assert!(offered("|").contains(&"task".to_string()));
        assert!(offered("par|").contains(&"param".to_string()));
        assert!(!offered("|").contains(&"work".to_string()));
        let statement = inside("|");
        assert!(
            ["work", "for", "h", "wash", "till", "now"]
                .iter()
                .all(|name| statement.contains(&name.to_string()))
        );
        let value = inside("let x = |");
        assert!(value.contains(&"n".to_string()) && !value.contains(&"work".to_string()));
        assert!(inside("select { | }").contains(&"after".to_string()));
        assert!(offered("param a = 1\nparam b = |").contains(&"a".to_string()));
        for nothing in ["log \"a |\"", "// a |", "work 5|", "work 5m|"] {
            assert_eq!(inside(nothing), [""; 0], "{nothing}");
        }
        assert!(inside("log \"{|}\"").contains(&"h".to_string()));
    }

    #[test]
    fn tasks_come_with_their_parameters() {
        let text = format!("{TOP}main {{ spawn w }}");
        let document = Document::new(text.as_str(), Language::Program);
        let found = complete(&document, text.find("w }").expect("there") + 1);
        assert_eq!(found[0].snippet, "wash(${1:load}, ${2:soap})");
        assert_eq!(&text[found[0].replace.clone()], "w");
    }
}
