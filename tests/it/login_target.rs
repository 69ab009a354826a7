//! Logging in from end to end: which ways there are, what is kept where, and what is not.

use crate::login_given::Double;
use nmp_console::api::ErrorKind;
use nmp_console::config::store::Store;
use nmp_console::domain::context::ContextName;
use nmp_console::domain::login::{DeviceCode, Way};
use nmp_console::domain::secret::Secret;
use nmp_console::login::{self, CredentialSlot, Error, LoginTarget};
use nmp_console::sandbox::PLATFORM_ADMIN;
use rstest::rstest;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Mutex;
use tempfile::TempDir;

struct Given {
    double: Double,
    folder: TempDir,
    codes: Mutex<Vec<DeviceCode>>,
}

impl Given {
    async fn new() -> Self {
        Self {
            double: Double::start().await,
            folder: tempfile::tempdir().unwrap(),
            codes: Mutex::default(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("nhx").join("config.yaml")
    }

    fn text(&self) -> Option<String> {
        std::fs::read_to_string(self.path()).ok()
    }

    fn write(&self, text: &str) {
        std::fs::create_dir_all(self.path().parent().unwrap()).unwrap();
        std::fs::write(self.path(), text).unwrap();
    }

    /// Writes a file whose context signs in with this.
    fn hold(&self, user: &str) {
        let url = &self.double.url;
        self.write(&format!(
            "current_context: prod\nclusters: [{{name: c, base_url: '{url}/'}}]\nusers:\n- {{name: u, {user}}}\n\
             contexts: [{{name: prod, cluster: c, user: u}}]\n"
        ));
    }

    fn target(&self) -> LoginTarget {
        LoginTarget {
            slot: Some(CredentialSlot::new(
                Store::at(self.path()),
                ContextName::new("prod"),
                self.double.connection().base_url,
            )),
            connection: self.double.connection(),
            certificate_authority: None,
            device_id: Some(self.folder.path().join("state").join("oidc-device-id")),
            clock: self.double.hand.seen(0),
        }
    }

    async fn log_in(&self, way: &Way) -> Result<nmp_console::domain::login::LoggedIn, Error> {
        let on_code = |code| self.codes.lock().unwrap().push(code);
        login::log_in(&self.target(), way, on_code).await
    }
}

#[tokio::test]
async fn tells_which_ways_there_are_and_where_the_result_will_lie() {
    let given = Given::new().await;
    let ways = login::ways(&given.target(), None).await.unwrap();
    assert!(ways.is_auth_enabled);
    assert_eq!(ways.device.unwrap().as_str(), given.double.url);
    let path = given.path().display().to_string();
    assert_eq!(ways.kept_in.as_str(), format!("the new context 'prod' in {path}"));

    given.double.set_discovery(json!({"auth_enabled": true, "oidc": null}));
    assert_eq!(login::ways(&given.target(), None).await.unwrap().device, None);
    given.double.set_discovery(json!({"auth_enabled": false, "oidc": null}));
    assert!(!login::ways(&given.target(), None).await.unwrap().is_auth_enabled);
    assert_eq!(given.text(), None, "nothing is written before somebody logs in");
}

#[tokio::test]
async fn a_login_by_code_lies_where_the_cli_expects_it() {
    let given = Given::new().await;
    given.double.set_polls(&["authorization_pending"]);
    let logged_in = given.log_in(&Way::Device).await.unwrap();
    assert_eq!(logged_in.user.as_str(), PLATFORM_ADMIN);
    assert!(logged_in.is_renewable);
    let end = logged_in.expires_at.unwrap().as_second();
    let path = given.path().display().to_string();
    assert_eq!(logged_in.kept_in.as_str(), format!("context 'prod' in {path}"));
    assert_eq!(given.codes.lock().unwrap().len(), 1);
    let text = given.text().unwrap();
    for part in [
        "current_context: prod",
        "name: prod-cluster",
        &format!("{}/", given.double.url),
        "name: prod-user",
        "type: oauth",
        "refresh_token: refresh-1",
        &format!("expires_at: {end}.0"),
    ] {
        assert!(text.contains(part), "{part}:\n{text}");
    }
}

#[tokio::test]
async fn what_the_provider_wants_to_know_of_the_machine_stays_the_same() {
    let given = Given::new().await;
    let url = &given.double.url;
    given.double.set_discovery(json!({"auth_enabled": true, "oidc": {
        "issuer": url, "client_id": "cli", "token_endpoint": format!("{url}/idp/token"),
        "device_authorization_endpoint": format!("{url}/idp/device"),
        "device_authorization_requires_device_id": true, "device_token_request_includes_scope": false,
    }}));
    given.log_in(&Way::Device).await.unwrap();
    given.log_in(&Way::Device).await.unwrap();
    let forms = given.double.forms();
    let ids: Vec<_> = forms.iter().filter_map(|form| form.get("device_id")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(forms[0]["display_name"], "nmp-console");
    assert!(!forms[1].contains_key("scope"));
}

#[rstest]
#[case::denied("access_denied")]
#[case::expired("expired_token")]
#[tokio::test]
async fn a_login_that_does_not_come_about_leaves_nothing_behind(#[case] answer: &'static str) {
    let given = Given::new().await;
    given.double.set_polls(&[answer]);
    given.log_in(&Way::Device).await.unwrap_err();
    assert_eq!(given.text(), None);
}

#[tokio::test]
async fn a_token_the_server_does_not_take_is_not_kept() {
    let given = Given::new().await;
    let before = "# mine\nclusters: []\n";
    given.write(before);
    for way in [
        Way::Token(Secret::new("ak_wrong".to_owned())),
        Way::Unsigned {
            email: "al@x.com".to_owned(),
        },
    ] {
        let error = given.log_in(&way).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the server does not accept the token: Invalid or expired token"
        );
    }
    given.double.set_deaf();
    let error = given.log_in(&Way::Device).await.unwrap_err();
    assert!(matches!(error, Error::NotAccepted(_)), "{error}");
    assert_eq!(given.text().as_deref(), Some(before));
}

#[tokio::test]
async fn a_pasted_token_replaces_what_the_context_signed_in_with() {
    let given = Given::new().await;
    let url = &given.double.url;
    given.write(&format!(
        "# mine\ncurrent_context: prod\nclusters:\n- name: c\n  base_url: {url}/\nusers:\n- name: u\n  type: oauth\n  token: old\n  \
         refresh_token: old\n  expires_at: 1.0\ncontexts:\n- name: prod\n  cluster: c\n  user: u\n  workspace: ml\n"
    ));
    let (token, _) = given.double.log_in();
    let pasted = Way::Token(Secret::new(format!(" Bearer {token}\n")));
    let logged_in = given.log_in(&pasted).await.unwrap();
    assert!(!logged_in.is_renewable && logged_in.expires_at.is_some());
    let text = given.text().unwrap();
    assert!(text.starts_with("# mine\n") && text.contains("workspace: ml"), "{text}");
    assert!(text.contains(&token) && !text.contains("old"), "{text}");
}

#[rstest]
#[case::somebody_elses("mallory", "mallory@example.com", false, Some("mallory@example.com"))]
#[case::ones_own("al", PLATFORM_ADMIN, false, None)]
#[case::an_opaque_one_of_somebody_else("mallory", "mallory@example.com", true, Some("mallory@example.com"))]
#[case::an_opaque_one_of_ones_own("al", PLATFORM_ADMIN, true, None)]
#[tokio::test]
async fn it_is_told_whose_login_is_replaced(
    #[case] subject: &'static str,
    #[case] email: &'static str,
    #[case] is_opaque: bool,
    #[case] expected: Option<&str>,
    #[values(true, false)] by_code: bool,
) {
    let given = Given::new().await;
    given.double.set_person(subject, email);
    if is_opaque {
        given.double.set_opaque();
    }
    let (token, _) = given.double.log_in();
    given.hold(&format!("type: oauth, token: {token}"));
    given.double.set_person("al", PLATFORM_ADMIN);
    let (token, _) = given.double.log_in();
    let way = if by_code {
        Way::Device
    } else {
        Way::Token(Secret::new(token))
    };
    let logged_in = given.log_in(&way).await.unwrap();
    assert_eq!(logged_in.replaces.map(|whose| whose.to_string()).as_deref(), expected);
}

#[rstest]
#[case::nobodys("type: no-auth", None)]
#[case::an_email("type: api-key, api_key: bo@x.com", Some("bo@x.com"))]
#[case::one_that_nobody_knows("type: oauth, token: ak_gone", Some("a user that is no longer known"))]
#[tokio::test]
async fn it_is_told_as_well_as_can_be_whose_login_is_replaced(#[case] user: &str, #[case] expected: Option<&str>) {
    let given = Given::new().await;
    given.hold(user);
    let logged_in = given.log_in(&Way::Device).await.unwrap();
    assert_eq!(logged_in.replaces.map(|whose| whose.to_string()).as_deref(), expected);
}

#[tokio::test]
async fn an_unsigned_token_is_made_by_the_time_of_the_server() {
    let given = Given::new().await;
    given.double.set_unsigned();
    let way = Way::Unsigned {
        email: " al@x.com".to_owned(),
    };
    for skew in [0, 7200, -7200] {
        let target = LoginTarget {
            clock: given.double.hand.seen(skew),
            ..given.target()
        };
        let logged_in = login::log_in(&target, &way, |_| {}).await.unwrap();
        let left = logged_in.expires_at.unwrap().duration_since(given.double.hand.now());
        assert_eq!(left.as_secs(), 3600);
    }
}

#[tokio::test]
async fn a_token_that_has_ended_is_refused_before_anybody_sees_it() {
    let given = Given::new().await;
    let (token, _) = given.double.log_in();
    given.double.hand.turn(3600);
    let error = given.log_in(&Way::Token(Secret::new(token))).await.unwrap_err();
    assert_eq!(error.to_string(), "that token expired at 2027-01-15T09:00:00Z");
    assert_eq!(given.double.asked("platform"), 0);
}

#[tokio::test]
async fn there_is_nothing_to_log_in_to_where_nobody_is_asked() {
    let given = Given::new().await;
    given.double.set_discovery(json!({"auth_enabled": false, "oidc": null}));
    let error = given.log_in(&Way::Device).await.unwrap_err();
    assert!(matches!(error, Error::NoLoginNeeded), "{error}");
    given.double.set_discovery(json!({"auth_enabled": true, "oidc": null}));
    let error = given.log_in(&Way::Device).await.unwrap_err();
    assert_eq!(error.to_string(), "the server offers no login by code");
}

#[tokio::test]
async fn a_context_of_another_server_is_not_given_this_ones_token() {
    let given = Given::new().await;
    let before = "current_context: prod\nclusters:\n- {name: c, base_url: 'https://other.example/'}\nusers:\n\
                  - {name: u, type: no-auth}\ncontexts:\n- {name: prod, cluster: c, user: u}\n";
    given.write(before);
    let error = given.log_in(&Way::Device).await.unwrap_err();
    assert!(error.to_string().contains("leads to https://other.example"), "{error}");
    assert_eq!(given.text().as_deref(), Some(before));
}

#[tokio::test]
async fn a_login_that_no_file_can_hold_is_not_begun() {
    let given = Given::new().await;
    let target = LoginTarget {
        slot: None,
        ..given.target()
    };
    let error = login::log_in(&target, &Way::Device, |_| {}).await.unwrap_err();
    assert!(matches!(error, Error::NowhereToKeep), "{error}");
    let kept_in = login::ways(&target, None).await.unwrap().kept_in;
    assert_eq!(kept_in.as_str(), "no file: there is no place for one");
    assert_eq!(given.double.asked("device"), 0, "nobody is asked for a code in vain");
    assert_eq!(given.text(), None);
}

/// What stands in the way of keeping a login in the file.
#[derive(Clone, Copy, Debug)]
enum Obstacle {
    /// No folder can be made for it.
    File,
    /// Its lock cannot be taken.
    Lock,
    /// It cannot be edited.
    Layout,
    /// Nothing can be made in its folder. Root can.
    #[cfg(unix)]
    Folder,
    /// It is a link, and no lock can be made beside that. Root can.
    #[cfg(unix)]
    Link,
    /// No folder can be made in the one above. Root can.
    #[cfg(unix)]
    Home,
}

impl Given {
    fn put_in_the_way(&self, obstacle: Obstacle) {
        let folder = self.path().parent().unwrap().to_owned();
        match obstacle {
            Obstacle::File => std::fs::write(folder, "").unwrap(),
            Obstacle::Lock => {
                self.hold("type: no-auth");
                let lock = self.path().with_file_name("config.yaml.prod.oauth-refresh.lock");
                std::fs::create_dir(lock).unwrap();
            }
            Obstacle::Layout => {
                let url = &self.double.url;
                self.write(&format!(
                    "clusters: [{{name: c, base_url: '{url}'}}]\nx: &u {{name: u, type: no-auth}}\nusers: [*u]\n\
                     contexts: [{{name: prod, cluster: c, user: u}}]\n"
                ));
            }
            #[cfg(unix)]
            Obstacle::Folder => {
                self.hold("type: no-auth");
                close(&folder);
            }
            #[cfg(unix)]
            Obstacle::Link => {
                self.hold("type: no-auth");
                let real = self.folder.path().join("real.yaml");
                std::fs::rename(self.path(), &real).unwrap();
                std::os::unix::fs::symlink(real, self.path()).unwrap();
                close(&folder);
            }
            #[cfg(unix)]
            Obstacle::Home => close(self.folder.path()),
        }
    }
}

#[cfg(unix)]
fn close(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o555)).unwrap();
}

