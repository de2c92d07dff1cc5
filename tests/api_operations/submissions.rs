//! Submissions made the only way there is: permit, review, yes, record.

use std::time::Duration;

use chrono::Utc;
use ramptop::domain::payment::Payer;
use ramptop::domain::stage::{Receipt, Reviewed, Submission};
use ramptop::domain::{ActionKind, Amount, Direction, Mono, Now, Observed, Order, OrderId, Permit, Status};
use serde_json::{Value, json};

use crate::support::Vector;

fn now() -> Now {
    Now { mono: Mono::new(Duration::from_secs(1)), wall: Utc::now() }
}

fn permit(action: ActionKind) -> Permit {
    let now = now();
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), Status::from_wire("created"));
    let on_ramp = matches!(action, ActionKind::PaymentSent | ActionKind::PayerDetails);
    order.direction = if on_ramp { Direction::OnRamp } else { Direction::OffRamp };
    order.allowed_actions = vec![action.entry()];
    order.payment_request = Some(true);
    order.amounts.crypto = Some(Amount::parse("1").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    let seen = Observed { value: order, asked: now, answered: now, server_date: None };
    Permit::new(seen, action, &now).unwrap()
}

fn submission(reviewed: Reviewed) -> Submission {
    let approved = reviewed.approve(&now()).unwrap();
    approved.recorded(Receipt { seq: 1, hash: "00".to_owned() }, &now()).unwrap().into_bare().unwrap()
}

pub fn bare(action: ActionKind) -> Submission {
    submission(Reviewed::bare(permit(action), now()).unwrap())
}

pub fn payer(payer: Payer) -> Submission {
    submission(Reviewed::payer(permit(ActionKind::PayerDetails), payer, now()).unwrap())
}

pub fn vector() -> Vector {
    let all: Vec<Vector> = serde_json::from_str(include_str!("../vectors/eip712.json")).unwrap();
    all.into_iter().find(Vector::is_ordinary).unwrap()
}

/// The body of an authorization, made from the vector alone.
pub fn authorize_body(vector: &Vector) -> Value {
    let request = vector.request();
    json!({"signature": vector.signature, "forward_request": {
        "from": request.from.to_checksum(None), "to": request.to.to_checksum(None), "value": request.value.to_string(),
        "gas": request.gas.to_string(), "nonce": request.nonce.to_string(), "deadline": request.deadline.to_string(),
        "data": request.data.to_string()}})
}
