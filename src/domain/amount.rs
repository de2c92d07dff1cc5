//! Exact amounts of money: decimals as the API writes them, atomic units as the chain counts them.
//!
//! Never a float. Text the exact decimal type cannot hold without rounding (more than 28
//! significant digits) is an error, not an approximation. Padding varies between endpoints
//! (`"1"`, `"1.000000"`), so amounts compare by value and display as they came.

use std::fmt;
use std::str::FromStr;

use alloy_primitives::U256;
use rust_decimal::Decimal;

/// A decimal amount, a rate or a percentage, exactly as the API gave it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

/// Why a text is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an exact decimal number: {0}")]
pub struct BadAmount(String);

impl Amount {
    /// Zero, for sums and for fees the API left out.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// Reads plain decimal notation (`-12.50`). Exponents, signs other than a leading `-`, white
    /// space and digits beyond the exact range are refused.
    pub fn parse(text: &str) -> Result<Self, BadAmount> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.ends_with(|c: char| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        if !plain {
            return Err(bad(text));
        }
        Decimal::from_str_exact(text).map(Self).map_err(|_| bad(text))
    }

    /// The exact sum, or `None` beyond the range.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Whether the value is below zero.
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// Whether the value is zero, however padded.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// The decimal itself.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// The same value in atomic units of a token with `decimals` places: `1.5` with 6 places is
    /// `1500000`. `None` when negative, when digits would be lost, or beyond 28 digits.
    pub fn to_atomic(self, decimals: u8) -> Option<AtomicAmount> {
        if self.is_negative() {
            return None;
        }
        let trimmed = self.0.normalize();
        let missing = u32::from(decimals).checked_sub(trimmed.scale())?;
        let factor = U256::from(10u8).checked_pow(U256::from(missing))?;
        let units = u128::try_from(trimmed.mantissa()).ok()?;
        U256::from(units).checked_mul(factor).map(AtomicAmount)
    }
}

fn bad(text: &str) -> BadAmount {
    BadAmount(super::text::visible_prefix(text, 40))
}

impl From<Decimal> for Amount {
    fn from(value: Decimal) -> Self {
        Self(value)
    }
}

impl FromStr for Amount {
    type Err = BadAmount;
    fn from_str(text: &str) -> Result<Self, BadAmount> {
        Self::parse(text)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({})", self.0)
    }
}

/// An amount in a token's smallest unit, as calldata carries it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AtomicAmount(U256);

impl AtomicAmount {
    /// Reads a clean unsigned decimal integer (`amount_atomic`): digits only, no leading zeros.
    pub fn parse(text: &str) -> Result<Self, BadAmount> {
        clean_integer(text).map(Self).ok_or_else(|| bad(text))
    }

    /// The number of smallest units.
    pub fn units(self) -> U256 {
        self.0
    }

    /// The same value in whole tokens with `decimals` places, without padding: `1500000` with 6
    /// places is `1.5`. `None` beyond the exact range.
    pub fn to_amount(self, decimals: u8) -> Option<Amount> {
        let units = i128::try_from(self.0).ok()?;
        let exact = Decimal::try_from_i128_with_scale(units, u32::from(decimals)).ok()?;
        Some(Amount(exact.normalize()))
    }
}

impl From<U256> for AtomicAmount {
    fn from(units: U256) -> Self {
        Self(units)
    }
}

impl fmt::Display for AtomicAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// An unsigned decimal integer with nothing around it: no sign, no `0x`, no leading zero, no
/// separator. The number parsers accept more than that, and a nonce that reads two ways must
/// not be signed.
pub fn clean_integer(text: &str) -> Option<U256> {
    let clean = !text.is_empty()
        && text.len() <= 78
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if clean { U256::from_str_radix(text, 10).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_keep_their_digits_and_compare_by_value() {
        let long = "1234567890123456.123456";
        assert_eq!(Amount::parse(long).unwrap().to_string(), long);
        assert_eq!(Amount::parse("1.10").unwrap(), Amount::parse("1.1000").unwrap());
        assert_eq!(Amount::parse("1.10").unwrap().to_string(), "1.10");
    }

    #[test]
    fn what_is_not_exact_or_not_plain_is_refused() {
        for text in [
            "",
            " 1",
            "1e5",
            "+1",
            "0x10",
            "1_000",
            "1,5",
            ".",
            "NaN",
            "inf",
            "--1",
            "1.2.3",
            "1.",
            ".5",
            "123456789012345678901234567890",
            "0.00000000000000000000000000001",
        ] {
            assert!(Amount::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn atomic_units_are_exact_or_nothing() {
        let atomic = |text: &str, d| Amount::parse(text).unwrap().to_atomic(d).map(|a| a.to_string());
        assert_eq!(atomic("101.50", 6).as_deref(), Some("101500000"));
        assert_eq!(atomic("0.0000001", 6), None);
        assert_eq!(atomic("1.0000000", 6).as_deref(), Some("1000000"));
        assert_eq!(atomic("1", 18).as_deref(), Some("1000000000000000000"));
        assert_eq!(atomic("-1", 6), None);
        assert_eq!(atomic("0", 0).as_deref(), Some("0"));
    }

    #[test]
    fn integers_with_two_readings_are_refused() {
        for text in ["", "01", "0x1", "+1", "1 ", "1_0", "１", &"9".repeat(79)] {
            assert_eq!(clean_integer(text), None, "{text}");
        }
        assert_eq!(clean_integer("0"), Some(U256::ZERO));
    }

    proptest! {
        #[test]
        fn any_amount_and_its_atomic_units_agree(units in 0u64.., decimals in 0u8..=18) {
            let amount = Amount::from(Decimal::from_i128_with_scale(i128::from(units), u32::from(decimals)));
            let atomic = AtomicAmount::from(U256::from(units));
            prop_assert_eq!(amount.to_atomic(decimals), Some(atomic));
            prop_assert_eq!(atomic.to_amount(decimals), Some(amount));
            prop_assert_eq!(Amount::parse(&amount.to_string()), Ok(amount));
        }

        #[test]
        fn no_text_makes_the_parsers_panic(text in ".{0,90}") {
            let _ = Amount::parse(&text);
            let _ = AtomicAmount::parse(&text);
        }
    }
}
