//! The review of a plan that the console was started for.

use super::scene::{Scene, session};
use super::world::{World, failure};
use nmp_console::app::failure::FailureKind;
use nmp_console::app::session::Session;
use nmp_console::domain::text::SafeText;

pub(super) const WISHES: &str = r#"
schema = 1
[workspace.ml-team]
mode = "authoritative"
[workspace.ml-team.members]
"alice@example.com" = ["Admin"]
"bob@example.com" = { roles = ["Editor"], until = 2027-12-31, ticket = "OPS-12" }
"carol@example.com" = ["Editor"]
"dave@example.com" = ["Viewer"]
"erin@example.com" = ["Admin"]
"ml-leads" = ["Editor"]
"service-account:ci-runner" = ["Editor", "JobRunner"]
"team/vision" = ["Viewer"]
"*" = ["Editor"]

[workspace.open-lab]
absent = ["alice@example.com"]

[workspace.nowhere]
absent = ["bob@example.com"]
"#;

pub(super) fn many(n: usize) -> String {
    let people = (0..n).map(|n| format!("\"person-{n:03}@example.com\" = [\"Viewer\"]\n"));
    format!(
        "schema = 1\n[workspace.ml-team.members]\n{}",
        people.collect::<String>()
    )
}

fn started(wishes: &str, width: u16, height: u16) -> Scene {
    let world = World {
        wishes: wishes.to_owned(),
        ..World::new()
    };
    let plan = Some("access.toml".into());
    Scene::start_with(Session { plan, ..session() }, world, width, height)
}

fn review_read_only(width: u16, height: u16) -> Scene {
    let world = World {
        wishes: WISHES.to_owned(),
        ..World::new()
    };
    let given = Session {
        plan: Some("access.toml".into()),
        read_only: Some(SafeText::new("--read-only")),
        ..session()
    };
    Scene::start_with(given, world, width, height).settle()
}

pub(super) fn review(wishes: &str, width: u16, height: u16) -> Scene {
    started(wishes, width, height).settle()
}

#[test]
fn with_guards_at_every_size() {
    review(WISHES, 80, 24).shows("review-80x24");
    review(WISHES, 120, 40).shows("review-120x40");
    review(WISHES, 60, 16).shows("review-60x16");
    review(WISHES, 60, 16).press("pgdn").shows("review-60x16-page-2");
    review(WISHES, 60, 16)
        .press("pgdn pgdn pgdn")
        .shows("review-60x16-page-4");
    review(WISHES, 200, 50).shows("review-200x50");
    review(WISHES, 80, 24).press("enter").shows("review-guard-not-opened");
    review_read_only(80, 24).shows("review-read-only-80x24");
}

#[test]
fn names_are_never_cut_and_grow_with_the_screen() {
    let place = "service-account:training-pipeline-europe-west-production";
    let long = |n: usize| format!("\"{place}-{n}@accounts.example.com\" = [\"Admin\"]\n");
    let wishes = format!(
        "schema = 1\n[workspace.ml-team.members]\n{}{}\"frank@example.com\" = {{ roles = [\"Viewer\"], until = 2027-12-31, \
         reason = \"migration of the data sets of the vision team\", ticket = \"OPS-12\" }}\n",
        long(1),
        long(2)
    );
    for (width, height) in [(60, 16), (80, 24), (120, 40), (200, 50)] {
        review(&wishes, width, height).shows(&format!("review-long-names-{width}x{height}"));
    }
    review(&wishes, 60, 16)
        .press("end")
        .shows("review-long-names-60x16-end");
    review(&wishes, 120, 40)
        .press("enter")
        .shows("review-long-names-confirming-120x40");
}

#[test]
fn confirmed_and_under_way() {
    let one = review(&many(1), 80, 24);
    one.shows("review-one");
    one.press("enter").shows("review-one-confirming");
    let twelve = review(&many(12), 80, 24).press("enter");
    twelve.shows("review-twelve-confirming");
    twelve.clone().resize(60, 16).shows("review-twelve-confirming-60x16");
    twelve
        .type_text("12")
        .press("enter")
        .settle()
        .wait(3)
        .shows("review-twelve-running");
    review(&many(300), 120, 40)
        .press("enter")
        .shows("review-many-confirming-120x40");
    review(&many(300), 80, 24).press("pgdn").shows("review-many-scrolled");
}

#[test]
fn nothing_to_do_and_nothing_that_can_be_done() {
    started(WISHES, 80, 24).shows("review-waiting");
    let refused = failure(
        FailureKind::Other,
        "access.toml:3: 'Edtor' is no role",
        "",
        "Mend that, then try again.",
    );
    let as_wished = "schema = 1\n[workspace.ml-team.members]\n\"bob@example.com\" = [\"Admin\"]\n";
    review(as_wished, 80, 24).shows("review-nothing");
    let closed = "schema = 1\n[workspace.ml-team]\nmode = \"authoritative\"\n";
    review(closed, 80, 24).press("enter").shows("review-shut");
    started(WISHES, 80, 24)
        .answer_next()
        .fail_all(&refused)
        .shows("review-failed");
}
