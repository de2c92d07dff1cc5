//! The truth: what ramptop signs is executed, or refused, by real contracts on a real EVM.
//!
//! OpenZeppelin's `ERC2771Forwarder`, a token that trusts it, and the Safe, on a local node. Not part
//! of `cargo test`; needs `node` and `RAMPTOP_TEST_EVM`, a directory with the npm packages `.ci/run`
//! installs, and fails without them. Nothing here talks to any other machine.

#![allow(
    clippy::type_complexity,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "evm/contracts.rs"]
mod contracts;
#[path = "evm/node.rs"]
mod node;
#[path = "evm/refunds.rs"]
mod refunds;
#[path = "evm/signing.rs"]
mod signing;

use std::sync::Arc;

use alloy_primitives::aliases::U48;
use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_signer::SignerSync;
use alloy_sol_types::{SolError, SolStruct, eip712_domain, sol};
use contracts::Forwarder::ForwardRequestData;
use contracts::{Chain, Forwarder, Token, transfers};
use node::CHAIN_ID;
use ramptop::chain::{ChainClient, RpcUrl, facts, transfers as told};
use ramptop::domain::chain::{Fact, Question, TransferSearch};
use ramptop::domain::forward::{SignedForward, TransferParameters};
use ramptop::domain::{Mono, Now};
use ramptop::signing::chain::{Expected, Unreachable, checks};
use ramptop::signing::review::Verdict;
use ramptop::signing::typed::{DOMAIN_NAME, DOMAIN_VERSION};
use rand::{Rng, thread_rng};
use signing::{TTL, Wallet, bridge, parameters};

const FUNDS: u64 = 1_000_000_000_000;
const PAID: u64 = 101_500_000;

/// The call a relay makes of the signed body: the nonce is not part of it, the contract knows it.
fn call(signed: &SignedForward) -> ForwardRequestData {
    let request = &signed.request;
    ForwardRequestData {
        from: request.from,
        to: request.to,
        value: request.value,
        gas: request.gas,
        deadline: U48::from(request.deadline),
        data: request.data.clone(),
        signature: Bytes::from(signed.signature.0),
    }
}

/// Executed, and exactly this moved, by the key's own hand.
async fn moves(chain: &Chain, signed: &SignedForward, to: Address, units: u64) {
    let from = signed.request.from;
    let (had, held, nonce) = (chain.balance(from).await, chain.balance(to).await, chain.nonce(from).await);
    assert!(chain.node.read(chain.forwarder, Forwarder::verifyCall { request: call(signed) }).await);
    let execute = Forwarder::executeCall { request: call(signed) };
    let receipt = chain.node.send(chain.forwarder, &execute, U256::ZERO).await;
    assert!(receipt.executed, "{signed:?}");
    assert_eq!(transfers(&receipt, chain.token), [(from, to, units)]);
    assert_eq!((chain.balance(from).await, chain.balance(to).await), (had - units, held + units));
    assert_eq!(chain.nonce(from).await, nonce + U256::from(1));
}

/// Refused by the contract for the reason of this selector, and nothing moved.
async fn reverts(what: &str, chain: &Chain, forwarder: Address, request: ForwardRequestData, selector: [u8; 4]) {
    let (from, value) = (request.from, request.value);
    let before = (chain.balance(from).await, chain.nonce(from).await);
    let execute = Forwarder::executeCall { request };
    let reason = chain.node.try_call(forwarder, &execute, value).await.expect_err(what);
    assert_eq!(reason.get(..4), Some(selector.as_slice()), "{what}: {reason}");
    let receipt = chain.node.send(forwarder, &execute, value).await;
    assert!(!receipt.executed && receipt.logs.is_empty(), "{what}: {receipt:?}");
    assert_eq!((chain.balance(from).await, chain.nonce(from).await), before, "{what}");
}

const INVALID_SIGNER: [u8; 4] = Forwarder::ERC2771ForwarderInvalidSigner::SELECTOR;
const EXPIRED: [u8; 4] = Forwarder::ERC2771ForwarderExpiredRequest::SELECTOR;

/// A wallet with funds, an escrow nobody knows, and the parameters of an order between them.
async fn scene() -> (Chain, Wallet, Address, TransferParameters, u64) {
    let wallet = Wallet::new();
    let chain = Chain::start(wallet.address(), FUNDS).await;
    let escrow = Address::random();
    let p = parameters(&chain, wallet.address(), escrow, PAID).await;
    let time = chain.node.time().await;
    (chain, wallet, escrow, p, time)
}

