//! Views that are kept in the file of this home, or in none.

use super::Platform;
use nmp_console::app::msg::Answer;
use nmp_console::app::views::{Edit, Unkept};
use nmp_console::domain::text::SafeText;

impl Platform {
    /// Makes a change of what is kept, as the program makes it in its file.
    pub(super) fn keep_views(&mut self, edit: &Edit) -> Answer {
        let kept = match &self.views {
            None => Err(SafeText::new("cannot write views.toml: Read-only file system").into()),
            Some(views) => match views.check(edit) {
                Ok(()) => Ok(views.after(edit)),
                Err(why) => Err(Unkept {
                    why: SafeText::new(&why),
                    views: Some(Box::new(views.clone())),
                }),
            },
        };
        if let Ok(kept) = &kept {
            self.views = Some(kept.clone());
        }
        Answer::ViewsKept(Box::new(edit.clone()), kept)
    }
}
