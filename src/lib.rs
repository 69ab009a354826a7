//! The terminal administration console for access management on the NeMo Microservices Platform.
//!
//! | module | what it is for |
//! |---|---|
//! | [`app`] | what is known, what happens to it, what it wants done: pure, synchronous |
//! | [`domain`] | workspaces, members, roles, changes and the rules between them: pure values |
//! | [`ui`] | from the model to the cells of one frame: pure |

pub mod app;
pub mod domain;
pub mod ui;
