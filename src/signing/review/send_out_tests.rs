//! Every lie about a send-out has its check, in the newer answers and in the older ones.

use std::time::Duration;

use alloy_primitives::{Address, U256, address};
use chrono::{DateTime, TimeDelta};

use super::*;
use crate::domain::send_out::{BridgeParameters, Destination, SendOutRoute};
use crate::domain::stage::Payload;
use crate::domain::status::KnownStatus;
use crate::domain::{ActionKind, AllowedAction, Amount, AtomicAmount, Mono, Order, OrderId};

const WALLET: Address = address!("1111111111111111111111111111111111111111");
const SOLVER: Address = address!("50170e500000000000000000000000000000501e");
const TOKEN: Address = address!("f86Cc81F4E480CF54Eb013FFe6929a0C2Ad5EdCA");
const FORWARDER: Address = address!("6fFCF38bEc8c733b096958fcd2a8E31A00530EDC");
const TO: &str = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
const START: i64 = 1_763_700_000;

fn at(s: u64) -> Now {
    let wall = DateTime::from_timestamp(START + s.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(s)), wall }
}

fn seen<T>(value: T) -> Observed<T> {
    Observed { value, asked: at(100), answered: at(100), server_date: Some(at(100).wall) }
}

fn quote() -> String {
    format!("0x{}", "5a".repeat(32))
}

fn calldata(recipient: Address, amount: u64) -> alloy_primitives::Bytes {
    let transfer = Transfer { recipient, amount: U256::from(amount) }.encode();
    [transfer.as_ref(), &[0x5a; 32]].concat().into()
}

fn order() -> Order {
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), KnownStatus::Completed.into());
    order.direction = crate::domain::Direction::OnRamp;
    order.amounts.crypto = Some(Amount::parse("100.50").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.allowed_actions = vec![AllowedAction::AuthorizeBridge];
    order
}

fn newer() -> BridgeParameters {
    BridgeParameters {
        order_id: Some(OrderId::parse("o-1").unwrap()),
        quote: quote(),
        to_amount: AtomicAmount::from(U256::from(99_000_000)),
        destination_chain: Some("Arbitrum One".to_owned()),
        destination_address: Some(TO.to_owned()),
        expires_at: Some(at(160).wall),
        chain_id: 660_279,
        forwarder: FORWARDER,
        token: TOKEN,
        sender: WALLET,
        solver: Some(SOLVER),
        amount_atomic: Some(AtomicAmount::from(U256::from(100_000_000))),
        amount_human: Some(Amount::parse("100").unwrap()),
        crypto_currency: Some("USDT".to_owned()),
        decimals: Some(6),
        gas: U256::from(500_000),
        ttl_seconds: Some(3600),
        deadline: None,
        data: calldata(SOLVER, 100_000_000),
        nonce: U256::from(7),
    }
}

/// What the baseline answers: a request to sign, and nothing about who or where.
fn older() -> BridgeParameters {
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
        deadline: Some(u64::try_from(START).unwrap() + 1000),
        ..newer()
    }
}

fn context() -> SendOutContext {
    let route = SendOutRoute {
        chain: "Arbitrum One".to_owned(),
        chain_id: Some("42161".to_owned()),
        decimals: Some(6),
        ..SendOutRoute::default()
    };
    SendOutContext {
        grounds: Grounds::simulated(),
        signer: WALLET,
        now: at(102),
        skew: None,
        destination: Destination { chain: "Arbitrum One".to_owned(), address: TO.to_owned() },
        route: Some(route),
    }
}

fn permit() -> Permit {
    Permit::new(seen(order()), ActionKind::SendOut, &at(101)).unwrap()
}

fn refused_with(parameters: BridgeParameters, context: &SendOutContext) -> Vec<&'static str> {
    let review = send_out(permit(), &seen(parameters), context);
    let names: Vec<&str> = review.refusals().iter().map(|check| check.name).collect();
    assert_eq!(review.is_acceptable(), names.is_empty());
    assert_eq!(review.facts.digest.is_some(), names.is_empty());
    names
}

fn with(change: impl FnOnce(&mut BridgeParameters)) -> Vec<&'static str> {
    let mut changed = newer();
    change(&mut changed);
    refused_with(changed, &context())
}

