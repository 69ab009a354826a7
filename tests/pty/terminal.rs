//! A terminal with a program in it.
//!
//! A thread feeds what the program writes to an emulator; another waits for the program's end. Tests wait for
//! conditions on what is on the screen *now*, never for time to pass, and give up after [`PATIENCE`].

use portable_pty::{ChildKiller, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, tcgetattr};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take before a test fails: much longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(20);

/// Columns and rows.
pub(crate) type Size = (u16, u16);

/// A terminal and the program that was started in it.
pub(crate) struct Terminal {
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Option<Box<dyn Write + Send>>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    pid: Pid,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    emulator: vt100::Parser<Told>,
    /// Everything the program ever wrote.
    written: Vec<u8>,
    ended: Option<ExitStatus>,
    /// Nothing more will be read.
    is_read_out: bool,
    /// The terminal is to go away: its reader must let go of it.
    hangs_up: bool,
    /// The terminal stands still: after what comes next nothing more is read.
    stalls: bool,
}

/// What the program told the terminal besides what stands on the screen.
#[derive(Default)]
pub(crate) struct Told {
    /// Window titles, copies to the clipboard, bells and whatever else the emulator has no name for.
    pub(crate) surprises: Vec<String>,
}

impl Told {
    fn note(&mut self, what: &str) {
        self.surprises.push(what.to_owned());
    }
}

impl vt100::Callbacks for Told {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.note("bell");
    }
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.note(&format!("title {}", title.escape_ascii()));
    }
    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, name: &[u8]) {
        self.note(&format!("icon {}", name.escape_ascii()));
    }
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.note(&format!("copy {}", data.escape_ascii()));
    }
    fn unhandled_escape(&mut self, _: &mut vt100::Screen, _: Option<u8>, _: Option<u8>, byte: u8) {
        self.note(&format!("escape {}", byte.escape_ascii()));
    }
    fn unhandled_osc(&mut self, _: &mut vt100::Screen, params: &[&[u8]]) {
        self.note(&format!("osc {}", params.concat().escape_ascii()));
    }
}

