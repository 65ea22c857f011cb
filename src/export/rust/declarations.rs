//! What stands at the top of a program: parameters, shared variables, objects; and its tasks.

use crate::export::rust::generator::{Context, Generator};
use crate::export::rust::locals::assigns;
use crate::export::rust::words::{channel_name, float, nanos, object_type, quoted};
use crate::export::types::Type;
use crate::lang::ast::{Block, Ident, Item, ObjectItem, ObjectKind, Statement, StatementKind};
use crate::lang::program::ObjectDecl;
use crate::value::Value;

impl<'a> Generator<'a> {
    pub fn declarations(&mut self) {
        let items: &'a [Item] = &self.scenario.request.file.items;
        for item in items {
            let span = match item {
                Item::Param { name, .. } | Item::Shared { name, .. } => name.span,
                Item::Object(object) => object.span,
                Item::Metric { .. } | Item::Task { .. } | Item::Main { .. } => continue,
            };
            let before = self.scenario.story.before(span.start);
            self.comment(&before);
            match item {
                Item::Param { name, .. } => self.param(&name.name),
                Item::Shared { name, .. } => self.shared(&name.name),
                Item::Object(object) => self.object(object),
                Item::Metric { .. } | Item::Task { .. } | Item::Main { .. } => {}
            }
            let beside = self.scenario.story.beside(span);
            if !beside.is_empty() {
                self.out.behind(&format!("  // {}", beside.join(" ")));
            }
        }
    }

    fn param(&mut self, name: &str) {
        let constants = &self.scenario.constants;
        let Some((_, value)) = constants.params.iter().find(|(known, _)| known == name) else { return };
        let kind = self.scenario.facts.global(name);
        let (rust, told) = (self.globals.get(name).cloned().unwrap_or_default(), self.type_name(&kind));
        let value = constant(value, &kind);
        self.out.line(match kind {
            Type::Text | Type::List(_) => lazy(&rust, &told, &value),
            _ => format!("const {rust}: {told} = {value};"),
        });
    }

    fn shared(&mut self, name: &str) {
        self.need("shared");
        let constants = &self.scenario.constants;
        let Some((_, value)) = constants.shared.iter().find(|(known, _)| known == name) else { return };
        let kind = self.scenario.facts.global(name);
        let (rust, told) = (self.globals.get(name).cloned().unwrap_or_default(), self.type_name(&kind));
        let first = format!("Shared::new({})", constant(value, &kind));
        let constant = !first.contains("vec!") && !first.contains(".to_string()");
        self.out.line(match constant || first.contains("vec![]") {
            true => format!("static {rust}: Shared<{told}> = {};", first.replace("vec![]", "Vec::new()")),
            false => lazy(&rust, &format!("Shared<{told}>"), &first),
        });
    }

    fn object(&mut self, item: &ObjectItem) {
        let scenario = self.scenario;
        let array = format!("{}[", item.name.name);
        let all: Vec<&ObjectDecl> = scenario
            .constants
            .objects
            .iter()
            .filter(|decl| decl.name == item.name.name || decl.name.starts_with(&array))
            .collect();
        let Some(first) = all.first() else { return };
        let rust = self.globals.get(&item.name.name).cloned().unwrap_or_default();
        let kind = match scenario.facts.global(&item.name.name) {
            Type::List(of) if item.count.is_some() => (*of).clone(),
            kind => kind,
        };
        let (told, make, constant) = self.made(first, &kind);
        let n = all.len();
        self.out.line(match (item.count.is_some(), constant) {
            (false, true) => format!("static {rust}: {told} = {make};"),
            (false, false) => lazy(&rust, &told, &make),
            (true, true) => format!("static {rust}: [{told}; {n}] = [const {{ {make} }}; {n}];"),
            (true, false) => {
                lazy(&rust, &format!("[{told}; {n}]"), &format!("std::array::from_fn(|_| {make})"))
            }
        });
    }

    /// The type of an object, how it is made, and whether it is made before anything runs.
    fn made(&mut self, decl: &ObjectDecl, kind: &Type) -> (String, String, bool) {
        let size = decl.size.unwrap_or(1);
        let told = object_type(decl.kind, &self.ways).to_string();
        match decl.kind {
            ObjectKind::Lock if self.ways.by_hand => {
                self.need("lock");
                (told, "Lock::new()".to_string(), true)
            }
            ObjectKind::Lock => (told, "Mutex::const_new(())".to_string(), true),
            ObjectKind::Workers if self.ways.dealt => {
                self.need("workers");
                (told, format!("Workers::new({size})"), false)
            }
            ObjectKind::Resource | ObjectKind::Semaphore | ObjectKind::Workers => {
                (told, format!("Semaphore::const_new({size})"), true)
            }
            ObjectKind::RwLock => (told, "RwLock::const_new(())".to_string(), true),
            ObjectKind::Event => {
                self.need("event");
                (told, "Event::new()".to_string(), true)
            }
            ObjectKind::Condition => {
                self.need("condition");
                let lock = decl.lock.and_then(|lock| self.scenario.constants.objects.get(lock.0 as usize));
                let lock = lock.map(|lock| self.object_name(&lock.name)).unwrap_or_default();
                (told, format!("Condition::new(&{lock})"), true)
            }
            ObjectKind::Barrier => {
                self.need("barrier");
                (told, format!("Barrier::new({size})"), false)
            }
            ObjectKind::Future => {
                self.need("promise");
                let told = self.type_name(kind);
                (told, "Promise::new()".to_string(), false)
            }
            ObjectKind::Channel => self.channel(decl, kind),
        }
    }

