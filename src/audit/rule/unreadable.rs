//! Workspaces that nothing can be said about.

use crate::audit::findings::{About, Check, Fact, Found, Ground};
use crate::audit::policy::Policy;
use crate::audit::snapshot::Reading;

#[derive(Debug)]
pub(super) struct Unreadable;

impl Check for Unreadable {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        for (number, _) in ground.snapshot.unreadable() {
            found.workspace(number, Fact::None);
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let workspace = about.workspace()?;
        let at = workspace.name.shown();
        match &workspace.reading {
            Reading::Failed(why) => Some(format!("The members of '{at}' could not be read: {why}.")),
            Reading::Denied => Some(format!(
                "The members of '{at}' could not be read: the platform refused (403)."
            )),
            Reading::Read | Reading::NotRead => None,
        }
    }
}
