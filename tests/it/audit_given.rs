//! Reports for tests, made from workspaces and their members.

use jiff::Timestamp;
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::audit::coverage::{Method, Tally};
use nmp_console::audit::{Builder, Coverage, Origin, Policy, Reading, Report};
use nmp_console::domain::member::Roster;
use nmp_console::domain::platform::Generation;
use nmp_console::domain::text::SafeText;
use nmp_console::domain::workspace::Workspace;
use std::sync::Arc;

/// Returns where a report comes from that was read in `second`.
pub(crate) fn origin(second: i64) -> Origin {
    let at = Timestamp::from_second(second).expect("a small number");
    Origin {
        server: "https://nmp.example.com".to_owned(),
        server_version: Some("0.8.1".to_owned()),
        generation: Generation::Helix,
        caller: "alice@example.com".to_owned(),
        is_platform_admin: false,
        started_at: at,
        ended_at: at,
    }
}

/// Returns the report of everything in `rooms`: a workspace with its members, or why they cannot be read.
pub(crate) fn report<'a>(
    second: i64,
    rooms: impl IntoIterator<Item = (&'a Workspace, Result<Roster, Failure>)>,
) -> Arc<Report> {
    report_of(origin(second), rooms)
}

/// Returns the report of everything in `rooms` that comes from `origin`.
pub(crate) fn report_of<'a>(
    origin: Origin,
    rooms: impl IntoIterator<Item = (&'a Workspace, Result<Roster, Failure>)>,
) -> Arc<Report> {
    let at = origin.ended_at;
    // Whether it is read from role bindings shows where member lists leave somebody out.
    let in_bulk = origin.is_platform_admin && !origin.generation.lists_platform_admins();
    let mut builder = Builder::new(origin);
    let mut n = 0;
    for (workspace, roster) in rooms {
        n += 1;
        builder.add_workspace(workspace);
        match roster {
            Ok(roster) => builder.add_roster(&workspace.name, &roster),
            Err(failure) if failure.kind == FailureKind::Forbidden => builder.mark(&workspace.name, Reading::Denied),
            Err(failure) => builder.mark(&workspace.name, Reading::Failed(SafeText::new(failure.why()))),
        }
    }
    let mut coverage = Coverage::nothing(if in_bulk { Method::Bindings } else { Method::Members });
    coverage.workspaces = Tally {
        n_pages: 1,
        n_read: n,
        n_total: Some(n),
        is_complete: true,
    };
    Arc::new(Report::new(builder.freeze(coverage, at), Arc::new(Policy::default())))
}
