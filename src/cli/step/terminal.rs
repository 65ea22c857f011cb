//! The terminal: taken over, and given back whatever happens. The only file that touches it.

use std::io::{self, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{env, panic};

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{self, Event};
use ratatui::crossterm::execute;
use ratatui::crossterm::style::force_color_output;
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

use crate::cli::interrupt;
use crate::cli::step::act::Flow;
use crate::cli::step::draw::screen;
use crate::cli::step::stepper::Stepper;
use crate::report::style::Style;

/// Is the terminal ours?
static TAKEN: AtomicBool = AtomicBool::new(false);

/// So often the screen is drawn while playing.
const FRAME: Duration = Duration::from_millis(30);
/// While nothing plays, nothing changes but by keys.
const PAUSE: Duration = Duration::from_secs(3600);
/// Keys that are handled before the screen is drawn again: it must not fall behind one that is held down.
const AT_ONCE: usize = 1000;

/// Why there can be no screen here; `piped`: the standard input has the scenario and need be no terminal.
pub fn refusal(piped: bool) -> Option<&'static str> {
    if !io::stdout().is_terminal() {
        return Some("the standard output is no terminal");
    }
    if !piped && !io::stdin().is_terminal() {
        return Some("the standard input is no terminal, so that there are no keys");
    }
    if env::var("TERM").as_deref() == Ok("dumb") {
        return Some("this terminal says that it can show nothing but lines (TERM=dumb)");
    }
    None
}

/// Shows the stepper and does what keys say, until one says quit.
pub fn show(stepper: &mut Stepper<'_>, style: Style) -> io::Result<()> {
    let mut screen = Screen::take()?;
    let mut before = Instant::now();
    screen.draw(stepper, style)?;
    loop {
        let wait = if stepper.play.on { FRAME } else { PAUSE };
        let mut changed = event::poll(wait)?;
        for _ in 0..AT_ONCE {
            if !event::poll(Duration::ZERO)? {
                break;
            }
            if let Event::Key(key) = event::read()?
                && stepper.press(key) == Flow::Quit
            {
                return Ok(());
            }
        }
        let now = Instant::now();
        changed |= stepper.tick(now - before);
        before = now;
        if changed {
            screen.draw(stepper, style)?;
        }
    }
}

/// The terminal while it is ours.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    /// Takes the terminal over. It is given back when this is dropped, when somebody panics, and when we are
    /// told to end.
    pub fn take() -> io::Result<Screen> {
        // Is there a keyboard? With the scenario on the standard input it is the terminal's own device.
        event::poll(Duration::ZERO)?;
        force_color_output(true);
        interrupt::before_end(end);
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back();
            told(panic);
        }));
        TAKEN.store(true, Ordering::SeqCst);
        let taken = enable_raw_mode().and_then(|()| execute!(io::stdout(), EnterAlternateScreen, Hide));
        let terminal = taken.and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())));
        terminal.map(|terminal| Screen { terminal }).inspect_err(|_| give_back())
    }

    fn draw(&mut self, stepper: &Stepper<'_>, style: Style) -> io::Result<()> {
        self.terminal.draw(|frame| screen::draw(frame.buffer_mut(), stepper, style)).map(drop)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Once, whoever comes first. If the terminal is gone there is nobody to give it back to.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

/// The last thing that is done: nobody draws any more, since nobody else gets at the standard output.
fn end() {
    let mut stdout = io::stdout().lock();
    give_back();
    let _ = stdout.flush();
    std::mem::forget(stdout);
}
