//! Where each step of the playbook stands: a pure function of what is known. Source: the off-ramp
//! playbook, phases 1 to 4; reference, sections 3, 7, 8 and 10.
//!
//! A step is *done*, *next* (ours, now), *waiting* (somebody else's), *blocked* and why, *optional*,
//! or *not known*: what nobody said is never shown as done. What follows from the order is in
//! `order`.

use crate::app::command::Command;
use crate::domain::user::KycStatus;
use crate::domain::{Order, PaymentProfile, User, UserId, kyc::Verification, webhook::Webhook, webhook::WebhookTest};

/// The parts of the playbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Once for the partner.
    Setup,
    /// Once for a user.
    Onboarding,
    /// For each order.
    Order,
    /// All the time.
    Monitoring,
}

impl Phase {
    /// In their order.
    pub const ALL: [Self; 4] = [Self::Setup, Self::Onboarding, Self::Order, Self::Monitoring];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Setup => "Setup, once",
            Self::Onboarding => "The user",
            Self::Order => "The order",
            Self::Monitoring => "Monitoring",
        }
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Behind us.
    Done,
    /// Ours to do now.
    Next,
    /// Somebody else acts.
    Waiting,
    /// Not possible now.
    Blocked,
    /// Possible, never required.
    Optional,
    /// Nobody said.
    NotKnown,
}

/// Where Enter leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goes {
    /// There is no screen for it.
    Nowhere,
    /// The webhook.
    Webhook,
    /// Creating a user.
    NewUser,
    /// Submitting KYC.
    Kyc,
    /// Uploading documents.
    Documents,
    /// The verification.
    Verification,
    /// Creating payment details.
    NewPayment,
    /// Estimate, quote, initiate.
    NewOrder,
    /// An action on the order's money.
    Act(Command),
    /// Whatever resolves what the order asks for.
    Resolve,
    /// The page of an on-ramp order.
    OnRamp,
    /// Sending out.
    SendOut,
    /// The order among the others.
    ShowOrder,
    /// The list of orders.
    Orders,
}

impl Goes {
    /// What Enter does.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nowhere => "there is no screen for it",
            Self::Webhook => "the webhook",
            Self::NewUser => "create a user",
            Self::Kyc => "submit KYC",
            Self::Documents => "upload documents",
            Self::Verification => "the verification",
            Self::NewPayment => "new payment details",
            Self::NewOrder => "estimate, quote, initiate",
            Self::Act(Command::Authorize) => "review and authorize; asks first",
            Self::Act(Command::ConfirmFiat) => "confirm the fiat; asks first",
            Self::Act(Command::Refund) => "review and refund; asks first",
            Self::Act(_) => "the action; asks first",
            Self::Resolve => "what the order needs",
            Self::OnRamp => "the vendor's payment details",
            Self::SendOut => "send out",
            Self::ShowOrder => "the order",
            Self::Orders => "the list of orders",
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number; none for an ending that is not on the way.
    pub number: Option<u8>,
    /// Its part.
    pub phase: Phase,
    /// What it is.
    pub title: &'static str,
    /// The API's call, or that there is none.
    pub call: &'static str,
    /// Where it stands.
    pub state: State,
    /// Why, or who acts.
    pub note: String,
    /// Where Enter leads.
    pub goes: Goes,
}

/// Something that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<T> {
    /// No answer yet.
    Waiting,
    /// The answer.
    Known(T),
    /// It could not be read, and why.
    Failed(String),
}

/// What is known.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Whether the API took the key; `None` before any answer.
    pub key_accepted: Option<bool>,
    /// Nothing can be changed in this run.
    pub read_only: bool,
    /// There is a key to sign with.
    pub can_sign: bool,
    /// Why money cannot be acted on.
    pub actions_blocked: Option<&'a str>,
    /// What is registered.
    pub webhook: &'a Fact<Webhook>,
    /// What came of the last test in this run.
    pub webhook_test: Option<WebhookTest>,
    /// Whose playbook this is.
    pub user: Option<&'a UserId>,
    /// The API does not know this user.
    pub user_missing: bool,
    /// The user as last read.
    pub profile: Option<&'a User>,
    /// The user's verification, as last read.
    pub verification: Option<&'a Verification>,
    /// The user's payment details, if read.
    pub payments: Option<&'a [PaymentProfile]>,
    /// The order.
    pub order: Option<&'a Order>,
    /// Orders the program knows.
    pub orders: usize,
}

