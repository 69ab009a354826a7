//! The selected row of a list as it goes to the clipboard: what it tells, as lines of text or as JSON. Fields that an audit
//! exports have the same names as there.

use super::audit::{Access, Mode};
use super::screen::activity::{self, Row as Change};
use super::screen::contexts::login_in_words;
use super::screen::principal::Row as Held;
use super::screen::{Known, Screen, audit, principal};
use super::store::Members;
use crate::audit::effective::Effective;
use crate::audit::export::write_json;
use crate::domain::activity::Record;
use crate::domain::binding::Touch;
use crate::domain::context::{ContextInfo, Login};
use crate::domain::ids::{Principal, ResourceName, WorkspaceName};
use crate::domain::resource::Resource;
use crate::domain::role::{Role, RoleSet};
use crate::domain::terminal::Accent;
use crate::domain::text::{CopyProblem, SafeText};
use crate::domain::workspace::{CallerAccess, Workspace};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// What a row tells, field by field, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row(Map<String, Value>);

impl Row {
    fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }

    fn at(self, field: &str, at: Option<Timestamp>) -> Self {
        self.with(field, at.map(|at| at.to_string()))
    }

    fn of_principal(self, principal: &Principal) -> Self {
        self.with("principal", principal.raw())
            .with("kind", principal.kind().word())
    }

    fn with_roles(self, roles: &RoleSet) -> Self {
        let roles: Vec<&str> = roles.iter().map(Role::raw).collect();
        self.with("roles", roles)
    }

    fn with_effective(self, effective: &Effective) -> Self {
        self.with("effective", effective.role.as_ref().map(Role::raw))
            .with("given_by", effective.given_by.label())
    }

    /// Returns what it is about, in short.
    pub(super) fn name(&self) -> SafeText {
        let name = self.about().next().and_then(in_words);
        SafeText::new(&name.unwrap_or_default()).cut(30, "…")
    }

    /// Returns whether it is about the same as another one, whatever else that tells.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.about().eq(other.about())
    }

    fn about(&self) -> impl Iterator<Item = &Value> {
        let telling = ["rule", "change", "principal", "name", "context", "workspace"];
        telling.into_iter().filter_map(|field| self.0.get(field))
    }

    /// Returns it as text, a line for each field that says something; what would harm a terminal is shown as an escape.
    pub(super) fn lines(&self) -> Vec<SafeText> {
        let told = self.0.iter().filter_map(|(field, value)| {
            let text = in_words(value)?;
            let line = format!("{}: {text}", field.replace('_', " "));
            Some(SafeText::with_limit(&line, usize::MAX))
        });
        told.collect()
    }

    /// Returns it as JSON, exactly as it is.
    pub(super) fn json(&self) -> Vec<Result<SafeText, CopyProblem>> {
        let mut bytes = Vec::new();
        let written = write_json(&self.0, &mut bytes);
        debug_assert!(written.is_ok(), "writing to memory cannot fail");
        let text = String::from_utf8_lossy(&bytes);
        text.lines().map(SafeText::to_copy).collect()
    }
}

fn in_words(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::Bool(is_so) => Some(if *is_so { "yes" } else { "no" }.to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => (!text.is_empty()).then(|| text.clone()),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(in_words).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
    }
}

/// Returns what the selected row of `screen` tells; nothing where none is selected.
pub(super) fn selected(screen: &Screen, known: &Known<'_>) -> Option<Row> {
    match screen {
        Screen::Workspaces(state) => {
            let name = state.list.selected()?;
            Some(workspace(known.store.find_shown(name)?, known))
        }
        Screen::Members(state) => {
            let member = known.store.member(&state.workspace, state.list.selected()?)?;
            let row = Row::default()
                .with("workspace", state.workspace.raw())
                .of_principal(&member.principal)
                .with_roles(&member.roles);
            Some(
                row.at("granted_at", member.granted_at)
                    .with("granted_by", member.granted_by),
            )
        }
        Screen::Resources(state) => Some(resource(&state.workspace, state.selected()?)),
        Screen::Principal(state) => held(state, known),
        Screen::Audit(state) => match state.mode {
            Mode::List => grant(state),
            Mode::Matrix => cell(state),
            Mode::Findings => finding(state, known),
            Mode::Principals => holder(state),
        },
        Screen::Contexts(state) => {
            let is_in_use = |context: &ContextInfo| known.session.context_in_use() == Some(&context.name);
            state
                .selected()
                .map(|context| self::context(context, is_in_use(context), known.now))
        }
        Screen::Activity(state) => state.selected_row().map(change),
        Screen::Touched(state) => known.touched.find(state.list.selected()?).map(touch),
        Screen::Welcome(_) | Screen::Help(_) | Screen::Outcomes(_) => None,
    }
}

