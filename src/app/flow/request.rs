//! What the operator asks for: the action and, where it needs one, what goes with it.

use crate::domain::ActionKind;
use crate::domain::payment::Payer;
use crate::domain::send_out::Destination;

/// An action on an order, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionRequest {
    /// Sign and submit the transfer of crypto into the escrow.
    Authorize,
    /// Confirm that the fiat arrived.
    ConfirmFiat,
    /// Cancel the order.
    Cancel,
    /// Tell the vendor that the fiat was paid.
    PaymentSent,
    /// Say who pays the fiat.
    PayerDetails(Payer),
    /// Sign and submit the transfer of bought crypto to another chain.
    SendOut(Destination),
    /// Sign the escrow's transaction that pays us back.
    Refund,
}

impl ActionRequest {
    /// The action, which names the endpoint.
    pub fn action(&self) -> ActionKind {
        match self {
            Self::Authorize => ActionKind::Authorize,
            Self::ConfirmFiat => ActionKind::ConfirmFiat,
            Self::Cancel => ActionKind::Cancel,
            Self::PaymentSent => ActionKind::PaymentSent,
            Self::PayerDetails(_) => ActionKind::PayerDetails,
            Self::SendOut(_) => ActionKind::SendOut,
            Self::Refund => ActionKind::Refund,
        }
    }
}

/// The action as a noun, for sentences.
pub fn noun(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Authorize => "authorization",
        ActionKind::ConfirmFiat => "confirmation",
        ActionKind::Cancel => "cancellation",
        ActionKind::PaymentSent => "word that the fiat was paid",
        ActionKind::PayerDetails => "payer details",
        ActionKind::SendOut => "send-out",
        ActionKind::Refund => "refund",
    }
}
