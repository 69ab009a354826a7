//! What is read of the workspaces, and when: what is looked at, and everything at once where that is needed.

use super::platform;
use crate::console::{Console, session};
use crate::platform::{Platform, at, failure, who};
use nmp_console::app::audit::{Heard, Parts};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Effect, Msg, Query};
use nmp_console::app::screen::{Freshness, Screen};
use nmp_console::app::store::Members;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::role::Role;
use nmp_console::domain::text::SafeText;
use nmp_console::domain::workspace::{Access, CallerAccess};
use pretty_assertions::assert_eq;

const N: usize = 200;

/// Workspaces of which the last ten have one Admin, and the others two.
fn many(caller: &str) -> Platform {
    let mut platform = (0..N).fold(Platform::of(caller), |platform, i| {
        let members: &[(&str, &[&str])] = if i < 190 {
            &[("root@example.com", &["Admin"]), ("bob@example.com", &["Admin"])]
        } else {
            &[("root@example.com", &["Admin"])]
        };
        platform.with(&format!("w{i:03}"), members)
    });
    if caller == "root@example.com" {
        platform.is_admin = Allowed::Yes;
    }
    platform
}

fn n_inspected(console: &Console) -> usize {
    let is_read = |i: &usize| console.model.store.details(&at(&format!("w{i:03}"))).is_known();
    (0..N).filter(is_read).count()
}

fn reads_everything(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| {
        matches!(
            effect,
            Effect::Read {
                query: Query::Audit(..),
                ..
            }
        )
    })
}

#[test]
fn a_platform_admin_reads_a_screen_ahead_and_others_do_not() {
    let root = Console::open(many("root@example.com"));
    let rows = root.model.table_rows();
    assert!(root.model.is_platform_admin());
    assert_eq!(n_inspected(&root), 2 * rows);
    let bob = Console::open(many("bob@example.com"));
    assert_eq!(n_inspected(&bob), rows);
}

#[test]
fn an_order_made_of_members_reads_everything_once_and_says_so() {
    let mut console = Console::open(many("root@example.com"));
    // By access, by what the caller is (the same everywhere), by members, by Admins.
    console.press("s");
    assert!(reads_everything(&console.asked), "{:?}", console.asked);
    assert_eq!(
        console.notice(),
        "loading the role bindings of all workspaces; esc stops it"
    );
    console.settle();
    console.press("s s s").settle();
    assert!(!reads_everything(&console.asked));
    let first: Vec<String> = console.rows().into_iter().take(10).collect();
    let lonely: Vec<String> = (190..N).map(|i| format!("w{i:03}")).collect();
    assert_eq!(first, lonely);
    assert_eq!(console.model.store.n_unread(), 0);
    assert_eq!(
        console.model.store.caller_access(&at("w150")),
        CallerAccess::PlatformAdmin
    );
    // The members of one stand there before they are read again.
    console.go_to("w195").press("enter");
    assert_eq!(console.rows(), ["root@example.com"]);
}

#[test]
fn who_is_no_platform_admin_is_told_how_many_workspaces_are_read() {
    let mut console = Console::open(many("bob@example.com"));
    let n_unread = console.model.store.n_unread();
    console.press("s");
    assert!(reads_everything(&console.asked));
    assert_eq!(
        console.notice(),
        format!("loading the members of {n_unread} workspaces; esc stops it")
    );
    console.settle();
    // Where the list was refused what the caller is comes with a look.
    assert_eq!(
        console.model.store.caller_access(&at("w150")),
        CallerAccess::Holds(Role::Admin)
    );
    assert_eq!(console.model.store.caller_access(&at("w199")), CallerAccess::Unknown);
}

#[test]
fn esc_stops_what_an_order_reads_and_it_stays_stopped() {
    let mut console = Console::open(many("root@example.com"));
    console.press("s").press("esc");
    assert!(
        console.notice().starts_with("stopped: the members of "),
        "{}",
        console.notice()
    );
    assert!(console.model.store.reading().is_none());
    console.press("j k G g").settle();
    assert!(console.model.store.reading().is_none(), "until somebody asks for it");
    console.press("r").settle();
    assert!(console.model.store.has_read_everything());
}

