//! What you see is what you sign: whatever is accepted, its bytes decode to what was displayed.

use alloy_primitives::{Address, U256};
use proptest::prelude::*;
use ramptop::domain::AtomicAmount;
use ramptop::domain::forward::ForwardRequest;
use ramptop::domain::stage::Payload;
use ramptop::signing::calldata::Transfer;
use ramptop::signing::review::Grounds;
use ramptop::signing::{safe, typed};

use crate::honest::{
    CHAIN, ESCROW, FORWARDER, SOLVER, STRANGER, TOKEN, TWIN, WALLET, amount, at, authorize, bought, bridge, grounds,
    parameters, pay, payable, per_order, quoted, refunding, repayment, sending_out, stopped, units,
};

/// Often the truth, often one of a few lies, sometimes anything.
fn place(truth: Address) -> impl Strategy<Value = Address> {
    let known = prop::sample::select(vec![WALLET, ESCROW, SOLVER, TOKEN, FORWARDER, STRANGER, TWIN, Address::ZERO]);
    prop_oneof![40 => Just(truth), 3 => known, 1 => any::<[u8; 20]>().prop_map(Address::from)]
}

fn number(truth: u64) -> impl Strategy<Value = u64> {
    prop_oneof![40 => Just(truth), 2 => 0..truth.saturating_mul(20), 1 => any::<u64>()]
}

