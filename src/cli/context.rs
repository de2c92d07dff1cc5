//! From settings to the things a command needs: client, keystore, journal, register.

use std::io::{self, IsTerminal, Read};
use std::sync::Arc;

use alloy_primitives::Address;
use anyhow::{Context as _, Result, anyhow, bail};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::args::Global;
use super::out;
use crate::api::{ApiKey, Client, ClientConfig, ClockFn};
use crate::app::flow::{Origin, Prior, Trace};
use crate::chain::ChainClient;
use crate::config;
use crate::config::file::KeystoreChoice;
use crate::config::{ConfigFile, Environment, Overrides, Paths, Settings, paths};
use crate::domain::OrderId;
use crate::domain::policy::Policy;
use crate::journal::storage::Torn;
use crate::journal::{self, History, Journal, Unsettled, Who};
use crate::runtime::clock;
use crate::runtime::effects::Desk;
use crate::runtime::hooks::Hook;
use crate::runtime::rules::{PinSource, Rules};
use crate::signing::keystore::{Keystore, KeystoreConfig, KeystoreKind, PassphraseSource};
use crate::store::Store;
use crate::sync::receiver::WebhookSecret;
use crate::telemetry;

/// A secret longer than this is a mistake.
const LONGEST_SECRET: u64 = 64 * 1024;

/// What one run works with.
pub struct Context {
    /// What is in force.
    pub settings: Settings,
    /// How much goes into the log.
    pub log: tracing::Level,
    /// The clocks.
    pub clock: ClockFn,
}

impl Context {
    /// Reads configuration and command line.
    pub fn new(global: &Global) -> Result<Self> {
        let paths = Paths::resolve(global.config.clone(), global.data_dir.clone())
            .context("no place for configuration and data")?;
        let file = ConfigFile::load(&paths.config_file)?;
        let overrides = Overrides {
            profile: global.profile.clone(),
            api_url: global.api_url.clone(),
            rpc_url: global.rpc_url.clone(),
            keystore: keystore_from_environment()?,
            read_only: global.read_only,
        };
        let settings = Settings::resolve(&file, paths, &overrides)?;
        Ok(Self { settings, log: global.log, clock: clock::system() })
    }

    /// The keystore of the profile.
    pub fn keystore(&self) -> Result<Keystore> {
        let profile = &self.settings.profile;
        let kind = match self.settings.keystore {
            KeystoreChoice::Keyring => KeystoreKind::Keyring,
            KeystoreChoice::File => KeystoreKind::File,
        };
        let config = KeystoreConfig {
            kind,
            profile: profile.to_string(),
            dir: self.settings.paths.profile_dir(profile),
            passphrase: passphrase_source(),
        };
        Ok(Keystore::open(config)?)
    }

    /// A client with the API key from the environment or the keystore.
    pub async fn client(&self, keystore: &Keystore) -> Result<Client> {
        let url = self.settings.require_api_url()?.clone();
        let key = self.api_key(keystore).await?;
        Ok(Client::new(ClientConfig::new(url, key, self.clock.clone()))?)
    }

    /// The node that is asked what the chain says, where one is named.
    pub fn chain(&self) -> Result<Option<ChainClient>> {
        let url = self.settings.rpc_url.clone();
        Ok(url.map(|url| ChainClient::new(url, self.clock.clone())).transpose()?)
    }

    /// A client with the API key of the profile, for what needs no signing key.
    pub async fn api(&self) -> Result<Client> {
        self.client(&self.keystore()?).await
    }

    async fn api_key(&self, keystore: &Keystore) -> Result<ApiKey> {
        if let Ok(text) = std::env::var("RAMPTOP_API_KEY") {
            return ApiKey::parse(text).map_err(|e| anyhow!("RAMPTOP_API_KEY: {e}"));
        }
        if self.settings.url_overridden {
            bail!(
                "the API key kept for profile {} belongs to the profile's own address and is not sent to another one; \
                 give the key for this address in RAMPTOP_API_KEY",
                self.settings.profile
            );
        }
        let kept = keystore.api_key().await?;
        let kept = kept.ok_or_else(|| {
            anyhow!("no API key is kept for profile {}; keep one with: ramptop api-key set", self.settings.profile)
        })?;
        ApiKey::parse(kept.expose_secret().to_owned()).map_err(|e| anyhow!("the kept API key: {e}"))
    }

