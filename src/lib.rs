//! The terminal administration console for access management on the NeMo Microservices Platform.
//!
//! | module | what it is for |
//! |---|---|
//! | [`domain`] | workspaces, members, roles, changes and the rules between them: pure values |

pub mod domain;
