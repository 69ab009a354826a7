//! Who has access to what: reading it, finding in it, and changing it in many workspaces at once.

use super::platform;
use crate::audit_given;
use crate::console::Console;
use crate::platform::{Platform, at, failure, who};
use jiff::Timestamp;
use nmp_console::app::audit::Heard;
use nmp_console::app::dialog::{Form, Problem};
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::app::msg::{Answer, Effect, Msg, Query};
use nmp_console::app::screen::Screen;
use nmp_console::app::screen::audit::{Mode, State};
use nmp_console::audit::coverage::Method;
use nmp_console::audit::export::Format;
use nmp_console::audit::{Builder, Coverage, Report};
use nmp_console::domain::binding::Binding;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::sync::Arc;

/// Everybody may be seen, and bob has access in many ways.
pub(super) fn everywhere() -> Platform {
    let mut platform = platform();
    platform.is_admin = Allowed::Yes;
    platform
}

pub(super) fn audited(platform: Platform) -> Console {
    let mut console = Console::open(platform);
    console.press("A").settle();
    console
}

/// The console on everything bob has access to.
pub(super) fn bobs_access() -> Console {
    bobs_access_on(everywhere())
}

/// The same where bob is not the only person who is Admin of 'lonely'.
pub(super) fn bobs_access_beside_carol() -> Console {
    let mut platform = everywhere();
    platform.set("lonely", "carol@example.com", &["Admin"]);
    bobs_access_on(platform)
}

fn bobs_access_on(platform: Platform) -> Console {
    let mut console = audited(platform);
    console.press("/").write("who:bob*").press("enter").settle();
    console.press("p").settle();
    console
}

/// Whether everything is asked for, by whom the platform knows already.
fn is_reading(console: &Console) -> bool {
    matches!(console.questions().as_slice(), [Query::Audit(Some(_), _)])
}

fn screen(console: &Console) -> &State {
    let Screen::Audit(state) = console.model.screen() else {
        panic!("not the audit: {:?}", console.model.screen());
    };
    state
}

#[test]
fn everything_is_read_once_and_kept() {
    let mut console = Console::open(everywhere());
    console.press("A");
    assert!(is_reading(&console));
    console.settle();
    assert!(console.rows().contains(&"lonely: bob@example.com Admin".to_owned()));
    console.press("esc A");
    assert_eq!(
        console.questions(),
        Vec::<&Query>::new(),
        "what was read whole is not read again"
    );
    assert_eq!(console.settle().rows().len(), 10);
    console.press("r");
    assert!(is_reading(&console), "unless somebody asks for it");
}

#[test]
fn what_cannot_be_read_is_told_and_never_claimed() {
    let console = audited(platform());
    let state = screen(&console);
    let snapshot = &state.report().unwrap().snapshot;
    assert_eq!((snapshot.n_readable(), snapshot.workspaces().len()), (2, 5));
    let unreadable: Vec<&str> = snapshot.unreadable().map(|(_, one)| one.name.raw()).collect();
    assert_eq!(unreadable, ["default", "reading", "system"]);
    let is_of_a_readable_one = |row: &String| row.starts_with("ml-team: ") || row.starts_with("lonely: ");
    assert!(console.rows().iter().all(is_of_a_readable_one), "{:?}", console.rows());
}

/// What a reading has found in these workspaces.
fn found_in(console: &Console, workspaces: &[&str]) -> Arc<Report> {
    let rooms = &console.platform.rooms;
    let found = workspaces.iter().map(|name| {
        let room = rooms.iter().find(|room| room.workspace.name.raw() == *name).unwrap();
        let roster = console.platform.roster(&room.workspace.name).unwrap();
        (&room.workspace, Ok(roster))
    });
    audit_given::report(1, found.collect::<Vec<_>>())
}

/// Tells a piece of the reading, whose question stays open until its end has come.
fn hear(console: &mut Console, heard: Heard) {
    let ticket = console.model.store.reading().unwrap().ticket;
    let answer = Answer::Audit(heard);
    console.tell(Msg::Answered { ticket, answer });
    let is_work = |effect: &Effect| matches!(effect, Effect::Compute { .. });
    while let Some(place) = console.unanswered.iter().position(is_work) {
        let sifting = console.unanswered.remove(place);
        console.unanswered.push(sifting);
        console.step();
    }
}

