//! The orders that exist at the start, and those that arrive later.
//!
//! In the mixed scenario a cast of roles comes first, so that every status and every peculiarity
//! is there; further orders are mostly history. Timelines of the past are written backwards from
//! the moment the present status was entered.

use alloy_primitives::Address;
use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

use super::lifecycle::{self, AUTHORIZATION_WINDOW, Fate, OFF_RAMP, ON_RAMP};
use super::order::{Entry, SimOrder, Traits};
use super::people::{SimUser, WITH_ORDERS};
use super::price::Price;
use super::{casts, chance};
use crate::domain::Direction::{self, OffRamp, OnRamp};
#[cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "a table of statuses reads best by bare names"))]
use crate::domain::status::KnownStatus::{self, *};
use crate::sandbox::config::Scenario;

/// What an order of the start is like.
#[derive(Debug, Clone, Copy)]
pub struct Role {
    direction: Direction,
    status: KnownStatus,
    /// For a status beside the smooth way: the last one before it.
    after: Option<KnownStatus>,
    /// Seconds of the authorization window that are left.
    window_left: i64,
    traits: Traits,
    fate: Fate,
    /// Over for minutes, not for days.
    recent: bool,
    /// Whether only a user with this payout currency will do.
    currency: Option<&'static str>,
}

pub(super) const fn off(status: KnownStatus) -> Role {
    Role {
        direction: OffRamp,
        status,
        after: None,
        window_left: AUTHORIZATION_WINDOW,
        traits: Traits {
            widget: false,
            refund_owed: false,
            address_missing: false,
            settles_itself: false,
            payment_request: false,
            payer_known: false,
            refund_held: false,
        },
        fate: Fate::Smooth,
        recent: false,
        currency: None,
    }
}

pub(super) const fn on(status: KnownStatus) -> Role {
    Role { direction: OnRamp, ..off(status) }
}

impl Role {
    pub(super) const fn after(self, status: KnownStatus) -> Self {
        Self { after: Some(status), ..self }
    }

    pub(super) const fn left(self, seconds: i64) -> Self {
        Self { window_left: seconds, ..self }
    }

    pub(super) const fn fate(self, fate: Fate) -> Self {
        Self { fate, ..self }
    }

    pub(super) const fn recent(self) -> Self {
        Self { recent: true, ..self }
    }

    const fn widget(self) -> Self {
        Self { traits: Traits { widget: true, ..self.traits }, ..self }
    }

    pub(super) const fn refund_owed(self) -> Self {
        Self { traits: Traits { refund_owed: true, ..self.traits }, ..self }
    }

    pub(super) const fn refund_held(self) -> Self {
        Self { traits: Traits { refund_held: true, ..self.traits }, ..self }
    }

    pub(super) const fn payer_known(self) -> Self {
        Self { traits: Traits { payer_known: true, ..self.traits }, ..self }
    }

    pub(super) const fn settles_itself(self) -> Self {
        Self { traits: Traits { settles_itself: true, ..self.traits }, ..self }
    }

    pub(super) const fn payment_request(self) -> Self {
        Self { traits: Traits { payment_request: true, ..self.traits }, ..self }
    }

    pub(super) const fn address_missing(self) -> Self {
        Self { traits: Traits { address_missing: true, ..self.traits }, currency: Some("EUR"), ..self }
    }
}

