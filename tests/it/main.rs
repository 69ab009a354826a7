//! Tests of the library in process, one module per idea.

// `cfg(test)` tells clippy that the helpers in here belong to tests too.
#[cfg(test)]
mod sandbox;
