//! Admins who granted that themselves.

use crate::audit::findings::{About, Check, Fact, Found, Ground, Place, admin_of, evidence, making};
use crate::audit::policy::Policy;
use crate::audit::snapshot::Row;
use crate::domain::ids::Principal;

#[derive(Debug)]
pub(super) struct SelfGrantedAdmin;

impl Check for SelfGrantedAdmin {
    fn look(&self, ground: &Ground<'_>, found: &mut Found) {
        for (_, row) in ground.rows().filter(|(place, row)| is_self_granted(ground, place, row)) {
            found.grant(row, Fact::None);
        }
    }

    fn reason(&self, about: &About<'_>, _: &Policy) -> Option<String> {
        let grant = about.grant()?;
        let (who, workspace) = (grant.principal().label(), grant.workspace());
        let (admin, evidence, making) = (admin_of(workspace), evidence(&grant), making(workspace));
        Some(format!("{who} granted themselves {admin}{evidence}; {making}."))
    }
}

fn is_self_granted(ground: &Ground<'_>, place: &Place<'_>, row: &Row) -> bool {
    let maker = place.workspace.created_by.as_deref();
    let holder = ground.snapshot.principal(row.principal).map(Principal::raw);
    let may_be_maker = maker.is_none() || maker == holder;
    ground.snapshot.parts_of(row).any(|part| {
        let is_admin = ground.makes_admin(place, part.roles) && ground.is_by(part.granter, row.principal);
        // Where a date is missing it cannot be told from the grant that comes with making a workspace.
        is_admin && !(may_be_maker && place.is_from_the_making(part.granted_at) != Some(false))
    })
}
