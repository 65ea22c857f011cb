//! The screens of `cosim step`: what is drawn at any size, and what keys do to it.

#![allow(clippy::disallowed_methods, reason = "tests read their cases")]

use std::fs;
use std::path::Path;
use std::time::Instant;

use cosim::cli::step::act::Flow;
use cosim::cli::step::draw::screen;
use cosim::cli::step::predict::Guess;
use cosim::cli::step::reel::Reel;
use cosim::cli::step::stepper::Stepper;
use cosim::lang::parse::ParseLimits;
use cosim::report::style::{Color, Style};
use cosim::scenario;
use cosim::scenario::load::{load, load_program};
use cosim::scenario::run::RunOptions;
use cosim::source::Sources;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// All runs of an experiment, ready to be stepped through.
struct Film {
    title: String,
    sources: Sources,
    reels: Vec<Reel>,
}

impl Film {
    fn scenario(file: &str) -> Film {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut sources = Sources::default();
        let text = fs::read_to_string(folder.join(file)).expect("the scenario can be read");
        let id = sources.add(file, text);
        let mut read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| error.to_string());
        let loaded =
            load(&mut sources, id, &ParseLimits::default(), &mut read).expect("the scenario is sound");
        Film::of(&loaded.experiment, sources)
    }

    fn program(text: &str, runtime: &str) -> Film {
        let mut sources = Sources::default();
        let id = sources.add("test.cosim", text);
        let loaded = load_program(&mut sources, id, &ParseLimits::default()).expect("the program is sound");
        let mut experiment = loaded.experiment;
        experiment.set_runtimes(&mut sources, &[runtime.to_string()]).expect("a runtime");
        Film::of(&experiment, sources)
    }

    fn of(experiment: &scenario::Experiment, sources: Sources) -> Film {
        let comparison = scenario::run(experiment, &RunOptions::default(), &mut ());
        let reels = comparison.runs.into_iter().map(|run| Reel::of(run).expect("the trace was kept"));
        Film { title: comparison.title, sources, reels: reels.collect() }
    }

    fn stepper(&self) -> Stepper<'_> {
        Stepper::new(&self.title, &self.sources, &self.reels).expect("there are runs")
    }
}

/// Keys as one would name them, parted by spaces; single letters are themselves.
fn press(stepper: &mut Stepper<'_>, keys: &str) {
    for word in keys.split_whitespace() {
        let (code, with) = match word {
            "right" => (KeyCode::Right, KeyModifiers::NONE),
            "left" => (KeyCode::Left, KeyModifiers::NONE),
            "lane-right" => (KeyCode::Right, KeyModifiers::SHIFT),
            "lane-left" => (KeyCode::Left, KeyModifiers::SHIFT),
            "up" => (KeyCode::Up, KeyModifiers::NONE),
            "down" => (KeyCode::Down, KeyModifiers::NONE),
            "home" => (KeyCode::Home, KeyModifiers::NONE),
            "end" => (KeyCode::End, KeyModifiers::NONE),
            "tab" => (KeyCode::Tab, KeyModifiers::NONE),
            "enter" => (KeyCode::Enter, KeyModifiers::NONE),
            "back" => (KeyCode::Backspace, KeyModifiers::NONE),
            "esc" => (KeyCode::Esc, KeyModifiers::NONE),
            letters => {
                for letter in letters.chars() {
                    let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
                    assert_eq!(stepper.press(key), Flow::On, "{letter}");
                }
                continue;
            }
        };
        assert_eq!(stepper.press(KeyEvent::new(code, with)), Flow::On, "{word}");
    }
}

const UNICODE: Style = Style { color: Color::None, unicode: true, width: 80 };

fn shown(stepper: &Stepper<'_>, columns: u16, rows: u16, style: Style) -> String {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal in memory");
    terminal.draw(|frame| screen::draw(frame.buffer_mut(), stepper, style)).expect("drawn");
    terminal.backend().to_string()
}

#[test]
fn the_laundry() {
    let film = Film::scenario("laundry.ron");
    let mut stepper = film.stepper();
    let mut screens = vec![shown(&stepper, 80, 24, UNICODE)];
    press(&mut stepper, "3 n n n n n right right right down w");
    screens.push(shown(&stepper, 80, 24, UNICODE));
    screens.push(shown(&stepper, 40, 15, UNICODE));
    press(&mut stepper, "w c t g 40min enter");
    screens.push(shown(&stepper, 100, 30, UNICODE));
    screens.push(shown(&stepper, 80, 24, Style::plain(80)));
    press(&mut stepper, "c t + + g");
    screens.push(shown(&stepper, 80, 24, UNICODE));
    insta::assert_snapshot!(screens.join("\n"));
}

