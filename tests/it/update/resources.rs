//! What lies in a workspace: reading it as far as it is looked at, making projects, deleting one or many.

use super::platform;
use crate::console::Console;
use crate::platform::{Platform, at, failure};
use nmp_console::app::dialog::Form;
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, ChangeTarget, Effect, Query};
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::ResourceName;
use nmp_console::domain::platform::Generation;
use nmp_console::domain::policy::Consequence;
use nmp_console::domain::resource::{ResourceId, ResourceKind};
use pretty_assertions::assert_eq;
use rstest::rstest;

use ResourceKind as K;

fn id(kind: ResourceKind, name: &str) -> ResourceId {
    let name = ResourceName::from_platform(name);
    ResourceId { kind, name }
}

fn delete(kind: ResourceKind, name: &str) -> Change {
    Change::DeleteResource {
        workspace: at("ml-team"),
        target: id(kind, name),
    }
}

/// A few things of several kinds in `ml-team`.
fn furnished() -> Platform {
    platform()
        .with_things("ml-team", K::Project, &["p1", "p2"])
        .with_things("ml-team", K::Fileset, &["corpus"])
        .with_things("ml-team", K::Model, &["m1"])
        .with_things("ml-team", K::Adapter, &["a1"])
}

fn resources_on(platform: Platform) -> Console {
    let mut console = Console::open(platform);
    console.go_to("ml-team").press("v").settle();
    console
}

fn pages(console: &Console) -> Vec<(ResourceKind, usize)> {
    let pages = console.unanswered.iter().filter_map(|effect| {
        if let Effect::Read {
            query: Query::Resources { kind, page, .. },
            ..
        } = effect
        {
            Some((*kind, *page))
        } else {
            None
        }
    });
    pages.collect()
}

#[test]
fn every_kind_is_read_a_few_at_a_time_and_told() {
    let mut console = Console::open(furnished());
    console.go_to("ml-team").press("v");
    assert_eq!(pages(&console).len(), 4, "no more at a time");
    console.settle();
    assert_eq!(
        console.rows(),
        ["project p1", "project p2", "fileset corpus", "model m1", "adapter a1"]
    );
    assert_eq!(console.unanswered, []);
}

#[test]
fn what_cannot_be_counted_is_named_and_never_taken_for_nothing() {
    let mut platform = furnished();
    platform.failing = vec![K::Secret];
    platform.absent = vec![K::Experiment];
    let mut console = resources_on(platform);
    let rows = console.rows();
    assert_eq!(
        (rows[0].as_str(), rows.last().unwrap().as_str()),
        ("(secrets)", "(experiments)")
    );
    assert_eq!(console.why_not("d").unwrap(), "nothing is selected to delete");
    assert!(console.why_not("space").is_some(), "nor marked");
    console.press("/").write("corpus");
    assert_eq!(
        console.rows(),
        ["(secrets)", "fileset corpus"],
        "something may be missing"
    );
}

