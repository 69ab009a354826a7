//! Adding members: who is meant by what is typed and pasted, and what is proposed for it.

use super::auditing::bobs_access;
use super::{members_of, platform};
use crate::console::Console;
use crate::platform::{at, roles, who};
use nmp_console::app::dialog::Form;
use nmp_console::app::dialog::add_member::{Entry, Verdict};
use nmp_console::app::dialog::{Ctx, Stage};
use nmp_console::app::msg::{Effect, Query};
use nmp_console::domain::change::Change;
use nmp_console::domain::policy::{Consequence, Tier};
use pretty_assertions::assert_eq;
use rstest::rstest;

fn added(console: &Console) -> Vec<&str> {
    let principals = console.sent.iter().filter_map(Change::principal);
    principals.map(nmp_console::domain::ids::Principal::raw).collect()
}

fn typed(console: &Console) -> &str {
    let picker = console.dialog().form.picker().expect("a field for principals");
    picker.value()
}

fn offers(console: &Console) -> Vec<String> {
    let picker = console.dialog().form.picker().expect("a field for principals");
    let offers = picker.offers().iter();
    offers.map(|offer| offer.principal.raw().to_owned()).collect()
}

fn entries(console: &Console) -> Vec<Entry> {
    let identity = console.model.identity();
    let ctx = Ctx {
        store: &console.model.store,
        identity: &identity,
        server: console.model.session.info.value(),
        now: console.model.now,
    };
    let Form::AddMember(form) = &console.dialog().form else {
        panic!("no Add member: {:?}", console.dialog())
    };
    form.entries(ctx)
}

#[rstest]
#[case("Dave Smith <dave@example.com>", &["dave@example.com"])]
#[case("\"Lee, Ann\" <ann@example.com>; Erin <erin@example.com>", &["ann@example.com", "erin@example.com"])]
#[case("mailto:dave@example.com?subject=Welcome", &["dave@example.com"])]
#[case("dave@example.com;erin@example.com", &["dave@example.com", "erin@example.com"])]
#[case("E-mail\r\ndave@example.com\r\nerin@example.com\r\n", &["dave@example.com", "erin@example.com"])]
#[case("dave@example.com\u{1b}[13;1uerin@example.com", &["dave@example.com", "erin@example.com"])]
#[case("Dave Smith (dave@example.com)", &["dave@example.com"])]
#[case("\u{feff}dave@example.com\u{a0}\u{200b}", &["dave@example.com"])]
fn what_people_paste_is_understood(#[case] pasted: &str, #[case] expected: &[&str]) {
    let mut console = members_of("ml-team");
    console.press("a").paste(pasted).press("enter").settle();
    assert_eq!(added(&console), expected);
}

#[test]
fn what_was_understood_is_shown_with_what_it_was_read_from() {
    let mut console = members_of("ml-team");
    console
        .press("a")
        .paste("Dave Smith <dave@example.com>, erin@example.com");
    let shown = entries(&console);
    let shown = shown
        .iter()
        .map(|entry| (entry.shown.as_str(), entry.from.as_ref().map(AsRef::as_ref)));
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            ("dave@example.com", Some("Dave Smith <dave@…>")),
            ("erin@example.com", None)
        ]
    );
}

#[test]
fn a_name_without_brackets_is_asked_about_and_never_granted() {
    let mut console = members_of("ml-team");
    console.press("a").paste("dave smith dave@example.com").press("enter");
    assert_eq!(
        console.warnings(),
        [Consequence::TakenForNames(vec!["dave smith".to_owned()])]
    );
    console.press("n");
    assert_eq!(typed(&console), "dave smith dave@example.com", "nothing is lost");
    console.press("enter y").settle();
    assert_eq!(added(&console), ["dave@example.com"]);
}

#[test]
fn a_group_that_nobody_has_seen_is_asked_about() {
    let mut console = members_of("ml-team");
    console.press("a").write("dave smith").press("enter");
    let groups = vec![who("dave"), who("smith")];
    assert_eq!(console.warnings(), [Consequence::NewGroups(groups)]);
    assert_eq!(console.sent, []);
    console.press("esc ctrl-u").write("@dave").press("enter");
    assert!(console.is_confirming(), "neither is this plainly anybody");
    console.press("y").settle();
    assert_eq!(added(&console), ["@dave"]);
}

