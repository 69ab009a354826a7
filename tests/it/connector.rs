//! The config file of the platform's CLI and whoever vouches for logins, in memory.

use jiff::Timestamp;
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::app::msg::{Answer, Effect, Query, Setting, Ticket};
use nmp_console::app::remote::Remote;
use nmp_console::app::session::Session;
use nmp_console::domain::activity::LeftOver;
use nmp_console::domain::cli::Cli;
use nmp_console::domain::context::{ContextInfo, ContextName, Contexts, Destination, LIFTED_FOR, Login};
use nmp_console::domain::login::{DeviceCode, LoggedIn, Way, Ways};
use nmp_console::domain::text::SafeText;

/// What the tests are about: a file with three contexts, and one way to log in with a browser.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    pub(crate) contexts: Contexts,
    pub(crate) is_auth_enabled: bool,
    pub(crate) device: Option<SafeText>,
    pub(crate) overruled_by: Option<SafeText>,
    /// Whom a browser or a pasted token turns out to be.
    pub(crate) user: &'static str,
    /// Where the contexts lead by now, if somebody else has edited the file.
    pub(crate) moved_to: Option<&'static str>,
    /// Why nothing works, if so.
    pub(crate) broken: Option<Failure>,
    pub(crate) now: Timestamp,
}

/// Returns the name of a context.
pub(crate) fn context(name: &str) -> Destination {
    Destination::Context(ContextName::new(name))
}

/// Returns a token that ends so many seconds after `now`.
fn token(now: Timestamp, seconds: i64, is_renewable: bool) -> Login {
    Login::Token {
        expires_at: Timestamp::from_second(now.as_second() + seconds).ok(),
        is_renewable,
    }
}

/// Returns where a context leads: `prod` to where the tests begin.
fn server_of(context: &str) -> String {
    match context {
        "prod" => "https://nmp.example.com".to_owned(),
        other => format!("https://{other}.example.com"),
    }
}

impl Connector {
    pub(crate) fn at(now: Timestamp) -> Self {
        let entry = |name: &str, user: Option<&str>, login: Login| ContextInfo {
            shares_login_with: Vec::new(),
            name: ContextName::new(name),
            server: SafeText::new(&server_of(name)),
            user: user.map(SafeText::new),
            login,
            workspace: None,
            read_only: None,
            precautions: nmp_console::domain::context::Precautions::default(),
            is_current: name == "prod",
        };
        let mut contexts = vec![
            entry("prod", Some("alice@example.com"), token(now, 25 * 60, true)),
            entry("staging", Some("alice@example.com"), token(now, -60, false)),
            entry("lab", None, Login::Nobody),
        ];
        contexts[1].read_only = Some(SafeText::new("set by the context"));
        contexts[0].workspace = Some(nmp_console::domain::ids::WorkspaceName::from_platform("ml-team"));
        Self {
            contexts: Contexts {
                file: Some(SafeText::new("~/.config/nhx/config.yaml")),
                contexts,
            },
            is_auth_enabled: true,
            device: Some(SafeText::new("https://idp.example.com")),
            overruled_by: None,
            user: "alice@example.com",
            moved_to: None,
            broken: None,
            now,
        }
    }

    /// Returns the answers to an effect about contexts, logins and connections, in their order; none to another one.
    pub(crate) fn answers(&mut self, effect: &Effect) -> Option<Vec<(Ticket, Answer)>> {
        let (ticket, answers) = match effect {
            Effect::Read { ticket, query } => (ticket, vec![self.read(query)?]),
            Effect::Open { ticket, destination } => (ticket, vec![Answer::Opened(self.open(destination))]),
            Effect::LogIn { ticket, at, way } => (ticket, self.log_in(at, way)),
            Effect::LogOut { ticket, context } => {
                (ticket, vec![Answer::LoggedOut(context.clone(), self.log_out(context))])
            }
            Effect::Keep { ticket, setting } => (ticket, vec![Answer::Kept(setting.clone(), self.keep(setting))]),
            Effect::Lift { ticket, .. } => {
                let until = self.works().map(|()| self.now + LIFTED_FOR);
                (ticket, vec![Answer::Lifted(until)])
            }
            Effect::Send { .. }
            | Effect::EndLift { .. }
            | Effect::Compute { .. }
            | Effect::Export { .. }
            | Effect::KeepViews { .. }
            | Effect::Enter(_)
            | Effect::Abandon(_)
            | Effect::After { .. }
            | Effect::Conclude { .. }
            | Effect::Remember(_)
            | Effect::Forget(_)
            | Effect::Copy(_)
            | Effect::Suspend
            | Effect::Redraw
            | Effect::Quit => return None,
        };
        Some(answers.into_iter().map(|answer| (*ticket, answer)).collect())
    }

    /// Returns the answer to a question that does not go to the platform.
    pub(crate) fn read(&self, query: &Query) -> Option<Answer> {
        match query {
            Query::Contexts => Some(Answer::Contexts(self.works().map(|()| self.contexts.clone()))),
            Query::Ways(at) => Some(Answer::Ways(self.works().map(|()| self.ways(at)))),
            Query::Server
            | Query::Activity
            | Query::Workspaces
            | Query::Inspect { .. }
            | Query::Inventory(..)
            | Query::Resources { .. }
            | Query::Deletion(_)
            | Query::Audit(..)
            | Query::History(_)
            | Query::Touched
            | Query::Plan(..)
            | Query::Folder(_)
            | Query::Target(_) => None,
        }
    }

