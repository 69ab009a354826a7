//! What is said where everything is told line by line.

mod answers;

use super::painted::plain;
use super::scene::{Scene, session};
use super::world::{World, member, place};
use nmp_console::app::keymap::Context;
use nmp_console::app::linear::Asks;
use nmp_console::app::model::Model;
use nmp_console::app::msg::{Effect, Line, Msg};
use nmp_console::app::own_keys::OwnKeys;
use nmp_console::domain::login::Way;
use nmp_console::domain::secret::Secret;
use nmp_console::ui::Look;
use nmp_console::ui::linear::{Told, say};

fn look() -> Look {
    plain().spoken()
}

/// Returns what is said of `model` to somebody who has heard nothing yet.
fn all(model: &Model) -> Vec<String> {
    say(model, &look(), &Told::default(), true).0
}

/// Checks that what is drawn is told, too: as sentences without a sign that only the eye can read, and a dialog from its
/// title to its keys.
pub(super) fn can_be_heard(model: &Model) {
    let lines = all(model);
    assert!(lines.len() > 1, "{lines:?}");
    for line in &lines {
        let is_drawn = |c: char| c.is_control() || matches!(c, '─'..='╿' | '▸' | '⠀'..='⣿' | '✗' | '✓' | '•');
        assert!(!line.contains(is_drawn), "{line:?}");
        assert!(!line.trim().is_empty(), "{lines:?}");
    }
    if let Some(dialog) = model.dialogs.last().filter(|_| model.equivalent.is_none()) {
        let title = dialog.form.title();
        let place = lines.iter().position(|line| line.starts_with(&*title));
        assert!(place.is_some_and(|place| place + 2 < lines.len()), "{title}: {lines:?}");
    }
}

/// Somebody who hears a console and types lines.
struct Talk {
    scene: Scene,
    told: Told,
    heard: Vec<String>,
}

impl Talk {
    fn begin() -> Self {
        Self::on(Scene::ready(80, 24))
    }

    fn on(mut scene: Scene) -> Self {
        scene.model.speak();
        let mut talk = Self {
            scene,
            told: Told::default(),
            heard: Vec::new(),
        };
        talk.hear();
        talk
    }

    fn hear(&mut self) {
        let (lines, told) = say(&self.scene.model, &look(), &self.told, self.scene.asked.is_empty());
        self.heard.extend(lines);
        self.told = told;
    }

    /// Types a line by itself, and lets everything that follows be read.
    fn types(self, text: &str) -> Self {
        self.line(Some(text), false, false)
    }

    fn line(mut self, text: Option<&str>, is_piece: bool, is_blind: bool) -> Self {
        self.heard.push(format!("> {}", text.unwrap_or("end of input")));
        self.scene.tell(Msg::Line(Line {
            text: text.map(str::to_owned),
            is_piece,
            is_blind,
        }));
        self.scene = self.scene.settle();
        self.hear();
        self
    }

    fn wait(mut self, seconds: i64) -> Self {
        self.scene = self.scene.wait(seconds);
        self.hear();
        self
    }

    fn last(&self) -> Vec<&str> {
        let place = self.heard.iter().rposition(|line| line.starts_with("> ")).unwrap();
        self.heard[place + 1..].iter().map(String::as_str).collect()
    }

    #[track_caller]
    fn said(&self, text: &str) {
        assert!(
            self.last().iter().any(|line| line.contains(text)),
            "{text}: {:#?}",
            self.last()
        );
    }

    #[track_caller]
    fn said_ever(&self, text: &str) {
        assert!(
            self.heard.iter().any(|line| line.contains(text)),
            "{text}: {:#?}",
            self.heard
        );
    }

    fn heard(&self, name: &str) {
        super::check(name, &self.heard.join("\n"));
    }
}

#[test]
fn finding_a_workspace_and_changing_a_role() {
    let talk = Talk::begin()
        .types("list")
        .types("/ml-team")
        .types("enter")
        .types("")
        .types("?");
    let talk = talk.types("/bob").types("e").types("1").types("apply");
    talk.heard("linear_change_role");
    assert_eq!(talk.scene.sending.len(), 0, "read first, then sent");
}

#[test]
fn a_dialog_asks_field_by_field() {
    let talk = Talk::begin()
        .types("n")
        .types("X")
        .types("new-one")
        .types("apply")
        .types("enter");
    talk.heard("linear_new_workspace");
}

