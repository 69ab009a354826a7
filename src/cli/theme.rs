//! How the console looks: the theme that is asked for, one of the program or a file of its user.

use super::{Failure, policy};
use crate::config::{Settings, Sourced};
use crate::domain::choice::meant;
use crate::domain::terminal::Motion;
use crate::domain::text::SafeText;
use crate::files;
use crate::runtime::Grounds;
use crate::ui::Look;
use crate::ui::theme::{ColorDepth, Sheet, Theme};
use std::path::{Path, PathBuf};

/// How many themes of somebody's own are named at most.
const MOST: usize = 100;

/// The name under which the terminal chooses.
const AUTO: &str = "auto";

/// How the console looks on this terminal.
#[derive(Debug)]
pub(super) struct Appearance {
    /// At its start.
    pub(super) look: Look,
    /// What to choose from once the terminal has said what its ground is.
    pub(super) grounds: Option<Grounds>,
}

impl Appearance {
    /// Returns what is asked for. Blocks on the disk.
    ///
    /// # Errors
    /// If there is no such theme, or its file cannot be used.
    pub(super) fn of(settings: &Settings) -> Result<Self, Failure> {
        let display = settings.display;
        let mut look = Look::new(display.color, display.is_ascii);
        if display.motion == Motion::Reduced {
            look.marks = look.marks.still();
        }
        let named = |name: &str| Theme::named(name, display.color);
        let mut grounds = None;
        match &settings.theme {
            None => {}
            // With fewer colours both are the same, and without any nothing is asked for them.
            Some(asked) if asked.value == AUTO => {
                let themes = named("dark").zip(named("light"));
                let themes = themes.filter(|_| display.color >= ColorDepth::Ansi256);
                grounds = themes.map(|(dark, light)| Grounds { dark, light });
            }
            Some(asked) => {
                let folder = settings.config_folder.as_ref().map(|folder| folder.join("themes"));
                look.theme = match named(&asked.value) {
                    Some(theme) => theme,
                    None => own(asked, folder.as_deref())?.at(display.color),
                };
            }
        }
        Ok(Self { look, grounds })
    }
}

/// Reads a theme of somebody's own.
fn own(asked: &Sourced<String>, folder: Option<&Path>) -> Result<Sheet, Failure> {
    // What leads out of the folder is no name.
    let is_name = |name: &&String| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
    let name = Some(&asked.value).filter(is_name);
    let path = folder
        .zip(name)
        .map(|(folder, name)| folder.join(format!("{name}.toml")));
    let Some(path) = path else {
        return Err(unknown(asked, folder));
    };
    let cannot = |why: &dyn std::fmt::Display| {
        let path = SafeText::new(&path.to_string_lossy());
        Failure::Local(format!("cannot use the theme {path}: {why}"))
    };
    let text = match files::read(&path, files::NOTE).and_then(policy::text) {
        Ok(text) => text,
        Err(error) if files::is_absence(&error) => return Err(unknown(asked, folder)),
        Err(error) => return Err(cannot(&error)),
    };
    Sheet::parse(&text).map_err(|problem| cannot(&problem))
}

/// Says that there is no such theme, and which there are.
fn unknown(asked: &Sourced<String>, folder: Option<&Path>) -> Failure {
    let own = folder.and_then(|folder| files::listed(folder, ".toml", MOST).ok());
    let name = |path: PathBuf| Some(path.file_stem()?.to_string_lossy().into_owned());
    let own = own.unwrap_or_default().into_iter().filter_map(name);
    let known: Vec<String> = Theme::names().chain([AUTO]).map(str::to_owned).chain(own).collect();
    let meant = meant(&asked.value, known.iter().map(String::as_str));
    Failure::Local(format!(
        "{} names the theme '{}', which does not exist{} (there are: {})",
        asked.source,
        SafeText::new(&asked.value),
        SafeText::new(&meant),
        SafeText::new(&known.join(", "))
    ))
}
