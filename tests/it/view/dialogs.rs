//! Dialogs being filled in, and coming back with what went wrong.

use super::scene::{Scene, session};
use super::world::{World, down, failure, last_admin, lost, member};
use nmp_console::app::failure::FailureKind;
use nmp_console::domain::platform::Allowed;
use nmp_console::domain::text::SafeText;

#[test]
fn new_workspace() {
    let scene = Scene::ready(80, 24).press("n");
    scene.shows("new-workspace");
    scene.clone().resize(60, 16).shows("new-workspace-60x16");
    scene.clone().resize(120, 40).shows("new-workspace-120x40");
    let taken = scene
        .clone()
        .type_text("ml-team")
        .press("tab")
        .type_text("a second one");
    taken.shows("new-workspace-taken");
    let typed = scene.type_text("Ml team");
    typed.shows("new-workspace-invalid");
    let asked = typed.press("esc");
    asked.shows("new-workspace-leaving");
    asked.resize(60, 16).shows("new-workspace-leaving-60x16");
}

#[test]
fn new_workspace_refused_by_the_platform() {
    let conflict = failure(
        FailureKind::AlreadyExists,
        "cannot create the workspace: the name is taken",
        "Workspace 'ml-next' already exists",
        "Choose another name, or wait if the old one is still being deleted.",
    );
    let scene = Scene::ready(80, 24)
        .press("n")
        .type_text("ml-next")
        .press("enter")
        .settle();
    scene.sent(Err(conflict)).settle().shows("new-workspace-conflict");
    let invalid = failure(
        FailureKind::Invalid(vec![(
            SafeText::new("description"),
            SafeText::new("String should have at most 1000 characters"),
        )]),
        "cannot create the workspace: the platform rejects what was sent",
        "",
        "Correct what the platform names, then try again.",
    );
    let scene = Scene::ready(80, 24)
        .press("n")
        .type_text("ml-next")
        .press("enter")
        .settle();
    scene.sent(Err(invalid)).settle().shows("new-workspace-field-refused");
}

#[test]
fn describe() {
    let scene = Scene::ready(80, 24).select("ml-team").press("e");
    scene.shows("describe");
    scene.clone().resize(60, 16).press("home").shows("describe-60x16");
    scene.press("enter").shows("describe-unchanged");
}

#[test]
fn describe_what_somebody_else_has_described() {
    Scene::ready(80, 24)
        .select("solo")
        .press("e")
        .type_text(", mine")
        .press("enter")
        .meanwhile(|world| {
            let workspace = &mut world.find("solo").workspace;
            workspace.description = Some("Two persons' playground".to_owned());
            workspace.updated_by = Some("carol@example.com".to_owned());
        })
        .settle()
        .shows("describe-drifted");
}

#[test]
fn add_member() {
    let scene = Scene::ready(80, 24).open("ml-team").press("a");
    scene.shows("add-member");
    scene.clone().resize(60, 16).shows("add-member-60x16");
    scene.clone().type_text("car").shows("add-member-suggestion");
    scene
        .clone()
        .type_text("car")
        .press("→ tab ↓")
        .shows("add-member-role-change");
    scene
        .paste("erin@example.com, frank@example.com; carol@example.com\nalice@example.com a/b")
        .shows("add-member-several");
}

#[test]
fn add_many_members() {
    let scene = Scene::ready(80, 24).open("ml-team").press("a");
    let typed: Vec<String> = (0..40).map(|i| format!("user{i}@example.com")).collect();
    let scene = scene.paste(&typed.join("\n")).paste(" carol@example.com o\"hara");
    scene.shows("add-member-many");
    scene.resize(60, 16).shows("add-member-many-60x16");
}

/// No more are read than it takes to tell that they are too many.
#[test]
fn of_far_too_many_members_no_wrong_number_is_told() {
    let typed: Vec<String> = (0..300).map(|i| format!("user{i}@example.com")).collect();
    let text = Scene::ready(80, 24)
        .open("ml-team")
        .press("a")
        .paste(&typed.join("\n"))
        .text();
    assert!(text.contains("more than 200 in all"), "{text}");
    assert!(!text.contains("201"), "{text}");
}

#[test]
fn add_odd_members() {
    Scene::ready(80, 24)
        .open("solo")
        .press("a")
        .paste("\u{430}lice@example.com Carol@Example.com")
        .shows("add-member-oddities");
}

#[test]
fn everyone() {
    Scene::ready(80, 24).open("solo").press("w ↓").shows("everyone-new");
    Scene::ready(80, 24)
        .open("ml-team")
        .press("w ↓")
        .shows("everyone-change");
}

#[test]
fn change_role() {
    let scene = Scene::ready(80, 24)
        .open("ml-team")
        .select("carol@example.com")
        .press("e");
    scene.shows("change-role");
    scene.clone().press("enter").shows("change-role-unchanged");
    scene.clone().press("↓").shows("change-role-to-admin");
    let kept = Scene::ready(80, 24)
        .open("ml-team")
        .select("dave@example.com")
        .press("e ↓");
    kept.shows("change-role-keeps-others");
    kept.clone().resize(60, 16).shows("change-role-60x16");
    kept.resize(120, 40).shows("change-role-120x40");
}

