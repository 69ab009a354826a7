//! Reading pages and throwing them away: what no program that reads the same can do without.

use super::child;
use crate::role_change::token;
use color_eyre::eyre::{Result, ensure};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Reads one page after the other over one connection.
pub(super) struct Reader {
    url: String,
    token: String,
    client: reqwest::Client,
}

impl Reader {
    pub(super) fn of(url: &str, caller: &str) -> Self {
        Self {
            url: format!("{url}/apis/entities/v2"),
            token: token(caller),
            client: reqwest::Client::new(),
        }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Returns the addresses of all pages of a list.
    pub(super) async fn pages(&self, path: &str) -> Result<Vec<String>> {
        let url = self.url(path);
        let first: Value = serde_json::from_slice(&self.get(&url).await?)?;
        let n = first.pointer("/pagination/total_pages").and_then(Value::as_u64);
        Ok((1..=n.unwrap_or(1)).map(|page| format!("{url}&page={page}")).collect())
    }

    /// Reads all pages with one run of curl, or without curl with the client of this program.
    pub(super) fn read(&self, runtime: &Runtime, pages: &[String]) -> Result<Duration> {
        if has_curl() {
            return self.by_curl(pages);
        }
        let begun = Instant::now();
        runtime.block_on(async {
            for url in pages {
                self.get(url).await?;
            }
            Ok(begun.elapsed())
        })
    }

    /// A member list may be forbidden to the caller, which takes as long as another.
    async fn get(&self, url: &str) -> Result<Vec<u8>> {
        let answer = self.client.get(url).bearer_auth(&self.token).send().await?;
        ensure!(
            [200, 403].contains(&answer.status().as_u16()),
            "{url}: {}",
            answer.status()
        );
        Ok(answer.bytes().await?.to_vec())
    }

    fn by_curl(&self, pages: &[String]) -> Result<Duration> {
        let folder = tempfile::tempdir()?;
        let list = folder.path().join("pages");
        let mut told = format!("header = \"Authorization: Bearer {}\"\n", self.token);
        told.push_str("silent\nshow-error\nwrite-out = \"%{http_code}\\n\"\n");
        for page in pages {
            writeln!(told, "url = \"{page}\"\noutput = \"/dev/null\"")?;
        }
        fs::write(&list, told)?;
        let mut curl = Command::new("curl");
        curl.arg("--disable").arg("--config").arg(&list);
        let took = child::run(&mut curl)?;
        let n_read = took.said.lines().filter(|code| ["200", "403"].contains(code)).count();
        ensure!(n_read == pages.len(), "curl has read {n_read} of {} pages", pages.len());
        Ok(took.time)
    }
}

fn has_curl() -> bool {
    let version = Command::new("curl").arg("--version").stdout(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}
