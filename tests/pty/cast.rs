//! The main job, recorded as it is done: a file that any player of asciicasts shows.
//!
//! What is recorded is what stands on the terminal after each step, at fixed times: the same on every machine, so that the
//! file is compared. `UPDATE_DOCS=1` writes it instead.

use crate::console::{Console, PROGRAM, Setup};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

const PATH: &str = "assets/pictures/main-job.cast";
const SIZE: (u16, u16) = (80, 24);
/// What a terminal is told before plain cells.
const PLAIN: &str = "\x1b[0m";
/// What the port of the demo, another one each time, is called in the file.
const PORT: &str = ":40000";
/// After which silence of the program a frame that is to be written is taken for the last.
const SILENCE: Duration = Duration::from_millis(500);

/// How long a frame stands before the next, in milliseconds: what is read, and what is typed.
const READ: u64 = 2500;
const GLANCE: u64 = 1200;
const TYPED: u64 = 120;

struct Recording {
    console: Console,
    port: String,
    /// What the terminal held after the step before.
    held: Vec<String>,
    at: u64,
    lines: Vec<String>,
    /// The lines of the file, unless they are to be written.
    expected: Option<Vec<String>>,
}

impl Recording {
    /// Opens the demo, whose address is as long as it is in the file.
    fn start() -> Self {
        let start = || {
            let console = Setup::of(PROGRAM).args(&["demo"]).size(SIZE).start();
            console.settles();
            let screen = console.screen();
            let (_, after) = screen.split_once("http://127.0.0.1").unwrap();
            let port: String = after.chars().take_while(|c| !c.is_whitespace()).collect();
            (console, port)
        };
        let mut starts = std::iter::repeat_with(start);
        let (console, port) = starts.find(|(_, port)| port.len() == PORT.len()).unwrap();
        let header = json!({
            "version": 2,
            "width": SIZE.0,
            "height": SIZE.1,
            "title": "nmp-console: find a workspace, add a member, change a role, and stay its last Admin",
            "env": {"TERM": "xterm-256color"},
        });
        let is_written = std::env::var_os("UPDATE_DOCS").is_some();
        let file = (!is_written).then(|| std::fs::read_to_string(path()).unwrap_or_default());
        Self {
            console,
            port,
            held: Vec::new(),
            at: 0,
            lines: vec![header.to_string()],
            expected: file.map(|file| file.lines().map(str::to_owned).collect()),
        }
    }

    /// Names the part that begins.
    fn part(&mut self, name: &str) {
        self.lines.push(json!([seconds(self.at), "m", name]).to_string());
    }

    /// Presses keys, and records the frame with these texts that comes of them; it stands for some time.
    #[track_caller]
    fn step(&mut self, keys: &str, texts: &[&str], stands: u64) {
        if !keys.is_empty() {
            self.console.press(keys);
        }
        self.console.shows(texts);
        let expected = self.expected.as_ref().map(|lines| lines.get(self.lines.len()).cloned());
        match expected {
            Some(line) => {
                let line = line.unwrap_or_default();
                let what = format!("line {} of {PATH}", self.lines.len() + 1);
                let what = format!("{what} (UPDATE_DOCS=1 cargo test --locked --test pty cast writes it anew)");
                self.console.wait_for(&what, |screen| self.line(screen) == line);
            }
            None => while !self.console.listen_for(SILENCE).is_empty() {},
        }
        let screen = self.console.emulated();
        self.lines.push(self.line(&screen));
        self.held = rows_of(&screen);
        self.at += stands;
    }

    /// Types text, letter by letter.
    #[track_caller]
    fn types(&mut self, text: &str, texts: &[&str]) {
        for (i, c) in text.char_indices() {
            let is_last = i + c.len_utf8() == text.len();
            let (texts, stands) = if is_last { (texts, GLANCE) } else { (&[][..], TYPED) };
            self.step(&c.to_string(), texts, stands);
        }
    }

    /// Returns the line of the file that makes what the terminal holds now of what it held: the rows that are others, and
    /// the cursor.
    fn line(&self, screen: &vt100::Screen) -> String {
        let clear = if self.held.is_empty() { "\x1b[2J" } else { "" };
        let mut text = format!("{clear}\x1b[?25l");
        for (y, row) in rows_of(screen).iter().enumerate() {
            if self.held.get(y) != Some(row) {
                write!(text, "\x1b[{};1H{row}", y + 1).unwrap();
            }
        }
        let (y, x) = screen.cursor_position();
        if !screen.hide_cursor() {
            write!(text, "\x1b[{};{}H\x1b[?25h", y + 1, x + 1).unwrap();
        }
        let text = text.replace(&self.port, PORT);
        json!([seconds(self.at), "o", text]).to_string()
    }

