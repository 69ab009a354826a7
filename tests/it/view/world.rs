//! A small organisation, and how a well-behaved platform answers about it.

use crate::audit_given;
use crate::connector::Connector;
use crate::platform::{files_in, rows_of};
use crate::review_given;
use jiff::Timestamp;
use nmp_console::app::audit::Heard;
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::app::inventory::{Counted, Inventory};
use nmp_console::app::msg::Activity;
use nmp_console::app::msg::{Answer, ChangeTarget, Extent, Found, Inspection, Known, Query, ResourcePage};
use nmp_console::domain::activity::Record;
use nmp_console::domain::binding::{Binding, Touches};
use nmp_console::domain::deletion::Status;
use nmp_console::domain::identity::Identity;
use nmp_console::domain::ids::{Principal, ResourceName, WorkspaceName};
use nmp_console::domain::member::{Member, Roster};
use nmp_console::domain::platform::{Allowed, Generation, ServerInfo, Support};
use nmp_console::domain::resource::{Resource, ResourceKind, Tally};
use nmp_console::domain::role::Role;
use nmp_console::domain::text::SafeText;
use nmp_console::domain::workspace::{CallerAccess, Workspace};
use std::sync::Arc;

pub(super) const NOW: i64 = 1_795_428_131; // 2026-11-23T10:02:11Z

/// Everything the platform knows.
#[derive(Clone)]
pub(super) struct World {
    pub(super) info: ServerInfo,
    pub(super) workspaces: Vec<Place>,
    /// The config file and whoever vouches for logins.
    pub(super) connector: Connector,
    /// Kinds that this platform has no service for.
    pub(super) absent: Vec<ResourceKind>,
    /// Kinds whose service fails.
    pub(super) failing: Vec<ResourceKind>,
    /// What is told of the deletions under way.
    pub(super) dying: Vec<(WorkspaceName, Status)>,
    /// What stands in the journal, the newest first.
    pub(super) journal: Arc<[Record]>,
    /// The rows that were touched last.
    pub(super) touched: Touches,
    /// What the file says that a plan is made from.
    pub(super) wishes: String,
}

/// One workspace with all that is in it.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) workspace: Workspace,
    pub(super) caller_access: CallerAccess,
    pub(super) roster: Result<Roster, Failure>,
    pub(super) things: Vec<Resource>,
}

pub(super) fn ago(seconds: i64) -> Timestamp {
    Timestamp::from_second(NOW - seconds).unwrap()
}

pub(super) const HOUR: i64 = 3_600;
pub(super) const DAY: i64 = 86_400;

pub(super) fn member(principal: &str, roles: &[&str], granted: i64) -> Member {
    Member {
        principal: Principal::from_platform(principal),
        roles: roles.iter().map(|raw| Role::from_platform(raw)).collect(),
        granted_at: Some(ago(granted)),
        granted_by: Some("alice@example.com".to_owned()),
    }
}

/// What somebody had once: everybody was Editor of `retired-lab` for a week.
fn history(principal: &Principal) -> Vec<Binding> {
    vec![Binding {
        principal: principal.clone(),
        workspace: WorkspaceName::from_platform("retired-lab"),
        role: Role::Editor,
        granted_at: Some(ago(60 * DAY)),
        granted_by: Some("carol@example.com".to_owned()),
        revoked_at: Some(ago(53 * DAY)),
        created_at: Some(ago(60 * DAY)),
    }]
}

pub(super) fn place(name: &str, description: &str, updated: i64) -> Place {
    Place {
        workspace: Workspace {
            id: format!("workspace-{name}"),
            name: WorkspaceName::from_platform(name),
            description: (!description.is_empty()).then(|| description.to_owned()),
            created_at: Some(ago(300 * DAY)),
            created_by: Some("alice@example.com".to_owned()),
            updated_at: Some(ago(updated)),
            updated_by: Some("alice@example.com".to_owned()),
        },
        caller_access: CallerAccess::Holds(Role::Admin),
        roster: Ok(Roster::new(vec![
            member("alice@example.com", &["Admin"], 300 * DAY),
            member("bob@example.com", &["Admin"], 20 * DAY),
            member("carol@example.com", &["Viewer"], 3 * HOUR),
        ])),
        things: Vec::new(),
    }
}

