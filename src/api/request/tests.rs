//! The requests as the released platforms take them, up to 0.8.1: method, path, query and body.

use super::*;
use crate::domain::resource::ResourceId;
use proptest::prelude::*;
use rstest::rstest;

fn ws(raw: &str) -> WorkspaceName {
    WorkspaceName::from_platform(raw)
}

fn principal(raw: &str) -> Principal {
    Principal::from_platform(raw)
}

fn roles(raw: &[&str]) -> RoleSet {
    raw.iter().map(|role| Role::from_platform(role)).collect()
}

fn base() -> BaseUrl {
    BaseUrl::parse("https://gw.example.com/nmp/").unwrap()
}

fn set(whom: &str, after: &[&str]) -> Change {
    Change::Roles {
        workspace: ws("ml-team"),
        principal: principal(whom),
        before: roles(&["Viewer"]),
        after: roles(after),
    }
}

fn add(whom: &str, given: &[&str]) -> Change {
    Change::Roles {
        workspace: ws("ml-team"),
        principal: principal(whom),
        before: RoleSet::default(),
        after: roles(given),
    }
}

fn remove(whom: &str) -> Change {
    Change::Roles {
        workspace: ws("ml-team"),
        principal: principal(whom),
        before: roles(&["Viewer"]),
        after: RoleSet::default(),
    }
}

/// Returns `METHOD path body` without the root that all entities share.
fn line(request: &Request) -> String {
    let path = request.path().replace("/apis/entities/v2", "");
    match &request.body {
        Some(body) => format!("{} {path} {body}", request.method),
        None => format!("{} {path}", request.method),
    }
}

fn sent(change: &Change) -> String {
    line(&Request::change(change, Propagation::Skip).unwrap())
}

fn refusal(change: &Change) -> ErrorKind {
    Request::change(change, Propagation::Skip).unwrap_err().kind().clone()
}

#[test]
fn reads_ask_for_what_the_platform_has() {
    let team = ws("ml-team");
    let lines = [
        line(&Request::cluster_info()),
        line(&Request::status()),
        line(&Request::discovery()),
        line(&Request::authenticate()),
        line(&Request::workspaces(2, 1000, Some("deletion_stage:null"))),
        line(&Request::workspace(&team).unwrap()),
        line(&Request::members(&team).unwrap()),
        line(&Request::deletion(&team).unwrap()),
        line(&Request::platform_admin_probe()),
        line(&Request::create_workspace_probe()),
        line(&Request::editor_probe(&team).unwrap()),
    ];
    assert_eq!(
        lines,
        [
            "GET /cluster-info",
            "GET /status",
            "GET /apis/auth/discovery",
            "GET /apis/auth/authenticate",
            "GET /workspaces?page=2&page_size=1000&sort=-created_at&filter=deletion_stage%3Anull",
            "GET /workspaces/ml-team",
            "GET /workspaces/ml-team/members",
            "GET /workspace-deletions/ml-team",
            "GET /workspaces/-/entities/role_binding?page_size=1",
            "POST /workspaces {}",
            "POST /workspaces/ml-team/projects {}",
        ]
    );
}

#[rstest]
#[case(ResourceKind::Project, "/apis/entities/v2/workspaces/ml-team/projects")]
#[case(ResourceKind::Fileset, "/apis/files/v2/workspaces/ml-team/filesets")]
#[case(
    ResourceKind::DeploymentConfig,
    "/apis/models/v2/workspaces/ml-team/deployment-configs"
)]
#[case(ResourceKind::Secret, "/apis/secrets/v2/workspaces/ml-team/secrets")]
#[case(ResourceKind::Job, "/apis/jobs/v2/workspaces/ml-team/jobs")]
#[case(
    ResourceKind::VirtualModel,
    "/apis/inference-gateway/v2/workspaces/ml-team/virtual-models"
)]
#[case(ResourceKind::MetricJob, "/apis/evaluation/v2/workspaces/ml-team/metric-jobs")]
fn every_kind_is_where_the_platform_has_it(#[case] kind: ResourceKind, #[case] path: &str) {
    let (team, name) = (ws("ml-team"), ResourceName::from_platform("one@2"));
    let target = ResourceId { kind, name };
    assert_eq!(
        Request::resources(&team, kind, 3).unwrap().path(),
        format!("{path}?page=3&page_size=100")
    );
    assert_eq!(
        Request::count(&team, kind).unwrap().path(),
        format!("{path}?page_size=1")
    );
    assert_eq!(
        Request::resource(&team, &target).unwrap().path(),
        format!("{path}/one%402")
    );
    let workspace = team;
    let delete = Request::change(&Change::DeleteResource { workspace, target }, Propagation::Skip).unwrap();
    assert_eq!(
        (delete.method.as_str(), delete.path()),
        ("DELETE", format!("{path}/one%402"))
    );
}

