//! A platform in memory, in domain terms: it answers the core's effects the way the released ones do.

mod journal;
mod views;

use crate::audit_given;
use crate::connector::Connector;
use crate::review_given;
use jiff::Timestamp;
use nmp_console::app::audit::Heard;
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::app::inventory::{Counted, Inventory};
use nmp_console::app::msg::{Activity, FileName, FileNames, Of};
use nmp_console::app::msg::{
    Answer, ChangeTarget, Effect, Extent, Found, Inspection, Known, Query, ResourcePage, Ticket,
};
use nmp_console::app::views::Views;
use nmp_console::audit::{Origin, Report};
use nmp_console::domain::activity::{Conclusion, Provenance, Record, RecordId};
use nmp_console::domain::binding::{Binding, Row, Rows, Touches};
use nmp_console::domain::change::{Change, RoleChange};
use nmp_console::domain::deletion::{Stage, Status};
use nmp_console::domain::identity::Identity;
use nmp_console::domain::ids::{Principal, ResourceName, WorkspaceName};
use nmp_console::domain::member::{Member, Roster};
use nmp_console::domain::platform::{Allowed, Generation, ServerInfo, Support};
use nmp_console::domain::resource::{Resource, ResourceKind, Tally};
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::domain::text::SafeText;
use nmp_console::domain::workspace::{CallerAccess, Workspace};
use std::path::Path;
use std::sync::Arc;

/// Returns a set of roles by their names.
pub(crate) fn roles(names: &[&str]) -> RoleSet {
    names.iter().map(|raw| Role::from_platform(raw)).collect()
}

/// Returns a principal by its name.
pub(crate) fn who(raw: &str) -> Principal {
    Principal::from_platform(raw)
}

/// Returns a workspace's name.
pub(crate) fn at(raw: &str) -> WorkspaceName {
    WorkspaceName::from_platform(raw)
}

/// Returns the rows behind these members: one for each role.
pub(crate) fn rows_of(workspace: &WorkspaceName, roster: &Roster) -> Rows {
    let mut rows = Vec::new();
    for (second, member) in (1..).zip(roster.members().iter().rev()) {
        let at = Some(Timestamp::from_second(second).expect("a few members"));
        rows.extend(member.roles.iter().map(|role| Row {
            binding: Binding {
                principal: member.principal.clone(),
                workspace: workspace.clone(),
                role: role.clone(),
                granted_at: member.granted_at,
                granted_by: member.granted_by.clone(),
                revoked_at: None,
                created_at: at,
            },
            name: ResourceName::from_platform(format!("rb-{second}-{}", role.raw())),
            version: 1,
            data: serde_json::Map::new(),
        }));
    }
    Rows::new(rows)
}

/// Returns a failure of this kind.
pub(crate) fn failure(kind: FailureKind, headline: &str) -> Failure {
    Failure {
        kind,
        ..Failure::local(headline, "look again")
    }
}

/// One workspace and all that is in it.
#[derive(Clone, Debug)]
pub(crate) struct Room {
    pub(crate) workspace: Workspace,
    pub(crate) members: Vec<(Principal, RoleSet)>,
    pub(crate) things: Vec<Resource>,
}

/// The platform.
#[derive(Clone, Debug)]
pub(crate) struct Platform {
    pub(crate) rooms: Vec<Room>,
    pub(crate) caller: Identity,
    pub(crate) may_create: Allowed,
    pub(crate) is_admin: Allowed,
    pub(crate) generation: Generation,
    /// Whether it tells how far a deletion is, as asking it shows.
    pub(crate) deletion_status: Support,
    /// The config file and whoever vouches for logins.
    pub(crate) connector: Connector,
    /// Kinds that this platform has no service for.
    pub(crate) absent: Vec<ResourceKind>,
    /// Kinds whose service fails.
    pub(crate) failing: Vec<ResourceKind>,
    /// What is told of the deletions under way.
    pub(crate) dying: Vec<(WorkspaceName, Status)>,
    /// Grants that were taken away.
    pub(crate) past: Vec<Binding>,
    /// What was changed with the console, the oldest first.
    pub(crate) journal: Vec<Record>,
    /// How many of them, from the oldest on, the journal does not give.
    pub(crate) n_older: usize,
    /// The rows that were touched last.
    pub(crate) touched: Touches,
    /// What the file says that a plan is made from.
    pub(crate) wishes: String,
    /// What the file of columns and views says; nothing where it cannot be written.
    pub(crate) views: Option<Views>,
    n_made: usize,
}

