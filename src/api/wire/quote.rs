//! Estimates, quotes and what initiate answers. Source: reference, section 4.
//!
//! The currencies are not repeated in the answers: they are those of the request.

use super::object::Object;
use super::parts;
use super::reader::{Problems, Reader};
use super::shapes::one_with_problems;
use crate::domain::order::Direction;
use crate::domain::quote::{Anchor, Estimate, Initiated, PriceChanged, Quote};
use crate::domain::{Amounts, FeeBreakdown, Status};

/// Reads an estimate of either ramp.
///
/// # Errors
/// That it is no object, or has no rate and no amounts.
pub fn read_estimate(data: &str, crypto: &str, fiat: &str) -> Result<Estimate, String> {
    let (mut estimate, problems) = one_with_problems(data, "the estimate", |r| {
        Some(Estimate {
            amounts: amounts(r, crypto, fiat),
            fees: fees(r),
            method: r.text("payment_method_slug"),
            network: r.text("payment_network_slug"),
            scope: r.text("provider_scope"),
            indicative: r.boolean("is_indicative"),
            problems: Vec::new(),
        })
    })?;
    estimate.problems = problems;
    let empty = estimate.amounts.crypto.is_none() && estimate.amounts.fiat.is_none();
    if empty { Err("the estimate: it has no amounts".to_owned()) } else { Ok(estimate) }
}

/// Reads a quote of either ramp.
///
/// # Errors
/// That it is no object or has no readable `quote_id`.
pub fn read_quote(data: &str, direction: Direction, crypto: &str, fiat: &str) -> Result<Quote, String> {
    let (mut quote, problems) = one_with_problems(data, "the quote", |r| {
        Some(Quote {
            id: r.need("quote_id", Reader::id)?,
            direction,
            anchor: r.text("anchor_type").as_deref().map(Anchor::from_wire),
            amounts: amounts(r, crypto, fiat),
            fees: fees(r),
            expires_at: r.need("expires_at", Reader::time),
            payment_details: r.id("payment_details_id"),
            method: r.scalar("payment_method_id").or_else(|| r.text("payment_method_slug")),
            network: r.scalar("payment_network_id").or_else(|| r.text("payment_network_slug")),
            settles_itself: r.boolean("has_fiat_settlement_notification"),
            problems: Vec::new(),
        })
    })?;
    quote.problems = problems;
    Ok(quote)
}

/// Reads what initiate answers.
///
/// # Errors
/// That it is no object or has no readable `order_id`.
pub fn read_initiated(data: &str) -> Result<Initiated, String> {
    let (mut initiated, problems) = one_with_problems(data, "the new order", |r| {
        Some(Initiated {
            order: r.need("order_id", Reader::id)?,
            status: r.text("status").as_deref().map(Status::from_wire),
            quote: r.id("quote_id"),
            reference: r.text("reference_id"),
            amounts: r.part("amounts", parts::amounts).unwrap_or_default(),
            fees: fees(r),
            timeline: parts::timeline(r),
            created_at: r.time("created_at"),
            required_fields: r.words("required_fields"),
            problems: Vec::new(),
        })
    })?;
    initiated.problems = problems;
    Ok(initiated)
}

/// Reads the `details` of `PRICE_CHANGED_REQUOTE`; `None` if nothing of it can be read.
pub fn read_price_changed(details: &str) -> Option<PriceChanged> {
    let object = Object::parse(details).ok()?;
    let mut problems = Problems::default();
    let mut r = Reader::new(&object, &mut problems);
    let changed = PriceChanged {
        quoted: r.figure("quoted_rate"),
        current: r.figure("current_rate"),
        difference: r.figure("fiat_difference"),
    };
    (changed.quoted.is_some() || changed.current.is_some()).then_some(changed)
}

