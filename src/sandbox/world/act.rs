//! What a partner can do to an order, and every documented refusal.
//!
//! An action is taken if and only if the order offers it (`allowed_actions`). An authorization is
//! checked like the relay and the forwarder contract would, against the true parameters of the
//! order, whatever a fault mode has told the client. Source: reference, sections 6.1 to 6.5.

use alloy_primitives::{Bytes, U256};
use uuid::Uuid;

use super::World;
use super::lifecycle;
use super::order::SimOrder;
use super::people::SimUser;
use super::tally::count;
use super::{chance, follow_on_chain};
use crate::domain::Direction;
#[cfg_attr(not(test), expect(clippy::enum_glob_use, reason = "a table of statuses reads best by bare names"))]
use crate::domain::status::KnownStatus::{self, *};
use crate::sandbox::chain::{TOKEN, transfer_calldata};
use crate::sandbox::forward::{ForwardRequest, Submission};

/// Why the API says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// 404 `ORDER_NOT_FOUND`: unknown, foreign, or a widget order.
    NotFound,
    /// 400 `INVALID_REQUEST`.
    Invalid(String),
    /// 409 `INVALID_STATUS`.
    Status(String),
    /// 400 `OPERATION_NOT_ALLOWED`.
    NotAllowed(String),
    /// 409 `OPERATION_NOT_ALLOWED`: the order is held, a retry does not help.
    Held(String),
    /// 422 `INSUFFICIENT_BALANCE`.
    Balance(String),
    /// 502 `TRANSACTOR_ERROR`: the chain refused.
    Transactor(String),
}

/// Gas limits the relay accepts.
const GAS: std::ops::RangeInclusive<u64> = 100_000..=5_000_000;

impl World {
    /// The order of which authorization parameters exist: accepted, and not yet authorized.
    pub fn authorizable(&self, id: Uuid) -> Result<&SimOrder, Refused> {
        let order = self.own(id)?;
        match order.status {
            AwaitingCryptoTransferAuthorization => Ok(order),
            Created | AwaitingLiquidityProvider => {
                Err(Refused::Status("no liquidity provider has accepted it".to_owned()))
            }
            status => Err(wrong_status(status)),
        }
    }

    /// Carries out an authorization, or says why not.
    pub fn authorize(&mut self, id: Uuid, body: &[u8]) -> Result<&SimOrder, Refused> {
        self.own(id)?;
        count(&mut self.tally.attempts.authorizations, id);
        let submission = Submission::parse(body).map_err(Refused::Invalid)?;
        let order = self.authorizable(id)?;
        let (escrow, units) = (order.escrow, order.price.units());
        self.check_request(&submission.request, &transfer_calldata(escrow, units))?;
        self.check_signer(&submission)?;
        if !self.chain.forward_transfer(self.sender, escrow, units) {
            return Err(self.too_poor(units));
        }
        count(&mut self.tally.authorizations_accepted, id);
        self.enter(id, CryptoTransferAuthorizationPending, lifecycle::description(CryptoTransferAuthorizationPending))
    }

    pub(super) fn check_signer(&self, submission: &Submission) -> Result<(), Refused> {
        let signer = submission.signer().map_err(Refused::Invalid)?;
        if signer == self.sender {
            return Ok(());
        }
        Err(Refused::Invalid("signature does not match forward_request.from".to_owned()))
    }

    pub(super) fn check_request(&self, request: &ForwardRequest, data: &Bytes) -> Result<(), Refused> {
        let nonce = self.chain.nonce(self.sender);
        // Signers know only the time that is shown.
        let now = u64::try_from(self.shown_now().timestamp()).unwrap_or(0);
        let checks = [
            (request.from == self.sender, "forward_request.from is not the partner wallet"),
            (request.to == TOKEN, "forward_request.to is not the token contract"),
            (request.value.is_zero(), "forward_request.value must be 0"),
            (u64::try_from(request.gas).is_ok_and(|gas| GAS.contains(&gas)), "forward_request.gas is out of range"),
            (request.nonce == U256::from(nonce), "forward_request.nonce is not the current forwarder nonce"),
            (request.deadline.to::<u64>() > now, "forward_request.deadline has passed"),
            (request.data == *data, "forward_request.data is not the expected transfer"),
        ];
        match checks.into_iter().find(|(holds, _)| !holds) {
            Some((_, message)) => Err(Refused::Invalid(message.to_owned())),
            None => Ok(()),
        }
    }

