//! A payment profile: where a user's fiat goes. Personal data; masked on screen until asked for.

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

/// A value with only its end readable: `••••6789`. Values of four characters or fewer vanish whole.
///
/// ```
/// use ramptop::domain::payment::masked;
/// assert_eq!(masked("0123456789"), "••••6789");
/// assert_eq!(masked("1234"), "••••");
/// ```
pub fn masked(value: &str) -> String {
    let count = value.chars().count();
    let tail: String = if count > 4 { value.chars().skip(count - 4).collect() } else { String::new() };
    format!("••••{tail}")
}
