//! Finds the workspaces that only one person is Admin of, and makes somebody else Admin there, too:
//! `second_admin https://nmp.example.com bob@example.com`, with a token in `NMP_ACCESS_TOKEN`.
//!
//! It needs nothing but the client: `cargo run --no-default-features --example second_admin`.

#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own reads its environment itself"
)]

use nmp_console::{
    BaseUrl, Change, Client, Connection, Coverage, Error, Principal, Propagation, Role, Roster, WorkspaceName,
};
use std::io::{self, Write};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(who), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("say the address of the platform, and whom to make Admin".into());
    };
    let client = Client::new(Connection {
        token: std::env::var("NMP_ACCESS_TOKEN").ok().map(Into::into),
        ..Connection::to(BaseUrl::parse(&address)?)
    })?;
    provide(&client, &Principal::parse_new(&who)?, &mut io::stdout()).await
}

/// Goes through all workspaces whose members the caller may see, and tells `out` what it did there.
async fn provide(client: &Client, deputy: &Principal, out: &mut impl Write) -> Result<(), Box<dyn std::error::Error>> {
    let workspaces = client.all_workspaces().await?;
    for workspace in workspaces.rows {
        let name = workspace.name;
        let roster = match client.members(&name).await {
            Ok(roster) => roster,
            Err(error) => {
                writeln!(out, "{}: {error}", name.shown())?;
                continue;
            }
        };
        let admins = roster
            .members()
            .iter()
            .filter(|member| member.roles.holds(&Role::Admin));
        let admins: Vec<_> = admins.map(|member| &member.principal).collect();
        if let [only] = admins.as_slice()
            && *only != deputy
        {
            let became = match promote(client, &name, deputy, &roster).await {
                Ok(()) => "is Admin now, too".to_owned(),
                // The answer got lost: what is true now, only another look can tell.
                Err(error) if error.is_outcome_unknown() => format!("may be Admin by now: {error}"),
                Err(error) => format!("is not Admin: {error}. {}", error.next_step()),
            };
            writeln!(
                out,
                "{}: beside {} {} {became}",
                name.shown(),
                only.shown(),
                deputy.shown()
            )?;
        }
    }
    if workspaces.coverage != Coverage::Complete {
        writeln!(out, "the list of workspaces changed meanwhile: run this again")?;
    }
    Ok(())
}

/// Makes `deputy` Admin in place of Viewer or Editor; any other role is kept.
async fn promote(client: &Client, workspace: &WorkspaceName, deputy: &Principal, roster: &Roster) -> Result<(), Error> {
    let before = roster.roles_of(deputy);
    let after = before.choosing(Role::Admin);
    let change = Change::Roles {
        workspace: workspace.clone(),
        principal: deputy.clone(),
        before,
        after,
    };
    client.apply(&change, Propagation::Skip).await.map(|_| ())
}

#[cfg(all(test, feature = "sandbox"))]
mod tests {
    use super::*;
    use nmp_console::Timestamp;
    use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Seed, unsigned_token};
    use std::time::Duration;

    #[tokio::test]
    async fn nobody_is_the_only_admin_any_more() -> Result<(), Box<dyn std::error::Error>> {
        let seed = Seed::Demo;
        let platform = sandbox::start(Options {
            seed,
            ..Options::default()
        })
        .await?;
        let token = unsigned_token(PLATFORM_ADMIN, Timestamp::now(), Duration::from_mins(1));
        let client = Client::new(Connection {
            token: Some(token.into()),
            ..Connection::to(BaseUrl::parse(&platform.url())?)
        })?;
        let bob = Principal::parse_new("bob@example.com")?;

        let mut said = Vec::new();
        provide(&client, &bob, &mut said).await?;
        let said = String::from_utf8(said)?;
        assert!(said.contains("bob@example.com is Admin now, too"), "{said}");
        for workspace in client.all_workspaces().await?.rows {
            let roster = client.members(&workspace.name).await?;
            let admins = roster
                .members()
                .iter()
                .filter(|member| member.roles.holds(&Role::Admin));
            assert_ne!(admins.count(), 1, "{}: {said}", workspace.name.shown());
        }

        let mut again = Vec::new();
        provide(&client, &bob, &mut again).await?;
        assert_eq!(String::from_utf8(again)?, "");
        platform.stop().await;
        Ok(())
    }
}
