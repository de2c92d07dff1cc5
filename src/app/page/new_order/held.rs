//! A quote in the hand: how long it lives, and how far making an order of it got.
//!
//! One quote makes one order. That is why a yes to the *same* quote is safe after a lost answer, and
//! why a new quote is not, before the operator has looked for the order. Source: reference, section 4.

use std::time::Duration;

use crate::app::ask::Request;
use crate::app::failure::{Failure, FailureKind};
use crate::app::flow::gate::Gate;
use crate::app::page::Context;
use crate::app::page::payer::profile_label;
use crate::domain::quote::{Anchor, Quote, Side, Slippage};
use crate::domain::time::ClockSkew;
use crate::domain::{Amount, Direction, PaymentDetailsId, PaymentProfile, UserId};

/// Less than this left is nearly over.
const NEARLY: Duration = Duration::from_secs(10);

/// How far making an order got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// Nothing was sent.
    Open,
    /// Under way.
    Sending,
    /// A new quote is asked for.
    Requoting,
    /// The API said no, or nothing was sent: this quote made no order now.
    Refused(Failure),
    /// The answer was lost.
    Unknown(Failure),
}

/// How long a quote still lives, by the server's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// This long.
    Left(Duration),
    /// This long, which is nearly nothing.
    NearlyOver(Duration),
    /// Over.
    Over,
    /// The answer does not say.
    Unsaid,
}

/// A quote and what belongs to it.
#[derive(Debug)]
pub struct Held {
    /// The quote.
    pub quote: Quote,
    /// What it was asked by; asked again for the next one.
    pub asked: Request,
    /// Whose order it will be.
    pub user: UserId,
    /// Where the fiat goes, off-ramp: what was asked, and what is known of it.
    pub payment_details: Option<PaymentDetailsId>,
    /// The same, to show.
    pub payment: Option<PaymentProfile>,
    /// `reference_id`.
    pub reference: Option<String>,
    /// Codes of crypto and fiat, as asked.
    pub currencies: (String, String),
    /// The amount that was given.
    pub side: Side,
    /// How far making an order got.
    pub attempt: Attempt,
    /// An answer was lost: an order of this quote may exist.
    pub unsure: bool,
    /// The answer about an *earlier* quote of this page was lost.
    pub earlier_lost: bool,
    /// The rate of the quote before this one.
    pub before: Option<Amount>,
    pub(super) gate: Gate,
}

impl Held {
    /// How long it still lives.
    pub fn life(&self, context: &Context<'_>) -> Life {
        match self.quote.left(&context.now, context.skew_seconds.map(ClockSkew::from_seconds)) {
            None => Life::Unsaid,
            Some(Duration::ZERO) => Life::Over,
            Some(left) if left <= NEARLY => Life::NearlyOver(left),
            Some(left) => Life::Left(left),
        }
    }

    /// Whether the question stands: nothing was sent, or its answer was lost.
    pub fn asks(&self) -> bool {
        matches!(self.attempt, Attempt::Open | Attempt::Unknown(_))
    }

    /// Whether a yes is possible: the quote still lives, and says what it is about.
    pub fn can_yes(&self, context: &Context<'_>) -> bool {
        self.asks()
            && self.life(context) != Life::Over
            && !context.session.read_only
            && !self.pays_elsewhere()
            && !self.says_too_little()
    }

    /// Whether an amount could not be read: nobody says yes to a question mark.
    pub fn says_too_little(&self) -> bool {
        self.quote.amounts.crypto.is_none() || self.quote.amounts.fiat.is_none()
    }

    /// How far the price may move before initiate refuses, as it was asked; `None`: not at all.
    pub fn slippage(&self) -> Option<Slippage> {
        if let Request::OffRampQuote(asked) = &self.asked { asked.slippage } else { None }
    }

    /// Whether the quote names other payment details than were asked for: then nobody says yes.
    pub fn pays_elsewhere(&self) -> bool {
        self.quote.payment_details.is_some() && self.quote.payment_details != self.payment_details
    }

    /// Whether the amount that was given is not the quote's.
    pub fn other_amount(&self) -> bool {
        let amounts = &self.quote.amounts;
        match self.side {
            Side::Crypto(given) => amounts.crypto.is_some_and(|found| found != given),
            Side::Fiat(given) => amounts.fiat.is_some_and(|found| found != given),
        }
    }

    /// Whether a new quote is one key away. Not while an order of this one may exist: another quote
    /// could make a second order.
    pub fn can_requote(&self) -> bool {
        match &self.attempt {
            Attempt::Open => true,
            Attempt::Sending | Attempt::Requoting | Attempt::Unknown(_) => false,
            Attempt::Refused(failure) => !self.unsure || is(failure, "QUOTE_ALREADY_USED"),
        }
    }

    /// Whether the API says that an order of this quote exists.
    pub fn used(&self) -> bool {
        matches!(&self.attempt, Attempt::Refused(failure) if is(failure, "QUOTE_ALREADY_USED"))
    }

    /// Whether the user's KYC stands in the way.
    pub fn wants_kyc(&self) -> bool {
        matches!(&self.attempt, Attempt::Refused(failure) if about_kyc(failure))
    }

    /// Whether the fiat is exact: what the quote says, else what was asked.
    pub fn fiat_is_exact(&self) -> bool {
        match &self.quote.anchor {
            Some(Anchor::Fiat) => true,
            Some(Anchor::Crypto) => false,
            Some(Anchor::Unknown(_)) | None => matches!(self.side, Side::Fiat(_)),
        }
    }

    /// Where the fiat goes, in a line, masked.
    pub fn payee(&self) -> String {
        let id = || self.payment_details.as_ref().map_or_else(|| "?".to_owned(), |id| format!("#{id}"));
        self.payment.as_ref().map_or_else(id, profile_label)
    }

    /// What the partner's wallet pays for it, off-ramp: the crypto and the partner's own markup.
    pub fn to_fund(&self) -> Option<Amount> {
        let fee = self.quote.fees.partner_fee.unwrap_or(Amount::ZERO);
        let off = self.quote.direction == Direction::OffRamp;
        self.quote.amounts.crypto.filter(|_| off)?.plus(fee)
    }

    pub(super) fn initiate(&self) -> Request {
        Request::Initiate {
            direction: self.quote.direction,
            quote: self.quote.id.clone(),
            reference: self.reference.clone(),
            user: self.user.clone(),
            payment_details: self.payment_details.clone(),
        }
    }

    /// Initiate came to nothing, or nobody knows.
    pub(super) fn failed(&mut self, failure: &Failure) {
        self.gate = Gate::default();
        self.attempt = if failure.kind == FailureKind::Unknown {
            self.unsure = true;
            Attempt::Unknown(failure.clone())
        } else {
            Attempt::Refused(failure.clone())
        };
    }
}

fn is(failure: &Failure, code: &str) -> bool {
    failure.code().is_some_and(|own| own.eq_ignore_ascii_case(code))
}

/// Whether the user's KYC is what the API refuses.
pub fn about_kyc(failure: &Failure) -> bool {
    is(failure, "KYC_NOT_CLEARED") || is(failure, "SENDER_IDENTITY_REQUIRED")
}
