//! The steps between "the order offers it" and "it was sent", as types that consume each other.
//!
//! [`Permit`] → [`Reviewed`] → [`Approved`] → [`Recorded`] → [`Submission`]. None of the later ones
//! can be cloned or built from nothing, so skipping the review, the operator's yes or the journal
//! does not compile, and one yes can be submitted once. What is signed is reviewed by `signing`
//! alone, a signed submission is made by `signing::keystore` alone; a test reads the sources and
//! holds them to it.

use std::time::Duration;

use alloy_primitives::{Address, B256};
use chrono::{DateTime, Utc};

use super::action::{ActionKind, LEAST_SECONDS_LEFT, Permit};
use super::countdown;
use super::forward::{ForwardRequest, SignatureBytes, SignedForward};
use super::id::OrderId;
use super::observed::Observed;
use super::order::Order;
use super::payment::Payer;
use super::refund::RefundAuthorization;
use super::resend::{Kept, Resubmission};
use super::send_out::{SendOutAuthorization, SignedSendOut};
use super::time::Now;

/// How long a review may be looked at before it has to be made again.
pub const REVIEW_VALID_FOR: Duration = Duration::from_secs(60);

/// A transfer authorization whose every check passed: exactly what will be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The request.
    pub request: ForwardRequest,
    /// The chain of the EIP-712 domain.
    pub chain_id: u64,
    /// The verifying contract of the EIP-712 domain.
    pub forwarder: Address,
    /// The EIP-712 digest of the request under that domain: the 32 bytes that are signed.
    pub digest: B256,
}

/// What an action carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A transfer to sign.
    Authorize(Box<Authorization>),
    /// A send-out to sign.
    SendOut(Box<SendOutAuthorization>),
    /// A refund to sign.
    Refund(Box<RefundAuthorization>),
    /// Who pays; nothing to sign.
    Payer(Box<Payer>),
    /// A request that was signed before and may have left: the same bytes once more.
    Again(Box<Kept>),
    /// Nothing: the endpoint is the message (confirm, cancel, payment sent).
    Bare,
}

/// A permitted action with its payload frozen for the operator to read.
#[derive(Debug, PartialEq, Eq)]
pub struct Reviewed {
    permit: Permit,
    payload: Payload,
    at: Now,
}

impl Reviewed {
    /// For the actions without a payload. Gives the permit back if the action needs one.
    pub fn bare(permit: Permit, at: Now) -> Result<Self, Permit> {
        match permit.action() {
            ActionKind::ConfirmFiat | ActionKind::Cancel | ActionKind::PaymentSent => {
                Ok(Self { permit, payload: Payload::Bare, at })
            }
            _ => Err(permit),
        }
    }

    /// For saying who pays. Gives the permit back if it is for something else.
    pub fn payer(permit: Permit, payer: Payer, at: Now) -> Result<Self, Permit> {
        match permit.action() {
            ActionKind::PayerDetails => Ok(Self { permit, payload: Payload::Payer(Box::new(payer)), at }),
            _ => Err(permit),
        }
    }

    /// For sending once more what was signed before. Gives the permit back if it is for something
    /// else than the kept request.
    pub fn again(permit: Permit, kept: Kept, at: Now) -> Result<Self, Permit> {
        if permit.action() == kept.action && permit.order().value.id == kept.order {
            Ok(Self { permit, payload: Payload::Again(Box::new(kept)), at })
        } else {
            Err(permit)
        }
    }

    /// For `signing::review`, when every check passed. `None` if the permit is for something else.
    pub(crate) fn authorization(permit: Permit, authorization: Authorization, at: Now) -> Option<Self> {
        (permit.action() == ActionKind::Authorize).then(|| Self {
            permit,
            payload: Payload::Authorize(Box::new(authorization)),
            at,
        })
    }

    /// For the review of send-outs in `signing`, when every check passed. `None` if the permit is
    /// for something else.
    pub(crate) fn send_out(permit: Permit, send_out: SendOutAuthorization, at: Now) -> Option<Self> {
        let payload = Payload::SendOut(Box::new(send_out));
        (permit.action() == ActionKind::SendOut).then_some(Self { permit, payload, at })
    }

    /// For the review of refunds in `signing`, when every check passed. `None` if the permit is for
    /// something else.
    pub(crate) fn refund(permit: Permit, refund: RefundAuthorization, at: Now) -> Option<Self> {
        let payload = Payload::Refund(Box::new(refund));
        (permit.action() == ActionKind::Refund).then_some(Self { permit, payload, at })
    }

