//! `nmp-console can`: whether somebody may do something, and through what. Reads who holds what in that workspace and in
//! `system`, and little else, however many workspaces there are.

use super::answers::{self, DoubtEntry, Format, GivingEntry, GroundEntry, Rosters, members, system};
use super::{Ending, Failure, asking, document, missing, tell};
use crate::api::{Client, Error, ErrorKind};
use crate::audit::effective::answer;
use crate::audit::export::write_json;
use crate::audit::{Answer, Doubt, Giving, Ground};
use crate::config::Settings;
use crate::connect::{Connector, Opened};
use crate::domain::identity::{Identity, IsCaller};
use crate::domain::ids::{Principal, WorkspaceName};
use crate::domain::member::Roster;
use crate::domain::operation::Operation;
use crate::domain::platform::{Allowed, ServerInfo};
use crate::domain::role::Role;
use crate::domain::slip;
use crate::domain::text::SafeText;
use crate::domain::workspace::CallerAccess;
use clap::Args;
use serde::Serialize;
use std::io;

#[derive(Debug, Args)]
#[command(after_help = NOTES)]
pub(super) struct Arguments {
    /// E-mail, group, service account, or '*' for everyone
    principal: String,
    /// read, write, manage-members, delete-workspace or create-workspace
    #[arg(value_parser = answers::operation)]
    operation: Operation,
    /// The workspace; create-workspace needs none
    #[arg(id = "WORKSPACE", value_name = "WORKSPACE")]
    workspace: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

const NOTES: &str = "\
Exit codes: 0 yes, 1 no, 3 cannot tell: the platform does not say who is in a group, and shows
members to Admins only. A platform admin gets yes or no wherever no group holds enough. It tells
what roles give; a token with narrow scopes can do less.

About 10 requests, whether there are 1,000 workspaces or 10,000: 7 to find out what the platform is
and who you are, then who holds what in the workspace and in 'system' (for platform admins one for
each 1,000 role bindings there, and whether the workspace exists); about yourself up to 2 more. Where
the workspace cannot be seen, its name is looked for in the list: one for each 1,000 workspaces.";

/// What was asked, with its answer.
struct Answered {
    principal: Principal,
    operation: Operation,
    workspace: Option<WorkspaceName>,
    server: String,
    version: Option<SafeText>,
    answer: Answer,
    /// Which role bindings are theirs or those of everyone, also such as do not give it.
    held: Vec<Giving>,
    notes: Vec<SafeText>,
}

impl Arguments {
    /// Asks and prints.
    pub(super) async fn run(
        self,
        connector: &Connector,
        settings: Settings,
        authorities: Vec<u8>,
    ) -> Result<Ending, Failure> {
        asking::until_a_signal(connector, Box::pin(self.ask(connector, settings, authorities))).await
    }

    async fn ask(self, connector: &Connector, settings: Settings, authorities: Vec<u8>) -> Result<Ending, Failure> {
        let Self {
            principal,
            operation,
            workspace,
            format,
        } = self;
        let workspace = match (workspace, operation) {
            (Some(name), _) => {
                let named = WorkspaceName::parse_known(&name);
                Some(named.map_err(|why| Failure::Usage(format!("there is no workspace '{name}': {why}")))?)
            }
            (None, Operation::CreateWorkspace) => None,
            (None, _) => return Err(Failure::Usage(format!("'{}' needs a workspace", operation.word()))),
        };
        let principal = Principal::from_platform(principal);
        if principal.raw().trim().is_empty() {
            return Err(Failure::Usage("a principal is needed".to_owned()));
        }
        let (Opened { client, .. }, info) = asking::connect(connector, settings, authorities).await?;
        let asked = workspace.clone().unwrap_or_else(system);
        let question = Question {
            client: &client,
            info: &info,
            principal: &principal,
            operation,
            workspace: operation.held_in(&asked),
        };
        let (answer, held, (notes, slip)) = match question.answer().await {
            Ok(answered) => answered,
            Err(error) => return Err(question.failed(error).await),
        };
        let answered = Answered {
            principal,
            operation,
            workspace: workspace.filter(|_| operation != Operation::CreateWorkspace),
            server: client.base_url().as_str().to_owned(),
            version: info.version,
            answer,
            held,
            notes,
        };
        let printed = match format {
            Format::Table => document::print_from(|out| answered.write_lines(out))?,
            Format::Json => document::print_from(|mut out| write_json(&answered.entry(), &mut out))?,
        };
        if let Some(words) = slip {
            tell(&words);
        }
        Ok(match (printed, &answered.answer) {
            (_, Answer::No) => Ending::No,
            (_, Answer::CannotTell(_)) => Ending::CannotTell,
            (printed, Answer::Yes(_)) => printed,
        })
    }
}

/// What is asked of a platform.
struct Question<'a> {
    client: &'a Client,
    info: &'a ServerInfo,
    principal: &'a Principal,
    operation: Operation,
    /// Where the right for it is held.
    workspace: WorkspaceName,
}

