//! A whole session without a terminal: the real loop, the real client and a sandbox; keys in, screen out.

use jiff::Timestamp;
use nmp_console::api::{BaseUrl, Client, Connection, Mode, Uptime};
use nmp_console::app::model::Model;
use nmp_console::app::msg::{Msg, Size};
use nmp_console::app::session::{Lifting, Session as About};
use nmp_console::config::{Env, Flags, Settings};
use nmp_console::connect::Connector;
use nmp_console::domain::activity::LeftOver;
use nmp_console::domain::change::Change;
use nmp_console::domain::context::{ContextName, Destination, Login};
use nmp_console::domain::text::SafeText;
use nmp_console::journal::Journal;
use nmp_console::runtime::{self, Console, Last, Platform, SessionOpener};
use nmp_console::sandbox::{self, Options, PLATFORM_ADMIN, Running};
use nmp_console::ui::{Cursor, Look, theme::ColorDepth};
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::Modifier;
use ratatui::{Frame, Terminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Longer than any answer of a healthy sandbox takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a session is shown on, and by which clock.
#[derive(Clone, Copy)]
pub(crate) struct Stage {
    pub(crate) size: Size,
    pub(crate) depth: ColorDepth,
    pub(crate) clock: fn() -> Timestamp,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            size: Size { width: 100, height: 30 },
            depth: ColorDepth::None,
            clock: runtime::now,
        }
    }
}

pub(crate) struct Session {
    console: Console,
    clock: fn() -> Timestamp,
    terminal: Terminal<TestBackend>,
    pub(crate) sandbox: Option<Running>,
    url: String,
}

/// Returns a token for `email`.
pub(crate) fn token(email: &str) -> String {
    sandbox::unsigned_token(email, runtime::now(), Duration::from_hours(1))
}

/// Returns a client of the platform at `url`.
pub(crate) fn client(url: &str, token: Option<String>, mode: Mode) -> Client {
    Client::new(connection(url, token, mode)).unwrap()
}

fn connection(url: &str, token: Option<String>, mode: Mode) -> Connection {
    let mut connection = Connection::to(BaseUrl::parse(url).unwrap());
    connection.token = token.map(Into::into);
    connection.mode = mode;
    // Waits before retries are cut short: what is tested is what happens, not how long it takes.
    connection.limits.retry_wait_factor = 0.01;
    connection
}

/// Takes keys apart: what stands in quotes is typed, the rest are names of keys.
fn each_of(keys: &str) -> Vec<String> {
    let parts = keys.split('\'').enumerate();
    let each = parts.flat_map(|(place, part)| {
        let is_quoted = place % 2 == 1;
        let typed = part
            .chars()
            .map(|c| if c == ' ' { "space".to_owned() } else { c.to_string() });
        let pressed = part.split_whitespace().map(str::to_owned);
        if is_quoted {
            typed.collect::<Vec<String>>()
        } else {
            pressed.collect()
        }
    });
    each.collect()
}

/// What a console that is told of an address and a token knows at first.
pub(crate) fn about(url: &str, has_token: bool, read_only: Option<&str>) -> About {
    About {
        context: SafeText::new("test"),
        server: SafeText::new(url),
        destination: Some(Destination::Context(ContextName::new("test"))),
        default_workspace: None,
        login: if has_token {
            Login::Token {
                expires_at: None,
                is_renewable: false,
            }
        } else {
            Login::Nobody
        },
        token_from: None,
        is_demo: false,
        cli: nmp_console::domain::cli::Cli::default(),
        read_only: read_only.map(SafeText::new),
        lifting: Lifting::default(),
        precautions: nmp_console::domain::context::Precautions::default(),
        has_changed: false,
        info: nmp_console::app::remote::Remote::default(),
        start_at: None,
        plan: None,
        warnings: Vec::new(),
        left: LeftOver::default(),
        is_journalled: true,
        observed_deletion: None,
        reasons: nmp_console::domain::reason::Reasons::default(),
        folder: None,
    }
}

