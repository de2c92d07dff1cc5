//! The body of a webhook event. Source: reference, section 10.
//!
//! Whatever was sent gives an event: what cannot be read is missing from it and named, and a body
//! without a usable `event_id` goes by the hash of its bytes, so that repeating it is noticed.

use sha2::{Digest, Sha256};

use super::object::Object;
use super::reader::{Problems, Reader, any_text, scalar_text};
use crate::domain::Status;
use crate::domain::event::{Event, EventId, EventType, KycPart, OrderPart};
use crate::domain::user::KycStatus;

/// The most reasons kept of one rejection.
const MOST_REASONS: usize = 20;

/// The longest `event_type` kept, in bytes.
const LONGEST_TYPE: usize = 200;

/// Reads a body. Never fails.
pub fn read_event(body: &[u8]) -> Event {
    let text = String::from_utf8_lossy(body);
    let mut problems = Problems::default();
    let mut event = match Object::parse(&text) {
        Ok(object) => envelope(&mut Reader::new(&object, &mut problems), body),
        Err(why) => {
            problems.note("body", &format!("unreadable: {why}"), "");
            bare(body)
        }
    };
    event.problems = problems.into_vec();
    event
}

/// What is known of a body that cannot be read.
fn bare(body: &[u8]) -> Event {
    let id = EventId::of_hash(&Sha256::digest(body).into());
    Event {
        id,
        kind: EventType::from_wire(""),
        created_at: None,
        order: None,
        user: None,
        kyc: None,
        problems: Vec::new(),
    }
}

fn envelope(r: &mut Reader<'_, '_>, body: &[u8]) -> Event {
    let mut event = bare(body);
    let id = r.raw("event_id").and_then(scalar_text);
    match id.as_deref().and_then(EventId::parse) {
        Some(id) => event.id = id,
        None => drop(r.refuse::<()>("event_id", "none that can be used; the body's hash stands for it", "")),
    }
    let kind = r.text("event_type").unwrap_or_default();
    event.kind = EventType::from_wire(kind.get(..kind.floor_char_boundary(LONGEST_TYPE)).unwrap_or_default());
    event.created_at = r.time("created_at");
    if let Some(data) = r.object("data") {
        let mut r = r.of(&data);
        event.user = r.id("data.user_uuid").or_else(|| r.id("data.user_id"));
        event.order = order(&mut r);
        event.kyc = kyc(&mut r);
    }
    event
}

fn order(r: &mut Reader<'_, '_>) -> Option<OrderPart> {
    Some(OrderPart {
        id: r.id("data.order_id")?,
        status: r.text("data.status").map(|word| Status::from_wire(&word)),
        payment_details: r.id("data.payment_details_id"),
        crypto: r.amount("data.crypto_amount"),
        crypto_currency: r.text("data.crypto_currency"),
        fiat: r.amount("data.fiat_amount"),
        fiat_currency: r.text("data.fiat_currency"),
        provider: r.text("data.provider"),
    })
}

fn kyc(r: &mut Reader<'_, '_>) -> Option<KycPart> {
    let status = r.text("data.kyc_status").map(|word| KycStatus::from_wire(&word))?;
    let reasons = r.items("data.rejection_reasons").into_iter().take(MOST_REASONS).map(any_text).collect();
    Some(KycPart { status: Some(status), reasons })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::event::Subject;
    use crate::domain::{Amount, OrderId, PaymentDetailsId, UserId};

    const ORDER: &str = r#"{"event_id":"e-1","event_type":"order.status.changed","created_at":"2026-02-01T12:00:05Z",
        "data":{"order_id":"b2c3d4e5-f6a7-8901-bcde-f12345678901","status":"completed","user_uuid":"u-1",
        "crypto_amount":"101.5","crypto_currency":"USDT","fiat_amount":152880.00,"fiat_currency":"NGN",
        "provider":"p2p","payment_details_id":"42","partner_fee_pct":1.5}}"#;

    #[test]
    fn an_order_event_is_read_whole_and_money_is_exact() {
        let event = read_event(ORDER.as_bytes());
        let order = event.order.as_ref().unwrap();
        assert_eq!((event.id.as_str(), event.kind.wire()), ("e-1", "order.status.changed"));
        assert_eq!(event.created_at.unwrap().to_rfc3339(), "2026-02-01T12:00:05+00:00");
        assert_eq!(order.status, Some(Status::from_wire("completed")));
        assert_eq!(order.payment_details, Some(PaymentDetailsId::parse("42").unwrap()));
        assert_eq!((order.crypto, order.fiat), (Amount::parse("101.5").ok(), Amount::parse("152880.00").ok()));
        assert_eq!(event.user, UserId::parse("u-1").ok());
        assert_eq!(event.asks(), Some(Subject::Order(OrderId::parse("b2c3d4e5-f6a7-8901-bcde-f12345678901").unwrap())));
        assert!(event.problems.is_empty(), "{:?}", event.problems);
    }

    #[test]
    fn a_user_is_read_under_either_name_and_no_payment_profile_is_none() {
        let body = r#"{"event_id":7,"event_type":"order.status.changed","data":{"order_id":"o","user_id":"u",
            "payment_details_id":""}}"#;
        let event = read_event(body.as_bytes());
        assert_eq!((event.id.as_str(), event.user), ("7", UserId::parse("u").ok()));
        assert_eq!(event.order.unwrap().payment_details, None);
        let body = r#"{"event_id":"k","event_type":"user.kyc.updated","data":{"user_id":"u","kyc_status":"REJECTED",
            "rejection_reasons":["blurred",7]}}"#;
        let event = read_event(body.as_bytes());
        assert_eq!(event.asks(), Some(Subject::User(UserId::parse("u").unwrap())));
        assert_eq!(
            event.kyc.unwrap(),
            KycPart { status: Some(KycStatus::Rejected), reasons: vec!["blurred".into(), "7".into()] }
        );
    }

    #[test]
    fn unknown_types_and_bad_parts_are_kept_and_ask_nothing() {
        for body in [
            r#"{"event_id":"m","event_type":"moon.rose","data":{"order_id":"o","status":"completed"}}"#,
            r#"{"event_id":"m","event_type":"order.status.changed","data":[]}"#,
            r#"{"event_id":"m","event_type":"order.status.changed","data":{"order_id":"../users"}}"#,
            r#"{"event_id":"m","event_type":"wallet.linked","data":{"order_id":"o","user_uuid":"u"}}"#,
            r#"{"event_id":"m"}"#,
        ] {
            let event = read_event(body.as_bytes());
            assert_eq!((event.id.as_str(), event.asks()), ("m", None), "{body}");
        }
    }

    #[test]
    fn what_has_no_id_goes_by_its_hash() {
        for body in [
            "",
            "[]",
            "\u{0}",
            r#"{"event_id":"","data":{}}"#,
            r#"{"event_id":"a","event_id":"b"}"#,
            r#"{"event_id":{}}"#,
        ] {
            let event = read_event(body.as_bytes());
            assert!(event.id.as_str().starts_with("sha256:"), "{body}: {:?}", event.id);
            assert_eq!(event.id, read_event(body.as_bytes()).id);
            assert!(!event.problems.is_empty());
        }
        assert_ne!(read_event(b"\xff").id, read_event(b"\xfe").id, "bytes that are no text are told apart");
    }

    proptest! {
        #[test]
        fn any_bytes_give_an_event(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let event = read_event(&body);
            prop_assert!(!event.id.as_str().is_empty());
        }
    }
}
