//! What the tests of signing share: a vector, and the way of a request through every stage.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::time::Duration;

use alloy_primitives::{Address, B256};
use chrono::DateTime;
use ramptop::domain::action::{ActionKind, Permit};
use ramptop::domain::amount::clean_integer;
use ramptop::domain::forward::{ForwardRequest, TransferParameters};
use ramptop::domain::refund::{RefundParameters, SafeTx};
use ramptop::domain::send_out::{BridgeParameters, Destination};
use ramptop::domain::stage::{Receipt, Recorded};
use ramptop::domain::status::KnownStatus;
use ramptop::domain::{AllowedAction, Amount, AtomicAmount, Direction, Mono, Now, Observed, Order, OrderId};
use ramptop::signing::calldata::Transfer;
use ramptop::signing::review::{Context, MOST_GAS, RefundContext, Review, SendOutContext, refund, review, send_out};
use serde::Deserialize;
use zeroize::Zeroizing;

/// How long before its deadline a vector is reviewed.
const VALIDITY: u64 = 1800;

#[derive(Debug, Clone, Deserialize)]
pub struct Vector {
    pub private_key: String,
    pub chain_id: String,
    pub forwarder: Address,
    pub request: Fields,
    pub sender: Address,
    pub digest: B256,
    pub signature: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Fields {
    pub from: Address,
    pub to: Address,
    pub value: String,
    pub gas: String,
    pub nonce: String,
    pub deadline: String,
    pub data: alloy_primitives::Bytes,
}

impl Vector {
    pub fn chain_id(&self) -> u64 {
        self.chain_id.parse().unwrap()
    }

    pub fn key(&self) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(&self.private_key[2..], key.as_mut_slice()).unwrap();
        key
    }

    pub fn request(&self) -> ForwardRequest {
        let number = |text: &str| clean_integer(text).unwrap();
        ForwardRequest {
            from: self.request.from,
            to: self.request.to,
            value: number(&self.request.value),
            gas: number(&self.request.gas),
            nonce: number(&self.request.nonce),
            deadline: self.request.deadline.parse().unwrap(),
            data: self.request.data.clone(),
        }
    }

    /// Whether it is a request the review could let through.
    pub fn is_ordinary(&self) -> bool {
        let request = self.request();
        Transfer::decode(&request.data).is_ok()
            && request.value.is_zero()
            && request.gas > clean_integer("0").unwrap()
            && request.gas <= clean_integer(&MOST_GAS.to_string()).unwrap()
            && (VALIDITY + 1..1 << 40).contains(&request.deadline)
            && !request.to.is_zero()
            && !self.forwarder.is_zero()
    }

    pub fn review(&self) -> Review {
        let request = self.request();
        let now = at(request.deadline - VALIDITY);
        let seen = Observed { value: self.order(), asked: now, answered: now, server_date: Some(now.wall) };
        let permit = Permit::new(seen, ActionKind::Authorize, &now).unwrap();
        let parameters = Observed { value: self.parameters(), asked: now, answered: now, server_date: Some(now.wall) };
        review(permit, &parameters, &Context { signer: self.sender, now, skew: None })
    }

    pub fn recorded(&self) -> Recorded {
        let now = at(self.request().deadline - VALIDITY);
        let reviewed = self.review().into_reviewed().unwrap();
        reviewed.approve(&now).unwrap().recorded(Receipt { seq: 1, hash: "00".to_owned() }, &now).unwrap()
    }

    fn transfer(&self) -> Transfer {
        Transfer::decode(&self.request.data).unwrap()
    }

    fn order(&self) -> Order {
        let mut order =
            Order::bare(OrderId::parse("o-1").unwrap(), KnownStatus::AwaitingCryptoTransferAuthorization.into());
        order.amounts.crypto = Some(Amount::parse(&self.transfer().amount.to_string()).unwrap());
        order.amounts.crypto_currency = Some("USDT".to_owned());
        order.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
        order.authorization_seconds_left = Some(VALIDITY);
        order
    }

    fn parameters(&self) -> TransferParameters {
        let request = self.request();
        let transfer = self.transfer();
        TransferParameters {
            order_id: OrderId::parse("o-1").unwrap(),
            network: None,
            chain_id: self.chain_id(),
            rpc_url: None,
            token: request.to,
            forwarder: self.forwarder,
            recipient: transfer.recipient,
            sender: request.from,
            amount_atomic: AtomicAmount::from(transfer.amount),
            amount_human: Amount::parse(&transfer.amount.to_string()).unwrap(),
            crypto_currency: "USDT".to_owned(),
            decimals: 0,
            gas: request.gas,
            ttl_seconds: VALIDITY,
            transfer_data: request.data,
            nonce: request.nonce,
        }
    }
}

/// A send-out is a transfer followed by the id of its quote, here in hexadecimal.
impl Vector {
    pub fn is_send_out(&self) -> bool {
        self.request.data.len() > 68
            && self.request.data.starts_with(&[0xa9, 0x05, 0x9c, 0xbb])
            && Transfer::decode_with_quote(&self.request.data, &self.quote()).is_ok()
            && self.request.value == "0"
            && self.request.gas == "500000"
    }

