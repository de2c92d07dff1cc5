//! Orders, parameters, pins and grounds as they are when nobody lies.

use std::time::Duration;

use alloy_primitives::{Address, B256, U256, address};
use chrono::DateTime;
use ramptop::domain::chain::{Block, ChainFacts, ContractDomain, Fact, Question};
use ramptop::domain::forward::TransferParameters;
use ramptop::domain::past::{Fate, Past, Signed};
use ramptop::domain::pins::{Pinning, Pins, RecipientRule, TokenPin};
use ramptop::domain::policy::{Caps, Policy};
use ramptop::domain::refund::{Funding, RefundParameters, SafeTx};
use ramptop::domain::send_out::{BridgeParameters, Destination, SendOutRoute};
use ramptop::domain::status::KnownStatus;
use ramptop::domain::{
    ActionKind, AllowedAction, Amount, AtomicAmount, Direction, Mono, Now, Observed, Order, OrderId, Permit, Status,
};
use ramptop::signing::calldata::Transfer;
use ramptop::signing::review::{
    ChainWord, Check, Context, Facts, Grounds, RefundContext, RefundFacts, Review, SendOutContext, SendOutFacts,
    Verdict, refund, review, send_out,
};
use ramptop::signing::typed::{DOMAIN_NAME, DOMAIN_VERSION};

pub const WALLET: Address = address!("1111111111111111111111111111111111111111");
pub const ESCROW: Address = address!("2222222222222222222222222222222222222222");
pub const SOLVER: Address = address!("5555555555555555555555555555555555555555");
pub const TOKEN: Address = address!("f86Cc81F4E480CF54Eb013FFe6929a0C2Ad5EdCA");
pub const FORWARDER: Address = address!("6fFCF38bEc8c733b096958fcd2a8E31A00530EDC");
/// Nobody we know.
pub const STRANGER: Address = address!("badbadbadbadbadbadbadbadbadbadbadbadbad0");
/// The escrow at both ends, and somebody else between them.
pub const TWIN: Address = address!("2222badbadbadbadbadbadbadbadbadbadba2222");
pub const THERE: &str = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
pub const CHAIN: u64 = 660_279;
pub const START: i64 = 1_763_700_000;

pub fn at(s: u64) -> Now {
    let wall = DateTime::from_timestamp(START + s.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(s)), wall }
}

pub fn seen<T>(value: T) -> Observed<T> {
    Observed { value, asked: at(100), answered: at(100), server_date: Some(at(100).wall) }
}

pub fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub fn units(n: u64) -> AtomicAmount {
    AtomicAmount::from(U256::from(n))
}

pub fn pay(recipient: Address, n: u64) -> alloy_primitives::Bytes {
    Transfer { recipient, amount: U256::from(n) }.encode()
}

fn order(status: KnownStatus, direction: Direction, offer: AllowedAction) -> Order {
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), Status::Known(status));
    order.direction = direction;
    order.allowed_actions = vec![offer];
    order.amounts.crypto = Some(amount("101"));
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.fees.partner_fee = Some(amount("0.5"));
    order
}

pub fn payable() -> Order {
    let status = KnownStatus::AwaitingCryptoTransferAuthorization;
    let mut order = order(status, Direction::OffRamp, AllowedAction::AuthorizeCryptoTransfer);
    order.authorization_seconds_left = Some(1720);
    order
}

pub fn bought() -> Order {
    order(KnownStatus::Completed, Direction::OnRamp, AllowedAction::AuthorizeBridge)
}

pub fn stopped() -> Order {
    order(KnownStatus::Cancelled, Direction::OffRamp, AllowedAction::AuthorizeRefund)
}

pub fn parameters() -> TransferParameters {
    TransferParameters {
        order_id: OrderId::parse("o-1").unwrap(),
        network: Some("xai-mainnet".to_owned()),
        chain_id: CHAIN,
        rpc_url: None,
        token: TOKEN,
        forwarder: FORWARDER,
        recipient: ESCROW,
        sender: WALLET,
        amount_atomic: units(101_500_000),
        amount_human: amount("101.50"),
        crypto_currency: "USDT".to_owned(),
        decimals: 6,
        gas: U256::from(500_000),
        ttl_seconds: 1800,
        transfer_data: pay(ESCROW, 101_500_000),
        nonce: U256::from(7),
    }
}

