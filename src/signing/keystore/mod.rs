//! The only place that touches a private key.
//!
//! A [`Keystore`] keeps one signing key, one API key and one webhook secret per profile, in the platform's keyring, in
//! encrypted files, or (for the embedded sandbox) in memory. It signs only what went through every
//! stage of [`crate::domain::stage`]: the key is loaded for that one signature and wiped after it.
//! Nothing here can print a secret. A key is in memory while it is used and wiped after, with what
//! the libraries left on the stack; a passphrase that opened a file stays (wiped at the end), and
//! what the keyring's own transport may keep of a key is out of our hands. All waiting is done off the async threads.

mod disk;
mod error;
mod file;
mod key;
mod keyring;
mod memory;
mod passphrase;
#[cfg(test)]
mod tests;
mod v3;
mod vault;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use alloy_primitives::Address;
use keyring_core::CredentialStore;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

pub use error::KeystoreError;
use key::SecretKey;
pub use passphrase::PassphraseSource;
use passphrase::Passphrases;
use vault::{Shared, Vault};

use super::calldata::Transfer;
use super::safe;
use super::typed::{DEADLINE_END, digest};
use crate::domain::forward::SignatureBytes;
use crate::domain::refund::RefundAuthorization;
use crate::domain::stage::{Authorization, Recorded, Submission};

/// How long a keyring may take to answer: a locked one waits for a human who may not be there.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How long a keyring may take while its owner is there: it may be asking on the desktop.
pub const ATTENDED: Duration = Duration::from_secs(60);

/// Where keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeystoreKind {
    /// The platform's keyring.
    Keyring,
    /// Encrypted files.
    File,
}

impl fmt::Display for KeystoreKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keyring => "keyring",
            Self::File => "file",
        })
    }
}

impl FromStr for KeystoreKind {
    type Err = KeystoreError;
    fn from_str(text: &str) -> Result<Self, KeystoreError> {
        match text {
            "keyring" => Ok(Self::Keyring),
            "file" => Ok(Self::File),
            _ => Err(KeystoreError::UnknownKind(crate::domain::text::visible_prefix(text, 40))),
        }
    }
}

/// What a keystore needs to know.
#[derive(Debug, Clone)]
pub struct KeystoreConfig {
    /// Where keys are kept.
    pub kind: KeystoreKind,
    /// Whose keys.
    pub profile: String,
    /// The directory of the encrypted files.
    pub dir: PathBuf,
    /// Where the passphrase of the encrypted files comes from.
    pub passphrase: PassphraseSource,
}

/// The keys of one profile. Cheap to clone.
#[derive(Clone)]
pub struct Keystore {
    inner: Arc<Inner>,
    patience: Option<Duration>,
}

struct Inner {
    vault: Box<dyn Vault>,
    passphrases: Arc<Passphrases>,
    /// One call at a time: a keyring that hangs holds one thread, not one for every attempt.
    gate: Arc<Mutex<()>>,
}

impl fmt::Debug for Keystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keystore({})", self.inner.vault.place())
    }
}

impl Keystore {
    /// Prepares a keystore. Does no I/O: what is missing shows with the first use.
    pub fn open(config: KeystoreConfig) -> Result<Self, KeystoreError> {
        if config.profile.is_empty() {
            return Err(KeystoreError::NoProfile);
        }
        let passphrases = Arc::new(Passphrases::new(config.passphrase));
        Ok(match config.kind {
            KeystoreKind::Keyring => {
                Self::over(keyring::KeyringVault::platform(config.profile), passphrases, Some(PATIENCE))
            }
            // A human may be typing a passphrase, so there is no limit of time.
            KeystoreKind::File => {
                Self::over(file::FileVault::new(config.dir, Arc::clone(&passphrases)), passphrases, None)
            }
        })
    }

    /// A key that lives in memory and dies with the process, for the embedded sandbox.
    #[expect(clippy::needless_pass_by_value, reason = "the caller's copy is to be wiped")]
    pub fn ephemeral(key: Zeroizing<[u8; 32]>) -> Result<Self, KeystoreError> {
        let vault = memory::MemoryVault::new(SecretKey::from_bytes(key.as_slice())?);
        Ok(Self::over(vault, Arc::new(Passphrases::new(PassphraseSource::None)), None))
    }

