//! The steps of an order, off-ramp or on-ramp, and how it may end otherwise. Source: the off-ramp
//! playbook, phases 3 and 4; reference, sections 7 and 8.
//!
//! Statuses can be skipped between two readings: a step is done when a later one is under way. Of
//! an order that ended otherwise, the timeline tells how far it came.

use super::steps::{Facts, Goes, Item, Phase, Standing, State, cleared, is, item};
use crate::app::command::Command;
use crate::domain::status::KnownStatus as S;
use crate::domain::{AllowedAction, Direction, NextAction, Order, Status};

/// Whether the steps are those of the on-ramp.
pub(super) fn is_on_ramp(facts: &Facts<'_>) -> bool {
    facts.order.is_some_and(|order| order.direction == Direction::OnRamp)
}

/// Number, title and call.
type Row = (u8, &'static str, &'static str);

const OFF_RAMP: [Row; 8] = [
    (9, "Estimate", "POST /offramp/estimate"),
    (10, "Quote", "POST /offramp/quote"),
    (11, "Initiate the order", "POST /offramp/initiate"),
    (12, "Authorize the transfer", "POST /orders/{id}/authorize-crypto-transfer"),
    (13, "Buyer submits proof", "no call"),
    (14, "Proof is reviewed", "no call"),
    (15, "Proof accepted", "no call"),
    (16, "Confirm fiat received", "POST /orders/{id}/confirm-fiat-received"),
];

const ON_RAMP: [Row; 10] = [
    (8, "Estimate", "POST /onramp/estimate"),
    (9, "Quote", "POST /onramp/quote"),
    (10, "Initiate the order", "POST /onramp/initiate"),
    (11, "Provider accepts", "no call"),
    (12, "Vendor funds the escrow", "no call"),
    (13, "Submit payer details", "POST /orders/{id}/submit-payer-details"),
    (14, "Customer pays the vendor", "no call"),
    (15, "Confirm payment sent", "POST /orders/{id}/confirm-payment-sent"),
    (16, "Vendor confirms", "no call"),
    (17, "Send out", "POST /orders/{id}/authorize-bridge"),
];

/// The steps from the estimate on.
pub(super) fn steps(facts: &Facts<'_>) -> Vec<Item> {
    let on_ramp = is_on_ramp(facts);
    let rows: &[Row] = if on_ramp { &ON_RAMP } else { &OFF_RAMP };
    let mut all: Vec<Item> = rows
        .iter()
        .map(|(number, title, call)| {
            let standing = match facts.order {
                None => without_order(facts, *number),
                Some(order) => with_order(facts, order, *number),
            };
            item(*number, Phase::Order, title, call, standing)
        })
        .collect();
    all.extend(facts.order.and_then(|order| ending(facts, order)));
    all.extend(monitoring(facts, if on_ramp { 18 } else { 17 }));
    all
}

fn monitoring(facts: &Facts<'_>, first: u8) -> [Item; 2] {
    let one = match facts.order {
        Some(order) => is(State::Done, format!("ramptop polls it: {}.", order.status.label()), Goes::ShowOrder),
        None => is(State::Blocked, "No order is chosen.", Goes::Nowhere),
    };
    let list = is(State::Done, format!("ramptop lists them: {} known.", facts.orders), Goes::Orders);
    [
        item(first, Phase::Monitoring, "Poll the order", "GET /orders/{id}", one),
        item(first + 1, Phase::Monitoring, "List orders", "GET /orders", list),
    ]
}

/// Before there is an order, the off-ramp's steps are shown.
fn without_order(facts: &Facts<'_>, number: u8) -> Standing {
    match number {
        9 => is(State::Optional, "Indicative; binds nobody.", Goes::NewOrder),
        10 => quote(facts),
        11 => is(State::Blocked, "Step 10 first: on the quote's own page.", Goes::NewOrder),
        _ => is(State::Blocked, "No order yet.", Goes::Nowhere),
    }
}

fn quote(facts: &Facts<'_>) -> Standing {
    let go = Goes::NewOrder;
    if facts.user.is_none() {
        return is(State::Blocked, "Step 4 first: no user is chosen.", go);
    }
    match (cleared(facts), facts.payments) {
        _ if facts.read_only => is(State::Blocked, "This run is read-only.", go),
        (Some(false), _) => is(State::Blocked, "Step 7 first: the KYC is not cleared.", go),
        (_, Some([])) => is(State::Blocked, "Step 8 first: no payment details.", go),
        (None, _) | (_, None) => is(State::NotKnown, "The user has not been read yet.", go),
        (Some(true), Some(_)) => is(State::Next, "A price, held for a short while.", go),
    }
}

