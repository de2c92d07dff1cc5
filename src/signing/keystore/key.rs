//! The private key while it is needed: 32 bytes that are wiped when dropped and never printed.
//!
//! They stay in one place on the heap, so that moving the value copies nothing, on a page that is
//! kept out of swap where the system allows it (a low `RLIMIT_MEMLOCK` may forbid it; then the page
//! can be swapped for the milliseconds of a signature). The libraries that compute with the key make
//! copies on the stack: [`scrubbed`] wipes those.

use std::fmt;

use alloy_primitives::{Address, B256};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use rand::RngCore;
use rand::rngs::OsRng;
use zeroize::{Zeroize, Zeroizing};

use super::error::KeystoreError;
use crate::domain::forward::SignatureBytes;

/// A key inside the range of the curve.
pub(super) struct SecretKey {
    /// Wiped before the page is let go: fields are dropped in this order.
    bytes: Box<Zeroizing<[u8; 32]>>,
    _lock: Option<region::LockGuard>,
}

/// More than the signing and the key's reading use of the stack.
const SCRUBBED: usize = 32 * 1024;

/// Works with a key, then wipes what the work left on this thread's stack.
pub(super) fn scrubbed<T>(work: impl FnOnce() -> T) -> T {
    let result = apart(work);
    scrub();
    result
}

/// In a frame of its own: what is merged into the caller's would not be wiped.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// Wipes 256 KiB of the stack below the caller.
#[inline(never)]
fn scrub() {
    #[expect(clippy::large_stack_arrays, reason = "it is the stack that is to be written over")]
    let mut below = [0_u64; SCRUBBED];
    std::hint::black_box(&mut below);
    below.zeroize();
    std::hint::black_box(&below);
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl SecretKey {
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, KeystoreError> {
        let mut key = Self::empty();
        if bytes.len() != key.bytes.len() {
            return Err(KeystoreError::BadKey("it does not have 32 bytes"));
        }
        key.bytes.copy_from_slice(bytes);
        key.signer()?;
        Ok(key)
    }

    /// A place for a key, locked into memory if the system lets us.
    fn empty() -> Self {
        let bytes = Box::new(Zeroizing::new([0; 32]));
        let lock = region::lock(bytes.as_ptr(), bytes.len()).ok();
        Self { bytes, _lock: lock }
    }

    pub(super) fn from_hex(text: &str) -> Result<Self, KeystoreError> {
        let text = text.trim();
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
        if digits.len() != 64 {
            return Err(KeystoreError::BadKey("it does not have 64 digits"));
        }
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(digits, key.as_mut_slice())
            .map_err(|_| KeystoreError::BadKey("it holds a character that is not hexadecimal"))?;
        Self::from_bytes(key.as_slice())
    }

    pub(super) fn generate() -> Result<Self, KeystoreError> {
        let mut key = Zeroizing::new([0; 32]);
        OsRng.try_fill_bytes(key.as_mut_slice()).map_err(|e| KeystoreError::NoRandomness(e.to_string()))?;
        // Outside the curve's range once in 2^128.
        Self::from_bytes(key.as_slice())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    pub(super) fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.bytes()))
    }

    pub(super) fn address(&self) -> Result<Address, KeystoreError> {
        Ok(self.signer()?.address())
    }

    /// `r || s || v`, checked to be by this key before it is given out.
    pub(super) fn sign(&self, digest: B256) -> Result<SignatureBytes, KeystoreError> {
        let signer = self.signer()?;
        let fail = |e: &dyn fmt::Display| KeystoreError::Signing(e.to_string());
        let signature = signer.sign_hash_sync(&digest).map_err(|e| fail(&e))?;
        let by = signature.recover_address_from_prehash(&digest).map_err(|e| fail(&e))?;
        if by != signer.address() {
            return Err(KeystoreError::Signing("it does not verify".to_owned()));
        }
        Ok(SignatureBytes(signature.as_bytes()))
    }

    /// Wipes its copy of the key when dropped.
    fn signer(&self) -> Result<PrivateKeySigner, KeystoreError> {
        PrivateKeySigner::from_slice(self.bytes())
            .map_err(|_| KeystoreError::BadKey("it is outside the range of the curve"))
    }
}