impl Terminal {
    /// Starts `command` in a new terminal.
    pub(crate) fn start(command: CommandBuilder, size: Size) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let shared = Arc::new(Shared::new(size));
        let reader = pair.master.try_clone_reader().unwrap();
        let mut child = pair.slave.spawn_command(command).unwrap();
        // With the test's own end of it open, the terminal would outlive the program.
        drop(pair.slave);
        let pid = Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap()).unwrap();
        let killer = child.clone_killer();
        let for_reader = Arc::clone(&shared);
        thread::spawn(move || for_reader.read_all(reader));
        let for_waiter = Arc::clone(&shared);
        thread::spawn(move || {
            let status = child.wait().unwrap();
            for_waiter.update(|state| state.ended = Some(status));
        });
        Self {
            keyboard: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            killer,
            pid,
            shared,
        }
    }

    /// Waits until `holds` of the present screen; fails with `what` and the screen otherwise.
    #[track_caller]
    pub(crate) fn wait_for(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> &Self {
        self.wait_until(what, |state| holds(state.emulator.screen()));
        self
    }

    /// Waits until every one of `texts` stands on the screen.
    #[track_caller]
    pub(crate) fn shows(&self, texts: &[&str]) -> &Self {
        for text in texts {
            self.wait_for(&format!("'{text}'"), |screen| text_of(screen).contains(text));
        }
        self
    }

    /// Waits until `text` is nowhere on the screen.
    #[track_caller]
    pub(crate) fn hides(&self, text: &str) -> &Self {
        self.wait_for(&format!("no '{text}'"), |screen| !text_of(screen).contains(text))
    }

    /// Waits until the program has ended; returns its exit code, or the name of the signal that killed it.
    #[track_caller]
    pub(crate) fn end(&self) -> Result<u32, String> {
        self.wait_until("the end of the program", |state| {
            state.ended.is_some() && state.is_read_out
        });
        let state = self.shared.lock();
        let status = state.ended.as_ref().unwrap();
        status
            .signal()
            .map_or_else(|| Ok(status.exit_code()), |signal| Err(signal.to_owned()))
    }

    /// Returns what is on the screen now.
    pub(crate) fn screen(&self) -> String {
        text_of(self.shared.lock().emulator.screen())
    }

    /// Returns a copy of the screen with its colours and modes.
    pub(crate) fn emulated(&self) -> vt100::Screen {
        self.shared.lock().emulator.screen().clone()
    }

    /// Returns what the program told the terminal that is no text and no mode.
    pub(crate) fn surprises(&self) -> Vec<String> {
        self.shared.lock().emulator.callbacks().surprises.clone()
    }

    /// Returns every byte that was written so far.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.shared.lock().written.clone()
    }

    /// Waits until what was written ends with `ending`.
    #[track_caller]
    pub(crate) fn wait_for_ending(&self, ending: &[u8]) {
        self.wait_until("the end of a frame", |state| state.written.ends_with(ending));
    }

    /// Waits until `holds` of everything that was written so far.
    #[track_caller]
    pub(crate) fn wait_for_written(&self, what: &str, holds: impl Fn(&[u8]) -> bool) {
        self.wait_until(what, |state| holds(&state.written));
    }

    /// Listens for `time` and returns the bytes that were written meanwhile.
    pub(crate) fn listen_for(&self, time: Duration) -> Vec<u8> {
        let state = self.shared.lock();
        let n_before = state.written.len();
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, time, |state| state.written.len() == n_before)
            .unwrap();
        state.written[n_before..].to_vec()
    }

    /// Sends raw bytes, as a keyboard does.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> &mut Self {
        let keyboard = self.keyboard.as_mut().unwrap();
        keyboard.write_all(bytes).unwrap();
        keyboard.flush().unwrap();
        self
    }

    /// Stands still after the next that is written, or goes on.
    pub(crate) fn stall(&self, stalls: bool) {
        self.shared.update(|state| state.stalls = stalls);
    }

    /// Returns whether the terminal shows what is typed.
    pub(crate) fn has_echo(&self) -> bool {
        let name = self.master.as_ref().and_then(|master| master.tty_name()).unwrap();
        let modes = tcgetattr(std::fs::File::open(name).unwrap()).unwrap();
        modes.local_modes.contains(LocalModes::ECHO)
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, size: Size) -> &mut Self {
        // The emulator first: what is drawn for the new size must find it.
        let (rows, columns) = (at_least_one(size.1), at_least_one(size.0));
        self.shared.lock().emulator.screen_mut().set_size(rows, columns);
        self.master.as_ref().unwrap().resize(pty_size(size)).unwrap();
        self
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) -> &Self {
        kill_process(self.pid, signal).unwrap();
        self
    }

    /// Returns the process id of the program.
    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Takes the terminal away. The program must write something for the reader to notice; `nudge` sees to that.
    pub(crate) fn hang_up(&mut self, nudge: impl FnOnce(&mut Self)) {
        self.shared.update(|state| state.hangs_up = true);
        nudge(self);
        self.wait_until("the reader to let go", |state| state.is_read_out);
        self.keyboard = None;
        self.master = None;
    }

    #[track_caller]
    fn wait_until(&self, what: &str, mut holds: impl FnMut(&State) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shared.lock();
        while !holds(&state) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "waited in vain for {what}; ended: {:?}; on the screen:\n{}",
                state.ended,
                text_of(state.emulator.screen())
            );
            state = self.shared.changed.wait_timeout(state, left).unwrap().0;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Most have ended already.
        self.stall(false);
        if self.shared.lock().ended.is_none() {
            let _ = kill_process(self.pid, Signal::KILL);
            let _ = self.killer.kill();
        }
    }
}

impl Shared {
    fn new((columns, rows): Size) -> Self {
        let state = State {
            emulator: vt100::Parser::new_with_callbacks(at_least_one(rows), at_least_one(columns), 0, Told::default()),
            written: Vec::new(),
            ended: None,
            is_read_out: false,
            hangs_up: false,
            stalls: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that failed has said so already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn read_all(&self, mut reader: Box<dyn Read + Send>) {
        let mut buffer = [0; 1 << 14];
        while let Ok(n) = reader.read(&mut buffer)
            && n > 0
        {
            let (mut is_over, mut stands_still) = (false, false);
            self.update(|state| {
                state.emulator.process(&buffer[..n]);
                state.written.extend_from_slice(&buffer[..n]);
                is_over = state.hangs_up;
                stands_still = state.stalls;
            });
            if is_over {
                break;
            }
            let mut state = self.lock();
            while stands_still && state.stalls {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
        // Lets go of the terminal before saying so.
        drop(reader);
        self.update(|state| state.is_read_out = true);
    }
}

/// Returns the text of the screen, one line per row, without blanks at the ends.
pub(crate) fn text_of(screen: &vt100::Screen) -> String {
    let width = screen.size().1.get();
    let rows: Vec<String> = screen.rows(0, width).map(|row| row.trim_end().to_owned()).collect();
    rows.join("\n")
}

fn at_least_one(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

fn pty_size((cols, rows): Size) -> PtySize {
    PtySize {
        rows,
        cols,
        pixel_width: 0,
        pixel_height: 0,
    }
}
