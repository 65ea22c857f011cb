//! Two logs of one program, step by step: how far they agree, and the first difference drawn side by side.

use crate::report::style::{Ink, Style};
use crate::source::Span;
use crate::time::show_nanos;
use crate::verify::seen::{Seen, Simulated, Status, Step};

/// Steps shown before a difference, and from it on.
const BEFORE: usize = 5;
const FROM: usize = 6;

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// So many steps, and the same end.
    Agrees(usize),
    /// From this step on.
    Differs(usize),
    /// One side did not run to its end; why.
    Unknown(String),
}

pub fn verdict(simulated: &Seen, real: &Seen) -> Verdict {
    if let Status::Stopped(why) = &simulated.status {
        return Verdict::Unknown(format!("cosim did not finish: {why}"));
    }
    let same = simulated.steps.iter().zip(&real.steps).take_while(|(ours, theirs)| ours == theirs).count();
    let (ours, theirs) = (simulated.steps.get(same), real.steps.get(same));
    match (&real.status, ours, theirs) {
        // What it wrote before it broke off was right, so nothing speaks against it or for it.
        (Status::Stopped(why), _, None) => Verdict::Unknown(why.clone()),
        (_, None, None) if ends_alike(&simulated.status, &real.status) => Verdict::Agrees(same),
        _ => Verdict::Differs(same),
    }
}

/// Failures are told apart by the log; the words of the last one are the runtime's own.
fn ends_alike(ours: &Status, theirs: &Status) -> bool {
    match (ours, theirs) {
        (Status::Error(_), Status::Error(_)) => true,
        (ours, theirs) => ours == theirs,
    }
}

/// What there is to say about a difference.
#[derive(Debug)]
pub struct Difference<'a> {
    pub simulated: &'a Simulated,
    pub real: &'a Seen,
    /// The first step that differs.
    pub at: usize,
    /// What the two sides are called.
    pub names: (&'a str, &'a str),
    /// The statement at which the simulation was, and its text.
    pub statement: Option<(String, String)>,
    /// Rules that may be involved.
    pub rules: Vec<String>,
}

/// The place in the program of the first step that differs, or of the last if the log is shorter.
pub fn place(simulated: &Simulated, at: usize) -> Option<Span> {
    simulated.places.get(at).or(simulated.places.last()).copied().flatten()
}

/// The rules of the words in a statement, each once.
pub fn rules(statement: &str, known: &[(&str, &str)]) -> Vec<String> {
    let words: Vec<&str> = statement.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut found: Vec<String> = Vec::new();
    for (word, rule) in known {
        let text = format!("{rule} ({word})");
        if words.contains(word) && !found.contains(&text) {
            found.push(text);
        }
    }
    // The most general word says something only where no other does.
    if found.len() > 1 {
        found.retain(|text| !text.ends_with("(await)"));
    }
    found
}

/// Both sides from a little before the difference.
pub fn draw(difference: &Difference<'_>, style: Style) -> String {
    let (ours, theirs) = (&difference.simulated.seen, difference.real);
    let column = ((style.width.saturating_sub(12)) / 2).clamp(20, 60);
    let mut out = String::new();
    let (left, right) = difference.names;
    let head = format!("      {}  {right}", padded(left, column));
    out.push_str(&format!("{}\n", style.paint(Ink::Strong, &head)));
    let first = difference.at.saturating_sub(BEFORE);
    if first > 0 {
        out.push_str(&style.paint(Ink::Faint, &format!("      … {first} steps that are the same\n")));
    }
    for at in first..difference.at {
        out.push_str(&row(at, ours.steps.get(at), theirs.steps.get(at), column, " "));
    }
    let last = ours.steps.len().max(theirs.steps.len());
    for at in difference.at..last.min(difference.at + FROM) {
        let (left, right) = (ours.steps.get(at), theirs.steps.get(at));
        let mark = if left == right { " " } else { style.glyph("≠", "!") };
        let text = row(at, left, right, column, mark);
        out.push_str(&if left == right { text } else { style.paint(Ink::Bad, text.trim_end()) + "\n" });
    }
    if last > difference.at + FROM {
        let more = last - difference.at - FROM;
        out.push_str(&style.paint(Ink::Faint, &format!("      … {more} more\n")));
    }
    let ends = format!("      {}  {}", padded(&ended(&ours.status), column), ended(&theirs.status));
    out.push_str(&format!("{}\n", style.paint(Ink::Faint, &ends)));
    if let Some((place, statement)) = &difference.statement {
        out.push_str(&format!("  at {place}: {statement}\n"));
    }
    if !difference.rules.is_empty() {
        out.push_str(&format!("  rules that may be involved: {}\n", difference.rules.join(", ")));
    }
    out
}

