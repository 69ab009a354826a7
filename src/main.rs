//! The binary: hooks, runtime, exit code.

fn main() {}
