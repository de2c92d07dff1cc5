//! Where the node is. Such an address often holds a key in its path: only the host is ever printed
//! by itself.

use std::fmt;

use crate::api::{ApiUrl, BadApiUrl};

/// The address of a node: https, or plain http on this machine; no user name, query or fragment.
#[derive(Clone, PartialEq, Eq)]
pub struct RpcUrl(ApiUrl);

/// Why a text is no such address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the RPC address: {0}")]
pub struct BadRpcUrl(BadApiUrl);

impl RpcUrl {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, BadRpcUrl> {
        ApiUrl::parse(text).map(Self).map_err(BadRpcUrl)
    }

    /// The whole address, for the configuration file and for connecting.
    pub fn full(&self) -> String {
        self.0.to_string()
    }

    /// The host, for messages.
    pub fn host(&self) -> &str {
        self.0.host()
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        self.0.is_loopback()
    }

    /// Whether nothing is encrypted on the way.
    pub(super) fn is_plain(&self) -> bool {
        self.0.is_plain()
    }
}

impl fmt::Debug for RpcUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RpcUrl({}, ..)", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_or_this_machine_and_no_key_is_printed() {
        let url = RpcUrl::parse("https://rpc.example/v3/0123secret").unwrap();
        assert_eq!(url.full(), "https://rpc.example/v3/0123secret");
        assert!(!format!("{url:?}").contains("secret"));
        assert!(RpcUrl::parse("http://127.0.0.1:8545").is_ok());
        for bad in
            ["http://rpc.example", "ws://rpc.example", "https://a:b@rpc.example", "https://rpc.example?key=1", ""]
        {
            let error = RpcUrl::parse(bad).unwrap_err().to_string();
            assert!(error.starts_with("the RPC address"), "{bad}: {error}");
        }
    }
}
