//! The SARIF 2.1.0 export, for what gathers the findings of many tools: findings, and how complete the audit was.
//!
//! Grants are no results, so they are not in it; drift is a property of the run. The file is one that GitHub code scanning
//! takes ([`limits`]): it wants a place in a file for every result, knows only one fingerprint, and refuses what is too
//! much. A workspace is no file, so that each is given one, always of the same name.

use super::body::covered::{Population, Trust};
use super::body::drifted::Drifted;
use super::body::{FindingEntry, Written};
use super::{Document, TOOL, TOOL_VERSION, json, safe};
use crate::audit::policy::below_here;
use crate::audit::rule::{Described, RULES, Rule, Severity};
use crate::domain::activity::Head;
use crate::domain::text::grouped;
use crate::domain::text::hex;
use flate2::Compression;
use flate2::write::GzEncoder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};
use std::path::Path;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What GitHub code scanning takes, by its documentation ("SARIF results exceed one or more limits", "SARIF support").
pub(super) mod limits {
    /// Results in one run: a file with more is refused.
    pub(in crate::audit::export) const RESULTS: usize = 25_000;
    /// Results of one run that are kept and shown, the worst.
    pub(in crate::audit::export) const SHOWN: usize = 5_000;
    /// Bytes of the file, compressed with gzip: 10 MB.
    pub(in crate::audit::export) const BYTES: u64 = 10_000_000;
}

/// What tells in one file about a workspace or a principal from what tells about another: everything else is escaped.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// What stays as it is in the name of a category: what addresses are made of.
const IN_CATEGORY: &AsciiSet = &PLAIN.remove(b':').remove(b'/').remove(b'[').remove(b']').remove(b'~');

/// The whole file. Everything but the results is small.
#[derive(Serialize)]
struct Log<'d, 'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    /// One alone. Alerts are closed by an upload of their category: of several runs, all but the first would leave their
    /// alerts open for ever as soon as there are fewer of them.
    runs: [Run<'d, 'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'d, 'a> {
    tool: Value,
    automation_details: Value,
    invocations: [Value; 1],
    column_kind: &'static str,
    results: Results<'d, 'a>,
    properties: Properties<'d>,
}

#[derive(Serialize)]
struct Properties<'d> {
    #[serde(flatten)]
    all: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    journal: Option<&'d Head>,
}

pub(super) fn write(document: &Document<'_>, out: &mut impl Write) -> io::Result<()> {
    let most = Most {
        results: limits::RESULTS,
        bytes: limits::BYTES,
    };
    write_within(&most, document, out)
}

/// What a file may have: the limits, and in tests fewer, at which it behaves the same.
struct Most {
    results: usize,
    bytes: u64,
}

fn write_within(most: &Most, document: &Document<'_>, out: &mut impl Write) -> io::Result<()> {
    if document.n_findings > most.results {
        let [n, most] = [document.n_findings, most.results].map(grouped);
        return Err(too_much(&format!("it has {n} findings, and the limit is {most}")));
    }
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [run(document)],
    };
    within(compressed(&log)?, most.bytes)?;
    json::pretty(&log, out)
}

fn within(n_bytes: u64, most: u64) -> io::Result<()> {
    if n_bytes > most {
        let megabytes = n_bytes.div_ceil(1_000_000);
        return Err(too_much(&format!(
            "compressed, it has {megabytes} MB, and the limit is 10 MB"
        )));
    }
    Ok(())
}

fn too_much(why: &str) -> io::Error {
    let text = format!(
        "code scanning would refuse this file: {why}; narrow it with a filter like severity:medium or ws:ml-* (each filter is a \
         category of its own) or with a policy, or use another format"
    );
    io::Error::new(io::ErrorKind::InvalidData, text)
}

/// Returns how many bytes the file has once it is compressed, which is what is limited.
fn compressed(log: &Log<'_, '_>) -> io::Result<u64> {
    let mut packing = GzEncoder::new(Counting(0), Compression::default());
    json::pretty(log, &mut packing)?;
    Ok(packing.finish()?.0)
}

