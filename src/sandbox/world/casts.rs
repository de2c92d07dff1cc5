//! The orders that scripted scenarios start with: the situation first, something ordinary after.

use super::lifecycle::Fate;
use super::seed::{Role, off, on};
#[cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "a table of statuses reads best by bare names"))]
use crate::domain::status::KnownStatus::*;
use crate::sandbox::config::Scenario;

const PRICE_CHANGE: &[Role] = &[off(PriceChangedRequoteNeeded).after(AwaitingLiquidityProvider), off(Completed)];

const PAYMENT_REQUEST: &[Role] =
    &[on(AwaitingFiatTransfer).payment_request(), on(AwaitingFiatTransfer).payment_request(), on(AwaitingFiatTransfer)];

const SEND_OUT: &[Role] =
    &[on(Completed), on(Completed).fate(Fate::SendOutFails), on(SendOutPending), on(SendOutCompleted)];

const REFUND: &[Role] = &[
    off(Cancelled).after(FiatPaymentReviewStarted).refund_owed(),
    off(Cancelled).after(CryptoReceived).refund_owed(),
    off(Cancelled).after(FiatPaymentReviewStarted).refund_held(),
    off(FiatPaymentReviewStarted).fate(Fate::ProofDeclined),
    off(Cancelled).after(AwaitingCryptoTransferAuthorization),
];

const ADDRESS: &[Role] = &[off(Created).address_missing(), off(Created).address_missing(), off(Completed)];

const DISPUTE: &[Role] = &[
    off(DisputeStarted).after(FiatPaymentReviewStarted).fate(Fate::DisputedForSeller),
    off(DisputeStarted).after(FiatPaymentReviewStarted).fate(Fate::DisputedForBuyer),
    off(FiatPaymentReviewStarted).fate(Fate::DisputedForSeller),
];

const EXPIRING: &[Role] = &[
    off(AwaitingCryptoTransferAuthorization).left(30),
    off(AwaitingCryptoTransferAuthorization).left(75),
    off(AwaitingCryptoTransferAuthorization).left(120),
    off(AwaitingCryptoTransferAuthorization).left(240),
];

const UNFILLED: &[Role] = &[
    off(AwaitingLiquidityProvider).fate(Fate::Unfilled),
    off(AwaitingLiquidityProvider).fate(Fate::Unfilled),
    on(AwaitingLiquidityProvider).fate(Fate::Unfilled),
    off(Cancelled).after(AwaitingLiquidityProvider),
];

/// The cast of a scripted scenario; empty for the others.
pub fn of(scenario: Scenario) -> &'static [Role] {
    match scenario {
        Scenario::QuotePriceChange => PRICE_CHANGE,
        Scenario::OnRampPaymentRequest => PAYMENT_REQUEST,
        Scenario::OnRampSendOut => SEND_OUT,
        Scenario::RefundOwed => REFUND,
        Scenario::KycAddressNeeded => ADDRESS,
        Scenario::Dispute => DISPUTE,
        Scenario::ExpiringWindows => EXPIRING,
        Scenario::Unfilled => UNFILLED,
        _ => &[],
    }
}
