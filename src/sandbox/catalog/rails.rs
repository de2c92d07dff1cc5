//! Payment rails and the fields of each.
//!
//! The keys of the fields are those the seeded payment profiles use. `imps-neft-india` has formats:
//! which fields are asked for depends on who is paid.

use super::fiat::Fiat;
use super::form::Form;
use crate::sandbox::config::Dialect;

/// A field of a payment profile.
#[derive(Debug)]
pub struct Field {
    /// `key`.
    pub key: &'static str,
    /// `label`.
    pub label: &'static str,
    /// `required`.
    pub required: bool,
    /// What it may hold: `pattern` or `options`.
    pub form: Form,
    /// `placeholder`.
    pub placeholder: Option<&'static str>,
}

/// One of several sets of fields.
#[derive(Debug)]
pub struct Format {
    /// `id`.
    pub id: &'static str,
    /// `name`.
    pub name: &'static str,
    /// `institution_types`.
    pub institution_types: &'static [&'static str],
    /// `beneficiary_type`.
    pub beneficiary: &'static str,
    /// `fields`.
    pub fields: &'static [Field],
}

/// A payment rail.
#[derive(Debug)]
pub struct Rail {
    /// `slug`.
    pub slug: &'static str,
    /// `name`.
    pub name: &'static str,
    /// `payment_network_id`.
    pub network: u32,
    /// The one currency it carries.
    pub currency: &'static str,
    /// The first of `institution_lookup_key`, if any.
    pub lookup: Option<&'static str>,
    /// Whether `institution_id` may be left out: in the baseline and in the newest documents.
    institution_optional: [bool; 2],
    /// `settlement`: speed and typical minutes.
    pub settlement: (&'static str, u32),
    /// Whether private providers serve it.
    pub p2p: bool,
    /// Whether licensed providers, who confirm delivery themselves, serve it.
    pub licensed: bool,
    /// On-ramp: the vendor sends a payment request, so the payer's details come first.
    pub payment_request: bool,
    /// `fields`.
    pub fields: &'static [Field],
    /// `formats`.
    pub formats: &'static [Format],
}

const fn field(key: &'static str, label: &'static str, form: Form, placeholder: &'static str) -> Field {
    Field { key, label, required: true, form, placeholder: Some(placeholder) }
}

const NAME: Field =
    Field { key: "account_name", label: "Account name", required: true, form: Form::Text, placeholder: None };

const fn choice(key: &'static str, label: &'static str, options: &'static [(&'static str, &'static str)]) -> Field {
    Field { key, label, required: false, form: Form::Choice(options), placeholder: None }
}

const ACCOUNT_TYPES: &[(&str, &str)] = &[("savings", "Savings"), ("current", "Current")];
const INDIAN_ACCOUNT: Field = field("account_number", "Account number", Form::Digits(9, 18), "50100000004321");
const IFSC: Field = field("ifsc_code", "IFSC code", Form::Ifsc, "HDFC0000001");

const fn rail(slug: &'static str, name: &'static str, network: u32, currency: &'static str) -> Rail {
    Rail {
        slug,
        name,
        network,
        currency,
        lookup: None,
        institution_optional: [false, false],
        settlement: ("INSTANT", 5),
        p2p: true,
        licensed: false,
        payment_request: false,
        fields: &[],
        formats: &[],
    }
}

/// Every rail.
pub const ALL: &[Rail] = &[
    Rail {
        institution_optional: [true, true],
        licensed: true,
        fields: &[field("account_number", "Account number", Form::Digits(10, 10), "0123456789"), NAME],
        ..rail("nip-nigeria", "NIP instant transfer", 11, "NGN")
    },
    Rail {
        payment_request: true,
        fields: &[field("phone_number", "M-PESA number", Form::Phone("254"), "+254700000000"), NAME],
        ..rail("mpesa-kenya", "M-PESA", 21, "KES")
    },
    Rail {
        fields: &[field("phone_number", "Mobile money number", Form::Phone("233"), "+233200000000"), NAME],
        ..rail("mobile-money-ghana", "Mobile Money Ghana", 31, "GHS")
    },
    Rail {
        fields: &[field("phone_number", "Mobile money number", Form::Phone("256"), "+256700000000"), NAME],
        ..rail("mobile-money-uganda", "Mobile Money Uganda", 41, "UGX")
    },
    Rail {
        fields: &[field("phone_number", "Mobile money number", Form::Phone("255"), "+255700000000"), NAME],
        ..rail("mobile-money-tanzania", "Mobile Money Tanzania", 51, "TZS")
    },
    Rail {
        // The only one of the sandbox's own: it has users on it without an institution.
        institution_optional: [true, true],
        fields: &[field("upi_id", "UPI ID", Form::Handle, "name@examplebank"), NAME],
        ..rail("upi", "UPI", 61, "INR")
    },
    Rail {
        institution_optional: [false, true],
        licensed: true,
        lookup: Some("ifsc"),
        settlement: ("SAME_DAY", 60),
        fields: &[INDIAN_ACCOUNT, IFSC, NAME, choice("account_type", "Account type", ACCOUNT_TYPES)],
        formats: &[
            Format {
                id: "individual-bank",
                name: "Bank account of a person",
                institution_types: &["bank"],
                beneficiary: "individual",
                fields: &[INDIAN_ACCOUNT, IFSC, NAME, choice("account_type", "Account type", ACCOUNT_TYPES)],
            },
            Format {
                id: "business-bank",
                name: "Bank account of a business",
                institution_types: &["bank"],
                beneficiary: "business",
                fields: &[
                    INDIAN_ACCOUNT,
                    IFSC,
                    field("business_name", "Registered name", Form::Text, "Example Traders Pvt Ltd"),
                    choice("beneficiary_type", "Beneficiary", &[("business", "Business")]),
                ],
            },
        ],
        ..rail("imps-neft-india", "IMPS / NEFT", 62, "INR")
    },
    Rail {
        institution_optional: [true, true],
        p2p: false,
        licensed: true,
        settlement: ("SAME_DAY", 30),
        fields: &[field("iban", "IBAN", Form::Iban, "DE89370400440532013000"), NAME],
        ..rail("iban-sepa", "SEPA transfer", 71, "EUR")
    },
    Rail {
        institution_optional: [false, true],
        p2p: false,
        licensed: true,
        lookup: Some("sort_code"),
        fields: &[
            field("account_number", "Account number", Form::Digits(8, 8), "31926819"),
            field("sort_code", "Sort code", Form::Digits(6, 6), "601613"),
            NAME,
        ],
        ..rail("faster-payments", "Faster Payments", 81, "GBP")
    },
];

/// The rail with this slug.
pub fn find(slug: &str) -> Option<&'static Rail> {
    ALL.iter().find(|rail| rail.slug == slug)
}

/// The rails of a currency, the usual one first.
pub fn of_currency(currency: &str) -> impl Iterator<Item = &'static Rail> {
    ALL.iter().filter(move |rail| rail.currency == currency)
}

impl Rail {
    /// The currency it carries.
    pub fn fiat(&self) -> Option<&'static Fiat> {
        super::fiat::fiat(self.currency)
    }

    /// `institution_required`.
    pub fn institution_required(&self, dialect: Dialect) -> bool {
        let [baseline, newer] = self.institution_optional;
        !(if dialect == Dialect::Baseline { baseline } else { newer })
    }

    /// The fields of a beneficiary of this type, those of a person if the rail knows no formats.
    pub fn fields_for(&self, beneficiary: Option<&str>) -> &'static [Field] {
        let format = self.formats.iter().find(|format| Some(format.beneficiary) == beneficiary);
        format.map_or(self.fields, |format| format.fields)
    }

    /// Whether a provider of this scope (`all`, `licensed_only`, `p2p_only`) serves it.
    pub fn serves(&self, scope: &str) -> bool {
        match scope {
            "licensed_only" => self.licensed,
            "p2p_only" => self.p2p,
            _ => self.p2p || self.licensed,
        }
    }
}
