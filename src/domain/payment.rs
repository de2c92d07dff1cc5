//! A payment profile: where a user's fiat goes. Personal data; masked on screen until asked for.

use std::fmt;

use super::id::PaymentDetailsId;

/// One profile of `GET /users/{user_uuid}/payment-details`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentProfile {
    /// `payment_details_id` (in a user's `payment_profiles`: `id`).
    pub id: PaymentDetailsId,
    /// `rail`.
    pub rail: String,
    /// `currency`.
    pub currency: String,
    /// `institution_name`.
    pub institution: Option<String>,
    /// `details`: key and value as text, in the order they came.
    pub details: Vec<(String, String)>,
}

/// A profile to be made. The fields of `details` are the rail's own.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPaymentProfile {
    /// `currency`.
    pub currency: String,
    /// `rail`.
    pub rail: String,
    /// `institution_id`; some rails do without.
    pub institution: Option<String>,
    /// `country_code`.
    pub country: Option<String>,
    /// `details`.
    pub details: Vec<(String, String)>,
}

impl fmt::Debug for NewPaymentProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewPaymentProfile({} {}, ..)", self.rail, self.currency)
    }
}

/// Who pays the fiat of an on-ramp order with `payment_request`.
#[derive(Clone, PartialEq, Eq)]
pub enum Payer {
    /// `payment_details_id`: a profile that is known already.
    Profile(PaymentDetailsId),
    /// `payment_details`: given with the call.
    Inline {
        /// `payment_method_id`.
        method: u64,
        /// `payment_network_id`.
        network: u64,
        /// `details`.
        details: Vec<(String, String)>,
        /// `country_code`.
        country: Option<String>,
    },
}

impl fmt::Debug for Payer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Profile(id) => write!(f, "Payer({id})"),
            Self::Inline { .. } => f.write_str("Payer(..)"),
        }
    }
}

/// A value with only its end readable: `••••6789`. Values of fewer than eight characters vanish whole.
///
/// ```
/// use ramptop::domain::payment::masked;
/// assert_eq!(masked("0123456789"), "••••6789");
/// assert_eq!(masked("1234567"), "••••", "four of seven would tell more than half");
/// ```
pub fn masked(value: &str) -> String {
    let count = value.chars().count();
    let tail: String = if count >= 8 { value.chars().skip(count - 4).collect() } else { String::new() };
    format!("••••{tail}")
}
