//! One hit and one near miss of every rule, and what is said about it.

use super::*;
use crate::audit::coverage::AsOf;
use crate::audit::report::Report;
use crate::audit::sample::{Sample, who, ws};
use crate::audit::snapshot::Reading;
use crate::domain::command::{Command, Grammar};
use crate::domain::platform::Generation;
use crate::domain::role::RoleSet;
use crate::domain::workspace::Workspace;
use pretty_assertions::assert_eq;
use rstest::rstest;
use std::sync::Arc;

const OLD: &str = "2024-01-01T00:00:00Z";
const NEW: &str = "2026-11-01T10:00:00Z";
const SOON_AFTER: &str = "2026-11-01T10:00:59Z";
const LATER: &str = "2026-11-01T10:01:01Z";

/// A workspace with two Admins about whom there is nothing to say.
fn team() -> Sample {
    let team = Sample::new().workspace("team");
    team.holds("team", "ann@x.com", "Admin")
        .holds("team", "ben@x.com", "Admin")
}

/// The same with the platform's own workspaces.
fn platform() -> Sample {
    let platform = team().workspace("system").workspace("default");
    platform
        .holds("system", "root@x.com", "HelixAdmin")
        .holds("system", "toor@x.com", "HelixAdmin")
}

fn admins(n: usize) -> Sample {
    (0..n).fold(Sample::new().workspace("team"), |sample, i| {
        sample.holds("team", &format!("p{i:02}@x.com"), "Admin")
    })
}

fn found(sample: &Sample, policy: &str) -> Vec<String> {
    let (snapshot, policy) = (sample.snapshot(), Policy::parse(policy).expect("a policy"));
    let name = |finding: &Finding| {
        let workspace = finding.workspace.and_then(|number| snapshot.workspace(number));
        let principal = finding.principal.and_then(|number| snapshot.principal(number));
        let place = workspace.map_or("-", |workspace| workspace.name.raw());
        let holder = principal.map_or("-", |principal| principal.raw());
        format!("{} {place} {holder}", finding.rule)
    };
    of(&snapshot, &policy).iter().map(name).collect()
}

/// What has a date is judged by the day that the report is about.
#[test]
fn a_report_of_the_past_is_judged_by_its_day() {
    let sample = team().granted("team", "c@x.com", "Viewer", "ann@x.com", OLD);
    let suppressed = "[[suppress]]\nrule = \"stale-grant\"\nworkspace = \"*\"\nreason = \"r\"\nowner = \"o@x.com\"\nexpires = 2025-06-01\n";
    let rules = |at: &str| {
        let mut snapshot = sample.snapshot();
        snapshot.coverage.as_of = Some(AsOf {
            at: crate::audit::sample::at(at),
            perhaps: Vec::new(),
        });
        let policy = Policy::parse(suppressed).expect("a policy");
        let found = of(&snapshot, &policy).into_iter();
        let found = found.map(|finding| (finding.rule.id(), finding.is_suppressed()));
        found.collect::<Vec<_>>()
    };
    assert_eq!(rules("2024-06-01T00:00:00Z"), []);
    assert_eq!(rules("2025-05-01T00:00:00Z"), [("stale-grant", true)]);
    let today = [("expired-suppression", false), ("stale-grant", false)];
    assert_eq!(rules("2026-11-01T00:00:00Z"), today);
}

