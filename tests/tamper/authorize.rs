//! The transfer into the escrow of an off-ramp order.

use alloy_primitives::{Address, U256, address};
use ramptop::domain::forward::TransferParameters;
use ramptop::domain::pins::{Pinning, RecipientRule, TokenPin};
use ramptop::domain::{Direction, Order, OrderId, Status};
use ramptop::signing::review::{ChainWord, Grounds};

use crate::honest::{
    CHAIN, ESCROW, FORWARDER, STRANGER, TOKEN, TWIN, WALLET, amount, authorize, check, grounds, parameters, past, pay,
    payable, per_order, pins, refusals, units, warnings,
};

type Lie = fn(&mut Order, &mut TransferParameters);

#[track_caller]
fn refused(what: &str, lie: Lie, names: &[&str]) {
    let (mut order, mut parameters) = (payable(), parameters());
    lie(&mut order, &mut parameters);
    let found = refusals(authorize(order, parameters, grounds()));
    for name in names {
        assert!(found.iter().any(|f| f == name), "{what}: {name} is not among {found:?}");
    }
    assert!(!found.is_empty(), "{what} is signed");
}

/// Puts another amount everywhere in the parameters.
fn amount_everywhere(p: &mut TransferParameters, n: u64, human: &str) {
    (p.amount_atomic, p.amount_human) = (units(n), amount(human));
    p.transfer_data = pay(p.recipient, n);
}

#[test]
fn the_truth_is_accepted() {
    let review = authorize(payable(), parameters(), grounds()).unwrap();
    assert!(review.is_acceptable(), "{:?}", review.refusals());
    assert_eq!(warnings(&review.checks), [""; 0]);
    for name in [
        "pins-set",
        "chain-pinned",
        "forwarder-pinned",
        "token-pinned",
        "decimals-pinned",
        "sender-pinned",
        "domain-pinned",
        "recipient-known",
        "recipient-look-alike",
        "policy-read-only",
        "policy-per-order",
        "rpc-nonce",
        "rpc-balance",
    ] {
        check(&review.checks, name);
    }
}

#[test]
fn each_field_of_the_parameters_alone() {
    let lies: [(&str, Lie, &[&str]); 21] = [
        ("order_id", |_, p| p.order_id = OrderId::parse("o-2").unwrap(), &["order-id"]),
        ("chain_id", |_, p| p.chain_id = 1, &["chain-pinned", "domain-pinned", "rpc-chain-id"]),
        ("no chain_id", |_, p| p.chain_id = 0, &["chain-pinned", "chain-id"]),
        ("token_address", |_, p| p.token = STRANGER, &["token-pinned"]),
        ("forwarder_address", |_, p| p.forwarder = STRANGER, &["forwarder-pinned", "domain-pinned"]),
        ("recipient_address", |_, p| p.recipient = STRANGER, &["calldata-recipient"]),
        ("sender_address", |_, p| p.sender = STRANGER, &["sender", "sender-pinned"]),
        ("amount_atomic", |_, p| p.amount_atomic = units(101_500_001), &["calldata-amount", "amount-order"]),
        ("amount_human", |_, p| p.amount_human = amount("101.51"), &["amount-human"]),
        ("crypto_currency", |_, p| p.crypto_currency = "USDC".to_owned(), &["currency"]),
        ("an invisible letter", |_, p| p.crypto_currency.push('\u{200b}'), &["currency"]),
        ("crypto_decimals", |_, p| p.decimals = 18, &["decimals-pinned", "amount-human"]),
        ("recommended_gas_limit", |_, p| p.gas = U256::from(2_000_001), &["gas"]),
        ("no gas", |_, p| p.gas = U256::ZERO, &["gas"]),
        ("recommended_ttl_seconds", |_, p| p.ttl_seconds = 86_400, &["ttl"]),
        ("forwarder_nonce, to be good later", |_, p| p.nonce = U256::from(8), &["rpc-nonce"]),
        (
            "another recipient in the calldata",
            |_, p| p.transfer_data = pay(STRANGER, 101_500_000),
            &["calldata-recipient", "recipient-known"],
        ),
        ("another amount in the calldata", |_, p| p.transfer_data = pay(ESCROW, 1_015_000_000), &["calldata-amount"]),
        (
            "another function",
            |_, p| p.transfer_data = [&[0x09, 0x5e, 0xa7, 0xb3], &pay(STRANGER, 1)[4..]].concat().into(),
            &["calldata-decodes"],
        ),
        (
            "something after the calldata",
            |_, p| p.transfer_data = [&pay(ESCROW, 101_500_000)[..], &[0]].concat().into(),
            &["calldata-decodes"],
        ),
        ("no calldata", |_, p| p.transfer_data = Vec::new().into(), &["calldata-decodes", "recipient-known"]),
    ];
    for (what, lie, names) in lies {
        refused(what, lie, names);
    }
}

