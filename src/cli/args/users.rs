//! `ramptop user`: the register, users at the API, and KYC. Part of the command line as data.
//!
//! Names and countries may be options; everything more personal, and every token, comes from a
//! file or standard input.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::JsonArgs;
use super::values::{DataSource, country, email, filled, https};
use crate::domain::UserId;

/// `ramptop user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Show a user as the API knows them
    Show {
        /// The user's UUID
        id: UserId,
        #[command(flatten)]
        json: JsonArgs,
    },
    /// Add a user to the local register
    Add {
        /// The user's UUID
        id: UserId,
    },
    /// Take a user out of the local register
    Remove {
        /// The user's UUID
        id: UserId,
    },
    /// Create the user of a reference of yours, or get the one that is there
    Create(CreateUserArgs),
    /// Submit KYC
    Kyc(KycArgs),
    /// Upload a document, or name the address it is at
    Document(DocumentArgs),
    /// Start the verification of what was submitted, or say what is missing
    Verify(OneUserArgs),
    /// Show the verification; exit code 0 only when it is VERIFIED
    Verification(VerificationArgs),
    /// Change single fields of the KYC data
    UpdateKyc(UpdateKycArgs),
}

/// A user, and how to print the answer.
#[derive(Debug, Args)]
pub struct OneUserArgs {
    /// The user's UUID
    pub id: UserId,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop forget`.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// The user's UUID
    #[arg(value_name = "USER")]
    pub id: UserId,
    /// Do not ask on the terminal
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop user create`.
#[derive(Debug, Args)]
pub struct CreateUserArgs {
    /// Your own id of the user
    #[arg(long = "ref", value_name = "REF", value_parser = filled)]
    pub user_ref: String,
    /// The user's e-mail address
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    pub email: String,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// The three ways to submit KYC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum KycMethod {
    /// You collected the data; documents follow
    DirectData,
    /// Another provider's token
    ExternalToken,
    /// The user verifies at the address that is answered
    Handoff,
}

/// Whose token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Provider {
    /// sumsub: a token
    Sumsub,
    /// persona: an inquiry id
    Persona,
}

/// `ramptop user kyc`.
#[derive(Debug, Args)]
pub struct KycArgs {
    /// The user's UUID
    pub id: UserId,
    /// How
    #[arg(long, value_name = "METHOD")]
    pub method: KycMethod,
    /// `first_name`
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub first_name: Option<String>,
    /// `last_name`
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub last_name: Option<String>,
    /// `country_code`, two letters
    #[arg(long, value_name = "CC", value_parser = country)]
    pub country: Option<String>,
    /// Whose token `external_token` takes
    #[arg(long, value_name = "NAME", required_if_eq("method", "external_token"))]
    pub provider: Option<Provider>,
    /// The other personal data as a JSON object, or the token: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE|-")]
    pub data: Option<DataSource>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop user document`.
#[derive(Debug, Args)]
pub struct DocumentArgs {
    /// The user's UUID
    pub id: UserId,
    /// What it is, for example passport, `national_id_front`, selfie
    #[arg(long = "type", value_name = "TYPE", value_parser = filled)]
    pub kind: String,
    /// JPEG, PNG, GIF or PDF, at most 10 MB
    #[arg(required_unless_present = "url", conflicts_with = "url")]
    pub file: Option<PathBuf>,
    /// The address it is at already
    #[arg(long, value_name = "URL", value_parser = https)]
    pub url: Option<String>,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop user verification`.
#[derive(Debug, Args)]
pub struct VerificationArgs {
    /// The user's UUID
    pub id: UserId,
    /// This verification instead of the latest
    #[arg(long, value_name = "ID", value_parser = filled)]
    pub verification_id: Option<String>,
    /// Ask again until it is verified or rejected
    #[arg(long)]
    pub wait: bool,
    #[command(flatten)]
    pub json: JsonArgs,
}

/// `ramptop user update-kyc`.
#[derive(Debug, Args)]
pub struct UpdateKycArgs {
    /// The user's UUID
    pub id: UserId,
    /// The fields as a JSON object of texts: @FILE, or - for standard input
    #[arg(long, value_name = "@FILE|-")]
    pub data: DataSource,
    #[command(flatten)]
    pub json: JsonArgs,
}
