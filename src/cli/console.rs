//! The console itself: whether this terminal can show it, and its start.

use super::theme::Appearance;
use super::{Ending, Failure, keys, patience, policy, tell, views};
use crate::app::keymap::KeyMap;
use crate::app::own_keys::OwnKeys;
use crate::app::views::Place;
use crate::audit::Policy;
use crate::config::{Display, Settings};
use crate::connect::{self, About, Connector, Opened};
use crate::domain::context::Destination;
use crate::domain::terminal::Showing;
use crate::domain::text::{SafeText, counted};
use crate::runtime::{self, Cause, First, Kept, Last, SessionOpener};
use crate::ui::Look;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::mpsc::{self, UnboundedReceiver};

/// What the console is opened with, whatever platform it is opened on.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) settings: Settings,
    appearance: Appearance,
    own: Own,
}

/// What the console begins on: the connection, who opens others, and what it is told by them.
#[derive(Debug)]
pub(super) struct Opening {
    connector: Connector,
    news: UnboundedReceiver<SafeText>,
    pub(super) opened: Opened,
}

/// What its user keeps in its config folder, each if it can be used.
#[derive(Debug)]
struct Own {
    policy: Result<Policy, Failure>,
    keys: Result<Option<OwnKeys>, keys::Unusable>,
    kept: Kept,
}

impl Own {
    fn read(folder: Option<&Path>) -> Self {
        Self {
            policy: policy::read(None, folder),
            keys: keys::read(folder),
            kept: views::kept(folder),
        }
    }

    /// Returns what can be used of it; the console warns of the rest. One that does not open for it would help nobody at night.
    fn used(self, about: &mut About) -> (Policy, KeyMap, Kept) {
        let is_demo = about.destination == Some(Destination::Demo);
        let mut warn = |text: &str| about.warnings.push(SafeText::new(text));
        let policy = self.policy.unwrap_or_else(|why| {
            if !is_demo {
                warn(&format!("{why}; audits run without it"));
            }
            Policy::default()
        });
        let keys = self.keys.unwrap_or_else(|why| {
            warn(&format!("{why}; the usual keys count"));
            None
        });
        let keys = keys.unwrap_or_default();
        if let Place::Nowhere(why) = self.kept.views.place() {
            let saved = if is_demo { "" } else { ", and no view can be saved" };
            let warning = format!("{why}; lists look as usual{saved}");
            about.warnings.push(SafeText::new(&warning));
        }
        // What only tells of other keys comes behind what cannot be used.
        about.warnings.extend(keys.notice());
        (policy, keys.keymap, self.kept)
    }
}

/// Finds out how the console looks, checks that there is a terminal for it, and reads what its user keeps. Blocks on the
/// disk: here, one after the other, and not by threads that are woken one after the other until the first frame.
pub(super) fn prepare(settings: Settings) -> Result<Box<Prepared>, Failure> {
    let appearance = Appearance::of(&settings)?;
    require_terminal(settings.display)?;
    let own = Own::read(settings.config_folder.as_deref());
    Ok(Box::new(Prepared {
        settings,
        appearance,
        own,
    }))
}

impl Opening {
    /// Reads what earlier sessions left there. Blocks on the disk, and takes over what older releases remembered: only a
    /// start that comes about may do so.
    pub(super) fn recalling(self) -> Self {
        let opened = self.opened.recalling(runtime::now());
        Self { opened, ..self }
    }
}

/// Opens what the settings name. Blocks on the disk; sends nothing.
pub(super) fn open(connector: Connector, settings: Settings) -> Result<(Box<Prepared>, Box<Opening>), Failure> {
    let prepared = prepare(settings)?;
    let settings = &prepared.settings;
    let authorities = patience::authorities(settings)?;
    let opening = opening(connector, |connector| connector.open_by(settings.clone(), authorities))?;
    Ok((prepared, Box::new(opening)))
}

/// Opens something by `connector`, with the console to be told what has to be told.
pub(super) fn opening(
    connector: Connector,
    open: impl FnOnce(&Connector) -> Result<Opened, connect::Error>,
) -> Result<Opening, connect::Error> {
    let (tell, news) = mpsc::unbounded_channel();
    let connector = connector.telling(move |text| {
        // Where nobody listens any more, the console is already gone.
        let _ = tell.send(text);
    });
    let opened = open(&connector)?;
    Ok(Opening {
        connector,
        news,
        opened,
    })
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

/// Opens the console, with what it begins with, and returns when it is left.
pub(super) async fn launch(prepared: Prepared, opening: Opening, first: Option<First>) -> color_eyre::Result<Ending> {
    let Prepared {
        settings,
        appearance,
        own,
    } = prepared;
    let Opening {
        connector,
        news,
        mut opened,
    } = opening;
    let (policy, keymap, kept) = own.used(&mut opened.about);
    let look = Look {
        keymap,
        ..appearance.look
    };
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
