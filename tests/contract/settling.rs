//! Payer details, send-outs and refunds: a line for each answer.

use serde_json::json;

use crate::calls::{Call, get, refund, send, send_out};
use crate::trading;

const NOWHERE: &str = "/orders/{unknown}";
const ADDRESS: &str = "0x1111111111111111111111111111111111111111";
const PARAMETERS: &str = "bridge-authorization-parameters?destination_chain=42161&destination_address=0x1111111111111111111111111111111111111111";

pub fn payer() -> Vec<Call> {
    let details = json!({"payment_details_id": "#{number}"});
    let submit = "/orders/{made}/submit-payer-details";
    let mut calls = trading::cleared();
    calls.extend([
        send("/onramp/quote", trading::on_ramp(), 200).after(130).keep("quote", "/data/quote_id"),
        send("/onramp/initiate", json!({"quote_id": "{quote}"}), 201).keep("made", "/data/order_id"),
        send(submit, details.clone(), 409).says("INVALID_STATUS"),
        send(submit, json!({}), 400).after(70).says("INVALID_REQUEST"),
        send(submit, details.clone(), 200),
        send(submit, details.clone(), 409).says("INVALID_STATUS"),
        send(&format!("{NOWHERE}/submit-payer-details"), details.clone(), 404).says("ORDER_NOT_FOUND"),
        send("/orders/nonsense/submit-payer-details", details, 400).says("INVALID_REQUEST"),
        get("/orders/{each order}", 200),
    ]);
    calls
}

pub fn sending_out() -> Vec<Call> {
    let order = "/orders/{can authorize-bridge}";
    let done = "/orders/{in send_out_completed}";
    let submit = format!("{order}/authorize-bridge");
    vec![
        get(&format!("{order}/{PARAMETERS}"), 200),
        get(&format!("{order}/bridge-authorization-parameters"), 400).says("INVALID_REQUEST"),
        get(&format!("{done}/{PARAMETERS}"), 409).says("INVALID_STATUS"),
        get(&format!("{NOWHERE}/{PARAMETERS}"), 404).says("ORDER_NOT_FOUND"),
        send(&submit, json!({}), 400).says("INVALID_REQUEST"),
        send_out(&submit, 0x22, "42161", ADDRESS, 400).says("INVALID_REQUEST"),
        send_out(&submit, 0x11, "42161", ADDRESS, 200).keep("gone", "/data/order_id"),
        send("/orders/{gone}/authorize-bridge", json!({}), 409).says("INVALID_STATUS"),
        get("/orders/{gone}", 200).after(150),
        send(&format!("{NOWHERE}/authorize-bridge"), json!({}), 404).says("ORDER_NOT_FOUND"),
        get("/orders/{each order}", 200),
    ]
}

pub fn refunds() -> Vec<Call> {
    let order = "/orders/{can authorize-refund}";
    // A signature of the right form.
    let some = format!("0x{}1b", "11".repeat(64));
    let (ask, submit) = ("refund-authorization-parameters", "authorize-refund");
    vec![
        get(&format!("{order}/{ask}"), 200),
        get(&format!("{NOWHERE}/{ask}"), 404).says("ORDER_NOT_FOUND"),
        send(&format!("{order}/{submit}"), json!({}), 400).says("INVALID_REQUEST"),
        refund(&format!("{order}/{submit}"), 0x22, 502).says("TRANSACTOR_ERROR"),
        refund(&format!("{order}/{submit}"), 0x11, 200).keep("back", "/data/order_id"),
        get(&format!("/orders/{{back}}/{ask}"), 409).says("INVALID_STATUS"),
        send(&format!("/orders/{{back}}/{submit}"), json!({"signature": some}), 409).says("INVALID_STATUS"),
        get("/orders/{each order}", 200),
    ]
}
