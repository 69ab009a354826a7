//! Tests (conformance).