impl Session {
    /// Opens the console on a new sandbox as its platform admin, at 100x30.
    pub(crate) async fn open(options: Options) -> Self {
        Self::open_as(options, PLATFORM_ADMIN).await
    }

    pub(crate) async fn open_as(options: Options, email: &str) -> Self {
        let sandbox = sandbox::start(options).await.unwrap();
        let url = sandbox.url();
        let mut session = Self::at(&url, Some(token(email)), None);
        session.sandbox = Some(sandbox);
        session.settle().await;
        session
    }

    /// Opens the console on whatever is at `url`; nothing has been answered yet.
    pub(crate) fn at(url: &str, token: Option<String>, read_only: Option<&str>) -> Self {
        Self::with(url, token, read_only, (None, None))
    }

    /// Opens the console on whatever is at `url`, with a journal.
    pub(crate) fn journalled(url: &str, token: Option<String>, journal: Journal) -> Self {
        Self::with(url, token, None, (Some(journal), None))
    }

    /// Opens the console on whatever is at `url`, with a journal, for the review of what lies at `plan`.
    pub(crate) fn reviewing(url: &str, token: Option<String>, journal: Journal, plan: PathBuf) -> Self {
        Self::with(url, token, None, (Some(journal), Some(plan)))
    }

    fn with(
        url: &str,
        token: Option<String>,
        read_only: Option<&str>,
        (journal, plan): (Option<Journal>, Option<PathBuf>),
    ) -> Self {
        let about = about(url, token.is_some(), read_only);
        let left = journal.as_ref().map(|journal| journal.recall(runtime::now()).left);
        let about = About {
            plan,
            left: left.unwrap_or_default(),
            ..about
        };
        let mode = if read_only.is_some() {
            Mode::ReadOnly
        } else {
            Mode::Full
        };
        Self::begun(about, Platform::new(client(url, token, mode), journal), url)
    }

    /// Opens the console as the program does, by what lies in the home folder `home`.
    pub(crate) async fn at_home(home: &Path, flags: Flags) -> Self {
        let env: Env = [("HOME", home)].into_iter().collect();
        let settings = Settings::read(&flags, &env).unwrap();
        let connector = Connector::new(flags, env, |text| panic!("nobody asked for: {text}"));
        let opened = connector.open_by(settings, Vec::new()).unwrap();
        let url = opened.client.base_url().as_str().to_owned();
        let (about, platform) = SessionOpener::new(connector, Arc::default()).enter(opened).await;
        let mut session = Self::begun(about, platform, &url);
        session.settle().await;
        session
    }

    /// Opens the console on whatever is at `url`, with a journal, read-only until that is lifted by this clock.
    pub(crate) fn liftable(url: &str, journal: Journal, uptime: Uptime) -> Self {
        let token = Some(token(PLATFORM_ADMIN));
        let about = About {
            lifting: Lifting::Possible,
            ..about(url, token.is_some(), Some("set by config.toml"))
        };
        let client = Client::new(Connection {
            liftable_by: Some(uptime),
            ..connection(url, token, Mode::ReadOnly)
        });
        Self::begun(about, Platform::new(client.unwrap(), Some(journal)), url)
    }

    fn begun(about: About, platform: Platform, url: &str) -> Self {
        Self::staged(about, platform, url, Stage::default())
    }

    /// Opens the console as told.
    pub(crate) fn staged(about: About, platform: Platform, url: &str, stage: Stage) -> Self {
        let Stage { size, depth, clock } = stage;
        let model = Model::new(about, size, Timestamp::UNIX_EPOCH);
        let look = Look::new(depth, false);
        let console = Console::new(model, platform.dated_by(clock), look);
        let terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
        let mut session = Self {
            console,
            clock,
            terminal,
            sandbox: None,
            url: url.to_owned(),
        };
        session.take(Msg::Started);
        session
    }

    /// Returns a client of the same platform for somebody else, or for the admin behind the user's back.
    pub(crate) fn behind(&self, email: &str) -> Client {
        client(&self.url, Some(token(email)), Mode::Full)
    }

