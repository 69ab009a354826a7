//! Making, describing and deleting workspaces.

use super::platform;
use crate::console::{Console, session};
use crate::platform::{Platform, at, failure, roles, who};
use nmp_console::app::dialog::{Field, Form, Stage};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, ChangeTarget, Effect, Inspection, Msg, Query};
use nmp_console::app::session::Session;
use nmp_console::domain::change::Change;
use nmp_console::domain::platform::{Allowed, Generation, Support};
use nmp_console::domain::resource::ResourceKind;
use nmp_console::domain::role::Role;
use nmp_console::domain::text::SafeText;
use nmp_console::domain::workspace::{Access, CallerAccess, Source};
use pretty_assertions::assert_eq;

fn create(name: &str, description: Option<&str>) -> Change {
    Change::CreateWorkspace {
        name: at(name),
        description: description.map(str::to_owned),
    }
}

/// What a workspace can hold on this platform.
fn kinds() -> Vec<ResourceKind> {
    ResourceKind::of(Generation::Helix).collect()
}

#[test]
fn a_new_workspace_is_made_and_selected_even_where_a_filter_hides_it() {
    let mut console = Console::open(platform());
    console.press("/").write("n").press("enter n");
    console.write("sales").press("tab").write("All of sales").press("enter");
    assert_eq!(
        console.questions(),
        [&Query::Target(ChangeTarget::Workspace(at("sales")))]
    );
    console.settle();
    assert_eq!(console.sent, [create("sales", Some("All of sales"))]);
    assert_eq!(console.selected(), "sales");
    assert_eq!(
        console.notice(),
        "created workspace 'sales': confirmed, effective within about 30 s"
    );
}

#[test]
fn a_workspace_its_creator_cannot_see_yet_is_found_in_the_list() {
    let mut console = Console::open(platform());
    console.press("n").write("sales").press("enter");
    console.answer(Answer::Found(Err(failure(FailureKind::Forbidden, "403"))));
    assert_eq!(
        console.sends(),
        [&create("sales", None)],
        "what may not be seen may still be made"
    );
    console.step();
    console.answer(Answer::Found(Err(failure(FailureKind::Forbidden, "403"))));
    assert_eq!(
        console.notice(),
        "created workspace 'sales': accepted; your role there is effective within about 30 s"
    );
    assert!(console.questions().contains(&&Query::Workspaces));
    console.settle();
    assert_eq!(console.selected(), "sales");
}

#[test]
fn a_name_is_checked_while_typing_and_before_anything_is_asked() {
    for (typed, says) in [
        ("Sales", "must start with a lower-case letter (a-z)"),
        ("a_b", "'_' is not allowed: only a-z, 0-9 and hyphens"),
        ("ml-team", "a workspace 'ml-team' already exists"),
        ("default", "is one of the platform's own workspaces"),
        ("", "a name is needed"),
    ] {
        let mut console = Console::open(platform());
        console.press("n").write(typed).press("enter");
        assert_eq!(console.problem(), says);
        assert_eq!(console.asked, [], "{typed}");
    }
}

#[test]
fn names_are_kept_for_samples_only_by_what_tells_of_deletions() {
    for (generation, deletion_status, is_kept) in [
        (Generation::Helix, Support::Yes, true),
        (Generation::Unknown, Support::Yes, true),
        (Generation::Helix, Support::No, false),
        (Generation::Helix, Support::Unknown, false),
        (Generation::Platform06, Support::No, false),
        (Generation::Platform01, Support::No, false),
        (Generation::Unknown, Support::Unknown, false),
    ] {
        let mut console = Console::open(platform().being(generation, deletion_status));
        console.press("n").write("sample-7").press("enter");
        assert_eq!(
            !console.asked.iter().any(|effect| matches!(effect, Effect::Read { .. })),
            is_kept,
            "{generation:?} {deletion_status:?}"
        );
        if is_kept {
            assert_eq!(
                console.problem(),
                "names that begin with 'sample-' are reserved for the platform's samples"
            );
        }
    }
}

#[test]
fn a_pasted_name_loses_its_line_break() {
    let mut console = Console::open(platform());
    console.press("n").paste("sales\n").press("enter").settle();
    assert_eq!(console.sent, [create("sales", None)]);
}

#[test]
fn a_name_taken_meanwhile_is_told_under_the_field() {
    let mut console = Console::open(platform());
    console.press("n").write("sales").press("enter").step();
    console.answer(Answer::Sent(Err(failure(
        FailureKind::AlreadyExists,
        "Workspace 'sales' already exists",
    ))));
    console.settle();
    let identity = console.model.identity();
    let ctx = nmp_console::app::dialog::Ctx {
        store: &console.model.store,
        identity: &identity,
        server: console.model.session.info.value(),
        now: console.model.now,
    };
    let errors = console.dialog().field_errors(ctx);
    assert_eq!(errors[0].field, Field::Name);
    assert_eq!(errors[0].what, SafeText::new("Workspace 'sales' already exists"));
    let Form::Create(form) = &console.dialog().form else {
        panic!("the dialog stays open")
    };
    assert_eq!(form.name.value(), "sales");
}

