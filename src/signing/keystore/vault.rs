//! What a place for keys can do. Every call may block; the keystore runs them off the async threads.

use alloy_primitives::Address;
use secrecy::SecretString;

use super::error::KeystoreError;
use super::key::SecretKey;

/// A secret shared with the API: a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shared {
    /// The API key.
    ApiKey,
    /// What webhook events are signed with.
    WebhookSecret,
}

/// A place for one signing key and the secrets shared with the API.
pub(super) trait Vault: Send + Sync {
    /// Its name, for messages.
    fn place(&self) -> String;
    /// The key's address, without a passphrase where possible.
    fn address(&self) -> Result<Option<Address>, KeystoreError>;
    /// Whether there is a signing key, without reading it if possible.
    fn has_key(&self) -> Result<bool, KeystoreError>;
    /// The signing key, or `NoKey`.
    fn key(&self) -> Result<SecretKey, KeystoreError>;
    /// Keeps a signing key where there is none.
    fn store_key(&self, key: &SecretKey) -> Result<(), KeystoreError>;
    /// Removes the signing key.
    fn remove_key(&self) -> Result<bool, KeystoreError>;
    /// A shared secret.
    fn shared(&self, which: Shared) -> Result<Option<SecretString>, KeystoreError>;
    /// Keeps a shared secret.
    fn set_shared(&self, which: Shared, secret: &SecretString) -> Result<(), KeystoreError>;
    /// Removes a shared secret.
    fn remove_shared(&self, which: Shared) -> Result<bool, KeystoreError>;

    /// Proves that the signing key can be used, and gives its address. What it takes to use it again
    /// is known until `lock`.
    fn unlock(&self, _passphrase: Option<&SecretString>) -> Result<Address, KeystoreError> {
        let derived = self.key()?.address()?;
        match self.address()? {
            Some(named) if named != derived => Err(KeystoreError::Damaged {
                place: self.place(),
                why: format!("it belongs to {derived}, and the address beside it is {named}"),
            }),
            _ => Ok(derived),
        }
    }

    /// A key is money: it is never written over.
    fn refuse_second_key(&self) -> Result<(), KeystoreError> {
        if self.has_key()? { Err(KeystoreError::KeyExists { place: self.place() }) } else { Ok(()) }
    }
}
