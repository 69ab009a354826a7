//! The only impure part of the console: the loop, the terminal, the signals, and the reading and changing of
//! the platform.
//!
//! [`run`] drives the loop: what happened becomes a message, [`crate::app::update`] turns it into effects, the
//! effects become futures in one [`tokio::task::JoinSet`], and each of their results is a message again. Signals and
//! keys come before answers, and of those only so many are taken before the screen is drawn. It is never drawn
//! otherwise: an idle console writes no byte and wakes up for nothing.

mod batch;
mod clipboard;
mod connecting;
mod console;
mod drive;
mod failure;
mod ground;
mod input;
mod leaving;
mod linear;
mod painter;
mod panicking;
mod perform;
mod pointing;
mod shift;
mod signals;
mod terminal;

pub use crate::clock::now;
pub use crate::domain::terminal::{Multiplexer, Showing};
pub use batch::{Batch, settle};
pub use connecting::SessionOpener;
pub use console::{Console, Last};
pub use failure::failure;
pub use ground::Grounds;
pub use leaving::Leaving;
pub use panicking::end_on_panic;
pub use perform::Platform;
pub use terminal::{Screen, columns};

use crate::app::looks::Looks;
use crate::app::model::Model;
use crate::app::msg::Size;
use crate::app::pointer::Mouse;
use crate::app::session::Session;
use crate::app::views::Views;
use crate::connect::Opened;
use crate::domain::text::SafeText;
use crate::ui::Look;
use drive::{Drive, Shown};
use ground::Asked;
use input::Input;
use linear::Talk;
use signals::Signals;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::mpsc;

/// How long a change that is under way when the terminal goes away, or a command is told twice to end, is given to finish.
pub const LAST_CHANCE: Duration = Duration::from_secs(2);

/// How the console came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// What ended it: the user, a signal, the terminal.
    pub cause: Cause,
    /// What is still to be told.
    pub last: Last,
}

/// Why the console ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The user quit the console.
    Quit,
    /// A signal asked for it; its number.
    Signal(i32),
    /// The terminal went away.
    TerminalGone,
}

/// What the console begins with, where that is not the list of workspaces alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    /// The review of the plan of what lies here.
    Plan(PathBuf),
    /// The tour of the demo.
    Tour,
}

/// What is kept of the lists, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// What the file says.
    pub views: Views,
    /// The file; nothing where there is no place for one.
    pub file: Option<PathBuf>,
}

/// The terminal as it is to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// What stands in between.
    pub multiplexer: Multiplexer,
    /// How long a lone escape waits for the rest of a key.
    pub esc_wait: Duration,
    /// Whether the mouse is listened to, from the start.
    pub has_mouse: bool,
    /// What to choose from by what the terminal says of its ground.
    pub grounds: Option<Grounds>,
    /// How often the screen is read again, where it is to be.
    pub watch: Option<Duration>,
    /// What is made of it.
    pub showing: Showing,
}

/// Runs the console on the process's terminal until it is left, on `opened` first, with what it begins with;
/// the opener opens what else is asked for, and the news are what has to be told without being asked.
///
/// # Errors
/// Fails if the terminal or the signals cannot be set up, or the terminal cannot be written to.
pub async fn run(
    (opener, news): (SessionOpener, mpsc::UnboundedReceiver<SafeText>),
    (opened, first): (Opened, Option<First>),
    (look, kept): (Look, Kept),
    terminal: Terminal,
) -> std::io::Result<Ending> {
    let (session, platform) = opener.enter(opened).await;
    let is_tour = first == Some(First::Tour);
    let plan = match first {
        Some(First::Plan(path)) => Some(path),
        Some(First::Tour) | None => None,
    };
    let session = Session { plan, ..session };
    let signals = Signals::listen()?;
    let screen = match terminal.showing {
        Showing::Lines => None,
        Showing::Screen => Some(Screen::enter(terminal.multiplexer)?),
    };
    let size = screen.as_ref().map_or_else(linear::size, |screen| {
        let (width, height) = screen.size();
        Size { width, height }
    });
    let mut model = Model::new(session, size, now());
    model.keymap = look.keymap;
    model.take_views(kept.views);
    model.looks = Looks::every(terminal.watch);
    if screen.is_some() {
        model.mouse = Mouse::of_console(terminal.has_mouse);
    } else {
        model.speak();
    }
    if is_tour {
        model.begin_tour();
    }
    let look = if screen.is_some() { look } else { look.spoken() };
    let console = Console::new(model, platform, look)
        .hearing(news)
        .keeping_views(kept.file);
    let Some(screen) = screen else {
        let mut talk = Talk::begin(console, signals)?;
        let ended = talk.until_left().await;
        return settled(talk.leave(), ended).await;
    };
    let input = Input::open(terminal.esc_wait)?;
    let asked = Asked::ask(terminal.grounds)?;
    let mut drive = Drive {
        console: console.drawing_first(),
        screen,
        signals,
        input,
        shown: Shown::default(),
        asked,
    };
    let ended = drive.until_left().await;
    let Drive { console, .. } = drive.leave().await;
    settled(console, ended).await
}

/// Gives what is under way a last chance, and says how the console came to its end.
async fn settled(mut console: Console, ended: std::io::Result<Cause>) -> std::io::Result<Ending> {
    let last = console.settle_changes(LAST_CHANCE).await;
    console.settle_login(LAST_CHANCE).await;
    Ok(Ending { cause: ended?, last })
}
