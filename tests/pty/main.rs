//! Tests (pty).
