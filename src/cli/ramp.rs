//! `ramptop estimate` and `ramptop quote`: prices. Neither moves money; a quote lives until its own
//! `expires_at`.

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

use super::args::{EstimateArgs, PriceArgs, QuoteArgs};
use super::context::Context;
use super::out::{self, Exit};
use super::show::{self, safe};
use crate::domain::quote::{Anchor, Estimate, OffRampQuoteRequest, OnRampQuoteRequest, PriceRequest, Quote, Side};
use crate::domain::time::ClockSkew;
use crate::domain::{Direction, Observed, PaymentDetailsId};
use crate::runtime::trades::Trade;
use crate::tui::text;

fn direction(on_ramp: bool) -> Direction {
    if on_ramp { Direction::OnRamp } else { Direction::OffRamp }
}

fn side(args: &PriceArgs) -> Result<Side> {
    let Some(side) = args.side() else { bail!("give --crypto-amount or --fiat-amount; nothing was sent") };
    Ok(side)
}

fn request(
    args: &PriceArgs,
    method: Option<String>,
    network: Option<String>,
    country: Option<String>,
) -> Result<PriceRequest> {
    let bare = PriceRequest::new(&args.crypto, &args.fiat, side(args)?);
    Ok(PriceRequest { method, network, scope: args.scope, country, partner_fee_pct: args.partner_fee_pct, ..bare })
}

/// A price that binds nobody.
pub async fn estimate(context: &Context, args: EstimateArgs) -> Result<Exit> {
    let price = request(&args.price, args.method, args.network, args.country)?;
    let found = context.api().await?.estimate(direction(args.on_ramp), &price).await?.value;
    show::problems(&found.problems);
    show::answer(args.json, &estimate_value(&found), || {
        let mut rows = show::money(&found.amounts, &found.fees);
        rows.push(("by", found.network.as_deref().map(safe)));
        format!("An estimate; it reserves nothing.\n{}", show::lines(&rows))
    })
}

fn estimate_value(found: &Estimate) -> Value {
    let mut value: Map<String, Value> = named(show::amounts(&found.amounts));
    value.extend(named(vec![
        ("fee_breakdown", show::fees(&found.fees)),
        ("payment_method_slug", json!(found.method)),
        ("payment_network_slug", json!(found.network)),
        ("provider_scope", json!(found.scope)),
        ("is_indicative", json!(found.indicative)),
    ]));
    Value::Object(value)
}

fn named(pairs: Vec<(&'static str, Value)>) -> Map<String, Value> {
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A price held for a while.
pub async fn quote(context: &Context, args: QuoteArgs) -> Result<Exit> {
    let client = context.api().await?;
    let json = args.json;
    let (user, payment) = (args.user.clone(), args.payment_details.clone());
    let seen = if args.on_ramp {
        let price = request(&args.price, args.method, args.network, args.country)?;
        client.on_ramp_quote(&OnRampQuoteRequest { user: args.user, price }).await?
    } else {
        client.off_ramp_quote(&off_ramp(args)?).await?
    };
    remember(context, &Trade::quoted(&seen.value, &user, payment.as_ref()));
    show::problems(&seen.value.problems);
    show::answer(json, &quote_value(&seen.value), || quote_words(context, &seen))
}

/// An order will not say what it is exact about; its quote does. It is good without this as well.
fn remember(context: &Context, quoted: &Trade) {
    let kept = context.store().and_then(|mut store| Ok(quoted.keep(&mut store, (context.clock)().wall)?));
    if let Err(problem) = kept {
        out::note(&format!("ramptop: the quote is good, but what it is for could not be kept: {problem:#}"));
    }
}

fn off_ramp(args: QuoteArgs) -> Result<OffRampQuoteRequest> {
    let side = side(&args.price)?;
    let Some(details) = args.payment_details else { bail!("give --payment-details; nothing was sent") };
    let bare = OffRampQuoteRequest::new(args.user, details, &args.price.crypto, &args.price.fiat, side);
    Ok(OffRampQuoteRequest {
        rail: args.rail,
        route: args.route,
        scope: args.price.scope,
        slippage: args.slippage,
        settles_itself: args.settlement_notification.then_some(true),
        partner_fee_pct: args.price.partner_fee_pct,
        ..bare
    })
}

fn quote_value(quote: &Quote) -> Value {
    let anchor = quote.anchor.as_ref().map(Anchor::wire);
    // Off-ramp quotes name method and network by id, on-ramp quotes by slug.
    let (method, network) = match quote.direction {
        Direction::OffRamp => ("payment_method_id", "payment_network_id"),
        Direction::OnRamp => ("payment_method_slug", "payment_network_slug"),
    };
    let mut value = named(show::amounts(&quote.amounts));
    value.extend(named(vec![
        ("quote_id", json!(quote.id.as_str())),
        ("anchor_type", json!(anchor)),
        ("fee_breakdown", show::fees(&quote.fees)),
        ("expires_at", json!(quote.expires_at)),
        ("payment_details_id", json!(quote.payment_details.as_ref().map(PaymentDetailsId::as_str))),
        (method, json!(quote.method)),
        (network, json!(quote.network)),
        ("has_fiat_settlement_notification", json!(quote.settles_itself)),
    ]));
    Value::Object(value)
}

fn quote_words(context: &Context, seen: &Observed<Quote>) -> String {
    let quote = &seen.value;
    let skew = seen.server_date.map(|date| ClockSkew::estimate(&seen.asked, &seen.answered, date));
    let left = quote.left(&(context.clock)(), skew).map(|left| text::countdown(left.as_secs()));
    let mut rows = vec![("quote", Some(safe(quote.id.as_str())))];
    rows.extend(show::money(&quote.amounts, &quote.fees));
    rows.push(("expires_at", quote.expires_at.map(|at| at.to_rfc3339())));
    rows.push(("time left", Some(left.unwrap_or_else(|| "not said by the API".to_owned()))));
    let settles = quote.settles_itself.map(|own| if own { "by the provider itself" } else { "by you" });
    rows.push(("confirmed", settles.map(str::to_owned)));
    show::lines(&rows)
}
