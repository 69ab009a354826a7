//! What plans are made of, and what stands in their way.