fn typed(chain: &str, address: &str) -> SendOutContext {
    SendOutContext { destination: Destination { chain: chain.to_owned(), address: address.to_owned() }, ..context() }
}

fn warned(review: &Review<SendOutFacts>) -> Vec<&'static str> {
    review.checks.iter().filter(|check| check.verdict == Verdict::Warn).map(|check| check.name).collect()
}

#[test]
fn what_is_in_order_is_frozen_with_its_digest_and_its_destination() {
    let review = send_out(permit(), &seen(newer()), &context());
    assert!(review.checks.iter().all(|check| check.verdict == Verdict::Pass), "{:?}", review.checks);
    let Payload::SendOut(frozen) = review.reviewed().unwrap().payload() else { panic!() };
    assert_eq!(Some(frozen.forward.digest), review.facts.digest);
    assert_eq!(frozen.forward.digest, digest(&frozen.forward.request, 660_279, FORWARDER));
    assert_eq!(
        (frozen.forward.request.from, frozen.forward.request.to, frozen.forward.request.value),
        (WALLET, TOKEN, U256::ZERO)
    );
    assert_eq!(frozen.forward.request.data, newer().data);
    assert_eq!(frozen.destination, context().destination);
    assert_eq!(frozen.forward.request.deadline, u64::try_from(START).unwrap() + 160, "the quote ends before the ttl");
}

#[test]
fn the_statement_says_what_leaves_to_whom_and_what_arrives_where() {
    let text = send_out(permit(), &seen(newer()), &context()).statement();
    let solver = SOLVER.to_string();
    for part in ["100 USDT", "100000000", &solver, "660279", "99 USDT", TO, "Arbitrum One", "nonce 7", "o-1"] {
        assert!(text.contains(part), "{part} is missing: {text}");
    }
    let map = send_out(permit(), &seen(newer()), &context()).facts.to_map();
    assert_eq!((map["destination_address"].as_str(), map["to_amount"].as_str()), (Some(TO), Some("99000000")));
}

#[test]
fn names_are_stable_and_unique() {
    let review = send_out(permit(), &seen(newer()), &context());
    let names: std::collections::BTreeSet<&str> = review.checks.iter().map(|check| check.name).collect();
    assert_eq!(names.len(), review.checks.len());
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
}

#[test]
fn every_lie_of_the_parameters_has_its_check() {
    assert_eq!(with(|p| p.order_id = OrderId::parse("o-2").ok()), ["order-id"]);
    assert_eq!(with(|p| p.solver = Some(Address::repeat_byte(9))), ["calldata-recipient"]);
    assert_eq!(with(|p| p.crypto_currency = Some("USDC".to_owned())), ["currency"]);
    assert_eq!(with(|p| p.sender = Address::repeat_byte(9)), ["sender"]);
    assert_eq!(with(|p| p.token = Address::ZERO), ["addresses-not-zero"]);
    assert_eq!(with(|p| p.forwarder = p.token), ["addresses-distinct"]);
    assert_eq!(with(|p| p.chain_id = 0), ["chain-id"]);
    assert_eq!(with(|p| p.gas = U256::ZERO), ["gas"]);
    assert_eq!(with(|p| p.gas = U256::from(2_000_001)), ["gas"]);
    assert_eq!(with(|p| p.ttl_seconds = Some(3601)), ["ttl"]);
    assert_eq!(with(|p| p.ttl_seconds = None), ["ttl", "deadline"]);
    assert_eq!(with(|p| p.amount_atomic = Some(AtomicAmount::from(U256::from(99)))), ["calldata-amount"]);
    assert_eq!(with(|p| p.amount_human = Amount::parse("99").ok()), ["amount-human"]);
    assert_eq!(with(|p| p.destination_address = Some(SOLVER.to_string())), ["destination-address"]);
    assert_eq!(with(|p| p.destination_chain = Some("Ethereum".to_owned())), ["destination-chain"]);
    assert_eq!(with(|p| p.to_amount = AtomicAmount::from(U256::ZERO)), ["to-amount"]);
    assert_eq!(with(|p| p.expires_at = Some(at(104).wall)), ["deadline"], "the quote is about to end");
}

