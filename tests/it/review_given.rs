//! Plans for the review on the screen, made as the runtime makes them, from a report that a test has at hand.

use jiff::Timestamp;
use nmp_console::access::plan::{Circumstances, Last, Source};
use nmp_console::access::{Plan, Wishes};
use nmp_console::app::msg::Answer;
use nmp_console::audit::Report;
use nmp_console::domain::platform::ServerInfo;
use nmp_console::domain::text::SafeText;
use std::sync::Arc;

/// Returns the answer to the question what has to change so that `wishes` are so.
pub(crate) fn planned(wishes: &str, report: &Report, info: &ServerInfo) -> Answer {
    let wishes = format!("server = \"https://nmp.example.com\"\n{wishes}");
    let wishes = Wishes::parse(&[(SafeText::new("access.toml"), wishes)]).expect("they are wishes");
    let at = Circumstances {
        identity: &info.identity,
        now: Timestamp::from_second(1_800_000_000).expect("a moment"),
        last: &Last::new(),
        source: Source::default(),
    };
    Answer::Planned(Ok(Arc::new(Plan::for_wishes(&wishes, report, &at))))
}
