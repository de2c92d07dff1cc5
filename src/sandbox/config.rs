//! What a simulated partner API is made of: how many orders, which scenario, which faults.
//!
//! Plain values; nothing here starts anything. The words of [`Chaos`] and [`Scenario`] are what
//! the command line takes, in kebab-case, and `describe` is its help text.

use std::fmt;
use std::str::FromStr;

use alloy_primitives::Address;
use chrono::{DateTime, Utc};

/// How a simulated API is set up.
#[derive(Debug, Clone)]
pub struct SandboxConfig {
    /// How many orders exist at the start.
    pub orders: usize,
    /// The same seed gives the same world.
    pub seed: u64,
    /// Virtual seconds per real second, at least 1.
    pub speed: u32,
    /// Which faults the API shows.
    pub chaos: Chaos,
    /// Which orders exist at the start.
    pub scenario: Scenario,
    /// Which version of the documents the API follows where they differ.
    pub dialect: Dialect,
    /// The key every partner endpoint asks for.
    pub api_key: String,
    /// The secret of webhook deliveries.
    pub webhook_secret: String,
    /// The partner's wallet, which must sign authorizations.
    pub sender: Address,
    /// The virtual clock's start.
    pub started: DateTime<Utc>,
}

impl SandboxConfig {
    /// The defaults: 60 mixed orders, seed 7, real time, no faults, fresh random secrets.
    pub fn new(sender: Address, started: DateTime<Utc>) -> Self {
        Self {
            orders: 60,
            seed: 7,
            speed: 1,
            chaos: Chaos::None,
            scenario: Scenario::Mixed,
            dialect: Dialect::Baseline,
            api_key: format!("sk_sandbox_{}", uuid::Uuid::new_v4().simple()),
            webhook_secret: format!("whsec_sandbox_{}", uuid::Uuid::new_v4().simple()),
            sender,
            started,
        }
    }
}

/// A word that is not one of the choices.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} `{word}`; choose one of: {choices}")]
pub struct UnknownWord {
    what: &'static str,
    word: String,
    choices: String,
}

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident, $what:literal { $($variant:ident, $word:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = $text] $variant,)*
        }

        impl $name {
            /// Every choice, in the order of the help text.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word on the command line.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What it does, in a sentence.
            pub fn describe(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|c| c.word() == word).ok_or_else(|| UnknownWord {
                    what: $what,
                    word: crate::domain::text::visible_prefix(word, 40),
                    choices: Self::ALL.iter().map(|c| c.word()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

choices! {
    /// Which faults the simulated API shows.
    Chaos, "chaos mode" {
        None, "none", "No faults.";
        LostAnswers, "lost-answers", "Every money write is carried out, but its answer is lost: the connection closes.";
        Slow, "slow", "Every answer takes two to four seconds.";
        Errors, "errors", "Every third read fails with 500, 502, 503 or 429.";
        Malformed, "malformed", "Some reads hold wrong types, nulls, control characters, unknown statuses, HTML or half a body.";
        ClockSkew, "clock-skew", "The server's clock, in headers and in timestamps, is three hours ahead.";
        TamperRecipient, "tamper-recipient", "The calldata to sign pays a stranger instead of the escrow.";
        TamperAmount, "tamper-amount", "The amount to sign is ten times the order's, consistently in every field.";
        TamperCalldata, "tamper-calldata", "The calldata to sign approves a stranger without limit instead of transferring.";
        TamperSender, "tamper-sender", "The parameters name another wallet as the sender.";
        TamperToken, "tamper-token", "The parameters name another token contract.";
    }
}

choices! {
    /// Which version of the documents the simulated API follows where they differ.
    Dialect, "dialect" {
        Baseline, "baseline", "The words and shapes of the baseline documents.";
        Newer, "newer", "The words and shapes of the newest published documents.";
    }
}

choices! {
    /// Which orders exist at the start.
    Scenario, "scenario" {
        Mixed, "mixed", "Orders in every status, some moving by themselves, new ones arriving.";
        AwaitingAuthorization, "awaiting-authorization", "Only orders that wait for a signature; nothing new arrives.";
        AwaitingConfirmation, "awaiting-confirmation", "Only orders that wait for the fiat to be confirmed; nothing new arrives.";
        Empty, "empty", "Nothing but the catalog and a funded wallet: no users, no orders.";
        KycPending, "kyc-pending", "Users on their way to a verdict: verified soon, waiting for documents, under review, handed off.";
        KycRejected, "kyc-rejected", "A user whose verification was rejected; a quote is refused until new data are verified.";
        UpdateKycAddress, "update-kyc-address", "Euro payouts that wait for the user's address; no user has given one.";
        QuoteExpires, "quote-expires", "Quotes live for fifteen seconds only.";
        PriceMoves, "price-moves", "The price falls by one per cent at the first off-ramp initiate; an older order needs a new quote.";
        InitiateLostAnswer, "initiate-lost-answer", "The answer to the first initiate is lost: the order exists, the connection closes.";
        Unfilled, "unfilled", "Orders no liquidity provider accepts, new ones included; they are cancelled after some minutes.";
        AuthorizationWindowClosing, "authorization-window-closing", "Authorization windows of half a minute to four minutes; new orders have ninety seconds.";
        LowBalance, "low-balance", "The wallet cannot fund the orders that wait; it is topped up after three minutes.";
        RelayFails, "relay-fails", "The relay fails after each authorization: the order fails and the crypto comes back.";
        FiatConfirm, "fiat-confirm", "Orders of which the fiat can be confirmed, in each status that allows it.";
        FiatPaymentReview, "fiat-payment-review", "Proofs of payment under review: one is accepted, one declined, one disputed.";
        ProviderSettlesItself, "provider-settles-itself", "Providers confirm delivery themselves: orders complete without anybody's confirmation.";
        RefundOwed, "refund-owed", "Cancelled orders that hold funded crypto: two to refund, one held for review; new ones end the same way.";
        Dispute, "dispute", "Disputes that are resolved after some minutes: the first for the seller, a refund is then owed; the second for the buyer.";
        OnRampPaymentRequest, "on-ramp-payment-request", "On-ramp orders whose vendor needs the payer's details before the payment can be confirmed.";
        OnRampPayerDetails, "on-ramp-payer-details", "On-ramp orders to be paid: the vendor knows the payer, or does not ask; vendor details to forward.";
        SendOut, "send-out", "Completed on-ramp orders to send out; the second one's bridge does not deliver.";
        WebhookFailing, "webhook-failing", "The first two deliveries of each webhook event are lost, and so are the first two tests.";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_themselves() {
        for chaos in Chaos::ALL {
            assert_eq!(chaos.to_string().parse(), Ok(*chaos));
        }
        for dialect in Dialect::ALL {
            assert_eq!(dialect.to_string().parse(), Ok(*dialect));
        }
        for scenario in Scenario::ALL {
            assert_eq!(scenario.to_string().parse(), Ok(*scenario));
        }
        let error = "storm\u{7}".parse::<Chaos>().unwrap_err().to_string();
        assert!(error.contains("lost-answers") && !error.contains('\u{7}'), "{error}");
    }
}
