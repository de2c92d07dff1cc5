//! What is paid through the forwarder, to an escrow or to the solver of a send-out: said once, and
//! held against the pins, the policy, our own record and the chain's word.
//!
//! What cannot be read refuses here as well: no recipient is known, no limit allows the amount, no
//! balance covers it. Pure.

use alloy_primitives::{Address, U256};

use super::pinned::{Claims, Paid};
use super::{Check, chain, of_operator};
use crate::domain::past::Slot;
use crate::domain::{AtomicAmount, Now, Order};
use crate::signing::calldata::Transfer;
use crate::signing::grounds::Grounds;
use crate::signing::policy::{Cost, Payment};

/// Who is paid.
#[derive(Debug, Clone, Copy)]
pub enum Payee {
    /// The escrow of an order.
    Escrow,
    /// The solver of a send-out.
    Solver,
}

/// One payment through the forwarder.
pub struct Forwarded<'a> {
    pub order: &'a Order,
    pub payee: Payee,
    pub chain_id: u64,
    pub forwarder: Address,
    pub token: Address,
    /// The token's places; `None` if they cannot be told.
    pub decimals: Option<u8>,
    /// Whose signature it is.
    pub sender: Address,
    pub nonce: U256,
    /// What the calldata pays; `None` if it cannot be read.
    pub transfer: Option<&'a Transfer>,
    /// Unix seconds; zero if it could not be computed.
    pub deadline: u64,
}

impl Forwarded<'_> {
    /// What the operator set, then what the chain says.
    pub fn checks(&self, grounds: &Grounds, now: &Now) -> Vec<Check> {
        let mut all = of_operator(&self.claims(), &self.payment(), grounds, now);
        all.extend(grounds.chain_checks(&self.expected(*now)));
        all
    }

    fn recipient(&self) -> Option<Address> {
        self.transfer.map(|transfer| transfer.recipient)
    }

    fn claims(&self) -> Claims<'_> {
        let (forwarder, recipient) = (self.forwarder, self.recipient());
        Claims {
            chain_id: self.chain_id,
            token: self.token,
            decimals: self.decimals,
            currency: self.order.amounts.crypto_currency.as_deref(),
            sender: self.sender,
            paid: match self.payee {
                Payee::Escrow => Paid::Escrow { forwarder, recipient },
                Payee::Solver => Paid::Solver { forwarder, recipient },
            },
        }
    }

    fn payment(&self) -> Payment {
        let paid = self.transfer.map(|transfer| AtomicAmount::from(transfer.amount));
        // As the journal writes them.
        let slot = Slot {
            chain: self.chain_id.to_string(),
            forwarder: self.forwarder.to_string(),
            nonce: self.nonce.to_string(),
        };
        let cost = Cost {
            currency: self.order.amounts.crypto_currency.clone().unwrap_or_default(),
            amount: self.decimals.zip(paid).and_then(|(places, paid)| paid.to_amount(places)),
            recipient: self.recipient(),
            slot,
        };
        Payment { cost: Some(cost) }
    }

    fn expected(&self, now: Now) -> chain::Expected {
        chain::Expected {
            chain_id: self.chain_id,
            forwarder: self.forwarder,
            token: self.token,
            payer: self.sender,
            nonce: self.nonce,
            amount: self.transfer.map_or(U256::MAX, |transfer| transfer.amount),
            decimals: self.decimals.unwrap_or(u8::MAX),
            deadline: self.deadline,
            now,
        }
    }
}
