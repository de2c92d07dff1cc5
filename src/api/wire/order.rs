//! The order object as it comes, read into [`Order`]. Source: reference, section 5.
//!
//! Only an unreadable identity or status loses an order, and then it is set aside with its text,
//! never dropped. Everything else that cannot be read is listed in [`Order::problems`], which
//! `domain::action` refuses to act on.

use super::SetAside;
use super::object::{Object, bytes, compact, cut};
use super::parts;
use super::reader::{Problems, Reader};
use crate::domain::order::{Direction, Links};
use crate::domain::status::KnownStatus;
use crate::domain::text::visible_prefix;
use crate::domain::{AllowedAction, NextAction, Order, OrderId, Status};

/// The most of an order's JSON that is kept, in bytes.
pub const MAX_RAW: usize = 256 * 1024;

/// The most of an unreadable order's JSON that is kept, in characters.
const MAX_ASIDE: usize = 2000;

/// Reads one order from its JSON text.
///
/// # Errors
/// The order set aside, when it is not an object or has no readable `order_id` or `status`.
pub fn read_order(text: &str) -> Result<Order, SetAside> {
    let object = Object::parse(text).map_err(|e| aside(text, None, &format!("not an order: {e}")))?;
    let mut problems = Problems::default();
    let mut order = identity(text, &object, &mut problems)?;
    read_fields(&mut order, &mut Reader::new(&object, &mut problems));
    parts::read_parts(&mut order, &object, &mut problems);
    order.direction = direction(&order, &object, &mut problems);
    order.problems = problems.into_vec();
    order.raw = cut(&compact(text), MAX_RAW).into();
    Ok(order)
}

fn identity(text: &str, object: &Object<'_>, problems: &mut Problems) -> Result<Order, SetAside> {
    let mut reader = Reader::new(object, problems);
    let id = reader.id::<OrderId>("order_id");
    let status = reader.text("status");
    match (id, status) {
        (Some(id), Some(status)) => Ok(Order::bare(id, Status::from_wire(&status))),
        (None, _) => Err(aside(text, None, &why(problems, "order_id"))),
        (id, None) => Err(aside(text, id, &why(problems, "status"))),
    }
}

fn why(problems: &Problems, field: &'static str) -> String {
    match problems.about(field) {
        Some(problem) => format!("`{field}` {}", problem.reason),
        None => format!("`{field}` is missing"),
    }
}

fn aside(text: &str, id: Option<OrderId>, reason: &str) -> SetAside {
    SetAside { id, reason: reason.to_owned(), raw: visible_prefix(text, MAX_ASIDE) }
}

fn read_fields(order: &mut Order, reader: &mut Reader<'_, '_>) {
    order.next_action = reader.text("next_action").as_deref().map(NextAction::from_wire);
    order.allowed_actions = allowed_actions(reader);
    order.authorization_seconds_left = reader.seconds_left("crypto_transfer_authorization_seconds_left");
    order.settles_itself = reader.boolean("has_fiat_settlement_notification");
    order.created_at = reader.time("created_at");
    order.updated_at = reader.time("updated_at");
    order.payment_request = reader.boolean("payment_request");
    order.funding_source = reader.text("fiat_funding_source");
    order.send_out_tx_hash = reader.text("send_out_tx_hash");
    order.links = links(reader);
}

/// Entries that are no text are noted; the others are kept, known or not.
fn allowed_actions(reader: &mut Reader<'_, '_>) -> Vec<AllowedAction> {
    let mut actions = Vec::new();
    for raw in reader.items("allowed_actions") {
        match serde_json::from_str::<String>(raw) {
            Ok(word) => actions.push(AllowedAction::from_wire(&cut(&word, super::reader::MAX_TEXT))),
            Err(_) => {
                let _: Option<()> = reader.refuse("allowed_actions", "an entry is not a text", raw);
            }
        }
    }
    actions
}

/// Fields the order model does not promise, and the two of third-party payouts that stand for them.
fn links(reader: &mut Reader<'_, '_>) -> Links {
    let mut links = Links {
        user: reader.id("user_uuid").or_else(|| reader.id("user_id")),
        payment_details: reader.id("payment_details_id"),
        reference: reader.text("reference_id"),
        quote: reader.text("quote_id"),
        provider: reader.text("provider"),
    };
    let (recipient, compliance) = (reader.object("recipient_context"), reader.object("compliance"));
    if let (None, Some(context)) = (&links.user, recipient) {
        links.user = reader.of(&context).id("recipient_context.sender_id");
    }
    if let (None, Some(case)) = (&links.quote, compliance) {
        links.quote = reader.of(&case).text("compliance.case_id");
    }
    links
}

/// `order_type`; without it (the baseline's off-ramp orders) what the status and fields say.
fn direction(order: &Order, object: &Object<'_>, problems: &mut Problems) -> Direction {
    let mut reader = Reader::new(object, problems);
    match reader.text("order_type").as_deref() {
        Some("onramp") => return Direction::OnRamp,
        Some("offramp") => return Direction::OffRamp,
        Some(other) => {
            let _: Option<()> =
                reader.refuse("order_type", &format!("a word of {}, neither onramp nor offramp", bytes(other)), "");
        }
        None => {}
    }
    // `payment_request: false` says nothing: a server that writes every field writes it on any order.
    let on_ramp = is_on_ramp(&order.status)
        || order.vendor.is_some()
        || order.payment_request == Some(true)
        || order.funding_source.is_some();
    if on_ramp { Direction::OnRamp } else { Direction::OffRamp }
}

fn is_on_ramp(status: &Status) -> bool {
    use KnownStatus as S;
    let Status::Known(known) = status else { return false };
    matches!(
        known,
        S::AwaitingVendorEscrowFunding
            | S::AwaitingFiatTransfer
            | S::FiatTransferPending
            | S::SendOutPending
            | S::SendOutCompleted
            | S::SendOutFailed
    )
}
