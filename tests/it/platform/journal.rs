//! What the platform of the tests has written down of changes.

use super::*;

impl Platform {
    pub(super) fn activity(&self) -> Activity {
        let (older, newest) = self.journal.split_at(self.n_older);
        Activity {
            records: newest.iter().rev().cloned().collect(),
            is_more: !older.is_empty(),
            cut_plans: older.iter().filter_map(|record| record.plan.clone()).collect(),
        }
    }

    /// Writes down that a change is about to be sent.
    pub(super) fn intend(&mut self, ticket: Ticket, change: &Change, provenance: &Provenance) {
        let id = |number: u64| format!("session-{number}");
        self.journal.push(Record {
            id: RecordId::new(id(ticket.number())),
            seq: self.journal.len() as u64 + 1,
            at: Timestamp::UNIX_EPOCH,
            digest: provenance.digest.clone(),
            made_from: provenance.made_from.clone(),
            caller: provenance.caller.clone(),
            operator: SafeText::new("al on bastion, pts/1"),
            tool: Some(SafeText::new("nmp-console 1.0.0")),
            context: SafeText::new("prod"),
            server: "https://nmp.example.com".to_owned(),
            version: provenance.version.clone(),
            change: Some(change.clone()),
            lifted_until: None,
            request: SafeText::new("PUT /apis/x"),
            body: None,
            reason: provenance.reason.as_deref().map(SafeText::new),
            undoes: provenance.undoes.clone(),
            plan: provenance.plan.map(|plan| SafeText::new(&id(plan))),
            end: None,
        });
    }

    /// Writes down what became of one.
    pub(crate) fn conclude(&mut self, of: &Of, conclusion: &Conclusion) {
        let id = match of {
            Of::Sent(ticket) => RecordId::new(format!("session-{}", ticket.number())),
            Of::Left(id) => id.clone(),
        };
        if let Some(record) = self.journal.iter_mut().find(|record| record.id == id) {
            record.end = Some((Timestamp::UNIX_EPOCH, conclusion.clone()));
        }
    }
}
