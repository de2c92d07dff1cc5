//! Amounts, fees and rates of an order that agree with each other to the last digit.
//!
//! The customer's net crypto is a whole number of cents; the platform fee comes on top, as in the
//! documented example (100 net, 1.5 % fee, 101.50 in all). Currencies without cents in practice get
//! whole fiat amounts. Source: reference, section 4.

use alloy_primitives::U256;
use rust_decimal::Decimal;

use crate::domain::Amount;
use crate::sandbox::catalog::fiat;
use crate::sandbox::chain::DECIMALS;

/// What an order is worth.
#[derive(Debug, Clone)]
pub struct Price {
    /// All the crypto that is funded, fees included.
    pub crypto: Decimal,
    /// What the customer gets (off-ramp) or pays (on-ramp).
    pub fiat: Decimal,
    /// The fiat currency.
    pub currency: &'static str,
    /// Fiat for one token.
    pub rate: Decimal,
    /// The platform's fee, in crypto.
    pub platform_fee: Decimal,
    /// The platform's fee as a percentage, as a JSON number.
    pub platform_fee_pct: f64,
    /// The partner's markup, in crypto, on top of `crypto`.
    pub partner_fee: Decimal,
    /// The partner's markup as a percentage.
    pub partner_fee_pct: Decimal,
    /// On-ramp: what the customer gets.
    pub delivered: Decimal,
}

impl Price {
    /// An amount between 25 and 5000 tokens, at about the currency's rate.
    pub fn draw(currency: &'static str, rng: &mut fastrand::Rng) -> Self {
        let cents = if rng.u8(..4) == 0 { rng.i64(100_000..=500_000) } else { rng.i64(2_500..=100_000) };
        let (usual, places) = fiat(currency).map_or((Decimal::ONE, 2), |fiat| (fiat.usual_rate(), fiat.places()));
        // Up to 0.5 % around the usual rate; four places, so that the small rates move as well.
        let rate = (usual * Decimal::new(rng.i64(9_950..=10_050), 4)).trunc_with_scale(4);
        let (basis_points, platform_fee_pct) = if rng.bool() { (150, 1.5) } else { (100, 1.0) };
        let net = Decimal::new(cents, 2);
        let platform_fee = net * Decimal::new(basis_points, 4);
        let fiat = (net * rate).round_dp(places);
        Self {
            crypto: net + platform_fee,
            fiat,
            currency,
            rate,
            platform_fee,
            platform_fee_pct,
            partner_fee: Decimal::ZERO,
            partner_fee_pct: Decimal::ZERO,
            delivered: net,
        }
    }

    /// What must be transferred into the escrow: the partner's markup comes on top.
    pub fn funded(&self) -> Decimal {
        self.crypto + self.partner_fee
    }

    /// What must be transferred into the escrow, in the token's smallest unit.
    pub fn units(&self) -> U256 {
        units(self.funded())
    }
}

/// Tokens in their smallest unit.
pub fn units(tokens: Decimal) -> U256 {
    Amount::from(tokens).to_atomic(DECIMALS).map(crate::domain::AtomicAmount::units).unwrap_or_default()
}

/// A decimal with exactly so many places.
pub fn padded(value: Decimal, places: u32) -> String {
    let mut value = value;
    value.rescale(places);
    value.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_fees_and_rates_agree_exactly() {
        let mut rng = fastrand::Rng::with_seed(1);
        for currency in ["NGN", "KES", "EUR", "GBP", "INR", "GHS"] {
            for _ in 0..200 {
                let price = Price::draw(currency, &mut rng);
                let net = price.crypto - price.platform_fee;
                assert!((net * price.rate - price.fiat).abs() <= Decimal::new(5, 1));
                assert!(price.crypto.scale() <= 6 && price.fiat.scale() <= 2);
                assert_eq!(price.units().to_string(), padded(price.crypto, 6).replace('.', "").trim_start_matches('0'));
            }
        }
    }
}
