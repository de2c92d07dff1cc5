//! The server of the simulation: live orders that move, a hundred thousand that are over, and the
//! rows it lists them in. Times are virtual milliseconds.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::time::Duration;

use chrono::DateTime;
use ramptop::domain::{AllowedAction, Direction, Mono, NextAction, Now, Observed, Order, OrderId, Status};

use ramptop::domain::status::KnownStatus;
use ramptop::domain::status::KnownStatus::*;

/// In which order the server lists rows; no document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    NewestFirst,
    PendingFirst,
    /// As good as shuffled, and always the same.
    ById,
}

/// How busy the partner is.
#[derive(Debug, Clone, Copy)]
pub struct Traffic {
    /// Off-ramp orders in a thousand seconds.
    pub off_ramp: u64,
    /// On-ramp orders in a thousand seconds.
    pub on_ramp: u64,
    /// How much longer than usual orders stay where nobody of ours acts, in percent.
    pub patience: u64,
    /// Of a hundred proofs of payment, how many are declined: the order is cancelled and owes a refund.
    pub refunds: u64,
}

/// 78 orders in a thousand seconds: 0.8 changes a second.
pub const BUSY: Traffic = Traffic { off_ramp: 68, on_ramp: 10, patience: 75, refunds: 2 };
/// As busy, with few on-ramp orders.
pub const OFF_RAMP: Traffic = Traffic { off_ramp: 55, on_ramp: 1, patience: 80, refunds: 0 };
/// A change in eight seconds.
pub const STEADY: Traffic = Traffic { off_ramp: 12, on_ramp: 1, patience: 700, refunds: 2 };

/// A small generator of its own: the same seed, the same day.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % below.max(1)
    }

    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.roll(most - least + 1)
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.roll(100) < chance
    }
}

/// Both clocks of a machine that slept for so long.
pub fn at(ms: u64, asleep: u64) -> Now {
    let wall = DateTime::from_timestamp_millis(ms.cast_signed()).unwrap();
    Now { mono: Mono::new(Duration::from_millis(ms - asleep)), wall }
}

pub fn number(id: &OrderId) -> usize {
    id.as_str()[1..].parse().unwrap()
}

pub struct Row {
    pub id: OrderId,
    pub status: KnownStatus,
    pub direction: Direction,
    pub widget: bool,
    pub refund: bool,
    pub created: u64,
    /// When the authorization window closes.
    pub window: u64,
    /// When it came into this status.
    pub since: u64,
    /// It moves next, unless it is over.
    pub moves: u64,
}

impl Row {
    pub fn is_live(&self) -> bool {
        Status::from(self.status).is_live() || self.refund
    }

    pub fn wanting(&self) -> bool {
        match self.status {
            AwaitingCryptoTransferAuthorization | CryptoTransferAuthorizationPending => true,
            AwaitingFiatReceivedConfirmation => !self.widget,
            AwaitingFiatTransfer => true,
            _ => self.refund,
        }
    }

    /// As the API would say it, to a request asked and answered at these times.
    pub fn say(&self, evaluated: u64, asked: Now, answered: Now) -> Observed<Order> {
        let mut order = Order::bare(self.id.clone(), self.status.into());
        order.direction = self.direction;
        let (next, allowed) = match self.status {
            AwaitingCryptoTransferAuthorization => {
                (Some(NextAction::AuthorizeCryptoTransfer), Some(AllowedAction::AuthorizeCryptoTransfer))
            }
            AwaitingFiatReceivedConfirmation => {
                (Some(NextAction::ConfirmFiatReceived), Some(AllowedAction::ConfirmFiatReceived))
            }
            AwaitingFiatTransfer => (None, Some(AllowedAction::ConfirmPaymentSent)),
            _ if self.refund => (Some(NextAction::AuthorizeRefund), Some(AllowedAction::AuthorizeRefund)),
            _ => (None, None),
        };
        order.next_action = next;
        order.allowed_actions.extend(allowed.filter(|_| !self.widget));
        if matches!(self.status, AwaitingCryptoTransferAuthorization | CryptoTransferAuthorizationPending) {
            order.authorization_seconds_left = Some(self.window.saturating_sub(evaluated) / 1_000);
        }
        Observed { value: order, asked, answered, server_date: None }
    }
}

