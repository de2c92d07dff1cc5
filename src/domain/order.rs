//! The order as the API describes it, with what could not be read named beside it.
//!
//! Absent and `null` mean the same. A field of the wrong type does not lose the order: it is left
//! empty and listed in [`Order::problems`], and [`crate::domain::action`] refuses to act on an
//! order whose money fields could not be read. Source: reference, section 5.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::amount::Amount;
use super::id::{OrderId, PaymentDetailsId, UserId};
use super::next_action::{ActionRequired, AllowedAction, NextAction};
use super::status::{KnownStatus, Status};
use super::timeline::TimelineEntry;

/// Which way the money goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Crypto to fiat.
    OffRamp,
    /// Fiat to crypto.
    OnRamp,
}

impl Direction {
    /// A short word for a column.
    pub fn label(self) -> &'static str {
        match self {
            Self::OffRamp => "off",
            Self::OnRamp => "on",
        }
    }
}

/// `amounts`. Any part may be missing or unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Amounts {
    /// `crypto_amount`, in whole tokens.
    pub crypto: Option<Amount>,
    /// `fiat_amount`, in units of the fiat currency.
    pub fiat: Option<Amount>,
    /// `crypto_currency`, for example `USDT`.
    pub crypto_currency: Option<String>,
    /// `fiat_currency`, for example `NGN`.
    pub fiat_currency: Option<String>,
    /// `rate`, fiat for one token.
    pub rate: Option<Amount>,
}

/// `fee_breakdown`: amounts in crypto, percentages as written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeeBreakdown {
    /// `platform_fee`.
    pub platform_fee: Option<Amount>,
    /// `platform_fee_pct`.
    pub platform_fee_pct: Option<Amount>,
    /// `partner_fee`.
    pub partner_fee: Option<Amount>,
    /// `partner_fee_pct`.
    pub partner_fee_pct: Option<Amount>,
    /// `total_fee`.
    pub total_fee: Option<Amount>,
}

/// `vendor_payment_details` of an on-ramp order: where the fiat is to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VendorPaymentDetails {
    /// `payment_method_name`.
    pub method: Option<String>,
    /// `payment_network_name`.
    pub network: Option<String>,
    /// `details`, key and value.
    pub details: Vec<(String, String)>,
}

/// Links the order model does not promise, for servers that send them all the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    /// `user_uuid`, `user_id` or `recipient_context.sender_id`.
    pub user: Option<UserId>,
    /// `payment_details_id`.
    pub payment_details: Option<PaymentDetailsId>,
    /// `reference_id`: the partner's own order id.
    pub reference: Option<String>,
    /// `quote_id`.
    pub quote: Option<String>,
    /// `provider`: `p2p` or `licensed`.
    pub provider: Option<String>,
}

/// A field that was there but could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Path of the field, for example `amounts.crypto_amount`.
    pub field: &'static str,
    /// What was wrong with it, with the raw text made visible and cut.
    pub reason: String,
}

impl FieldProblem {
    /// Whether an action may depend on the field. A bad date in the timeline is a blemish; a bad
    /// amount, fee, offer or countdown is a reason not to act.
    pub fn concerns_actions(&self) -> bool {
        const FIELDS: [&str; 8] = [
            "order_id",
            "status",
            "order_type",
            "next_action",
            "allowed_actions",
            "crypto_transfer_authorization_seconds_left",
            "amounts",
            "fee_breakdown",
        ];
        let root = self.field.split(['.', '[']).next().unwrap_or(self.field);
        FIELDS.contains(&root)
    }
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// `order_id`.
    pub id: OrderId,
    /// `status`.
    pub status: Status,
    /// `order_type`, or what the status and fields say.
    pub direction: Direction,
    /// `next_action`.
    pub next_action: Option<NextAction>,
    /// `action_required`.
    pub action_required: Option<ActionRequired>,
    /// `allowed_actions`.
    pub allowed_actions: Vec<AllowedAction>,
    /// `crypto_transfer_authorization_seconds_left`, whole seconds as of the answer.
    pub authorization_seconds_left: Option<u64>,
    /// `amounts`.
    pub amounts: Amounts,
    /// `fee_breakdown`.
    pub fees: FeeBreakdown,
    /// `timeline`, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// `has_fiat_settlement_notification`: the provider confirms the fiat by itself.
    pub settles_itself: Option<bool>,
    /// `created_at`.
    pub created_at: Option<DateTime<Utc>>,
    /// `updated_at`.
    pub updated_at: Option<DateTime<Utc>>,
    /// `vendor_payment_details` (on-ramp).
    pub vendor: Option<VendorPaymentDetails>,
    /// `payment_request` (on-ramp): payer details must be submitted first.
    pub payment_request: Option<bool>,
    /// `fiat_funding_source` (on-ramp), verbatim.
    pub funding_source: Option<String>,
    /// `send_out_tx_hash` (on-ramp).
    pub send_out_tx_hash: Option<String>,
    /// What links the order to other things, where the server says so.
    pub links: Links,
    /// Fields that were there but unreadable.
    pub problems: Vec<FieldProblem>,
    /// The JSON as it came, for the raw view.
    pub raw: Arc<str>,
}

