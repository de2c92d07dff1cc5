//! What an approved action leaves: the journal's facts, and what binds later actions.
//!
//! Everything the operator agreed to and nothing secret: the account numbers of a payer never reach
//! the journal. The signed request is recorded later, by whoever sends it.

use super::{IntentRecord, Origin, Prior, Trace};
use crate::domain::payment::Payer;
use crate::domain::refund::{Funding, RefundAuthorization};
use crate::domain::send_out::SendOutAuthorization;
use crate::domain::stage::{Approved, Authorization, Payload};
use crate::domain::text::visible_prefix;
use crate::signing::review::{Check, SignatureFacts, Verdict};

/// Name and value.
type Facts = Vec<(&'static str, String)>;

/// What an approved signature for the forwarder binds, once it is recorded.
pub fn signed(approved: &Approved) -> Option<Prior> {
    let (authorization, funding) = match approved.reviewed().payload() {
        Payload::Authorize(authorization) => (&**authorization, funding(authorization)),
        Payload::SendOut(send_out) => (&send_out.forward, None),
        Payload::Refund(_) | Payload::Payer(_) | Payload::Again(_) | Payload::Bare => return None,
    };
    let request = &authorization.request;
    Some(Prior {
        intent_seq: 0,
        action: approved.reviewed().action(),
        deadline: Some(request.deadline),
        nonce: Some(request.nonce.to_string()),
        known: false,
        funding,
        order: approved.reviewed().order().value.id.clone(),
        origin: Origin {
            at: Some(approved.reviewed().made_at().wall),
            wallet: Some(request.from),
            forwarder: Some(authorization.forwarder),
            trace: Trace::Kept { resent: false },
        },
    })
}

fn funding(authorization: &Authorization) -> Option<Funding> {
    Funding::recorded(authorization.chain_id, authorization.request.to, &authorization.request.data)
}

/// What the journal keeps of an intent.
pub fn intent(approved: &Approved, signed: Option<&SignatureFacts>, checks: &[Check]) -> IntentRecord {
    let reviewed = approved.reviewed();
    let order = &reviewed.order().value;
    let text = |value: Option<&str>| visible_prefix(value.unwrap_or("?"), 40);
    let mut facts = vec![
        ("order_status", text(Some(order.status.wire()))),
        ("crypto_amount", order.amounts.crypto.map_or_else(|| "?".to_owned(), |a| a.to_string())),
        ("crypto_currency", text(order.amounts.crypto_currency.as_deref())),
        ("fiat_amount", order.amounts.fiat.map_or_else(|| "?".to_owned(), |a| a.to_string())),
        ("fiat_currency", text(order.amounts.fiat_currency.as_deref())),
    ];
    // What the caps count, and who is known: in whole tokens, the markup included.
    facts.extend(signed.and_then(SignatureFacts::amount).map(|amount| ("amount", amount.to_string())));
    facts.extend(signed.and_then(SignatureFacts::recipient).map(|to| ("recipient", to.to_string())));
    match reviewed.payload() {
        Payload::Authorize(authorization) => facts.extend(of_forward(authorization)),
        Payload::SendOut(send_out) => facts.extend(of_send_out(send_out)),
        Payload::Refund(refund) => facts.extend(of_refund(refund)),
        Payload::Payer(payer) => facts.extend(of_payer(payer)),
        Payload::Again(_) | Payload::Bare => {}
    }
    let checks = checks.iter().map(|check| (check.name, word(check.verdict))).collect();
    IntentRecord { order: order.id.clone(), action: reviewed.action(), facts, checks }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warn",
        Verdict::Refuse => "refuse",
    }
}

fn of_forward(authorization: &Authorization) -> Facts {
    let r = &authorization.request;
    vec![
        ("chain_id", authorization.chain_id.to_string()),
        ("forwarder", authorization.forwarder.to_string()),
        ("from", r.from.to_string()),
        ("to", r.to.to_string()),
        ("value", r.value.to_string()),
        ("gas", r.gas.to_string()),
        ("nonce", r.nonce.to_string()),
        ("deadline", r.deadline.to_string()),
        ("data", r.data.to_string()),
        ("digest", authorization.digest.to_string()),
    ]
}

fn of_send_out(send_out: &SendOutAuthorization) -> Facts {
    let mut facts = vec![
        ("destination_chain", visible_prefix(&send_out.destination.chain, 60)),
        ("destination_address", visible_prefix(&send_out.destination.address, 140)),
        ("to_amount", send_out.to_amount.to_string()),
        ("send_out_quote", visible_prefix(&send_out.quote, 140)),
    ];
    facts.extend(of_forward(&send_out.forward));
    facts
}

/// The Safe's nonce is not the forwarder's, so it has a name of its own.
fn of_refund(refund: &RefundAuthorization) -> Facts {
    vec![
        ("chain_id", refund.chain_id.to_string()),
        ("escrow", refund.escrow.to_string()),
        ("to", refund.safe.to.to_string()),
        ("data", refund.safe.data.to_string()),
        ("operation", refund.safe.operation.to_string()),
        ("safe_nonce", refund.safe.nonce.to_string()),
        ("digest", refund.digest.to_string()),
    ]
}

/// Which profile, or which fields; never an account number.
fn of_payer(payer: &Payer) -> Facts {
    match payer {
        Payer::Profile(id) => vec![("payment_details_id", visible_prefix(id.as_str(), 60))],
        Payer::Inline { method, network, details, country } => {
            let names: Vec<&str> = details.iter().map(|(name, _)| name.as_str()).collect();
            vec![
                ("payment_method_id", method.to_string()),
                ("payment_network_id", network.to_string()),
                ("fields", visible_prefix(&names.join(", "), 300)),
                ("country_code", visible_prefix(country.as_deref().unwrap_or("-"), 10)),
            ]
        }
    }
}