#[test]
fn a_known_group_is_added_at_once() {
    let mut platform = platform();
    platform.set("reading", "ml-leads", &["Viewer"]);
    let mut console = super::members_on(platform, "reading");
    console.press("esc").go_to("ml-team").press("enter").settle();
    console.press("a").write("ml-leads").press("enter").settle();
    assert_eq!(added(&console), ["ml-leads"]);
}

#[test]
fn angle_brackets_without_an_address_are_refused() {
    let mut console = members_of("ml-team");
    for text in ["<dave>", "a>b", "<"] {
        console.press("a").write(text).press("enter").settle();
        assert!(
            console.problem().contains("type the address alone"),
            "{text}: {}",
            console.problem()
        );
        console.press("esc esc");
        assert!(console.model.dialogs.is_empty());
    }
    assert_eq!(console.sent, []);
}

#[test]
fn who_has_brackets_in_the_name_already_can_be_removed() {
    let mut platform = platform();
    platform.set("ml-team", "<dave@example.com>", &["Viewer"]);
    let mut console = super::members_on(platform, "ml-team");
    console.go_to("<dave@example.com>").press("d y").settle();
    assert_eq!(added(&console), ["<dave@example.com>"]);
}

#[rstest]
#[case("tab")]
#[case("→")]
#[case("enter")]
fn a_proposal_is_taken_and_nothing_else_happens(#[case] key: &str) {
    let mut console = members_of("ml-team");
    console.press("a").write("car");
    assert_eq!(offers(&console), ["carol@example.com", "car"]);
    console.press(key).settle();
    assert_eq!(typed(&console), "carol@example.com");
    assert!(console.is_editing() && console.sent.is_empty());
    assert!(offers(&console).is_empty());
}

#[test]
fn what_is_typed_has_to_be_chosen_and_is_asked_about() {
    let mut console = members_of("ml-team");
    console.press("a").write("car").press("↓ enter");
    assert_eq!((typed(&console), console.sent.len()), ("car", 0));
    console.press("enter");
    assert_eq!(console.warnings(), [Consequence::NewGroups(vec![who("car")])]);
    console.press("y").settle();
    assert_eq!(added(&console), ["car"]);
}

#[test]
fn half_a_name_is_asked_about_from_the_other_field_too() {
    let mut console = members_of("ml-team");
    console.press("a").write("carol@exam").press("shift-tab enter").settle();
    assert_eq!(console.problem(), "carol@exam, a new user, or carol@example.com?");
    assert_eq!(console.sent, []);
    console.press("enter");
    assert_eq!(
        typed(&console),
        "carol@example.com",
        "the focus is on the proposals again"
    );
}

/// Enter takes the first one, and a namesake in other case is somebody else.
#[test]
fn whoever_is_called_as_it_is_typed_is_proposed_first() {
    let mut platform = platform();
    platform.set("ml-team", "ERIN@EXAMPLE.COM", &["Viewer"]);
    platform.set("ml-team", "erin@example.com", &["Viewer"]);
    let mut console = super::members_on(platform, "ml-team");
    for (written, expected) in [
        ("er", ["erin@example.com", "ERIN@EXAMPLE.COM", "er"]),
        ("ER", ["ERIN@EXAMPLE.COM", "erin@example.com", "ER"]),
    ] {
        console.press("a").write(written);
        assert_eq!(offers(&console), expected);
        console.press("esc esc");
    }
}

#[test]
fn five_are_proposed_at_most_and_a_known_name_comes_first() {
    let mut platform = platform();
    for name in ["bo", "bo1@x", "bo2@x", "bo3@x", "bo4@x", "bo5@x"] {
        platform.set("ml-team", name, &["Viewer"]);
    }
    let mut console = super::members_on(platform, "ml-team");
    console.press("a").write("bo");
    assert_eq!(offers(&console), ["bo", "bo1@x", "bo2@x", "bo3@x", "bo4@x", "bo5@x"]);
    console.press("↑ ↓ ↓ tab");
    assert_eq!(typed(&console), "bo2@x");
}