/// What happened to an order.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    pub order: usize,
    pub at: u64,
    pub new: bool,
}

pub struct World {
    pub rows: Vec<Row>,
    order: Rows,
    traffic: Traffic,
    dice: Dice,
    /// Row numbers as listed: live ones of pending-first, then the others.
    pending: Vec<usize>,
    rest: Vec<usize>,
    live: BTreeSet<usize>,
    moves: BinaryHeap<Reverse<(u64, usize)>>,
    next_off: u64,
    next_on: u64,
    pub now: u64,
    /// Nothing happens any more.
    pub quiet: bool,
    /// Of a hundred arrivals, how many times an order that is over comes back, owing a refund.
    pub revivals: u64,
}

/// The virtual moment everything starts: late enough for orders to be a month old.
pub const START: u64 = 3_000_000_000;

/// Which statuses a filter returns; on-ramp orders are returned by none.
pub fn filter_of(row: &Row) -> Option<&'static str> {
    if row.direction == Direction::OnRamp {
        return None;
    }
    match row.status {
        Created
        | AwaitingLiquidityProvider
        | AwaitingCryptoTransferAuthorization
        | CryptoTransferAuthorizationPending
        | CryptoReceived
        | AwaitingFiatReceivedConfirmation => Some(row.status.wire()),
        FiatPaymentStarted | FiatPaymentReviewStarted | DisputeStarted => Some("crypto_received"),
        _ => None,
    }
}

impl World {
    pub fn new(order: Rows, traffic: Traffic, past: usize, live: usize, seed: u64) -> Self {
        let mut world = Self {
            rows: Vec::new(),
            order,
            traffic,
            dice: Dice::new(seed),
            pending: Vec::new(),
            rest: Vec::new(),
            live: BTreeSet::new(),
            moves: BinaryHeap::new(),
            next_off: START + 1_000,
            next_on: START + 2_000,
            now: START,
            quiet: false,
            revivals: 0,
        };
        let apart = 1_000_000 / (traffic.off_ramp + traffic.on_ramp);
        for age in (0..past as u64).rev() {
            let status = if age % 5 == 0 { Cancelled } else { Completed };
            let created = START - 1_800_000 - (age * apart).min(START - 2_000_000);
            world.push(Direction::OffRamp, status, created, created, u64::MAX);
        }
        for _ in 0..live {
            world.push_live();
        }
        world.list_all();
        world
    }

    /// How long an order stays in a status, at the most.
    fn stay(&self, status: KnownStatus) -> u64 {
        let patience = self.traffic.patience;
        match status {
            Created => 3_000,
            AwaitingLiquidityProvider => 50_000,
            AwaitingCryptoTransferAuthorization => 1_800_000,
            CryptoTransferAuthorizationPending => 60_000,
            CryptoReceived => 40_000 * patience,
            FiatPaymentStarted | FiatPaymentReviewStarted => 18_000 * patience,
            AwaitingFiatReceivedConfirmation => 12_000 * patience.max(100),
            FiatReceivedConfirmed => 10_000,
            CryptoReleasePending => 40_000,
            DisputeStarted => 300_000_000,
            AwaitingVendorEscrowFunding => 60_000,
            AwaitingFiatTransfer => 1_200_000,
            FiatTransferPending => 1_800_000,
            // A refund is signed within two minutes.
            _ => 120_000,
        }
    }

