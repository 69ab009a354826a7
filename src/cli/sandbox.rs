//! `nmp-console sandbox`: the embedded platform as a server, until a signal ends it.

use super::signals::Signals;
use super::{Ending, Failure, document};
use crate::config::Settings;
use crate::sandbox::{self, Database, Deletion, Fault, Options, Seed};
use clap::{Args, ValueHint};
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How long the token lives that is offered to the person who starts the sandbox.
const LIFETIME: Duration = Duration::from_hours(24);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Loopback address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "A:P", default_value = "127.0.0.1:8080", value_parser = loopback)]
    listen: SocketAddr,
    /// Another host name it is reached by, besides localhost (through a proxy, say); may be given several times. Requests
    /// for any other host, and from web pages of another origin, are refused
    #[arg(long = "host", value_name = "NAME", value_parser = host)]
    names: Vec<String>,
    /// File to keep the data in, readable only by its owner; without it, nothing is kept
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    data: Option<PathBuf>,
    /// How to delete a workspace that is not empty: refuse, or cascade to its contents
    #[arg(long, value_name = "refuse|cascade")]
    deletion: Option<Deletion>,
    /// Seconds that each of the two stages of a cascading deletion takes
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    cleanup_time: Option<Duration>,
    /// Error of the first attempt at every cascading deletion; the second attempt succeeds
    #[arg(long, value_name = "TEXT")]
    cleanup_error: Option<String>,
    /// What a new sandbox holds: nothing, a sample organisation, or 10,000 workspaces with 200,000 grants; a file that
    /// exists already is left as it is
    #[arg(long, value_name = "empty|demo|large")]
    seed: Option<Seed>,
    /// Behave like the released platform even where the sandbox is safer on purpose
    #[arg(long)]
    faithful: bool,
    /// Which database of the platform to behave like: sqlite, or postgres, where principals outside ASCII are never found
    /// again by their names
    #[arg(long, value_name = "sqlite|postgres", default_value = "sqlite")]
    store: Database,
    /// Milliseconds to wait before every answer
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = milliseconds)]
    latency: u64,
    /// Fault to inject; may be given several times
    #[arg(long = "fault", value_name = "SPEC", long_help = sandbox::FAULT_HELP)]
    faults: Vec<Fault>,
    /// User of the token that is printed at the start
    #[arg(long = "as", value_name = "EMAIL", default_value = sandbox::PLATFORM_ADMIN)]
    caller: String,
}

impl Arguments {
    /// Serves until SIGINT, SIGTERM or SIGHUP.
    pub(super) async fn run(self, settings: &Settings) -> Result<Ending, Failure> {
        // Before the address is printed: whoever waits for it may send the signal at once.
        let mut signals = Signals::listen()?;
        let caller = self.caller.clone();
        if let Some(told) = self.told_first() {
            let _ = writeln!(io::stderr(), "{told}");
        }
        let running = sandbox::start(self.options())
            .await
            .map_err(|error| Failure::Sandbox(Box::new(error)))?;
        let announced = announce(&running.url(), &caller, settings);
        if announced.is_ok() {
            signals.next().await;
        }
        running.stop().await;
        announced?;
        Ok(Ending::Done)
    }

    /// Returns what is told before the address is known, where that takes a while.
    fn told_first(&self) -> Option<&'static str> {
        match (self.seed, &self.data) {
            (Some(Seed::Large), None) => Some("making 10,000 workspaces…"),
            (Some(Seed::Large), Some(_)) => Some("making 10,000 workspaces, unless the file holds them already…"),
            (Some(Seed::Empty | Seed::Demo) | None, _) => None,
        }
    }

    fn options(self) -> Options {
        let usual = Options::default();
        Options {
            listen: self.listen,
            data: self.data,
            seed: self.seed.unwrap_or(usual.seed),
            deletion: self.deletion.unwrap_or(usual.deletion),
            cleanup: self.cleanup_time.unwrap_or(usual.cleanup),
            cleanup_error: self.cleanup_error,
            is_faithful: self.faithful,
            like: self.store,
            latency: Duration::from_millis(self.latency),
            faults: self.faults,
            names: self.names,
            ..usual
        }
    }
}

/// The sandbox believes whoever calls: in a network it would be open to everybody there.
fn loopback(typed: &str) -> Result<SocketAddr, String> {
    let typed = typed.replace("localhost", "127.0.0.1");
    let address: SocketAddr = typed
        .parse()
        .map_err(|_malformed| "expected an address and a port, like 127.0.0.1:8080".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("the sandbox trusts every caller, so it listens on loopback only".to_owned())
    }
}

