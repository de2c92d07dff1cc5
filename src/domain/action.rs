//! The only home of "may I press this?".
//!
//! [`check`] looks at a freshly read order and lists *every* reason against an action. A [`Permit`]
//! is the proof that it found none: it cannot be made any other way, it owns the reading it was
//! made from, and everything that signs or submits asks for one.

use std::fmt;
use std::time::Duration;

use super::countdown;
use super::next_action::AllowedAction;
use super::observed::Observed;
use super::order::{Direction, Order};
use super::status::KnownStatus;
use super::time::Now;

/// How old a reading may be when an action is built from it.
pub const FRESH_FOR: Duration = Duration::from_secs(15);

/// Seconds that must be left of the authorization window: less than this the relay cannot make.
pub const LEAST_SECONDS_LEFT: u64 = 5;

/// The actions on an order that move money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// Sign and submit the transfer of crypto into the escrow.
    Authorize,
    /// Confirm that the fiat arrived: releases the crypto to the buyer, irreversible.
    ConfirmFiat,
    /// Cancel the order.
    Cancel,
    /// On-ramp: say that the customer paid the fiat.
    PaymentSent,
    /// On-ramp with `payment_request`: say who pays the fiat.
    PayerDetails,
    /// On-ramp: sign and submit the transfer of the crypto to another chain.
    SendOut,
    /// Sign and submit the return of what is in the escrow of an order that stopped.
    Refund,
}

impl ActionKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Authorize,
        Self::ConfirmFiat,
        Self::Cancel,
        Self::PaymentSent,
        Self::PayerDetails,
        Self::SendOut,
        Self::Refund,
    ];

    /// The entry of `allowed_actions` that offers it, which is also its endpoint's name.
    pub fn entry(self) -> AllowedAction {
        match self {
            Self::Authorize => AllowedAction::AuthorizeCryptoTransfer,
            Self::ConfirmFiat => AllowedAction::ConfirmFiatReceived,
            Self::Cancel => AllowedAction::Cancel,
            Self::PaymentSent => AllowedAction::ConfirmPaymentSent,
            Self::PayerDetails => AllowedAction::SubmitPayerDetails,
            Self::SendOut => AllowedAction::AuthorizeBridge,
            Self::Refund => AllowedAction::AuthorizeRefund,
        }
    }

    /// The verb, for titles and sentences.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::ConfirmFiat => "confirm",
            Self::Cancel => "cancel",
            Self::PaymentSent => "payment-sent",
            Self::PayerDetails => "payer-details",
            Self::SendOut => "send-out",
            Self::Refund => "refund",
        }
    }

    /// Whether it is signed for the forwarder, with the wallet's one nonce there, which all orders
    /// share. Source: reference, sections 6.2 and 7.
    pub fn uses_forwarder(self) -> bool {
        matches!(self, Self::Authorize | Self::SendOut)
    }

    /// The only direction of an order the action belongs to.
    fn direction(self) -> Option<Direction> {
        match self {
            Self::Cancel => None,
            Self::Authorize | Self::ConfirmFiat | Self::Refund => Some(Direction::OffRamp),
            Self::PaymentSent | Self::PayerDetails | Self::SendOut => Some(Direction::OnRamp),
        }
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.verb())
    }
}