#[test]
fn the_first_rows_stand_before_the_rest_has_come_and_the_cursor_stays_on_its_grant() {
    let mut console = Console::open(everywhere());
    console.press("A");
    let first = found_in(&console, &["ml-team"]);
    hear(&mut console, Heard::Part(first));
    assert_eq!(console.rows().len(), 3, "the first workspace");
    console.press("j j");
    assert_eq!(console.selected(), "ml-team: carol@example.com Admin, JobRunner");
    let all = found_in(&console, &["lonely", "ml-team", "reading"]);
    hear(&mut console, Heard::End(Some(all), None));
    assert_eq!(console.rows().len(), 8);
    assert_eq!(console.selected(), "ml-team: carol@example.com Admin, JobRunner");
}

#[test]
fn while_more_comes_a_filter_is_not_told_that_nothing_matches_it() {
    let mut console = Console::open(everywhere());
    console.press("A");
    let first = found_in(&console, &["ml-team"]);
    hear(&mut console, Heard::Part(first));
    console.press("/").write("ws:lonely");
    let what = |console: &Console| {
        let caller = console.model.identity();
        console.model.screen().title(&console.model.known(&caller)).what
    };
    assert_eq!(
        what(&console),
        "Audit (filtering…)",
        "the rows are not those of the filter yet"
    );
    let part = found_in(&console, &["ml-team"]);
    let mut builder = Builder::from_snapshot(&part.snapshot);
    builder.mark(&at("ml-team"), nmp_console::audit::Reading::NotRead);
    let half = builder.freeze(part.snapshot.coverage.clone(), part.snapshot.origin.ended_at);
    let half = Report::new(half, Arc::clone(&part.policy));
    hear(&mut console, Heard::Part(Arc::new(half)));
    assert_eq!((console.rows().len(), what(&console).as_str()), (0, "Audit (0 of 3)"));
    assert_eq!(screen(&console).filter.problem, None);
}

#[rstest]
#[case::nothing_was_done("", "lonely: alice@example.com Viewer")]
#[case::its_principal("p esc", "ml-team: alice@example.com Admin")]
#[case::its_members("enter esc", "ml-team: alice@example.com Admin")]
#[case::its_details("i esc", "ml-team: alice@example.com Admin")]
#[case::its_command("x esc", "ml-team: alice@example.com Admin")]
fn who_comes_back_from_the_first_row_finds_it_selected_though_others_have_come_above_it(
    #[case] keys: &str,
    #[case] expected: &str,
) {
    let mut console = Console::open(everywhere());
    console.press("A");
    let first = found_in(&console, &["ml-team"]);
    hear(&mut console, Heard::Part(first));
    assert_eq!(console.selected(), "ml-team: alice@example.com Admin");
    if !keys.is_empty() {
        console.press(keys);
    }
    let more = found_in(&console, &["lonely", "ml-team"]);
    hear(&mut console, Heard::Part(more));
    assert_eq!(console.selected(), expected);
}

/// What the role bindings that have come tell of these workspaces: of none of them it is certain that nothing is missing.
fn bindings_so_far(console: &Console, workspaces: &[&str]) -> Arc<Report> {
    let mut builder = Builder::new(audit_given::origin(1));
    for name in workspaces {
        let room = console.platform.find(&at(name)).unwrap();
        builder.add_workspace(&room.workspace);
        for (principal, roles) in &room.members {
            for role in roles.iter() {
                builder.add_binding(Binding {
                    principal: principal.clone(),
                    workspace: at(name),
                    role: role.clone(),
                    granted_at: None,
                    granted_by: None,
                    revoked_at: None,
                    created_at: None,
                });
            }
        }
    }
    let snapshot = builder.freeze(Coverage::nothing(Method::Bindings), Timestamp::UNIX_EPOCH);
    Arc::new(Report::new(snapshot, Arc::default()))
}

#[test]
fn a_refresh_in_the_middle_of_the_first_reading_takes_no_row_away() {
    let mut console = Console::open(everywhere());
    console.press("A");
    let much = bindings_so_far(&console, &["lonely", "ml-team", "reading"]);
    hear(&mut console, Heard::Part(much));
    console.press("G k");
    let chosen = console.selected();
    assert_eq!(chosen, "reading: alice@example.com Viewer");
    console.press("r");
    let less = bindings_so_far(&console, &["lonely"]);
    hear(&mut console, Heard::Part(less));
    assert_eq!((console.rows().len(), console.selected()), (8, chosen.clone()));
    let all = found_in(&console, &["default", "lonely", "ml-team", "reading", "system"]);
    hear(&mut console, Heard::End(Some(all), None));
    assert_eq!((console.rows().len(), console.selected()), (10, chosen));
}

