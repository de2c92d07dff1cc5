//! Profiles and where things live on disk.
//!
//! A profile is a name for one environment: its API address and how its secrets are kept. The
//! secrets themselves are never in the file. Command line beats environment beats file; clap does
//! the first two, [`mod@file`] the third, [`settings`] puts them together. What a profile may sign
//! for is in files of its own: [`pins`] and [`policy`].

pub mod file;
pub mod paths;
pub mod pins;
pub mod policy;
pub mod settings;
mod strict;
pub mod webhook;

pub use file::{ConfigError, ConfigFile, Profile, ProfileName};
pub use paths::Paths;
pub use settings::{Environment, Overrides, Settings};
pub use webhook::WebhookConfig;
