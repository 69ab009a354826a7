//! A shell on the terminal that starts the console: what it finds before and after, and the way there and back.

use crate::console::{Console, PROGRAM, Setup};
use crate::given::{Platform, token};
use crate::terminal::text_of;
use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};

/// What the shell says when it waits for a command.
const PROMPT: &str = "ready> ";

/// Starts an interactive shell that knows the console as `$CONSOLE`.
pub(crate) fn shell(url: &str) -> Console {
    Setup::of("/bin/sh")
        .args(&["-i"])
        .env("PS1", PROMPT)
        .env("CONSOLE", PROGRAM)
        .env("NMP_BASE_URL", url)
        .env("NMP_ACCESS_TOKEN", &token())
        .start()
}

impl Console {
    /// Types a command line into the shell once that asks for one.
    #[track_caller]
    pub(crate) fn run(&mut self, line: &str) -> &mut Self {
        self.is_back_in_the_shell();
        self.send(line.as_bytes());
        // From now on the prompt is not what the screen ends with, until there is a new one.
        self.wait_for("the command line", |screen| {
            text_of(screen).replace('\n', "").ends_with(line)
        });
        self.press("enter")
    }

    /// Waits until the shell asks for the next command on the main screen.
    #[track_caller]
    pub(crate) fn is_back_in_the_shell(&self) -> &Self {
        self.wait_for("the prompt of the shell on the main screen", |screen| {
            let text = text_of(screen);
            !screen.alternate_screen() && text.trim_end().ends_with(PROMPT.trim_end())
        });
        self
    }

    /// Has the shell say which settings the terminal has.
    #[track_caller]
    pub(crate) fn settings(&mut self, name: &str) -> String {
        // The mark is put together by the shell, so that the command line itself does not match.
        self.run(&format!("echo \"{name}\"=\"$(stty -g)\""));
        let mark = format!("{name}=");
        self.wait_for("the settings of the terminal", |screen| {
            settings(&text_of(screen), &mark).is_some()
        });
        self.is_back_in_the_shell();
        settings(&self.screen(), &mark).unwrap()
    }
}

fn settings(text: &str, mark: &str) -> Option<String> {
    // A long line is continued in the next row.
    let (_, after) = text.split_once(&format!("\n{mark}"))?;
    let (settings, _) = after.split_once(PROMPT.trim_end())?;
    Some(settings.replace('\n', ""))
}

#[test]
fn leaves_the_terminal_as_it_found_it() {
    let platform = Platform::empty();
    let mut shell = shell(&platform.url());
    shell
        .run("echo what\"\" was here before")
        .shows(&["what was here before"]);
    let before = shell.settings("before");
    shell.run("\"$CONSOLE\"");
    shell.settles();
    let taken = shell.emulated();
    assert!(taken.alternate_screen() && taken.bracketed_paste() && taken.hide_cursor());

    shell.press("q").is_back_in_the_shell();
    let left = shell.emulated();
    assert!(!left.bracketed_paste() && !left.hide_cursor());
    assert_eq!(left.fgcolor(), vt100::Color::Default);
    shell.shows(&["what was here before"]).hides("nmp-console  ");
    assert_eq!(shell.settings("after"), before);
    shell.run("echo it ended with \"$?\"").shows(&["it ended with 0"]);
}

#[test]
fn goes_to_the_background_with_ctrl_z_and_comes_back() {
    let platform = Platform::empty();
    let mut shell = shell(&platform.url());
    let before = shell.settings("before");
    shell.run("\"$CONSOLE\"");
    shell.settles();
    for round in ["first", "second"] {
        shell.press("ctrl-z").is_back_in_the_shell();
        let left = shell.emulated();
        assert!(!left.bracketed_paste() && !left.hide_cursor());
        assert_eq!(shell.settings(round), before);
        shell.run("fg").settles();
        shell.press("?").shows(&["Help"]);
        shell.press("q").hides("Help");
        assert!(shell.emulated().hide_cursor() && shell.emulated().bracketed_paste());
    }
    shell.press("q").is_back_in_the_shell();
    assert_eq!(shell.settings("last"), before);
}

#[test]
fn takes_whoever_started_it_along_to_the_background() {
    let platform = Platform::empty();
    let mut shell = shell(&platform.url());
    shell.run("sh -c '\"$CONSOLE\"; echo the script \"\"goes on'");
    shell.settles();
    shell.press("ctrl-z").is_back_in_the_shell();
    shell.run("fg").settles();
    shell.press("q").shows(&["the script goes on"]);
    shell.is_back_in_the_shell();
}

#[rstest]
#[case::politely(Signal::TSTP)]
#[case::rudely(Signal::STOP)]
fn is_stopped_by_others_and_comes_back(#[case] signal: Signal) {
    let platform = Platform::empty();
    let mut shell = shell(&platform.url());
    let before = shell.settings("before");
    shell.run("sh -c 'echo $$ >pid; exec \"$CONSOLE\"'");
    shell.settles();
    let pid = std::fs::read_to_string(shell.home().join("pid")).unwrap();
    let pid = Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
    shell.shows(&["Stopped"]);
    // Whoever is stopped rudely leaves the terminal as it is, where enter is no line feed.
    shell.send(b"fg\n").hides("Stopped");
    shell.press("?").shows(&["Help"]);
    shell.press("q").hides("Help");
    shell.settles();
    shell.press("q").is_back_in_the_shell();
    assert_eq!(shell.settings("after"), before);
}
