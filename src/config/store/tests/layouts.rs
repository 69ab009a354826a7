//! Every way to lay out a YAML document that means the same: a change must work in all of them, or be refused.

use super::super::tree::{self, Value};
use super::*;
use pretty_assertions::assert_eq;
use proptest::prelude::*;

/// Files that mean what `FILE` means of its contexts, in other layouts.
#[rstest]
#[case::flow(
    "{current_context: prod, clusters: [{name: c, base_url: 'http://localhost/'}], users: [{name: u, type: oauth, token: old}], contexts: [{name: prod, cluster: c, user: u}]}\n"
)]
#[case::flow_over_lines(
    "{current_context: prod,\n clusters: [\n  {name: c, base_url: 'http://localhost/',},\n ], # c\n users: [{name: u, type: oauth,\n   token: old}],\n contexts: [{name: prod, cluster: c, user: u}]\n}\n"
)]
#[case::quoted_keys(
    "\"current_context\": 'prod'\n'clusters':\n  - \"name\": 'c'\n    'base_url': 'http://localhost/'\n'users':\n  - \"name\": u\n    'type': \"oauth\"\n    \"token\": 'old'\n\"contexts\":\n  - 'name': \"prod\"\n    \"cluster\": c\n    user: u\n"
)]
#[case::windows(
    "current_context: prod\r\nclusters:\r\n- name: c\r\n  base_url: http://localhost/\r\nusers:\r\n- name: u\r\n  type: oauth\r\n  token: old\r\ncontexts:\r\n- name: prod\r\n  cluster: c\r\n  user: u\r\n"
)]
#[case::byte_order_mark(
    "\u{feff}current_context: prod\nclusters:\n- name: c\n  base_url: http://localhost/\nusers:\n- name: u\n  type: oauth\n  token: old\ncontexts:\n- name: prod\n  cluster: c\n  user: u\n"
)]
#[case::no_last_newline(
    "clusters:\n- {name: c, base_url: http://localhost/}\nusers:\n- {name: u, type: oauth, token: old}\ncontexts:\n- name: prod\n  cluster: c\n  user: u"
)]
#[case::dashes_alone(
    "---\nclusters:\n  -\n    name: c\n    base_url: http://localhost/\nusers:\n  -\n    token: old\n    type: oauth\n    name: u\ncontexts:\n  -   name: prod\n      cluster: c\n      user: u\n...\n"
)]
#[case::token_first(
    "clusters: [{name: c, base_url: 'http://localhost/'}]\nusers:\n- token: old # t\n  # then\n  type: oauth\n  name: u\ncontexts: [{name: prod, cluster: c, user: u}]\n"
)]
#[case::blocks(
    "clusters: [{name: c, base_url: 'http://localhost/'}]\nusers:\n- name: u\n  type: oauth\n  token: |-\n    old\n  refresh_token: >-\n    a\n\n\n# between\ncontexts: [{name: prod, cluster: c, user: u, workspace: \"a\\\n  b\"}]\n"
)]
#[case::tags(
    "clusters: [{name: c, base_url: 'http://localhost/'}]\nusers:\n- name: u\n  type: oauth\n  token: !!str old\ncontexts: [{name: prod, cluster: c, user: u, workspace: !!str w}]\n"
)]
#[case::shared_values(
    "x: &url http://localhost/\nclusters: [{name: c, base_url: *url}]\nusers:\n- &u\n  name: u\n  type: oauth\n  token: old\ncontexts: [{name: prod, cluster: c, user: u}]\n"
)]
#[case::nothing_at_the_end(
    "clusters: [{name: c, base_url: 'http://localhost/', x: }]\nusers: [{name: u, type: oauth, token: old, x: }]\ncontexts: [{name: prod, cluster: c, user: u, x: }]\n"
)]
#[case::nothing_at_the_end_of_blocks(
    "clusters:\n- name: c\n  base_url: http://localhost/\n  x:\nusers:\n- name: u\n  type: oauth\n  token: old\n  x: \ncontexts:\n- name: prod\n  cluster: c\n  user: u\n  x: # c\n"
)]
#[case::blanks_before_colons(
    "clusters :\n- name : c\n  base_url  : http://localhost/\nusers  :\n- name : u\n  type : oauth\n  token : old\n  expires_at  :\ncontexts :\n- name: prod\n  cluster : c\n  user : u\n  workspace   :\n"
)]
#[case::comments_everywhere(
    "# a\nclusters: # b\n# c\n- name: c # d\n  # e\n  base_url: http://localhost/ # f\nusers:\n\n  # g\n- name: u # h\n  type: oauth # i\n\n  # j\n  token: old # k\n\n# l\ncontexts:\n- name: prod\n  cluster: c\n  user: u\n  # m\n# n\n"
)]
fn every_change_works_in_every_layout(#[case] text: &str) {
    for edit in [
        tokens_for("prod"),
        logging_in_to("prod"),
        working_in("prod", "w: #1"),
        adding("new"),
        Edit::ForgetTokens { context: name("prod") },
    ] {
        check(text, &edit).unwrap_or_else(|why| panic!("{why}\n{edit:?}"));
    }
}