fn workspace(workspace: &Workspace, known: &Known<'_>) -> Row {
    let (store, name) = (known.store, &workspace.name);
    let access = store.access(name).map(|(access, _)| String::from(access.label()));
    let details = store.details(name);
    let members = details.members.and_then(Result::ok);
    let you = details.caller_access.clone();
    let you = (you != CallerAccess::Unknown).then(|| String::from(you.label()));
    let deletion = store.deletions().find(name).filter(|_| store.is_going(name));
    let row = Row::default()
        .with("workspace", name.raw())
        .with("description", workspace.description.clone())
        .with("access", access)
        .with("you", you)
        .with("members", members.map(Members::len))
        .with("admins", members.map(Members::n_admins));
    let row = match deletion {
        Some(deletion) => row.with("deletion", deletion.in_words(known.now)),
        None => row,
    };
    row.at("created_at", workspace.created_at)
        .with("created_by", workspace.created_by.clone())
        .at("updated_at", workspace.updated_at)
        .with("updated_by", workspace.updated_by.clone())
}

fn resource(workspace: &WorkspaceName, thing: &Resource) -> Row {
    Row::default()
        .with("workspace", workspace.raw())
        .with("kind", thing.kind.noun())
        .with("name", thing.name.raw())
        .with("project", thing.project.as_ref().map(ResourceName::raw))
        .with("state", thing.state.clone())
        .with("description", thing.description.clone())
        .at("created_at", thing.created_at)
        .at("updated_at", thing.updated_at)
}

fn held(state: &principal::State, known: &Known<'_>) -> Option<Row> {
    let principal = &state.principal;
    let begin = |workspace: &WorkspaceName| {
        Row::default()
            .with("workspace", workspace.raw())
            .of_principal(principal)
    };
    match state.list.selected()? {
        Held::Now(workspace) => {
            let Access {
                own,
                effective,
                granted,
                ..
            } = known.store.access_of(workspace, principal)?;
            Some(
                begin(workspace)
                    .with_roles(&own)
                    .with_effective(&effective)
                    .at("granted_at", granted.at())
                    .with("granted_by", granted.by()),
            )
        }
        Held::Unread(workspace) => {
            let glimpse = known.store.glimpse_of(workspace, state.is_about_the_caller(known))?;
            Some(
                begin(workspace)
                    .with("effective", String::from(glimpse.access.label()))
                    .with("given_by", glimpse.through),
            )
        }
        Held::Past(workspace, role) => {
            let binding = state.past(workspace, role)?;
            Some(
                begin(workspace)
                    .with("role", role.raw())
                    .at("granted_at", binding.granted_at)
                    .with("granted_by", binding.granted_by.clone())
                    .at("revoked_at", binding.revoked_at),
            )
        }
    }
}

fn grant(state: &audit::State) -> Option<Row> {
    let grant = state.grant()?;
    let snapshot = &state.report()?.snapshot;
    Some(
        Row::default()
            .with("workspace", grant.workspace().name.raw())
            .of_principal(grant.principal())
            .with_roles(grant.roles())
            .with_effective(&snapshot.effective(grant.workspace_no(), grant.principal_no()))
            .at("granted_at", grant.granted_at())
            .with("granted_by", grant.granted_by()),
    )
}

