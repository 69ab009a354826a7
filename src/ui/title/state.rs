//! How old or how complete what is shown is, where it is not simply fresh and whole.

use crate::app::contents::Reading;
use crate::app::failure::{Failure, FailureKind};
use crate::app::model::Model;
use crate::app::screen::{Screen, resources, workspaces};
use crate::app::store::Listing;
use crate::domain::text::grouped;
use crate::ui::text::{Line, line_width, width};
use crate::ui::{Look, time};
use jiff::Timestamp;
use ratatui::style::Style;
use ratatui::text::Span;

/// How much of a reason must be seen for it to be worth its place.
const REASON: usize = 12;

/// What is said of the reading, in a full form and in one that is never left out.
pub(super) struct State {
    style: Style,
    /// What must be known: `as of 10:02:11 UTC, refresh failed`.
    head: String,
    /// Why, which can be cut.
    why: String,
    /// The warning in a few columns; nothing where it is not one, and can be missed.
    short: Option<String>,
}

impl State {
    /// Something that is good to know.
    fn told(look: &Look, head: String) -> Self {
        Self {
            style: look.theme.muted,
            head,
            why: String::new(),
            short: None,
        }
    }

    /// Something that must not be missed.
    fn warning(style: Style, head: String, why: &str, short: String) -> Self {
        Self {
            style,
            head,
            why: why.to_owned(),
            short: Some(short),
        }
    }

    /// What is shown is as old as `as_of`, because of `failure`.
    fn stale(look: &Look, as_of: Timestamp, what: &str, failure: &Failure) -> Self {
        let short = format!("{} stale {}", look.marks.warning, time::minute(as_of));
        let as_of = time::clock(as_of);
        if failure.kind == FailureKind::Unauthorized {
            return Self::warning(
                look.theme.danger,
                format!("as of {as_of}, session expired"),
                "",
                "session expired".to_owned(),
            );
        }
        Self::warning(look.theme.stale, format!("as of {as_of}, {what}"), failure.why(), short)
    }

    /// Returns how many columns it needs whatever else stands in the row.
    pub(super) fn least(&self) -> usize {
        self.short.as_ref().map_or(0, |short| width(short))
    }

    /// Returns it as full as `room` allows, with `sort` before it where there is room for both.
    pub(super) fn fitting(&self, look: &Look, sort: Option<&Span<'static>>, room: usize) -> Line {
        let span = |text: String| look.span(self.style, text);
        let full = if self.why.is_empty() {
            self.head.clone()
        } else {
            format!("{}: {}", self.head, self.why)
        };
        if let Some(sort) = sort {
            let both = Line::from(vec![sort.clone(), Span::raw("   "), span(full.clone())]);
            if line_width(&both) <= room {
                return both;
            }
        }
        let wide = width(&look.print(&self.head));
        if width(&look.print(&full)) <= room || (!self.why.is_empty() && wide + REASON <= room) {
            return look.fit(Line::from(span(full)), room);
        }
        match &self.short {
            _ if wide <= room => Line::from(span(self.head.clone())),
            Some(short) => Line::from(span(short.clone())),
            None => Line::default(),
        }
    }
}

/// Returns what is to be said of the reading of the present screen.
pub(super) fn of(model: &Model, look: &Look) -> Option<State> {
    if let Some(retrying) = &model.retrying {
        let head = match time::until(retrying.at, model.now) {
            Some(left) => format!("retrying in {left}"),
            None => "retrying".to_owned(),
        };
        let why = retrying.why.as_str();
        return Some(State::warning(look.theme.warning, head.clone(), why, head));
    }
    match model.screen() {
        Screen::Workspaces(state) => of_workspaces(model, look, state),
        Screen::Members(state) => {
            let details = model.store.details(&state.workspace);
            if let Some((as_of, failure)) = details.as_of.zip(details.failure) {
                return Some(State::stale(look, as_of, "refresh failed", failure));
            }
            if details.loading.is_some() {
                return Some(State::told(look, "loading".to_owned()));
            }
            let halted = model.store.halted()?;
            Some(State::stale(look, details.as_of?, "not read again", halted))
        }
        Screen::Resources(state) => of_contents(look, state),
        Screen::Audit(_) | Screen::Principal(_) => of_audit(model, look),
        Screen::Contexts(state) => {
            let (as_of, failure) = state.known.as_of().zip(state.known.failure())?;
            Some(State::stale(look, as_of, "refresh failed", failure))
        }
        Screen::Welcome(_) | Screen::Help(_) => None,
    }
}

