//! Smaller versions of a program, the boldest cuts first.
//!
//! Whether a version is a program at all is for the checker to say, and whether it still shows what
//! the larger one showed for whoever asked.

use crate::verify::random::tree::{Step, Tree};

/// Every program that comes from this one by one cut.
pub fn smaller(tree: &Tree) -> Vec<Tree> {
    let mut all = without_names(tree);
    for (at, _) in tree.tasks.iter().enumerate() {
        all.extend(variants(&tree.tasks[at].1, cuts).into_iter().map(|body| with_task(tree, at, body)));
    }
    all.extend(variants(&tree.main, cuts).into_iter().map(|main| Tree { main, ..tree.clone() }));
    for (at, (_, body)) in tree.tasks.iter().enumerate() {
        all.extend(variants(body, flattened).into_iter().map(|body| with_task(tree, at, body)));
    }
    all.extend(variants(&tree.main, flattened).into_iter().map(|main| Tree { main, ..tree.clone() }));
    for (at, (_, body)) in tree.tasks.iter().enumerate() {
        all.extend(variants(body, lowered).into_iter().map(|body| with_task(tree, at, body)));
    }
    all.extend(variants(&tree.main, lowered).into_iter().map(|main| Tree { main, ..tree.clone() }));
    all
}

fn with_task(tree: &Tree, at: usize, body: Vec<Step>) -> Tree {
    let mut smaller = tree.clone();
    smaller.tasks[at].1 = body;
    smaller
}

/// Without a task, an object or a variable, and every line in which it occurs.
fn without_names(tree: &Tree) -> Vec<Tree> {
    let declared = tree.declarations.iter().filter_map(|text| text.split([' ', '(']).nth(1));
    let tasks = tree.tasks.iter().filter_map(|(head, _)| head.split([' ', '(']).nth(1));
    let mut variables = Vec::new();
    tree.tasks.iter().for_each(|(_, body)| bound(body, &mut variables));
    bound(&tree.main, &mut variables);
    let names = tasks.chain(declared).chain(variables.iter().map(String::as_str));
    names.map(|name| without(tree, name)).collect()
}

fn bound(steps: &[Step], out: &mut Vec<String>) {
    for step in steps {
        match step {
            Step::Line(text) => {
                out.extend(
                    text.strip_prefix("let ").and_then(|rest| rest.split(' ').next()).map(String::from),
                );
            }
            Step::Block { body, clauses, .. } => {
                bound(body, out);
                clauses.iter().for_each(|(_, body)| bound(body, out));
            }
        }
    }
}

fn without(tree: &Tree, name: &str) -> Tree {
    let tasks = tree.tasks.iter().filter(|(head, _)| !mentions(head.split('(').next().unwrap_or(head), name));
    Tree {
        declarations: tree.declarations.iter().filter(|text| !mentions(text, name)).cloned().collect(),
        tasks: tasks.map(|(head, body)| (without_parameter(head, name), cleared(body, name))).collect(),
        main: cleared(&tree.main, name),
    }
}

/// `task t1(h2, h3)` without `h2`.
fn without_parameter(head: &str, name: &str) -> String {
    let Some((task, rest)) = head.split_once('(') else { return head.to_string() };
    let parameters: Vec<&str> = rest.trim_end_matches(')').split(", ").filter(|one| *one != name).collect();
    format!("{task}({})", parameters.join(", "))
}

/// Arguments go with the parameter of the same name; everything else that names it goes as a whole.
fn cleared(steps: &[Step], name: &str) -> Vec<Step> {
    let mut out = Vec::new();
    for step in steps {
        match step {
            Step::Line(text) => {
                let text = without_argument(text, name);
                if !mentions(&text, name) {
                    out.push(Step::Line(text));
                }
            }
            Step::Block { head, body, clauses } => {
                let (head, body) = (without_argument(head, name), cleared(body, name));
                let clauses: Vec<(String, Vec<Step>)> =
                    clauses.iter().map(|(head, body)| (head.clone(), cleared(body, name))).collect();
                if mentions(&head, name) {
                    if !head.ends_with("=>") {
                        out.extend(body);
                    }
                } else {
                    out.push(Step::Block { head, body, clauses });
                }
            }
        }
    }
    out
}

fn without_argument(text: &str, name: &str) -> String {
    let mut text = text.replace(&format!("({name}, "), "(").replace(&format!(", {name}, "), ", ");
    text = text.replace(&format!(", {name})"), ")");
    match text.contains("= spawn ") || text.starts_with("spawn ") {
        true => text.replace(&format!("({name})"), "()"),
        false => text,
    }
}

