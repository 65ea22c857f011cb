//! A quiz for the terminal and for paper.

use crate::quiz::paper::{Choice, Paper, Question, letter};
use crate::report::lines::{clean, wrap};
use crate::report::style::{Ink, Style};

/// The widest a paragraph gets.
const MEASURE: usize = 88;

/// The paper, with the answers behind it if they are wanted.
pub fn text(paper: &Paper, answers: bool, style: Style) -> String {
    let mut out = head(paper, style);
    for (number, question) in (1..).zip(&paper.questions) {
        out.push_str(&format!("\n{}", asked(number, question, style)));
    }
    if answers {
        out.push_str(&format!("\n{}\n", style.paint(Ink::Strong, "Answers")));
        for (number, question) in (1..).zip(&paper.questions) {
            out.push_str(&format!("\n{}", answer(number, question, style)));
        }
    }
    out
}

/// What one has to know: the story, the program, under what it runs.
pub fn head(paper: &Paper, style: Style) -> String {
    let mut out = String::new();
    let title = if paper.title.is_empty() { "Quiz" } else { &paper.title };
    wrap(title, measure(style))
        .iter()
        .for_each(|line| out.push_str(&format!("{}\n", style.paint(Ink::Strong, line))));
    if !paper.story.is_empty() {
        out.push_str(&format!("\n{}\n", wrap(&paper.story, measure(style)).join("\n")));
    }
    out.push('\n');
    for line in paper.program.trim_end().lines() {
        out.push_str(format!("    {}", clean(&line.replace('\t', "    "))).trim_end());
        out.push('\n');
    }
    out.push_str(&format!("\n{}\n", style.paint(Ink::Strong, "It runs under")));
    for (name, runtime) in &paper.runs {
        let runtime =
            if name == runtime { String::new() } else { style.paint(Ink::Faint, &format!("  {runtime}")) };
        out.push_str(&format!("  {name}{runtime}\n"));
    }
    out
}

/// A question with its answers to choose from.
pub fn asked(number: usize, question: &Question, style: Style) -> String {
    let mut out = paragraph(&format!("{number}. "), &question.text, style, Ink::Strong);
    if let Some(picture) = &question.picture {
        out.push('\n');
        for line in picture.lines() {
            out.push_str(format!("   {line}").trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    for (at, choice) in question.options.iter().enumerate() {
        out.push_str(&item(&format!("   {}  ", letter(at)), &choice.text, style));
    }
    out
}

/// The right answer, why it is right, and when the others would be.
pub fn answer(number: usize, question: &Question, style: Style) -> String {
    let right = &question.options[question.right];
    let mut out = paragraph(
        &format!("{number}. "),
        &format!("{}: {}", letter(question.right), right.text),
        style,
        Ink::Good,
    );
    out.push_str(&reasons(question, style));
    out
}

/// Everything an answer has but itself.
pub fn reasons(question: &Question, style: Style) -> String {
    let mut out = String::new();
    question.because.iter().for_each(|line| out.push_str(&item("   ", line, style)));
    if let Some(rule) = question.rule {
        out.push_str(&item("   ", &format!("The rule: {rule}"), style));
    }
    for (at, Choice { text, note, .. }) in
        question.options.iter().enumerate().filter(|(at, _)| *at != question.right)
    {
        out.push_str(&item(&format!("   {}  ", letter(at)), &format!("{text}: {note}."), style));
    }
    out
}

fn measure(style: Style) -> usize {
    style.width.min(MEASURE)
}

fn paragraph(mark: &str, text: &str, style: Style, ink: Ink) -> String {
    lines(mark, text, style, |line| style.paint(ink, line))
}

fn item(mark: &str, text: &str, style: Style) -> String {
    lines(mark, text, style, str::to_string)
}

fn lines(mark: &str, text: &str, style: Style, paint: impl Fn(&str) -> String) -> String {
    let room = measure(style).saturating_sub(mark.len()).max(20);
    let mut out = String::new();
    for (at, line) in wrap(text, room).iter().enumerate() {
        let before = if at == 0 { mark.to_string() } else { " ".repeat(mark.len()) };
        out.push_str(&format!("{before}{}\n", paint(line)));
    }
    out
}