impl Place {
    pub(super) fn with(mut self, members: Vec<Member>) -> Self {
        self.roster = Ok(Roster::new(members));
        self
    }

    pub(super) fn holding(self, projects: &[&str]) -> Self {
        self.with_things(ResourceKind::Project, projects)
    }

    pub(super) fn with_things(mut self, kind: ResourceKind, names: &[&str]) -> Self {
        self.things.extend(names.iter().map(|name| Resource {
            kind,
            name: ResourceName::from_platform(*name),
            id: Some(format!("{}-{name}", kind.noun())),
            project: None,
            description: None,
            state: None,
            created_at: Some(ago(DAY)),
            updated_at: Some(ago(DAY)),
        }));
        self
    }

    pub(super) fn known_as(mut self, caller_access: CallerAccess) -> Self {
        self.caller_access = caller_access;
        self
    }

    /// As it is for somebody who is only this here.
    pub(super) fn seen_by(mut self, role: Role) -> Self {
        self.caller_access = CallerAccess::Holds(role);
        self.roster = Err(forbidden());
        self
    }
}

pub(super) fn failure(kind: FailureKind, headline: &str, said: &str, next: &str) -> Failure {
    Failure {
        headline: SafeText::new(headline),
        said: (!said.is_empty()).then(|| SafeText::new(said)),
        next: SafeText::new(next),
        kind,
    }
}

pub(super) fn forbidden() -> Failure {
    failure(
        FailureKind::Forbidden,
        "cannot list the members: the platform does not allow it, or there is no such thing",
        "Forbidden: members.list",
        "You need Admin here to see members; if you had it, you or the workspace were removed.",
    )
}

pub(super) fn down() -> Failure {
    failure(
        FailureKind::NeverSent,
        "cannot list the workspaces: nothing is listening at the address",
        "",
        "Check the port in the address and whether the platform is running.",
    )
}

pub(super) fn expired() -> Failure {
    failure(
        FailureKind::Unauthorized,
        "cannot list the workspaces: the platform does not accept the credentials",
        "Invalid or expired token",
        "Log in again with the platform's CLI (auth login), then retry.",
    )
}

pub(super) fn web_page() -> Failure {
    failure(
        FailureKind::Other,
        "cannot list the workspaces: a web page answered instead of the platform",
        "<html><title>Sign in</title>",
        "Check the address: a login page or another web server answers there.",
    )
}

pub(super) fn last_admin() -> Failure {
    failure(
        FailureKind::LastAdmin,
        "cannot change the roles of bob@example.com: it would leave the workspace without an Admin",
        "Cannot remove the last Admin from workspace 'solo'",
        "Add another Admin first, then try again.",
    )
}

pub(super) fn lost() -> Failure {
    failure(
        FailureKind::OutcomeUnknown,
        "cannot change the roles: no answer came after it was sent",
        "",
        "Check whether it was applied before you try again.",
    )
}

