//! The manual: a page for the program and one for each of its commands, made of the grammar and of the facts that a grammar
//! does not hold. `--help` ends with the same facts.

mod facts;

use super::Cli;
use clap::{Arg, Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};
use facts::{EXAMPLES, EXITS, Exit, FILES, FOLDERS, KEYS, KEYS_TOLD, PRECEDENCE, VARIABLES};
use std::fmt::Write as _;
use std::io;

/// Columns of `--help` that the narrowest terminal in use has.
const HELP_COLUMNS: usize = 80;

/// The heading of the options that every command takes.
pub(super) const COMMON_OPTIONS: &str = "Options for every command";

/// One page of the manual.
pub(super) struct Page {
    /// The command that it is about, as one word; empty for the program.
    command: String,
    /// What `man` reads.
    pub(super) text: Vec<u8>,
}

impl Page {
    /// Returns what it is called, and `man` finds it by.
    pub(super) fn name(&self) -> String {
        title_of(&self.command)
    }

    /// Returns whether it is about `command`, typed with blanks or hyphens, or is called so.
    pub(super) fn is_about(&self, command: &str) -> bool {
        let command = command.replace(' ', "-");
        self.command == command || self.name() == command
    }
}

fn title_of(command: &str) -> String {
    if command.is_empty() {
        "nmp-console".to_owned()
    } else {
        format!("nmp-console-{command}")
    }
}

/// Returns every page, that of the program first.
///
/// # Errors
/// Never: they are written into memory.
pub(super) fn pages() -> io::Result<Vec<Page>> {
    let mut program = Cli::command();
    program.build();
    let mut pages = vec![page(&program, "")?];
    add_parts(&program, "", &mut pages)?;
    Ok(pages)
}

/// Returns what the pages are about, besides the program itself.
pub(super) fn names() -> Vec<String> {
    let pages = pages().unwrap_or_default().into_iter();
    pages.map(|page| page.command).filter(|name| !name.is_empty()).collect()
}

fn add_parts(whole: &Command, name: &str, pages: &mut Vec<Page>) -> io::Result<()> {
    for part in whole.get_subcommands().filter(|part| part.get_name() != "help") {
        let command = [name, part.get_name()].join("-");
        let command = command.trim_start_matches('-');
        pages.push(page(part, command)?);
        add_parts(part, command, pages)?;
    }
    Ok(())
}