    pub(super) fn too_poor(&self, units: U256) -> Refused {
        let (wallet, has) = (self.sender, self.chain.balance(self.sender));
        Refused::Balance(format!("insufficient USDT balance: wallet {wallet} has {has} but {units} is required"))
    }

    /// Confirms that the fiat arrived. Afterwards, and on an order that completed by itself, a
    /// repetition changes nothing and succeeds.
    pub fn confirm(&mut self, id: Uuid) -> Result<&SimOrder, Refused> {
        let order = self.own(id)?;
        let done = order.direction == Direction::OffRamp
            && matches!(order.status, FiatReceivedConfirmed | CryptoReleasePending | Completed);
        let (offered, status) = (order.allowed_actions().contains(&"confirm-fiat-received"), order.status);
        count(&mut self.tally.attempts.confirmations, id);
        if !done && !offered {
            return Err(wrong_status(status));
        }
        count(&mut self.tally.confirmations, id);
        if done { self.own(id) } else { self.enter(id, FiatReceivedConfirmed, "Fiat payment confirmed by the partner") }
    }

    /// Cancels an order. Crypto that is already on its way stays in the escrow and is owed back.
    pub fn cancel(&mut self, id: Uuid) -> Result<&SimOrder, Refused> {
        let order = self.own(id)?;
        let (offered, status) = (self.allowed_actions(order).contains(&"cancel"), order.status);
        count(&mut self.tally.attempts.cancellations, id);
        if !offered {
            return Err(Refused::NotAllowed(format!("order cannot be cancelled in status {}", status.wire())));
        }
        count(&mut self.tally.cancellations, id);
        if let Some(order) = self.order_mut(id) {
            order.traits.address_missing = false;
        }
        self.enter(id, Cancelled, "Cancelled by the partner")
    }

    /// On-ramp: the end user has paid the vendor.
    pub fn payment_sent(&mut self, id: Uuid) -> Result<&SimOrder, Refused> {
        let order = self.own(id)?;
        if !order.allowed_actions().contains(&"confirm-payment-sent") {
            return Err(wrong_status(order.status));
        }
        self.enter(id, FiatTransferPending, lifecycle::description(FiatTransferPending))
    }

    /// The user with this `user_ref`, created if there is none; `true` if it was.
    pub fn create_user(&mut self, user_ref: &str, email: &str) -> (bool, SimUser) {
        if let Some(user) = self.users.iter().find(|user| user.user_ref == user_ref) {
            return (false, user.clone());
        }
        let number = u64::try_from(self.users.len()).unwrap_or(u64::MAX);
        let user = SimUser {
            id: chance::uuid(&mut chance::generator(self.seed, (1 << 41) + number)),
            user_ref: user_ref.to_owned(),
            email: email.to_owned(),
            created_at: self.now,
            kyc_status: "NOT_INITIATED",
            rejection: None,
            kyc: super::kyc::Kyc::default(),
            profiles: Vec::new(),
        };
        self.users.push(user.clone());
        (true, user)
    }

    /// An order the partner may act on.
    pub(super) fn own(&self, id: Uuid) -> Result<&SimOrder, Refused> {
        self.order(id).filter(|order| !order.traits.widget).ok_or(Refused::NotFound)
    }

    pub(super) fn enter(&mut self, id: Uuid, status: KnownStatus, words: &'static str) -> Result<&SimOrder, Refused> {
        let (now, sender) = (self.now, self.sender);
        let order = self.order_mut(id).ok_or(Refused::NotFound)?;
        order.enter(status, now, words);
        let entered = order.clone();
        follow_on_chain(&mut self.chain, sender, &entered, status);
        self.order(id).ok_or(Refused::NotFound)
    }
}

fn wrong_status(status: KnownStatus) -> Refused {
    Refused::Status(format!("order is in status {}", status.wire()))
}
