//! The pictures of the README: frames of the console on the demo, at a time and an address that are always the same.

mod svg;

use crate::docs;
use crate::session_given::{Session, Stage, about, client};
use crate::view::rows_of;
use jiff::Timestamp;
use nmp_console::api::Mode;
use nmp_console::app::msg::Size;
use nmp_console::app::session::Session as About;
use nmp_console::domain::activity::Operator;
use nmp_console::domain::context::Destination;
use nmp_console::domain::text::SafeText;
use nmp_console::journal::{self, Journal};
use nmp_console::runtime::Platform;
use nmp_console::sandbox::{self, Clock, DEMO_CALLER, Options, PLATFORM_ADMIN, Seed};
use nmp_console::ui::theme::ColorDepth;
use std::path::Path;
use std::time::Duration;

/// What stands where the address of the demo would, whose port is another one each time.
const SERVER: &str = "http://127.0.0.1:8080";

fn now() -> Timestamp {
    "2026-11-23T10:02:11Z".parse().unwrap()
}

/// A console on the demo, for somebody, with a journal of its own.
struct Scene {
    session: Session,
    _journal: tempfile::TempDir,
}

impl Scene {
    async fn of(caller: &str) -> Self {
        let options = Options {
            seed: Seed::Demo,
            clock: Clock::Scripted(now()),
            ..Options::default()
        };
        let sandbox = sandbox::start(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let operator = Operator {
            user: Some("alice".to_owned()),
            sudo_user: None,
        };
        let at = ("the demo", SERVER);
        let journal = Journal::new(
            Some(folder.path().to_owned()),
            at,
            &operator,
            &journal::Session::default(),
        );
        let token = sandbox::unsigned_token(caller, now(), Duration::from_hours(1));
        let about = About {
            context: SafeText::new("the demo"),
            destination: Some(Destination::Demo),
            is_demo: true,
            ..about(SERVER, true, None)
        };
        let platform = Platform::new(client(&sandbox.url(), Some(token), Mode::Full), Some(journal));
        let stage = Stage {
            size: Size { width: 100, height: 28 },
            depth: ColorDepth::Ansi16,
            clock: now,
        };
        let mut session = Session::staged(about, platform, &sandbox.url(), stage);
        session.sandbox = Some(sandbox);
        session.settle().await;
        Self {
            session,
            _journal: folder,
        }
    }
}

/// A picture, and how the console gets there.
struct Picture {
    name: &'static str,
    /// What it is called where it is shown by itself.
    title: &'static str,
    /// What it shows, for those who do not see it.
    shows: &'static str,
    caller: &'static str,
    keys: &'static [&'static str],
}

const PICTURES: [Picture; 6] = [
    Picture {
        name: "workspaces",
        title: "Workspaces",
        shows: "The list of 44 workspaces, those with the fewest Admins first: access, own role, members and Admins of each. \
                Seven are marked, as they depend on one person, and beside the list the details of the selected one say so.",
        caller: DEMO_CALLER,
        keys: &["s s s s ↓ ↓ ↓"],
    },
    Picture {
        name: "change-role",
        title: "Change role",
        shows: "The members of a workspace, and in front of them the dialog Change role: Admin is chosen for an Editor, and \
                the dialog says what the person will be able to do.",
        caller: DEMO_CALLER,
        keys: &["/ 'guardrails' enter ↓ ↓ ↓ ↓ e ↓"],
    },
    Picture {
        name: "last-admin",
        title: "The last Admin",
        shows: "The dialog Change role after the platform has refused to demote the last Admin: its own words, and ctrl-n, \
                which adds another Admin first.",
        caller: DEMO_CALLER,
        keys: &[
            "/ 'foundation-posttraining' enter",
            "e ↑ enter r 'foundation-posttraining' enter",
        ],
    },
    Picture {
        name: "findings",
        title: "Audit findings",
        shows: "The findings of an audit, the worst first: everyone is Admin of a workspace, everyone can write in another, \
                one has no person as Admin, four names can deceive. Beside them is said what the selected one means.",
        caller: PLATFORM_ADMIN,
        keys: &["A f"],
    },
    Picture {
        name: "plan",
        title: "Review of a plan",
        shows: "The dialog Remove everywhere: the four changes that take all roles from somebody, what follows from them, \
                and the question, with the focus on No.",
        caller: PLATFORM_ADMIN,
        keys: &["P 'priya.olsen' enter", "enter D enter"],
    },
    Picture {
        name: "activity",
        title: "Activity",
        shows: "What was changed: a member added, promoted and, as a plan of four changes with its reason, somebody removed \
                everywhere. All of it is confirmed and can be undone.",
        caller: PLATFORM_ADMIN,
        keys: &[
            "/ 'guardrails' enter a 'bob@example.com' enter",
            "/ 'bob' enter e ↓ enter esc esc",
            "P 'priya.olsen' enter enter D enter ctrl-r 'left the company, HR-1842' enter y L",
        ],
    },
];

impl Picture {
    /// Returns where it lies, as the README says it.
    fn path(&self) -> String {
        format!("assets/pictures/{}.svg", self.name)
    }

    /// Asserts that the file and the README show what the console does, or writes them.
    async fn holds(&self) {
        let mut scene = Scene::of(self.caller).await;
        for keys in self.keys {
            scene.session.press(keys).await;
        }
        let frame = scene.session.frame();
        let (path, drawn) = (self.path(), svg::picture(&frame, self.title, self.shows));
        let rows = rows_of(&frame).join("\n");
        let text = rows.trim_end();
        let section = format!(
            "![{}]({path})\n\n<details><summary>The same as text</summary>\n\n```text\n{text}\n```\n\n</details>\n",
            self.shows
        );
        docs::holds("pictures", ("README.md", &format!("picture {}", self.name)), &section);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
        if docs::are_updated() {
            return std::fs::write(file, drawn).unwrap();
        }
        assert!(
            std::fs::read_to_string(file).unwrap() == drawn,
            "{path} is not what the console shows: run UPDATE_DOCS=1 cargo test --locked --test it pictures\n{text}"
        );
    }
}

#[tokio::test]
async fn every_picture_of_the_readme_is_what_the_console_shows() {
    for picture in PICTURES {
        picture.holds().await;
    }
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let images: Vec<&str> = readme.split("![").skip(1).chain(readme.split("<img").skip(1)).collect();
    assert_eq!(images.len(), PICTURES.len(), "there are others: {images:?}");
}
