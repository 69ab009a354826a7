//! The contexts of the config file of the platform's CLI.

use super::languages;
use super::state::{Freshness, Known, ScreenState, Source, Title, counts, has_a_list};
use crate::app::columns::ListKind;
use crate::app::equivalent::Equivalent;
use crate::app::filter::{self, Filter, Hear, Words, hear_both};
use crate::app::keymap::Context;
use crate::app::list::{Compared, List, Sort, SortColumn};
use crate::app::msg::Query;
use crate::app::remote::Remote;
use crate::app::time;
use crate::app::waits::Wait;
use crate::domain::context::{ContextInfo, ContextName, Contexts, Login};
use crate::domain::query::Asks;
use crate::domain::text::{self, CopyProblem, SafeText};
use jiff::Timestamp;
use std::ops::ControlFlow;

/// What this screen remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The contexts as last read.
    pub known: Remote<Contexts>,
    /// The rows.
    pub list: List<ContextName>,
    /// The filter.
    pub filter: Filter,
    /// The order.
    pub sort: Sort<SortKey>,
}

/// The columns that can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortKey {
    /// As the file has them.
    #[default]
    File,
    /// The name.
    Name,
    /// The address.
    Server,
    /// Whom the token names.
    User,
    /// When the token ends, the soonest first.
    Token,
}

impl SortColumn for SortKey {
    const ALL: &'static [Self] = &[Self::File, Self::Name, Self::Server, Self::User, Self::Token];

    fn label(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Name => "name",
            Self::Server => "server",
            Self::User => "user",
            Self::Token => "token",
        }
    }
}

impl State {
    /// Returns every context, in the order of the file.
    pub fn all(&self) -> &[ContextInfo] {
        self.known.value().map_or(&[], |known| &known.contexts)
    }

    /// Returns the context called `name`.
    pub fn find(&self, name: &ContextName) -> Option<&ContextInfo> {
        self.all().iter().find(|context| context.name == *name)
    }

    /// Returns the context under the cursor.
    pub fn selected(&self) -> Option<&ContextInfo> {
        self.find(self.list.selected()?)
    }
}

impl ScreenState for State {
    fn keys(&self) -> &'static [Context] {
        &[Context::Contexts, Context::List, Context::Screen, Context::Always]
    }

    fn kind(&self) -> Option<ListKind> {
        Some(ListKind::Contexts)
    }

    fn title(&self, _: &Known<'_>) -> Title {
        let is_known = self.known.value().is_some();
        let counts = counts(self.list.rows().len(), is_known.then_some(self.all().len()));
        let order = is_known.then(|| self.sort.told());
        Title::new(format!("Contexts{counts}")).sorted(order)
    }

    fn equivalent(&self, known: &Known<'_>, out: &mut Equivalent) {
        let grammar = known.session.grammar();
        if let Some(name) = self.list.selected() {
            let what = format!("make '{}' the current context", name.shown());
            out.add(&what, grammar.use_context(name.raw()));
        } else if self.known.is_loading() {
            out.wait("still loading the contexts");
        }
        out.add("show who is logged in", grammar.who_am_i());
    }

    has_a_list!(sorted);

    fn says<'a>(&'a self, known: &Known<'a>) -> Words<'a> {
        let selected = self.selected().filter(|_| self.filter.is_active());
        let in_use = known.session.context_in_use();
        let words = |context: &'a ContextInfo| {
            filter::words(|hear| tell(context, in_use == Some(&context.name), known.now, hear))
        };
        selected.map(words).unwrap_or_default()
    }

    fn select_best_match(&mut self, height: usize) {
        self.filter.select_best(&mut self.list, height, ContextName::raw);
    }

    fn to_copy(&self, _: &Known<'_>) -> Vec<Result<SafeText, CopyProblem>> {
        let selected = self.list.selected().into_iter();
        selected.map(|name| SafeText::to_copy(name.raw())).collect()
    }

    fn freshness<'a>(&'a self, _: &Known<'a>) -> Option<Freshness<'a>> {
        let (as_of, failure) = self.known.as_of().zip(self.known.failure())?;
        Some(Freshness::stale(as_of, "refresh failed", failure))
    }

    fn is_waiting(&self, _: &Known<'_>) -> bool {
        self.known.is_loading() && self.known.value().is_none()
    }

    fn awaits(&self, wait: &Wait) -> bool {
        *wait == Wait::Read(Query::Contexts)
    }

    fn source(&self) -> Source<'_> {
        Source::Contexts
    }

    fn rebuild(&mut self, known: &Known<'_>, height: usize) {
        let (in_use, now) = (known.session.context_in_use(), known.now);
        let all: Vec<&ContextInfo> = self
            .known
            .value()
            .map_or(&[][..], |known| &known.contexts)
            .iter()
            .collect();
        let is_in_use = |context: &ContextInfo| in_use == Some(&context.name);
        let filter = &mut self.filter;
        let mut rows = filter.keep(
            all,
            languages::CONTEXTS,
            now,
            |context, hear| tell(context, is_in_use(context), now, hear),
            fits,
        );
        self.sort.sort(&mut rows, |key, a, b| compare(key, a, b));
        let rows = rows.into_iter().map(|context| context.name.clone()).collect();
        self.list.set_rows(rows, height);
    }
}