#[test]
fn wide_characters() {
    let film = Film::scenario("laundry.zh.ron");
    let mut stepper = film.stepper();
    press(&mut stepper, "3 g 34min enter w c");
    let screens = [shown(&stepper, 80, 24, UNICODE), shown(&stepper, 41, 15, UNICODE)];
    insta::assert_snapshot!(screens.join("\n"));
}

#[test]
fn help_and_predictions() {
    let film = Film::scenario("laundry.ron");
    let mut stepper = film.stepper();
    press(&mut stepper, "?");
    let mut screens = vec![shown(&stepper, 80, 34, UNICODE), shown(&stepper, 40, 15, UNICODE)];
    press(&mut stepper, "esc 3 p end");
    screens.push(shown(&stepper, 80, 24, UNICODE));
    press(&mut stepper, "down enter");
    screens.push(shown(&stepper, 80, 24, UNICODE));
    insta::assert_snapshot!(screens.join("\n"));
}

#[test]
fn queues_of_javascript() {
    let film = Film::scenario("tasks-and-microtasks.ron");
    let mut stepper = film.stepper();
    press(&mut stepper, "g 1ms enter left left left left left left left left left left left left");
    insta::assert_snapshot!(shown(&stepper, 90, 26, UNICODE));
}

#[test]
fn any_size_and_any_position_can_be_drawn() {
    let styles = [UNICODE, Style { color: Color::True, ..UNICODE }, Style::plain(80)];
    for file in ["laundry.zh.ron", "deadlock.ron", "failure.ron", "orders.ron"] {
        let film = Film::scenario(file);
        let mut stepper = film.stepper();
        press(&mut stepper, "w c");
        for (at, keys) in ["n", "down", "tab", "t", "right", "p", "+", "enter", "g 5ms enter"]
            .into_iter()
            .cycle()
            .take(90)
            .enumerate()
        {
            press(&mut stepper, keys);
            let (columns, rows) = (1 + at as u16 * 37 % 120, 1 + at as u16 * 11 % 50);
            shown(&stepper, columns, rows, styles[at % 3]);
        }
    }
}

#[test]
fn a_thousand_steps_and_back_show_the_same() {
    for file in ["orders.ron", "gil-convoy.ron"] {
        let film = Film::scenario(file);
        let mut stepper = film.stepper();
        press(&mut stepper, "right w c");
        let before = shown(&stepper, 80, 24, UNICODE);
        let start = stepper.scene().at();
        let steps = (stepper.scene().reel.replay.end() - start).min(1000);
        (0..steps).for_each(|_| press(&mut stepper, "right"));
        assert_eq!(stepper.scene().at(), start + steps);
        assert_ne!(shown(&stepper, 80, 24, UNICODE), before);
        (0..steps).for_each(|_| press(&mut stepper, "left"));
        assert_eq!(shown(&stepper, 80, 24, UNICODE), before, "{file}");
    }
}

#[test]
fn moves_end_where_they_should() {
    let film = Film::scenario("laundry.ron");
    let mut stepper = film.stepper();
    press(&mut stepper, "left");
    assert_eq!(stepper.notice, "there is no earlier event");
    press(&mut stepper, "end");
    assert_eq!(stepper.scene().at(), stepper.scene().reel.replay.end());
    press(&mut stepper, "n");
    assert_eq!(stepper.notice, "there is no later decision");
    press(&mut stepper, "home lane-right lane-right");
    let task = stepper.subject().expect("a task is chosen");
    let scene = stepper.scene();
    assert_eq!(scene.reel.run.trace[scene.at() - 1].task, Some(task));
    press(&mut stepper, "lane-left lane-left");
    assert_eq!(stepper.notice, "there is no earlier event of this lane");
    press(&mut stepper, "g soon enter");
    assert_eq!(stepper.notice, "`soon` is no time: write 40min, or 1.5s");
    press(&mut stepper, "9");
    assert_eq!((stepper.notice.as_str(), stepper.shown), ("there is no run 9", 0));
    // Another run is shown at the same time, and the first one where it was.
    press(&mut stepper, "g 35min enter left left");
    let (at, now) = (stepper.scene().at(), stepper.scene().time());
    press(&mut stepper, "3");
    assert!(stepper.scene().time() <= now && stepper.scene().at() != 0);
    press(&mut stepper, "3 tab");
    assert_eq!(stepper.shown, 0);
    assert_eq!((stepper.scene().at(), stepper.scene().time()), (at, now));
}