/// State, note and where Enter leads.
pub(super) type Standing = (State, String, Goes);

/// A standing.
pub(super) fn is(state: State, note: impl Into<String>, goes: Goes) -> Standing {
    (state, note.into(), goes)
}

/// A numbered step.
pub(super) fn item(number: u8, phase: Phase, title: &'static str, call: &'static str, standing: Standing) -> Item {
    let (state, note, goes) = standing;
    Item { number: Some(number), phase, title, call, state, note, goes }
}

/// Every step, in order, with the endings that happened.
pub fn steps(facts: &Facts<'_>) -> Vec<Item> {
    let mut all = setup(facts);
    all.extend(onboarding(facts));
    all.extend(super::order::steps(facts));
    all
}

fn setup(facts: &Facts<'_>) -> Vec<Item> {
    let key = match facts.key_accepted {
        Some(true) => is(State::Done, "The API takes the key. Your receiver keeps the webhook_secret.", Goes::Nowhere),
        Some(false) => {
            is(State::Blocked, "The API refuses the key: wrong, or of the other environment.", Goes::Nowhere)
        }
        None => is(State::NotKnown, "The API has not answered yet.", Goes::Nowhere),
    };
    let (registered, tested) = webhook(facts);
    vec![
        item(1, Phase::Setup, "Obtain credentials", "X-API-Key, webhook_secret", key),
        item(2, Phase::Setup, "Register the webhook", "POST /webhooks", registered),
        item(3, Phase::Setup, "Verify delivery", "POST /webhooks/test", tested),
    ]
}

fn webhook(facts: &Facts<'_>) -> (Standing, Standing) {
    let go = Goes::Webhook;
    match facts.webhook {
        Fact::Waiting => (is(State::NotKnown, "Being asked…", go), is(State::NotKnown, "Being asked…", go)),
        Fact::Failed(why) => {
            let unread = "What is registered could not be read.";
            (is(State::NotKnown, why.clone(), go), is(State::NotKnown, unread, go))
        }
        Fact::Known(Webhook { url: None, .. }) => (
            is(State::Next, "None is registered: without one, polling alone tells what happens.", go),
            is(State::Blocked, "Step 2 first.", go),
        ),
        Fact::Known(Webhook { enabled: Some(false), .. }) => (
            is(State::Next, "One is registered but switched off: register it anew.", go),
            is(State::Blocked, "Step 2 first.", go),
        ),
        Fact::Known(Webhook { url: Some(url), .. }) => (is(State::Done, url.clone(), go), tested(facts.webhook_test)),
    }
}

fn tested(test: Option<WebhookTest>) -> Standing {
    let go = Goes::Webhook;
    match test {
        None => is(State::NotKnown, "The API keeps no record of tests; Enter, then t sends one.", go),
        Some(WebhookTest { delivered: true, .. }) => is(State::Done, "A test event was delivered in this run.", go),
        Some(_) => is(State::Next, "The last test was not delivered: look at the receiver, then test again.", go),
    }
}

fn onboarding(facts: &Facts<'_>) -> Vec<Item> {
    let on_ramp = super::order::is_on_ramp(facts);
    let mut all = vec![
        item(4, Phase::Onboarding, "Create the user", "POST /users", user(facts)),
        item(5, Phase::Onboarding, "Submit KYC", "POST /users/{id}/kyc-submissions", kyc(facts)),
        item(6, Phase::Onboarding, "Upload documents", "POST /users/{id}/kyc/documents", documents(facts)),
        item(7, Phase::Onboarding, "Verification", "GET /users/{id}/verification-status", verification(facts)),
    ];
    if !on_ramp {
        all.push(item(
            8,
            Phase::Onboarding,
            "Create payment details",
            "POST /users/{id}/payment-details",
            payments(facts),
        ));
    }
    all
}

fn user(facts: &Facts<'_>) -> Standing {
    match facts.user {
        Some(_) if facts.user_missing => {
            is(State::Blocked, "The API does not know this user: wrong id, or of another partner.", Goes::NewUser)
        }
        Some(user) => is(State::Done, user.to_string(), Goes::NewUser),
        None if facts.order.is_some() => {
            is(State::NotKnown, "The API does not say whose order this is; u chooses a user.", Goes::NewUser)
        }
        None => is(State::Next, "No user is chosen: create one, or choose one with u.", Goes::NewUser),
    }
}

