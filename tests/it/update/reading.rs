//! Reading: the list, the details, refreshes, failures, clocks, and where the cursor stays.

use super::{members_of, platform};
use crate::console::{Console, session, ticket_of};
use crate::platform::{Platform, at, failure};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::msg::{Answer, Effect, Extent, Msg, Query, Size, Ticket};
use nmp_console::app::screen::Screen;
use nmp_console::app::session::Session;
use nmp_console::app::store::{Listing, MOST_INSPECTIONS};
use nmp_console::domain::text::SafeText;
use pretty_assertions::assert_eq;
use std::time::Duration;

fn many(n: usize) -> Platform {
    (0..n).fold(Platform::of("alice@example.com"), |platform, i| {
        platform.with(&format!("w{i:03}"), &[("alice@example.com", &["Admin"])])
    })
}

fn inspected(effects: &[Effect]) -> Vec<&str> {
    let mut out = Vec::new();
    for effect in effects {
        if let Effect::Read {
            query: Query::Inspect { workspace, .. },
            ..
        } = effect
        {
            out.push(workspace.raw());
        }
    }
    out
}

#[test]
fn asks_for_the_server_and_the_list_and_for_nothing_else_at_first() {
    let mut console = Console::start(platform(), session());
    assert_eq!(console.questions(), [&Query::Server, &Query::Workspaces]);
    assert_eq!(console.n_timers(), 1, "the seconds of the loading");
    console.step();
    assert_eq!(
        inspected(&console.unanswered),
        [""; 0],
        "not before it is known who asks"
    );
    console.step();
    assert_eq!(inspected(&console.asked).len(), MOST_INSPECTIONS);
}

#[test]
fn details_are_read_for_what_is_visible_first_and_a_few_at_a_time() {
    let mut console = Console::start(many(200), session());
    console.step().step();
    let first = inspected(&console.unanswered)
        .iter()
        .map(|name| (*name).to_owned())
        .collect::<Vec<_>>();
    assert_eq!(first, ["w000", "w001", "w002", "w003"]);
    console.press("G");
    let oldest = console.unanswered.remove(0);
    for (ticket, answer) in console.platform.answers(&oldest) {
        console.tell(Msg::Answered { ticket, answer });
    }
    assert_eq!(inspected(&console.asked), ["w183"], "the first of the rows now on show");
    assert_eq!(console.unanswered.len(), MOST_INSPECTIONS);
    console.settle();
    assert_eq!(console.model.store.progress(), None);
    let is_read = |i: &usize| console.model.store.roster(&at(&format!("w{i:03}"))).is_some();
    let read: Vec<usize> = (0..200).filter(is_read).collect();
    let looked_at: Vec<usize> = (0..4).chain(183..200).collect();
    assert_eq!(read, looked_at, "nothing else is read");
}

#[test]
fn a_workspace_that_is_opened_is_read_at_once() {
    let mut console = Console::start(many(50), session());
    console.step().step();
    console.press("G enter");
    assert_eq!(inspected(&console.asked), ["w049"]);
    assert_eq!(console.unanswered.len(), MOST_INSPECTIONS + 1);
    console.press("esc k enter");
    assert_eq!(
        console.unanswered.len(),
        MOST_INSPECTIONS + 1,
        "there is room for one only"
    );
}

#[test]
fn stops_asking_when_the_server_is_gone_and_goes_on_with_r() {
    let mut console = Console::start(many(50), session());
    console.step().step();
    console.fail(failure(FailureKind::Unreachable, "connection refused"));
    assert_eq!(console.asked, []);
    assert!(console.model.store.halted().is_some());
    console.settle();
    assert_eq!(
        console.unanswered.len(),
        0,
        "what was under way was answered, nothing more was asked"
    );
    console.press("r").settle();
    assert!(console.model.store.halted().is_none());
    let rows = console.model.table_rows();
    assert!((0..rows).all(|i| console.model.store.roster(&at(&format!("w{i:03}"))).is_some()));
}

#[test]
fn r_asks_for_the_server_again_where_that_has_failed() {
    let mut console = Console::start(platform(), session());
    let expired = || failure(FailureKind::Unauthorized, "401: session expired");
    console.answer(Answer::Listed(Err(expired())));
    console.answer(Answer::Server(Box::new(Err(expired()))));
    assert!(matches!(console.model.store.listing(), Listing::Failed(_)));
    console.press("r");
    assert_eq!(console.questions(), [&Query::Server, &Query::Workspaces]);
    console.settle();
    assert_eq!(console.rows().len(), 5);
    console.press("r");
    assert_eq!(
        console.questions(),
        [&Query::Workspaces],
        "what is known is not asked again"
    );
    console.step();
    assert!(!console.questions().contains(&&Query::Server), "{:?}", console.asked);
}