#[test]
fn the_reading_ends_with_the_order_that_needs_it() {
    let mut console = Console::open(many("bob@example.com"));
    console.press("s s s s");
    assert!(console.model.store.reading().is_some());
    console.press("s");
    assert!(
        console.model.store.reading().is_none(),
        "by the last change of each, which the list tells"
    );
}

#[test]
fn a_filter_about_access_reads_everything_and_one_about_a_name_does_not() {
    let mut console = Console::open(many("root@example.com"));
    console.press("/").write("w19");
    assert!(console.model.store.reading().is_none());
    for typed in ["pr", "access:", "role:write"] {
        console.press("esc").press("/").write(typed);
        assert!(console.model.store.reading().is_none(), "{typed}");
    }
    for typed in ["access:private", "pri", "\"all: vi\""] {
        let mut console = Console::open(many("root@example.com"));
        console.press("/").write(typed);
        assert!(console.model.store.reading().is_some(), "{typed}");
        console.settle();
        let expected = if typed.starts_with('"') { 0 } else { N };
        assert_eq!(console.rows().len(), expected, "{typed}");
    }
}

/// What the title says of how much was read.
fn warning(console: &Console) -> Option<String> {
    let caller = console.model.identity();
    match console.model.screen().freshness(&console.model.known(&caller)) {
        Some(Freshness::Partly(what, why)) if what.starts_with("filtered by") => Some(why),
        _ => None,
    }
}

#[test]
fn a_filter_about_ones_own_role_says_how_much_was_not_read() {
    let mut console = Console::open(many("bob@example.com"));
    let unread = format!("{} not read", console.model.store.n_unread());
    let enter = |console: &Console| console.model.hints().iter().any(|(binding, _)| binding.label == "open");
    console.press("/").write("role:admin");
    assert_eq!(warning(&console), Some(unread.clone()));
    console.press("esc").press("/").write("role:write w000");
    assert_eq!(console.rows(), ["w000"]);
    assert_eq!(warning(&console), Some(unread));
    assert!(!enter(&console), "there may be more");
    console.press("esc").press("/").write("role:editor");
    assert_eq!(
        nothing(&console).as_deref(),
        Some("you are not Editor in any of the workspaces read")
    );
    let mut console = Console::open(many("root@example.com"));
    console.press("/").write("role:viewer");
    assert_eq!(warning(&console), None, "a platform admin is the same everywhere");
    assert_eq!(
        nothing(&console).as_deref(),
        Some("you are not Viewer in any of the workspaces read")
    );
}

/// Why no row is left.
fn nothing(console: &Console) -> Option<String> {
    assert_eq!(console.rows(), [""; 0]);
    let filter = console.model.screen().filter().expect("a list");
    filter.problem.as_ref().map(ToString::to_string)
}

#[test]
fn whoever_moves_through_much_of_it_reads_the_rest_at_once() {
    let mut console = Console::open(many("root@example.com"));
    for _ in 0..5 {
        assert!(console.model.store.reading().is_none());
        console.press("pgdn").settle();
    }
    console.press("pgdn").settle();
    assert!(console.model.store.has_read_everything());
    assert_eq!(console.model.store.n_unread(), 0);
}

#[test]
fn rows_in_view_are_read_again_after_a_refresh_and_no_others() {
    let mut console = Console::open(many("bob@example.com"));
    let rows = console.model.table_rows();
    console.press("r");
    console.step();
    let mut n_asked = 0;
    while let Some(effect) = console.unanswered.first() {
        let query = Query::Inspect {
            workspace: at("w000"),
            is_platform_admin: false,
        };
        let Effect::Read { query: asked, .. } = effect else {
            break;
        };
        n_asked += usize::from(std::mem::discriminant(asked) == std::mem::discriminant(&query));
        console.step();
    }
    assert_eq!(n_asked, rows);
}

