//! Encrypted JSON keystores, version 3, as wallets and nodes write them.
//!
//! The encryption is `eth-keystore`'s (scrypt n = 8192, r = 8, p = 1; AES-128-CTR). It trusts what
//! it reads, so every length and cost is checked before it sees a file: foreign or truncated JSON
//! is an error with a reason, never a panic and never an hour of key derivation.

use std::path::Path;

use alloy_primitives::Address;
use rand::rngs::OsRng;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::disk::{TempFile, fail};
use super::error::KeystoreError;

#[derive(Deserialize)]
struct Header {
    version: u64,
    #[serde(default)]
    address: Option<String>,
    crypto: Crypto,
}

#[derive(Deserialize)]
struct Crypto {
    cipher: String,
    cipherparams: CipherParams,
    ciphertext: String,
    kdf: String,
    kdfparams: KdfParams,
    mac: String,
}

#[derive(Deserialize)]
struct CipherParams {
    iv: String,
}

#[derive(Deserialize)]
struct KdfParams {
    dklen: u64,
    salt: String,
    n: Option<u64>,
    r: Option<u64>,
    p: Option<u64>,
    c: Option<u64>,
    prf: Option<String>,
}

/// The most memory a key derivation may ask for, in bytes; wallets use 256 MiB and less.
const MOST_MEMORY: u64 = 1 << 30;

/// Checks that `text` is a keystore that can be read, and gives its address if it names one.
pub(super) fn inspect(text: &str, what: &str) -> Result<Option<Address>, KeystoreError> {
    let bad = |why: String| KeystoreError::BadKeystore { what: what.to_owned(), why };
    // The position only: the message of the parser may quote what it read.
    let header: Header = serde_json::from_str(text).map_err(|e| bad(reason(&e)))?;
    check(&header).map_err(|why| bad(why.to_owned()))?;
    header.address.map(|text| text.parse()).transpose().map_err(|_| bad("its address is not one".to_owned()))
}

fn reason(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Eof => "it ends in the middle",
        serde_json::error::Category::Syntax => "it is not JSON",
        _ => "a part is missing or of the wrong type",
    };
    format!("{kind} (line {}, column {})", error.line(), error.column())
}

fn check(header: &Header) -> Result<(), &'static str> {
    let crypto = &header.crypto;
    let hex_of = |text: &str, bytes: usize| hex::decode(text).is_ok_and(|decoded| decoded.len() == bytes);
    let ensure = |holds: bool, why| if holds { Ok(()) } else { Err(why) };
    ensure(header.version == 3, "its version is not 3")?;
    ensure(crypto.cipher == "aes-128-ctr", "its cipher is not aes-128-ctr")?;
    ensure(hex_of(&crypto.cipherparams.iv, 16), "its iv does not have 16 bytes")?;
    ensure(hex_of(&crypto.mac, 32), "its mac does not have 32 bytes")?;
    ensure(hex::decode(&crypto.ciphertext).is_ok_and(|c| !c.is_empty()), "its ciphertext is not hexadecimal")?;
    ensure(crypto.kdfparams.dklen == 32, "its derived key does not have 32 bytes")?;
    ensure(hex::decode(&crypto.kdfparams.salt).is_ok_and(|s| !s.is_empty()), "its salt is not hexadecimal")?;
    match crypto.kdf.as_str() {
        "scrypt" => ensure(scrypt_is_sane(&crypto.kdfparams), "its scrypt parameters are missing or out of range"),
        "pbkdf2" => ensure(pbkdf2_is_sane(&crypto.kdfparams), "its pbkdf2 parameters are missing or out of range"),
        _ => Err("its key derivation is neither scrypt nor pbkdf2"),
    }
}

fn scrypt_is_sane(params: &KdfParams) -> bool {
    let (Some(n), Some(r), Some(p)) = (params.n, params.r, params.p) else { return false };
    let memory = n.checked_mul(r).and_then(|units| units.checked_mul(128));
    n.is_power_of_two()
        && n > 1
        && (1..=64).contains(&r)
        && (1..=16).contains(&p)
        && memory.is_some_and(|m| m <= MOST_MEMORY)
}

fn pbkdf2_is_sane(params: &KdfParams) -> bool {
    let rounds_are_sane = params.c.is_some_and(|c| (1..=10_000_000).contains(&c));
    rounds_are_sane && params.prf.as_deref() == Some("hmac-sha256")
}

/// Opens the file at `path`, whose `text` was read before; `what` names it in messages.
pub(super) fn decrypt(path: &Path, what: &str, passphrase: &SecretString) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    use eth_keystore::KeystoreError as Theirs;
    match eth_keystore::decrypt_key(path, passphrase.expose_secret()) {
        Ok(secret) => Ok(Zeroizing::new(secret)),
        Err(Theirs::MacMismatch) => Err(KeystoreError::WrongPassphrase { what: what.to_owned() }),
        Err(Theirs::StdIo(why)) => Err(fail("read", path)(std::io::Error::other(why))),
        Err(_) => {
            let why = "a part is missing or of the wrong type".to_owned();
            Err(KeystoreError::BadKeystore { what: what.to_owned(), why })
        }
    }
}

/// Opens a keystore that was given as text. The library reads files only; what lies in the
/// temporary directory for that moment is as encrypted as the text.
pub(super) fn decrypt_text(text: &str, passphrase: &SecretString) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    let what = "the text given";
    inspect(text, what)?;
    let file = TempFile::new(&std::env::temp_dir())?;
    file.write(text.as_bytes())?;
    decrypt(file.path(), what, passphrase)
}

/// Encrypts into a new private file in `dir`, with the address in it if there is one, and opens it
/// again before it is given out.
pub(super) fn encrypt(
    dir: &Path,
    secret: &[u8],
    address: Option<Address>,
    passphrase: &SecretString,
) -> Result<TempFile, KeystoreError> {
    let file = TempFile::new(dir)?;
    let failed = |why: &str| KeystoreError::BadKeystore { what: "the new file".to_owned(), why: why.to_owned() };
    let name = file.path().file_name().and_then(|name| name.to_str()).ok_or_else(|| failed("it has no name"))?;
    eth_keystore::encrypt_key(dir, &mut OsRng, secret, passphrase.expose_secret(), Some(name))
        .map_err(|e| failed(&e.to_string()))?;
    let text = std::fs::read_to_string(file.path()).map_err(fail("read", file.path()))?;
    file.write(with_address(&text, address).ok_or_else(|| failed("it is not an object"))?.as_bytes())?;
    let again = decrypt(file.path(), "the new file", passphrase)?;
    if again.as_slice() == secret { Ok(file) } else { Err(failed("it does not hold what was put in")) }
}

/// Other tools expect the address without `0x`, lower case.
fn with_address(text: &str, address: Option<Address>) -> Option<String> {
    let mut value: serde_json::Value = serde_json::from_str(text).ok()?;
    if let Some(address) = address {
        value.as_object_mut()?.insert("address".to_owned(), hex::encode(address).into());
    }
    Some(format!("{value}\n"))
}