/// What an access file gives until a day is found from the day after on, where it is still held.
#[rstest]
#[case::last_day("team", "c@x.com", "2026-11-25", &[])]
#[case::day_after("team", "c@x.com", "2026-11-24", &["expired-grant team c@x.com"])]
#[case::held_elsewhere("other", "c@x.com", "2026-11-24", &[])]
#[case::not_held("team", "d@x.com", "2026-11-24", &[])]
fn a_grant_outlives_its_file(
    #[case] place: &str,
    #[case] holder: &str,
    #[case] until: &str,
    #[case] expected: &[&str],
) {
    let snapshot = team().workspace("other").holds("team", "c@x.com", "Viewer").snapshot();
    let term = Term {
        workspace: ws(place),
        principal: who(holder),
        last_day: until.parse().expect("a day"),
        reason: Some("migration".to_owned()),
        ticket: None,
        file: SafeText::new("access.toml"),
        line: 7,
    };
    let policy = Policy::default().with_terms(vec![term]);
    let all = of(&snapshot, &policy);
    let found = all.iter().filter(|finding| finding.rule == Rule::ExpiredGrant);
    let told = found.map(|finding| {
        let holder = finding.principal.and_then(|number| snapshot.principal(number));
        let repair = finding.repair(&snapshot).expect("a repair");
        assert_eq!(repair.roles().1, RoleSet::default());
        let command = finding.command(&snapshot, &Grammar::of(snapshot.origin.generation));
        let command = command.map(|command| String::from(command.shown()));
        let expected = "nemo workspaces members delete c@x.com --workspace team";
        assert_eq!(command.as_deref(), Some(expected));
        format!("{} team {}", finding.rule, holder.map_or("-", |holder| holder.raw()))
    });
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

#[test]
fn there_is_nothing_to_say_about_a_tidy_platform() {
    assert_eq!(found(&platform(), ""), Vec::<String>::new());
}

#[rstest]
#[case::admin(team().holds("team", "*", "Admin"), "wildcard-admin team *")]
#[case::everything(team().holds("team", "*", "ServiceSystem"), "wildcard-admin team *")]
#[case::platform_admin(platform().holds("system", "*", "HelixAdmin"), "wildcard-admin system *")]
#[case::write(team().holds("team", "*", "Editor"), "wildcard-write team *")]
#[case::write_in_default(platform().holds("default", "*", "Editor"), "wildcard-write default *")]
#[case::single(admins(1).holds("team", "grp", "Admin").holds("team", "*", "Viewer"), "single-admin team p00@x.com")]
#[case::single_beside_a_service(admins(1).holds("team", "service:a", "Admin"), "single-admin team p00@x.com")]
#[case::last_platform_admin(
    Sample::new().workspace("system").holds("system", "a@x.com", "HelixAdmin").holds("system", "b@x.com", "Admin"),
    "single-admin system a@x.com"
)]
#[case::nobody(admins(0), "no-human-admin team -")]
#[case::only_groups(admins(0).holds("team", "grp", "Admin").holds("team", "a@x.com", "Editor"), "no-human-admin team -")]
#[case::many(admins(9), "too-many-admins team -")]
#[case::many_by_policy(admins(3), "too-many-admins team -")]
#[case::wrong_case(team().holds("team", "c@x.com", "admin"), "unknown-role team c@x.com")]
#[case::trailing_blank(team().holds("team", "c@x.com", "Viewer "), "unknown-role team c@x.com")]
#[case::top_role_outside(team().holds("team", "c@x.com", "HelixAdmin"), "unknown-role team c@x.com")]
#[case::retired(platform().holds("system", "c@x.com", "PlatformAdmin"), "unknown-role system c@x.com")]
#[case::creator_outside(platform().holds("default", "c@x.com", "WorkspaceCreator"), "unknown-role default c@x.com")]
#[case::service_role(team().holds("team", "c@x.com", "ServiceSystem"), "unknown-role team c@x.com")]
#[case::weaker_own(team().holds("team", "c@x.com", "Viewer,Editor"), "redundant-role team c@x.com")]
#[case::equal_to_all(team().holds("team", "*", "Viewer").holds("team", "c@x.com", "Viewer"), "redundant-role team c@x.com")]
#[case::external(team().holds("team", "c@y.com", "Viewer"), "external-domain team c@y.com")]
#[case::stale(team().granted("team", "c@x.com", "Viewer", "ann@x.com", OLD), "stale-grant team c@x.com")]
#[case::self_granted(
    Sample::new().made("team", "ann@x.com", NEW).holds("team", "ann@x.com", "Admin")
        .granted("team", "c@x.com", "Admin", "c@x.com", NEW),
    "self-granted-admin team c@x.com"
)]
#[case::maker_again(
    Sample::new().made("team", "c@x.com", NEW).holds("team", "ann@x.com", "Admin")
        .granted("team", "c@x.com", "Admin", "c@x.com", LATER),
    "self-granted-admin team c@x.com"
)]
#[case::self_granted_under_a_later_grant(
    Sample::new().made("team", "ann@x.com", NEW).holds("team", "ann@x.com", "Admin")
        .granted("team", "c@x.com", "Admin", "c@x.com", NEW).granted("team", "c@x.com", "JobRunner", "ann@x.com", LATER),
    "self-granted-admin team c@x.com"
)]
#[case::stale_under_a_later_grant(
    team().granted("team", "c@x.com", "JobRunner", "ann@x.com", OLD).granted("team", "c@x.com", "Viewer", "ann@x.com", LATER),
    "stale-grant team c@x.com"
)]
#[case::cyrillic(team().holds("team", "\u{430}nn@x.com", "Viewer"), "lookalike-principal - \u{430}nn@x.com")]
#[case::invisible(team().holds("team", "cyd\u{200b}@x.com", "Viewer"), "lookalike-principal - cyd\u{200b}@x.com")]
#[case::full_width(team().holds("team", "ａｎｎ@x.com", "Viewer"), "lookalike-principal - ａｎｎ@x.com")]
#[case::upper_case(team().holds("team", "grp", "Viewer").holds("team", "Grp", "Viewer"), "duplicate-identity - grp")]
#[case::blanks(team().holds("team", " ann@x.com", "Viewer"), "duplicate-identity - ann@x.com")]
#[case::open(platform().holds("system", "*", "WorkspaceCreator"), "open-workspace-creation system *")]
#[case::orphaned(
    Sample::new().made("team", "gone@x.com", NEW).holds("team", "ann@x.com", "Admin").holds("team", "ben@x.com", "Admin"),
    "orphaned-workspace team -"
)]
#[case::denied(
    Sample::new().known(Workspace::known_by_name(ws("team")), Reading::Denied), "unreadable team -"
)]
#[case::failed(
    Sample::new().known(Workspace::known_by_name(ws("team")), Reading::Failed(SafeText::new("timed out"))),
    "unreadable team -"
)]
fn finds(#[case] sample: Sample, #[case] expected: &str) {
    let policy = "max_admins = 8\napproved_domains = ['x.com']";
    // Where everyone is Admin, every Admin by name is redundant.
    let policy = if expected.starts_with("wildcard") {
        "disabled_rules = ['redundant-role']"
    } else {
        policy
    };
    // Blanks around a name can deceive, too.
    let policy = if expected.starts_with("duplicate") {
        "disabled_rules = ['lookalike-principal']"
    } else {
        policy
    };
    let policy = if expected.starts_with("too-many") {
        "max_admins = 2"
    } else {
        policy
    };
    assert_eq!(found(&sample, policy), [expected]);
}