impl Order {
    /// An order of which only the identity and the status are known.
    pub fn bare(id: OrderId, status: Status) -> Self {
        Self {
            id,
            status,
            direction: Direction::OffRamp,
            next_action: None,
            action_required: None,
            allowed_actions: Vec::new(),
            authorization_seconds_left: None,
            amounts: Amounts::default(),
            fees: FeeBreakdown::default(),
            timeline: Vec::new(),
            settles_itself: None,
            created_at: None,
            updated_at: None,
            vendor: None,
            payment_request: None,
            funding_source: None,
            send_out_tx_hash: None,
            links: Links::default(),
            problems: Vec::new(),
            raw: "".into(),
        }
    }

    /// Whether `allowed_actions` holds the entry.
    pub fn allows(&self, action: &AllowedAction) -> bool {
        self.allowed_actions.contains(action)
    }

    /// Whether a refund of escrowed crypto is owed: the only sign is the offered action.
    /// Source: reference, section 6.6.
    pub fn refund_owed(&self) -> bool {
        self.allows(&AllowedAction::AuthorizeRefund) || self.next_action == Some(NextAction::AuthorizeRefund)
    }

    /// Whether the order still moves or still holds money of ours.
    pub fn is_live(&self) -> bool {
        self.status.is_live() || self.refund_owed()
    }

    /// On-ramp: done, and the crypto can still be sent on to another chain. Nobody has to.
    /// Source: reference, section 7.
    pub fn send_out_possible(&self) -> bool {
        self.direction == Direction::OnRamp
            && self.status.is(KnownStatus::Completed)
            && self.allows(&AllowedAction::AuthorizeBridge)
    }

    /// What must be funded: `crypto_amount` plus the partner's markup, which the newest documents
    /// leave out of `crypto_amount` and the baseline always has at zero. Source: reference, section 4.
    pub fn crypto_to_fund(&self) -> Option<Amount> {
        let fee = self.fees.partner_fee.unwrap_or(Amount::ZERO);
        self.amounts.crypto?.plus(fee)
    }

    /// The required action that is ours to take: `next_action` where it needs no entry or has it.
    /// Without the entry the order is a widget order or not ours. Source: reference, section 5.
    pub fn our_next_action(&self) -> Option<NextAction> {
        let action = self.next_action.clone().or_else(|| self.implied_action())?;
        match action.needs_entry() {
            // The customer's own transfer confirms itself: there is nothing for us to call.
            _ if action == NextAction::DepositToUserAccount => None,
            Some(entry) if !self.allows(&entry) => None,
            _ => Some(action),
        }
    }

    /// On-ramp orders have no word in the baseline for "pay now", and a refund shows only in
    /// `allowed_actions`. Source: reference, sections 6.6 and 7.
    fn implied_action(&self) -> Option<NextAction> {
        if self.allows(&AllowedAction::AuthorizeRefund) {
            return Some(NextAction::AuthorizeRefund);
        }
        if !self.status.is(KnownStatus::AwaitingFiatTransfer) || self.customer_funds() {
            return None;
        }
        if self.allows(&AllowedAction::SubmitPayerDetails) && self.payment_request == Some(true) {
            return Some(NextAction::SubmitPayerDetails);
        }
        self.allows(&AllowedAction::ConfirmPaymentSent).then_some(NextAction::ConfirmPaymentSent)
    }