#[test]
fn a_view_is_saved_shown_and_gone_to() {
    let talk = Talk::begin()
        .types("/ml")
        .types("T")
        .types("s")
        .types("mine")
        .types("apply")
        .types("/")
        .types("T")
        .types("1")
        .types("d")
        .types("enter")
        .types("no")
        .types("apply");
    let talk = talk
        .types(":view mine")
        .types("1")
        .types(":view mien")
        .types(":view nonesuch");
    talk.heard("linear_views");
    assert_eq!(talk.scene.model.screen().filter().unwrap().input.value(), "ml");
}

/// Nothing is cut there, and so nothing is left out.
#[test]
fn columns_are_not_told_of_a_narrow_screen() {
    let talk = Talk::begin().types("t");
    let heard = talk.heard.join("\n");
    assert!(heard.contains("Columns") && !heard.contains("narrow"), "{heard}");
}

#[test]
fn a_dot_leaves_a_field_as_it_is() {
    let talk = Talk::begin().types("n").types("new-one").types(".");
    talk.said("type: apply, ");
}

#[test]
fn only_an_answer_by_itself_to_what_was_heard_confirms() {
    let asked = || Talk::begin().types("/ml-team").types("enter").types("/bob").types("d");
    asked().said("yes or no?");
    for text in ["y", "yes", "YES", ":yes"] {
        assert_eq!(asked().types(text).scene.model.runs().count(), 1, "{text}");
    }
    for text in [
        "enter",
        "tab",
        "1",
        "2",
        "",
        ".",
        "?",
        "answer",
        "other-answer",
        "apply",
        "ok",
        "yes please",
    ] {
        let talk = asked().types(text);
        assert_eq!(talk.scene.model.runs().count(), 0, "{text}");
    }
    for (is_piece, is_blind) in [(true, false), (false, true), (true, true)] {
        for text in ["y", "yes"] {
            let talk = asked().line(Some(text), is_piece, is_blind);
            talk.said("type it again");
            assert_eq!(talk.scene.model.runs().count(), 0, "{text} {is_piece} {is_blind}");
        }
    }
    for text in ["n", "no", "esc"] {
        assert!(asked().types(text).scene.model.dialogs.is_empty(), "{text}");
    }
    assert!(asked().line(None, false, false).scene.model.dialogs.is_empty());
}

#[test]
fn a_number_goes_to_a_row_and_no_further() {
    let talk = Talk::begin().types("2");
    talk.said("row 2 of ");
    let talk = talk.types("999");
    talk.said("there is no row 999 among ");
    let talk = talk.types("last");
    let n = talk.scene.model.screen().n_rows();
    talk.said(&format!("row {n} of {n}: "));
}

#[test]
fn what_is_found_by_words_is_chosen_by_number() {
    let talk = Talk::begin().types(":you become");
    talk.said("1: new, n. Create a workspace");
    let talk = talk.types("1");
    talk.said("New workspace");
}

#[test]
fn what_means_nothing_is_said_to() {
    let talk = Talk::begin().types("frobnicate");
    talk.said("nothing here is called 'frobnicate'");
    assert!(talk.scene.model.dialogs.is_empty());
}

#[test]
fn the_same_is_not_told_twice_unless_it_is_asked_for() {
    let mut talk = Talk::begin();
    let n = talk.heard.len();
    talk.hear();
    assert_eq!(talk.heard.len(), n);
    let talk = talk.types("");
    talk.said("Workspaces (");
}

#[test]
fn what_goes_on_is_told_every_half_minute() {
    let mut talk = Talk::begin().types("/ml-team").types("enter").types("/bob");
    talk.scene = talk.scene.press("d y");
    talk.hear();
    talk.said("Remove member");
    let n = talk.heard.len();
    for _ in 0..5 {
        talk = talk.wait(5);
    }
    assert_eq!(talk.heard.len(), n, "{:#?}", talk.heard);
    let talk = talk.wait(5);
    assert_eq!(talk.heard.len(), n + 1, "{:#?}", talk.heard);
    assert!(
        talk.heard.last().is_some_and(|line| line.contains("30 s")),
        "{:?}",
        talk.heard.last()
    );
}

#[test]
fn every_key_of_a_list_is_named_with_why_it_does_nothing_now() {
    let talk = Talk::begin().types("?");
    talk.said("n, new: Create a workspace");
    talk.said("R, put the Admin back: not now, ");
}

