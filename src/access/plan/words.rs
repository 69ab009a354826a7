//! A plan for people: as lines for a terminal, and as Markdown for a review.

use super::{Allowed, LeftOut, Opener, Plan, Planned, Remark};
use crate::audit::export::{Lines, code_span, write_columns};
use crate::domain::change::{Change, RoleChange};
use crate::domain::ids::WorkspaceName;
use crate::domain::policy::Consequence;
use crate::domain::role::Role;
use crate::domain::text::{SafeText, counted, grouped};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// One line of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `+`, `~` or `-`.
    pub sign: &'static str,
    /// Whom it is about, or that it is the workspace.
    pub who: String,
    /// What becomes of them.
    pub what: String,
    /// What else is to be known; empty where there is nothing.
    pub notes: String,
}

/// Writes the plan as lines, grouped by workspace, whoever loses something first; guards that `allowed` opens say so.
///
/// # Errors
/// Passes on what the writer says.
pub fn table(plan: &Plan, allowed: &Allowed, lines: Lines, mut out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "Plan for {}: {}",
        SafeText::new(&plan.origin.server),
        summary(plan)
    )?;
    for (guard, opener) in guards(plan, allowed) {
        match opener {
            Some(opener) => writeln!(out, "  guard opened by {}: {guard}", opener.option())?,
            None => writeln!(out, "  guard: {guard}")?,
        }
    }
    for left in &plan.left_out {
        writeln!(out, "  left out: {}", left.in_words())?;
    }
    for (workspace, changes) in by_workspace(plan) {
        writeln!(out, "\n{}", workspace.shown())?;
        if let Some(contents) = plan.contents_of(workspace) {
            writeln!(out, "  holds {}", contents.in_words())?;
        }
        write_columns(&mut out, None, lines, || {
            let rows = changes.iter().flat_map(|planned| Line::of(planned));
            let rows = rows.map(|line| vec![format!("  {}", line.sign), line.who, line.what, line.notes]);
            rows.collect::<Vec<_>>().into_iter()
        })?;
    }
    remarks(&mut out, "fixes", &plan.fixed)?;
    remarks(&mut out, "introduces", &plan.introduced)?;
    if !plan.changes.is_empty() {
        writeln!(out, "\nDigest: {}", plan.digest())?;
    }
    Ok(())
}

/// Returns the guards in words, each with what has opened it; nothing where it is closed.
fn guards<'a>(plan: &'a Plan, allowed: &'a Allowed) -> impl Iterator<Item = (SafeText, Option<Opener>)> + 'a {
    let n_removals = plan.n_removals();
    plan.guards.iter().map(move |guard| {
        if allowed.opens(guard, n_removals) {
            (guard.on_screen(n_removals), guard.opener())
        } else {
            (guard.in_words(n_removals), None)
        }
    })
}

impl LeftOut {
    /// Returns what it is about, and why.
    pub fn in_words(&self) -> SafeText {
        let workspace = self.workspace.as_ref().map(|name| format!("'{}'", name.shown()));
        let who = self.principal.as_ref().map(|who| who.label().to_string());
        let about: Vec<String> = workspace.into_iter().chain(who).collect();
        if about.is_empty() {
            return self.why.clone();
        }
        SafeText::new(&format!("{}: {}", about.join(" "), self.why))
    }
}

fn remarks(out: &mut dyn Write, what: &str, all: &[Remark]) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{what} {}", counted(all.len(), "finding"))?;
    for remark in all {
        writeln!(
            out,
            "  {} ({}): {}",
            remark.rule,
            remark.severity.label(),
            remark.reason
        )?;
    }
    Ok(())
}

