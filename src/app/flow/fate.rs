//! What became of an action of an earlier run, judged from the order and the chain's own word.
//!
//! Looked for at every start. What nothing proves stays open: the order is watched, and nothing is
//! signed that it could collide with. Pure.

use alloy_primitives::U256;

use super::steps::{never_left_record, settlement};
use super::{OutcomeKind, OutcomeRecord, Prior, Trace};
use crate::domain::chain::{Block, TokenTransfer};
use crate::domain::{ActionKind, Order, OrderId};

/// How an earlier action ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its order.
    pub order: OrderId,
    /// For the journal.
    pub record: OutcomeRecord,
}

/// What the chain says about the wallet and the escrow of an authorization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// The wallet's next nonce for the forwarder.
    pub nonce: U256,
    /// The newest block.
    pub block: Block,
    /// The transfers from the wallet into the escrow since the intent, where they could be had.
    pub transfers: Option<Vec<TokenTransfer>>,
}

/// The end of an earlier action, if anything proves one.
pub fn of(prior: &Prior, order: Option<&Order>, witness: Option<&Witness>, server_now: i64) -> Option<Found> {
    let found = |record| Found { order: prior.order.clone(), record };
    if prior.origin.trace == Trace::NeverLeft {
        return Some(found(never_left_record(prior)));
    }
    let by_chain = || by_chain(prior, witness?, server_now);
    let by_order = || settlement(prior, order?, server_now);
    by_order().or_else(by_chain).map(found)
}

/// A transfer of exactly that amount into the order's own escrow is the execution. A nonce that was
/// used by something else, or not at all until the deadline of the signature, is its end.
fn by_chain(prior: &Prior, witness: &Witness, server_now: i64) -> Option<OutcomeRecord> {
    let (nonce, funding) = (prior.nonce.as_deref()?, prior.funding.as_ref()?);
    if prior.action != ActionKind::Authorize {
        return None;
    }
    let transfers = witness.transfers.as_ref()?;
    let nonce = crate::domain::amount::clean_integer(nonce)?;
    let paid = transfers
        .iter()
        .find(|transfer| transfer.to == funding.escrow && transfer.units.to_string() == funding.amount.to_string());
    let passed = !prior.is_alive(server_now) && prior.deadline.is_some_and(|end| witness.block.timestamp > end);
    let note = match paid {
        Some(paid) if witness.nonce > nonce => {
            format!(
                "executed: the chain shows the transfer in transaction {} of block {}",
                paid.transaction, paid.block
            )
        }
        None if witness.nonce > nonce => format!(
            "dead: the chain shows no such transfer, and the wallet's nonce is {} where this one needs {nonce}",
            witness.nonce
        ),
        None if passed => format!("dead: its deadline has passed, and the wallet's nonce is still {}", witness.nonce),
        _ => return None,
    };
    Some(OutcomeRecord { intent_seq: prior.intent_seq, kind: OutcomeKind::Settled, note })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::flow::Origin;
    use crate::app::flow::fixtures_tests::{ESCROW, SIGNER, TOKEN, funding, id};
    use crate::domain::Status;
    use alloy_primitives::{Address, B256};

    const DEADLINE: u64 = 1_000;

    fn prior(trace: Trace) -> Prior {
        Prior {
            deadline: Some(DEADLINE),
            nonce: Some("7".to_owned()),
            funding: Some(funding()),
            origin: Origin { trace, ..Origin::default() },
            ..Prior::bare(3, id(), ActionKind::Authorize)
        }
    }

    fn witness(nonce: u64, timestamp: u64, paid: &[(Address, u64)]) -> Witness {
        let transfer = |&(to, units): &(Address, u64)| TokenTransfer {
            token: TOKEN,
            from: SIGNER,
            to,
            units: U256::from(units),
            block: 5,
            transaction: B256::repeat_byte(9),
        };
        let block = Block { number: 9, timestamp };
        Witness { nonce: U256::from(nonce), block, transfers: Some(paid.iter().map(transfer).collect()) }
    }

    fn judged(order: &str, witness: Option<&Witness>, now: i64) -> Option<(OutcomeKind, String)> {
        let order = Order::bare(id(), Status::from_wire(order));
        let found = of(&prior(Trace::Kept { resent: false }), Some(&order), witness, now)?;
        Some((found.record.kind, found.record.note))
    }

    #[test]
    fn the_order_or_the_chain_proves_it_and_otherwise_it_stays_open() {
        const WAITING: &str = "awaiting_crypto_transfer_authorization";
        let says = |order, witness: Option<&Witness>, now| judged(order, witness, now).map(|(_, note)| note);
        let starts =
            |found: Option<String>, with: &str| assert!(found.as_ref().unwrap().starts_with(with), "{found:?}");
        starts(says("crypto_received", None, 500), "the order reads");
        assert_eq!(says(WAITING, None, 5_000), None, "no word from the chain");
        assert_eq!(says(WAITING, Some(&witness(7, 500, &[])), 500), None, "it may still land");
        assert_eq!(says(WAITING, Some(&witness(7, 900, &[])), 5_000), None, "the chain's clock is behind");
        starts(says(WAITING, Some(&witness(7, 1_001, &[])), 5_000), "dead: its deadline");
        starts(says(WAITING, Some(&witness(8, 500, &[(ESCROW, 101_500_000)])), 500), "executed");
        for other in [(ESCROW, 1), (SIGNER, 101_500_000)] {
            starts(says(WAITING, Some(&witness(8, 500, &[other])), 500), "dead: the chain shows no such transfer");
        }
        let unseen = Witness { transfers: None, ..witness(8, 5_000, &[]) };
        assert_eq!(says(WAITING, Some(&unseen), 5_000), None, "a used nonce alone does not say by what");
    }

    #[test]
    fn what_never_left_is_not_sent_whatever_the_order_shows() {
        let order = Order::bare(id(), Status::from_wire("crypto_received"));
        let found = of(&prior(Trace::NeverLeft), Some(&order), None, 5).unwrap();
        assert_eq!(found.record.kind, OutcomeKind::NotSent);
    }
}
