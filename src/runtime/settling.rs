//! Finding out at the start what became of the actions of earlier runs.
//!
//! Reads each order and, where the operator named a node, asks the chain for the wallet's nonce and
//! the transfers into the escrow. What is proven goes on the record; the rest stays open.

use super::effects::Desk;
use crate::api::ClockFn;
use crate::app::flow::Prior;
use crate::app::flow::fate::{self, Found, Witness};
use crate::app::flow::{Trace, noun};
use crate::chain;
use crate::domain::chain::{Question, TransferSearch};

/// More blocks a second than any chain in question makes.
const FASTEST: u64 = 10;
/// Seconds the clocks may differ, when looking for the first block.
const SLACK: u64 = 300;

/// What can be told of these; nothing is recorded.
pub async fn look(desk: &Desk, clock: &ClockFn, priors: &[Prior]) -> Vec<Found> {
    let mut all = Vec::new();
    for prior in priors.iter().filter(|prior| !prior.known) {
        all.extend(one(desk, clock, prior).await);
    }
    all
}

/// Looks, records what was found, and says it in words. What is settled counts as known from then on.
pub async fn settle(desk: &Desk, clock: &ClockFn, priors: &mut [Prior]) -> Vec<String> {
    let mut said = Vec::new();
    for Found { order, record } in look(desk, clock, priors).await {
        let Some(prior) = priors.iter_mut().find(|prior| prior.intent_seq == record.intent_seq) else { continue };
        let words = format!("the earlier {} of {order} is settled: {}", noun(prior.action), record.note);
        match desk.record_outcome(record).await {
            Ok(()) => {
                prior.known = true;
                said.push(words);
            }
            Err(failure) => said.push(failure.what),
        }
    }
    said
}

async fn one(desk: &Desk, clock: &ClockFn, prior: &Prior) -> Option<Found> {
    if prior.origin.trace == Trace::NeverLeft {
        return fate::of(prior, None, None, clock().wall.timestamp());
    }
    let order = desk.read(&prior.order).await.ok();
    let now = clock();
    let skew = order.as_ref().and_then(|seen| seen.skew());
    let server_now = skew.map_or(now.wall, |skew| skew.server_time(&now)).timestamp();
    let value = order.as_ref().map(|seen| &seen.value);
    if let Some(found) = fate::of(prior, value, None, server_now) {
        return Some(found);
    }
    let witness = witness(desk, clock, prior).await?;
    fate::of(prior, value, Some(&witness), server_now)
}

/// The chain's word on an authorization, if all of it that is needed can be had.
async fn witness(desk: &Desk, clock: &ClockFn, prior: &Prior) -> Option<Witness> {
    let (client, funding) = (desk.chain.as_ref()?, prior.funding.as_ref()?);
    let (payer, forwarder) = (prior.origin.wallet?, prior.origin.forwarder?);
    let facts = chain::facts(client, &Question { forwarder, token: funding.token, payer }).await;
    if facts.chain_id.known() != Some(&funding.chain_id) {
        return None;
    }
    let (nonce, block) = (*facts.nonce.known()?, *facts.block.known()?);
    let age = u64::try_from((clock().wall - prior.origin.at?).num_seconds()).unwrap_or(0);
    let since = block.number.saturating_sub(age.saturating_add(SLACK).saturating_mul(FASTEST));
    // Asked after the nonce: what used the nonce is in a block already.
    let search = TransferSearch { token: funding.token, from: payer, to: funding.escrow, since };
    let transfers = chain::transfers(client, &search).await.known().cloned();
    Some(Witness { nonce, block, transfers })
}
