//! Where the API is. The key is sent to this address, so it is picky: https everywhere, plain http
//! only to this very machine, and nothing hidden in the URL.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;

use crate::domain::text::visible_prefix;

/// The API's base address, without the trailing slash.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ApiUrl {
    base: String,
    host: String,
    loopback: bool,
}

/// Why a text is not an address of the API. Never repeats a URL that holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadApiUrl {
    /// Not a URL.
    #[error("not a URL: {0}")]
    NotAUrl(String),
    /// Neither https nor http.
    #[error("the address must start with https://, not {0}://")]
    Scheme(String),
    /// Plain http to another machine.
    #[error("plain http:// is only for this machine; use https:// for {0}")]
    PlainHttp(String),
    /// A user name or password in the URL.
    #[error("the address must not hold a user name or password")]
    UserInfo,
    /// A query or a fragment.
    #[error("the address must not hold a query or a fragment")]
    Extra,
}

impl ApiUrl {
    /// Reads an address. A path prefix and a trailing slash are fine.
    ///
    /// # Errors
    /// What is wrong with it, see [`BadApiUrl`].
    pub fn parse(text: &str) -> Result<Self, BadApiUrl> {
        let text = text.trim();
        // What stands before an `@` may be a password: such a text is not shown, however broken.
        let shown = || {
            let secret = text.contains('@');
            if secret { BadApiUrl::UserInfo } else { BadApiUrl::NotAUrl(visible_prefix(text, 80)) }
        };
        if text.contains(|c: char| c.is_control() || c.is_whitespace()) {
            return Err(shown());
        }
        let url = Url::parse(text).map_err(|_| shown())?;
        check(&url)?;
        let host = url.host_str().ok_or_else(shown)?.to_owned();
        let loopback = is_loopback_host(&host);
        if url.scheme() == "http" && !loopback {
            return Err(BadApiUrl::PlainHttp(visible_prefix(&host, 80)));
        }
        Ok(Self { base: url.as_str().trim_end_matches('/').to_owned(), host, loopback })
    }

    /// Whether it is this machine, where plain http is fine and no proxy is asked.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// Whether nothing is encrypted on the way: then no certificate is ever looked at.
    pub fn is_plain(&self) -> bool {
        self.base.starts_with("http:")
    }

    /// The host, as the URL writes it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The full URL of a path that starts with a slash.
    pub(super) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

fn check(url: &Url) -> Result<(), BadApiUrl> {
    if !matches!(url.scheme(), "https" | "http") {
        return Err(BadApiUrl::Scheme(visible_prefix(url.scheme(), 20)));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadApiUrl::UserInfo);
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(BadApiUrl::Extra);
    }
    Ok(())
}

fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl fmt::Display for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

impl fmt::Debug for ApiUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiUrl({})", self.base)
    }
}

impl std::str::FromStr for ApiUrl {
    type Err = BadApiUrl;
    fn from_str(text: &str) -> Result<Self, BadApiUrl> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_plain_http_at_home() {
        for (text, shown, loopback) in [
            ("https://api.unigox.com", "https://api.unigox.com", false),
            (" https://api.unigox.com/ ", "https://api.unigox.com", false),
            ("https://x.example/prefix/", "https://x.example/prefix", false),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("http://127.9.9.9", "http://127.9.9.9", true),
            ("http://[::1]:9/", "http://[::1]:9", true),
            ("http://localhost:1", "http://localhost:1", true),
            ("https://localhost", "https://localhost", true),
        ] {
            let url = ApiUrl::parse(text).unwrap();
            assert_eq!((url.to_string().as_str(), url.is_loopback()), (shown, loopback));
        }
        assert_eq!(ApiUrl::parse("https://x.example/p/").unwrap().join("/a"), "https://x.example/p/a");
    }

    #[test]
    fn whatever_would_leak_the_key_is_refused() {
        for text in [
            "",
            "api.unigox.com",
            "http://api.unigox.com",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://[::2]",
            "http://128.0.0.1",
            "ftp://localhost",
            "file:///etc/passwd",
            "https://user@x.example",
            "https://user:pw@x.example",
            "https://x.example?a=b",
            "https://x.example#f",
            "https://x.exa\nmple",
            "https://",
        ] {
            assert!(ApiUrl::parse(text).is_err(), "{text}");
        }
        for text in ["https://u:hunter2@ex ample", "https://u:hunter2@x.example:99999", "u:hunter2@x"] {
            assert!(!ApiUrl::parse(text).unwrap_err().to_string().contains("hunter2"), "{text}");
        }
    }
}
