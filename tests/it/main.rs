//! The crate from outside, in one process: one module for each idea.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper that cannot go on fails its test"
)]

mod activity_cli;
mod addressed;
mod api_changes;
mod api_given;
mod api_limits;
mod api_reads;
mod api_resources;
mod api_server;
mod api_wire;
mod apply_leaving;
mod audit_cli;
mod audit_collect;
mod audit_endless;
mod audit_export;
mod audit_given;
mod audit_past;
mod audit_wishes;
mod cli;
mod cli_grammar;
mod config;
mod config_files;
mod config_shared;
mod connect;
mod connector;
mod console;
mod docs;
mod export_cli;
mod first_frame;
mod gate;
mod links;
mod login_cli;
mod login_device;
mod login_ending;
mod login_given;
mod login_hook;
mod login_person;
mod login_program;
mod login_shared;
mod login_target;
mod login_token_manager;
#[cfg(unix)]
mod manual;
mod monkey;
mod names_cli;
#[cfg(unix)]
mod odd_files;
#[cfg(unix)]
mod own_keys;
mod owners;
mod pictures;
mod plan_cli;
mod plan_given;
mod plan_laws;
mod plan_leavers;
mod plan_names;
mod plan_reviewing;
mod platform;
#[cfg(unix)]
mod processes;
mod proxy;
mod question_cli;
mod recipe;
mod review_given;
mod sandbox;
mod sandbox_door;
mod sandbox_process;
mod schemas;
mod secrets;
mod session;
mod session_activity;
mod session_contexts;
mod session_crash;
mod session_deleting;
mod session_given;
mod session_journal;
mod session_leaving;
mod session_lifting;
mod session_marks;
mod session_plan;
mod session_rows;
mod structure;
mod themes;
mod tls;
mod tls_cli;
mod tls_given;
mod traps;
mod update;
mod view;
mod wishes;
mod words;
