//! What a later reading of the order says about an action whose answer was lost.

use crate::domain::status::KnownStatus as S;
use crate::domain::{ActionKind, Order, Status};

/// What the order proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The order stands where the action leads: it happened.
    Happened,
    /// The order moved elsewhere: the action can no longer take effect.
    Overtaken,
    /// The order stands where it stood: the action may still take effect.
    Open,
}

/// Reads the proof from the order's status.
pub fn of(action: ActionKind, order: &Order) -> Proof {
    let Status::Known(status) = order.status else { return Proof::Open };
    match action {
        ActionKind::Authorize => after_authorize(status),
        ActionKind::ConfirmFiat => after_confirm(status),
        ActionKind::Cancel if status == S::Cancelled => Proof::Happened,
        ActionKind::Cancel if order.allows(&ActionKind::Cancel.entry()) => Proof::Open,
        ActionKind::Cancel => Proof::Overtaken,
        ActionKind::PaymentSent => after_payment_sent(status),
        ActionKind::PayerDetails => after_payer_details(status),
        ActionKind::SendOut => after_send_out(status),
        ActionKind::Refund => after_refund(order, status),
    }
}

fn after_payment_sent(status: S) -> Proof {
    match status {
        S::FiatTransferPending | S::Completed | S::SendOutPending | S::SendOutCompleted | S::SendOutFailed => {
            Proof::Happened
        }
        S::Cancelled | S::Failed | S::DisputeStarted => Proof::Overtaken,
        _ => Proof::Open,
    }
}

/// The order never shows who pays: only that it no longer matters.
fn after_payer_details(status: S) -> Proof {
    match status {
        S::AwaitingLiquidityProvider | S::AwaitingVendorEscrowFunding | S::AwaitingFiatTransfer => Proof::Open,
        _ => Proof::Overtaken,
    }
}

fn after_send_out(status: S) -> Proof {
    match status {
        S::SendOutPending | S::SendOutCompleted | S::SendOutFailed => Proof::Happened,
        _ => Proof::Open,
    }
}

/// A refunded order keeps reading `cancelled`; what it offered is gone. Source: reference, section 6.6.
fn after_refund(order: &Order, status: S) -> Proof {
    match status {
        S::Cancelled if !order.refund_owed() => Proof::Happened,
        _ => Proof::Open,
    }
}

fn after_authorize(status: S) -> Proof {
    match status {
        S::Created | S::AwaitingLiquidityProvider | S::PendingAddress | S::AwaitingCryptoTransferAuthorization => {
            Proof::Open
        }
        S::CryptoTransferAuthorizationPending
        | S::CryptoReceived
        | S::FiatPaymentStarted
        | S::FiatPaymentReviewStarted
        | S::AwaitingFiatReceivedConfirmation
        | S::FiatReceivedConfirmed
        | S::CryptoReleasePending
        | S::SettlementInProgress
        | S::Returned
        | S::DisputeStarted
        | S::Completed => Proof::Happened,
        _ => Proof::Overtaken,
    }
}

fn after_confirm(status: S) -> Proof {
    match status {
        S::FiatReceivedConfirmed | S::CryptoReleasePending | S::Completed => Proof::Happened,
        S::Cancelled | S::Failed | S::DisputeStarted => Proof::Overtaken,
        _ => Proof::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AllowedAction, OrderId};

    fn proof(action: ActionKind, status: &str) -> Proof {
        of(action, &Order::bare(OrderId::parse("o").unwrap(), Status::from_wire(status)))
    }

    #[test]
    fn a_lost_authorization_is_open_until_the_order_moves() {
        let a = ActionKind::Authorize;
        assert_eq!(proof(a, "awaiting_crypto_transfer_authorization"), Proof::Open);
        assert_eq!(proof(a, "crypto_transfer_authorization_pending"), Proof::Happened);
        assert_eq!(proof(a, "cancelled"), Proof::Overtaken);
        assert_eq!(proof(a, "never_heard_of"), Proof::Open);
    }

    #[test]
    fn a_lost_confirmation_and_a_lost_cancel() {
        assert_eq!(proof(ActionKind::ConfirmFiat, "completed"), Proof::Happened);
        assert_eq!(proof(ActionKind::ConfirmFiat, "crypto_received"), Proof::Open);
        assert_eq!(proof(ActionKind::Cancel, "cancelled"), Proof::Happened);
        assert_eq!(proof(ActionKind::Cancel, "crypto_received"), Proof::Overtaken);
        let mut order = Order::bare(OrderId::parse("o").unwrap(), Status::from_wire("created"));
        order.allowed_actions = vec![AllowedAction::Cancel];
        assert_eq!(of(ActionKind::Cancel, &order), Proof::Open);
    }

    #[test]
    fn actions_on_an_on_ramp_order_are_proven_by_where_it_stands() {
        assert_eq!(proof(ActionKind::PaymentSent, "awaiting_fiat_transfer"), Proof::Open);
        assert_eq!(proof(ActionKind::PaymentSent, "fiat_transfer_pending"), Proof::Happened);
        assert_eq!(proof(ActionKind::PaymentSent, "cancelled"), Proof::Overtaken);
        assert_eq!(proof(ActionKind::PayerDetails, "awaiting_fiat_transfer"), Proof::Open);
        assert_eq!(proof(ActionKind::PayerDetails, "fiat_transfer_pending"), Proof::Overtaken);
        assert_eq!(proof(ActionKind::SendOut, "completed"), Proof::Open);
        assert_eq!(proof(ActionKind::SendOut, "send_out_pending"), Proof::Happened);
    }

    #[test]
    fn a_refund_is_proven_by_no_longer_being_owed() {
        let mut order = Order::bare(OrderId::parse("o").unwrap(), S::Cancelled.into());
        assert_eq!(of(ActionKind::Refund, &order), Proof::Happened);
        order.allowed_actions = vec![AllowedAction::AuthorizeRefund];
        assert_eq!(of(ActionKind::Refund, &order), Proof::Open);
    }
}
