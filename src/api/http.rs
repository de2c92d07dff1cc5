//! Builds the HTTP clients: TLS by ring, no redirects, no repeats of their own, the key as a
//! secret default header.
//!
//! Reads share connections. Each submission opens its own: a pooled connection that the server
//! closed a moment ago would turn "never sent" into "outcome unknown".

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, ClientBuilder, redirect};

use super::config::ClientConfig;
use super::error::ApiError;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const USER_AGENT: &str = concat!("ramptop/", env!("CARGO_PKG_VERSION"));

/// The client for reads: connections are kept and shared.
pub fn for_reads(config: &ClientConfig) -> Result<Client, ApiError> {
    build(config, |b| b.pool_idle_timeout(Duration::from_secs(60)))
}

/// The client for submissions: a new connection each time.
pub fn for_submissions(config: &ClientConfig) -> Result<Client, ApiError> {
    build(config, |b| b.pool_max_idle_per_host(0))
}

/// A machine without CA certificates still reaches loopback: then no authority is trusted and
/// https fails closed.
fn build(config: &ClientConfig, pool: impl Fn(ClientBuilder) -> ClientBuilder) -> Result<Client, ApiError> {
    // Fails when a provider is installed already, which is just as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let headers = headers(config)?;
    // Reading a machine's authorities takes many milliseconds; without TLS nobody asks for them.
    let bare = |headers| pool(builder(config, headers)).tls_certs_only([]).build();
    let made = if config.base.is_plain() {
        bare(headers)
    } else {
        pool(builder(config, headers.clone())).build().or_else(|_| bare(headers))
    };
    made.map_err(|e| ApiError::setup(&super::exchange::describe(&e)))
}

fn headers(config: &ClientConfig) -> Result<HeaderMap, ApiError> {
    let key = config.key.header().ok_or_else(|| ApiError::setup("the API key does not fit into a header"))?;
    Ok(HeaderMap::from_iter([(API_KEY, key), (ACCEPT, HeaderValue::from_static("application/json"))]))
}

fn builder(config: &ClientConfig, headers: HeaderMap) -> ClientBuilder {
    let builder = Client::builder()
        .default_headers(headers)
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .gzip(true)
        .connect_timeout(config.connect_timeout)
        .timeout(config.total_timeout)
        .tcp_keepalive(Duration::from_secs(30))
        .http2_keep_alive_interval(Duration::from_secs(20))
        .http2_keep_alive_timeout(Duration::from_secs(10));
    if config.base.is_loopback() { loopback(builder) } else { builder }
}

/// No proxy for this machine, and `localhost` means this machine whatever the resolver says.
fn loopback(builder: ClientBuilder) -> ClientBuilder {
    let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
    builder.no_proxy().resolve_to_addrs("localhost", &here)
}
