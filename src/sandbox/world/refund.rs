//! The refund of a funded escrow: what is to be signed, and the execution. Source: reference 6.6.

use alloy_primitives::{B256, U256};
use uuid::Uuid;

use super::World;
use super::act::Refused;
use super::order::SimOrder;
use super::tally::count;
use crate::sandbox::safe::{self, SafeTx};

impl World {
    /// The order that owes a refund, and the transaction that gives it.
    pub fn refundable(&self, id: Uuid) -> Result<(&SimOrder, SafeTx), Refused> {
        let order = self.own(id)?;
        if order.traits.refund_held {
            return Err(Refused::Held("the refund is held for review".to_owned()));
        }
        if !order.traits.refund_owed {
            return Err(Refused::Status("no refund is owed on this order".to_owned()));
        }
        let units: U256 = self.chain.balance(order.escrow);
        Ok((order, safe::refund(self.sender, units, self.chain.nonce(order.escrow))))
    }

    /// Executes a signed refund, or says why not. The hash is that of the transaction.
    pub fn refund(&mut self, id: Uuid, body: &[u8]) -> Result<B256, Refused> {
        self.own(id)?;
        count(&mut self.tally.attempts.refunds, id);
        let signature = safe::signature(body).map_err(Refused::Invalid)?;
        let (order, transaction) = self.refundable(id)?;
        let (escrow, digest) = (order.escrow, safe::digest(&transaction, order.escrow));
        if safe::signer(&signature, digest) != Some(self.sender) {
            return Err(Refused::Transactor("the signature is not of an owner of the escrow".to_owned()));
        }
        let units = self.chain.balance(escrow);
        // The escrow is a contract with a nonce of its own, kept like a signer's.
        if !self.chain.forward_transfer(escrow, self.sender, units) {
            return Err(Refused::Transactor("execution reverted".to_owned()));
        }
        count(&mut self.tally.refunds, id);
        if let Some(order) = self.order_mut(id) {
            order.traits.refund_owed = false;
        }
        Ok(self.chain.newest_transaction().unwrap_or(digest))
    }
}
