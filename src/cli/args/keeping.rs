//! What is kept on this machine: profiles, keys, the journal. Part of the command line as data.
//!
//! Secrets have no option here: they come from standard input or a hidden prompt.

use clap::Subcommand;

use super::JsonArgs;
use crate::config::ProfileName;

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
}

/// `ramptop api-key`.
#[derive(Debug, Subcommand)]
pub enum ApiKeyCommand {
    /// Keep the API key; read from standard input or a hidden prompt
    Set,
    /// Forget the API key
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
    /// Check the chain of entries
    Verify,
    /// Write the entries to standard output as JSON Lines
    Export,
}
