//! Orders, reviews and endings as text for people and as JSON for scripts.

use serde_json::{Value, json};

use crate::app::Failure;
use crate::app::flow::{Ended, Ending, Flow, Reason, State, noun, resend};
use crate::domain::payment::{Payer, masked};
use crate::domain::resend::Kept;
use crate::domain::stage::Payload;
use crate::domain::{ActionKind, Now, Observed, Order, countdown, timeline};
use crate::signing::review::{Check, SignatureFacts, Verdict};
use crate::tui::text;

/// Column heads of [`row`].
pub fn heading() -> String {
    format!("{:<36}  {:<22}  {:<20}  {:>7}  {:>18}  {:>20}", "ORDER", "STATUS", "NEEDS YOU", "LEFT", "CRYPTO", "FIAT")
}

/// One order on one line.
pub fn row(order: &Observed<Order>, now: &Now) -> String {
    let o = &order.value;
    let needs = o.our_next_action().map(|a| text::safe(a.label(), 20)).unwrap_or_default();
    let left = countdown::of(order, now).map(|c| text::countdown(c.seconds_left)).unwrap_or_default();
    format!(
        "{}  {}  {}  {left:>7}  {}  {}",
        text::left(&text::safe(o.id.as_str(), 64), 36),
        text::left(&text::safe(o.status.label(), 40), 22),
        text::left(&needs, 20),
        text::right(&text::money(o.amounts.crypto, o.amounts.crypto_currency.as_deref(), true), 18),
        text::right(&text::money(o.amounts.fiat, o.amounts.fiat_currency.as_deref(), true), 20),
    )
}

/// One order in full.
pub fn order(order: &Observed<Order>, now: &Now) -> String {
    let o = &order.value;
    let mut out = vec![
        format!("order      {}", text::safe(o.id.as_str(), 64)),
        format!("status     {} ({})", text::safe(o.status.label(), 60), text::safe(o.status.wire(), 60)),
        format!("           {}", o.status.meaning()),
    ];
    if let Some(action) = o.our_next_action() {
        out.push(format!("needs you  {}", text::safe(action.label(), 60)));
    }
    if let Some(left) = countdown::of(order, now) {
        out.push(format!("time left  {}", text::countdown(left.seconds_left)));
    }
    let offers: Vec<String> = o.allowed_actions.iter().map(|a| text::safe(a.wire(), 40)).collect();
    out.push(format!("offers     {}", if offers.is_empty() { "nothing".to_owned() } else { offers.join(", ") }));
    out.push(format!("crypto     {}", text::money(o.amounts.crypto, o.amounts.crypto_currency.as_deref(), false)));
    out.push(format!("fiat       {}", text::money(o.amounts.fiat, o.amounts.fiat_currency.as_deref(), false)));
    for problem in &o.problems {
        out.push(format!("UNREADABLE {}: {}", problem.field, text::safe(&problem.reason, 200)));
    }
    for step in timeline::steps(&o.timeline) {
        let at = step.entry.at.map_or_else(|| "?".to_owned(), |at| at.to_rfc3339());
        let took = step.took.map(text::took).unwrap_or_default();
        let words = text::safe(&step.entry.description, 200);
        out.push(format!("  {at}  {took:>9}  {}  {words}", text::safe(step.entry.status.label(), 40)));
    }
    out.join("\n")
}

/// A review for people: what would be signed, and every check that does not pass.
pub fn review(facts: &SignatureFacts, checks: &[Check]) -> String {
    let passed = checks.iter().filter(|c| c.verdict == Verdict::Pass).count();
    let mut out = vec![facts.statement()];
    if let Some(digest) = facts.digest() {
        out.push(format!("digest {digest}"));
    }
    out.push(format!("{passed} of {} checks passed", checks.len()));
    if checks.iter().any(Check::says_new) {
        out.push("This recipient was never paid before: each order has an escrow of its own.".to_owned());
    }
    for check in checks.iter().filter(|c| c.verdict != Verdict::Pass) {
        let word = if check.verdict == Verdict::Warn { "WARNING" } else { "REFUSED" };
        let (expected, found) = (text::safe(&check.expected, 200), text::safe(&check.found, 200));
        out.push(format!("{word} {}: expected {expected}, found {found}", check.name));
    }
    out.join("\n")
}

/// What a yes agrees to, for a question on the terminal.
pub fn question(flow: &Flow) -> String {
    let State::Reviewing(reviewing) = &flow.state else { return String::new() };
    let order = &reviewing.reviewed.order().value;
    let crypto = text::money(order.amounts.crypto, order.amounts.crypto_currency.as_deref(), false);
    let fiat = text::money(order.amounts.fiat, order.amounts.fiat_currency.as_deref(), false);
    let what = match (&reviewing.signature, reviewing.reviewed.payload(), flow.action) {
        (Some((facts, checks)), _, action) => format!("{}{}", aim(action), review(facts, checks)),
        (None, Payload::Payer(who), _) => format!("Yes tells the vendor who pays the {fiat}: {}.", payer(who)),
        (None, Payload::Again(kept), _) => again(kept),
        (None, _, ActionKind::ConfirmFiat) => {
            format!("Yes says: the {fiat} have ARRIVED. The {crypto} in escrow go to the buyer. This cannot be undone.")
        }
        (None, _, ActionKind::PaymentSent) => {
            format!("Yes says: the {fiat} were PAID to the vendor, who then releases the {crypto}.")
        }
        (None, _, ActionKind::Cancel) => {
            format!("Yes cancels the order ({crypto} for {fiat}). It cannot be reopened.")
        }
        (None, _, other) => format!("Yes would {other} this order."),
    };
    format!("order {}, status {}\n{what}", order.id, text::safe(order.status.label(), 60))
}