/// Counts what is written.
struct Counting(u64);

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the one run.
fn run<'d, 'a>(document: &'d Document<'a>) -> Run<'d, 'a> {
    let body = &document.body;
    Run {
        tool: json!({ "driver": {
            "name": TOOL,
            "version": TOOL_VERSION,
            "semanticVersion": TOOL_VERSION,
            "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
        }}),
        automation_details: json!({ "id": category(&body.server, &body.filter) }),
        invocations: [invocation(document)],
        column_kind: "unicodeCodePoints",
        results: Results(document),
        properties: Properties {
            all: json!({
                "complete": body.coverage.complete,
                "sha256": document.sha256,
                "server": safe(&body.server),
                "caller": safe(&body.caller),
                "filter": safe(&body.filter),
                "coverage": coverage(body),
                "drift": body.drift.as_ref().map(drifted),
            }),
            journal: document.journal,
        },
    }
}

/// Returns by what code scanning tells the alerts of one upload from those of another; what stands behind the last slash is
/// not part of it. One server and filter always have the same, and no others: a report of one platform must not close the
/// alerts of another one, nor one of a part those of another part.
fn category(server: &str, filter: &str) -> String {
    let place = place(server);
    if filter.is_empty() {
        return format!("{TOOL}/audit/{place}/");
    }
    let digest = hex(&Sha256::digest(filter));
    format!("{TOOL}/audit-{}/{place}/", digest.get(..12).unwrap_or_default())
}

/// Returns an address as the last part of a category, still to be read by people: `nmp.example.com`,
/// `http:localhost:8080`, `example.com:8443/base`.
fn place(server: &str) -> String {
    let server = server.trim_end_matches('/');
    let short = server.strip_prefix("https://").map(str::to_owned);
    let short = short.unwrap_or_else(|| server.replacen("://", ":", 1));
    utf8_percent_encode(&short, IN_CATEGORY).to_string()
}

/// Returns `raw` as a message that holds neither placeholders nor links (SARIF 2.1.0, 3.11.5 and 3.11.6).
fn message(raw: &str) -> Value {
    let shown = safe(raw);
    let mut text = String::with_capacity(shown.len());
    for c in shown.chars() {
        match c {
            '{' => text.push_str("{{"),
            '}' => text.push_str("}}"),
            '[' | ']' => text.extend(['\\', c]),
            c => text.push(c),
        }
    }
    json!({ "text": text })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// Returns the score by which GitHub sorts alerts: over 9 critical, from 7 high, from 4 medium, below low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

fn rule(described: &Described) -> Value {
    json!({
        "id": described.id,
        "shortDescription": { "text": described.what },
        "fullDescription": { "text": format!("{} {}", described.what, described.why) },
        "help": { "text": described.why },
        "defaultConfiguration": { "level": level(described.severity) },
        "properties": {
            "severity": described.severity.label(),
            "security-severity": score(described.severity),
            "tags": ["security", "access"],
        },
    })
}

/// The findings, each put into words when it is its turn.
struct Results<'d, 'a>(&'d Document<'a>);

impl Serialize for Results<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(Fingerprinted::of(self.0))
    }
}

/// The findings as results, each with what it is known again by.
struct Fingerprinted<'d, 'a> {
    /// The platform: whoever dismisses an alert about one has said nothing of another one.
    server: &'d str,
    findings: Box<dyn Iterator<Item = FindingEntry<'a>> + 'a>,
    policy_file: Option<&'d str>,
    /// The fingerprint of the one before, and how many had it.
    before: (String, usize),
}

impl<'d, 'a> Fingerprinted<'d, 'a> {
    fn of(document: &'d Document<'a>) -> Self {
        Self {
            server: &document.body.server,
            findings: document.body.findings.iter(),
            policy_file: document.policy_file,
            before: (String::new(), 0),
        }
    }
}

