//! What is asked for, before it is a request: reads, and writes with what to do when one is lost.
//!
//! A [`Read`] may be a `POST`: asking for a price changes nothing. A [`Write`] is sent exactly once
//! and always says how to find out what became of it.

use reqwest::Method;
use serde_json::Value;

use super::error::ApiError;
use super::exchange::{LIST_LIMIT, SINGLE_LIMIT};

/// What stands before most paths.
const PARTNER: &str = "/api/v1/partner";

/// What stands before the paths that need no key.
const OPEN: &str = "/api/v1";

/// Something to ask that changes nothing.
#[derive(Clone)]
pub struct Read {
    pub path: String,
    pub query: Vec<(&'static str, String)>,
    /// JSON text, or an empty one for no body at all; with either it is a `POST`.
    pub body: Option<String>,
    /// The largest answer, in bytes.
    pub limit: usize,
    /// Whether the answer comes without an envelope.
    pub bare: bool,
    /// Whether it may be asked again by the client's policy.
    pub repeats: bool,
}

impl Read {
    /// Below the partner prefix: `path` starts with a slash.
    pub fn partner(path: &str) -> Self {
        Self::at(format!("{PARTNER}{path}"))
    }

    /// Outside of it, where no key is needed.
    pub fn open(path: &str) -> Self {
        Self::at(format!("{OPEN}{path}"))
    }

    /// Below the address itself.
    pub fn at(path: String) -> Self {
        Self { path, query: Vec::new(), body: None, limit: SINGLE_LIMIT, bare: false, repeats: true }
    }

    /// With the room a list takes.
    pub fn list(self) -> Self {
        Self { limit: LIST_LIMIT, ..self }
    }

    /// With a query parameter, if it has a value.
    pub fn with(mut self, key: &'static str, value: Option<impl Into<String>>) -> Self {
        self.query.extend(value.map(|value| (key, value.into())));
        self
    }

    /// As a `POST` with this JSON.
    pub fn asking(self, body: String) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Asked once, whatever the policy says.
    pub fn once(self) -> Self {
        Self { repeats: false, ..self }
    }
}

/// Something that changes what the API keeps.
pub struct Write {
    pub method: Method,
    pub path: String,
    /// JSON text.
    pub body: Option<String>,
    /// What to do when nobody knows whether it happened: one sentence for the operator.
    pub remedy: &'static str,
}

impl Write {
    /// A `POST` without a body below the partner prefix.
    pub fn post(path: &str, remedy: &'static str) -> Self {
        Self::new(Method::POST, path, remedy)
    }

    /// A write of any kind, without a body.
    pub fn new(method: Method, path: &str, remedy: &'static str) -> Self {
        Self { method, path: format!("{PARTNER}{path}"), body: None, remedy }
    }

    /// With this JSON.
    pub fn json(self, body: &Value) -> Self {
        Self { body: Some(body.to_string()), ..self }
    }
}

/// The full path of a partner endpoint.
pub fn partner(path: &str) -> String {
    format!("{PARTNER}{path}")
}

/// A body that cannot be made is a request that was not sent.
pub fn fit<T>(body: Result<T, String>) -> Result<T, ApiError> {
    body.map_err(|why| ApiError::setup(&why))
}
