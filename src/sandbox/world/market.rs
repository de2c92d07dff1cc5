//! The price: what a token is worth now, and what a quote makes of it.
//!
//! Deterministic: a currency's rate is a function of the seed and of the shown time, the same for
//! forty seconds at a time. The customer's side is rounded, never the platform's. Source:
//! reference, section 4 (anchors, amounts and fees).

use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy};

use super::chance;
use super::price::Price;
use crate::domain::Direction;
use crate::sandbox::catalog::Fiat;

/// Shown seconds for which a rate stays the same.
const DRIFT_EVERY: i64 = 40;
/// The least and the most tokens of one order.
pub const TOKENS: (i64, i64) = (5, 25_000);

/// Which amount was given, and so stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// `crypto_amount`.
    Crypto(Decimal),
    /// `fiat_amount`.
    Fiat(Decimal),
}

impl Anchor {
    /// `anchor_type`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Crypto(_) => "crypto",
            Self::Fiat(_) => "fiat",
        }
    }
}

/// What a price is made of, apart from the rate.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Off-ramp or on-ramp.
    pub direction: Direction,
    /// The fiat currency.
    pub fiat: &'static Fiat,
    /// The amount that was given.
    pub anchor: Anchor,
    /// Whether a licensed provider serves it: the fee is lower.
    pub licensed: bool,
    /// The partner's markup, in percent.
    pub partner_fee_pct: Decimal,
}

/// Fiat for one token at a shown time.
pub fn rate(seed: u64, direction: Direction, fiat: &Fiat, shown: DateTime<Utc>) -> Decimal {
    let slot = u64::try_from(shown.timestamp().div_euclid(DRIFT_EVERY)).unwrap_or(0);
    let name = fiat.code.bytes().fold(0u64, |sum, byte| sum * 256 + u64::from(byte));
    let drift = chance::generator(seed ^ (name << 20), slot).i64(9_950..=10_050);
    // Who buys tokens pays one per cent more.
    let spread = if direction == Direction::OnRamp { Decimal::new(101, 2) } else { Decimal::ONE };
    (fiat.usual_rate() * Decimal::new(drift, 4) * spread).trunc_with_scale(4)
}

impl Terms {
    /// The price at a rate. `None` if the numbers are beyond reckoning.
    pub fn price(&self, rate: Decimal) -> Option<Price> {
        let (basis_points, platform_fee_pct) = if self.licensed { (100, 1.0) } else { (150, 1.5) };
        let fee = Decimal::new(basis_points, 4);
        let (crypto, fiat, platform_fee) = match (self.direction, self.anchor) {
            (Direction::OffRamp, Anchor::Crypto(crypto)) => {
                let net = down(crypto.checked_div(Decimal::ONE + fee)?, 6);
                (crypto, down(net.checked_mul(rate)?, self.fiat.places()), crypto - net)
            }
            (Direction::OffRamp, Anchor::Fiat(fiat)) => {
                let net = up(fiat.checked_div(rate)?);
                let platform_fee = up(net.checked_mul(fee)?);
                (net + platform_fee, fiat, platform_fee)
            }
            (Direction::OnRamp, Anchor::Fiat(fiat)) => {
                let crypto = down(fiat.checked_div(rate)?, 6);
                (crypto, fiat, up(crypto.checked_mul(fee)?))
            }
            (Direction::OnRamp, Anchor::Crypto(crypto)) => (crypto, Decimal::ZERO, up(crypto.checked_mul(fee)?)),
        };
        let partner_fee = up(crypto.checked_mul(self.partner_fee_pct)?.checked_div(Decimal::ONE_HUNDRED)?);
        let mut price = Price {
            crypto,
            fiat,
            currency: self.fiat.code,
            rate,
            platform_fee,
            platform_fee_pct,
            partner_fee,
            partner_fee_pct: self.partner_fee_pct,
            delivered: crypto - platform_fee - partner_fee,
        };
        if let (Direction::OnRamp, Anchor::Crypto(_)) = (self.direction, self.anchor) {
            // The customer gets what was asked for and pays the fees on top.
            let all = crypto + platform_fee + partner_fee;
            let places = self.fiat.places();
            price.fiat = all.checked_mul(rate)?.round_dp_with_strategy(places, RoundingStrategy::AwayFromZero);
            price.delivered = crypto;
        }
        Some(price)
    }
}

fn down(value: Decimal, places: u32) -> Decimal {
    value.round_dp_with_strategy(places, RoundingStrategy::ToZero)
}

fn up(value: Decimal) -> Decimal {
    value.round_dp_with_strategy(6, RoundingStrategy::AwayFromZero)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::catalog::fiat;

    fn terms(direction: Direction, anchor: Anchor) -> Terms {
        let markup = Decimal::TWO;
        Terms { direction, fiat: fiat("NGN").unwrap(), anchor, licensed: false, partner_fee_pct: markup }
    }

    #[test]
    fn what_was_given_stays_and_the_fees_add_up() {
        let (hundred, naira) = (Decimal::new(10_150, 2), Decimal::from(150_000));
        let rate = Decimal::new(153_012, 2);
        let off = terms(Direction::OffRamp, Anchor::Crypto(hundred)).price(rate).unwrap();
        assert_eq!((off.crypto, off.fiat, off.platform_fee), (hundred, Decimal::from(153_012), Decimal::new(15, 1)));
        assert_eq!(off.funded(), hundred * Decimal::new(102, 2));
        let off = terms(Direction::OffRamp, Anchor::Fiat(naira)).price(rate).unwrap();
        assert!(off.fiat == naira && (off.crypto - off.platform_fee) * rate >= naira);
        let on = terms(Direction::OnRamp, Anchor::Crypto(hundred)).price(rate).unwrap();
        assert!(on.delivered == hundred && on.fiat > hundred * rate && on.fiat.scale() == 0);
        let on = terms(Direction::OnRamp, Anchor::Fiat(naira)).price(rate).unwrap();
        assert_eq!(on.delivered + on.platform_fee + on.partner_fee, on.crypto);
        assert!(terms(Direction::OffRamp, Anchor::Fiat(Decimal::MAX)).price(Decimal::new(1, 4)).is_none());
    }

    #[test]
    fn the_rate_drifts_a_little_and_the_same_way_each_time() {
        let ngn = fiat("NGN").unwrap();
        let at = |seconds| DateTime::from_timestamp(1_790_000_000_i64 + seconds, 0).unwrap();
        let rates: Vec<_> = (0..20).map(|slot| rate(7, Direction::OffRamp, ngn, at(slot * 40))).collect();
        assert!(rates.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(rates.iter().all(|rate| (rate - ngn.usual_rate()).abs() < Decimal::from(8)));
        assert_eq!(rate(7, Direction::OffRamp, ngn, at(39)), rates[0]);
        assert!(rate(7, Direction::OnRamp, ngn, at(0)) > rates[0]);
    }
}
