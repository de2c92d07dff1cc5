//! Against a real Secret Service. Not part of `cargo test`; run it inside a session of its own:
//!
//! ```sh
//! dbus-run-session -- sh -c 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null;
//!     cargo test --test secret_service'
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod support;

use std::process::Command;
use std::time::{Duration, Instant};

use ramptop::signing::keystore::{Keystore, KeystoreConfig, KeystoreError, KeystoreKind, PassphraseSource};
use secrecy::{ExposeSecret, SecretString};
use support::Vector;

fn keys(profile: &str) -> Keystore {
    Keystore::open(KeystoreConfig {
        kind: KeystoreKind::Keyring,
        profile: profile.to_owned(),
        dir: "/nonexistent".into(),
        passphrase: PassphraseSource::None,
    })
    .unwrap()
}

fn lock_all() {
    let status = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .args(["org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"])
        .stdout(std::process::Stdio::null())
        .status()
        .expect("dbus-send is installed");
    assert!(status.success());
}

/// One test, because locking concerns everybody in the session.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_keyring_keeps_signs_forgets_and_locks() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors/eip712.json")).unwrap();
    let vector = vectors.into_iter().find(Vector::is_ordinary).unwrap();
    let keys = keys(&format!("test-{}", std::process::id()));
    assert_eq!(keys.address().await.unwrap(), None);
    let address = keys.import(SecretString::from(vector.private_key.as_str()), None).await.unwrap();
    assert_eq!(address, vector.sender);
    assert_eq!(keys.address().await.unwrap(), Some(address));
    assert!(matches!(keys.generate().await, Err(KeystoreError::KeyExists { .. })));
    let submission = keys.sign(vector.recorded()).await.unwrap();
    assert_eq!(submission.signed().unwrap().signature.to_hex(), vector.signature);

    keys.set_api_key(SecretString::from("live_1")).await.unwrap();
    keys.set_api_key(SecretString::from("live_2")).await.unwrap();
    assert_eq!(keys.api_key().await.unwrap().unwrap().expose_secret(), "live_2");
    assert!(keys.remove_api_key().await.unwrap() && !keys.remove_api_key().await.unwrap());

    lock_all();
    let start = Instant::now();
    let locked = |error: &KeystoreError| matches!(error, KeystoreError::Locked(_) | KeystoreError::TimedOut { .. });
    let error = keys.sign(vector.recorded()).await.unwrap_err();
    assert!(locked(&error), "{error}");
    let error = self::keys("test-other").set_api_key(SecretString::from("live")).await.unwrap_err();
    assert!(locked(&error), "{error}");
    assert!(start.elapsed() < Duration::from_secs(25));
}
