//! The suite: drives the real program over real ports, with real files, on SQLite and on PostgreSQL.
//!
//! Each test that touches the database runs twice, under `sqlite` and under `postgres`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a test says what went wrong by stopping"
)]

mod accounts;
mod api;
mod bad_input;
mod browser;
mod browser_rules;
mod by_hand;
mod command_line;
mod configuration;
mod demo;
mod difference;
mod drop_folder;
mod engagement;
mod entrance;
mod evaluation;
mod faults;
mod feeds_try;
mod fuzz;
mod history;
mod holds;
mod late;
mod layers;
mod letters;
mod licences;
mod load;
mod matrix;
mod national;
mod openid_provider;
mod pages;
mod personal;
mod publishing;
mod registers;
mod rehearsal;
mod retention;
mod retention_tables;
mod review;
mod runs;
mod schedules;
mod simulation;
mod snapshots;
mod submission_files;
mod submissions;
mod support;
mod together;
mod waivers;
mod who_decides;