fn amounts(r: &mut Reader<'_, '_>, crypto: &str, fiat: &str) -> Amounts {
    Amounts {
        crypto: r.need("crypto_amount", Reader::amount),
        fiat: r.need("fiat_amount", Reader::amount),
        crypto_currency: Some(crypto.to_owned()),
        fiat_currency: Some(fiat.to_owned()),
        rate: r.need("rate", Reader::amount),
    }
}

fn fees(r: &mut Reader<'_, '_>) -> FeeBreakdown {
    r.part("fee_breakdown", parts::fees).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FEES: &str =
        r#"{"platform_fee":"1.50","platform_fee_pct":1.5,"partner_fee":"0.00","partner_fee_pct":0,"total_fee":"1.50"}"#;

    #[test]
    fn the_documented_estimate_is_read() {
        let data = format!(
            r#"{{"rate":"1530.12","crypto_amount":"101.50","fiat_amount":"152880.00","fee_breakdown":{FEES},
            "payment_method_slug":"access-bank","payment_network_slug":"nibss","provider_scope":"all","is_indicative":true}}"#
        );
        let estimate = read_estimate(&data, "USDT", "NGN").unwrap();
        assert_eq!(estimate.amounts.fiat.unwrap().to_string(), "152880.00");
        assert_eq!((estimate.indicative, estimate.problems.len()), (Some(true), 0));
        assert!(read_estimate("{}", "USDT", "NGN").is_err());
    }

    #[test]
    fn the_documented_quote_is_read_in_both_ramps() {
        let data = format!(
            r#"{{"quote_id":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","rate":"1530.12","crypto_amount":"101.50",
            "fiat_amount":"152880.00","fee_breakdown":{FEES},"payment_details_id":987,"payment_method_id":5,
            "payment_network_id":12,"expires_at":"2026-02-01T12:00:30Z"}}"#
        );
        let quote = read_quote(&data, Direction::OffRamp, "USDT", "NGN").unwrap();
        assert_eq!(quote.payment_details.as_ref().unwrap().as_str(), "987");
        assert_eq!((quote.method.as_deref(), quote.anchor, quote.problems.len()), (Some("5"), None, 0));
        let on = r#"{"quote_id":7,"anchor_type":"crypto","payment_method_slug":"bank"}"#;
        let quote = read_quote(on, Direction::OnRamp, "USDT", "NGN").unwrap();
        assert_eq!((quote.method.as_deref(), quote.anchor), (Some("bank"), Some(Anchor::Crypto)));
        assert!(quote.expires_at.is_none() && quote.problems.iter().any(|p| p.field == "expires_at"));
        assert!(read_quote("{}", Direction::OnRamp, "USDT", "NGN").is_err());
    }

    #[test]
    fn the_documented_new_order_is_read() {
        let data = format!(
            r#"{{"order_id":"b2c3","status":"awaiting_liquidity_provider","quote_id":"a1b2",
            "amounts":{{"crypto_amount":"101.50","crypto_currency":"USDT"}},"fee_breakdown":{FEES},
            "timeline":[{{"status":"awaiting_liquidity_provider","timestamp":"2026-02-01T12:00:05Z","description":"d"}}],
            "created_at":"2026-02-01T12:00:05Z"}}"#
        );
        let new = read_initiated(&data).unwrap();
        assert_eq!((new.order.as_str(), new.timeline.len(), new.problems.len()), ("b2c3", 1, 0));
        assert_eq!(new.amounts.crypto_currency.as_deref(), Some("USDT"));
        assert!(read_initiated(r#"{"status":"created"}"#).is_err());
    }

    #[test]
    fn a_changed_price_shows_old_and_new() {
        let changed =
            read_price_changed(r#"{"quoted_rate":1530.12,"current_rate":"1501","fiat_difference":-2.9e3}"#).unwrap();
        assert_eq!(changed.quoted.unwrap().to_string(), "1530.12");
        assert_eq!(changed.difference.unwrap().to_string(), "-2900");
        assert_eq!(read_price_changed("{}"), None);
        assert_eq!(read_price_changed("[]"), None);
    }
}
