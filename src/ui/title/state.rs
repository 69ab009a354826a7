//! How old or how complete what is shown is, where it is not simply fresh and whole.

use crate::app::failure::{Failure, FailureKind};
use crate::app::model::Model;
use crate::app::screen::{Freshness, Known, Source};
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

    /// Returns it as full as `room` allows, with the first of `sorts` before it that there is room for, too.
    pub(super) fn fitting(&self, look: &Look, sorts: &[Span<'static>], room: usize) -> Line {
        let span = |text: String| look.span(self.style, text);
        let full = if self.why.is_empty() {
            self.head.clone()
        } else {
            format!("{}: {}", self.head, self.why)
        };
        for sort in sorts {
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

/// Returns when what is shown was read, where it was read before.
fn as_of(model: &Model, known: &Known<'_>) -> Option<Timestamp> {
    let store = known.store;
    match model.screen().source() {
        Source::Audit => Some(store.report()?.snapshot.origin.ended_at),
        Source::List => store.listed_at(),
        Source::Workspace(name) => store.details(name).as_of,
        Source::Itself | Source::Contents(_) | Source::Contexts | Source::Journal | Source::Touched => None,
    }
}

/// Returns what is to be said of the reading of the present screen.
pub(super) fn of(model: &Model, known: &Known<'_>, look: &Look) -> Option<State> {
    if let Some(retrying) = &model.retrying {
        let head = match time::until(retrying.at, model.now) {
            Some(left) => format!("retrying in {left}"),
            None => "retrying".to_owned(),
        };
        let why = retrying.why.as_str();
        let whole = match as_of(model, known) {
            Some(as_of) => format!("as of {}, {head}", time::clock(as_of)),
            None => head.clone(),
        };
        return Some(State::warning(look.theme.warning, whole, why, head));
    }
    let incomplete = format!("{} incomplete", look.marks.warning);
    Some(match model.screen().freshness(known)? {
        Freshness::Note(text) => State::told(look, text),
        Freshness::Progress(text) => State {
            short: Some(text.clone()),
            ..State::told(look, text)
        },
        Freshness::Warning(text) => State::warning(look.theme.warning, text.clone(), "", text),
        Freshness::Partly(what, why) => State::warning(look.theme.warning, format!("{what} of the rows"), &why, what),
        Freshness::Stopped(what, failure) => {
            State::warning(look.theme.stale, what.to_owned(), failure.why(), what.to_owned())
        }
        Freshness::Stale {
            as_of,
            what,
            failure,
            is_whole,
        } => {
            let state = State::stale(look, as_of, what, failure);
            let short = state.short.clone().filter(|_| is_whole).or(Some(incomplete));
            State { short, ..state }
        }
        Freshness::Incomplete(as_of, why) => {
            let head = format!("as of {}, incomplete", time::clock(as_of));
            let why = why.map_or("", |why| why.as_str());
            State::warning(look.theme.warning, head, why, incomplete)
        }
    })
}