    /// On-ramp: the customer pays into an account of their own, and the transfer itself confirms.
    /// Source: reference, section 7.
    pub fn customer_funds(&self) -> bool {
        self.funding_source.as_deref() == Some("own_account")
            || self.next_action == Some(NextAction::DepositToUserAccount)
    }

    /// Whether what an operator acts on differs between two readings of the same order. Times and
    /// the countdown move by themselves and do not count.
    pub fn differs_for_operator(&self, other: &Self) -> bool {
        self.status != other.status
            || self.next_action != other.next_action
            || self.allowed_actions != other.allowed_actions
            || self.amounts != other.amounts
            || self.fees != other.fees
            || self.problems != other.problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(status: &str) -> Order {
        Order::bare(OrderId::parse("o-1").unwrap(), Status::from_wire(status))
    }

    #[test]
    fn a_cancelled_order_that_owes_a_refund_is_live_and_ours() {
        let mut o = order("cancelled");
        assert!(!o.is_live());
        o.allowed_actions = vec![AllowedAction::AuthorizeRefund];
        assert!(o.is_live());
        assert_eq!(o.our_next_action(), Some(NextAction::AuthorizeRefund));
    }

    #[test]
    fn a_widget_order_asks_for_nothing_of_ours() {
        let mut o = order("awaiting_crypto_transfer_authorization");
        o.next_action = Some(NextAction::AuthorizeCryptoTransfer);
        assert_eq!(o.our_next_action(), None);
        o.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
        assert_eq!(o.our_next_action(), Some(NextAction::AuthorizeCryptoTransfer));
    }

    #[test]
    fn the_markup_is_added_to_what_must_be_funded() {
        let mut o = order("created");
        assert_eq!(o.crypto_to_fund(), None);
        o.amounts.crypto = Some(Amount::parse("101.50").unwrap());
        assert_eq!(o.crypto_to_fund(), Some(Amount::parse("101.5").unwrap()));
        o.fees.partner_fee = Some(Amount::parse("0.5").unwrap());
        assert_eq!(o.crypto_to_fund(), Some(Amount::parse("102").unwrap()));
    }

    #[test]
    fn an_on_ramp_transfer_is_asked_for_though_the_api_has_no_word_for_it() {
        let mut o = order("awaiting_fiat_transfer");
        assert_eq!(o.our_next_action(), None);
        o.allowed_actions = vec![AllowedAction::ConfirmPaymentSent];
        assert_eq!(o.our_next_action(), Some(NextAction::ConfirmPaymentSent));
        o.allowed_actions = vec![AllowedAction::SubmitPayerDetails, AllowedAction::ConfirmPaymentSent];
        assert_eq!(o.our_next_action(), Some(NextAction::ConfirmPaymentSent), "nobody asked who pays");
        o.payment_request = Some(true);
        assert_eq!(o.our_next_action(), Some(NextAction::SubmitPayerDetails));
    }

    #[test]
    fn only_a_completed_on_ramp_order_that_offers_it_can_be_sent_out() {
        let mut o = order("completed");
        o.allowed_actions = vec![AllowedAction::AuthorizeBridge];
        assert!(!o.send_out_possible(), "off-ramp");
        o.direction = Direction::OnRamp;
        assert!(o.send_out_possible());
        assert!(!o.is_live() && o.our_next_action().is_none(), "nobody has to");
        o.status = Status::from_wire("send_out_completed");
        assert!(!o.send_out_possible());
        o.status = Status::from_wire("completed");
        o.allowed_actions.clear();
        assert!(!o.send_out_possible());
    }

    #[test]
    fn a_customer_who_funds_from_their_own_account_needs_nothing_of_ours() {
        let mut o = order("awaiting_fiat_transfer");
        o.allowed_actions = vec![AllowedAction::ConfirmPaymentSent];
        o.funding_source = Some("own_account".to_owned());
        assert_eq!(o.our_next_action(), None);
        o.funding_source = None;
        o.next_action = Some(NextAction::DepositToUserAccount);
        assert_eq!(o.our_next_action(), None);
        assert!(o.is_live());
    }
}
