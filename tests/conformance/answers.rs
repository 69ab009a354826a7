//! What the console answers to "who can?" is what the platform does, role by role and operation by operation.

use crate::platform::{Platform, create_project, delete, delete_project, on_every_platform, principal};
use crate::rights::{HOLDERS, holders, is_allowed};
use nmp_console::audit::{Answer, Doubt, Evidence};
use nmp_console::domain::ids::WorkspaceName;
use nmp_console::domain::member::Roster;
use nmp_console::domain::operation::Operation;
use nmp_console::domain::platform::{Allowed, Generation};

const IN_A_WORKSPACE: [Operation; 3] = [Operation::Read, Operation::Write, Operation::ManageMembers];

/// The platform as a platform admin sees it.
struct Known {
    generation: Generation,
    system: Roster,
}

fn system() -> WorkspaceName {
    WorkspaceName::from_platform(WorkspaceName::SYSTEM)
}

impl Known {
    async fn of(platform: &Platform) -> Self {
        Self {
            generation: platform.admin().server_info().await.unwrap().generation,
            system: platform.roster(&system()).await,
        }
    }

    async fn answer(&self, platform: &Platform, who: &str, operation: Operation, workspace: &WorkspaceName) -> Answer {
        let held_in = operation.held_in(workspace);
        let here = platform.roster(&held_in).await;
        let known = [Some(&here), Some(&self.system)];
        Evidence::of_rosters(&held_in, known, self.generation).may(&principal(who), operation)
    }

    /// The same by the role bindings, as `can` reads them for a platform admin.
    async fn answer_by_bindings(
        &self,
        platform: &Platform,
        who: &str,
        operation: Operation,
        workspace: &WorkspaceName,
    ) -> Answer {
        let (admin, held_in) = (platform.admin(), operation.held_in(workspace));
        let here = admin.rows(&held_in).await.unwrap().roster();
        let home = admin.rows(&system()).await.unwrap().roster();
        let evidence = Evidence::of_rosters(&held_in, [Some(&here), Some(&home)], self.generation).from_bindings();
        evidence.may(&principal(who), operation)
    }

    /// Compares an answer with what the platform does. Only where a member list leaves out what was set up with the
    /// platform, as in the first generations, nothing is said instead of "no".
    async fn agrees(&self, platform: &Platform, question: (&str, Operation, &WorkspaceName), may: bool) {
        let (who, operation, workspace) = question;
        let answer = self.answer(platform, who, operation, workspace).await;
        let is_as_told = match &answer {
            Answer::Yes(_) => may,
            Answer::No => !may,
            Answer::CannotTell(_) => !self.generation.lists_platform_admins(),
        };
        assert!(
            is_as_told,
            "{who} {} {}: the platform says {may}, and the console {answer:?}",
            operation.word(),
            workspace.raw()
        );
        let answer = self.answer_by_bindings(platform, who, operation, workspace).await;
        let is_as_told = match &answer {
            Answer::Yes(_) => may,
            Answer::No => !may,
            // Whether creating takes a role is not known of the first generation.
            Answer::CannotTell(doubts) => doubts.iter().all(|doubt| *doubt == Doubt::Generation),
        };
        assert!(
            is_as_told,
            "{who} {} {}: the platform says {may}, and the role bindings {answer:?}",
            operation.word(),
            workspace.raw()
        );
    }
}

/// Whether the platform lets somebody do it; nothing of it stays but a deletion.
async fn may(platform: &Platform, who: &str, operation: Operation, workspace: &WorkspaceName) -> bool {
    let client = platform.client(who);
    match operation {
        Operation::Read => is_allowed(client.workspace(workspace).await),
        Operation::Write => {
            is_allowed(create_project(&client, workspace, "probe").await)
                && is_allowed(delete_project(&client, workspace, "probe").await)
        }
        Operation::ManageMembers => is_allowed(client.members(workspace).await),
        Operation::DeleteWorkspace => is_allowed(delete(&client, workspace).await),
        Operation::CreateWorkspace => client.server_info().await.unwrap().may_create == Allowed::Yes,
    }
}

#[tokio::test]
async fn each_role_gives_what_the_console_answers() {
    on_every_platform(async |platform| {
        let (known, holders) = (Known::of(platform).await, holders(platform, "answers").await);
        let workspace = &holders.workspace;
        let admin = platform.admin_email().to_owned();
        for who in holders.people.iter().chain([&admin]) {
            // What `can` and `who-can` ask the platform about whoever calls.
            let caller = platform.client(who);
            for (operation, answer) in [
                (Operation::Read, caller.caller_reads(workspace).await.unwrap()),
                (Operation::Write, caller.caller_writes(workspace).await.unwrap()),
            ] {
                let may = may(platform, who, operation, workspace).await;
                let expected = if may { Allowed::Yes } else { Allowed::No };
                assert_eq!(answer, expected, "{who} {}", operation.word());
            }
            for operation in IN_A_WORKSPACE.into_iter().chain([Operation::CreateWorkspace]) {
                let may = may(platform, who, operation, workspace).await;
                known.agrees(platform, (who, operation, workspace), may).await;
            }
        }
    })
    .await;
}

/// Whoever holds nothing by name may there what everyone may.
#[tokio::test]
async fn what_everyone_holds_is_what_the_console_answers() {
    on_every_platform(async |platform| {
        let (known, who) = (Known::of(platform).await, platform.somebody("anyone"));
        let default = WorkspaceName::from_platform("default");
        for workspace in [&default, &system()] {
            for operation in [Operation::Read, Operation::ManageMembers] {
                let may = may(platform, &who, operation, workspace).await;
                known.agrees(platform, (&who, operation, workspace), may).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_service_role_gives_a_person_what_the_console_answers() {
    on_every_platform(async |platform| {
        let known = Known::of(platform).await;
        let (workspace, who) = (platform.workspace("service-role").await, platform.somebody("robert"));
        platform.add(&workspace, &who, &["ServiceSystem"]).await;
        platform.until_admitted(&who, &workspace).await;
        for operation in IN_A_WORKSPACE {
            let may = may(platform, &who, operation, &workspace).await;
            assert!(may, "{}", operation.word());
            known.agrees(platform, (&who, operation, &workspace), may).await;
        }
    })
    .await;
}

#[tokio::test]
async fn who_deletes_a_workspace_is_whom_the_console_names() {
    on_every_platform(async |platform| {
        let known = Known::of(platform).await;
        for (place, role) in HOLDERS.into_iter().enumerate() {
            let holders = holders(platform, &format!("who-deletes-{place}")).await;
            let (who, workspace) = (&holders.people[place], &holders.workspace);
            // Afterwards there would be nobody left to ask about.
            let answer = known.answer(platform, who, Operation::DeleteWorkspace, workspace).await;
            let may = may(platform, who, Operation::DeleteWorkspace, workspace).await;
            assert_eq!(matches!(answer, Answer::Yes(_)), may, "{role}: {answer:?}");
        }
    })
    .await;
}
