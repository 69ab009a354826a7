//! Both shapes of what servers say about logging in, and what cannot be followed.

use super::*;
use rstest::rstest;
use serde_json::json;

fn parse(oidc: Value) -> Result<Terms, Error> {
    read(&SignIn {
        is_auth_enabled: true,
        provider: Some(oidc),
    })
}

fn provider_of(oidc: Value) -> Provider {
    parse(oidc).unwrap().provider.unwrap()
}

fn public() -> Value {
    json!({
        "client_id": "nemo-cli", "default": true, "bearer_token_source": "access_token",
        "default_scopes": "openid profile email offline_access", "scope_prefix": null, "name": "public",
        "client_authentication": "public", "server_side_sessions": false,
        "authorization_endpoint": "https://idp/auth", "token_endpoint": "https://idp/token",
        "device_authorization_endpoint": "https://idp/device", "device_authorization_requires_device_id": false,
        "device_authorization_display_name": null, "device_token_request_includes_scope": true,
        "authorization_start_endpoint": null, "broker_token_endpoint": null
    })
}

fn confidential(is_default: bool) -> Value {
    json!({
        "client_id": "nemo-web", "default": is_default, "bearer_token_source": "id_token", "default_scopes": "openid",
        "name": "confidential", "client_authentication": "client_secret_basic",
        "authorization_start_endpoint": "https://nmp/apis/auth/v2/start",
        "broker_token_endpoint": "https://nmp/apis/auth/v2/token"
    })
}

fn changed(mut value: Value, field: &str, to: Value) -> Value {
    value[field] = to;
    value
}

#[test]
fn reads_the_list_of_clients() {
    let provider = provider_of(json!({"issuer": "https://idp", "clients": [confidential(false), public()]}));
    assert_eq!(provider.name.as_str(), "https://idp");
    assert_eq!(
        provider.device(),
        Some(DeviceGrant {
            client_id: "nemo-cli".to_owned(),
            scope: "openid profile email offline_access".to_owned(),
            device_endpoint: "https://idp/device".to_owned(),
            token_endpoint: "https://idp/token".to_owned(),
            bearer: BearerField::Access,
            wants_device_id: false,
            display_name: None,
            polls_with_scope: true,
        })
    );
}

#[rstest]
#[case::its_own(json!({"cli_client_id": "cli", "client_id": "web"}), "cli")]
#[case::the_only_one(json!({"client_id": "web"}), "web")]
#[case::none_of_its_own(json!({"cli_client_id": "", "client_id": "web"}), "web")]
fn reads_the_flat_shape(#[case] mut oidc: Value, #[case] expected: &str) {
    oidc["issuer"] = json!("https://idp");
    oidc["token_endpoint"] = json!("https://idp/token");
    oidc["device_authorization_endpoint"] = json!("https://idp/device");
    let grant = provider_of(oidc).device().unwrap();
    assert_eq!(
        (grant.client_id.as_str(), grant.scope.as_str()),
        (expected, DEFAULT_SCOPES)
    );
    assert!(grant.polls_with_scope && !grant.wants_device_id);
}

#[test]
fn a_server_without_a_provider_has_none() {
    for provider in [None, Some(Value::Null)] {
        let said = SignIn {
            is_auth_enabled: true,
            provider,
        };
        let terms = match read(&said) {
            Ok(terms) => terms,
            // The client makes nothing of a null before it comes here.
            Err(Error::Discovery(_)) if said.provider.is_some() => continue,
            Err(error) => panic!("{error}"),
        };
        assert_eq!(terms.provider, None);
    }
}

#[rstest]
#[case::the_provider_cannot_be_reached("token_endpoint")]
#[case::no_codes("device_authorization_endpoint")]
fn there_is_no_code_where_an_endpoint_is_missing(#[case] endpoint: &str) {
    let provider = provider_of(json!({"clients": [changed(public(), endpoint, Value::Null)]}));
    assert_eq!(provider.device(), None);
}

#[test]
fn a_client_of_the_platform_itself_gives_no_codes() {
    let brokered = changed(public(), "server_side_sessions", json!(true));
    assert_eq!(
        provider_of(json!({"clients": [brokered, confidential(false)]})).device(),
        None
    );
    let beside = changed(public(), "default", json!(false));
    let provider = provider_of(json!({"clients": [confidential(true), beside]}));
    assert_eq!(provider.device().unwrap().client_id, "nemo-cli");
}

#[test]
fn a_login_is_renewed_where_it_came_from() {
    let provider = provider_of(json!({"clients": [confidential(true), public()]}));
    let own = provider.renewal(None).unwrap();
    assert_eq!(own.endpoint(), "https://idp/token");
    assert_eq!(
        provider.renewal(Some("https://nmp/apis/auth/v2/token")),
        Some(Renewal::Broker {
            endpoint: "https://nmp/apis/auth/v2/token".to_owned()
        })
    );
    assert_eq!(provider.renewal(Some("https://evil/token")), None);
    let twice = provider_of(json!({"clients": [confidential(true), confidential(false)]}));
    assert_eq!(twice.renewal(Some("https://nmp/apis/auth/v2/token")), None);
}

#[rstest]
#[case(None, "openid entities:read api/.default")]
#[case(Some("api://nmp"), "openid api://nmp/entities:read api://nmp/api/.default")]
#[case(Some("api://nmp/"), "openid api://nmp/entities:read api://nmp/api/.default")]
fn the_prefix_goes_before_the_scopes_of_the_platform(#[case] prefix: Option<&str>, #[case] expected: &str) {
    assert_eq!(scoped("openid entities:read api/.default", prefix), expected);
}

#[rstest]
#[case::no_id(changed(public(), "client_id", Value::Null))]
#[case::odd_bearer(changed(public(), "bearer_token_source", json!("cookie")))]
#[case::odd_kind(changed(public(), "client_authentication", json!("tls")))]
#[case::odd_endpoint(changed(public(), "token_endpoint", json!(7)))]
#[case::odd_flag(changed(public(), "default", json!("yes")))]
#[case::no_object(json!("nemo-cli"))]
fn says_so_where_it_cannot_follow(#[case] client: Value) {
    let error = parse(json!({"clients": [client]})).unwrap_err();
    assert!(matches!(error, Error::Discovery(_)), "{error}");
}
