//! What each question about money says: what happens, to whom, how much. All of it comes from the
//! frozen review, and 80 columns by 24 rows show every one whole.

use ratatui::text::Line;

use crate::app::flow::{Reviewing, resend};
use crate::domain::payment::{Payer, masked};
use crate::domain::resend::Kept;
use crate::domain::stage::Payload;
use crate::domain::{ActionKind, Order};
use crate::signing::review::{Check, Facts, RefundFacts, SendOutFacts, SignatureFacts, Verdict, until};
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells of a label.
pub const LABEL: usize = 10;
/// Cells inside the window.
const CELLS: usize = 76;

/// The lines below the order's id.
pub fn of(look: Look<'_>, reviewing: &Reviewing, order: &Order) -> Vec<Line<'static>> {
    if let Some((facts, checks)) = &reviewing.signature {
        let mut out = match facts {
            SignatureFacts::Transfer(facts) => authorize(look, order, facts, checks.iter().any(Check::says_new)),
            SignatureFacts::SendOut(facts) => send_out(look, facts),
            SignatureFacts::Refund(facts) => refund(look, facts),
        };
        out.extend(checked(look, checks));
        return out;
    }
    match (reviewing.reviewed.payload(), reviewing.reviewed.action()) {
        (Payload::Payer(who), _) => payer(look, order, who),
        (Payload::Again(kept), _) => again(look, kept),
        (_, ActionKind::ConfirmFiat) => confirm(look, order),
        (_, ActionKind::PaymentSent) => payment_sent(look, order),
        (_, ActionKind::Cancel) => cancel(look, order),
        (_, other) => vec![look.line(format!("{other} cannot be shown; say no"), Meaning::Critical)],
    }
}

/// A field whose value goes on below if it is too long: nothing that is agreed to is cut off.
fn whole(look: Look<'_>, label: &str, value: &str, meaning: Meaning) -> Vec<Line<'static>> {
    let lines = text::wrap(value, CELLS - LABEL);
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    labels.zip(lines).map(|(label, line)| look.field(label, LABEL, line, meaning)).collect()
}

fn authorize(look: Look<'_>, order: &Order, facts: &Facts, is_new: bool) -> Vec<Line<'static>> {
    let news = if is_new { " new" } else { "" };
    let amount = format!("{} {}", text::amount(facts.amount), text::safe(&facts.currency, 12));
    let fiat = text::money(order.amounts.fiat, order.amounts.fiat_currency.as_deref(), false);
    let network = facts.network.as_deref().map(|n| format!(" ({})", text::safe(n, 20))).unwrap_or_default();
    let until = until(facts.deadline);
    let digest = facts.digest.map_or_else(|| "none".to_owned(), |d| d.to_string());
    let mut out =
        whole(look, "you pay", &format!("{amount} ({} smallest units)", facts.amount_atomic), Meaning::NeedsYou);
    for (label, value) in [
        ("customer", format!("is to get {fiat}")),
        ("from", format!("{} your wallet", facts.payer)),
        ("to escrow", format!("{}{news}", facts.recipient)),
        ("token", facts.token.to_string()),
        ("forwarder", facts.forwarder.to_string()),
        ("chain", format!("{}{network}, nonce {}, gas {}", facts.chain_id, facts.nonce, facts.gas)),
        ("until", format!("{until}, the end of the signature itself")),
        ("digest", digest),
    ] {
        out.extend(whole(look, label, &value, Meaning::Plain));
    }
    out
}

/// What is worth a word. One cause often touches several checks (a chain node that does not answer
/// touches all of its own); it is said once, so that everything is seen.
fn warnings(checks: &[Check]) -> Vec<(Vec<&'static str>, &str)> {
    let mut out: Vec<(Vec<&'static str>, &str)> = Vec::new();
    for check in checks.iter().filter(|c| c.verdict == Verdict::Warn) {
        match out.iter_mut().find(|(_, found)| *found == check.found) {
            Some((names, _)) => names.push(check.name),
            None => out.push((vec![check.name], &check.found)),
        }
    }
    out
}

/// What was agreed to then, from the journal.
fn again(look: Look<'_>, kept: &Kept) -> Vec<Line<'static>> {
    let words = text::wrap(&resend::statement(kept), CELLS).into_iter();
    let mut out: Vec<_> = words.map(|line| look.line(line, Meaning::NeedsYou)).collect();
    for (label, value) in resend::shown(kept) {
        out.extend(whole(look, label, &text::safe(&value, 200), Meaning::Plain));
    }
    out
}

fn checked(look: Look<'_>, checks: &[Check]) -> Vec<Line<'static>> {
    let passed = checks.iter().filter(|c| c.verdict == Verdict::Pass).count();
    let mut out = vec![look.field("checks", LABEL, format!("✓ {passed} of {} passed", checks.len()), Meaning::Good)];
    for (names, found) in warnings(checks) {
        let all = match names.as_slice() {
            [first, _, _, _, ..] => format!("{first} and {} more", names.len() - 1),
            few => few.join(", "),
        };
        let words = format!("⚠ {} ({all})", text::safe(found, 120));
        out.extend(
            text::wrap(&words, CELLS - LABEL)
                .into_iter()
                .map(|l| look.line(format!("{}{l}", " ".repeat(LABEL)), Meaning::NeedsYou)),
        );
    }
    out
}

fn amounts(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let a = &order.amounts;
    vec![
        look.field("crypto", LABEL, text::money(a.crypto, a.crypto_currency.as_deref(), false), Meaning::Heading),
        look.field("fiat", LABEL, text::money(a.fiat, a.fiat_currency.as_deref(), false), Meaning::Heading),
        look.field("status", LABEL, text::safe(order.status.label(), 60), Meaning::Plain),
        people(look, order),
    ]
}

fn people(look: Look<'_>, order: &Order) -> Line<'static> {
    let user = look.model.people.owner(&order.id);
    let words = user.map_or_else(
        || "unknown (the API does not say whose order this is)".to_owned(),
        |id| {
            let name = look.model.people.user(id).and_then(|u| u.value.name());
            format!("{} {}", text::safe(&name.unwrap_or_default(), 30), text::safe(id.as_str(), 40)).trim().to_owned()
        },
    );
    look.field("user", LABEL, text::fit(&words, 64), Meaning::Plain)
}

fn confirm(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let a = &order.amounts;
    let crypto = text::money(a.crypto, a.crypto_currency.as_deref(), false);
    let fiat = text::money(a.fiat, a.fiat_currency.as_deref(), false);
    let mut out = amounts(look, order);
    out.push(Line::default());
    out.push(look.line(format!("Yes says: the {fiat} have ARRIVED."), Meaning::NeedsYou));
    out.push(look.line(format!("The {crypto} in escrow go to the buyer. This cannot be undone."), Meaning::NeedsYou));
    if order.settles_itself == Some(true) {
        out.push(look.line("The provider of this order confirms by itself; you need not.", Meaning::Dim));
    }
    out
}

fn payment_sent(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let a = &order.amounts;
    let crypto = text::money(a.crypto, a.crypto_currency.as_deref(), false);
    let fiat = text::money(a.fiat, a.fiat_currency.as_deref(), false);
    let mut out = amounts(look, order);
    out.extend(paid_to(look, order));
    out.push(Line::default());
    out.push(look.line(format!("Yes tells the vendor: the {fiat} were PAID."), Meaning::NeedsYou));
    out.push(look.line(format!("The vendor looks for them and then releases the {crypto}."), Meaning::NeedsYou));
    out.push(look.line("Say it only once the bank has sent them; it cannot be taken back.", Meaning::Dim));
    out
}

/// How the vendor is to be paid. Account numbers stay in the order's own pane.
fn paid_to(look: Look<'_>, order: &Order) -> Option<Line<'static>> {
    let vendor = order.vendor.as_ref()?;
    let names: Vec<String> =
        [&vendor.method, &vendor.network].into_iter().flatten().map(|name| text::safe(name, 30)).collect();
    Some(look.field("paid to", LABEL, text::fit(&names.join(", "), CELLS - LABEL), Meaning::Plain))
}

fn payer(look: Look<'_>, order: &Order, payer: &Payer) -> Vec<Line<'static>> {
    let mut out = amounts(look, order);
    match payer {
        Payer::Profile(id) => {
            let known = format!("the customer's payment details {}", text::safe(id.as_str(), 40));
            out.extend(whole(look, "who pays", &known, Meaning::Heading));
        }
        Payer::Inline { method, network, details, country } => {
            let country = country.as_deref().map(|code| format!(", {}", text::safe(code, 4))).unwrap_or_default();
            let by = format!("method {method}, network {network}{country}");
            out.extend(whole(look, "who pays", &by, Meaning::Heading));
            let fields: Vec<String> =
                details.iter().map(|(name, value)| text::safe(&format!("{name} {}", masked(value)), 80)).collect();
            out.extend(whole(look, "details", &fields.join(", "), Meaning::Plain));
        }
    }
    out.push(Line::default());
    out.push(look.line("Yes tells the vendor whose payment to expect. It can be said once.", Meaning::NeedsYou));
    out.push(look.line("No money moves by it; the fiat still has to be paid.", Meaning::Dim));
    out
}

fn send_out(look: Look<'_>, facts: &SendOutFacts) -> Vec<Line<'static>> {
    let solver = facts.solver.map_or_else(|| "?".to_owned(), |solver| format!("{solver} who pays out over there"));
    let digest = facts.digest.map_or_else(|| "none".to_owned(), |d| d.to_string());
    let when = format!("{}, chain {}, nonce {}, gas {}", until(facts.deadline), facts.chain_id, facts.nonce, facts.gas);
    let mut out = Vec::new();
    for (label, value) in [
        ("you send", text::safe(&facts.paid(), 120)),
        ("arrives", text::safe(&facts.arriving(), 120)),
        ("on chain", text::safe(&facts.destination.chain, 60)),
        ("to", text::safe(&facts.destination.address, 140)),
    ] {
        out.extend(whole(look, label, &value, Meaning::NeedsYou));
    }
    for (label, value) in [
        ("from", format!("{} your wallet", facts.payer)),
        ("solver", solver),
        ("token", facts.token.to_string()),
        ("forwarder", facts.forwarder.to_string()),
        ("until", when),
        ("digest", digest),
    ] {
        out.extend(whole(look, label, &value, Meaning::Plain));
    }
    let bound = "Compare chain and address: what is signed pays the solver, and only the API's quote binds where it goes. \
                 It cannot be undone.";
    out.extend(text::wrap(bound, CELLS).into_iter().map(|line| look.line(line, Meaning::NeedsYou)));
    out
}

fn refund(look: Look<'_>, facts: &RefundFacts) -> Vec<Line<'static>> {
    let units = facts.amount_atomic.map_or_else(|| "?".to_owned(), |units| units.to_string());
    let amount = format!("{} {}", text::amount(facts.amount), text::safe(&facts.currency, 12));
    let recipient = facts.recipient.map_or_else(|| "?".to_owned(), |to| format!("{to} your wallet"));
    let digest = facts.digest.map_or_else(|| "none".to_owned(), |d| d.to_string());
    let mut out = whole(look, "you get", &format!("{amount} ({units} smallest units)"), Meaning::NeedsYou);
    for (label, value) in [
        ("to", recipient),
        ("escrow", facts.escrow.to_string()),
        ("token", facts.token.to_string()),
        ("chain", format!("{}, nonce of the escrow {}", facts.chain_id, facts.safe_nonce)),
        ("digest", digest),
    ] {
        out.extend(whole(look, label, &value, Meaning::Plain));
    }
    out.push(Line::default());
    out.push(look.line("Yes signs that the whole funded amount comes back to our own address.", Meaning::NeedsYou));
    out.push(look.line("Unigox signs as well and executes it; the order keeps reading cancelled.", Meaning::Dim));
    out
}

fn cancel(look: Look<'_>, order: &Order) -> Vec<Line<'static>> {
    let mut out = amounts(look, order);
    out.push(Line::default());
    out.push(look.line("Yes cancels the order. It cannot be reopened; a new quote is needed.", Meaning::NeedsYou));
    out.push(look.line("Crypto already in escrow is not returned by a cancel alone.", Meaning::Dim));
    out
}