#[rstest]
#[case::file(Obstacle::File)]
#[case::lock(Obstacle::Lock)]
#[case::layout(Obstacle::Layout)]
#[cfg_attr(unix, case::folder(Obstacle::Folder))]
#[cfg_attr(unix, case::link(Obstacle::Link))]
#[cfg_attr(unix, case::home(Obstacle::Home))]
#[tokio::test]
async fn a_login_that_could_not_be_kept_is_not_begun(#[case] obstacle: Obstacle) {
    let given = Given::new().await;
    given.put_in_the_way(obstacle);
    #[cfg(unix)]
    if matches!(obstacle, Obstacle::Folder | Obstacle::Link | Obstacle::Home) && rustix::process::geteuid().is_root() {
        return;
    }
    let (token, _) = given.double.log_in();
    for way in [Way::Device, Way::Token(Secret::new(token))] {
        let error = given.log_in(&way).await.unwrap_err();
        assert!(matches!(error, Error::NotKept(_)), "{error}");
    }
    assert_eq!((given.double.asked("device"), given.double.asked("platform")), (0, 0));
}

#[tokio::test]
async fn whether_a_login_could_be_kept_is_found_out_without_a_trace() {
    let given = Given::new().await;
    given.double.set_polls(&["access_denied"]);
    given.log_in(&Way::Device).await.unwrap_err();
    let left = std::fs::read_dir(given.folder.path()).unwrap().count();
    assert_eq!((given.double.asked("device"), left), (1, 0));
    given.hold("type: no-auth");
    given.double.set_polls(&["access_denied"]);
    given.log_in(&Way::Device).await.unwrap_err();
    let left = std::fs::read_dir(given.path().parent().unwrap()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["config.yaml"]);
}

#[tokio::test]
async fn logging_out_takes_every_secret_out_of_the_file() {
    let given = Given::new().await;
    given.log_in(&Way::Device).await.unwrap();
    assert!(given.text().unwrap().contains("refresh_token: "));
    let slot = given.target().slot.unwrap();
    login::log_out(&slot).await.unwrap();
    let text = given.text().unwrap();
    assert!(text.contains("type: no-auth"), "{text}");
    for gone in ["refresh", "expires_at", "token:"] {
        assert!(!text.contains(gone), "{gone}:\n{text}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_told_as_such() {
    let given = Given::new().await;
    let mut target = given.target();
    target.connection.base_url = nmp_console::api::BaseUrl::parse("http://127.0.0.1:9").unwrap();
    let error = login::ways(&target, None).await.unwrap_err();
    let Error::Server(error) = error else { panic!("{error}") };
    assert!(matches!(error.kind(), ErrorKind::NotConnected(_)), "{error}");
}
