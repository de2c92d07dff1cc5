//! One request and its answer. A 2xx means: on the disk. The answers are bare: nothing that came in
//! is repeated, and nothing says which part of a forged request was wrong.

use hyper::body::Incoming;
use hyper::header::{ALLOW, HeaderValue, RETRY_AFTER};
use hyper::{Request, Response, StatusCode};
use tokio::time::{Instant, timeout};

use super::Limits;
use super::intake::{self, Refused};
use super::ledger::{Fresh, Ledger};
use super::secret::WebhookSecret;
use super::stats::Tally;
use crate::api::ClockFn;
use crate::api::wire::event::read_event;
use crate::store::{Arrived, Kept};

/// Seconds after which to come back: the sender's own first retry.
const COME_BACK: &str = "60";

/// What requests are taken with.
pub(super) struct Post {
    pub(super) secret: WebhookSecret,
    pub(super) ledger: Ledger,
    pub(super) tally: Tally,
    pub(super) clock: ClockFn,
    pub(super) limits: Limits,
}

impl Post {
    /// Answers a request that must be in whole by `until`. `turn` is false where too many are in
    /// work: it is then read, so that the sender can see the answer, and no more.
    pub(super) async fn answer(&self, request: Request<Incoming>, turn: bool, until: Instant) -> Response<String> {
        let taken = if turn {
            let _working = self.tally.enter();
            self.take(request, until).await
        } else {
            let _ = intake::read(request.into_body(), self.limits.body, until).await;
            Err(Refused::Busy)
        };
        match taken {
            Ok(kept) => {
                self.count(kept);
                bare(StatusCode::OK)
            }
            Err(refused) => self.refuse(refused),
        }
    }

    async fn take(&self, request: Request<Incoming>, until: Instant) -> Result<Kept, Refused> {
        let body = intake::signed_body(request, &self.secret, self.limits.body, until).await?;
        let received = (self.clock)();
        let event = read_event(&body);
        let body = String::from_utf8_lossy(&body).into_owned();
        let fresh = Fresh { arrived: Arrived { event, body, at: received.wall }, received };
        self.tally.count(|stats| stats.last_event = Some(received));
        // The event may yet be kept after that; then the sender's next try is a duplicate.
        timeout(self.limits.keep, self.ledger.keep(fresh)).await.ok().flatten().ok_or(Refused::NotKept)
    }

    fn count(&self, kept: Kept) {
        self.tally.count(|stats| match kept {
            Kept::New => stats.accepted += 1,
            Kept::Again => stats.duplicates += 1,
            Kept::Differs => {
                stats.duplicates += 1;
                stats.differing += 1;
            }
        });
    }

    pub(super) fn refuse(&self, refused: Refused) -> Response<String> {
        let (status, words) = match refused {
            Refused::Method => (StatusCode::METHOD_NOT_ALLOWED, "not a POST"),
            Refused::Malformed => (StatusCode::BAD_REQUEST, "no delivery"),
            Refused::Forged => (StatusCode::UNAUTHORIZED, "not signed with the secret of this profile"),
            Refused::Oversized => (StatusCode::PAYLOAD_TOO_LARGE, "too long a body"),
            Refused::Slow => (StatusCode::REQUEST_TIMEOUT, "not whole in time"),
            Refused::Busy => (StatusCode::SERVICE_UNAVAILABLE, "too many at once"),
            Refused::NotKept => (StatusCode::SERVICE_UNAVAILABLE, "the event could not be kept"),
        };
        self.tally.refuse(words, |stats| match refused {
            Refused::Method | Refused::Malformed => &mut stats.malformed,
            Refused::Forged => &mut stats.forged,
            Refused::Oversized => &mut stats.oversized,
            Refused::Slow => &mut stats.timed_out,
            Refused::Busy => &mut stats.busy,
            Refused::NotKept => &mut stats.not_kept,
        });
        let mut response = bare(status);
        match refused {
            Refused::Method => drop(response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"))),
            Refused::Busy | Refused::NotKept => {
                drop(response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(COME_BACK)));
            }
            _ => {}
        }
        response
    }
}

fn bare(status: StatusCode) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = status;
    response
}
