//! The form of a new order: its fields, and what is asked with what stands in them.
//!
//! The field of the amount carries the API's name of the side it is for (`crypto_amount`,
//! `fiat_amount`), so that a refusal lands on it. Source: reference, section 4.

use std::collections::BTreeMap;

use super::Lists;
use crate::app::ask::Request;
use crate::app::form::{Choice, Field, Form, Rule};
use crate::app::page::payer::profile_label;
use crate::app::people::{Known, People};
use crate::domain::catalogue::{CryptoCurrency, FiatCurrency};
use crate::domain::quote::{OffRampQuoteRequest, OnRampQuoteRequest, PriceRequest, Scope, Side, Slippage};
use crate::domain::{Amount, Direction, KycStatus, PaymentDetailsId, PaymentProfile, UserId};

pub(super) const DIRECTION: &str = "order_type";
pub(super) const USER: &str = "user_uuid";
pub(super) const PAYMENT: &str = "payment_details_id";
pub(super) const CRYPTO: &str = "crypto_currency";
pub(super) const FIAT: &str = "fiat_currency";
pub(super) const GIVEN: &str = "given";
pub(super) const CRYPTO_AMOUNT: &str = "crypto_amount";
pub(super) const FIAT_AMOUNT: &str = "fiat_amount";
pub(super) const SCOPE: &str = "provider_scope";
pub(super) const DELIVERY: &str = "has_fiat_settlement_notification";
pub(super) const SLIPPAGE: &str = "slippage_tolerance";
pub(super) const SLIPPAGE_VALUE: &str = "slippage_value";
pub(super) const PARTNER_FEE: &str = "partner_fee_pct";
pub(super) const REFERENCE: &str = "reference_id";

/// Fiat of these has no parts: the API refuses others than whole amounts. Source: reference, section 4.
const WHOLE: [&str; 5] = ["NGN", "UGX", "TZS", "KES", "GHS"];

/// What is filled in before the operator starts, by the fields' names.
pub(super) type Prefilled = BTreeMap<&'static str, String>;

/// What decides which fields there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub direction: Direction,
    pub fiat_given: bool,
    pub tolerance: bool,
}

impl Shape {
    /// As the form stands.
    pub fn of(form: &Form) -> Self {
        Self {
            direction: direction(form),
            fiat_given: form.value(GIVEN) == FIAT_AMOUNT,
            tolerance: !matches!(form.value(SLIPPAGE), "" | "none"),
        }
    }
}

pub(super) fn direction(form: &Form) -> Direction {
    if form.value(DIRECTION) == "onramp" { Direction::OnRamp } else { Direction::OffRamp }
}

pub(super) fn user(form: &Form) -> Option<UserId> {
    UserId::parse(form.value(USER)).ok()
}

/// Every field the shape has.
pub(super) fn fields(shape: Shape, lists: &Lists, people: &People) -> Vec<Field> {
    let off = shape.direction == Direction::OffRamp;
    let mut out = vec![way(), whose(people)];
    if off {
        out.push(payment(&lists.payments));
    }
    out.push(crypto(lists.crypto.as_ref()));
    out.push(fiat(lists.fiat.as_ref(), shape.direction));
    out.push(given(shape.direction));
    out.push(amount(shape.fiat_given));
    out.push(scope());
    if off {
        out.extend(off_ramp_only(shape));
    }
    out.push(
        Field::text(PARTNER_FEE, "partner fee %")
            .rule(Rule::Percent)
            .hint("Your own markup in per cent of the crypto; 1 is 1 %. Only the newer API knows it; may stay empty."),
    );
    out.push(Field::text(REFERENCE, "your reference").hint("Your own id of this order; may stay empty."));
    out
}

fn way() -> Field {
    let choices = vec![
        Choice::new("offramp", "off-ramp: crypto in, fiat to the user"),
        Choice::new("onramp", "on-ramp: the user's fiat in, crypto out"),
    ];
    Field::choice(DIRECTION, "direction", choices).required()
}

