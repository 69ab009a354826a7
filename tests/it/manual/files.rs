//! The files that pages show: where each lies, and who reads it.

use nmp_console::access::Wishes;
use nmp_console::app::own_keys::OwnKeys;
use nmp_console::app::views::Views;
use nmp_console::audit::Policy;
use nmp_console::config::console_config::ConsoleConfig;
use nmp_console::domain::text::SafeText;
use nmp_console::ui::theme::Sheet;
use std::fmt::Debug;
use std::path::Path;

/// Returns where a file lies, from the home of its user on.
pub(super) fn place(file: &str) -> String {
    let is_of_console = ["config.toml", "keys.toml", "views.toml"].contains(&file) || file.starts_with("themes/");
    if is_of_console {
        format!(".config/nmp-console/{file}")
    } else {
        file.to_owned()
    }
}

/// Reads a file as the program does: by its name. One that is called `wrong…` must be refused.
///
/// # Errors
/// What the program says of it, or that it says nothing of a wrong one.
pub(super) fn read(file: &str, path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).unwrap();
    let read = match file {
        "config.toml" => said(ConsoleConfig::read(path.parent())),
        "keys.toml" => said(OwnKeys::parse(&text)),
        "views.toml" => said(Views::parse(&text)),
        "policy.toml" => said(Policy::parse(&text)),
        _ if file.starts_with("themes/") => said(Sheet::parse(&text)),
        _ => said(Wishes::parse(&[(SafeText::new(file), text)])),
    };
    match read {
        Ok(()) if file.starts_with("wrong") => Err("it is called wrong, and nothing is".to_owned()),
        Err(_) if file.starts_with("wrong") => Ok(()),
        read => read,
    }
}

fn said<T, E: Debug>(read: Result<T, E>) -> Result<(), String> {
    read.map(drop)
        .map_err(|error| format!("the program does not read it: {error:?}"))
}
