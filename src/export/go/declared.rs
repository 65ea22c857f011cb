//! Parameters, shared variables and objects: declarations of the package.

use crate::export::go::golang::Golang;
use crate::export::go::values::{go_type, literal};
use crate::export::types::Type;
use crate::lang::ast::{Expr, ExprKind, Ident, ObjectArgument, ObjectItem, ObjectKind};
use crate::value::Value;

impl Golang<'_> {
    pub fn param(&mut self, name: &Ident) {
        let ty = self.scenario.facts.global(&name.name);
        let value = self.scenario.constants.values.get(&name.name).cloned().unwrap_or_default();
        let listed = matches!(value, Value::List(_) | Value::None);
        let word = if listed { "var" } else { "const" };
        let go = self.task_name(&name.name);
        let text = literal(&value, &ty);
        self.line(match (&value, &ty) {
            (Value::None, _) | (_, Type::Optional(_)) => format!("var {go} {} = {text}", go_type(&ty)),
            (Value::Duration(0), _) => format!("{word} {go} time.Duration = 0"),
            _ => format!("{word} {go} = {text}"),
        });
    }

    pub fn shared(&mut self, name: &Ident) {
        let ty = self.scenario.facts.global(&name.name);
        let found = self.scenario.constants.shared.iter().find(|(shared, _)| *shared == name.name);
        let value = found.map(|(_, value)| value.clone()).unwrap_or_default();
        let text = literal(&value, &ty);
        self.line(format!("var {} {} = {text}", self.task_name(&name.name), go_type(&ty)));
    }

    pub fn object(&mut self, item: &ObjectItem) {
        let go = self.task_name(&item.name.name);
        let ty = self.scenario.facts.global(&item.name.name);
        let (one, count) = match (&ty, &item.count) {
            (Type::List(one), Some(_)) => (one.as_ref().clone(), true),
            _ => (ty.clone(), false),
        };
        let declared = self.scenario.constants.values.get(&item.name.name).cloned();
        let ids: Vec<u32> = match &declared {
            Some(Value::Object(id)) => vec![id.0],
            Some(Value::List(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::Object(id) => Some(id.0),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let size = ids.first().and_then(|id| self.scenario.constants.objects.get(*id as usize));
        let size = size.and_then(|object| object.size);
        let new = self.new_object(item, &one, size);
        self.line(if count {
            let one = go_type(&one);
            format!("var {go} = array({}, func() {one} {{ return {new} }})", ids.len())
        } else {
            format!("var {go} = {new}")
        });
    }

    fn new_object(&self, item: &ObjectItem, ty: &Type, size: Option<u64>) -> String {
        let n = size.unwrap_or(1);
        match item.kind {
            ObjectKind::Lock => "new(sync.Mutex)".to_string(),
            ObjectKind::RwLock => "new(sync.RWMutex)".to_string(),
            ObjectKind::Resource => format!("newSemaphore({n}, 0)"),
            ObjectKind::Workers => {
                // Of processes or of threads: goroutines compute side by side in one process.
                format!("newSemaphore({n}, 0)")
            }
            ObjectKind::Semaphore => {
                format!("newSemaphore({n}, {})", if self.needs.releases { "1 << 12" } else { "0" })
            }
            ObjectKind::Channel => {
                let room = match (size, &item.argument) {
                    (Some(0), _) => String::new(),
                    (Some(n), _) => format!(", {n}"),
                    // Go has no channel without bounds.
                    (None, Some(ObjectArgument::Unbounded(_)) | None) => ", 1<<16".to_string(),
                    (None, Some(ObjectArgument::Value(_))) => String::new(),
                };
                format!("make({}{room})", go_type(ty))
            }
            ObjectKind::Event => "newEvent()".to_string(),
            ObjectKind::Condition => {
                let lock = match &item.argument {
                    Some(ObjectArgument::Value(lock)) => self.lock_of(lock),
                    Some(ObjectArgument::Unbounded(_)) | None => String::new(),
                };
                format!("sync.NewCond({lock})")
            }
            ObjectKind::Barrier => format!("newBarrier({n})"),
            ObjectKind::Future => match ty {
                Type::Future(of) => format!("newFuture[{}]()", go_type(of)),
                _ => "newFuture[none]()".to_string(),
            },
        }
    }

    /// The lock of a condition: a name, or an element of an array.
    fn lock_of(&self, lock: &Expr) -> String {
        match &lock.kind {
            ExprKind::Name(name) => self.task_name(name),
            ExprKind::Index { object, index } => match (&object.kind, &index.kind) {
                (ExprKind::Name(name), ExprKind::Int(n)) => format!("{}[{n}]", self.task_name(name)),
                _ => String::new(),
            },
            _other => String::new(),
        }
    }
}