#[test]
fn each_field_of_the_order_alone() {
    let lies: [(&str, Lie, &[&str]); 11] = [
        ("order_id", |o, _| o.id = OrderId::parse("o-2").unwrap(), &["order-id"]),
        ("crypto_amount", |o, _| o.amounts.crypto = Some(amount("1")), &["amount-order"]),
        ("no crypto_amount", |o, _| o.amounts.crypto = None, &["Unreadable"]),
        ("partner_fee", |o, _| o.fees.partner_fee = Some(amount("50")), &["amount-order"]),
        (
            "crypto_currency",
            |o, _| o.amounts.crypto_currency = Some("WETH".to_owned()),
            &["currency", "token-pinned", "policy-currency"],
        ),
        ("no crypto_currency", |o, _| o.amounts.crypto_currency = None, &["Unreadable"]),
        ("status", |o, _| o.status = Status::from_wire("crypto_received"), &["WrongStatus"]),
        ("allowed_actions", |o, _| o.allowed_actions.clear(), &["NotOffered"]),
        ("order_type", |o, _| o.direction = Direction::OnRamp, &["OnRamp"]),
        ("seconds_left", |o, _| o.authorization_seconds_left = Some(1), &["TooLate"]),
        ("no seconds_left", |o, _| o.authorization_seconds_left = None, &["NoCountdown"]),
    ];
    for (what, lie, names) in lies {
        refused(what, lie, names);
    }
}

#[test]
fn fields_that_agree_with_each_other() {
    let lies: [(&str, Lie, &[&str]); 14] = [
        (
            "recipient and calldata",
            |_, p| {
                p.recipient = STRANGER;
                p.transfer_data = pay(STRANGER, 101_500_000);
            },
            &["recipient-known"],
        ),
        (
            "ourselves as the recipient",
            |_, p| {
                p.recipient = WALLET;
                p.transfer_data = pay(WALLET, 101_500_000);
            },
            &["addresses-distinct", "recipient-known"],
        ),
        (
            "the amount everywhere in the parameters",
            |_, p| amount_everywhere(p, 1_015_000_000, "1015"),
            &["amount-order", "policy-per-order"],
        ),
        (
            "the amount everywhere, the order included",
            |o, p| {
                (o.amounts.crypto, o.fees.partner_fee) = (Some(amount("1015")), None);
                amount_everywhere(p, 1_015_000_000, "1015");
            },
            &["policy-per-order", "rpc-balance"],
        ),
        (
            "the markup everywhere",
            |o, p| {
                o.fees.partner_fee = Some(amount("900"));
                amount_everywhere(p, 1_001_000_000, "1001");
            },
            &["policy-per-order"],
        ),
        ("token and decimals", |_, p| (p.token, p.decimals) = (STRANGER, 18), &["token-pinned", "decimals-pinned"]),
        (
            "token, decimals and every amount",
            |_, p| {
                (p.token, p.decimals, p.amount_atomic) = (STRANGER, 4, units(1_015_000));
                p.transfer_data = pay(ESCROW, 1_015_000);
            },
            &["token-pinned", "decimals-pinned"],
        ),
        (
            "decimals and every amount",
            |_, p| {
                (p.decimals, p.amount_atomic) = (8, units(10_150_000_000));
                p.transfer_data = pay(ESCROW, 10_150_000_000);
            },
            &["decimals-pinned"],
        ),
        (
            "currency in order and parameters",
            |o, p| {
                o.amounts.crypto_currency = Some("WETH".to_owned());
                p.crypto_currency = "WETH".to_owned();
            },
            &["token-pinned", "decimals-pinned", "policy-currency"],
        ),
        (
            "currency and token",
            |o, p| {
                o.amounts.crypto_currency = Some("WETH".to_owned());
                (p.crypto_currency, p.token) = ("WETH".to_owned(), STRANGER);
            },
            &["token-pinned", "policy-currency"],
        ),
        (
            "forwarder and chain: another domain",
            |_, p| (p.forwarder, p.chain_id) = (STRANGER, 1),
            &["forwarder-pinned", "chain-pinned", "domain-pinned"],
        ),
        (
            "token and forwarder exchanged",
            |_, p| (p.token, p.forwarder) = (FORWARDER, TOKEN),
            &["token-pinned", "forwarder-pinned"],
        ),
        ("chain and nonce", |_, p| (p.chain_id, p.nonce) = (1, U256::ZERO), &["chain-pinned", "rpc-nonce"]),
        (
            "the order's id everywhere but on paper",
            |o, p| {
                o.id = OrderId::parse("o-2").unwrap();
                (p.recipient, p.transfer_data) = (STRANGER, pay(STRANGER, 101_500_000));
            },
            &["order-id", "recipient-known"],
        ),
    ];
    for (what, lie, names) in lies {
        refused(what, lie, names);
    }
}

