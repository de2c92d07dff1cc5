//! What ramptop signs, through every stage: parameters, review, approval, journal, keystore.

use std::time::Duration;

use alloy_primitives::{Address, Bytes, U256};
use alloy_signer_local::PrivateKeySigner;
use chrono::DateTime;
use ramptop::domain::action::{ActionKind, Permit};
use ramptop::domain::forward::{SignedForward, TransferParameters};
use ramptop::domain::refund::{Funding, RefundParameters, SafeTx};
use ramptop::domain::send_out::{BridgeParameters, Destination};
use ramptop::domain::stage::{Content, Receipt, Reviewed};
use ramptop::domain::status::KnownStatus;
use ramptop::domain::{AllowedAction, AtomicAmount, Direction, Mono, Now, Observed, Order, OrderId, Status};
use ramptop::signing::calldata::Transfer;
use ramptop::signing::keystore::Keystore;
use ramptop::signing::review::{Context, Grounds, RefundContext, SendOutContext, refund, review, send_out};
use zeroize::Zeroizing;

use super::contracts::Chain;
use super::node::CHAIN_ID;

pub const DECIMALS: u8 = 6;
/// What the sandbox and the documents recommend.
const GAS: u64 = 500_000;
pub const TTL: u64 = 1800;

/// A key of ours, as ramptop holds it, and the same for the tests' own signatures.
pub struct Wallet {
    pub signer: PrivateKeySigner,
    keys: Keystore,
}

fn seen<T>(value: T, now: Now) -> Observed<T> {
    Observed { value, asked: now, answered: now, server_date: Some(now.wall) }
}

fn at(seconds: u64) -> Now {
    let wall = DateTime::from_timestamp(seconds.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(seconds)), wall }
}

fn order(status: Status, action: AllowedAction, units: U256) -> Order {
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), status);
    order.amounts.crypto = AtomicAmount::from(units).to_amount(DECIMALS);
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.allowed_actions = vec![action];
    order.authorization_seconds_left = Some(TTL);
    order
}

/// What the API would ask to sign for an off-ramp order of this chain.
pub async fn parameters(chain: &Chain, payer: Address, recipient: Address, units: u64) -> TransferParameters {
    let transfer = Transfer { recipient, amount: U256::from(units) };
    let amount_atomic = AtomicAmount::from(transfer.amount);
    TransferParameters {
        order_id: OrderId::parse("o-1").unwrap(),
        network: None,
        chain_id: CHAIN_ID,
        rpc_url: None,
        token: chain.token,
        forwarder: chain.forwarder,
        recipient,
        sender: payer,
        amount_atomic,
        amount_human: amount_atomic.to_amount(DECIMALS).unwrap(),
        crypto_currency: "USDT".to_owned(),
        decimals: DECIMALS,
        gas: U256::from(GAS),
        ttl_seconds: TTL,
        transfer_data: transfer.encode(),
        nonce: chain.nonce(payer).await,
    }
}

/// What the API would ask to sign for a send-out, in the newer dialect.
pub async fn bridge(chain: &Chain, payer: Address, solver: Address, units: u64, quote: &str) -> BridgeParameters {
    let p = parameters(chain, payer, solver, units).await;
    let id = hex::decode(quote.trim_start_matches("0x").replace('-', "")).unwrap();
    BridgeParameters {
        order_id: Some(p.order_id),
        quote: quote.to_owned(),
        to_amount: p.amount_atomic,
        destination_chain: Some("arbitrum".to_owned()),
        destination_address: Some(payer.to_string()),
        expires_at: None,
        chain_id: p.chain_id,
        forwarder: p.forwarder,
        token: p.token,
        sender: p.sender,
        solver: Some(solver),
        amount_atomic: Some(p.amount_atomic),
        amount_human: Some(p.amount_human),
        crypto_currency: Some(p.crypto_currency),
        decimals: Some(u64::from(DECIMALS)),
        gas: p.gas,
        ttl_seconds: Some(p.ttl_seconds),
        deadline: None,
        data: [p.transfer_data.as_ref(), &id].concat().into(),
        nonce: p.nonce,
    }
}