/// In the newer dialect.
pub fn bridge() -> BridgeParameters {
    BridgeParameters {
        order_id: Some(OrderId::parse("o-1").unwrap()),
        quote: format!("0x{}", "5a".repeat(32)),
        to_amount: units(99_000_000),
        destination_chain: Some("Arbitrum One".to_owned()),
        destination_address: Some(THERE.to_owned()),
        expires_at: Some(at(400).wall),
        chain_id: CHAIN,
        forwarder: FORWARDER,
        token: TOKEN,
        sender: WALLET,
        solver: Some(SOLVER),
        amount_atomic: Some(units(100_000_000)),
        amount_human: Some(amount("100")),
        crypto_currency: Some("USDT".to_owned()),
        decimals: Some(6),
        gas: U256::from(500_000),
        ttl_seconds: Some(1800),
        deadline: None,
        data: quoted(SOLVER, 100_000_000),
        nonce: U256::from(7),
    }
}

/// The calldata of a send-out.
pub fn quoted(solver: Address, n: u64) -> alloy_primitives::Bytes {
    [pay(solver, n).as_ref(), &[0x5a; 32]].concat().into()
}

pub fn repayment() -> RefundParameters {
    RefundParameters {
        order_id: OrderId::parse("o-1").unwrap(),
        status: None,
        escrow: ESCROW,
        signer: WALLET,
        recipient: WALLET,
        amount_human: amount("101.5"),
        crypto_currency: "USDT".to_owned(),
        decimals: 6,
        direction: "to_seller".to_owned(),
        safe: SafeTx {
            to: TOKEN,
            value: U256::ZERO,
            data: pay(WALLET, 101_500_000),
            operation: 0,
            safe_tx_gas: U256::ZERO,
            base_gas: U256::ZERO,
            gas_price: U256::ZERO,
            gas_token: Address::ZERO,
            refund_receiver: Address::ZERO,
            nonce: U256::from(3),
        },
        chain_id: CHAIN,
        verifying_contract: ESCROW,
    }
}

pub fn pins() -> Pins {
    Pins {
        chain_id: CHAIN,
        forwarder: FORWARDER,
        domain_name: DOMAIN_NAME.to_owned(),
        domain_version: DOMAIN_VERSION.to_owned(),
        sender: WALLET,
        tokens: [("USDT".to_owned(), TokenPin { address: TOKEN, decimals: 6 })].into(),
        escrows: RecipientRule::Pinned(vec![ESCROW]),
        solvers: RecipientRule::Pinned(vec![SOLVER]),
    }
}

/// One payment into the escrow that the API took.
pub fn past() -> Past {
    let signed = Signed {
        seq: 1,
        at: at(0).wall,
        action: ActionKind::Authorize,
        currency: "USDT".to_owned(),
        amount: Some(amount("10")),
        recipient: Some(ESCROW),
        slot: None,
        fate: Fate::Taken,
    };
    Past { signed: vec![signed] }
}

/// Up to 200 USDT.
pub fn policy() -> Policy {
    let caps = Caps { per_order: Some(amount("200")), per_day: None, type_above: None };
    Policy { caps: [("USDT".to_owned(), caps)].into(), ..Policy::default() }
}

/// A chain node of our own that has seen six requests of the wallet.
pub fn chain() -> ChainFacts {
    let domain = ContractDomain {
        fields: 0x0f,
        name: DOMAIN_NAME.to_owned(),
        version: DOMAIN_VERSION.to_owned(),
        chain_id: U256::from(CHAIN),
        verifying_contract: FORWARDER,
        salt: B256::ZERO,
        extended: false,
    };
    ChainFacts {
        asked: at(101),
        answered: at(101),
        about: Question { forwarder: FORWARDER, token: TOKEN, payer: WALLET },
        chain_id: Fact::Known(CHAIN),
        block: Fact::Known(Block { number: 9, timestamp: u64::try_from(START).unwrap() + 100 }),
        nonce: Fact::Known(U256::from(7)),
        forwarder_domain: Fact::Known(domain),
        balance: Fact::Known(U256::from(1_000_000_000)),
        decimals: Fact::Known(6),
        token_domain: Fact::Known(None),
    }
}

