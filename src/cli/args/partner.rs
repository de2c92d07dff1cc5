//! The partner's webhook, and requests by hand. Part of the command line as data.

use clap::{Args, Subcommand};

use super::JsonArgs;
use super::values::{DataSource, https};
use crate::api::{RawMethod, RawPath};

/// `ramptop webhook`.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Show what is registered
    Show(JsonArgs),
    /// Register an address in place of the one in use
    Register(RegisterArgs),
    /// Delete it: no more events
    Delete {
        /// Do not ask
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        json: JsonArgs,
    },
    /// Have a test event sent, and show what the receiver answered
    Test(JsonArgs),
}

/// `ramptop webhook register`.
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// Starts with https://
    #[arg(value_parser = https)]
    pub url: String,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop raw`.
#[derive(Debug, Args)]
pub struct RawArgs {
    /// GET, POST, PUT, PATCH or DELETE
    pub method: RawMethod,
    /// The path alone, for example /api/v1/partner/orders?limit=1
    #[arg(value_parser = RawPath::parse)]
    pub path: RawPath,
    /// The body, JSON: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE|-")]
    pub data: Option<DataSource>,
}
