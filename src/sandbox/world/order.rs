//! One simulated order: where it stands, how it got there, when it moves by itself.
//!
//! It knows neither the chain nor other orders. What it offers and asks for comes from the tables
//! of [`super::lifecycle`], corrected by what is special about it.

use alloy_primitives::Address;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::lifecycle::{self, Fate};
use super::price::Price;
use crate::domain::Direction;
use crate::domain::status::{KnownStatus, Phase};

/// An entry of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The status that was reached.
    pub status: KnownStatus,
    /// When.
    pub at: DateTime<Utc>,
    /// In words.
    pub description: &'static str,
}

/// What is special about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each a field on the wire")]
pub struct Traits {
    /// Made by a customer in the embedded widget: ours to watch, not to act on.
    pub widget: bool,
    /// Stopped after funding: the crypto is owed back.
    pub refund_owed: bool,
    /// The payout needs an address the KYC data do not have.
    pub address_missing: bool,
    /// The provider confirms the fiat by itself.
    pub settles_itself: bool,
    /// On-ramp: payer details must be submitted first.
    pub payment_request: bool,
    /// On-ramp: they have been submitted.
    pub payer_known: bool,
    /// Stopped after funding, and held for review: operations settle it.
    pub refund_held: bool,
}

/// An order.
#[derive(Debug, Clone)]
pub struct SimOrder {
    /// `order_id`.
    pub id: Uuid,
    /// Whose it is; not on the wire.
    pub owner: Uuid,
    /// Where its fiat goes; not on the wire.
    pub payment_details: u32,
    /// Off-ramp or on-ramp.
    pub direction: Direction,
    /// `status`.
    pub status: KnownStatus,
    /// What it is worth.
    pub price: Price,
    /// Its escrow.
    pub escrow: Address,
    /// `timeline`, oldest first.
    pub timeline: Vec<Entry>,
    /// What is special about it.
    pub traits: Traits,
    /// What becomes of it by itself.
    pub fate: Fate,
    /// When it moves by itself, and where to.
    pub due: Option<(DateTime<Utc>, KnownStatus)>,
    /// The end of the authorization window.
    pub authorize_by: Option<DateTime<Utc>>,
    /// Seconds to authorize it, from the moment a provider accepts.
    pub window: i64,
    /// Its own randomness.
    pub rng: fastrand::Rng,
}

impl SimOrder {
    /// `created_at`: the first entry of the timeline.
    pub fn created_at(&self) -> DateTime<Utc> {
        self.timeline.first().map(|e| e.at).unwrap_or_default()
    }

    /// `updated_at`: the last entry of the timeline.
    pub fn updated_at(&self) -> DateTime<Utc> {
        self.timeline.last().map(|e| e.at).unwrap_or_default()
    }

    /// Whether it still moves.
    pub fn is_live(&self) -> bool {
        self.status.phase() == Phase::Live
    }

    /// `allowed_actions`.
    pub fn allowed_actions(&self) -> Vec<&'static str> {
        if self.traits.widget {
            return Vec::new();
        }
        if self.traits.refund_owed {
            return vec!["authorize-refund"];
        }
        let mut actions = lifecycle::allowed_actions(self.status).to_vec();
        if self.direction == Direction::OnRamp {
            actions.retain(|action| *action == "confirm-payment-sent" || *action == "cancel");
        }
        let payer_missing = self.traits.payment_request && !self.traits.payer_known;
        if payer_missing && self.status == KnownStatus::AwaitingFiatTransfer {
            actions = vec!["submit-payer-details"];
        }
        if self.direction == Direction::OnRamp && self.status == KnownStatus::Completed {
            actions = vec!["authorize-bridge"];
        }
        actions
    }

    /// `next_action`.
    pub fn next_action(&self) -> Option<&'static str> {
        match self.traits {
            Traits { refund_owed: true, .. } => Some("authorize_refund"),
            Traits { address_missing: true, .. } => Some("update_kyc_address"),
            _ => lifecycle::next_action(self.status),
        }
    }

    /// The end of the countdown, in the two statuses that have one.
    pub fn countdown_end(&self) -> Option<DateTime<Utc>> {
        use KnownStatus::{AwaitingCryptoTransferAuthorization, CryptoTransferAuthorizationPending};
        let counts = matches!(self.status, AwaitingCryptoTransferAuthorization | CryptoTransferAuthorizationPending);
        self.authorize_by.filter(|_| counts)
    }

    /// Takes the next due move, if its moment has come.
    pub fn move_if_due(&mut self, now: DateTime<Utc>) -> Option<KnownStatus> {
        let (at, to) = self.due.filter(|(at, _)| *at <= now)?;
        let description = self.reason(to);
        self.enter(to, at, description);
        Some(to)
    }

    /// Enters a status and plans the next move.
    pub fn enter(&mut self, status: KnownStatus, at: DateTime<Utc>, description: &'static str) {
        let owes = status == KnownStatus::Cancelled && self.direction == Direction::OffRamp;
        self.traits.refund_owed = owes && lifecycle::is_funded(self.status);
        self.status = status;
        self.timeline.push(Entry { status, at, description });
        self.plan(at);
    }

    /// The address it waited for is there: it goes on.
    pub fn address_given(&mut self, now: DateTime<Utc>) {
        self.traits.address_missing = false;
        if self.fate == Fate::Held {
            self.fate = Fate::Smooth;
        }
        self.plan(now);
    }

    /// Plans the next move, counted from `from`.
    pub fn plan(&mut self, from: DateTime<Utc>) {
        if self.traits.address_missing {
            self.due = None;
            return;
        }
        let next = lifecycle::next_move(self.direction, self.status, self.fate, self.traits.settles_itself);
        self.due = next.map(|(delay, to)| (from + TimeDelta::seconds(self.rng.u32(delay).into()), to));
        if self.status == KnownStatus::AwaitingCryptoTransferAuthorization {
            let end = from + TimeDelta::seconds(self.window);
            self.authorize_by = Some(end);
            self.due = self.due.or(Some((end, KnownStatus::Cancelled)));
        }
    }

    /// Why it moves by itself to `to`, in words.
    fn reason(&self, to: KnownStatus) -> &'static str {
        use KnownStatus::{
            AwaitingCryptoTransferAuthorization, AwaitingFiatTransfer, AwaitingLiquidityProvider, Cancelled, Completed,
            CryptoReleasePending, DisputeStarted, Failed,
        };
        match (self.status, to) {
            (AwaitingCryptoTransferAuthorization, Cancelled) => "Authorization window expired",
            (AwaitingLiquidityProvider, Cancelled) => "No liquidity provider accepted the order",
            (AwaitingFiatTransfer, Cancelled) => "Fiat payment window expired",
            (DisputeStarted, Cancelled) => {
                "Dispute resolved for the seller, crypto remains in escrow until the refund is authorized"
            }
            (DisputeStarted, Completed) => "Dispute resolved for the buyer, crypto released",
            (_, Cancelled) => "Proof of payment declined, crypto remains in escrow until the refund is authorized",
            (_, Failed) => "Relay failed, the transfer was not executed",
            (from, Completed) if from != CryptoReleasePending && self.direction == Direction::OffRamp => {
                "Provider confirmed delivery of the fiat, order completed"
            }
            _ => lifecycle::description(to),
        }
    }
}
