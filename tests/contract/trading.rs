//! The catalog, estimates, quotes and initiates: a line for each answer.

use serde_json::{Value, json};

use crate::calls::{Call, get, send};

const INVALID: &str = "INVALID_REQUEST";

pub fn catalog() -> Vec<Call> {
    let supported = |tail: &str, status| get(&format!("/api/v1/{tail}"), status);
    vec![
        supported("supported/crypto-currencies", 200),
        supported("supported/blockchains", 200),
        supported("supported/fiat-currencies", 200),
        supported("supported/corridors", 200),
        supported("supported-exchange-pairs", 200),
        supported("supported/payment-rails?country=IN&direction=offramp", 200),
        supported("supported/payment-rails?currency=EUR&direction=onramp", 200),
        supported("supported/payment-rails?currency=GBP&direction=onramp", 200),
        supported("supported/payment-rails", 400),
        supported("supported/institutions?rail=nip-nigeria&limit=3", 200),
        supported("supported/institutions?rail=faster-payments", 200),
        supported("supported/institutions?rail=imps-neft-india", 200),
        supported("supported/institutions", 400),
        get("/liquidity", 200),
        get("/send-out/routes?crypto=USDT", 200),
        get("/send-out/routes", 400).says(INVALID),
        get("/stats", 200),
    ]
}

fn ask(anchor: &str, amount: &str) -> Value {
    json!({"crypto_currency": "USDT", "fiat_currency": "NGN", anchor: amount})
}

pub fn estimates() -> Vec<Call> {
    let mut calls = Vec::new();
    for path in ["/offramp/estimate", "/onramp/estimate"] {
        calls.extend([
            send(path, ask("crypto_amount", "100"), 200),
            send(path, ask("fiat_amount", "150000"), 200),
            send(path, ask("amount", "100"), 400).says(INVALID),
            send(path, ask("crypto_amount", "1000000"), 409).says("NO_OFFERS_AVAILABLE"),
        ]);
    }
    calls
}

/// A cleared user with a bank account.
pub fn cleared() -> Vec<Call> {
    let bank = json!({"currency": "NGN", "rail": "nip-nigeria", "institution_id": "gtbank",
        "details": {"account_number": "0123456789", "account_name": "Ann Example"}});
    vec![
        send("/users", json!({"user_ref": "ann", "email": "ann@example.com"}), 201).keep("user", "/data/user_uuid"),
        send("/users/{user}/payment-details", bank, 201).keep("number", "/data/payment_details_id"),
        send("/offramp/quote", off_ramp(), 400).says(INVALID).newer(422, "KYC_NOT_CLEARED"),
        send("/onramp/quote", on_ramp(), 400).says(INVALID).newer(422, "KYC_NOT_CLEARED"),
        send("/users/{user}/kyc-submissions", json!({"method": "handoff"}), 200),
    ]
}

fn off_ramp() -> Value {
    json!({"user_uuid": "{user}", "crypto_currency": "USDT", "fiat_currency": "NGN", "crypto_amount": "100",
        "payment_details_id": "#{number}"})
}

pub fn on_ramp() -> Value {
    json!({"user_uuid": "{user}", "crypto_currency": "USDT", "fiat_currency": "NGN", "fiat_amount": "150000"})
}

fn with(mut body: Value, key: &str, value: Value) -> Value {
    body[key] = value;
    body
}

pub fn quotes() -> Vec<Call> {
    let (off, on) = ("/offramp/quote", "/onramp/quote");
    let mut calls = cleared();
    calls.extend([
        send(off, off_ramp(), 200).after(130),
        send(off, with(off_ramp(), "rail", json!("upi")), 400).says("RAIL_ROUTE_MISMATCH"),
        send(off, with(off_ramp(), "fiat_amount", json!("1")), 400).says(INVALID),
        send(off, with(off_ramp(), "payment_details_id", json!(7)), 404).says("INVALID_PAYMENT_DETAILS"),
        send(off, with(off_ramp(), "crypto_amount", json!("0.1")), 409).says("NO_OFFERS_AVAILABLE"),
        send(on, on_ramp(), 200),
        send(on, with(on_ramp(), "fiat_currency", json!("QQQ")), 400).says(INVALID),
        send(on, with(on_ramp(), "user_uuid", json!("{unknown}")), 404).says(INVALID),
        send(on, with(on_ramp(), "provider_scope", json!("licensed_only")), 200),
        send(on, with(on_ramp(), "payment_network_slug", json!("upi")), 409).says("NO_OFFERS_AVAILABLE"),
    ]);
    calls
}

pub fn initiates() -> Vec<Call> {
    let quote = || json!({"quote_id": "{quote}", "reference_id": "ours-7"});
    let mut calls = cleared();
    let mut wait = 130;
    for (ramp, ask) in [("offramp", off_ramp()), ("onramp", on_ramp())] {
        let (path, question) = (format!("/{ramp}/initiate"), format!("/{ramp}/quote"));
        calls.extend([
            send(&question, ask.clone(), 200).after(wait).keep("quote", "/data/quote_id"),
            send(&path, quote(), 201).keep("made", "/data/order_id"),
            send(&path, quote(), 409).says("QUOTE_ALREADY_USED"),
            send(&path, json!({"quote_id": "{unknown}"}), 404).says("QUOTE_NOT_FOUND"),
            send(&path, json!({}), 400).says(INVALID),
            send(&question, ask, 200).keep("quote", "/data/quote_id"),
            send(&path, quote(), 409).after(60).says("QUOTE_EXPIRED"),
            get("/orders/{made}", 200),
            get("/orders/{made}", 200).after(60),
        ]);
        wait = 0;
    }
    calls
}

/// Whether the price falls before the order is made, or it is taken as it is.
pub fn price_change() -> Vec<Call> {
    let mut calls = cleared();
    calls.extend([
        send("/offramp/quote", off_ramp(), 200).after(130).keep("quote", "/data/quote_id"),
        send("/offramp/initiate", json!({"quote_id": "{quote}"}), 409).says("PRICE_CHANGED_REQUOTE"),
    ]);
    calls
}