#[test]
fn nothing_but_the_transfer_and_the_quotes_id_is_signed() {
    let all = [
        "calldata-decodes",
        "calldata-recipient",
        "calldata-amount",
        "amount-positive",
        "amount-human",
        "amount-order",
    ];
    assert_eq!(with(|p| p.quote = "another".to_owned()), all);
    assert_eq!(with(|p| p.data = p.data[..68].to_vec().into()), all);
    assert_eq!(with(|p| p.data = [&p.data[..], &[0]].concat().into()), all);
    assert_eq!(with(|p| p.data = [&[9, 0x5e, 0xa7, 0xb3], &p.data[4..]].concat().into()), all);
}

#[test]
fn more_than_the_order_bought_never_leaves() {
    let more = |p: &mut BridgeParameters| {
        p.data = calldata(SOLVER, 100_500_001);
        p.amount_atomic = Some(AtomicAmount::from(U256::from(100_500_001)));
        p.amount_human = Amount::parse("100.500001").ok();
    };
    assert_eq!(with(more), ["amount-order"]);
    let mut silent = older();
    silent.data = calldata(SOLVER, 100_500_001);
    assert_eq!(refused_with(silent, &context()), ["amount-order"]);
}

#[test]
fn paying_ourselves_or_the_token_is_refused() {
    for wrong in [WALLET, TOKEN, FORWARDER] {
        let names = with(|p| {
            p.solver = Some(wrong);
            p.data = calldata(wrong, 100_000_000);
        });
        assert_eq!(names, ["addresses-distinct"]);
    }
}

#[test]
fn a_slip_of_the_hand_in_the_destination_is_refused() {
    let slip = TO.replace("aF9D", "aF9d");
    let zero = Address::ZERO.to_string();
    let bad = ["", "0x12", slip.as_str(), zero.as_str(), "a b", "x\u{202e}y", &TO[..41]];
    for address in bad {
        let mut parameters = newer();
        parameters.destination_address = Some(address.to_owned());
        assert_eq!(refused_with(parameters, &typed("Arbitrum One", address)), ["destination-form"], "{address}");
    }
    for chain in ["", " arbitrum", "a\u{202e}b"] {
        let mut parameters = newer();
        parameters.destination_chain = None;
        assert_eq!(refused_with(parameters, &typed(chain, TO)), ["destination-form"], "{chain}");
    }
}

#[test]
fn a_chain_may_be_named_or_numbered_and_an_address_written_in_any_case() {
    assert!(refused_with(newer(), &typed("42161", TO)).is_empty(), "the list of routes says it is the same");
    assert!(refused_with(newer(), &typed("arbitrum one", TO)).is_empty());
    assert!(refused_with(newer(), &typed("Arbitrum One", &TO.to_lowercase())).is_empty());
    let unlisted = SendOutContext { route: None, ..typed("42161", TO) };
    assert_eq!(refused_with(newer(), &unlisted), ["destination-chain"]);
    let tron = "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE";
    let mut parameters = newer();
    parameters.destination_address = Some(tron.to_lowercase());
    assert_eq!(refused_with(parameters, &typed("Arbitrum One", tron)), ["destination-address"], "case counts there");
}

#[test]
fn an_older_answer_is_accepted_and_what_it_leaves_out_is_said() {
    let review = send_out(permit(), &seen(older()), &SendOutContext { route: None, ..context() });
    assert!(review.is_acceptable(), "{:?}", review.refusals());
    assert_eq!(warned(&review), ["calldata-recipient", "destination-chain", "destination-address"]);
    assert_eq!(review.facts.deadline, u64::try_from(START).unwrap() + 1000);
    assert_eq!(review.facts.solver, Some(SOLVER));
    let mut long = older();
    long.deadline = Some(u64::try_from(START).unwrap() + 102 + 3601);
    assert_eq!(refused_with(long, &context()), ["ttl"]);
    let mut over = older();
    over.deadline = Some(u64::try_from(START).unwrap() + 90);
    assert_eq!(refused_with(over, &context()), ["ttl", "deadline"]);
}

