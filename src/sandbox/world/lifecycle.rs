//! The lifecycle as tables: what a status offers, asks for, says, and where it goes by itself.
//!
//! Source: reference, section 8 (the table and the transitions) and section 13 (choices where the
//! documents are silent). Delays are the simulation's own.

use std::ops::RangeInclusive;

use crate::domain::Direction;
#[cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "a table of statuses reads best by bare names"))]
use crate::domain::status::KnownStatus::{self, *};

/// Seconds an operator has to authorize.
pub const AUTHORIZATION_WINDOW: i64 = 1800;

/// The way of an off-ramp order on which nothing goes wrong.
pub const OFF_RAMP: &[KnownStatus] = &[
    Created,
    AwaitingLiquidityProvider,
    AwaitingCryptoTransferAuthorization,
    CryptoTransferAuthorizationPending,
    CryptoReceived,
    FiatPaymentStarted,
    FiatPaymentReviewStarted,
    AwaitingFiatReceivedConfirmation,
    FiatReceivedConfirmed,
    CryptoReleasePending,
    Completed,
];

/// The way of an on-ramp order on which nothing goes wrong, send-out included.
pub const ON_RAMP: &[KnownStatus] = &[
    AwaitingLiquidityProvider,
    AwaitingVendorEscrowFunding,
    AwaitingFiatTransfer,
    FiatTransferPending,
    Completed,
    SendOutPending,
    SendOutCompleted,
];

/// What becomes of an order if nobody interferes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing goes wrong.
    Smooth,
    /// No provider accepts it.
    Unfilled,
    /// The price moves before a provider accepts it.
    PriceMoves,
    /// The relay fails after the authorization.
    RelayFails,
    /// The proof of payment is declined: cancelled, and the crypto is owed back.
    ProofDeclined,
    /// A dispute is opened over the proof of payment.
    Disputed,
    /// A dispute is opened and resolved for the seller: cancelled, and the crypto is owed back.
    DisputedForSeller,
    /// A dispute is opened and resolved for the buyer: completed.
    DisputedForBuyer,
    /// On-ramp: the bridge does not deliver.
    SendOutFails,
    /// A widget order: its customer authorizes and confirms, elsewhere.
    CustomerActs,
    /// It stays where it is until somebody acts.
    Held,
}

/// A move an order makes by itself: after so many seconds, to that status.
pub type Move = (RangeInclusive<u32>, KnownStatus);

/// Where an order goes by itself from `status`, if anywhere.
pub fn next_move(direction: Direction, status: KnownStatus, fate: Fate, settles_itself: bool) -> Option<Move> {
    match (fate, direction) {
        (Fate::Held, _) => None,
        (_, Direction::OffRamp) => off_ramp_move(status, fate, settles_itself),
        (_, Direction::OnRamp) => on_ramp_move(status, fate),
    }
}

fn off_ramp_move(status: KnownStatus, fate: Fate, settles_itself: bool) -> Option<Move> {
    Some(match (status, fate) {
        (Created, _) => (1..=3, AwaitingLiquidityProvider),
        (AwaitingLiquidityProvider, Fate::Unfilled) => (600..=900, Cancelled),
        (AwaitingLiquidityProvider, Fate::PriceMoves) => (30..=90, PriceChangedRequoteNeeded),
        (AwaitingLiquidityProvider, _) => (5..=30, AwaitingCryptoTransferAuthorization),
        (AwaitingCryptoTransferAuthorization, Fate::CustomerActs) => (20..=120, CryptoTransferAuthorizationPending),
        (AwaitingFiatReceivedConfirmation, Fate::CustomerActs) => (30..=120, FiatReceivedConfirmed),
        (CryptoTransferAuthorizationPending, Fate::RelayFails) => (4..=8, Failed),
        (CryptoTransferAuthorizationPending, _) => (2..=6, CryptoReceived),
        (CryptoReceived | FiatPaymentStarted | FiatPaymentReviewStarted | AwaitingFiatReceivedConfirmation, _)
            if settles_itself =>
        {
            (20..=60, Completed)
        }
        (CryptoReceived, _) => (15..=45, FiatPaymentStarted),
        (FiatPaymentStarted, _) => (8..=25, FiatPaymentReviewStarted),
        (FiatPaymentReviewStarted, Fate::ProofDeclined) => (20..=60, Cancelled),
        (FiatPaymentReviewStarted, Fate::Disputed | Fate::DisputedForSeller | Fate::DisputedForBuyer) => {
            (20..=60, DisputeStarted)
        }
        (DisputeStarted, Fate::DisputedForSeller) => (240..=360, Cancelled),
        (DisputeStarted, Fate::DisputedForBuyer) => (240..=360, Completed),
        (FiatPaymentReviewStarted, _) => (8..=25, AwaitingFiatReceivedConfirmation),
        (FiatReceivedConfirmed, _) => (1..=2, CryptoReleasePending),
        (CryptoReleasePending, _) => (2..=4, Completed),
        // The end of the authorization window is a moment of its own, see `SimOrder`.
        _ => return None,
    })
}

