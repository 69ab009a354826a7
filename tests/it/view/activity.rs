//! What was changed, as it stands on the screen.

use super::check;
use super::painted::paint;
use super::scene::{Scene, session};
use super::world::{DAY, HOUR, World, ago};
use crate::platform::{at, failure, roles, who};
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::domain::activity::{Caller, Conclusion, Record, RecordId, Verdict};
use nmp_console::domain::binding::{Binding, Touch, Touches};
use nmp_console::domain::change::Change;
use nmp_console::domain::ids::ResourceName;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::resource::{ResourceId, ResourceKind};
use nmp_console::domain::role::Role;
use nmp_console::domain::text::SafeText;
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;

fn change(workspace: &str, principal: &str, before: &[&str], after: &[&str]) -> Change {
    Change::Roles {
        workspace: at(workspace),
        principal: who(principal),
        before: roles(before),
        after: roles(after),
    }
}

/// A change that was confirmed at once.
fn record(seq: u64, seconds: i64, change: impl Into<Option<Change>>) -> Record {
    let change = change.into();
    let (before, found) = change.as_ref().map(Change::roles).unwrap_or_default();
    let is_about_roles = !before.is_empty() || !found.is_empty();
    let end = Conclusion {
        verdict: Verdict::Confirmed,
        found: is_about_roles.then_some(found),
        why: None,
        may_come_true: false,
    };
    Record {
        id: RecordId::new(format!("4f0c2b7a91de-{seq}")),
        seq,
        at: ago(seconds),
        caller: Caller {
            subject: Some("0a1b2c".to_owned()),
            email: Some("alice@example.com".to_owned()),
        },
        operator: SafeText::new("al (sudo by root) on bastion, pts/3"),
        tool: Some(SafeText::new("nmp-console 1.0.0")),
        context: SafeText::new("prod"),
        server: "https://nmp.example.com".to_owned(),
        version: Some(SafeText::new("0.8.1")),
        change,
        lifted_until: None,
        request: SafeText::new("PUT /apis/entities/v2/workspaces/ml-team/members/x?wait_role_propagation=false"),
        body: Some(SafeText::new(r#"{"roles":["Editor"]}"#)),
        reason: None,
        undoes: None,
        plan: None,
        digest: None,
        made_from: None,
        end: Some((ago(seconds - 1), end)),
    }
}

fn ended(verdict: Verdict, why: Option<&str>, mut record: Record) -> Record {
    let (at, _) = record.end.unwrap();
    let why = why.map(SafeText::new);
    let found = None;
    record.end = Some((
        at,
        Conclusion {
            verdict,
            found,
            why,
            may_come_true: false,
        },
    ));
    record
}

fn elsewhere(record: Record) -> Record {
    Record {
        server: "http://staging.example.com".to_owned(),
        context: SafeText::new("staging"),
        ..record
    }
}

/// One of every sort.
pub(super) fn journal() -> Vec<Record> {
    let mut all = changes_of_roles();
    all.extend(other_changes());
    all
}

fn changes_of_roles() -> Vec<Record> {
    vec![
        Record {
            end: None,
            ..record(31, 10, change("ml-team", "erin@example.com", &[], &["Admin"]))
        },
        Record {
            undoes: Some(RecordId::new("4f0c2b7a91de-27")),
            reason: Some(SafeText::new("OPS-12: was the wrong Bob")),
            ..record(
                29,
                5 * 60,
                change("ml-team", "bob@example.com", &["Editor"], &["Viewer"]),
            )
        },
        ended(
            Verdict::Refused,
            Some("Cannot remove the last Admin from workspace 'solo'"),
            record(28, HOUR, change("solo", "bob@example.com", &["Admin"], &[])),
        ),
        Record {
            plan: Some(SafeText::new("4f0c2b7a91de-20")),
            ..record(
                27,
                2 * HOUR,
                change("ml-team", "bob@example.com", &["Viewer"], &["Editor"]),
            )
        },
        ended(
            Verdict::Unknown,
            None,
            record(25, DAY, change("open-lab", "*", &["Editor"], &["Viewer"])),
        ),
        elsewhere(record(23, DAY, change("ml-team", "dave@example.com", &[], &["Viewer"]))),
    ]
}

fn other_changes() -> Vec<Record> {
    let project = ResourceId {
        kind: ResourceKind::Project,
        name: ResourceName::from_platform("speech"),
    };
    let delete = Change::DeleteResource {
        workspace: at("ml-team"),
        target: project,
    };
    let describe = Change::Describe {
        workspace: at("ml-team"),
        before: Some("old words".to_owned()),
        after: "new words".to_owned(),
    };
    let lab = at("payments-fraud-detection-experiments-2026");
    let create = Change::CreateWorkspace {
        name: lab.clone(),
        description: None,
    };
    vec![
        record(21, 2 * DAY, Some(delete)),
        record(19, 3 * DAY, Some(describe)),
        ended(Verdict::Accepted, None, record(17, 9 * DAY, Some(create))),
        ended(
            Verdict::NotApplied,
            None,
            record(15, 40 * DAY, Some(Change::DeleteWorkspace { workspace: lab })),
        ),
        record(
            13,
            60 * DAY,
            change("ml-team", "mallory\u{202e}@example.com\u{1b}[2J", &[], &["Viewer"]),
        ),
        Record {
            body: None,
            ..record(11, 400 * DAY, None::<Change>)
        },
    ]
}

#[test]
fn what_an_undo_passes_over_is_named() {
    let deletion = |n: i64| {
        let target = ResourceId {
            kind: ResourceKind::Project,
            name: ResourceName::from_platform(format!("speech-{n}")),
        };
        let workspace = at("ml-team");
        let delete = Change::DeleteResource { workspace, target };
        record(40 - n.unsigned_abs(), n * HOUR, Some(delete))
    };
    let mut world = World::new();
    let promotion = change("ml-team", "carol@example.com", &["Viewer"], &["Editor"]);
    let deletions = (1..8).map(deletion);
    world.journal = deletions.chain([record(27, 9 * HOUR, promotion)]).collect();
    let scene = Scene::start_with(session(), world, 80, 24).settle().open("ml-team");
    scene.press("u").settle().shows("undo-passed-over");
}

pub(super) fn open(records: Vec<Record>, width: u16, height: u16) -> Scene {
    let mut world = World::new();
    world.journal = records.into();
    let scene = Scene::start_with(session(), world, width, height).settle();
    scene.press("L").settle()
}

#[test]
fn activity_at_every_size() {
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
        open(journal(), width, height)
            .press("j")
            .shows(&format!("activity-{width}x{height}"));
    }
    open(journal(), 160, 30).press("a j j").shows("activity-all-servers");
    let ascii = Look::new(ColorDepth::None, true);
    check("ascii-activity", &paint(&open(journal(), 80, 24).model, &ascii).text());
}

#[test]
fn that_read_only_was_lifted_is_a_row_among_the_changes() {
    let lift = Record {
        lifted_until: Some(ago(55 * 60)),
        request: SafeText::default(),
        body: None,
        reason: Some(SafeText::new("OPS-12: the vision team moves")),
        ..ended(
            Verdict::Ended,
            Some("as its user asked"),
            record(2, HOUR, None::<Change>),
        )
    };
    let records = || {
        let given = change("ml-team", "erin@example.com", &[], &["Viewer"]);
        vec![record(3, 58 * 60, given), lift.clone()]
    };
    let scene = open(records(), 120, 40).press("j");
    scene.shows("activity-lifted");
    let scene = open(records(), 80, 24).press("j u").settle();
    scene.shows("activity-lifted-undo");
}

/// A plan of which one change was refused and one is undone, another one that is undone as a whole, and its undo.
pub(super) fn with_plans() -> Vec<Record> {
    let part_of = |plan: &str, record: Record| Record {
        plan: Some(SafeText::new(plan)),
        reason: Some(SafeText::new("OPS-12: the vision team moves")),
        digest: Some("3f9a0c12bd34".repeat(6).chars().take(64).collect()),
        ..record
    };
    let takes_back = |seq: u64, record: Record| Record {
        undoes: Some(RecordId::new(format!("4f0c2b7a91de-{seq}"))),
        ..part_of("4f0c2b7a91de-31", record)
    };
    let add = |n: u64, who: &str| change("ml-team", &format!("{who}-{n}@example.com"), &[], &["Viewer"]);
    let take = |n: u64, who: &str| change("ml-team", &format!("{who}-{n}@example.com"), &["Viewer"], &[]);
    let mut all: Vec<Record> = (32..34)
        .rev()
        .map(|n| takes_back(n - 10, record(n, HOUR, take(n - 10, "new"))))
        .collect();
    all.push(Record {
        undoes: Some(RecordId::new("4f0c2b7a91de-12")),
        ..record(30, 2 * HOUR, take(12, "colleague"))
    });
    all.extend(
        (22..24)
            .rev()
            .map(|n| part_of("4f0c2b7a91de-21", record(n, DAY, add(n, "new")))),
    );
    let refused = Some("the platform said no");
    all.push(part_of(
        "4f0c2b7a91de-11",
        ended(Verdict::Refused, refused, record(16, 2 * DAY, add(16, "colleague"))),
    ));
    all.extend(
        (12..16)
            .rev()
            .map(|n| part_of("4f0c2b7a91de-11", record(n, 2 * DAY, add(n, "colleague")))),
    );
    all
}

#[test]
fn a_plan_is_a_row_at_every_size() {
    for (width, height) in [(80, 24), (120, 40), (60, 16), (200, 50)] {
        open(with_plans(), width, height)
            .press("G enter")
            .shows(&format!("activity-plans-{width}x{height}"));
    }
    open(with_plans(), 80, 24).shows("activity-plans-closed");
    open(with_plans(), 80, 24)
        .press("G enter j j j j j")
        .shows("activity-plans-a-part");
    let ascii = Look::new(ColorDepth::None, true);
    let scene = open(with_plans(), 80, 24).press("enter");
    check("ascii-activity-plans", &paint(&scene.model, &ascii).text());
}

/// What a title counts are changes; how many rows they take is said where that is another number.
#[test]
fn a_title_that_counts_changes_says_in_how_many_rows_they_stand() {
    let closed = open(with_plans(), 80, 24).text();
    let n_changes = with_plans().len();
    assert!(
        closed.contains(&format!("Activity ({n_changes} changes in 4 rows)")),
        "{closed}"
    );
    let plain = open(journal(), 80, 24).text();
    assert!(plain.contains("Activity (11), 1 on other servers"), "{plain}");
}

/// Whoever compares the digest of a plan finds all of it, however narrow the screen.
#[test]
fn the_digest_of_a_plan_is_found_on_a_narrow_screen() {
    let digest: String = "3f9a0c12bd34".repeat(6).chars().take(64).collect();
    let row = open(with_plans(), 80, 24).press("G");
    assert!(row.text().contains(&format!("digest {digest} ")), "{}", row.text());
    let small = open(with_plans(), 60, 16).press("G");
    assert!(small.text().contains("digest 3f9a0c12bd343f9a0c12"), "{}", small.text());
    for (width, height, keys) in [
        (80, 24, "G i"),
        (60, 16, "G i"),
        (80, 24, "G enter j i pgdn"),
        (99, 30, "G i"),
    ] {
        let details = open(with_plans(), width, height).press(keys).text();
        let squeezed: String = details.chars().filter(char::is_ascii_alphanumeric).collect();
        assert!(squeezed.contains(&format!("Digest{digest}")), "{keys}: {details}");
    }
}

#[test]
fn the_whole_record_of_a_change() {
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
        let scene = open(journal(), width, height).press("j j enter");
        scene.shows(&format!("activity-record-{width}x{height}"));
    }
    open(journal(), 80, 24)
        .press("j enter pgdn")
        .shows("activity-record-end");
}

