//! Estimates and quotes, and every documented refusal. Source: reference, section 4.
//!
//! An estimate reserves nothing; a quote lives for a minute of shown time and makes one order.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::World;
use super::ask::{Ask, has_offers};
use super::chance;
use super::denied::Denied;
use super::desk::Quote;
use super::market::{self, Terms};
use super::people::SimUser;
use super::price::Price;
use crate::domain::Direction;
use crate::sandbox::catalog::{Fiat, Rail, institutions, rails};
use crate::sandbox::config::Dialect;

/// An estimate.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// The price.
    pub price: Price,
    /// The rail.
    pub rail: &'static Rail,
    /// `payment_method_slug`.
    pub method_slug: String,
    /// `provider_scope`.
    pub scope: &'static str,
}

/// Where the fiat of an off-ramp order goes.
struct Payout {
    rail: &'static Rail,
    id: u32,
    method: u32,
}

impl World {
    /// The price now, without obligation.
    pub fn estimate(&self, direction: Direction, ask: &Ask) -> Result<Estimate, Denied> {
        let fiat = ask.fiat()?;
        let (anchor, scope, partner_fee_pct) = (ask.anchor(fiat)?, ask.scope()?, ask.markup(self.dialect)?);
        let rail = ask.rail(fiat, scope)?;
        let licensed = scope == "licensed_only" || !rail.p2p;
        let price = self.offer(&Terms { direction, fiat, anchor, licensed, partner_fee_pct })?;
        Ok(Estimate { price, rail, method_slug: method_slug(ask, rail), scope })
    }

    /// An off-ramp quote.
    pub fn off_ramp_quote(&mut self, ask: &Ask) -> Result<Quote, Denied> {
        if ask.recipient_id.is_some() {
            return Err(Denied::Invalid("payouts to third parties are not simulated".to_owned()));
        }
        let fiat = ask.fiat()?;
        let (anchor, scope, partner_fee_pct) = (ask.anchor(fiat)?, ask.scope()?, ask.markup(self.dialect)?);
        let slippage = ask.slippage()?;
        let details = ask.payment_details_id.ok_or_else(|| Denied::Invalid("payment_details_id is required".into()))?;
        let user = self.asking(ask)?.ok_or(Denied::PaymentDetails)?;
        let payout = payout(user, details).ok_or(Denied::PaymentDetails)?;
        self.cleared(user)?;
        fits(ask, fiat, payout.rail)?;
        let notifies = ask.has_fiat_settlement_notification == Some(true);
        let licensed = scope == "licensed_only" || notifies || !payout.rail.p2p;
        if licensed && (!payout.rail.licensed || scope == "p2p_only") {
            return Err(Denied::NoOffers);
        }
        let terms = Terms { direction: Direction::OffRamp, fiat, anchor, licensed, partner_fee_pct };
        let (user, slug) = (user.id, payout.rail.slug.to_owned());
        let quote = self.bare_quote(user, payout.rail, terms, slug)?;
        let quote = Quote { payment_details: payout.id, method: payout.method, slippage, ..quote };
        Ok(self.keep(quote))
    }

    /// An on-ramp quote.
    pub fn on_ramp_quote(&mut self, ask: &Ask) -> Result<Quote, Denied> {
        let fiat = ask.fiat()?;
        let (anchor, scope, partner_fee_pct) = (ask.anchor(fiat)?, ask.scope()?, ask.markup(self.dialect)?);
        let user = self.asking(ask)?.ok_or(Denied::UnknownUser)?;
        self.cleared(user)?;
        let rail = ask.rail(fiat, scope)?;
        let licensed = scope == "licensed_only" || !rail.p2p;
        let terms = Terms { direction: Direction::OnRamp, fiat, anchor, licensed, partner_fee_pct };
        let own = user.profiles.iter().find(|profile| profile.script.currency == fiat.code);
        let (user, own) = (user.id, own.map_or(0, |profile| profile.id));
        let quote = self.bare_quote(user, rail, terms, method_slug(ask, rail))?;
        let method = institutions::method_id(Some(&quote.method_slug));
        Ok(self.keep(Quote { payment_details: own, method, ..quote }))
    }

