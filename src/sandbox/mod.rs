//! A simulated partner API over real HTTP on loopback: for trying `ramptop` out, and for tests.
//!
//! [`world`] is a pure, seeded engine: the same configuration and the same calls give the same
//! state. [`http`] puts it behind the documented endpoints, with faults on demand. Nothing here
//! shares a wire type or a signing type with the client, so that the two cannot share a mistake.
//! Source of the rules: the partner API's documentation ("reference" in comments below).

pub mod calendar;
pub mod catalog;
pub mod chain;
pub mod config;
pub mod forward;
pub mod http;
pub mod payload;
pub mod rpc;
pub mod safe;
pub mod wire;
pub mod wire_desk;
pub mod world;

pub use config::{Chaos, Dialect, SandboxConfig, Scenario};
pub use http::{ClockFn, Sandbox, serve, serve_sandbox};
pub use world::World;