#[test]
fn what_is_copied_is_said_to_be_printed() {
    let talk = Talk::begin().types("copy");
    talk.said("printed below: ");
    assert_eq!(talk.scene.copied.len(), 1);
}

#[test]
fn a_long_list_costs_a_row_a_line_and_a_page_when_it_is_asked_for() {
    let talk = Talk::on(Scene::start_with(session(), World::of(10_000), 80, 24).settle());
    let bytes = |lines: &[&str]| lines.iter().map(|line| line.len() + 1).sum::<usize>();
    let begun: Vec<&str> = talk.heard.iter().map(String::as_str).collect();
    assert!(begun.len() <= 5 && bytes(&begun) < 600, "{begun:#?}");
    let talk = talk.types("down");
    assert!(
        talk.last().len() == 1 && bytes(&talk.last()) < 200,
        "{:#?}",
        talk.last()
    );
    let talk = talk.types("9000");
    talk.said("row 9,000 of 10,0");
    assert!(bytes(&talk.last()) < 200, "{:#?}", talk.last());
    let talk = talk.types("list");
    assert!(talk.last().len() <= 30, "{:#?}", talk.last());
}

const TOKEN: &str = "eyJhbGciOi.s3cretpart.ofatoken";

#[test]
fn page_follows_page_and_no_row_is_told_twice_before_the_end() {
    let mut talk = Talk::on(Scene::start_with(session(), World::of(10_000), 80, 24).settle()).types("list");
    let rows = |talk: &Talk| {
        let lines = talk.last();
        let rows = lines.iter().filter_map(|line| line.strip_prefix("row "));
        let numbers = rows.filter_map(|row| row.split(' ').next().map(str::to_owned));
        numbers.collect::<Vec<_>>()
    };
    let mut told = rows(&talk);
    assert!(
        talk.last().last().unwrap().starts_with("rows 1 to "),
        "{:?}",
        talk.last()
    );
    talk.said(", next goes on");
    for _ in 0..3 {
        talk = talk.types("next");
        told.extend(rows(&talk));
    }
    let first = told.first().cloned();
    let numbers: Vec<usize> = told
        .iter()
        .map(|number| number.replace([',', ':'], "").parse().unwrap())
        .collect();
    assert_eq!(first.as_deref(), Some("1"));
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    let talk = talk.types("last").types("next");
    talk.said(", the end");
}

#[test]
fn the_row_that_was_marked_is_the_one_that_is_told() {
    let talk = Talk::begin().types("2").types("mark");
    talk.said("row 2 of ");
    assert!(talk.heard.last().unwrap().contains("marked"), "{:?}", talk.last());
}

/// Somebody who has come to the ways to log in.
fn log_in() -> Talk {
    Talk::begin().types("ctrl-o")
}

fn asks(talk: &Talk) -> Asks {
    talk.scene.model.linear.as_ref().unwrap().asks
}

fn logs_in_with(talk: &Talk, token: &str) -> bool {
    let way = Way::Token(Secret::new(token.to_owned()));
    let mut errands = talk.scene.errands.iter();
    errands.any(|errand| matches!(errand, Effect::LogIn { way: with, .. } if *with == way))
}

#[track_caller]
fn is_kept_secret(talk: &Talk) {
    let said: Vec<&String> = talk.heard.iter().filter(|line| !line.starts_with("> ")).collect();
    for part in TOKEN.split('.') {
        assert!(!said.iter().any(|line| line.contains(part)), "{said:#?}");
    }
}

#[test]
fn a_token_is_taken_where_it_is_asked_for_and_never_told() {
    let talk = log_in().types("2");
    talk.said("2: chosen, Token");
    assert_eq!(asks(&talk), Asks::Secret, "before it is pasted");
    let talk = talk.types(TOKEN);
    talk.said("30 characters");
    talk.said("type: apply, ");
    is_kept_secret(&talk);
    assert_eq!(
        asks(&talk),
        Asks::Secret,
        "whatever is typed next can be the rest of it"
    );
    let talk = talk.types("apply");
    assert!(logs_in_with(&talk, TOKEN), "{:#?}", talk.heard);
}