/// The mixed scenario, most important first: a small `--orders` cuts the list short.
const CAST: &[Role] = &[
    off(AwaitingCryptoTransferAuthorization).left(1730),
    off(AwaitingFiatReceivedConfirmation),
    off(AwaitingCryptoTransferAuthorization).left(125),
    off(CryptoReceived),
    off(AwaitingCryptoTransferAuthorization).left(610),
    off(AwaitingFiatReceivedConfirmation),
    off(AwaitingLiquidityProvider),
    off(Completed),
    off(AwaitingCryptoTransferAuthorization).left(1085),
    off(AwaitingCryptoTransferAuthorization).left(1490),
    off(AwaitingFiatReceivedConfirmation),
    off(Cancelled).after(FiatPaymentReviewStarted).refund_owed(),
    off(Created).address_missing(),
    off(PriceChangedRequoteNeeded).after(AwaitingLiquidityProvider),
    off(AwaitingCryptoTransferAuthorization).left(1300).widget(),
    off(AwaitingFiatReceivedConfirmation).widget(),
    off(CryptoTransferAuthorizationPending),
    off(CryptoReceived).settles_itself(),
    off(FiatPaymentStarted),
    off(FiatPaymentReviewStarted),
    off(DisputeStarted).after(FiatPaymentReviewStarted),
    off(Failed).after(CryptoTransferAuthorizationPending),
    on(AwaitingFiatTransfer),
    on(AwaitingLiquidityProvider),
    on(AwaitingVendorEscrowFunding),
    on(AwaitingFiatTransfer).payment_request(),
    on(FiatTransferPending),
    on(Completed),
    on(SendOutPending),
    on(SendOutCompleted),
    on(SendOutFailed).after(SendOutPending),
    off(Created),
    off(AwaitingLiquidityProvider).fate(Fate::PriceMoves),
    off(CryptoTransferAuthorizationPending).fate(Fate::RelayFails),
    off(FiatReceivedConfirmed),
    off(CryptoReleasePending),
    off(Completed).after(CryptoReceived).settles_itself(),
    off(Completed).widget(),
    off(Cancelled).after(AwaitingCryptoTransferAuthorization),
    off(Cancelled).after(AwaitingLiquidityProvider),
    off(FiatPaymentReviewStarted).fate(Fate::ProofDeclined),
    off(FiatPaymentStarted).fate(Fate::Disputed),
];

/// What further orders of the mixed scenario are like, one drawn for each.
const HISTORY: &[Role] = &[
    off(Completed),
    off(Completed),
    off(Completed),
    off(Completed),
    off(Completed),
    off(Completed).after(CryptoReceived).settles_itself(),
    on(Completed),
    on(SendOutCompleted),
    off(Cancelled).after(AwaitingCryptoTransferAuthorization),
    off(Cancelled).after(AwaitingLiquidityProvider),
    off(Failed).after(CryptoTransferAuthorizationPending),
    off(CryptoReceived),
];

/// The role of the `index`-th order, or `None` if the scenario has no orders.
pub fn role(scenario: Scenario, index: usize, rng: &mut Rng) -> Option<Role> {
    match scenario {
        Scenario::Empty => None,
        Scenario::AwaitingConfirmation => Some(off(AwaitingFiatReceivedConfirmation)),
        Scenario::AwaitingAuthorization => {
            let spread = i64::try_from(index).unwrap_or(0) * 97 % 900;
            Some(off(AwaitingCryptoTransferAuthorization).left(AUTHORIZATION_WINDOW - spread))
        }
        Scenario::Mixed => CAST.get(index).copied().or_else(|| rng.choice(HISTORY).copied()),
        other => casts::of(other).get(index).copied(),
    }
}

/// Builds an order of the start.
pub fn seeded(role: &Role, users: &[SimUser], started: DateTime<Utc>, mut rng: Rng) -> Option<SimOrder> {
    let entered = entered_at(role, started, &mut rng);
    let timeline = history(role, entered, &mut rng);
    let mut order = bare(role, users, rng)?;
    order.timeline = timeline;
    order.plan(started);
    if role.status == AwaitingCryptoTransferAuthorization {
        let end = started + TimeDelta::seconds(role.window_left);
        order.authorize_by = Some(end);
        order.due = Some((end, Cancelled));
    } else if role.status == CryptoTransferAuthorizationPending {
        order.authorize_by = Some(started + TimeDelta::seconds(AUTHORIZATION_WINDOW / 2));
    }
    Some(order)
}