    /// A live order somewhere on its way, each status as often as orders stay in it.
    fn push_live(&mut self) {
        let off = [
            Created,
            AwaitingLiquidityProvider,
            AwaitingCryptoTransferAuthorization,
            CryptoTransferAuthorizationPending,
            CryptoReceived,
            FiatPaymentStarted,
            FiatPaymentReviewStarted,
            AwaitingFiatReceivedConfirmation,
        ];
        let on = [AwaitingVendorEscrowFunding, AwaitingFiatTransfer, FiatTransferPending];
        let all = self.traffic.off_ramp + self.traffic.on_ramp;
        if self.dice.percent(12) {
            let created = START - self.dice.between(3_600_000, 80_000_000);
            let moves = START + self.dice.roll(self.stay(DisputeStarted));
            self.push(Direction::OffRamp, DisputeStarted, created, START - 1_000, moves);
            return;
        }
        let is_on = self.dice.roll(all) < self.traffic.on_ramp;
        let (way, direction) = if is_on { (&on[..], Direction::OnRamp) } else { (&off[..], Direction::OffRamp) };
        let total: u64 = way.iter().map(|status| self.stay(*status)).sum();
        let mut spot = self.dice.roll(total);
        let mut before = 0;
        for status in way {
            let stay = self.stay(*status);
            if spot < stay {
                let (since, rest) = (START - spot / 2, (stay - spot) / 2 + 1);
                self.push(direction, *status, since - before / 2, since, START + rest);
                return;
            }
            (spot, before) = (spot - stay, before + stay);
        }
    }

    fn push(&mut self, direction: Direction, status: KnownStatus, created: u64, since: u64, moves: u64) -> usize {
        let number = self.rows.len();
        let widget = direction == Direction::OffRamp && number % 10 == 3;
        let id = OrderId::parse(&format!("o{number}")).unwrap();
        let window = since + 1_800_000;
        let row = Row { id, status, direction, widget, refund: false, created, window, since, moves };
        if row.is_live() {
            self.live.insert(number);
            self.moves.push(Reverse((moves, number)));
        }
        self.rows.push(row);
        number
    }

