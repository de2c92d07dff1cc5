//! The delivery of webhook events: one task that sleeps until the next attempt is due.
//!
//! It wakes for three reasons: an attempt has ended, a request has made one due, or the virtual
//! clock must have reached the next moment at which something happens by itself.
//! Source: reference, section 10.

use std::time::Duration;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Client, StatusCode, redirect};
use sha2::Sha256;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Sandbox;
use crate::sandbox::world::webhooks::Attempt;

/// Attempts that are on their way at the same time.
const AT_ONCE: usize = 8;
/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// However fast the world runs, the task sleeps this long.
const SHORTEST_SLEEP: Duration = Duration::from_millis(20);
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);

/// Delivers what is due until `stop`.
pub async fn deliver(sandbox: Sandbox, stop: CancellationToken) {
    let sender = Sender::new(&sandbox);
    let mut running: JoinSet<()> = JoinSet::new();
    loop {
        for attempt in take_due(&sandbox, AT_ONCE.saturating_sub(running.len())) {
            running.spawn(one(sandbox.clone(), sender.clone(), attempt));
        }
        tokio::select! {
            () = stop.cancelled() => return,
            Some(_) = running.join_next() => {}
            () = sandbox.shared.due.notified() => {}
            () = tokio::time::sleep(until_next(&sandbox)), if running.len() < AT_ONCE => {}
        }
    }
}

fn take_due(sandbox: &Sandbox, most: usize) -> Vec<Attempt> {
    sandbox.quietly(|world| {
        let now = world.now();
        world.webhooks_mut().take_due(now, most)
    })
}

async fn one(sandbox: Sandbox, sender: Sender, attempt: Attempt) {
    let status = if attempt.is_lost {
        None
    } else {
        sender.send(&attempt.url, &attempt.body, sandbox.quietly(|world| world.shown_now())).await
    };
    let delivered = status.is_some_and(|status| status.is_success());
    tracing::debug!(event_id = attempt.event_id, ?status, "webhook attempt");
    sandbox.quietly(|world| {
        let now = world.now();
        world.webhooks_mut().outcome(&attempt.event_id, delivered, now);
    });
}

/// Real time until something may be due. While nobody listens, until somebody registers.
fn until_next(sandbox: &Sandbox) -> Duration {
    let speed = sandbox.config().speed.max(1);
    let left = sandbox.quietly(|world| {
        world.webhooks().url()?;
        let next = world.webhooks().next_due().into_iter().chain(world.next_move()).min()?;
        Some((next - world.now()).to_std().unwrap_or_default())
    });
    left.map_or(LONGEST_SLEEP, |left| (left / speed).clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
}

/// What signs and sends.
#[derive(Clone)]
pub struct Sender {
    client: Option<Client>,
    secret: String,
}

impl Sender {
    /// A sender with the sandbox's secret.
    pub fn new(sandbox: &Sandbox) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .no_proxy()
                .redirect(redirect::Policy::none())
                .timeout(TIMEOUT)
                .connect_timeout(CONNECT_TIMEOUT)
                .user_agent("unigox-webhooks/1.0")
        };
        // A machine without certificates can still deliver to itself.
        let client = builder().build().or_else(|_| builder().tls_certs_only([]).build()).ok();
        Self { client, secret: sandbox.config().webhook_secret.clone() }
    }

    /// Sends a body, signed for this moment: the status of the answer, if there was one.
    pub async fn send(&self, url: &str, body: &str, at: DateTime<Utc>) -> Option<StatusCode> {
        let request = self
            .client
            .as_ref()?
            .post(url)
            .header("Content-Type", "application/json")
            .header("X-Unigox-Timestamp", at.timestamp())
            .header("X-Unigox-Signature", signature(&self.secret, at.timestamp(), body)?)
            .body(body.to_owned());
        request.send().await.ok().map(|response| response.status())
    }
}

fn signature(secret: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(format!("{timestamp}.{body}").as_bytes());
    Some(format!("sha256={}", hex::encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_other_tools_make() {
        let ours = signature("whsec_test", 1_790_000_000, r#"{"event_id":"e-1"}"#).unwrap();
        assert_eq!(ours, "sha256=ca906e6656f5fcd6747c306cc306670c5e910edf3fb91f1c4e46a00cd38949a6");
    }
}
