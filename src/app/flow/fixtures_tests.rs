//! An order and honest parameters for each of the newer actions, for the tests of flow and screen.

use std::time::Duration;

use alloy_primitives::{Address, U256, address};
use chrono::DateTime;

use super::{Parameters, Prepared};
use crate::domain::refund::{Funding, RefundParameters, SafeTx};
use crate::domain::send_out::{BridgeParameters, Destination, SendOutRoute};
use crate::domain::status::KnownStatus;
use crate::domain::{AllowedAction, Amount, AtomicAmount, Direction, Mono, Now, Observed, Order, OrderId, Status};
use crate::signing::calldata::Transfer;

pub const SIGNER: Address = address!("0x1111111111111111111111111111111111111111");
pub const ESCROW: Address = address!("0x2222222222222222222222222222222222222222");
pub const TOKEN: Address = address!("0x3333333333333333333333333333333333333333");
pub const FORWARDER: Address = address!("0x4444444444444444444444444444444444444444");
pub const SOLVER: Address = address!("0x5555555555555555555555555555555555555555");
pub const THERE: &str = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";

pub fn at(s: u64) -> Now {
    let wall = DateTime::from_timestamp(1_770_000_000 + s.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(s)), wall }
}

pub fn id() -> OrderId {
    OrderId::parse("b2c3d4e5-f6a7-8901-bcde-f12345678901").unwrap()
}

pub fn seen<T>(value: T, s: u64) -> Observed<T> {
    Observed { value, asked: at(s), answered: at(s), server_date: Some(at(s).wall) }
}

fn order(status: KnownStatus, direction: Direction, offers: AllowedAction) -> Order {
    let mut order = Order::bare(id(), Status::Known(status));
    order.direction = direction;
    order.allowed_actions = vec![offers];
    order.amounts.crypto = Some(Amount::parse("101.50").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.amounts.fiat = Some(Amount::parse("152880.00").unwrap());
    order.amounts.fiat_currency = Some("NGN".to_owned());
    order
}

/// An on-ramp order whose fiat is to be paid.
pub fn payable() -> Order {
    order(KnownStatus::AwaitingFiatTransfer, Direction::OnRamp, AllowedAction::ConfirmPaymentSent)
}

/// An on-ramp order that asks who pays.
pub fn asking_who_pays() -> Order {
    let mut order = order(KnownStatus::AwaitingFiatTransfer, Direction::OnRamp, AllowedAction::SubmitPayerDetails);
    order.payment_request = Some(true);
    order
}

/// An on-ramp order whose crypto can be sent out.
pub fn bought() -> Order {
    order(KnownStatus::Completed, Direction::OnRamp, AllowedAction::AuthorizeBridge)
}

/// An off-ramp order that stopped with our crypto in its escrow.
pub fn stopped() -> Order {
    order(KnownStatus::Cancelled, Direction::OffRamp, AllowedAction::AuthorizeRefund)
}

pub fn destination() -> Destination {
    Destination { chain: "Arbitrum One".to_owned(), address: THERE.to_owned() }
}

/// In the newer dialect.
pub fn bridge(s: u64) -> BridgeParameters {
    let units = U256::from(100_000_000);
    let call = Transfer { recipient: SOLVER, amount: units }.encode();
    BridgeParameters {
        order_id: Some(id()),
        quote: format!("0x{}", "5a".repeat(32)),
        to_amount: AtomicAmount::from(U256::from(99_000_000)),
        destination_chain: Some("Arbitrum One".to_owned()),
        destination_address: Some(THERE.to_owned()),
        expires_at: Some(at(s + 60).wall),
        chain_id: 660_279,
        forwarder: FORWARDER,
        token: TOKEN,
        sender: SIGNER,
        solver: Some(SOLVER),
        amount_atomic: Some(AtomicAmount::from(units)),
        amount_human: Some(Amount::parse("100").unwrap()),
        crypto_currency: Some("USDT".to_owned()),
        decimals: Some(6),
        gas: U256::from(500_000),
        ttl_seconds: Some(3600),
        deadline: None,
        data: [call.as_ref(), &[0x5a; 32]].concat().into(),
        nonce: U256::from(7),
    }
}

/// In the baseline's dialect, which says much less.
pub fn terse_bridge(s: u64) -> BridgeParameters {
    BridgeParameters {
        order_id: None,
        destination_chain: None,
        destination_address: None,
        expires_at: None,
        solver: None,
        amount_atomic: None,
        amount_human: None,
        crypto_currency: None,
        decimals: None,
        ttl_seconds: None,
        deadline: Some(u64::try_from(at(s + 900).wall.timestamp()).unwrap()),
        ..bridge(s)
    }
}

pub fn route() -> SendOutRoute {
    let chain_id = Some("42161".to_owned());
    SendOutRoute { chain: "Arbitrum One".to_owned(), chain_id, decimals: Some(6), ..SendOutRoute::default() }
}

pub fn refund() -> RefundParameters {
    RefundParameters {
        order_id: id(),
        status: None,
        escrow: ESCROW,
        signer: SIGNER,
        recipient: SIGNER,
        amount_human: Amount::parse("101.5").unwrap(),
        crypto_currency: "USDT".to_owned(),
        decimals: 6,
        direction: "to_seller".to_owned(),
        safe: SafeTx {
            to: TOKEN,
            value: U256::ZERO,
            data: Transfer { recipient: SIGNER, amount: U256::from(101_500_000) }.encode(),
            operation: 0,
            safe_tx_gas: U256::ZERO,
            base_gas: U256::ZERO,
            gas_price: U256::ZERO,
            gas_token: Address::ZERO,
            refund_receiver: Address::ZERO,
            nonce: U256::from(3),
        },
        chain_id: 660_279,
        verifying_contract: ESCROW,
    }
}

pub fn funding() -> Funding {
    let amount = AtomicAmount::from(U256::from(101_500_000));
    Funding { chain_id: 660_279, token: TOKEN, escrow: ESCROW, amount }
}

pub fn prepared_send_out(s: u64) -> Prepared {
    Prepared { parameters: Parameters::SendOut(seen(bridge(s), s), Some(route())), signer: SIGNER }
}

pub fn prepared_refund(s: u64) -> Prepared {
    Prepared { parameters: Parameters::Refund(seen(refund(), s)), signer: SIGNER }
}
