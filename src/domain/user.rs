//! A user of the partner and the state of their KYC. Source: reference, section 3.

use chrono::{DateTime, Utc};

use super::id::UserId;
use super::payment::PaymentProfile;

/// Where a user's verification stands. The words differ by place; only `VERIFIED` is cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KycStatus {
    /// `VERIFIED`: cleared.
    Verified,
    /// `VERIFICATION_REJECTED`, `REJECTED`, `FAILED`.
    Rejected,
    /// `NOT_INITIATED`, `NOT_STARTED`.
    NotStarted,
    /// Under way: `IN_PROGRESS`, `PENDING`, `PENDING_DOCUMENTS`, `UNDER_REVIEW`, `COMPLETED`.
    /// `COMPLETED` is *not* approval. The word is kept.
    UnderWay(String),
    /// A word this version does not know, verbatim.
    Unknown(String),
}

impl KycStatus {
    /// Reads any of the documented words.
    pub fn from_wire(word: &str) -> Self {
        match word {
            "VERIFIED" => Self::Verified,
            "VERIFICATION_REJECTED" | "REJECTED" | "FAILED" => Self::Rejected,
            "NOT_INITIATED" | "NOT_STARTED" => Self::NotStarted,
            "IN_PROGRESS" | "PENDING" | "PENDING_DOCUMENTS" | "UNDER_REVIEW" | "COMPLETED" => {
                Self::UnderWay(word.to_owned())
            }
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// A phrase for the operator.
    pub fn label(&self) -> String {
        match self {
            Self::Verified => "verified".to_owned(),
            Self::Rejected => "rejected".to_owned(),
            Self::NotStarted => "not started".to_owned(),
            Self::UnderWay(word) if word == "COMPLETED" => "completed, not yet approved".to_owned(),
            Self::UnderWay(word) => word.to_lowercase().replace('_', " "),
            Self::Unknown(word) => word.clone(),
        }
    }
}

/// What `POST /users` answers. `user_ref` is not repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedUser {
    /// `user_uuid` or `id`.
    pub id: UserId,
    /// Whether the user is new (201) or was there already (200).
    pub is_new: bool,
    /// `email`.
    pub email: Option<String>,
    /// `kyc_status`.
    pub kyc: Option<KycStatus>,
    /// `created_at`.
    pub created_at: Option<DateTime<Utc>>,
}

/// A user as `GET /users/{user_uuid}` describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// `user_uuid`.
    pub id: UserId,
    /// `email`.
    pub email: Option<String>,
    /// `created_at`.
    pub created_at: Option<DateTime<Utc>>,
    /// `kyc.status` or `kyc_status`.
    pub kyc: Option<KycStatus>,
    /// `kyc.first_name`.
    pub first_name: Option<String>,
    /// `kyc.last_name`.
    pub last_name: Option<String>,
    /// `kyc.country_code`.
    pub country: Option<String>,
    /// `kyc.rejection_reason`.
    pub rejection_reason: Option<String>,
    /// `payment_profiles`.
    pub payment_profiles: Vec<PaymentProfile>,
}

impl User {
    /// First and last name, as far as known.
    pub fn name(&self) -> Option<String> {
        let parts: Vec<&str> = [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        if parts.is_empty() { None } else { Some(parts.join(" ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completed_is_not_approval() {
        let status = KycStatus::from_wire("COMPLETED");
        assert_ne!(status, KycStatus::Verified);
        assert!(status.label().contains("not yet approved"));
    }
}
