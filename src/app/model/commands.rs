//! The equivalent commands of this moment: of the change in the top dialog, else of what the screen shows.

use super::Model;
use crate::app::dialog::{Ctx, Dialog, Form, Stage};
use crate::app::equivalent::{Entry, Equivalent, a_platform_admin};
use crate::app::remote::Remote;
use crate::app::screen::Screen;
use crate::domain::change::Change;
use crate::domain::cli::{Cli, Place};
use crate::domain::command::{Grammar, audit};
use crate::domain::context::Destination;
use crate::domain::text::SafeText;

impl Model {
    /// Returns the commands for what is in front.
    pub(in crate::app) fn commands(&self) -> Equivalent {
        let mut out = Equivalent::default();
        match self.dialogs.last() {
            Some(dialog) => in_dialog(self, dialog, &mut out),
            None => self.screen().equivalent(&self.known(&self.identity()), &mut out),
        }
        if out.entries.iter().any(|entry| entry.command.sets_the_default()) {
            out.note("changes the CLI's default workspace, and does not restore it");
        }
        let is_about_the_platform = |entry: &Entry| !entry.command.is_of_the_console();
        if out.entries.iter().any(is_about_the_platform) {
            out.notes.extend(self.session.cli.caveats(self.generation()));
            let is_under_way = matches!(self.dialogs.last(), Some(dialog) if matches!(dialog.stage, Stage::Running(_)));
            if self.knows_the_server().is_err() && !is_under_way {
                out.wait("still checking the server's version: its CLI may need another command");
            }
        }
        out
    }

    /// Returns the command for a platform admin that gives a workspace an Admin again.
    pub(in crate::app) fn commands_of_repair(&self, change: &Change) -> Equivalent {
        let mut out = Equivalent::default();
        // Who is handed this need not be who is logged in here.
        let changes = std::slice::from_ref(change);
        out.add_changes(changes, &self.session.grammar(), &a_platform_admin());
        out.note("you are no longer Admin there: hand this to a platform admin");
        out.notes.extend(self.session.cli.caveats(self.generation()));
        out
    }

    /// Makes the commands on show anew as long as what they are about is still being read.
    pub(in crate::app) fn follow_equivalent(&mut self) {
        let Some(before) = self.equivalent.take_if(|shown| shown.is_coming) else {
            return;
        };
        let mut fresh = self.commands();
        fresh.go_on_from(&before);
        self.equivalent = Some(fresh);
    }

    /// Checks that there is something to choose from among the commands on show, or something to read behind them.
    ///
    /// # Errors
    /// Says why not.
    pub fn has_more_to_read(&self) -> Result<(), SafeText> {
        match &self.equivalent {
            Some(equivalent) if !equivalent.notes.is_empty() => Ok(()),
            Some(_) | None => self.has_several_commands(),
        }
    }

    /// Checks that there is a command on show.
    ///
    /// # Errors
    /// Says that there is none.
    pub fn has_commands(&self) -> Result<(), SafeText> {
        match &self.equivalent {
            Some(equivalent) if !equivalent.entries.is_empty() => Ok(()),
            Some(_) | None => Err(SafeText::new("there is no command to copy")),
        }
    }

    /// Checks that there is something to choose from among the commands on show.
    ///
    /// # Errors
    /// Says why not.
    pub fn has_several_commands(&self) -> Result<(), SafeText> {
        match &self.equivalent {
            Some(equivalent) if equivalent.entries.len() > 1 => Ok(()),
            Some(_) | None => Err(SafeText::new("there is no other command to choose")),
        }
    }
}

fn in_dialog(model: &Model, dialog: &Dialog, out: &mut Equivalent) {
    let grammar = model.session.grammar();
    // These make no changes, whatever their stage.
    if let Form::LogIn(form) = &dialog.form {
        return out.add("log in", grammar_at(model, &form.at).log_in());
    }
    if let Form::LogOut(form) = &dialog.form {
        let at = Destination::Context(form.context.clone());
        return out.add("log out", grammar_at(model, &at).log_out());
    }
    if let Form::Lift(_) = &dialog.form {
        return out.note("only the console keeps to read-only: the platform's CLI has no such switch");
    }
    if let Form::Connect(_) = &dialog.form {
        return out.note("the address is saved only when you log in there");
    }
    let changes: Vec<Change> = match &dialog.stage {
        Stage::Confirming(confirm) => confirm.intents.iter().map(|intent| intent.change.clone()).collect(),
        Stage::Running(run) => run.changes().cloned().collect(),
        Stage::Editing => return while_editing(model, dialog, &grammar, out),
    };
    out.add_changes(&changes, &grammar, &model.identity());
}

fn while_editing(model: &Model, dialog: &Dialog, grammar: &Grammar, out: &mut Equivalent) {
    if let Form::Export(form) = &dialog.form {
        let (format, file) = (form.format().label(), form.file.value().trim());
        let command = audit(
            &model.session.cli.place,
            filter(model).as_deref(),
            Some(format),
            Some(file),
        );
        return out.add("write the audit to a file", command);
    }
    if let Form::Deletion(form) = &dialog.form {
        out.add("show the progress of the deletion", grammar.deletion(&form.workspace));
        if model.may_retry_this_deletion().is_err() {
            return;
        }
    }
    if let Form::DeleteWorkspace(form) = &dialog.form
        && !matches!(form.inventory, Remote::Ready { .. })
    {
        let shown = form.workspace.shown();
        if form.inventory.is_loading() {
            return out.wait(&format!(
                "still counting the contents of '{shown}': the command follows"
            ));
        }
        return out.note(&format!(
            "nothing would be sent: the contents of '{shown}' are not known"
        ));
    }
    if let Form::AddMember(form) = &dialog.form
        && model.store.is_reading(&form.workspace)
    {
        out.wait("still loading the members: existing ones need no command");
    }
    let identity = model.identity();
    let ctx = Ctx::new(&model.store, &identity, model.session.info.value(), model.now);
    match dialog.form.check(ctx) {
        Ok(intents) if intents.is_empty() => out.note("nothing would be sent"),
        Ok(intents) => {
            let changes: Vec<Change> = intents.into_iter().map(|intent| intent.change).collect();
            out.add_changes(&changes, grammar, &identity);
        }
        Err(errors) => {
            let why = errors.first().map(|error| error.what.clone()).unwrap_or_default();
            out.note(&format!("nothing would be sent yet: {why}"));
        }
    }
}

/// Returns the grammar for what may be another place than where the console is. What is there is not known before it is
/// asked, so it is taken for the same generation.
fn grammar_at(model: &Model, at: &Destination) -> Grammar {
    if model.session.destination.as_ref() == Some(at) {
        return model.session.grammar();
    }
    let place = match at {
        Destination::Context(name) => Place::Context(name.clone()),
        Destination::Address(url) => Place::Address(url.clone()),
        Destination::Demo => Place::Current,
    };
    let cli = Cli {
        place,
        ..model.session.cli.clone()
    };
    Grammar::new(&cli, model.generation())
}

/// Returns the filter of the audit in force, where there is one.
fn filter(model: &Model) -> Option<String> {
    model.screens.iter().rev().find_map(|screen| {
        let Screen::Audit(state) = screen else { return None };
        state.filter_in_force().map(str::to_owned)
    })
}
