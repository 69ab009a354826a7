//! Lists that do not come to an end are left, and what was read till then is told.

use super::*;

/// Answers with the page that is asked for of a list of 2^40 rows, made by `row`.
fn endless(row: impl Fn(usize) -> Value + Send + Sync + 'static) -> impl Fn(&Request) -> ResponseTemplate {
    move |request: &Request| {
        let number = |wanted: &str| {
            let mut pairs = request.url.query_pairs();
            let found = pairs.find(|(key, _)| key == wanted);
            found.and_then(|(_, n)| n.parse::<usize>().ok()).unwrap_or(1)
        };
        let (page, size) = (number("page"), number("page_size"));
        let rows: Vec<Value> = ((page - 1) * size..page * size).map(&row).collect();
        list(&rows, 1 << 40)
    }
}

fn endless_workspace(id: usize) -> Value {
    value!({"id": id.to_string(), "name": format!("w-{id}")})
}

/// A platform by hand with workspaces without an end, and a client that leaves lists early.
async fn endless_platform(roles: usize) -> (MockServer, Client) {
    let server = MockServer::start().await;
    let discovery = json(200, r#"{"auth_enabled":true}"#);
    given(&server, "GET", "/apis/auth/discovery", discovery).await;
    let caller = json(200, r#"{"principal":"al","email":"al@x.com"}"#);
    given(&server, "GET", "/apis/auth/authenticate", caller).await;
    let workspaces = Mock::given(method("GET")).and(path(format!("{ENTITIES}/workspaces")));
    workspaces.respond_with(endless(endless_workspace)).mount(&server).await;
    let client = Client::new(Connection {
        limits: Limits {
            workspaces: 3_000,
            bindings: roles,
            ..limits()
        },
        ..connection(&server.uri())
    });
    (server, client.unwrap())
}

/// Returns what is said of a reading that was left, and makes sure that nothing more is claimed.
async fn left(client: &Client, parts: Parts) -> String {
    let options = Options { parts, ..options() };
    let collected = collect(client, options, &mut |_| ()).await;
    let End::Endless(why) = collected.end else {
        panic!("{:?}", collected.end);
    };
    let report = collected.report.unwrap();
    assert!(!report.snapshot.is_complete());
    assert_eq!(report.snapshot.coverage.stopped.as_ref(), Some(&why));
    why.to_string()
}

#[tokio::test]
async fn role_bindings_without_an_end_are_left() {
    let (server, client) = endless_platform(4_000).await;
    says_whether_admin(&server, list(&[], 3)).await;
    gives_rows(&server, endless(|id| binding(id, &format!("w-{id}"), "p@x.com"))).await;
    let why = left(&client, Parts::Unwanted).await;
    let lists = ["list of workspaces", "list of role bindings"];
    assert!(
        lists
            .iter()
            .any(|list| why.starts_with(&format!("the {list} does not end"))),
        "{why}"
    );
    assert!(server.received_requests().await.unwrap().len() < 30);
}

#[tokio::test]
async fn workspaces_without_an_end_are_left_with_their_members() {
    let (server, client) = endless_platform(1_000_000).await;
    says_whether_admin(&server, detail(403, "Forbidden")).await;
    let any_members = Mock::given(method("GET")).and(wiremock::matchers::path_regex("/members$"));
    any_members.respond_with(members(&["al@x.com"])).mount(&server).await;
    let why = left(&client, Parts::Wanted).await;
    assert_eq!(
        why,
        "the list of workspaces does not end: stopped after 3,000 workspaces"
    );
    let n_asked = server.received_requests().await.unwrap().len();
    assert!(n_asked < 2_500, "{n_asked}: those that were left are not asked about");
}

/// A few members of which any part is very long are as many as many short ones: what is said is how many they were.
#[rstest::rstest]
#[case(value!({"principal": "p".repeat(40_000), "roles": ["Viewer"], "granted_by": "al"}))]
#[case(value!({"principal": "p@x.com", "roles": ["Viewer"], "granted_by": "g".repeat(40_000)}))]
#[case(value!({"principal": "p@x.com", "roles": ["Viewer", "r".repeat(40_000)], "granted_by": "al"}))]
#[tokio::test]
async fn long_members_are_left_by_their_bytes(#[case] member: Value) {
    let names: Vec<String> = (0..60).map(|n| format!("w-{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let server = platform(&names).await;
    let client = Client::new(Connection {
        limits: Limits {
            list: 1_000_000,
            ..limits()
        },
        ..connection(&server.uri())
    });
    says_whether_admin(&server, detail(403, "Forbidden")).await;
    let any_members = Mock::given(method("GET")).and(wiremock::matchers::path_regex("/members$"));
    let answer = json(200, &value!({"data": [member]}).to_string());
    any_members.respond_with(answer).mount(&server).await;
    let why = left(&client.unwrap(), Parts::Unwanted).await;
    assert_eq!(why, "the number of members does not end: stopped after 25 members");
}

#[tokio::test]
async fn members_without_an_end_are_left() {
    let (server, client) = endless_platform(40).await;
    says_whether_admin(&server, detail(403, "Forbidden")).await;
    let names: Vec<String> = (0..15).map(|n| format!("p{n}@x.com")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let any_members = Mock::given(method("GET")).and(wiremock::matchers::path_regex("/members$"));
    any_members.respond_with(members(&names)).mount(&server).await;
    let why = left(&client, Parts::Unwanted).await;
    assert!(
        why.starts_with("the number of members does not end: stopped after "),
        "{why}"
    );
}