#[test]
fn little_arriving_is_said() {
    let mut parameters = newer();
    parameters.to_amount = AtomicAmount::from(U256::from(89_999_999));
    assert_eq!(warned(&send_out(permit(), &seen(parameters), &context())), ["to-amount"]);
    assert_eq!(send_out(permit(), &seen(newer()), &context()).facts.arrives, Amount::parse("99").ok());
}

#[test]
fn another_permit_old_parameters_and_clocks_that_disagree_are_refused() {
    let names = |review: Review<SendOutFacts>| review.refusals().iter().map(|check| check.name).collect::<Vec<_>>();
    let mut late = context();
    late.now = at(116);
    assert_eq!(names(send_out(permit(), &seen(newer()), &late)), ["order-permits", "parameters-fresh"]);
    let mut off = seen(newer());
    off.server_date = Some(at(100).wall + TimeDelta::seconds(-121));
    assert_eq!(names(send_out(permit(), &off, &context())), ["clock-skew"]);
}

/// An older answer of a server whose clock is so many seconds ahead of ours: it sets the deadline an
/// hour from its own time, and dates the answer `lag` seconds before that time.
fn from_a_server_ahead(seconds: i64, lag: i64) -> Observed<BridgeParameters> {
    let server = START + 100 + seconds;
    let mut parameters = older();
    parameters.deadline = u64::try_from(server + 3600).ok();
    Observed { server_date: DateTime::from_timestamp(server - lag, 0), ..seen(parameters) }
}

fn names(review: &Review<SendOutFacts>) -> Vec<&'static str> {
    review.refusals().iter().map(|check| check.name).collect()
}

fn life(review: &Review<SendOutFacts>, check: &str) -> String {
    review.checks.iter().find(|c| c.name == check).unwrap().found.clone()
}

#[test]
fn an_hour_by_the_servers_clock_is_an_hour_wherever_the_clocks_stand() {
    for ahead in [-30, -5, -1, 0, 1, 3, 5, 29, 30] {
        let review = send_out(permit(), &from_a_server_ahead(ahead, 0), &context());
        assert!(review.is_acceptable(), "{ahead}: {:?}", review.refusals());
        assert_eq!(life(&review, "ttl"), "3600 s", "{ahead}");
        let deadline = START + 100 + ahead + 3600;
        assert_eq!(review.facts.deadline, deadline.unsigned_abs(), "as it was asked for, to the second");
    }
}

/// A `Date` in the future would lengthen a signature's life by as much.
#[test]
fn a_date_far_from_our_clock_counts_for_nothing() {
    for ahead in [31, 60, 120] {
        let review = send_out(permit(), &from_a_server_ahead(ahead, 0), &context());
        // Two seconds have passed since the answer.
        assert_eq!((names(&review), life(&review, "ttl")), (vec!["ttl"], format!("{} s", 3598 + ahead)));
    }
    assert_eq!(names(&send_out(permit(), &from_a_server_ahead(121, 0), &context())), ["ttl", "clock-skew"]);
}

#[test]
fn another_answer_with_a_bad_clock_spoils_the_date_of_a_good_one() {
    for other in [-31, 31] {
        let skew = Some(ClockSkew::from_seconds(other));
        let review = send_out(permit(), &from_a_server_ahead(5, 0), &SendOutContext { skew, ..context() });
        assert_eq!(names(&review), ["ttl"], "{other}");
    }
    let skew = Some(ClockSkew::from_seconds(-30));
    let review = send_out(permit(), &from_a_server_ahead(5, 0), &SendOutContext { skew, ..context() });
    assert!(review.is_acceptable(), "{:?}", review.refusals());
}

#[test]
fn a_policy_that_trusts_clocks_less_believes_a_date_less() {
    let policy = crate::domain::policy::Policy { clock_bound: 10, ..Default::default() };
    let strict = SendOutContext { grounds: Grounds { policy: Ok(policy), ..Grounds::simulated() }, ..context() };
    assert!(send_out(permit(), &from_a_server_ahead(10, 0), &strict).is_acceptable());
    assert_eq!(names(&send_out(permit(), &from_a_server_ahead(11, 0), &strict)), ["ttl", "clock-skew"]);
}