fn cell(state: &audit::State) -> Option<Row> {
    let (workspace, principal) = (state.selected_workspace()?, state.selected_principal()?);
    let snapshot = &state.report()?.snapshot;
    let (place, number) = (snapshot.workspace_no(workspace)?, snapshot.principal_no(principal)?);
    let own = snapshot.held(place, number);
    let row = Row::default()
        .with("workspace", workspace.raw())
        .of_principal(principal);
    let own = own.map(|grant| grant.roles().clone()).unwrap_or_default();
    Some(row.with_roles(&own).with_effective(&snapshot.effective(place, number)))
}

fn finding(state: &audit::State, known: &Known<'_>) -> Option<Row> {
    let (finding, report) = (state.finding()?, state.report()?);
    let snapshot = &report.snapshot;
    let grammar = known.session.grammar_of(snapshot.origin.generation);
    let command = finding.command(snapshot, &grammar);
    Some(
        Row::default()
            .with("rule", finding.rule.id())
            .with("severity", finding.severity().label())
            .with("workspace", state.selected_workspace().map(WorkspaceName::raw))
            .with("principal", state.selected_principal().map(Principal::raw))
            .with("reason", String::from(finding.reason(snapshot, &report.policy)))
            .with("command", command.map(|command| command.raw().to_owned())),
    )
}

fn holder(state: &audit::State) -> Option<Row> {
    let holder = state.holder()?;
    Some(
        Row::default()
            .of_principal(state.selected_principal()?)
            .with("workspaces", holder.n_workspaces)
            .with("admin_in", holder.n_admin)
            .with("editor_in", holder.n_editor),
    )
}

fn context(context: &ContextInfo, is_in_use: bool, now: Timestamp) -> Row {
    let word = context.precautions.word.as_ref();
    let expires_at = match context.login {
        Login::Token { expires_at, .. } => expires_at,
        Login::Nobody => None,
    };
    Row::default()
        .with("context", context.name.raw())
        .with("word", word.map(SafeText::as_str))
        .with("accent", context.precautions.accent.map(Accent::word))
        .with("server", context.server.as_str())
        .with("user", context.user.as_ref().map(SafeText::as_str))
        .with("token", login_in_words(&context.login, now))
        .at("token_expires_at", expires_at)
        .with("workspace", context.workspace.as_ref().map(WorkspaceName::raw))
        .with("read_only", context.read_only.is_some())
        .with("in_use", is_in_use)
        .with("current", context.is_current)
}

fn change(row: Change<'_>) -> Row {
    let (record, is_undone) = match row {
        Change::Change { record, is_undone, .. } => (record, is_undone),
        Change::Plan { plan, .. } => return self::plan(plan),
    };
    let Record { change, end, .. } = record;
    let why = end.as_ref().and_then(|(_, end)| end.why.as_ref());
    Row::default()
        .with("id", record.id.raw())
        .with("time", record.at.to_string())
        .with("by", record.caller.name())
        .with("server", record.server.as_str())
        .with("workspace", change.as_ref().map(|change| change.workspace().raw()))
        .with("target", String::from(record.target()))
        .with("change", String::from(record.in_words()))
        .with("outcome", record.outcome())
        .with("why", why.map(SafeText::as_str))
        .with("reason", record.reason.as_ref().map(SafeText::as_str))
        .with("plan", record.plan.as_ref().map(SafeText::as_str))
        .with("undone", is_undone)
}

fn plan(plan: &activity::Plan) -> Row {
    let workspaces: Vec<&str> = plan.workspaces.iter().map(SafeText::as_str).collect();
    Row::default()
        .with("time", plan.at.to_string())
        .with("by", plan.by.as_str())
        .with("server", plan.server.as_str())
        .with("change", plan.in_words())
        .with("workspaces", json!(workspaces))
        .with("reason", plan.reason.as_ref().map(SafeText::as_str))
        .with("digest", plan.digest.clone())
        .with("undone", plan.is_undone())
}

fn touch(touch: &Touch) -> Row {
    Row::default()
        .at("time", touch.touched_at)
        .with("change", touch.kind().word())
        .with("workspace", touch.binding.workspace.raw())
        .of_principal(&touch.binding.principal)
        .with("role", touch.binding.role.raw())
        .with("by", touch.by())
}