    /// Over a given credential store, for tests and platforms with a choice of stores.
    pub fn with_store(store: Arc<CredentialStore>, profile: &str) -> Self {
        let vault = keyring::KeyringVault::given(store, profile.to_owned());
        Self::over(vault, Arc::new(Passphrases::new(PassphraseSource::None)), Some(PATIENCE))
    }

    /// Waits at most this long for the keyring.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience: Some(patience), ..self }
    }

    fn over(vault: impl Vault + 'static, passphrases: Arc<Passphrases>, patience: Option<Duration>) -> Self {
        let inner = Inner { vault: Box::new(vault), passphrases, gate: Arc::new(Mutex::new(())) };
        Self { inner: Arc::new(inner), patience }
    }

    /// The address of the signing key, if there is one. Needs no passphrase.
    pub async fn address(&self) -> Result<Option<Address>, KeystoreError> {
        self.run(|inner| inner.vault.address()).await
    }

    /// Forgets the passphrase and asks nobody for it any more: from now on key files are opened only
    /// between [`Self::unlock`] and [`Self::lock`].
    pub fn seal(&self) {
        self.inner.passphrases.seal();
    }

    /// Proves that the signing key can be used, and gives its address. Of key files the passphrase
    /// is tried; it is known until [`Self::lock`]. A keyring may ask its owner meanwhile. The key is
    /// wiped at once.
    ///
    /// # Errors
    /// A wrong passphrase, a keyring that stays locked, no key, a key that is not its address's.
    pub async fn unlock(&self, passphrase: Option<SecretString>) -> Result<Address, KeystoreError> {
        let patience = self.patience.map(|patience| patience.max(ATTENDED));
        let patient = Self { inner: Arc::clone(&self.inner), patience };
        patient.run(move |inner| inner.vault.unlock(passphrase.as_ref())).await
    }

    /// Forgets what [`Self::unlock`] learned.
    pub fn lock(&self) {
        self.inner.passphrases.lock();
    }

    /// Signs what was recorded.
    ///
    /// # Errors
    /// Whenever the key is not the one that pays, or the request is not the one that was reviewed;
    /// nothing has been signed then, and the approval is used up.
    pub async fn sign(&self, recorded: Recorded) -> Result<Submission, KeystoreError> {
        let signature = match (recorded.authorization().cloned(), recorded.refund().cloned()) {
            (Some(what), None) => self.run(move |inner| signature(inner.vault.as_ref(), &what)).await?,
            (None, Some(what)) => self.run(move |inner| refund_signature(inner.vault.as_ref(), &what)).await?,
            _ => return Err(KeystoreError::NothingToSign),
        };
        recorded.into_signed(signature).map_err(|_| KeystoreError::NothingToSign)
    }

    /// Takes over a key: 64 hexadecimal digits with or without `0x`, or a V3 JSON keystore with its
    /// passphrase (asked for or taken from the configured source if not given). Never replaces one.
    pub async fn import(&self, text: SecretString, passphrase: Option<SecretString>) -> Result<Address, KeystoreError> {
        self.import_expecting(text, passphrase, None).await
    }

    /// As [`Self::import`], but only the key of the `expected` address, where one is expected.
    ///
    /// # Errors
    /// [`KeystoreError::NotTheSender`] for another key; nothing is kept then.
    pub async fn import_expecting(
        &self,
        text: SecretString,
        passphrase: Option<SecretString>,
        expected: Option<Address>,
    ) -> Result<Address, KeystoreError> {
        self.run(move |inner| {
            inner.vault.refuse_second_key()?;
            let key = read_key(&text, passphrase, &inner.passphrases)?;
            let have = key.address()?;
            if let Some(want) = expected.filter(|want| *want != have) {
                return Err(KeystoreError::NotTheSender { have, want });
            }
            inner.vault.store_key(&key)?;
            Ok(have)
        })
        .await
    }

    /// Makes a new key from the system's randomness. Never replaces one.
    pub async fn generate(&self) -> Result<Address, KeystoreError> {
        self.run(|inner| {
            inner.vault.refuse_second_key()?;
            let key = SecretKey::generate()?;
            inner.vault.store_key(&key)?;
            key.address()
        })
        .await
    }

    /// Removes the signing key; whether there was one.
    pub async fn remove(&self) -> Result<bool, KeystoreError> {
        self.run(|inner| inner.vault.remove_key()).await
    }

    /// The API key, if there is one.
    pub async fn api_key(&self) -> Result<Option<SecretString>, KeystoreError> {
        self.run(|inner| inner.vault.shared(Shared::ApiKey)).await
    }

    /// Keeps the API key, replacing an earlier one.
    pub async fn set_api_key(&self, key: SecretString) -> Result<(), KeystoreError> {
        let key = plain(&key).ok_or(KeystoreError::BadApiKey)?;
        self.run(move |inner| inner.vault.set_shared(Shared::ApiKey, &key)).await
    }

    /// Removes the API key; whether there was one.
    pub async fn remove_api_key(&self) -> Result<bool, KeystoreError> {
        self.run(|inner| inner.vault.remove_shared(Shared::ApiKey)).await
    }

    /// The webhook secret, if there is one.
    pub async fn webhook_secret(&self) -> Result<Option<SecretString>, KeystoreError> {
        self.run(|inner| inner.vault.shared(Shared::WebhookSecret)).await
    }

    /// Keeps the webhook secret, replacing an earlier one.
    pub async fn set_webhook_secret(&self, secret: SecretString) -> Result<(), KeystoreError> {
        let secret = plain(&secret).ok_or(KeystoreError::BadWebhookSecret)?;
        self.run(move |inner| inner.vault.set_shared(Shared::WebhookSecret, &secret)).await
    }

    /// Removes the webhook secret; whether there was one.
    pub async fn remove_webhook_secret(&self) -> Result<bool, KeystoreError> {
        self.run(|inner| inner.vault.remove_shared(Shared::WebhookSecret)).await
    }

    /// Runs one blocking call, alone, for at most as long as patience lasts.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, KeystoreError> + Send + 'static,
    ) -> Result<T, KeystoreError> {
        let inner = Arc::clone(&self.inner);
        let call = async move {
            let alone = Arc::clone(&inner.gate).lock_owned().await;
            let blocking = move || {
                let _alone = alone;
                key::scrubbed(|| work(&inner))
            };
            tokio::task::spawn_blocking(blocking).await.map_err(|_| KeystoreError::Stopped)?
        };
        match self.patience {
            None => call.await,
            Some(patience) => tokio::time::timeout(patience, call)
                .await
                .unwrap_or(Err(KeystoreError::TimedOut { seconds: patience.as_secs() })),
        }
    }
}

