//! What can happen to the program. Every message is a value; nothing else changes the model.

use tui_input::InputRequest;

use super::announced::Told;
use super::arming::{ArmId, Arming, Opened};
use super::ask::{Answer, AskId, Progress};
use super::command::Command;
use super::failure::Failure;
use super::flow::fate::Found;
use super::flow::{FlowEvent, FlowId, Prior};
use super::model::{Level, Session};
use super::syncing::{Asking, OnDisk, Webhooks};
use chrono::{DateTime, Utc};

use crate::domain::{Brief, Note, Now, Observed, Order, OrderId, PaymentDetailsId, PaymentProfile, User, UserId};

/// Something happened.
#[derive(Debug)]
pub enum Msg {
    /// Time. Comes before every other message of a wake-up.
    Tick(Now),
    /// A key whose meaning is known. `alone` is false when more than one key was waiting.
    Command {
        /// The meaning.
        command: Command,
        /// Whether it was the only key waiting.
        alone: bool,
    },
    /// Typing in a text field.
    Edit(InputRequest),
    /// A key that means nothing here; it still breaks the silence a question waits for.
    Noise,
    /// Pasted text. Goes into text fields only.
    Paste(String),
    /// The screen has this many columns and rows.
    Resized(u16, u16),
    /// A frame with the current state is on the screen.
    Drawn,
    /// News from the poller.
    Sync(SyncMsg),
    /// A webhook event came in.
    Told(Told),
    /// The profile is open: from now on the API can be asked and money acted on.
    Ready(Box<Ready>),
    /// What an earlier run, or this one, wrote down.
    Kept(Kept),
    /// Nothing else waits: the list that is being made goes on.
    Work,
    /// A step of acting on money came back.
    Flow(FlowId, FlowEvent),
    /// The API answered a page.
    Answered(AskId, Result<Box<Answer>, Failure>),
    /// The keystore answered an attempt to arm.
    Unlocked(ArmId, Result<Opened, Failure>),
    /// An upload goes on.
    Progress(AskId, Progress),
    /// What was found out at the start about actions of an earlier run.
    Found(Vec<Found>),
    /// Something done for the operator went well or wrong, in words.
    Said(Result<String, Failure>),
    /// The system asks the program to stop (a signal, a closed terminal).
    Stop,
}

/// What is known once the profile is open.
#[derive(Debug)]
pub struct Ready {
    /// Fixed for the run.
    pub session: Session,
    /// What arming takes.
    pub arming: Arming,
    /// Earlier actions that still matter to their orders.
    pub priors: Vec<(OrderId, Prior)>,
    /// What the operator should know.
    pub notices: Vec<(Level, String)>,
}

/// What was written down of orders, and whose they are.
#[derive(Debug)]
pub enum Kept {
    /// Orders that were not over.
    Live(Vec<Observed<Order>>),
    /// So many orders that are over are coming.
    Coming(usize),
    /// By which names the partner knows orders.
    References(Vec<(OrderId, String)>),
    /// What was noted about orders.
    Notes(Vec<(OrderId, Note)>),
    /// Some of them, each with when it was asked for.
    Past(Vec<(Brief, DateTime<Utc>)>),
    /// Whose orders are.
    Links(Vec<(OrderId, Option<UserId>, Option<PaymentDetailsId>)>),
    /// That was all of it.
    End,
    /// The whole of one order.
    Whole(Box<Observed<Order>>),
}

/// News from the poller.
#[derive(Debug)]
pub enum SyncMsg {
    /// Orders, freshly read, and what of the same answer could not be read.
    Orders {
        /// The readable ones.
        orders: Vec<Observed<Order>>,
        /// The others.
        set_aside: Vec<SetAsideNote>,
    },
    /// A user.
    User(Box<Observed<User>>),
    /// A registered user whom the API does not know.
    UserUnknown(UserId),
    /// A user's payment profiles.
    Payments(UserId, Observed<Vec<PaymentProfile>>),
    /// An order seen before is not found any more.
    OrderNotFound(OrderId),
    /// One request failed; the others go on.
    Trouble {
        /// The order it was about.
        order: Option<OrderId>,
        /// What and what to do.
        failure: Failure,
    },
    /// A request failed, and everything waits; the next try is planned.
    Failed {
        /// What and what to do.
        failure: Failure,
        /// The key was refused: polling has stopped.
        unauthorized: bool,
        /// When the next try is.
        retry_at: Option<Now>,
    },
    /// The first picture is complete, save for history.
    Complete,
    /// How asking goes, in figures.
    Stats(Box<Asking>),
    /// How webhook deliveries go.
    Webhooks(Webhooks),
    /// What is kept on disk.
    OnDisk(OnDisk),
    /// Asking goes well.
    Answered {
        /// The server's clock against ours, in seconds.
        skew_seconds: Option<i64>,
    },
}

/// An order of an answer that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideNote {
    /// Its id, if that much could be read.
    pub id: Option<OrderId>,
    /// Why.
    pub reason: String,
}
