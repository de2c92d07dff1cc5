//! KYC and payment details without HTTP.

use alloy_primitives::Address;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::World;
use super::kyc::{COMPLETED_FOR, Method};
use super::payout::{Kept, NewProfile};
use crate::domain::status::KnownStatus;
use crate::sandbox::config::{Dialect, SandboxConfig};
use crate::sandbox::wire;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn world(dialect: Dialect) -> World {
    World::new(&SandboxConfig { dialect, ..SandboxConfig::new(Address::repeat_byte(7), start()) })
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn pii(first: &str) -> Map<String, Value> {
    object(&json!({"pii": {"first_name": first, "last_name": "Example", "country_code": "NG", "dob": "1990-01-01"}}))
}

fn word(world: &World, id: Uuid) -> String {
    wire::verification(world, world.user(id).unwrap())["status"].as_str().unwrap().to_owned()
}

fn after(world: &mut World, seconds: i64) {
    world.step(world.now() + TimeDelta::seconds(seconds));
}

#[test]
fn direct_data_wait_for_documents_and_take_their_time() {
    for (dialect, words) in [
        (Dialect::Baseline, ["NOT_STARTED", "PENDING", "IN_PROGRESS", "COMPLETED", "VERIFIED"]),
        (Dialect::Newer, ["NOT_INITIATED", "PENDING_DOCUMENTS", "IN_PROGRESS", "IN_PROGRESS", "VERIFIED"]),
    ] {
        let mut world = world(dialect);
        let id = world.create_user("r-1", "ann@example.com").1.id;
        assert_eq!(word(&world, id), words[0]);
        assert!(world.verify_kyc(id).is_err());
        world.submit_kyc(id, Method::DirectData, &pii("Ann")).unwrap();
        after(&mut world, 10_000);
        assert_eq!(word(&world, id), words[1]);
        assert_eq!(world.verify_kyc(id).unwrap(), ["identity_document", "selfie"]);
        world.add_document(id, "passport", "p.png").unwrap();
        assert_eq!(world.verify_kyc(id).unwrap(), ["selfie"]);
        world.add_document(id, "selfie", "me.png").unwrap();
        assert_eq!(word(&world, id), words[2]);
        after(&mut world, Method::DirectData.seconds() - COMPLETED_FOR);
        assert_eq!(word(&world, id), words[3]);
        assert_eq!(world.user(id).unwrap().kyc_status, "IN_PROGRESS");
        after(&mut world, COMPLETED_FOR);
        assert_eq!(word(&world, id), words[4]);
        assert!(world.verify_kyc(id).unwrap().is_empty());
    }
}

#[test]
fn who_is_called_so_is_rejected_and_may_try_again() {
    let mut world = world(Dialect::Baseline);
    let id = world.create_user("r-1", "ann@example.com").1.id;
    let data = object(&json!({"pii": {"first_name": "Rejecta", "last_name": "X", "country_code": "NG"}}));
    world.submit_kyc(id, Method::Handoff, &data).unwrap();
    assert!(wire::verification(&world, world.user(id).unwrap())["verification_url"].is_string());
    after(&mut world, Method::Handoff.seconds());
    assert_eq!(word(&world, id), "VERIFICATION_REJECTED");
    assert!(wire::user(&world, world.user(id).unwrap())["kyc"]["rejection_reason"].is_string());
    world.submit_kyc(id, Method::Handoff, &pii("Ann")).unwrap();
    after(&mut world, Method::Handoff.seconds());
    assert_eq!(word(&world, id), "VERIFIED");
    assert!(world.user(id).unwrap().rejection.is_none());
    let other = world.create_user("r-2", "reject@example.com").1.id;
    let token = object(&json!({"provider": "persona", "inquiry_id": "inq_1"}));
    world.submit_kyc(other, Method::ExternalToken, &token).unwrap();
    after(&mut world, Method::ExternalToken.seconds());
    assert_eq!(word(&world, other), "VERIFICATION_REJECTED");
}

#[test]
fn an_address_sets_the_waiting_order_free() {
    let mut world = world(Dialect::Baseline);
    let order = world.orders().iter().find(|order| order.traits.address_missing).unwrap().clone();
    let half = object(&json!({"address": "Example Street 1", "city": "Berlin", "postal_code": " "}));
    assert_eq!(world.update_kyc(order.owner, &half).unwrap(), ["address", "city"]);
    assert_eq!(world.order(order.id).unwrap().next_action(), Some("update_kyc_address"));
    let all_or_nothing = object(&json!({"postal_code": "10115", "gender": "?"}));
    assert_eq!(world.update_kyc(order.owner, &all_or_nothing), Err("invalid_gender"));
    assert_eq!(world.order(order.id).unwrap().next_action(), Some("update_kyc_address"));
    world.update_kyc(order.owner, &object(&json!({"postal_code": "10115"}))).unwrap();
    after(&mut world, 60);
    let order = world.order(order.id).unwrap();
    assert_eq!(order.status, KnownStatus::AwaitingCryptoTransferAuthorization);
    assert_eq!(order.next_action(), Some("authorize_crypto_transfer"));
}

#[test]
fn payment_profiles_are_checked_field_by_field() {
    let mut world = world(Dialect::Baseline);
    let id = world.create_user("r-1", "ann@example.com").1.id;
    let new = |rail: &str, currency: &str, institution: Option<&str>, details: Value| NewProfile {
        rail: rail.to_owned(),
        currency: currency.to_owned(),
        institution: institution.map(str::to_owned),
        details: object(&details),
    };
    let iban = json!({"iban": "DE89370400440532013000", "account_name": "Ann"});
    let one = world.add_profile(id, &new("iban-sepa", "EUR", None, iban.clone())).unwrap();
    assert_eq!(world.add_profile(id, &new("iban-sepa", "USD", None, iban.clone())).unwrap_err(), ["currency"]);
    assert_eq!(world.add_profile(id, &new("dance", "EUR", None, iban)).unwrap_err(), ["rail"]);
    let bad = new("mpesa-kenya", "KES", None, json!({"phone_number": 7}));
    assert_eq!(world.add_profile(id, &bad).unwrap_err(), ["institution_id", "phone_number", "account_name"]);
    assert_eq!(world.delete_profile(id, one.id), Ok(()));
    assert_eq!(world.delete_profile(id, one.id), Err(Kept::Unknown));
    let details = json!({"phone_number": "+254700000121", "account_name": "Ann"});
    let two = world.add_profile(id, &new("mpesa-kenya", "KES", Some("mpesa"), details)).unwrap();
    assert_eq!((two.id, two.script.institution.clone().unwrap().0.as_str()), (one.id + 1, "M-PESA"));
    let live = world.orders().iter().find(|order| order.is_live()).unwrap().clone();
    assert_eq!(world.delete_profile(live.owner, live.payment_details), Err(Kept::InUse));
    assert_eq!(world.delete_profile(id, live.payment_details), Err(Kept::Unknown));
}

#[test]
fn seeded_profiles_would_be_accepted_today() {
    for dialect in Dialect::ALL {
        let mut world = world(*dialect);
        let users: Vec<_> = world.user_ids().iter().map(|id| Uuid::parse_str(id.as_str()).unwrap()).collect();
        for id in users {
            for profile in world.user(id).unwrap().profiles.clone() {
                let script = profile.script;
                let new = NewProfile {
                    rail: script.rail.to_owned(),
                    currency: script.currency.to_owned(),
                    institution: script.institution.as_ref().map(|(_, slug)| slug.clone()),
                    details: script.details.clone(),
                };
                assert!(world.add_profile(id, &new).is_ok(), "{new:?}");
            }
        }
    }
}
