//! A program that stays logged in: a token manager, a client, and the config file that both share with other programs.

use crate::api_given::ws;
use crate::login_given::Double;
use nmp_console::api::{Bearer, Client, Connection, Propagation, Tokens};
use nmp_console::config::store::Store;
use nmp_console::domain::change::Change;
use nmp_console::domain::context::ContextName;
use nmp_console::domain::ids::Principal;
use nmp_console::domain::role::{Role, RoleSet};
use nmp_console::login::{Clock, CredentialSlot, Login, TokenManager};
use secrecy::ExposeSecret as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// A config file with one context on a double, logged in.
pub(crate) struct Given {
    pub(crate) double: Double,
    folder: TempDir,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
}

/// One program that works with it.
pub(crate) struct Program {
    pub(crate) token_manager: TokenManager,
    pub(crate) client: Client,
}

impl Given {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(prepare: impl FnOnce(&Double)) -> Self {
        let double = Double::start().await;
        prepare(&double);
        let folder = tempfile::tempdir().unwrap();
        let given = Self {
            double,
            folder,
            told: Arc::default(),
        };
        let (token, refresh_token) = given.double.log_in();
        given.write(&format!("type: oauth, token: {token}, refresh_token: {refresh_token}"));
        given
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("config.yaml")
    }

    /// Writes the file as the platform's CLI would.
    pub(crate) fn write(&self, user: &str) {
        let text = format!(
            "current_context: prod\nclusters: [{{name: c, base_url: '{}/'}}]\nusers:\n- {{name: u, {user}}}\n\
             contexts: [{{name: prod, cluster: c, user: u}}]\n",
            self.double.url
        );
        std::fs::write(self.path(), text).unwrap();
    }

    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    /// Returns the token and the refresh token in the file.
    pub(crate) fn stored(&self) -> (String, String) {
        let Login::Tokens(tokens) = self.login() else {
            panic!("{}", self.text())
        };
        let text = |secret: &secrecy::SecretString| secret.expose_secret().to_owned();
        (text(&tokens.token), text(&tokens.refresh_token.unwrap()))
    }

    pub(crate) fn login(&self) -> Login {
        use nmp_console::config::platform::User;
        let file = Store::at(self.path()).read().unwrap();
        match file.contexts[0].user.clone() {
            User::NoAuth => Login::Nobody,
            User::LegacyEmail(email) => Login::Email(email),
            User::Bearer(tokens) => Login::Tokens(tokens),
        }
    }

    pub(crate) fn start(&self) -> Program {
        self.start_with(self.double.hand.seen(0))
    }

    /// Starts a program whose clock is `skew` seconds ahead of the server's.
    pub(crate) fn start_skewed(&self, skew: i64) -> Program {
        self.start_with(self.double.hand.seen(skew))
    }

    pub(crate) fn start_with(&self, clock: Clock) -> Program {
        let server = self.double.connection().base_url;
        let slot = CredentialSlot::new(Store::at(self.path()), ContextName::new("prod"), server);
        self.start_on(Some(slot), clock)
    }

    /// Starts a program that writes nothing down.
    pub(crate) fn start_without_a_file(&self) -> Program {
        self.start_on(None, self.double.hand.seen(0))
    }

    fn start_on(&self, slot: Option<CredentialSlot>, clock: Clock) -> Program {
        let told = Arc::clone(&self.told);
        let connection = self.double.connection();
        let tell = move |words: nmp_console::domain::text::SafeText| told.lock().unwrap().push(words.to_string());
        let token_manager = TokenManager::new(self.login(), slot, &connection, clock, tell).unwrap();
        let tokens: Arc<dyn Tokens> = Arc::new(token_manager.clone());
        let client = Client::new(Connection {
            token: Some(Bearer::Kept(tokens)),
            ..connection
        })
        .unwrap();
        Program { token_manager, client }
    }

    /// Returns how often a refresh token was sent to the provider.
    pub(crate) fn n_renewed(&self) -> usize {
        self.double.asked("refresh")
    }
}

impl Program {
    pub(crate) async fn reads(&self) {
        self.client.members(&ws("default")).await.unwrap();
    }

    /// Adds a member.
    pub(crate) async fn changes(&self) -> Result<(), nmp_console::api::Error> {
        let change = Change::Roles {
            workspace: ws("default"),
            principal: Principal::from_platform("new@x.com"),
            before: RoleSet::default(),
            after: RoleSet::only(Role::Viewer),
        };
        self.client.apply(&change, Propagation::Skip).await.map(drop)
    }

    pub(crate) async fn fails(&self) -> nmp_console::api::Error {
        self.client.members(&ws("default")).await.unwrap_err()
    }
}
