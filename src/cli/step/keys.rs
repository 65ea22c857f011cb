//! The keys: one table that says what each does, for the keyboard, for the help and for the documents.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::cli::step::stepper::Stride;
use crate::cli::step::window::Look;
use crate::compare::replay::moves::Way;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Step(Stride, Way),
    Start,
    End,
    /// A time is going to be typed.
    Time,
    /// Up or down.
    Choose(bool),
    Lanes,
    NextRun,
    EarlierRun,
    Run(usize),
    Play,
    Faster,
    Slower,
    Look(Look),
    Why,
    Cause,
    Back,
    Path,
    Predict,
    Help,
    Quit,
}

/// A line of the help.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// As readers know the keys.
    pub keys: &'static str,
    pub what: &'static str,
    bindings: &'static [(KeyCode, KeyModifiers, Action)],
}

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;

const fn key(code: KeyCode, action: Action) -> (KeyCode, KeyModifiers, Action) {
    (code, NONE, action)
}

const fn letter(letter: char, action: Action) -> (KeyCode, KeyModifiers, Action) {
    (KeyCode::Char(letter), NONE, action)
}

pub const KEYS: &[Bound] = &[
    Bound {
        keys: "→ ←",
        what: "the next event, the one before",
        bindings: &[
            key(KeyCode::Right, Action::Step(Stride::Event, Way::Forward)),
            key(KeyCode::Left, Action::Step(Stride::Event, Way::Back)),
            letter('l', Action::Step(Stride::Event, Way::Forward)),
            letter('h', Action::Step(Stride::Event, Way::Back)),
        ],
    },
    Bound {
        keys: "Shift → ←",
        what: "the next event of the chosen lane, the one before; also . ,",
        bindings: &[
            (KeyCode::Right, SHIFT, Action::Step(Stride::Lane, Way::Forward)),
            (KeyCode::Left, SHIFT, Action::Step(Stride::Lane, Way::Back)),
            letter('.', Action::Step(Stride::Lane, Way::Forward)),
            letter(',', Action::Step(Stride::Lane, Way::Back)),
        ],
    },
    Bound {
        keys: "n N",
        what: "to the next decision who runs, to the one before; also d b",
        bindings: &[
            letter('n', Action::Step(Stride::Decision, Way::Forward)),
            letter('N', Action::Step(Stride::Decision, Way::Back)),
            letter('d', Action::Step(Stride::Decision, Way::Forward)),
            letter('b', Action::Step(Stride::Decision, Way::Back)),
        ],
    },
    Bound {
        keys: "Home End",
        what: "the start, the end",
        bindings: &[key(KeyCode::Home, Action::Start), key(KeyCode::End, Action::End)],
    },
    Bound { keys: "g", what: "go to a time", bindings: &[letter('g', Action::Time)] },
    Bound { keys: "Space", what: "play, pause", bindings: &[letter(' ', Action::Play)] },
    Bound {
        keys: "> <",
        what: "play faster, slower",
        bindings: &[letter('>', Action::Faster), letter('<', Action::Slower)],
    },
    Bound {
        keys: "↓ ↑",
        what: "choose a lane",
        bindings: &[
            key(KeyCode::Down, Action::Choose(true)),
            key(KeyCode::Up, Action::Choose(false)),
            letter('j', Action::Choose(true)),
            letter('k', Action::Choose(false)),
        ],
    },
    Bound { keys: "t", what: "lanes for tasks, or for workers", bindings: &[letter('t', Action::Lanes)] },
    Bound {
        keys: "Tab 1…9",
        what: "the next run; the first, the second, …",
        bindings: &[key(KeyCode::Tab, Action::NextRun), (KeyCode::BackTab, SHIFT, Action::EarlierRun)],
    },
    Bound { keys: "w", what: "why the chosen task waits, on and off", bindings: &[letter('w', Action::Why)] },
    Bound {
        keys: "Enter",
        what: "to what ended that wait, and to who did it",
        bindings: &[key(KeyCode::Enter, Action::Cause)],
    },
    Bound {
        keys: "Backspace",
        what: "back to where you came from",
        bindings: &[key(KeyCode::Backspace, Action::Back)],
    },
    Bound { keys: "c", what: "the critical path, on and off", bindings: &[letter('c', Action::Path)] },
    Bound { keys: "p", what: "predict who runs next, on and off", bindings: &[letter('p', Action::Predict)] },
    Bound {
        keys: "+ -",
        what: "zoom in, out",
        bindings: &[
            letter('+', Action::Look(Look::Closer)),
            letter('=', Action::Look(Look::Closer)),
            letter('-', Action::Look(Look::Farther)),
        ],
    },
    Bound { keys: "0", what: "all of the time", bindings: &[letter('0', Action::Look(Look::Whole))] },
    Bound {
        keys: "] [",
        what: "later, earlier: move what is seen of the time",
        bindings: &[letter(']', Action::Look(Look::Later)), letter('[', Action::Look(Look::Earlier))],
    },
    Bound { keys: "?", what: "this help", bindings: &[letter('?', Action::Help)] },
    Bound {
        keys: "q Esc Ctrl-C",
        what: "quit",
        bindings: &[
            letter('q', Action::Quit),
            key(KeyCode::Esc, Action::Quit),
            (KeyCode::Char('c'), CONTROL, Action::Quit),
        ],
    },
];

/// What a key does while stepping.
pub fn action(event: KeyEvent) -> Option<Action> {
    let held = event.modifiers & (SHIFT | CONTROL | KeyModifiers::ALT);
    // Shift is in the letter already.
    let held = if matches!(event.code, KeyCode::Char(_)) { held - SHIFT } else { held };
    if let KeyCode::Char(digit @ '1'..='9') = event.code
        && held == NONE
    {
        return Some(Action::Run(digit as usize - '1' as usize));
    }
    // Some terminals say Shift with Shift-Tab, others do not.
    let code =
        |code: KeyCode, with: KeyModifiers| code == event.code && (with == held || code == KeyCode::BackTab);
    let all = KEYS.iter().flat_map(|bound| bound.bindings);
    all.clone().find(|(key, with, _)| code(*key, *with)).map(|(_, _, action)| *action)
}

/// Is a key going down? Letting go of it does nothing.
pub fn pressed(event: KeyEvent) -> bool {
    event.kind != KeyEventKind::Release
}

/// Ctrl-C quits, whatever is going on.
pub fn interrupts(event: KeyEvent) -> bool {
    event.code == KeyCode::Char('c') && event.modifiers.contains(CONTROL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_does_two_things() {
        let all: Vec<_> = KEYS.iter().flat_map(|bound| bound.bindings).collect();
        for (at, (code, with, action)) in all.iter().enumerate() {
            assert!(all[..at].iter().all(|(other, held, _)| (other, held) != (code, with)), "{code:?}");
            assert_eq!(super::action(KeyEvent::new(*code, *with)), Some(*action));
        }
        assert_eq!(super::action(KeyEvent::new(KeyCode::Char('N'), SHIFT)), action_of('N'));
        assert_eq!(action_of('7'), Some(Action::Run(6)));
        assert_eq!(super::action(KeyEvent::new(KeyCode::Char('n'), CONTROL)), None);
    }

    fn action_of(letter: char) -> Option<Action> {
        super::action(KeyEvent::new(KeyCode::Char(letter), NONE))
    }

    #[test]
    fn the_documents_name_every_key() {
        let document = include_str!("../../../docs/cli.md");
        for bound in KEYS {
            let row = format!("| {} | {} |", bound.keys, bound.what);
            assert!(document.contains(&row), "docs/cli.md lacks: {row}");
        }
    }
}