    fn asking(&self, ask: &Ask) -> Result<Option<&SimUser>, Denied> {
        let text = ask.user_uuid.as_deref().ok_or_else(|| Denied::Invalid("user_uuid is required".to_owned()))?;
        let id = Uuid::try_parse(text).map_err(|_| Denied::Invalid("invalid user_uuid format".to_owned()))?;
        Ok(self.user(id))
    }

    /// Only `VERIFIED` is cleared. The baseline has no code for the others.
    pub(super) fn cleared(&self, user: &SimUser) -> Result<(), Denied> {
        match (user.kyc_status, self.dialect) {
            ("VERIFIED", _) => Ok(()),
            (status, Dialect::Newer) => Err(Denied::Kyc(status.to_owned())),
            (status, Dialect::Baseline) => Err(Denied::Invalid(format!("user KYC is not cleared: {status}"))),
        }
    }

    fn offer(&self, terms: &Terms) -> Result<Price, Denied> {
        let price = terms.price(self.rate(terms.direction, terms.fiat)).ok_or(Denied::NoOffers)?;
        let worth = price.fiat > Decimal::ZERO && price.delivered > Decimal::ZERO;
        if worth && has_offers(price.crypto) { Ok(price) } else { Err(Denied::NoOffers) }
    }

    /// Fiat for one token now.
    pub fn rate(&self, direction: Direction, fiat: &Fiat) -> Decimal {
        let rate = market::rate(self.seed, direction, fiat, self.shown_now());
        if self.desk.fell_at.is_some() { (rate * Decimal::new(99, 2)).trunc_with_scale(4) } else { rate }
    }

    fn bare_quote(&self, user: Uuid, rail: &'static Rail, terms: Terms, slug: String) -> Result<Quote, Denied> {
        let price = self.offer(&terms)?;
        let now = self.shown_now();
        Ok(Quote {
            id: chance::uuid(&mut chance::generator(self.seed, (1 << 45) + self.desk.quotes_made)),
            user,
            payment_details: 0,
            method: 0,
            method_slug: slug,
            rail,
            terms,
            price,
            slippage: Ask::default().slippage()?,
            quoted_at: now,
            expires_at: now + TimeDelta::seconds(self.desk.rules.quote_seconds),
            used: false,
        })
    }

    fn keep(&mut self, quote: Quote) -> Quote {
        let yesterday = self.shown_now() - TimeDelta::days(1);
        self.desk.quotes_made += 1;
        self.desk.quotes.retain(|_, old| old.expires_at > yesterday);
        self.desk.quotes.insert(quote.id, quote.clone());
        quote
    }
}

/// The user's profile of this number.
fn payout(user: &SimUser, id: u32) -> Option<Payout> {
    let profile = user.profiles.iter().find(|profile| profile.id == id)?;
    let method = institutions::method_id(profile.script.institution.as_ref().map(|(_, slug)| slug.as_str()));
    Some(Payout { rail: rails::find(profile.script.rail)?, id, method })
}

/// Whether currency, rail and route are those of the payment details.
fn fits(ask: &Ask, fiat: &Fiat, rail: &Rail) -> Result<(), Denied> {
    if fiat.code != rail.currency {
        return Err(Denied::Invalid("fiat_currency is not that of the payment details".to_owned()));
    }
    if ask.rail.as_deref().is_some_and(|given| given != rail.slug) {
        return Err(Denied::RailRoute("rail does not match the payment details".to_owned()));
    }
    if ask.route.as_deref().is_some_and(|given| given != rail.slug) {
        return Err(Denied::RailRoute("route does not match the rail".to_owned()));
    }
    Ok(())
}

fn method_slug(ask: &Ask, rail: &Rail) -> String {
    let first = institutions::of_rail(rail.slug).next().map_or(rail.slug, |one| one.id);
    ask.payment_method_slug.clone().unwrap_or_else(|| first.to_owned())
}