#[test]
fn no_two_kinds_are_in_the_same_place() {
    let paths = ResourceKind::ALL.map(|kind| Request::count(&ws("a1"), kind).unwrap().path());
    let different: std::collections::HashSet<_> = paths.iter().collect();
    assert_eq!(different.len(), paths.len());
}

#[test]
fn changes_are_written_as_the_platform_takes_them() {
    let create = |description: Option<&str>| Change::CreateWorkspace {
        name: ws("ml-team"),
        description: description.map(str::to_owned),
    };
    let project = ResourceName::from_platform("p1");
    let workspace = ws("ml-team");
    let lines = [
        sent(&create(Some("d"))),
        sent(&create(None)),
        sent(&Change::DeleteWorkspace {
            workspace: workspace.clone(),
        }),
        sent(&add("al@x.com", &["Viewer", "Admin"])),
        sent(&set("al@x.com", &["JobRunner", "Editor"])),
        sent(&remove("al@x.com")),
        sent(&Change::CreateProject {
            workspace: workspace.clone(),
            name: project.clone(),
            description: None,
        }),
        sent(&Change::DeleteResource {
            workspace: workspace.clone(),
            target: ResourceId {
                kind: ResourceKind::Project,
                name: project,
            },
        }),
        sent(&Change::RetryDeletion { workspace }),
    ];
    assert_eq!(
        lines,
        [
            r#"POST /workspaces?wait_role_propagation=false {"name":"ml-team","description":"d"}"#,
            r#"POST /workspaces?wait_role_propagation=false {"name":"ml-team"}"#,
            "DELETE /workspaces/ml-team",
            r#"POST /workspaces/ml-team/members?wait_role_propagation=false {"principal":"al@x.com","roles":["Admin","Viewer"]}"#,
            r#"PUT /workspaces/ml-team/members/al%40x.com?wait_role_propagation=false {"roles":["Editor","JobRunner"]}"#,
            "DELETE /workspaces/ml-team/members/al%40x.com?wait_role_propagation=false",
            r#"POST /workspaces/ml-team/projects {"name":"p1"}"#,
            "DELETE /workspaces/ml-team/projects/p1",
            "DELETE /workspaces/ml-team",
        ]
    );
}