/// One reason why an action must not be taken now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The reading is older than [`FRESH_FOR`].
    #[error("the order was read {} s ago; it must be read again first", .0.as_secs())]
    Stale(Duration),
    /// `allowed_actions` does not hold the entry.
    #[error("the order does not offer `{entry}` (status `{status}`, it offers: {offers})")]
    NotOffered {
        /// The missing entry.
        entry: String,
        /// The order's status, made visible.
        status: String,
        /// What it offers instead.
        offers: String,
    },
    /// An authorization is only for orders that await one.
    #[error("the order is `{0}`, not `awaiting_crypto_transfer_authorization`")]
    WrongStatus(String),
    /// The action belongs to off-ramp orders.
    #[error("this is an on-ramp order; the action belongs to off-ramp orders")]
    OnRamp,
    /// The action belongs to on-ramp orders.
    #[error("this is an off-ramp order; the action belongs to on-ramp orders")]
    OffRamp,
    /// The customer's own transfer confirms the payment.
    #[error("the customer pays into an account of their own; their transfer itself confirms, nobody else does")]
    OwnAccount,
    /// Nobody asked who pays.
    #[error("the order does not ask for payer details (`payment_request` is not true)")]
    NoPaymentRequest,
    /// Too little, or nothing, is left of the authorization window.
    #[error("{0} s are left to authorize; at least {LEAST_SECONDS_LEFT} are needed")]
    TooLate(u64),
    /// The order carries no countdown although one is due.
    #[error("the order does not say how many seconds are left to authorize")]
    NoCountdown,
    /// Parts of the order could not be read.
    #[error("the order could not be read completely: {0}")]
    Unreadable(String),
}

/// Every reason against `action` on this reading, none if it may be taken.
pub fn check(order: &Observed<Order>, action: ActionKind, now: &Now) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    let age = order.age(now);
    if age > FRESH_FOR {
        reasons.push(Refusal::Stale(age));
    }
    reasons.extend(not_offered(&order.value, action));
    reasons.extend(unreadable(&order.value));
    reasons.extend(wrong_way(&order.value, action));
    match action {
        ActionKind::Authorize => reasons.extend(authorization_window(order, now)),
        // Source: reference, section 7: `own_account` is confirmed by the transfer itself.
        ActionKind::PaymentSent if order.value.funding_source.as_deref() == Some("own_account") => {
            reasons.push(Refusal::OwnAccount);
        }
        ActionKind::PayerDetails if order.value.payment_request != Some(true) => {
            reasons.push(Refusal::NoPaymentRequest);
        }
        _ => {}
    }
    reasons
}

/// Whether the order offers `action` as it was last read, fresh or not: for showing, never for acting.
pub fn offered(order: &Order, action: ActionKind) -> bool {
    let asked = action != ActionKind::PayerDetails || order.payment_request == Some(true);
    let ours = action != ActionKind::PaymentSent || !order.customer_funds();
    asked && ours && not_offered(order, action).is_none() && wrong_way(order, action).is_none()
}

fn wrong_way(order: &Order, action: ActionKind) -> Option<Refusal> {
    match (action.direction(), order.direction) {
        (Some(Direction::OffRamp), Direction::OnRamp) => Some(Refusal::OnRamp),
        (Some(Direction::OnRamp), Direction::OffRamp) => Some(Refusal::OffRamp),
        _ => None,
    }
}

/// The baseline documents no entries for on-ramp orders: where an order offers nothing at all, its
/// status decides, as the flow of the documents has it. An order that offers something offers all.
/// Source: reference, sections 7 and 8.
fn follows_from_status(order: &Order, action: ActionKind) -> bool {
    let awaited = match action {
        ActionKind::PaymentSent | ActionKind::PayerDetails => KnownStatus::AwaitingFiatTransfer,
        ActionKind::SendOut => KnownStatus::Completed,
        _ => return false,
    };
    order.direction == Direction::OnRamp && order.allowed_actions.is_empty() && order.status.is(awaited)
}

/// Whether the order offers the action, by `allowed_actions` or, where the baseline leaves those
/// empty, by its status. Says nothing about whether it may be taken now: see [`check`].
pub fn is_offered(order: &Order, action: ActionKind) -> bool {
    order.allows(&action.entry()) || follows_from_status(order, action)
}

fn not_offered(order: &Order, action: ActionKind) -> Option<Refusal> {
    let entry = action.entry();
    if is_offered(order, action) {
        return None;
    }
    let offers: Vec<String> = order.allowed_actions.iter().map(|a| super::text::visible_prefix(a.wire(), 40)).collect();
    Some(Refusal::NotOffered {
        entry: entry.wire().to_owned(),
        status: super::text::visible_prefix(order.status.wire(), 60),
        offers: if offers.is_empty() { "nothing".to_owned() } else { offers.join(", ") },
    })
}

