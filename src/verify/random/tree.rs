//! A program as a small tree of lines and blocks: easy to make, to print, and to take parts away from.

/// A line, or a block with what follows its brace (`else`, `catch e`, `finally`).
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Line(String),
    Block { head: String, body: Vec<Step>, clauses: Vec<(String, Vec<Step>)> },
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    /// `lock l0`, `channel c1(2)`, …
    pub declarations: Vec<String>,
    /// `task t1(h2)` with its body.
    pub tasks: Vec<(String, Vec<Step>)>,
    pub main: Vec<Step>,
}

pub fn line(text: impl Into<String>) -> Step {
    Step::Line(text.into())
}

pub fn block(head: impl Into<String>, body: Vec<Step>) -> Step {
    Step::Block { head: head.into(), body, clauses: Vec::new() }
}

pub fn block_with(head: impl Into<String>, body: Vec<Step>, clauses: Vec<(String, Vec<Step>)>) -> Step {
    Step::Block { head: head.into(), body, clauses }
}

impl Tree {
    /// The program as text.
    pub fn print(&self) -> String {
        let mut out = String::new();
        for declaration in &self.declarations {
            out.push_str(declaration);
            out.push('\n');
        }
        for (head, body) in &self.tasks {
            if !out.is_empty() {
                out.push('\n');
            }
            print_block(head, body, &[], 0, &mut out);
        }
        if !out.is_empty() {
            out.push('\n');
        }
        print_block("main", &self.main, &[], 0, &mut out);
        out
    }

    /// How many lines and blocks it has.
    pub fn size(&self) -> usize {
        let tasks: usize = self.tasks.iter().map(|(_, body)| 1 + count(body)).sum();
        self.declarations.len() + tasks + count(&self.main)
    }
}

pub fn count(steps: &[Step]) -> usize {
    let one = |step: &Step| match step {
        Step::Line(_) => 1,
        Step::Block { body, clauses, .. } => {
            1 + count(body) + clauses.iter().map(|(_, body)| 1 + count(body)).sum::<usize>()
        }
    };
    steps.iter().map(one).sum()
}

fn print_block(head: &str, body: &[Step], clauses: &[(String, Vec<Step>)], depth: usize, out: &mut String) {
    let indent = "    ".repeat(depth);
    out.push_str(&format!("{indent}{head} {{\n"));
    print_steps(body, depth + 1, out);
    for (head, body) in clauses {
        out.push_str(&format!("{indent}}} {head} {{\n"));
        print_steps(body, depth + 1, out);
    }
    out.push_str(&format!("{indent}}}\n"));
}

fn print_steps(steps: &[Step], depth: usize, out: &mut String) {
    for step in steps {
        match step {
            Step::Line(text) => out.push_str(&format!("{}{text}\n", "    ".repeat(depth))),
            Step::Block { head, body, clauses } => print_block(head, body, clauses, depth, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_printed_as_people_write() {
        let body = vec![block_with(
            "try",
            vec![line("work 1ms")],
            vec![("catch e".to_string(), vec![line("log \"{e}\"")])],
        )];
        let tree = Tree {
            declarations: vec!["lock l0".to_string()],
            tasks: vec![("task t1()".to_string(), vec![line("return 1")])],
            main: body,
        };
        let text = "lock l0\n\ntask t1() {\n    return 1\n}\n\nmain {\n    try {\n        work 1ms\n    } catch e {\n        log \"{e}\"\n    }\n}\n";
        assert_eq!(tree.print(), text);
        assert_eq!(tree.size(), 7);
    }
}