pub fn grounds() -> Grounds {
    Grounds {
        pinning: Pinning::Pinned(Box::new(pins())),
        policy: Ok(policy()),
        past: Ok(past()),
        chain: ChainWord::Answered(Box::new(chain())),
    }
}

/// With pins that leave the recipients to the order.
pub fn per_order() -> Grounds {
    let pins = Pins { escrows: RecipientRule::PerOrder, solvers: RecipientRule::PerOrder, ..pins() };
    Grounds { pinning: Pinning::Pinned(Box::new(pins)), ..grounds() }
}

/// The review of an authorization. The permit is given for an honest order, which then is read as
/// `order`: what is wrong with it must be found again.
pub fn authorize(order: Order, parameters: TransferParameters, grounds: Grounds) -> Result<Review<Facts>, Vec<String>> {
    let context = Context { signer: WALLET, now: at(102), skew: None, grounds };
    permit(order, ActionKind::Authorize).map(|permit| review(permit, &seen(parameters), &context))
}

pub fn sending_out(
    order: Order,
    parameters: BridgeParameters,
    grounds: Grounds,
) -> Result<Review<SendOutFacts>, Vec<String>> {
    sending_out_seen(order, &seen(parameters), grounds)
}

/// With the times of the answer.
pub fn sending_out_seen(
    order: Order,
    parameters: &Observed<BridgeParameters>,
    grounds: Grounds,
) -> Result<Review<SendOutFacts>, Vec<String>> {
    let route = SendOutRoute {
        chain: "Arbitrum One".to_owned(),
        chain_id: Some("42161".to_owned()),
        decimals: Some(6),
        ..SendOutRoute::default()
    };
    let context = SendOutContext {
        signer: WALLET,
        now: at(102),
        skew: None,
        destination: Destination { chain: "Arbitrum One".to_owned(), address: THERE.to_owned() },
        route: Some(route),
        grounds,
    };
    permit(order, ActionKind::SendOut).map(|permit| send_out(permit, parameters, &context))
}

pub fn refunding(
    order: Order,
    parameters: RefundParameters,
    grounds: Grounds,
) -> Result<Review<RefundFacts>, Vec<String>> {
    let funding = Funding { chain_id: CHAIN, token: TOKEN, escrow: ESCROW, amount: units(101_500_000) };
    let context = RefundContext { signer: WALLET, now: at(102), funding: Some(funding), grounds };
    permit(order, ActionKind::Refund).map(|permit| refund(permit, &seen(parameters), &context))
}

/// The reasons against a permit, by the name of their variant.
fn permit(order: Order, action: ActionKind) -> Result<Permit, Vec<String>> {
    let name = |refusal: &dyn std::fmt::Debug| {
        format!("{refusal:?}").chars().take_while(|c| c.is_alphanumeric()).collect::<String>()
    };
    Permit::new(seen(order), action, &at(101)).map_err(|reasons| reasons.iter().map(|r| name(r)).collect())
}

/// What refuses; empty where something can be approved.
#[track_caller]
pub fn refusals<F>(review: Result<Review<F>, Vec<String>>) -> Vec<String> {
    let review = match review {
        Ok(review) => review,
        Err(reasons) => return reasons,
    };
    let names: Vec<String> = review.refusals().iter().map(|check| check.name.to_owned()).collect();
    assert_eq!(review.is_acceptable(), names.is_empty());
    assert_eq!(review.into_reviewed().is_ok(), names.is_empty(), "nothing that is refused can be approved");
    names
}

pub fn check<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks.iter().find(|check| check.name == name).unwrap_or_else(|| panic!("{name} is not among {checks:?}"))
}

pub fn warnings(checks: &[Check]) -> Vec<&'static str> {
    checks.iter().filter(|check| check.verdict == Verdict::Warn).map(|check| check.name).collect()
}
