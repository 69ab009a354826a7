//! Contexts, logins, the banner of an expired session, and the welcome screen, as they stand on the screen.

use super::check;
use super::painted::paint;
use super::scene::{Scene, session};
use super::world::{World, failure};
use crate::connector::unreadable;
use nmp_console::app::failure::{Failure, FailureKind};
use nmp_console::app::msg::Answer;
use nmp_console::app::session::Session;
use nmp_console::domain::context::Login;
use nmp_console::domain::text::SafeText;
use nmp_console::ui::Look;
use nmp_console::ui::theme::ColorDepth;

fn contexts(world: World, width: u16, height: u16) -> Scene {
    Scene::start_with(session(), world, width, height)
        .settle()
        .press("C")
        .settle()
}

fn welcome(width: u16, height: u16) -> Scene {
    welcome_with(None, width, height)
}

fn welcome_with(plan: Option<&str>, width: u16, height: u16) -> Scene {
    let session = Session {
        plan: plan.map(Into::into),
        destination: None,
        login: Login::Nobody,
        context: SafeText::default(),
        server: SafeText::default(),
        ..session()
    };
    Scene::start_with(session, World::new(), width, height)
}

fn refused() -> Failure {
    failure(
        FailureKind::Unauthorized,
        "cannot list the workspaces: the token is not accepted",
        "Unauthorized",
        "Log in again.",
    )
}

/// A console whose session has expired after everything was read.
fn expired(width: u16, height: u16) -> Scene {
    Scene::ready(width, height).press("r").fail_all(&refused())
}

/// The login dialog of the context in use.
fn log_in(world: World, width: u16, height: u16) -> Scene {
    Scene::start_with(session(), world, width, height)
        .settle()
        .press("ctrl-o")
        .settle()
}

#[test]
fn contexts_at_every_size() {
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
        contexts(World::new(), width, height).shows(&format!("contexts-{width}x{height}"));
    }
    contexts(World::new(), 160, 30).press("j").shows("contexts-160x30");
}

#[test]
fn contexts_that_cannot_be_read_or_are_none() {
    let mut world = World::new();
    world.connector.broken = Some(unreadable());
    contexts(world, 80, 24).shows("contexts-unreadable");
    let mut world = World::new();
    world.connector.contexts.contexts.clear();
    contexts(world, 80, 24).shows("contexts-none");
    let scene = contexts(World::new(), 80, 24).meanwhile(|world| world.connector.broken = Some(unreadable()));
    scene.press("r").settle().shows("contexts-stale");
    contexts(World::new(), 80, 24)
        .press("/")
        .type_text("xyz")
        .shows("contexts-filtered-away");
}

#[test]
fn a_switch_under_way_is_told_and_a_failed_one_too() {
    let scene = contexts(World::new(), 80, 24).press("j enter").wait(3);
    scene.clone().shows("contexts-opening");
    scene
        .meanwhile(|world| world.connector.broken = Some(unreadable()))
        .run_errand()
        .shows("contexts-not-opened");
    let there = contexts(World::new(), 80, 24).press("j enter").run_errand().settle();
    there.shows("contexts-switched");
}

#[test]
fn logging_out_says_what_is_lost() {
    contexts(World::new(), 80, 24).press("o").shows("log-out");
}

#[test]
fn the_default_workspace_is_marked() {
    let with_default = |width, height| {
        let session = Session {
            default_workspace: Some(nmp_console::domain::ids::WorkspaceName::from_platform("ml-team")),
            ..session()
        };
        Scene::start_with(session, World::new(), width, height)
            .settle()
            .select("ml-team")
    };
    let text = with_default(120, 40).text();
    assert!(text.contains("─ * default ─"), "{text}");
    assert!(text.contains("used by commands"), "{text}");
    let kept = with_default(80, 24).press(".").run_errand();
    kept.shows("workspaces-default-kept");
}

#[test]
fn an_expired_session_is_a_banner_with_its_key() {
    expired(80, 24).shows("expired-workspaces");
    expired(60, 16).shows("expired-60x16");
    expired(80, 24)
        .press("n")
        .type_text("ml-x")
        .shows("expired-in-a-dialog");
    expired(80, 24)
        .press("n")
        .type_text("ml-x")
        .press("ctrl-o")
        .settle()
        .shows("expired-login-on-top");
    let nobody = Session {
        login: Login::Nobody,
        ..session()
    };
    Scene::start_with(nobody, World::new(), 80, 24)
        .fail_all(&refused())
        .shows("not-logged-in");
    let overruled = Session {
        token_from: Some(SafeText::new("NMP_ACCESS_TOKEN")),
        ..session()
    };
    let text = Scene::start_with(overruled, World::new(), 80, 24)
        .fail_all(&refused())
        .text();
    assert!(
        text.contains("session expired: the server rejects the token in NMP_ACCESS_TOKEN"),
        "{text}"
    );
}

