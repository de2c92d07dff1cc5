use proptest::prelude::*;
use serde_json::{Value, json};

use super::order::{MAX_RAW, read_order};
use crate::domain::status::KnownStatus;
use crate::domain::{AllowedAction, Direction, NextAction, Order};

/// The example of reference, section 5, word by word.
const DOCUMENTED: &str = r#"{"order_id":"b2c3d4e5-f6a7-8901-bcde-f12345678901",
 "status":"awaiting_crypto_transfer_authorization","next_action":"authorize_crypto_transfer",
 "allowed_actions":["authorize-crypto-transfer","cancel"],"crypto_transfer_authorization_seconds_left":1720,
 "amounts":{"crypto_amount":"101.50","fiat_amount":"152880.00","crypto_currency":"USDT","fiat_currency":"NGN","rate":"1530.12"},
 "fee_breakdown":{"platform_fee":"1.50","platform_fee_pct":1.5,"partner_fee":"0.00","partner_fee_pct":0,"total_fee":"1.50"},
 "timeline":[{"status":"created","timestamp":"2026-02-01T12:00:05Z","description":"Order created"}],
 "has_fiat_settlement_notification":false,"created_at":"2026-02-01T12:00:05Z","updated_at":"2026-02-01T12:00:06Z"}"#;

fn documented() -> Value {
    serde_json::from_str(DOCUMENTED).unwrap()
}

fn read(value: &Value) -> Order {
    read_order(&value.to_string()).unwrap()
}

fn with(changes: &[(&str, Value)]) -> Order {
    let mut value = documented();
    for (key, change) in changes {
        value[*key] = change.clone();
    }
    read(&value)
}

#[test]
fn the_documented_order_is_read_whole() {
    let o = read_order(DOCUMENTED).unwrap();
    assert_eq!(o.id.as_str(), "b2c3d4e5-f6a7-8901-bcde-f12345678901");
    assert!(o.status.is(KnownStatus::AwaitingCryptoTransferAuthorization));
    assert_eq!(o.next_action, Some(NextAction::AuthorizeCryptoTransfer));
    assert_eq!(o.allowed_actions, [AllowedAction::AuthorizeCryptoTransfer, AllowedAction::Cancel]);
    assert_eq!(o.authorization_seconds_left, Some(1720));
    assert_eq!(o.amounts.crypto.unwrap().to_string(), "101.50");
    assert_eq!(o.amounts.fiat.unwrap().to_string(), "152880.00");
    assert_eq!((o.amounts.crypto_currency.as_deref(), o.amounts.fiat_currency.as_deref()), (Some("USDT"), Some("NGN")));
    assert_eq!(o.amounts.rate.unwrap().to_string(), "1530.12");
    assert_eq!(o.fees.platform_fee_pct.unwrap().to_string(), "1.5");
    assert_eq!(o.fees.partner_fee_pct.unwrap().to_string(), "0");
    assert_eq!(o.timeline.len(), 1);
    assert_eq!(o.timeline[0].at.unwrap().to_rfc3339(), "2026-02-01T12:00:05+00:00");
    assert_eq!((o.settles_itself, o.direction), (Some(false), Direction::OffRamp));
    assert_eq!(o.updated_at.unwrap().timestamp() - o.created_at.unwrap().timestamp(), 1);
    assert_eq!(o.problems, []);
    assert_eq!(serde_json::from_str::<Value>(&o.raw).unwrap(), documented());
    assert!(!o.raw.contains('\n'));
}

#[test]
fn unknown_words_are_kept_and_unknown_fields_ignored() {
    let o = with(&[
        ("status", json!("paused_by_moon")),
        ("next_action", json!("dance")),
        ("allowed_actions", json!(["cancel", "sing"])),
        ("new_thing", json!({"a": [1]})),
    ]);
    assert_eq!((o.status.wire(), o.next_action.unwrap().wire()), ("paused_by_moon", "dance"));
    assert_eq!(o.allowed_actions[1].wire(), "sing");
    assert_eq!(o.problems, []);
}