#[test]
fn leaving_stops_the_reading_and_what_comes_late_is_dropped() {
    let mut console = Console::open(everywhere());
    console.press("A");
    let ticket = console.model.store.reading().unwrap().ticket;
    console.press("esc");
    assert_eq!(console.asked, [Effect::Abandon(ticket)]);
    let late = audit_given::report(1, Vec::new());
    console.tell(Msg::Answered {
        ticket,
        answer: Answer::Audit(Heard::End(Some(late), None)),
    });
    assert!(console.model.store.report().is_none());
    console.press("A");
    assert!(is_reading(&console), "it begins anew");
}

#[test]
fn a_failed_refresh_keeps_what_was_there() {
    let mut console = audited(everywhere());
    let n = console.rows().len();
    console.press("r");
    let gone = failure(FailureKind::Unreachable, "cannot list workspaces: connection refused");
    console.answer(Answer::Audit(Heard::End(None, Some(gone))));
    assert_eq!(console.rows().len(), n);
    assert!(console.model.store.read_failure().is_some());
    assert!(console.notice().contains("connection refused"), "{}", console.notice());
}

#[test]
fn the_filter_is_worked_out_beside_the_loop_one_after_the_other() {
    let mut console = audited(everywhere());
    console.press("/").write("ml");
    let computing = |console: &Console| {
        let open = console.unanswered.iter();
        open.filter(|effect| matches!(effect, Effect::Compute { .. })).count()
    };
    assert_eq!(computing(&console), 1, "one piece of work at a time");
    console.settle();
    assert_eq!(
        screen(&console).rows.as_ref().unwrap().filter.text(),
        "ml",
        "the latest filter counts in the end"
    );
}

#[test]
fn a_filter_that_is_not_understood_says_so_and_changes_nothing() {
    let mut console = audited(everywhere());
    console.press("/").write("role:Admin").settle();
    let before = console.rows();
    assert!(before.iter().all(|row| row.contains("Admin")), "{before:?}");
    console.paste(" rule:nonsense").settle();
    let problem = screen(&console)
        .problem
        .as_ref()
        .map(SafeText::as_str)
        .unwrap_or_default();
    assert!(problem.contains("nonsense"), "{problem}");
    assert_eq!(console.rows(), before);
    console.press("esc").settle();
    assert_eq!(screen(&console).problem, None);
    assert_eq!(console.rows().len(), 10);
}

#[test]
fn every_way_to_look_at_it_is_one_key_away() {
    let mut console = audited(everywhere());
    for (key, mode) in [
        ("m", Mode::Matrix),
        ("m", Mode::List),
        ("f", Mode::Findings),
        ("m", Mode::Matrix),
        ("P", Mode::Principals),
        ("esc P", Mode::List),
    ] {
        console.press(key);
        assert_eq!(screen(&console).mode, mode, "{key}");
    }
    console.press("w");
    assert!(matches!(console.model.screen(), Screen::Principal(state) if state.principal.is_everyone()));
    assert_eq!(console.rows(), ["default", "system"]);
}

#[test]
fn a_row_leads_to_its_member() {
    let mut console = audited(everywhere());
    console.go_to("lonely: ml-leads Admin").press("enter").settle();
    assert!(matches!(console.model.screen(), Screen::Members(state) if state.workspace == at("lonely")));
    assert_eq!(console.selected(), "ml-leads");
    console.press("p").settle();
    assert_eq!(
        console.rows(),
        ["lonely", "default", "system"],
        "its own role, then what everyone has"
    );
}

#[test]
fn the_matrix_moves_both_ways() {
    let mut console = audited(everywhere());
    console.press("m j l l");
    let state = screen(&console);
    assert_eq!(state.selected_principal(), Some(&who("alice@example.com")));
    assert_eq!(state.selected_workspace(), Some(&at("ml-team")));
    console.press("enter").settle();
    assert_eq!(console.selected(), "alice@example.com");
}

#[test]
fn the_cursor_goes_to_the_principal_spelled_as_typed() {
    let platform = everywhere().with(
        "twins",
        &[("BOB@EXAMPLE.COM", &["Viewer"]), ("alice@example.com", &["Admin"])],
    );
    let mut console = audited(platform);
    console.press("P").write("bob@example.com").settle();
    console.press("enter p").settle();
    assert!(matches!(console.model.screen(), Screen::Principal(state) if state.principal == who("bob@example.com")));
}

#[test]
fn a_filter_that_is_not_understood_cannot_be_kept() {
    let mut console = audited(everywhere());
    console.press("/").paste("since:soon").press("enter");
    assert!(console.model.is_filtering(), "what is shown would not be what it says");
    console.press("esc");
    assert!(!console.model.is_filtering());
}

