//! `ramptop orders` and `ramptop order`.

use anyhow::Result;

use super::args::{OrderArgs, OrdersArgs};
use super::context::Context;
use super::out::{self, Exit};
use super::present;
use crate::domain::{Observed, Order, urgency};

pub async fn list(context: &Context, args: OrdersArgs) -> Result<Exit> {
    let keystore = context.keystore()?;
    let client = context.client(&keystore).await?;
    // The server's filter is not an equality test, and knows not every status: filter here.
    let only = match args.status.as_slice() {
        [one] => Some(one.as_str()).filter(|s| FILTERABLE.contains(s)),
        _ => None,
    };
    let all = client.all_orders(only).await?;
    for bad in &all.set_aside {
        let id = bad.id.as_ref().map_or_else(|| "an order without a readable id".to_owned(), ToString::to_string);
        out::note(&format!("ramptop: {id} could not be read and is left out: {}", bad.reason));
    }
    let mut orders: Vec<Observed<Order>> = all.orders.into_iter().filter(|o| wanted(&o.value, &args)).collect();
    let now = (context.clock)();
    orders.sort_by_cached_key(|order| urgency::key(order, &now));
    if args.json.json {
        let raw: Vec<&str> = orders.iter().map(|o| &*o.value.raw).collect();
        out::line(&out::clean_json(&format!("{{\"orders\":[{}]}}", raw.join(","))))?;
    } else {
        out::line(&present::heading())?;
        for order in &orders {
            out::line(&present::row(order, &now))?;
        }
    }
    if !all.complete {
        out::note("ramptop: the API kept returning further pages; the list above is not complete");
        return Ok(Exit::Failed);
    }
    Ok(if all.set_aside.is_empty() { Exit::Done } else { Exit::Failed })
}

/// Statuses whose filter returns every order that reads so. Source: reference, section 5.
const FILTERABLE: [&str; 6] = [
    "created",
    "awaiting_liquidity_provider",
    "awaiting_crypto_transfer_authorization",
    "crypto_transfer_authorization_pending",
    "crypto_received",
    "awaiting_fiat_received_confirmation",
];

fn wanted(order: &Order, args: &OrdersArgs) -> bool {
    let status = args.status.is_empty() || args.status.iter().any(|s| s == order.status.wire());
    status && (!args.live || order.is_live())
}

pub async fn show(context: &Context, args: OrderArgs) -> Result<Exit> {
    let keystore = context.keystore()?;
    let client = context.client(&keystore).await?;
    let order = client.order(&args.id).await?;
    if args.json.json {
        out::line(&out::clean_json(&order.value.raw))?;
    } else {
        out::line(&present::order(&order, &(context.clock)()))?;
    }
    Ok(Exit::Done)
}