#[test]
fn change_role_of_the_last_admin() {
    let scene = Scene::ready(80, 24).open("solo").press("e ↑");
    scene.shows("change-role-last-admin");
    scene.resize(60, 16).shows("change-role-last-admin-60x16");
}

#[test]
fn the_last_admin_refused_by_the_platform() {
    let scene = Scene::ready(80, 24).open("solo").press("e ↑ enter r y").settle();
    let scene = scene.sent(Err(last_admin())).settle();
    scene.shows("change-role-refused");
    scene.clone().resize(60, 16).shows("change-role-refused-60x16");
    scene
        .press("ctrl-n")
        .type_text("erin@example.com")
        .shows("change-role-add-another-admin");
}

#[test]
fn a_member_that_somebody_else_has_changed() {
    Scene::ready(80, 24)
        .open("ml-team")
        .select("carol@example.com")
        .press("e ↓ enter y")
        .meanwhile(|world| {
            let mut members = super::world::ml_team();
            members[2] = member("carol@example.com", &["Viewer"], 5);
            members[2].granted_by = Some("bob@example.com".to_owned());
            world.members("ml-team", members);
        })
        .settle()
        .shows("change-role-drifted");
}

#[test]
fn a_change_with_no_answer_that_was_not_made() {
    let scene = Scene::ready(80, 24).open("ml-team").select("carol@example.com");
    let scene = scene.press("e ↓ enter y").settle().sent(Err(lost()));
    let looking = scene.clone().settle();
    looking.clone().wait(1).shows("change-role-looking-again");
    looking
        .wait(1)
        .settle()
        .wait(2)
        .settle()
        .wait(4)
        .settle()
        .shows("change-role-not-applied");
    scene.fail_all(&down()).shows("change-role-unknown");
}

#[test]
fn several_changes_of_which_one_is_refused() {
    let refused = failure(
        FailureKind::Forbidden,
        "cannot add the member: the platform does not allow it, or there is no such thing",
        "Forbidden",
        "You need Admin here to change members; ask one of the workspace's Admins.",
    );
    let scene = Scene::ready(80, 24).open("solo").press("a");
    let scene = scene
        .paste("erin@example.com frank@example.com")
        .press("enter")
        .settle();
    let scene = scene.meanwhile(|world| {
        let members = vec![
            member("bob@example.com", &["Admin"], 5),
            member("alice@example.com", &["Viewer"], 5),
            member("erin@example.com", &["Viewer"], 0),
        ];
        world.members("solo", members);
    });
    scene
        .sent(Ok(()))
        .settle()
        .sent(Err(refused))
        .settle()
        .shows("add-member-partly-refused");
}

#[test]
fn delete_workspace_counts_first() {
    let scene = Scene::ready(80, 24).select("ml-team").press("d").wait(2);
    scene.shows("delete-counting");
    scene.fail(down()).shows("delete-count-failed");
}

#[test]
fn a_workspace_that_is_not_empty() {
    let kinds = vec![
        (SafeText::new("project"), 3),
        (SafeText::new("dataset"), 5),
        (SafeText::new("model"), 1_204),
        (SafeText::new("flying saucer"), 2),
    ];
    let full = failure(
        FailureKind::NotEmpty(kinds),
        "cannot delete the workspace: the workspace is not empty: project (3), dataset (5), model (1204)",
        "Cannot delete workspace 'ml-team': it contains project (3), dataset (5), model (1204)",
        "Delete what is listed, then delete the workspace again.",
    );
    let scene = Scene::ready(80, 24).select("ml-team").press("d").settle();
    let scene = scene
        .type_text("ml-team")
        .press("enter")
        .settle()
        .sent(Err(full))
        .settle();
    scene.shows("delete-not-empty");
    scene.resize(60, 16).shows("delete-not-empty-60x16");
}

#[test]
fn a_dialog_on_a_wide_screen() {
    Scene::start_with(session(), World::new(), 120, 40)
        .settle()
        .open("ml-team")
        .press("a")
        .paste("erin@example.com carol@example.com")
        .shows("add-member-120x40");
}

#[test]
fn everyone_is_called_so_where_it_is_added_by_its_sign() {
    let text = Scene::ready(80, 24).open("solo").press("a").type_text("*").text();
    assert!(text.contains("+ Everyone (*)"), "{text}");
}

#[test]
fn who_is_suggested_is_said_to_be_only_whoever_was_loaded() {
    let words = "suggests only people loaded so far";
    let many = Scene::start_with(session(), World::of(60), 80, 24)
        .settle()
        .press("enter")
        .settle();
    let text = many.press("a").text();
    assert!(text.contains(words), "{text}");
    assert!(
        !text.contains("loading the others"),
        "to others that is too many requests: {text}"
    );
    let mut world = World::of(60);
    world.info.platform_admin = Allowed::Yes;
    let admin = Scene::start_with(session(), world, 80, 24)
        .settle()
        .press("enter")
        .settle();
    let text = admin.clone().press("a").text();
    assert!(text.contains(&format!("{words}; loading the others")), "{text}");
    let text = admin.press("a").settle().text();
    assert!(!text.contains(words), "all were loaded: {text}");
    let text = Scene::ready(80, 24).open("solo").press("a").text();
    assert!(!text.contains(words), "all were loaded: {text}");
}