impl Iterator for Fingerprinted<'_, '_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        let found = self.findings.next()?;
        let [workspace, principal] = [&found.workspace, &found.principal].map(|name| name.as_deref().unwrap_or(""));
        let digest = digest([self.server, &found.rule, workspace, principal]);
        // Findings of one rule about the same place follow each other, and are told apart by their order.
        let (before, n_before) = &self.before;
        let n_same = if *before == digest { n_before + 1 } else { 1 };
        let result = result(&found, self.policy_file, &format!("{digest}:{n_same}"));
        self.before = (digest, n_same);
        Some(result)
    }
}

/// Returns what stays the same of a finding from one run to the next.
fn digest(parts: [&str; 4]) -> String {
    // As a JSON list, in which no name can pass for two.
    hex(&Sha256::digest(json!(parts).to_string()))
}

fn result(found: &FindingEntry<'_>, policy_file: Option<&str>, fingerprint: &str) -> Value {
    let place = RULES.iter().position(|described| described.id == found.rule);
    let severity = Severity::named(&found.severity).unwrap_or(Severity::Info);
    // An empty list says that suppressions were looked for and there are none (3.27.23).
    let suppressions = found.suppressed.iter().map(
        |suppressed| json!({ "kind": "external", "status": "accepted", "justification": safe(&suppressed.words()) }),
    );
    let mut properties = json!({ "severity": found.severity, "command": found.command.as_deref().map(safe) });
    if let (true, Some(properties)) = (found.unsure, properties.as_object_mut()) {
        properties.insert("unsure".to_owned(), json!(true));
    }
    let (file, line) = file_and_line(found, policy_file);
    json!({
        "ruleId": found.rule,
        "ruleIndex": place,
        "level": level(severity),
        "message": message(&found.reason_marked(None)),
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": file, "uriBaseId": "%SRCROOT%" },
                "region": { "startLine": line, "startColumn": 1, "endLine": line, "endColumn": 2 },
            },
            "logicalLocations": logical_locations(found),
        }],
        // The one that code scanning knows alerts again by.
        "partialFingerprints": { "primaryLocationLineHash": fingerprint },
        "properties": properties,
        "suppressions": suppressions.collect::<Vec<_>>(),
    })
}

/// Returns the file that a finding is shown at, relative to the root of a repository, and the line: of an access file what
/// is written there, else one file for each workspace, since a result without a file is refused. It need not be there.
fn file_and_line(found: &FindingEntry<'_>, policy_file: Option<&str>) -> (String, usize) {
    let encoded = |name: &str| utf8_percent_encode(name, PLAIN).to_string();
    let path = |file: &str| file.split('/').map(encoded).collect::<Vec<_>>().join("/");
    let source = found.source.as_ref();
    if let Some((file, source)) = source.and_then(|source| Some((below_here(Path::new(&*source.file))?, source))) {
        return (path(&file), source.line);
    }
    // Dots alone would lead out of the folder. No other name begins like this, since `~` is escaped.
    let in_folder = |folder: &str, name: &str| match name.trim_matches('.') {
        "" => format!("{folder}/~{name}"),
        _ => format!("{folder}/{}", encoded(name)),
    };
    let is_of_policy = Rule::named(&found.rule) == Some(Rule::ExpiredSuppression);
    let file = match (&found.workspace, &found.principal, policy_file.filter(|_| is_of_policy)) {
        (Some(workspace), _, _) => in_folder("workspaces", workspace),
        (None, Some(principal), _) => in_folder("principals", principal),
        (None, None, Some(file)) => path(file),
        (None, None, None) => "platform".to_owned(),
    };
    (file, 1)
}

fn logical_locations(found: &FindingEntry<'_>) -> Vec<Value> {
    let location = |kind: &str, name: &str| {
        let name = safe(name);
        json!({ "kind": kind, "name": name, "fullyQualifiedName": format!("{kind}/{name}") })
    };
    let workspace = found.workspace.as_deref().map(|name| location("workspace", name));
    let principal = found.principal.as_deref().map(|name| location("principal", name));
    let all: Vec<Value> = workspace.into_iter().chain(principal).collect();
    if all.is_empty() {
        return vec![location("platform", "platform")];
    }
    all
}

