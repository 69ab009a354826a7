//! What the library does not know of shells: that bash breaks words where this program does not, and Nushell.

use clap::Command;
use clap_complete::env::{Bash as Answers, EnvCompleter};
use std::ffi::OsString;
use std::io;
use std::path::Path;

/// Bash, told so that `--option=value`, values with a colon and what stands behind an e-mail address are completed, too.
pub(super) struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        program: &str,
        completer: &str,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let script = include_str!("bash.sh")
            .replace("NAME", &name.replace('-', "_"))
            .replace("VARIABLE", variable)
            .replace("PROGRAM", program)
            .replace("COMPLETER", completer);
        out.write_all(script.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        Answers.write_complete(command, words, folder, out)
    }
}

/// Nushell takes records, one a line.
pub(super) struct Nushell;

impl EnvCompleter for Nushell {
    fn name(&self) -> &'static str {
        "nushell"
    }

    fn is(&self, name: &str) -> bool {
        matches!(name, "nu" | "nushell")
    }

    fn write_registration(
        &self,
        variable: &str,
        _name: &str,
        program: &str,
        completer: &str,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        write!(
            out,
            r#"# Completions of {program}, besides those of whatever completes other programs.
$env.config.completions.external.enable = true
let others = $env.config.completions.external.completer?
$env.config.completions.external.completer = {{|words|
    if ($words | first) == "{program}" {{
        with-env {{{variable}: "nushell"}} {{ ^{completer} -- ...$words }} | from json
    }} else if $others != null {{
        do $others $words
    }}
}}
"#
        )
    }

    fn write_complete(
        &self,
        command: &mut Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let last = words.len().saturating_sub(1);
        let found = clap_complete::engine::complete(command, words, last, folder)?;
        let found = found.iter().map(|one| {
            let help = one.get_help().map(ToString::to_string).unwrap_or_default();
            serde_json::json!({
                "value": one.get_value().to_string_lossy(),
                "description": help.lines().next().unwrap_or_default(),
            })
        });
        serde_json::to_writer(out, &found.collect::<Vec<_>>()).map_err(io::Error::from)
    }
}