    fn works(&self) -> Result<(), Failure> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    fn find(&mut self, name: &ContextName) -> Option<&mut ContextInfo> {
        self.contexts.contexts.iter_mut().find(|one| one.name == *name)
    }

    fn ways(&self, at: &Destination) -> Ways {
        let (server, kept_in) = match at {
            Destination::Context(name) => (
                server_of(name.raw()),
                format!("context '{}' in ~/.config/nhx/config.yaml", name.raw()),
            ),
            Destination::Address(url) => (
                url.as_str().to_owned(),
                "a new context in ~/.config/nhx/config.yaml".to_owned(),
            ),
            Destination::Demo => ("the demo".to_owned(), String::new()),
        };
        Ways {
            server: SafeText::new(&server),
            is_auth_enabled: self.is_auth_enabled,
            device: self.device.clone(),
            kept_in: SafeText::new(&kept_in),
            overruled_by: self.overruled_by.clone(),
        }
    }

    /// Returns what the screens are told of a connection.
    pub(crate) fn open(&mut self, destination: &Destination) -> Result<Box<Session>, Failure> {
        self.works()?;
        let (context, server) = match destination {
            Destination::Context(name) => (
                name.raw().to_owned(),
                self.moved_to.map_or_else(|| server_of(name.raw()), str::to_owned),
            ),
            Destination::Address(url) => ("--base-url".to_owned(), url.as_str().to_owned()),
            Destination::Demo => ("demo".to_owned(), "in this program".to_owned()),
        };
        let found = match destination {
            Destination::Context(name) => self.find(name).cloned(),
            Destination::Address(_) | Destination::Demo => None,
        };
        let found = found.as_ref();
        Ok(Box::new(Session {
            context: SafeText::new(&context),
            server: SafeText::new(&server),
            destination: Some(destination.clone()),
            default_workspace: found.and_then(|found| found.workspace.clone()),
            login: found.map_or(Login::Nobody, |found| found.login),
            token_from: self.overruled_by.clone(),
            cli: Cli::default(),
            is_demo: *destination == Destination::Demo,
            read_only: found.and_then(|found| found.read_only.clone()),
            lifting: nmp_console::app::session::Lifting::default(),
            precautions: nmp_console::domain::context::Precautions::default(),
            has_changed: false,
            info: Remote::Absent,
            start_at: None,
            plan: None,
            warnings: Vec::new(),
            left: LeftOver::default(),
            is_journalled: true,
            observed_deletion: None,
            reasons: nmp_console::domain::reason::Reasons::default(),
            folder: None,
        }))
    }

    fn log_in(&mut self, at: &Destination, way: &Way) -> Vec<Answer> {
        if let Err(failure) = self.works() {
            return vec![Answer::LoggedIn(Err(failure))];
        }
        let user = match way {
            Way::Unsigned { email } => email.clone(),
            Way::Device | Way::Token(_) => self.user.to_owned(),
        };
        let login = token(self.now, 3_600, true);
        let mut replaces = None;
        if let Destination::Context(name) = at
            && let Some(context) = self.find(name)
        {
            let before = context.user.replace(SafeText::new(&user));
            replaces = before.filter(|before| before.as_str() != user);
            context.login = login;
        }
        let end = Answer::LoggedIn(Ok(LoggedIn {
            replaces,
            context: match at {
                Destination::Context(name) => Some(name.clone()),
                Destination::Address(_) | Destination::Demo => None,
            },
            user: SafeText::new(&user),
            expires_at: Timestamp::from_second(self.now.as_second() + 3_600).ok(),
            is_renewable: true,
            kept_in: self.ways(at).kept_in,
        }));
        match way {
            Way::Device => vec![Answer::DeviceCode(self.code()), end],
            Way::Unsigned { .. } | Way::Token(_) => vec![end],
        }
    }

    pub(crate) fn code(&self) -> DeviceCode {
        DeviceCode {
            url: SafeText::new("https://idp.example.com/device"),
            complete_url: Some(SafeText::new("https://idp.example.com/device?user_code=WDJB-MJHT")),
            code: SafeText::new("WDJB-MJHT"),
            expires_at: Timestamp::from_second(self.now.as_second() + 600).unwrap(),
        }
    }

    fn log_out(&mut self, name: &ContextName) -> Result<(), Failure> {
        self.works()?;
        if let Some(context) = self.find(name) {
            context.login = Login::Nobody;
            context.user = None;
        }
        Ok(())
    }

    fn keep(&mut self, setting: &Setting) -> Result<SafeText, Failure> {
        self.works()?;
        match setting {
            Setting::DefaultWorkspace { context, workspace } => {
                if let Some(found) = self.find(context) {
                    found.workspace = Some(workspace.clone());
                }
            }
            Setting::CurrentContext(name) => {
                for context in &mut self.contexts.contexts {
                    context.is_current = context.name == *name;
                }
            }
        }
        Ok(SafeText::new("~/.config/nhx/config.yaml"))
    }
}

/// Returns the failure of a config file that cannot be read.
pub(crate) fn unreadable() -> Failure {
    Failure {
        kind: FailureKind::RejectedLocally,
        ..Failure::local(
            "cannot read the contexts: ~/.config/nhx/config.yaml:7: mapping values are not allowed here",
            "Mend line 7 of the file, or move it away.",
        )
    }
}
