//! The crate from outside, in one process: one module for each idea.

#[cfg(test)]
mod api_changes;
#[cfg(test)]
mod api_given;
#[cfg(test)]
mod api_limits;
#[cfg(test)]
mod api_reads;
#[cfg(test)]
mod api_server;
#[cfg(test)]
mod api_wire;
#[cfg(test)]
mod traps;