#[test]
fn copying_access_understands_and_proposes_alike() {
    let mut console = bobs_access();
    console.press("c").write("carol@exam");
    assert_eq!(offers(&console), ["carol@example.com", "carol@exam"]);
    console.press("enter");
    assert_eq!((typed(&console), console.sent.len()), ("carol@example.com", 0));
    console.press("esc esc c").paste("Dave <dave@example.com>");
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    assert_eq!(form.n_changes(), 3);
    console
        .press("ctrl-u")
        .paste("dave@example.com, erin@example.com")
        .press("enter");
    assert!(
        console.problem().starts_with("one principal at a time"),
        "{}",
        console.problem()
    );
    console.press("ctrl-u").write("new-team").press("enter");
    assert!(matches!(&console.dialog().stage, Stage::Confirming(confirm)
            if confirm.consequences.contains(&Consequence::NewGroups(vec![who("new-team")]))));
}

#[test]
fn adding_never_takes_anything_away() {
    let mut platform = platform();
    platform.set("ml-team", "sofia@example.com", &["Admin", "Editor", "JobRunner"]);
    platform.set("ml-team", "job@example.com", &["ServiceSystem"]);
    let mut console = super::members_on(platform, "ml-team");
    console
        .press("a")
        .paste("sofia@example.com, dave@example.com, bob@example.com, job@example.com");
    let verdicts = entries(&console);
    assert_eq!(
        verdicts[0].verdict,
        Verdict::Unchanged(roles(&["Admin", "Editor", "JobRunner"]))
    );
    assert_eq!(verdicts[3].verdict, Verdict::Unchanged(roles(&["ServiceSystem"])));
    console.press("tab ↓ enter").settle();
    let (workspace, to) = (at("ml-team"), who("dave@example.com"));
    assert_eq!(
        console.sent,
        [
            Change::Roles {
                workspace: workspace.clone(),
                principal: to,
                before: roles(&[]),
                after: roles(&["Editor"])
            },
            Change::Roles {
                workspace,
                principal: who("bob@example.com"),
                before: roles(&["Viewer"]),
                after: roles(&["Editor"])
            }
        ]
    );
    console.press("a").write("sofia@example.com").press("enter").settle();
    assert!(
        console.problem().contains("already have this role or a stronger one"),
        "{}",
        console.problem()
    );
    assert_eq!(console.sent.len(), 2);
}

#[rstest]
#[case::mixed_scripts("\u{430}lice@example.com")]
#[case::one_script_like_somebody("\u{441}\u{430}rol@example.com")]
#[case::invisible("x\u{200b}y@example.com")]
#[case::direction("x\u{202e}y@example.com")]
#[case::unassigned("x\u{378}y@example.com")]
#[case::full_width("ｄave@example.com")]
#[case::marks("Zoe\u{308}@example.com")]
#[case::like_somebody("a1ice@example.com")]
#[case::like_somebody_too("alice@exarnple.com")]
fn a_name_that_can_deceive_needs_the_typed_name_whatever_is_done_with_it(#[case] odd: &str) {
    let mut console = members_of("ml-team");
    console.press("a").paste(odd).press("enter");
    assert_eq!(tier(&console), Some(Tier::Typed), "added");
    for keys in ["d", "e ↓ enter", "e ↓ ↓ enter"] {
        let mut platform = platform();
        platform.set("ml-team", odd, &["Viewer"]);
        let mut console = super::members_on(platform, "ml-team");
        console.go_to(odd).press(keys);
        assert_eq!(tier(&console), Some(Tier::Typed), "{keys}");
        console.press("y enter").settle();
        assert_eq!(console.sent, [], "{keys}");
        console.press("ctrl-u").write("ml-team").press("enter").settle();
        assert_eq!(added(&console), [odd], "{keys}");
    }
}

#[test]
fn who_is_only_passed_for_is_not_suspect() {
    let mut platform = platform();
    platform.set("ml-team", "b\u{43e}b@example.com", &["Viewer"]);
    let mut console = super::members_on(platform, "ml-team");
    console.go_to("bob@example.com").press("d");
    assert_eq!(tier(&console), Some(Tier::YesNo));
}

#[test]
fn who_is_known_from_the_audit_alone_is_compared_with_too() {
    let mut console = bobs_access();
    console.press("c").write("b0b@example.com").press("enter");
    let (principal, other) = (who("b0b@example.com"), who("bob@example.com"));
    let expected = Consequence::PassesFor { principal, other };
    assert!(console.warnings().contains(&expected), "{:?}", console.warnings());
    assert_eq!(tier(&console), Some(Tier::Typed));
}

fn tier(console: &Console) -> Option<Tier> {
    match &console.dialog().stage {
        Stage::Confirming(confirm) => Some(confirm.tier),
        Stage::Editing | Stage::Running(_) => None,
    }
}

