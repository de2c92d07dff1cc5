//! The live comparison with another implementation: random requests, signed here and by Python's
//! `eth_account`. Not part of `cargo test`; needs `python3` (or `RAMPTOP_TEST_PYTHON`) with
//! `eth_account`, and fails without it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[cfg(unix)]
#[path = "support/process.rs"]
mod process;
mod support;

use std::io::Write;
use std::process::{Command, Stdio};

use alloy_primitives::{Address, U256};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use ramptop::signing::calldata::Transfer;
use ramptop::signing::keystore::{Keystore, KeystoreConfig, KeystoreKind, PassphraseSource};
use ramptop::signing::safe;
use ramptop::signing::typed::digest;
use rand::{Rng, RngCore, thread_rng};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use support::{SafeVector, Vector};

fn python(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let program = std::env::var("RAMPTOP_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 can be started");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    let _ = feeder.join();
    assert!(output.status.success(), "python with eth_account is needed: pip install eth-account");
    output.stdout
}

fn signed_by_python<T: DeserializeOwned>(cases: &[Value]) -> Vec<T> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/sign.py");
    let output = python(&[script], &serde_json::to_vec(cases).unwrap());
    serde_json::from_slice(&output).unwrap()
}

fn word() -> U256 {
    let mut bytes = [0; 32];
    thread_rng().fill_bytes(&mut bytes);
    // Small and large numbers alike.
    U256::from_be_bytes(bytes) >> thread_rng().gen_range(0..256)
}

fn case(data: &str, gas: U256, value: U256, deadline: u64) -> Value {
    let signer = PrivateKeySigner::random();
    json!({
        "private_key": format!("0x{}", hex::encode(signer.to_bytes())),
        "chain_id": thread_rng().gen_range(1..=u64::MAX).to_string(),
        "forwarder": Address::random().to_string(),
        "request": {
            "from": signer.address().to_string(),
            "to": Address::random().to_string(),
            "value": value.to_string(),
            "gas": gas.to_string(),
            "nonce": word().to_string(),
            "deadline": deadline.to_string(),
            "data": data,
        },
    })
}

fn anything() -> Value {
    let mut data = vec![0; thread_rng().gen_range(0..200)];
    thread_rng().fill_bytes(&mut data);
    case(&format!("0x{}", hex::encode(data)), word(), word(), thread_rng().gen_range(0..1 << 48))
}

fn ordinary() -> Value {
    let transfer = Transfer { recipient: Address::random(), amount: U256::from(thread_rng().gen_range(1..u64::MAX)) };
    let gas = U256::from(thread_rng().gen_range(1..=2_000_000_u64));
    case(&transfer.encode().to_string(), gas, U256::ZERO, thread_rng().gen_range(1_700_000_000..1 << 35))
}

#[test]
fn random_requests_have_the_same_digest_and_signature() {
    let cases: Vec<Value> = (0..200).map(|_| anything()).collect();
    for vector in signed_by_python::<Vector>(&cases) {
        let digest = digest(&vector.request(), vector.chain_id(), vector.forwarder);
        assert_eq!(digest, vector.digest, "{vector:?}");
        let signer = PrivateKeySigner::from_slice(vector.key().as_slice()).unwrap();
        let signature = signer.sign_hash_sync(&digest).unwrap().as_bytes();
        assert_eq!(format!("0x{}", hex::encode(signature)), vector.signature, "{vector:?}");
    }
}

fn transaction() -> Value {
    let mut data = vec![0; thread_rng().gen_range(0..200)];
    thread_rng().fill_bytes(&mut data);
    json!({
        "private_key": format!("0x{}", hex::encode(PrivateKeySigner::random().to_bytes())),
        "chain_id": thread_rng().gen_range(1..=u64::MAX).to_string(),
        "escrow": Address::random().to_string(),
        "transaction": {
            "to": Address::random().to_string(),
            "value": word().to_string(),
            "data": format!("0x{}", hex::encode(data)),
            "operation": thread_rng().gen_range(0..=255).to_string(),
            "safeTxGas": word().to_string(),
            "baseGas": word().to_string(),
            "gasPrice": word().to_string(),
            "gasToken": Address::random().to_string(),
            "refundReceiver": Address::random().to_string(),
            "nonce": word().to_string(),
        },
    })
}

#[test]
fn random_transactions_of_an_escrow_have_the_same_digest_and_signature() {
    let cases: Vec<Value> = (0..200).map(|_| transaction()).collect();
    for vector in signed_by_python::<SafeVector>(&cases) {
        let digest = safe::digest(&vector.transaction(), vector.chain_id(), vector.escrow);
        assert_eq!(digest, vector.digest, "{vector:?}");
        let signer = PrivateKeySigner::from_slice(vector.key().as_slice()).unwrap();
        let signature = signer.sign_hash_sync(&digest).unwrap().as_bytes();
        assert_eq!(format!("0x{}", hex::encode(signature)), vector.signature, "{vector:?}");
    }
}

#[tokio::test]
async fn random_orders_go_through_every_stage_to_the_same_signature() {
    let cases: Vec<Value> = (0..100).map(|_| ordinary()).collect();
    for vector in signed_by_python::<Vector>(&cases) {
        let keys = Keystore::ephemeral(vector.key()).unwrap();
        let submission = keys.sign(vector.recorded()).await.unwrap();
        assert_eq!(submission.signed().unwrap().signature.to_hex(), vector.signature, "{vector:?}");
    }
}

#[tokio::test]
async fn a_key_file_of_ours_opens_there() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keystore::open(KeystoreConfig {
        kind: KeystoreKind::File,
        profile: "p".to_owned(),
        dir: dir.path().to_owned(),
        passphrase: PassphraseSource::Given(SecretString::from("correct horse")),
    })
    .unwrap();
    let address = keys.generate().await.unwrap();
    let script = "import sys, json; from eth_account import Account\n\
                  text = sys.stdin.read(); assert '0x' + json.loads(text)['address'] == sys.argv[1].lower()\n\
                  print(Account.from_key(Account.decrypt(text, 'correct horse')).address)";
    let text = std::fs::read(dir.path().join("signing-key.json")).unwrap();
    let output = python(&["-c", script, &address.to_string()], &text);
    assert_eq!(String::from_utf8(output).unwrap().trim(), address.to_string());
}

/// The script an operator has today does the same work against the sandbox, in both dialects.
#[cfg(unix)]
#[test]
fn a_script_of_ones_own_authorizes_an_order_of_the_sandbox() {
    for dialect in ["baseline", "newer"] {
        let api = process::Api::start(&["--scenario", "awaiting-authorization", "--orders", "1", "--dialect", dialect]);
        let id = api.offering("authorize-crypto-transfer").remove(0);
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/flow.py");
        let keys = format!("{}\n{}\n", process::API_KEY, process::PRIVATE_KEY);
        let status = python(&[script, &api.url, &id], keys.as_bytes());
        let status = String::from_utf8(status).unwrap();
        assert!(["crypto_transfer_authorization_pending", "crypto_received"].contains(&status.trim()), "{status}");
        assert_eq!(api.authorizations(), 1);
    }
}
