//! The encrypted files: round trips, wrong passphrases, permissions, damage, other tools' files.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod support;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ramptop::signing::keystore::{Keystore, KeystoreConfig, KeystoreError, KeystoreKind, PassphraseSource};
use secrecy::{ExposeSecret, SecretString};
use support::Vector;

const KEY: &str = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
const ADDRESS: &str = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";
const PASSPHRASE: &str = "correct horse";

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn given(text: &str) -> PassphraseSource {
    PassphraseSource::Given(secret(text))
}

fn keys(dir: &Path, passphrase: PassphraseSource) -> Keystore {
    let profile = "p".to_owned();
    Keystore::open(KeystoreConfig { kind: KeystoreKind::File, profile, dir: dir.join("keys"), passphrase }).unwrap()
}

/// A human who types these lines, and how often they were asked.
fn typing(lines: &[&str]) -> (PassphraseSource, Arc<AtomicUsize>) {
    let mut rest: Vec<String> = lines.iter().rev().map(|&line| line.to_owned()).collect();
    rest.insert(0, "typed too often".to_owned());
    let rest = Mutex::new(rest);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let ask = move |_: &str| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(SecretString::from(rest.lock().unwrap().pop().unwrap()))
    };
    (PassphraseSource::Ask(Arc::new(ask)), asked)
}

fn names(dir: &Path) -> Vec<String> {
    let list = fs::read_dir(dir.join("keys")).unwrap();
    let mut names: Vec<String> = list.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn both_keys_come_back_in_another_process() {
    let dir = tempfile::tempdir().unwrap();
    let first = keys(dir.path(), given(PASSPHRASE));
    assert_eq!(first.address().await.unwrap(), None);
    assert!(!first.remove().await.unwrap());
    assert_eq!(first.import(secret(KEY), None).await.unwrap().to_string(), ADDRESS);
    first.set_api_key(secret("live_1")).await.unwrap();
    first.set_api_key(secret("live_2")).await.unwrap();
    let second = keys(dir.path(), given(PASSPHRASE));
    assert_eq!(second.api_key().await.unwrap().unwrap().expose_secret(), "live_2");
    assert_eq!(names(dir.path()), [".lock", "api-key.json", "signing-key.json"]);
    let text = fs::read_to_string(dir.path().join("keys/signing-key.json")).unwrap();
    assert!(!text.contains(KEY) && text.contains("\"n\":8192"), "{text}");
    assert!(second.remove().await.unwrap() && second.remove_api_key().await.unwrap());
    assert_eq!(second.address().await.unwrap(), None);
    assert!(second.api_key().await.unwrap().is_none());
}

#[tokio::test]
async fn one_passphrase_opens_the_webhook_secret_too_and_no_other_does() {
    let dir = tempfile::tempdir().unwrap();
    let first = keys(dir.path(), given(PASSPHRASE));
    first.set_webhook_secret(secret("whsec_1")).await.unwrap();
    assert_eq!(names(dir.path()), [".lock", "webhook-secret.json"]);
    let other = keys(dir.path(), given("correct house"));
    assert!(matches!(other.set_api_key(secret("live")).await, Err(KeystoreError::WrongPassphrase { .. })));
    assert!(matches!(other.import(secret(KEY), None).await, Err(KeystoreError::WrongPassphrase { .. })));
    assert_eq!(names(dir.path()), [".lock", "webhook-secret.json"], "nothing was written");
    let again = keys(dir.path(), given(PASSPHRASE));
    again.set_api_key(secret("live")).await.unwrap();
    assert_eq!(again.webhook_secret().await.unwrap().unwrap().expose_secret(), "whsec_1");
    assert!(again.remove_webhook_secret().await.unwrap());
    assert_eq!(again.api_key().await.unwrap().unwrap().expose_secret(), "live");
}

/// What the dashboard does: asks once at the start for the API key, then opens nothing unless armed.
#[tokio::test]
async fn sealed_files_are_opened_only_between_unlocking_and_locking() {
    let dir = tempfile::tempdir().unwrap();
    let first = keys(dir.path(), given(PASSPHRASE));
    first.import(secret(KEY), None).await.unwrap();
    first.set_api_key(secret("live_1")).await.unwrap();
    let (source, asked) = typing(&[PASSPHRASE]);
    let keys = keys(dir.path(), source);
    assert!(keys.api_key().await.unwrap().is_some());
    keys.seal();
    let is_locked = async || matches!(keys.api_key().await, Err(KeystoreError::Sealed));
    assert!(is_locked().await, "what was typed at the start is forgotten");

    let wrong = keys.unlock(Some(secret("correct house"))).await;
    assert!(matches!(wrong, Err(KeystoreError::WrongPassphrase { .. })), "{wrong:?}");
    assert!(is_locked().await);
    assert!(keys.unlock(None).await.is_err());
    assert_eq!(keys.unlock(Some(secret(PASSPHRASE))).await.unwrap().to_string(), ADDRESS);
    assert!(keys.api_key().await.unwrap().is_some());
    // A wrong one later does not lock out the right one.
    assert!(keys.unlock(Some(secret("correct house"))).await.is_err());
    assert!(keys.api_key().await.unwrap().is_some());
    keys.lock();
    assert!(is_locked().await);
    assert_eq!(keys.address().await.unwrap().unwrap().to_string(), ADDRESS, "the address needs none");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "nobody is asked by the keystore again");
}

