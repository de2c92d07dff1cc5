//! What each action sends. Signed ones can only be made inside the crate, so they are tried here.

use std::sync::Arc;
use std::time::Duration;

use alloy_primitives::{Address, B256, U256};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::api::{ApiKey, ApiUrl, ClientConfig};
use crate::domain::forward::{ForwardRequest, SignatureBytes};
use crate::domain::payment::Payer;
use crate::domain::refund::{RefundAuthorization, SafeTx};
use crate::domain::resend::{Bytes, Kept, Resubmission};
use crate::domain::send_out::{Destination, SendOutAuthorization};
use crate::domain::stage::{Authorization, Receipt, Recorded, Reviewed};
use crate::domain::status::KnownStatus;
use crate::domain::{Amount, AtomicAmount, Direction, Mono, Now, Order, OrderId, PaymentDetailsId, Permit};

const SIGNATURE: SignatureBytes = SignatureBytes([0x1b; 65]);

fn at(second: u64) -> Now {
    Now {
        mono: Mono::new(Duration::from_secs(second)),
        wall: DateTime::from_timestamp(second.cast_signed(), 0).unwrap(),
    }
}

fn permit(action: ActionKind) -> Permit {
    let off_ramp = matches!(action, ActionKind::Refund | ActionKind::ConfirmFiat);
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), KnownStatus::Cancelled.into());
    order.direction = if off_ramp { Direction::OffRamp } else { Direction::OnRamp };
    order.amounts.crypto = Some(Amount::parse("1").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.allowed_actions = vec![action.entry()];
    order.payment_request = Some(true);
    let seen = Observed { value: order, asked: at(100), answered: at(100), server_date: None };
    Permit::new(seen, action, &at(101)).unwrap()
}

fn recorded(reviewed: Reviewed) -> Recorded {
    let approved = reviewed.approve(&at(102)).unwrap();
    approved.recorded(Receipt { seq: 1, hash: "00".to_owned() }, &at(103)).unwrap()
}

fn send_out(expires_at: Option<DateTime<Utc>>) -> SendOutAuthorization {
    let request = ForwardRequest {
        from: Address::repeat_byte(1),
        to: Address::repeat_byte(2),
        value: U256::ZERO,
        gas: U256::from(500_000),
        nonce: U256::from(7),
        deadline: 1_770_000_000,
        data: alloy_primitives::Bytes::from_static(b"\xa9\x05\x9c\xbb"),
    };
    let forward = Authorization { request, chain_id: 1, forwarder: Address::repeat_byte(3), digest: B256::ZERO };
    let destination = Destination { chain: "arbitrum".to_owned(), address: "0xdest".to_owned() };
    let to_amount = AtomicAmount::from(U256::from(99));
    SendOutAuthorization { forward, destination, quote: "q".to_owned(), to_amount, expires_at }
}

fn refund() -> RefundAuthorization {
    let (zero, none) = (U256::ZERO, Address::ZERO);
    let safe = SafeTx {
        to: none,
        value: zero,
        data: alloy_primitives::Bytes::new(),
        operation: 0,
        safe_tx_gas: zero,
        base_gas: zero,
        gas_price: zero,
        gas_token: none,
        refund_receiver: none,
        nonce: zero,
    };
    RefundAuthorization { safe, chain_id: 1, escrow: none, digest: B256::ZERO }
}

/// Submits to a server that takes one request: its path and body.
async fn sent(submission: Submission) -> (String, Value) {
    let (path, body) = sent_bytes(submission).await;
    (path, serde_json::from_str(&body).unwrap_or(Value::Null))
}

/// The same with the body as it came.
async fn sent_bytes(submission: Submission) -> (String, String) {
    taken(async |client| client.submit(submission).await.map(|_| ()).unwrap()).await
}

