//! The README and the manual do what they say: every command of them is run, and tells what stands there.
//!
//! Each page is a session of its own, from its top to its end, on a fresh embedded platform (`shell`). A `console` block is
//! commands (`$ …`) and what each of them tells; a `sh` block is commands, one a line. Each ends with 0 or with the code that
//! its comment names (`# exit code 1: …`). A `toml` block names its file, is read by the program's own reader, and
//! then lies there for the commands below it. What cannot be run is listed in `left_out`.
//!
//! `UPDATE_DOCS=1` writes what commands tell into the pages instead of comparing.

mod files;
mod left_out;
mod likeness;
mod reading;
mod shell;

use crate::docs;
use left_out::Instead;
use reading::{Block, Typed};
use shell::Shell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

/// What a page came to.
#[derive(Default)]
struct Outcome {
    n_run: usize,
    /// What was left out on purpose.
    left_out: BTreeSet<&'static str>,
    /// What is wrong, with its line.
    troubles: Vec<String>,
    /// Lines to be replaced by what was told.
    news: Vec<(Range<usize>, String)>,
    /// Digests that are others now, which commands further down name.
    digests: Vec<(String, String)>,
}

impl Outcome {
    fn with_new_digests(&self, text: &str) -> String {
        let digests = self.digests.iter();
        digests.fold(text.to_owned(), |text, (old, new)| text.replace(old, new))
    }
}

/// Returns the digest of the plan that these lines show.
fn digest(lines: &[&str]) -> Option<String> {
    let mut digests = lines.iter().filter_map(|line| line.strip_prefix("Digest: "));
    digests.next().map(str::to_owned)
}

/// A page while it is read aloud.
struct Reading<'a> {
    name: &'a str,
    lines: Vec<&'a str>,
    shell: Shell,
    outcome: Outcome,
}

impl Reading<'_> {
    fn block(&mut self, block: &Block<'_>) {
        let mark = left_out::BLOCKS.iter().find(|(mark, _)| block.mark == Some(mark));
        if let Some((mark, _)) = mark {
            self.outcome.left_out.insert(mark);
            return;
        }
        let of = block.lines.clone();
        match block.info.split_once(' ').unwrap_or((block.info, "")) {
            ("sh", "") => {
                for typed in reading::script(&self.lines, of) {
                    self.command(&typed, false);
                }
            }
            ("console", "") => {
                for typed in reading::session(&self.lines, of) {
                    self.command(&typed, true);
                }
            }
            ("toml", file) if !file.is_empty() => self.file(file, of),
            // The pictures as text, which another test holds.
            ("text", "")
                if self.lines[..of.start]
                    .iter()
                    .rev()
                    .nth(2)
                    .is_some_and(|line| line.starts_with("<details>")) => {}
            (info, _) => self.trouble(of.start, &format!("nobody runs or reads a block that is '{info}'")),
        }
    }

    fn file(&mut self, file: &str, of: Range<usize>) {
        let text: String = self.lines[of.clone()].iter().flat_map(|line| [line, "\n"]).collect();
        let path = files::place(file);
        self.shell.write(&path, &text);
        if let Err(trouble) = files::read(file, &self.shell.path(&path)) {
            self.trouble(of.start, &trouble);
        }
    }

    fn command(&mut self, typed: &Typed, is_compared: bool) {
        let at = typed.told.start.saturating_sub(1);
        let left_out = left_out::COMMANDS.iter().find(|(text, _, _)| *text == typed.text);
        let instead = left_out.map(|(text, instead, _)| {
            self.outcome.left_out.insert(text);
            *instead
        });
        match instead {
            Some(Instead::Nothing) => {}
            Some(Instead::ReadsItsOptions) => {
                let (code, told) = self.shell.run(&format!("{} --help", typed.text));
                if code != Some(0) {
                    self.trouble(at, &format!("its options are not understood: {told}"));
                }
            }
            Some(Instead::MissesATerminal) => {
                let (code, told) = self.shell.run(&typed.text);
                if code != Some(2) || !told.contains("nmp-console: the console needs a terminal") {
                    self.trouble(at, &format!("misses something else than a terminal: {told}"));
                }
            }
            None => self.run(typed, is_compared),
        }
    }

    fn run(&mut self, typed: &Typed, is_compared: bool) {
        self.outcome.n_run += 1;
        let at = typed.told.start.saturating_sub(1);
        let (code, told) = self.shell.run(&self.outcome.with_new_digests(&typed.text));
        if code != Some(typed.code) {
            self.trouble(at, &format!("ends with {code:?} in place of {}: {told}", typed.code));
        }
        let lines: Vec<&str> = told.lines().collect();
        let said = &self.lines[typed.told.clone()];
        if is_compared && !likeness::is_as_said(said, &lines) {
            if docs::are_updated() {
                self.outcome.digests.extend(digest(said).zip(digest(&lines)));
                self.outcome.news.push((typed.told.clone(), told));
            } else {
                self.trouble(at, &format!("tells something else:\n{told}"));
            }
        }
    }

    fn trouble(&mut self, at: usize, what: &str) {
        let line = self.lines[at];
        self.outcome
            .troubles
            .push(format!("{}:{}: {line}\n{what}", self.name, at + 1));
    }

    /// Writes what was told into the page.
    fn update(&self) {
        let mut lines: Vec<&str> = self.lines.clone();
        for (place, told) in self.outcome.news.iter().rev() {
            lines.splice(place.clone(), told.lines());
        }
        let text: String = lines.into_iter().flat_map(|line| [line, "\n"]).collect();
        let text = self.outcome.with_new_digests(&text);
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(self.name), text).unwrap();
    }
}

async fn read_aloud(name: String, text: String) -> Outcome {
    let shell = Shell::new().await;
    let read = tokio::task::spawn_blocking(move || {
        let mut reading = Reading {
            name: &name,
            lines: text.lines().collect(),
            shell,
            outcome: Outcome::default(),
        };
        for block in reading::blocks(&reading.lines) {
            reading.block(&block);
        }
        if docs::are_updated() && !reading.outcome.news.is_empty() {
            reading.update();
        }
        reading.outcome
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(
    not(debug_assertions),
    ignore = "a release build takes its time from the system alone"
)]
async fn every_command_does_what_the_manual_says() {
    let pages = docs::pages().into_iter();
    let mut reading: tokio::task::JoinSet<Outcome> = pages.map(|(name, text)| read_aloud(name, text)).collect();
    let mut all = Outcome::default();
    while let Some(outcome) = reading.join_next().await {
        let outcome = outcome.unwrap();
        all.n_run += outcome.n_run;
        all.left_out.extend(outcome.left_out);
        all.troubles.extend(outcome.troubles);
    }
    let listed = left_out::COMMANDS.iter().map(|(text, _, _)| *text);
    for text in listed.chain(left_out::BLOCKS.iter().map(|(mark, _)| *mark)) {
        if !all.left_out.contains(text) {
            all.troubles
                .push(format!("the list of what is left out names what no page has: {text}"));
        }
    }
    assert!(
        all.troubles.is_empty(),
        "{}\n\nWhat has changed on purpose is written by UPDATE_DOCS=1 cargo test --locked --test it manual",
        all.troubles.join("\n\n")
    );
    assert!(all.n_run > 40, "{} commands were run", all.n_run);
}
