//! The pure core of the program: what it knows, what can happen to it, what it wants done.
//!
//! `update(&mut Model, Msg) -> Vec<Effect>` and nothing else changes the model. No async, no
//! clock, no randomness, no I/O: the same messages give the same model. Time enters as
//! [`Msg::Tick`]. May use `domain` and the pure files of `signing`; knows nothing of HTTP, keys,
//! files or the terminal.

pub mod announced;
pub mod arming;
pub mod ask;
pub mod command;
pub mod effect;
pub mod failure;
pub mod flow;
pub mod form;
pub mod modal;
pub mod model;
pub mod msg;
pub mod orders;
pub mod page;
pub mod people;
pub mod syncing;
pub mod update;
pub mod view_state;

pub use command::Command;
pub use effect::{Effect, SyncRequest};
pub use failure::{Failure, FailureKind, No};
pub use modal::Modal;
pub use model::{Connection, EnvironmentKind, Level, Mode, Model, Notice};
pub use msg::{Kept, Msg, Ready, SyncMsg};
pub use update::update;
