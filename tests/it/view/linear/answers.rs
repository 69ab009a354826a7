//! That each line gets an answer, in words that nobody could take for another.

use super::*;

fn dialog_lines(talk: &Talk) -> Vec<String> {
    all(&talk.scene.model)
}

/// Somebody who is about to change what bob may do.
fn changing_bob() -> Talk {
    Talk::begin().types("/ml-team").types("enter").types("/bob").types("e")
}

/// What the dialog says of what it would do.
fn says(talk: &Talk, text: &str) -> bool {
    dialog_lines(talk).iter().any(|line| line.contains(text))
}

#[test]
fn apply_applies_the_role_that_was_chosen_and_no_other() {
    for (chosen, role) in [("2", "Editor"), ("1", "Viewer"), ("editor", "Editor")] {
        let talk = changing_bob().types(chosen).types("apply");
        talk.said(&format!("Admin → {role}"));
        talk.said("yes or no?");
    }
}

#[test]
fn a_letter_chooses_a_role_wherever_one_is_chosen() {
    for name in ["e", "editor", "Editor"] {
        let talk = changing_bob().types(name);
        talk.said("2: chosen, Editor");
        talk.said("Admin → Editor");
        assert!(talk.scene.model.runs().next().is_none());
        assert!(!says(&talk, "yes or no?"), "{name} only chooses");
    }
    let talk = changing_bob().types("?");
    talk.said("e, Editor: Choose it; apply is what applies it.");
    let adding = || {
        Talk::begin()
            .types("/ml-team")
            .types("enter")
            .types("a")
            .types("kim@example.com")
    };
    let talk = adding().types("1").types("alt-e");
    talk.said("2: chosen, Editor");
    assert!(talk.scene.model.runs().next().is_none());
}

#[test]
fn what_is_chosen_is_told_before_what_else_there_is() {
    let place = |lines: &[String], text: &str| lines.iter().position(|line| line.starts_with(text)).unwrap();
    let talk = changing_bob();
    let lines = dialog_lines(&talk);
    assert!(
        place(&lines, "3: chosen, Admin") < place(&lines, "1: Viewer"),
        "{lines:#?}"
    );
    assert!(place(&lines, "1: Viewer") < place(&lines, "2: Editor"), "{lines:#?}");
    let lines = dialog_lines(&log_in().types("2"));
    assert!(
        place(&lines, "2: chosen, Token") < place(&lines, "1: Browser"),
        "{lines:#?}"
    );
}

#[test]
fn a_name_that_is_wrong_again_is_told_to_be_wrong_again() {
    let mut talk = Talk::begin().types("n");
    for name in ["X Y", "Z Z", "Z Z"] {
        talk = talk.types(name);
        talk.said("error:");
    }
    let mut talk = Talk::begin().types("/solo").types("d");
    for name in ["solp", "sol", "sol"] {
        talk = talk.types(name);
        talk.said("that is not 'solo': nothing was done");
    }
}

#[test]
fn a_filter_that_is_open_says_so_and_takes_one_line() {
    let talk = Talk::begin().types("P");
    talk.said("type what to look for, or esc for all");
    let talk = talk.types("bob");
    talk.said("filter: bob");
    assert!(!talk.scene.model.is_filtering(), "the next line is a command");
    let talk = talk.types("1").types("enter");
    talk.said("Access of bob@example.com");
    let talk = Talk::begin().types("P").types("esc");
    assert!(!talk.scene.model.is_filtering());
}

#[test]
fn whoever_names_the_filter_alone_is_asked_and_loses_nothing() {
    let talk = Talk::begin().types("/ml-team").types("filter");
    talk.said("type what to look for, or esc for all");
    let talk = talk.types(".");
    assert_eq!(talk.scene.model.screen().filter().unwrap().input.value(), "ml-team");
    let talk = talk.types("filter").types("sales");
    talk.said("filter: sales");
    let talk = talk.types("/");
    assert_eq!(talk.scene.model.screen().filter().unwrap().input.value(), "");
}

#[test]
fn an_order_is_asked_for_by_the_name_of_its_column() {
    let talk = Talk::begin().types("sort by updated");
    talk.said("sort: updated");
    let talk = talk.types("Sort by Updated");
    talk.said("reversed");
    let talk = talk.types("sort by shoe size");
    talk.said("this list can be sorted by name, ");
    let talk = talk.types("?");
    talk.said("sort by NAME takes one of name, ");
}

