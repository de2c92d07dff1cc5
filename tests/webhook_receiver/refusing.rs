//! What is not taken: nothing of it is kept, said or asked for, and the answer tells nothing.

use crate::harness::{Desk, Place, SECRET, TIMESTAMP, changed, delivery, headers, request, signature};

const AT: &str = "2026-02-01T12:00:05Z";

/// Refused with this status, and nothing came of it.
async fn refused(place: &Place, desk: &mut Desk, bytes: &[u8], status: u16, why: &str) {
    let answer = desk.send(bytes).await;
    assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{why}: {}", answer.head);
    assert!(place.events().is_empty(), "{why}: it was kept");
    assert!(desk.asks.is_empty() && desk.heard.is_empty(), "{why}: it had an effect");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_delivery_changes_nothing() {
    let place = Place::new();
    let mut desk = place.desk().await;
    let body = changed("e-1", "o-1", "completed", AT);
    let good = signature(SECRET, TIMESTAMP, &body);
    let signed_by = |secret: &str| request(&headers(TIMESTAMP, &signature(secret, TIMESTAMP, &body)), &body);
    let with = |signature: &str| request(&headers(TIMESTAMP, signature), &body);
    let forged = [
        ("another secret", signed_by("whsec_test_5f0d")),
        ("no secret", signed_by("")),
        ("one byte of the body", request(&headers(TIMESTAMP, &good), &body.replace("completed", "completeD"))),
        ("a space behind the body", request(&headers(TIMESTAMP, &good), &format!("{body} "))),
        ("the body without its last byte", request(&headers(TIMESTAMP, &good), &body[..body.len() - 1])),
        ("an empty body", request(&headers(TIMESTAMP, &good), "")),
        ("another timestamp", request(&headers("1790000001", &good), &body)),
        ("a timestamp with a zero before it", request(&headers("01790000000", &good), &body)),
        ("hex cut by one digit", with(&good[..good.len() - 1])),
        ("hex cut by one byte", with(&good[..good.len() - 2])),
        ("hex and more", with(&format!("{good}00"))),
        ("no scheme", with(good.strip_prefix("sha256=").unwrap())),
        ("another scheme", with(&good.replace("sha256=", "sha512="))),
        ("no hex", with("sha256=")),
        ("zeros", with(&format!("sha256={}", "0".repeat(64)))),
    ];
    for (n, (why, bytes)) in (1u64..).zip(forged) {
        refused(&place, &mut desk, &bytes, 401, why).await;
        assert_eq!(desk.stats().forged, n, "{why}");
    }
    assert_eq!(desk.deliver(&body).await.status, 200, "the same delivery as it was signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_delivery_is_no_delivery() {
    let place = Place::new();
    let mut desk = place.desk().await;
    let body = changed("e-1", "o-1", "completed", AT);
    let good = signature(SECRET, TIMESTAMP, &body);
    let (time, sign) = (format!("X-Unigox-Timestamp: {TIMESTAMP}\r\n"), format!("X-Unigox-Signature: {good}\r\n"));
    // Signed text cut at another point: the MAC is right, the timestamp is none.
    let (head, tail) = body.split_once("101.").unwrap();
    let shifted = headers(&format!("{TIMESTAMP}.{head}101"), &good);
    let broken = [
        ("no headers", request("", &body)),
        ("no signature", request(&time, &body)),
        ("no timestamp", request(&sign, &body)),
        ("two timestamps", request(&format!("{time}{time}{sign}"), &body)),
        ("two signatures", request(&format!("{time}{sign}{sign}"), &body)),
        ("an empty timestamp", request(&headers("", &good), &body)),
        ("a timestamp in words", request(&headers("now", &good), &body)),
        ("a body that begins in the timestamp", request(&shifted, tail)),
        ("no HTTP", b"hello\r\n\r\n".to_vec()),
    ];
    for (n, (why, bytes)) in (1u64..).zip(broken) {
        refused(&place, &mut desk, &bytes, 400, why).await;
        desk.until(why, |stats| stats.malformed == n).await;
    }
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        let bytes = String::from_utf8(delivery(&body)).unwrap().replacen("POST", method, 1);
        let answer = desk.send(bytes.as_bytes()).await;
        assert_eq!(answer.status, 405);
        assert!(answer.head.contains("allow: post"), "{}", answer.head);
    }
    assert!(place.events().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn any_path_and_any_case_of_the_hex_are_fine() {
    let place = Place::new();
    let desk = place.desk().await;
    for (n, path) in ["/", "/webhook", "/a/b?c=d"].into_iter().enumerate() {
        let body = changed(&format!("e-{n}"), "o-1", "completed", AT);
        let upper = signature(SECRET, TIMESTAMP, &body).to_uppercase().replace("SHA256=", "sha256=");
        let bytes = String::from_utf8(request(&headers(TIMESTAMP, &upper), &body)).unwrap();
        assert_eq!(desk.send(bytes.replacen("/hook", path, 1).as_bytes()).await.status, 200, "{path}");
    }
    assert_eq!(place.ids(), ["e-0", "e-1", "e-2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_too_long_is_refused_however_it_comes_and_one_as_long_as_allowed_is_not() {
    let place = Place::new();
    let mut desk = place.desk().await;
    let long = |length: usize| {
        let start = "{\"event_id\":\"long\",\"event_type\":\"moon.rose\",\"pad\":\"";
        format!("{start}{}\"}}", "x".repeat(length - start.len() - 2))
    };
    let limit = 64 * 1024;
    refused(&place, &mut desk, &delivery(&long(limit + 1)), 413, "by one byte").await;
    refused(&place, &mut desk, &delivery(&long(limit * 2)), 413, "twice as long").await;
    let body = long(limit + 1);
    let signed = headers(TIMESTAMP, &signature(SECRET, TIMESTAMP, &body));
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: x\r\n{signed}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    refused(&place, &mut desk, chunked.as_bytes(), 413, "in chunks").await;
    let claimed = format!("POST / HTTP/1.1\r\nHost: x\r\n{signed}Content-Length: 99999999999\r\n\r\n");
    refused(&place, &mut desk, claimed.as_bytes(), 413, "only claimed").await;
    desk.until("four are counted", |stats| stats.oversized == 4).await;
    assert_eq!(desk.deliver(&long(limit)).await.status, 200);
    assert_eq!(place.ids(), ["long"]);
}
