//! The partner's users and where their money goes. All invented.
//!
//! A static cast, so that names stay the same from seed to seed and only identifiers differ. The
//! first six are cleared and have orders; the others show the remaining states of KYC.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::chance;
use super::kyc::{Kyc, Method};

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
    /// `kyc.rejection_reason`.
    pub rejection: Option<&'static str>,
    /// What is known about the user.
    pub kyc: Kyc,
    /// Payment profiles.
    pub profiles: Vec<SimProfile>,
}

/// A payment profile of a user.
#[derive(Debug, Clone)]
pub struct SimProfile {
    /// `payment_details_id`.
    pub id: u32,
    /// What it says.
    pub script: Arc<ProfileScript>,
}

/// The unchanging part of a payment profile.
#[derive(Debug)]
pub struct ProfileScript {
    /// `rail`.
    pub rail: &'static str,
    /// `currency`.
    pub currency: &'static str,
    /// `institution_name` and `institution_id`.
    pub institution: Option<(String, String)>,
    /// `details`.
    pub details: Map<String, Value>,
}

struct ProfileRole {
    rail: &'static str,
    currency: &'static str,
    institution: Option<(&'static str, &'static str)>,
    details: &'static [(&'static str, &'static str)],
}

struct Script {
    name: [&'static str; 3],
    email: &'static str,
    kyc: &'static str,
    rejection: Option<&'static str>,
    profiles: &'static [ProfileRole],
}

const fn profile(
    rail: &'static str,
    currency: &'static str,
    institution: Option<(&'static str, &'static str)>,
    details: &'static [(&'static str, &'static str)],
) -> ProfileRole {
    ProfileRole { rail, currency, institution, details }
}

const fn cleared(name: [&'static str; 3], email: &'static str, profiles: &'static [ProfileRole]) -> Script {
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

impl ProfileRole {
    fn script(&self) -> ProfileScript {
        ProfileScript {
            rail: self.rail,
            currency: self.currency,
            institution: self.institution.map(|(name, slug)| (name.to_owned(), slug.to_owned())),
            details: self.details.iter().map(|(key, text)| ((*key).to_owned(), (*text).into())).collect(),
        }
    }
}

impl Script {
    fn kyc_data(&self, at: DateTime<Utc>) -> Kyc {
        let mut kyc = Kyc { updated_at: Some(at), ..Kyc::default() };
        if !self.name.iter().all(|text| text.is_empty()) {
            let named = ["first_name", "last_name", "country_code"].into_iter().zip(self.name);
            kyc.fields = named.map(|(key, text)| (key.to_owned(), text.to_owned())).collect();
            kyc.method = Some(Method::DirectData);
            // Who is paid in euro has not given an address: the first payout asks for it.
            if self.profiles.iter().all(|profile| profile.currency != "EUR") {
                let address = [("address", "1 Example Street"), ("city", "Exampleville"), ("postal_code", "EX1 1EX")];
                kyc.fields.extend(address.map(|(key, text)| (key.to_owned(), text.to_owned())));
            }
        }
        kyc
    }
}

/// How many users of the cast are cleared and have orders.
pub const WITH_ORDERS: usize = 6;

/// The users at the start.
pub fn seeded(rng: &mut fastrand::Rng, started: DateTime<Utc>) -> Vec<SimUser> {
    let mut next_profile = 1041;
    let mut users = Vec::with_capacity(CAST.len());
    for script in CAST {
        let mut profiles = Vec::new();
        for profile in script.profiles {
            profiles.push(SimProfile { id: next_profile, script: Arc::new(profile.script()) });
            next_profile += 1;
        }
        let id = chance::uuid(rng);
        let created_at = started - TimeDelta::days(rng.i64(20..200)) - TimeDelta::seconds(rng.i64(0..86_400));
        users.push(SimUser {
            id,
            user_ref: format!("customer-{}", users.len() + 1),
            email: script.email.to_owned(),
            created_at,
            kyc_status: script.kyc,
            kyc: script.kyc_data(created_at),
            rejection: script.rejection,
            profiles,
        });
    }
    users
}