#[test]
fn a_wait_leads_to_who_ended_it_and_back() {
    let film = Film::program(
        "lock till\ntask first() { with till { work 5ms } }\ntask second() { with till { work 1ms } }\n\
         main { spawn first(); spawn second() }\n",
        "Threads(workers: 2)",
    );
    let mut stepper = film.stepper();
    press(&mut stepper, "g 3ms enter down w");
    assert!(shown(&stepper, 80, 24, UNICODE).contains("second waited for till from 0s to 5ms"));
    let before = stepper.scene().at();
    press(&mut stepper, "enter");
    let scene = stepper.scene();
    assert_eq!(scene.time().to_string(), "5ms");
    let name = |task: Option<u32>| task.map(|task| scene.reel.account.names.task(task));
    assert_eq!(name(stepper.subject()).as_deref(), Some("first"));
    press(&mut stepper, "back");
    assert_eq!(stepper.scene().at(), before);
    let name = stepper.subject().map(|task| stepper.scene().reel.account.names.task(task));
    assert_eq!(name.as_deref(), Some("second"));
}

/// Nothing that lies ahead is shown, and the right answer counts.
#[test]
fn predictions_hide_what_comes() {
    let film = Film::scenario("laundry.ron");
    let mut stepper = film.stepper();
    press(&mut stepper, "3 p");
    let mut questions = 0u32;
    while questions < 12 {
        press(&mut stepper, "end");
        let Some(Guess::Asked(question)) = stepper.predict.as_ref().map(|predict| predict.state.clone())
        else {
            break;
        };
        let at = stepper.scene().at();
        let screen = shown(&stepper, 100, 30, UNICODE);
        if at < 40 {
            assert!(!screen.contains("unload"), "{screen}");
        }
        // A question is not passed by.
        press(&mut stepper, "right end n");
        assert_eq!(stepper.scene().at(), at);
        let taken = stepper.scene().reel.run.trace[at].task.expect("a task");
        let right = question.tasks.iter().position(|task| *task == taken).expect("it is one of them");
        let answer = if questions.is_multiple_of(2) { right } else { (right + 1) % question.tasks.len() };
        (0..answer).for_each(|_| press(&mut stepper, "down"));
        press(&mut stepper, "enter");
        questions += 1;
        assert_eq!(stepper.scene().at(), at + 1);
        let screen = shown(&stepper, 100, 30, UNICODE);
        assert!(screen.contains(if questions % 2 == 1 { "right" } else { "not so" }), "{screen}");
        assert!(screen.contains("The rule: "), "{screen}");
    }
    let predict = stepper.predict.as_ref().expect("still on");
    assert_eq!((predict.asked, predict.right), (questions, questions.div_ceil(2)));
    assert!(questions > 5, "{questions}");
}

/// Programs in which next to nothing happens, and none that takes time.
#[test]
fn nothing_to_see() {
    for (program, runtime) in
        [("main { }", "Threads()"), ("main { }", "Js()"), ("main { log \"x\" }", "Go()")]
    {
        let film = Film::program(program, runtime);
        let mut stepper = film.stepper();
        for keys in
            ["w c", "t", "right", "down", "end", "n", "+", "[", "p", "lane-right", "enter", "g 0s enter"]
        {
            press(&mut stepper, keys);
            assert!(shown(&stepper, 80, 24, UNICODE).contains("run 1/1"), "{program} {runtime} {keys}");
        }
    }
}

/// Long runs: neither a step nor a jump is slow, though this is not the optimised build.
#[test]
fn a_hundred_thousand_events_without_a_lag() {
    let film = Film::program(
        "param n = 1000\nlock till\n\
         task job() { for i in 1..=20 { with till { work 1us } await sleep(3us) } }\n\
         main { for i in 1..=n { spawn job() } }\n",
        "Asyncio()",
    );
    let mut stepper = film.stepper();
    let events = stepper.scene().reel.replay.end();
    assert!(events > 100_000, "{events}");
    press(&mut stepper, "w c g 20ms enter");
    let start = Instant::now();
    for keys in ["right", "left", "n", "down", "lane-right"].into_iter().cycle().take(50) {
        press(&mut stepper, keys);
        shown(&stepper, 100, 30, UNICODE);
    }
    let each = start.elapsed() / 50;
    assert!(each.as_millis() < 200, "{each:?} a step");
}