fn on_ramp_move(status: KnownStatus, fate: Fate) -> Option<Move> {
    Some(match (status, fate) {
        (AwaitingLiquidityProvider, Fate::Unfilled) => (600..=900, Cancelled),
        (AwaitingLiquidityProvider, _) => (5..=30, AwaitingVendorEscrowFunding),
        (AwaitingVendorEscrowFunding, _) => (10..=30, AwaitingFiatTransfer),
        (AwaitingFiatTransfer, _) => (1700..=1900, Cancelled),
        (FiatTransferPending, _) => (15..=45, Completed),
        (SendOutPending, Fate::SendOutFails) => (20..=60, SendOutFailed),
        (SendOutPending, _) => (20..=60, SendOutCompleted),
        _ => return None,
    })
}

/// The rows of the table: what an order of our own offers in this status.
pub fn allowed_actions(status: KnownStatus) -> &'static [&'static str] {
    match status {
        Created | AwaitingLiquidityProvider | CryptoTransferAuthorizationPending => &["cancel"],
        AwaitingCryptoTransferAuthorization => &["authorize-crypto-transfer", "cancel"],
        CryptoReceived | FiatPaymentStarted | FiatPaymentReviewStarted | AwaitingFiatReceivedConfirmation => {
            &["confirm-fiat-received"]
        }
        AwaitingFiatTransfer => &["confirm-payment-sent"],
        _ => &[],
    }
}

/// What the partner must do in this status.
pub fn next_action(status: KnownStatus) -> Option<&'static str> {
    match status {
        PriceChangedRequoteNeeded => Some("request_new_quote"),
        AwaitingCryptoTransferAuthorization => Some("authorize_crypto_transfer"),
        AwaitingFiatReceivedConfirmation => Some("confirm_fiat_received"),
        _ => None,
    }
}

/// Whether the crypto of an off-ramp order is in its escrow in this status.
pub fn is_funded(status: KnownStatus) -> bool {
    matches!(
        status,
        CryptoTransferAuthorizationPending
            | CryptoReceived
            | FiatPaymentStarted
            | FiatPaymentReviewStarted
            | AwaitingFiatReceivedConfirmation
            | FiatReceivedConfirmed
            | CryptoReleasePending
            | DisputeStarted
    )
}

/// The words of a timeline entry.
pub fn description(status: KnownStatus) -> &'static str {
    match status {
        Created => "Order created",
        AwaitingLiquidityProvider => "Waiting for a liquidity provider",
        PriceChangedRequoteNeeded => "Price moved beyond the slippage tolerance",
        AwaitingCryptoTransferAuthorization => "Liquidity provider accepted, crypto transfer authorization required",
        CryptoTransferAuthorizationPending => "Crypto transfer authorized, waiting for confirmation",
        CryptoReceived => "Crypto received in escrow",
        FiatPaymentStarted => "Buyer submitted proof of the fiat payment",
        FiatPaymentReviewStarted => "Proof of payment is under review",
        AwaitingFiatReceivedConfirmation => "Proof of payment accepted, confirm the fiat payment",
        FiatReceivedConfirmed => "Fiat payment confirmed",
        CryptoReleasePending => "Escrow release in progress",
        AwaitingVendorEscrowFunding => "Vendor accepted, funding escrow",
        AwaitingFiatTransfer => "Escrow funded, fiat payment expected",
        FiatTransferPending => "Fiat payment sent, vendor is checking",
        DisputeStarted => "Dispute opened",
        Completed => "Order completed",
        SendOutPending => "Send-out in progress",
        SendOutCompleted => "Delivered to the destination chain",
        SendOutFailed => "Send-out failed",
        Cancelled => "Order cancelled",
        Failed => "Order failed",
        _ => "Status changed",
    }
}

/// Seconds an order of the past spent in this status.
pub fn dwell(status: KnownStatus) -> RangeInclusive<i64> {
    match status {
        Created | FiatReceivedConfirmed => 1..=3,
        CryptoReleasePending | CryptoTransferAuthorizationPending => 2..=6,
        AwaitingLiquidityProvider => 5..=30,
        AwaitingCryptoTransferAuthorization => 20..=900,
        CryptoReceived => 60..=600,
        AwaitingFiatReceivedConfirmation => 30..=1200,
        _ => 20..=180,
    }
}