/// Where the KYC stands. Only `VERIFIED` is cleared, from whichever answer; otherwise the
/// verification's own word is closer to the truth than the user's.
fn standing<'a>(facts: &Facts<'a>) -> Option<&'a KycStatus> {
    let (user, own) = (facts.profile.and_then(|u| u.kyc.as_ref()), facts.verification.map(|v| &v.status));
    match (user, own) {
        (Some(KycStatus::Verified), _) => user,
        (_, Some(KycStatus::NotStarted)) => user.or(own),
        _ => own.or(user),
    }
}

/// Whether the user's KYC is cleared, as far as known.
pub(super) fn cleared(facts: &Facts<'_>) -> Option<bool> {
    standing(facts).map(|status| *status == KycStatus::Verified)
}

const NO_USER: &str = "Step 4 first: no user is chosen.";
const UNREAD: &str = "The user has not been read yet.";

fn kyc(facts: &Facts<'_>) -> Standing {
    let go = Goes::Kyc;
    if facts.user.is_none() {
        return is(State::Blocked, NO_USER, Goes::Nowhere);
    }
    match standing(facts) {
        None => is(State::NotKnown, UNREAD, go),
        Some(KycStatus::NotStarted) => is(State::Next, "Nothing is submitted yet.", go),
        Some(KycStatus::Rejected) => {
            let why = facts.profile.and_then(|u| u.rejection_reason.as_deref());
            let why = why.map_or_else(|| "Rejected without a reason.".to_owned(), |why| format!("Rejected: {why}."));
            is(State::Next, format!("{why} Submit again with right data."), go)
        }
        Some(KycStatus::Unknown(word)) => is(State::NotKnown, format!("The API says {word}."), go),
        Some(KycStatus::UnderWay(_) | KycStatus::Verified) => is(State::Done, "Submitted.", go),
    }
}

fn documents(facts: &Facts<'_>) -> Standing {
    let go = Goes::Documents;
    if facts.user.is_none() {
        return is(State::Blocked, NO_USER, Goes::Nowhere);
    }
    match standing(facts) {
        None => is(State::NotKnown, UNREAD, go),
        Some(KycStatus::Verified) => is(State::Done, "Nothing more is wanted.", go),
        Some(KycStatus::NotStarted | KycStatus::Rejected) => is(State::Blocked, "Step 5 first.", go),
        Some(KycStatus::UnderWay(word)) if word == "PENDING_DOCUMENTS" => {
            is(State::Next, "Documents are wanted: a selfie and the front of an identity document.", go)
        }
        Some(_) => is(State::NotKnown, "Only direct_data needs them, and the API does not say what it has.", go),
    }
}

fn verification(facts: &Facts<'_>) -> Standing {
    let go = Goes::Verification;
    if facts.user.is_none() {
        return is(State::Blocked, NO_USER, Goes::Nowhere);
    }
    match standing(facts) {
        None => is(State::NotKnown, UNREAD, go),
        Some(KycStatus::Verified) => is(State::Done, "Verified.", go),
        Some(KycStatus::NotStarted) => is(State::Blocked, "Step 5 first.", go),
        Some(KycStatus::Rejected) => is(State::Blocked, "Rejected: back to step 5.", go),
        Some(KycStatus::Unknown(word)) => is(State::NotKnown, format!("The API says {word}."), go),
        Some(KycStatus::UnderWay(word)) => is(State::Waiting, under_way(word, facts.verification), go),
    }
}

fn under_way(word: &str, verification: Option<&Verification>) -> String {
    let url = verification.is_some_and(|v| v.url.is_some());
    match word {
        "COMPLETED" => "Completed, not yet approved: only VERIFIED is.".to_owned(),
        "PENDING_DOCUMENTS" => "Waits for the documents of step 6.".to_owned(),
        "UNDER_REVIEW" => "Unigox reviews by hand, up to 24 hours.".to_owned(),
        _ if url => "The customer goes on at the address on the page.".to_owned(),
        _ => "The verification is running.".to_owned(),
    }
}

fn payments(facts: &Facts<'_>) -> Standing {
    let go = Goes::NewPayment;
    if facts.user.is_none() {
        return is(State::Blocked, NO_USER, Goes::Nowhere);
    }
    match facts.payments {
        None => is(State::NotKnown, UNREAD, go),
        Some([]) => is(State::Next, "The user has none: nowhere to pay out to.", go),
        Some([one]) => is(State::Done, format!("1: {} · {}", one.currency, one.rail), go),
        Some(several) => is(State::Done, format!("{} of them.", several.len()), go),
    }
}