#[test]
fn describing_needs_only_apply_and_empties_with_an_empty_text() {
    let mut console = Console::open(platform());
    console
        .go_to("ml-team")
        .press("e")
        .write("Machine learning")
        .press("enter")
        .settle();
    console.press("e ctrl-u enter").settle();
    let describe = |before: Option<&str>, after: &str| Change::Describe {
        workspace: at("ml-team"),
        before: before.map(str::to_owned),
        after: after.to_owned(),
    };
    assert_eq!(
        console.sent,
        [
            describe(None, "Machine learning"),
            describe(Some("Machine learning"), "")
        ]
    );
    assert_eq!(console.notice(), "cleared the description of 'ml-team': confirmed");
}

#[test]
fn a_description_changed_by_somebody_else_is_shown_and_what_was_typed_is_kept() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("e").write("mine");
    console.platform.room("ml-team").workspace.description = Some("theirs".to_owned());
    console.press("enter").settle();
    assert_eq!(
        console.problem(),
        "changed since you opened this: the description is now \"theirs\""
    );
    assert_eq!(console.sent, []);
    console.press("enter").settle();
    assert_eq!(
        console.platform.room("ml-team").workspace.description.as_deref(),
        Some("mine")
    );
}

#[test]
fn deleting_counts_first_and_then_asks_for_the_name() {
    let mut console = Console::open(platform().holding("ml-team", &["p1", "p2"]));
    console.go_to("ml-team").press("d");
    assert_eq!(console.questions(), [&Query::Inventory(at("ml-team"), kinds())]);
    assert!(
        console.is_editing(),
        "the name is not asked before the contents are known"
    );
    console.press("enter y");
    assert!(
        console.is_editing() && console.unanswered.len() == 1,
        "enter does not count twice"
    );
    console.settle();
    assert!(console.is_confirming());
    console.press("y enter");
    assert!(console.is_confirming() && console.sent.is_empty());
    console.press("ctrl-u").write("ml-tea").press("enter");
    assert!(matches!(&console.dialog().stage, Stage::Confirming(confirm) if confirm.is_mistyped));
    console.write("m").press("enter");
    assert_eq!(
        console.questions(),
        [&Query::Target(ChangeTarget::Contents(at("ml-team"), kinds()))]
    );
    console.settle();
    assert_eq!(
        console.sent,
        [Change::DeleteWorkspace {
            workspace: at("ml-team")
        }]
    );
    assert!(console.model.store.find(&at("ml-team")).is_none());
    assert_eq!(
        console.notice(),
        "deleting 'ml-team' and everything in it: only its creator and platform admins see the progress"
    );
}

#[test]
fn a_project_made_meanwhile_stops_the_deletion_and_is_counted() {
    let mut console = Console::open(platform().holding("ml-team", &["p1"]));
    console.go_to("ml-team").press("d").settle();
    console.platform.add_project("ml-team", "p2");
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.sent, []);
    assert_eq!(
        console.problem(),
        "changed since you opened this: 'ml-team' now holds 2 projects instead of 1"
    );
    console.press("enter");
    assert!(console.is_confirming(), "the name is asked for anew");
    console.write("ml-team").press("enter").settle();
    assert_eq!(console.sent.len(), 1);
}

#[test]
fn a_count_that_failed_can_be_repeated() {
    for key in ["enter", "r"] {
        let mut console = Console::open(platform());
        console.go_to("ml-team").press("d");
        console.fail(failure(FailureKind::Unreachable, "connection refused"));
        assert!(console.is_editing());
        console.press(key);
        assert_eq!(
            console.questions(),
            [&Query::Inventory(at("ml-team"), kinds())],
            "{key}"
        );
        console.settle();
        assert!(console.is_confirming());
    }
}

#[test]
fn a_count_nobody_waits_for_any_more_is_abandoned() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("d");
    let late = console.unanswered.clone();
    console.press("esc");
    assert!(matches!(console.asked[..], [Effect::Abandon(_)]));
    for effect in late {
        for (ticket, answer) in console.platform.answers(&effect) {
            console.tell(Msg::Answered { ticket, answer });
        }
    }
    assert!(console.model.dialogs.is_empty());
}

#[test]
fn what_is_not_empty_is_told_with_kinds_and_counts() {
    let mut console = Console::open(platform());
    console.go_to("ml-team").press("d").settle();
    console.write("ml-team").press("enter").step();
    let kinds = vec![(SafeText::new("project"), 3), (SafeText::new("dataset"), 5)];
    let refusal = failure(
        FailureKind::NotEmpty(kinds),
        "must be deleted first: project (3), dataset (5)",
    );
    console.answer(Answer::Sent(Err(refusal.clone()))).settle();
    assert!(console.is_editing());
    assert_eq!(console.problem(), "must be deleted first: project (3), dataset (5)");
    assert!(console.rows().contains(&"ml-team".to_owned()));
}