/// The question to the server is repeated for a while. One that began when the server was down must not be what is
/// waited for when it is back.
#[test]
fn r_asks_the_server_anew_even_while_the_first_question_is_still_repeated() {
    let mut console = Console::start(platform(), session());
    console.answer(Answer::Listed(Err(failure(
        FailureKind::Unreachable,
        "connection refused",
    ))));
    assert!(console.model.session.info.is_loading());
    console.press("r");
    assert!(
        matches!(console.asked.first(), Some(Effect::Abandon(_))),
        "{:?}",
        console.asked
    );
    assert_eq!(console.questions(), [&Query::Server, &Query::Workspaces]);
    console.settle();
    assert!(console.model.session.info.value().is_some());
}

#[test]
fn a_list_that_comes_shows_that_the_server_can_be_asked_who_the_caller_is() {
    let mut console = Console::start(platform(), session());
    let list = console.unanswered.pop().expect("the list was asked for last");
    console.answer(Answer::Server(Box::new(Err(failure(FailureKind::Unreachable, "503")))));
    console.unanswered.insert(0, list);
    console.step();
    assert_eq!(console.questions(), [&Query::Server]);
    console.settle();
    assert!(console.model.session.info.value().is_some());
}

#[test]
fn a_failed_refresh_keeps_what_was_there_and_says_so() {
    let mut console = Console::open(platform());
    let as_of = console.model.store.listed_at();
    console.press("r");
    console.answer(Answer::Listed(Err(failure(
        FailureKind::Unreachable,
        "connection refused",
    ))));
    assert_eq!(console.rows().len(), 5);
    assert_eq!(console.notice(), "refresh failed: connection refused");
    assert_eq!(console.model.store.listed_at(), as_of);
}

#[test]
fn members_stay_when_reading_them_again_fails() {
    let mut console = members_of("ml-team");
    console.press("r");
    console.fail(failure(FailureKind::Unreachable, "connection refused"));
    assert_eq!(console.rows().len(), 3);
    assert_eq!(console.notice(), "refresh failed: connection refused");
    let details = console.model.store.details(&at("ml-team"));
    assert_eq!(
        details.failure.map(|failure| failure.headline.as_str()),
        Some("connection refused")
    );
}

#[test]
fn of_what_is_not_on_show_no_failure_is_told() {
    let mut console = Console::open(platform());
    console.press("r").step();
    console.go_to("ml-team").press("enter");
    let is_another = |effect: &Effect| matches!(effect, Effect::Read { query: Query::Inspect { workspace, .. }, .. } if *workspace != at("ml-team"));
    let place = console.unanswered.iter().position(is_another);
    let another = console
        .unanswered
        .remove(place.expect("the rows on show are read again"));
    console.unanswered.push(another);
    console.fail(failure(FailureKind::Other, "500"));
    assert_eq!(console.notice(), "");
}

#[test]
fn a_workspace_that_disappears_while_its_members_are_shown_says_so() {
    let mut console = members_of("ml-team");
    console.platform.remove("ml-team");
    console.press("esc r enter").settle();
    let details = console.model.store.details(&at("ml-team"));
    assert_eq!(
        details.failure.map(|failure| &failure.kind),
        Some(&FailureKind::NotFound)
    );
    assert!(console.rows().is_empty());
    console.press("esc");
    assert!(!console.rows().contains(&"ml-team".to_owned()));
}

#[test]
fn starting_in_a_workspace_reads_its_members() {
    let start_at = Some(at("ml-team"));
    let mut console = Console::start(platform(), Session { start_at, ..session() });
    console.settle();
    assert_eq!(console.rows().len(), 3);
    console.press("esc");
    assert_eq!(console.rows().len(), 5);
}

#[test]
fn the_first_page_shows_before_the_last_and_a_row_that_comes_twice_is_shown_once() {
    let mut console = Console::start(many(20), session());
    let effect = console.unanswered.pop().unwrap();
    let answers = console.platform.answers(&effect);
    let (ticket, first) = answers[0].clone();
    console.tell(Msg::Answered {
        ticket,
        answer: first.clone(),
    });
    assert_eq!(console.rows().len(), 7);
    console.tell(Msg::Answered { ticket, answer: first });
    assert_eq!(console.rows().len(), 7);
    for (ticket, answer) in answers.into_iter().skip(1) {
        console.tell(Msg::Answered { ticket, answer });
    }
    assert_eq!(console.rows().len(), 20);
}

