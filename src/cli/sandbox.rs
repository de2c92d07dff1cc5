//! `ramptop sandbox`: the simulated API alone, and what it has in common with the embedded one.

use std::net::Ipv4Addr;

use alloy_primitives::Address;
use alloy_signer_local::PrivateKeySigner;
use anyhow::{Context as _, Result, anyhow, bail};
use secrecy::ExposeSecret;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use super::args::{SandboxArgs, WorldArgs};
use super::context::read_secret;
use super::out::{self, Exit};
use crate::domain::pins::{Pins, RecipientRule, TokenPin};
use crate::sandbox::world::sending_out::SOLVER;
use crate::sandbox::{Chaos, Dialect, Sandbox, SandboxConfig, Scenario, serve_sandbox};
use crate::sandbox::{chain, forward};

pub async fn run(args: SandboxArgs) -> Result<Exit> {
    if list_asked(&args.world)? {
        return Ok(Exit::Done);
    }
    let key = if args.private_key_stdin { key_from_stdin()? } else { key_from_seed(args.world.seed) };
    let sender = address(&key)?;
    drop(key);
    let mut config = config(&args.world, sender)?;
    if let Some(api_key) = args.api_key {
        config.api_key = api_key;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await.context("cannot listen on 127.0.0.1")?;
    let url = format!("http://{}", listener.local_addr()?);
    let ready = json!({
        "api_url": url,
        "api_key": config.api_key,
        "rpc_url": format!("{url}/rpc"),
        "sender_address": sender.to_string(),
        "webhook_secret": config.webhook_secret,
    });
    let stop = stop_signal()?;
    out::line(&ready.to_string())?;
    serve_sandbox(listener, Sandbox::new(config), stop).await?;
    Ok(Exit::Done)
}

/// `--chaos list`, `--scenario list` and `--dialect list`.
pub fn list_asked(world: &WorldArgs) -> Result<bool> {
    let asked = |word: &Option<String>| word.as_deref() == Some("list");
    let (chaos, scenario, dialect) = (asked(&world.chaos), asked(&world.scenario), asked(&world.dialect));
    if chaos {
        for mode in Chaos::ALL {
            out::line(&format!("{:<20} {}", mode.to_string(), mode.describe()))?;
        }
    }
    if scenario {
        for name in Scenario::ALL {
            out::line(&format!("{:<28} {}", name.to_string(), name.describe()))?;
        }
    }
    if dialect {
        for name in Dialect::ALL {
            out::line(&format!("{:<12} {}", name.to_string(), name.describe()))?;
        }
    }
    Ok(chaos || scenario || dialect)
}

/// The world the options describe.
pub fn config(world: &WorldArgs, sender: Address) -> Result<SandboxConfig> {
    let mut config = SandboxConfig::new(sender, chrono::Utc::now());
    config.orders = world.orders.unwrap_or(config.orders);
    config.seed = world.seed.unwrap_or(config.seed);
    config.speed = world.speed.unwrap_or(config.speed);
    if config.speed == 0 {
        bail!("--speed is at least 1");
    }
    if let Some(word) = &world.chaos {
        config.chaos = word.parse().map_err(|e| anyhow!("{e}"))?;
    }
    if let Some(word) = &world.scenario {
        config.scenario = word.parse().map_err(|e| anyhow!("{e}"))?;
    }
    if let Some(word) = &world.dialect {
        config.dialect = word.parse().map_err(|e| anyhow!("{e}"))?;
    }
    Ok(config)
}

/// The embedded sandbox pins its own world: what it says of itself and what its API says can differ,
/// when it is asked to tamper.
pub fn pins(sender: Address) -> Pins {
    let token = TokenPin { address: chain::TOKEN, decimals: chain::DECIMALS };
    Pins {
        chain_id: chain::CHAIN_ID,
        forwarder: chain::FORWARDER,
        domain_name: forward::DOMAIN_NAME.to_owned(),
        domain_version: forward::DOMAIN_VERSION.to_owned(),
        sender,
        tokens: [("USDT".to_owned(), token)].into(),
        escrows: RecipientRule::PerOrder,
        solvers: RecipientRule::Pinned(vec![SOLVER]),
    }
}

/// A throw-away key that is the same for the same seed; worth nothing anywhere.
pub fn key_from_seed(seed: Option<u64>) -> Zeroizing<[u8; 32]> {
    let text = format!("ramptop sandbox wallet {}", seed.unwrap_or(7));
    Zeroizing::new(Sha256::digest(text.as_bytes()).into())
}

/// The address of a key.
pub fn address(key: &Zeroizing<[u8; 32]>) -> Result<Address> {
    let signer = PrivateKeySigner::from_slice(key.as_slice()).map_err(|_| anyhow!("not a valid private key"))?;
    Ok(signer.address())
}

fn key_from_stdin() -> Result<Zeroizing<[u8; 32]>> {
    let text = read_secret("Private key of the simulated wallet: ")?;
    let text = text.expose_secret().trim();
    let mut key = Zeroizing::new([0u8; 32]);
    hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), key.as_mut_slice())
        .map_err(|_| anyhow!("a private key is 64 hexadecimal digits, with or without 0x"))?;
    Ok(key)
}

/// Resolves with SIGINT or SIGTERM.
#[cfg(unix)]
pub fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the other platform's version can fail")]
pub fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