/// What a server takes that takes one request.
async fn taken(send: impl AsyncFnOnce(Client)) -> (String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = ApiUrl::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let key = ApiKey::parse("k".to_owned()).unwrap();
    let client = Client::new(ClientConfig::new(base, key, Arc::new(|| at(104)))).unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap_or("0");
                if body.len() >= length.parse().unwrap() {
                    break;
                }
            }
            assert!(stream.read_buf(&mut bytes).await.unwrap() > 0);
        }
        let body = r#"{"success":true,"data":{"order_id":"o-1"}}"#;
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(bytes).unwrap()
    });
    send(client).await;
    let request = server.await.unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let path = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1");
    (path.to_owned(), body.to_owned())
}

#[tokio::test]
async fn what_is_kept_of_a_signed_request_is_byte_for_byte_what_is_sent() {
    let send_out = Reviewed::send_out(permit(ActionKind::SendOut), send_out(None), at(101)).unwrap();
    let refund = Reviewed::refund(permit(ActionKind::Refund), refund(), at(101)).unwrap();
    for reviewed in [send_out, refund] {
        let submission = recorded(reviewed).into_signed(SIGNATURE).unwrap();
        assert_eq!(submission.signature(), Some(&SIGNATURE));
        let kept = SignedRequest::of(&submission).unwrap().unwrap();
        assert!(!format!("{kept:?}").contains(&SIGNATURE.to_hex()[2..]));
        assert_eq!(sent_bytes(submission).await, (format!("POST {}", kept.path), kept.body));
    }
    let bare = Reviewed::bare(permit(ActionKind::PaymentSent), at(101)).unwrap();
    assert_eq!(SignedRequest::of(&recorded(bare).into_bare().unwrap()).unwrap(), None);
}

fn kept(path: &str) -> Resubmission {
    let bytes = Bytes { path: path.to_owned(), body: "{\"signature\" :\"0x1b\"} ".to_owned(), sha256: String::new() };
    let intent = (1, OrderId::parse("o-1").unwrap(), ActionKind::SendOut, at(100).wall);
    let kept = Kept::from_journal(intent, None, Vec::new(), bytes);
    recorded(Reviewed::again(permit(ActionKind::SendOut), kept, at(101)).unwrap()).into_again().unwrap()
}

#[tokio::test]
async fn what_was_kept_goes_out_byte_for_byte_to_where_it_went() {
    let path = "/api/v1/partner/orders/o-1/authorize-bridge";
    let (head, body) = taken(async |client| client.resubmit_noting(kept(path)).await.1.map(|_| ()).unwrap()).await;
    assert_eq!((head, body), (format!("POST {path}"), "{\"signature\" :\"0x1b\"} ".to_owned()));
    let base = ApiUrl::parse("http://127.0.0.1:9").unwrap();
    let client = Client::new(ClientConfig::new(base, ApiKey::parse("k".to_owned()).unwrap(), Arc::new(|| at(104))));
    let elsewhere = kept("/api/v1/partner/orders/o-1/authorize-refund");
    let (answer, sent) = client.unwrap().resubmit_noting(elsewhere).await;
    assert!(answer.is_none() && matches!(sent, Err(ApiError::Setup { .. })), "{sent:?}");
}

#[test]
fn only_the_order_and_the_action_that_were_kept_can_be_sent_again() {
    let bytes = || Bytes { path: String::new(), body: String::new(), sha256: String::new() };
    let of = |order: &str, action| {
        let intent = (1, OrderId::parse(order).unwrap(), action, at(100).wall);
        Reviewed::again(
            permit(ActionKind::SendOut),
            Kept::from_journal(intent, Some(120), Vec::new(), bytes()),
            at(101),
        )
    };
    assert!(of("o-2", ActionKind::SendOut).is_err() && of("o-1", ActionKind::Refund).is_err());
    assert!(of("o-1", ActionKind::SendOut).unwrap().approve(&at(115)).is_ok());
    assert!(of("o-1", ActionKind::SendOut).unwrap().approve(&at(116)).is_err(), "its signature is about to end");
}

#[tokio::test]
async fn a_payment_is_confirmed_without_a_body() {
    let reviewed = Reviewed::bare(permit(ActionKind::PaymentSent), at(101)).unwrap();
    let (path, body) = sent(recorded(reviewed).into_bare().unwrap()).await;
    assert_eq!((path.as_str(), body), ("POST /api/v1/partner/orders/o-1/confirm-payment-sent", Value::Null));
}

