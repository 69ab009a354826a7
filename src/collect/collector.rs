//! Where what is read comes together, and from where reports of it go out.
//!
//! Freezing and judging hundreds of thousands of grants takes a while: it is done on a thread of its own, and not more
//! often than it is worth.

use super::{Collected, End, Heard, Options, Parts};
use crate::api::{self, BindingPage, Error, ErrorKind, Page};
use crate::audit::coverage::{AsOf, Coverage, Method, PerhapsHeld, Progress, Tally};
use crate::audit::{Builder, Origin, Reading, Report, Snapshot};
use crate::background::blocking;
use crate::domain::binding::{Binding, HeldThen, Touch};
use crate::domain::ids::WorkspaceName;
use crate::domain::member::{Member, Roster};
use crate::domain::text::{SafeText, counted};
use crate::domain::workspace::Workspace;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a report of what is known so far goes out, at most.
const BETWEEN_PARTS: Duration = Duration::from_millis(250);
/// How many times longer than making a report it takes until the next one is made.
const WORTH_A_PART: u32 = 20;
/// How many names a warning lists.
const MOST_NAMES: usize = 20;

pub(super) struct Collector<'h> {
    pub(super) options: Options,
    builder: Builder,
    origin: Origin,
    coverage: Coverage,
    hear: &'h mut (dyn FnMut(Heard) + Send),
    /// Workspaces that are read.
    n_wanted: usize,
    /// Those whose members were asked for and answered in some way.
    n_answered: usize,
    /// Those that role bindings speak of and the list has not named yet: taken for listed until it is complete.
    unlisted: HashSet<WorkspaceName>,
    /// Those that were deleted while they were read.
    gone: Vec<WorkspaceName>,
    /// Rows that are no role bindings.
    n_odd: usize,
    /// How many members were read workspace by workspace, and how many bytes what is kept of them has; and the most of both,
    /// as for lists.
    n_members: usize,
    n_bytes: usize,
    most_members: usize,
    most_bytes: usize,
    /// Which list did not come to an end, if one did not.
    endless: Option<SafeText>,
    /// What was perhaps held at the moment that is asked about.
    perhaps: Vec<PerhapsHeld>,
    next_part: Option<Instant>,
}

impl<'h> Collector<'h> {
    pub(super) fn new(
        origin: Origin,
        options: Options,
        limits: &api::Limits,
        hear: &'h mut (dyn FnMut(Heard) + Send),
    ) -> Self {
        let mut coverage = Coverage::nothing(Method::Members);
        coverage.is_limited_to_caller = !origin.is_platform_admin;
        Self {
            builder: builder(&origin, &options),
            options,
            origin,
            coverage,
            hear,
            n_wanted: 0,
            n_answered: 0,
            unlisted: HashSet::new(),
            gone: Vec::new(),
            n_odd: 0,
            n_members: 0,
            n_bytes: 0,
            most_members: limits.bindings,
            most_bytes: limits.list,
            endless: None,
            perhaps: Vec::new(),
            next_part: None,
        }
    }

    /// Takes note that role bindings are being read.
    pub(super) fn reads_bindings(&mut self) {
        self.coverage.method = Method::Bindings;
        self.coverage.bindings = Some(Tally::default());
        self.coverage.has_history = self.options.has_history;
    }

    /// Returns whether any role bindings have come.
    pub(super) fn has_bindings(&self) -> bool {
        self.coverage.bindings.is_some_and(|tally| tally.n_pages > 0)
    }

    /// Forgets what was read: the role bindings cannot be, and the members are read instead.
    pub(super) fn begin_again(&mut self, refusal: &Error) {
        self.builder = builder(&self.origin, &self.options);
        self.unlisted.clear();
        self.n_wanted = 0;
        let mut coverage = Coverage::nothing(Method::Members);
        coverage.is_limited_to_caller = !self.origin.is_platform_admin;
        let is_refused = matches!(refusal.kind(), ErrorKind::Forbidden | ErrorKind::NotFound);
        if !is_refused || self.origin.is_platform_admin {
            coverage.warnings.push(SafeText::new(&format!(
                "{refusal}; the members of each workspace were read instead"
            )));
        }
        self.coverage = coverage;
    }

    /// Takes a page of workspaces, and returns those that are read.
    pub(super) fn take_workspaces(&mut self, page: Page<Workspace>) -> Vec<WorkspaceName> {
        tally(&mut self.coverage.workspaces, page.n_read, page.n_total, page.coverage);
        if page.coverage == api::Coverage::Unproven {
            self.warn("the list of workspaces kept changing while it was read: some may be missing");
        }
        if page.coverage == api::Coverage::Endless {
            self.note_endless("list of workspaces", &counted(page.n_read, "workspace"));
        }
        let mut names = Vec::with_capacity(page.rows.len());
        for workspace in page.rows {
            if self.options.reads(&workspace.name) && self.was_there(&workspace) {
                self.unlisted.remove(&workspace.name);
                self.builder.add_workspace(&workspace);
                names.push(workspace.name);
            }
        }
        self.n_wanted += names.len();
        names
    }

