//! Statuses of an order, and the one table of what each means: who moves it next and whether it
//! is over. Source: reference, section 8 ("acts", "end") and the baseline's status enum.
//!
//! Statuses can be skipped between two reads and new ones may appear at any time: nothing here
//! demands a path, and an unknown word is kept as it came and treated as live.

use std::sync::Arc;

/// Where an order stands, `status`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Status {
    /// A status of the table below.
    Known(KnownStatus),
    /// A word this version does not know, verbatim.
    Unknown(Arc<str>),
}

/// Who has to move next on an order of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// We: the partner's operator.
    Partner,
    /// A liquidity provider.
    Provider,
    /// The buyer of the crypto, who pays fiat.
    Buyer,
    /// The vendor of an on-ramp order.
    Vendor,
    /// The chain: a transaction is being mined.
    Chain,
    /// Unigox's own machinery.
    System,
    /// People at Unigox (disputes).
    Unigox,
    /// Nothing moves by itself: ask support.
    Support,
    /// Nobody: it is over.
    Nobody,
    /// Not known to this version.
    Unknown,
}

impl Actor {
    /// A short word for a column.
    pub fn label(self) -> &'static str {
        match self {
            Self::Partner => "you",
            Self::Provider => "provider",
            Self::Buyer => "buyer",
            Self::Vendor => "vendor",
            Self::Chain => "chain",
            Self::System => "system",
            Self::Unigox => "Unigox",
            Self::Support => "support",
            Self::Nobody => "nobody",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether an order in this status still moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Money or people are still in motion.
    Live,
    /// Over. A `cancelled` order may still owe a refund, which only its allowed actions show.
    Ended,
}

macro_rules! statuses {
    ($($variant:ident, $wire:literal, $actor:ident, $phase:ident, $label:literal, $meaning:literal;)*) => {
        /// The statuses this version knows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum KnownStatus {
            $(#[doc = $meaning] $variant,)*
        }

        impl KnownStatus {
            /// Every known status, in the order of the lifecycle.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word on the wire.
            pub fn wire(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* }
            }

            /// A short phrase for a column, at most 22 characters.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// What it means, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// Who moves it next.
            pub fn actor(self) -> Actor {
                match self { $(Self::$variant => Actor::$actor,)* }
            }

            /// Whether it still moves.
            pub fn phase(self) -> Phase {
                match self { $(Self::$variant => Phase::$phase,)* }
            }

            fn from_wire(word: &str) -> Option<Self> {
                match word { $($wire => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

statuses! {
    Created, "created", Partner, Live, "created", "Created, quote locked.";
    AwaitingLiquidityProvider, "awaiting_liquidity_provider", Provider, Live, "awaiting provider", "Waiting for a liquidity provider to accept.";
    PriceChangedRequoteNeeded, "price_changed_requote_needed", Partner, Ended, "price changed", "The price moved past the tolerance; a new quote is needed and this order is over.";
    PendingAddress, "pending_address", Partner, Live, "address missing", "The user's address is missing; update the KYC data.";
    AwaitingCryptoTransferAuthorization, "awaiting_crypto_transfer_authorization", Partner, Live, "awaiting signature", "An escrow exists; your signature is needed before the countdown ends.";
    CryptoTransferAuthorizationPending, "crypto_transfer_authorization_pending", Chain, Live, "confirming on chain", "Signed and submitted; waiting for the chain.";
    CryptoReceived, "crypto_received", Buyer, Live, "crypto in escrow", "The crypto is in escrow; fiat is not yet proven.";
    FiatPaymentStarted, "fiat_payment_started", System, Live, "fiat proof sent", "The buyer sent a proof of the fiat payment.";
    FiatPaymentReviewStarted, "fiat_payment_review_started", System, Live, "proof under review", "The proof of payment is being reviewed.";
    AwaitingFiatReceivedConfirmation, "awaiting_fiat_received_confirmation", Partner, Live, "confirm fiat received", "The proof was accepted; confirm that the fiat arrived.";
    FiatReceivedConfirmed, "fiat_received_confirmed", System, Live, "fiat confirmed", "Fiat is confirmed; the release is pending.";
    CryptoReleasePending, "crypto_release_pending", Chain, Live, "releasing crypto", "The crypto is being released to the buyer.";
    SettlementInProgress, "settlement_in_progress", Unigox, Live, "settling (T+1)", "Released for delayed settlement; fiat is on its way.";
    Returned, "returned", Unigox, Live, "payout returned", "The payout came back; a new try is to come.";
    AwaitingVendorEscrowFunding, "awaiting_vendor_escrow_funding", Vendor, Live, "vendor funding", "The vendor accepted and is funding the escrow.";
    AwaitingFiatTransfer, "awaiting_fiat_transfer", Partner, Live, "awaiting fiat transfer", "The escrow is funded; the fiat must be paid to the vendor.";
    FiatTransferPending, "fiat_transfer_pending", Vendor, Live, "vendor checks fiat", "Paid; the vendor checks for the fiat.";
    SendOutPending, "send_out_pending", System, Live, "sending out", "The cross-chain transfer is running.";
    DisputeStarted, "dispute_started", Unigox, Live, "dispute", "A dispute is open; Unigox decides.";
    Completed, "completed", Nobody, Ended, "completed", "Done.";
    SendOutCompleted, "send_out_completed", Nobody, Ended, "sent out", "Done and delivered to the destination chain.";
    SendOutFailed, "send_out_failed", Support, Ended, "send-out failed", "The cross-chain transfer failed; the trade itself stays done.";
    Cancelled, "cancelled", Nobody, Ended, "cancelled", "Stopped.";
    Failed, "failed", Support, Ended, "failed", "Escrow or relay error; ask support.";
}

impl Status {
    /// Reads the word on the wire; an unknown one is kept verbatim.
    pub fn from_wire(word: &str) -> Self {
        KnownStatus::from_wire(word).map_or_else(|| Self::Unknown(word.into()), Self::Known)
    }

    /// The word on the wire.
    pub fn wire(&self) -> &str {
        match self {
            Self::Known(known) => known.wire(),
            Self::Unknown(word) => word,
        }
    }

    /// A short phrase for a column; for an unknown status the raw word.
    pub fn label(&self) -> &str {
        match self {
            Self::Known(known) => known.label(),
            Self::Unknown(word) => word,
        }
    }

    /// What it means, in a sentence.
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Known(known) => known.meaning(),
            Self::Unknown(_) => "A status this version does not know. Go by what the order allows.",
        }
    }

    /// Who moves it next.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Known(known) => known.actor(),
            Self::Unknown(_) => Actor::Unknown,
        }
    }

    /// Whether it still moves; an unknown status is watched as if it did.
    pub fn is_live(&self) -> bool {
        match self {
            Self::Known(known) => known.phase() == Phase::Live,
            Self::Unknown(_) => true,
        }
    }

    /// Whether this is exactly the given known status.
    pub fn is(&self, known: KnownStatus) -> bool {
        *self == Self::Known(known)
    }
}

impl From<KnownStatus> for Status {
    fn from(known: KnownStatus) -> Self {
        Self::Known(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_word_reads_back_as_itself() {
        for known in KnownStatus::ALL {
            assert_eq!(Status::from_wire(known.wire()), Status::Known(*known));
            assert!(known.label().chars().count() <= 22, "{}", known.label());
        }
    }

    #[test]
    fn the_baseline_enum_is_covered() {
        let baseline = [
            "created",
            "awaiting_liquidity_provider",
            "awaiting_crypto_transfer_authorization",
            "crypto_transfer_authorization_pending",
            "crypto_received",
            "fiat_payment_started",
            "awaiting_fiat_received_confirmation",
            "fiat_received_confirmed",
            "crypto_release_pending",
            "awaiting_vendor_escrow_funding",
            "awaiting_fiat_transfer",
            "fiat_transfer_pending",
            "completed",
            "cancelled",
            "failed",
            "price_changed_requote_needed",
            "send_out_pending",
            "send_out_completed",
            "send_out_failed",
            "fiat_payment_review_started",
            "dispute_started",
        ];
        for word in baseline {
            assert!(matches!(Status::from_wire(word), Status::Known(_)), "{word}");
        }
    }

    #[test]
    fn an_unknown_status_is_kept_and_watched() {
        let status = Status::from_wire("Frozen_By_Moon");
        assert_eq!(status.wire(), "Frozen_By_Moon");
        assert!(status.is_live());
        assert_eq!(status.actor(), Actor::Unknown);
    }

    #[test]
    fn a_dispute_is_not_an_ending() {
        assert!(Status::from_wire("dispute_started").is_live());
        assert!(!Status::from_wire("price_changed_requote_needed").is_live());
    }
}
