//! What `plan` and `apply` say first: of names that nobody can be added by, of another digest, of very many problems.

use crate::plan_cli::{ANN, Shell};
use pretty_assertions::assert_eq;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_names_nobody_who_can_be_added_is_refused_with_line_and_column() {
    let shell = Shell::before(&[("alpha", &[ANN])]).await;
    let long = "a".repeat(300);
    shell.wish(&format!(
        "[workspace.alpha.members]\n\"everyone\" = [\"Viewer\"]\n\"a/b@x.y\" = [\"Viewer\"]\n'{long}' = [\"Viewer\"]\n"
    ));
    let said = shell.run("plan wishes.toml --output plan.json");
    assert_eq!(said.code, Some(5), "{said:?}");
    for words in [
        "wishes.toml, line 4, column 1: 'everyone' cannot be added to 'alpha': nobody is called so; did you mean \"*\"",
        "wishes.toml, line 5, column 1: 'a/b@x.y' cannot be added to 'alpha': contains '/'",
        "cannot be added to 'alpha': at most 256 characters",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    let digest = shell.digest("plan.json");
    let said = shell.run(&format!("apply plan.json --digest {}", "0".repeat(64)));
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("another digest"), "{}", said.err);
    let said = shell.run(&format!("apply plan.json --digest {digest}"));
    assert_eq!(said.code, Some(5), "{said:?}");
    assert!(said.err.contains("cannot be added to 'alpha'"), "{}", said.err);
    assert_eq!(shell.gate.n_changes(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_very_many_problems_it_is_told_how_many_more_there_are() {
    let shell = Shell::before(&[]).await;
    let lines = (0..25).map(|n| format!("\"p{n}@example.com\" = [\"edtor\"]\n"));
    shell.wish(&format!("[workspace.alpha.members]\n{}", lines.collect::<String>()));
    let said = shell.run("plan wishes.toml");
    let n_told = said
        .err
        .lines()
        .filter(|line| line.contains("did you mean 'Editor'?"))
        .count();
    assert_eq!(n_told, 20, "{}", said.err);
    assert!(said.err.contains("and 5 more problems\n"), "{}", said.err);
    assert!(
        said.err.contains("25 problems in wishes.toml: nothing was done"),
        "{}",
        said.err
    );
}
