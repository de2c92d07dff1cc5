//! What a client needs to know: where, with which key, by which clock, and how patient to be.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::address::ApiUrl;
use super::key::ApiKey;
use crate::domain::Now;

/// The clock that stamps every answer; handed in so that tests own the time.
pub type ClockFn = Arc<dyn Fn() -> Now + Send + Sync>;

/// How to reach the API.
#[derive(Clone)]
pub struct ClientConfig {
    /// The address.
    pub base: ApiUrl,
    /// The key.
    pub key: ApiKey,
    /// The clock.
    pub clock: ClockFn,
    /// Time for name lookup, TCP and TLS together.
    pub connect_timeout: Duration,
    /// Time for one request from start to the end of its answer.
    pub total_timeout: Duration,
}

impl ClientConfig {
    /// With 5 s to connect and 20 s in total.
    pub fn new(base: ApiUrl, key: ApiKey, clock: ClockFn) -> Self {
        Self { base, key, clock, connect_timeout: Duration::from_secs(5), total_timeout: Duration::from_secs(20) }
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("base", &self.base)
            .field("key", &self.key)
            .field("connect_timeout", &self.connect_timeout)
            .field("total_timeout", &self.total_timeout)
            .finish_non_exhaustive()
    }
}
