//! `nmp-console can` and `who-can` as a shell and a CI job see them.

use crate::gate::bare_client;
use jiff::Timestamp;
use nmp_console::sandbox::{self, PLATFORM_ADMIN, Running, Seed, unsigned_token_with};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A platform with a workspace `prod`: an Admin, an Editor, a Viewer, and a group that is Admin, too.
struct Shell {
    home: TempDir,
    running: Running,
}

struct Said {
    code: i32,
    out: String,
    err: String,
}

#[expect(clippy::disallowed_methods, reason = "tokens are held against the clock")]
fn token(email: &str, groups: &[&str]) -> String {
    unsigned_token_with(email, Some(email), groups, Timestamp::now(), Duration::from_hours(1))
}

impl Shell {
    async fn new() -> Self {
        Self::of(sandbox::Deletion::Cascade).await
    }

    /// How a sandbox deletes says which generation it is of.
    async fn of(deletion: sandbox::Deletion) -> Self {
        let options = sandbox::Options {
            seed: Seed::Empty,
            deletion,
            ..sandbox::Options::default()
        };
        let shell = Self {
            home: tempfile::tempdir().unwrap(),
            running: sandbox::start(options).await.unwrap(),
        };
        let workspaces = "/apis/entities/v2/workspaces";
        let make = json!({"name": "prod", "description": "what counts"});
        shell.send(Method::POST, "ann@x.com", workspaces, make).await;
        for (principal, role) in [("ed@x.com", "Editor"), ("vi@x.com", "Viewer"), ("leads", "Admin")] {
            let body = json!({"principal": principal, "roles": [role]});
            shell
                .send(Method::POST, "ann@x.com", &format!("{workspaces}/prod/members"), body)
                .await;
        }
        shell
    }