/// What is said of the only one who is typed.
fn said(console: &Console) -> String {
    let entries = entries(console);
    let [entry] = entries.as_slice() else {
        panic!("one is typed: {entries:?}")
    };
    entry.known.as_ref().map(ToString::to_string).unwrap_or_default()
}

#[rstest]
#[case("bob@example.com", "")]
#[case("carol@example.com", "known, in 1 workspace")]
#[case("dan@example.com", "known, in 3 workspaces")]
#[case("zoe@elsewhere.org", "not seen before on this platform")]
#[case(
    "alice.lee@exmaple.com",
    "not seen before on this platform; did you mean alice.lee@example.com?"
)]
#[case("zoe@exmaple.com", "not seen before on this platform; did you mean zoe@example.com?")]
#[case(
    "Bob@example.com",
    "bob@example.com is a member already; upper and lower case are two people here"
)]
#[case(
    "Dan@example.com",
    "dan@example.com is a member already; upper and lower case are two people here"
)]
#[case("everyone", "not seen before on this platform; did you mean Everyone (*)?")]
fn whoever_is_typed_is_known_or_not(#[case] typed: &str, #[case] expected: &str) {
    let mut platform = platform();
    for place in ["lonely", "reading", "default"] {
        platform.set(place, "dan@example.com", &["Viewer"]);
    }
    platform.set("lonely", "alice.lee@example.com", &["Viewer"]);
    // Less known than the spelling that is a member here.
    platform.set("lonely", "DAN@EXAMPLE.COM", &["Viewer"]);
    platform.is_admin = nmp_console::domain::platform::Allowed::Yes;
    let mut console = Console::open(platform);
    console.press("A").settle().press("esc");
    console.go_to("reading").press("enter").settle();
    // Not at the end of the field, so that nothing is proposed.
    console.press("a").write(typed).press("home");
    if typed == "bob@example.com" {
        assert!(matches!(entries(&console)[0].verdict, Verdict::Unchanged(_)));
        return;
    }
    assert_eq!(said(&console), expected);
}

#[test]
fn the_word_before_the_cursor_is_proposed_for_wherever_it_stands() {
    let mut console = members_of("ml-team");
    console.press("a").write("car, dave@example.com").press("home → → →");
    assert_eq!(offers(&console), ["carol@example.com", "car"]);
    console.press("enter");
    assert_eq!(typed(&console), "carol@example.com, dave@example.com");
    console.write("x");
    assert_eq!(
        typed(&console),
        "carol@example.comx, dave@example.com",
        "one goes on there"
    );
}

#[test]
fn a_slip_is_proposed_and_only_a_key_of_its_own_takes_it() {
    let typo = "carol@exmaple.com";
    let mut console = members_of("ml-team");
    console.press("a").write(typo);
    assert_eq!(offers(&console), ["carol@example.com", typo]);
    console.press("enter");
    assert_eq!(typed(&console), typo, "enter keeps what was written out");
    assert!(said(&console).ends_with("did you mean carol@example.com?"));
    assert_eq!(console.sent, []);
    console.press("ctrl-u").write(typo).press("tab");
    assert_eq!(typed(&console), typo, "so does tab");
    console.press("ctrl-u").write(typo).press("↑ tab").settle();
    assert_eq!((typed(&console), console.sent.len()), ("carol@example.com", 0));
}

#[rstest]
#[case("everyone")]
#[case("Everybody")]
#[case("all")]
fn words_for_everyone_propose_the_star(#[case] word: &str) {
    let mut console = members_of("ml-team");
    console.press("a").write(word);
    assert_eq!(offers(&console), ["*", word]);
    console.press("tab enter");
    assert_eq!(tier(&console), Some(Tier::YesNo), "everyone is always asked about");
    console.press("y").settle();
    assert_eq!(added(&console), ["*"]);
}

#[test]
fn copying_access_says_who_is_known_too() {
    let mut console = bobs_access();
    console.press("c").write("carol@exmaple.com");
    assert_eq!(offers(&console), ["carol@example.com", "carol@exmaple.com"]);
    console.press("↑ tab");
    let identity = console.model.identity();
    let Form::Plan(form) = &console.dialog().form else {
        panic!("no plan: {:?}", console.dialog())
    };
    let ctx = Ctx::new(&console.model.store, &identity, None, console.model.now);
    assert_eq!(form.known(ctx).unwrap(), "known, in 1 workspace");
}

