//! Fiat currencies: their usual rate, whether amounts are whole, which ways exist.

use rust_decimal::Decimal;

/// A fiat currency.
#[derive(Debug, PartialEq, Eq)]
pub struct Fiat {
    /// `code`.
    pub code: &'static str,
    /// `name`.
    pub name: &'static str,
    /// `countries`.
    pub countries: &'static [&'static str],
    /// Fiat for one token, in hundredths.
    hundredths: i64,
    /// Whether amounts must be whole.
    pub whole: bool,
}

const fn money(
    code: &'static str,
    name: &'static str,
    countries: &'static [&'static str],
    hundredths: i64,
    whole: bool,
) -> Fiat {
    Fiat { code, name, countries, hundredths, whole }
}

/// Every fiat currency.
pub const ALL: &[Fiat] = &[
    money("NGN", "Nigerian Naira", &["NG"], 153_012, true),
    money("KES", "Kenyan Shilling", &["KE"], 12_935, true),
    money("GHS", "Ghanaian Cedi", &["GH"], 1_087, true),
    money("UGX", "Ugandan Shilling", &["UG"], 368_000, true),
    money("TZS", "Tanzanian Shilling", &["TZ"], 267_000, true),
    money("INR", "Indian Rupee", &["IN"], 8_391, false),
    money("EUR", "Euro", &["AT", "BE", "DE", "ES", "FR", "IE", "IT", "NL", "PT"], 87, false),
    money("GBP", "Pound Sterling", &["GB"], 76, false),
];

/// The fiat currency with this code.
pub fn fiat(code: &str) -> Option<&'static Fiat> {
    ALL.iter().find(|fiat| fiat.code == code)
}

impl Fiat {
    /// Fiat for one token, on an ordinary day.
    pub fn usual_rate(&self) -> Decimal {
        Decimal::new(self.hundredths, 2)
    }

    /// Places of an amount.
    pub fn places(&self) -> u32 {
        if self.whole { 0 } else { 2 }
    }

    /// Whether a payout needs the address of the user.
    pub fn needs_address(&self) -> bool {
        matches!(self.code, "EUR" | "GBP" | "AUD")
    }
}