/// Does the text contain the name as a whole word?
fn mentions(text: &str, name: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        !before.ends_with(word) && !after.starts_with(word)
    })
}

/// Every version of a list of steps with one change, at any depth.
fn variants(steps: &[Step], change: fn(&[Step]) -> Vec<Vec<Step>>) -> Vec<Vec<Step>> {
    let mut all = change(steps);
    for (at, step) in steps.iter().enumerate() {
        let Step::Block { head, body, clauses } = step else { continue };
        let mut put = |body: Vec<Step>, clauses: Vec<(String, Vec<Step>)>| {
            let mut version = steps.to_vec();
            version[at] = Step::Block { head: head.clone(), body, clauses };
            all.push(version);
        };
        for body in variants(body, change) {
            put(body, clauses.clone());
        }
        for (n, (_, inner)) in clauses.iter().enumerate() {
            for inner in variants(inner, change) {
                let mut clauses = clauses.clone();
                clauses[n].1 = inner;
                put(body.clone(), clauses);
            }
        }
    }
    all
}

/// Without its larger parts, then without one step.
fn cuts(steps: &[Step]) -> Vec<Vec<Step>> {
    let mut all = Vec::new();
    let mut length = steps.len();
    while length >= 1 {
        for from in (0..steps.len()).step_by(length) {
            let to = (from + length).min(steps.len());
            all.push([&steps[..from], &steps[to..]].concat());
        }
        length /= 2;
    }
    all
}

/// A block replaced by what is in it, or without one of its clauses.
fn flattened(steps: &[Step]) -> Vec<Vec<Step>> {
    let mut all = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let Step::Block { head, body, clauses } = step else { continue };
        all.push([&steps[..at], body, &steps[at + 1..]].concat());
        for n in 0..clauses.len() {
            let mut fewer = clauses.clone();
            fewer.remove(n);
            let mut version = steps.to_vec();
            version[at] = Step::Block { head: head.clone(), body: body.clone(), clauses: fewer };
            all.push(version);
        }
    }
    all
}

/// One number made smaller.
fn lowered(steps: &[Step]) -> Vec<Vec<Step>> {
    let mut all = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        let text = match step {
            Step::Line(text) if !text.starts_with("return") && !text.starts_with("log") => text,
            Step::Line(_) => continue,
            Step::Block { head, .. } => head,
        };
        for smaller in lower_numbers(text) {
            let mut version = steps.to_vec();
            match &mut version[at] {
                Step::Line(text) => *text = smaller,
                Step::Block { head, .. } => *head = smaller,
            }
            all.push(version);
        }
    }
    all
}

/// `await sleep(5ms)` as `1ms` and `2ms`; digits within names stay.
fn lower_numbers(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let named = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
        if digits > 0 && !named {
            let value: u64 = text[at..at + digits].parse().unwrap_or(0);
            for smaller in [1, value / 2] {
                if smaller >= 1 && smaller < value {
                    all.push(format!("{}{smaller}{}", &text[..at], &text[at + digits..]));
                }
            }
        }
        at += digits.max(1);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::random::maker::program;
    use crate::verify::random::vocabulary::Vocabulary;

    #[test]
    fn a_cut_makes_a_program_smaller() {
        let tree = program(&Vocabulary::without(&[]), 3, 5);
        let all = smaller(&tree);
        assert!(all.len() > 20);
        for cut in all {
            assert!(cut.size() <= tree.size() && cut != tree || cut.print().len() <= tree.print().len());
        }
    }

    #[test]
    fn a_task_goes_with_its_mentions() {
        let line = |text: &str| Step::Line(text.to_string());
        let tree = Tree {
            declarations: vec![],
            tasks: vec![("task t1(h2)".to_string(), vec![line("await h2")])],
            main: vec![line("let h2 = spawn t2()"), line("let h1 = spawn t1(h2)"), line("await h1")],
        };
        let smaller = without(&tree, "h2");
        assert_eq!(smaller.print(), "task t1() {\n}\n\nmain {\n    let h1 = spawn t1()\n    await h1\n}\n");
        assert_eq!(without(&tree, "t1").print(), "main {\n    let h2 = spawn t2()\n    await h1\n}\n");
    }

    #[test]
    fn numbers_go_down_and_names_stay() {
        assert_eq!(lower_numbers("await c8.send(9)"), ["await c8.send(1)", "await c8.send(4)"]);
        assert_eq!(lower_numbers("timeout 1ms"), Vec::<String>::new());
    }
}