#[rstest]
#[case::no_lists("# nothing yet\n")]
#[case::opened("---\n")]
#[case::null("null\n")]
#[case::tilde("~")]
#[case::tilde_in_a_document("--- ~ # nothing\n...\n")]
#[case::mark("\u{feff}")]
#[case::mark_and_null("\u{feff}NULL\n# nothing\n")]
#[case::empty_lists("users: []\nclusters: [] # none\ncontexts:\n")]
#[case::null_lists("users: ~\nclusters: null\ncontexts: # none\n  # either\nlocal_services:\n  data_dir: /d\n")]
#[case::flow_root("{users: [], clusters: ,contexts: ~}\n")]
fn a_context_can_be_added_to_nothing(#[case] text: &str) {
    check(text, &adding("new")).unwrap();
    assert!(edited(text, &adding("new")).unwrap().contains("current_context: new"));
}

/// Other programs read the file as JSON, and must go on to do so.
#[rstest]
#[case::compact(
    r#"{"current_context":"prod","clusters":[{"name":"c","base_url":"http://localhost/"}],"users":[{"name":"u","type":"oauth","token":"old"}],"contexts":[{"name":"prod","cluster":"c","user":"u"}]}"#
)]
#[case::over_lines(PRETTY)]
#[case::windows(&PRETTY.replace('\n', "\r\n"))]
#[case::mark(&format!("\u{feff}{PRETTY}"))]
#[case::tabs(&PRETTY.replace("  ", "\t"))]
#[case::token_alone(
    r#"{"clusters": [{"name": "c", "base_url": "http://localhost/"}], "users": [{"token": "old", "name": "u", "type": "oauth", "refresh_token": "r"}], "contexts": [{"name": "prod", "cluster": "c", "user": "u", "workspace": "w"}]}"#
)]
fn what_is_json_stays_json(#[case] text: &str) {
    let odd = "a \"quote\", \\ and\u{85}\u{2028}\u{7f}é 😀 null";
    for edit in [
        tokens_for("prod"),
        logging_in_to("prod"),
        working_in("prod", odd),
        working_in("prod", "12"),
        adding("new"),
        Edit::ForgetTokens { context: name("prod") },
        Edit::CurrentContext(name("prod")),
    ] {
        check(text, &edit).unwrap_or_else(|why| panic!("{why}\n{edit:?}"));
        let after = edited(text, &edit).unwrap();
        let json = after.trim_start_matches('\u{feff}');
        let value: serde_json::Value = serde_json::from_str(json).unwrap_or_else(|why| panic!("{why}\n{after}"));
        if let Edit::Workspace { workspace, .. } = &edit {
            assert_eq!(value["contexts"][0]["workspace"], workspace.raw());
        }
    }
}

const PRETTY: &str = r#"{
  "current_context": "prod",
  "clusters": [
    {
      "name": "c",
      "base_url": "http://localhost/"
    }
  ],
  "users": [
    {
      "name": "u",
      "type": "oauth",
      "token": "old",
      "expires_at": 1795428506.5
    }
  ],
  "contexts": [
    {
      "name": "prod",
      "cluster": "c",
      "user": "u"
    }
  ]
}
"#;