fn with_order(facts: &Facts<'_>, order: &Order, number: u8) -> Standing {
    let on_ramp = is_on_ramp(facts);
    let at = reached(order, on_ramp);
    let done = if number < at { Some(is(State::Done, done_note(order, number), Goes::ShowOrder)) } else { None };
    if let Some(done) = done {
        return done;
    }
    if is_over(order) {
        return is(State::Blocked, format!("The order is over: {}.", order.status.label()), Goes::ShowOrder);
    }
    match &order.status {
        Status::Unknown(word) => {
            is(State::NotKnown, format!("The order reads {word}, which this version does not know."), Goes::ShowOrder)
        }
        Status::Known(S::DisputeStarted) => is(State::Blocked, "A dispute is open; Unigox decides.", Goes::ShowOrder),
        Status::Known(S::SettlementInProgress | S::Returned) => {
            is(State::NotKnown, "Delayed settlement: ramptop shows it but does not act on it.", Goes::ShowOrder)
        }
        Status::Known(status) if on_ramp => on_ramp_step(facts, order, *status, number, at),
        Status::Known(status) => off_ramp_step(facts, order, *status, number, at),
    }
}

fn done_note(order: &Order, number: u8) -> String {
    let first = if is_on(order) { 8 } else { 9 };
    match number {
        n if n == first => "Past: the order exists.".to_owned(),
        n if n == first + 2 => order.id.to_string(),
        13 if is_on(order) && order.payment_request != Some(true) => "Not asked for.".to_owned(),
        _ => String::new(),
    }
}

fn is_on(order: &Order) -> bool {
    order.direction == Direction::OnRamp
}

/// The step under way: everything before it is done.
fn reached(order: &Order, on_ramp: bool) -> u8 {
    let of = |status: &Status| if on_ramp { at_on_ramp(order, status) } else { at_off_ramp(status) };
    let first = if on_ramp { 11 } else { 12 };
    match of(&order.status) {
        Some(at) => at,
        // An ending, or a word nobody knows: how far it had come.
        None => order.timeline.iter().filter_map(|entry| of(&entry.status)).max().unwrap_or(first),
    }
}

fn at_off_ramp(status: &Status) -> Option<u8> {
    let Status::Known(known) = status else { return None };
    Some(match known {
        S::Created
        | S::AwaitingLiquidityProvider
        | S::PendingAddress
        | S::AwaitingCryptoTransferAuthorization
        | S::CryptoTransferAuthorizationPending => 12,
        S::CryptoReceived => 13,
        S::FiatPaymentStarted => 14,
        S::FiatPaymentReviewStarted => 15,
        S::AwaitingFiatReceivedConfirmation | S::FiatReceivedConfirmed | S::CryptoReleasePending => 16,
        S::Completed => 17,
        _ => return None,
    })
}

fn at_on_ramp(order: &Order, status: &Status) -> Option<u8> {
    let Status::Known(known) = status else { return None };
    Some(match known {
        S::Created | S::AwaitingLiquidityProvider => 11,
        S::AwaitingVendorEscrowFunding => 12,
        S::AwaitingFiatTransfer if order.allows(&AllowedAction::SubmitPayerDetails) => 13,
        S::AwaitingFiatTransfer => 14,
        S::FiatTransferPending => 16,
        S::Completed | S::SendOutPending | S::SendOutFailed => 17,
        S::SendOutCompleted => 18,
        _ => return None,
    })
}

/// Over in another way than the playbook's.
fn is_over(order: &Order) -> bool {
    matches!(order.status, Status::Known(S::Cancelled | S::Failed | S::PriceChangedRequoteNeeded))
}

/// Why we cannot act on money in this run.
fn held(facts: &Facts<'_>, signs: bool) -> Option<String> {
    if facts.read_only {
        return Some("This run is read-only.".to_owned());
    }
    if let Some(why) = facts.actions_blocked {
        return Some(why.to_owned());
    }
    (signs && !facts.can_sign).then(|| "There is no key to sign with.".to_owned())
}

/// An action of ours: next if the order offers it and this run may.
fn ours(facts: &Facts<'_>, order: &Order, entry: &AllowedAction, signs: bool, note: &str, goes: Goes) -> Standing {
    if !order.allows(entry) {
        let note = "The order does not offer it: a widget order, or it moves by itself.";
        return is(State::Blocked, note, Goes::ShowOrder);
    }
    match held(facts, signs) {
        Some(why) => is(State::Blocked, why, Goes::ShowOrder),
        None => is(State::Next, note, goes),
    }
}

fn waits(who: &str, goes: Goes) -> Standing {
    is(State::Waiting, who, goes)
}

fn after(at: u8) -> Standing {
    is(State::Blocked, format!("After step {at}."), Goes::ShowOrder)
}

fn later(who: &str, at: u8) -> Standing {
    is(State::Blocked, format!("{who}, after step {at}."), Goes::ShowOrder)
}

