//! `Delete project`, `Delete filesets`, …: nothing to type, only to confirm.

use super::ctx::{Ctx, FieldError, Selected};
use super::form::DialogForm;
use crate::app::change::{Intent, Settled};
use crate::app::msg::Found;
use crate::domain::change::Change;
use crate::domain::ids::WorkspaceName;
use crate::domain::resource::Resource;
use std::borrow::Cow;

/// What is to be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// From where.
    pub workspace: WorkspaceName,
    /// What, as it was when the dialog opened, or when a difference was last shown.
    pub targets: Vec<Resource>,
}

impl Form {
    /// Opens for what is selected, in the order in which it can go: what uses before what is used.
    pub fn new(selected: &Selected<'_>) -> Option<Self> {
        selected.contents?;
        let workspace = selected.workspace?.clone();
        let mut targets: Vec<Resource> = selected.targets.iter().copied().cloned().collect();
        targets.sort_by_key(|target| (target.kind.deletion_rank(), target.address()));
        Some(Self { workspace, targets })
    }
}

impl DialogForm for Form {
    fn title(&self) -> Cow<'static, str> {
        match self.targets.as_slice() {
            [only] => format!("Delete {}", only.kind.noun()).into(),
            [first, rest @ ..] if rest.iter().all(|target| target.kind == first.kind) => {
                format!("Delete {}", first.kind.plural()).into()
            }
            _ => "Delete resources".into(),
        }
    }

    fn workspace(&self) -> Option<&WorkspaceName> {
        Some(&self.workspace)
    }

    fn applies_when_opened(&self) -> bool {
        true
    }

    fn is_editable(&self) -> bool {
        false
    }

    fn check(&self, _ctx: Ctx<'_>) -> Result<Vec<Intent>, Vec<FieldError>> {
        let intent = |target: &Resource| Intent {
            seen: Some(Found::Resource(Some(Box::new(target.clone())))),
            ..Intent::from(Change::DeleteResource {
                workspace: self.workspace.clone(),
                target: target.address(),
            })
        };
        Ok(self.targets.iter().map(intent).collect())
    }

    fn take_settled(&mut self, settled: &[Settled], _ctx: Ctx<'_>) {
        for one in settled {
            let Some(Found::Resource(Some(now))) = &one.now else {
                continue;
            };
            let mut targets = self.targets.iter_mut();
            if let Some(target) = targets.find(|target| target.address() == now.address()) {
                target.clone_from(now);
            }
        }
        if settled.len() > 1 {
            let left: Vec<&Change> = Settled::left(settled).collect();
            self.targets.retain(|resource| {
                let address = resource.address();
                let is_it =
                    |change: &&Change| matches!(change, Change::DeleteResource { target, .. } if *target == address);
                left.iter().any(is_it)
            });
        }
    }
}
