//! Keys that live in memory only: for the embedded sandbox, where they are worth nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};

use alloy_primitives::Address;
use secrecy::SecretString;

use super::error::KeystoreError;
use super::key::SecretKey;
use super::vault::{Shared, Vault};

/// The vault.
pub(super) struct MemoryVault {
    key: Mutex<Option<SecretKey>>,
    shared: Mutex<Vec<(Shared, SecretString)>>,
}

impl MemoryVault {
    pub(super) fn new(key: SecretKey) -> Self {
        Self { key: Mutex::new(Some(key)), shared: Mutex::new(Vec::new()) }
    }
}

fn lock<T>(slot: &Mutex<T>) -> MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Vault for MemoryVault {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn address(&self) -> Result<Option<Address>, KeystoreError> {
        lock(&self.key).as_ref().map(SecretKey::address).transpose()
    }

    fn has_key(&self) -> Result<bool, KeystoreError> {
        Ok(lock(&self.key).is_some())
    }

    fn key(&self) -> Result<SecretKey, KeystoreError> {
        let guard = lock(&self.key);
        let key = guard.as_ref().ok_or_else(|| KeystoreError::NoKey { place: self.place() })?;
        SecretKey::from_bytes(key.bytes())
    }

    fn store_key(&self, key: &SecretKey) -> Result<(), KeystoreError> {
        self.refuse_second_key()?;
        *lock(&self.key) = Some(SecretKey::from_bytes(key.bytes())?);
        Ok(())
    }

    fn remove_key(&self) -> Result<bool, KeystoreError> {
        Ok(lock(&self.key).take().is_some())
    }

    fn shared(&self, which: Shared) -> Result<Option<SecretString>, KeystoreError> {
        Ok(lock(&self.shared).iter().find(|(of, _)| *of == which).map(|(_, secret)| secret.clone()))
    }

    fn set_shared(&self, which: Shared, secret: &SecretString) -> Result<(), KeystoreError> {
        let mut shared = lock(&self.shared);
        shared.retain(|(of, _)| *of != which);
        shared.push((which, secret.clone()));
        Ok(())
    }

    fn remove_shared(&self, which: Shared) -> Result<bool, KeystoreError> {
        let mut shared = lock(&self.shared);
        let before = shared.len();
        shared.retain(|(of, _)| *of != which);
        Ok(shared.len() < before)
    }
}