impl Platform {
    /// An empty platform that knows its caller as `caller`.
    pub(crate) fn of(caller: &str) -> Self {
        Self {
            rooms: Vec::new(),
            caller: Identity {
                subject: Some(format!("subject-of-{caller}")),
                email: Some(caller.to_owned()),
                groups: vec!["ml-leads".to_owned()],
                is_confirmed: true,
                is_platform_admin: false,
            },
            may_create: Allowed::Yes,
            is_admin: Allowed::No,
            generation: Generation::Helix,
            deletion_status: Support::Yes,
            absent: Vec::new(),
            failing: Vec::new(),
            dying: Vec::new(),
            connector: Connector::at(Timestamp::UNIX_EPOCH),
            past: Vec::new(),
            journal: Vec::new(),
            n_older: 0,
            touched: Touches::default(),
            wishes: String::new(),
            views: Some(Views::default()),
            n_made: 0,
        }
    }

    /// With this workspace too.
    pub(crate) fn with(mut self, name: &str, members: &[(&str, &[&str])]) -> Self {
        self.make(&at(name), None);
        self.room(name).members = members.iter().map(|(p, r)| (who(p), roles(r))).collect();
        self
    }

    /// With projects in a workspace.
    pub(crate) fn holding(mut self, name: &str, projects: &[&str]) -> Self {
        for project in projects {
            self.add_project(name, project);
        }
        self
    }

    pub(crate) fn room(&mut self, name: &str) -> &mut Room {
        let found = self.rooms.iter_mut().find(|room| room.workspace.name.raw() == name);
        found.unwrap_or_else(|| panic!("no workspace {name}"))
    }

    pub(crate) fn set(&mut self, name: &str, principal: &str, held: &[&str]) {
        let held = roles(held);
        put(&mut self.room(name).members, &who(principal), held);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.rooms.retain(|room| room.workspace.name.raw() != name);
    }

    pub(crate) fn add_project(&mut self, name: &str, project: &str) {
        self.add_thing(name, ResourceKind::Project, project);
    }

    /// With things of one kind in a workspace.
    pub(crate) fn with_things(mut self, workspace: &str, kind: ResourceKind, names: &[&str]) -> Self {
        for name in names {
            self.add_thing(workspace, kind, name);
        }
        self
    }

    pub(crate) fn add_thing(&mut self, workspace: &str, kind: ResourceKind, name: &str) {
        self.n_made += 1;
        let id = Some(format!("{}-{}", kind.noun(), self.n_made));
        self.room(workspace).things.push(Resource {
            kind,
            name: ResourceName::from_platform(name),
            id,
            project: None,
            description: None,
            state: None,
            created_at: None,
            updated_at: None,
        });
    }

    pub(crate) fn roles_of(&self, name: &str, principal: &str) -> RoleSet {
        let room = self.find(&at(name)).expect("the workspace exists");
        held(&room.members, &who(principal))
    }

    pub(crate) fn find(&self, name: &WorkspaceName) -> Option<&Room> {
        self.rooms.iter().find(|room| room.workspace.name == *name)
    }

    fn make(&mut self, name: &WorkspaceName, description: Option<String>) {
        self.n_made += 1;
        let workspace = Workspace {
            id: format!("workspace-{}", self.n_made),
            name: name.clone(),
            description,
            created_at: None,
            created_by: None,
            updated_at: None,
            updated_by: None,
        };
        self.rooms.push(Room {
            workspace,
            members: Vec::new(),
            things: Vec::new(),
        });
    }

