//! Runs other programs: with patience that ends, and without more output than fits.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::cli::interrupt::asked;
use crate::cli::output::reason;

/// More than this is not read.
const MOST_OUTPUT: usize = 256 << 20;
/// How often we look whether somebody wants us to stop.
const GLANCE: Duration = Duration::from_millis(100);
/// So much of what a program complains about is kept, its last words.
const COMPLAINTS: usize = 16 << 10;

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    /// By a signal.
    Killed,
    /// It said nothing for too long.
    Silent,
    /// It said too much.
    Flood,
    /// Somebody pressed Ctrl-C.
    Interrupted,
    /// It could not be started; why.
    Absent(String),
}

#[derive(Debug, Clone)]
pub struct Answer {
    pub stdout: String,
    pub stderr: String,
    pub exit: Exit,
}

impl Answer {
    /// Its last complaint.
    pub fn complaint(&self) -> &str {
        self.stderr.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it said nothing")
    }
}

/// Runs a program to its end, or until it has been silent for as long as `patience`.
pub fn call(
    program: &Path,
    arguments: &[&str],
    environment: &[(String, String)],
    folder: &Path,
    patience: Duration,
) -> Answer {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).envs(environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let exit = Exit::Absent(reason(&error));
            return Answer { stdout: String::new(), stderr: String::new(), exit };
        }
    };
    listen(child, patience)
}

enum Said {
    Out(Vec<u8>),
    Complaint(Vec<u8>),
}

fn listen(mut child: Child, patience: Duration) -> Answer {
    let (sender, receiver) = channel();
    if let Some(stdout) = child.stdout.take() {
        pass_on(stdout, sender.clone(), Said::Out);
    }
    if let Some(stderr) = child.stderr.take() {
        pass_on(stderr, sender, Said::Complaint);
    }
    let (out, complaints, stopped) = collect(&receiver, patience);
    if stopped.is_some() {
        // It may have ended by itself in the meantime; then there is nobody to stop.
        let _ = child.kill();
    }
    let code = child.wait().ok().and_then(|status| status.code());
    // A terminal sends its Ctrl-C to the child as well: that it broke off is not its fault.
    let exit = match stopped {
        None if asked() => Exit::Interrupted,
        None => code.map_or(Exit::Killed, Exit::Code),
        Some(exit) => exit,
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Answer { stdout: text(&out), stderr: text(&complaints), exit }
}

fn pass_on(mut from: impl Read + Send + 'static, to: Sender<Said>, wrap: fn(Vec<u8>) -> Said) {
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return,
                Ok(n) if to.send(wrap(buffer[..n].to_vec())).is_err() => return,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    });
}

fn collect(receiver: &Receiver<Said>, patience: Duration) -> (Vec<u8>, Vec<u8>, Option<Exit>) {
    let (mut out, mut complaints) = (Vec::new(), Vec::new());
    let mut heard = Instant::now();
    loop {
        let said = receiver.recv_timeout(GLANCE.min(patience));
        if asked() {
            return (out, complaints, Some(Exit::Interrupted));
        }
        if said.is_ok() {
            heard = Instant::now();
        }
        match said {
            Ok(Said::Out(bytes)) => out.extend(bytes),
            Ok(Said::Complaint(bytes)) => {
                complaints.extend(bytes);
                let surplus = complaints.len().saturating_sub(COMPLAINTS);
                complaints.drain(..surplus);
            }
            Err(RecvTimeoutError::Disconnected) => return (out, complaints, None),
            Err(RecvTimeoutError::Timeout) if heard.elapsed() < patience => {}
            Err(RecvTimeoutError::Timeout) => return (out, complaints, Some(Exit::Silent)),
        }
        if out.len() > MOST_OUTPUT {
            return (out, complaints, Some(Exit::Flood));
        }
    }
}
