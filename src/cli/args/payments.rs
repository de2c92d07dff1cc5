//! `ramptop payment-details`. Part of the command line as data.

use clap::{Args, Subcommand};

use super::JsonArgs;
use super::values::{DataSource, country, currency, detail, filled};
use crate::domain::{PaymentDetailsId, UserId};

/// `ramptop payment-details`.
#[derive(Debug, Subcommand)]
pub enum PaymentDetailsCommand {
    /// List a user's payment details; account numbers are masked
    List(ListPaymentsArgs),
    /// Create payment details; checked against the rail's own fields before they are sent
    Create(CreatePaymentArgs),
    /// Delete payment details
    Delete(DeletePaymentArgs),
}

/// `ramptop payment-details list`.
#[derive(Debug, Args)]
pub struct ListPaymentsArgs {
    /// The user's UUID
    pub user: UserId,
    /// Show account numbers in full
    #[arg(long)]
    pub unmasked: bool,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop payment-details create`.
#[derive(Debug, Args)]
pub struct CreatePaymentArgs {
    /// The user's UUID
    pub user: UserId,
    /// The fiat currency
    #[arg(long, value_name = "CODE", value_parser = currency)]
    pub currency: String,
    /// The rail; `ramptop rails` lists them with their fields
    #[arg(long, value_name = "RAIL", value_parser = filled)]
    pub rail: String,
    /// The institution's id; `ramptop institutions` lists them
    #[arg(long, value_name = "ID", value_parser = filled)]
    pub institution: Option<String>,
    /// Two letters
    #[arg(long, value_name = "CC", value_parser = country)]
    pub country: Option<String>,
    /// individual or business, where the rail tells them apart
    #[arg(long, value_name = "KIND", value_parser = ["individual", "business"])]
    pub beneficiary: Option<String>,
    /// A field of the rail; may be given several times
    #[arg(long, value_name = "KEY=VALUE", value_parser = detail)]
    pub detail: Vec<(String, String)>,
    /// Fields as a JSON object of texts: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE|-")]
    pub data: Option<DataSource>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop payment-details delete`.
#[derive(Debug, Args)]
pub struct DeletePaymentArgs {
    /// The user's UUID
    pub user: UserId,
    /// The id of the payment details
    pub id: PaymentDetailsId,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub json: JsonArgs,
}