fn page(command: &Command, name: &str) -> io::Result<Page> {
    let title = title_of(name);
    let source = concat!("nmp-console ", env!("CARGO_PKG_VERSION"));
    let grammar = command.clone().display_name(title.clone()).after_long_help("");
    let grammar = if name.is_empty() {
        grammar
    } else {
        // They have a page, which each of the others would repeat.
        grammar.mut_args(|argument| {
            let is_common = is_common(&argument);
            argument.hide(is_common)
        })
    };
    let man = Man::new(grammar.clone()).title(title.clone()).source(source);
    let mut text = Vec::new();
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    synopsis(&grammar, name).to_writer(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    if grammar.get_subcommands().next().is_some() {
        man.render_subcommands_section(&mut text)?;
    }
    rest(name).to_writer(&mut text)?;
    let command = name.to_owned();
    Ok(Page { command, text })
}

fn is_common(argument: &Arg) -> bool {
    argument.get_help_heading() == Some(COMMON_OPTIONS)
}

/// What is typed, each option with what follows it.
fn synopsis(command: &Command, name: &str) -> Roff {
    let mut line = vec![bold("nmp-console")];
    if !name.is_empty() {
        line.push(roman(" "));
        line.push(bold(typed(name)));
    }
    let is_listed = |argument: &&Arg| !argument.is_hide_set() && !is_common(argument);
    let arguments = command.get_arguments().filter(is_listed);
    let is_help = |argument: &&Arg| matches!(argument.get_id().as_str(), "help" | "version");
    let (places, options): (Vec<&Arg>, Vec<&Arg>) = arguments
        .filter(|one| !is_help(one))
        .partition(|one| one.is_positional());
    for argument in options.into_iter().chain(places) {
        let (open, close) = if argument.is_required_set() {
            (" ", "")
        } else {
            (" [", "]")
        };
        line.push(roman(open));
        if let Some(long) = argument.get_long() {
            line.push(bold(format!("--{long}")));
        }
        if argument.get_action().takes_values() {
            if !argument.is_positional() {
                line.push(roman(" "));
            }
            line.push(italic(argument.get_value_names().unwrap_or_default().join(" ")));
        }
        line.push(roman(close));
        if matches!(argument.get_action(), clap::ArgAction::Append) {
            line.push(roman("..."));
        }
    }
    line.push(roman(" ["));
    line.push(italic("options for every command"));
    line.push(roman("]"));
    if command.get_subcommands().next().is_some() {
        line.extend([roman(" ["), italic("command"), roman("]")]);
    }
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text(line);
    roff
}

/// Returns a command as it is typed: only those below another one have a blank where their page has a hyphen.
fn typed(name: &str) -> String {
    let below = |above: &str| name.strip_prefix(above).and_then(|rest| rest.strip_prefix('-'));
    match below("activity") {
        Some(part) => format!("activity {part}"),
        None => name.to_owned(),
    }
}

/// What no grammar tells.
fn rest(name: &str) -> Roff {
    let mut roff = Roff::new();
    if !name.is_empty() {
        roff.control("SH", ["OPTIONS FOR EVERY COMMAND"]);
        let see = "Which platform, who you are there, what is logged and how it looks is told by options that every command takes:";
        roff.text([roman(see), roman(" "), bold("nmp-console"), roman("(1).")]);
    }
    if name.is_empty() {
        environment(&mut roff);
        files(&mut roff);
    }
    roff.control("SH", ["EXIT STATUS"]);
    for exit in EXITS.iter().filter(|exit| name.is_empty() || exit.is_of(name)) {
        entry(&mut roff, &[exit.code], &of_commands(exit, name));
    }
    let mut examples = EXAMPLES.iter().filter(|example| example.command == name).peekable();
    if examples.peek().is_some() {
        roff.control("SH", ["EXAMPLES"]);
    }
    for example in examples {
        let words = format!("nmp-console {}", example.words);
        entry(&mut roff, &[&words], example.what);
    }
    if name == "keys" {
        roff.control("PP", []);
        roff.text([roman(KEYS_TOLD)]);
        roff.control("PP", []);
        roff.control("nf", []);
        for line in KEYS {
            roff.text([roman(*line)]);
        }
        roff.control("fi", []);
    }
    if !name.is_empty() {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([bold("nmp-console"), roman("(1)")]);
    }
    roff
}

/// What an exit code says, with the commands that say it where more than one is spoken of.
fn of_commands(exit: &Exit, name: &str) -> String {
    if name.is_empty() && !exit.commands.is_empty() {
        let commands: Vec<String> = exit.commands.iter().map(|command| typed(command)).collect();
        let mut what = exit.what.to_owned();
        if let Some(first) = what.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        format!("{}: {what}", commands.join(", "))
    } else {
        exit.what.to_owned()
    }
}

fn environment(roff: &mut Roff) {
    roff.control("SH", ["ENVIRONMENT"]);
    roff.text([roman(PRECEDENCE)]);
    for variables in VARIABLES {
        entry(roff, variables.names, variables.what);
    }
}

fn files(roff: &mut Roff) {
    roff.control("SH", ["FILES"]);
    for file in FILES {
        entry(roff, &[file.path], file.what);
    }
    roff.control("PP", []);
    roff.text([roman(FOLDERS)]);
}

fn entry(roff: &mut Roff, names: &[&str], what: &str) {
    roff.control("TP", []);
    let mut line = Vec::new();
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            line.push(roman(", "));
        }
        line.push(bold(*name));
    }
    roff.text(line);
    roff.text([roman(what)]);
}

/// Returns what `--help` says after the options, in lines that fit the narrowest terminal.
pub(super) fn after_help() -> String {
    let mut text = format!("Environment: {}\n", PRECEDENCE.to_lowercase().trim_end_matches('.'));
    for variables in VARIABLES {
        add_entry(&mut text, &variables.names.join(", "), variables.what);
    }
    text.push_str("\nFiles:\n");
    for file in FILES {
        add_entry(&mut text, file.path, file.what);
    }
    add_paragraph(&mut text, 2, FOLDERS);
    text.push_str("\nExit codes:\n");
    for exit in EXITS {
        add_beside(&mut text, exit.code, &of_commands(exit, ""));
    }
    text.push_str("\nExamples:\n");
    for example in EXAMPLES.iter().filter(|example| example.command.is_empty()) {
        add_entry(&mut text, &format!("nmp-console {}", example.words), example.what);
    }
    text.push_str("\nA page of the manual for each command: nmp-console man COMMAND | man -l -");
    text
}

