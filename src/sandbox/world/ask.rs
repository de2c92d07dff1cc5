//! What is asked for: the bodies of estimates and quotes, and what is wrong with one.
//!
//! One lenient body for all of them; each endpoint demands what it needs. Source: reference,
//! section 4.

use rust_decimal::Decimal;
use serde::Deserialize;

use super::denied::Denied;
use super::market::{Anchor, TOKENS};
use crate::sandbox::catalog::{CRYPTO, Fiat, Rail, fiat, rails};
use crate::sandbox::config::Dialect;

/// The body of an estimate or of a quote.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are those of the documents")]
pub struct Ask {
    pub user_uuid: Option<String>,
    pub crypto_currency: Option<String>,
    pub fiat_currency: Option<String>,
    pub crypto_amount: Option<String>,
    pub fiat_amount: Option<String>,
    pub payment_details_id: Option<u32>,
    pub payment_method_slug: Option<String>,
    pub payment_network_slug: Option<String>,
    pub rail: Option<String>,
    pub route: Option<String>,
    pub provider_scope: Option<String>,
    pub slippage_tolerance: Option<Slippage>,
    pub has_fiat_settlement_notification: Option<bool>,
    pub partner_fee_pct: Option<String>,
    pub recipient_id: Option<String>,
}

/// `slippage_tolerance`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Slippage {
    /// `type`: `percent`, `amount` or `fiat`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `value`.
    pub value: Decimal,
}

fn invalid(message: impl Into<String>) -> Denied {
    Denied::Invalid(message.into())
}

impl Ask {
    /// Reads a body.
    pub fn parse(body: &[u8]) -> Result<Self, Denied> {
        serde_json::from_slice(body).map_err(|e| invalid(format!("invalid request body: {e}")))
    }

    /// The two currencies, of which the crypto one can only be the one there is.
    pub fn fiat(&self) -> Result<&'static Fiat, Denied> {
        let crypto = self.crypto_currency.as_deref().ok_or_else(|| invalid("crypto_currency is required"))?;
        let code = self.fiat_currency.as_deref().ok_or_else(|| invalid("fiat_currency is required"))?;
        if crypto != CRYPTO {
            return Err(invalid("unsupported crypto_currency"));
        }
        fiat(code).ok_or_else(|| invalid("unsupported fiat_currency"))
    }

    /// The one amount that is given.
    pub fn anchor(&self, fiat: &Fiat) -> Result<Anchor, Denied> {
        match (&self.crypto_amount, &self.fiat_amount) {
            (Some(text), None) => amount(text, "crypto_amount", 6).map(Anchor::Crypto),
            (None, Some(text)) => {
                let value = amount(text, "fiat_amount", 2)?;
                if fiat.whole && !value.fract().is_zero() {
                    return Err(invalid(format!("fiat_amount must be a whole number for {}", fiat.code)));
                }
                Ok(Anchor::Fiat(value))
            }
            _ => Err(invalid("exactly one of crypto_amount and fiat_amount is required")),
        }
    }

    /// `partner_fee_pct`, 0 if absent. The baseline does not know it, and so does not look at it.
    pub fn markup(&self, dialect: Dialect) -> Result<Decimal, Denied> {
        let given = self.partner_fee_pct.as_deref().filter(|_| dialect == Dialect::Newer);
        let Some(text) = given else { return Ok(Decimal::ZERO) };
        let pct = Decimal::from_str_exact(text).ok().filter(|pct| (Decimal::ZERO..=Decimal::TEN).contains(pct));
        pct.ok_or_else(|| invalid("partner_fee_pct must be between 0 and 10"))
    }

    /// `provider_scope`, `all` if absent.
    pub fn scope(&self) -> Result<&'static str, Denied> {
        match self.provider_scope.as_deref() {
            None | Some("all") => Ok("all"),
            Some("licensed_only") => Ok("licensed_only"),
            Some("p2p_only") => Ok("p2p_only"),
            Some(_) => Err(invalid("invalid provider_scope")),
        }
    }

    /// `slippage_tolerance`, 0 % if absent.
    pub fn slippage(&self) -> Result<Slippage, Denied> {
        let Some(given) = &self.slippage_tolerance else {
            return Ok(Slippage { kind: "percent".to_owned(), value: Decimal::ZERO });
        };
        let known = matches!(given.kind.as_str(), "percent" | "amount" | "fiat");
        let fits = given.value >= Decimal::ZERO && (given.kind != "percent" || given.value <= Decimal::ONE_HUNDRED);
        if known && fits { Ok(given.clone()) } else { Err(invalid("invalid slippage_tolerance")) }
    }

    /// The rail by its two slugs, the currency's usual one if none is named.
    pub fn rail(&self, fiat: &Fiat, scope: &str) -> Result<&'static Rail, Denied> {
        let wanted = |rail: &&Rail| {
            let network = self.payment_network_slug.as_deref().is_none_or(|slug| slug == rail.slug);
            let method = self.payment_method_slug.as_deref().is_none_or(|slug| offers_method(rail, slug));
            network && method && rail.serves(scope)
        };
        rails::of_currency(fiat.code).find(wanted).ok_or(Denied::NoOffers)
    }
}

/// Whether a rail has this payment method: an institution of it, or the rail itself.
fn offers_method(rail: &Rail, slug: &str) -> bool {
    use crate::sandbox::catalog::institutions;
    slug == rail.slug || institutions::of_rail(rail.slug).any(|one| one.id == slug)
}

fn amount(text: &str, name: &str, places: u32) -> Result<Decimal, Denied> {
    let value = Decimal::from_str_exact(text).ok().filter(|value| *value > Decimal::ZERO);
    let value = value.ok_or_else(|| invalid(format!("{name} must be a positive decimal")))?;
    if value.normalize().scale() > places {
        return Err(invalid(format!("{name} has more than {places} decimal places")));
    }
    Ok(value)
}

/// Whether anybody would trade so many tokens.
pub fn has_offers(tokens: Decimal) -> bool {
    (Decimal::from(TOKENS.0)..=Decimal::from(TOKENS.1)).contains(&tokens)
}