/// The platform takes null and nothing for "keep"; only the empty string clears.
#[test]
fn clears_a_description_with_the_empty_string() {
    let describe = |after: &str| Change::Describe {
        workspace: ws("ml-team"),
        before: Some("old".to_owned()),
        after: after.to_owned(),
    };
    assert_eq!(sent(&describe("")), r#"PUT /workspaces/ml-team {"description":""}"#);
    assert_eq!(
        sent(&describe("new")),
        r#"PUT /workspaces/ml-team {"description":"new"}"#
    );
}

#[test]
fn waits_for_propagation_only_when_asked() {
    let request = Request::change(&set("al@x.com", &["Admin"]), Propagation::Await).unwrap();
    assert!(request.path().ends_with("/al%40x.com?wait_role_propagation=true"));
}

#[rstest]
#[case("al@x.com", "al%40x.com")]
#[case("*", "%2A")]
#[case("team b+c:d", "team%20b%2Bc%3Ad")]
#[case("a%2Fb", "a%252Fb")]
#[case("%2e%2e", "%252e%252e")]
#[case("q?x=1#y&z;", "q%3Fx%3D1%23y%26z%3B")]
#[case("Zoë", "Zo%C3%AB")]
#[case("李雷", "%E6%9D%8E%E9%9B%B7")]
#[case("...", "...")]
#[case("a'b<c>", "a%27b%3Cc%3E")]
#[case("A-z_0.9~", "A-z_0.9~")]
fn encodes_every_byte_that_could_mean_something_else(#[case] raw: &str, #[case] encoded: &str) {
    let request = Request::change(&remove(raw), Propagation::Skip).unwrap();
    assert_eq!(
        request.url(&base()).unwrap().as_str(),
        format!(
            "https://gw.example.com/nmp/apis/entities/v2/workspaces/ml-team/members/{encoded}?wait_role_propagation=false"
        )
    );
}

/// `…/members/..` is the workspace itself for every URL parser, and DELETE would delete it.
#[rstest]
#[case(".", NameProblem::Dots)]
#[case("..", NameProblem::Dots)]
#[case("a\tb", NameProblem::NeverFoundAgain('\t'))]
#[case("ab\n", NameProblem::NeverFoundAgain('\n'))]
#[case("grp/sub", NameProblem::Slash)]
#[case("o\"hara", NameProblem::NeverFoundAgain('"'))]
#[case("a\\b", NameProblem::NeverFoundAgain('\\'))]
#[case("", NameProblem::Empty)]
fn refuses_principals_no_request_can_reach(#[case] raw: &str, #[case] problem: NameProblem) {
    assert_eq!(refusal(&remove(raw)), ErrorKind::Unaddressable(problem));
    assert_eq!(refusal(&set(raw, &["Admin"])), ErrorKind::Unaddressable(problem));
    assert_eq!(refusal(&add(raw, &["Admin"])), ErrorKind::BadName(problem));
    let dots = ws(raw);
    assert!(Request::members(&dots).is_err() && Request::workspace(&dots).is_err());
    let kind = ResourceKind::Project;
    assert!(Request::resources(&dots, kind, 1).is_err() && Request::count(&dots, kind).is_err());
    let name = ResourceName::from_platform(raw);
    let target = ResourceId { kind, name };
    assert!(Request::resource(&ws("ml-team"), &target).is_err() && Request::deletion(&dots).is_err());
    let delete = Change::DeleteResource {
        workspace: ws("ml-team"),
        target,
    };
    assert_eq!(refusal(&delete), ErrorKind::Unaddressable(problem));
    assert!(Request::editor_probe(&dots).is_err());
}

/// The second wall, for whatever gets past the first: the URL must say what the segments say.
#[rstest]
#[case(&["a", ".."])]
#[case(&["a", ".", "b"])]
#[case(&["a", ""])]
fn refuses_urls_that_a_parser_would_bend(#[case] segments: &[&str]) {
    let request = Request {
        segments: owned(segments),
        ..Request::status()
    };
    assert!(matches!(
        request.url(&base()).unwrap_err().kind(),
        ErrorKind::Unaddressable(_)
    ));
}

#[test]
fn refuses_urls_no_server_would_read() {
    let error = Request::change(&remove(&"x".repeat(40_000)), Propagation::Skip)
        .and_then(|request| request.url(&base()))
        .unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::Unaddressable(NameProblem::TooLong { .. })
    ));
}

/// One workspace name with a newline at its end and the platform denies everybody everything.
#[rstest]
#[case("ml-team\n", NameProblem::Character('\n'))]
#[case("\nml-team", NameProblem::Character('\n'))]
#[case("ml-team ", NameProblem::Character(' '))]
#[case("ml team", NameProblem::Character(' '))]
#[case("ml--team", NameProblem::DoubleHyphen)]
#[case("system", NameProblem::Reserved)]
#[case("", NameProblem::Empty)]
fn refuses_new_workspaces_by_full_match(#[case] raw: &str, #[case] problem: NameProblem) {
    let create = Change::CreateWorkspace {
        name: ws(raw),
        description: None,
    };
    assert_eq!(refusal(&create), ErrorKind::BadName(problem));
}

#[test]
fn refuses_new_projects_by_full_match() {
    let create = Change::CreateProject {
        workspace: ws("ml-team"),
        name: ResourceName::from_platform("p1\n"),
        description: None,
    };
    assert_eq!(refusal(&create), ErrorKind::BadName(NameProblem::Character('\n')));
}

