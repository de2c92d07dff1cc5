//! Digests and signatures are byte for byte those of another implementation (`eth_account`); the
//! vectors are fixed in `tests/vectors/eip712.json` and `safe.json`, `tests/vectors/sign.py` makes
//! them anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod support;

use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use ramptop::domain::stage::Content;
use ramptop::signing::keystore::Keystore;
use ramptop::signing::safe;
use ramptop::signing::typed::digest;
use support::{SafeVector, Vector};

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors/eip712.json")).unwrap()
}

#[test]
fn every_digest_and_signature_is_the_same() {
    let vectors = vectors();
    assert!(vectors.len() >= 30);
    for vector in vectors {
        let digest = digest(&vector.request(), vector.chain_id(), vector.forwarder);
        assert_eq!(digest, vector.digest, "{vector:?}");
        let signer = PrivateKeySigner::from_slice(vector.key().as_slice()).unwrap();
        assert_eq!(signer.address(), vector.sender);
        let signature = signer.sign_hash_sync(&digest).unwrap().as_bytes();
        assert_eq!(format!("0x{}", hex::encode(signature)), vector.signature, "{vector:?}");
    }
}

#[tokio::test]
async fn what_goes_through_review_approval_and_journal_is_signed_the_same() {
    let ordinary: Vec<Vector> = vectors().into_iter().filter(Vector::is_ordinary).collect();
    assert!(ordinary.len() >= 8, "{}", ordinary.len());
    for vector in ordinary {
        let keys = Keystore::ephemeral(vector.key()).unwrap();
        let submission = keys.sign(vector.recorded()).await.unwrap();
        let signed = submission.signed().unwrap();
        assert_eq!(signed.request, vector.request());
        assert_eq!(signed.signature.to_hex(), vector.signature);
        assert!([27, 28].contains(&signed.signature.0[64]));
    }
}

#[tokio::test]
async fn a_send_out_goes_the_same_way_to_the_same_signature() {
    let send_outs: Vec<Vector> = vectors().into_iter().filter(Vector::is_send_out).collect();
    assert!(send_outs.len() >= 3, "{}", send_outs.len());
    for vector in send_outs {
        let keys = Keystore::ephemeral(vector.key()).unwrap();
        let submission = keys.sign(vector.recorded_send_out()).await.unwrap();
        let Content::SendOut(signed) = submission.content() else { panic!("{:?}", submission.content()) };
        assert_eq!(signed.forward.request, vector.request());
        assert_eq!(signed.forward.signature.to_hex(), vector.signature);
    }
}

fn safe_vectors() -> Vec<SafeVector> {
    serde_json::from_str(include_str!("vectors/safe.json")).unwrap()
}

#[test]
fn every_digest_and_signature_of_an_escrow_is_the_same() {
    for vector in safe_vectors() {
        let digest = safe::digest(&vector.transaction(), vector.chain_id(), vector.escrow);
        assert_eq!(digest, vector.digest, "{vector:?}");
        let signer = PrivateKeySigner::from_slice(vector.key().as_slice()).unwrap();
        let signature = signer.sign_hash_sync(&digest).unwrap().as_bytes();
        assert_eq!(format!("0x{}", hex::encode(signature)), vector.signature, "{vector:?}");
    }
}

#[tokio::test]
async fn a_refund_is_signed_the_same_and_its_look_alikes_not_at_all() {
    let (mut signed, mut refused) = (0, 0);
    for vector in safe_vectors() {
        let Some(recorded) = vector.recorded() else {
            refused += 1;
            continue;
        };
        let keys = Keystore::ephemeral(vector.key()).unwrap();
        let submission = keys.sign(recorded).await.unwrap();
        let Content::Refund(signature) = submission.content() else { panic!("{:?}", submission.content()) };
        assert_eq!(signature.to_hex(), vector.signature);
        signed += 1;
    }
    assert_eq!((signed, refused), (3, 3));
}

#[tokio::test]
async fn another_key_than_the_one_it_pays_signs_no_refund() {
    let all = safe_vectors();
    let keys = Keystore::ephemeral(all[1].key()).unwrap();
    let error = keys.sign(all[0].recorded().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains(&all[0].sender.to_string()), "{error}");
}

#[tokio::test]
async fn another_key_signs_none_of_it() {
    let all: Vec<Vector> = vectors().into_iter().filter(Vector::is_ordinary).take(2).collect();
    let keys = Keystore::ephemeral(all[0].key()).unwrap();
    assert!(keys.sign(all[1].recorded()).await.is_err());
}

#[test]
fn the_journal_reads_nonce_and_deadline_from_the_facts() {
    use ramptop::journal::{Entry, Event, Who, recovery::unsettled};
    let vector = vectors().into_iter().find(Vector::is_ordinary).unwrap();
    let review = vector.review();
    let facts = review.facts.to_map();
    for name in ["digest", "nonce", "deadline", "amount", "recipient", "chain_id", "forwarder"] {
        assert!(!facts[name].is_null(), "{name}");
    }
    let now = support::at(1);
    let who = Who { user: String::new(), host: String::new(), profile: String::new() };
    let order_id = review.facts.order_id.clone();
    let event = Event::Intent { order_id, action: ramptop::domain::ActionKind::Authorize, facts: Some(facts) };
    let entry = Entry { seq: 1, at: now.wall, mono_ms: 0, who, event, prev: String::new() };
    let open = unsettled([&entry]);
    assert_eq!(open[0].nonce.as_deref(), Some(vector.request.nonce.as_str()));
    assert_eq!(open[0].deadline, Some(review.facts.deadline));
}