#[test]
fn the_platforms_own_workspaces_are_never_deleted() {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = Console::open(platform);
    for name in ["default", "system"] {
        console.go_to(name).press("d");
        assert!(console.model.dialogs.is_empty());
        assert!(
            console.notice().contains("the console never deletes"),
            "{}",
            console.notice()
        );
        assert_eq!(console.asked, []);
    }
}

#[test]
fn what_the_caller_may_not_do_is_disabled_with_the_reason() {
    let mut platform = platform();
    platform.may_create = Allowed::No;
    let mut console = Console::open(platform);
    console.go_to("reading");
    assert_eq!(console.why_not("e").unwrap(), "you need Editor here: you are Viewer");
    assert_eq!(console.why_not("d").unwrap(), "you need Editor here: you are Viewer");
    assert!(console.why_not("n").unwrap().contains("WorkspaceCreator"));
    let start_at = Some(at("reading"));
    let mut console = Console::start(console.platform, Session { start_at, ..session() });
    console.settle();
    for key in ["a", "w", "e", "d"] {
        assert_eq!(
            console.why_not(key).unwrap(),
            "you need Admin here: you are Viewer",
            "{key}"
        );
        console.press(key);
        assert!(console.model.dialogs.is_empty());
    }
}

#[test]
fn nothing_is_changed_in_read_only_and_the_reason_names_its_source() {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    let mut console = Console::open_read_only(platform);
    let disabled = |console: &mut Console, keys: &[&str]| {
        for key in keys {
            let why = console.why_not(key).unwrap_or_else(|| panic!("{key} does something"));
            assert_eq!(why, "read-only (NMP_READ_ONLY): nothing can be changed");
            console.press(key);
            assert_eq!(console.notice(), why);
            assert!(console.model.dialogs.is_empty());
        }
    };
    console.go_to("ml-team");
    disabled(&mut console, &["n", "e", "d", "R"]);
    console.press("enter").settle();
    disabled(&mut console, &["a", "e", "enter", "d", "w", "R"]);
    assert_eq!(console.sent, []);
}

/// The platform refuses the maker of a workspace until it has rebuilt its policy: "no role" would be a lie.
#[test]
fn a_new_workspace_is_looked_at_again_until_its_maker_is_let_in() {
    let mut console = Console::open(platform());
    console.press("n").write("sales").press("enter").step().step().step();
    assert_eq!(console.questions().len(), 1, "the details of the new workspace");
    let refused = Inspection {
        caller_access: CallerAccess::Nothing,
        roster: Err(failure(FailureKind::Forbidden, "403")),
    };
    console.answer(Answer::Inspected(at("sales"), Ok(refused)));
    assert_eq!(console.model.store.caller_access(&at("sales")), CallerAccess::Unknown);
    let timers = console.asked.clone();
    let [Effect::After { ticket, .. }] = timers.as_slice() else {
        panic!("one timer, not {timers:?}");
    };
    console.tell(Msg::Due(*ticket));
    assert_eq!(console.questions().len(), 1, "it is asked again");
    console.settle();
    assert_eq!(
        console.model.store.caller_access(&at("sales")),
        CallerAccess::Holds(Role::Admin)
    );
    assert_eq!(console.n_timers(), 0);
}

/// Nobody but its Admins may read who is a member there, but what the platform grants everyone is known.
#[test]
fn what_everyone_may_do_in_the_workspaces_of_the_platform_is_known_as_installed() {
    let access = |platform: &Platform, name: &str| {
        let console = Console::open(platform.clone());
        console.model.store.access(&at(name))
    };
    let installed = |role: Role| Some((Access::All(role), Source::AsInstalled));
    let mut platform = platform();
    for generation in [
        Generation::Seed,
        Generation::Platform03,
        Generation::Platform06,
        Generation::Helix,
    ] {
        platform.generation = generation;
        assert_eq!(access(&platform, "default"), installed(Role::Editor), "{generation:?}");
        assert_eq!(access(&platform, "system"), installed(Role::Viewer), "{generation:?}");
        assert_eq!(access(&platform, "reading"), None, "{generation:?}");
    }
    for generation in [Generation::Platform01, Generation::Unknown] {
        platform.generation = generation;
        assert_eq!(access(&platform, "default"), None, "{generation:?}");
    }
    platform.generation = Generation::Helix;
    // Own rights that speak against it.
    platform.room("default").members = vec![(who("*"), roles(&["Viewer"]))];
    platform.room("system").members = Vec::new();
    assert_eq!(access(&platform, "default"), None);
    assert_eq!(access(&platform, "system"), None);
    // What was read counts more.
    platform.is_admin = Allowed::Yes;
    assert_eq!(
        access(&platform, "default"),
        Some((Access::All(Role::Viewer), Source::Read))
    );
    assert_eq!(access(&platform, "system"), Some((Access::Private, Source::Read)));
}