#[test]
fn null_means_absent_everywhere_but_identity_and_status() {
    for key in documented().as_object().unwrap().keys() {
        let mut value = documented();
        value[key.as_str()] = Value::Null;
        match read_order(&value.to_string()) {
            Ok(order) => assert_eq!(order.problems, [], "{key}"),
            Err(aside) => assert!(["order_id", "status"].contains(&key.as_str()) && aside.reason.contains("missing")),
        }
    }
}

#[test]
fn a_wrong_type_costs_its_field_alone() {
    for key in documented().as_object().unwrap().keys() {
        for wrong in [json!({"x": 1}), json!([1]), json!(true), json!(-7.5), json!("\u{1b}[2J")] {
            let mut value = documented();
            value[key.as_str()] = wrong.clone();
            let Ok(order) = read_order(&value.to_string()) else {
                assert!(["order_id", "status"].contains(&key.as_str()), "{key} {wrong}");
                continue;
            };
            let named = order.problems.iter().all(|p| p.field.starts_with(key.as_str()));
            assert!(named, "{key} {wrong}: {:?}", order.problems);
        }
    }
}

#[test]
fn entries_that_are_no_texts_are_named_and_the_others_kept() {
    let o = with(&[("allowed_actions", json!(["cancel", 7, null]))]);
    assert_eq!(o.allowed_actions, [AllowedAction::Cancel]);
    assert_eq!(o.problems.len(), 2);
}

#[test]
fn each_timeline_entry_stands_for_itself() {
    let o = with(&[("timeline", json!([7, {"status": "created", "timestamp": 3}, {"description": "x"}]))]);
    assert_eq!(o.timeline.len(), 2);
    assert_eq!((o.timeline[0].at, o.timeline[1].description.as_str()), (None, "x"));
    assert!(o.problems.iter().all(|p| p.field.starts_with("timeline")), "{:?}", o.problems);
}

#[test]
fn the_direction_is_said_or_inferred() {
    let direction = |changes: &[(&str, Value)]| with(changes).direction;
    assert_eq!(direction(&[("order_type", json!("onramp"))]), Direction::OnRamp);
    assert_eq!(direction(&[("status", json!("awaiting_fiat_transfer"))]), Direction::OnRamp);
    assert_eq!(direction(&[("vendor_payment_details", json!({}))]), Direction::OnRamp);
    assert_eq!(direction(&[("payment_request", json!(true))]), Direction::OnRamp);
    assert_eq!(direction(&[("payment_request", json!(false))]), Direction::OffRamp);
    assert_eq!(direction(&[("fiat_funding_source", json!("own_account"))]), Direction::OnRamp);
    let said = [("order_type", json!("offramp")), ("status", json!("send_out_pending"))];
    assert_eq!(direction(&said), Direction::OffRamp);
    assert_eq!(with(&[("order_type", json!("sideways"))]).problems[0].field, "order_type");
}

#[test]
fn links_are_read_wherever_the_server_puts_them() {
    let o = with(&[
        ("recipient_context", json!({"sender_id": "u-1"})),
        ("compliance", json!({"case_id": "q-1"})),
        ("payment_details_id", json!(42)),
        ("reference_id", json!("INV 7/2026")),
        ("provider", json!("p2p")),
    ]);
    assert_eq!(o.links.user.unwrap().as_str(), "u-1");
    assert_eq!(o.links.quote.as_deref(), Some("q-1"));
    assert_eq!(o.links.payment_details.unwrap().as_str(), "42");
    assert_eq!((o.links.reference.as_deref(), o.links.provider.as_deref()), (Some("INV 7/2026"), Some("p2p")));
    let o = with(&[("user_id", json!("u-2")), ("payment_details_id", json!(""))]);
    assert_eq!((o.links.user.unwrap().as_str(), o.links.payment_details, o.problems.len()), ("u-2", None, 0));
}