fn of_workspaces(model: &Model, look: &Look, state: &workspaces::State) -> Option<State> {
    let store = &model.store;
    if let (Listing::Failed(failure), Some(as_of)) = (store.listing(), store.listed_at()) {
        return Some(State::stale(look, as_of, "refresh failed", failure));
    }
    if let (Some(halted), Listing::Complete) = (store.halted(), store.listing()) {
        let head = "details stopped".to_owned();
        return Some(State::warning(look.theme.stale, head.clone(), halted.why(), head));
    }
    if let Some(percent) = store.progress() {
        return Some(State::told(look, format!("loading {percent}%")));
    }
    if let Some(reading) = store.reading() {
        return Some(State::told(look, format!("reading {}%", reading.progress.percent())));
    }
    // Rows in an order that is made of what was not read must not be taken for the whole.
    let is_made_of_members = state.is_sorted_by_members(model.is_platform_admin())
        || state.filters_by_members()
        || state.filters_by_a_number();
    if !is_made_of_members || (store.has_read_everything() && store.read_failure().is_none()) {
        return None;
    }
    let n_unread = Some(store.n_unread()).filter(|n_unread| *n_unread > 0)?;
    let head = format!("{} not read", grouped(n_unread));
    Some(State::warning(look.theme.warning, head.clone(), "", head))
}

/// Returns how far the reading of all workspaces is, or how old and how complete what it brought is.
fn of_audit(model: &Model, look: &Look) -> Option<State> {
    if let Some(reading) = model.store.reading() {
        return Some(State::told(look, format!("loading {}%", reading.progress.percent())));
    }
    let report = model.store.report()?;
    let ended_at = report.snapshot.origin.ended_at;
    let is_complete = report.snapshot.is_complete();
    let incomplete = format!("{} incomplete", look.marks.warning);
    if let Some(failure) = model.store.read_failure() {
        let what = if is_complete { "refresh failed" } else { "incomplete" };
        let state = State::stale(look, ended_at, what, failure);
        let short = state.short.clone().filter(|_| is_complete).or(Some(incomplete));
        return Some(State { short, ..state });
    }
    let as_of = format!("as of {}", time::clock(ended_at));
    if !is_complete {
        let head = format!("{as_of}, incomplete");
        let why = report.snapshot.coverage.stopped.as_ref();
        let why = why.map_or("", |why| why.as_str());
        return Some(State::warning(look.theme.warning, head, why, incomplete));
    }
    Some(State::told(look, as_of))
}

/// Returns how old what lies in the workspace is, where it could not be read again, or how much of it has been read.
fn of_contents(look: &Look, state: &resources::State) -> Option<State> {
    let listings = state.contents.of(state.kind);
    let failed = listings.filter_map(|listing| match listing.reading() {
        Reading::Failed(failure) if !listing.rows().is_empty() => listing.as_of().zip(Some(failure)),
        Reading::Failed(_)
        | Reading::Open
        | Reading::UnderWay(_)
        | Reading::Complete
        | Reading::Left
        | Reading::NotInstalled => None,
    });
    if let Some((as_of, failure)) = failed.min_by_key(|(as_of, _)| *as_of) {
        return Some(State::stale(look, as_of, "refresh failed", failure));
    }
    let (n_read, n_all) = state.contents.n_read_of(state.kind);
    let text = match (state.contents.is_loading(), n_read < n_all) {
        (true, true) => format!("loading {}%", n_read * 100 / n_all.max(1)),
        (true, false) => "loading".to_owned(),
        (false, true) => format!("read {} of {}", grouped(n_read), grouped(n_all)),
        (false, false) => return None,
    };
    let is_left = state
        .contents
        .of(state.kind)
        .any(|listing| *listing.reading() == Reading::Left);
    if is_left {
        // More is never read: what is not on show must not be taken for not there.
        return Some(State::warning(look.theme.warning, text.clone(), "", text));
    }
    Some(State::told(look, text))
}