    /// Makes changes behind the user's back.
    pub(crate) async fn given(&self, email: &str, changes: impl IntoIterator<Item = Change>) {
        let client = self.behind(email);
        for change in changes {
            client
                .apply(&change, nmp_console::api::Propagation::Skip)
                .await
                .unwrap();
        }
    }

    /// Presses keys, written as in the help, and types what stands in quotes: `"n 'ml-team' enter"`. Waits until all
    /// is answered after each.
    pub(crate) async fn press(&mut self, keys: &str) -> &mut Self {
        for key in each_of(keys) {
            self.begin(&key);
            self.settle().await;
        }
        self
    }

    fn take(&mut self, msg: Msg) {
        self.console.take(msg, (self.clock)());
    }

    /// Presses one key and waits for nothing.
    pub(crate) fn begin(&mut self, key: &str) {
        let chord = key.parse().unwrap_or_else(|why| panic!("{why}"));
        self.take(Msg::Pressed(chord));
    }

    /// Lets the time of day go on to `at`.
    pub(crate) async fn wait_until(&mut self, at: Timestamp) {
        self.console.take(Msg::Resumed, at);
        self.settle().await;
    }

    /// Takes whatever comes until the screen is as it should be.
    pub(crate) async fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while !holds(&self.screen()) {
            let next = tokio::time::timeout_at(deadline, self.console.next()).await;
            let msg = next.unwrap_or_else(|_| panic!("waited in vain: {what}\n{}", self.screen()));
            self.take(msg);
        }
    }

    pub(crate) async fn paste(&mut self, text: &str) -> &mut Self {
        self.take(Msg::Pasted(text.to_owned()));
        self.settle().await;
        self
    }

    /// Waits until nothing is under way any more.
    pub(crate) async fn settle(&mut self) {
        while !self.console.is_idle() {
            let step = tokio::time::timeout(PATIENCE, self.console.step());
            if let Some(msg) = step.await.expect("the platform answers in time") {
                self.take(msg);
            }
        }
    }

    /// Leaves at once, as by a second ctrl-c, and returns what is still to be told.
    pub(crate) async fn leave(&mut self, within: Duration) -> Last {
        self.console.settle_changes(within).await
    }

    /// Returns what would be said to be unknown if the console ended now.
    pub(crate) fn unsettled(&self) -> Vec<String> {
        let changes = self.console.unsettled().into_iter();
        changes.map(|change| change.to_string()).collect()
    }

    pub(crate) fn has_quit(&self) -> bool {
        self.console.has_quit()
    }

    /// Returns the screen as text.
    pub(crate) fn screen(&mut self) -> String {
        self.draw();
        self.terminal.backend().to_string()
    }

    /// Returns the screen with its colours, the cursor reversed where it is seen.
    pub(crate) fn frame(&mut self) -> Buffer {
        let cursor = self.draw();
        let mut frame = self.terminal.backend().buffer().clone();
        if cursor.is_shown {
            frame[cursor.at].modifier.toggle(Modifier::REVERSED);
        }
        frame
    }

    fn draw(&mut self) -> Cursor {
        let console = &mut self.console;
        let mut cursor = None;
        let draw = |frame: &mut Frame<'_>| cursor = Some(console.view(frame.buffer_mut()));
        self.terminal.draw(draw).unwrap();
        self.console.drawn((self.clock)());
        cursor.unwrap()
    }

    /// Asserts that every one of `texts` stands on the screen, on one line each.
    #[track_caller]
    pub(crate) fn shows(&mut self, texts: &[&str]) {
        let screen = self.screen();
        for text in texts {
            assert!(screen.contains(text), "'{text}' is not on the screen:\n{screen}");
        }
    }

    #[track_caller]
    pub(crate) fn hides(&mut self, text: &str) {
        let screen = self.screen();
        assert!(!screen.contains(text), "'{text}' is on the screen:\n{screen}");
    }
}