/// What is sent once more, with what was agreed to then.
fn again(kept: &Kept) -> String {
    let facts = resend::shown(kept).into_iter();
    let lines = facts.map(|(label, value)| format!("{label:<10} {}", text::safe(&value, 200)));
    std::iter::once(resend::statement(kept)).chain(lines).collect::<Vec<_>>().join("\n")
}

/// What a signature is for, in a line before what it says.
fn aim(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Refund => "Yes takes back everything that is in the escrow, to our own address.\n",
        ActionKind::SendOut => "Yes sends the crypto to another chain. This cannot be undone.\n",
        _ => "",
    }
}

/// Who pays, without account numbers.
fn payer(payer: &Payer) -> String {
    match payer {
        Payer::Profile(id) => format!("payment details {}", text::safe(id.as_str(), 60)),
        Payer::Inline { method, network, details, .. } => {
            let fields: Vec<String> =
                details.iter().map(|(name, value)| text::safe(&format!("{name} {}", masked(value)), 80)).collect();
            format!("method {method}, network {network}, {}", fields.join(", "))
        }
    }
}

/// How it ended, for people.
pub fn ending(flow: &Flow, ended: &Ended) -> String {
    let mut out = match &ended.ending {
        Ending::Accepted => vec![format!("Done: the {} of {} was accepted.", noun(flow.action), flow.order)],
        Ending::ProvenDone => vec![format!(
            "Done: the answer was lost, but the order shows that the {} happened. Nothing was sent twice.",
            noun(flow.action)
        )],
        Ending::Refused { reasons, signature } => refused(reasons, signature.as_deref()),
        Ending::NotSent(failure) => failed("Nothing was sent.", failure),
        Ending::Rejected(failure) => failed("The API said no.", failure),
        Ending::Unknown(failure) => failed("OUTCOME UNKNOWN: it may or may not have happened.", failure),
        Ending::Overtaken(failure) => failed("The order moved elsewhere meanwhile.", failure),
    };
    if let Some(order) = &ended.order {
        let status = &order.value.status;
        out.push(format!(
            "The order now reads: {} ({})",
            text::safe(status.label(), 60),
            text::safe(status.wire(), 60)
        ));
    }
    if let Some(problem) = &ended.journal_problem {
        out.push(format!("The journal could not record the outcome: {}", text::safe(problem, 300)));
    }
    out.join("\n")
}

fn refused(reasons: &[Reason], signature: Option<&(SignatureFacts, Vec<Check>)>) -> Vec<String> {
    let mut out = vec!["REFUSED. Nothing was signed, nothing was sent.".to_owned()];
    match signature {
        Some((facts, checks)) => out.push(review(facts, checks)),
        None => out.extend(reasons.iter().map(|r| format!("{}: {}", r.name, text::safe(&r.text, 400)))),
    }
    out
}

fn failed(head: &str, failure: &Failure) -> Vec<String> {
    vec![head.to_owned(), text::safe(&failure.what, 900), text::safe(&failure.advice, 900)]
}

/// A review for scripts.
pub fn review_json(facts: &SignatureFacts, checks: &[Check]) -> Value {
    let checks: Vec<Value> = checks
        .iter()
        .map(|c| json!({"check": c.name, "expected": c.expected, "found": c.found, "verdict": verdict(c.verdict)}))
        .collect();
    json!({"statement": facts.statement(), "facts": facts.to_map(), "checks": checks})
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warn",
        Verdict::Refuse => "refuse",
    }
}

/// How it ended, for scripts.
pub fn ending_json(flow: &Flow, ended: &Ended) -> Value {
    let (outcome, reasons, review, failure) = match &ended.ending {
        Ending::Accepted => ("accepted", &[][..], None, None),
        Ending::ProvenDone => ("proven_done", &[][..], None, None),
        Ending::Refused { reasons, signature } => ("refused", reasons.as_slice(), signature.as_deref(), None),
        Ending::NotSent(failure) => ("not_sent", &[][..], None, Some(failure)),
        Ending::Rejected(failure) => ("rejected", &[][..], None, Some(failure)),
        Ending::Unknown(failure) => ("unknown", &[][..], None, Some(failure)),
        Ending::Overtaken(failure) => ("overtaken", &[][..], None, Some(failure)),
    };
    let reasons: Vec<Value> = reasons.iter().map(|r| json!({"check": r.name, "detail": r.text})).collect();
    json!({
        "order_id": flow.order.as_str(),
        "action": flow.action.entry().wire(),
        "outcome": outcome,
        "reasons": reasons,
        "review": review.map(|(facts, checks)| review_json(facts, checks)),
        "error": failure.map(|f| json!({"what": f.what, "advice": f.advice})),
        "journal_seq": ended.intent_seq,
        "journal_problem": ended.journal_problem,
        "order_status": ended.order.as_ref().map(|o| o.value.status.wire()),
    })
}