#[tokio::test]
async fn the_contracts_are_what_ramptop_takes_them_for() {
    let (chain, wallet, ..) = scene().await;
    let domain = chain.node.read(chain.forwarder, Forwarder::eip712DomainCall {}).await;
    assert_eq!((domain.name.as_str(), domain.version.as_str()), (DOMAIN_NAME, DOMAIN_VERSION));
    assert_eq!((domain.chainId, domain.verifyingContract), (U256::from(CHAIN_ID), chain.forwarder));
    assert_eq!((domain.fields.0, domain.salt), ([0x0f], B256::ZERO));
    assert_eq!(chain.node.read(chain.token, Token::decimalsCall {}).await, signing::DECIMALS);
    assert_eq!(chain.balance(wallet.address()).await, FUNDS);
}

/// What ramptop asks a node of the operator's choice is what real contracts answer.
#[tokio::test]
async fn the_chains_own_word_is_read_from_real_contracts() {
    let (chain, wallet, escrow, p, time) = scene().await;
    let wall = chrono::DateTime::from_timestamp(time.cast_signed(), 0).unwrap();
    let now = Now { mono: Mono::default(), wall };
    let client = ChainClient::new(RpcUrl::parse(chain.node.url()).unwrap(), Arc::new(move || now)).unwrap();
    let about = Question { forwarder: chain.forwarder, token: chain.token, payer: wallet.address() };
    let before = facts(&client, &about).await;
    assert_eq!((&before.balance, &before.token_domain), (&Fact::Known(U256::from(FUNDS)), &Fact::Known(None)));
    let expected = Expected {
        chain_id: CHAIN_ID,
        forwarder: chain.forwarder,
        token: chain.token,
        payer: wallet.address(),
        nonce: p.nonce,
        amount: U256::from(PAID),
        decimals: signing::DECIMALS,
        deadline: time + TTL,
        now,
    };
    let all = checks(&before, &expected, Unreachable::Refuse);
    assert!(all.iter().all(|check| check.verdict == Verdict::Pass), "{all:?}");
    let signed = wallet.authorize(p, time).await;
    moves(&chain, &signed, escrow, PAID).await;
    let since = before.block.known().unwrap().number;
    let search = TransferSearch { token: chain.token, from: wallet.address(), to: escrow, since };
    let found = told(&client, &search).await;
    let [moved] = found.known().unwrap().as_slice() else { panic!("{found:?}") };
    assert_eq!((moved.from, moved.to, moved.units), (wallet.address(), escrow, U256::from(PAID)));
    let receipt = ramptop::chain::receipt(&client, moved.transaction).await;
    let receipt = receipt.known().unwrap().clone().unwrap();
    assert!(receipt.executed);
    assert_eq!(receipt.transfers.as_slice(), std::slice::from_ref(moved));
    assert_eq!(facts(&client, &about).await.nonce, Fact::Known(U256::from(1)));
}

#[tokio::test]
async fn an_authorization_moves_exactly_the_amount_to_exactly_the_recipient_once() {
    let (chain, wallet, escrow, p, time) = scene().await;
    let signed = wallet.authorize(p, time).await;
    moves(&chain, &signed, escrow, PAID).await;
    reverts("a replay", &chain, chain.forwarder, call(&signed), INVALID_SIGNER).await;
    assert_eq!(chain.balance(escrow).await, PAID);
}

#[tokio::test]
async fn many_amounts_and_recipients_one_after_the_other() {
    let (chain, wallet, _, _, _) = scene().await;
    for left in (0..20).rev() {
        // Nineteen of any size that leave something for the next one, and the last takes what is there.
        let all = chain.balance(wallet.address()).await;
        let units = if left == 0 { all } else { thread_rng().gen_range(1..=FUNDS / 20) };
        let (to, time) = (Address::random(), chain.node.time().await);
        let signed = wallet.authorize(parameters(&chain, wallet.address(), to, units).await, time).await;
        moves(&chain, &signed, to, units).await;
    }
    assert_eq!(chain.balance(wallet.address()).await, 0);
}