#[rstest]
#[case::everyone_reads(team().holds("team", "*", "Viewer"))]
#[case::group_admin(team().holds("team", "grp", "Admin"))]
#[case::two_admins(admins(2))]
#[case::eight_admins(admins(8))]
#[case::admin_by_subject(admins(1).granted("team", "0a1b", "Admin", "p00@x.com", NEW).granted("team", "c@x.com", "Viewer", "0a1b", NEW))]
#[case::no_admins_in_default(platform())]
#[case::top_role(platform().holds("system", "c@x.com", "HelixAdmin"))]
#[case::older_top_role(
    Sample::new().on(Generation::Platform06).workspace("system")
        .holds("system", "a@x.com", "PlatformAdmin").holds("system", "b@x.com", "PlatformAdmin")
)]
#[case::seeds_are_not_listed(Sample::new().on(Generation::Helix).workspace("default"))]
#[case::job_runner(team().holds("team", "service:jobs", "JobRunner"))]
#[case::service(team().holds("team", "service:jobs", "ServiceSystem"))]
#[case::stronger_than_all(team().holds("team", "*", "Viewer").holds("team", "c@x.com", "Editor"))]
#[case::role_beside(team().holds("team", "c@x.com", "Editor,JobRunner"))]
#[case::subdomain(team().holds("team", "c@sub.x.com", "Viewer"))]
#[case::no_address(team().holds("team", "grp", "Viewer"))]
#[case::just_a_year(team().granted("team", "c@x.com", "Viewer", "ann@x.com", "2025-11-25T12:00:00Z"))]
#[case::maker(
    Sample::new().made("team", "c@x.com", NEW).holds("team", "ann@x.com", "Admin")
        .granted("team", "c@x.com", "Admin", "c@x.com", SOON_AFTER)
)]
#[case::viewer_by_own_hand(team().granted("team", "c@x.com", "Viewer", "c@x.com", NEW))]
#[case::by_somebody(team().granted("team", "c@x.com", "Admin", "ann@x.com", NEW))]
#[case::one_script(team().holds("team", "иван", "Viewer").holds("team", "田中@x.com", "Viewer"))]
#[case::other_name(team().holds("team", "an@x.com", "Viewer"))]
#[case::creator_by_name(platform().holds("system", "c@x.com", "WorkspaceCreator"))]
#[case::maker_is_member(
    Sample::new().made("team", "ann@x.com", NEW).holds("team", "ann@x.com", "Admin").holds("team", "ben@x.com", "Admin")
)]
#[case::maker_under_another_name(
    Sample::new().made("team", "sub@idp", NEW).holds("team", "ann@x.com", "Admin")
        .granted("team", "ben@x.com", "Admin", "sub@idp", SOON_AFTER)
)]
#[case::maker_that_cannot_be_told(
    Sample::new().made("team", "0a1b", NEW).holds("team", "ann@x.com", "Admin").holds("team", "ben@x.com", "Admin")
)]
#[case::not_read(
    Sample::new().known(Workspace { created_by: Some("gone@x.com".to_owned()), ..Workspace::known_by_name(ws("team")) }, Reading::NotRead)
        .holds("team", "*", "Admin").holds("team", "\u{430}nn@x.com", "Owner")
)]
fn passes_over(#[case] sample: Sample) {
    let policy = "approved_domains = ['x.com', '*.x.com']";
    assert_eq!(found(&sample, policy), Vec::<String>::new());
}