#[test]
fn a_list_that_changed_while_it_was_read_says_so() {
    let mut console = Console::open(many(3));
    console.press("r");
    let page = Answer::Page {
        workspaces: console.model.store.workspaces().to_vec(),
        total: 4,
    };
    let ticket = ticket_of(&console.unanswered[0]).unwrap();
    console.tell(Msg::Answered { ticket, answer: page });
    console.answer(Answer::Listed(Ok(Extent::ToTheEnd)));
    assert_eq!(
        console.notice(),
        "the list changed while loading: it shows 3 workspaces of 4; press r to load it again"
    );
    console.press("r").settle();
    assert_eq!(console.notice(), "");
}

#[test]
fn a_list_without_an_end_says_after_how_much_it_was_left_and_the_way_on() {
    let mut console = Console::start(many(20), session());
    let effect = console.unanswered.pop().unwrap();
    for (ticket, answer) in console.platform.answers(&effect).into_iter().take(2) {
        console.tell(Msg::Answered { ticket, answer });
    }
    let ticket = ticket_of(&effect).unwrap();
    let answer = Answer::Listed(Ok(Extent::LeftEarly));
    console.tell(Msg::Answered { ticket, answer });
    assert_eq!(
        console.notice(),
        "the list does not end: loading stopped after 14 workspaces; press r to load it again, or start with \
         --workspace NAME for one that is not on it"
    );
    assert_eq!(console.rows().len(), 14);
}

#[test]
fn the_rows_of_a_long_list_are_all_there_at_its_end() {
    let console = Console::open(many(900));
    assert_eq!(console.rows().len(), 900);
    assert!(console.rows().is_sorted());
}

#[test]
fn late_and_doubled_answers_are_dropped() {
    let mut console = Console::open(platform());
    console.press("r");
    let old = console.unanswered.pop().unwrap();
    console.press("r");
    assert!(matches!(console.asked[0], Effect::Abandon(ticket) if Some(ticket) == ticket_of(&old)));
    let ticket = ticket_of(&old).unwrap();
    let before = console.model.clone();
    let late = [
        Answer::Page {
            workspaces: Vec::new(),
            total: 0,
        },
        Answer::Listed(Ok(Extent::ToTheEnd)),
        Answer::Listed(Err(failure(FailureKind::Other, "late"))),
    ];
    for answer in late {
        console.tell(Msg::Answered { ticket, answer });
        assert_eq!(console.asked, []);
    }
    console.model.now = before.now;
    assert_eq!(console.model, before);
    console.settle();
    assert_eq!(console.rows().len(), 5);
}

#[test]
fn the_cursor_stays_on_its_row_through_sorting_filtering_and_refreshing() {
    let mut console = Console::open(many(30));
    console.go_to("w015").press("S");
    assert_eq!(console.selected(), "w015");
    console.press("s s s");
    assert_eq!(console.selected(), "w015");
    console.press("/").write("w01").press("enter");
    assert_eq!(console.selected(), "w015");
    console.platform.remove("w010");
    console.press("r").settle();
    assert_eq!(console.selected(), "w015");
    console.press("esc");
    assert_eq!((console.selected().as_str(), console.rows().len()), ("w015", 29));
    console.platform.remove("w015");
    console.press("r").settle();
    assert_ne!(console.selected(), "", "the nearest row is chosen");
}

#[test]
fn a_cursor_nobody_has_moved_stays_on_top_while_the_list_grows() {
    let mut platform = Platform::of("alice@example.com");
    for i in (0..30).rev() {
        platform = platform.with(&format!("w{i:03}"), &[]);
    }
    let console = Console::open(platform);
    assert_eq!(console.selected(), "w000");
}

#[test]
fn keys_go_into_the_filter_while_it_is_open() {
    let mut console = Console::open(platform());
    console.press("/").write("qr?nd");
    assert_eq!(console.rows(), [""; 0]);
    assert!(console.model.dialogs.is_empty() && !console.has_quit());
    console.press("esc");
    assert_eq!(console.rows().len(), 5);
    console.press("/").paste("e\n").press("enter");
    assert!(!console.model.is_filtering() && console.rows().len() > 1);
}