#[test]
fn a_refund_is_read_from_a_cancelled_order() {
    let o = with(&[
        ("status", json!("cancelled")),
        ("next_action", json!("authorize_refund")),
        ("allowed_actions", json!(["authorize-refund"])),
        ("action_required", json!({"type": "authorize_refund", "message": "m", "endpoint": "POST /x"})),
    ]);
    assert!(o.refund_owed() && o.problems.is_empty());
    assert_eq!(o.action_required.unwrap().endpoint.as_deref(), Some("POST /x"));
}

#[test]
fn on_ramp_parts_are_read() {
    let o = with(&[
        (
            "action_required",
            json!({"type": "update_kyc_address", "message": "m", "fields": [{"field": "city", "label": "City"}, 1]}),
        ),
        ("vendor_payment_details", json!({"payment_method_name": "Bank", "details": {"iban": "DE1", "n": 5}})),
    ]);
    assert_eq!(o.action_required.unwrap().fields, [("city".to_owned(), "City".to_owned())]);
    assert_eq!(o.vendor.unwrap().details.len(), 2);
    assert_eq!(o.problems.len(), 1);
}

#[test]
fn enormous_texts_are_cut() {
    let o = with(&[("next_action", json!("é".repeat(100_000))), ("reference_id", json!("x".repeat(300_000)))]);
    assert!(o.next_action.unwrap().wire().len() < 5000);
    assert!(o.raw.len() <= MAX_RAW + 3);
}

#[test]
fn duplicate_keys_are_not_guessed() {
    let twice = DOCUMENTED.replacen("{\"order_id\"", "{\"created_at\":1,\"order_id\"", 1);
    assert_eq!(read_order(&twice).unwrap().problems[0].reason, "appears twice");
    let twice = DOCUMENTED.replacen("{\"order_id\"", "{\"status\":\"completed\",\"order_id\"", 1);
    assert!(read_order(&twice).unwrap_err().reason.contains("twice"));
}

fn any_json() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("1e999".to_owned()),
        Just("-0".to_owned()),
        Just("9".repeat(400)),
        Just("\"\\ud800\"".to_owned()),
        Just("{\"a\":1,\"a\":2}".to_owned()),
        Just("[[[]]]".to_owned()),
        any::<f64>().prop_map(|f| json!(f).to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        ".{0,30}".prop_map(|s| json!(s).to_string()),
        "[\\x00-\\x1f\\u{200b}-\\u{206f}]{0,9}".prop_map(|s| json!(s).to_string()),
    ]
}

/// Every place of the documented order where a value stands.
fn places() -> Vec<(usize, usize)> {
    let (text, mut found) = (DOCUMENTED, Vec::new());
    for (at, _) in text.match_indices(':').filter(|(at, _)| text.get(at - 1..*at) == Some("\"")) {
        let mut values = serde_json::Deserializer::from_str(&text[at + 1..]).into_iter::<Value>();
        if values.next().is_some_and(|v| v.is_ok()) {
            found.push((at + 1, at + 1 + values.byte_offset()));
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_value_anywhere_gives_an_order_or_sets_it_aside(place in 0usize..64, value in any_json()) {
        let places = places();
        let (from, to) = places[place % places.len()];
        let text = format!("{}{value}{}", &DOCUMENTED[..from], &DOCUMENTED[to..]);
        match read_order(&text) {
            Ok(order) => prop_assert!(order.problems.iter().all(|p| p.reason.chars().all(crate::domain::text::is_displayable))),
            Err(aside) => prop_assert!(aside.raw.chars().all(crate::domain::text::is_displayable)),
        }
    }

    #[test]
    fn damaged_text_never_panics(at in 0usize..1200, byte in any::<char>(), len in 0usize..1200) {
        let mut chars: Vec<char> = DOCUMENTED.chars().collect();
        if let Some(c) = chars.get_mut(at) { *c = byte; }
        let text: String = chars.into_iter().take(len).collect();
        let _ = read_order(&text);
        let text: String = text.chars().collect();
        let _ = super::page::read_page(&text, 1);
    }
}
