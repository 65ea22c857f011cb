//! A quiz as Markdown: for pages, books and whatever else is made of it.

use crate::quiz::paper::{Paper, Question, letter};
use crate::report::lines::clean;

/// The whole paper; the answers, if they are wanted, are folded under each question.
pub fn markdown(paper: &Paper, answers: bool) -> String {
    let title = if paper.title.is_empty() { "Quiz" } else { &paper.title };
    let mut out = format!("# {}\n", escaped(title));
    if !paper.story.is_empty() {
        out.push_str(&format!("\n{}\n", escaped(&paper.story)));
    }
    out.push_str(&format!("\n{}\nIt runs under\n\n", fenced("cosim", &lines(&paper.program))));
    for (name, runtime) in &paper.runs {
        let name = if name == runtime { String::new() } else { format!("{}: ", escaped(name)) };
        out.push_str(&format!("* {name}`{runtime}`\n"));
    }
    out.push_str(&format!("\n{}", questions(paper, answers)));
    out
}

/// Free of control characters, but as it is written.
fn lines(program: &str) -> String {
    program.lines().map(|line| clean(&line.replace('\t', "    "))).collect::<Vec<_>>().join("\n")
}

/// The questions alone.
pub fn questions(paper: &Paper, answers: bool) -> String {
    let mut out = String::new();
    for (number, question) in (1..).zip(&paper.questions) {
        out.push_str(if number > 1 { "\n" } else { "" });
        out.push_str(&asked(number, question));
        if answers {
            out.push_str(&answer(question));
        }
    }
    out
}

fn asked(number: usize, question: &Question) -> String {
    let mut out = format!("**{number}.** {}\n\n", escaped(&question.text));
    if let Some(picture) = &question.picture {
        out.push_str(&format!("{}\n", fenced("text", picture)));
    }
    for (at, choice) in question.options.iter().enumerate() {
        out.push_str(&format!("* **{}** {}\n", letter(at), escaped(&choice.text)));
    }
    out
}

fn answer(question: &Question) -> String {
    let right = &question.options[question.right];
    let mut out = format!(
        "\n<details><summary>Answer</summary>\n\n**{}** {}.",
        letter(question.right),
        escaped(&right.text)
    );
    question.because.iter().for_each(|line| out.push_str(&format!(" {}", escaped(line))));
    if let Some(rule) = question.rule {
        out.push_str(&format!("\n\nThe rule: {}", escaped(rule)));
    }
    out.push_str("\n\n");
    for (at, choice) in question.options.iter().enumerate().filter(|(at, _)| *at != question.right) {
        out.push_str(&format!(
            "* **{}** {}\n",
            letter(at),
            escaped(&format!("{}: {}.", choice.text, choice.note))
        ));
    }
    out.push_str("\n</details>\n");
    out
}

/// A block that ends where its text ends.
pub fn fenced(info: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{info}\n{}\n{fence}\n", text.trim_end())
}

/// Words as they are, outside of what stands between backticks: nothing of them is markup.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    let paired = text.matches('`').count().is_multiple_of(2);
    for c in text.chars() {
        match c {
            '`' if paired => code = !code,
            '`' | '*' | '_' | '[' | ']' | '<' | '>' | '\\' | '#' | '|' | '&' | '$' | '~' if !code => {
                out.push('\\')
            }
            '\n' => {
                out.push(' ');
                continue;
            }
            _others => {}
        }
        out.push(c);
    }
    out
}