#[tokio::test]
async fn a_send_out_pays_the_solver_and_the_quote_behind_it_is_in_nobodys_way() {
    let (chain, wallet, solver, _, _) = scene().await;
    for quote in [&*format!("0x{}", "5a".repeat(32)), "a1b2c3d4-e5f6-7890-abcd-ef1234567890", "0x12"] {
        let p = bridge(&chain, wallet.address(), solver, PAID, quote).await;
        let signed = wallet.send_out(p, chain.node.time().await).await;
        moves(&chain, &signed, solver, PAID).await;
        reverts("a replay", &chain, chain.forwarder, call(&signed), INVALID_SIGNER).await;
    }
    assert_eq!(chain.balance(solver).await, 3 * PAID);
}

#[tokio::test]
async fn a_signature_for_another_chain_contract_or_nonce_reverts() {
    let (chain, wallet, escrow, p, time) = scene().await;
    let elsewhere: [(&str, fn(&mut TransferParameters)); 5] = [
        ("chain 1", |p| p.chain_id = 1),
        ("the next chain", |p| p.chain_id += 1),
        ("another forwarder", |p| p.forwarder = Address::repeat_byte(9)),
        ("the next nonce", |p| p.nonce += U256::from(1)),
        ("no such nonce", |p| p.nonce = U256::MAX),
    ];
    for (what, change) in elsewhere {
        let mut changed = p.clone();
        change(&mut changed);
        let signed = wallet.authorize(changed, time).await;
        reverts(what, &chain, chain.forwarder, call(&signed), INVALID_SIGNER).await;
    }
    assert_eq!(chain.balance(escrow).await, 0);
    let signed = wallet.authorize(p.clone(), time).await;
    moves(&chain, &signed, escrow, PAID).await;
    let mut used = p;
    used.nonce = U256::ZERO;
    let signed = wallet.authorize(used, time).await;
    reverts("a used nonce", &chain, chain.forwarder, call(&signed), INVALID_SIGNER).await;
}

#[tokio::test]
async fn a_forwarder_of_another_name_does_not_take_our_signature() {
    let (chain, wallet, _, mut p, time) = scene().await;
    let other = chain.code.forwarder(&chain.node, "SyntheticAssetForwarder2").await;
    let token = chain.code.token(&chain.node, other, wallet.address(), U256::from(FUNDS)).await;
    (p.forwarder, p.token) = (other, token);
    let signed = wallet.authorize(p, time).await;
    let chain = Chain { token, ..chain };
    reverts("another name", &chain, other, call(&signed), INVALID_SIGNER).await;
}

sol! {
    struct ForwardRequest {
        address from;
        address to;
        uint256 value;
        uint256 gas;
        uint256 nonce;
        uint48 deadline;
        bytes data;
    }
}

/// The same request signed by the same key, under a domain of the test's own.
fn signed_under(
    wallet: &Wallet,
    signed: &SignedForward,
    name: &'static str,
    version: &'static str,
    at: Address,
) -> Bytes {
    let r = &signed.request;
    let request = ForwardRequest {
        from: r.from,
        to: r.to,
        value: r.value,
        gas: r.gas,
        nonce: r.nonce,
        deadline: U48::from(r.deadline),
        data: r.data.clone(),
    };
    let domain = eip712_domain! { name: name, version: version, chain_id: CHAIN_ID, verifying_contract: at, };
    Bytes::from(wallet.signer.sign_hash_sync(&request.eip712_signing_hash(&domain)).unwrap().as_bytes())
}

#[tokio::test]
async fn every_word_of_the_domain_counts() {
    let (chain, wallet, _, p, time) = scene().await;
    let signed = wallet.authorize(p, time).await;
    for (name, version, at) in [
        ("SyntheticAssetForwarder2", DOMAIN_VERSION, chain.forwarder),
        ("", DOMAIN_VERSION, chain.forwarder),
        (DOMAIN_NAME, "2", chain.forwarder),
        (DOMAIN_NAME, "", chain.forwarder),
        (DOMAIN_NAME, DOMAIN_VERSION, chain.token),
    ] {
        let signature = signed_under(&wallet, &signed, name, version, at);
        let request = ForwardRequestData { signature, ..call(&signed) };
        reverts(&format!("{name} {version} {at}"), &chain, chain.forwarder, request, INVALID_SIGNER).await;
    }
    let same = signed_under(&wallet, &signed, DOMAIN_NAME, DOMAIN_VERSION, chain.forwarder);
    assert_eq!(same, call(&signed).signature, "the test signs the same under the same domain");
}

