//! Keys in the platform's keyring: up to four entries of the service `ramptop` per profile.
//!
//! The store is taken from the platform once and then held as a value, so that tests can give
//! another. A keyring may block for as long as nobody answers its dialog: the keystore limits that.

use std::sync::{Arc, OnceLock};

use alloy_primitives::Address;
use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::error::KeystoreError;
use super::key::SecretKey;
use super::vault::{Shared, Vault};

const SERVICE: &str = "ramptop";
const KEY: &str = "signing-key";
const ADDRESS: &str = "address";

/// The entry of a shared secret.
fn entry_of(which: Shared) -> &'static str {
    match which {
        Shared::ApiKey => "api-key",
        Shared::WebhookSecret => "webhook-secret",
    }
}

/// The vault.
pub(super) struct KeyringVault {
    store: OnceLock<Arc<CredentialStore>>,
    profile: String,
}

impl KeyringVault {
    /// In the platform's store, which is asked for with the first use.
    pub(super) fn platform(profile: String) -> Self {
        Self { store: OnceLock::new(), profile }
    }

    /// In a given store.
    pub(super) fn given(store: Arc<CredentialStore>, profile: String) -> Self {
        Self { store: OnceLock::from(store), profile }
    }

    fn store(&self) -> Result<&Arc<CredentialStore>, KeystoreError> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        let found = platform_store()?;
        Ok(self.store.get_or_init(|| found))
    }

    fn entry(&self, name: &str) -> Result<Entry, KeystoreError> {
        let user = format!("{}/{name}", self.profile);
        self.store()?.build(SERVICE, &user, None).map_err(|e| self.explain(&e))
    }

    fn get(&self, name: &str) -> Result<Option<Zeroizing<String>>, KeystoreError> {
        match self.entry(name)?.get_password() {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(Error::NoEntry) => Ok(None),
            Err(Error::BadEncoding(bytes)) => {
                drop(Zeroizing::new(bytes));
                Err(self.damaged("it is not text"))
            }
            Err(error) => Err(self.explain(&error)),
        }
    }

    fn set(&self, name: &str, text: &str) -> Result<(), KeystoreError> {
        self.entry(name)?.set_password(text).map_err(|e| self.explain(&e))
    }

    fn delete(&self, name: &str) -> Result<bool, KeystoreError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(self.explain(&error)),
        }
    }

    fn stored_key(&self) -> Result<Option<SecretKey>, KeystoreError> {
        let Some(text) = self.get(KEY)? else { return Ok(None) };
        SecretKey::from_hex(&text).map(Some).map_err(|_| self.damaged("it is not 64 hexadecimal digits"))
    }

    /// Key first, read back, then the address beside it; on any trouble the key is taken out
    /// again, so that there is a whole key or none.
    fn put(&self, key: &SecretKey) -> Result<(), KeystoreError> {
        let text = key.to_hex();
        self.set(KEY, &text)?;
        if self.get(KEY)?.is_none_or(|stored| *stored != *text) {
            return Err(self.damaged("it could not be read back"));
        }
        self.set(ADDRESS, &key.address()?.to_string())
    }

    fn damaged(&self, why: &str) -> KeystoreError {
        KeystoreError::Damaged { place: self.place(), why: why.to_owned() }
    }

    /// Errors of the keyring may hold the secret itself; only texts that cannot are shown.
    fn explain(&self, error: &Error) -> KeystoreError {
        match error {
            Error::NoStorageAccess(why) => KeystoreError::Locked(why.to_string()),
            Error::PlatformFailure(why) => {
                let text = why.to_string();
                let locked = ["locked", "prompt"].iter().any(|word| text.to_lowercase().contains(word));
                if locked { KeystoreError::Locked(text) } else { KeystoreError::Unavailable(text) }
            }
            Error::Ambiguous(_) => self.damaged("the keyring holds more than one entry for it"),
            Error::BadEncoding(_) | Error::BadDataFormat(..) => self.damaged("the keyring cannot read it"),
            Error::NoDefaultStore => KeystoreError::Unavailable("this platform has none".to_owned()),
            _ => KeystoreError::Unavailable("the keyring refused the request".to_owned()),
        }
    }
}

/// The platform's store. A failure is remembered by the library until the process ends.
fn platform_store() -> Result<Arc<CredentialStore>, KeystoreError> {
    let missing = || KeystoreError::Unavailable("no keyring service was found".to_owned());
    match ::keyring::Entry::store_status() {
        Ok(()) => keyring_core::get_default_store().ok_or_else(missing),
        Err(Error::PlatformFailure(why) | Error::NoStorageAccess(why)) => {
            Err(KeystoreError::Unavailable(why.to_string()))
        }
        Err(_) => Err(missing()),
    }
}

impl Vault for KeyringVault {
    fn place(&self) -> String {
        format!("the keyring (service {SERVICE}, profile {})", self.profile)
    }

    fn address(&self) -> Result<Option<Address>, KeystoreError> {
        match self.get(ADDRESS)? {
            Some(text) => text.parse().map(Some).map_err(|_| self.damaged("its address is not one")),
            None => self.stored_key()?.map(|key| key.address()).transpose(),
        }
    }

    fn has_key(&self) -> Result<bool, KeystoreError> {
        Ok(self.get(KEY)?.is_some())
    }

    fn key(&self) -> Result<SecretKey, KeystoreError> {
        self.stored_key()?.ok_or_else(|| KeystoreError::NoKey { place: self.place() })
    }

    fn store_key(&self, key: &SecretKey) -> Result<(), KeystoreError> {
        self.refuse_second_key()?;
        self.put(key).inspect_err(|_| {
            let _ = self.delete(ADDRESS);
            let _ = self.delete(KEY);
        })
    }

    /// The address goes first: a key without it is still found, an address without a key misleads.
    fn remove_key(&self) -> Result<bool, KeystoreError> {
        self.delete(ADDRESS)?;
        self.delete(KEY)
    }

    fn shared(&self, which: Shared) -> Result<Option<SecretString>, KeystoreError> {
        Ok(self.get(entry_of(which))?.map(|text| SecretString::from(text.as_str())))
    }

    fn set_shared(&self, which: Shared, secret: &SecretString) -> Result<(), KeystoreError> {
        self.set(entry_of(which), secret.expose_secret())
    }

    fn remove_shared(&self, which: Shared) -> Result<bool, KeystoreError> {
        self.delete(entry_of(which))
    }
}
