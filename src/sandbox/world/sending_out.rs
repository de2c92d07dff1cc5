//! Send-out: the tokens of a completed on-ramp order leave for another chain.
//!
//! The partner signs a transfer to the bridge's solver, with the id of a bridge quote after the
//! calldata. The destination is bound by that quote alone. Source: reference, section 7.

use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use uuid::Uuid;

use super::World;
use super::act::Refused;
use super::lifecycle;
use super::order::SimOrder;
use super::price::units;
use super::tally::count;
use crate::domain::Direction;
use crate::domain::status::KnownStatus::{Completed, SendOutPending};
use crate::sandbox::catalog::send_out::{Route, route};
use crate::sandbox::chain::transfer_calldata;
use crate::sandbox::config::Dialect;
use crate::sandbox::forward::Submission;

/// Who carries the tokens over.
pub const SOLVER: Address = address!("0x50170e500000000000000000000000000000501e");
/// Seconds a bridge quote lives, in shown time.
const LIVES: i64 = 60;
/// Bridge quotes of one order that are remembered.
const REMEMBERED: usize = 16;

/// What the bridge offers.
#[derive(Debug, Clone)]
pub struct BridgeQuote {
    /// `quote_id`, part of the calldata.
    pub id: B256,
    /// `destination_chain`.
    pub route: &'static Route,
    /// `destination_address`.
    pub address: String,
    /// What leaves.
    pub units: U256,
    /// `to_amount`: what arrives.
    pub arrives: U256,
    /// `expires_at`, in shown time.
    pub expires_at: DateTime<Utc>,
}

impl BridgeQuote {
    /// The calldata to sign.
    pub fn calldata(&self) -> Bytes {
        [transfer_calldata(SOLVER, self.units).as_ref(), self.id.as_slice()].concat().into()
    }
}

#[derive(Deserialize)]
struct Destination {
    destination_chain: String,
    destination_address: String,
}

fn destination(chain: &str, address: &str, dialect: Dialect) -> Result<&'static Route, Refused> {
    let route = route(chain, dialect).ok_or_else(|| Refused::Invalid("unsupported destination_chain".to_owned()))?;
    if route.accepts(address) { Ok(route) } else { Err(Refused::Invalid("invalid destination_address".to_owned())) }
}

impl World {
    /// The order of which the tokens can be sent out.
    fn sendable(&self, id: Uuid) -> Result<&SimOrder, Refused> {
        let order = self.own(id)?;
        if order.direction == Direction::OnRamp && order.status == Completed {
            return Ok(order);
        }
        Err(Refused::Status(format!("order is in status {}, send-out needs completed", order.status.wire())))
    }

    /// A new bridge quote.
    pub fn bridge_quote(&mut self, id: Uuid, chain: &str, address: &str) -> Result<BridgeQuote, Refused> {
        self.own(id)?;
        let route = destination(chain, address, self.dialect)?;
        let tokens = self.sendable(id)?.price.delivered;
        // A tenth of a per cent and half a token.
        let arrives = (tokens * Decimal::new(999, 3) - Decimal::new(5, 1)).max(Decimal::ZERO).trunc_with_scale(6);
        let now = self.shown_now();
        let quotes = self.desk.bridges.entry(id).or_default();
        let seed = format!("{id} {} {address} {} {}", route.chain_id, now.timestamp_micros(), quotes.len());
        let quote = BridgeQuote {
            id: keccak256(seed),
            route,
            address: address.to_owned(),
            units: units(tokens),
            arrives: units(arrives),
            expires_at: now + TimeDelta::seconds(LIVES),
        };
        if quotes.len() >= REMEMBERED {
            quotes.remove(0);
        }
        quotes.push(quote.clone());
        Ok(quote)
    }

    /// Carries out a signed send-out, or says why not.
    pub fn send_out(&mut self, id: Uuid, body: &[u8]) -> Result<&SimOrder, Refused> {
        self.own(id)?;
        count(&mut self.tally.attempts.send_outs, id);
        self.sendable(id)?;
        let submission = Submission::parse(body).map_err(Refused::Invalid)?;
        let to: Destination = serde_json::from_slice(body).map_err(|e| Refused::Invalid(e.to_string()))?;
        let route = destination(&to.destination_chain, &to.destination_address, self.dialect)?;
        let now = self.shown_now();
        let fits = |quote: &&BridgeQuote| {
            quote.calldata() == submission.request.data
                && quote.route == route
                && quote.address == to.destination_address
        };
        let quote = self.desk.bridges.get(&id).and_then(|quotes| quotes.iter().find(fits)).cloned();
        let quote =
            quote.ok_or_else(|| Refused::Invalid("forward_request.data is not of a quote for it".to_owned()))?;
        if now >= quote.expires_at {
            return Err(Refused::Invalid("the bridge quote has expired".to_owned()));
        }
        self.check_request(&submission.request, &quote.calldata())?;
        self.check_signer(&submission)?;
        if !self.chain.forward_transfer(self.sender, SOLVER, quote.units) {
            return Err(self.too_poor(quote.units));
        }
        self.desk.bridges.remove(&id);
        count(&mut self.tally.send_outs, id);
        self.enter(id, SendOutPending, lifecycle::description(SendOutPending))
    }
}