#[test]
fn a_described_workspace_is_not_orphaned() {
    let described = Workspace {
        description: Some("models".to_owned()),
        created_by: Some("gone@x.com".to_owned()),
        ..Workspace::known_by_name(ws("team"))
    };
    let sample = Sample::new().known(described, Reading::Read);
    let sample = sample
        .holds("team", "a@x.com", "Admin")
        .holds("team", "b@x.com", "Admin");
    assert_eq!(found(&sample, ""), Vec::<String>::new());
}

#[test]
fn domains_matter_only_when_some_are_approved() {
    assert_eq!(
        found(&team().holds("team", "c@evil.org", "Viewer"), ""),
        Vec::<String>::new()
    );
}

#[rstest]
#[case("Editor", &[])]
#[case("Admin", &["wildcard-admin team *"])]
fn a_policy_allows_wildcards_up_to_a_role(#[case] role: &str, #[case] expected: &[&str]) {
    let policy = "disabled_rules = ['redundant-role']\n[[allow_wildcard]]\nworkspace = 't*'\nrole = 'Editor'\nreason = \
                  'open'";
    assert_eq!(found(&team().holds("team", "*", role), policy)[..], *expected);
}

#[test]
fn disabled_rules_find_nothing() {
    assert_eq!(
        found(&admins(1), "disabled_rules = ['single-admin']"),
        Vec::<String>::new()
    );
}

#[rstest]
#[case::to_the_last_day("team", "2026-11-25", Some(0), 1)]
#[case::expired("team", "2026-11-24", None, 2)]
#[case::elsewhere("other-*", "2026-11-25", None, 1)]
fn suppressions_mark_findings_until_they_expire(
    #[case] workspace: &str,
    #[case] expires: &str,
    #[case] by: Option<u16>,
    #[case] n_findings: usize,
) {
    let policy = format!(
        "[[suppress]]\nrule = 'single-admin'\nworkspace = '{workspace}'\nreason = 'small team.'\nowner = 'ann'\n\
         expires = {expires}"
    );
    let (snapshot, policy) = (admins(1).snapshot(), Policy::parse(&policy).unwrap());
    let findings = of(&snapshot, &policy);
    assert_eq!(findings.len(), n_findings);
    let single = findings
        .iter()
        .find(|finding| finding.rule == Rule::SingleAdmin)
        .unwrap();
    assert_eq!(single.suppressed_by, by);
    if let Some(expired) = findings.iter().find(|finding| finding.rule == Rule::ExpiredSuppression) {
        assert_eq!(expired.fact, Fact::Suppression(0));
        assert_eq!(
            expired.reason(&snapshot, &policy).as_str(),
            "Suppression 1 of the policy (single-admin in 'team') was valid until 2026-11-24 (owner ann; reason: small team)."
        );
    }
}

