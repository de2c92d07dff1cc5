//! What is kept of a quote and of the order it became: the API never says again whose an order is,
//! what it is exact about, and by which name the partner knows it.

use chrono::{DateTime, Utc};

use crate::app::ask::{Answer, Request};
use crate::domain::quote::{Initiated, Quote};
use crate::domain::{PaymentDetailsId, QuoteId, UserId};
use crate::store::{KeptInitiation, KeptQuote, Link, Source, Store, StoreError};

/// Something to keep before anybody is shown the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trade {
    /// A quote.
    Quoted(KeptQuote),
    /// An order, and whose it is.
    Initiated(KeptInitiation, Link),
}

impl Trade {
    /// A quote that was asked for a user.
    pub fn quoted(quote: &Quote, user: &UserId, payment_details: Option<&PaymentDetailsId>) -> Self {
        Self::Quoted(KeptQuote {
            id: quote.id.clone(),
            user: Some(user.clone()),
            payment_details: payment_details.or(quote.payment_details.as_ref()).cloned(),
            anchor: quote.anchor.clone(),
        })
    }

    /// An order made of a quote under a reference.
    pub fn initiated(
        made: &Initiated,
        quote: &QuoteId,
        reference: Option<&str>,
        user: &UserId,
        payment_details: Option<&PaymentDetailsId>,
    ) -> Self {
        let initiation = KeptInitiation {
            order: made.order.clone(),
            quote: Some(made.quote.as_ref().unwrap_or(quote).clone()),
            reference: made.reference.as_deref().or(reference).map(str::to_owned),
        };
        let link = Link {
            order: made.order.clone(),
            user: Some(user.clone()),
            payment_details: payment_details.cloned(),
            source: Source::Created,
        };
        Self::Initiated(initiation, link)
    }

    /// What there is to keep of an answer.
    pub fn of(request: &Request, answer: &Answer) -> Option<Self> {
        match (request, answer) {
            (Request::OffRampQuote(asked), Answer::Quote(quote)) => {
                Some(Self::quoted(quote, &asked.user, Some(&asked.payment_details)))
            }
            (Request::OnRampQuote(asked), Answer::Quote(quote)) => Some(Self::quoted(quote, &asked.user, None)),
            (Request::Initiate { quote, reference, user, payment_details, .. }, Answer::Initiated(made)) => {
                Some(Self::initiated(made, quote, reference.as_deref(), user, payment_details.as_ref()))
            }
            _ => None,
        }
    }

    /// Keeps it. An order is on the disk when this returns.
    pub fn keep(&self, store: &mut Store, at: DateTime<Utc>) -> Result<(), StoreError> {
        match self {
            Self::Quoted(quote) => store.keep_quote(quote, at),
            Self::Initiated(made, link) => {
                if let Some(user) = &link.user {
                    store.add_user(user, Source::Operator, at)?;
                }
                store.link(link, at)?;
                store.keep_initiation(made, at)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::order::{Amounts, FeeBreakdown};
    use crate::domain::quote::{Anchor, OffRampQuoteRequest, Side};
    use crate::domain::{Amount, Direction, OrderId};

    #[test]
    fn an_order_is_known_by_its_reference_and_its_anchor_when_the_api_tells_neither() {
        let (user, payment) = (UserId::parse("u").unwrap(), PaymentDetailsId::parse("7").unwrap());
        let asked = OffRampQuoteRequest::new(user.clone(), payment.clone(), "USDT", "NGN", Side::Fiat(Amount::ZERO));
        let quote = Quote {
            id: QuoteId::parse("q").unwrap(),
            direction: Direction::OffRamp,
            anchor: Some(Anchor::Fiat),
            amounts: Amounts::default(),
            fees: FeeBreakdown::default(),
            expires_at: None,
            payment_details: None,
            method: None,
            network: None,
            settles_itself: None,
            problems: Vec::new(),
        };
        let initiate = Request::Initiate {
            direction: Direction::OffRamp,
            quote: quote.id.clone(),
            reference: Some("inv-9".to_owned()),
            user: user.clone(),
            payment_details: Some(payment.clone()),
        };
        let made = Initiated {
            order: OrderId::parse("o").unwrap(),
            status: None,
            quote: None,
            reference: None,
            amounts: Amounts::default(),
            fees: FeeBreakdown::default(),
            timeline: Vec::new(),
            created_at: None,
            required_fields: Vec::new(),
            problems: Vec::new(),
        };
        let mut store = Store::in_memory().unwrap();
        let at = DateTime::from_timestamp(5, 0).unwrap();
        let quoted = Trade::of(&Request::OffRampQuote(asked), &Answer::Quote(quote.clone())).unwrap();
        quoted.keep(&mut store, at).unwrap();
        Trade::of(&initiate, &Answer::Initiated(made.clone())).unwrap().keep(&mut store, at).unwrap();
        let kept = store.trade(&made.order).unwrap();
        assert_eq!((kept.user, kept.payment_details, kept.anchor), (Some(user), Some(payment), Some(Anchor::Fiat)));
        assert_eq!((kept.quote, kept.reference.as_deref()), (Some(quote.id), Some("inv-9")));
        assert_eq!(store.users().unwrap().len(), 1);
        assert_eq!(Trade::of(&initiate, &Answer::Done), None);
    }
}
