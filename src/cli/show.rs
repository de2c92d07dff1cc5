//! Answers as aligned lines for people and as JSON with the API's field names for scripts.
//!
//! Amounts are JSON strings with the API's own digits, times are RFC 3339.

use anyhow::Result;
use serde_json::{Value, json};

use super::args::JsonArgs;
use super::out::{self, Exit};
use crate::domain::order::FieldProblem;
use crate::domain::{Amount, Amounts, FeeBreakdown};
use crate::tui::text;

/// The longest text of the API's on one line.
const LONGEST: usize = 500;

/// Outside text that can be printed.
pub fn safe(text: &str) -> String {
    text::safe(text, LONGEST)
}

/// Prints an answer the way it is asked for.
pub fn answer(args: JsonArgs, value: &Value, words: impl FnOnce() -> String) -> Result<Exit> {
    if args.json {
        out::json(value)?;
    } else {
        out::line(&words())?;
    }
    Ok(Exit::Done)
}

/// Names and values below each other; what is not known is left out.
pub fn lines(rows: &[(&str, Option<String>)]) -> String {
    let known: Vec<_> = rows.iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value))).collect();
    let width = known.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: Vec<String> = known.iter().map(|(name, value)| format!("{name:<width$}  {value}")).collect();
    if lines.is_empty() { "Done.".to_owned() } else { lines.join("\n") }
}

/// An amount as the API wrote it.
pub fn figure(amount: Option<Amount>) -> Value {
    amount.map_or(Value::Null, |amount| amount.to_string().into())
}

/// The fields of amounts, on the level where estimates and quotes have them.
pub fn amounts(amounts: &Amounts) -> Vec<(&'static str, Value)> {
    vec![
        ("crypto_amount", figure(amounts.crypto)),
        ("fiat_amount", figure(amounts.fiat)),
        ("crypto_currency", json!(amounts.crypto_currency)),
        ("fiat_currency", json!(amounts.fiat_currency)),
        ("rate", figure(amounts.rate)),
    ]
}

/// `fee_breakdown`.
pub fn fees(fees: &FeeBreakdown) -> Value {
    json!({
        "platform_fee": figure(fees.platform_fee), "platform_fee_pct": figure(fees.platform_fee_pct),
        "partner_fee": figure(fees.partner_fee), "partner_fee_pct": figure(fees.partner_fee_pct),
        "total_fee": figure(fees.total_fee),
    })
}

/// Amounts and fees as lines.
pub fn money(amounts: &Amounts, fees: &FeeBreakdown) -> Vec<(&'static str, Option<String>)> {
    let crypto = amounts.crypto_currency.as_deref();
    let fee = |name, value: Option<Amount>, pct: Option<Amount>| {
        let share = pct.map(|pct| format!(" ({pct} %)")).unwrap_or_default();
        (name, value.map(|v| format!("{}{share}", text::money(Some(v), crypto, false))))
    };
    vec![
        ("crypto", Some(text::money(amounts.crypto, crypto, false))),
        ("fiat", Some(text::money(amounts.fiat, amounts.fiat_currency.as_deref(), false))),
        ("rate", amounts.rate.map(text::amount)),
        fee("platform fee", fees.platform_fee, fees.platform_fee_pct),
        fee("partner fee", fees.partner_fee, fees.partner_fee_pct),
        fee("total fee", fees.total_fee, None),
    ]
}

/// Says what of an answer could not be read.
pub fn problems(problems: &[FieldProblem]) {
    for problem in problems {
        out::note(&format!("ramptop: unreadable {}: {}", problem.field, safe(&problem.reason)));
    }
}
