//! Where the dashboard, or a watch, listens for webhook events: `[profile.NAME.webhook]`.
//!
//! Plain HTTP, so on this machine only, behind a TLS proxy or tunnel, unless the operator says that
//! another machine is the proxy. The secret is not here: `ramptop webhook-secret set`.

use std::net::SocketAddr;

use serde::Deserialize;

/// The table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// The proxy is another machine, and the network between is trusted.
    #[serde(default)]
    pub allow_beyond_loopback: bool,
}

impl WebhookConfig {
    /// Whether it may be listened on.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn check(&self) -> Result<(), String> {
        if self.listen.port() == 0 {
            return Err("webhook.listen needs a port that the proxy can be told".to_owned());
        }
        if !self.listen.ip().is_loopback() && !self.allow_beyond_loopback {
            return Err(format!(
                "webhook.listen = \"{}\" is reachable from other machines by plain http: listen on 127.0.0.1 behind a \
                 TLS proxy or tunnel, or say allow_beyond_loopback = true if the proxy is another machine",
                self.listen
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<WebhookConfig, String> {
        let config: WebhookConfig = toml::from_str(text).map_err(|e| e.to_string())?;
        config.check().map(|()| config)
    }

    #[test]
    fn this_machine_only_unless_said_otherwise() {
        assert_eq!(read("listen = \"127.0.0.1:8788\"").unwrap().listen.port(), 8788);
        assert!(read("listen = \"[::1]:8788\"").is_ok());
        for open in ["0.0.0.0:8788", "192.168.1.4:8788", "[::]:8788"] {
            assert!(read(&format!("listen = \"{open}\"")).unwrap_err().contains("plain http"), "{open}");
            assert!(read(&format!("listen = \"{open}\"\nallow_beyond_loopback = true")).is_ok(), "{open}");
        }
    }

    #[test]
    fn mistakes_are_errors() {
        for text in [
            "",
            "listen = 8788",
            "listen = \"8788\"",
            "listen = \"127.0.0.1\"",
            "listen = \"127.0.0.1:0\"",
            "listen = \"127.0.0.1:8788\"\nsecret = \"x\"",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
