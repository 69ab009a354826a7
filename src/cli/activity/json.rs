//! The journal's records as one JSON object, in the words of the journal.

use crate::audit::export::write_json;
use crate::domain::activity::Head;
use crate::journal::Found;
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use std::io;

/// The version of the object around the records; each record names that of its own.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct File<'a> {
    schema: &'static str,
    schema_version: u32,
    head: Option<&'a Head>,
    records: Records<'a>,
}

struct Records<'a>(&'a Found);

impl Serialize for Records<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for entry in self.0.entries() {
            list.serialize_element(&entry.map_err(S::Error::custom)?)?;
        }
        list.end()
    }
}

pub(super) fn write(found: &Found, mut out: &mut dyn io::Write) -> io::Result<()> {
    let file = File {
        schema: "nmp-console/activity",
        schema_version: SCHEMA_VERSION,
        head: found.head.as_ref(),
        records: Records(found),
    };
    write_json(&file, &mut out)
}