#[test]
fn one_workspace_that_cannot_be_read_does_not_make_every_step_read_again() {
    let mut console = audited(everywhere());
    let rooms = console.platform.rooms.clone();
    console.press("r");
    let failed = rooms.iter().map(|room| {
        let why = failure(FailureKind::ServerError, "cannot read the members: 500");
        (&room.workspace, Err(why))
    });
    let report = audit_given::report(5, failed.collect::<Vec<_>>());
    console.answer(Answer::Audit(Heard::End(Some(report), None)));
    console.settle();
    for key in ["m", "f", "f", "w"] {
        console.press(key);
        let asked = console.questions();
        assert!(
            !asked.iter().any(|query| matches!(query, Query::Audit(..))),
            "{key}: {asked:?}"
        );
    }
}

#[test]
fn a_principal_is_found_by_its_name() {
    let mut console = Console::open(everywhere());
    console.press("P").settle().write("carol").settle();
    console.press("enter").settle();
    assert!(matches!(console.model.screen(), Screen::Principal(state) if state.principal == who("carol@example.com")));
}

#[test]
fn what_is_shown_is_what_is_exported() {
    let mut console = audited(everywhere());
    console.press("/").write("role:Admin").press("enter").settle();
    console.press("E tab ↓ tab ctrl-u").write("out.csv").press("enter");
    let [
        Effect::Export {
            report,
            filter,
            format,
            path,
            ..
        },
    ] = console.asked.as_slice()
    else {
        panic!("{:?}", console.asked)
    };
    assert!(Arc::ptr_eq(report, screen(&console).report().unwrap()));
    assert_eq!((filter.text(), *format), ("role:Admin", Format::Csv));
    assert_eq!(path.to_str(), Some("out.csv"));
    console.settle();
    assert!(console.model.dialogs.is_empty());
    assert!(
        console.notice().starts_with("exported the rows shown to out.csv"),
        "{}",
        console.notice()
    );
}

#[test]
fn a_file_that_cannot_be_written_keeps_the_dialog() {
    let mut console = audited(everywhere());
    console.press("E enter");
    console.answer(Answer::Exported(Err(Failure::local(
        "out.json exists already",
        "choose another name",
    ))));
    assert!(matches!(console.dialog().form, Form::Export(_)));
    assert!(
        matches!(&console.dialog().problem, Some(Problem::Failed(failure)) if failure.headline.as_str().contains("exists already"))
    );
}

#[rstest]
#[case::a_shells_word("~/x.json", "only a shell expands ~")]
#[case::standard_output("-", "audit --output -")]
#[case::a_folder("reports/", "add the name of a file")]
fn what_is_no_name_of_a_file_is_not_written_to(#[case] typed: &str, #[case] words: &str) {
    let mut console = audited(everywhere());
    console.press("E ctrl-u").write(typed).press("enter");
    let mut asked = console.asked.iter();
    assert!(!asked.any(|effect| matches!(effect, Effect::Export { .. })), "{typed}");
    let Some(Problem::Typed(errors)) = &console.dialog().problem else {
        panic!("{:?}", console.dialog().problem)
    };
    assert!(errors[0].what.as_str().contains(words), "{errors:?}");
}

#[rstest]
#[case::of_a_table("grants.txt", Format::Table)]
#[case::of_a_sheet("grants.CSV", Format::Csv)]
#[case::of_findings("findings.sarif", Format::Sarif)]
#[case::of_nothing("grants", Format::Json)]
fn the_ending_of_the_file_chooses_the_format(#[case] file: &str, #[case] expected: Format) {
    let mut console = audited(everywhere());
    console.press("E").write(file);
    let Form::Export(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog())
    };
    assert_eq!(
        (form.file.value(), form.format()),
        (file, expected),
        "the first letter replaces what is offered"
    );
    console.press("enter");
    let is_written = |effect: &Effect| matches!(effect, Effect::Export { format, .. } if *format == expected);
    assert!(console.asked.iter().any(is_written), "{:?}", console.asked);
}

#[rstest]
#[case::edited_at_its_end("E ←", "nmp-audit-1970-01-01-0000.jsoxn")]
#[case::edited_at_its_beginning("E home", "xnmp-audit-1970-01-01-0000.json")]
#[case::replaced_after_another_format("E ↓", "x")]
fn the_offered_file_is_edited_or_replaced(#[case] keys: &str, #[case] expected: &str) {
    let mut console = audited(everywhere());
    console.press(keys).write("x");
    let Form::Export(form) = &console.dialog().form else {
        panic!("{:?}", console.dialog())
    };
    assert_eq!(form.file.value(), expected);
}
