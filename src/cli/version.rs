//! What this program is: its release, the commit it was built from, and what it knows.

use crate::access::plan;
use crate::audit::export;
use crate::domain::generation::Generation;
use crate::journal;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use std::io;
use std::sync::OnceLock;

const RELEASE: &str = env!("CARGO_PKG_VERSION");
const COMMIT: &str = env!("NMP_CONSOLE_BUILT_FROM");
const SECONDS: &str = env!("NMP_CONSOLE_BUILT_AT");
const TARGET: &str = env!("NMP_CONSOLE_BUILT_FOR");

/// How much of a commit tells it from all others.
const SHORT: usize = 12;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Print one JSON object, with the whole commit and the versions of all formats
    #[arg(long)]
    json: bool,
}

/// What `version --json` prints. Keys are added, none is taken away.
#[derive(Serialize)]
struct Facts {
    version: &'static str,
    /// Missing where the program was built from no commit, or for debugging; `+changes` follows one that was not all of it.
    commit: Option<&'static str>,
    date: Option<String>,
    target: &'static str,
    features: Vec<&'static str>,
    generations: Vec<&'static str>,
    schemas: Schemas,
}

#[derive(Serialize)]
struct Schemas {
    audit: u64,
    plan: u64,
    journal: u32,
}

impl Facts {
    fn new() -> Self {
        let features = [
            ("audit", cfg!(feature = "audit")),
            ("console", cfg!(feature = "console")),
            ("sandbox", cfg!(feature = "sandbox")),
        ];
        let known = Generation::ALL.into_iter().filter(|one| *one != Generation::Unknown);
        Self {
            version: RELEASE,
            commit: (!COMMIT.is_empty()).then_some(COMMIT),
            date: date(),
            target: TARGET,
            features: features
                .into_iter()
                .filter(|(_, is_in)| *is_in)
                .map(|(name, _)| name)
                .collect(),
            generations: known.map(Generation::word).collect(),
            schemas: Schemas {
                audit: export::SCHEMA_VERSION,
                plan: plan::SCHEMA_VERSION,
                journal: journal::SCHEMA,
            },
        }
    }
}

/// Returns the day of the commit, in UTC.
fn date() -> Option<String> {
    let seconds = SECONDS.parse().ok()?;
    let at = Timestamp::from_second(seconds).ok()?;
    Some(at.strftime("%Y-%m-%d").to_string())
}

/// Returns the release, and where it is known the commit and its day: `0.1.0 (91a383ab0012, 2026-11-30)`.
pub(super) fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let (commit, changes) = COMMIT.split_at(COMMIT.find('+').unwrap_or(COMMIT.len()));
        let commit = commit.get(..SHORT).unwrap_or(commit);
        let known: Vec<String> = [format!("{commit}{changes}"), date().unwrap_or_default()].into();
        let known: Vec<String> = known.into_iter().filter(|part| !part.is_empty()).collect();
        if known.is_empty() {
            RELEASE.to_owned()
        } else {
            format!("{RELEASE} ({})", known.join(", "))
        }
    })
}

impl Arguments {
    /// Returns what is to be printed.
    pub(super) fn text(&self) -> io::Result<Vec<u8>> {
        let facts = Facts::new();
        if self.json {
            let mut text = serde_json::to_vec_pretty(&facts)?;
            text.push(b'\n');
            return Ok(text);
        }
        let features = if facts.features.is_empty() {
            "none".to_owned()
        } else {
            facts.features.join(", ")
        };
        let text = format!(
            "nmp-console {}\ntarget       {}\nfeatures     {features}\ngenerations  {}\nschemas      audit {}, plan {}, journal {}\n",
            version(),
            facts.target,
            facts.generations.join(", "),
            facts.schemas.audit,
            facts.schemas.plan,
            facts.schemas.journal,
        );
        Ok(text.into_bytes())
    }
}
