//! The orders that scripted scenarios start with: the situation first, something ordinary after.

use super::lifecycle::Fate;
use super::seed::{Role, off, on};
#[cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "a table of statuses reads best by bare names"))]
use crate::domain::status::KnownStatus::*;
use crate::sandbox::config::Scenario;

const ORDINARY: &[Role] = &[off(Completed)];

const PRICE_CHANGE: &[Role] = &[off(PriceChangedRequoteNeeded).after(AwaitingLiquidityProvider), off(Completed)];

const PAYMENT_REQUEST: &[Role] =
    &[on(AwaitingFiatTransfer).payment_request(), on(AwaitingFiatTransfer).payment_request(), on(AwaitingFiatTransfer)];

const PAYER_KNOWN: &[Role] =
    &[on(AwaitingFiatTransfer).payment_request().payer_known(), on(AwaitingFiatTransfer), on(FiatTransferPending)];

const SEND_OUT: &[Role] = &[
    on(Completed).recent(),
    on(Completed).recent().fate(Fate::SendOutFails),
    on(SendOutPending),
    on(SendOutCompleted),
];

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

const CLOSING: &[Role] = &[
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

const POOR: &[Role] =
    &[off(AwaitingCryptoTransferAuthorization).left(1700), off(AwaitingCryptoTransferAuthorization).left(1400)];

const RELAY: &[Role] = &[
    off(AwaitingCryptoTransferAuthorization).left(1700).fate(Fate::RelayFails),
    off(CryptoTransferAuthorizationPending).fate(Fate::RelayFails),
    off(Failed).after(CryptoTransferAuthorizationPending),
];

const CONFIRM: &[Role] = &[
    off(AwaitingFiatReceivedConfirmation),
    off(AwaitingFiatReceivedConfirmation),
    off(FiatPaymentReviewStarted),
    off(FiatPaymentStarted),
    off(CryptoReceived),
    off(FiatReceivedConfirmed),
];

const REVIEW: &[Role] = &[
    off(FiatPaymentReviewStarted),
    off(FiatPaymentReviewStarted).fate(Fate::ProofDeclined),
    off(FiatPaymentReviewStarted).fate(Fate::DisputedForBuyer),
    off(FiatPaymentStarted),
];

const SETTLING: &[Role] = &[
    off(CryptoReceived).settles_itself(),
    off(AwaitingCryptoTransferAuthorization).left(1700).settles_itself(),
    off(Completed).after(CryptoReceived).settles_itself(),
];

const LOST_EVENTS: &[Role] =
    &[off(AwaitingFiatReceivedConfirmation), off(AwaitingLiquidityProvider), off(CryptoReceived)];

/// The cast of a scripted scenario; empty for the others.
pub fn of(scenario: Scenario) -> &'static [Role] {
    match scenario {
        Scenario::Mixed | Scenario::AwaitingAuthorization | Scenario::AwaitingConfirmation | Scenario::Empty => &[],
        Scenario::KycPending | Scenario::KycRejected | Scenario::QuoteExpires | Scenario::InitiateLostAnswer => {
            ORDINARY
        }
        Scenario::UpdateKycAddress => ADDRESS,
        Scenario::PriceMoves => PRICE_CHANGE,
        Scenario::Unfilled => UNFILLED,
        Scenario::AuthorizationWindowClosing => CLOSING,
        Scenario::LowBalance => POOR,
        Scenario::RelayFails => RELAY,
        Scenario::FiatConfirm => CONFIRM,
        Scenario::FiatPaymentReview => REVIEW,
        Scenario::ProviderSettlesItself => SETTLING,
        Scenario::RefundOwed => REFUND,
        Scenario::Dispute => DISPUTE,
        Scenario::OnRampPaymentRequest => PAYMENT_REQUEST,
        Scenario::OnRampPayerDetails => PAYER_KNOWN,
        Scenario::SendOut => SEND_OUT,
        Scenario::WebhookFailing => LOST_EVENTS,
    }
}
