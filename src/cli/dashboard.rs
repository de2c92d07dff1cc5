//! Starting the dashboard: on the profile's API, or on an embedded simulated one.

use std::io::{self, IsTerminal};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use alloy_primitives::Address;
use anyhow::{Context as _, Result, bail};
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::args::{EmbeddedSandbox, Global};
use super::context::{Context, who};
use super::out::Exit;
use super::sandbox;
use crate::api::wire::order::read_order;
use crate::api::{ApiKey, ApiUrl, Client, ClientConfig, ClockFn};
use crate::app::arming::{self, Arming, By};
use crate::app::flow::Prior;
use crate::app::model::{EnvironmentKind, Session};
use crate::app::orders::kept;
use crate::app::{Kept, Level, Model, Msg, Notice, Ready, update};
use crate::chain::{ChainClient, RpcUrl};
use crate::config::Environment;
use crate::config::file::KeystoreChoice;
use crate::domain::OrderId;
use crate::domain::pins::Pinning;
use crate::journal::{History, Journal};
use crate::runtime::dashboard::{self, Opened, Parts};
use crate::runtime::effects::Desk;
use crate::runtime::hooks::Hook;
use crate::runtime::rules::{PinSource, Rules};
use crate::sandbox::{Sandbox, Scenario, serve_sandbox};
use crate::signing::keystore::Keystore;
use crate::store::{self, Link, Source, Store, StoreError};
use crate::sync::receiver::WebhookSecret;
use crate::telemetry;
use crate::tui::Theme;

pub async fn run(global: &Global, sandbox: &EmbeddedSandbox) -> Result<Exit> {
    if sandbox::list_asked(&sandbox.world)? {
        return Ok(Exit::Done);
    }
    let world = &sandbox.world;
    let shaped = world.orders.is_some()
        || world.seed.is_some()
        || world.speed.is_some()
        || world.chaos.is_some()
        || world.scenario.is_some()
        || world.dialect.is_some();
    if shaped && !sandbox.embedded {
        usage("--orders, --seed, --speed, --chaos, --scenario and --dialect go with --sandbox");
    }
    if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        bail!("the dashboard needs a terminal; for scripts there are commands: ramptop --help");
    }
    if sandbox.embedded { embedded(global, sandbox).await } else { real(global).await }
}

fn usage(words: &str) -> ! {
    use clap::CommandFactory;
    super::args::Cli::command().error(clap::error::ErrorKind::ArgumentConflict, words).exit()
}

async fn real(global: &Global) -> Result<Exit> {
    let context = Context::new(global)?;
    // A disk that cannot be written keeps nobody from looking.
    let (_log, no_log) = match context.start_log() {
        Ok(log) => (Some(log), None),
        Err(error) => (None, Some(format!("There is no log of this run: {error:#}"))),
    };
    let url = context.settings.require_api_url()?.clone();
    let keystore = context.keystore()?;
    // A passphrase that the API key needs is asked for now: there is no prompt once the screen is
    // taken. The keyring asks nobody here; it is slow, and what is known is shown meanwhile.
    let keys = match context.settings.keystore {
        KeystoreChoice::File => Some(keys(&context, &keystore).await?),
        KeystoreChoice::Keyring => None,
    };
    let session = Session {
        profile: context.settings.profile.to_string(),
        api_url: url.to_string(),
        environment: kind(Environment::of(&url, context.settings.environment.as_deref())),
        // Money is held against the policy at each action; the other writes look here.
        read_only: context.settings.read_only || context.policy().is_ok_and(|policy| policy.read_only),
        signer: None,
        actions_blocked: None,
    };
    let store::Opened { store, warning } = context.store_anyway()?;
    let clock = context.clock.clone();
    // One that is not the profile's own has nothing that could be read beside it.
    let database = store.place().map(Path::to_owned);
    let mut parts = parts(clock, session.clone(), store, database);
    for text in [no_log, warning].into_iter().flatten() {
        parts.model.notices.push(Notice { level: Level::Error, text, at: parts.model.now });
    }
    // On another thread: parts of it take milliseconds in which no key would be taken.
    let opening = tokio::spawn(open(context, session, keystore, keys));
    dashboard::run(parts, async { opening.await? }).await?;
    Ok(Exit::Done)
}