fn whose(people: &People) -> Field {
    // Nobody is chosen beforehand but the user the operator came from.
    let hint = "Up and down choose, typing narrows. No user here? Esc, then U creates one.";
    Field::choice(USER, "user", users(people)).with("").required().hint(hint)
}

/// The registered users as choices.
pub(super) fn users(people: &People) -> Vec<Choice> {
    let mut choices: Vec<Choice> = people.users().map(|(id, known)| user_choice(id, known)).collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices
}

fn user_choice(id: &UserId, known: &Known) -> Choice {
    let words = match known {
        Known::Waiting => format!("{} · being read", id.short()),
        Known::NotFound => format!("{} · the API does not know this user", id.short()),
        Known::Read(seen) => {
            let user = &seen.value;
            let kyc = user.kyc.as_ref().map_or_else(|| "KYC not known".to_owned(), KycStatus::label);
            let parts = [user.name(), user.email.clone(), Some(kyc), Some(id.short().to_owned())];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        }
    };
    Choice::new(id.as_str(), words)
}

fn payment(profiles: &[PaymentProfile]) -> Field {
    Field::choice(PAYMENT, "fiat goes to", payments(profiles))
        .required()
        .hint("The user's payment details. None here? Esc, then P creates some.")
}

pub(super) fn payments(profiles: &[PaymentProfile]) -> Vec<Choice> {
    profiles.iter().map(|p| Choice::new(p.id.as_str(), profile_label(p))).collect()
}

fn named(code: &str, name: Option<&str>) -> Choice {
    Choice::new(code, name.map_or_else(|| code.to_owned(), |name| format!("{code} · {name}")))
}

/// A list of the API; while it is asked nothing can be chosen, and where it failed one types.
fn listed(name: &str, label: &str, choices: Option<Vec<Choice>>, silent: bool) -> Field {
    match choices {
        Some(choices) => Field::choice(name, label, choices).required(),
        None if silent => Field::text(name, label).required().hint("The list could not be read: type the code."),
        None => Field::choice(name, label, Vec::new()).required().hint("Asking the API…"),
    }
}

fn crypto(list: Result<&Vec<CryptoCurrency>, &bool>) -> Field {
    let choices = list.ok().map(|all| all.iter().map(|c| named(&c.code, c.name.as_deref())).collect());
    listed(CRYPTO, "crypto", choices, list.is_err_and(|silent| *silent))
}

fn fiat(list: Result<&Vec<FiatCurrency>, &bool>, direction: Direction) -> Field {
    let choices = list.ok().map(|all| fiats(all, direction));
    listed(FIAT, "fiat", choices, list.is_err_and(|silent| *silent))
}

fn fiats(all: &[FiatCurrency], direction: Direction) -> Vec<Choice> {
    let served = |c: &&FiatCurrency| {
        let says = if direction == Direction::OffRamp { c.off_ramp } else { c.on_ramp };
        says != Some(false)
    };
    all.iter().filter(served).map(|c| named(&c.code, c.name.as_deref())).collect()
}

fn given(direction: Direction) -> Field {
    let choices = vec![
        Choice::new(CRYPTO_AMOUNT, format!("crypto: exact; {}", moves(direction, false))),
        Choice::new(FIAT_AMOUNT, format!("fiat: exact; {}", moves(direction, true))),
    ];
    Field::choice(GIVEN, "you give", choices).required()
}

/// What may move while the given amount is exact. Source: reference, section 4, "Anchors" and "Amounts
/// and fees".
pub fn moves(direction: Direction, fiat_given: bool) -> &'static str {
    match (direction, fiat_given) {
        (Direction::OffRamp, false) => "the fiat may move with the rate at settlement",
        (Direction::OffRamp, true) => "the crypto may cost up to 1.20 times this, else it fails",
        (Direction::OnRamp, false) => "the fiat follows the rate",
        (Direction::OnRamp, true) => "the crypto follows the rate, less the fees",
    }
}