    fn rank(&self, number: usize) -> (u64, usize) {
        match self.order {
            Rows::ById => ((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 8, number),
            _ => (u64::MAX - self.rows[number].created, usize::MAX - number),
        }
    }

    fn in_front(&self, number: usize) -> bool {
        self.order == Rows::PendingFirst && self.rows[number].is_live()
    }

    fn list_all(&mut self) {
        let mut all: Vec<usize> = (0..self.rows.len()).collect();
        all.sort_by_cached_key(|number| self.rank(*number));
        (self.pending, self.rest) = all.into_iter().partition(|number| self.in_front(*number));
    }

    fn list(&mut self, number: usize) {
        let rank = self.rank(number);
        let front = self.in_front(number);
        let list = if front { &self.pending } else { &self.rest };
        let place = list.partition_point(|other| self.rank(*other) < rank);
        if front { self.pending.insert(place, number) } else { self.rest.insert(place, number) }
    }

    fn unlist(&mut self, number: usize, front: bool) {
        let rank = self.rank(number);
        let list = if front { &self.pending } else { &self.rest };
        let place = list.partition_point(|other| self.rank(*other) < rank);
        assert_eq!(list[place], number);
        if front {
            self.pending.remove(place)
        } else {
            self.rest.remove(place)
        };
    }

    /// When something happens next.
    pub fn next_at(&self) -> u64 {
        if self.quiet {
            return u64::MAX;
        }
        let moves = self.moves.peek().map_or(u64::MAX, |Reverse((at, _))| *at);
        moves.min(self.next_off).min(self.next_on)
    }

    /// What happens next, at the latest at `until`.
    pub fn step(&mut self, until: u64) -> Option<Moved> {
        let at = self.next_at();
        if at > until {
            self.now = until;
            return None;
        }
        self.now = at;
        if at == self.next_off || at == self.next_on {
            return Some(self.arrive(at));
        }
        let Reverse((_, order)) = self.moves.pop()?;
        self.advance(order);
        Some(Moved { order, at, new: false })
    }

    fn revive(&mut self) -> Option<usize> {
        let number = self.dice.roll(self.rows.len() as u64) as usize;
        let row = &self.rows[number];
        if row.status != Cancelled
            || row.refund
            || row.direction == Direction::OnRamp
            || !self.dice.percent(self.revivals)
        {
            return None;
        }
        self.unlist(number, false);
        let moves = self.now + self.stay(Cancelled);
        let row = &mut self.rows[number];
        (row.refund, row.since, row.moves) = (true, self.now, moves);
        self.live.insert(number);
        self.moves.push(Reverse((moves, number)));
        self.list(number);
        Some(number)
    }

    fn arrive(&mut self, at: u64) -> Moved {
        self.revive();
        let off = at == self.next_off;
        let (direction, status) =
            if off { (Direction::OffRamp, Created) } else { (Direction::OnRamp, AwaitingLiquidityProvider) };
        let apart = 1_000_000 / if off { self.traffic.off_ramp } else { self.traffic.on_ramp };
        let next = at + self.dice.between(apart / 2, apart * 3 / 2);
        if off {
            self.next_off = next
        } else {
            self.next_on = next
        }
        let moves = at + self.dice.between(self.stay(status) / 4, self.stay(status));
        let order = self.push(direction, status, at, at, moves);
        self.list(order);
        Moved { order, at, new: true }
    }

    fn advance(&mut self, number: usize) {
        let front = self.in_front(number);
        let (refund, status) = (self.rows[number].refund, self.rows[number].status);
        let chance = self.dice.roll(100);
        let next = match status {
            Created => AwaitingLiquidityProvider,
            AwaitingLiquidityProvider if self.rows[number].direction == Direction::OnRamp => {
                AwaitingVendorEscrowFunding
            }
            AwaitingLiquidityProvider if chance < 5 => Cancelled,
            AwaitingLiquidityProvider => AwaitingCryptoTransferAuthorization,
            AwaitingCryptoTransferAuthorization if self.now >= self.rows[number].window => Cancelled,
            AwaitingCryptoTransferAuthorization if chance < 4 => Cancelled,
            AwaitingCryptoTransferAuthorization => CryptoTransferAuthorizationPending,
            CryptoTransferAuthorizationPending => CryptoReceived,
            CryptoReceived => FiatPaymentStarted,
            FiatPaymentStarted => FiatPaymentReviewStarted,
            FiatPaymentReviewStarted if chance < self.traffic.refunds => Cancelled,
            FiatPaymentReviewStarted if chance < 5 => DisputeStarted,
            FiatPaymentReviewStarted => AwaitingFiatReceivedConfirmation,
            AwaitingFiatReceivedConfirmation if chance < 20 => Completed,
            AwaitingFiatReceivedConfirmation => FiatReceivedConfirmed,
            FiatReceivedConfirmed => CryptoReleasePending,
            AwaitingVendorEscrowFunding => AwaitingFiatTransfer,
            AwaitingFiatTransfer => FiatTransferPending,
            Cancelled => Cancelled,
            _ => Completed,
        };
        let row = &mut self.rows[number];
        row.refund = !refund && next == Cancelled && matches!(status, FiatPaymentReviewStarted | DisputeStarted);
        (row.status, row.since) = (next, self.now);
        if next == AwaitingCryptoTransferAuthorization {
            row.window = self.now + 1_800_000;
        }
        if row.is_live() {
            let window = row.window;
            let stay = self.stay(next);
            // Operators sign late.
            let least = if next == AwaitingCryptoTransferAuthorization { stay * 3 / 4 } else { stay / 5 };
            let moves = self.now + self.dice.between(least, stay);
            let moves = if next == AwaitingCryptoTransferAuthorization { moves.min(window) } else { moves };
            self.rows[number].moves = moves;
            self.moves.push(Reverse((moves, number)));
        } else {
            self.live.remove(&number);
        }
        if front != self.in_front(number) {
            self.unlist(number, front);
            self.list(number);
        }
    }

    pub fn live(&self) -> impl Iterator<Item = usize> + '_ {
        self.live.iter().copied()
    }

    /// The rows of a page, how many pages and how many rows there are.
    pub fn page(&self, status: Option<&str>, page: u32) -> (Vec<usize>, u32, u64) {
        let skip = (page as usize - 1) * 100;
        let (rows, count) = match status {
            None => {
                let all = self
                    .pending
                    .iter()
                    .skip(skip)
                    .chain(self.rest.iter().skip(skip.saturating_sub(self.pending.len())));
                (all.take(100).copied().collect(), self.pending.len() + self.rest.len())
            }
            Some(status) => {
                let mut all: Vec<usize> =
                    self.live().filter(|number| filter_of(&self.rows[*number]) == Some(status)).collect();
                all.sort_by_key(|number| self.rank(*number));
                (all.iter().skip(skip).take(100).copied().collect(), all.len())
            }
        };
        (rows, (count as u32).div_ceil(100).max(1), count as u64)
    }
}