/// Six to a page of the screen: the first page of the platform fills less than half of it.
#[test]
fn a_long_list_is_read_as_far_as_it_is_looked_at() {
    let names: Vec<String> = (0..100).map(|n| format!("shard-{n:03}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut console = resources_on(platform().with_things("ml-team", K::Fileset, &names));
    let n_first = console.rows().len();
    assert!(n_first < 60, "{n_first} rows were read before anybody looked");
    console.press("G").settle();
    let n_then = console.rows().len();
    assert!(n_first < n_then && n_then < 100, "{n_then}");
    assert_eq!(
        console.selected(),
        format!("fileset shard-{:03}", n_first - 1),
        "the cursor stays on its row"
    );
    console.press("/").write("099").settle();
    assert_eq!(console.rows(), ["fileset shard-099"], "a filter looks at all of them");
}

#[test]
fn one_kind_after_the_other_is_shown_and_those_without_anything_are_left_out() {
    let mut console = resources_on(furnished());
    let mut seen = Vec::new();
    for _ in 0..5 {
        console.press("f");
        seen.push(console.rows().join(", "));
    }
    let all = "project p1, project p2, fileset corpus, model m1, adapter a1";
    assert_eq!(
        seen,
        [
            "project p1, project p2",
            "fileset corpus",
            "model m1",
            "adapter a1",
            all
        ]
    );
    console.press("F");
    assert_eq!(console.rows(), ["adapter a1"]);
}

#[test]
fn the_kind_that_is_shown_is_read_first() {
    let mut console = resources_on(furnished());
    console.press("f f r");
    assert_eq!(pages(&console)[0], (K::Fileset, 1));
}

#[test]
fn leaving_stops_the_reading_and_late_answers_are_dropped() {
    let mut console = Console::open(furnished());
    console.go_to("ml-team").press("v");
    let late = console.unanswered.clone();
    console.press("esc");
    assert_eq!(pages(&console), []);
    for effect in late {
        for (ticket, answer) in console.platform.answers(&effect) {
            console.tell(nmp_console::app::msg::Msg::Answered { ticket, answer });
        }
    }
    assert_eq!(console.rows().len(), 5, "the workspaces");
}

#[test]
fn a_refresh_that_fails_keeps_what_was_there() {
    let mut console = resources_on(furnished());
    let before = console.rows();
    console.press("r");
    while !console.unanswered.is_empty() {
        let down = failure(FailureKind::Unreachable, "cannot list: connection refused");
        console.fail(down);
    }
    assert_eq!(console.rows(), before);
    assert_eq!(console.notice(), "refresh failed: cannot list: connection refused");
}

#[test]
fn a_project_is_made_and_selected() {
    let mut console = resources_on(furnished());
    console.press("n").write("p1");
    assert_eq!(console.title(), "New project");
    console.press("enter");
    assert_eq!(console.problem(), "a project 'p1' already exists");
    console.press("backspace").write("3").press("enter").settle();
    let project = Change::CreateProject {
        workspace: at("ml-team"),
        name: ResourceName::from_platform("p3"),
        description: None,
    };
    assert_eq!(console.sent, [project]);
    assert_eq!(console.notice(), "created project 'p3' in 'ml-team': confirmed");
    assert_eq!(console.selected(), "project p3");
}

#[test]
fn one_thing_is_read_afresh_deleted_by_one_request_and_read_back() {
    let mut console = resources_on(furnished());
    console.go_to("fileset corpus").press("d");
    assert_eq!(console.title(), "Delete fileset");
    assert!(console.is_confirming() && console.warnings().contains(&Consequence::AlsoLost(K::Fileset)));
    console.press("d enter");
    assert!(
        console.model.dialogs.is_empty() && console.sent.is_empty(),
        "enter is no at first"
    );
    console.press("d y");
    let target = ChangeTarget::Resource(at("ml-team"), id(K::Fileset, "corpus"));
    assert_eq!(console.questions(), [&Query::Target(target)]);
    console.step().step().step();
    assert_eq!(console.sent, [delete(K::Fileset, "corpus")]);
    assert_eq!(console.notice(), "deleted fileset 'corpus' of 'ml-team': confirmed");
    assert_eq!(pages(&console), [], "nothing else went with it");
    assert!(!console.rows().contains(&"fileset corpus".to_owned()));
}

#[test]
fn what_is_being_taken_down_stays_on_the_list_until_it_is_gone() {
    let mut console = resources_on(furnished());
    console.go_to("fileset corpus").press("d y").step();
    for thing in &mut console.platform.room("ml-team").things {
        thing.state = Some("DELETING".to_owned());
    }
    console.answer(Answer::Sent(Ok(()))).settle();
    assert_eq!(
        console.notice(),
        "deleted fileset 'corpus' of 'ml-team': accepted; it stays on the list until the platform has removed it"
    );
    assert!(console.rows().contains(&"fileset corpus".to_owned()));
}

#[test]
fn a_thing_made_anew_under_the_name_is_not_deleted() {
    let mut console = resources_on(furnished());
    console.go_to("fileset corpus").press("d");
    console
        .platform
        .room("ml-team")
        .things
        .retain(|thing| thing.kind != K::Fileset);
    console.platform.add_thing("ml-team", K::Fileset, "corpus");
    console.press("y").settle();
    assert_eq!(console.sent, []);
    assert!(
        console.problem().contains("was deleted and created again"),
        "{}",
        console.problem()
    );
    console.press("enter");
    assert!(console.is_confirming(), "it takes a second yes");
    console.press("y").settle();
    assert_eq!(console.sent, [delete(K::Fileset, "corpus")]);
}

#[test]
fn what_is_gone_already_closes_the_dialog_and_says_so() {
    let mut console = resources_on(furnished());
    console.go_to("fileset corpus").press("d");
    console
        .platform
        .room("ml-team")
        .things
        .retain(|thing| thing.kind != K::Fileset);
    console.press("y").settle();
    assert!(console.model.dialogs.is_empty() && console.sent.is_empty());
    assert_eq!(console.notice(), "fileset 'corpus' no longer exists");
    assert!(!console.rows().contains(&"fileset corpus".to_owned()));
}

#[test]
fn marked_things_go_in_the_order_in_which_they_can() {
    let mut console = resources_on(furnished());
    console.go_to("fileset corpus").press("space space space d");
    assert_eq!(console.title(), "Delete resources");
    console.press("y").settle();
    let order = [
        delete(K::Adapter, "a1"),
        delete(K::Model, "m1"),
        delete(K::Fileset, "corpus"),
    ];
    assert_eq!(console.sent, order, "what uses goes before what is used");
    assert_eq!(console.notice(), "3 applied; confirmed (delete resources in 'ml-team')");
    assert_eq!(console.rows(), ["project p1", "project p2"]);
}

#[test]
fn more_than_five_take_their_count() {
    let names = ["s1", "s2", "s3", "s4", "s5", "s6"];
    let mut console = resources_on(platform().with_things("ml-team", K::Secret, &names));
    console.press("ctrl-a d");
    assert_eq!(console.title(), "Delete secrets");
    console.write("y").press("enter");
    assert!(console.is_confirming() && console.sent.is_empty());
    console.press("ctrl-u").write("6").press("enter").settle();
    assert_eq!(console.sent.len(), 6);
    assert_eq!(console.rows(), [""; 0]);
}

#[test]
fn what_a_filter_hides_is_not_deleted_with_what_it_shows() {
    let mut console = resources_on(furnished());
    console.press("ctrl-a /").write("m1").press("enter d y").settle();
    assert_eq!(console.sent, [delete(K::Model, "m1")]);
}

#[test]
fn a_refused_one_stays_marked_for_another_try_and_the_rest_goes_on() {
    let mut console = resources_on(furnished());
    console.go_to("project p1").press("space space d y");
    let in_use = failure(FailureKind::Other, "409: it is still in use");
    console.step().answer(Answer::Sent(Err(in_use))).settle();
    assert!(
        console.problem().starts_with("1 applied, 1 refused, 0 unknown"),
        "{}",
        console.problem()
    );
    let Form::DeleteResources(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!(
        form.targets.iter().map(|target| target.name.raw()).collect::<Vec<_>>(),
        ["p1"]
    );
    console.press("enter y").settle();
    assert_eq!(console.sent.last(), Some(&delete(K::Project, "p1")));
    assert!(console.model.dialogs.is_empty());
    assert!(!console.rows().iter().any(|row| row.starts_with("project")));
}

#[test]
fn a_lost_answer_is_looked_up() {
    let mut console = resources_on(furnished());
    console.go_to("project p1").press("d y").step();
    console
        .platform
        .room("ml-team")
        .things
        .retain(|thing| thing.name.raw() != "p1");
    console
        .answer(Answer::Sent(Err(failure(FailureKind::OutcomeUnknown, "no answer"))))
        .settle();
    assert_eq!(
        console.notice(),
        "deleted project 'p1' of 'ml-team': applied (the answer was lost; checked by reading back)"
    );
    assert_eq!(console.sent.len(), 1, "never sent twice");
}

#[test]
fn deleting_a_model_looks_again_at_the_adapters_that_went_with_it() {
    let mut console = resources_on(furnished());
    console.go_to("model m1").press("d y").step().step();
    console
        .platform
        .room("ml-team")
        .things
        .retain(|thing| thing.kind != K::Adapter);
    console.settle();
    assert_eq!(console.rows(), ["project p1", "project p2", "fileset corpus"]);
}

#[test]
fn who_may_not_write_sees_and_is_told_what_is_needed() {
    let mut console = Console::open(furnished().with_things("reading", K::Project, &["p9"]));
    console.go_to("reading").press("v").settle();
    assert_eq!(console.rows(), ["project p9"]);
    for key in ["d", "n"] {
        assert_eq!(
            console.why_not(key).unwrap(),
            "you need Editor here: you are Viewer",
            "{key}"
        );
    }
}

#[test]
fn nothing_is_deleted_in_read_only() {
    let mut console = Console::open_read_only(furnished());
    console.go_to("ml-team").press("v").settle();
    for key in ["d", "n"] {
        assert!(console.why_not(key).unwrap().starts_with("read-only"), "{key}");
    }
}

/// The oldest generation has kinds of its own that nothing is known about but where they are.
#[test]
fn what_it_is_not_known_how_to_delete_is_shown_and_left_alone() {
    let mut platform = platform().with_things("ml-team", K::Benchmark, &["b1"]);
    platform.generation = Generation::Platform01;
    let mut console = resources_on(platform);
    console.go_to("benchmark b1");
    assert_eq!(console.why_not("d").unwrap(), "this console cannot delete benchmarks");
}

#[test]
fn nothing_is_read_before_it_is_known_what_the_platform_is() {
    let start_at = Some(at("ml-team"));
    let session = Session {
        start_at,
        ..crate::console::session()
    };
    let mut console = Console::start(furnished(), session);
    console.press("esc");
    console.unanswered.retain(|effect| {
        matches!(
            effect,
            Effect::Read {
                query: Query::Server,
                ..
            }
        )
    });
    console.press("v");
    assert_eq!(pages(&console), []);
}

fn marked(console: &Console) -> usize {
    let Screen::Resources(state) = console.model.screen() else {
        panic!("no resources: {:?}", console.model.screen())
    };
    state.list.marked().count()
}

#[rstest]
#[case::filter("/ p 1 enter", "esc")]
#[case::kind("f", "F")]
#[case::deletion("d", "esc")]
fn what_comes_after_a_filter_another_kind_or_a_deletion_is_not_marked(#[case] does: &str, #[case] goes_back: &str) {
    let mut console = Console::open(super::deleting::on(Generation::Seed));
    console.go_to("ml-team").press("d").settle().press("enter").settle();
    assert_eq!(marked(&console), 3, "all that is in the way");
    console.press(does).platform.add_thing("ml-team", K::Fileset, "late");
    if does == "d" {
        console.press(goes_back);
    }
    console.press("r").settle();
    if does != "d" {
        console.press(goes_back).settle();
    }
    assert_eq!((console.rows().len(), marked(&console)), (4, 3), "{:?}", console.rows());
}

#[test]
fn nothing_is_offered_to_be_shown_while_it_is_still_being_counted() {
    let mut console = Console::open(super::deleting::on(Generation::Seed));
    let offers = |console: &Console| {
        let hints = console.model.hints();
        hints.iter().any(|(binding, _)| binding.label == "show all marked")
    };
    console.go_to("ml-team").press("d");
    assert!(!offers(&console));
    console.settle();
    assert!(offers(&console));
    console.press("r");
    assert!(!offers(&console));
}
