//! The world: users, orders, chain and counts, moved by a virtual clock.
//!
//! Pure and seeded. [`World::step`] moves everything that is due, in any number of steps to the
//! same state; what a partner does goes through [`act`]. Nothing here reads a clock, waits, or
//! knows of HTTP.

pub mod act;
pub mod announce;
pub mod ask;
pub mod casts;
pub mod chance;
pub mod denied;
pub mod desk;
pub mod initiating;
pub mod kyc;
pub mod kyc_rules;
#[cfg(test)]
mod kyc_tests;
pub mod lifecycle;
pub mod market;
pub mod order;
pub mod payer;
pub mod payout;
pub mod people;
pub mod price;
pub mod quoting;
pub mod refund;
pub mod seed;
pub mod sending_out;
mod stage;
pub mod tally;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trading_tests;
#[cfg(test)]
mod webhook_tests;
pub mod webhooks;

use std::collections::HashMap;

use alloy_primitives::{Address, U256};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::calendar::Calendar;
use super::chain::Chain;
use super::config::{Dialect, SandboxConfig, Scenario};
use crate::domain::status::KnownStatus;
use crate::domain::{Direction, OrderId, PaymentDetailsId, UserId};
use order::SimOrder;
use people::SimUser;
pub use tally::Tally;
use webhooks::Webhooks;

/// Virtual seconds between two arriving orders.
const ARRIVAL_EVERY: i64 = 45;
/// Arriving orders for which nothing goes wrong after an authorization: about ten minutes' worth.
const GENTLE_ARRIVALS: u64 = 13;
/// Arrivals stop here, so that a forgotten sandbox does not grow without end.
const MOST_ARRIVALS: u64 = 5_000;

/// The simulated partner's side of the world.
#[derive(Debug, Clone)]
pub struct World {
    seed: u64,
    sender: Address,
    now: DateTime<Utc>,
    calendar: Calendar,
    users: Vec<SimUser>,
    orders: Vec<SimOrder>,
    index: HashMap<Uuid, usize>,
    next_arrival: Option<DateTime<Utc>>,
    arrived: u64,
    chain: Chain,
    tally: Tally,
    desk: desk::Desk,
    /// Numbers the identifiers of verifications and documents.
    sessions: u64,
    next_profile: u32,
    /// When the wallet is filled up, once.
    top_up: Option<DateTime<Utc>>,
    webhooks: Webhooks,
    dialect: Dialect,
}

impl World {
    /// The world at its start.
    pub fn new(config: &SandboxConfig) -> Self {
        let mut rng = chance::generator(config.seed, u64::MAX - 1);
        let mut users = people::seeded(&mut rng, config.started);
        let next_profile = users.iter().flat_map(|user| &user.profiles).map(|p| p.id + 1).max().unwrap_or(1);
        if config.scenario == Scenario::Empty {
            users.clear();
        }
        let mut world = Self {
            desk: desk::Desk::new(config.scenario),
            seed: config.seed,
            sender: config.sender,
            now: config.started,
            calendar: Calendar::new(config.started, config.speed),
            users,
            orders: Vec::new(),
            index: HashMap::new(),
            next_arrival: None,
            arrived: 0,
            chain: Chain::new(config.sender, config.started),
            tally: Tally::default(),
            sessions: 0,
            next_profile,
            top_up: None,
            webhooks: Webhooks::default(),
            dialect: config.dialect,
        };
        if config.scenario == Scenario::Mixed {
            world.next_arrival = Some(config.started + TimeDelta::seconds(ARRIVAL_EVERY));
        }
        world.set_stage(config.scenario);
        world.populate(config);
        world
    }

    fn populate(&mut self, config: &SandboxConfig) {
        for index in 0..config.orders {
            let mut rng = chance::generator(config.seed, u64::try_from(index).unwrap_or(u64::MAX));
            let Some(role) = seed::role(config.scenario, index, &mut rng) else { return };
            if let Some(order) = seed::seeded(&role, &self.users, config.started, rng) {
                self.fund_past(&order);
                self.add(order);
            }
        }
    }

    /// What was funded before the start used up a nonce, and sits in its escrow if not yet released.
    fn fund_past(&mut self, order: &SimOrder) {
        if order.timeline.iter().any(|e| e.status == KnownStatus::CryptoReceived) || lifecycle::is_funded(order.status)
        {
            let held = lifecycle::is_funded(order.status) || order.traits.refund_owed || order.traits.refund_held;
            let units = if held { order.price.units() } else { U256::ZERO };
            self.chain.fund_in_the_past(self.sender, order.escrow, units);
        }
    }