/// Builds an order that arrives at `at`. For the first ten minutes (`gentle`) nothing that an
/// operator authorizes goes wrong afterwards.
pub fn arriving(users: &[SimUser], at: DateTime<Utc>, gentle: bool, mut rng: Rng) -> Option<SimOrder> {
    let on_ramp = rng.u8(..7) == 0;
    let fate = match rng.u8(..100) {
        0..4 => Fate::Unfilled,
        4..7 => Fate::PriceMoves,
        7..10 if !gentle => Fate::RelayFails,
        10..13 if !gentle => Fate::ProofDeclined,
        13..15 if !gentle => Fate::Disputed,
        // Somebody else's orders, which move on while nobody touches ours.
        15..50 if !on_ramp => Fate::CustomerActs,
        _ => Fate::Smooth,
    };
    let role = if on_ramp { on(AwaitingLiquidityProvider) } else { off(Created) }.fate(fate);
    let role = if !on_ramp && rng.u8(..5) == 0 { role.settles_itself() } else { role };
    let role = if fate == Fate::CustomerActs { role.widget() } else { role };
    let mut order = bare(&role, users, rng)?;
    order.enter(role.status, at, lifecycle::description(role.status));
    Some(order)
}

fn bare(role: &Role, users: &[SimUser], mut rng: Rng) -> Option<SimOrder> {
    let cleared = users.iter().take(WITH_ORDERS);
    let payouts: Vec<_> = cleared
        .flat_map(|user| user.profiles.iter().map(move |profile| (user, profile)))
        .filter(|(_, profile)| role.currency.is_none_or(|wanted| wanted == profile.script.currency))
        .collect();
    let (owner, profile) = rng.choice(payouts)?;
    let id = chance::uuid(&mut rng);
    let escrow: Address = chance::address(&mut rng);
    let price = Price::draw(profile.script.currency, &mut rng);
    Some(SimOrder {
        id,
        owner: owner.id,
        payment_details: profile.id,
        direction: role.direction,
        status: role.status,
        price,
        escrow,
        timeline: Vec::new(),
        traits: role.traits,
        fate: role.fate,
        due: None,
        authorize_by: None,
        window: AUTHORIZATION_WINDOW,
        rng,
    })
}

fn entered_at(role: &Role, started: DateTime<Utc>, rng: &mut Rng) -> DateTime<Utc> {
    let ago = match role.status {
        AwaitingCryptoTransferAuthorization => AUTHORIZATION_WINDOW - role.window_left,
        _ if role.recent => rng.i64(900..7200),
        AwaitingFiatReceivedConfirmation | AwaitingFiatTransfer => rng.i64(60..1500),
        Completed | SendOutCompleted | SendOutFailed | Cancelled | Failed => rng.i64(900..14 * 86_400),
        PriceChangedRequoteNeeded | DisputeStarted => rng.i64(900..7200),
        _ => rng.i64(1..4),
    };
    started - TimeDelta::seconds(ago)
}

/// The statuses an order of this role went through, the present one last.
fn path(role: &Role) -> Vec<KnownStatus> {
    let line = if role.direction == OffRamp { OFF_RAMP } else { ON_RAMP };
    let last = role.after.unwrap_or(role.status);
    let end = line.iter().position(|status| *status == last).map_or(line.len(), |at| at + 1);
    let mut path: Vec<KnownStatus> = line.iter().copied().take(end).collect();
    path.extend(role.after.map(|_| role.status));
    path
}

fn history(role: &Role, entered: DateTime<Utc>, rng: &mut Rng) -> Vec<Entry> {
    let mut at = entered;
    let mut entries = Vec::new();
    for (back, status) in path(role).into_iter().rev().enumerate() {
        if back > 0 {
            at -= TimeDelta::seconds(rng.i64(lifecycle::dwell(status)));
        }
        entries.push(Entry { status, at, description: lifecycle::description(status) });
    }
    entries.reverse();
    entries
}