/// Tells what the row of a context says, in every column.
fn tell<'a>(context: &'a ContextInfo, is_in_use: bool, now: Timestamp, hear: &mut Hear<'_, 'a>) -> ControlFlow<()> {
    let marks = [("in use", is_in_use), ("current", context.is_current)];
    let marks: Vec<&str> = marks.iter().filter(|(_, is)| *is).map(|(word, _)| *word).collect();
    hear("name", context.name.raw().into())?;
    let marked = format!("{} [{}]", context.name.shown(), marks.join(", "));
    hear("name", marked.into())?;
    if let Some(word) = context.known_by() {
        hear("word", String::from(word).into())?;
    }
    hear("token", login_in_words(&context.login, now).into())?;
    hear("server", context.server.as_str().into())?;
    if let Some(user) = &context.user {
        hear("user", user.as_str().into())?;
    }
    if let Some(workspace) = &context.workspace {
        hear_both("workspace", workspace.raw(), text::LONGEST, hear)?;
    }
    if context.read_only.is_some() {
        // The heading of the column says of what.
        hear("read-only", "yes".into())?;
        hear("read-only", "read-only".into())?;
    }
    ControlFlow::Continue(())
}

/// Returns whether a context is what a word with a key asks for: whom its token names, its default workspace.
fn fits(context: &ContextInfo, asks: &Asks) -> bool {
    if let Asks::Who(name) = asks {
        return context.user.as_ref().is_some_and(|user| name.fits(user.as_str()));
    }
    matches!(asks, Asks::Workspace(name) if context.workspace.as_ref().is_some_and(|it| name.fits(it.raw())))
}

/// Returns what a login is worth by now: `expires in 25 min, renews itself`.
pub fn login_in_words(login: &Login, now: Timestamp) -> String {
    let (expires_at, is_renewable) = match login {
        Login::Nobody => return "not logged in".to_owned(),
        Login::Token {
            expires_at,
            is_renewable,
        } => (*expires_at, *is_renewable),
    };
    let left = expires_at.map(|at| time::left(at, now));
    match (left, is_renewable) {
        (None, false) => "no expiry".to_owned(),
        (None, true) => "no expiry, renews itself".to_owned(),
        (Some(None), false) => "expired".to_owned(),
        (Some(None), true) => "expired, renews itself".to_owned(),
        (Some(Some(left)), false) => format!("expires {left}"),
        // It is renewed before it expires, so the end of this one matters little.
        (Some(Some(left)), true) => format!("renews {left}"),
    }
}

fn compare(key: SortKey, a: &ContextInfo, b: &ContextInfo) -> Option<Compared> {
    Some(match key {
        // As they stand.
        SortKey::File => return None,
        SortKey::Name => a.name.cmp(&b.name).into(),
        SortKey::Server => a.server.as_str().cmp(b.server.as_str()).into(),
        SortKey::User => Compared::of(user(a), user(b)),
        SortKey::Token => Compared::of(end(&a.login), end(&b.login)),
    })
}

fn user(context: &ContextInfo) -> Option<&str> {
    context.user.as_ref().map(SafeText::as_str)
}

/// What has no end comes behind all that has one.
fn end(login: &Login) -> Option<(bool, Option<Timestamp>)> {
    match login {
        Login::Token { expires_at, .. } => Some((expires_at.is_none(), *expires_at)),
        Login::Nobody => None,
    }
}