#[test]
fn a_report_that_is_behind_a_change_does_not_bring_back_what_was() {
    let mut console = Console::open(many("root@example.com"));
    let report = console.platform.read(&Query::Audit(None, Parts::Wanted)).pop();
    let Some(Answer::Audit(Heard::End(Some(report), _))) = report else {
        panic!("no report")
    };
    // While everything is read, a member of the first workspace is removed, and that is read back.
    let name = at("w000");
    console.press("s s s");
    let ticket = console.model.store.reading().unwrap().ticket;
    console.unanswered.clear();
    console.go_to("w000").press("enter").settle();
    console.go_to("bob@example.com").press("d y").settle();
    let n_members = |console: &Console| console.model.store.members(&name).map(Members::len);
    assert_eq!(n_members(&console), Some(1));
    console.tell(Msg::Answered {
        ticket,
        answer: Answer::Audit(Heard::End(Some(report), None)),
    });
    assert_eq!(n_members(&console), Some(1));
    console.settle();
    let report = console.model.store.report().unwrap();
    let number = report.snapshot.workspace_no(&name).unwrap();
    assert_eq!(report.snapshot.grants_in(number).count(), 1, "taken into the report");
}

#[test]
fn after_a_refresh_an_order_made_of_members_is_made_of_new_ones() {
    let mut console = Console::open(many("root@example.com"));
    console.press("s").settle();
    // Far off the screen, somebody else lets everybody in.
    console.platform.set("w150", "*", &["Viewer"]);
    console.press("g r").settle();
    let access = console.model.store.access(&at("w150"));
    assert_eq!(access.map(|(access, _)| access), Some(Access::All(Role::Viewer)));
    assert_eq!(console.rows().first().map(String::as_str), Some("w150"));
}

#[test]
fn a_namesake_is_not_shown_with_the_members_of_the_one_before() {
    let mut console = Console::open(many("root@example.com"));
    console.press("s").settle();
    let name = at("w150");
    let workspace = console.model.store.find(&name).unwrap().clone();
    console.model.store.learn_workspace(&name, None);
    console.model.store.learn_workspace(&name, Some(workspace));
    assert!(!console.model.store.details(&name).is_known());
    assert_eq!(console.model.store.workspaces_of(&who("bob@example.com")).len(), 189);
}

#[test]
fn workspaces_that_refuse_count_as_read() {
    let mut console = Console::open(many("bob@example.com"));
    console.press("s").settle();
    assert_eq!(console.model.store.n_unread(), 0);
    // What the caller is where the list is refused comes with a look, and nothing is said of what was.
    console.press("G").settle();
    assert!(console.model.store.details(&at("w199")).is_withheld());
    assert_eq!(console.notice(), "");
}

#[test]
fn what_is_read_after_the_end_of_a_report_is_in_the_next_one() {
    let mut console = Console::open(many("root@example.com"));
    console.press("A").settle();
    // A reading begins; what its report will say of w000 is old when it ends.
    console.platform.set("w000", "new@example.com", &["Viewer"]);
    console.press("r");
    let report = console.platform.read(&Query::Audit(None, Parts::Wanted)).pop();
    let Some(Answer::Audit(Heard::End(Some(report), _))) = report else {
        panic!("no report")
    };
    console.unanswered.clear();
    console.platform.set("w000", "new@example.com", &[]);
    let ticket = console.model.store.reading().unwrap().ticket;
    console.press("esc").go_to("w000").press("enter").settle();
    console.tell(Msg::Answered {
        ticket,
        answer: Answer::Audit(Heard::End(Some(report), None)),
    });
    console.settle();
    let store = &console.model.store;
    assert_eq!(store.members(&at("w000")).map(Members::len), Some(2));
    let snapshot = &store.report().unwrap().snapshot;
    let number = snapshot.workspace_no(&at("w000")).unwrap();
    assert_eq!(snapshot.grants_in(number).count(), 2);
}

#[test]
fn a_reading_that_was_stopped_does_not_begin_again_with_a_filter_by_name() {
    let mut console = Console::open(many("bob@example.com"));
    console.press("s").press("esc").press("/").write("w1");
    assert!(console.model.store.reading().is_none());
    // Where a filter stands, esc stops what the order reads before it clears the filter.
    console.press("enter").press("s").press("esc");
    assert!(console.model.store.reading().is_none());
    assert!(console.model.has_filter());
}

fn keys_of(console: &Console) -> Vec<String> {
    let hints = console.model.hints().into_iter();
    hints
        .map(|(binding, _)| format!("{} {}", binding.keys[0], console.model.label_of(binding)))
        .collect()
}

