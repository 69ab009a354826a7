//! Columns and saved views: what is chosen counts at once, and a view is shown and gone to. How they are kept is in
//! [`super::keeping`].

use super::{press, typing};
use crate::app::audit::Mode;
use crate::app::columns::ListKind;
use crate::app::keymap::{Action, Chord, ConnectionKey, Shows};
use crate::app::linear::Wanted;
use crate::app::list::Sorting;
use crate::app::model::{Details, Model};
use crate::app::msg::Effect;
use crate::app::notice::Tone;
use crate::app::screen::Screen;
use crate::app::views::{Chosen, Edit, View};
use crate::domain::text::SafeText;
use std::borrow::Cow;

impl Model {
    /// Closes the top dialog, shows these columns of a list, or the usual ones, and keeps them.
    pub(super) fn choose_columns(&mut self, kind: ListKind, columns: Option<Vec<&'static str>>) -> Vec<Effect> {
        self.dialogs.pop();
        // A view may show others than those that are kept.
        let before = self.columns_kept_last(kind);
        if self.columns.chosen(kind) == columns.as_deref() && before == columns {
            return Vec::new();
        }
        let chosen = Chosen {
            before,
            after: columns.clone(),
        };
        self.columns.choose(kind, columns);
        self.keep_views(Edit::Columns(kind, chosen))
    }

    /// Returns the list in front as it is now, as a view without a name.
    pub(super) fn present_view(&self) -> Option<View> {
        let kind = self.screen().kind()?;
        let filter = self
            .screen()
            .filter()
            .map(|filter| filter.input.value().trim().to_owned());
        let chosen = self.columns.chosen(kind).map(<[_]>::to_vec);
        let columns = chosen.unwrap_or_else(|| kind.usual().collect());
        Some(View {
            name: String::new(),
            filter,
            sort: self.screen().order(),
            columns: (!columns.is_empty()).then_some(columns),
        })
    }

    /// Shows the list in front as a view says; what that does not say stays.
    pub(super) fn show_view(&mut self, view: &View) {
        let Some(kind) = self.screen().kind() else { return };
        if view.columns.is_some() {
            self.columns.choose(kind, view.columns.clone());
        }
        if let Some(screen) = self.screens.last_mut() {
            if !view.sort.is_empty() {
                screen.sort(Sorting::As(&view.sort));
            }
            if let Some((text, filter)) = view.filter.as_deref().zip(screen.filter_mut()) {
                filter.set(text);
            }
        }
        // The list is what is asked for, whatever stood in front of it.
        self.details = Details::Beside;
        self.copied_row = None;
        typing::filter_changed(self);
        if let Some(linear) = &mut self.linear {
            // Also where the list was like that before: what it is is what the view is about.
            linear.wanted = Wanted::List;
        }
        // What was lost on the way here is told first.
        if self.notice.is_none() {
            let what = if self.linear.is_some() {
                format!(": {}", view.in_words(kind))
            } else {
                String::new()
            };
            self.say(Tone::Success, &format!("view '{}'{what}", view.name));
        }
    }

    /// Checks whether a view can be gone to: of some lists there is one only while there is a workspace or a principal.
    pub(super) fn may_show_view(&self, kind: ListKind, name: &str) -> Result<(), SafeText> {
        let list = kind.name();
        if !self.views.of(kind).views.iter().any(|view| view.name == name) {
            return Err(SafeText::new(&format!("no view of {list} is called '{name}' any more")));
        }
        if self.screen().kind() == Some(kind) {
            return Ok(());
        }
        let lacks = |what: &str| Err(SafeText::new(&format!("a view of {list}: {what}")));
        if kind != ListKind::Contexts && self.session.destination.is_none() {
            return lacks("no server is in use: connect to one first");
        }
        // Who goes back to the workspaces comes to the dialog that led away from them.
        if let (ListKind::Workspaces, Some(title)) = (kind, self.awaited_dialog()) {
            return lacks(&format!("go back to '{title}' first, and finish it or leave it"));
        }
        match kind {
            ListKind::Members | ListKind::Resources if self.workspace().is_none() => lacks("select a workspace first"),
            ListKind::Principal if self.principal().is_none() => lacks("select a principal first"),
            ListKind::Resources => self.may_see_contents(),
            ListKind::Everybody => self.may_see_everybody(),
            ListKind::Workspaces
            | ListKind::Members
            | ListKind::Grants
            | ListKind::Matrix
            | ListKind::Findings
            | ListKind::People
            | ListKind::Principal
            | ListKind::Contexts
            | ListKind::Activity => Ok(()),
        }
    }

    /// Returns the title of the dialog that goes on when the screens in front of it are left.
    fn awaited_dialog(&self) -> Option<Cow<'static, str>> {
        let mut parked = self.screens.iter().rev().filter_map(|screen| match screen {
            Screen::Resources(state) => state.parked.as_deref(),
            Screen::Help(state) => state.parked.last(),
            Screen::Workspaces(_)
            | Screen::Members(_)
            | Screen::Principal(_)
            | Screen::Audit(_)
            | Screen::Contexts(_)
            | Screen::Touched(_)
            | Screen::Activity(_)
            | Screen::Welcome(_)
            | Screen::Outcomes(_) => None,
        });
        parked.next().map(|dialog| dialog.form.title())
    }

    /// Goes to the list that a view is of, and shows that.
    pub(super) fn go_to_view(&mut self, kind: ListKind, name: &str, chord: Chord) -> Vec<Effect> {
        let mut views = self.views.of(kind).views.iter();
        let Some(view) = views.find(|view| view.name == name).cloned() else {
            return Vec::new();
        };
        if self.leaving_since.is_none() {
            self.notice = None;
        }
        let effects = if self.screen().kind() == Some(kind) {
            Vec::new()
        } else {
            self.open_list(kind, chord)
        };
        // Where its members cannot be seen, or it is being deleted, something else of a workspace is shown, which says so.
        if self.screen().kind() == Some(kind) {
            self.show_view(&view);
        }
        effects
    }

    fn open_list(&mut self, kind: ListKind, chord: Chord) -> Vec<Effect> {
        let shows = |what| Action::Show(what);
        let action = match kind {
            ListKind::Workspaces => return press::leave_all(self),
            ListKind::Members => {
                let workspace = self.workspace().cloned();
                return workspace.map_or_else(Vec::new, |workspace| press::open(self, workspace));
            }
            ListKind::Resources => shows(Shows::Resources),
            ListKind::Grants => shows(Shows::Audit(Mode::List)),
            ListKind::Matrix => shows(Shows::Audit(Mode::Matrix)),
            ListKind::Findings => shows(Shows::Audit(Mode::Findings)),
            ListKind::People => shows(Shows::Audit(Mode::Principals)),
            ListKind::Principal => shows(Shows::Principal),
            ListKind::Contexts => Action::Go(ConnectionKey::Contexts),
            ListKind::Activity => shows(Shows::Activity),
            ListKind::Everybody => shows(Shows::Everybody),
        };
        press::act(self, action, chord)
    }

    /// Says what a digit has sorted by, where fewer columns are seen than are counted.
    pub(super) fn say_what_was_counted(&mut self, number: u8, order: &str) {
        let kind = self.screen().kind();
        if kind.is_some_and(|kind| self.columns.is_seen_otherwise(kind, usize::from(number))) {
            let text = format!("{number} sorts by {order}: columns without room count, too");
            self.say(Tone::Success, &text);
        }
    }
}