impl Question<'_> {
    /// Returns the answer, what is held by name, and what whoever asks should know besides: at last that no such workspace, or
    /// nobody of that name, was seen.
    async fn answer(&self) -> Result<(Answer, Vec<Giving>, (Vec<SafeText>, Option<SafeText>)), Error> {
        if !self.info.is_auth_enabled {
            return Ok((Answer::Yes(vec![Ground::NoLogin]), Vec::new(), (Vec::new(), None)));
        }
        let ((rosters, access), ()) = tokio::try_join!(self.look(), self.make_sure_it_is_there())?;
        let evidence = rosters.evidence(&self.workspace, self.info.generation);
        let mut answer = evidence.may(self.principal, self.operation);
        if self.is_about_the_caller() {
            answer = of_the_caller(answer, &self.info.identity);
            answer = self.shown(answer, access.as_ref());
        }
        let strands = evidence.proof(self.principal).strands.into_iter();
        let held = strands.map(|strand| strand.binding).collect();
        let notes = answer::notes(self.operation, &evidence);
        let slip = self.slip(&answer, &rosters, access.as_ref()).await;
        Ok((answer, held, (notes, slip)))
    }

    /// Returns why there is no answer: where the workspace is not there, by which name it is.
    async fn failed(&self, error: Error) -> Failure {
        if *error.kind() == ErrorKind::NotFound
            && let Some(words) = missing::told(self.client, self.info, &self.workspace).await
        {
            return Failure::Unread(words);
        }
        Failure::Platform(error)
    }

    /// Returns what to say where the workspace or whoever is asked about may be a slip: it would look like a plain no.
    async fn slip(&self, answer: &Answer, rosters: &Rosters, access: Option<&CallerAccess>) -> Option<SafeText> {
        if matches!(answer, Answer::Yes(_)) {
            return None;
        }
        let is_there = rosters.here.is_some()
            || access.is_some_and(|access| !matches!(access, CallerAccess::Nothing | CallerAccess::Unknown));
        if !is_there && let Some(words) = missing::told(self.client, self.info, &self.workspace).await {
            return Some(words);
        }
        self.unseen(rosters)
    }

    /// Returns what to say where nobody who was read is called as it is asked.
    fn unseen(&self, rosters: &Rosters) -> Option<SafeText> {
        let rosters = [rosters.here.as_ref(), rosters.system.as_ref()];
        if self.is_about_the_caller() || rosters.iter().all(Option::is_none) {
            return None;
        }
        let members = rosters.into_iter().flatten().flat_map(Roster::members);
        let words = slip::unseen(self.principal, members.map(|member| &member.principal))?;
        Some(SafeText::new(&words))
    }

    fn is_about_the_caller(&self) -> bool {
        self.info.identity.is(self.principal) == IsCaller::Yes
    }

    /// Reads who holds what; where the question is about the caller, what is refused says the rest.
    async fn look(&self) -> Result<(Rosters, Option<CallerAccess>), Error> {
        if self.info.platform_admin == Allowed::Yes {
            let rosters = Rosters::read(self.client, self.info, &self.workspace).await?;
            return Ok((rosters, Some(CallerAccess::PlatformAdmin)));
        }
        if self.is_about_the_caller() && self.operation != Operation::CreateWorkspace {
            let home = system();
            let found = self.client.caller_access(&self.workspace, false);
            let (found, system) = tokio::try_join!(found, members(self.client, &home, !self.workspace.is_system()))?;
            let rosters = Rosters {
                here: found.roster.ok(),
                system,
                are_bindings: false,
            };
            return Ok((rosters, Some(found.caller_access)));
        }
        let rosters = Rosters::read(self.client, self.info, &self.workspace).await?;
        Ok((rosters, None))
    }

    /// Platform admins are told of the members of what is not there any more; to everybody else it is a refusal.
    async fn make_sure_it_is_there(&self) -> Result<(), Error> {
        if self.info.platform_admin == Allowed::Yes {
            self.client.workspace(&self.workspace).await?;
        }
        Ok(())
    }

    /// Takes the platform's own word, which the caller has, before what follows from member lists.
    fn shown(&self, answer: Answer, access: Option<&CallerAccess>) -> Answer {
        if matches!(answer, Answer::Yes(_)) {
            return answer;
        }
        let may = match self.operation {
            Operation::CreateWorkspace => self.info.may_create.known(),
            Operation::Read | Operation::Write | Operation::ManageMembers | Operation::DeleteWorkspace => {
                access.and_then(|access| self.by_access(access))
            }
        };
        match may {
            Some(true) => Answer::Yes(vec![Ground::Shown]),
            Some(false) => Answer::No,
            None => answer,
        }
    }

    fn by_access(&self, access: &CallerAccess) -> Option<bool> {
        let gives = |role: &Role| role.gives(self.operation, &self.workspace, self.info.generation);
        match access {
            CallerAccess::PlatformAdmin => Some(true),
            CallerAccess::Holds(role) => Some(gives(role)),
            CallerAccess::AtLeastViewer if gives(&Role::Viewer) => Some(true),
            // Reads alone cannot tell a Viewer from an Editor, but the member list was refused.
            CallerAccess::AtLeastViewer => (!gives(&Role::Editor)).then_some(false),
            CallerAccess::Nothing => Some(false),
            CallerAccess::Unknown => None,
        }
    }
}