/// A date has whole seconds and may have been written just before the second began in which the
/// deadline was set. What is signed is no longer than what the date proves.
#[test]
fn a_date_that_lags_a_second_costs_the_signature_that_second() {
    for ahead in [-30, -1, 0, 1, 5, 29, 30] {
        let review = send_out(permit(), &from_a_server_ahead(ahead, 1), &context());
        assert!(review.is_acceptable(), "{ahead}: {:?}", review.refusals());
        let Payload::SendOut(frozen) = review.reviewed().unwrap().payload() else { panic!() };
        let date = START + 100 + ahead - 1;
        assert_eq!(frozen.forward.request.deadline, (date + 3600).unsigned_abs(), "{ahead}: an hour from the date");
        assert_eq!(review.facts.deadline, frozen.forward.request.deadline);
        assert_eq!(life(&review, "ttl"), "3601 s, cut to 3600 s");
    }
    for lag in [2, 3, 30] {
        let review = send_out(permit(), &from_a_server_ahead(0, lag), &context());
        assert_eq!((names(&review), life(&review, "ttl")), (vec!["ttl"], format!("{} s", 3600 + lag)));
    }
}

#[test]
fn without_a_date_the_earlier_clock_counts() {
    let mut silent = from_a_server_ahead(3, 0);
    silent.server_date = None;
    // The order's answer had a date: both clocks agree, and two seconds have passed.
    assert_eq!(life(&send_out(permit(), &silent, &context()), "ttl"), "3601 s, cut to 3600 s");
    silent.value.deadline = silent.value.deadline.map(|end| end + 1);
    assert_eq!(names(&send_out(permit(), &silent, &context())), ["ttl"]);
}

/// The case that made a legitimate send-out fail now and then: within one second the fractions of
/// several answers differ, and the server's whole seconds are not ours.
#[test]
fn where_in_a_second_it_happens_makes_no_difference() {
    let wall = |ms: i64| Now {
        mono: Mono::new(Duration::from_millis(u64::try_from(ms).unwrap())),
        wall: DateTime::from_timestamp_millis(START * 1000 + ms).unwrap(),
    };
    for ms in (100_000..102_000).step_by(50) {
        let date = |ms: i64| DateTime::from_timestamp(START + ms.div_euclid(1000), 0);
        let answer =
            |ms: i64| Observed { value: (), asked: wall(ms), answered: wall(ms + 4), server_date: date(ms + 2) };
        for apart in [5, 300, 950, 999] {
            let now = ms + apart;
            let permit = Permit::new(answer(ms).map(|()| order()), ActionKind::SendOut, &wall(now)).unwrap();
            let mut parameters = older();
            parameters.deadline = u64::try_from(date(now + 2).unwrap().timestamp() + 3600).ok();
            let context = SendOutContext { now: wall(now + 5), skew: answer(ms).skew(), ..context() };
            let review = send_out(permit, &answer(now).map(|()| parameters), &context);
            assert!(review.is_acceptable(), "{ms} {apart}: {:?}", review.refusals());
        }
    }
}

proptest::proptest! {
    /// Whatever the dates say: what is signed ends within the longest life of the server's own date,
    /// and of our own clock plus what the clocks may differ without a word.
    #[test]
    fn no_date_lengthens_a_life_beyond_what_clocks_may_differ(
        ahead in -130_i64..130, other in -130_i64..130, end in 3_400_i64..3_800, dated: bool,
    ) {
        let mut answer = from_a_server_ahead(ahead, 0);
        answer.value.deadline = u64::try_from(START + 100 + end).ok();
        if !dated { answer.server_date = None; }
        let context = SendOutContext { skew: Some(ClockSkew::from_seconds(other)), ..context() };
        let review = send_out(permit(), &answer, &context);
        if review.is_acceptable() {
            let deadline = review.facts.deadline.cast_signed();
            proptest::prop_assert!(deadline <= START + 102 + 30 + 3600);
            proptest::prop_assert!(!dated || deadline <= START + 100 + ahead + 3600);
            proptest::prop_assert!(deadline <= START + 100 + end, "never later than was asked for");
        }
    }
}