#[rstest]
#[case::wildcard_admin(
    team().granted("team", "*", "Admin", "ann@x.com", NEW),
    "Everyone (*) is Admin of 'team' (since 2026-11-01, granted by ann@x.com).",
    Some("nemo workspaces members update '*' --workspace team --roles Viewer")
)]
#[case::wildcard_as_the_only_admin(
    admins(0).holds("team", "*", "Admin,Viewer").holds("team", "a@x.com", "Viewer"),
    "Everyone (*) is Admin of 'team'.",
    Some("nemo workspaces members create --workspace team --principal <PERSON> --roles Admin && \
          nemo workspaces members update '*' --workspace team --roles Viewer")
)]
#[case::platform_admins(
    platform().holds("system", "*", "HelixAdmin,Viewer"),
    "Everyone (*) has HelixAdmin in 'system': everyone is a platform admin.",
    Some("nemo workspaces members update '*' --workspace system --roles Viewer")
)]
#[case::wildcard_write(
    team().holds("team", "*", "Editor"),
    "Everyone (*) has Editor in 'team'.",
    Some("nemo workspaces members update '*' --workspace team --roles Viewer")
)]
#[case::wildcard_as_installed(
    platform().granted("default", "*", "Editor", "system", NEW),
    "Everyone (*) has Editor in 'default', as the platform installs it (since 2026-11-01, granted by system).",
    None
)]
#[case::wildcard_by_somebody(
    platform().granted("default", "*", "Editor", "ann@x.com", NEW),
    "Everyone (*) has Editor in 'default' (since 2026-11-01, granted by ann@x.com).",
    Some("nemo workspaces members update '*' --workspace default --roles Viewer")
)]
#[case::wildcard_by_a_service(
    platform().granted("default", "*", "Editor", "service:platform-seed", NEW),
    "Everyone (*) has Editor in 'default' (since 2026-11-01, granted by service:platform-seed).",
    Some("nemo workspaces members update '*' --workspace default --roles Viewer")
)]
#[case::several_of_one(
    team().granted("team", "c@x.com", "JobRunner", "ann@x.com", OLD).granted("team", "c@x.com", "Viewer", "ben@x.com", NEW),
    "c@x.com has held one of Viewer, JobRunner in 'team' for more than 365 days; a review is due (Viewer since 2026-11-01, \
     granted by ben@x.com; JobRunner since 2024-01-01, granted by ann@x.com).",
    None
)]
#[case::single(
    admins(1).holds("team", "grp", "Admin"),
    "p00@x.com is the only person who is Admin of 'team'; 1 other Admin is a group, a service account or *.",
    Some("nemo workspaces members create --workspace team --principal <PERSON> --roles Admin")
)]
#[case::nobody(
    admins(0).holds("team", "a@x.com", "Viewer"),
    "Nobody is Admin of 'team'; it has 1 member.",
    Some("nemo workspaces members create --workspace team --principal <PERSON> --roles Admin")
)]
#[case::no_person(
    admins(0).holds("team", "grp", "Admin").holds("team", "service:a", "Admin"),
    "No person is Admin of 'team', only grp (group), service:a (service account).",
    Some("nemo workspaces members create --workspace team --principal <PERSON> --roles Admin")
)]
#[case::many(
    admins(9),
    "9 principals are Admin of 'team'; the policy allows 8.",
    Some("nemo workspaces members update <PERSON> --workspace team --roles Editor")
)]
#[case::unknown(
    team().holds("team", "c@x.com", "admin,Viewer"),
    "In 'team', c@x.com has role 'admin', which this platform does not know: no effect (perhaps 'Admin' was meant).",
    None
)]
#[case::idle(
    platform().holds("system", "c@x.com", "PlatformAdmin,Viewer"),
    "In 'system', c@x.com has role 'PlatformAdmin', which no longer has any effect: this platform has another top role.",
    Some("nemo workspaces members update c@x.com --workspace system --roles Viewer")
)]
#[case::everything(
    team().granted("team", "c@x.com", "ServiceSystem", "ann@x.com", NEW),
    "In 'team', c@x.com has role 'ServiceSystem', which is meant for services and gives every permission there (since \
     2026-11-01, granted by ann@x.com).",
    None
)]
#[case::redundant_own(
    team().holds("team", "c@x.com", "Viewer,Editor"),
    "c@x.com has Viewer in 'team', already given by its own Editor.",
    Some("nemo workspaces members update c@x.com --workspace team --roles Editor")
)]
#[case::redundant_of_whom_no_name_finds(
    team().holds("team", "jos\u{e9}@x.com", "Viewer,Editor"),
    "jos\u{e9}@x.com has Viewer in 'team', already given by its own Editor.",
    None
)]
#[case::redundant_by_all(
    team().holds("team", "*", "Viewer").holds("team", "c@x.com", "Viewer"),
    "c@x.com has Viewer in 'team', already given by Viewer of Everyone (*).",
    Some("nemo workspaces members delete c@x.com --workspace team")
)]
#[case::redundant_both(
    platform().holds("system", "*", "WorkspaceCreator").holds("system", "c@x.com", "Viewer,Editor,WorkspaceCreator"),
    "c@x.com has Viewer, WorkspaceCreator in 'system', already given by its own Editor and WorkspaceCreator of Everyone (*).",
    Some("nemo workspaces members update c@x.com --workspace system --roles Editor")
)]
#[case::stale(
    team().granted("team", "c@x.com", "Viewer", "ann@x.com", OLD),
    "c@x.com has held Viewer in 'team' for more than 365 days; a review is due (since 2024-01-01, granted by ann@x.com).",
    None
)]
#[case::self_granted(
    Sample::new().made("team", "ann@x.com", OLD).holds("team", "ann@x.com", "Admin")
        .granted("team", "c@x.com", "Admin", "c@x.com", NEW),
    "c@x.com granted themselves Admin of 'team' (since 2026-11-01, granted by c@x.com); it was created on 2024-01-01 by \
     ann@x.com.",
    None
)]
#[case::lookalike(
    team().holds("team", "\u{430}nn@x.com", "Viewer"),
    "'\u{430}nn@x.com' (in 'team') mixes Cyrillic and Latin letters that look alike and has U+0430 as character 1, and \
     can be mistaken for 'ann@x.com' (in 'team').",
    None
)]
#[case::not_to_be_copied(
    team().holds("team", "cyd\u{200b}@x.com", "Viewer"),
    "'cyd\\u{200b}@x.com' (in 'team') contains invisible characters and has U+200B as character 4.",
    None
)]
#[case::duplicate(
    team().workspace("b").holds("b", "Ann@x.com", "Admin").holds("b", "ben@x.com", "Admin"),
    "'ann@x.com' (in 'team') and 'Ann@x.com' (in 'b') differ only in case or spaces.",
    None
)]
#[case::open(
    platform().holds("system", "*", "WorkspaceCreator,Viewer"),
    "Everyone (*) has WorkspaceCreator in 'system'.",
    None
)]
#[case::orphaned(
    Sample::new().made("team", "gone@x.com", NEW).holds("team", "ann@x.com", "Admin").holds("team", "ben@x.com", "Admin"),
    "'team' has no description, and it was created on 2026-11-01 by gone@x.com, who is no longer a member; it has 2 members.",
    Some("nemo workspaces update team --description <PURPOSE>")
)]
#[case::failed(
    Sample::new().known(Workspace::known_by_name(ws("team")), Reading::Failed(SafeText::new("timed out"))),
    "The members of 'team' could not be read: timed out.",
    None
)]
#[case::unreachable_name(
    team().holds("team", "grp/sub", "admin"),
    "In 'team', grp/sub has role 'admin', which this platform does not know: no effect (perhaps 'Admin' was meant).",
    None
)]
fn says_why_and_what_to_do(#[case] sample: Sample, #[case] reason: &str, #[case] command: Option<&str>) {
    let (snapshot, policy) = (sample.snapshot(), Policy::default());
    let findings = of(&snapshot, &policy);
    let first = findings.first().expect("something is wrong");
    assert_eq!(first.reason(&snapshot, &policy).as_str(), reason);
    let grammar = Grammar::of(snapshot.origin.generation);
    assert_eq!(first.command(&snapshot, &grammar).as_ref().map(Command::raw), command);
}

