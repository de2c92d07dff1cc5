//! Signing refuses what was not reviewed, a keyring that hangs is left, and nothing is printed.

use std::any::Any;
use std::collections::HashMap;
use std::sync::mpsc;

use alloy_primitives::{Bytes, U256};
use chrono::DateTime;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, mock};

use super::*;
use crate::domain::forward::ForwardRequest;
use crate::domain::stage::{Receipt, Reviewed};
use crate::domain::status::KnownStatus;
use crate::domain::{ActionKind, AllowedAction, Amount, Mono, Now, Observed, Order, OrderId, Permit};

const KEY: &str = "0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
const ADDRESS: &str = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";

fn at(s: u64) -> Now {
    Now { mono: Mono::new(Duration::from_secs(s)), wall: DateTime::from_timestamp(s.cast_signed(), 0).unwrap() }
}

fn authorization(from: &str) -> Authorization {
    let request = ForwardRequest {
        from: from.parse().unwrap(),
        to: Address::repeat_byte(2),
        value: U256::ZERO,
        gas: U256::from(500_000),
        nonce: U256::from(7),
        deadline: 1_800_000_000,
        data: Bytes::from_static(&[1]),
    };
    let forwarder = Address::repeat_byte(3);
    let digest = digest(&request, 660_279, forwarder);
    Authorization { request, chain_id: 660_279, forwarder, digest }
}