#[test]
fn what_is_added_to_json_stands_where_one_would_write_it() {
    let added = edited(PRETTY, &working_in("prod", "ml-team")).unwrap();
    let expected = "      \"user\": \"u\",\n      \"workspace\": \"ml-team\"\n    }";
    assert_eq!(added, PRETTY.replace("      \"user\": \"u\"\n    }", expected));
    let forgotten = edited(PRETTY, &Edit::ForgetTokens { context: name("prod") }).unwrap();
    let before = "      \"type\": \"oauth\",\n      \"token\": \"old\",\n      \"expires_at\": 1795428506.5\n";
    assert_eq!(forgotten, PRETTY.replace(before, "      \"type\": \"no-auth\"\n"));
}

#[rstest]
#[case("{}")]
#[case("{ }\n")]
#[case("{\"users\": [], \"clusters\": null}")]
fn a_context_can_be_added_to_empty_json(#[case] text: &str) {
    check(text, &adding("new")).unwrap();
    let after = edited(text, &adding("new")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&after).unwrap_or_else(|why| panic!("{why}\n{after}"));
    assert_eq!(value["current_context"], "new");
}

/// What cannot be changed without touching more is refused, and the reason is one that helps.
#[rstest]
#[case::alias_entry(
    "users: [&u {name: u, type: oauth, token: old}]\nmore: {users: *u}\n",
    "its layout cannot be changed"
)]
#[case::list_alias("l: &l [{name: u, type: oauth, token: old}]\nusers: *l\n", "behind a YAML alias")]
#[case::item_alias("l: &l {name: u, type: oauth, token: old}\nusers: [*l]\n", "behind a YAML alias")]
#[case::two_documents("users: [{name: u, type: oauth, token: old}]\n---\na: 1\n", "")]
fn what_is_said_twice_is_refused(#[case] users: &str, #[case] expected: &str) {
    let rest = "clusters: [{name: c, base_url: 'http://localhost/'}]\ncontexts: [{name: prod, cluster: c, user: u}]\n";
    let message = edited(&format!("{rest}{users}"), &tokens_for("prod"))
        .unwrap_err()
        .to_string();
    assert!(message.contains(expected) && !message.contains("old}"), "{message}");
}

const OF_A_LOGIN: [&str; 6] = [
    "type",
    "token",
    "refresh_token",
    "expires_at",
    "token_broker_url",
    "api_key",
];

/// Everything but what the edit is about, as a value: what must be the same before and after.
fn rest_of(text: &str, edit: &Edit) -> Value {
    let root = tree::parse(text).unwrap().filter(|root| !root.is_null());
    let mut value = root.map_or_else(|| Value::Mapping(Vec::new(), None), |root| root.value());
    let text_of = |value: &mut Value, key: &str| match value.get_mut(key) {
        Some(Value::Scalar { text, .. }) => text.clone(),
        _ => String::new(),
    };
    let without = |value: &mut Value, keys: &[&str]| {
        if let Value::Mapping(entries, _) = value {
            entries.retain(|(key, _)| !matches!(key, Value::Scalar { text, .. } if keys.contains(&text.as_str())));
        }
    };
    let items = |root: &mut Value, list: &str| match root.get_mut(list) {
        Some(Value::Sequence(items, _)) => items.len(),
        _ => 0,
    };
    match edit {
        Edit::Tokens { .. } | Edit::LogIn { .. } | Edit::ForgetTokens { .. } => {
            if matches!(edit, Edit::LogIn { .. }) {
                without(&mut value, &["current_context"]);
            }
            for index in 0..items(&mut value, "users") {
                let user = value.get_mut("users").and_then(|users| users.item_mut(index)).unwrap();
                if text_of(user, "name") == "u" {
                    without(user, &OF_A_LOGIN);
                }
            }
        }
        Edit::Workspace { context, .. } => {
            for index in 0..items(&mut value, "contexts") {
                let entry = value.get_mut("contexts").and_then(|all| all.item_mut(index)).unwrap();
                if text_of(entry, "name") == context.raw() {
                    without(entry, &["workspace"]);
                }
            }
        }
        Edit::CurrentContext(_) => without(&mut value, &["current_context"]),
        Edit::AddContext { .. } => {
            let had_none = text_of(&mut value, "current_context").is_empty()
                || ["current_context: new", "\"current_context\": \"new\""]
                    .iter()
                    .any(|set| text.contains(set));
            if had_none {
                without(&mut value, &["current_context"]);
            }
            for list in ["clusters", "users", "contexts"] {
                if let Some(Value::Sequence(items, _)) = value.get_mut(list) {
                    items.retain_mut(|item| !text_of(item, "name").starts_with("new"));
                }
                if items(&mut value, list) == 0 {
                    without(&mut value, &[list]);
                }
            }
        }
    }
    value
}

