//! `ramptop key`, `ramptop api-key` and `ramptop webhook-secret`. Secrets come from standard input or a hidden prompt, never
//! from an argument, and are never printed.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Result, anyhow, bail};
use secrecy::ExposeSecret;
use serde_json::json;

use super::args::{ApiKeyCommand, KeyCommand, WebhookSecretCommand};
use super::context::{Context, read_secret};
use super::out::{self, Exit};
use crate::api::ApiKey;
use crate::sync::receiver::WebhookSecret;

pub async fn api_key(context: &Context, command: ApiKeyCommand) -> Result<Exit> {
    let keystore = context.keystore()?;
    let profile = &context.settings.profile;
    match command {
        ApiKeyCommand::Set => {
            let secret = read_secret("API key: ")?;
            ApiKey::parse(secret.expose_secret().to_owned()).map_err(|e| anyhow!("{e}; nothing was changed"))?;
            keystore.set_api_key(secret).await?;
            out::line(&format!("The API key of profile {profile} is kept."))?;
        }
        ApiKeyCommand::Remove => {
            let gone = keystore.remove_api_key().await?;
            let word = if gone { "removed" } else { "was not there" };
            out::line(&format!("The API key of profile {profile}: {word}."))?;
        }
    }
    Ok(Exit::Done)
}

pub async fn webhook_secret(context: &Context, command: WebhookSecretCommand) -> Result<Exit> {
    let keystore = context.keystore()?;
    let profile = &context.settings.profile;
    match command {
        WebhookSecretCommand::Set => {
            let secret = read_secret("Webhook secret: ")?;
            WebhookSecret::parse(&secret).map_err(|e| anyhow!("{e}; nothing was changed"))?;
            keystore.set_webhook_secret(secret).await?;
            out::line(&format!("The webhook secret of profile {profile} is kept."))?;
        }
        WebhookSecretCommand::Remove => {
            let gone = keystore.remove_webhook_secret().await?;
            let word = if gone { "removed" } else { "was not there" };
            out::line(&format!("The webhook secret of profile {profile}: {word}."))?;
        }
    }
    Ok(Exit::Done)
}

pub async fn key(context: &Context, command: KeyCommand) -> Result<Exit> {
    let keystore = context.keystore()?;
    let profile = &context.settings.profile;
    match command {
        KeyCommand::Import => {
            let secret = read_secret("Private key (64 hex digits or V3 JSON): ")?;
            let address = keystore.import_expecting(secret, None, context.sender()?).await?;
            out::line(&format!("Imported the key of {address} into profile {profile}."))?;
        }
        KeyCommand::Generate => {
            if let Some(sender) = context.sender()? {
                bail!(
                    "the sender of profile {profile} is {sender}, and a new key would have another address; nothing \
                     was made: import that wallet's key with ramptop key import, or take `sender` out of the profile and its pins"
                );
            }
            let address = keystore.generate().await?;
            out::line(&format!("Made a new key in profile {profile}: {address}"))?;
        }
        KeyCommand::Address(args) => {
            let address = keystore.address().await?;
            let address = address
                .ok_or_else(|| anyhow!("profile {profile} has no signing key; import one with: ramptop key import"))?;
            if args.json {
                out::json(&json!({"address": address.to_string()}))?;
            } else {
                out::line(&address.to_string())?;
            }
        }
        KeyCommand::Remove { yes } => {
            if !yes && !sure(&format!("Remove the signing key of profile {profile} for good? Type yes: "))? {
                bail!("nothing was removed");
            }
            let word = if keystore.remove().await? { "removed" } else { "was not there" };
            out::line(&format!("The signing key of profile {profile}: {word}."))?;
        }
    }
    Ok(Exit::Done)
}

pub fn sure(question: &str) -> Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("there is no terminal to ask on; add --yes");
    }
    let _ = write!(io::stderr().lock(), "{question}");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