fn milliseconds(typed: &str) -> Result<u64, String> {
    let number = typed.parse().ok();
    number.ok_or_else(|| "expected a whole number, like 200".to_owned())
}

/// A name without a scheme, a port or a path: what a browser takes for the host.
fn host(typed: &str) -> Result<String, String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_address = typed.parse::<std::net::IpAddr>().is_ok();
    if is_address || (!typed.is_empty() && typed.chars().all(is_name)) {
        Ok(typed.to_owned())
    } else {
        Err("expected the name of a host alone, like sandbox.example.com".to_owned())
    }
}

fn seconds(typed: &str) -> Result<Duration, String> {
    let seconds = typed.parse::<f64>().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| "expected a number of seconds, like 3 or 0.5".to_owned())
}

/// The address is data; how to use it is for the person in front. Where either has gone there is nobody left to tell.
fn announce(url: &str, caller: &str, settings: &Settings) -> Result<(), Failure> {
    document::print(format!("{url}\n").as_bytes())?;
    #[expect(clippy::disallowed_methods, reason = "the border where the token gets its date")]
    let now = jiff::Timestamp::now();
    let token = sandbox::unsigned_token(caller, now, LIFETIME);
    let mut aside = io::stderr().lock();
    for warning in &settings.warnings {
        let _ = writeln!(aside, "nmp-console: {warning}");
    }
    let _ = writeln!(
        aside,
        "Every caller is trusted under any name; ctrl-c stops it. For the console or the platform's CLI in another shell:\n\
         export NMP_BASE_URL={url} NHX_BASE_URL={url}\n\
         export NMP_ACCESS_TOKEN={token} NHX_ACCESS_TOKEN={token}"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use rstest::rstest;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn what_is_typed_about_deletions_arrives() {
        let typed = [
            "sandbox",
            "--deletion",
            "cascade",
            "--cleanup-time",
            "0.5",
            "--cleanup-error",
            "no luck",
        ];
        let options = Line::parse_from(typed).arguments.options();
        assert_eq!(options.deletion, Deletion::Cascade);
        assert_eq!(options.cleanup, Duration::from_millis(500));
        assert_eq!(options.cleanup_error.as_deref(), Some("no luck"));
        let options = Line::parse_from(["sandbox"]).arguments.options();
        assert_eq!((options.cleanup, options.cleanup_error), (Duration::from_secs(3), None));
    }

    #[test]
    fn what_takes_a_while_is_told_first() {
        let told = |typed: &[&str]| {
            Line::parse_from([&["sandbox"][..], typed].concat())
                .arguments
                .told_first()
        };
        assert_eq!(told(&["--seed", "large"]), Some("making 10,000 workspaces…"));
        assert_eq!(told(&["--seed", "demo"]), None);
        let told = told(&["--seed", "large", "--data", "x.db"]).unwrap();
        assert!(told.ends_with("unless the file holds them already…"), "{told}");
    }

    #[rstest]
    #[case("3", Some(3000))]
    #[case("0.5", Some(500))]
    #[case("0", Some(0))]
    #[case("-1", None)]
    #[case("NaN", None)]
    #[case("1e99", None)]
    #[case("soon", None)]
    fn seconds_may_be_fractions(#[case] typed: &str, #[case] millis: Option<u64>) {
        assert_eq!(seconds(typed).ok(), millis.map(Duration::from_millis));
    }

    #[rstest]
    #[case("sandbox.example.com", true)]
    #[case("10.0.0.7", true)]
    #[case("fd00::7", true)]
    #[case("https://sandbox.example.com", false)]
    #[case("sandbox.example.com:443", false)]
    #[case("*", false)]
    #[case("", false)]
    fn takes_the_name_of_a_host(#[case] typed: &str, #[case] is_taken: bool) {
        assert_eq!(host(typed).is_ok(), is_taken);
    }

    #[rstest]
    #[case("127.0.0.1:8080", true)]
    #[case("localhost:0", true)]
    #[case("[::1]:8080", true)]
    #[case("0.0.0.0:8080", false)]
    #[case("192.168.1.4:8080", false)]
    #[case("8080", false)]
    fn listens_on_loopback_only(#[case] typed: &str, #[case] is_taken: bool) {
        assert_eq!(loopback(typed).is_ok(), is_taken);
    }
}
