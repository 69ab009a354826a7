//! The console itself: whether this terminal can show it, and its start.

use super::theme::Appearance;
use super::{Ending, Failure, keys, policy, tell, views};
use crate::app::views::Place;
use crate::audit::Policy;
use crate::background::blocking;
use crate::config::{Display, Settings};
use crate::connect::{Connector, Opened};
use crate::domain::context::Destination;
use crate::domain::terminal::Showing;
use crate::domain::text::{SafeText, counted};
use crate::runtime::{self, Cause, First, Last, SessionOpener};
use crate::ui::Look;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// Returns `connector` with the console to be told what has to be told, and what it will hear.
pub(super) fn hearing(connector: Connector) -> (Connector, UnboundedReceiver<SafeText>) {
    let (tell, news) = mpsc::unbounded_channel();
    let connector = connector.telling(move |text| {
        // Where nobody listens any more, the console is already gone.
        let _ = tell.send(text);
    });
    (connector, news)
}

/// Finds out how the console looks, and checks that there is a terminal for it. Blocks on the disk.
pub(super) fn prepare(settings: Settings) -> Result<(Box<Settings>, Box<Appearance>), Failure> {
    let appearance = Appearance::of(&settings)?;
    require_terminal(settings.display)?;
    Ok((Box::new(settings), Box::new(appearance)))
}

/// Checks that there is a terminal to draw on and to read keys from.
fn require_terminal(display: Display) -> Result<(), Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::NotATerminal("input"));
    }
    if !io::stdout().is_terminal() {
        return Err(Failure::NotATerminal("output"));
    }
    if display.is_dumb && display.showing == Showing::Screen {
        return Err(Failure::DumbTerminal);
    }
    Ok(())
}

/// Opens the console on what `connector` has opened, with what it begins with, and returns when it is left.
pub(super) async fn launch(
    (connector, news): (Connector, UnboundedReceiver<SafeText>),
    (settings, appearance): (&Settings, Appearance),
    (mut opened, first): (Opened, Option<First>),
) -> color_eyre::Result<Ending> {
    let policy = read_policy(settings).await.unwrap_or_else(|why| {
        // A console that does not open for it would help nobody at night.
        if opened.about.destination != Some(Destination::Demo) {
            let warning = format!("{why}; audits run without it");
            opened.about.warnings.push(SafeText::new(&warning));
        }
        Policy::default()
    });
    let folder = settings.config_folder.clone();
    let own = blocking(move || keys::read(folder.as_deref())).await;
    let keys = own.unwrap_or_else(|why| {
        let warning = format!("{why}; the usual keys count");
        opened.about.warnings.push(SafeText::new(&warning));
        None
    });
    let keys = keys.unwrap_or_default();
    opened.about.warnings.extend(keys.notice());
    let look = Look {
        keymap: keys.keymap,
        ..appearance.look
    };
    let kept = views::kept(settings.config_folder.clone()).await;
    if let Place::Nowhere(why) = kept.views.place() {
        let saved = if opened.about.destination == Some(Destination::Demo) {
            ""
        } else {
            ", and no view can be saved"
        };
        let warning = format!("{why}; lists look as usual{saved}");
        opened.about.warnings.push(SafeText::new(&warning));
    }
    let opener = SessionOpener::new(connector.clone(), Arc::new(policy));
    let terminal = runtime::Terminal {
        multiplexer: settings.display.multiplexer,
        esc_wait: settings.display.esc_wait,
        has_mouse: settings.display.has_mouse,
        grounds: appearance.grounds,
        watch: settings.display.watch,
        showing: settings.display.showing,
    };
    let running = runtime::run((opener, news), (opened, first), (look, kept), terminal);
    let ended = Box::pin(running).await?;
    // The screen is gone by now, and what is to be said is said to the shell.
    connector.clone().telling(|text| tell(&text)).settled().await;
    say(&ended.last);
    if let Some(head) = connector.journal_left_at() {
        // With standard error gone there is nobody left to tell.
        let _ = writeln!(
            io::stderr(),
            "nmp-console: the last line of this session in the journal is {}, its SHA-256 is {}",
            head.seq,
            head.hash
        );
    }
    Ok(match ended.cause {
        Cause::Quit => Ending::Done,
        Cause::Signal(number) => Ending::Signalled(number),
        // What the system says when a terminal goes away.
        Cause::TerminalGone => Ending::Signalled(signal_hook::consts::SIGHUP),
    })
}

/// Says to the shell what the screen can no longer say.
fn say(last: &Last) {
    for text in &last.told {
        tell(text);
    }
    for change in &last.unsettled {
        tell(&SafeText::new(&format!(
            "outcome unknown, check before you repeat it: {change}"
        )));
    }
    if last.n_without_end > 0 {
        let changes = counted(last.n_without_end, "change");
        let text = format!("the journal does not say yet what became of {changes}: the next start looks into it");
        tell(&SafeText::new(&text));
    }
}

/// Reads the policy that audits are judged by, where there is one.
async fn read_policy(settings: &Settings) -> Result<Policy, Failure> {
    let folder = settings.config_folder.clone();
    blocking(move || policy::read(None, folder.as_deref())).await
}
