//! `nmp-console export` as a shell and a nightly job see it.

use crate::audit_cli::{Said, Shell, shell};
use crate::processes;
use nmp_console::access::{Mode, Wishes};
use nmp_console::domain::text::SafeText;
use nmp_console::sandbox::PLATFORM_ADMIN;
use rstest::rstest;
use rustix::process::Signal;
use std::path::Path;
use std::time::{Duration, Instant};

fn export(shell: &Shell, email: &str, arguments: &str) -> Said {
    let output = shell.command(email, &format!("export {arguments}")).output().unwrap();
    Said::from(output)
}

fn parsed(text: &str) -> Wishes {
    Wishes::parse(&[(SafeText::new("it"), text.to_owned())]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_everything_that_a_platform_admin_sees() {
    let shell = shell(&[]).await;
    let said = export(&shell, PLATFORM_ADMIN, "");
    assert_eq!(said.code, Some(0), "{}", said.err);
    let twin = "identity-cleanup': 'ALICE@EXAMPLE.COM' cannot be named: it differs from 'alice@example.com' in case";
    assert!(said.err.contains(twin), "{}", said.err);
    assert_eq!(said.err.lines().count(), 2, "{}", said.err);
    assert!(
        said.out.starts_with("# Who has access to what on http://127.0.0.1:"),
        "{}",
        said.out
    );
    let wishes = parsed(&said.out);
    let server = wishes.server.as_deref().unwrap();
    assert_eq!(server, shell.running.url().trim_end_matches('/'));
    let mode = |name: &str| {
        let mut named = wishes.workspaces.iter().filter(|wish| wish.workspace.raw() == name);
        named.next().map(|wish| wish.mode)
    };
    assert_eq!(mode("ml-team"), Some(Mode::Authoritative));
    assert_eq!(mode("identity-cleanup"), Some(Mode::Additive));
    assert_eq!(
        (mode("default"), mode("system")),
        (Some(Mode::Additive), Some(Mode::Additive))
    );
    assert_eq!(
        export(&shell, PLATFORM_ADMIN, "").out,
        said.out,
        "there is no time in it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_gets_a_file_for_each_workspace_and_none_where_one_must_stay() {
    let shell = shell(&[]).await;
    std::fs::create_dir(shell.path("access")).unwrap();
    std::fs::write(shell.path("access/ml-team.toml"), "mine").unwrap();
    let refused = export(&shell, PLATFORM_ADMIN, "--output access");
    assert_eq!(refused.code, Some(4), "{}", refused.err);
    assert!(
        refused
            .err
            .contains("access/ml-team.toml exists already: add --force to replace it"),
        "{}",
        refused.err
    );
    assert_eq!(std::fs::read_dir(shell.path("access")).unwrap().count(), 1);
    let said = export(&shell, PLATFORM_ADMIN, "--output access --force");
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    let whole = parsed(&export(&shell, PLATFORM_ADMIN, "").out);
    assert_eq!(
        std::fs::read_dir(shell.path("access")).unwrap().count(),
        whole.workspaces.len()
    );
    let one = parsed(&std::fs::read_to_string(shell.path("access/ml-team.toml")).unwrap());
    assert_eq!(one.workspaces.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_a_folder_are_brought_up_to_date_and_only_those_that_differ() {
    let shell = shell(&[]).await;
    std::fs::create_dir(shell.path("access")).unwrap();
    export(&shell, PLATFORM_ADMIN, "--output access");
    let read = |name: &str| std::fs::read_to_string(shell.path(name)).unwrap();
    let whole = read("access/ml-team.toml");
    let without: Vec<&str> = whole
        .lines()
        .filter(|line| !line.contains("greta.vogel@example.com"))
        .collect();
    std::fs::write(shell.path("access/ml-team.toml"), without.join("\n") + "\n").unwrap();
    let others = || std::fs::read_dir(shell.path("access")).unwrap().count();
    let n_files = others();
    let said = export(&shell, PLATFORM_ADMIN, "--update access");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        read("access/ml-team.toml").contains("greta.vogel@example.com"),
        "{}",
        read("access/ml-team.toml")
    );
    assert!(!read("access/ml-team.toml").contains("[workspace.system"));
    assert_eq!(others(), n_files);
    let plan = shell.command(PLATFORM_ADMIN, "plan access").output().unwrap();
    assert_eq!(Said::from(plan).code, Some(0));
    std::fs::remove_file(shell.path("access/ml-team.toml")).unwrap();
    let said = export(&shell, PLATFORM_ADMIN, "--update access --workspace ml-team");
    let words = "'ml-team': it is in no file of access, and this writes one: nmp-console export --workspace ml-team --output access";
    assert!(said.err.contains(words), "{}", said.err);
    std::fs::rename(shell.path("access"), shell.path("$access")).unwrap();
    let said = export(&shell, PLATFORM_ADMIN, "--update $access --workspace ml-team");
    let words = "export --workspace ml-team --output '$access'\n";
    assert!(said.err.contains(words), "{}", said.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_changes_nothing_when_it_is_planned() {
    let shell = shell(&[]).await;
    std::fs::create_dir(shell.path("access")).unwrap();
    for place in ["access.toml", "access"] {
        let said = export(&shell, PLATFORM_ADMIN, &format!("--output {place}"));
        assert_eq!(said.code, Some(0), "{}", said.err);
        let plan = Said::from(
            shell
                .command(PLATFORM_ADMIN, &format!("plan {place}"))
                .output()
                .unwrap(),
        );
        assert_eq!(plan.code, Some(0), "{place}: {}{}", plan.err, plan.out);
    }
    let wrong = "schema = 1\nserver = 'https://x'\nx = 1\ny = 2\n";
    std::fs::write(shell.path("access/a.toml"), wrong).unwrap();
    let plan = Said::from(shell.command(PLATFORM_ADMIN, "plan access").output().unwrap());
    assert_eq!((plan.code, plan.out.as_str()), (Some(4), ""), "{}", plan.err);
    for line in [
        "access/a.toml, line 3, column 1: 'x' is unknown here",
        "access/a.toml, line 4, column 1: 'y' is unknown",
    ] {
        assert!(plan.err.contains(&format!("nmp-console: {line}")), "{}", plan.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_principal_only_that_is_written() {
    let shell = shell(&[]).await;
    let said = export(&shell, PLATFORM_ADMIN, "--principal alice@example.com");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let wishes = parsed(&said.out);
    assert!(!wishes.workspaces.is_empty());
    for wish in &wishes.workspaces {
        assert_eq!(wish.mode, Mode::Additive);
        let names: Vec<&str> = wish.members.iter().map(|wanted| wanted.principal.raw()).collect();
        assert_eq!(names, ["alice@example.com"]);
    }
    let nobody = export(&shell, PLATFORM_ADMIN, "--principal alise@example.com");
    assert_eq!(nobody.code, Some(0));
    assert!(
        nobody.err.contains("'alise@example.com' holds nothing by name"),
        "{}",
        nobody.err
    );
    assert!(
        nobody.err.contains("did you mean 'alice@example.com'?"),
        "{}",
        nobody.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_caller_may_not_see_is_left_out_by_name() {
    let shell = shell(&[]).await;
    let said = export(&shell, "alice@example.com", "");
    assert_eq!(said.code, Some(0), "{}", said.err);
    let denied = "workspace 'default': the platform refused to show its members";
    assert!(
        said.err
            .contains(&format!("nmp-console: warning: left out: {denied}\n")),
        "{}",
        said.err
    );
    assert!(said.out.contains(&format!("# {denied}\n")), "{}", said.out);
    assert!(
        parsed(&said.out)
            .workspaces
            .iter()
            .any(|wish| wish.workspace.raw() == "ml-team")
    );
    let nothing = export(&shell, "nobody@example.org", "--workspace default --output all.toml");
    assert_eq!(nothing.code, Some(3), "{}", nothing.err);
    assert!(
        nothing
            .err
            .ends_with("no members could be read, so nothing was written\n"),
        "{}",
        nothing.err
    );
    assert!(!shell.path("all.toml").exists());
}

#[rstest]
#[case::glob("--workspace nonsense-*", 2, "matches --workspace 'nonsense-*'")]
#[case::no_folder("--output no/", 4, "cannot write into no/: there is no such folder")]
#[case::both("--update a.toml --output b.toml", 2, "cannot be used with")]
#[case::nothing_to_replace("--force", 2, "--output")]
#[case::no_file("--update a.toml", 4, "a.toml: No such file or directory")]
#[tokio::test(flavor = "multi_thread")]
async fn says_what_is_wrong_with_the_question(#[case] arguments: &str, #[case] code: i32, #[case] said: &str) {
    let shell = shell(&[]).await;
    let refused = export(&shell, PLATFORM_ADMIN, arguments);
    assert_eq!(
        (refused.code, refused.out.as_str()),
        (Some(code), ""),
        "{}",
        refused.err
    );
    assert!(refused.err.contains(said), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_shows_what_has_changed_and_nothing_else() {
    use std::os::unix::fs::PermissionsExt as _;
    let shell = shell(&[]).await;
    let path = shell.path("access.toml");
    let written = export(
        &shell,
        PLATFORM_ADMIN,
        "--output access.toml --workspace default --workspace ml-*",
    );
    assert_eq!((written.code, written.err.as_str()), (Some(0), ""));
    let before = std::fs::read_to_string(&path).unwrap();
    let before = before.replace("[workspace.default]", "# for trying things out\n[workspace.default]");
    std::fs::write(&path, &before).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let update = || export(&shell, PLATFORM_ADMIN, "--update access.toml");
    let (said, unchanged) = (update(), std::fs::read_to_string(&path).unwrap());
    assert_eq!((said.code, said.err.as_str(), said.out.as_str()), (Some(0), "", ""));
    assert_eq!(unchanged, before);
    shell.grant_viewer("zoe@example.com").await;
    let said = update();
    assert_eq!((said.code, said.err.as_str(), said.out.as_str()), (Some(0), "", ""));
    let after = std::fs::read_to_string(&path).unwrap();
    let new: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
    assert_eq!(new, ["\"zoe@example.com\" = [\"Viewer\"]"]);
    assert_eq!(after.lines().count(), before.lines().count() + 1);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o644);
    assert_eq!(
        std::fs::read_dir(shell.home()).unwrap().count(),
        1,
        "no drafts are left"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_about_another_platform_or_wrong_stays() {
    let shell = shell(&[]).await;
    let path = shell.path("access.toml");
    for (text, said) in [
        (
            "schema = 1\nserver = 'https://nmp.example.com'\n",
            "access.toml is about https://nmp.example.com, and this is",
        ),
        (
            "schema = 1\nserver = 'https://x'\nx = 1\n[workspace.a.members]\n'al@x' = ['edtor']\n",
            "2 problems in access.toml: nothing was done",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let refused = export(&shell, PLATFORM_ADMIN, "--update access.toml");
        assert_eq!((refused.code, refused.out.as_str()), (Some(4), ""), "{}", refused.err);
        assert!(refused.err.contains(said), "{}", refused.err);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
    let refused = export(&shell, PLATFORM_ADMIN, "--update access.toml");
    let told = "nmp-console: access.toml, line 5, column 11: there is no role 'edtor'; did you mean 'Editor'?\n";
    assert!(refused.err.contains(told), "{}", refused.err);
}

#[rstest]
#[case(Signal::INT, 130)]
#[case(Signal::TERM, 143)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_leaves_the_files_that_are_there(#[case] signal: Signal, #[case] code: i32) {
    // Two workspaces are never answered, so that it certainly is at work when the signal comes.
    let stalls = [
        "status=403:role_binding",
        "stall:service-only/members",
        "stall:default/members",
    ];
    let shell = shell(&stalls).await;
    let old = format!(
        "schema = 1\nserver = '{}'\n[workspace.default]\n[workspace.ml-team]\n",
        shell.running.url()
    );
    for (n, arguments) in ["--output a.toml --force", "--update a.toml"].into_iter().enumerate() {
        std::fs::write(shell.path("a.toml"), &old).unwrap();
        let log = format!("log-{n}");
        let mut export = shell.command(PLATFORM_ADMIN, &format!("export {arguments} --log-file {log} -v"));
        let mut export = export.spawn().unwrap();
        let deadline = Instant::now() + Duration::from_mins(1);
        let is_at_work = |log: &Path| std::fs::read_to_string(log).is_ok_and(|log| log.contains("/members"));
        while !is_at_work(&shell.path(&log)) {
            assert!(Instant::now() < deadline, "it never began to read");
            tokio::task::yield_now().await;
        }
        processes::send(&export, signal);
        assert_eq!(export.wait().unwrap().code(), Some(code), "{arguments}");
        assert_eq!(
            std::fs::read_to_string(shell.path("a.toml")).unwrap(),
            old,
            "{arguments}"
        );
    }
    let part = std::fs::read_to_string(shell.path("a.toml.partial")).unwrap();
    assert!(
        part.contains("# workspace 'default': its members were not read\n"),
        "{part}"
    );
}