    /// The secret webhook events are signed with, from the environment or the keystore.
    pub async fn webhook_secret(&self, keystore: &Keystore) -> Result<WebhookSecret> {
        if let Ok(text) = std::env::var("RAMPTOP_WEBHOOK_SECRET") {
            let secret = WebhookSecret::parse(&SecretString::from(text));
            return secret.map_err(|e| anyhow!("RAMPTOP_WEBHOOK_SECRET: {e}"));
        }
        let profile = &self.settings.profile;
        if self.settings.url_overridden {
            bail!(
                "the webhook secret kept for profile {profile} belongs to the profile's own address; give the secret for \
                 this address in RAMPTOP_WEBHOOK_SECRET"
            );
        }
        let kept = keystore.webhook_secret().await?;
        let kept = kept.ok_or_else(|| {
            anyhow!("no webhook secret is kept for profile {profile}; keep one with: ramptop webhook-secret set")
        })?;
        WebhookSecret::parse(&kept).map_err(|e| anyhow!("the kept webhook secret: {e}"))
    }

    /// The webhook listener, where the profile wants one: bound, or waiting for its address.
    pub async fn hook(&self, keystore: &Keystore) -> Result<Option<Hook>> {
        let Some(config) = self.settings.webhook else { return Ok(None) };
        let secret = self.webhook_secret(keystore).await?;
        let hook = Hook::bind(config.listen, secret).await;
        Ok(Some(hook.with_context(|| format!("cannot listen on {}", config.listen))?))
    }