/// Returns what `keys --help` says of the form of the file.
pub(super) fn form_of_keys() -> String {
    let mut text = String::new();
    add_paragraph(&mut text, 0, KEYS_TOLD);
    for line in KEYS {
        let _ = write!(text, "\n    {line}");
    }
    text
}

/// Adds a name and, below it, what it is.
fn add_entry(text: &mut String, name: &str, what: &str) {
    add_paragraph(text, 2, name);
    add_paragraph(text, 6, what);
}

/// Adds a short name and, beside it, what it is.
fn add_beside(text: &mut String, name: &str, what: &str) {
    const INDENT: usize = 11;
    for (place, line) in wrapped(what, HELP_COLUMNS - INDENT).iter().enumerate() {
        let name = if place == 0 { name } else { "" };
        let _ = writeln!(text, "  {name:width$}{line}", width = INDENT - 2);
    }
}

fn add_paragraph(text: &mut String, indent: usize, words: &str) {
    for line in wrapped(words, HELP_COLUMNS - indent) {
        let _ = writeln!(text, "{:indent$}{line}", "");
    }
}

/// Breaks text at its blanks; a longer word stays whole.
fn wrapped(words: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    /// The words of an example as a shell hands them on.
    fn words(example: &str) -> Vec<String> {
        let mut words = vec!["nmp-console".to_owned()];
        let example = example.replace("$DIGEST", &"0".repeat(64));
        for (place, piece) in example.split('\'').enumerate() {
            if place % 2 == 1 {
                words.push(piece.to_owned());
            } else {
                words.extend(piece.split_whitespace().map(str::to_owned));
            }
        }
        words
    }

    #[test]
    fn every_example_is_a_command() {
        for example in EXAMPLES {
            let read = Cli::try_parse_from(words(example.words));
            assert!(read.is_ok(), "{}: {:?}", example.words, read.err());
        }
    }

    #[test]
    fn every_command_has_a_page_with_examples_and_exit_codes() {
        let pages = pages().unwrap();
        for page in &pages {
            let text = String::from_utf8(page.text.clone()).unwrap();
            for section in ["SYNOPSIS", "EXIT STATUS", "EXAMPLES"] {
                assert!(
                    text.contains(&format!("\n.SH \"{section}\"")) || text.contains(&format!("\n.SH {section}")),
                    "{}: {section}",
                    page.name()
                );
            }
            let title = text.lines().find(|line| line.starts_with(".TH")).unwrap();
            assert!(
                title.contains(&title_of(&page.command)) && title.contains(env!("CARGO_PKG_VERSION")),
                "{title}"
            );
        }
        for fact in EXAMPLES.iter().map(|example| example.command) {
            assert!(
                pages.iter().any(|page| page.is_about(fact)),
                "there is no command {fact}"
            );
        }
        for command in EXITS.iter().flat_map(|exit| exit.commands) {
            assert!(
                pages.iter().any(|page| page.is_about(command)),
                "there is no command {command}"
            );
        }
    }

    #[test]
    fn the_form_of_keys_is_read_as_keys_and_told_by_help_and_manual() {
        let own = crate::app::own_keys::OwnKeys::parse(&KEYS.join("\n")).unwrap();
        assert_eq!((own.n_set(), own.notice()), (2, None));
        let help = Cli::try_parse_from(["nmp-console", "keys", "--help"])
            .unwrap_err()
            .to_string();
        let pages = pages().unwrap();
        let page = pages.iter().find(|page| page.is_about("keys")).unwrap();
        let page = String::from_utf8(page.text.clone()).unwrap();
        for line in KEYS {
            assert!(help.contains(line), "{help}");
            assert!(page.lines().any(|other| other == *line), "{page}");
        }
        assert!(help.lines().all(|line| line.len() <= 100), "{help}");
    }

    #[test]
    fn help_fits_eighty_columns() {
        for line in after_help().lines() {
            assert!(line.len() <= HELP_COLUMNS, "{line}");
        }
    }
}