    /// Makes it one of this generation, of which the newest releases alone tell how far a deletion is.
    pub(crate) fn being(mut self, generation: Generation, deletion_status: Support) -> Self {
        (self.generation, self.deletion_status) = (generation, deletion_status);
        self
    }

    pub(crate) fn info(&self) -> ServerInfo {
        ServerInfo {
            version: None,
            generation: self.generation,
            is_auth_enabled: true,
            identity: self.caller.clone(),
            platform_admin: self.is_admin,
            may_create: self.may_create,
            deletion_status: self.deletion_status,
            health: None,
        }
    }

    pub(crate) fn roster(&self, name: &WorkspaceName) -> Result<Roster, Failure> {
        let room = self.find(name).ok_or_else(|| failure(FailureKind::NotFound, "404"))?;
        let member = |(principal, roles): &(Principal, RoleSet)| Member {
            principal: principal.clone(),
            roles: roles.clone(),
            granted_at: None,
            granted_by: None,
        };
        Ok(Roster::new(room.members.iter().map(member).collect()))
    }

    fn caller_access(&self, roster: &Roster) -> CallerAccess {
        if self.is_admin == Allowed::Yes {
            return CallerAccess::PlatformAdmin;
        }
        let held = self.caller.roles_in(roster);
        held.effective()
            .cloned()
            .map_or(CallerAccess::Nothing, CallerAccess::Holds)
    }

    fn members_as_seen(&self, name: &WorkspaceName) -> Result<Roster, Failure> {
        let roster = self.roster(name)?;
        match self.caller_access(&roster) {
            CallerAccess::PlatformAdmin | CallerAccess::Holds(Role::Admin) => Ok(roster),
            CallerAccess::Holds(_) | CallerAccess::AtLeastViewer | CallerAccess::Nothing | CallerAccess::Unknown => {
                Err(failure(
                    FailureKind::Forbidden,
                    "403: you need Admin here to see members",
                ))
            }
        }
    }

    fn inventory(&self, name: &WorkspaceName, kinds: &[ResourceKind]) -> Option<Box<Inventory>> {
        let room = self.find(name)?;
        let counted = |kind: &ResourceKind| Counted {
            kind: *kind,
            tally: self.tally(room, *kind),
        };
        Some(Box::new(Inventory {
            workspace: room.workspace.clone(),
            roster: self.members_as_seen(name),
            counts: kinds.iter().map(counted).collect(),
        }))
    }

    fn tally(&self, room: &Room, kind: ResourceKind) -> Result<Tally, Failure> {
        if self.failing.contains(&kind) {
            return Err(failure(
                FailureKind::Unreachable,
                "cannot count: the platform is not available (503)",
            ));
        }
        if self.absent.contains(&kind) {
            return Ok(Tally::NotInstalled);
        }
        Ok(Tally::Number(
            room.things.iter().filter(|thing| thing.kind == kind).count(),
        ))
    }

    /// Pages of three, so that no test needs many things for several pages.
    fn page(&self, name: &WorkspaceName, kind: ResourceKind, page: usize) -> Result<Option<ResourcePage>, Failure> {
        let room = self.find(name).ok_or_else(|| failure(FailureKind::NotFound, "404"))?;
        let Tally::Number(n) = self.tally(room, kind)? else {
            return Ok(None);
        };
        let all = room.things.iter().filter(|thing| thing.kind == kind);
        let rows = all.skip((page - 1) * 3).take(3).cloned().collect();
        Ok(Some(ResourcePage { rows, n_total: Some(n) }))
    }

    fn known(&self, name: &WorkspaceName) -> Known {
        if self.deletion_status != Support::Yes {
            return Known::NotTold;
        }
        let told = self.dying.iter().find(|(dying, _)| dying == name);
        told.map_or(Known::NoneToSee, |(_, status)| Known::UnderWay(status.clone()))
    }

