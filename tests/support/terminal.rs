//! A pseudo-terminal with somebody sitting at it: starts a command, presses keys, reads the screen.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};

/// Longer than anything takes on a machine with a lot to do.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Terminal {
    pub child: Box<dyn Child + Send + Sync>,
    screen: vt100::Parser,
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    /// As long as one end is open the terminal keeps its settings.
    _slave: Box<dyn SlavePty + Send>,
    /// What raw mode changes, as it was before.
    before: String,
    /// Has the other screen been seen?
    pub entered: bool,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn positive(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("screens have lines and columns")
}

impl Terminal {
    pub fn start(columns: u16, rows: u16, program: &str, arguments: &[&str]) -> Terminal {
        let pair = native_pty_system().openpty(size(columns, rows)).expect("there are pseudo-terminals");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env_remove("NO_COLOR");
        let before = format!("{:?}", pair.master.get_termios());
        let child = pair.slave.spawn_command(command).expect("the command can be started");
        let mut reader = pair.master.try_clone_reader().expect("what is shown can be read");
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Terminal {
            child,
            screen: vt100::Parser::new(positive(rows), positive(columns), 0),
            output,
            keys: pair.master.take_writer().expect("keys can be pressed"),
            master: pair.master,
            _slave: pair.slave,
            before,
            entered: false,
        }
    }

    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("keys can be pressed");
    }

    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size(columns, rows)).expect("it can be resized");
        self.screen.screen_mut().set_size(positive(rows), positive(columns));
    }

    /// What is to be seen, without spaces at the ends of lines.
    pub fn text(&self) -> String {
        let text = self.screen.screen().contents();
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    /// Waits until the screen is as it should be.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !is_so(&self.text()) {
            assert!(start.elapsed() < PATIENCE, "{what}; what is to be seen is:\n{}", self.text());
            self.read();
        }
    }

    pub fn shows(&mut self, text: &str) {
        self.until(&format!("`{text}` does not appear"), |screen| screen.contains(text));
    }

    /// Waits for the end; the exit code.
    pub fn ends(&mut self) -> u32 {
        let start = Instant::now();
        let status = loop {
            self.read();
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end; what is to be seen is:\n{}", self.text());
        };
        while self.read() {}
        status.exit_code()
    }

    /// Takes in what was written meanwhile, if there is something.
    fn read(&mut self) -> bool {
        let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) else { return false };
        self.screen.process(&bytes);
        self.entered |= self.screen.screen().alternate_screen();
        true
    }

    /// How many places of the screen are coloured.
    pub fn colours(&self) -> usize {
        let screen = self.screen.screen();
        let (rows, columns) = screen.size();
        let places = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        let cells = places.filter_map(|(row, column)| screen.cell(row, column));
        cells.filter(|cell| (cell.fgcolor(), cell.bgcolor()) != Default::default()).count()
    }

    pub fn is_raw(&self) -> bool {
        format!("{:?}", self.master.get_termios()) != self.before
    }

    /// Is everything as it was before the command?
    pub fn is_restored(&self) -> bool {
        let screen = self.screen.screen();
        !screen.alternate_screen() && !screen.hide_cursor() && !self.is_raw()
    }

    /// The window is closed.
    pub fn close(self) -> Box<dyn Child + Send + Sync> {
        self.child
    }
}
