//! Access as code: what shall be, as [access files](wish), and the [`plan`] of what has to change so that it is.
//!
//! Everything here is a value or a total function of values. What is there now comes as an audit's
//! [`Report`](crate::audit::Report); what is to be done goes out as [`Change`](crate::domain::change::Change)s.

pub mod plan;
pub mod wish;

pub use plan::Plan;
pub use wish::update::{Unmendable, Updated, update};
pub use wish::written::{Export, Whose, export};
pub use wish::{Mode, Place, Problem, Shall, Wanted, Wish, Wishes};
