//! Keys in encrypted files of one directory: `signing-key.json`, which other wallets can read, and
//! `api-key.json` and `webhook-secret.json` in the same format over a text. All have one passphrase.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use alloy_primitives::Address;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::disk::{exists, fail, lock, private_dir, remove};
use super::error::KeystoreError;
use super::key::SecretKey;
use super::passphrase::Passphrases;
use super::v3;
use super::vault::{Shared, Vault};

const KEY: &str = "signing-key.json";
const API_KEY: &str = "api-key.json";
const WEBHOOK_SECRET: &str = "webhook-secret.json";
const PROMPT: &str = "Passphrase of the key files";
const NEW_PROMPT: &str = "New passphrase for the key files";

fn file_of(which: Shared) -> &'static str {
    match which {
        Shared::ApiKey => API_KEY,
        Shared::WebhookSecret => WEBHOOK_SECRET,
    }
}

/// A file that is there and whole, and the address it names.
struct Found {
    address: Option<Address>,
}

/// What a file held.
struct Content {
    secret: Zeroizing<Vec<u8>>,
    address: Option<Address>,
}

/// The vault.
pub(super) struct FileVault {
    dir: PathBuf,
    passphrases: Arc<Passphrases>,
}

impl FileVault {
    pub(super) fn new(dir: PathBuf, passphrases: Arc<Passphrases>) -> Self {
        Self { dir, passphrases }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Looks at a file that must be a keystore; `None` if there is no file.
    fn inspect(&self, name: &str) -> Result<Option<Found>, KeystoreError> {
        let path = self.path(name);
        if !exists(&path)? {
            return Ok(None);
        }
        let bytes = fs::read(&path).map_err(fail("read", &path))?;
        let address = v3::inspect(&String::from_utf8_lossy(&bytes), &path.display().to_string())?;
        Ok(Some(Found { address }))
    }

    fn decrypt(&self, name: &str, passphrase: &SecretString) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        let path = self.path(name);
        let opened = v3::decrypt(&path, &path.display().to_string(), passphrase);
        match &opened {
            Ok(_) => self.passphrases.remember(passphrase),
            Err(_) => self.passphrases.forget(),
        }
        opened
    }

    /// What a file holds; `None` if there is no file.
    fn read(&self, name: &str) -> Result<Option<Content>, KeystoreError> {
        let Some(found) = self.inspect(name)? else { return Ok(None) };
        let passphrase = self.passphrases.existing(PROMPT)?;
        Ok(Some(Content { secret: self.decrypt(name, &passphrase)?, address: found.address }))
    }

    fn write(&self, name: &str, secret: &[u8], address: Option<Address>) -> Result<(), KeystoreError> {
        let passphrase = self.passphrase_for(name)?;
        let file = v3::encrypt(&self.dir, secret, address, &passphrase)?;
        file.rename(&self.path(name))?;
        self.passphrases.remember(&passphrase);
        Ok(())
    }

    /// One passphrase opens all files: where another exists, it decides.
    fn passphrase_for(&self, name: &str) -> Result<SecretString, KeystoreError> {
        for other in [KEY, API_KEY, WEBHOOK_SECRET].into_iter().filter(|other| *other != name) {
            if self.inspect(other)?.is_some() {
                let passphrase = self.passphrases.existing(PROMPT)?;
                self.decrypt(other, &passphrase)?;
                return Ok(passphrase);
            }
        }
        self.passphrases.fresh(NEW_PROMPT)
    }

    fn locked(&self) -> Result<fs::File, KeystoreError> {
        private_dir(&self.dir)?;
        lock(&self.dir)
    }

    fn remove(&self, name: &str) -> Result<bool, KeystoreError> {
        if !Path::is_dir(&self.dir) {
            return Ok(false);
        }
        let _locked = self.locked()?;
        remove(&self.path(name))
    }

    fn damaged(&self, name: &str, why: &str) -> KeystoreError {
        KeystoreError::Damaged { place: self.path(name).display().to_string(), why: why.to_owned() }
    }

    fn stored_key(&self) -> Result<Option<SecretKey>, KeystoreError> {
        self.read(KEY)?.map(|content| self.whole(content)).transpose()
    }

    /// The signing key a file held, if the address beside it is its own.
    fn whole(&self, Content { secret, address }: Content) -> Result<SecretKey, KeystoreError> {
        let key = SecretKey::from_bytes(&secret).map_err(|_| self.damaged(KEY, "it does not hold a signing key"))?;
        let derived = key.address()?;
        match address {
            Some(named) if named != derived => Err(self.damaged(KEY, "its address is not that of its key")),
            _ => Ok(key),
        }
    }
}

impl Vault for FileVault {
    fn place(&self) -> String {
        self.path(KEY).display().to_string()
    }

    fn address(&self) -> Result<Option<Address>, KeystoreError> {
        match self.inspect(KEY)? {
            None => Ok(None),
            Some(Found { address: Some(address) }) => Ok(Some(address)),
            Some(Found { address: None }) => self.stored_key()?.map(|key| key.address()).transpose(),
        }
    }

    fn has_key(&self) -> Result<bool, KeystoreError> {
        exists(&self.path(KEY))
    }

    fn key(&self) -> Result<SecretKey, KeystoreError> {
        self.stored_key()?.ok_or_else(|| KeystoreError::NoKey { place: self.place() })
    }

    /// The passphrase is tried as given; a wrong one changes nothing.
    fn unlock(&self, passphrase: Option<&SecretString>) -> Result<Address, KeystoreError> {
        let passphrase = passphrase.ok_or(KeystoreError::NoPassphrase)?;
        let found = self.inspect(KEY)?.ok_or_else(|| KeystoreError::NoKey { place: self.place() })?;
        let path = self.path(KEY);
        let secret = v3::decrypt(&path, &path.display().to_string(), passphrase)?;
        let address = self.whole(Content { secret, address: found.address })?.address()?;
        self.passphrases.unlock(passphrase);
        Ok(address)
    }

    fn store_key(&self, key: &SecretKey) -> Result<(), KeystoreError> {
        let _locked = self.locked()?;
        self.refuse_second_key()?;
        self.write(KEY, key.bytes(), Some(key.address()?))
    }

    fn remove_key(&self) -> Result<bool, KeystoreError> {
        self.remove(KEY)
    }

    fn shared(&self, which: Shared) -> Result<Option<SecretString>, KeystoreError> {
        let name = file_of(which);
        let Some(Content { secret, .. }) = self.read(name)? else { return Ok(None) };
        let text = std::str::from_utf8(&secret).map_err(|_| self.damaged(name, "it is not text"))?;
        Ok(Some(SecretString::from(text)))
    }

    fn set_shared(&self, which: Shared, secret: &SecretString) -> Result<(), KeystoreError> {
        let _locked = self.locked()?;
        self.write(file_of(which), secret.expose_secret().as_bytes(), None)
    }

    fn remove_shared(&self, which: Shared) -> Result<bool, KeystoreError> {
        self.remove(file_of(which))
    }
}
