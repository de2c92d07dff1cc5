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
use crate::config::ProfileName;
use crate::sync::receiver::WebhookSecret;

pub async fn api_key(context: &Context, command: ApiKeyCommand) -> Result<Exit> {
    let keystore = context.keystore()?;
    let profile = &context.settings.profile;
    match command {
        ApiKeyCommand::Set => {
            let secret = read_secret("API key: ")?;
            ApiKey::parse(secret.expose_secret().to_owned()).map_err(|e| anyhow!("{e}; nothing was changed"))?;
            keystore.set_api_key(secret).await?;
            say_kept("API key", profile)?;
        }
        ApiKeyCommand::Remove => say_gone("API key", profile, keystore.remove_api_key().await?)?,
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
            say_kept("webhook secret", profile)?;
        }
        WebhookSecretCommand::Remove => say_gone("webhook secret", profile, keystore.remove_webhook_secret().await?)?,
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
            say_gone("signing key", profile, keystore.remove().await?)?;
        }
    }
    Ok(Exit::Done)
}

fn say_kept(what: &str, profile: &ProfileName) -> Result<()> {
    Ok(out::line(&format!("The {what} of profile {profile} is kept."))?)
}

fn say_gone(what: &str, profile: &ProfileName, was_there: bool) -> Result<()> {
    let word = if was_there { "removed" } else { "was not there" };
    Ok(out::line(&format!("The {what} of profile {profile}: {word}."))?)
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