/// Tells of the groups and names that the caller is known by: what they hold is the caller's.
fn of_the_caller(answer: Answer, caller: &Identity) -> Answer {
    let Answer::CannotTell(doubts) = &answer else {
        return answer;
    };
    let theirs = doubts.iter().filter_map(|doubt| match doubt {
        Doubt::Through(giving) => {
            let is_theirs = matches!(caller.is(&giving.principal), IsCaller::Yes | IsCaller::Through);
            is_theirs.then(|| Ground::Binding(giving.clone()))
        }
        Doubt::NotRead(_) | Doubt::LeavesOut(_) | Doubt::Service | Doubt::Generation => None,
    });
    let theirs: Vec<Ground> = theirs.collect();
    if theirs.is_empty() { answer } else { Answer::Yes(theirs) }
}

/// What is written as JSON.
#[derive(Serialize)]
struct Entry<'a> {
    schema: &'static str,
    schema_version: u32,
    server: &'a str,
    server_version: Option<&'a str>,
    principal: &'a str,
    operation: &'static str,
    workspace: Option<&'a str>,
    answer: &'static str,
    grounds: Vec<GroundEntry>,
    doubts: Vec<DoubtEntry>,
    held: Vec<GivingEntry>,
    notes: Vec<&'a str>,
}

impl Answered {
    fn entry(&self) -> Entry<'_> {
        let (grounds, doubts) = match &self.answer {
            Answer::Yes(grounds) => (&grounds[..], &[][..]),
            Answer::No => (&[][..], &[][..]),
            Answer::CannotTell(doubts) => (&[][..], &doubts[..]),
        };
        Entry {
            schema: "nmp-console/can",
            schema_version: answers::SCHEMA_VERSION,
            server: &self.server,
            server_version: self.version.as_ref().map(SafeText::as_str),
            principal: self.principal.raw(),
            operation: self.operation.word(),
            workspace: self.workspace.as_ref().map(WorkspaceName::raw),
            answer: match &self.answer {
                Answer::Yes(_) => "yes",
                Answer::No => "no",
                Answer::CannotTell(_) => "cannot-tell",
            },
            grounds: grounds.iter().map(GroundEntry::of).collect(),
            doubts: doubts.iter().map(DoubtEntry::of).collect(),
            held: self.held.iter().map(GivingEntry::of).collect(),
            notes: self.notes.iter().map(SafeText::as_str).collect(),
        }
    }

    fn write_lines(&self, out: &mut dyn io::Write) -> io::Result<()> {
        let who = self.principal.label();
        let what = match &self.workspace {
            Some(workspace) if self.operation == Operation::DeleteWorkspace => {
                format!("delete the workspace '{}'", workspace.shown())
            }
            Some(workspace) => format!("{} in '{}'", self.operation.in_words(), workspace.shown()),
            None => self.operation.in_words().to_owned(),
        };
        match &self.answer {
            Answer::Yes(grounds) => {
                writeln!(out, "yes: {who} can {what}")?;
                for (nth, ground) in grounds.iter().enumerate() {
                    let word = match (ground, nth) {
                        (Ground::Binding(_), 0) => "by ",
                        (Ground::Binding(_), _) => "also by ",
                        (Ground::AnyLogin | Ground::Shown | Ground::NoLogin, _) => "",
                    };
                    writeln!(out, "  {word}{}", ground.in_words())?;
                }
            }
            Answer::No => writeln!(out, "no: {who} cannot {what}")?,
            Answer::CannotTell(doubts) => {
                writeln!(out, "cannot tell whether {who} can {what}")?;
                doubts
                    .iter()
                    .try_for_each(|doubt| writeln!(out, "  {}", doubt.in_words()))?;
            }
        }
        if !matches!(self.answer, Answer::Yes(_)) {
            let mut held = self.held.iter();
            held.try_for_each(|giving| writeln!(out, "  not by {}", giving.in_words()))?;
        }
        self.notes.iter().try_for_each(|note| writeln!(out, "note: {note}"))
    }
}