/// One escrow for each order: nobody can know them all, but two things can be told.
#[test]
fn a_new_recipient_is_called_out_and_a_look_alike_refused() {
    let to = |recipient: Address| {
        let mut p = parameters();
        (p.recipient, p.transfer_data) = (recipient, pay(recipient, 101_500_000));
        authorize(payable(), p, per_order()).unwrap()
    };
    assert_eq!(warnings(&to(ESCROW).checks), [""; 0], "paid before");
    let new = to(STRANGER);
    assert!(new.is_acceptable());
    assert_eq!(warnings(&new.checks), [""; 0], "every order has an escrow of its own");
    assert!(check(&new.checks, "recipient-known").found.contains("never paid before"));
    assert_eq!(refusals(Ok(to(TWIN))), ["recipient-look-alike"]);
    // Like the pinned forwarder, like the wallet itself.
    for twin in
        [address!("6fFC0000000000000000000000000000000f0EDC"), address!("1111222222222222222222222222222222221111")]
    {
        assert_eq!(refusals(Ok(to(twin))), ["recipient-look-alike"], "{twin}");
    }
}

#[test]
fn a_look_alike_is_refused_without_pins_as_well() {
    let mut p = parameters();
    (p.recipient, p.transfer_data) = (TWIN, pay(TWIN, 101_500_000));
    let simulated = Grounds { past: Ok(past()), ..Grounds::simulated() };
    assert_eq!(refusals(authorize(payable(), p, simulated)), ["recipient-look-alike"]);
}

#[test]
fn without_pins_nothing_is_signed() {
    let signed = |pinning: Pinning| {
        let review = authorize(payable(), parameters(), Grounds { pinning, ..grounds() }).unwrap();
        (review.refusals().iter().map(|c| c.name).collect::<Vec<_>>(), check(&review.checks, "pins-set").found.clone())
    };
    let (names, found) = signed(Pinning::Missing);
    assert_eq!(names, ["pins-set"]);
    assert!(found.contains("ramptop profile pin"), "{found}");
    let (names, found) = signed(Pinning::Broken("pins.toml: line 3".to_owned()));
    assert_eq!(names, ["pins-set"]);
    assert!(found.contains("line 3"), "{found}");
    assert!(signed(Pinning::Needless).0.is_empty());
}

/// The other way round: each pin is really held against something.
#[test]
fn each_pin_alone() {
    let refused = |change: fn(&mut ramptop::domain::pins::Pins)| {
        let mut pins = pins();
        change(&mut pins);
        let pinning = Pinning::Pinned(Box::new(pins));
        refusals(authorize(payable(), parameters(), Grounds { pinning, ..grounds() }))
    };
    assert_eq!(refused(|p| p.chain_id = CHAIN + 1), ["chain-pinned", "domain-pinned"]);
    assert_eq!(refused(|p| p.forwarder = STRANGER), ["forwarder-pinned", "domain-pinned"]);
    assert_eq!(refused(|p| p.domain_name = "SyntheticAssetForwarder2".to_owned()), ["domain-pinned"]);
    assert_eq!(refused(|p| p.domain_version = "2".to_owned()), ["domain-pinned"]);
    assert_eq!(refused(|p| p.sender = STRANGER), ["sender-pinned"]);
    assert_eq!(refused(|p| p.tokens.clear()), ["token-pinned", "decimals-pinned"]);
    assert_eq!(refused(|p| p.escrows = RecipientRule::Pinned(Vec::new())), ["recipient-known"]);
    let other = |p: &mut ramptop::domain::pins::Pins| {
        p.tokens.insert("USDT".to_owned(), TokenPin { address: STRANGER, decimals: 6 });
    };
    assert_eq!(refused(other), ["token-pinned"]);
}

#[test]
fn a_node_that_was_not_asked_refuses_only_where_the_policy_says_so() {
    use ramptop::domain::policy::Reaction;
    let unasked = |reaction| {
        let mut policy = crate::honest::policy();
        policy.chain_unreachable = reaction;
        let grounds = Grounds { chain: ChainWord::Unasked, policy: Ok(policy), ..grounds() };
        refusals(authorize(payable(), parameters(), grounds))
    };
    assert_eq!(unasked(Reaction::Warn), [""; 0]);
    assert_eq!(unasked(Reaction::Refuse), ["rpc"]);
}
