//! The client: one key, one address, two HTTP clients, and how a read is made.
//!
//! The calls themselves are in one file per resource.

use std::fmt;
use std::sync::Arc;

use backon::Retryable;
use reqwest::RequestBuilder;

use super::address::ApiUrl;
use super::config::{ClientConfig, ClockFn};
use super::error::ApiError;
use super::exchange::exchange;
use super::retry::{self, RetryPolicy};
use super::{http, outcome};
use crate::domain::Observed;

/// What stands before every path of this client.
const PARTNER: &str = "/api/v1/partner";

/// A client of the partner API. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    retry: RetryPolicy,
}

struct Inner {
    base: ApiUrl,
    clock: ClockFn,
    reads: reqwest::Client,
    submissions: reqwest::Client,
}

/// What is asked for: a path below the partner prefix, its query, and the largest answer.
#[derive(Debug, Clone)]
pub(super) struct Get {
    pub path: String,
    pub query: Vec<(&'static str, String)>,
    pub limit: usize,
}

impl Client {
    /// Builds a client; asks nothing.
    ///
    /// # Errors
    /// [`ApiError::Setup`] when the TLS or HTTP stack cannot be set up.
    pub fn new(config: ClientConfig) -> Result<Self, ApiError> {
        let (reads, submissions) = (http::for_reads(&config)?, http::for_submissions(&config)?);
        let ClientConfig { base, clock, .. } = config;
        Ok(Self { inner: Arc::new(Inner { base, clock, reads, submissions }), retry: RetryPolicy::DEFAULT })
    }

    /// The same client asking once: for callers with a schedule of their own.
    #[must_use]
    pub fn without_retries(self) -> Self {
        self.with_retries(RetryPolicy::NEVER)
    }

    /// The same client repeating reads by this policy. Submissions are never repeated.
    #[must_use]
    pub fn with_retries(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// Where requests go.
    pub fn base(&self) -> &ApiUrl {
        &self.inner.base
    }

    /// A read, repeated by the policy while that can help.
    pub(super) async fn get<T>(
        &self,
        get: Get,
        decode: impl Fn(&str) -> Result<T, String> + Send + Sync,
    ) -> Result<Observed<T>, ApiError> {
        let attempt = || self.get_once(&get, &decode);
        attempt.retry(self.retry.backoff()).when(retry::again).adjust(retry::wait).await
    }

    async fn get_once<T>(
        &self,
        get: &Get,
        decode: impl Fn(&str) -> Result<T, String> + Send + Sync,
    ) -> Result<Observed<T>, ApiError> {
        let request = self.inner.reads.get(self.url(&get.path)).query(&get.query);
        let answer = exchange(request, &self.inner.clock, get.limit).await.map_err(outcome::lost_read)?;
        tracing::debug!(path = %get.path, status = answer.status, "read");
        let value = outcome::of_read(&answer, decode)?;
        Ok(answer.observed(value))
    }

    /// A submission's request, on a connection of its own.
    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.inner.submissions.post(self.url(path))
    }

    pub(super) fn clock(&self) -> &ClockFn {
        &self.inner.clock
    }

    fn url(&self, path: &str) -> String {
        self.inner.base.join(&format!("{PARTNER}{path}"))
    }
}

impl Get {
    /// A single thing.
    pub fn one(path: String) -> Self {
        Self { path, query: Vec::new(), limit: super::exchange::SINGLE_LIMIT }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.inner.base).field("retry", &self.retry).finish_non_exhaustive()
    }
}
