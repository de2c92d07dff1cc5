//! What the machine asks of the outside, what comes back, and what the journal is to keep.

use alloy_primitives::Address;

use crate::app::failure::{Failure, FailureKind};
use crate::domain::forward::TransferParameters;
use crate::domain::refund::RefundParameters;
use crate::domain::resend::{Kept, Resubmission};
use crate::domain::send_out::{BridgeParameters, Destination, SendOutRoute};
use crate::domain::stage::{Receipt, Recorded, Submission};
use crate::domain::time::ClockSkew;
use crate::domain::{ActionKind, Observed, Order, OrderId};
use crate::signing::review::Grounds;

/// What the machine asks the outside to do. Each answer comes back as one [`FlowEvent`].
#[derive(Debug, PartialEq, Eq)]
pub enum FlowEffect {
    /// Read the order; answered by [`FlowEvent::OrderRead`].
    ReadOrder(OrderId),
    /// Fetch fresh parameters and the signing key's address; answered by [`FlowEvent::Prepared`].
    Prepare(OrderId, Wanted),
    /// Put the intent on the record; answered by [`FlowEvent::IntentRecorded`].
    RecordIntent(Box<IntentRecord>),
    /// Sign; answered by [`FlowEvent::Signed`].
    Sign(Box<Recorded>),
    /// Send, once; answered by [`FlowEvent::Submitted`].
    Submit(Box<Submission>),
    /// Look up the signed request of an intent of unknown fate; answered by [`FlowEvent::Recalled`].
    Recall(u64),
    /// Put on the record that the request of this intent is sent once more; answered by
    /// [`FlowEvent::IntentRecorded`] with the number of the intent.
    RecordResend(u64),
    /// Send it, once; answered by [`FlowEvent::Submitted`].
    Resubmit(Box<Resubmission>),
    /// Put the outcome on the record; answered by [`FlowEvent::OutcomeRecorded`].
    RecordOutcome(OutcomeRecord),
    /// Read the order to see what became of it; answered by [`FlowEvent::ReadBack`].
    ReadBack(OrderId),
}

impl FlowEffect {
    /// What to report if carrying this out comes to nothing because of a fault in the program. A
    /// submission may have left by then: its outcome is unknown.
    pub fn crashed(&self) -> FlowEvent {
        let failure = |kind| Failure {
            kind,
            what: "ramptop failed internally; the log has the details.".to_owned(),
            advice: "Read the order before doing anything again.".to_owned(),
            ..Failure::default()
        };
        let not_sent = || failure(FailureKind::NotSent);
        match self {
            Self::ReadOrder(_) => FlowEvent::OrderRead(Err(not_sent())),
            Self::Prepare(..) => FlowEvent::Prepared(Err(not_sent())),
            Self::RecordIntent(_) | Self::RecordResend(_) => FlowEvent::IntentRecorded(Err(not_sent())),
            Self::Recall(_) => FlowEvent::Recalled(Err(not_sent())),
            Self::Sign(_) => FlowEvent::Signed(Err(not_sent())),
            Self::Submit(_) | Self::Resubmit(_) => FlowEvent::Submitted(Err(failure(FailureKind::Unknown))),
            Self::RecordOutcome(_) => FlowEvent::OutcomeRecorded(Err(not_sent())),
            Self::ReadBack(_) => FlowEvent::ReadBack(Err(not_sent())),
        }
    }
}

/// What came back.
#[derive(Debug)]
pub enum FlowEvent {
    /// The order, freshly read.
    OrderRead(Result<Box<Observed<Order>>, Failure>),
    /// The parameters and the signing key's address.
    Prepared(Result<Box<Prepared>, Failure>),
    /// The signed request of an earlier intent, or why there is none.
    Recalled(Result<Box<Kept>, Failure>),
    /// The intent is on disk, or is not.
    IntentRecorded(Result<Receipt, Failure>),
    /// Signed, or not.
    Signed(Result<Box<Submission>, Failure>),
    /// Accepted, rejected or unknown.
    Submitted(Result<(), Failure>),
    /// The outcome is on disk, or is not.
    OutcomeRecorded(Result<(), Failure>),
    /// The order as it stands afterwards.
    ReadBack(Result<Box<Observed<Order>>, Failure>),
}

/// Which parameters are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Those of a transfer into the escrow.
    Transfer,
    /// Those of a send-out to there.
    SendOut(Destination),
    /// Those of a refund.
    Refund,
}

/// Parameters as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parameters {
    /// Of a transfer into the escrow.
    Transfer(Observed<TransferParameters>),
    /// Of a send-out, and the line of the list of routes for its chain, where there is one.
    SendOut(Observed<BridgeParameters>, Option<SendOutRoute>),
    /// Of a refund.
    Refund(Observed<RefundParameters>),
}

impl Parameters {
    /// The forwarder's nonce for the wallet, where the forwarder is used.
    pub fn nonce(&self) -> Option<String> {
        match self {
            Self::Transfer(seen) => Some(seen.value.nonce.to_string()),
            Self::SendOut(seen, _) => Some(seen.value.nonce.to_string()),
            Self::Refund(_) => None,
        }
    }

    /// The server's clock against ours, where the answer carried a date.
    pub fn skew(&self) -> Option<ClockSkew> {
        match self {
            Self::Transfer(seen) => seen.skew(),
            Self::SendOut(seen, _) => seen.skew(),
            Self::Refund(seen) => seen.skew(),
        }
    }
}

/// What a review is made from besides the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The parameters, freshly fetched.
    pub parameters: Parameters,
    /// The address of the key that would sign.
    pub signer: Address,
    /// Pins, policy and our own record, read for this review.
    pub grounds: Grounds,
}

/// What the journal keeps of an intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentRecord {
    /// The order.
    pub order: OrderId,
    /// The action.
    pub action: ActionKind,
    /// What was shown and agreed to, name and value.
    pub facts: Vec<(&'static str, String)>,
    /// The checks of the review and their verdicts, for a signature.
    pub checks: Vec<(&'static str, &'static str)>,
}

/// How an attempt ended, for the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// The API took it.
    Accepted,
    /// The API refused it.
    Rejected,
    /// It never left.
    NotSent,
    /// No answer.
    Unknown,
    /// A later reading of the order settled what was unknown.
    Settled,
}

/// What the journal keeps of an outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRecord {
    /// The intent it belongs to.
    pub intent_seq: u64,
    /// How it ended.
    pub kind: OutcomeKind,
    /// In words.
    pub note: String,
}