fn unreadable(order: &Order) -> Option<Refusal> {
    let mut parts: Vec<String> =
        order.problems.iter().filter(|p| p.concerns_actions()).map(|p| p.field.to_owned()).collect();
    if order.amounts.crypto.is_none() {
        parts.push("no readable crypto_amount".to_owned());
    }
    if order.amounts.crypto_currency.is_none() {
        parts.push("no readable crypto_currency".to_owned());
    }
    if parts.is_empty() { None } else { Some(Refusal::Unreadable(parts.join(", "))) }
}

fn authorization_window(order: &Observed<Order>, now: &Now) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    if !order.value.status.is(KnownStatus::AwaitingCryptoTransferAuthorization) {
        reasons.push(Refusal::WrongStatus(super::text::visible_prefix(order.value.status.wire(), 60)));
    }
    match countdown::of(order, now) {
        None => reasons.push(Refusal::NoCountdown),
        Some(left) if left.seconds_left < LEAST_SECONDS_LEFT => reasons.push(Refusal::TooLate(left.seconds_left)),
        Some(_) => {}
    }
    reasons
}

/// Proof that an action was offered by a fresh reading of the order, which it owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    // Boxed: a permit is handed back in errors, and an order is large.
    order: Box<Observed<Order>>,
    action: ActionKind,
}

impl Permit {
    /// Checks and, if nothing speaks against it, permits.
    ///
    /// # Errors
    /// Every reason against the action.
    pub fn new(order: Observed<Order>, action: ActionKind, now: &Now) -> Result<Self, Vec<Refusal>> {
        let reasons = check(&order, action, now);
        if reasons.is_empty() { Ok(Self { order: Box::new(order), action }) } else { Err(reasons) }
    }

    /// The reading the permit was made from.
    pub fn order(&self) -> &Observed<Order> {
        &self.order
    }

    /// What is permitted.
    pub fn action(&self) -> ActionKind {
        self.action
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Amount, Mono, OrderId, Status};
    use chrono::DateTime;

    fn at(s: u64) -> Now {
        Now { mono: Mono::new(Duration::from_secs(s)), wall: DateTime::from_timestamp(s.cast_signed(), 0).unwrap() }
    }

