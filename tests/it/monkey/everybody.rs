//! Everybody's changes as rows tell them: odd names, fields that are missing, and in no order.

use super::{HOSTILE, PEOPLE, ROLES, WORKSPACES};
use crate::platform::{at, who};
use fastrand::Rng;
use jiff::Timestamp;
use nmp_console::domain::binding::{Binding, Touch, Touches};
use nmp_console::domain::role::Role;

/// Returns a page of rows, of which some may have been on the page before.
pub(super) fn changes(chance: &mut Rng) -> Touches {
    let (first, n) = (chance.usize(..30), chance.usize(..50));
    let rows: Vec<Touch> = (first..first + n).map(|id| row(id, chance)).collect();
    let n_all = chance.choice([None, Some(n), Some(n + 1_000)]).flatten();
    Touches { rows, n_all }
}

fn row(id: usize, chance: &mut Rng) -> Touch {
    let roles = chance.choice(ROLES).unwrap_or_default();
    let by = [PEOPLE.as_slice(), &HOSTILE].concat();
    Touch {
        id: format!("row-{id}"),
        binding: Binding {
            principal: who(chance.choice(PEOPLE).unwrap_or_default()),
            workspace: at(chance.choice(WORKSPACES).unwrap_or_default()),
            role: Role::from_platform(roles.first().copied().unwrap_or("\u{202e}")),
            granted_at: some_time(chance),
            granted_by: chance.choice(by).filter(|_| chance.bool()).map(str::to_owned),
            revoked_at: some_time(chance),
            created_at: some_time(chance),
        },
        version: chance.i64(..4),
        touched_at: some_time(chance),
    }
}

fn some_time(chance: &mut Rng) -> Option<Timestamp> {
    let then = Timestamp::from_second(chance.i64(..2_000)).ok();
    then.filter(|_| chance.u8(..3) > 0)
}