/// The members of `ml-team`: one of every sort.
pub(super) fn ml_team() -> Vec<Member> {
    vec![
        member("alice@example.com", &["Admin"], 300 * DAY),
        member("bob@example.com", &["Admin"], 20 * DAY),
        member("carol@example.com", &["Editor"], 3 * HOUR),
        member("dave@example.com", &["Viewer", "JobRunner"], 5 * 60),
        member("ml-leads", &["Editor"], 40 * DAY),
        member("service-account:ci-runner", &["Editor", "JobRunner"], 2 * DAY),
        member("*", &["Viewer"], 200 * DAY),
        member("田中太郎@example.co.jp", &["Viewer"], 10),
        member("\u{430}lice@example.com", &["Viewer"], 12 * DAY),
        member("team/vision", &["Viewer"], 90 * DAY),
    ]
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            info: ServerInfo {
                version: Some(SafeText::new("0.8.1")),
                generation: Generation::Helix,
                is_auth_enabled: true,
                identity: Identity {
                    subject: Some("0a1b2c".to_owned()),
                    email: Some("alice@example.com".to_owned()),
                    groups: vec!["ml-leads".to_owned()],
                    is_confirmed: true,
                    is_platform_admin: false,
                },
                platform_admin: Allowed::No,
                may_create: Allowed::Yes,
                deletion_status: Support::Yes,
                health: Some(SafeText::new("healthy")),
            },
            workspaces: vec![
                place("ml-team", "Machine learning team workspace: training runs, evaluation sets and the models that serve production traffic", 2 * HOUR)
                    .with(ml_team())
                    .holding(&["ranking", "speech", "vision"]),
                place("ml-shared", "Shared datasets", 26 * HOUR).seen_by(Role::Viewer),
                place("default", "", 300 * DAY).seen_by(Role::Editor),
                place("solo", "One person's playground", 40 * 60).with(vec![
                    member("bob@example.com", &["Admin"], 9 * DAY),
                    member("alice@example.com", &["Viewer"], 8 * DAY),
                ]),
                place("orphaned", "Nobody is left in charge", 3 * DAY)
                    .with(vec![member("dave@example.com", &["Viewer"], 3 * DAY)])
                    .known_as(CallerAccess::Unknown),
                place("payments-fraud-detection-experiments-2026", "Long names are cut, not wrapped", 30),
                place("open-lab", "Everybody writes here", 12 * DAY).with(vec![
                    member("alice@example.com", &["Admin"], 12 * DAY),
                    member("bob@example.com", &["Admin"], 12 * DAY),
                    member("*", &["Editor"], 12 * DAY),
                ]),
                place("research-nlp", "言語処理の研究 🚀 natural language", 45 * DAY),
            ],
            absent: vec![
                ResourceKind::GuardrailConfig,
                ResourceKind::VirtualModel,
                ResourceKind::Experiment,
            ],
            failing: Vec::new(),
            dying: Vec::new(),
            journal: Arc::default(),
            touched: Touches::default(),
            wishes: String::new(),
            connector: Connector::at(ago(0)),
        }
    }

    /// As many workspaces as asked for.
    pub(super) fn of(n: i64) -> Self {
        let workspaces = (0..n).map(|i| place(&format!("workspace-{i:04}"), "one of many", 60 * i));
        Self {
            workspaces: workspaces.collect(),
            ..Self::new()
        }
    }

    pub(super) fn find(&mut self, name: &str) -> &mut Place {
        self.workspaces
            .iter_mut()
            .find(|place| place.workspace.name.raw() == name)
            .expect("a known workspace")
    }

    /// Replaces the members of a workspace.
    pub(super) fn members(&mut self, name: &str, members: Vec<Member>) {
        self.find(name).roster = Ok(Roster::new(members));
    }

    fn tally(&self, place: &Place, kind: ResourceKind) -> Result<Tally, Failure> {
        if self.failing.contains(&kind) {
            let headline = format!(
                "cannot list the {} of '{}': the platform is not available (503)",
                kind.plural(),
                place.workspace.name.shown()
            );
            return Err(failure(FailureKind::Unreachable, &headline, "", "Try again shortly."));
        }
        if self.absent.contains(&kind) {
            return Ok(Tally::NotInstalled);
        }
        Ok(Tally::Number(
            place.things.iter().filter(|thing| thing.kind == kind).count(),
        ))
    }

    fn page(&self, place: &Place, kind: ResourceKind) -> Result<Option<ResourcePage>, Failure> {
        Ok(match self.tally(place, kind)? {
            Tally::NotInstalled => None,
            Tally::Number(n) => Some(ResourcePage {
                rows: place
                    .things
                    .iter()
                    .filter(|thing| thing.kind == kind)
                    .cloned()
                    .collect(),
                n_total: Some(n),
            }),
        })
    }

    /// Returns the answers to a question, in their order.
    #[expect(clippy::too_many_lines, reason = "one arm for each question")]
    pub(super) fn answers(&self, query: &Query) -> Vec<Answer> {
        let find = |name: &WorkspaceName| self.workspaces.iter().find(|place| place.workspace.name == *name);
        let contents = |place: &Place, kinds: &[ResourceKind]| {
            let counted = |kind: &ResourceKind| Counted {
                kind: *kind,
                tally: self.tally(place, *kind),
            };
            Box::new(Inventory {
                workspace: place.workspace.clone(),
                roster: place.roster.clone(),
                counts: kinds.iter().map(counted).collect(),
            })
        };
        let gone = || failure(FailureKind::NotFound, "it is gone", "", "Refresh.");
        match query {
            Query::Server => vec![Answer::Server(Box::new(Ok(self.info.clone())))],
            Query::Workspaces => vec![
                Answer::Page {
                    workspaces: self.workspaces.iter().map(|place| place.workspace.clone()).collect(),
                    total: self.workspaces.len(),
                },
                Answer::Listed(Ok(Extent::ToTheEnd)),
            ],
            Query::Inspect { workspace, .. } => {
                let inspection = find(workspace).ok_or_else(gone).map(|place| Inspection {
                    caller_access: place.caller_access.clone(),
                    roster: place.roster.clone(),
                });
                vec![Answer::Inspected(workspace.clone(), inspection)]
            }
            Query::Inventory(workspace, kinds) => {
                let inventory = find(workspace).ok_or_else(gone).map(|place| contents(place, kinds));
                vec![Answer::Inventory(workspace.clone(), inventory)]
            }
            Query::Resources { workspace, kind, .. } => vec![Answer::Resources(
                workspace.clone(),
                *kind,
                find(workspace)
                    .ok_or_else(gone)
                    .and_then(|place| self.page(place, *kind)),
            )],
            Query::Plan(_, info) => {
                let places = self.workspaces.iter();
                let places = places.map(|place| (&place.workspace, place.roster.clone()));
                let report = audit_given::report(NOW, places);
                vec![review_given::planned(&self.wishes, &report, info)]
            }
            Query::Audit(..) => {
                let places = self.workspaces.iter();
                let places = places.map(|place| (&place.workspace, place.roster.clone()));
                let report = audit_given::report(NOW, places);
                vec![Answer::Audit(Heard::End(Some(report), None))]
            }
            Query::Touched => vec![Answer::Touched(Ok(self.touched.clone()))],
            Query::History(principal) => vec![Answer::History(principal.clone(), Ok(history(principal)))],
            Query::Deletion(workspace) => {
                let told = self.dying.iter().find(|(name, _)| name == workspace);
                let known = told.map_or(Known::NoneToSee, |(_, status)| Known::UnderWay(status.clone()));
                vec![Answer::Deletion(workspace.clone(), Ok(known))]
            }
            Query::Activity => vec![Answer::Activity(Ok(Activity {
                records: Arc::clone(&self.journal),
                is_more: false,
                cut_plans: std::collections::BTreeSet::new(),
            }))],
            Query::Folder(folder) => vec![Answer::Folder(folder.clone(), Ok(files_in(folder)))],
            Query::Contexts | Query::Ways(_) => self.connector.read(query).into_iter().collect(),
            Query::Target(ChangeTarget::Members(workspace)) => vec![Answer::Found(
                find(workspace)
                    .ok_or_else(gone)
                    .and_then(|place| place.roster.clone())
                    .map(Found::Members),
            )],
            Query::Target(ChangeTarget::Rows(workspace)) => vec![Answer::Found(
                find(workspace)
                    .ok_or_else(gone)
                    .and_then(|place| place.roster.clone())
                    .map(|roster| Found::Rows(rows_of(workspace, &roster))),
            )],
            Query::Target(ChangeTarget::Workspace(workspace)) => vec![Answer::Found(Ok(Found::Workspace(
                find(workspace).map(|place| place.workspace.clone()),
            )))],
            Query::Target(ChangeTarget::Contents(workspace, kinds)) => {
                let found = find(workspace).map(|place| contents(place, kinds));
                vec![Answer::Found(Ok(Found::Contents(found)))]
            }
            Query::Target(ChangeTarget::Resource(workspace, id)) => {
                let mut things = find(workspace).into_iter().flat_map(|place| &place.things);
                let found = things.find(|thing| thing.address() == *id);
                vec![Answer::Found(Ok(Found::Resource(found.cloned().map(Box::new))))]
            }
            Query::Target(ChangeTarget::Deletion(workspace)) => {
                let told = self.dying.iter().find(|(name, _)| name == workspace);
                vec![Answer::Found(Ok(Found::Deletion {
                    alive: None,
                    known: told.map_or(Known::NoneToSee, |(_, status)| Known::UnderWay(status.clone())),
                }))]
            }
        }
    }
}