    fn channel(&mut self, decl: &ObjectDecl, kind: &Type) -> (String, String, bool) {
        let of = match kind {
            Type::Channel(of) => self.type_name(of),
            _ => "()".to_string(),
        };
        let (piece, room) = match decl.size {
            None => ("unbounded", String::new()),
            Some(0) => ("rendezvous", String::new()),
            Some(n) => ("channel", n.to_string()),
        };
        let name = channel_name(decl.size);
        self.need(piece);
        (format!("{name}<{of}>"), format!("{name}::new({room})"), false)
    }

    /// `FORK[1]`
    fn object_name(&self, name: &str) -> String {
        let (stem, index) = name.split_at(name.find('[').unwrap_or(name.len()));
        format!("{}{index}", self.globals.get(stem).cloned().unwrap_or_default())
    }

    // ── tasks ─────────────────────────────────────────────────────────────

    pub fn task(&mut self, name: &'a Ident, params: &'a [Ident], body: &'a Block) {
        let Some(facts) = self.scenario.facts.task(&name.name).cloned() else { return };
        self.returns = facts.returns.clone();
        self.locals.clear();
        let mut given = Vec::new();
        for (param, kind) in params.iter().zip(&facts.params) {
            if self.ways.is_mixed(kind) {
                self.refuse(
                    param.span,
                    "a parameter that stands for channels of several kinds",
                    "channels with room, without room and without limit are of different types in Rust",
                    "give the channels that are handed to this task the same kind of room",
                );
            }
            let (rust, told) = (self.declare(&param.name), self.type_name(kind));
            let changed = assigns(body, &param.name) || matches!(kind, Type::Results(_));
            given.push(format!("{}{rust}: {told}", if changed { "mut " } else { "" }));
        }
        let rust = self.globals.get(&name.name).cloned().unwrap_or_default();
        let returns = self.type_name(&facts.returns);
        let boxed = self.recursive.contains(&name.name);
        let given = given.join(", ");
        if boxed {
            self.out.line(format!("fn {rust}({given}) -> Boxed<'static, {returns}> {{"));
            self.out.indent();
            self.out.line("Box::pin(async move {");
        } else {
            self.out.line(format!("async fn {rust}({given}) -> Result<{returns}> {{"));
        }
        self.body(body);
        if boxed {
            self.out.line("})");
            self.out.dedent();
        }
        self.out.line("}");
    }

    pub fn open_body(&mut self) {
        self.contexts = vec![Context { loops: 0, outermost: true }];
        self.groups = vec![None];
    }

    /// The body of a task, or of `main`, with what it gives at its end.
    pub fn body(&mut self, body: &'a Block) {
        self.open_body();
        self.indented(body);
        if ends(body) {
            return;
        }
        self.out.indent();
        self.out.line(match (crate::export::infer::ways::ends(body), &self.returns) {
            (true, Type::None | Type::Unknown | Type::Optional(_)) | (false, _) => match self.returns {
                Type::Optional(_) => "Ok(None)",
                _ => "Ok(())",
            },
            (true, _) => "unreachable!()",
        });
        self.out.dedent();
    }
}

/// Does Rust see that the end of the block is never reached?
fn ends(block: &Block) -> bool {
    block.statements.last().is_some_and(|last: &Statement| match &last.kind {
        StatementKind::Return { .. } | StatementKind::Fail { .. } | StatementKind::FailCancelled => true,
        StatementKind::If { arms, otherwise } => {
            arms.iter().all(|(_, body)| ends(body)) && otherwise.as_ref().is_some_and(ends)
        }
        StatementKind::Loop { body } => !crate::export::infer::breaks(body),
        StatementKind::With { body, .. } => ends(body),
        _ => false,
    })
}

fn lazy(name: &str, kind: &str, value: &str) -> String {
    format!("static {name}: LazyLock<{kind}> = LazyLock::new(|| {value});")
}

/// A value that was computed before anything ran.
fn constant(value: &Value, kind: &Type) -> String {
    let optional = matches!(kind, Type::Optional(_));
    let code = match value {
        Value::None if optional => return "None".to_string(),
        Value::Bool(b) => b.to_string(),
        Value::Int(i) => i.to_string(),
        Value::Float(x) => float(*x),
        Value::Duration(d) => nanos(*d),
        Value::Text(text) => format!("{}.to_string()", quoted(text)),
        Value::List(items) => {
            let of = match kind.some() {
                Type::List(of) => (**of).clone(),
                _ => Type::Unknown,
            };
            let items: Vec<String> = items.iter().map(|item| constant(item, &of)).collect();
            format!("vec![{}]", items.join(", "))
        }
        _ => "()".to_string(),
    };
    if optional { format!("Some({code})") } else { code }
}