#[test]
fn the_ways_to_log_in() {
    log_in(World::new(), 80, 24).shows("log-in");
    log_in(World::new(), 60, 16).press("↓ tab").shows("log-in-60x16");
    let token = log_in(World::new(), 80, 24)
        .press("↓ enter")
        .paste("eyJhbGciOi.s3cret.x");
    assert!(!token.text().contains("s3cret"));
    token.shows("log-in-token");
    log_in(World::new(), 80, 24)
        .press("↓ ↓ enter enter")
        .shows("log-in-unsigned");
    Scene::ready(80, 24).press("ctrl-o").shows("log-in-asking");
    let mut world = World::new();
    world.connector.overruled_by = Some(SafeText::new("NHX_ACCESS_TOKEN"));
    log_in(world, 80, 24).shows("log-in-overruled");
    let mut world = World::new();
    world.connector.is_auth_enabled = false;
    log_in(world, 80, 24).shows("log-in-not-needed");
    let mut world = World::new();
    world.connector.broken = Some(unreadable());
    log_in(world, 80, 24).shows("log-in-no-ways");
}

#[test]
fn a_browser_code_is_large_and_clear() {
    for (width, height) in [(80, 24), (60, 16)] {
        let scene = log_in(World::new(), width, height).press("enter");
        let code = scene.world.connector.code();
        let scene = scene.hear_of_errand(Answer::DeviceCode(code)).wait(70);
        scene.shows(&format!("log-in-code-{width}x{height}"));
    }
    log_in(World::new(), 80, 24).press("enter").shows("log-in-waiting");
}

#[test]
fn a_failed_login_stays_in_its_dialog() {
    let scene = log_in(World::new(), 80, 24).press("↓ tab").paste("abc").press("enter");
    let refused = failure(
        FailureKind::Unauthorized,
        "cannot log in: the server does not accept this token",
        "invalid signature",
        "Get a new one, or log in by a browser code.",
    );
    scene
        .hear_of_errand(Answer::LoggedIn(Err(refused)))
        .shows("log-in-refused");
}

#[test]
fn after_a_login_everything_is_where_it_was() {
    let scene = expired(80, 24).press("n").type_text("ml-x").press("ctrl-o").settle();
    scene
        .press("enter")
        .run_errand()
        .run_errand()
        .settle()
        .shows("log-in-done");
}

#[test]
fn the_welcome_screen_at_every_size() {
    for (width, height) in [(80, 24), (120, 40), (60, 16)] {
        welcome(width, height).shows(&format!("welcome-{width}x{height}"));
    }
    welcome_with(Some("wishes/access.toml"), 80, 24).shows("welcome-with-a-plan");
    welcome_with(Some("wishes/access.toml"), 60, 16).shows("welcome-with-a-plan-60x16");
    let ascii = Look::new(ColorDepth::Ansi16, true);
    check(
        "welcome-ascii",
        &paint(&welcome(80, 24).press("j").model, &ascii).text(),
    );
}

#[test]
fn connecting_to_an_address() {
    let typed = welcome(80, 24).press("j enter").type_text("nmp.example.com:8443");
    typed.clone().press("enter").shows("connect-proposed");
    let asked = typed.press("enter enter").wait(2);
    asked.clone().shows("connect-asking");
    asked.clone().settle().shows("connect-wants-a-login");
    let down = failure(
        FailureKind::Unreachable,
        "cannot reach https://nmp.example.com:8443: no connection",
        "",
        "Check the address and the network.",
    );
    asked.answer_with(Answer::Ways(Err(down))).shows("connect-failed");
    welcome(60, 16).press("j j enter").shows("connect-to-log-in");
}

/// The list of commands is the way to everything: whoever begins is told of it on any screen.
#[test]
fn the_list_of_commands_is_named_where_the_console_begins() {
    for (width, height) in [(60, 16), (80, 24), (120, 40), (200, 50)] {
        let scene = Scene::start_with(session(), World::new(), width, height).settle();
        let text = scene.text();
        let last = text.lines().last().unwrap();
        assert!(last.contains(": commands") && last.contains("? help"), "{last}");
    }
}

#[test]
fn hints_fit_their_row() {
    for scene in [contexts(World::new(), 80, 24), welcome(80, 24), expired(80, 24)] {
        let text = scene.text();
        let last = text.lines().last().unwrap();
        assert!(last.contains("? help") && !last.contains('…'), "{last}");
    }
}

/// What cannot be used now never takes the place of what can.
#[test]
fn where_there_is_no_context_the_way_to_a_platform_is_told() {
    for (width, height) in [(60, 16), (80, 24)] {
        let mut world = World::new();
        world.connector.contexts.contexts.clear();
        let none = contexts(world, width, height);
        let text = none.text();
        assert!(text.contains(" n connect"), "{text}");
    }
}