fn invocation(document: &Document<'_>) -> Value {
    let (body, origin) = (&document.body, document.origin);
    json!({
        "executionSuccessful": body.coverage.trust() != Trust::Incomplete,
        "startTimeUtc": origin.started_at,
        "endTimeUtc": origin.ended_at,
        "toolExecutionNotifications": notifications(body, document.n_findings),
    })
}

/// Returns what keeps the audit from being whole, and what else its reader must know.
fn notifications(body: &Written<'_>, n_findings: usize) -> Vec<Value> {
    let coverage = &body.coverage;
    let note = |level: &str, text: &str| json!({ "level": level, "message": message(text) });
    let mut all = Vec::new();
    if let Some(why) = &coverage.stopped {
        all.push(note("error", &format!("the audit was stopped: {why}")));
    }
    let lists = [
        ("workspaces", Some(&coverage.lists.workspaces)),
        ("role bindings", coverage.lists.role_bindings.as_ref()),
    ];
    for (name, list) in lists {
        if let Some(list) = list.filter(|list| !list.is_complete) {
            all.push(note(
                "error",
                &format!("the list of {name} may be incomplete: {}", list.in_words()),
            ));
        }
    }
    for (why, what) in coverage.workspaces.unread() {
        let level = if why == "denied" { "note" } else { "error" };
        all.push(note(
            level,
            &format!("the members of a workspace could not be read ({why}): {what}"),
        ));
    }
    if n_findings > limits::SHOWN {
        let [n, most] = [n_findings, limits::SHOWN].map(grouped);
        all.push(note(
            "warning",
            &format!("code scanning keeps only the worst {most} of {n} findings"),
        ));
    }
    if coverage.population == Population::LimitedToTheCaller {
        all.push(note(
            "note",
            "population limited to the caller: there may be other workspaces",
        ));
    }
    if let Some(others) = &coverage.besides {
        all.push(note("note", &format!("besides: {}", others.words())));
    }
    all.extend(coverage.unsure().map(|words| note("note", &words)));
    all.extend(coverage.warnings.iter().map(|warning| note("warning", warning)));
    all
}

fn coverage(body: &Written<'_>) -> Value {
    let coverage = &body.coverage;
    let shown = |names: &[super::body::Text<'_>]| names.iter().map(|name| safe(name)).collect::<Vec<_>>();
    let workspaces = &coverage.workspaces;
    let failed = workspaces.failed.iter();
    let failed = failed.map(|failed| json!({ "name": safe(&failed.name), "why": safe(&failed.why) }));
    json!({
        "method": coverage.method,
        "population": coverage.population,
        "workspaces": {
            "listed": workspaces.listed,
            "total": workspaces.total,
            "readable": workspaces.readable,
            "denied": shown(&workspaces.denied),
            "failed": failed.collect::<Vec<_>>(),
            "not_read": shown(&workspaces.not_read),
        },
        "lists": coverage.lists,
        "history": coverage.history,
        "stopped": coverage.stopped.as_deref().map(safe),
        "warnings": shown(&coverage.warnings),
    })
}

fn drifted(drift: &Drifted<'_>) -> Value {
    let differences = drift.all().map(|(what, differs)| {
        json!({
            "what": what,
            "workspace": safe(&differs.workspace),
            "workspace_is": differs.workspace_is,
            "principal": safe(&differs.principal),
            "before": safe(&super::sections::roles(differs.before.as_ref())),
            "after": safe(&super::sections::roles(differs.after.as_ref())),
        })
    });
    let unknown = drift.not_compared.iter();
    let unknown = unknown.map(
        |unknown| json!({ "workspace": safe(&unknown.workspace), "before": unknown.before, "after": unknown.after }),
    );
    json!({
        "baseline": { "sha256": drift.baseline.sha256, "ended_at": drift.baseline.ended_at },
        "summary": drift.words(),
        "differences": differences.collect::<Vec<_>>(),
        "not_compared": unknown.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests;
