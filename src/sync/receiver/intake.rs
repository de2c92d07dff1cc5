//! From a request to a signed body, or to the reason why it is none.
//!
//! The headers are looked at before the body is read, so that what cannot be a delivery costs
//! nothing. The timestamp is digits only: otherwise a signed text could be cut at another point
//! into timestamp and body, and would still be signed.

use std::future::poll_fn;
use std::pin::Pin;

use http_body::Body;
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::{Method, Request};
use tokio::time::{Instant, timeout_at};

use super::secret::WebhookSecret;

const SIGNATURE: &str = "x-unigox-signature";
const TIMESTAMP: &str = "x-unigox-timestamp";
const SCHEME: &str = "sha256=";

/// The longest timestamp; ten digits reach to the year 2286.
const LONGEST_TIMESTAMP: usize = 20;

/// A body that is too long is read on to this multiple of the limit before it is refused: most
/// senders see an answer only when they have sent everything.
const PATIENCE: usize = 4;

/// Why a request is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Not a `POST`.
    Method,
    /// A header is missing, there twice, or not what it must be; or the body broke off.
    Malformed,
    /// The signature is not the secret's.
    Forged,
    /// The body is too long.
    Oversized,
    /// It did not come in whole in time.
    Slow,
    /// Too many are in work.
    Busy,
    /// It could not be kept.
    NotKept,
}

/// What the headers claim.
#[derive(Debug, PartialEq, Eq)]
struct Claim {
    timestamp: Vec<u8>,
    mac: [u8; 32],
}

/// The body of a request, if it is signed.
pub(super) async fn signed_body(
    request: Request<Incoming>,
    secret: &WebhookSecret,
    limit: usize,
    until: Instant,
) -> Result<Vec<u8>, Refused> {
    if request.method() != Method::POST {
        return Err(Refused::Method);
    }
    let claim = claim(request.headers())?;
    let body = read(request.into_body(), limit, until).await?;
    if secret.signed(&claim.timestamp, &body, &claim.mac) { Ok(body) } else { Err(Refused::Forged) }
}

/// A signature that is there but cannot be one is as wrong as any other: nobody is told which part.
fn claim(headers: &HeaderMap) -> Result<Claim, Refused> {
    let timestamp = only(headers, TIMESTAMP).ok_or(Refused::Malformed)?;
    let signature = only(headers, SIGNATURE).ok_or(Refused::Malformed)?;
    let digits = (1..=LONGEST_TIMESTAMP).contains(&timestamp.len()) && timestamp.iter().all(u8::is_ascii_digit);
    if !digits {
        return Err(Refused::Malformed);
    }
    let mut mac = [0; 32];
    let hex = signature.strip_prefix(SCHEME.as_bytes()).ok_or(Refused::Forged)?;
    hex::decode_to_slice(hex, &mut mac).map_err(|_| Refused::Forged)?;
    Ok(Claim { timestamp: timestamp.to_vec(), mac })
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { Some(first.as_bytes()) }
}

/// The whole body, up to `limit` bytes.
pub(super) async fn read<B>(mut body: B, limit: usize, until: Instant) -> Result<Vec<u8>, Refused>
where
    B: Body<Data = Bytes> + Unpin,
{
    let most = limit.saturating_mul(PATIENCE);
    if body.size_hint().lower() > u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(Refused::Oversized);
    }
    let (mut whole, mut length) = (Vec::new(), 0_usize);
    loop {
        let frame = timeout_at(until, poll_fn(|context| Pin::new(&mut body).poll_frame(context)));
        let frame = frame.await.map_err(|_| Refused::Slow)?;
        let Some(frame) = frame.transpose().map_err(|_| Refused::Malformed)? else { break };
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            whole.extend_from_slice(&data);
        } else if length > most {
            return Err(Refused::Oversized);
        }
    }
    if length > limit { Err(Refused::Oversized) } else { Ok(whole) }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_bytes(text.as_bytes()).unwrap();
        let mut map = HeaderMap::new();
        for (name, text) in pairs {
            map.append(*name, value(text));
        }
        map
    }

    #[test]
    fn a_claim_is_one_timestamp_of_digits_and_one_signature() {
        let hex = "ab".repeat(32);
        let good = format!("sha256={hex}");
        let upper = format!("sha256={}", hex.to_uppercase());
        for signature in [&good, &upper] {
            let read = claim(&headers(&[(TIMESTAMP, "1790000000"), (SIGNATURE, signature)])).unwrap();
            assert_eq!(read, Claim { timestamp: b"1790000000".to_vec(), mac: [0xAB; 32] });
        }
        for timestamp in ["", "-1", "1.5", "1790000000.{\"a\":1", " 1", "1e9", &"1".repeat(21), "١٢"] {
            let read = claim(&headers(&[(TIMESTAMP, timestamp), (SIGNATURE, &good)]));
            assert_eq!(read, Err(Refused::Malformed), "{timestamp}");
        }
        let twice = [(TIMESTAMP, "1"), (TIMESTAMP, "1"), (SIGNATURE, good.as_str())];
        assert_eq!(claim(&headers(&twice)), Err(Refused::Malformed));
        let twice = [(TIMESTAMP, "1"), (SIGNATURE, good.as_str()), (SIGNATURE, good.as_str())];
        assert_eq!(claim(&headers(&twice)), Err(Refused::Malformed));
        assert_eq!(claim(&headers(&[(TIMESTAMP, "1")])), Err(Refused::Malformed));
        assert_eq!(claim(&headers(&[(SIGNATURE, &good)])), Err(Refused::Malformed));
        for signature in
            ["", &hex, "sha256=", "sha256=zz", &good[..good.len() - 1], &good[..good.len() - 2], &format!("{good}ab")]
        {
            let read = claim(&headers(&[(TIMESTAMP, "1"), (SIGNATURE, signature)]));
            assert_eq!(read, Err(Refused::Forged), "{signature}");
        }
    }

    #[tokio::test]
    async fn a_body_is_taken_up_to_the_limit_and_not_a_byte_more() {
        let until = Instant::now() + std::time::Duration::from_secs(5);
        let body = |length: usize| "x".repeat(length);
        assert_eq!(read(body(10), 10, until).await.unwrap().len(), 10);
        assert_eq!(read(body(11), 10, until).await, Err(Refused::Oversized));
        assert_eq!(read(body(1000), 10, until).await, Err(Refused::Oversized));
        assert_eq!(read(String::new(), 10, until).await, Ok(Vec::new()));
    }
}
