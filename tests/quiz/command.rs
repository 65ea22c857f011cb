//! `cosim quiz` as it is called: on paper, into a pipe, in a conversation.

use std::process::{Command, Output};

use crate::support::fed::fed;

const LAUNDRY: &str = "scenarios/laundry.ron";

fn quiz(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cosim"));
    fed(command.arg("quiz").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")), input.as_bytes())
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_paper_is_printed_where_nobody_can_answer() {
    let (code, out, err) = said(&quiz(&[LAUNDRY, "--count", "4"], ""));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.contains("\n4. ") && !out.contains("\n5. ") && !out.contains("Answers") && out.is_ascii(),
        "{out}"
    );
    let (_, again, _) = said(&quiz(&[LAUNDRY, "--count", "4"], ""));
    assert_eq!(out, again);
    let (code, out, _) = said(&quiz(
        &["-", "--runtime", "Asyncio()", "--count", "2"],
        "main { work 2s; await sleep(1s); log \"a\"; log \"b\" }",
    ));
    assert!(code == Some(0) && out.contains("Asyncio(version"), "{out}");
}

#[test]
fn fewer_questions_than_wanted_are_said_to_be_fewer() {
    let (code, out, err) = said(&quiz(&["scenarios/gather.ron", "--count", "100"], ""));
    assert_eq!(code, Some(1));
    assert!(
        err.starts_with("warning: ") && err.contains(" of 100 questions: there are no more that differ"),
        "{err}"
    );
    assert!(out.contains("1. "), "{out}");
    let (code, out, err) = said(&quiz(&["-", "--runtime", "Asyncio()"], "main { }"));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("nothing can be asked"), "{err}");
}

#[test]
fn somebody_answers() {
    let (_, paper, _) = said(&quiz(&[LAUNDRY, "--count", "3", "--json", "--answers"], ""));
    let paper: serde_json::Value = serde_json::from_str(&paper).expect("JSON");
    let right: Vec<&str> = paper["questions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["answer"]["letter"].as_str().expect("a letter"))
        .collect();
    let wrong = if right[1] == "A" { "b" } else { "a" };
    let answers = format!("{}\nwhat?\n{wrong}\n{}\n", right[0].to_lowercase(), right[2]);
    let (code, out, err) = said(&quiz(&[LAUNDRY, "--count", "3", "--interactive"], &answers));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.contains("Type a letter from A to") && out.contains(&format!("No: it is {}, ", right[1])),
        "{out}"
    );
    assert!(out.ends_with("\n2 of 3 right.\n"), "{out}");
    let (code, out, _) = said(&quiz(&[LAUNDRY, "--count", "3", "--interactive"], "q\n"));
    assert!(code == Some(0) && out.ends_with("0 of 0 right; 3 not answered.\n"), "{out}");
    let (code, out, _) = said(&quiz(&[LAUNDRY, "--count", "3", "--interactive"], &format!("{}\n", right[0])));
    assert!(code == Some(0) && out.ends_with("1 of 1 right; 2 not answered.\n"), "{out}");
}

#[test]
fn what_cannot_be_done_is_refused() {
    let refused = |arguments: &[&str]| {
        let (code, out, err) = said(&quiz(arguments, ""));
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}: {err}");
        err
    };
    assert!(refused(&[LAUNDRY, "--interactive", "--answers"]).contains("cannot be used with"));
    assert!(refused(&[LAUNDRY, "--json", "--markdown"]).contains("cannot be used with"));
    assert!(refused(&[LAUNDRY, "--count", "0"]).contains("a number from 1 to 100"));
    assert!(refused(&["-", "--interactive"]).contains("name a file"));
    assert!(refused(&["nothing.ron"]).contains("nothing.ron"));
    let (code, _, err) = said(&quiz(&[LAUNDRY, "--set", "loads=x"], ""));
    assert!(code == Some(1) && err.contains("loads"), "{err}");
}

#[cfg(unix)]
#[test]
fn on_a_terminal_it_asks() {
    let mut terminal = crate::support::terminal::Terminal::start(
        100,
        60,
        env!("CARGO_BIN_EXE_cosim"),
        &["quiz", "scenarios/chess.ron", "--count", "2"],
    );
    terminal.shows("1. ");
    terminal.press("a\r");
    terminal.shows("2. ");
    terminal.press("q\r");
    terminal.shows("of 1 right; 1 not answered.");
}
