//! What the tests of quotes, orders and their settlement share. In both dialects where they agree.

use alloy_primitives::{Address, Bytes, U256, aliases::U48};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use alloy_sol_types::{SolStruct, eip712_domain, sol};
use ramptop::sandbox::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Api, ForwardRequest, id, signed};

sol! {
    struct SafeTx {
        address to;
        uint256 value;
        bytes data;
        uint8 operation;
        uint256 safeTxGas;
        uint256 baseGas;
        uint256 gasPrice;
        address gasToken;
        address refundReceiver;
        uint256 nonce;
    }
}

/// One sandbox of each dialect.
pub async fn both(scenario: Scenario) -> [Api; 2] {
    [Api::plain(scenario).await, Api::newer(scenario).await]
}

/// The cleared user of the cast with this first name.
pub async fn person(api: &Api, first_name: &str) -> String {
    for user in api.sandbox.user_ids() {
        if api.data(&format!("/users/{user}")).await["kyc"]["first_name"] == first_name {
            return user.to_string();
        }
    }
    panic!("no {first_name}");
}

/// The user's first payment profile, as a number.
pub async fn details(api: &Api, user: &str) -> u64 {
    let list = api.data(&format!("/users/{user}/payment-details")).await;
    list[0]["payment_details_id"].as_str().unwrap().parse().unwrap()
}

/// An off-ramp question about 100 tokens for naira.
pub async fn naira(api: &Api) -> Value {
    let user = person(api, "Adaeze").await;
    let number = details(api, &user).await;
    json!({"user_uuid": user, "crypto_currency": "USDT", "fiat_currency": "NGN", "crypto_amount": "100",
        "payment_details_id": number})
}

/// An on-ramp question about so much fiat.
pub async fn buying(api: &Api, first_name: &str, fiat: &str, amount: &str) -> Value {
    let user = person(api, first_name).await;
    json!({"user_uuid": user, "crypto_currency": "USDT", "fiat_currency": fiat, "fiat_amount": amount})
}

/// A body with some fields changed; `null` takes one away.
#[allow(clippy::needless_pass_by_value, reason = "called with a value made on the spot")]
pub fn but(base: &Value, changes: Value) -> Value {
    let mut body = base.clone();
    let object = body.as_object_mut().unwrap();
    for (key, value) in changes.as_object().unwrap() {
        if value.is_null() {
            object.remove(key);
        } else {
            object.insert(key.clone(), value.clone());
        }
    }
    body
}

/// `data` of a write that must succeed.
pub async fn made(api: &Api, path: &str, body: &Value) -> Value {
    let (status, answer) = api.post_json(path, body).await;
    assert!(status.is_success(), "{path}: {status} {answer}");
    answer["data"].clone()
}

/// A fresh order from a question.
pub async fn order(api: &Api, ramp: &str, ask: &Value) -> String {
    let quote = made(api, &format!("/{ramp}/quote"), ask).await;
    id(&made(api, &format!("/{ramp}/initiate"), &json!({"quote_id": quote["quote_id"]})).await)
}

/// Lets time pass, a second at a time, until the order has this status.
pub async fn until(api: &Api, order: &str, status: &str) -> Value {
    for _ in 0..2_500 {
        let read = api.data(&format!("/orders/{order}")).await;
        if read["status"] == status {
            return read;
        }
        api.advance(1);
    }
    panic!("never {status}: {}", api.data(&format!("/orders/{order}")).await);
}

/// Signs and submits the authorization of an order, as the official helper does.
pub async fn authorize(api: &Api, order: &str) {
    let body = signed(&api.request_of(order).await, &api.signer);
    let (status, answer) = api.submit(order, &body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// What the wallet holds, in the token's smallest unit.
pub fn wallet(api: &Api) -> U256 {
    api.sandbox.with_world(|world| world.chain().balance(world.sender()))
}

/// An amount with six places in the token's smallest unit.
pub fn units(text: &Value) -> U256 {
    let (whole, fraction) = text.as_str().unwrap().split_once('.').unwrap();
    assert_eq!(fraction.len(), 6, "{text}");
    format!("{whole}{fraction}").parse().unwrap()
}

/// The request of send-out parameters, of whichever dialect.
pub fn bridge_request(parameters: &Value, now: i64) -> ForwardRequest {
    if parameters["forward_request"].is_object() {
        let ready = &parameters["forward_request"];
        let text = |key: &str| ready[key].as_str().unwrap();
        return ForwardRequest {
            from: text("from").parse().unwrap(),
            to: text("to").parse().unwrap(),
            value: text("value").parse().unwrap(),
            gas: text("gas").parse().unwrap(),
            nonce: text("nonce").parse().unwrap(),
            deadline: U48::from(text("deadline").parse::<u64>().unwrap()),
            data: text("data").parse().unwrap(),
        };
    }
    let text = |key: &str| parameters[key].as_str().unwrap();
    ForwardRequest {
        from: text("sender_address").parse().unwrap(),
        to: text("token_address").parse().unwrap(),
        value: U256::ZERO,
        gas: text("recommended_gas").parse().unwrap(),
        nonce: text("forwarder_nonce").parse().unwrap(),
        deadline: U48::from(now + parameters["recommended_ttl"].as_i64().unwrap()),
        data: text("transfer_data").parse::<Bytes>().unwrap(),
    }
}

/// The Safe transaction of refund parameters.
pub fn safe_transaction(parameters: &Value) -> SafeTx {
    let safe = &parameters["safe_params"];
    let text = |key: &str| safe[key].as_str().unwrap();
    let number = |key: &str| text(key).parse::<U256>().unwrap();
    SafeTx {
        to: text("to").parse().unwrap(),
        value: number("value"),
        data: text("data").parse::<Bytes>().unwrap(),
        operation: u8::try_from(safe["operation"].as_u64().unwrap()).unwrap(),
        safeTxGas: number("safeTxGas"),
        baseGas: number("baseGas"),
        gasPrice: number("gasPrice"),
        gasToken: text("gasToken").parse().unwrap(),
        refundReceiver: text("refundReceiver").parse().unwrap(),
        nonce: number("nonce"),
    }
}

/// A signature of it for this escrow.
pub fn sign_safe(transaction: &SafeTx, escrow: Address, signer: &PrivateKeySigner) -> Value {
    let domain = eip712_domain! { chain_id: 660_279, verifying_contract: escrow, };
    let signature = signer.sign_hash_sync(&transaction.eip712_signing_hash(&domain)).unwrap();
    json!({"signature": format!("0x{}", hex::encode(signature.as_bytes()))})
}
