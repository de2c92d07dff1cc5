//! Orders: a line for each answer.

use serde_json::json;

use crate::calls::{Call, authorize, get, post, send};

/// Every way to name an order that is not there.
fn no_order(call: fn(&str, u16) -> Call, tail: &str) -> [Call; 2] {
    [
        call(&format!("/orders/{{unknown}}{tail}"), 404).says("ORDER_NOT_FOUND"),
        call(&format!("/orders/nonsense{tail}"), 400).says("INVALID_REQUEST"),
    ]
}

pub fn reading() -> Vec<Call> {
    let parameters = "transfer-authorization-parameters";
    let mut calls = vec![
        get("/orders", 200),
        get("/orders?status=completed&page=2&limit=5", 200),
        get("/orders?status=dance", 400).says("INVALID_REQUEST"),
        get("/orders/{each order}", 200),
        get(&format!("/orders/{{can authorize-crypto-transfer}}/{parameters}"), 200),
        get(&format!("/orders/{{in completed}}/{parameters}"), 409).says("INVALID_STATUS"),
    ];
    calls.extend(no_order(get, ""));
    calls.extend(no_order(get, &format!("/{parameters}")));
    calls
}

pub fn acting() -> Vec<Call> {
    let transfer = "authorize-crypto-transfer";
    let mut calls = vec![
        authorize(&format!("/orders/{{can {transfer}}}/{transfer}"), 0x22, 400).says("INVALID_REQUEST"),
        send(&format!("/orders/{{can {transfer}}}/{transfer}"), json!({}), 400).says("INVALID_REQUEST"),
        authorize(&format!("/orders/{{can {transfer}}}/{transfer}"), 0x11, 422).says("INSUFFICIENT_BALANCE").broke(),
        authorize(&format!("/orders/{{can {transfer}}}/{transfer}"), 0x11, 200),
        authorize(&format!("/orders/{{in completed}}/{transfer}"), 0x11, 409).says("INVALID_STATUS"),
        post("/orders/{can confirm-fiat-received}/confirm-fiat-received", 200),
        post("/orders/{in cancelled}/confirm-fiat-received", 409).says("INVALID_STATUS"),
        post("/orders/{can cancel}/cancel", 200),
        post("/orders/{in completed}/cancel", 400).says("OPERATION_NOT_ALLOWED"),
        post("/orders/{can confirm-payment-sent}/confirm-payment-sent", 200),
        post("/orders/{in fiat_transfer_pending}/confirm-payment-sent", 409).says("INVALID_STATUS"),
    ];
    for action in [transfer, "confirm-fiat-received", "cancel", "confirm-payment-sent"] {
        calls.extend(no_order(post, &format!("/{action}")));
    }
    calls
}
