//! `ramptop initiate`: turns a quote into an order. Sent once and never again by itself.
//!
//! Whose order it is the API does not say later: it is remembered here, as the dashboard does. The
//! register is opened before anything is sent.

use anyhow::Result;
use serde_json::{Value, json};

use super::args::InitiateArgs;
use super::context::Context;
use super::gate;
use super::out::{self, Exit};
use super::show::{self, safe};
use crate::api::{ApiError, Initiation};
use crate::domain::Direction;
use crate::domain::quote::Initiated;
use crate::runtime::trades::Trade;
use crate::store::{Store, StoreError};
use crate::tui::text;

pub async fn run(context: &Context, args: InitiateArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    if !gate::consents(&question(&args), args.yes)? {
        return Ok(Exit::Refused);
    }
    let mut store = context.store()?;
    let _log = context.start_log()?;
    let direction = if args.on_ramp { Direction::OnRamp } else { Direction::OffRamp };
    let initiation = Initiation { direction, quote: args.quote.clone(), reference: args.reference.clone() };
    let made = context.api().await?.initiate(initiation).await.inspect_err(say_price)?.value;
    if let Err(problem) = remember(context, &mut store, &args, &made) {
        out::note(&format!("ramptop: the order was made, but whose it is could not be kept: {problem}"));
    }
    show::problems(&made.problems);
    show::answer(args.json, &value(&args, &made), || words(&made))
}

/// What the order pays and to whom is the quote's; user and payment details are only noted here.
fn question(args: &InitiateArgs) -> String {
    let what = if args.on_ramp { "an on-ramp" } else { "an off-ramp" };
    let to = args.payment_details.as_ref().map(|id| format!(", paid to payment details {id}")).unwrap_or_default();
    format!(
        "Make {what} order of quote {}? Its amounts and payment details are those of the quote.\n\
         It is noted here as an order of user {}{to}.",
        args.quote, args.user
    )
}

/// Old and new rate side by side, where the price had moved.
fn say_price(error: &ApiError) {
    let Some(changed) = error.rejection().and_then(crate::api::Rejection::price_changed) else { return };
    let rate = |rate: Option<_>| rate.map_or_else(|| "?".to_owned(), text::amount);
    let (old, new) = (rate(changed.quoted), rate(changed.current));
    out::note(&format!("The rate was {old} when it was quoted and is {new} now. No order was made; quote again."));
}

fn remember(context: &Context, store: &mut Store, args: &InitiateArgs, made: &Initiated) -> Result<(), StoreError> {
    let (reference, payment) = (args.reference.as_deref(), args.payment_details.as_ref());
    Trade::initiated(made, &args.quote, reference, &args.user, payment).keep(store, (context.clock)().wall)
}

fn value(args: &InitiateArgs, made: &Initiated) -> Value {
    let amounts: serde_json::Map<String, Value> =
        show::amounts(&made.amounts).into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    json!({
        "order_id": made.order.as_str(), "status": made.status.as_ref().map(crate::domain::Status::wire),
        "quote_id": made.quote.as_ref().unwrap_or(&args.quote).as_str(), "reference_id": made.reference,
        "user_uuid": args.user.as_str(), "amounts": amounts, "fee_breakdown": show::fees(&made.fees),
        "created_at": made.created_at, "required_fields": made.required_fields,
    })
}

fn words(made: &Initiated) -> String {
    let mut rows = vec![
        ("order", Some(safe(made.order.as_str()))),
        ("status", made.status.as_ref().map(|s| format!("{} ({})", safe(s.label()), safe(s.wire())))),
        ("reference", made.reference.as_deref().map(safe)),
    ];
    rows.extend(show::money(&made.amounts, &made.fees));
    let missing = (!made.required_fields.is_empty()).then(|| safe(&made.required_fields.join(", ")));
    rows.push(("missing", missing));
    show::lines(&rows)
}
