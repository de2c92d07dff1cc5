//! Keys that live in memory only: for the embedded sandbox, where they are worth nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};

use alloy_primitives::Address;
use secrecy::SecretString;

use super::error::KeystoreError;
use super::key::SecretKey;
use super::vault::Vault;

/// The vault.
pub(super) struct MemoryVault {
    key: Mutex<Option<SecretKey>>,
    api_key: Mutex<Option<SecretString>>,
}

impl MemoryVault {
    pub(super) fn new(key: SecretKey) -> Self {
        Self { key: Mutex::new(Some(key)), api_key: Mutex::new(None) }
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

    fn api_key(&self) -> Result<Option<SecretString>, KeystoreError> {
        Ok(lock(&self.api_key).clone())
    }

    fn set_api_key(&self, key: &SecretString) -> Result<(), KeystoreError> {
        *lock(&self.api_key) = Some(key.clone());
        Ok(())
    }

    fn remove_api_key(&self) -> Result<bool, KeystoreError> {
        Ok(lock(&self.api_key).take().is_some())
    }
}