fn off_ramp_step(facts: &Facts<'_>, order: &Order, status: S, number: u8, at: u8) -> Standing {
    let confirm = AllowedAction::ConfirmFiatReceived;
    if number > at {
        return match number {
            16 if order.allows(&confirm) && held(facts, false).is_none() => {
                let note = "Offered already: only if the bank shows the fiat. Irreversible.";
                is(State::Optional, note, Goes::Act(Command::ConfirmFiat))
            }
            13 => later("The buyer acts", at),
            14 | 15 => later("Unigox acts", at),
            _ => after(at),
        };
    }
    match number {
        12 => authorize(facts, order, status),
        13 => waits("The buyer pays the fiat and sends a proof.", Goes::ShowOrder),
        14 => waits("Unigox reviews the buyer's proof.", Goes::ShowOrder),
        15 => waits("Unigox accepts the proof, or declines it.", Goes::ShowOrder),
        _ if status != S::AwaitingFiatReceivedConfirmation => {
            waits("Confirmed; the crypto is being released.", Goes::ShowOrder)
        }
        _ if order.settles_itself == Some(true) && order.next_action.is_none() => {
            waits("The provider confirms by itself.", Goes::Act(Command::ConfirmFiat))
        }
        _ => {
            let note = "Check the bank first: this releases the crypto, irreversibly.";
            ours(facts, order, &confirm, false, note, Goes::Act(Command::ConfirmFiat))
        }
    }
}

fn authorize(facts: &Facts<'_>, order: &Order, status: S) -> Standing {
    let wants_address = matches!(order.next_action, Some(NextAction::UpdateKycAddress | NextAction::ProvideAddress))
        || order.action_required.as_ref().is_some_and(|a| a.kind == "update_kyc_address");
    match status {
        _ if wants_address || status == S::PendingAddress => {
            is(State::Next, "The user's address is missing: give it first.", Goes::Resolve)
        }
        S::AwaitingCryptoTransferAuthorization => {
            let entry = AllowedAction::AuthorizeCryptoTransfer;
            let note = "Review and sign before the countdown ends.";
            ours(facts, order, &entry, true, note, Goes::Act(Command::Authorize))
        }
        S::CryptoTransferAuthorizationPending => waits("Signed and sent; the chain confirms.", Goes::ShowOrder),
        _ => waits("A provider must accept the order first.", Goes::ShowOrder),
    }
}

fn on_ramp_step(facts: &Facts<'_>, order: &Order, status: S, number: u8, at: u8) -> Standing {
    let own_account = order.funding_source.as_deref() == Some("own_account");
    match number {
        11 if number == at => waits("A provider must accept the order.", Goes::ShowOrder),
        12 if number == at => waits("The vendor funds the escrow.", Goes::ShowOrder),
        13 if number == at => {
            let note = "The vendor wants to know who pays.";
            ours(facts, order, &AllowedAction::SubmitPayerDetails, false, note, Goes::Resolve)
        }
        14 if number == at => is(State::Next, "Forward the vendor's payment details to the customer.", Goes::OnRamp),
        15 if at == 14 && own_account => waits("The customer's own transfer confirms itself.", Goes::OnRamp),
        15 if at == 14 => {
            let note = "Once the customer has paid, not before.";
            ours(facts, order, &AllowedAction::ConfirmPaymentSent, false, note, Goes::Act(Command::PaymentSent))
        }
        16 if number == at => waits("The vendor checks for the fiat.", Goes::ShowOrder),
        17 if number == at => send_out(facts, order, status),
        14 => later("The customer acts", at),
        16 => later("The vendor acts", at),
        _ => after(at),
    }
}

fn send_out(facts: &Facts<'_>, order: &Order, status: S) -> Standing {
    match (status, held(facts, true)) {
        (S::SendOutPending, _) => waits("The transfer to the other chain is running.", Goes::ShowOrder),
        (S::SendOutFailed, _) => is(State::Blocked, "It failed; the trade itself stays done.", Goes::ShowOrder),
        (_, Some(why)) => is(State::Blocked, why, Goes::SendOut),
        (_, None) if order.allows(&AllowedAction::AuthorizeBridge) => {
            is(State::Optional, "To another chain, if wanted.", Goes::SendOut)
        }
        _ => is(State::Optional, "The order does not offer it now.", Goes::SendOut),
    }
}

/// How the order ended otherwise, if it did.
fn ending(facts: &Facts<'_>, order: &Order) -> Option<Item> {
    let Status::Known(status) = order.status else { return None };
    let show = Goes::ShowOrder;
    let (title, (state, note, goes)) = match status {
        S::Cancelled if order.refund_owed() => {
            let note = "The crypto is still in the escrow: authorize the refund.";
            let entry = AllowedAction::AuthorizeRefund;
            ("ENDED: cancelled", ours(facts, order, &entry, true, note, Goes::Act(Command::Refund)))
        }
        S::Cancelled => (
            "ENDED: cancelled",
            is(State::Blocked, "Cancelled, expired, or the proof failed; no refund is asked for.", show),
        ),
        S::Failed => ("ENDED: failed", is(State::Blocked, "Escrow or relay error: ask Unigox support.", show)),
        S::DisputeStarted => ("DISPUTE", is(State::Waiting, "Unigox decides; keep the payment records at hand.", show)),
        S::PriceChangedRequoteNeeded => {
            ("ENDED: price changed", is(State::Next, "The price moved past the tolerance: a new quote.", Goes::Resolve))
        }
        S::SendOutFailed => {
            ("SEND-OUT FAILED", is(State::Blocked, "The crypto is yours still: ask Unigox support.", show))
        }
        _ => return None,
    };
    Some(Item { number: None, phase: Phase::Order, title, call: "", state, note, goes })
}