#[test]
fn no_journal_and_no_changes() {
    open(Vec::new(), 80, 24).shows("activity-none");
    let others = vec![elsewhere(record(
        1,
        DAY,
        change("ml-team", "bob@example.com", &[], &["Viewer"]),
    ))];
    open(others, 80, 24).shows("activity-none-here");
    let scene = Scene::ready(80, 24).press("L");
    scene.clone().shows("activity-loading");
    let no_journal = Failure::local("no journal is kept", "start without --no-journal");
    scene.fail(no_journal).shows("activity-no-journal");
    open(journal(), 80, 24)
        .press("/")
        .type_text("nobody")
        .shows("activity-filtered-away");
    let stale = open(journal(), 80, 24).press("r");
    let broken = failure(FailureKind::Other, "the journal cannot be read: Permission denied");
    stale.fail(broken).shows("activity-stale");
}

#[test]
fn what_a_filter_leaves_of_the_activity() {
    let filtered = |words: &str| open(journal(), 100, 30).press("/").type_text(words).press("enter");
    filtered("who:bob since:1d").shows("activity-filtered");
    let command = open(journal(), 100, 30).press("j j x");
    command.shows("activity-command");
}

fn touch(id: &str, binding: Binding, version: i64, seconds: i64) -> Touch {
    Touch {
        id: id.to_owned(),
        binding,
        version,
        touched_at: Some(ago(seconds)),
    }
}

