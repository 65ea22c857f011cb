//! A program as text, one instruction a line, for tests and for whoever wants to look inside.

use std::fmt::{self, Write};

use crate::lang::program::{Function, NO_TEXT, Op, Program, Text, TextId, TextPart};

impl Program {
    /// Registers are `r0`, `r1`, …, constants `k0`, `k1`, …; what an instruction refers to stands behind it.
    pub fn disassemble(&self) -> String {
        let mut out = String::new();
        self.write(&mut out).expect("a string takes everything");
        out
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        for (i, function) in self.functions.iter().enumerate() {
            let end = self.functions.get(i + 1).map_or(self.code.len(), |next| next.entry as usize);
            self.function(out, function, end)?;
        }
        for (i, value) in self.constants.iter().enumerate() {
            writeln!(out, "k{i} = {value}")?;
        }
        Ok(())
    }

    fn function(&self, out: &mut String, function: &Function, end: usize) -> fmt::Result {
        let Function { name, params, registers, entry, handlers, .. } = function;
        writeln!(out, "{name}: {params} parameters, {registers} registers")?;
        for (pc, op) in self.code.iter().enumerate().take(end).skip(*entry as usize) {
            writeln!(out, "{pc:4}  {op:?}{}", self.note(op))?;
        }
        for handler in handlers {
            let (from, to, target, register) = (handler.from, handler.to, handler.target, handler.register);
            writeln!(out, "      {from}..{to} raises to {target}, r{register}")?;
        }
        writeln!(out)
    }

    fn note(&self, op: &Op) -> String {
        match op {
            Op::Work { label, .. }
            | Op::Block { label, .. }
            | Op::Sleep { label, .. }
            | Op::Io { label, .. } => self.text_note(*label),
            Op::Text { text, .. } | Op::Log { text } | Op::Assert { message: text, .. } => {
                self.text_note(*text)
            }
            Op::Call { function, .. } | Op::Defer { function, .. } => {
                format!("  // {}", self.functions[*function as usize].name)
            }
            Op::Spawn { site, .. } => format!("  // {:?}", self.spawns[*site as usize]),
            Op::Select { site } => format!("  // {:?}", self.selects[*site as usize].arms),
            Op::GetShared { slot, .. } | Op::SetShared { slot, .. } | Op::SetSharedIndex { slot, .. } => {
                format!("  // {}", self.shared[*slot as usize].0)
            }
            Op::Observe { metric, .. } => format!("  // {}", self.metrics[*metric as usize]),
            _ => String::new(),
        }
    }

    fn text_note(&self, id: TextId) -> String {
        if id == NO_TEXT { String::new() } else { format!("  // {}", self.texts[id as usize]) }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for part in &self.parts {
            match part {
                TextPart::Literal(text) => write!(f, "{}", text.escape_debug())?,
                TextPart::Value(value) => write!(f, "{{{value:?}}}")?,
            }
        }
        f.write_char('"')
    }
}