    fn authorizable() -> Observed<Order> {
        let mut o = Order::bare(OrderId::parse("o").unwrap(), KnownStatus::AwaitingCryptoTransferAuthorization.into());
        o.amounts.crypto = Some(Amount::parse("101.50").unwrap());
        o.amounts.crypto_currency = Some("USDT".to_owned());
        o.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer, AllowedAction::Cancel];
        o.authorization_seconds_left = Some(1720);
        Observed { value: o, asked: at(100), answered: at(101), server_date: None }
    }

    #[test]
    fn a_fresh_order_that_offers_it_is_permitted() {
        let permit = Permit::new(authorizable(), ActionKind::Authorize, &at(102)).unwrap();
        assert_eq!(permit.action(), ActionKind::Authorize);
        assert_eq!(permit.order().value.id.as_str(), "o");
    }

    #[test]
    fn all_reasons_are_listed_not_the_first() {
        let mut order = authorizable();
        order.value.status = Status::from_wire("weird\u{202e}");
        order.value.allowed_actions.clear();
        order.value.amounts.crypto = None;
        order.value.authorization_seconds_left = Some(4);
        order.value.direction = Direction::OnRamp;
        let reasons = check(&order, ActionKind::Authorize, &at(200));
        assert_eq!(reasons.len(), 6, "{reasons:?}");
        assert!(reasons.iter().all(|r| !r.to_string().contains('\u{202e}')));
    }

    #[test]
    fn a_blemish_elsewhere_does_not_stop_an_action_but_a_bad_amount_does() {
        let problem = |field| crate::domain::order::FieldProblem { field, reason: "not a date".to_owned() };
        let mut order = authorizable();
        order.value.problems = vec![problem("timeline"), problem("created_at")];
        assert!(check(&order, ActionKind::Authorize, &at(100)).is_empty());
        order.value.problems.push(problem("fee_breakdown.partner_fee"));
        assert!(matches!(&check(&order, ActionKind::Authorize, &at(100))[..], [Refusal::Unreadable(_)]));
    }

    #[test]
    fn next_action_alone_permits_nothing() {
        let mut order = authorizable();
        order.value.next_action = Some(crate::domain::NextAction::AuthorizeCryptoTransfer);
        order.value.allowed_actions.clear();
        assert!(matches!(check(&order, ActionKind::Authorize, &at(100))[..], [Refusal::NotOffered { .. }]));
    }

    #[test]
    fn a_stale_reading_permits_nothing() {
        assert!(check(&authorizable(), ActionKind::Cancel, &at(115)).is_empty());
        assert!(matches!(check(&authorizable(), ActionKind::Cancel, &at(116))[..], [Refusal::Stale(_)]));
    }

    fn on_ramp(status: KnownStatus, offers: &[AllowedAction]) -> Observed<Order> {
        let mut order = authorizable();
        order.value.direction = Direction::OnRamp;
        order.value.status = status.into();
        order.value.allowed_actions = offers.to_vec();
        order
    }

    #[test]
    fn an_on_ramp_order_that_offers_nothing_is_read_by_its_status() {
        let now = at(102);
        let waiting = on_ramp(KnownStatus::AwaitingFiatTransfer, &[]);
        assert_eq!(check(&waiting, ActionKind::PaymentSent, &now), []);
        assert_eq!(check(&waiting, ActionKind::PayerDetails, &now), [Refusal::NoPaymentRequest]);
        assert!(matches!(check(&waiting, ActionKind::SendOut, &now)[..], [Refusal::NotOffered { .. }]));
        assert_eq!(check(&on_ramp(KnownStatus::Completed, &[]), ActionKind::SendOut, &now), []);
        let mut asked = on_ramp(KnownStatus::AwaitingFiatTransfer, &[AllowedAction::SubmitPayerDetails]);
        asked.value.payment_request = Some(true);
        assert_eq!(check(&asked, ActionKind::PayerDetails, &now), []);
        assert!(matches!(check(&asked, ActionKind::PaymentSent, &now)[..], [Refusal::NotOffered { .. }]));
    }

    #[test]
    fn actions_keep_to_their_ramp_and_their_money() {
        let now = at(102);
        let mut own = on_ramp(KnownStatus::AwaitingFiatTransfer, &[AllowedAction::ConfirmPaymentSent]);
        own.value.funding_source = Some("own_account".to_owned());
        assert_eq!(check(&own, ActionKind::PaymentSent, &now), [Refusal::OwnAccount]);
        let mut stopped = on_ramp(KnownStatus::Cancelled, &[AllowedAction::AuthorizeRefund]);
        assert_eq!(check(&stopped, ActionKind::Refund, &now), [Refusal::OnRamp]);
        stopped.value.direction = Direction::OffRamp;
        assert_eq!(check(&stopped, ActionKind::Refund, &now), []);
        stopped.value.allowed_actions.clear();
        assert!(matches!(check(&stopped, ActionKind::Refund, &now)[..], [Refusal::NotOffered { .. }]));
        stopped.value.allowed_actions = vec![AllowedAction::ConfirmPaymentSent];
        assert_eq!(check(&stopped, ActionKind::PaymentSent, &now), [Refusal::OffRamp]);
    }

    #[test]
    fn an_order_without_a_countdown_or_with_seconds_to_go_is_not_authorized() {
        let mut order = authorizable();
        order.value.authorization_seconds_left = None;
        assert_eq!(check(&order, ActionKind::Authorize, &at(100)), [Refusal::NoCountdown]);
        order.value.authorization_seconds_left = Some(5);
        assert_eq!(check(&order, ActionKind::Authorize, &at(101)), [Refusal::TooLate(4)]);
    }
}