#[tokio::test]
async fn the_address_needs_no_passphrase_and_signing_does() {
    let dir = tempfile::tempdir().unwrap();
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/eip712.json")).unwrap();
    let vector = vectors.into_iter().find(Vector::is_ordinary).unwrap();
    keys(dir.path(), given(PASSPHRASE)).import(secret(&vector.private_key), None).await.unwrap();
    let blind = keys(dir.path(), PassphraseSource::None);
    assert_eq!(blind.address().await.unwrap(), Some(vector.sender));
    assert!(matches!(blind.sign(vector.recorded()).await, Err(KeystoreError::NoPassphrase)));
    let submission = keys(dir.path(), given(PASSPHRASE)).sign(vector.recorded()).await.unwrap();
    assert_eq!(submission.signed().unwrap().signature.to_hex(), vector.signature);
}

#[tokio::test]
async fn a_wrong_passphrase_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    keys(dir.path(), given(PASSPHRASE)).set_api_key(secret("live")).await.unwrap();
    let before = fs::read(dir.path().join("keys/api-key.json")).unwrap();
    let wrong = keys(dir.path(), given("wrong"));
    assert!(matches!(wrong.api_key().await, Err(KeystoreError::WrongPassphrase { .. })));
    // A second file under another passphrase would lock one of the two out.
    assert!(matches!(wrong.generate().await, Err(KeystoreError::WrongPassphrase { .. })));
    assert_eq!(fs::read(dir.path().join("keys/api-key.json")).unwrap(), before);
    assert_eq!(names(dir.path()), [".lock", "api-key.json"]);
    assert!(matches!(keys(dir.path(), given("")).api_key().await, Err(KeystoreError::EmptyPassphrase)));
}

#[tokio::test]
async fn a_key_is_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let keys = keys(dir.path(), given(PASSPHRASE));
    keys.import(secret(KEY), None).await.unwrap();
    for again in [keys.import(secret(KEY), None).await, keys.generate().await] {
        assert!(matches!(again, Err(KeystoreError::KeyExists { .. })));
    }
    // Not even one that cannot be read.
    fs::write(dir.path().join("keys/signing-key.json"), "garbage").unwrap();
    assert!(matches!(keys.generate().await, Err(KeystoreError::KeyExists { .. })));
    assert_eq!(fs::read(dir.path().join("keys/signing-key.json")).unwrap(), b"garbage");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let keys = keys(dir.path(), given(PASSPHRASE));
    keys.generate().await.unwrap();
    keys.set_api_key(secret("live")).await.unwrap();
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("keys"), 0o700);
    assert_eq!((mode("keys/signing-key.json"), mode("keys/api-key.json")), (0o600, 0o600));
}