    /// Returns the answers to one effect, in their order, and makes the change it asks for.
    pub(crate) fn answers(&mut self, effect: &Effect) -> Vec<(Ticket, Answer)> {
        if let Some(answers) = self.connector.answers(effect) {
            return answers;
        }
        match effect {
            Effect::Read { ticket, query } => self.read(query).into_iter().map(|answer| (*ticket, answer)).collect(),
            // What a step comes to is what its change says.
            Effect::Send {
                ticket,
                change,
                provenance,
                ..
            } => {
                self.intend(*ticket, change, provenance);
                vec![(*ticket, Answer::Sent(self.change(change)))]
            }
            Effect::Compute { ticket, task } => vec![(*ticket, Answer::Computed(task.clone().run()))],
            Effect::Export { ticket, path, .. } => {
                let path = SafeText::new(&path.to_string_lossy());
                vec![(*ticket, Answer::Exported(Ok(path)))]
            }
            Effect::KeepViews { ticket, edit } => vec![(*ticket, self.keep_views(edit))],
            Effect::Abandon(_)
            | Effect::Lift { .. }
            | Effect::EndLift { .. }
            | Effect::Open { .. }
            | Effect::Enter(_)
            | Effect::LogIn { .. }
            | Effect::LogOut { .. }
            | Effect::Keep { .. }
            | Effect::Copy(_)
            | Effect::After { .. }
            | Effect::Conclude { .. }
            | Effect::Remember(_)
            | Effect::Forget(_)
            | Effect::Suspend
            | Effect::Redraw
            | Effect::Quit => Vec::new(),
        }
    }

    fn inspect(&self, workspace: &WorkspaceName) -> Result<Inspection, Failure> {
        self.roster(workspace).map(|roster| Inspection {
            caller_access: self.caller_access(&roster),
            roster: self.members_as_seen(workspace),
        })
    }

    fn list(&self) -> Vec<Answer> {
        let workspaces: Vec<_> = self.rooms.iter().map(|room| room.workspace.clone()).collect();
        let total = workspaces.len();
        let pages = workspaces.chunks(7).map(|page| Answer::Page {
            workspaces: page.to_vec(),
            total,
        });
        pages.chain([Answer::Listed(Ok(Extent::ToTheEnd))]).collect()
    }

    fn report(&self) -> Arc<Report> {
        let seen = |room: &'_ Room| self.members_as_seen(&room.workspace.name);
        let rooms = self.rooms.iter().map(|room| (&room.workspace, seen(room)));
        let origin = Origin {
            is_platform_admin: self.is_admin == Allowed::Yes,
            generation: self.generation,
            ..audit_given::origin(1_000)
        };
        audit_given::report_of(origin, rooms)
    }

