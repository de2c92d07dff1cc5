//! `ramptop profile`.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::args::ProfileCommand;
use super::context::Context;
use super::out::{self, Exit};
use crate::config::file::{self, KeystoreChoice};
use crate::config::{ConfigFile, Profile, ProfileName};

pub fn run(context: &Context, command: ProfileCommand) -> Result<Exit> {
    let path = &context.settings.paths.config_file;
    match command {
        ProfileCommand::Add { name } => {
            let Some(url) = &context.settings.api_url else {
                bail!("give the address: ramptop profile add {name} --api-url URL")
            };
            let rpc = context.settings.rpc_url.as_ref().filter(|_| context.settings.rpc_given);
            file::add_profile(path, &name, &url.to_string(), rpc, context.settings.keystore)?;
            out::line(&format!("Added profile {name} for {url}. Next: ramptop --profile {name} api-key set"))?;
        }
        ProfileCommand::List(args) => list(&ConfigFile::load(path)?, args.json)?,
        ProfileCommand::Show { name, json } => {
            let file = ConfigFile::load(path)?;
            let Some(profile) = file.profiles.get(&name) else { bail!("there is no profile {name}") };
            show(&name, profile, json.json)?;
        }
        ProfileCommand::Use { name } => {
            file::use_profile(path, &name)?;
            out::line(&format!("Profile {name} is the default now."))?;
        }
        // Asks the API; see `pin`.
        ProfileCommand::Pin(_) => {}
        ProfileCommand::Remove { name } => {
            file::remove_profile(path, &name)?;
            out::line(&format!("Removed profile {name}. Its journal, register and keys are still there."))?;
        }
    }
    Ok(Exit::Done)
}

fn list(file: &ConfigFile, json: bool) -> Result<()> {
    if json {
        let profiles: Vec<Value> = file.profiles.iter().map(|(name, p)| value(name, p)).collect();
        let default = file.default_profile.as_ref().map(ProfileName::as_str);
        out::json(&json!({"default_profile": default, "profiles": profiles}))?;
        return Ok(());
    }
    for (name, profile) in &file.profiles {
        let mark = if file.default_profile.as_ref() == Some(name) { "*" } else { " " };
        out::line(&format!("{mark} {name:<20} {}", profile.api_url))?;
    }
    Ok(())
}

fn show(name: &ProfileName, profile: &Profile, json: bool) -> Result<()> {
    if json {
        out::json(&value(name, profile))?;
    } else {
        let keystore = word(profile.keystore);
        out::line(&format!(
            "profile    {name}\napi_url    {}\nrpc_url    {}\nkeystore   {keystore}\nread_only  {}",
            profile.api_url,
            profile.rpc_url.as_deref().unwrap_or("none: what the chain says is not asked"),
            profile.read_only
        ))?;
        if let Some(sender) = profile.sender {
            out::line(&format!("sender     {sender}"))?;
        }
        if let Some(webhook) = profile.webhook {
            out::line(&format!("webhook    listens on {}", webhook.listen))?;
        }
    }
    Ok(())
}

fn value(name: &ProfileName, profile: &Profile) -> Value {
    json!({
        "name": name.as_str(),
        "api_url": profile.api_url,
        "sender": profile.sender.map(|sender| sender.to_string()),
        "rpc_url": profile.rpc_url,
        "keystore": word(profile.keystore),
        "read_only": profile.read_only,
        "arm_minutes": profile.arm_minutes,
        "environment": profile.environment,
        "webhook_listen": profile.webhook.map(|webhook| webhook.listen.to_string()),
    })
}

fn word(keystore: KeystoreChoice) -> &'static str {
    match keystore {
        KeystoreChoice::Keyring => "keyring",
        KeystoreChoice::File => "file",
    }
}
