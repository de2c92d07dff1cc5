//! The partner's users and where their money goes. All invented.
//!
//! A static cast, so that names stay the same from seed to seed and only identifiers differ. The
//! first six are cleared and have orders; the others show the remaining states of KYC.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::chance;

/// A user of the partner.
#[derive(Debug, Clone)]
pub struct SimUser {
    /// `user_uuid`.
    pub id: Uuid,
    /// The partner's own name for the user; never echoed.
    pub user_ref: String,
    /// `email`.
    pub email: String,
    /// `created_at`.
    pub created_at: DateTime<Utc>,
    /// `kyc.status`.
    pub kyc_status: &'static str,
    /// First name, last name, country: what the KYC data say.
    pub identity: Option<[&'static str; 3]>,
    /// `kyc.rejection_reason`.
    pub rejection: Option<&'static str>,
    /// Payment profiles.
    pub profiles: Vec<SimProfile>,
}

/// A payment profile of a user.
#[derive(Debug, Clone)]
pub struct SimProfile {
    /// `payment_details_id`.
    pub id: u32,
    /// What it says.
    pub script: &'static ProfileScript,
}

/// The unchanging part of a payment profile.
#[derive(Debug)]
pub struct ProfileScript {
    /// `rail`.
    pub rail: &'static str,
    /// `currency`.
    pub currency: &'static str,
    /// `institution_name` and `institution_id`.
    pub institution: Option<(&'static str, &'static str)>,
    /// `details`.
    pub details: &'static [(&'static str, &'static str)],
}

struct Script {
    name: [&'static str; 3],
    email: &'static str,
    kyc: &'static str,
    rejection: Option<&'static str>,
    profiles: &'static [ProfileScript],
}

const fn profile(
    rail: &'static str,
    currency: &'static str,
    institution: Option<(&'static str, &'static str)>,
    details: &'static [(&'static str, &'static str)],
) -> ProfileScript {
    ProfileScript { rail, currency, institution, details }
}

const fn cleared(name: [&'static str; 3], email: &'static str, profiles: &'static [ProfileScript]) -> Script {
    Script { name, email, kyc: "VERIFIED", rejection: None, profiles }
}

static CAST: &[Script] = &[
    cleared(
        ["Adaeze", "Okonkwo", "NG"],
        "adaeze.okonkwo@example.com",
        &[
            profile(
                "nip-nigeria",
                "NGN",
                Some(("Guaranty Trust Bank", "gtbank")),
                &[("account_number", "0123456789"), ("account_name", "ADAEZE OKONKWO")],
            ),
            profile(
                "nip-nigeria",
                "NGN",
                Some(("Zenith Bank", "zenith-bank")),
                &[("account_number", "2087654321"), ("account_name", "OKONKWO TRADING LTD")],
            ),
        ],
    ),
    cleared(
        ["Wanjiru", "Kamau", "KE"],
        "wanjiru.kamau@example.com",
        &[profile(
            "mpesa-kenya",
            "KES",
            Some(("M-PESA", "mpesa")),
            &[("phone_number", "+254700000121"), ("account_name", "Wanjiru Kamau")],
        )],
    ),
    cleared(
        ["Lena", "Brandt", "DE"],
        "lena.brandt@example.com",
        &[profile("iban-sepa", "EUR", None, &[("iban", "DE89370400440532013000"), ("account_name", "Lena Brandt")])],
    ),
    cleared(
        ["Oliver", "Hughes", "GB"],
        "oliver.hughes@example.com",
        &[profile(
            "faster-payments",
            "GBP",
            Some(("NatWest", "natwest")),
            &[("account_number", "31926819"), ("sort_code", "601613"), ("account_name", "O Hughes")],
        )],
    ),
    cleared(
        ["Priya", "Raman", "IN"],
        "priya.raman@example.com",
        &[
            profile("upi", "INR", None, &[("upi_id", "priya.raman@examplebank"), ("account_name", "Priya Raman")]),
            profile(
                "imps-neft-india",
                "INR",
                Some(("HDFC Bank", "hdfc-bank")),
                &[("account_number", "50100000004321"), ("ifsc_code", "HDFC0000001"), ("account_name", "Priya Raman")],
            ),
        ],
    ),
    cleared(
        ["Kwame", "Mensah", "GH"],
        "kwame.mensah@example.com",
        &[profile(
            "mobile-money-ghana",
            "GHS",
            Some(("MTN", "mtn-ghana")),
            &[("phone_number", "+233200000456"), ("account_name", "Kwame Mensah")],
        )],
    ),
    Script {
        name: ["Chiara", "D\u{2019}Angelo", "IT"],
        email: "chiara.dangelo@example.com",
        kyc: "IN_PROGRESS",
        rejection: None,
        profiles: &[profile(
            "iban-sepa",
            "EUR",
            None,
            &[("iban", "IT60X0542811101000000123456"), ("account_name", "Chiara D\u{2019}Angelo")],
        )],
    },
    Script {
        name: ["Tunde", "Bakare", "NG"],
        email: "tunde.bakare@example.com",
        kyc: "VERIFICATION_REJECTED",
        rejection: Some("The document could not be read"),
        profiles: &[],
    },
    Script {
        name: ["Siobh\u{e1}n", "N\u{ed} Bhriain", "IE"],
        email: "siobhan@example.com",
        kyc: "UNDER_REVIEW",
        rejection: None,
        profiles: &[],
    },
    Script {
        name: ["", "", ""],
        email: "new.customer@example.com",
        kyc: "NOT_INITIATED",
        rejection: None,
        profiles: &[],
    },
];

/// How many users of the cast are cleared and have orders.
pub const WITH_ORDERS: usize = 6;

/// The users at the start.
pub fn seeded(rng: &mut fastrand::Rng, started: DateTime<Utc>) -> Vec<SimUser> {
    let mut next_profile = 1041;
    let mut users = Vec::with_capacity(CAST.len());
    for script in CAST {
        let mut profiles = Vec::new();
        for profile in script.profiles {
            profiles.push(SimProfile { id: next_profile, script: profile });
            next_profile += 1;
        }
        users.push(SimUser {
            id: chance::uuid(rng),
            user_ref: format!("customer-{}", users.len() + 1),
            email: script.email.to_owned(),
            created_at: started - TimeDelta::days(rng.i64(20..200)) - TimeDelta::seconds(rng.i64(0..86_400)),
            kyc_status: script.kyc,
            identity: Some(script.name).filter(|[first, ..]| !first.is_empty()),
            rejection: script.rejection,
            profiles,
        });
    }
    users
}