/// Where the members may not be seen, enter leads to what may be.
#[test]
fn enter_leads_where_the_caller_may_go_and_the_hint_says_where() {
    let mut console = Console::open(platform());
    console.go_to("ml-team");
    assert!(keys_of(&console).contains(&"enter members".to_owned()));
    console.go_to("reading");
    assert!(keys_of(&console).contains(&"enter resources".to_owned()));
    console.press("enter").settle();
    assert!(matches!(console.model.screen(), Screen::Resources(_)));
    assert_eq!(
        console.notice(),
        "only Admins see its members: ask one of its Admins or a platform admin"
    );
}

#[test]
fn where_the_server_does_not_know_the_caller_nothing_is_created() {
    let mut console = Console::start(platform(), session());
    let refused = || failure(FailureKind::Unauthorized, "401");
    while !console.unanswered.is_empty() {
        console.fail(refused());
    }
    let why = console.why_not("n").unwrap_or_default();
    assert!(why.ends_with("nothing can be created"), "{why}");
}

#[test]
fn who_may_no_longer_see_the_members_is_told_whom_an_audit_found_to_be_admin() {
    let room: &[(&str, &[&str])] = &[
        ("bob@example.com", &["Admin"]),
        ("carol@example.com", &["Admin"]),
        ("dave@example.com", &["Viewer"]),
    ];
    let mut console = Console::open(Platform::of("bob@example.com").with("shared", room));
    console.press("A").settle();
    console.press("esc").settle();
    let asked = console.model.whom_to_ask(&at("shared"));
    assert!(asked.contains("carol@example.com"), "{asked}");
    assert!(asked.ends_with(", or a platform admin"), "{asked}");
    assert!(!asked.contains("bob@") && !asked.contains("dave@"), "{asked}");
    let nobodys = console.model.whom_to_ask(&at("default"));
    assert_eq!(nobodys, "ask a platform admin", "it has no Admin of its own");
}

/// What a filter hides is never looked at by itself, so that few of them are looked at for it.
#[test]
fn a_filter_about_members_looks_at_what_it_hides_and_says_what_may_not_be_read() {
    let platform = (0..40).fold(Platform::of("bob@example.com"), |platform, i| {
        let members: &[(&str, &[&str])] = if i < 30 {
            &[("root@example.com", &["Admin"]), ("bob@example.com", &["Admin"])]
        } else {
            &[("root@example.com", &["Admin"]), ("bob@example.com", &["Viewer"])]
        };
        platform.with(&format!("w{i:03}"), members)
    });
    let mut console = Console::open(platform);
    assert_eq!(console.model.store.n_unread(), 40 - console.model.table_rows());
    console.press("/").write("who:root").settle();
    assert_eq!((console.rows().len(), console.model.store.n_unread()), (30, 0));
    assert_eq!(warning(&console).as_deref(), Some("10 not readable"));
    console.press("esc").press("/").write("role:viewer").settle();
    assert_eq!(
        (console.rows().len(), warning(&console)),
        (10, None),
        "one's own role is known"
    );
}

#[test]
fn members_are_found_by_the_list_of_workspaces() {
    let platform = Platform::of("alice@example.com")
        .with("one", &[("alice@example.com", &["Admin"]), ("service:ci", &["Viewer"])])
        .with(
            "two",
            &[("alice@example.com", &["Admin"]), ("bob@example.com", &["Editor"])],
        )
        .with(
            "three",
            &[("alice@example.com", &["Viewer"]), ("bob@example.com", &["Admin"])],
        );
    let mut console = Console::open(platform);
    for (typed, expected) in [
        ("who:bob", vec!["two"]),
        ("who:alice", vec!["one", "two"]),
        ("kind:service", vec!["one"]),
        ("can:manage-members", vec!["one", "two"]),
        ("can:read", vec!["one", "three", "two"]),
        ("who:bob ws:o", vec!["two"]),
    ] {
        console.press("/").write(typed).settle();
        assert_eq!(console.rows(), expected, "{typed}");
        console.press("esc");
    }
    console.press("/").write("who:bob role:admin");
    let filter = console.model.screen().filter().expect("a list");
    let said = filter.problem.as_ref().map(SafeText::as_str);
    assert_eq!(
        said,
        Some("role: and can: are about you here; A knows the roles of others")
    );
    console.press("esc /").write("rule:x");
    assert_eq!(
        nothing(&console).as_deref(),
        Some(
            "'rule:' asks for nothing in this list (use it on Audit); here: role:, can:, access:, ws:, who:, kind:, by:, \
             since:, until:"
        )
    );
}