    /// Writes the file, or asserts that it ends here.
    fn end(mut self) {
        // The last frame stands, too.
        self.lines.push(json!([seconds(self.at), "o", ""]).to_string());
        match self.expected {
            Some(expected) => assert_eq!(
                self.lines, expected,
                "UPDATE_DOCS=1 cargo test --locked --test pty cast"
            ),
            None => std::fs::write(path(), self.lines.join("\n") + "\n").unwrap(),
        }
    }
}

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(PATH)
}

/// Returns what draws each row: the same for the same look, however the terminal came to it.
fn rows_of(screen: &vt100::Screen) -> Vec<String> {
    let row = |y| {
        let cells = (0..SIZE.0).filter_map(|x| screen.cell(y, x));
        let (mut out, mut style) = (String::new(), String::new());
        for cell in cells.filter(|cell| !cell.is_wide_continuation()) {
            let own = style_of(cell);
            if own != style {
                out.push_str(&own);
                style = own;
            }
            out.push_str(if cell.has_contents() { cell.contents() } else { " " });
        }
        if style == PLAIN {
            out.truncate(out.trim_end().len());
        }
        out + PLAIN + "\x1b[K"
    };
    (0..SIZE.1).map(row).collect()
}

/// Returns what a terminal is told before it writes a cell that looks like this.
fn style_of(cell: &vt100::Cell) -> String {
    let marks = [
        (cell.bold(), ";1"),
        (cell.dim(), ";2"),
        (cell.italic(), ";3"),
        (cell.underline(), ";4"),
        (cell.inverse(), ";7"),
    ];
    let marks: String = marks
        .into_iter()
        .filter_map(|(is_so, mark)| is_so.then_some(mark))
        .collect();
    let color = |of, kind| match of {
        vt100::Color::Default => String::new(),
        vt100::Color::Idx(index) => format!(";{kind};5;{index}"),
        vt100::Color::Rgb(red, green, blue) => format!(";{kind};2;{red};{green};{blue}"),
    };
    format!(
        "\x1b[0{marks}{}{}m",
        color(cell.fgcolor(), 38),
        color(cell.bgcolor(), 48)
    )
}

fn seconds(milliseconds: u64) -> f64 {
    f64::from(u32::try_from(milliseconds).unwrap()) / 1000.0
}

#[test]
fn the_main_job_is_recorded_as_it_is_done() {
    let mut recording = Recording::start();
    recording.part("find a workspace");
    recording.step("", &["Workspaces (44)"], READ);
    recording.step("/", &["filter"], GLANCE);
    recording.types("guardr", &["Workspaces (1 of 44)"]);
    recording.step("enter", &["Members of guardrails (39)"], READ);

    recording.part("add a member");
    recording.step("a", &["Add member"], GLANCE);
    recording.types("olga.ho", &["olga.horvat@example.com"]);
    recording.step("tab", &["[olga.horvat@example.com"], GLANCE);
    recording.step("enter", &["added olga.horvat@example.com", "(40)"], READ);

    recording.part("change a role");
    recording.step("e", &["Change role"], GLANCE);
    recording.step("↓", &["Viewer → Editor"], READ);
    recording.step("enter", &["olga.horvat@example.com is now Editor"], READ);

    recording.part("stay the last Admin");
    recording.step("esc", &["Workspaces ("], GLANCE);
    recording.step("/", &["filter"], GLANCE);
    recording.types("scratch", &["Workspaces (1 of 44)"]);
    recording.step("enter", &["Members of scratch (1)", "last Admin"], READ);
    recording.step("e", &["Change role"], GLANCE);
    recording.step("↑", &["the platform will refuse"], READ);
    recording.step("enter", &["Add another Admin first: ctrl-n"], READ);
    recording.step("r", &["type scratch to confirm"], GLANCE);
    recording.types("scratch", &["[scratch"]);
    recording.step("enter", &["Cannot remove Admin role from 'alice@example.com'"], READ);
    recording.step("ctrl-n", &["Add member"], READ);
    recording.end();
}