fn binding(workspace: &str, principal: &str, role: &str, (created, granted): (i64, i64)) -> Binding {
    Binding {
        principal: who(principal),
        workspace: at(workspace),
        role: Role::from_platform(role),
        granted_at: Some(ago(granted)),
        granted_by: Some("alice@example.com".to_owned()),
        revoked_at: None,
        created_at: Some(ago(created)),
    }
}

pub(super) fn everybody(width: u16, height: u16) -> Scene {
    let mut world = World::new();
    world.info.platform_admin = Allowed::Yes;
    let revoked = Binding {
        revoked_at: Some(ago(HOUR)),
        ..binding("solo", "carol@example.com", "Editor", (9 * DAY, 9 * DAY))
    };
    world.touched = Touches {
        rows: vec![
            touch("1", binding("ml-team", "bob@example.com", "Admin", (60, 60)), 1, 60),
            touch("2", revoked, 2, HOUR),
            touch("3", binding("ml-team", "*", "Viewer", (DAY, 3 * HOUR)), 3, 3 * HOUR),
            touch(
                "4",
                binding("ml-team", "mallory\u{202e}@x\u{1b}[2J", "JobRunner", (DAY, DAY)),
                4,
                DAY,
            ),
        ],
        n_all: Some(1204),
    };
    let scene = Scene::start_with(session(), world, width, height).settle();
    let scene = scene.press("L").settle().press("m").settle();
    let scene = scene.meanwhile(|world| {
        let fresh = binding("open-lab", "erin@example.com", "Editor", (5, 5));
        world.touched.rows.insert(0, touch("5", fresh, 1, 5));
    });
    scene.press("r").settle()
}

#[test]
fn everybodys_changes_at_every_size() {
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
        everybody(width, height)
            .press("j j")
            .shows(&format!("everybody-{width}x{height}"));
    }
    everybody(80, 24).press("j j enter").shows("everybody-row");
    everybody(80, 24).press("w").shows("everybody-watched");
    everybody(80, 24).press("x").shows("everybody-command");
    let broken = failure(
        FailureKind::Forbidden,
        "cannot read the latest changes of role bindings: 403",
    );
    everybody(80, 24).press("r").fail(broken).shows("everybody-stale");
}
