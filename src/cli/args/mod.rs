//! The command line as data. Names and exit codes are stable: scripts use them.

#![expect(missing_docs, reason = "flattened fields must not have a doc line: it would become help text")]

mod keeping;
mod market;
mod partner;
mod payments;
mod users;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::ProfileName;
use crate::domain::{OrderId, PaymentDetailsId};

pub use keeping::{
    ApiKeyCommand, ExportFormat, JournalCommand, KeyCommand, PinArgs, PolicyCommand, ProfileCommand, RuleWord,
    VerifyArgs, WebhookSecretCommand,
};
pub use market::{EstimateArgs, InitiateArgs, InstitutionsArgs, PriceArgs, QuoteArgs, RailsArgs};
pub use partner::{RawArgs, RegisterArgs, WebhookCommand};
pub use payments::{CreatePaymentArgs, DeletePaymentArgs, ListPaymentsArgs, PaymentDetailsCommand};
pub use users::{
    CreateUserArgs, DocumentArgs, ForgetArgs, KycArgs, KycMethod, OneUserArgs, Provider, UpdateKycArgs, UserCommand,
    VerificationArgs,
};
pub use values::DataSource;

/// The operator's terminal for crypto off-ramp and on-ramp orders on the Unigox partner API.
///
/// Without a command: the dashboard.
///
/// Exit codes: 0 done; 1 failed; 2 usage; 3 refused by review or policy, nothing was signed; 4 the
/// API said no; 5 outcome unknown, see the journal.
#[derive(Debug, Parser)]
#[command(name = "ramptop", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(flatten)]
    pub sandbox: EmbeddedSandbox,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Profile to use
    #[arg(long, short = 'P', global = true, env = "RAMPTOP_PROFILE", value_name = "NAME")]
    pub profile: Option<ProfileName>,
    /// Configuration file
    #[arg(long, global = true, env = "RAMPTOP_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where journal, register, keystore files and logs live
    #[arg(long, global = true, env = "RAMPTOP_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Base address of the partner API; works without any profile
    #[arg(long, global = true, env = "RAMPTOP_API_URL", value_name = "URL")]
    pub api_url: Option<String>,
    /// A node of your own choice, asked by JSON-RPC what the chain says before anything is signed
    #[arg(long, global = true, env = "RAMPTOP_RPC_URL", hide_env_values = true, value_name = "URL")]
    pub rpc_url: Option<String>,
    /// Watch only: whatever changes something is refused
    #[arg(long, global = true)]
    pub read_only: bool,
    /// How much goes into the log file: error, warn, info, debug, trace
    #[arg(long, global = true, default_value = "info", value_name = "LEVEL")]
    pub log: tracing::Level,
}

/// The dashboard on an embedded simulated API.
#[derive(Debug, Args)]
pub struct EmbeddedSandbox {
    /// Dashboard on an embedded simulated API with throw-away data and key
    #[arg(long = "sandbox")]
    pub embedded: bool,
    #[command(flatten)]
    pub world: WorldArgs,
}

/// What the simulated world is like.
#[derive(Debug, Args, Clone)]
pub struct WorldArgs {
    /// Sandbox: how many orders there are at the start
    #[arg(long, value_name = "N")]
    pub orders: Option<usize>,
    /// Sandbox: what the world is made from; the same seed makes the same world
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Sandbox: simulated seconds that pass in a second
    #[arg(long, value_name = "X")]
    pub speed: Option<u32>,
    /// Sandbox: what goes wrong; `list` shows the modes
    #[arg(long, value_name = "MODE")]
    pub chaos: Option<String>,
    /// Sandbox: the situation at the start; `list` shows them
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
    /// Sandbox: which version of the documents it follows; `list` shows them
    #[arg(long, value_name = "NAME")]
    pub dialect: Option<String>,
}

