//! The client: one key, one address, two HTTP clients, and how a read is made.
//!
//! The calls themselves are in one file per resource.

use std::fmt;
use std::sync::Arc;

use backon::Retryable;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};

use super::address::ApiUrl;
use super::config::ClientConfig;
use super::error::ApiError;
use super::exchange::{SINGLE_LIMIT, exchange};
use super::outbox::{Elsewhere, Outbox};
use super::request::{Read, Write};
use super::retry::{self, RetryPolicy};
use super::{http, outcome};
use crate::domain::Observed;

/// A client of the partner API. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    outbox: Outbox,
    retry: RetryPolicy,
}

struct Inner {
    base: ApiUrl,
    reads: reqwest::Client,
    submissions: reqwest::Client,
}

impl Client {
    /// Builds a client; asks nothing.
    ///
    /// # Errors
    /// [`ApiError::Setup`] when the TLS or HTTP stack cannot be set up.
    pub fn new(config: ClientConfig) -> Result<Self, ApiError> {
        let (reads, submissions) = (http::for_reads(&config)?, http::for_submissions(&config)?);
        let ClientConfig { base, clock, .. } = config;
        let inner = Arc::new(Inner { base, reads, submissions });
        Ok(Self { inner, outbox: Outbox::new(clock), retry: RetryPolicy::DEFAULT })
    }

    /// The same client asking once: for callers with a schedule of their own.
    #[must_use]
    pub fn without_retries(self) -> Self {
        self.with_retries(RetryPolicy::NEVER)
    }

    /// The same client for a schedule that pays for each request before it sends it, so each is
    /// sent once; and the count of what every other clone sends, which the schedule must pay too.
    pub fn for_schedule(self) -> (Self, Elsewhere) {
        let (outbox, elsewhere) = self.outbox.clone().paid();
        (Self { outbox, ..self.without_retries() }, elsewhere)
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
    pub(super) async fn read<T>(
        &self,
        read: Read,
        decode: impl Fn(&str) -> Result<T, String> + Send + Sync,
    ) -> Result<Observed<T>, ApiError> {
        let policy = if read.repeats { self.retry } else { RetryPolicy::NEVER };
        let attempt = || self.read_once(&read, &decode);
        attempt.retry(policy.backoff()).when(retry::again).adjust(retry::wait).await
    }

    async fn read_once<T>(
        &self,
        read: &Read,
        decode: impl Fn(&str) -> Result<T, String> + Send + Sync,
    ) -> Result<Observed<T>, ApiError> {
        let url = self.url(&read.path);
        let request = match &read.body {
            None => self.inner.reads.get(url).query(&read.query),
            Some(body) if body.is_empty() => empty(self.inner.reads.post(url)),
            Some(body) => json(self.inner.reads.post(url), body),
        };
        let answer = exchange(request, &self.outbox, read.limit).await.map_err(outcome::lost_read)?;
        tracing::debug!(path = %read.path, status = answer.status, "read");
        let value = if read.bare { outcome::of_bare(&answer, decode)? } else { outcome::of_read(&answer, decode)? };
        Ok(answer.observed(value))
    }

    /// A write, sent exactly once. `decode` is given the HTTP status and the `data`, `null` where
    /// there is none; what it cannot read was done all the same, so that is an unknown outcome.
    pub(super) async fn write<T>(
        &self,
        write: Write,
        decode: impl FnOnce(u16, &str) -> Result<T, String> + Send,
    ) -> Result<Observed<T>, ApiError> {
        let request = self.send(write.method.clone(), &write.path);
        let request = match &write.body {
            Some(body) => json(request, body),
            None if write.method == Method::DELETE => request,
            None => empty(request),
        };
        self.written(request, &write.path, write.remedy, decode).await
    }

    /// Sends a prepared write and judges its answer.
    pub(super) async fn written<T>(
        &self,
        request: RequestBuilder,
        path: &str,
        remedy: &'static str,
        decode: impl FnOnce(u16, &str) -> Result<T, String> + Send,
    ) -> Result<Observed<T>, ApiError> {
        let answer = exchange(request, &self.outbox, SINGLE_LIMIT).await;
        let answer = answer.map_err(|lost| outcome::lost_submission(lost).with_remedy(remedy))?;
        tracing::info!(path, status = answer.status, "written");
        let value = outcome::of_write(&answer, |data| decode(answer.status, data));
        Ok(answer.observed(value.map_err(|e| e.with_remedy(remedy))?))
    }

    /// A request on a connection of its own. `path` is complete.
    pub(super) fn send(&self, method: Method, path: &str) -> RequestBuilder {
        self.inner.submissions.request(method, self.url(path))
    }

    pub(super) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    fn url(&self, path: &str) -> String {
        self.inner.base.join(path)
    }
}

/// With a JSON body.
pub(super) fn json(request: RequestBuilder, body: &str) -> RequestBuilder {
    request.header(CONTENT_TYPE, "application/json").body(body.to_owned())
}

/// Without a body. Said aloud because the HTTP library leaves it out, and some gateways then
/// refuse a POST.
pub(super) fn empty(request: RequestBuilder) -> RequestBuilder {
    request.header(CONTENT_LENGTH, 0)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.inner.base).field("retry", &self.retry).finish_non_exhaustive()
    }
}