/// What takes its time: the keyring, the journal, which is verified from its first line.
async fn open(context: Context, session: Session, keystore: Keystore, known: Option<Keys>) -> Result<Opened> {
    let context = Arc::new(context);
    let reading = Arc::clone(&context);
    let record = tokio::task::spawn_blocking(move || (record(&reading), reading.rules()));
    let Keys { client, signer, problem, hook } = match known {
        Some(keys) => keys,
        None => keys(&context, &keystore).await?,
    };
    let (Record { journal, priors, blocked, torn }, rules) = record.await?;
    let has_key = signer.is_some() || problem.is_some();
    let arming = Arming::new(proof(context.settings.keystore, has_key), idle(context.settings.arm_minutes));
    let (hook, no_hook) = match hook {
        Ok(hook) => {
            let taken = hook.as_ref().and_then(Hook::taken);
            (hook, taken)
        }
        Err(error) => (None, Some(format!("{error:#}"))),
    };
    let no_hook = no_hook.map(|why| format!("Webhook events are not taken, orders are read by asking: {why}."));
    let problems = [blocked.clone(), problem, no_hook].into_iter().flatten().map(|text| (Level::Error, text));
    let notices = torn.into_iter().map(|text| (Level::Warning, text)).chain(problems).collect();
    let session = Session { signer, actions_blocked: blocked, ..session };
    let desk = Desk { client, keystore, chain: context.chain()?, journal, rules };
    let ready = Box::new(Ready { session, arming, priors, notices });
    Ok(Opened { desk, hook, ready })
}

/// What the keystore gives at the start.
struct Keys {
    client: Client,
    signer: Option<Address>,
    /// Why nobody knows whose key there is.
    problem: Option<String>,
    /// The webhook listener, where the profile wants one.
    hook: Result<Option<Hook>>,
}

/// The passphrase the API key may have needed is forgotten again: the signing key is opened by
/// arming alone.
async fn keys(context: &Context, keystore: &Keystore) -> Result<Keys> {
    let client = context.client(keystore).await?;
    let (signer, problem) = match keystore.address().await {
        Ok(signer) => (signer, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let hook = context.hook(keystore).await;
    keystore.seal();
    Ok(Keys { client, signer, problem, hook })
}

/// The embedded sandbox reports to the dashboard it is embedded in, unless its scenario is about a
/// webhook that is yet to be set up, or fails.
async fn embedded_hook(world: &Sandbox) -> Result<Option<Hook>> {
    if matches!(world.config().scenario, Scenario::Empty | Scenario::WebhookFailing) {
        return Ok(None);
    }
    let secret = WebhookSecret::parse(&SecretString::from(world.config().webhook_secret.as_str()))?;
    let hook = Hook::bind((Ipv4Addr::LOCALHOST, 0).into(), secret).await.context("cannot listen on 127.0.0.1")?;
    let url = format!("http://{}/", hook.address);
    world.with_world(|world| world.register_webhook(Some(url)));
    Ok(Some(hook.throw_away()))
}

/// What the journal says at the start.
struct Record {
    journal: Option<Journal>,
    priors: Vec<(OrderId, Prior)>,
    /// Why nothing can be done on money.
    blocked: Option<String>,
    /// What was set aside of it.
    torn: Option<String>,
}

fn record(context: &Context) -> Record {
    match context.open_journal() {
        Ok((journal, priors)) => {
            let torn = journal.torn().map(super::context::torn);
            Record { journal: Some(journal), priors, blocked: None, torn }
        }
        Err(error) => {
            let blocked = format!("Nothing can be authorized, confirmed, cancelled or sent: {error:#}");
            Record { journal: None, priors: Vec::new(), blocked: Some(blocked), torn: None }
        }
    }
}

/// Everything of the embedded sandbox is thrown away at the end: key, journal, register.
async fn embedded(global: &Global, args: &EmbeddedSandbox) -> Result<Exit> {
    let dir = tempfile::Builder::new().prefix("ramptop-sandbox-").tempdir().context("no place for throw-away data")?;
    let logs = global.data_dir.as_ref().map_or_else(|| dir.path().join("logs"), |data| data.join("logs"));
    let _log = telemetry::start(&logs, global.log).context("cannot write the log")?;
    let key = sandbox::key_from_seed(args.world.seed);
    let sender = sandbox::address(&key)?;
    let config = sandbox::config(&args.world, sender)?;
    let api_key = ApiKey::parse(config.api_key.clone()).map_err(|e| anyhow::anyhow!("{e}"))?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("cannot listen on 127.0.0.1")?;
    let url = ApiUrl::parse(&format!("http://{}", listener.local_addr()?))?;
    let world = Sandbox::new(config);
    let store = Store::in_memory()?;
    fill_register(&store, &world)?;
    let hook = embedded_hook(&world).await?;
    let stop = CancellationToken::new();
    let server = tokio::spawn(serve_sandbox(listener, world, stop.clone().cancelled_owned()));
    let clock = crate::runtime::clock::system();
    let keystore = Keystore::ephemeral(key)?;
    let client = Client::new(ClientConfig::new(url.clone(), api_key, clock.clone()))?;
    let (journal, _) = Journal::open(&dir.path().join("journal.jsonl"), who("sandbox"), clock.clone())?;
    let session = Session {
        profile: "embedded".to_owned(),
        api_url: url.to_string(),
        environment: EnvironmentKind::Sandbox,
        read_only: global.read_only,
        signer: keystore.address().await?,
        actions_blocked: None,
    };
    let chain = ChainClient::new(RpcUrl::parse(&format!("{url}/rpc"))?, clock.clone())?;
    let pins = PinSource::Fixed(Pinning::Pinned(Box::new(sandbox::pins(sender))));
    let rules = Rules::new(pins, None, Ok(History::default()), clock.clone());
    let desk = Desk { client, keystore, chain: Some(chain), journal: Some(journal), rules };
    let parts = parts(clock, session.clone(), store, None);
    // Nothing that is signed here is worth anything.
    let arming = Arming::default().armed(parts.model.now);
    let ready = Box::new(Ready { session, arming, priors: Vec::new(), notices: Vec::new() });
    let opened = Opened { desk, hook, ready };
    let result = dashboard::run(parts, std::future::ready(anyhow::Ok(opened))).await;
    stop.cancel();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), server).await;
    result?;
    Ok(Exit::Done)
}