    pub(crate) fn read(&self, query: &Query) -> Vec<Answer> {
        vec![match query {
            Query::Activity => Answer::Activity(Ok(self.activity())),
            Query::Folder(folder) => Answer::Folder(folder.clone(), Ok(files_in(folder))),
            Query::Contexts | Query::Ways(_) => return self.connector.read(query).into_iter().collect(),
            Query::Server => Answer::Server(Box::new(Ok(self.info()))),
            Query::Workspaces => return self.list(),
            Query::Inspect { workspace, .. } => Answer::Inspected(workspace.clone(), self.inspect(workspace)),
            Query::Inventory(name, kinds) => {
                let inventory = self.inventory(name, kinds);
                let counts = inventory.iter().flat_map(|inventory| inventory.counts.clone());
                let parts: Vec<Answer> = counts.map(|counted| Answer::Counted(name.clone(), counted)).collect();
                let end = inventory.ok_or_else(|| failure(FailureKind::NotFound, "404"));
                return parts
                    .into_iter()
                    .chain([Answer::Inventory(name.clone(), end)])
                    .collect();
            }
            Query::Resources { workspace, kind, page } => {
                Answer::Resources(workspace.clone(), *kind, self.page(workspace, *kind, *page))
            }
            Query::Deletion(name) => Answer::Deletion(name.clone(), Ok(self.known(name))),
            Query::Plan(_, info) => review_given::planned(&self.wishes, &self.report(), info),
            Query::Audit(..) => {
                let report = self.report();
                let part = Answer::Audit(Heard::Part(report.clone()));
                return vec![part, Answer::Audit(Heard::End(Some(report), None))];
            }
            Query::Touched => Answer::Touched(Ok(self.touched.clone())),
            Query::History(principal) => Answer::History(principal.clone(), Ok(self.history_of(principal))),
            Query::Target(ChangeTarget::Members(name)) => Answer::Found(self.members_as_seen(name).map(Found::Members)),
            Query::Target(ChangeTarget::Rows(name)) => Answer::Found(self.rows_as_seen(name)),
            Query::Target(ChangeTarget::Workspace(name)) => {
                let found = self.find(name).map(|room| room.workspace.clone());
                Answer::Found(Ok(Found::Workspace(found)))
            }
            Query::Target(ChangeTarget::Contents(name, kinds)) => {
                Answer::Found(Ok(Found::Contents(self.inventory(name, kinds))))
            }
            Query::Target(ChangeTarget::Resource(name, id)) => {
                let mut things = self.find(name).into_iter().flat_map(|room| &room.things);
                let found = things.find(|thing| thing.address() == *id).cloned();
                Answer::Found(Ok(Found::Resource(found.map(Box::new))))
            }
            Query::Target(ChangeTarget::Deletion(name)) => {
                let alive = self.find(name).map(|room| Box::new(room.workspace.clone()));
                let known = self.known(name);
                Answer::Found(Ok(Found::Deletion { alive, known }))
            }
        }]
    }

    fn rows_as_seen(&self, name: &WorkspaceName) -> Result<Found, Failure> {
        if self.is_admin != Allowed::Yes {
            return Err(failure(FailureKind::Forbidden, "403"));
        }
        let roster = self.members_as_seen(name)?;
        Ok(Found::Rows(rows_of(name, &roster)))
    }

    fn history_of(&self, principal: &Principal) -> Vec<Binding> {
        let past = self.past.iter();
        past.filter(|binding| binding.principal == *principal)
            .cloned()
            .collect()
    }

    /// Makes a change by the platform's rules: POST unions, PUT sets, the last Admin cannot go.
    pub(crate) fn change(&mut self, change: &Change) -> Result<(), Failure> {
        let name = change.workspace().clone();
        if let Change::CreateWorkspace { description, .. } = change {
            if self.find(&name).is_some() {
                let text = format!("Workspace '{}' already exists", name.raw());
                return Err(failure(FailureKind::AlreadyExists, &text));
            }
            self.make(&name, description.clone());
            let caller = who(self.caller.email.as_deref().unwrap_or("nobody"));
            self.room(name.raw()).members.push((caller, roles(&["Admin"])));
            return Ok(());
        }
        if let Change::RetryDeletion { .. } = change {
            let told = self.dying.iter_mut().find(|(dying, _)| *dying == name);
            let (_, status) = told.ok_or_else(|| failure(FailureKind::NotFound, "404"))?;
            status.stage = Stage::Pending;
            return Ok(());
        }
        if self.find(&name).is_none() {
            return Err(failure(FailureKind::NotFound, "404"));
        }
        if let Change::DeleteWorkspace { .. } = change {
            return self.delete(&name);
        }
        let room = self.room(name.raw());
        let was_last_admin = |principal: &Principal| {
            held(&room.members, principal).holds(&Role::Admin)
                && room
                    .members
                    .iter()
                    .filter(|(_, roles)| roles.holds(&Role::Admin))
                    .count()
                    == 1
        };
        let last_admin = failure(FailureKind::LastAdmin, "This is the last Admin for workspace");
        match change {
            Change::CreateWorkspace { .. } | Change::DeleteWorkspace { .. } | Change::RetryDeletion { .. } => {}
            Change::Describe { after, .. } => room.workspace.description = Some(after.clone()),
            Change::Roles { principal, after, .. } if change.role_change() == Some(RoleChange::Add) => {
                let all = held(&room.members, principal).union(after);
                put(&mut room.members, principal, all);
            }
            Change::Roles { principal, after, .. } => {
                if was_last_admin(principal) && !after.holds(&Role::Admin) {
                    return Err(last_admin);
                }
                put(&mut room.members, principal, after.clone());
            }
            Change::CreateProject { name: project, .. } => self.add_project(name.raw(), project.raw()),
            Change::DeleteResource { target, .. } => room.things.retain(|known| known.address() != *target),
        }
        Ok(())
    }