fn row(at: usize, ours: Option<&Step>, theirs: Option<&Step>, column: usize, mark: &str) -> String {
    let show = |step: Option<&Step>| match step {
        Some(step) => {
            format!("{:>8} {}", show_nanos(i64::try_from(step.nanos).unwrap_or(i64::MAX)), step.text)
        }
        None => format!("{:>8}", "-"),
    };
    format!("{mark}{:>4} {}  {}\n", at + 1, padded(&show(ours), column), show(theirs))
}

/// Cut or filled up to so many characters.
fn padded(text: &str, columns: usize) -> String {
    let length = text.chars().count();
    if length > columns {
        let cut: String = text.chars().take(columns.saturating_sub(1)).collect();
        return format!("{cut}…");
    }
    format!("{text}{}", " ".repeat(columns - length))
}

pub fn ended(status: &Status) -> String {
    match status {
        Status::Ok => "ends".to_string(),
        Status::Deadlock => "deadlock".to_string(),
        Status::Error(text) if text.is_empty() => "main fails".to_string(),
        Status::Error(text) => format!("main fails: {text}"),
        Status::Stopped(why) => why.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(steps: &[(u64, &str)], status: Status) -> Seen {
        let steps = steps.iter().map(|(nanos, text)| Step { nanos: *nanos, text: (*text).to_string() });
        Seen { steps: steps.collect(), status }
    }

    #[test]
    fn time_text_order_and_end_count() {
        let ours = seen(&[(0, "a"), (5, "b")], Status::Ok);
        assert_eq!(verdict(&ours, &ours.clone()), Verdict::Agrees(2));
        assert_eq!(verdict(&ours, &seen(&[(0, "a"), (6, "b")], Status::Ok)), Verdict::Differs(1));
        assert_eq!(verdict(&ours, &seen(&[(0, "a")], Status::Ok)), Verdict::Differs(1));
        assert_eq!(verdict(&ours, &seen(&[(0, "a"), (5, "b")], Status::Deadlock)), Verdict::Differs(2));
        let broken = seen(&[(0, "a")], Status::Stopped("gone".to_string()));
        assert_eq!(verdict(&ours, &broken), Verdict::Unknown("gone".to_string()));
        assert_eq!(
            verdict(&seen(&[], Status::Error("x".into())), &seen(&[], Status::Error("y".into()))),
            Verdict::Agrees(0)
        );
    }

    #[test]
    fn a_difference_is_drawn_side_by_side() {
        let ours = seen(&[(0, "main begins"), (5_000_000, "t1 7"), (5_000_000, "t2 9")], Status::Ok);
        let theirs = seen(&[(0, "main begins"), (5_000_000, "t2 9"), (5_000_000, "t1 7")], Status::Ok);
        let simulated = Simulated { seen: ours, places: Vec::new(), draws: Vec::new(), choices: Vec::new() };
        let difference = Difference {
            simulated: &simulated,
            real: &theirs,
            at: 1,
            names: ("cosim", "CPython 3.12.1"),
            statement: Some(("a.cosim:7".to_string(), "await e.wait()".to_string())),
            rules: rules("await gather(t())", &[("gather", "A17"), ("await", "A14")]),
        };
        assert_eq!(
            draw(&difference, Style::plain(60)),
            "      cosim                     CPython 3.12.1
    1       0s main begins            0s main begins
!   2      5ms t1 7                  5ms t2 9
!   3      5ms t2 9                  5ms t1 7
      ends                      ends
  at a.cosim:7: await e.wait()
  rules that may be involved: A17 (gather)
"
        );
    }
}