    /// What the operator is asked to agree to.
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// The reading of the order this was made from.
    pub fn order(&self) -> &Observed<Order> {
        self.permit.order()
    }

    /// The action.
    pub fn action(&self) -> ActionKind {
        self.permit.action()
    }

    /// When it was frozen.
    pub fn made_at(&self) -> &Now {
        &self.at
    }

    /// Whether it has been lying about for too long to be agreed to, or the order's own window is
    /// about to close.
    pub fn is_expired(&self, now: &Now) -> bool {
        let old = self.order().age(now) > REVIEW_VALID_FOR || now.since(&self.at) > REVIEW_VALID_FOR;
        old || match &self.payload {
            Payload::Authorize(_) => self.window_closes(now),
            Payload::SendOut(send_out) => self.quote_ends(send_out, now),
            Payload::Again(kept) => self.signature_ends(kept.deadline, now) || self.is_too_late(now),
            Payload::Refund(_) | Payload::Payer(_) | Payload::Bare => false,
        }
    }

    fn is_too_late(&self, now: &Now) -> bool {
        self.action() == ActionKind::Authorize && self.window_closes(now)
    }

    fn signature_ends(&self, deadline: Option<u64>, now: &Now) -> bool {
        let soon = self.server_time(now).max(now.wall).timestamp().saturating_add_unsigned(LEAST_SECONDS_LEFT);
        deadline.is_some_and(|deadline| u64::try_from(soon).unwrap_or(0) > deadline)
    }

    /// The quote, and the signature itself, must outlive the relay's work by the same few seconds
    /// that an authorization's window must.
    fn quote_ends(&self, send_out: &SendOutAuthorization, now: &Now) -> bool {
        let server = self.server_time(now).max(now.wall);
        let soon = server.timestamp().saturating_add_unsigned(LEAST_SECONDS_LEFT);
        let over = send_out.expires_at.is_some_and(|end| soon > end.timestamp());
        over || u64::try_from(soon).unwrap_or(0) > send_out.forward.request.deadline
    }

    fn server_time(&self, now: &Now) -> DateTime<Utc> {
        self.order().skew().map_or(now.wall, |skew| skew.server_time(now))
    }

    fn window_closes(&self, now: &Now) -> bool {
        countdown::of(self.order(), now).is_none_or(|left| left.seconds_left < LEAST_SECONDS_LEFT)
    }

    /// The operator's yes. Gives the review back unused when it has expired.
    pub fn approve(self, now: &Now) -> Result<Approved, Self> {
        if self.is_expired(now) { Err(self) } else { Ok(Approved { reviewed: self }) }
    }
}

/// An action the operator agreed to, not yet on the record.
#[derive(Debug, PartialEq, Eq)]
pub struct Approved {
    reviewed: Reviewed,
}

/// The journal's word that an intent is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's number.
    pub seq: u64,
    /// The entry's hash, hexadecimal.
    pub hash: String,
}

impl Approved {
    /// What was agreed to.
    pub fn reviewed(&self) -> &Reviewed {
        &self.reviewed
    }

    /// The journal has it. Gives itself back if that took so long that it must not go on.
    pub fn recorded(self, receipt: Receipt, now: &Now) -> Result<Recorded, Self> {
        if self.reviewed.is_expired(now) { Err(self) } else { Ok(Recorded { reviewed: self.reviewed, receipt }) }
    }
}

/// An action on the record, which may now be signed and sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Recorded {
    reviewed: Reviewed,
    receipt: Receipt,
}

impl Recorded {
    /// The forward request that is to be signed: of an authorization or of a send-out.
    pub fn authorization(&self) -> Option<&Authorization> {
        match &self.reviewed.payload {
            Payload::Authorize(authorization) => Some(authorization),
            Payload::SendOut(send_out) => Some(&send_out.forward),
            Payload::Refund(_) | Payload::Payer(_) | Payload::Again(_) | Payload::Bare => None,
        }
    }

    /// The escrow's transaction that is to be signed, for a refund.
    pub fn refund(&self) -> Option<&RefundAuthorization> {
        match &self.reviewed.payload {
            Payload::Refund(refund) => Some(refund),
            _ => None,
        }
    }

    /// The order.
    pub fn order_id(&self) -> &OrderId {
        &self.reviewed.order().value.id
    }

    /// A submission without a signature. Gives itself back if one is needed.
    pub fn into_bare(self) -> Result<Submission, Self> {
        let content = match &self.reviewed.payload {
            Payload::Bare => Content::Bare,
            Payload::Payer(payer) => Content::Payer(payer.clone()),
            Payload::Authorize(_) | Payload::SendOut(_) | Payload::Refund(_) | Payload::Again(_) => return Err(self),
        };
        Ok(self.submission(content))
    }

