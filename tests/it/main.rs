//! Tests (it).