    /// The first generation refuses while anything is left; the others take everything along, in their own time.
    fn delete(&mut self, name: &WorkspaceName) -> Result<(), Failure> {
        let things = &self.room(name.raw()).things;
        let kinds = ResourceKind::ALL.map(|kind| (kind, things.iter().filter(|thing| thing.kind == kind).count()));
        let left = kinds.iter().filter(|(_, n)| *n > 0);
        let left: Vec<(SafeText, u64)> = left.map(|(kind, n)| (SafeText::new(kind.noun()), *n as u64)).collect();
        if self.generation == Generation::Seed && !left.is_empty() {
            return Err(failure(FailureKind::NotEmpty(left), "409: workspace contains entities"));
        }
        self.remove(name.raw());
        if self.deletion_status == Support::Yes {
            let pending = Status {
                stage: Stage::Pending,
                error: None,
                updated_at: None,
            };
            self.dying.push((name.clone(), pending));
        }
        Ok(())
    }
}

fn held(members: &[(Principal, RoleSet)], principal: &Principal) -> RoleSet {
    let found = members.iter().find(|(known, _)| known == principal);
    found.map(|(_, roles)| roles.clone()).unwrap_or_default()
}

fn put(members: &mut Vec<(Principal, RoleSet)>, principal: &Principal, roles: RoleSet) {
    members.retain(|(known, _)| known != principal);
    if !roles.is_empty() {
        members.insert(0, (principal.clone(), roles));
    }
}

/// Returns how `query` is answered where it fails.
pub(crate) fn failed(query: &Query, failure: Failure) -> Answer {
    match query.clone() {
        Query::Server => Answer::Server(Box::new(Err(failure))),
        Query::Workspaces => Answer::Listed(Err(failure)),
        Query::Inspect { workspace, .. } => Answer::Inspected(workspace, Err(failure)),
        Query::Inventory(workspace, _) => Answer::Inventory(workspace, Err(failure)),
        Query::Resources { workspace, kind, .. } => Answer::Resources(workspace, kind, Err(failure)),
        Query::Deletion(workspace) => Answer::Deletion(workspace, Err(failure)),
        Query::Audit(..) => Answer::Audit(Heard::End(None, Some(failure))),
        Query::History(principal) => Answer::History(principal, Err(failure)),
        Query::Target(_) => Answer::Found(Err(failure)),
        Query::Activity => Answer::Activity(Err(failure)),
        Query::Folder(folder) => Answer::Folder(folder.clone(), Err(failure)),
        Query::Touched => Answer::Touched(Err(failure)),
        Query::Plan(..) => Answer::Planned(Err(failure)),
        Query::Contexts => Answer::Contexts(Err(failure)),
        Query::Ways(_) => Answer::Ways(Err(failure)),
    }
}

/// What lies in the folders of the one who sits there.
pub(crate) fn files_in(folder: &Path) -> FileNames {
    let names: &[(&str, bool)] = match folder.to_str() {
        Some(".") => &[("access", true), ("leavers.toml", false), ("report.json", false)],
        Some("access/") => &[("ml-team.toml", false), ("sales.toml", false)],
        Some(_) | None => &[],
    };
    let names = names.iter().map(|(name, is_folder)| FileName {
        name: (*name).to_owned(),
        is_folder: *is_folder,
    });
    FileNames {
        names: names.collect(),
        is_more: folder.ends_with("many"),
    }
}