    /// The register of users.
    pub fn store(&self) -> Result<Store> {
        let dir = self.settings.paths.profile_dir(&self.settings.profile);
        paths::make_private_dir(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        Ok(Store::open(&self.database_path())?)
    }

    /// Where the local database of the profile is.
    pub fn database_path(&self) -> std::path::PathBuf {
        self.settings.paths.profile_dir(&self.settings.profile).join("ramptop.db")
    }

    /// The same as far as it lets itself be opened, for whoever has to start anyway.
    pub fn store_anyway(&self) -> Result<crate::store::Opened> {
        let dir = self.settings.paths.profile_dir(&self.settings.profile);
        // What keeps it from being made is said by the opening.
        let _ = paths::make_private_dir(&dir);
        Ok(Store::open_anyway(&dir.join("ramptop.db"))?)
    }

    /// Where the journal of the profile is.
    pub fn journal_path(&self) -> std::path::PathBuf {
        self.settings.paths.profile_dir(&self.settings.profile).join("journal.jsonl")
    }

    /// The journal, opened for writing, and what it holds of unknown outcomes.
    pub fn journal(&self) -> Result<(Journal, Vec<(OrderId, Prior)>)> {
        let (journal, open) = self.open_journal()?;
        if let Some(cut) = journal.torn() {
            out::note(&format!("ramptop: {}", torn(cut)));
        }
        Ok((journal, open))
    }

    /// The same, for whoever has to say elsewhere what was cut off.
    pub fn open_journal(&self) -> Result<(Journal, Vec<(OrderId, Prior)>)> {
        let dir = self.settings.paths.profile_dir(&self.settings.profile);
        paths::make_private_dir(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let (journal, open) =
            Journal::open(&self.journal_path(), who(self.settings.profile.as_str()), self.clock.clone())?;
        Ok((journal, open.into_iter().map(prior).collect()))
    }

    /// Pins, policy and what the journal holds so far. A simulated API on this machine needs no pins;
    /// those that are set hold there as well.
    pub fn rules(&self) -> Rules {
        let profile = &self.settings.profile;
        let paths = &self.settings.paths;
        let simulated = self.settings.api_url.as_ref().is_some_and(|url| {
            url.is_loopback() && Environment::of(url, self.settings.environment.as_deref()) == Environment::Sandbox
        });
        let pins = PinSource::File { path: paths.pins_file(profile), needless: simulated };
        Rules::new(pins, Some(paths.policy_file(profile)), self.history(), self.clock.clone())
    }

    /// The only wallet this profile pays from, where the operator said so: in the profile or by pins.
    pub fn sender(&self) -> Result<Option<Address>> {
        let pins = config::pins::load(&self.settings.paths.pins_file(&self.settings.profile));
        let pinned = pins.map_err(|e| anyhow!("{e}"))?.map(|pins| pins.sender);
        match (self.settings.sender, pinned) {
            (Some(named), Some(pinned)) if named != pinned => {
                bail!("the profile names the sender {named}, its pins name {pinned}; nothing was done")
            }
            (named, pinned) => Ok(named.or(pinned)),
        }
    }

    /// The profile's policy as it is now.
    pub fn policy(&self) -> Result<Policy, String> {
        config::policy::load(&self.settings.paths.policy_file(&self.settings.profile))
    }

    /// Why the policy allows no action; `None` if it does.
    pub fn policy_refuses(&self) -> Option<String> {
        match self.policy() {
            Ok(policy) if policy.read_only => Some("the policy says read_only = true.".to_owned()),
            Ok(_) => None,
            Err(why) => Some(format!("the policy cannot be read: {why}")),
        }
    }

    fn history(&self) -> Result<History, String> {
        let path = self.journal_path();
        let at = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
        let file = match std::fs::File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(History::default()),
            Err(e) => return Err(at(&e)),
        };
        let mut history = History::default();
        for line in journal::lines(io::BufReader::new(file)).map_err(|broken| at(&broken))? {
            history.see(line.entry.seq, line.entry.at, &line.entry.event);
        }
        Ok(history)
    }

    /// Starts the log; what the guard holds back is written when it is dropped.
    pub fn start_log(&self) -> Result<tracing_appender::non_blocking::WorkerGuard> {
        telemetry::start(&self.settings.paths.log_dir(), self.log).context("cannot write the log")
    }

    /// Everything needed to act on money.
    /// Where something is to be signed, the keystore is asked at once: a keyring takes its time to
    /// answer first, and the order is read meanwhile.
    pub async fn desk(&self, signs: bool) -> Result<(Desk, Vec<(OrderId, Prior)>)> {
        let keystore = self.keystore()?;
        if signs {
            let early = keystore.clone();
            tokio::spawn(async move { early.address().await });
        }
        let client = self.client(&keystore).await?;
        let (journal, open) = self.journal()?;
        Ok((Desk { client, keystore, chain: self.chain()?, journal: Some(journal), rules: self.rules() }, open))
    }
}

/// What a crash cut off the journal, in words.
pub fn torn(torn: &Torn) -> String {
    format!(
        "the journal's last line was cut off by a crash ({} bytes); it was set aside in {}",
        torn.bytes,
        torn.path.display()
    )
}

/// An intent without a known end, as the flow wants it.
pub fn prior(open: Unsettled) -> (OrderId, Prior) {
    let trace = match &open.signed {
        Some(_) => Trace::Kept { resent: open.resends > 0 },
        None if open.never_left() => Trace::NeverLeft,
        None => Trace::Unsaid,
    };
    let address = |name: &str| open.facts.iter().find(|(of, _)| of == name)?.1.parse().ok();
    let origin = Origin { at: Some(open.at), wallet: open.wallet, forwarder: address("forwarder"), trace };
    let prior = Prior {
        deadline: open.deadline,
        nonce: open.nonce,
        known: open.accepted,
        funding: open.funding,
        origin,
        ..Prior::bare(open.seq, open.order_id.clone(), open.action)
    };
    (open.order_id, prior)
}

/// Who acts, for the journal: the operating system's word, which a variable cannot change.
pub fn who(profile: &str) -> Who {
    let unknown = |_| "unknown".to_owned();
    Who {
        user: whoami::username().unwrap_or_else(unknown),
        host: whoami::hostname().unwrap_or_else(unknown),
        profile: profile.to_owned(),
    }
}

fn keystore_from_environment() -> Result<Option<KeystoreChoice>> {
    match std::env::var("RAMPTOP_KEYSTORE").ok().as_deref() {
        None | Some("") => Ok(None),
        Some("keyring") => Ok(Some(KeystoreChoice::Keyring)),
        Some("file") => Ok(Some(KeystoreChoice::File)),
        Some(other) => bail!("RAMPTOP_KEYSTORE is {other:?}; it must be keyring or file"),
    }
}

fn passphrase_source() -> PassphraseSource {
    if let Ok(place) = std::env::var("RAMPTOP_KEYSTORE_PASSPHRASE_FILE") {
        return PassphraseSource::File(place);
    }
    PassphraseSource::Ask(Arc::new(|prompt| ask_hidden(&format!("{prompt}: "))))
}

/// Asks on the terminal without showing what is typed. Fails where there is no terminal.
pub fn ask_hidden(prompt: &str) -> io::Result<SecretString> {
    rpassword::prompt_password(prompt).map(SecretString::from)
}

/// A secret from standard input, or from a hidden prompt if that is a terminal.
pub fn read_secret(prompt: &str) -> Result<SecretString> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Ok(ask_hidden(prompt)?);
    }
    let mut text = Zeroizing::new(String::new());
    let read = stdin
        .lock()
        .take(LONGEST_SECRET + 1)
        .read_to_string(&mut text)
        .context("standard input is not readable text")?;
    if u64::try_from(read).unwrap_or(u64::MAX) > LONGEST_SECRET {
        bail!("standard input is too long for a secret");
    }
    if text.trim().is_empty() {
        bail!("standard input was empty; nothing was changed");
    }
    Ok(SecretString::from(text.trim().to_owned()))
}