/// A change is made, everything else means the same, no comment is lost unless its line is, and nothing is left of
/// what had to go.
fn check(text: &str, edit: &Edit) -> Result<(), String> {
    let after = edited(text, edit).map_err(|error| format!("{error}\n{text}"))?;
    let told = || format!("--- before\n{text}\n--- after\n{after}");
    if rest_of(text, edit) != rest_of(&after, edit) {
        return Err(format!("something else changed\n{}", told()));
    }
    let file = PlatformFile::parse(after.as_bytes(), Store::at("c".into()).location());
    let file = file.map_err(|error| format!("{error}\n{}", told()))?;
    let is_made = match edit {
        Edit::Tokens { context, .. } => holds_new_tokens(&file, context.raw()),
        Edit::LogIn { context, .. } => {
            let before = PlatformFile::parse(text.as_bytes(), Store::at("c".into()).location()).unwrap();
            let current = before
                .current_context
                .filter(|name| before.contexts.iter().any(|it| it.name == *name));
            let current = current.as_deref().unwrap_or(context.raw());
            holds_new_tokens(&file, context.raw()) && file.current_context.as_deref() == Some(current)
        }
        Edit::ForgetTokens { context } => {
            let context = file.context(context.raw());
            context.is_some_and(|context| matches!(context.user, User::NoAuth)) && !after.contains("old")
        }
        Edit::Workspace { context, workspace } => {
            let context = file.context(context.raw());
            context.is_some_and(|context| context.workspace.as_deref() == Some(workspace.raw()))
        }
        Edit::CurrentContext(name) => file.current_context.as_deref() == Some(name.raw()),
        Edit::AddContext { name, .. } => holds_new_tokens(&file, name.raw()),
    };
    let is_windows = text.contains("\r\n");
    if !is_made || (is_windows && after.replace("\r\n", "").contains('\n')) {
        return Err(format!("it is not as it was meant\n{}", told()));
    }
    let comments = |text: &str| text.lines().filter(|line| line.trim().starts_with('#')).count();
    if comments(text) != comments(&after) {
        return Err(format!("a comment is lost\n{}", told()));
    }
    Ok(())
}

fn holds_new_tokens(file: &PlatformFile, context: &str) -> bool {
    file.context(context).is_some_and(|context| match &context.user {
        User::Bearer(tokens) => {
            let refresh_token = tokens.refresh_token.as_ref().map(secrecy::ExposeSecret::expose_secret);
            tokens.token.expose_secret() == "new" && refresh_token == Some("new-refresh")
        }
        User::NoAuth | User::LegacyEmail(_) => false,
    })
}

/// A mapping with these entries, in one layout or another.
fn mapping(entries: &[(String, String)], indent: usize, is_flow: bool, has_comments: bool) -> String {
    if is_flow {
        let entries: Vec<_> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        return format!("{{{}}}\n", entries.join(", "));
    }
    let pad = " ".repeat(indent);
    let comment = if has_comments { " # c\n  # line" } else { "" };
    let lines = entries.iter().enumerate().map(|(i, (key, value))| {
        let pad = if i == 0 { "" } else { pad.as_str() };
        format!("{pad}{key}: {value}{comment}\n")
    });
    lines.collect()
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,6}",
        "[ -~]{0,8}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        "[a-z #:]{0,8}".prop_map(|text| format!("\"{text}\"")),
        "[0-9]{1,4}",
        Just("~".to_owned()),
        Just("[1, {a: b}]".to_owned()),
    ]
}