/// What a partner would have learned from initiate answers and webhook events.
fn fill_register(store: &Store, world: &Sandbox) -> Result<()> {
    let now = chrono::Utc::now();
    for id in world.user_ids() {
        store.add_user(&id, Source::Created, now)?;
    }
    for (order, user, payment) in world.order_owners() {
        store.link(&Link { order, user: Some(user), payment_details: Some(payment), source: Source::Event }, now)?;
    }
    Ok(())
}

fn parts(clock: ClockFn, session: Session, store: Store, database: Option<PathBuf>) -> Parts {
    tracing::info!(version = env!("CARGO_PKG_VERSION"), profile = %session.profile, api = %session.api_url, "dashboard");
    let mut model = Model::new(clock(), session);
    model.starting = true;
    // Without a place to read from later, everything is read now; it is little.
    if let Err(error) = recall(&mut model, &store, database.is_none()) {
        model.notices.push(Notice { level: Level::Error, text: error.to_string(), at: model.now });
    }
    let theme =
        if std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) { Theme::plain() } else { Theme::colour() };
    Parts { model, clock, store, database, theme }
}

/// Who is known, and the orders that were not over when they were seen last; `all` is whose orders
/// are and by which name the partner knows them as well.
fn recall(model: &mut Model, store: &Store, all: bool) -> Result<(), StoreError> {
    for user in store.users()? {
        model.people.add(user.id);
    }
    if all {
        let links = store.links()?.into_iter().map(|link| (link.order, link.user, link.payment_details));
        update(model, Msg::Kept(Kept::Links(links.collect())));
        update(model, Msg::Kept(Kept::References(store.references()?)));
    }
    let known = store.live_orders()?.into_iter();
    let known = known.filter_map(|found| Some(kept(read_order(&found.json).ok()?, found.asked_at)));
    update(model, Msg::Kept(Kept::Live(known.collect())));
    Ok(())
}

/// What arming takes.
fn proof(keystore: KeystoreChoice, has_key: bool) -> By {
    match keystore {
        _ if !has_key => By::Word,
        KeystoreChoice::Keyring => By::Keyring,
        KeystoreChoice::File => By::Passphrase,
    }
}

fn idle(minutes: Option<u8>) -> Duration {
    minutes.map_or(arming::IDLE, |minutes| Duration::from_secs(u64::from(minutes) * 60))
}

fn kind(environment: Environment) -> EnvironmentKind {
    match environment {
        Environment::Production => EnvironmentKind::Production,
        Environment::Staging => EnvironmentKind::Staging,
        Environment::Sandbox => EnvironmentKind::Sandbox,
        Environment::Other(word) => EnvironmentKind::Other(word),
    }
}