/// Commands without a screen.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run only the simulated API; prints one JSON line when ready, runs until SIGINT or SIGTERM
    Sandbox(SandboxArgs),
    /// Profiles: one for each environment
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// The API key of the profile
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
    /// The secret webhook events are signed with
    #[command(subcommand)]
    WebhookSecret(WebhookSecretCommand),
    /// The signing key of the profile
    #[command(subcommand)]
    Key(KeyCommand),
    /// Limits on what this profile signs
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// List orders, all pages
    Orders(OrdersArgs),
    /// Show one order
    Order(OrderArgs),
    /// Print every change of an order when it happens, one line each, until SIGINT or SIGTERM
    Watch(WatchArgs),
    /// List the users of the local register
    Users(JsonArgs),
    /// Users: the local register, and KYC at the API
    #[command(subcommand)]
    User(UserCommand),
    /// Delete what is kept of a user on this machine
    Forget(ForgetArgs),
    /// Where a user's fiat goes
    #[command(subcommand)]
    PaymentDetails(PaymentDetailsCommand),
    /// The ways fiat travels, and the fields each asks for
    Rails(RailsArgs),
    /// The institutions of a rail
    Institutions(InstitutionsArgs),
    /// The currencies and tokens
    Currencies(JsonArgs),
    /// A price that binds nobody
    Estimate(EstimateArgs),
    /// A price held for a while
    Quote(QuoteArgs),
    /// Make the order of a quote
    Initiate(InitiateArgs),
    /// Where the API reports events to
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Any request by hand: status to standard error, body to standard output
    Raw(RawArgs),
    /// Review what an authorization would sign; signs nothing
    Review(OrderArgs),
    /// Review, then sign and submit the crypto transfer of an order
    Authorize(ActArgs),
    /// Confirm that an order's fiat was received: releases the crypto, irreversible
    Confirm(ActArgs),
    /// Cancel an order
    Cancel(ActArgs),
    /// Tell the vendor of an on-ramp order that the fiat was paid
    PaymentSent(ActArgs),
    /// Say who pays the fiat of an on-ramp order that asks for it
    PayerDetails(PayerDetailsArgs),
    /// Review, then sign and submit sending the crypto of an on-ramp order to another chain
    SendOut(SendOutArgs),
    /// Review, then sign and submit taking back what is in the escrow of a stopped order
    Refund(ActArgs),
    /// The record of every action
    #[command(subcommand)]
    Journal(JournalCommand),
    /// Print completions for a shell
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Options of `ramptop sandbox`.
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// Port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub port: u16,
    /// The API key it takes; a random one if not given
    #[arg(long, value_name = "K", hide_env_values = true)]
    pub api_key: Option<String>,
    /// Read the partner wallet's private key from standard input
    #[arg(long)]
    pub private_key_stdin: bool,
    #[command(flatten)]
    pub world: WorldArgs,
}

/// `--json`.
#[derive(Debug, Args, Clone, Copy)]
pub struct JsonArgs {
    /// JSON on standard output
    #[arg(long)]
    pub json: bool,
}

/// Options of `ramptop orders`.
#[derive(Debug, Args)]
pub struct OrdersArgs {
    /// Only orders in this status; may be given several times
    #[arg(long, value_name = "S")]
    pub status: Vec<String>,
    /// Only orders that still move or hold money
    #[arg(long)]
    pub live: bool,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// Options of `ramptop watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Only changes into this status; may be given several times
    #[arg(long, value_name = "S")]
    pub status: Vec<String>,
    /// Only orders that still move or hold money, and their end
    #[arg(long)]
    pub live: bool,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// An order, and how to print it.
#[derive(Debug, Args)]
pub struct OrderArgs {
    /// The order's id
    pub id: OrderId,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// An order to act on.
#[derive(Debug, Args)]
pub struct ActArgs {
    /// The order's id
    pub id: OrderId,
    /// Do not ask on the terminal; every check still has to pass
    #[arg(long)]
    pub yes: bool,
    /// The amount to be paid, exactly: what is signed must be this, and a policy may ask for it
    #[arg(long, value_name = "AMOUNT")]
    pub amount: Option<String>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop payer-details`.
#[derive(Debug, Args)]
pub struct PayerDetailsArgs {
    #[command(flatten)]
    pub act: ActArgs,
    /// The id of the customer's payment details the fiat is paid from
    #[arg(long, value_name = "ID")]
    pub payment_details: PaymentDetailsId,
}

/// `ramptop send-out`.
#[derive(Debug, Args)]
pub struct SendOutArgs {
    #[command(flatten)]
    pub act: ActArgs,
    /// The chain it goes to, as the API calls it: a name, a slug or a number
    #[arg(long, value_name = "CHAIN")]
    pub chain: String,
    /// The address there
    #[arg(long, value_name = "ADDRESS")]
    pub to: String,
}