    /// Takes a page of role bindings with their dates: what was held at the moment that is asked about is taken as held.
    pub(super) fn take_touches(&mut self, page: BindingPage<Touch>) {
        let Some(at) = self.options.as_of else { return };
        let BindingPage {
            rows,
            n_odd,
            n_read,
            n_total,
            coverage,
        } = page;
        let mut held = Vec::with_capacity(rows.len());
        for touch in rows {
            let then = touch.held_at(at);
            let binding = Binding {
                revoked_at: None,
                ..touch.binding
            };
            match then {
                HeldThen::Yes => held.push(binding),
                HeldThen::CannotTell(why) if self.options.wants(&binding.workspace) => {
                    self.perhaps.push(PerhapsHeld {
                        workspace: binding.workspace,
                        principal: binding.principal,
                        role: binding.role,
                        why: why.in_words(),
                    });
                }
                HeldThen::No | HeldThen::CannotTell(_) => {}
            }
        }
        self.take_bindings(BindingPage {
            rows: held,
            n_odd,
            n_read,
            n_total,
            coverage,
        });
    }

    /// Returns whether a workspace was there at the moment that is asked about.
    fn was_there(&self, workspace: &Workspace) -> bool {
        let made = self.options.as_of.zip(workspace.created_at);
        made.is_none_or(|(at, created_at)| created_at <= at)
    }

    /// Takes a page of role bindings.
    pub(super) fn take_bindings(&mut self, page: BindingPage) {
        let known = self.coverage.bindings.get_or_insert_default();
        tally(known, page.n_read, page.n_total, page.coverage);
        self.n_odd += page.n_odd;
        if page.coverage == api::Coverage::Unproven {
            self.warn("the role bindings kept changing while they were read: some may be missing or gone");
        }
        if page.coverage == api::Coverage::Endless {
            self.note_endless("list of role bindings", &counted(page.n_read, "role binding"));
        }
        for binding in page.rows {
            if self.options.reads(&binding.workspace) {
                self.builder.add_binding(binding);
            }
        }
        self.tell_progress(page.n_read, Some(page.n_total));
    }

    /// Takes what came of the question for the members of a workspace.
    pub(super) fn take_members(&mut self, workspace: WorkspaceName, answer: Result<Roster, Error>) {
        match answer {
            Ok(roster) => {
                self.n_members += roster.members().len();
                self.n_bytes += roster.members().iter().map(n_bytes).sum::<usize>();
                self.builder.add_roster(&workspace, &roster);
                if self.n_members >= self.most_members || self.n_bytes >= self.most_bytes {
                    let read = counted(self.n_members, "member");
                    self.note_endless("number of members", &read);
                }
            }
            Err(error) if *error.kind() == ErrorKind::Forbidden => self.builder.mark(&workspace, Reading::Denied),
            Err(error) if *error.kind() == ErrorKind::NotFound => {
                self.builder.forget(&workspace);
                self.gone.push(workspace);
            }
            Err(error) => {
                let why = SafeText::new(&error.to_string());
                self.builder.mark(&workspace, Reading::Failed(why));
            }
        }
        self.n_answered += 1;
        let n_all = match self.coverage.workspaces.n_total {
            Some(n_total) if self.options.workspaces.is_none() => n_total.max(self.n_wanted),
            Some(_) | None => self.n_wanted,
        };
        self.tell_progress(self.n_answered, Some(n_all));
    }

    /// Takes note that every role binding has come.
    pub(super) fn has_all_bindings(&mut self) {
        // Nobody but a platform admin could have read them.
        self.origin.is_platform_admin = true;
        self.coverage.is_limited_to_caller = false;
        for name in self.unlisted.drain() {
            self.builder.forget(&name);
        }
        self.builder.mark_all_read();
        let unlisted = self.builder.unlisted();
        self.warn_of(
            &unlisted,
            "not on the list (being deleted, or created meanwhile), role bindings left out",
        );
    }

    fn note_endless(&mut self, what: &str, read: &str) {
        let text = format!("the {what} does not end: stopped after {read}");
        self.endless.get_or_insert_with(|| SafeText::new(&text));
    }

    /// Returns which list does not come to an end, if one does not.
    pub(super) fn endless(&self) -> Option<SafeText> {
        self.endless.clone()
    }

    fn tell_progress(&mut self, n_done: usize, n_all: Option<usize>) {
        (self.hear)(Heard::Progress(Progress { n_done, n_all }));
    }

    fn warn(&mut self, words: &str) {
        self.coverage.warnings.push(SafeText::new(words));
    }

    fn warn_of(&mut self, workspaces: &[WorkspaceName], what: &str) {
        if workspaces.is_empty() {
            return;
        }
        let names: Vec<String> = workspaces
            .iter()
            .take(MOST_NAMES)
            .map(|name| name.shown().to_string())
            .collect();
        let more = match workspaces.len() - names.len() {
            0 => String::new(),
            n => format!(" and {n} more"),
        };
        let n = counted(workspaces.len(), "workspace");
        self.warn(&format!("{n} {what}: {}{more}", names.join(", ")));
    }