    async fn send(&self, method: Method, who: &str, path: &str, body: Value) {
        let url = format!("{}{path}", self.running.url());
        let request = bare_client().request(method, url).bearer_auth(token(who, &[]));
        let answer = request.json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    fn run(&self, who: &str, arguments: &str) -> Said {
        self.run_in(who, &[], arguments)
    }

    fn run_in(&self, who: &str, groups: &[&str], arguments: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nmp-console"));
        command
            .env_clear()
            .env("HOME", self.home.path())
            .env("NMP_BASE_URL", self.running.url())
            .env("NMP_ACCESS_TOKEN", token(who, groups))
            .current_dir(self.home.path())
            .args(arguments.split_whitespace())
            .stdin(Stdio::null());
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// Who asks, what, with which exit code that is answered, and in which words.
const QUESTIONS: &[(&str, &str, i32, &str)] = &[
    (
        PLATFORM_ADMIN,
        "ed@x.com delete-workspace prod",
        0,
        "yes: ed@x.com can delete the workspace 'prod'\n  by Editor of ed@x.com in 'prod'\nnote: Editors can delete a workspace",
    ),
    (
        PLATFORM_ADMIN,
        "vi@x.com read prod",
        0,
        "yes: vi@x.com can read in 'prod'\n  by Viewer of vi@x.com",
    ),
    (
        PLATFORM_ADMIN,
        "vi@x.com write prod",
        3,
        "cannot tell whether vi@x.com can write in 'prod'\n  Admin of leads in 'prod': a group, or an id",
    ),
    (
        PLATFORM_ADMIN,
        "vi@x.com write system",
        1,
        "no: vi@x.com cannot write in 'system'\n  not by Viewer of Everyone (*) in 'system'\n  not by WorkspaceCreator of Everyone (*) in 'system'\n",
    ),
    (
        PLATFORM_ADMIN,
        "zoe@x.com delete-workspace default",
        0,
        "yes: zoe@x.com can delete the workspace 'default'\n  by Editor of Everyone (*) in 'default'\nnote: Editors can delete a workspace, with everything in it\nnote: everybody who can log in can delete 'default': Everyone (*) is Editor there\n",
    ),
    (
        PLATFORM_ADMIN,
        "zoe@x.com create-workspace",
        0,
        "yes: zoe@x.com can create workspaces\n  by WorkspaceCreator of Everyone (*) in 'system'\n",
    ),
    (
        PLATFORM_ADMIN,
        "admin@example.com manage-members prod",
        0,
        "yes: admin@example.com can manage members in 'prod'\n  by HelixAdmin of admin@example.com in 'system'\n",
    ),
    (
        "ann@x.com",
        "ed@x.com write prod",
        0,
        "yes: ed@x.com can write in 'prod'\n",
    ),
    (
        "ann@x.com",
        "zoe@x.com read prod",
        3,
        "cannot tell whether zoe@x.com can read in 'prod'\n  Admin of leads in 'prod'",
    ),
    (
        "ann@x.com",
        "zoe@x.com read prod",
        3,
        "  the members of 'system' could not be read\n",
    ),
    (
        "vi@x.com",
        "ed@x.com write prod",
        3,
        "  the members of 'prod' could not be read\n",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn can_answers_with_the_binding_and_the_exit_code() {
    let shell = Shell::new().await;
    for (asker, question, code, said) in QUESTIONS {
        let answer = shell.run(asker, &format!("can {question}"));
        assert_eq!(answer.code, *code, "{question}: {}", answer.out);
        let is_unseen = answer.err.ends_with("was not seen in the members that were read\n");
        assert!(
            answer.err.is_empty() || (is_unseen && *code > 0),
            "{question}: {}",
            answer.err
        );
        assert!(answer.out.contains(said), "{question}: {}", answer.out);
    }
}

/// The first generations leave out of their member lists what was set up with the platform. A platform admin is told all
/// the same, by the role bindings, and by few requests; nobody else can be.
#[tokio::test(flavor = "multi_thread")]
async fn a_platform_admin_gets_an_answer_where_member_lists_leave_somebody_out() {
    let shell = Shell::of(sandbox::Deletion::Refuse).await;
    for (asker, question, code, said) in [
        (
            PLATFORM_ADMIN,
            "can zoe@x.com write system",
            1,
            "no: zoe@x.com cannot write in 'system'",
        ),
        (
            PLATFORM_ADMIN,
            "can admin@example.com write prod",
            0,
            "by HelixAdmin of admin@example.com in 'system'",
        ),
        (PLATFORM_ADMIN, "can vi@x.com read nowhere", 3, "nowhere"),
        ("ann@x.com", "can zoe@x.com write prod", 3, "cannot tell"),
    ] {
        let answer = shell.run(asker, question);
        assert_eq!(answer.code, code, "{question}: {}{}", answer.out, answer.err);
        let whole = format!("{}{}", answer.out, answer.err);
        assert!(whole.contains(said), "{question}: {whole}");
    }
}

/// A command has no keys: what is advised when something is not there can be done where it was asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_not_there_is_told_without_the_keys_of_the_console() {
    let shell = Shell::new().await;
    let answer = shell.run(PLATFORM_ADMIN, "can vi@x.com read prodd");
    assert_eq!((answer.code, answer.out.as_str()), (3, ""));
    let said = &answer.err;
    assert_eq!(
        said,
        "nmp-console: there is no workspace 'prodd'; did you mean 'prod'?\n"
    );
}

/// To everybody but platform admins the platform answers as it does where a right is missing.
#[rstest]
#[case::somebody_else("vi@x.com", "ed@x.com", "prodd", 3, "; did you mean 'prod'?")]
#[case::oneself("vi@x.com", "vi@x.com", "prodd", 1, "; did you mean 'prod'?")]
#[case::other_case("ann@x.com", "vi@x.com", "PROD", 3, "; did you mean 'prod'?")]
#[case::nothing_like_it("vi@x.com", "vi@x.com", "nowhere", 1, "")]
#[case::not_shown_what_is_hidden("zoe@x.com", "zoe@x.com", "prodd", 1, "")]
#[tokio::test(flavor = "multi_thread")]
async fn a_slip_in_a_workspace_does_not_look_like_a_missing_right(
    #[case] asker: &str,
    #[case] who: &str,
    #[case] workspace: &str,
    #[case] code: i32,
    #[case] meant: &str,
) {
    let shell = Shell::new().await;
    let answer = shell.run(asker, &format!("can {who} write {workspace}"));
    let expected = format!("nmp-console: there is no workspace '{workspace}', or you may not see it{meant}\n");
    assert_eq!((answer.code, answer.err), (code, expected), "{}", answer.out);
    let audit = shell.run(asker, &format!("audit --filter ws:{}", workspace.to_lowercase()));
    let is_there = workspace.eq_ignore_ascii_case("prod");
    let warning = format!("there is no workspace '{workspace}', or you may not see it{meant}\n");
    assert_eq!(audit.err.contains(&warning), !is_there, "{}", audit.err);
    // Whoever stands in the list is there, whatever they may do in it.
    let answer = shell.run("vi@x.com", "can ed@x.com write prod");
    assert_eq!((answer.code, answer.err.as_str()), (3, ""));
}

/// What --help says that it takes: as many however many workspaces there are.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_takes_as_few_requests_as_help_says() {
    let shell = Shell::new().await;
    for (asker, question, expected) in [
        (PLATFORM_ADMIN, "can ed@x.com write prod", 10),
        (PLATFORM_ADMIN, "can admin@example.com write prod", 10),
        (PLATFORM_ADMIN, "can ed@x.com write system", 9),
        ("ann@x.com", "can ed@x.com write prod", 9),
        ("vi@x.com", "can vi@x.com read prod", 11),
        // One more for the list, in which a slip is looked for.
        ("vi@x.com", "can ed@x.com read prodd", 10),
        (PLATFORM_ADMIN, "who-can create-workspace", 8),
        (PLATFORM_ADMIN, "who-can write", 9),
        // The list, the members of 'prod' and of 'system', and once about oneself.
        ("vi@x.com", "who-can write --workspace prod", 11),
        ("vi@x.com", "who-can manage-members --workspace prod", 10),
    ] {
        let log = shell.home.path().join("log");
        let _ = std::fs::remove_file(&log);
        shell.run(asker, &format!("{question} -vv --log-file {}", log.display()));
        let log = std::fs::read_to_string(&log).unwrap();
        let requests: Vec<&str> = log.lines().filter(|line| line.contains("request method=")).collect();
        assert_eq!(requests.len(), expected, "{question}:\n{}", requests.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn about_oneself_the_platform_has_the_last_word() {
    let shell = Shell::new().await;
    for (groups, question, code, said) in [
        (&[][..], "vi@x.com read prod", 0, "the platform says so itself"),
        (&[], "vi@x.com write prod", 1, "no: vi@x.com cannot write"),
        (&["leads"], "vi@x.com write prod", 0, "by Admin of leads in 'prod'"),
        (&[], "vi@x.com create-workspace", 0, "the platform says so itself"),
        (&[], "vi@x.com read nowhere", 1, "no: vi@x.com cannot read in 'nowhere'"),
    ] {
        let answer = shell.run_in("vi@x.com", groups, &format!("can {question}"));
        assert_eq!(answer.code, code, "{question}: {}{}", answer.out, answer.err);
        assert!(answer.out.contains(said), "{question}: {}", answer.out);
    }
    // Nothing is posted then, so that an Editor cannot be told from a Viewer.
    let answer = shell.run("vi@x.com", "can --read-only vi@x.com write prod");
    assert_eq!(answer.code, 3, "{}", answer.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_of_can_names_the_binding_and_the_doubts() {
    let shell = Shell::new().await;
    let answer = shell.run(PLATFORM_ADMIN, "can ed@x.com delete-workspace prod --format json");
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(answer["schema"], "nmp-console/can");
    assert_eq!(
        (&answer["answer"], &answer["workspace"]),
        (&json!("yes"), &json!("prod"))
    );
    let binding =
        json!({"by": "binding", "principal": "ed@x.com", "kind": "user", "workspace": "prod", "role": "Editor"});
    assert_eq!(answer["grounds"], json!([binding]));
    let answer = shell.run("vi@x.com", "can ed@x.com write prod --format json");
    assert_eq!(answer.code, 3);
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(answer["answer"], "cannot-tell");
    let not_read = |workspace: &str| json!({"why": "not-read", "workspace": workspace});
    assert_eq!(answer["doubts"], json!([not_read("prod"), not_read("system")]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_names_everybody_and_what_could_not_be_read() {
    let shell = Shell::new().await;
    let answer = shell.run(PLATFORM_ADMIN, "who-can delete-workspace");
    assert_eq!((answer.code, answer.err.as_str()), (3, ""));
    assert!(
        answer
            .out
            .ends_with("\ncannot tell: the platform does not say who is in 1 group: leads\n"),
        "{}",
        answer.out
    );
    let rows: Vec<Vec<&str>> = answer
        .out
        .lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect()
        })
        .collect();
    for row in [
        ["(all)", "admin@example.com", "user", "HelixAdmin in 'system'"],
        ["prod", "ann@x.com", "user", "Admin"],
        ["prod", "ed@x.com", "user", "Editor"],
        [
            "prod",
            "leads",
            "group",
            "Admin; the platform does not tell who is in it",
        ],
        [
            "default",
            "Everyone (*)",
            "everyone",
            "Editor; everybody who can log in",
        ],
    ] {
        assert!(rows.iter().any(|found| found[..] == row), "{row:?} in {}", answer.out);
    }
    assert!(
        !answer.out.contains("vi@x.com") && answer.out.contains("note: Editors can delete a workspace"),
        "{}",
        answer.out
    );
    let answer = shell.run("vi@x.com", "who-can write --workspace p*");
    assert_eq!(answer.code, 3);
    assert!(
        answer
            .out
            .contains("cannot tell: the members of 1 workspace could not be read: prod"),
        "{}",
        answer.out
    );
    assert!(
        answer
            .out
            .contains("cannot tell: the members of 'system' could not be read"),
        "{}",
        answer.out
    );
}

/// Whoever may not see the members is told of themselves as `can` tells it, and never that nobody can.
#[tokio::test(flavor = "multi_thread")]
async fn who_can_asks_the_platform_about_the_caller_where_members_cannot_be_read() {
    let shell = Shell::new().await;
    let who_can = |who: &str, question: &str| -> (Said, Value) {
        let json = shell.run(who, &format!("who-can {question} --format json"));
        (
            shell.run(who, &format!("who-can {question}")),
            serde_json::from_str(&json.out).unwrap(),
        )
    };
    for who in ["vi@x.com", "ed@x.com", "zoe@x.com"] {
        for operation in ["read", "write", "manage-members", "delete-workspace"] {
            for workspace in ["default", "system", "prod"] {
                if (who, workspace) == ("zoe@x.com", "prod") {
                    // It is not even listed to them.
                    continue;
                }
                let can = shell.run(who, &format!("can {who} {operation} {workspace}"));
                let (said, json) = who_can(who, &format!("{operation} --workspace {workspace}"));
                let question = format!("{who} {operation} {workspace}: {}{}", can.out, said.out);
                let may = match can.code {
                    0 => true,
                    1 => false,
                    code => panic!("{code}: {question}"),
                };
                let row = format!("{workspace:9}  {who}  ");
                assert_eq!(said.out.contains(&row), may, "{question}");
                let expected = json!({ "principal": who, "may": may });
                assert_eq!(json["workspaces"][0]["caller"], expected, "{question}");
                let refused = format!("note: the platform refuses it to {who} in 1 workspace: {workspace}\n");
                assert_eq!(said.out.contains(&refused), !may, "{question}");
                let unread = format!("cannot tell: the members of 1 workspace could not be read: {workspace}\n");
                assert!(workspace == "system" || said.out.contains(&unread), "{question}");
                assert!(!said.out.contains("nobody") && said.code == 3, "{question}");
            }
        }
    }
    let (said, _) = who_can("vi@x.com", "create-workspace");
    assert!(
        said.out
            .contains("system     vi@x.com   user  the platform says so itself\n"),
        "{}",
        said.out
    );
    let said = shell.run("zoe@x.com", "who-can write --workspace prod");
    let expected = "none of 2 workspaces that you can see matches --workspace 'prod'";
    assert!(said.code == 2 && said.err.contains(expected), "{}", said.err);
    // Nothing is posted then: who may read is told all the same.
    let (_, json) = who_can("vi@x.com", "write --workspace prod --read-only");
    let expected = json!({ "principal": "vi@x.com", "may": null });
    assert_eq!(json["workspaces"][0]["caller"], expected);
    let said = shell.run("vi@x.com", "who-can write --workspace prod --read-only");
    assert!(said.out.starts_with("cannot tell who can write\n"), "{}", said.out);
    let said = shell.run("vi@x.com", "who-can read --workspace prod --read-only");
    assert!(said.out.contains("prod       vi@x.com"), "{}", said.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_can_asks_about_the_caller_in_some_workspaces_or_in_those_that_are_named() {
    let shell = Shell::new().await;
    let workspaces = "/apis/entities/v2/workspaces";
    for nth in 0..100 {
        let name = format!("many-{nth:03}");
        let (make, add) = (
            json!({"name": name}),
            json!({"principal": "vi@x.com", "roles": ["Editor"]}),
        );
        shell.send(Method::POST, "ann@x.com", workspaces, make).await;
        let members = format!("{workspaces}/{name}/members");
        shell.send(Method::POST, "ann@x.com", &members, add).await;
    }
    // With 'prod', 'default' and 'system' there are three more than are asked about.
    let answer = shell.run("vi@x.com", "who-can write");
    assert!(
        answer
            .out
            .contains("cannot tell: whether you can was not asked in 3 of them: name them with --workspace\n"),
        "{}",
        answer.out
    );
    let answer = shell.run("vi@x.com", "who-can write --workspace *");
    assert!(!answer.out.contains("not asked"), "{}", answer.out);
    assert_eq!(answer.out.matches(" vi@x.com  ").count(), 101, "{}", answer.out);
}

/// Of what everyone may nobody can be missing, and neither where no group is.
#[tokio::test(flavor = "multi_thread")]
async fn who_can_is_sure_where_nobody_can_be_missing() {
    let shell = Shell::new().await;
    for question in [
        "create-workspace",
        "write --workspace default",
        "write --workspace system",
    ] {
        let answer = shell.run(PLATFORM_ADMIN, &format!("who-can {question}"));
        assert_eq!(answer.code, 0, "{question}: {}", answer.out);
        assert!(!answer.out.contains("cannot tell"), "{question}: {}", answer.out);
    }
    let answer = shell.run(PLATFORM_ADMIN, "who-can create-workspace");
    assert!(
        answer.out.contains("WorkspaceCreator; everybody who can log in"),
        "{}",
        answer.out
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_json_of_who_can_says_whether_it_is_complete() {
    let shell = Shell::new().await;
    let ask = |who: &str| -> (i32, Value) {
        let answer = shell.run(who, "who-can manage-members --workspace prod --format json");
        (answer.code, serde_json::from_str(&answer.out).unwrap())
    };
    let complete = shell.run(PLATFORM_ADMIN, "who-can write --workspace default --format json");
    let complete: Value = serde_json::from_str(&complete.out).unwrap();
    assert_eq!(
        (&complete["complete"], &complete["cannot_tell"]),
        (&json!(true), &json!([]))
    );
    let (code, answer) = ask(PLATFORM_ADMIN);
    assert_eq!(
        (code, &answer["schema"], &answer["complete"], &answer["cannot_tell"]),
        (
            3,
            &json!("nmp-console/who-can"),
            &json!(false),
            &json!(["the platform does not say who is in 1 group: leads"])
        )
    );
    assert_eq!(answer["platform_admins"][0]["principal"], PLATFORM_ADMIN);
    let given = answer["workspaces"][0]["given"].as_array().unwrap();
    let names: Vec<&str> = given.iter().map(|entry| entry["principal"].as_str().unwrap()).collect();
    assert_eq!(names, ["ann@x.com", "leads"]);
    let (code, answer) = ask("ann@x.com");
    assert_eq!((code, &answer["complete"]), (3, &json!(false)));
    assert_eq!(
        answer["workspaces"][0]["doubts"],
        json!([
            {"why": "through", "principal": "leads", "kind": "group", "workspace": "prod", "role": "Admin"},
            {"why": "not-read", "workspace": "system"}
        ])
    );
}

#[rstest]
#[case("can a@x delete prod", "did you mean 'delete-workspace'?")]
#[case("can a@x write", "'write' needs a workspace")]
#[case("can a@x write prod --workspace prod", "--workspace does not apply to 'can'")]
#[case("who-can sing", "unknown operation 'sing': one of read, write,")]
#[case(
    "who-can create-workspace --workspace prod",
    "create-workspace asks about the whole platform: leave out --workspace"
)]
#[case("who-can write --workspace [a", "is not a pattern")]
#[case(
    "who-can write --workspace nowhere",
    "none of 3 workspaces matches --workspace 'nowhere'; see"
)]
#[case(
    "who-can write --workspace prodd",
    "none of 3 workspaces matches --workspace 'prodd' (did you mean 'prod'?); see"
)]
#[case(
    "audit --workspace prodd",
    "none of 3 workspaces matches --workspace 'prodd' (did you mean 'prod'?); see"
)]
#[case(
    "export --workspace prodd",
    "none of 3 workspaces matches --workspace 'prodd' (did you mean 'prod'?); see"
)]
#[case(
    "who-can write --workspace prodd --workspace p*",
    "none of 3 workspaces matches --workspace 'prodd' (did you mean 'prod'?); see"
)]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_meant_is_said(#[case] arguments: &str, #[case] said: &str) {
    let answer = Shell::new().await.run(PLATFORM_ADMIN, arguments);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{}", answer.err);
    assert!(answer.err.contains(said), "{}", answer.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_not_seen_is_told_beside_the_answer() {
    let shell = Shell::new().await;
    for (who, words) in [
        ("everyone", "did you mean '*', which is everyone?"),
        ("VI@x.com", "vi@x.com is: upper and lower case are two people here"),
        ("laeds", "did you mean leads?"),
        ("zoe@elsewhere.org", "was not seen in the members that were read\n"),
    ] {
        let said = shell.run(PLATFORM_ADMIN, &format!("can {who} write prod"));
        assert!(said.code == 1 || said.code == 3, "{}", said.out);
        assert!(said.err.contains(words), "{who}: {}", said.err);
        assert!(!said.out.contains("was not seen"), "{}", said.out);
    }
    let said = shell.run(PLATFORM_ADMIN, "can vi@x.com write prod");
    assert_eq!(said.err, "");
}
