//! The other two things that are signed: a send-out, and the escrow's transaction of a refund.

use alloy_primitives::{Address, U256};
use ramptop::domain::refund::RefundParameters;
use ramptop::domain::send_out::BridgeParameters;
use ramptop::domain::{AllowedAction, Order, OrderId, Status};

use crate::honest::{
    FORWARDER, SOLVER, START, STRANGER, WALLET, amount, at, bought, bridge, check, grounds, pay, per_order, pins,
    quoted, refunding, refusals, repayment, seen, sending_out, sending_out_seen, stopped, units, warnings,
};

#[track_caller]
fn among(what: &str, found: &[String], names: &[&str]) {
    for name in names {
        assert!(found.iter().any(|f| f == name), "{what}: {name} is not among {found:?}");
    }
}

type SendOutLie = fn(&mut Order, &mut BridgeParameters);

#[test]
fn a_true_send_out_and_a_true_refund_are_accepted() {
    let review = sending_out(bought(), bridge(), grounds()).unwrap();
    assert!(review.is_acceptable(), "{:?}", review.refusals());
    assert_eq!(warnings(&review.checks), [""; 0]);
    check(&review.checks, "rpc-nonce");
    let review = refunding(stopped(), repayment(), grounds()).unwrap();
    assert!(review.is_acceptable(), "{:?}", review.refusals());
    assert_eq!(warnings(&review.checks), [""; 0]);
    for name in ["chain-pinned", "token-pinned", "decimals-pinned", "sender-pinned", "domain-pinned", "recipient-known"]
    {
        check(&review.checks, name);
    }
}

#[test]
fn lies_about_a_send_out() {
    let lies: [(&str, SendOutLie, &[&str]); 27] = [
        ("order_id", |_, p| p.order_id = OrderId::parse("o-2").ok(), &["order-id"]),
        ("quote_id", |_, p| p.quote = "0x5b".to_owned(), &["calldata-decodes"]),
        ("to_amount", |_, p| p.to_amount = units(0), &["to-amount"]),
        ("destination_chain", |_, p| p.destination_chain = Some("Base".to_owned()), &["destination-chain"]),
        ("destination_address", |_, p| p.destination_address = Some(STRANGER.to_string()), &["destination-address"]),
        ("expires_at", |_, p| p.expires_at = Some(crate::honest::at(103).wall), &["deadline"]),
        ("chain_id", |_, p| p.chain_id = 1, &["chain-pinned", "domain-pinned"]),
        ("forwarder_address", |_, p| p.forwarder = STRANGER, &["forwarder-pinned", "domain-pinned"]),
        ("token_address", |_, p| p.token = STRANGER, &["token-pinned"]),
        ("sender_address", |_, p| p.sender = STRANGER, &["sender", "sender-pinned"]),
        ("solver_address", |_, p| p.solver = Some(STRANGER), &["calldata-recipient"]),
        ("amount_atomic", |_, p| p.amount_atomic = Some(units(1)), &["calldata-amount"]),
        ("amount_human", |_, p| p.amount_human = Some(amount("1")), &["amount-human"]),
        ("crypto_currency", |_, p| p.crypto_currency = Some("USDC".to_owned()), &["currency"]),
        ("crypto_decimals", |_, p| p.decimals = Some(18), &["decimals-pinned"]),
        ("gas", |_, p| p.gas = U256::MAX, &["gas"]),
        ("ttl", |_, p| p.ttl_seconds = Some(86_400), &["ttl"]),
        ("nonce", |_, p| p.nonce = U256::from(8), &["rpc-nonce"]),
        (
            "another recipient in the calldata",
            |_, p| p.data = quoted(STRANGER, 100_000_000),
            &["calldata-recipient", "recipient-known"],
        ),
        ("no quote after the calldata", |_, p| p.data = pay(SOLVER, 100_000_000), &["calldata-decodes"]),
        (
            "solver and calldata",
            |_, p| (p.solver, p.data) = (Some(STRANGER), quoted(STRANGER, 100_000_000)),
            &["recipient-known"],
        ),
        (
            "the amount everywhere",
            |_, p| {
                (p.amount_atomic, p.amount_human) = (Some(units(1_000_000_000)), Some(amount("1000")));
                p.data = quoted(SOLVER, 1_000_000_000);
            },
            &["amount-order", "policy-per-order"],
        ),
        (
            "the amount everywhere, the order included",
            |o, p| {
                o.amounts.crypto = Some(amount("1000"));
                (p.amount_atomic, p.amount_human) = (Some(units(1_000_000_000)), Some(amount("1000")));
                p.data = quoted(SOLVER, 1_000_000_000);
            },
            &["policy-per-order"],
        ),
        (
            "token and decimals",
            |_, p| (p.token, p.decimals) = (STRANGER, Some(18)),
            &["token-pinned", "decimals-pinned"],
        ),
        (
            "forwarder and chain",
            |_, p| (p.forwarder, p.chain_id) = (STRANGER, 1),
            &["forwarder-pinned", "chain-pinned"],
        ),
        (
            "currency in order and parameters",
            |o, p| {
                o.amounts.crypto_currency = Some("WETH".to_owned());
                p.crypto_currency = Some("WETH".to_owned());
            },
            &["token-pinned", "policy-currency"],
        ),
        (
            "status",
            |o, _| {
                o.status = Status::from_wire("send_out_pending");
                o.allowed_actions.clear();
            },
            &["NotOffered"],
        ),
    ];
    for (what, lie, names) in lies {
        let (mut order, mut parameters) = (bought(), bridge());
        lie(&mut order, &mut parameters);
        among(what, &refusals(sending_out(order, parameters, grounds())), names);
    }
}

