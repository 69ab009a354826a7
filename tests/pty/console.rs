//! The console on a terminal: how it is started and which keys are pressed.

use crate::given::{Platform, token};
use crate::terminal::{Size, Terminal, text_of};
use portable_pty::CommandBuilder;
use std::ffi::OsStr;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_nmp-console");

/// What clears the screen.
const CLEAR: &[u8] = b"\x1b[2J";

/// What ends every frame.
pub(crate) const FRAME_END: &[u8] = b"\x1b[?2026l";

/// Whether a row of a table says of several columns that they were not read yet.
fn is_unread(row: &str) -> bool {
    row.split_whitespace().collect::<String>().contains("……")
}

/// A program that is about to be started in a terminal of its own.
pub(crate) struct Setup {
    command: CommandBuilder,
    home: TempDir,
    size: Size,
}

impl Setup {
    /// Prepares `program` with nothing in its environment but a home folder, a path and a usual terminal.
    pub(crate) fn of(program: impl AsRef<OsStr>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.cwd(home.path());
        command.env("HOME", home.path());
        command.env("PATH", "/usr/bin:/bin");
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let size = (100, 30);
        Self { command, home, size }
    }

    /// Prepares the console on `platform`, as its admin.
    pub(crate) fn on(platform: &Platform) -> Self {
        Self::of(PROGRAM)
            .env("NMP_BASE_URL", &platform.url())
            .env("NMP_ACCESS_TOKEN", &token())
    }

    /// Returns the folder it will be started in.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Writes a file of the console's own folder.
    pub(crate) fn config(self, name: &str, text: &str) -> Self {
        let folder = self.home.path().join(".config/nmp-console");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), text).unwrap();
        self
    }

    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn size(mut self, size: Size) -> Self {
        self.size = size;
        self
    }

    /// Starts it as a program that does not belong to the terminal it draws on, and gets no signal from it.
    pub(crate) fn detached(mut self) -> Self {
        self.command.set_controlling_tty(false);
        self
    }

    /// Starts it.
    pub(crate) fn start(self) -> Console {
        Console {
            terminal: Terminal::start(self.command, self.size),
            home: self.home,
        }
    }

    /// Starts it and waits until everything it reads at the start is on the screen.
    #[track_caller]
    pub(crate) fn open(self) -> Console {
        let console = self.start();
        console.settles();
        console
    }
}

/// A program in a terminal, mostly the console.
pub(crate) struct Console {
    terminal: Terminal,
    home: TempDir,
}

impl Console {
    /// Returns the folder it was started in.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Presses keys, written as in the help, one after the other.
    pub(crate) fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            self.send(&bytes_of(key));
        }
        self
    }

    /// Types text as somebody who looks: it stands on the screen, and has been read, before the next key.
    #[track_caller]
    pub(crate) fn type_text(&mut self, text: &str) -> &mut Self {
        // What was pressed before may still be painted, anew or not.
        self.wait_for_ending(FRAME_END);
        let n_before = self.written().len();
        self.send(text.as_bytes());
        // What stood there before can end alike, and a frame may still answer an earlier key: only the painting that
        // was asked for behind the text proves that the text was read.
        self.press("ctrl-l").paints_anew(n_before);
        // Of a long text the field shows the end.
        let n_hidden = text.chars().count().saturating_sub(12);
        let end: String = text.chars().skip(n_hidden).collect();
        self.shows(&[&end]);
        // Six keys in a row, each within 4 ms of the one before, are a paste, as nobody presses them so; a test would.
        self.listen_for(Duration::from_millis(5));
        self
    }

    /// Pastes text, as a terminal does that has been asked to say so.
    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        self.send(format!("\x1b[200~{text}\x1b[201~").as_bytes());
        self
    }

    /// Waits until a dialog says `sentence`, however that is broken into lines.
    #[track_caller]
    pub(crate) fn says(&self, title: &str, sentence: &str) -> &Self {
        self.wait_for(&format!("'{sentence}' in '{title}'"), |screen| {
            words_of_dialog(&text_of(screen), title).contains(sentence)
        });
        self
    }

    /// Waits until `keys` have changed what is written to the terminal, and returns what was written for them.
    #[track_caller]
    pub(crate) fn bytes_for(&mut self, keys: &str, what: &str, holds: impl Fn(&vt100::Screen) -> bool) -> usize {
        let n_before = self.written().len();
        self.press(keys);
        self.wait_for(what, holds);
        self.wait_for_ending(FRAME_END);
        self.written().len() - n_before
    }

    /// Waits until the list of workspaces with all its details is on the screen.
    #[track_caller]
    pub(crate) fn settles(&self) -> &Self {
        self.wait_for("everything read", |screen| {
            let text = text_of(screen);
            let knows_the_caller = text.lines().next().is_some_and(|header| header.contains('@'));
            knows_the_caller && text.contains("default") && !text.contains("loading") && !text.lines().any(is_unread)
        });
        self.wait_for_ending(FRAME_END);
        self
    }

    /// Waits until everything was painted anew after so many bytes.
    #[track_caller]
    pub(crate) fn paints_anew(&self, n_before: usize) {
        self.wait_for_written("a new painting", |written| {
            let written = &written[n_before..];
            written.windows(CLEAR.len()).any(|part| part == CLEAR) && written.ends_with(FRAME_END)
        });
    }
}

impl Deref for Console {
    type Target = Terminal;

    fn deref(&self) -> &Terminal {
        &self.terminal
    }
}

impl DerefMut for Console {
    fn deref_mut(&mut self) -> &mut Terminal {
        &mut self.terminal
    }
}

/// Returns the words within the frame that has `title`.
fn words_of_dialog(text: &str, title: &str) -> String {
    let corner = format!("┌ {title} ");
    let mut rows = text.lines().skip_while(|row| !row.contains(&corner));
    let Some((left, top)) = rows.next().and_then(|row| row.split_once(&corner)) else {
        return String::new();
    };
    let from = left.chars().count();
    let width = corner.chars().count() + top.chars().take_while(|c| *c != '┐').count();
    let inside = rows
        .map(|row| row.chars().skip(from).take(width).collect::<String>())
        .take_while(|row| row.starts_with('│'));
    let words: Vec<String> = inside
        .flat_map(|row| {
            row.trim_matches(['│', ' '])
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    words.join(" ")
}

/// Returns what a terminal sends for a key.
fn bytes_of(key: &str) -> Vec<u8> {
    let named: &[u8] = match key {
        "enter" => b"\r",
        "esc" => b"\x1b",
        "tab" => b"\t",
        "space" => b" ",
        "backspace" => b"\x7f",
        "↑" => b"\x1b[A",
        "↓" => b"\x1b[B",
        "pgdn" => b"\x1b[6~",
        "pgup" => b"\x1b[5~",
        key => match (key.strip_prefix("ctrl-"), key.strip_prefix("alt-")) {
            (Some(letter), _) => return vec![letter.as_bytes()[0] & 0x1f],
            (None, Some(letter)) => return [b"\x1b", letter.as_bytes()].concat(),
            (None, None) => key.as_bytes(),
        },
    };
    named.to_vec()
}