#[derive(Debug, Clone)]
struct Layout {
    is_flow: [bool; 3],
    indent: usize,
    dash: usize,
    has_comments: bool,
    line_break: &'static str,
    order: Vec<&'static str>,
    extra: Vec<(String, String)>,
    user: &'static str,
    is_last_line_whole: bool,
}

fn layout() -> impl Strategy<Value = Layout> {
    let extra = proptest::collection::vec(("x[a-z]{1,4}", scalar()), 0..3);
    let user = prop_oneof![Just("oauth"), Just("no-auth"), Just("api-key"), Just("none")];
    (
        any::<[bool; 3]>(),
        0usize..4,
        1usize..4,
        any::<bool>(),
        prop_oneof![Just("\n"), Just("\r\n")],
        Just(vec!["clusters", "users", "contexts", "current_context", "more"]).prop_shuffle(),
        extra,
        user,
        any::<bool>(),
    )
        .prop_map(
            |(is_flow, indent, dash, has_comments, line_break, order, mut extra, user, is_last_line_whole)| {
                extra.dedup_by(|a, b| a.0 == b.0);
                extra.sort();
                extra.dedup_by(|a, b| a.0 == b.0);
                Layout {
                    is_flow,
                    indent,
                    dash,
                    has_comments,
                    line_break,
                    order,
                    extra,
                    user,
                    is_last_line_whole,
                }
            },
        )
}

impl Layout {
    fn text(&self) -> String {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            pairs.chain(self.extra.clone()).collect()
        };
        let user = match self.user {
            "oauth" => pairs(&[
                ("name", "u"),
                ("type", "oauth"),
                ("token", "old"),
                ("refresh_token", "old-refresh"),
            ]),
            "no-auth" => pairs(&[("type", "no-auth"), ("name", "u")]),
            "api-key" => pairs(&[("api_key", "old@x"), ("name", "u")]),
            _ => pairs(&[("name", "u")]),
        };
        let other = pairs(&[("name", "o"), ("type", "oauth"), ("token", "theirs")]);
        let cluster = pairs(&[("base_url", "'http://localhost/'"), ("name", "c")]);
        let contexts = [
            pairs(&[("name", "prod"), ("cluster", "c"), ("user", "u")]),
            pairs(&[("name", "other"), ("cluster", "c"), ("workspace", "w"), ("user", "o")]),
        ];
        let list = |name: &str, items: Vec<Vec<(String, String)>>, is_flow: bool| {
            let pad = " ".repeat(self.indent);
            let dash = format!("{pad}-{}", " ".repeat(self.dash));
            let items = items.into_iter().map(|item| {
                let is_flow = is_flow || item.is_empty();
                format!(
                    "{dash}{}",
                    mapping(&item, self.indent + 1 + self.dash, is_flow, self.has_comments)
                )
            });
            format!("{name}:\n{}", items.collect::<String>())
        };
        let sections = self.order.iter().map(|section| match *section {
            "clusters" => list("clusters", vec![cluster.clone()], self.is_flow[0]),
            "users" => list("users", vec![other.clone(), user.clone()], self.is_flow[1]),
            "contexts" => list("contexts", contexts.to_vec(), self.is_flow[2]),
            "current_context" => "current_context: prod\n".to_owned(),
            _ => mapping(&self.extra, 0, false, self.has_comments),
        });
        let mut text: String = sections.collect();
        if !self.is_last_line_whole {
            text.truncate(text.trim_end().len());
        }
        text.replace('\n', self.line_break)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_the_layout_nothing_else_changes(
        layout in layout(),
        workspace in "[ -~]{1,10}".prop_filter("it names something", |name| !name.trim().is_empty()),
        kind in 0..6,
    ) {
        let edit = match kind {
            0 => tokens_for("prod"),
            1 => Edit::ForgetTokens { context: name("prod") },
            2 => working_in("prod", &workspace),
            4 => logging_in_to("prod"),
            3 => Edit::CurrentContext(name("other")),
            _ => adding("new"),
        };
        if let Err(why) = check(&layout.text(), &edit) {
            prop_assert!(false, "{}", why);
        }
    }
}