/// One line of visible ASCII characters; white space around it is dropped.
fn plain(text: &SecretString) -> Option<SecretString> {
    let text = text.expose_secret().trim();
    let good = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
    good.then(|| SecretString::from(text))
}

fn read_key(
    text: &SecretString,
    passphrase: Option<SecretString>,
    passphrases: &Passphrases,
) -> Result<SecretKey, KeystoreError> {
    let text = text.expose_secret().trim();
    if !text.starts_with('{') {
        return SecretKey::from_hex(text);
    }
    let passphrase = match passphrase {
        Some(given) => given,
        None => passphrases.ask_once("Passphrase of the key file to import")?,
    };
    SecretKey::from_bytes(&v3::decrypt_text(text, &passphrase)?)
}

/// Everything that is checked with the key in hand.
fn signature(vault: &dyn Vault, what: &Authorization) -> Result<SignatureBytes, KeystoreError> {
    let again = digest(&what.request, what.chain_id, what.forwarder);
    if again != what.digest || what.request.deadline >= DEADLINE_END {
        return Err(KeystoreError::NotWhatWasReviewed);
    }
    let key = vault.key()?;
    let have = key.address()?;
    if have != what.request.from {
        return Err(KeystoreError::WrongKey { have, want: what.request.from });
    }
    key.sign(what.digest)
}

/// The same for a refund: whatever the escrow's transaction is, it pays the key that signs it, as
/// a plain call. Source: reference, section 6.6.
fn refund_signature(vault: &dyn Vault, what: &RefundAuthorization) -> Result<SignatureBytes, KeystoreError> {
    let again = safe::digest(&what.safe, what.chain_id, what.escrow);
    let paid = Transfer::decode(&what.safe.data).map_err(|_| KeystoreError::NotWhatWasReviewed)?;
    if again != what.digest || what.safe.operation != 0 {
        return Err(KeystoreError::NotWhatWasReviewed);
    }
    let key = vault.key()?;
    let have = key.address()?;
    if have != paid.recipient {
        return Err(KeystoreError::NotPaidToKey { have, to: paid.recipient });
    }
    key.sign(what.digest)
}
