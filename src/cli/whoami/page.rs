//! The answer, as lines for a person and as JSON for a program.

use super::Answer;
use super::roles::Roles;
use crate::audit::export;
use crate::domain::context::Login;
use crate::domain::platform::Allowed;
use crate::domain::text::{SafeText, counted};
use crate::domain::workspace::CallerAccess;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io;

/// The words before the values, all as wide as the widest.
const WIDTH: usize = 10;

/// Returns the answer as lines of text.
pub(super) fn text(answer: &Answer, is_read_only: bool, now: Timestamp) -> String {
    let Answer {
        about,
        server,
        info,
        roles,
    } = answer;
    let identity = &info.identity;
    let mut lines = Lines(String::new());
    let doubt = if !info.is_auth_enabled {
        " (this server does not authenticate its callers)"
    } else if identity.is_confirmed {
        ""
    } else {
        " (as the token says; this server cannot be asked)"
    };
    lines.add("identity", &format!("{}{doubt}", identity.label()));
    if let Some(subject) = identity.subject.as_deref().filter(|_| identity.email.is_some()) {
        lines.add("subject", SafeText::new(subject).as_str());
    }
    if !identity.groups.is_empty() {
        let groups: Vec<String> = identity
            .groups
            .iter()
            .map(|group| SafeText::new(group).to_string())
            .collect();
        lines.add("groups", &groups.join(", "));
    }
    let version = info.version.as_ref().map_or("version unknown", SafeText::as_str);
    lines.add("server", &format!("{} ({version})", SafeText::new(server)));
    lines.add("context", about.context.as_str());
    if let Some(workspace) = &about.default_workspace {
        lines.add("workspace", workspace.shown().as_str());
    }
    lines.add("token", &token(about.login, about.token_from.as_ref(), now));
    if is_read_only {
        let source = about.read_only.as_ref().map_or("", SafeText::as_str);
        lines.add("read-only", source);
    }
    lines.add("platform", &everywhere(answer));
    match roles {
        None => {}
        Some(Roles::Everything(n)) => lines.add("roles", &format!("everything in {}", counted(*n, "workspace"))),
        Some(Roles::Each(each)) => lines.add_roles(each),
    }
    lines.0
}

struct Lines(String);

impl Lines {
    fn add(&mut self, word: &str, value: &str) {
        let wrote = writeln!(self.0, "{word:WIDTH$}  {value}");
        debug_assert!(wrote.is_ok(), "writing to a String cannot fail");
    }

    /// What cannot be used is left out: a workspace may be listed to somebody who has no role in it.
    fn add_roles(&mut self, each: &[(crate::domain::ids::WorkspaceName, CallerAccess)]) {
        let usable = |caller_access: &CallerAccess| *caller_access != CallerAccess::Nothing;
        let widest = each.iter().filter(|(_, caller_access)| usable(caller_access));
        let widest = widest
            .map(|(_, caller_access)| caller_access.label().as_str().len())
            .max();
        let Some(widest) = widest else {
            return self.add("roles", "none in any workspace");
        };
        let mut word = "roles";
        for (name, caller_access) in each.iter().filter(|(_, caller_access)| usable(caller_access)) {
            self.add(
                word,
                &format!("{:widest$}  {}", caller_access.label().as_str(), name.shown()),
            );
            word = "";
        }
        let n_without = each.iter().filter(|(_, caller_access)| !usable(caller_access)).count();
        if n_without > 0 {
            let are = if n_without == 1 { "is" } else { "are" };
            let listed = format!("and none in {} that {are} listed", counted(n_without, "workspace"));
            self.add(word, &listed);
        }
    }
}

fn everywhere(answer: &Answer) -> String {
    let info = &answer.info;
    let admin = match info.platform_admin {
        Allowed::Yes => "platform admin",
        Allowed::No => "not a platform admin",
        Allowed::Unknown => "cannot tell whether you are a platform admin",
    };
    let create = match info.may_create {
        Allowed::Yes => "; may create workspaces",
        Allowed::No => "; may not create workspaces",
        Allowed::Unknown => "; cannot tell whether you may create workspaces",
    };
    format!("{admin}{create}")
}

fn token(login: Login, from: Option<&SafeText>, now: Timestamp) -> String {
    let Login::Token {
        expires_at,
        is_renewable,
    } = login
    else {
        return "none is sent".to_owned();
    };
    let end = match expires_at {
        None => "no expiry is known".to_owned(),
        Some(end) if end <= now => format!("expired {}", minute(end)),
        Some(end) => format!("expires {}", minute(end)),
    };
    let renewal = if is_renewable { "; renews itself" } else { "" };
    let source = from.map(|variable| format!("; from {variable}")).unwrap_or_default();
    format!("{end}{renewal}{source}")
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Writes the JSON object. Names are as the platform has them; what could harm a terminal is escaped.
pub(super) fn json(answer: &Answer, out: &mut dyn io::Write) -> io::Result<()> {
    let Answer {
        about,
        server,
        info,
        roles,
    } = answer;
    let (expires_at, is_renewable) = match about.login {
        Login::Nobody => (None, false),
        Login::Token {
            expires_at,
            is_renewable,
        } => (expires_at.map(|at| at.to_string()), is_renewable),
    };
    let roles = roles.as_ref().map(|roles| match roles {
        Roles::Everything(_) => Value::Null,
        Roles::Each(each) => each
            .iter()
            .map(|(name, caller_access)| (name.raw().to_owned(), role(caller_access)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    });
    let value = json!({
        "email": info.identity.email,
        "subject": info.identity.subject,
        "groups": info.identity.groups,
        "is_confirmed": info.identity.is_confirmed,
        "server": server,
        "server_version": info.version.as_ref().map(SafeText::as_str),
        "context": about.context.as_str(),
        "default_workspace": about.default_workspace.as_ref().map(crate::domain::ids::WorkspaceName::raw),
        "token_expires_at": expires_at,
        "is_token_renewable": is_renewable,
        "token_from": about.token_from.as_ref().map(SafeText::as_str),
        "is_platform_admin": info.platform_admin.known(),
        "may_create_workspaces": info.may_create.known(),
        "roles": roles,
    });
    export::write_json(&value, &mut &mut *out)
}

/// `null` stands for what could not be told.
fn role(caller_access: &CallerAccess) -> Value {
    match caller_access {
        CallerAccess::Nothing => json!("none"),
        CallerAccess::Unknown => Value::Null,
        CallerAccess::PlatformAdmin | CallerAccess::Holds(_) | CallerAccess::AtLeastViewer => {
            json!(caller_access.label().as_str())
        }
    }
}