#[test]
fn refuses_to_delete_what_the_platform_lives_on() {
    for name in WorkspaceName::BUILT_IN {
        let delete = Change::DeleteWorkspace { workspace: ws(name) };
        assert_eq!(refusal(&delete), ErrorKind::Protected);
    }
}

/// POST without roles does nothing, and answers as if all were well.
#[test]
fn refuses_members_without_roles() {
    assert_eq!(refusal(&add("al@x.com", &[])), ErrorKind::NoRoles);
}

/// PUT makes a member of whoever is none, and without roles it removes one: it is left to members who stay members.
#[test]
fn a_put_neither_makes_nor_unmakes_a_member() {
    let method = |change: &Change| Request::change(change, Propagation::Skip).unwrap().method;
    assert_eq!(method(&add("al@x.com", &["Admin"])), Method::POST);
    assert_eq!(method(&set("al@x.com", &["Admin"])), Method::PUT);
    assert_eq!(method(&set("al@x.com", &[])), Method::DELETE);
}

#[test]
fn refuses_principals_that_can_never_log_in() {
    assert!(Request::change(&add(&"x".repeat(256), &["Viewer"]), Propagation::Skip).is_ok());
    assert_eq!(
        refusal(&add(&"x".repeat(257), &["Viewer"])),
        ErrorKind::BadName(NameProblem::TooLong { most: 256 })
    );
    assert!(Request::change(&remove(&"x".repeat(257)), Propagation::Skip).is_ok());
}

#[test]
fn names_what_it_refused() {
    let error = Request::change(&remove("grp/sub"), Propagation::Skip).unwrap_err();
    let asked = error.request().unwrap();
    assert_eq!(asked.method.as_str(), "DELETE");
    assert_eq!(
        asked.path.as_str(),
        "/apis/entities/v2/workspaces/ml-team/members/grp%2Fsub?wait_role_propagation=false"
    );
    assert_eq!(
        error.to_string(),
        "cannot remove grp/sub (Viewer) from 'ml-team': no request can address that name \
         (contains '/': the platform can never change or remove it)"
    );
    assert!(!error.is_outcome_unknown());
}

fn decoded(segment: &str) -> Vec<u8> {
    let mut bytes = segment.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    out
}

proptest! {
    #[test]
    fn reaches_exactly_the_principal_or_nobody(raw in any::<String>()) {
        let Ok(request) = Request::change(&remove(&raw), Propagation::Skip) else {
            return Ok(());
        };
        let url = request.url(&base()).unwrap();
        let segments: Vec<&str> = url.path_segments().unwrap().collect();
        prop_assert_eq!(segments.len(), 8);
        prop_assert_eq!(decoded(segments[7]), raw.as_bytes());
        prop_assert_eq!(segments[5..7].to_vec(), vec!["ml-team", "members"]);
    }

    #[test]
    fn never_bends_a_segment(segments in prop::collection::vec(any::<String>(), 1..4)) {
        let request = Request { segments: segments.clone(), ..Request::status() };
        if let Ok(url) = request.url(&base()) {
            let got: Vec<Vec<u8>> = url.path_segments().unwrap().skip(1).map(decoded).collect();
            let wanted: Vec<Vec<u8>> = segments.iter().map(|segment| segment.as_bytes().to_vec()).collect();
            prop_assert_eq!(got, wanted);
        }
    }
}

#[rstest]
#[case(Change::CreateWorkspace { name: ws("ml-team"), description: Some("a\0b".to_owned()) })]
#[case(Change::Describe { workspace: ws("ml-team"), before: None, after: "\0".to_owned() })]
#[case(set("al@x.com", &["View\0er"]))]
fn a_nul_character_never_leaves(#[case] change: Change) {
    let request = Request::change(&change, Propagation::Skip).unwrap();
    let error = request.url(&BaseUrl::parse("http://127.0.0.1:9").unwrap()).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::HoldsNul);
}

#[test]
fn nor_in_a_filter() {
    let of = crate::api::bindings::Bindings::Of(Principal::from_platform("a\0b"));
    let request = Request::bindings(&of, 1, 10, false);
    let error = request.url(&BaseUrl::parse("http://127.0.0.1:9").unwrap()).unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::HoldsNul);
}