#[tokio::test]
async fn damaged_and_foreign_files_have_a_reason_and_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    keys(dir.path(), given(PASSPHRASE)).import(secret(KEY), None).await.unwrap();
    let path = dir.path().join("keys/signing-key.json");
    let good = fs::read_to_string(&path).unwrap();
    let other = "1".repeat(40);
    let bad = [
        good[..good.len() / 2].to_owned(),
        String::new(),
        "{}".to_owned(),
        "[1]".to_owned(),
        good.replace("\"version\":3", "\"version\":1"),
        good.replace("\"dklen\":32", "\"dklen\":16"),
        good.replace("\"n\":8192", "\"n\":8191"),
        good.replace("\"n\":8192", "\"n\":4294967296"),
        good.replace("\"n\":8192", "\"n\":1073741824"),
        good.replace("aes-128-ctr", "aes-256-gcm"),
        good.replace("scrypt", "argon2"),
        good.replace("\"iv\":\"", "\"iv\":\"00"),
        good.replace("\"id\":\"", "\"id\":\"zz"),
        good.replace(&ADDRESS[2..].to_lowercase(), &other),
        good.replace("\"mac\":\"", "\"mac\":\"zz"),
    ];
    for text in bad {
        assert_ne!(text, good);
        fs::write(&path, &text).unwrap();
        let keys = keys(dir.path(), given(PASSPHRASE));
        let vector = any_vector();
        let error = keys.sign(vector.recorded()).await.unwrap_err();
        let expected = matches!(error, KeystoreError::BadKeystore { .. } | KeystoreError::Damaged { .. });
        assert!(expected, "{text}: {error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(&path, &good).unwrap();
    assert_eq!(keys(dir.path(), given(PASSPHRASE)).address().await.unwrap().unwrap().to_string(), ADDRESS);
}

fn any_vector() -> Vector {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/eip712.json")).unwrap();
    vectors.into_iter().find(Vector::is_ordinary).unwrap()
}

#[tokio::test]
async fn keystores_of_another_tool_are_taken_over() {
    for text in [include_str!("fixtures/v3-scrypt.json"), include_str!("fixtures/v3-pbkdf2.json")] {
        let dir = tempfile::tempdir().unwrap();
        let keys = keys(dir.path(), given("my own"));
        let wrong = keys.import(secret(text), Some(secret("wrong"))).await.unwrap_err();
        assert!(matches!(wrong, KeystoreError::WrongPassphrase { .. }), "{wrong}");
        assert_eq!(keys.address().await.unwrap(), None);
        assert_eq!(keys.import(secret(text), Some(secret(PASSPHRASE))).await.unwrap().to_string(), ADDRESS);
        // Dropped in as it is, the file works as well.
        let theirs = tempfile::tempdir().unwrap();
        fs::create_dir(theirs.path().join("keys")).unwrap();
        fs::write(theirs.path().join("keys/signing-key.json"), text).unwrap();
        let address = self::keys(theirs.path(), PassphraseSource::None).address().await.unwrap();
        assert_eq!(address.unwrap().to_string(), ADDRESS);
    }
}

#[tokio::test]
async fn the_passphrase_is_the_first_line_of_a_file_or_descriptor() {
    use std::os::fd::AsRawFd;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("passphrase");
    fs::write(&path, format!("{PASSPHRASE}\r\nsecond line\n")).unwrap();
    keys(dir.path(), PassphraseSource::File(path.display().to_string())).import(secret(KEY), None).await.unwrap();
    let open = fs::File::open(&path).unwrap();
    let by_number = keys(dir.path(), PassphraseSource::File(open.as_raw_fd().to_string()));
    by_number.set_api_key(secret("live")).await.unwrap();
    fs::write(&path, "changed").unwrap();
    assert!(by_number.api_key().await.unwrap().is_some(), "it was read once");
    let missing = keys(dir.path(), PassphraseSource::File("/nowhere/at/all".to_owned()));
    assert!(matches!(missing.api_key().await, Err(KeystoreError::PassphraseUnreadable { .. })));
}

#[tokio::test]
async fn a_human_types_a_new_passphrase_twice_and_a_known_one_once() {
    let dir = tempfile::tempdir().unwrap();
    let (differing, _) = typing(&["one", "two"]);
    let error = keys(dir.path(), differing).generate().await.unwrap_err();
    assert!(matches!(error, KeystoreError::PassphrasesDiffer), "{error}");
    let (twice, asked) = typing(&[PASSPHRASE, PASSPHRASE]);
    let first = keys(dir.path(), twice);
    first.generate().await.unwrap();
    first.set_api_key(secret("live")).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let (again, asked) = typing(&["wrong", PASSPHRASE]);
    let second = keys(dir.path(), again);
    assert!(second.api_key().await.is_err());
    assert!(second.api_key().await.unwrap().is_some());
    assert!(second.api_key().await.unwrap().is_some());
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}