/// Returns how much there is to do.
pub fn summary(plan: &Plan) -> String {
    if plan.changes.is_empty() {
        return format!("nothing to change, {} already so", grouped(plan.n_already));
    }
    let n_workspaces = by_workspace(plan).len();
    let mut parts = vec![format!(
        "{} in {}",
        counted(plan.changes.len(), "change"),
        counted(n_workspaces, "workspace")
    )];
    let n_losers = plan.losers().count();
    match n_losers {
        0 => {}
        1 => parts.push("1 loses a role".to_owned()),
        n => parts.push(format!("{} lose a role", grouped(n))),
    }
    let n_removals = plan.n_removals();
    if n_removals > 0 {
        parts.push(format!("{} removed", grouped(n_removals)));
    }
    if plan.n_already > 0 {
        parts.push(format!("{} already so", grouped(plan.n_already)));
    }
    parts.join(", ")
}

/// Returns the changes of each workspace, whoever loses something first: the workspaces where somebody does before the others,
/// and in each of them the losers.
pub fn by_workspace(plan: &Plan) -> Vec<(&WorkspaceName, Vec<&Planned>)> {
    let losing: BTreeSet<&WorkspaceName> = plan.losers().map(|planned| planned.change.workspace()).collect();
    let mut all: Vec<&Planned> = plan.changes.iter().collect();
    all.sort_by_key(|planned| {
        let workspace = planned.change.workspace();
        (!losing.contains(workspace), workspace, !planned.takes())
    });
    let same = |one: &&Planned, other: &&Planned| one.change.workspace() == other.change.workspace();
    let groups = all.chunk_by(same);
    groups
        .filter_map(|group| Some((group.first()?.change.workspace(), group.to_vec())))
        .collect()
}

impl Line {
    /// Returns the lines of a change: one for what it does, and one for each role outside Viewer, Editor and Admin that
    /// somebody who stays a member no longer has.
    pub fn of(planned: &Planned) -> Vec<Self> {
        let (sign, who, what) = told(&planned.change);
        let all_dropped = planned.dropped();
        let loses = |role: &Role| {
            let mut all = planned.consequences.iter();
            all.find(|what| matches!(what, Consequence::LosesRole(_, lost, _) if lost == role))
        };
        let dropped = all_dropped.iter().map(|role| Self {
            sign: "-",
            who: who.clone(),
            what: format!("drops {}", role.shown()),
            notes: loses(role).map_or_else(|| role.meaning().to_owned(), |lost| unnamed(&lost.in_words(), &who)),
        });
        let dropped: Vec<Self> = dropped.collect();
        let notes = notes(planned, &who, &all_dropped);
        let first = Self { sign, who, what, notes };
        [first].into_iter().chain(dropped).collect()
    }
}

/// Returns a change on a line of its own: `~ 'ml-team' bob@example.com: Viewer → Editor`.
pub fn on_one_line(change: &Change) -> SafeText {
    let (sign, who, what) = told(change);
    let joint = if change.principal().is_some() { ":" } else { "" };
    SafeText::new(&format!("{sign} '{}' {who}{joint} {what}", change.workspace().shown()))
}

/// Returns a sign for a change, whom it is about, and what it does.
fn told(change: &Change) -> (&'static str, String, String) {
    let (before, after) = change.roles();
    let who = change
        .principal()
        .map(|who| who.label().to_string())
        .unwrap_or_default();
    let Some(role_change) = change.role_change() else {
        return ("+", "the workspace".to_owned(), "is created".to_owned());
    };
    let what = match role_change {
        RoleChange::Add => after.shown().to_string(),
        RoleChange::Replace | RoleChange::Remove => format!("{} → {}", before.shown(), after.shown()),
    };
    (role_change.sign(), who, what)
}

/// Returns `words` without `who` at their beginning, whom the line is about already.
fn unnamed(words: &str, who: &str) -> String {
    let rest = words.strip_prefix(who).filter(|_| !who.is_empty());
    // An oddity is told behind a colon.
    let rest = rest.and_then(|rest| rest.strip_prefix(": ").or_else(|| rest.strip_prefix(' ')));
    rest.unwrap_or(words).to_owned()
}

