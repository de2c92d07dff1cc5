//! What is kept on this machine: profiles, keys, the journal. Part of the command line as data.
//!
//! Secrets have no option here: they come from standard input or a hidden prompt.

use clap::{Args, Subcommand};

use super::JsonArgs;
use crate::config::ProfileName;
use crate::domain::OrderId;

/// `ramptop profile`.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Add a profile for the address given with --api-url, and the node given with --rpc-url
    Add {
        /// Its name
        name: ProfileName,
    },
    /// List the profiles
    List(JsonArgs),
    /// Show a profile
    Show {
        /// Its name
        name: ProfileName,
        #[command(flatten)]
        json: JsonArgs,
    },
    /// Make a profile the default
    Use {
        /// Its name
        name: ProfileName,
    },
    /// Remove a profile; its data and keys stay
    Remove {
        /// Its name
        name: ProfileName,
    },
    /// Pin chain, contracts and wallet: shows what the API offers beside what is pinned, and asks
    Pin(PinArgs),
}

/// `ramptop profile pin`.
#[derive(Debug, Args)]
pub struct PinArgs {
    /// The order whose parameters are looked at; any that waits for an authorization if not given
    #[arg(long, value_name = "ID")]
    pub order: Option<OrderId>,
    /// Who may be paid for an order: its escrow whoever that is, or pinned addresses only
    #[arg(long, value_name = "RULE")]
    pub escrows: Option<RuleWord>,
    /// Who may be paid for a send-out: its solver whoever that is, or pinned addresses only
    #[arg(long, value_name = "RULE")]
    pub solvers: Option<RuleWord>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// A rule for recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum RuleWord {
    /// Any the API names for an order; new ones are called out
    PerOrder,
    /// Only the pinned ones
    Pinned,
}

/// `ramptop policy`.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Show the limits that hold, and where their file is
    Show(JsonArgs),
    /// Check the file
    Check,
    /// Print a documented file to start from
    Template,
}

/// `ramptop api-key`.
#[derive(Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Keep the API key; read from standard input or a hidden prompt
    Set,
    /// Forget the API key
    Remove,
}

/// `ramptop webhook-secret`.
#[derive(Debug, Subcommand)]
pub enum WebhookSecretCommand {
    /// Keep the webhook secret; read from standard input or a hidden prompt
    Set,
    /// Forget the webhook secret
    Remove,
}

/// `ramptop key`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Import a key from standard input or a hidden prompt: 64 hex digits or a V3 JSON keystore
    Import,
    /// Make a new key here
    Generate,
    /// Print the key's address
    Address(JsonArgs),
    /// Remove the key for good
    Remove {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// `ramptop journal`.
#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// List the entries
    List(JsonArgs),
    /// Check every entry, their order, and that none is missing; 1 if the journal was changed
    Verify(VerifyArgs),
    /// Write the entries to standard output, without the signed requests
    Export(ExportArgs),
    /// Accept a journal whose lines hold but whose end is not the one noted; recorded for good
    Accept {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// Options of `ramptop journal verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A head noted elsewhere earlier: it must still be in the chain
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// Options of `ramptop journal export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// JSON Lines, or CSV for spreadsheets
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    pub format: ExportFormat,
}

/// A form of export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a line
    Jsonl,
    /// RFC 4180, safe to open in a spreadsheet
    Csv,
}