#[test]
fn the_role_is_chosen_from_the_field_and_remembered_but_never_admin() {
    let mut console = members_of("ml-team");
    let chosen = |console: &Console| {
        let Form::AddMember(form) = &console.dialog().form else {
            panic!("no Add member: {:?}", console.dialog());
        };
        form.chosen().shown().to_string()
    };
    console
        .press("a alt-e")
        .write("dan@example.com")
        .press("enter")
        .settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Editor"]));
    console.press("a");
    assert_eq!(chosen(&console), "Editor", "as last time");
    console
        .press("alt-a")
        .write("erin@example.com")
        .press("enter y")
        .settle();
    assert_eq!(console.sent.last().unwrap().roles().1, roles(&["Admin"]));
    console.press("a");
    assert_eq!(chosen(&console), "Editor", "as before that");
    // While somebody is proposed, too.
    console.write("car").press("alt-v");
    assert_eq!(chosen(&console), "Viewer");
    assert!(!offers(&console).is_empty());
    // What was given in one workspace is not proposed for another.
    console
        .press("esc esc esc")
        .platform
        .set("reading", "ml-leads", &["Admin"]);
    console
        .press("r")
        .settle()
        .go_to("reading")
        .press("enter")
        .settle()
        .press("a");
    assert_eq!(console.dialog().form.workspace(), Some(&at("reading")));
    assert_eq!(chosen(&console), "Viewer");
}

/// The words that stand beside those who are typed.
fn known(console: &Console) -> Vec<String> {
    let entries = entries(console).into_iter();
    entries
        .filter_map(|entry| entry.known.map(|known| known.to_string()))
        .collect()
}

/// A platform admin whose console has not read yet where zoe is a member, and who types `text`.
fn admin_who_adds(text: &str) -> Console {
    let mut platform = super::auditing::everywhere();
    for n in 0..300 {
        platform = platform.with(&format!("w-{n:03}"), &[("bob@example.com", &["Admin"])]);
    }
    platform.set("w-299", "zoe@example.com", &["Viewer"]);
    let mut console = super::members_on(platform, "ml-team");
    console.press("a").write(text);
    console
}

#[test]
fn to_a_platform_admin_everybody_is_suggested_however_little_was_looked_at() {
    let mut console = admin_who_adds("zo");
    assert_eq!(offers(&console), [""; 0]);
    assert!(console.unanswered.iter().any(is_reading_of_everything));
    console.settle();
    assert_eq!(offers(&console), ["zoe@example.com", "zo"]);
    console.press("enter");
    assert_eq!(typed(&console), "zo", "nobody else is taken for what was typed before");
    console.press("backspace").write("o").press("enter enter").settle();
    assert_eq!(added(&console), ["zoe@example.com"]);
}

fn is_reading_of_everything(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Read {
            query: Query::Audit(..),
            ..
        }
    )
}

#[test]
fn what_is_said_of_somebody_follows_what_is_read_while_the_dialog_is_open() {
    let mut console = admin_who_adds("zoe@example.com");
    assert_eq!(known(&console), ["not seen before in what was loaded"]);
    console.settle();
    assert_eq!(known(&console), ["known, in 1 workspace"]);
}

#[test]
fn the_reading_of_everybody_ends_with_the_dialog_that_needs_it() {
    let mut console = admin_who_adds("zo");
    console.press("esc esc");
    assert!(console.model.dialogs.is_empty());
    assert!(!console.unanswered.iter().any(is_reading_of_everything));
}

#[test]
fn nobody_else_asks_for_everybody_to_suggest_people() {
    let mut console = members_of("ml-team");
    console.press("a").write("zo");
    assert!(!console.unanswered.iter().any(is_reading_of_everything));
}

/// Neither the field nor the list says more than it holds.
#[test]
fn a_paste_that_has_no_room_is_said_to_be_cut() {
    let mut console = members_of("ml-team");
    let many: Vec<String> = (0..4_000)
        .map(|n| format!("person{n}.of.a.large.list@example.com"))
        .collect();
    console.press("a").paste(&many.join("\n"));
    assert_eq!(
        console.notice(),
        "the paste was cut: a field holds at most 100,000 bytes"
    );
    let mut console = members_of("ml-team");
    console.press("a").paste(&many[..150].join("\n"));
    assert_eq!(console.notice(), "");
}