#[test]
fn nothing_is_cut_where_lines_have_no_width() {
    let name = "w".repeat(255);
    let words = "言語処理 a word and a word ".repeat(50);
    let mut world = World::new();
    let members = vec![member("alice@example.com", &["Admin"], 60)];
    world.workspaces = vec![place(&name, &words, 60).with(members)];
    let talk = Talk::on(Scene::start_with(session(), world, 80, 24).settle());
    talk.said_ever(words.trim());
    assert!(!talk.heard.iter().any(|line| line.contains('…')), "{:#?}", talk.heard);
    let talk = talk.types("enter");
    talk.said(&name);
}

#[test]
fn a_name_keeps_its_blanks_in_every_dialog() {
    let name = "Ann  B · C";
    for key in ["e", "d", "a"] {
        let talk = Talk::on(Scene::start_with(session(), ann_world(name), 80, 24).settle());
        let talk = talk.types("enter").types("2").types(key);
        let talk = if key == "a" { talk.types(name) } else { talk };
        talk.said(name);
    }
}

fn ann_world(name: &str) -> World {
    let mut world = World::new();
    let members = vec![
        member("alice@example.com", &["Admin"], 60),
        member(name, &["Viewer"], 60),
    ];
    world.workspaces = vec![place("ml-team", "", 60).with(members)];
    world
}

#[test]
fn no_token_is_told_wherever_it_was_pasted() {
    let digits = "48151623421234567890";
    for (place, keys) in [
        ("list", &[][..]),
        ("login", &["ctrl-o"]),
        ("waiting", &["ctrl-o", "2", TOKEN, "apply"]),
    ] {
        for token in [TOKEN, digits] {
            let talk = keys.iter().fold(Talk::begin(), |talk, key| talk.types(key));
            let talk = talk.types(token);
            assert!(!talk.last().is_empty(), "{place}: no answer");
            for line in talk.last() {
                assert!(!line.contains("s3cret") && !line.contains("4815"), "{place}: {line}");
            }
        }
    }
}

/// Whoever has given esc another key is told that, wherever a line is taken.
#[test]
fn the_key_that_leads_out_is_the_one_of_ones_own_keys() {
    let mut scene = Scene::ready(80, 24);
    let keys = "[dialog]\ncancel = ['f10']\n[filter]\nclear = ['f10']\n";
    scene.model.keymap = OwnKeys::parse(keys).unwrap().keymap;
    let talk = Talk::on(scene).types("n");
    talk.said("a dot to leave it as it is; f10 goes back");
    let talk = talk.types("?");
    talk.said("as in :f10");
    let talk = talk.types("f10");
    assert!(talk.scene.model.dialogs.is_empty());
    let talk = talk.types("P");
    talk.said("or f10 for all");
}

/// A line is cut at its commas by whoever hears it: no name of a key may have one.
#[test]
fn no_key_is_called_by_a_name_with_a_comma() {
    let keymap = OwnKeys::default().keymap;
    let bindings = Context::ALL.into_iter().flat_map(|context| keymap.of(context));
    let labels: Vec<&str> = bindings.map(|binding| binding.label).collect();
    assert!(labels.len() > 100);
    assert!(labels.iter().all(|label| !label.contains([',', ';'])), "{labels:?}");
}

/// What is a key to whoever types it is never somebody who is given a role.
#[test]
fn a_key_that_means_nothing_here_is_no_name() {
    let mut scene = Scene::ready(80, 24);
    scene.model.keymap = OwnKeys::parse("[dialog]\ncancel = ['f10']\n").unwrap().keymap;
    let adding = Talk::on(scene).types("/ml-team").types("enter").types("a");
    let talk = adding.types("esc");
    talk.said("nothing here is called 'esc'");
    let talk = talk.types("f10");
    assert!(talk.scene.model.dialogs.is_empty());
}

/// A dot leaves a field as it is; behind a slash it is what is looked for.
#[test]
fn a_dot_is_looked_for_like_anything_else() {
    let talk = Talk::begin().types("/ml").types("/.");
    let filter = talk.scene.model.screen().filter().unwrap();
    assert_eq!(filter.input.value(), ".");
}

/// In the help of a dialog no command is sought, and nobody is told that it was a paste.
#[test]
fn a_search_where_none_is_possible_is_no_paste() {
    let talk = Talk::begin().types("n").types(":help").types(":workspace");
    assert!(
        talk.last().iter().all(|line| !line.contains("paste")),
        "{:?}",
        talk.last()
    );
}