fn recorded(authorization: Authorization) -> Recorded {
    let status = KnownStatus::AwaitingCryptoTransferAuthorization.into();
    let mut order = Order::bare(OrderId::parse("o").unwrap(), status);
    order.amounts.crypto = Some(Amount::parse("1").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
    order.authorization_seconds_left = Some(1000);
    let seen = Observed { value: order, asked: at(0), answered: at(0), server_date: None };
    let permit = Permit::new(seen, ActionKind::Authorize, &at(1)).unwrap();
    let reviewed = Reviewed::authorization(permit, authorization, at(1)).unwrap();
    reviewed.approve(&at(2)).unwrap().recorded(Receipt { seq: 1, hash: String::new() }, &at(2)).unwrap()
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn mocked() -> Keystore {
    Keystore::with_store(mock::Store::new().unwrap(), "test")
}

#[tokio::test]
async fn a_keyring_keeps_one_key_and_one_api_key() {
    let keys = mocked();
    assert_eq!(keys.address().await.unwrap(), None);
    let address = keys.import(secret(&format!("  {KEY}\n")), None).await.unwrap();
    assert_eq!(address.to_string(), ADDRESS);
    assert_eq!(keys.address().await.unwrap(), Some(address));
    for again in [keys.import(secret(KEY), None).await, keys.generate().await] {
        assert!(matches!(again, Err(KeystoreError::KeyExists { .. })));
    }
    let submission = keys.sign(recorded(authorization(ADDRESS))).await.unwrap();
    assert_eq!(submission.signed().unwrap().request, authorization(ADDRESS).request);
    assert!(keys.remove().await.unwrap() && !keys.remove().await.unwrap());
    assert_eq!(keys.address().await.unwrap(), None);
    assert!(keys.api_key().await.unwrap().is_none());
    keys.set_api_key(secret(" live_abc \n")).await.unwrap();
    assert_eq!(keys.api_key().await.unwrap().unwrap().expose_secret(), "live_abc");
    keys.set_webhook_secret(secret(" whsec_1 \n")).await.unwrap();
    assert!(keys.remove_api_key().await.unwrap() && !keys.remove_api_key().await.unwrap());
    assert_eq!(keys.webhook_secret().await.unwrap().unwrap().expose_secret(), "whsec_1", "a secret of its own");
    assert!(matches!(keys.set_webhook_secret(secret("a b")).await, Err(KeystoreError::BadWebhookSecret)));
    assert!(keys.remove_webhook_secret().await.unwrap() && !keys.remove_webhook_secret().await.unwrap());
}

#[tokio::test]
async fn profiles_do_not_see_each_other() {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let one = Keystore::with_store(Arc::clone(&store), "one");
    let two = Keystore::with_store(store, "two");
    one.import(secret(KEY), None).await.unwrap();
    assert_eq!(two.address().await.unwrap(), None);
    assert_ne!(Some(two.generate().await.unwrap()), one.address().await.unwrap());
}

#[tokio::test]
async fn a_key_without_its_address_entry_is_still_found() {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let keys = Keystore::with_store(Arc::clone(&store), "p");
    keys.import(secret(KEY), None).await.unwrap();
    store.build("ramptop", "p/address", None).unwrap().delete_credential().unwrap();
    assert_eq!(keys.address().await.unwrap().unwrap().to_string(), ADDRESS);
}

#[tokio::test]
async fn a_keyring_that_gives_another_key_than_its_address_unlocks_nothing() {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let keys = Keystore::with_store(Arc::clone(&store), "p");
    assert!(matches!(keys.unlock(None).await, Err(KeystoreError::NoKey { .. })));
    keys.import(secret(KEY), None).await.unwrap();
    assert_eq!(keys.unlock(None).await.unwrap().to_string(), ADDRESS);
    let other = Keystore::with_store(Arc::clone(&store), "q").generate().await.unwrap();
    store.build("ramptop", "p/address", None).unwrap().set_password(&other.to_string()).unwrap();
    let error = keys.unlock(None).await.unwrap_err();
    assert!(matches!(&error, KeystoreError::Damaged { .. }) && error.to_string().contains(ADDRESS), "{error}");
}

#[tokio::test]
async fn a_key_that_could_not_be_kept_whole_is_not_kept() {
    let store: Arc<CredentialStore> = mock::Store::new().unwrap();
    let keys = Keystore::with_store(Arc::clone(&store), "p");
    let entry = store.build("ramptop", "p/address", None).unwrap();
    let credential: &mock::Cred = entry.as_any().downcast_ref().unwrap();
    credential.set_error(keyring_core::Error::NoStorageAccess("locked meanwhile".into()));
    let error = keys.import(secret(KEY), None).await.unwrap_err();
    assert!(matches!(error, KeystoreError::Locked(_)), "{error}");
    assert_eq!(keys.address().await.unwrap(), None);
    assert!(keys.import(secret(KEY), None).await.is_ok());
}

#[tokio::test]
async fn only_the_payers_key_signs() {
    let other = "0x1111111111111111111111111111111111111111";
    let keys = mocked();
    let missing = keys.sign(recorded(authorization(ADDRESS))).await.unwrap_err();
    assert!(matches!(missing, KeystoreError::NoKey { .. }), "{missing}");
    keys.import(secret(KEY), None).await.unwrap();
    let error = keys.sign(recorded(authorization(other))).await.unwrap_err();
    assert!(matches!(error, KeystoreError::WrongKey { .. }), "{error}");
}

#[tokio::test]
async fn what_was_not_reviewed_is_not_signed() {
    let keys = mocked();
    keys.import(secret(KEY), None).await.unwrap();
    let changes: [fn(&mut Authorization); 5] = [
        |a| a.request.nonce += U256::from(1),
        |a| a.request.data = Bytes::new(),
        |a| a.chain_id = 1,
        |a| a.forwarder = Address::ZERO,
        |a| {
            a.request.deadline = DEADLINE_END;
            a.digest = digest(&a.request, a.chain_id, a.forwarder);
        },
    ];
    for change in changes {
        let mut other = authorization(ADDRESS);
        change(&mut other);
        let error = keys.sign(recorded(other)).await.unwrap_err();
        assert!(matches!(error, KeystoreError::NotWhatWasReviewed), "{error}");
    }
}

#[tokio::test]
async fn what_is_not_a_key_is_refused_and_not_repeated() {
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let long = format!("{KEY}00");
    for text in ["", "0x", "hello", &KEY[..65], &long, &"0".repeat(64), order, &KEY.replace('8', "g")] {
        let error = mocked().import(secret(text), None).await.unwrap_err();
        assert!(matches!(error, KeystoreError::BadKey(_)), "{text}: {error}");
        assert!(text.len() < 3 || !format!("{error} {error:?}").contains(text));
    }
    for text in ["", "  ", "a b", "a\nb", "k\u{e9}y"] {
        assert!(matches!(mocked().set_api_key(secret(text)).await, Err(KeystoreError::BadApiKey)), "{text}");
    }
}

#[tokio::test]
async fn nothing_prints_a_secret() {
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice(&KEY[2..], key.as_mut_slice()).unwrap();
    let keys = Keystore::ephemeral(key).unwrap();
    assert_eq!(keys.address().await.unwrap().unwrap().to_string(), ADDRESS);
    let given = PassphraseSource::Given(secret("open sesame"));
    let config =
        KeystoreConfig { kind: KeystoreKind::File, profile: "p".to_owned(), dir: "/x".into(), passphrase: given };
    let signed = keys.sign(recorded(authorization(ADDRESS))).await.unwrap();
    let printed = format!("{keys:?} {config:?} {:?} {signed:?}", SecretKey::from_hex(KEY).unwrap());
    let signature = signed.signed().unwrap().signature.to_hex();
    for part in [&KEY[2..20], "sesame", &signature[2..20]] {
        assert!(!printed.contains(part), "{printed}");
    }
}

/// A keyring with a dialog that nobody answers.
#[derive(Debug)]
struct Hanging(std::sync::Mutex<mpsc::Receiver<()>>);

impl CredentialStoreApi for Hanging {
    fn vendor(&self) -> String {
        String::new()
    }
    fn id(&self) -> String {
        String::new()
    }
    fn build(&self, _: &str, _: &str, _: Option<&HashMap<&str, &str>>) -> keyring_core::Result<Entry> {
        let _ = self.0.lock().unwrap().recv();
        Err(keyring_core::Error::NoStorageAccess("prompt dismissed".into()))
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[tokio::test]
async fn a_keyring_that_hangs_is_left_and_one_that_is_locked_is_named() {
    let (answer, dialog) = mpsc::channel();
    let store: Arc<CredentialStore> = Arc::new(Hanging(std::sync::Mutex::new(dialog)));
    let keys = Keystore::with_store(store, "p").with_patience(Duration::from_millis(20));
    for _ in 0..3 {
        let error = keys.address().await.unwrap_err();
        assert!(matches!(error, KeystoreError::TimedOut { .. }), "{error}");
    }
    drop(answer);
    let error = keys.with_patience(PATIENCE).address().await.unwrap_err();
    assert!(matches!(error, KeystoreError::Locked(_)), "{error}");
}

#[test]
fn the_words_for_a_keystore_are_two() {
    for kind in [KeystoreKind::Keyring, KeystoreKind::File] {
        assert_eq!(kind.to_string().parse::<KeystoreKind>().unwrap(), kind);
    }
    assert!("plain".parse::<KeystoreKind>().is_err());
}

/// The fixed vectors of another implementation, over the raw signing of a digest: here also those
/// that no review would let through.
#[test]
fn signatures_are_byte_for_byte_those_of_another_implementation() {
    let vectors: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../../tests/vectors/eip712.json")).unwrap();
    assert!(vectors.len() >= 10);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap().to_owned();
        let key = SecretKey::from_hex(&text("private_key")).unwrap();
        let signature = key.sign(text("digest").parse().unwrap()).unwrap();
        assert_eq!(signature.to_hex(), text("signature"));
    }
}
