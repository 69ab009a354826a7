//! `audit --wishes`: what is still held after the last day that an access file gives it.

use crate::audit_cli::{Said, Shell, shell};
use nmp_console::sandbox::PLATFORM_ADMIN;
use rstest::rstest;
use serde_json::{Value, json};

/// A platform on which the three whom the file names as members are Viewers of `default`.
async fn with_file() -> Shell {
    let shell = shell(&[]).await;
    for who in ["gone@x.com", "stays@x.com", "soon@x.com"] {
        shell.grant_viewer(who).await;
    }
    let text = format!(
        "schema = 1\nserver = \"{}\"\n\n[workspace.default.members]\n\
         \"gone@x.com\" = {{ roles = [\"Viewer\"], until = 2026-01-31, reason = \"migration\", ticket = \"OPS-12\" }}\n\
         \"left@x.com\" = {{ roles = [\"Viewer\"], until = 2026-01-31 }}\n\
         \"soon@x.com\" = {{ roles = [\"Viewer\"], until = 2999-01-31 }}\n\
         \"stays@x.com\" = [\"Viewer\"]\n",
        shell.running.url()
    );
    shell.write("access.toml", &text);
    shell
}

const GONE: &str = "given until 2026-01-31 by access.toml, line 5; reason: migration; ticket: OPS-12.";

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_has_outlived_its_file_is_found_with_file_and_line() {
    let shell = with_file().await;
    let audit = |more: &str| shell.audit(&format!("audit --wishes access.toml {more}"));
    let said = audit("--format json --fail-on expired-grant");
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(
        said.err.contains("nmp-console: expired-grant: 1 finding"),
        "{}",
        said.err
    );
    assert_eq!(
        crate::audit_export::schema_errors("assets/schema/audit-2.schema.json", &said.out),
        Vec::<String>::new()
    );
    let report: Value = serde_json::from_str(&said.out).unwrap();
    let findings = report["body"]["findings"].as_array().unwrap();
    let expired: Vec<&Value> = findings
        .iter()
        .filter(|found| found["rule"] == "expired-grant")
        .collect();
    let [found] = expired[..] else { panic!("{expired:?}") };
    assert_eq!(
        (&found["workspace"], &found["principal"], &found["source"]),
        (
            &json!("default"),
            &json!("gone@x.com"),
            &json!({"file": "access.toml", "line": 5})
        )
    );
    let reason = found["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("gone@x.com still has Viewer in 'default' (since ") && reason.ends_with(GONE),
        "{reason}"
    );
    let sarif: Value = serde_json::from_str(&audit("--format sarif").out).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let result = results
        .iter()
        .find(|result| result["ruleId"] == "expired-grant")
        .unwrap();
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (&json!("access.toml"), &json!(5))
    );
    // On the last day itself, and without the file, there is nothing to find.
    for other in ["audit --wishes access.toml --as-of 2026-01-31", "audit"] {
        let said = shell.audit(other);
        assert!(!said.out.contains("expired-grant"), "{other}: {}", said.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_suppressed_and_is_fixed_by_the_plan_of_the_same_file() {
    let shell = with_file().await;
    let policy = "[[suppress]]\nrule = \"expired-grant\"\nprincipal = \"gone@x.com\"\nreason = \"handover\"\n\
                  owner = \"ann@x.com\"\nexpires = 2999-01-01\n";
    shell.write("policy.toml", policy);
    let said = shell.audit("audit --wishes access.toml --policy policy.toml --fail-on expired-grant");
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.out.contains("suppressed by the policy"), "{}", said.out);
    let said = shell.audit("plan access.toml --format json");
    assert_eq!(said.code, Some(1), "{}", said.err);
    let plan: Value = serde_json::from_str(&said.out).unwrap();
    let fixed = plan["findings"]["fixed"].to_string();
    assert!(
        fixed.contains("expired-grant") && fixed.contains("gone@x.com"),
        "{plan:#}"
    );
}

/// Whoever finds nothing has to know whether anything was looked for.
#[tokio::test(flavor = "multi_thread")]
async fn how_many_last_days_were_checked_is_told_whatever_was_found() {
    let shell = with_file().await;
    let text = std::fs::read_to_string(shell.home.path().join("access.toml")).unwrap();
    shell.write(
        "endless.toml",
        &text
            .replace(", until = 2026-01-31", "")
            .replace(", until = 2999-01-31", ""),
    );
    shell.write("elsewhere.toml", &text.replace("workspace.default", "workspace.system"));
    for (arguments, words, json) in [
        ("access.toml", "3 end dates checked, 2 of them past", json!([3, 3, 2])),
        (
            "access.toml --as-of 2026-01-31",
            "3 end dates checked, none of them past",
            json!([3, 3, 0]),
        ),
        ("endless.toml", "no end date ('until') in them", json!([0, 0, 0])),
        (
            "elsewhere.toml --workspace default",
            "0 of 3 end dates checked, none of them past; the members of the other workspaces were not read",
            json!([3, 0, 0]),
        ),
    ] {
        let audit = |more: &str| shell.audit(&format!("audit --wishes {arguments} {more}"));
        let report = audit("--format json").out;
        assert_eq!(
            crate::audit_export::schema_errors("assets/schema/audit-2.schema.json", &report),
            Vec::<String>::new()
        );
        let report: Value = serde_json::from_str(&report).unwrap();
        let days = &report["body"]["coverage"]["last_days"];
        assert_eq!(
            json!([days["named"], days["checked"], days["over"]]),
            json,
            "{arguments}"
        );
        let said = audit("--only findings").err;
        assert!(
            said.contains(&format!("nmp-console: access files: {words}\n")),
            "{said}"
        );
        let table = audit("").out;
        let told = table.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(&format!("access files {words}")), "{table}");
    }
    assert!(!shell.audit("audit").out.contains("access files"));
}

#[rstest]
#[case::wrong_file(
    "audit --wishes wrong.toml",
    4,
    "wrong.toml, line 1, column 10: schema 7 is not known here"
)]
#[case::no_file("audit --wishes none.toml", 4, "cannot read none.toml: No such file or directory")]
#[case::of_another("audit --wishes other.toml", 4, "--wishes: it is for https://nmp.example.com")]
#[case::nothing_to_go_by("audit --fail-on expired-grant", 2, "--fail-on expired-grant needs --wishes")]
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_compared_with_is_said(#[case] arguments: &str, #[case] code: i32, #[case] said: &str) {
    let shell = shell(&[]).await;
    shell.write("wrong.toml", "schema = 7\n");
    shell.write("other.toml", "schema = 1\nserver = \"https://nmp.example.com\"\n");
    let Said { code: ended, out, err } = Said::from(shell.command(PLATFORM_ADMIN, arguments).output().unwrap());
    assert_eq!((ended, out.as_str()), (Some(code), ""), "{err}");
    assert!(err.contains(said), "{err}");
}