#[test]
fn a_solver_that_looks_like_a_known_one_is_refused() {
    let twin = "0x6fFC0000000000000000000000000000000f0EDC".parse::<Address>().unwrap();
    assert!(pins().addresses().any(|known| known == FORWARDER));
    let mut p = bridge();
    (p.solver, p.data) = (Some(twin), quoted(twin, 100_000_000));
    assert_eq!(refusals(sending_out(bought(), p, per_order())), ["recipient-look-alike"]);
    let review = sending_out(bought(), bridge(), per_order()).unwrap();
    assert_eq!((review.is_acceptable(), warnings(&review.checks)), (true, vec!["recipient-known"]));
}

/// An older answer sets the deadline itself, and says by its `Date` what time it is: a lie about the
/// one is measured by the other, and a lie about both by our own clock.
#[test]
fn a_deadline_of_its_own_is_no_longer_for_a_date_that_lies() {
    let refused = |dated: i64, end: i64| {
        let mut p = bridge();
        (p.ttl_seconds, p.expires_at) = (None, None);
        p.deadline = Some((START + 100 + end).unsigned_abs());
        let mut answer = seen(p);
        answer.server_date = Some(at(100).wall + chrono::TimeDelta::seconds(dated));
        refusals(sending_out_seen(bought(), &answer, grounds()))
    };
    for dated in [-30, -1, 0, 1, 30] {
        assert_eq!(refused(dated, dated + 3600), [""; 0], "{dated}");
        assert_eq!(refused(dated, dated + 3602), ["ttl"], "{dated}");
    }
    // A date of tomorrow does not make a deadline of tomorrow one of today.
    for dated in [31, 120, 86_400] {
        assert!(refused(dated, dated + 3600).contains(&"ttl".to_owned()), "{dated}");
    }
}

type RefundLie = fn(&mut Order, &mut RefundParameters);

#[test]
fn lies_about_a_refund() {
    let lies: [(&str, RefundLie, &[&str]); 27] = [
        ("order_id", |_, p| p.order_id = OrderId::parse("o-2").unwrap(), &["order-id"]),
        ("escrow_address", |_, p| p.escrow = STRANGER, &["escrow-domain", "as-funded", "domain-pinned"]),
        ("signer_address", |_, p| p.signer = STRANGER, &["signer", "sender-pinned"]),
        ("recipient_address", |_, p| p.recipient = STRANGER, &["recipient"]),
        ("amount_human", |_, p| p.amount_human = amount("1"), &["calldata-amount"]),
        ("crypto_currency", |_, p| p.crypto_currency = "USDC".to_owned(), &["currency"]),
        ("crypto_decimals", |_, p| p.decimals = 18, &["decimals-pinned", "calldata-amount"]),
        ("direction", |_, p| p.direction = "to_buyer".to_owned(), &["direction"]),
        ("to", |_, p| p.safe.to = STRANGER, &["token-pinned", "as-funded"]),
        ("value", |_, p| p.safe.value = U256::from(1), &["value"]),
        ("operation", |_, p| p.safe.operation = 1, &["operation"]),
        ("safeTxGas", |_, p| p.safe.safe_tx_gas = U256::from(1), &["safe-gas"]),
        ("baseGas", |_, p| p.safe.base_gas = U256::from(1), &["safe-gas"]),
        ("gasPrice", |_, p| p.safe.gas_price = U256::from(1), &["safe-gas"]),
        ("gasToken", |_, p| p.safe.gas_token = STRANGER, &["gas-token"]),
        ("refundReceiver", |_, p| p.safe.refund_receiver = STRANGER, &["refund-receiver"]),
        ("domain.chainId", |_, p| p.chain_id = 1, &["chain-pinned", "domain-pinned", "as-funded"]),
        ("domain.verifyingContract", |_, p| p.verifying_contract = STRANGER, &["escrow-domain", "domain-pinned"]),
        (
            "another recipient in the calldata",
            |_, p| p.safe.data = pay(STRANGER, 101_500_000),
            &["calldata-recipient", "recipient-known"],
        ),
        (
            "less in the calldata",
            |_, p| p.safe.data = pay(WALLET, 1),
            &["calldata-amount", "amount-order", "as-funded"],
        ),
        ("no calldata", |_, p| p.safe.data = Vec::new().into(), &["calldata-decodes", "recipient-known"]),
        ("escrow and contract", |_, p| (p.escrow, p.verifying_contract) = (STRANGER, STRANGER), &["as-funded"]),
        (
            "recipient everywhere",
            |_, p| {
                (p.recipient, p.signer) = (STRANGER, STRANGER);
                p.safe.data = pay(STRANGER, 101_500_000);
            },
            &["recipient", "sender-pinned", "recipient-known", "calldata-recipient"],
        ),
        (
            "less everywhere, the order included",
            |o, p| {
                (o.amounts.crypto, o.fees.partner_fee) = (Some(amount("1")), None);
                (p.amount_human, p.safe.data) = (amount("1"), pay(WALLET, 1_000_000));
            },
            &["as-funded"],
        ),
        ("token and decimals", |_, p| (p.safe.to, p.decimals) = (STRANGER, 18), &["token-pinned", "decimals-pinned"]),
        (
            "the gift to the buyer",
            |_, p| {
                (p.direction, p.safe.operation) = ("to_buyer".to_owned(), 1);
                p.safe.data = pay(STRANGER, 101_500_000);
            },
            &["direction", "operation", "calldata-recipient"],
        ),
        ("allowed_actions", |o, _| o.allowed_actions = vec![AllowedAction::Cancel], &["NotOffered"]),
    ];
    for (what, lie, names) in lies {
        let (mut order, mut parameters) = (stopped(), repayment());
        lie(&mut order, &mut parameters);
        among(what, &refusals(refunding(order, parameters, grounds())), names);
    }
}