#[tokio::test]
async fn payer_details_name_a_profile_or_bring_one() {
    let submit = async |payer| {
        let reviewed = Reviewed::payer(permit(ActionKind::PayerDetails), payer, at(101)).unwrap();
        sent(recorded(reviewed).into_bare().unwrap()).await
    };
    let (path, body) = submit(Payer::Profile(PaymentDetailsId::parse("987").unwrap())).await;
    assert_eq!(path, "POST /api/v1/partner/orders/o-1/submit-payer-details");
    assert_eq!(body, json!({"payment_details_id": 987}));
    let details = vec![("iban".to_owned(), "DE1".to_owned())];
    let (_, body) = submit(Payer::Inline { method: 5, network: 12, details, country: None }).await;
    let inline = json!({"payment_method_id": 5, "payment_network_id": 12, "details": {"iban": "DE1"}});
    assert_eq!(body, json!({"payment_details": inline}));
}

#[tokio::test]
async fn a_send_out_carries_its_destination_beside_what_was_signed() {
    let reviewed = Reviewed::send_out(permit(ActionKind::SendOut), send_out(None), at(101)).unwrap();
    let recorded = recorded(reviewed);
    assert_eq!(recorded.authorization().unwrap().request.nonce, U256::from(7));
    let (path, body) = sent(recorded.into_signed(SIGNATURE).unwrap()).await;
    assert_eq!(path, "POST /api/v1/partner/orders/o-1/authorize-bridge");
    assert_eq!((&body["destination_chain"], &body["destination_address"]), (&json!("arbitrum"), &json!("0xdest")));
    assert_eq!((&body["forward_request"]["nonce"], &body["signature"]), (&json!("7"), &json!(SIGNATURE.to_hex())));
}

#[tokio::test]
async fn a_refund_is_its_signature() {
    let reviewed = Reviewed::refund(permit(ActionKind::Refund), refund(), at(101)).unwrap();
    let recorded = recorded(reviewed);
    assert!(recorded.refund().is_some() && recorded.authorization().is_none());
    let (path, body) = sent(recorded.into_signed(SIGNATURE).unwrap()).await;
    assert_eq!(path, "POST /api/v1/partner/orders/o-1/authorize-refund");
    assert_eq!(body, json!({"signature": SIGNATURE.to_hex()}));
}

#[test]
fn no_stage_takes_a_permit_for_something_else() {
    assert!(Reviewed::bare(permit(ActionKind::SendOut), at(101)).is_err());
    assert!(Reviewed::bare(permit(ActionKind::PayerDetails), at(101)).is_err());
    assert!(Reviewed::bare(permit(ActionKind::Refund), at(101)).is_err());
    assert!(Reviewed::send_out(permit(ActionKind::Refund), send_out(None), at(101)).is_none());
    assert!(Reviewed::refund(permit(ActionKind::SendOut), refund(), at(101)).is_none());
    let profile = Payer::Profile(PaymentDetailsId::parse("1").unwrap());
    assert!(Reviewed::payer(permit(ActionKind::PaymentSent), profile, at(101)).is_err());
    let signed = Reviewed::refund(permit(ActionKind::Refund), refund(), at(101)).unwrap();
    assert!(recorded(signed).into_bare().is_err(), "a refund without a signature");
    let bare = Reviewed::bare(permit(ActionKind::PaymentSent), at(101)).unwrap();
    assert!(recorded(bare).into_signed(SIGNATURE).is_err(), "a signature over nothing");
}

#[test]
fn a_send_out_is_not_agreed_to_when_its_quote_is_about_to_run_out() {
    let reviewed = |end| Reviewed::send_out(permit(ActionKind::SendOut), send_out(end), at(101)).unwrap();
    let end = DateTime::from_timestamp(110, 0);
    assert!(reviewed(end).approve(&at(105)).is_ok());
    assert!(reviewed(end).approve(&at(106)).is_err(), "the relay needs some seconds");
    assert!(reviewed(end).approve(&at(110)).is_err());
    assert!(reviewed(None).approve(&at(110)).is_ok());
}
