//! What a file declares at its top level, by name.

use std::cell::Cell;

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{File, Ident, Item, ObjectItem};
use crate::lang::kind::{Kind, with_article};
use crate::source::Span;
use crate::suggest::did_you_mean;

#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    pub name: &'a Ident,
    pub what: What<'a>,
}

#[derive(Debug, Clone, Copy)]
pub enum What<'a> {
    Param,
    /// Its slot.
    Shared(u16),
    /// Its number.
    Metric(u16),
    Object(&'a ObjectItem),
    /// Its number among the functions, and its parameters.
    Task(u16, &'a [Ident]),
}

impl What<'_> {
    /// `a parameter`, `a lock`
    pub fn words(self) -> &'static str {
        match self {
            What::Param => "a parameter",
            What::Shared(_) => "a shared variable",
            What::Metric(_) => "a metric",
            What::Object(item) if item.count.is_some() => "an array",
            What::Object(item) => with_article(item.kind),
            What::Task(..) => "a task",
        }
    }

    pub fn kind(self) -> Kind {
        match self {
            What::Object(item) if item.count.is_some() => Kind::Objects(item.kind),
            What::Object(item) => Kind::Object(item.kind),
            What::Param | What::Shared(_) | What::Metric(_) | What::Task(..) => Kind::Unknown,
        }
    }
}

/// The names of a file; of two that are the same, the first.
#[derive(Debug, Default)]
pub struct Declarations<'a> {
    all: IndexMap<&'a str, Declared<'a>>,
    /// Later declarations of a name that was taken.
    pub again: Vec<Declared<'a>>,
    guesses: Cell<usize>,
}

/// So many times the nearest of so many names is looked for.
const MOST_GUESSES: usize = 100;
const MOST_NAMES: usize = 1000;

impl<'a> Declarations<'a> {
    pub fn of(file: &'a File) -> Declarations<'a> {
        let mut declarations = Declarations::default();
        let (mut shared, mut metrics, mut tasks) = (0, 0, 0);
        for item in &file.items {
            let (name, what) = match item {
                Item::Param { name, .. } => (name, What::Param),
                Item::Shared { name, .. } => (name, What::Shared(count(&mut shared))),
                Item::Metric { name } => (name, What::Metric(count(&mut metrics))),
                Item::Object(object) => (&object.name, What::Object(object)),
                Item::Task { name, params, .. } => (name, What::Task(count(&mut tasks), params)),
                Item::Main { .. } => continue,
            };
            declarations.add(Declared { name, what });
        }
        declarations
    }

    fn add(&mut self, declared: Declared<'a>) {
        if self.all.contains_key(declared.name.name.as_str()) {
            self.again.push(declared);
        } else {
            self.all.insert(&declared.name.name, declared);
        }
    }

    pub fn get(&self, name: &str) -> Option<Declared<'a>> {
        self.all.get(name).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = Declared<'a>> + '_ {
        self.all.values().copied()
    }

    /// Names that stand for a value.
    pub fn values(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.iter()
            .filter(|d| matches!(d.what, What::Param | What::Shared(_) | What::Object(_)))
            .map(|d| d.name.name.as_str())
    }

    pub fn tasks(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.iter().filter(|d| matches!(d.what, What::Task(..))).map(|d| d.name.name.as_str())
    }

    pub fn metrics(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.iter().filter(|d| matches!(d.what, What::Metric(_))).map(|d| d.name.name.as_str())
    }

    /// Adds to a diagnostic on `name` the name that was meant, and where that is declared.
    pub fn with_nearest<'n>(
        &self,
        diagnostic: Diagnostic,
        name: &str,
        span: Span,
        candidates: impl Iterator<Item = &'n str>,
    ) -> Diagnostic {
        // Comparing names takes time, and hostile texts consist of nothing but mistakes.
        let guesses = self.guesses.replace(self.guesses.get() + 1);
        let nearest =
            if guesses < MOST_GUESSES { did_you_mean(name, candidates.take(MOST_NAMES)) } else { None };
        let Some(nearest) = nearest else { return diagnostic };
        let diagnostic = diagnostic.suggest(span, nearest, format!("did you mean `{nearest}`?"));
        match self.get(nearest) {
            Some(declared) => diagnostic.related(declared.name.span, format!("`{nearest}` is declared here")),
            None => diagnostic,
        }
    }
}

/// Numbers beyond 65,535 are refused by the checker, which counts the items itself.
fn count(next: &mut u16) -> u16 {
    let number = *next;
    *next = next.saturating_add(1);
    number
}