    fn quote(&self) -> String {
        format!("0x{}", hex::encode(&self.request.data[68..]))
    }

    pub fn recorded_send_out(&self) -> Recorded {
        let now = at(self.request().deadline - VALIDITY);
        let transfer = Transfer::decode(&self.request.data[..68]).unwrap();
        let mut order = Order::bare(OrderId::parse("o-1").unwrap(), KnownStatus::Completed.into());
        order.direction = Direction::OnRamp;
        order.amounts.crypto = AtomicAmount::from(transfer.amount).to_amount(6);
        order.amounts.crypto_currency = Some("USDT".to_owned());
        order.allowed_actions = vec![AllowedAction::AuthorizeBridge];
        let permit = Permit::new(seen(order, now), ActionKind::SendOut, &now).unwrap();
        let destination = Destination { chain: "arbitrum".to_owned(), address: self.sender.to_string() };
        let context = SendOutContext { signer: self.sender, now, skew: None, destination, route: None };
        let review = send_out(permit, &seen(self.bridge(), now), &context);
        let reviewed = review.into_reviewed().unwrap();
        reviewed.approve(&now).unwrap().recorded(Receipt { seq: 1, hash: "00".to_owned() }, &now).unwrap()
    }

    /// In the baseline's dialect.
    fn bridge(&self) -> BridgeParameters {
        let request = self.request();
        BridgeParameters {
            order_id: None,
            quote: self.quote(),
            to_amount: AtomicAmount::from(clean_integer("1").unwrap()),
            destination_chain: None,
            destination_address: None,
            expires_at: None,
            chain_id: self.chain_id(),
            forwarder: self.forwarder,
            token: request.to,
            sender: request.from,
            solver: None,
            amount_atomic: None,
            amount_human: None,
            crypto_currency: None,
            decimals: None,
            gas: request.gas,
            ttl_seconds: None,
            deadline: Some(request.deadline),
            data: request.data,
            nonce: request.nonce,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct SafeVector {
    pub private_key: String,
    pub chain_id: String,
    pub escrow: Address,
    pub transaction: SafeFields,
    pub sender: Address,
    pub digest: B256,
    pub signature: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SafeFields {
    pub to: Address,
    pub value: String,
    pub data: alloy_primitives::Bytes,
    pub operation: String,
    pub safe_tx_gas: String,
    pub base_gas: String,
    pub gas_price: String,
    pub gas_token: Address,
    pub refund_receiver: Address,
    pub nonce: String,
}

impl SafeVector {
    pub fn chain_id(&self) -> u64 {
        self.chain_id.parse().unwrap()
    }

    pub fn key(&self) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(&self.private_key[2..], key.as_mut_slice()).unwrap();
        key
    }

    pub fn transaction(&self) -> SafeTx {
        let number = |text: &str| clean_integer(text).unwrap();
        let t = &self.transaction;
        SafeTx {
            to: t.to,
            value: number(&t.value),
            data: t.data.clone(),
            operation: t.operation.parse().unwrap(),
            safe_tx_gas: number(&t.safe_tx_gas),
            base_gas: number(&t.base_gas),
            gas_price: number(&t.gas_price),
            gas_token: t.gas_token,
            refund_receiver: t.refund_receiver,
            nonce: number(&t.nonce),
        }
    }

    /// Through the review and the journal, as far as the review lets it.
    pub fn recorded(&self) -> Option<Recorded> {
        let now = at(1_000_000);
        let paid = Transfer::decode(&self.transaction.data).ok()?;
        let mut order = Order::bare(OrderId::parse("o-1").unwrap(), KnownStatus::Cancelled.into());
        order.amounts.crypto = AtomicAmount::from(paid.amount).to_amount(6);
        order.amounts.crypto_currency = Some("USDT".to_owned());
        order.allowed_actions = vec![AllowedAction::AuthorizeRefund];
        let permit = Permit::new(seen(order, now), ActionKind::Refund, &now).unwrap();
        let context = RefundContext { signer: self.sender, now, funding: None };
        let reviewed = refund(permit, &seen(self.parameters(paid), now), &context).into_reviewed().ok()?;
        Some(reviewed.approve(&now).unwrap().recorded(Receipt { seq: 1, hash: "00".to_owned() }, &now).unwrap())
    }

    fn parameters(&self, paid: Transfer) -> RefundParameters {
        RefundParameters {
            order_id: OrderId::parse("o-1").unwrap(),
            status: None,
            escrow: self.escrow,
            signer: self.sender,
            recipient: self.sender,
            amount_human: AtomicAmount::from(paid.amount).to_amount(6).unwrap(),
            crypto_currency: "USDT".to_owned(),
            decimals: 6,
            direction: "to_seller".to_owned(),
            safe: self.transaction(),
            chain_id: self.chain_id(),
            verifying_contract: self.escrow,
        }
    }
}

fn seen<T>(value: T, now: Now) -> Observed<T> {
    Observed { value, asked: now, answered: now, server_date: Some(now.wall) }
}

pub fn at(seconds: u64) -> Now {
    let wall = DateTime::from_timestamp(seconds.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(seconds)), wall }
}