/// The refund of everything an escrow holds.
pub fn refund_of(chain: &Chain, escrow: Address, to: Address, units: u64, nonce: U256) -> RefundParameters {
    let transfer = Transfer { recipient: to, amount: U256::from(units) };
    RefundParameters {
        order_id: OrderId::parse("o-1").unwrap(),
        status: None,
        escrow,
        signer: to,
        recipient: to,
        amount_human: AtomicAmount::from(transfer.amount).to_amount(DECIMALS).unwrap(),
        crypto_currency: "USDT".to_owned(),
        decimals: DECIMALS,
        direction: "to_seller".to_owned(),
        safe: SafeTx {
            to: chain.token,
            value: U256::ZERO,
            data: transfer.encode(),
            operation: 0,
            safe_tx_gas: U256::ZERO,
            base_gas: U256::ZERO,
            gas_price: U256::ZERO,
            gas_token: Address::ZERO,
            refund_receiver: Address::ZERO,
            nonce,
        },
        chain_id: CHAIN_ID,
        verifying_contract: escrow,
    }
}

impl Wallet {
    pub fn new() -> Self {
        let signer = PrivateKeySigner::random();
        let keys = Keystore::ephemeral(Zeroizing::new(signer.to_bytes().0)).unwrap();
        Self { signer, keys }
    }

    pub fn address(&self) -> Address {
        self.signer.address()
    }

    async fn sign(&self, reviewed: Reviewed, now: Now) -> Content {
        let receipt = Receipt { seq: 1, hash: "00".to_owned() };
        let recorded = reviewed.approve(&now).unwrap().recorded(receipt, &now).unwrap();
        let submission = self.keys.sign(recorded).await.unwrap();
        match submission.content() {
            Content::Forward(signed) => Content::Forward(signed.clone()),
            Content::SendOut(signed) => Content::SendOut(signed.clone()),
            Content::Refund(signature) => Content::Refund(*signature),
            other => panic!("{other:?}"),
        }
    }

    /// The signed request of an off-ramp authorization.
    pub async fn authorize(&self, p: TransferParameters, time: u64) -> SignedForward {
        let now = at(time);
        let status = KnownStatus::AwaitingCryptoTransferAuthorization.into();
        let order = order(status, AllowedAction::AuthorizeCryptoTransfer, p.amount_atomic.units());
        let permit = Permit::new(seen(order, now), ActionKind::Authorize, &now).unwrap();
        let context = Context { signer: self.address(), now, skew: None, grounds: Grounds::simulated() };
        let reviewed = review(permit, &seen(p, now), &context).into_reviewed().unwrap();
        match self.sign(reviewed, now).await {
            Content::Forward(signed) => signed,
            other => panic!("{other:?}"),
        }
    }

    /// The signed request of a send-out.
    pub async fn send_out(&self, p: BridgeParameters, time: u64) -> SignedForward {
        let now = at(time);
        let mut order =
            order(KnownStatus::Completed.into(), AllowedAction::AuthorizeBridge, p.amount_atomic.unwrap().units());
        order.direction = Direction::OnRamp;
        let permit = Permit::new(seen(order, now), ActionKind::SendOut, &now).unwrap();
        let destination = Destination { chain: "arbitrum".to_owned(), address: self.address().to_string() };
        let context = SendOutContext {
            signer: self.address(),
            now,
            skew: None,
            destination,
            route: None,
            grounds: Grounds::simulated(),
        };
        let reviewed = send_out(permit, &seen(p, now), &context).into_reviewed().unwrap();
        match self.sign(reviewed, now).await {
            Content::SendOut(signed) => signed.forward,
            other => panic!("{other:?}"),
        }
    }

    /// The signature over an escrow's refund.
    pub async fn refund(&self, p: RefundParameters, time: u64) -> Bytes {
        let now = at(time);
        let paid = Transfer::decode(&p.safe.data).unwrap();
        let order = order(KnownStatus::Cancelled.into(), AllowedAction::AuthorizeRefund, paid.amount);
        let permit = Permit::new(seen(order, now), ActionKind::Refund, &now).unwrap();
        let amount = AtomicAmount::from(paid.amount);
        let funding = Some(Funding { chain_id: p.chain_id, token: p.safe.to, escrow: p.escrow, amount });
        let context = RefundContext { signer: self.address(), now, funding, grounds: Grounds::simulated() };
        let reviewed = refund(permit, &seen(p, now), &context).into_reviewed().unwrap();
        match self.sign(reviewed, now).await {
            Content::Refund(signature) => Bytes::from(signature.0),
            other => panic!("{other:?}"),
        }
    }
}
