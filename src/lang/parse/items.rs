//! Declarations, tasks and `main`.

use crate::diagnostic::Diagnostic;
use crate::lang::ast::{File, Item, ObjectArgument, ObjectItem, ObjectKind};
use crate::lang::parse::builder::{Builder, only};
use crate::lang::parse::grammar::{Pair, Rule, parts};
use crate::lang::parse::sequence::Sequence;
use crate::lang::parse::trouble::Context;

impl Builder<'_> {
    pub fn file(&mut self, pair: Pair) -> File {
        let mut sequence = Sequence::new(Context::Item);
        let mut items = Vec::new();
        for part in parts(pair) {
            self.entry(&mut sequence, &part);
            if part.as_rule() == Rule::item {
                items.extend(self.item(only(part.into_inner())));
            }
        }
        File { items }
    }

    fn item(&mut self, pair: Pair) -> Option<Item> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        if rule == Rule::object {
            return self.object(pair);
        }
        let mut parts = parts(pair);
        let first = only(&mut parts);
        let item = match rule {
            Rule::param => {
                Item::Param { name: self.ident(&first), value: self.expression(only(&mut parts))? }
            }
            Rule::shared => {
                Item::Shared { name: self.ident(&first), value: self.expression(only(&mut parts))? }
            }
            Rule::metric => Item::Metric { name: self.ident(&first) },
            Rule::main => Item::Main { span, body: self.block(first) },
            _ => {
                let names = crate::lang::parse::grammar::parts(only(&mut parts));
                let params = names.map(|name| self.ident(&name)).collect();
                Item::Task { name: self.ident(&first), params, body: self.block(only(&mut parts)) }
            }
        };
        Some(item)
    }

    fn object(&mut self, pair: Pair) -> Option<Item> {
        let span = self.span(&pair);
        let mut parts = parts(pair);
        let kind = object_kind(only(&mut parts).as_str());
        let name = self.ident(&only(&mut parts));
        let mut object =
            ObjectItem { kind, name, count: None, argument: None, inherit: false, processes: false, span };
        let mut complete = true;
        for part in parts {
            match part.as_rule() {
                Rule::count => {
                    object.count = self.inner_expression(part);
                    complete &= object.count.is_some();
                }
                Rule::size => {
                    object.argument = self.size(part, kind);
                    complete &= object.argument.is_some();
                }
                _ => self.object_option(&part, &mut object),
            }
        }
        complete.then_some(Item::Object(object))
    }

    fn size(&mut self, pair: Pair, kind: ObjectKind) -> Option<ObjectArgument> {
        let inner = only(parts(pair));
        if inner.as_rule() != Rule::unbounded {
            return self.expression(inner).map(ObjectArgument::Value);
        }
        let span = self.span(&inner);
        if kind != ObjectKind::Channel {
            let problem = Diagnostic::error("E0034", span, "only a channel can be unbounded")
                .label("a number belongs here")
                .help("write how many there are, as in `resource machine(10)`");
            self.report(problem);
        }
        Some(ObjectArgument::Unbounded(span))
    }

    fn object_option(&mut self, pair: &Pair, object: &mut ObjectItem) {
        let word = pair.as_str();
        let (flag, owner, alone) = match word {
            "inherit" => (&mut object.inherit, ObjectKind::Lock, "only a lock can inherit priorities"),
            _ => (&mut object.processes, ObjectKind::Workers, "only workers can be processes"),
        };
        let twice = std::mem::replace(flag, true);
        if !twice && owner == object.kind {
            return;
        }
        let message = if twice { format!("`{word}` is said twice") } else { alone.to_string() };
        let problem = Diagnostic::error("E0034", self.span(pair), message)
            .label("does not belong here")
            .help("`lock till inherit` and `workers cook(2) processes` are the two declarations with a word behind");
        self.report(problem);
    }
}

fn object_kind(word: &str) -> ObjectKind {
    match word {
        "resource" => ObjectKind::Resource,
        "lock" => ObjectKind::Lock,
        "semaphore" => ObjectKind::Semaphore,
        "rwlock" => ObjectKind::RwLock,
        "channel" => ObjectKind::Channel,
        "event" => ObjectKind::Event,
        "condition" => ObjectKind::Condition,
        "barrier" => ObjectKind::Barrier,
        "future" => ObjectKind::Future,
        "workers" => ObjectKind::Workers,
        _ => unreachable!("the grammar has no object {word}"),
    }
}