    /// Hands out a report of what is known so far, if it is time for one.
    pub(super) async fn hand_out(&mut self) {
        let is_worth_it = self.n_answered > 0 || self.has_bindings();
        let began = Instant::now();
        if self.options.parts == Parts::Unwanted || !is_worth_it || self.next_part.is_some_and(|at| began < at) {
            return;
        }
        let empty = Builder::new(self.origin.clone());
        let builder = std::mem::replace(&mut self.builder, empty);
        let (coverage, origin) = (self.coverage.clone(), self.origin.clone());
        let (policy, ended_at) = (Arc::clone(&self.options.policy), (self.options.clock)());
        let (builder, unlisted, report) = blocking(move || {
            let (mut builder, mut unlisted) = (builder, Vec::new());
            // The list begins with the newest workspaces and the bindings with the oldest, so that in the beginning neither
            // speaks of the other's.
            if !coverage.workspaces.is_complete {
                unlisted = builder.unlisted();
            }
            for name in &unlisted {
                builder.add_workspace(&Workspace::known_by_name(name.clone()));
            }
            let mut snapshot = builder.freeze(coverage, ended_at);
            snapshot.origin.is_platform_admin = origin.is_platform_admin;
            (builder, unlisted, Report::new(snapshot, policy))
        })
        .await;
        self.builder = builder;
        self.unlisted.extend(unlisted);
        (self.hear)(Heard::Part(Arc::new(report)));
        let pause = BETWEEN_PARTS.max(began.elapsed() * WORTH_A_PART);
        self.next_part = Some(Instant::now() + pause);
    }

    /// Hands out the last report and says what came of the reading.
    pub(super) async fn finish(mut self, end: End) -> Collected {
        self.coverage.stopped = match &end {
            End::Read => None,
            End::Stopped => Some(SafeText::new("interrupted")),
            End::Endless(why) => Some(why.clone()),
            End::Failed(error) => Some(SafeText::new(&error.to_string())),
        };
        if self.coverage.workspaces.n_pages == 0 {
            return Collected { report: None, end };
        }
        if self.n_odd > 0 {
            let rows = counted(self.n_odd, "role binding");
            self.warn(&format!("{rows} without a principal, a role or a workspace: left out"));
        }
        if self.options.has_history && !self.coverage.has_history {
            self.warn("revoked grants were asked for and could not be read; only platform admins can read them");
        }
        if let Some(at) = self.options.as_of {
            let mut perhaps = std::mem::take(&mut self.perhaps);
            perhaps.sort();
            self.coverage.as_of = Some(AsOf { at, perhaps });
            self.warn("workspaces that were deleted since are missing, with everything that was held in them");
        }
        let gone = std::mem::take(&mut self.gone);
        self.warn_of(&gone, "deleted meanwhile, left out");
        let judged_by = self.options.judged_by();
        let (ended_at, policy) = ((self.options.clock)(), self.options.policy);
        let (builder, coverage, origin) = (self.builder, self.coverage, self.origin);
        let report = blocking(move || {
            let mut snapshot = builder.finish(coverage, ended_at);
            if judged_by.is_some_and(|name| is_refused(&snapshot, &name)) {
                snapshot.coverage.warnings.push(SafeText::new(
                    "the members of 'system' could not be read, so the platform admins are not known",
                ));
            }
            snapshot.origin.is_platform_admin = origin.is_platform_admin;
            Arc::new(Report::new(snapshot, policy))
        })
        .await;
        (self.hear)(Heard::Part(Arc::clone(&report)));
        Collected {
            report: Some(report),
            end,
        }
    }
}

/// Returns how many bytes there are of what is kept of a member: a hostile one is long in any of its parts.
fn n_bytes(member: &Member) -> usize {
    let roles = member.roles.iter().map(|role| role.raw().len());
    member.principal.raw().len() + member.granted_by.as_ref().map_or(0, String::len) + roles.sum::<usize>()
}

/// Returns a builder that has read nothing yet.
fn builder(origin: &Origin, options: &Options) -> Builder {
    let builder = Builder::new(origin.clone());
    match options.judged_by() {
        Some(workspace) => builder.judging_by(workspace),
        None => builder,
    }
}

/// Returns whether the members of `workspace` were asked for in vain.
fn is_refused(snapshot: &Snapshot, workspace: &WorkspaceName) -> bool {
    snapshot
        .unreadable()
        .any(|(_, unreadable)| unreadable.name == *workspace)
}

fn tally(known: &mut Tally, n_read: usize, n_total: usize, coverage: api::Coverage) {
    *known = Tally {
        n_pages: known.n_pages + 1,
        n_read,
        n_total: Some(n_total),
        is_complete: coverage == api::Coverage::Complete,
    };
}
