//! ramptop: the operator's terminal for crypto off-ramp and on-ramp orders on the Unigox partner API.
//!
//! One crate, library and binary. Data flows one way round a ring: messages go into
//! [`app::update()`], which changes the [`app::Model`] and returns [`app::Effect`]s; [`tui::view`]
//! draws the model; [`runtime`] carries the effects out and sends what came of them back as
//! messages. `app`, `domain`, the review in `signing`, the scheduler in `sync` and `tui` are pure:
//! no clock, no I/O, no randomness.
//!
//! | module | responsibility | may use |
//! |---|---|---|
//! | [`domain`] | what an order is; `action` is the only home of "may I press this?", `stage` the types an action passes through | nothing of ours |
//! | [`api`] | the partner API as typed Rust: wire format, client, errors, retries of reads, the one way out where every request is counted, and held while the API wants a pause | `domain` |
//! | [`chain`] | the chain itself, asked by JSON-RPC at a node of the operator's choice | `domain`, `api::ApiUrl` |
//! | [`signing`] | typed data, calldata, the review with pins, policy and the chain's word; `keystore` is the one place that touches a private key | `domain` |
//! | [`journal`] | hash-chained record of every action, written to disk before anything is sent | `domain` |
//! | [`store`] | embedded database: orders as last seen, users known, whose an order is, quotes and initiate answers, events, notes | `domain` |
//! | [`sync`] | which request is worth most next (pure), the task that sends it, and the listener for webhook events | `api`, `store`, `domain` |
//! | [`app`] | the ring: model, messages, effects, update; `flow` is the machine for acting on money | `domain`, the pure files of `signing` |
//! | [`tui`] | the screen and the one table of keys; reads the model, changes nothing | `app`, `domain`, `signing::review` |
//! | [`config`], [`telemetry`] | profiles, pins, policy and places; the log file | `api::ApiUrl`, `chain::RpcUrl` |
//! | [`runtime`] | the loop, and the only place where `app` meets `api`, keystore, journal and store | all above |
//! | [`sandbox`] | the simulated partner API over real HTTP | `domain` |
//! | [`cli`] | the command line: starts the dashboard, and its headless twins | everything |
//!
//! A test reads the `use crate::` lines and fails when an arrow points the wrong way.

pub mod api;
pub mod app;
pub mod chain;
pub mod cli;
pub mod config;
pub mod domain;
pub mod journal;
pub mod runtime;
pub mod sandbox;
pub mod signing;
pub mod store;
pub mod sync;
pub mod telemetry;
pub mod tui;