    fn add(&mut self, order: SimOrder) {
        self.index.insert(order.id, self.orders.len());
        self.orders.push(order);
    }

    /// Moves the virtual clock to `now`, and with it everything that is due. A clock that runs
    /// backwards moves nothing.
    pub fn step(&mut self, now: DateTime<Utc>) {
        self.now = self.now.max(now);
        self.chain.set_time(self.shown_now());
        self.let_orders_arrive();
        for order in &mut self.orders {
            while let Some(entered) = order.move_if_due(self.now) {
                follow_on_chain(&mut self.chain, self.sender, order, entered);
            }
        }
        self.users.iter_mut().for_each(|user| user.move_kyc_if_due(self.now));
        self.top_up_if_due();
        self.announce();
    }

    fn let_orders_arrive(&mut self) {
        while let Some(at) = self.next_arrival.filter(|at| *at <= self.now) {
            // Numbered far from the orders of the start, whose number is the caller's choice.
            let rng = chance::generator(self.seed, (1 << 40) + self.arrived);
            let order = seed::arriving(&self.users, at, self.arrived < GENTLE_ARRIVALS, rng);
            self.arrived += 1;
            let more = self.arrived < MOST_ARRIVALS;
            self.next_arrival = more.then(|| at + TimeDelta::seconds(ARRIVAL_EVERY));
            if let Some(order) = order {
                self.add(order);
            }
        }
    }

    /// The virtual clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// A time of the world as it is shown outside.
    pub fn shown(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.calendar.shown(at)
    }

    /// The present as it is shown outside.
    pub fn shown_now(&self) -> DateTime<Utc> {
        self.shown(self.now)
    }

    /// Which version of the documents it follows.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The partner's wallet.
    pub fn sender(&self) -> Address {
        self.sender
    }

    /// The simulated chain.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    /// Sets what the partner's wallet holds, in the token's smallest unit.
    pub fn set_wallet_balance(&mut self, units: U256) {
        self.chain.set_balance(self.sender, units);
    }

    /// How often each money write was asked for and carried out.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// All orders, oldest arrival last.
    pub fn orders(&self) -> &[SimOrder] {
        &self.orders
    }

    /// One order.
    pub fn order(&self, id: Uuid) -> Option<&SimOrder> {
        self.index.get(&id).and_then(|at| self.orders.get(*at))
    }

    fn order_mut(&mut self, id: Uuid) -> Option<&mut SimOrder> {
        self.index.get(&id).and_then(|at| self.orders.get_mut(*at))
    }

    /// One user.
    pub fn user(&self, id: Uuid) -> Option<&SimUser> {
        self.users.iter().find(|user| user.id == id)
    }

    /// What an order offers: its own actions, as the dialect has them.
    pub fn allowed_actions(&self, order: &SimOrder) -> Vec<&'static str> {
        let mut actions = order.allowed_actions();
        // The newest documents take cancelling away once the transfer is signed.
        if self.dialect == Dialect::Newer && order.status == KnownStatus::CryptoTransferAuthorizationPending {
            actions.clear();
        }
        actions
    }

    /// Every user there is. The API itself never lists them.
    pub fn user_ids(&self) -> Vec<UserId> {
        self.users.iter().filter_map(|user| UserId::parse(&user.id.to_string()).ok()).collect()
    }

    /// Whose each order is and where its fiat goes. The API itself never says so.
    pub fn order_owners(&self) -> Vec<(OrderId, UserId, PaymentDetailsId)> {
        self.orders.iter().filter_map(owner).collect()
    }
}

fn owner(order: &SimOrder) -> Option<(OrderId, UserId, PaymentDetailsId)> {
    let id = OrderId::parse(&order.id.to_string()).ok()?;
    let user = UserId::parse(&order.owner.to_string()).ok()?;
    let details = PaymentDetailsId::parse(&order.payment_details.to_string()).ok()?;
    Some((id, user, details))
}

/// What a status change means for the tokens: released to the buyer, or back to the wallet if the
/// relay failed. What a customer bought arrives in the wallet. A cancelled order's escrow keeps what is owed.
fn follow_on_chain(chain: &mut Chain, wallet: Address, order: &SimOrder, entered: KnownStatus) {
    if order.direction == Direction::OnRamp {
        let units = price::units(order.price.delivered);
        return match entered {
            KnownStatus::Completed => chain.credit(wallet, units),
            KnownStatus::SendOutFailed => chain.refund_send_out(sending_out::SOLVER, wallet, units),
            _ => {}
        };
    }
    match entered {
        KnownStatus::Completed => chain.release(order.escrow),
        KnownStatus::Failed => chain.give_back(order.escrow, wallet),
        _ => {}
    }
}
