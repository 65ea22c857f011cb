//! What all tasks of a run execute on: the program, the shared variables, the runtime.

use std::cell::RefCell;
use std::rc::Rc;

use crate::exec::state::State;
use crate::exec::typed::code::{Quick, Typed};
use crate::exec::typed::compute::World;
use crate::exec::typed::flow::Scene;
use crate::exec::typed::lot::Lot;
use crate::exec::typed::translate::{Permission, translate};
use crate::lang::functions;
use crate::lang::operators;
use crate::lang::program::{NO_TEXT, Program, TextId, TextPart};
use crate::runtimes::runtime::Runtime;
use crate::sim::task::{NewTask, Start};
use crate::source::Span;
use crate::time::add_nanos;
use crate::value::{Call, Failure, FailureKind, Raise, Value};

/// Characters of an argument in a task's name.
const LONGEST: usize = 24;

pub struct Machine<'r, R: Runtime> {
    pub program: &'r Program,
    pub runtime: &'r R,
    /// What tasks have in common.
    pub world: RefCell<World<'r>>,
    /// One for each function of the program.
    pub lots: Vec<Lot>,
    /// The name of tasks while nobody traces.
    nameless: Rc<str>,
    /// Where names are made.
    name: RefCell<String>,
}

impl<'r, R: Runtime> Machine<'r, R> {
    pub fn new(program: &'r Program, runtime: &'r R) -> Machine<'r, R> {
        let shared = program.shared.iter().map(|(_, value)| value.clone()).collect();
        let functions = program.functions.iter().enumerate();
        let lots = functions.map(|(n, function)| Lot::new(function, program.end(n))).collect();
        Machine {
            program,
            runtime,
            world: RefCell::new(World { program, kernel: runtime.kernel(), shared, steps: 0 }),
            lots,
            nameless: Rc::from(""),
            name: RefCell::default(),
        }
    }

    /// Typed code that can go on where a task stands, if there is any.
    #[inline]
    pub fn typed_at(&self, state: &State) -> Option<&Typed> {
        if state.is_inside_a_call() {
            return None;
        }
        let function = usize::from(state.function());
        let lot = &self.lots[function];
        let typed = lot.warm(|| self.typed(function))?;
        if matches!(typed.code[typed.at(state.pc)], Quick::Plain) {
            lot.surprised();
            return None;
        }
        Some(typed)
    }

    fn typed(&self, function: usize) -> Option<Typed> {
        let scene = Scene {
            program: self.program,
            function: &self.program.functions[function],
            end: self.program.end(function),
            lot: &self.lots[function],
            shared: &self.world.borrow().shared,
        };
        // Where tasks have no memory in common, somebody looks at who touches it.
        let may = Permission { shared: !self.runtime.has_doors(), labels: !self.runtime.kernel().tracing() };
        translate(scene, may)
    }

    /// The instruction a task stands at has come to this.
    #[inline]
    pub fn see(&self, state: &State, value: &Value) {
        self.lots[usize::from(state.function())].see(state.pc, value);
    }

    /// A task to be, with the name timelines show: `wash(3)`.
    pub fn new_task(&self, call: &Rc<Call>) -> NewTask {
        self.task(call.function, &call.arguments, Start::Call(call.clone()))
    }

    /// A task to be that nobody can speak of before it is started.
    #[inline]
    pub fn started_task(&self, function: u16, arguments: &[Value]) -> NewTask {
        let start = match arguments {
            [] => Start::Small(function, None),
            [one] => Start::Small(function, Some(one.clone())),
            more => Start::Call(Rc::new(Call { function, arguments: more.to_vec() })),
        };
        self.task(function, arguments, start)
    }

    #[inline(always)]
    fn task(&self, function: u16, arguments: &[Value], start: Start) -> NewTask {
        let tracing = self.runtime.kernel().tracing();
        let name = if tracing { self.name(function, arguments) } else { self.nameless.clone() };
        NewTask { start, name, priority: 0, daemon: false, on: None, detached: false }
    }

    fn name(&self, function: u16, arguments: &[Value]) -> Rc<str> {
        let name = &mut *self.name.borrow_mut();
        name.clear();
        name.push_str(&self.program.functions[function as usize].name);
        for (n, argument) in arguments.iter().enumerate() {
            name.push_str(if n == 0 { "(" } else { ", " });
            self.add_short(argument, name);
        }
        if !arguments.is_empty() {
            name.push(')');
        }
        Rc::from(name.as_str())
    }

    /// A value as it stands in a task's name: objects by their names, long texts cut.
    fn add_short(&self, value: &Value, name: &mut String) {
        let start = name.len();
        match value {
            Value::Int(n) => return name.push_str(itoa::Buffer::new().format(*n)),
            Value::Duration(nanos) => add_nanos(*nanos, name),
            Value::Object(id) => match self.program.objects.get(id.0 as usize) {
                Some(object) => name.push_str(&object.name),
                None => name.push_str(&value.to_string()),
            },
            other => name.push_str(&functions::show(other).unwrap_or_default()),
        }
        if let Some((cut, _)) = name[start..].char_indices().nth(LONGEST) {
            name.truncate(start + cut);
            name.push('…');
        }
    }

    /// A text with its holes filled; an error if it is longer than strings may be.
    pub fn text(&self, state: &State, id: TextId) -> Result<String, String> {
        let mut out = String::new();
        for part in &self.program.texts[id as usize].parts {
            match part {
                TextPart::Literal(text) => out.push_str(text),
                TextPart::Value(operand) => {
                    out.push_str(&functions::show(state.operand(self.program, *operand))?)
                }
            }
        }
        operators::text_fits(out.len())?;
        Ok(out)
    }

    /// A label, built only if somebody traces. What is too long for one is left out.
    #[inline]
    pub fn label(&self, state: &State, id: TextId) -> Option<Rc<str>> {
        if id == NO_TEXT || !self.runtime.kernel().tracing() {
            return None;
        }
        self.text(state, id).ok().map(Rc::from)
    }

    /// The statement a task stands at.
    pub fn place(&self, state: &State) -> Span {
        self.program.spans[state.pc as usize]
    }

    /// Gives a run-time error of the runtime's the place of the statement it happened at.
    pub fn placed(&self, state: &State, raise: Raise) -> Raise {
        match raise {
            Raise::Failed(failure) if failure.span == Span::default() => {
                let span = self.place(state);
                Raise::Failed(Rc::new(Failure { span, ..(*failure).clone() }))
            }
            other => other,
        }
    }

    /// A run-time error at the statement a task stands at.
    pub fn error(&self, state: &State, text: impl Into<String>) -> Raise {
        Raise::Failed(Failure::new(FailureKind::Error, text, self.place(state)))
    }
}