#[tokio::test]
async fn altering_anything_that_was_signed_reverts() {
    let (chain, wallet, escrow, p, time) = scene().await;
    let thief = Address::repeat_byte(9);
    let second = chain.code.token(&chain.node, chain.forwarder, wallet.address(), U256::from(FUNDS)).await;
    let signed = wallet.authorize(p, time).await;
    let with = |at: usize, bytes: &[u8]| {
        let mut data = signed.request.data.to_vec();
        data[at..at + bytes.len()].copy_from_slice(bytes);
        Bytes::from(data)
    };
    let longer = |tail: &[u8]| Bytes::from([&signed.request.data[..], tail].concat());
    let signature = |at: usize, flip: u8| {
        let mut bytes = signed.signature.0;
        bytes[at] ^= flip;
        Bytes::from(bytes)
    };
    let good = || call(&signed);
    let cases = [
        ("from", ForwardRequestData { from: thief, ..good() }),
        ("to", ForwardRequestData { to: second, ..good() }),
        ("value", ForwardRequestData { value: U256::from(1), ..good() }),
        ("more gas", ForwardRequestData { gas: U256::from(500_001), ..good() }),
        ("less gas", ForwardRequestData { gas: U256::from(60_000), ..good() }),
        ("a later deadline", ForwardRequestData { deadline: good().deadline + U48::from(1), ..good() }),
        ("an earlier deadline", ForwardRequestData { deadline: good().deadline - U48::from(1), ..good() }),
        ("the recipient", ForwardRequestData { data: with(16, thief.as_slice()), ..good() }),
        ("the amount", ForwardRequestData { data: with(67, &[0xff]), ..good() }),
        ("the function", ForwardRequestData { data: with(0, &[0x09, 0x5e, 0xa7, 0xb3]), ..good() }),
        ("something behind it", ForwardRequestData { data: longer(&[0]), ..good() }),
        ("a sender behind it", ForwardRequestData { data: longer(thief.as_slice()), ..good() }),
        ("nothing to call", ForwardRequestData { data: Bytes::new(), ..good() }),
        ("r", ForwardRequestData { signature: signature(5, 1), ..good() }),
        ("s", ForwardRequestData { signature: signature(45, 1), ..good() }),
        ("v", ForwardRequestData { signature: signature(64, 0b111), ..good() }),
        ("half a signature", ForwardRequestData { signature: good().signature.slice(..32), ..good() }),
    ];
    for (what, request) in cases {
        reverts(what, &chain, chain.forwarder, request, INVALID_SIGNER).await;
    }
    assert_eq!((chain.balance(escrow).await, chain.balance(thief).await), (0, 0));
    moves(&chain, &signed, escrow, PAID).await;
}

#[tokio::test]
async fn a_deadline_holds_to_the_second() {
    let (chain, wallet, escrow, p, time) = scene().await;
    let last = wallet.authorize(p, time).await;
    assert_eq!(last.request.deadline, time + TTL);
    chain.node.next_time(last.request.deadline).await;
    moves(&chain, &last, escrow, PAID).await;
    let (p, time) = (parameters(&chain, wallet.address(), escrow, PAID).await, chain.node.time().await);
    let signed = wallet.authorize(p.clone(), time).await;
    chain.node.set_time(signed.request.deadline + 1).await;
    reverts("expired", &chain, chain.forwarder, call(&signed), EXPIRED).await;
    let later = ForwardRequestData { deadline: call(&signed).deadline + U48::from(3600), ..call(&signed) };
    reverts("a deadline put off", &chain, chain.forwarder, later, INVALID_SIGNER).await;
    let time = chain.node.time().await;
    let fresh = wallet.authorize(p, time).await;
    moves(&chain, &fresh, escrow, PAID).await;
}

/// A signature that is good for the forwarder, for more than there is: the token says no.
#[tokio::test]
async fn more_than_the_wallet_holds_does_not_move() {
    let (chain, wallet, escrow, ..) = scene().await;
    let p = parameters(&chain, wallet.address(), escrow, FUNDS + 1).await;
    let signed = wallet.authorize(p, chain.node.time().await).await;
    let failed = alloy_primitives::keccak256("FailedCall()")[..4].try_into().unwrap();
    reverts("too much", &chain, chain.forwarder, call(&signed), failed).await;
    assert_eq!(chain.balance(escrow).await, 0);
}
