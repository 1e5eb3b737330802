//! Bellwether: early warning and support for England's parish and town councils.
//!
//! The data's path, in the order of the folders: `feeds` (declared sources, fetched and read) -> `ingest` (one run of one
//! feed: checked, matched, compared, applied) -> `matching` (from a name to a council, with `register`) -> `evidence`
//! (append-only facts) -> `scoring` (rules + evidence + day -> points, band, reasons) -> `triage` (Monday's list, one
//! council whole). `store` lies below and is the only place that knows the database. `api`, `web`, `cli`, `jobs` and
//! `demo` are the doors. `docs/architecture.md` walks through it.

pub mod api;
pub mod app;
pub mod audit;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod communications;
pub mod config;
pub mod corrections;
pub mod demo;
pub mod digest;
pub mod draw;
pub mod error;
pub mod evaluation;
pub mod evidence;
pub mod export;
pub mod feeds;
pub mod ingest;
pub mod jobs;
pub mod matching;
pub mod method;
pub mod personal;
pub mod publishing;
pub mod register;
pub mod rehearsal;
pub mod retention;
pub mod review;
pub mod scoring;
pub mod server;
pub mod simulation;
pub mod statistics;
pub mod store;
pub mod submissions;
pub mod telemetry;
pub mod triage;
pub mod waivers;
pub mod web;

/// A national list is read as millions of short texts, and a quarter of its time went into the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