#[test]
fn what_is_typed_selects_what_it_most_likely_means() {
    let mut console = Console::open(many(3).with("team", &[]).with("a-team-of-many", &[]));
    console.press("/").write("tea");
    assert_eq!(console.rows(), ["a-team-of-many", "team"]);
    console.press("enter");
    assert_eq!(console.selected(), "team");
}

#[test]
fn a_read_that_is_tried_again_is_shown_until_it_is_answered_or_abandoned() {
    let waiting = |console: &mut Console| {
        let ticket = ticket_of(console.unanswered.last().unwrap()).unwrap();
        let why = SafeText::new("503");
        console.tell(Msg::Waiting {
            ticket,
            delay: Duration::from_secs(3),
            why,
        });
        assert!(console.model.retrying.is_some());
    };
    let mut console = Console::open(platform());
    console.press("r");
    waiting(&mut console);
    console.press("r");
    assert_eq!(console.model.retrying, None, "abandoned");
    waiting(&mut console);
    console.settle();
    assert_eq!(console.model.retrying, None, "answered");
    let why = SafeText::new("503");
    console.tell(Msg::Waiting {
        ticket: Ticket::new(1),
        delay: Duration::from_secs(3),
        why,
    });
    assert_eq!(console.model.retrying, None, "nobody waits for that");
}

#[test]
fn one_clock_runs_while_something_is_going_on_and_none_otherwise() {
    let mut console = Console::open(platform());
    let mut timers: Vec<Ticket> = Vec::new();
    let mut running = |console: &Console| {
        for effect in &console.asked {
            if let Effect::After { ticket, .. } = effect {
                timers.push(*ticket);
            }
        }
        timers.clone()
    };
    // The clock of the start is still running: it ends, and no other follows.
    assert_eq!(console.model.n_awaited(), 1);
    for number in 0..100 {
        console.tell(Msg::Due(Ticket::new(number)));
        assert_eq!(console.n_timers(), 0);
    }
    assert_eq!(console.model.n_awaited(), 0, "idle: nothing is awaited at all");
    console.press("j k ? esc /").write("x").press("esc");
    assert_eq!(console.n_timers(), 0);

    console.go_to("ml-team").press("e").write("x").press("enter");
    let clocks = running(&console);
    assert_eq!(clocks.len(), 1);
    console.step();
    assert_eq!(console.n_timers(), 0, "at most one");
    console.tell(Msg::Due(clocks[0]));
    assert_eq!(console.n_timers(), 1, "it goes on as long as the change runs");
    let clock = running(&console)[1];
    console.settle();
    console.tell(Msg::Due(clock));
    assert_eq!((console.n_timers(), console.model.n_awaited()), (0, 0));
}

#[test]
fn a_timer_that_is_none_does_not_lose_an_answer() {
    let mut console = Console::open(platform());
    console.press("r");
    let ticket = ticket_of(console.unanswered.last().unwrap()).unwrap();
    console.tell(Msg::Due(ticket));
    console.platform.remove("lonely");
    console.settle();
    assert_eq!(console.rows().len(), 4);
}

#[test]
fn any_size_is_taken() {
    for width in [0, 1, 20, 59, 60, 200, u16::MAX] {
        for height in [0, 1, 5, 15, 16, 200, u16::MAX] {
            let mut console = members_of("ml-team");
            console.tell(Msg::Resized(Size { width, height }));
            assert_eq!(console.asked, [Effect::Redraw]);
            console.press("G pgdn pgup g ? G pgup esc esc G pgup pgdn");
        }
    }
}

#[test]
fn help_opens_once_and_goes_back() {
    let mut console = members_of("ml-team");
    console.press("? ? ? / q ? enter");
    assert!(matches!(console.model.screen(), Screen::Help(_)));
    console.press("esc");
    assert!(matches!(console.model.screen(), Screen::Help(_)), "clears the search");
    console.press("r");
    assert_eq!(console.asked, [], "there is nothing to read again");
    console.press("esc");
    assert!(matches!(console.model.screen(), Screen::Members(_)));
    console.press("q q");
    assert!(console.has_quit());
}

#[test]
fn suspending_and_redrawing_are_left_to_the_outside() {
    let mut console = Console::open(platform());
    console.press("ctrl-z");
    assert_eq!(console.asked, [Effect::Suspend]);
    console.tell(Msg::Resumed);
    assert_eq!(console.asked, [Effect::Redraw]);
    console.press("ctrl-l");
    assert_eq!(console.asked, [Effect::Redraw]);
}