    /// What was signed before, once more. Gives itself back if it is something else.
    pub fn into_again(self) -> Result<Resubmission, Self> {
        match self.reviewed.payload {
            Payload::Again(kept) => Ok(Resubmission::new(*kept, self.receipt)),
            _ => Err(self),
        }
    }

    /// For `signing::keystore`, with the signature over the digest of what is to be signed. Gives
    /// itself back if there is nothing to sign.
    pub(crate) fn into_signed(self, signature: SignatureBytes) -> Result<Submission, Self> {
        let forward = |of: &Authorization| SignedForward { request: of.request.clone(), signature };
        let content = match &self.reviewed.payload {
            Payload::Authorize(authorization) => Content::Forward(forward(authorization)),
            Payload::SendOut(send_out) => Content::SendOut(Box::new(SignedSendOut {
                destination: send_out.destination.clone(),
                forward: forward(&send_out.forward),
            })),
            Payload::Refund(_) => Content::Refund(signature),
            Payload::Payer(_) | Payload::Again(_) | Payload::Bare => return Err(self),
        };
        Ok(self.submission(content))
    }

    fn submission(self, content: Content) -> Submission {
        let order = self.order_id().clone();
        Submission { order, action: self.reviewed.action(), content, receipt: self.receipt }
    }
}

/// What is in a submission's body.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Bare,
    /// Who pays.
    Payer(Box<Payer>),
    /// A signed transfer into the escrow.
    Forward(SignedForward),
    /// A signed send-out.
    SendOut(Box<SignedSendOut>),
    /// The signature over the escrow's transaction.
    Refund(SignatureBytes),
}

/// What is sent, once. `api` takes it by value.
#[derive(Debug, PartialEq, Eq)]
pub struct Submission {
    order: OrderId,
    action: ActionKind,
    content: Content,
    receipt: Receipt,
}

impl Submission {
    /// The order acted on.
    pub fn order(&self) -> &OrderId {
        &self.order
    }

    /// The action, which names the endpoint.
    pub fn action(&self) -> ActionKind {
        self.action
    }

    /// The body of an authorization.
    pub fn signed(&self) -> Option<&SignedForward> {
        match &self.content {
            Content::Forward(signed) => Some(signed),
            _ => None,
        }
    }

    /// What is in the body.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The signature in the body, where there is one.
    pub fn signature(&self) -> Option<&SignatureBytes> {
        match &self.content {
            Content::Forward(signed) => Some(&signed.signature),
            Content::SendOut(signed) => Some(&signed.forward.signature),
            Content::Refund(signature) => Some(signature),
            Content::Payer(_) | Content::Bare => None,
        }
    }

    /// Where the intent stands in the journal.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AllowedAction, Amount, Mono, Status};
    use chrono::DateTime;

    fn at(s: u64) -> Now {
        Now { mono: Mono::new(Duration::from_secs(s)), wall: DateTime::from_timestamp(s.cast_signed(), 0).unwrap() }
    }

    fn cancel_permit() -> Permit {
        let mut o = Order::bare(OrderId::parse("o").unwrap(), Status::from_wire("created"));
        o.allowed_actions = vec![AllowedAction::Cancel];
        o.amounts.crypto = Some(Amount::parse("1").unwrap());
        o.amounts.crypto_currency = Some("USDT".to_owned());
        let seen = Observed { value: o, asked: at(0), answered: at(0), server_date: None };
        Permit::new(seen, ActionKind::Cancel, &at(1)).unwrap()
    }

    #[test]
    fn a_yes_after_the_review_expired_is_given_back() {
        let reviewed = Reviewed::bare(cancel_permit(), at(1)).unwrap();
        let back = reviewed.approve(&at(61)).unwrap_err();
        assert!(back.approve(&at(60)).is_ok());
    }

    #[test]
    fn a_cancel_goes_through_every_stage_without_a_signature() {
        let approved = Reviewed::bare(cancel_permit(), at(1)).unwrap().approve(&at(2)).unwrap();
        let recorded = approved.recorded(Receipt { seq: 7, hash: "ab".to_owned() }, &at(3)).unwrap();
        assert!(recorded.authorization().is_none());
        let submission = recorded.into_bare().unwrap();
        assert_eq!((submission.action(), submission.receipt().seq), (ActionKind::Cancel, 7));
        assert!(submission.signed().is_none());
    }
}
