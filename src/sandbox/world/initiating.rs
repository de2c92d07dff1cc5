//! From a quote to an order. Source: reference, section 4.
//!
//! Off-ramp looks at the price again. A quote's price is held for twenty seconds; later, the rate
//! of the moment is compared with the quoted one, and the slippage tolerance decides.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde::Deserialize;
use uuid::Uuid;

use super::denied::Denied;
use super::desk::Quote;
use super::lifecycle::{self, Fate};
use super::market::Anchor;
use super::order::{SimOrder, Traits};
use super::price::Price;
use super::{World, chance};
use crate::domain::Direction;
use crate::domain::status::KnownStatus::{AwaitingLiquidityProvider, Created};

/// Seconds for which a quote's price does not move.
const PRICE_HELD: i64 = 20;

/// The body of an initiate.
#[derive(Debug, Clone, Deserialize)]
pub struct Initiate {
    /// `quote_id`.
    pub quote_id: String,
    /// `reference_id`.
    #[serde(default)]
    pub reference_id: Option<String>,
}

impl World {
    /// Makes an order of a quote.
    pub fn initiate(&mut self, direction: Direction, body: &Initiate) -> Result<(&SimOrder, &Quote), Denied> {
        let invalid = |_| Denied::Invalid("invalid quote_id format".to_owned());
        let id = Uuid::try_parse(&body.quote_id).map_err(invalid)?;
        let quote = self.desk.quotes.get(&id).filter(|quote| quote.direction() == direction);
        let quote = quote.ok_or(Denied::QuoteNotFound)?.clone();
        if quote.used {
            return Err(Denied::QuoteUsed);
        }
        if self.shown_now() >= quote.expires_at {
            return Err(Denied::QuoteExpired);
        }
        let user = self.user(quote.user).ok_or(Denied::QuoteNotFound)?;
        self.cleared(user)?;
        let price = if direction == Direction::OffRamp { self.price_now(&quote)? } else { quote.price.clone() };
        let order = self.order_of(&quote, price);
        let made = order.id;
        self.desk.orders_made += 1;
        self.add(order);
        if let Some(quote) = self.desk.quotes.get_mut(&id) {
            quote.used = true;
        }
        let (order, quote) = (self.order(made), self.desk.quotes.get(&id));
        order.zip(quote).ok_or(Denied::QuoteNotFound)
    }

    /// Whether the answer to the initiate that has just succeeded is lost.
    pub fn loses_answer(&mut self) -> bool {
        std::mem::take(&mut self.desk.loses_answer)
    }

    fn price_now(&mut self, quote: &Quote) -> Result<Price, Denied> {
        let now = self.shown_now();
        if std::mem::take(&mut self.desk.fall_ahead) {
            self.desk.fell_at = Some(now);
        }
        let fell = self.desk.fell_at.is_some_and(|at| quote.quoted_at <= at);
        if !fell && now - quote.quoted_at < TimeDelta::seconds(PRICE_HELD) {
            return Ok(quote.price.clone());
        }
        let (quoted, current) = (quote.price.rate, self.rate(quote.direction(), quote.terms.fiat));
        let price = quote.terms.price(current).ok_or(Denied::NoOffers)?;
        if quoted == current || tolerated(quote, &price) {
            return Ok(price);
        }
        let net = quote.price.delivered;
        let fiat_difference = (net * (current - quoted)).round_dp(2);
        Err(Denied::PriceChanged { quoted, current, fiat_difference })
    }

    fn order_of(&self, quote: &Quote, price: Price) -> SimOrder {
        let mut rng = chance::generator(self.seed, (1 << 44) + self.desk.orders_made);
        let off_ramp = quote.direction() == Direction::OffRamp;
        let rules = self.desk.rules;
        let traits = Traits {
            settles_itself: off_ramp && (quote.terms.licensed || rules.settles_itself),
            address_missing: off_ramp
                && quote.terms.fiat.needs_address()
                && !self.user(quote.user).is_some_and(|user| user.kyc.has_address()),
            payment_request: !off_ramp && (rules.payment_request || quote.rail.payment_request),
            ..Traits::default()
        };
        let fate = if off_ramp { rules.off_ramp } else { rules.on_ramp };
        // A provider who confirms delivery by himself would complete it before anything goes wrong.
        let traits = Traits { settles_itself: traits.settles_itself && fate == Fate::Smooth, ..traits };
        let mut order = SimOrder {
            id: chance::uuid(&mut rng),
            owner: quote.user,
            payment_details: quote.payment_details,
            direction: quote.direction(),
            status: Created,
            price,
            escrow: chance::address(&mut rng),
            timeline: Vec::new(),
            traits,
            fate,
            due: None,
            authorize_by: None,
            window: rules.window,
            rng,
        };
        if off_ramp {
            order.enter(Created, self.now, lifecycle::description(Created));
        }
        if !traits.address_missing {
            order.enter(AwaitingLiquidityProvider, self.now, lifecycle::description(AwaitingLiquidityProvider));
        }
        order
    }
}

/// Whether the slippage tolerance covers the move. `amount` is measured in crypto.
fn tolerated(quote: &Quote, now: &Price) -> bool {
    let (then, slippage) = (&quote.price, &quote.slippage);
    let fiat = match quote.terms.anchor {
        Anchor::Crypto(_) => (now.fiat - then.fiat).abs(),
        Anchor::Fiat(_) => ((now.crypto - then.crypto) * now.rate).abs(),
    };
    match slippage.kind.as_str() {
        "amount" => fiat <= slippage.value * now.rate,
        "fiat" => fiat <= slippage.value,
        _ => (now.rate - then.rate).abs() * Decimal::ONE_HUNDRED <= slippage.value * then.rate,
    }
}