fn human(truth: &'static str) -> impl Strategy<Value = &'static str> {
    prop_oneof![20 => Just(truth), 2 => prop::sample::select(vec!["101.5", "101.500000", "1015", "100", "0", "0.0000001"])]
}

fn places() -> impl Strategy<Value = u8> {
    prop_oneof![40 => Just(6u8), 1 => 0u8..=40]
}

/// Calldata: that of the payment, or with a byte changed, or cut, or longer.
fn spoiled(data: Vec<u8>, how: (u8, usize, u8)) -> Vec<u8> {
    let (kind, at, byte) = how;
    let mut data = data;
    match kind {
        0 => {
            let at = at % data.len();
            data[at] = byte;
        }
        1 => data.truncate(at % data.len()),
        2 => data.push(byte),
        _ => {}
    }
    data
}

fn basis(which: u8) -> Grounds {
    match which {
        0 => grounds(),
        1 => per_order(),
        _ => Grounds::simulated(),
    }
}

/// What a forwarder would do with the request.
fn executed(request: &ForwardRequest) -> Transfer {
    assert_eq!(request.value, U256::ZERO);
    Transfer::decode(&request.data[..68]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn an_authorization(
        which in 0u8..3,
        addresses in (place(TOKEN), place(FORWARDER), place(ESCROW), place(WALLET), place(ESCROW)),
        amounts in (number(101_500_000), number(101_500_000), human("101.50"), places()),
        rest in (number(CHAIN), number(500_000), number(1800), number(7)),
        spoil in (0u8..12, any::<usize>(), any::<u8>()),
        cost in prop_oneof![8 => Just("101"), 1 => Just("1014.5"), 1 => Just("99.5")],
    ) {
        let (mut p, mut order) = (parameters(), payable());
        let (token, forwarder, recipient, sender, paid) = addresses;
        (p.token, p.forwarder, p.recipient, p.sender) = (token, forwarder, recipient, sender);
        (p.amount_atomic, p.amount_human, p.decimals) = (units(amounts.0), amount(amounts.2), amounts.3);
        (p.chain_id, p.gas, p.ttl_seconds, p.nonce) = (rest.0, U256::from(rest.1), rest.2, U256::from(rest.3));
        p.transfer_data = spoiled(pay(paid, amounts.1).to_vec(), spoil).into();
        order.amounts.crypto = Some(amount(cost));
        let review = authorize(order, p, basis(which)).unwrap();
        let (facts, statement) = (review.facts.clone(), review.statement());
        let Ok(reviewed) = review.into_reviewed() else {
            prop_assert!(facts.digest.is_none() && statement.starts_with("REFUSED"));
            return Ok(());
        };
        let Payload::Authorize(signed) = reviewed.payload() else { panic!() };
        let r = &signed.request;
        prop_assert_eq!(r.data.len(), 68);
        let transfer = executed(r);
        prop_assert_eq!((transfer.recipient, AtomicAmount::from(transfer.amount)), (facts.recipient, facts.amount_atomic));
        prop_assert_eq!((r.from, r.to, r.gas, r.nonce), (facts.payer, facts.token, facts.gas, facts.nonce));
        prop_assert_eq!((r.deadline, signed.chain_id, signed.forwarder), (facts.deadline, facts.chain_id, facts.forwarder));
        prop_assert_eq!(Some(typed::digest(r, facts.chain_id, facts.forwarder)), facts.digest);
        prop_assert_eq!(signed.digest, facts.digest.unwrap());
        // The amount people read, in the token's own places.
        prop_assert_eq!(facts.amount.to_atomic(amounts.3), Some(facts.amount_atomic));
        if which < 2 {
            prop_assert_eq!((facts.token, facts.forwarder, facts.chain_id, amounts.3), (TOKEN, FORWARDER, CHAIN, 6));
            prop_assert!(facts.amount <= amount("200"));
        }
        for part in [facts.recipient.to_string(), facts.token.to_string(), facts.amount_atomic.to_string(), facts.nonce.to_string()] {
            prop_assert!(statement.contains(&part), "{part} is missing: {statement}");
        }
        prop_assert!(r.deadline > u64::try_from(at(102).wall.timestamp()).unwrap());
    }

    #[test]
    fn a_send_out(
        which in 0u8..3,
        addresses in (place(TOKEN), place(FORWARDER), place(SOLVER), place(WALLET), place(SOLVER)),
        amounts in (number(100_000_000), number(100_000_000), human("100"), places()),
        rest in (number(CHAIN), number(500_000), number(1800), number(7)),
        spoil in (0u8..12, any::<usize>(), any::<u8>()),
        terse: bool,
    ) {
        let mut p = bridge();
        let (token, forwarder, solver, sender, paid) = addresses;
        (p.token, p.forwarder, p.sender) = (token, forwarder, sender);
        p.data = spoiled(quoted(paid, amounts.1).to_vec(), spoil).into();
        (p.chain_id, p.gas, p.nonce) = (rest.0, U256::from(rest.1), U256::from(rest.3));
        (p.solver, p.amount_atomic, p.amount_human) = (Some(solver), Some(units(amounts.0)), Some(amount(amounts.2)));
        (p.decimals, p.ttl_seconds) = (Some(amounts.3.into()), Some(rest.2));
        if terse {
            (p.solver, p.amount_atomic, p.amount_human, p.decimals) = (None, None, None, None);
        }
        let review = sending_out(bought(), p, basis(which)).unwrap();
        let facts = review.facts.clone();
        let Ok(reviewed) = review.into_reviewed() else { return Ok(()) };
        let Payload::SendOut(signed) = reviewed.payload() else { panic!() };
        let r = &signed.forward.request;
        let transfer = executed(r);
        prop_assert_eq!(&r.data[68..], &[0x5a; 32]);
        prop_assert_eq!((Some(transfer.recipient), Some(AtomicAmount::from(transfer.amount))), (facts.solver, facts.amount_atomic));
        let places = if terse { 6 } else { amounts.3 };
        prop_assert_eq!(facts.amount.and_then(|a| a.to_atomic(places)), facts.amount_atomic);
        prop_assert_eq!((r.from, r.to, r.gas, r.nonce), (facts.payer, facts.token, facts.gas, facts.nonce));
        prop_assert_eq!(r.deadline, facts.deadline);
        prop_assert_eq!(Some(typed::digest(r, facts.chain_id, facts.forwarder)), facts.digest);
        prop_assert_eq!(&signed.destination, &facts.destination);
    }

    #[test]
    fn a_refund(
        which in 0u8..3,
        addresses in (place(TOKEN), place(ESCROW), place(ESCROW), place(WALLET), place(WALLET)),
        amounts in (number(101_500_000), human("101.5"), places()),
        odd in (0u8..20, number(CHAIN), any::<u64>()),
        spoil in (0u8..12, any::<usize>(), any::<u8>()),
    ) {
        let mut p = repayment();
        let (token, escrow, contract, recipient, paid) = addresses;
        (p.safe.to, p.escrow, p.verifying_contract, p.recipient) = (token, escrow, contract, recipient);
        p.safe.data = spoiled(pay(paid, amounts.0).to_vec(), spoil).into();
        (p.amount_human, p.decimals, p.chain_id, p.safe.nonce) = (amount(amounts.1), amounts.2, odd.1, U256::from(odd.2));
        match odd.0 {
            0 => p.safe.operation = 1,
            1 => p.safe.value = U256::from(1),
            2 => p.safe.gas_price = U256::from(1),
            3 => p.safe.refund_receiver = STRANGER,
            _ => {}
        }
        let review = refunding(stopped(), p, basis(which)).unwrap();
        let facts = review.facts.clone();
        let Ok(reviewed) = review.into_reviewed() else { return Ok(()) };
        let Payload::Refund(signed) = reviewed.payload() else { panic!() };
        let transfer = Transfer::decode(&signed.safe.data).unwrap();
        prop_assert_eq!((Some(transfer.recipient), Some(AtomicAmount::from(transfer.amount))), (facts.recipient, facts.amount_atomic));
        prop_assert_eq!(transfer.recipient, WALLET, "nobody else is ever paid by a refund");
        prop_assert_eq!(facts.amount.to_atomic(amounts.2), facts.amount_atomic);
        prop_assert_eq!((signed.safe.to, signed.safe.nonce, signed.safe.operation), (facts.token, facts.safe_nonce, 0));
        prop_assert_eq!(signed.safe.value, U256::ZERO);
        prop_assert_eq!(Some(safe::digest(&signed.safe, facts.chain_id, facts.escrow)), facts.digest);
    }
}