fn amount(fiat_given: bool) -> Field {
    let (name, label) = if fiat_given { (FIAT_AMOUNT, "fiat amount") } else { (CRYPTO_AMOUNT, "crypto amount") };
    Field::text(name, label).required().rule(Rule::Positive).hint("Ctrl-e shows an estimate, Ctrl-s asks for a quote.")
}

fn scope() -> Field {
    let choices = vec![
        Choice::new("any", "as the API chooses"),
        Choice::new("all", "all"),
        Choice::new("licensed_only", "licensed only"),
        Choice::new("p2p_only", "peers only"),
    ];
    Field::choice(SCOPE, "providers", choices)
}

fn off_ramp_only(shape: Shape) -> Vec<Field> {
    let delivery = vec![
        Choice::new("any", "any: you may have to confirm the fiat by hand"),
        Choice::new("itself", "only providers that confirm delivery themselves"),
    ];
    let slippage = vec![
        Choice::new("none", "not at all: initiate refuses at any move"),
        Choice::new("percent", "by per cent of the rate"),
        Choice::new("amount", if shape.fiat_given { "by an amount of crypto" } else { "by an amount of fiat" }),
    ];
    let mut out =
        vec![Field::choice(DELIVERY, "delivery", delivery), Field::choice(SLIPPAGE, "price may move", slippage)];
    if shape.tolerance {
        out.push(Field::text(SLIPPAGE_VALUE, "by how much").required().rule(Rule::Positive));
    }
    out
}

/// What the amount must be like: some fiat has no parts.
pub(super) fn amount_rule(form: &Form) -> (&'static str, Rule) {
    let whole = WHOLE.contains(&form.value(FIAT).to_ascii_uppercase().as_str());
    match Shape::of(form).fiat_given {
        true if whole => (FIAT_AMOUNT, Rule::Whole),
        true => (FIAT_AMOUNT, Rule::Positive),
        false => (CRYPTO_AMOUNT, Rule::Positive),
    }
}

fn number(form: &Form, name: &str) -> Option<Amount> {
    Amount::parse(form.filled(name)?).ok()
}

/// The price asked by; `None` while currencies or a right amount are missing.
pub(super) fn price(form: &Form) -> Option<PriceRequest> {
    let (name, rule) = amount_rule(form);
    let own = &form.field(name)?.rule;
    let text = form.filled(name).filter(|text| rule.broken_by(text).is_none() && own.broken_by(text).is_none())?;
    let amount = Amount::parse(text).ok()?;
    let side = if name == FIAT_AMOUNT { Side::Fiat(amount) } else { Side::Crypto(amount) };
    let mut price = PriceRequest::new(form.filled(CRYPTO)?, form.filled(FIAT)?, side);
    price.scope = match form.value(SCOPE) {
        "all" => Some(Scope::All),
        "licensed_only" => Some(Scope::LicensedOnly),
        "p2p_only" => Some(Scope::P2pOnly),
        _ => None,
    };
    price.partner_fee_pct = number(form, PARTNER_FEE);
    Some(price)
}

/// The quote asked for.
pub(super) fn quote(form: &Form) -> Option<Request> {
    let (user, price) = (user(form)?, price(form)?);
    if direction(form) == Direction::OnRamp {
        return Some(Request::OnRampQuote(OnRampQuoteRequest { user, price }));
    }
    let payment = PaymentDetailsId::parse(form.value(PAYMENT)).ok()?;
    let plain = OffRampQuoteRequest::new(user, payment, &price.crypto_currency, &price.fiat_currency, price.side);
    Some(Request::OffRampQuote(OffRampQuoteRequest {
        scope: price.scope,
        partner_fee_pct: price.partner_fee_pct,
        settles_itself: (form.value(DELIVERY) == "itself").then_some(true),
        slippage: match form.value(SLIPPAGE) {
            "percent" => number(form, SLIPPAGE_VALUE).map(Slippage::Percent),
            "amount" => number(form, SLIPPAGE_VALUE).map(Slippage::Amount),
            _ => None,
        },
        ..plain
    }))
}
