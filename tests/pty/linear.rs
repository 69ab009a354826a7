//! Everything told line by line: what somebody hears who sees nothing, and what they can do by lines alone.

use crate::console::{Console, PROGRAM, Setup};
use crate::given::{Platform, add, create, described};
use crate::quiet::comes_to_rest;
use crate::shell::shell;
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::sandbox::PLATFORM_ADMIN;
use rustix::process::Signal;
use std::time::{Duration, Instant};

/// Longer than anything is waited for before it is said, and than nobody can have an answer yet.
const WHILE: Duration = Duration::from_millis(900);

/// Somebody who hears what is written, and types lines.
struct Talk {
    console: Console,
    /// How much had been written when the last line was typed.
    from: usize,
}

/// Returns what is left of what was written once colour is removed, blanks are collapsed, and everything is dropped but text
/// and the ends of lines.
fn heard(written: &[u8]) -> String {
    let text = String::from_utf8_lossy(written);
    let mut plain = String::new();
    let mut pieces = text.split("\x1b[");
    plain.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        plain.push_str(piece.split_once('m').map_or(piece, |(_, rest)| rest));
    }
    let lines = plain.lines().map(|line| {
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

impl Talk {
    fn begin(setup: Setup) -> Self {
        let console = setup.start();
        Self { console, from: 0 }
    }

    fn on(platform: &Platform) -> Self {
        Self::begin(Setup::on(platform).env("TERM", "dumb").args(&["--linear"]))
    }

    /// Waits until a line says all of `texts` since the last one was typed.
    #[track_caller]
    fn says(&self, texts: &[&str]) -> &Self {
        let from = self.from;
        self.console.wait_for_written(&format!("{texts:?}"), |written| {
            let heard = heard(&written[from..]);
            heard.lines().any(|line| texts.iter().all(|text| line.contains(text)))
        });
        self
    }

    /// Types a line.
    fn types(&mut self, line: &str) -> &mut Self {
        self.from = self.console.written().len();
        self.console.send(format!("{line}\n").as_bytes());
        self
    }

    /// Answers a question that has been heard: who does so too early is asked to do it again.
    #[track_caller]
    fn answers(&mut self, line: &str, with: &[&str]) -> &Self {
        loop {
            self.types(line);
            let from = self.from;
            self.console
                .wait_for_written(&format!("{with:?}, or to answer again"), |written| {
                    let heard = heard(&written[from..]);
                    heard.contains("type it again") || with.iter().all(|text| heard.contains(text))
                });
            if !heard(&self.console.written()[from..]).contains("type it again") {
                return self;
            }
        }
    }

    fn is_free_of_escapes(&self) {
        let written = self.console.written();
        assert!(!written.contains(&0x1b), "{}", written.escape_ascii());
    }
}

fn roles(platform: &Platform, who: &str) -> RoleSet {
    platform.members("ml-team").roles_of(&Principal::from_platform(who))
}

#[test]
fn the_main_job_is_done_by_whoever_hears_lines_alone() {
    let platform = Platform::empty();
    platform.given([
        create("ml-team"),
        create("sales"),
        add("ml-team", "bob@example.com", Role::Viewer),
    ]);
    let mut talk = Talk::on(&platform);
    talk.says(&["row 1 of"]).says(&["type ?"]);

    talk.types("/ml-team").says(&["Workspaces (1 of", "filter: ml-team"]);
    talk.says(&[
        "row 1 of 1: ml-team",
        "you platform admin",
        "2 members",
        "admin 1 (only one)",
    ]);
    talk.types("enter").says(&["Members of ml-team (2)"]);
    talk.says(&["row 1 of 2", PLATFORM_ADMIN, "last Admin"]);
    talk.types("list").says(&["row 2: bob@example.com", "roles Viewer"]);

    talk.types("a").says(&["Principals? empty"]);
    talk.types("carol@example.com").says(&["2: Editor, "]);
    talk.types("2").says(&["2: chosen, Editor, "]);
    talk.types("apply").says(&["added carol@example.com", "confirmed"]);
    assert_eq!(roles(&platform, "carol@example.com"), RoleSet::only(Role::Editor));

    talk.types("/bob").says(&["row 1 of 1: bob@example.com"]);
    talk.types("change role").says(&["bob@example.com in ml-team"]);
    talk.types("3").says(&["Viewer → Admin"]);
    talk.types("enter").says(&["yes or no?"]);
    talk.answers("yes", &["bob@example.com is now Admin in 'ml-team': confirmed"]);
    assert_eq!(roles(&platform, "bob@example.com"), RoleSet::only(Role::Admin));

    talk.types("q").says(&["row 1 of 1: ml-team"]);
    talk.types("audit").says(&["row 1 of "]);
    talk.types("/bob").says(&["filter: bob"]);
    talk.types("list").says(&["bob@example.com", "Admin"]);
    talk.types("q").says(&["Workspaces ("]);
    talk.is_free_of_escapes();
    talk.types("quit");
    assert_eq!(talk.console.end(), Ok(0));
}

#[test]
fn the_last_admin_is_refused_in_words() {
    let platform = Platform::empty();
    platform.given([create("ml-team")]);
    let mut talk = Talk::begin(
        Setup::on(&platform)
            .env("ACCESSIBLE", "1")
            .args(&["--workspace", "ml-team"]),
    );
    talk.says(&["row 1 of 1", "last Admin"]);
    talk.types("d").says(&["Add another Admin first: ctrl-n"]);
    talk.types("yes").says(&["nothing here is called that"]);
    talk.types("esc").says(&["row 1 of 1", "last Admin"]);
    assert_eq!(roles(&platform, PLATFORM_ADMIN), RoleSet::only(Role::Admin));
    talk.is_free_of_escapes();
}

#[test]
fn a_terminal_that_cannot_move_its_cursor_is_offered_lines() {
    let platform = Platform::empty();
    let talk = Talk::begin(Setup::on(&platform).env("TERM", "dumb"));
    talk.says(&["nmp-console: ", "--linear tells everything line by line"]);
    let console = talk.console;
    assert_eq!(console.end(), Ok(2));
    assert!(!console.written().contains(&0x1b));
}

#[test]
fn a_paste_of_lines_confirms_nothing() {
    let platform = Platform::empty();
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut talk = Talk::begin(Setup::on(&platform).args(&["--linear", "--workspace", "ml-team"]));
    talk.says(&["row 1 of 2"]);
    talk.types("2").says(&["row 2 of 2: bob@example.com"]);
    talk.types("d\ny\nyes\ny").says(&["ignored"]);
    talk.types("").says(&["Remove member"]);
    assert_eq!(roles(&platform, "bob@example.com"), RoleSet::only(Role::Viewer));
    talk.answers("yes", &["removed bob@example.com"]);
    assert!(roles(&platform, "bob@example.com").is_empty());
}

#[test]
fn the_name_that_is_asked_for_confirms_and_another_does_not() {
    let platform = Platform::empty();
    platform.given([create("ml-team")]);
    let mut talk = Talk::on(&platform);
    talk.says(&["row 1 of"]);
    talk.types("/ml-team").says(&["row 1 of 1: ml-team"]);
    talk.types("d").says(&["type ml-team to confirm"]);
    talk.answers("ml-tea", &["that is not 'ml-team': nothing was done"]);
    talk.answers("ml-team", &["ml-team", "delet"]);
    talk.says(&["Workspaces"]);
    talk.is_free_of_escapes();
}

#[test]
fn a_token_is_not_shown_while_it_is_pasted() {
    let platform = Platform::empty();
    let mut talk = Talk::begin(
        Setup::of(PROGRAM)
            .env("NMP_BASE_URL", &platform.url())
            .args(&["--linear"]),
    );
    talk.says(&["type ?"]);
    talk.types("ctrl-o").says(&["Token", "paste a token"]);
    talk.says(&["it is not shown"]);
    let token = crate::given::token();
    talk.types(&token).says(&["Token", "characters"]);
    assert!(!heard(&talk.console.written()).contains(&token));
    talk.types("esc").says(&["again closes"]);
    talk.types("ctrl-c");
    assert_eq!(talk.console.end(), Ok(0));
}

#[test]
fn the_end_of_the_input_leads_back_and_out() {
    let platform = Platform::empty();
    platform.given([create("ml-team")]);
    let mut talk = Talk::begin(Setup::on(&platform).args(&["--linear", "--workspace", "ml-team"]));
    talk.says(&["row 1 of 1"]);
    talk.from = talk.console.written().len();
    talk.console.press("ctrl-d");
    talk.says(&["Workspaces ("]);
    talk.console.press("ctrl-d");
    assert_eq!(talk.console.end(), Ok(0));
}

#[test]
fn nothing_is_said_and_nothing_wakes_up_while_nothing_happens() {
    let platform = Platform::demo();
    let talk = Talk::on(&platform);
    talk.says(&["type ?"]);
    comes_to_rest(&talk.console);
}

#[test]
fn the_terminal_is_as_it_was_in_the_background_and_afterwards() {
    let platform = Platform::empty();
    let mut shell = shell(&platform.url());
    let before = shell.settings("before");
    shell.run("\"$CONSOLE\" --linear").shows(&["type ?"]);
    shell.press("ctrl-z").is_back_in_the_shell();
    assert_eq!(shell.settings("stopped"), before);
    shell.send(b"fg\n");
    shell.wait_for_written("where one is, once more", |written| {
        heard(written).matches("row 1 of").count() > 1
    });
    shell.press("ctrl-d").is_back_in_the_shell();
    assert_eq!(shell.settings("after"), before);
    assert!(!shell.emulated().alternate_screen());
}

#[test]
fn what_is_typed_is_seen_again_after_a_secret_was_asked_for() {
    let platform = Platform::empty();
    let mut shell = shell(&platform.url());
    let before = shell.settings("before");
    shell.run("NMP_ACCESS_TOKEN= \"$CONSOLE\" --linear").shows(&["type ?"]);
    shell.send(b"ctrl-o\n").shows(&["paste a token"]);
    shell.send(b"enter\n").shows(&["it is not shown"]);
    shell.press("ctrl-c").is_back_in_the_shell();
    assert_eq!(shell.settings("after"), before);
}

#[test]
fn ctrl_c_waits_for_a_change_and_a_second_one_does_not() {
    let platform = Platform::with_fault("stall:PUT");
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut talk = Talk::begin(Setup::on(&platform).args(&["--linear", "--workspace", "ml-team"]));
    talk.says(&["row 1 of 2"]);
    talk.types("2").says(&["row 2 of 2: bob@example.com"]);
    talk.types("e").says(&["Change role"]);
    talk.types("2").says(&["Viewer → Editor"]);
    talk.types("enter").says(&["sending"]);
    talk.console.press("ctrl-c");
    talk.says(&["a change is still running"]);
    talk.console.press("ctrl-c");
    talk.says(&["outcome unknown, check before you repeat it:", "bob@example.com"]);
    assert_eq!(talk.console.end(), Ok(0));
}

#[test]
fn a_signal_and_a_terminal_that_goes_away_end_it() {
    let platform = Platform::empty();
    let talk = Talk::on(&platform);
    talk.says(&["type ?"]);
    talk.console.signal(Signal::TERM);
    assert_eq!(talk.console.end(), Ok(143));
    let mut talk = Talk::on(&platform);
    talk.says(&["type ?"]);
    talk.console.hang_up(|console| {
        console.send(b"\n");
    });
    assert_eq!(talk.console.end(), Ok(129));
}

#[test]
fn a_name_that_would_move_the_cursor_moves_nothing() {
    let platform = Platform::empty();
    platform.given([
        described("ml-team", "good\u{1b}[2J\u{1b}]0;title\u{7}bad"),
        add("ml-team", "evil\u{202e}@example.com", Role::Viewer),
    ]);
    let mut talk = Talk::on(&platform);
    talk.says(&["type ?"]);
    talk.types("/ml-team").says(&["row 1 of 1: ml-team", "good", "bad"]);
    talk.types("enter").says(&["Members of ml-team (2)"]);
    talk.types("list").says(&["row 2: evil"]);
    talk.is_free_of_escapes();
    assert!(!String::from_utf8_lossy(&talk.console.written()).contains('\u{202e}'));
}

/// Somebody on the members of a workspace, with bob selected.
fn on_bob(platform: &Platform) -> Talk {
    platform.given([create("ml-team"), add("ml-team", "bob@example.com", Role::Viewer)]);
    let mut talk = Talk::begin(Setup::on(platform).args(&["--linear", "--workspace", "ml-team"]));
    talk.says(&["row 1 of 2"]);
    talk.types("2").says(&["row 2 of 2: bob@example.com"]);
    talk
}

#[test]
fn a_letter_that_was_ended_by_ctrl_d_before_the_question_is_no_answer_to_it() {
    let platform = Platform::empty();
    let mut talk = on_bob(&platform);
    talk.from = talk.console.written().len();
    talk.console.send(b"y\x04");
    talk.says(&["ctrl-d", "nothing of it was taken"]);
    talk.types("d").says(&["yes or no?"]);
    talk.console.listen_for(WHILE);
    talk.types("").says(&["yes or no?"]);
    assert_eq!(roles(&platform, "bob@example.com"), RoleSet::only(Role::Viewer));
    talk.answers("yes", &["removed bob@example.com"]);
}

#[test]
fn a_letter_typed_while_the_question_could_not_be_written_is_no_answer_to_it() {
    let platform = Platform::empty();
    let mut talk = on_bob(&platform);
    talk.from = talk.console.written().len();
    // The terminal stands still, with the question on its way.
    talk.console.press("ctrl-s").send(b"d\n");
    talk.console.listen_for(WHILE);
    talk.console.send(b"y");
    talk.console.listen_for(Duration::from_millis(200));
    talk.console.press("ctrl-q");
    talk.says(&["yes or no?"]);
    talk.console.listen_for(WHILE);
    talk.types("").says(&["yes or no?"]);
    assert_eq!(roles(&platform, "bob@example.com"), RoleSet::only(Role::Viewer));
    talk.answers("yes", &["removed bob@example.com"]);
}

#[test]
fn a_terminal_that_stands_still_does_not_keep_the_console_from_ending() {
    let platform = Platform::empty();
    let mut talk = on_bob(&platform);
    talk.console.press("ctrl-s").send(b"d\n");
    talk.console.listen_for(WHILE);
    talk.console.signal(Signal::TERM);
    assert_eq!(talk.console.end(), Ok(143));
}

#[test]
fn a_line_that_the_terminal_may_have_cut_is_refused() {
    let platform = Platform::empty();
    let mut talk = on_bob(&platform);
    talk.types("a").says(&["Principals? empty"]);
    let many: Vec<String> = (0..300).map(|n| format!("somebody{n:03}@example.com")).collect();
    talk.types(&many.join(","))
        .says(&["longer than", "nothing of it was taken", "shorter lines"]);
    // The same once more is answered once more.
    talk.types(&many.join(",")).says(&["nothing of it was taken"]);
    talk.types("").says(&["Principals? empty"]);
    talk.types("carol@example.com").says(&["2: Editor, "]);
}

#[test]
fn columns_that_are_chosen_are_kept() {
    let platform = Platform::empty();
    let mut talk = on_bob(&platform);
    talk.types("t").says(&["Columns"]);
    talk.types("down").says(&["kind, shown, selected"]);
    talk.types("space").says(&["kind, hidden, selected"]);
    talk.types("apply").says(&["row 2 of 2: bob@example.com"]);
    let file = talk.console.home().join(".config/nmp-console/views.toml");
    let deadline = Instant::now() + Duration::from_secs(20);
    let kept = || std::fs::read_to_string(&file).unwrap_or_default();
    while !kept().contains(r#"columns = ["principal", "roles", "granted", "by"]"#) {
        assert!(Instant::now() < deadline, "{}", heard(&talk.console.written()));
        talk.console.listen_for(Duration::from_millis(20));
    }
}

#[test]
fn a_flood_of_lines_is_answered_at_its_end() {
    let platform = Platform::empty();
    let mut talk = on_bob(&platform);
    talk.types(&"list\n".repeat(400));
    talk.says(&["row 2 of 2: bob@example.com"]);
    talk.types("ctrl-c");
    assert_eq!(talk.console.end(), Ok(0));
    let heard = heard(&talk.console.written());
    let n = heard.lines().filter(|line| line.starts_with("row 2 of 2: ")).count();
    assert!(n < 40, "{n}");
}

#[test]
fn a_token_is_hidden_before_it_is_asked_for() {
    // The list is being read all the time, and what is said waits for that for a while.
    let platform = Platform::with_fault("stall:GET,workspaces");
    let mut talk = Talk::begin(
        Setup::of(PROGRAM)
            .env("NMP_BASE_URL", &platform.url())
            .args(&["--linear"]),
    );
    talk.says(&["type ?"]);
    assert!(talk.console.has_echo());
    talk.types("ctrl-o");
    let deadline = Instant::now() + Duration::from_secs(20);
    while talk.console.has_echo() {
        assert!(Instant::now() < deadline, "{}", heard(&talk.console.written()));
        std::thread::yield_now();
    }
    // What is said at once would be there by then.
    talk.console.listen_for(Duration::from_millis(50));
    assert!(!heard(&talk.console.written()).contains("it is not shown"));
    talk.says(&["it is not shown"]);
}

#[test]
fn the_manual_shows_what_is_heard() {
    let page = include_str!("../../assets/manual/linear.md");
    let block = page.split("<!-- spoken -->\n```text\n").nth(1).unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let (typed, said) = block.split_once('\n').unwrap();
    let mut talk = Talk::begin(Setup::of(PROGRAM).args(&["demo", "--linear"]));
    talk.says(&["type ?"]);
    talk.types(typed);
    for line in said.lines() {
        // How long ago that was depends on the day.
        talk.says(&[line.split(", updated ").next().unwrap()]);
    }
}
