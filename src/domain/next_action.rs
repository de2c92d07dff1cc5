//! What an order asks for (`next_action`, `action_required`) and what it offers
//! (`allowed_actions`). The two are different things: an order may ask for something that is not
//! ours to do, and offer something nobody asked for. Source: reference, sections 5 and 8.

use std::sync::Arc;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident, $wire:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $wire, "`")] $variant,)*
            /// A word this version does not know, verbatim.
            Unknown(Arc<str>),
        }

        impl $name {
            /// Reads the word on the wire; an unknown one is kept verbatim.
            pub fn from_wire(word: &str) -> Self {
                match word { $($wire => Self::$variant,)* _ => Self::Unknown(word.into()) }
            }

            /// The word on the wire.
            pub fn wire(&self) -> &str {
                match self { $(Self::$variant => $wire,)* Self::Unknown(word) => word }
            }

            /// A short phrase for the operator; for an unknown word the word itself.
            pub fn label(&self) -> &str {
                match self { $(Self::$variant => $label,)* Self::Unknown(word) => word }
            }
        }
    };
}

words! {
    /// What the partner *must* do to move an order on, `next_action`. The last two are never sent:
    /// on-ramp orders have no word for them, and what they offer tells. Source: reference, section 7.
    NextAction {
        AuthorizeCryptoTransfer, "authorize_crypto_transfer", "authorize transfer";
        ConfirmFiatReceived, "confirm_fiat_received", "confirm fiat";
        RequestNewQuote, "request_new_quote", "request new quote";
        UpdateKycAddress, "update_kyc_address", "update KYC address";
        ProvideAddress, "provide_address", "provide address";
        AuthorizeRefund, "authorize_refund", "authorize refund";
        DepositToUserAccount, "deposit_to_user_account", "customer deposits";
        SignSettlementConsent, "sign_settlement_consent", "settlement consent";
        SubmitSourceOfFunds, "submit_source_of_funds", "source of funds";
        AwaitReview, "await_review", "await review";
        SubmitPayerDetails, "submit_payer_details", "payer details";
        ConfirmPaymentSent, "confirm_payment_sent", "payment sent";
    }
}

words! {
    /// What the partner *can* do now, an entry of `allowed_actions`.
    AllowedAction {
        AuthorizeCryptoTransfer, "authorize-crypto-transfer", "authorize";
        ConfirmFiatReceived, "confirm-fiat-received", "confirm fiat";
        Cancel, "cancel", "cancel";
        AuthorizeRefund, "authorize-refund", "refund";
        ConfirmPaymentSent, "confirm-payment-sent", "payment sent";
        SubmitPayerDetails, "submit-payer-details", "payer details";
        AuthorizeBridge, "authorize-bridge", "send out";
        SettlementConsent, "settlement-consent", "settlement consent";
    }
}

impl NextAction {
    /// The entry `allowed_actions` must hold for this to be ours to take, where the action is an
    /// order action at all. Without it the order is somebody else's to act on (a widget order).
    pub fn needs_entry(&self) -> Option<AllowedAction> {
        match self {
            Self::AuthorizeCryptoTransfer => Some(AllowedAction::AuthorizeCryptoTransfer),
            Self::ConfirmFiatReceived => Some(AllowedAction::ConfirmFiatReceived),
            Self::AuthorizeRefund => Some(AllowedAction::AuthorizeRefund),
            Self::SubmitPayerDetails => Some(AllowedAction::SubmitPayerDetails),
            Self::ConfirmPaymentSent => Some(AllowedAction::ConfirmPaymentSent),
            _ => None,
        }
    }
}

/// The order needs something before it can go on, `action_required`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActionRequired {
    /// Machine-readable kind (`type`).
    pub kind: String,
    /// The API's own explanation.
    pub message: String,
    /// The endpoint that resolves it, as text: it may hold a literal `{user_uuid}`.
    pub endpoint: Option<String>,
    /// Fields to provide: name on the wire and label.
    pub fields: Vec<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_themselves_known_or_not() {
        for word in ["authorize_crypto_transfer", "await_review", "dance"] {
            assert_eq!(NextAction::from_wire(word).wire(), word);
        }
        for word in ["cancel", "authorize-bridge", "dance"] {
            assert_eq!(AllowedAction::from_wire(word).wire(), word);
        }
    }

    #[test]
    fn only_order_actions_need_their_entry() {
        assert_eq!(NextAction::ConfirmFiatReceived.needs_entry(), Some(AllowedAction::ConfirmFiatReceived));
        assert_eq!(NextAction::RequestNewQuote.needs_entry(), None);
        assert_eq!(NextAction::from_wire("dance").needs_entry(), None);
    }
}