/// Returns what else is to be known about `who`: why, what follows, what has drifted. What `dropped` roles were good for
/// stands in their own lines.
fn notes(planned: &Planned, who: &str, dropped: &[Role]) -> String {
    let why = &planned.why;
    let (_, after) = planned.change.roles();
    let until = why.until.map(|until| {
        if after.is_empty() {
            format!("its end date was {until}")
        } else {
            format!("until {until}")
        }
    });
    let texts = [&why.reason, &why.ticket].into_iter().flatten();
    let texts = texts.map(|text| SafeText::with_limit(text, 200).to_string());
    let is_told_there =
        |what: &&Consequence| !matches!(what, Consequence::LosesRole(_, lost, _) if dropped.contains(lost));
    let consequences = planned.consequences.iter().filter(is_told_there);
    let consequences = consequences.map(|what| unnamed(&what.in_words(), who));
    let drift = planned.drift.iter().map(|drift| SafeText::new(drift).to_string());
    let all: Vec<String> = drift.chain(consequences).chain(until).chain(texts).collect();
    all.join("; ")
}

/// Writes the plan as Markdown for a review. What comes from outside stands in code spans, where nothing renders.
///
/// # Errors
/// Passes on what the writer says.
pub fn markdown(plan: &Plan, allowed: &Allowed, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Access plan\n\n**{}**\n", summary(plan))?;
    writeln!(
        out,
        "Server {}, read as {}: {}.",
        code_span(&plan.origin.server),
        code_span(plan.caller.label().as_str()),
        plan.coverage.0
    )?;
    if !plan.guards.is_empty() {
        writeln!(out, "\n## Guards\n")?;
    }
    for (guard, opener) in guards(plan, allowed) {
        let opened = opener.map(|opener| format!("opened by `{}`: ", opener.option()));
        writeln!(out, "- {}{}", opened.unwrap_or_default(), code_span(guard.as_str()))?;
    }
    markdown_left_out(plan, out)?;
    markdown_changes(plan, out)?;
    markdown_contents(plan, out)?;
    for (title, all) in [("Fixes", &plan.fixed), ("Introduces", &plan.introduced)] {
        if !all.is_empty() {
            writeln!(out, "\n## {title} {}\n", counted(all.len(), "finding"))?;
            for remark in all {
                writeln!(
                    out,
                    "- {} ({}): {}",
                    remark.rule,
                    remark.severity.label(),
                    code_span(remark.reason.as_str())
                )?;
            }
        }
    }
    writeln!(out, "\nDigest: `{}`", plan.digest())
}

fn markdown_left_out(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    if plan.left_out.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n## Left out\n\n| workspace | principal | why |\n| --- | --- | --- |"
    )?;
    for left in &plan.left_out {
        let workspace = left.workspace.as_ref().map(|name| code_span(name.raw()));
        let who = left.principal.as_ref().map(|who| code_span(who.raw()));
        writeln!(
            out,
            "| {} | {} | {} |",
            workspace.unwrap_or_default(),
            who.unwrap_or_default(),
            code_span(left.why.as_str())
        )?;
    }
    Ok(())
}

fn markdown_contents(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let Some(all) = plan.contents.as_ref().filter(|all| !all.is_empty()) else {
        return Ok(());
    };
    writeln!(out, "\n## Resources\n\n| workspace | holds |\n| --- | --- |")?;
    for contents in all {
        let workspace = code_span(contents.workspace.raw());
        writeln!(out, "| {workspace} | {} |", contents.in_words())?;
    }
    Ok(())
}

fn markdown_changes(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    if plan.changes.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n## Changes\n\n| workspace | | principal | change | notes |\n| --- | --- | --- | --- | --- |"
    )?;
    for (workspace, changes) in by_workspace(plan) {
        for line in changes.into_iter().flat_map(Line::of) {
            let cells = [line.who, line.what, line.notes].map(|cell| code_span(&cell));
            writeln!(
                out,
                "| {} | `{}` | {} |",
                code_span(workspace.raw()),
                line.sign,
                cells.join(" | ")
            )?;
        }
    }
    Ok(())
}