/// What is installed is told, but it is nothing to be alarmed about: and nothing of it is to be taken away by pasting.
#[test]
fn what_the_platform_installs_is_information() {
    let sample = platform().granted("default", "*", "Editor", "system", OLD);
    let snapshot = sample
        .granted("system", "*", "WorkspaceCreator", "system", NEW)
        .snapshot();
    let findings = of(&snapshot, &Policy::default());
    let about_everyone = findings
        .iter()
        .filter(|finding| finding.principal == snapshot.everyone());
    let about_everyone: Vec<&Finding> = about_everyone.collect();
    // Writing, its age, and creating workspaces.
    assert_eq!(about_everyone.len(), 3);
    let grammar = Grammar::of(snapshot.origin.generation);
    for finding in about_everyone {
        assert_eq!(finding.severity(), Severity::Info);
        assert!(finding.command(&snapshot, &grammar).is_none());
    }
}

/// The CLI of the first generation sets its default workspace for it, and leaves it set.
#[test]
fn no_command_changes_more_than_it_says() {
    let sample = team()
        .on(Generation::Seed)
        .holds("team", "*", "Editor")
        .holds("team", "c@x.com", "Viewer,Editor");
    let snapshot = sample.snapshot();
    let grammar = Grammar::of(snapshot.origin.generation);
    let findings = of(&snapshot, &Policy::default());
    assert!(findings.len() > 1);
    assert!(
        findings
            .iter()
            .all(|finding| finding.command(&snapshot, &grammar).is_none())
    );
}

