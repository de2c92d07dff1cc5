//! Asking the API for something that is not an action on an order's money: what is asked, and what
//! it answers.
//!
//! Every request is a value. Those that change something ([`Request::is_write`]) are sent once and
//! never repeated by the program; a lost answer is said as such.

use std::path::PathBuf;

use crate::domain::catalogue::{CryptoCurrency, FiatCurrency};
use crate::domain::kyc::{KycAnswer, KycChange, KycReadiness, KycSubmission, KycUpdated, StoredDocument, Verification};
use crate::domain::payment::NewPaymentProfile;
use crate::domain::quote::{Estimate, Initiated, OffRampQuoteRequest, OnRampQuoteRequest, PriceRequest, Quote};
use crate::domain::rails::{Institutions, Rails};
use crate::domain::send_out::SendOutRoute;
use crate::domain::user::CreatedUser;
use crate::domain::webhook::{Webhook, WebhookTest};
use crate::domain::{Direction, PaymentDetailsId, PaymentProfile, QuoteId, User, UserId};

/// Tells one request from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AskId(pub u64);

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Create a user, or get the one of this reference.
    CreateUser {
        /// `user_ref`.
        user_ref: String,
        /// `email`.
        email: String,
    },
    /// A user as the API knows them.
    User(UserId),
    /// Submit KYC.
    SubmitKyc(UserId, KycSubmission),
    /// Upload a document from a file.
    UploadDocument {
        /// The user.
        user: UserId,
        /// `document_type`.
        kind: String,
        /// The file.
        path: PathBuf,
    },
    /// Start the verification of what was uploaded. Only in the newer API.
    VerifyKyc(UserId),
    /// Change single fields of the KYC data.
    ChangeKyc(UserId, KycChange),
    /// Where the verification stands.
    Verification(UserId),
    /// The fiat currencies.
    FiatCurrencies,
    /// The tokens.
    CryptoCurrencies,
    /// The rails of a country or currency.
    Rails {
        /// `country`.
        country: Option<String>,
        /// `currency`.
        currency: Option<String>,
        /// `direction`.
        direction: Direction,
    },
    /// Institutions of a rail.
    Institutions {
        /// `rail`.
        rail: String,
        /// `country`.
        country: Option<String>,
        /// `currency`.
        currency: Option<String>,
        /// `search`.
        search: Option<String>,
    },
    /// Create a payment profile.
    CreatePayment(UserId, NewPaymentProfile),
    /// Delete a payment profile.
    DeletePayment(UserId, PaymentDetailsId),
    /// A user's payment profiles.
    Payments(UserId),
    /// A price that binds nobody.
    Estimate(Direction, PriceRequest),
    /// A price held for a while, off-ramp.
    OffRampQuote(OffRampQuoteRequest),
    /// A price held for a while, on-ramp.
    OnRampQuote(OnRampQuoteRequest),
    /// Make an order of a quote.
    Initiate {
        /// Which ramp the quote is of.
        direction: Direction,
        /// `quote_id`.
        quote: QuoteId,
        /// `reference_id`.
        reference: Option<String>,
        /// Whose order it becomes: the API does not say later.
        user: UserId,
        /// Where its fiat goes, off-ramp.
        payment_details: Option<PaymentDetailsId>,
    },
    /// Where crypto can be sent out to. Only in the newer API.
    SendOutRoutes {
        /// `crypto`.
        crypto: String,
    },
    /// The registered webhook.
    Webhook,
    /// Register a webhook; replaces the one in use.
    RegisterWebhook(String),
    /// Delete the webhook.
    DeleteWebhook,
    /// Send a test event.
    TestWebhook,
}

impl Request {
    /// What it is, for sentences; names no person.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::CreateUser { .. } => "creating the user",
            Self::SubmitKyc(..) => "submitting KYC",
            Self::UploadDocument { .. } => "uploading the document",
            Self::VerifyKyc(_) => "starting the verification",
            Self::ChangeKyc(..) => "changing KYC data",
            Self::CreatePayment(..) => "creating payment details",
            Self::DeletePayment(..) => "deleting payment details",
            Self::Initiate { .. } => "making the order",
            Self::RegisterWebhook(_) => "registering the webhook",
            Self::DeleteWebhook => "deleting the webhook",
            Self::TestWebhook => "testing the webhook",
            _ => "reading",
        }
    }

    /// Whether it changes something at the API.
    pub fn is_write(&self) -> bool {
        matches!(
            self,
            Self::CreateUser { .. }
                | Self::SubmitKyc(..)
                | Self::UploadDocument { .. }
                | Self::VerifyKyc(_)
                | Self::ChangeKyc(..)
                | Self::CreatePayment(..)
                | Self::DeletePayment(..)
                | Self::Initiate { .. }
                | Self::RegisterWebhook(_)
                | Self::DeleteWebhook
                | Self::TestWebhook
        )
    }
}

/// What it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// [`Request::CreateUser`].
    UserCreated(CreatedUser),
    /// [`Request::User`].
    User(Box<User>),
    /// [`Request::SubmitKyc`].
    Kyc(KycAnswer),
    /// [`Request::UploadDocument`].
    Document(StoredDocument),
    /// [`Request::VerifyKyc`].
    Readiness(KycReadiness),
    /// [`Request::ChangeKyc`].
    KycUpdated(KycUpdated),
    /// [`Request::Verification`].
    Verification(Verification),
    /// [`Request::FiatCurrencies`].
    FiatCurrencies(Vec<FiatCurrency>),
    /// [`Request::CryptoCurrencies`].
    CryptoCurrencies(Vec<CryptoCurrency>),
    /// [`Request::Rails`].
    Rails(Rails),
    /// [`Request::Institutions`].
    Institutions(Institutions),
    /// [`Request::CreatePayment`].
    PaymentCreated(PaymentProfile),
    /// [`Request::Payments`].
    Payments(Vec<PaymentProfile>),
    /// [`Request::Estimate`].
    Estimate(Estimate),
    /// [`Request::OffRampQuote`], [`Request::OnRampQuote`].
    Quote(Quote),
    /// [`Request::Initiate`].
    Initiated(Initiated),
    /// [`Request::SendOutRoutes`].
    Routes(Vec<SendOutRoute>),
    /// [`Request::Webhook`], [`Request::RegisterWebhook`].
    Webhook(Webhook),
    /// [`Request::TestWebhook`].
    WebhookTest(WebhookTest),
    /// Done; there is nothing else to say.
    Done,
}

/// How far an upload is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Sent so far.
    pub sent: u64,
    /// In all.
    pub total: u64,
}
