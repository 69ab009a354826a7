//! The keys of the console: those of the table, and what `keys.toml` in its config folder makes of them.

use super::options::Options;
use super::{Failure, manual, policy, tell};
use crate::app::keymap::{Binding, Context};
use crate::app::own_keys::OwnKeys;
use crate::config::{Env, Settings};
use crate::domain::parsing::Problem;
use crate::domain::text::{SafeText, counted};
use crate::files;
use clap::Args;

use std::io;
use std::path::{Path, PathBuf};

/// How the file is called.
const FILE: &str = "keys.toml";

#[derive(Debug, Args)]
#[command(after_help = manual::form_of_keys())]
pub(super) struct Arguments {
    /// Only check the file, and tell which keys of it did something else before, and what has no key any more
    #[arg(long, conflicts_with = "print")]
    check: bool,
    /// Print all keys in force in the form of the file
    #[arg(long)]
    print: bool,
}

impl Arguments {
    /// Returns what is asked for. Blocks on the disk.
    pub(super) fn text(&self, options: &Options, env: &Env) -> Result<Vec<u8>, Failure> {
        options.refuse("keys", Options::ALL)?;
        let settings = Settings::of_the_console(&options.flags(), env)?;
        let path = path_in(settings.config_folder.as_deref());
        let own = read(settings.config_folder.as_deref()).map_err(|why| refused(&why))?;
        let file = SafeText::new(&path.as_deref().unwrap_or(Path::new(FILE)).to_string_lossy());
        let text = match &own {
            None if self.check => format!("{file} does not exist: every key is as usual\n"),
            Some(own) if self.check => checked(own, &file),
            own if self.print => printed(&own.clone().unwrap_or_default()),
            own => table(&own.clone().unwrap_or_default()),
        };
        Ok(text.into_bytes())
    }
}

fn path_in(folder: Option<&Path>) -> Option<PathBuf> {
    folder.map(|folder| folder.join(FILE))
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// It cannot be read.
    #[error("cannot use the keys {0}: {1}")]
    Unread(SafeText, io::Error),
    /// It says something wrong: all that is wrong in it.
    #[error("cannot use the keys {file}: {}{}", problems.first().map(ToString::to_string).unwrap_or_default(), others(problems.len()))]
    Wrong { file: SafeText, problems: Vec<Problem> },
}

fn others(n: usize) -> String {
    match n.saturating_sub(1) {
        0 => String::new(),
        n => format!(" ({} more: nmp-console keys --check tells)", counted(n, "problem")),
    }
}

/// Reads the file in the console's config folder; nothing where there is none. Blocks on the disk.
///
/// # Errors
/// Names every line that cannot be.
pub(super) fn read(folder: Option<&Path>) -> Result<Option<OwnKeys>, Unusable> {
    let Some(path) = path_in(folder) else {
        return Ok(None);
    };
    let file = SafeText::new(&path.to_string_lossy());
    match files::read(&path, files::NOTE).and_then(policy::text) {
        Ok(text) => {
            let own = OwnKeys::parse(&text).map_err(|problems| Unusable::Wrong { file, problems });
            own.map(Some)
        }
        Err(error) if files::is_absence(&error) => Ok(None),
        Err(error) => Err(Unusable::Unread(file, error)),
    }
}

/// Tells all that is wrong, line by line, and returns how a command ends.
fn refused(unusable: &Unusable) -> Failure {
    if let Unusable::Wrong { file, problems } = unusable
        && problems.len() > 1
    {
        for problem in problems {
            tell(&SafeText::new(&format!("{file}, {problem}")));
        }
        return Failure::Local(format!("{} in {file}", counted(problems.len(), "problem")));
    }
    Failure::Local(unusable.to_string())
}

fn checked(own: &OwnKeys, file: &SafeText) -> String {
    let n = own.n_set();
    let mut text = format!("{file} is in order: it gives keys to {}\n", counted(n, "action"));
    let displaced = own.displaced.iter().map(ToString::to_string);
    let lost = own.lost.iter().map(ToString::to_string);
    let unheard = own.unheard.iter().map(ToString::to_string);
    let told = displaced.chain(lost).chain(unheard);
    text.extend(told.map(|told| format!("  {told}\n")));
    text
}

/// Returns every binding in force as a table, each with where its keys come from.
fn table(own: &OwnKeys) -> String {
    let rows: Vec<[String; 5]> = own
        .keymap
        .all()
        .map(|binding| {
            let from = match own.line_of(binding) {
                Some(line) => format!("{FILE}:{line}"),
                None if binding.keys == binding.usual => String::from("usual"),
                None => format!("usual: {}", binding.usual.join(" ")),
            };
            [
                binding.context.name().to_owned(),
                binding.action.name().to_owned(),
                if binding.keys.is_empty() {
                    String::from("-")
                } else {
                    binding.keys.join(" ")
                },
                from,
                binding.help.to_owned(),
            ]
        })
        .collect();
    let head = ["WHERE", "ACTION", "KEYS", "FROM", "WHAT IT DOES"].map(str::to_owned);
    let widths: Vec<usize> = (0..4)
        .map(|column| {
            let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in [&head].into_iter().chain(&rows) {
        text.extend(row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  ")));
        text.push_str(row.last().map_or("", String::as_str));
        text.push('\n');
    }
    text
}

/// Returns every binding in force as the file would say it.
fn printed(own: &OwnKeys) -> String {
    let line = |binding: &Binding| {
        let keys: Vec<String> = binding.keys.iter().map(|key| quoted(key)).collect();
        format!("{} = [{}]\n", binding.action.name(), keys.join(", "))
    };
    let section = |context: Context| {
        let lines: String = own.keymap.of(context).map(line).collect();
        format!("[{}]\n{lines}", context.name())
    };
    Context::ALL.map(section).join("\n")
}

/// Returns a key as TOML writes a text: as it is, in those quotes that are no part of it.
fn quoted(key: &str) -> String {
    let quote = if key.contains(['"', '\\']) { '\'' } else { '"' };
    format!("{quote}{key}{quote}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_file_says_itself_of_a_key_is_not_told() {
        let file = SafeText::new("keys.toml");
        let taken = "[members]\nremove = ['j']\n";
        let told = checked(&OwnKeys::parse(taken).unwrap(), &file);
        assert!(
            told.contains("\n  j is remove in [members], not down in [list]\n"),
            "{told}"
        );
        let said = OwnKeys::parse(&format!("{taken}[list]\ndown = ['j', '↓']\n")).unwrap();
        assert_eq!(said.notice(), None);
        assert_eq!(
            checked(&said, &file),
            "keys.toml is in order: it gives keys to 2 actions\n"
        );
    }

    #[test]
    fn what_is_printed_is_read_as_the_same_keys() {
        let own = OwnKeys::parse("[members]\nremove = ['\\', \"'\", '\"']\nundo = []").unwrap();
        let again = OwnKeys::parse(&printed(&own)).unwrap();
        assert!(again.keymap.all().eq(own.keymap.all()));
        let usual = OwnKeys::default();
        let again = OwnKeys::parse(&printed(&usual)).unwrap();
        assert!(again.keymap.all().eq(usual.keymap.all()));
        assert_eq!(again.displaced, []);
    }
}