#[test]
fn an_external_address_names_its_domain() {
    let policy = Policy::parse("approved_domains = ['x.com']").unwrap();
    let snapshot = team().holds("team", "c@evil.org", "Viewer").snapshot();
    let findings = of(&snapshot, &policy);
    assert_eq!(
        findings[0].reason(&snapshot, &policy).as_str(),
        "c@evil.org has Viewer in 'team', and the policy does not approve the domain 'evil.org'."
    );
}

#[test]
fn nobody_is_told_to_remove_the_admins_where_everyone_is_one() {
    let snapshot = team().holds("team", "*", "Admin").snapshot();
    let findings = of(&snapshot, &Policy::default());
    let redundant: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.rule == Rule::RedundantRole)
        .collect();
    assert_eq!(redundant.len(), 2);
    let grammar = Grammar::of(snapshot.origin.generation);
    assert!(
        redundant
            .iter()
            .all(|finding| finding.command(&snapshot, &grammar).is_none())
    );
}

#[test]
fn the_worst_comes_first() {
    let sample = platform()
        .holds("team", "*", "Admin")
        .holds("system", "*", "WorkspaceCreator")
        .holds("default", "z@x.com", "owner")
        .holds("default", "c@x.com", "owner");
    let expected = [
        "wildcard-admin team *",
        "unknown-role default c@x.com",
        "unknown-role default z@x.com",
        "redundant-role team ann@x.com",
        "redundant-role team ben@x.com",
        "open-workspace-creation system *",
    ];
    assert_eq!(found(&sample, ""), expected);
}

#[test]
fn findings_are_found_by_their_place() {
    let sample = team()
        .holds("team", "*", "Viewer")
        .holds("team", "\u{430}nn@x.com", "Viewer,owner")
        .workspace("b");
    let report = Report::new(sample.snapshot(), Arc::new(Policy::default()));
    let rules = |findings: Vec<&Finding>| findings.iter().map(|finding| finding.rule).collect::<Vec<_>>();
    let number = |name| report.snapshot.workspace_no(&ws(name)).unwrap();
    let odd = report.snapshot.principal_no(&who("\u{430}nn@x.com")).unwrap();
    let at = |workspace| rules(report.findings_at(number(workspace), odd).collect());
    assert_eq!(
        at("team"),
        [Rule::UnknownRole, Rule::RedundantRole, Rule::LookalikePrincipal]
    );
    assert_eq!(at("b"), [Rule::LookalikePrincipal]);
}

#[test]
fn a_finding_is_small() {
    assert!(size_of::<Finding>() <= 40);
}