#[test]
fn no_part_of_a_broken_token_is_told_or_sent() {
    let mut talk = log_in().types("2");
    for part in TOKEN.split_inclusive('.') {
        talk = talk.line(Some(part), true, false);
    }
    let talk = talk.types("apply");
    talk.said("contains a space or a line break");
    is_kept_secret(&talk);
    let talk = talk.types(&format!(":{TOKEN}")).types(TOKEN).types("apply");
    is_kept_secret(&talk);
    assert!(logs_in_with(&talk, TOKEN), "{:#?}", talk.heard);
}

#[test]
fn an_e_mail_is_taken_where_the_ways_are_told() {
    let talk = log_in().types("3").types("ann@example.com");
    talk.said("ann@example.com");
    assert_eq!(asks(&talk), Asks::Command);
}

#[test]
fn a_list_that_is_pasted_line_by_line_names_all_of_them() {
    let mut talk = Talk::begin().types("/ml-team").types("enter").types("a");
    for name in ["kim@example.com", "lee@example.com", "max@example.com"] {
        talk = talk.line(Some(name), true, false);
    }
    talk.said("kim@example.com; lee@example.com; max@example.com");
    let talk = talk.line(Some("."), true, false).line(Some("apply"), true, false);
    talk.said("type it again");
    assert_eq!(talk.scene.model.runs().count(), 0);
}

#[test]
fn a_list_whose_first_line_came_by_itself_is_one_still() {
    let talk = Talk::begin().types("/ml-team").types("enter").types("a");
    let talk = talk.types("kim@example.com").line(Some("lee@example.com"), true, false);
    talk.said("kim@example.com; lee@example.com");
}

#[test]
fn a_workspace_that_is_called_like_a_key_is_confirmed_by_its_name() {
    for name in ["home", "end", "delete", "tab", "up", "f1", "esc"] {
        let mut world = World::new();
        world.workspaces = vec![place(name, "", 60).with(vec![member("alice@example.com", &["Admin"], 60)])];
        let talk = Talk::on(Scene::start_with(session(), world, 80, 24).settle());
        let talk = talk.types("1").types("d");
        talk.said("type it and enter");
        let talk = talk.types(name);
        assert_eq!(talk.scene.model.runs().count(), 1, "{name}: {:#?}", talk.last());
    }
}

#[test]
fn a_field_takes_what_is_called_like_a_key_that_does_nothing_here() {
    let talk = Talk::begin().types("n").types("f5");
    talk.said("Name f5");
}

#[test]
fn columns_are_chosen_by_number_and_their_order_is_told() {
    let talk = Talk::begin().types("/ml-team").types("t");
    talk.said("1: name, always shown, selected");
    talk.said("2: access, shown");
    let talk = talk.types("2");
    talk.said("2: access, hidden, selected");
    let talk = talk.types("move down");
    talk.said("3: access, hidden, selected");
    let talk = talk.types("9");
    talk.said("there is no choice 9");
}

#[test]
fn only_commands_that_were_told_are_taken_by_number() {
    let talk = Talk::begin().types(":the");
    talk.said("10: ");
    talk.said(" more: type more");
    assert!(
        !talk.last().iter().any(|line| line.starts_with("11: ")),
        "{:#?}",
        talk.last()
    );
    let talk = talk.types("11");
    talk.said("10 commands can be taken by number");
    let before = talk.scene.model.question();
    let talk = talk.line(Some("3"), false, true);
    talk.said("type it again");
    assert_eq!(talk.scene.model.question(), before, "nothing is marked or run");
}

#[test]
fn other_commands_under_the_same_numbers_are_another_question() {
    let mut talk = Talk::begin().types(":context ");
    let heard = talk.scene.model.question();
    talk.scene = talk.scene.press("d");
    assert_ne!(talk.scene.model.question(), heard);
}

#[test]
fn names_keep_their_blanks_and_dots() {
    let name = "Ann  B · C";
    let mut world = World::new();
    let members = vec![
        member("alice@example.com", &["Admin"], 60),
        member(name, &["Viewer"], 60),
    ];
    world.workspaces = vec![place("ml-team", "", 60).with(members)];
    let talk = Talk::on(Scene::start_with(session(), world, 80, 24).settle());
    let talk = talk.types("enter").types("2");
    talk.said(name);
    let talk = talk.types("d");
    talk.said("yes or no?");
    talk.said(name);
}

#[test]
fn all_keys_are_told_however_many_there_are() {
    let talk = Talk::begin().types("f1");
    let last = talk.last();
    assert!(!last.iter().any(|line| line.ends_with('…')), "{last:#?}");
}
