//! Payment profiles: what each rail asks for, and their creation and deletion.
//!
//! A form is written twice, as a pattern for clients and as code. Source: reference, section 3; the
//! rails are a selection.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::World;
use super::kyc_rules::is_phone;
use super::people::{ProfileScript, SimProfile};
use crate::sandbox::config::Dialect;

/// What a field of a rail may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any text.
    Text,
    /// So many digits.
    Digits(usize, usize),
    /// E.164.
    Phone,
    /// Country, check digits and up to 30 letters and digits; the check digits must be right.
    Iban,
    /// `name@bank`.
    Handle,
    /// Four letters, a zero, six letters or digits.
    Ifsc,
}

/// A field of a rail.
pub type Field = (&'static str, Form, bool);

/// A rail.
#[derive(Debug)]
pub struct Rail {
    /// `slug`.
    pub slug: &'static str,
    /// `currencies`.
    pub currencies: &'static [&'static str],
    /// Whether `institution_id` may be left out, by dialect: in the baseline and in the newest.
    pub institution_optional: [bool; 2],
    /// Name, form, required.
    pub fields: &'static [Field],
}

const NAME: Field = ("account_name", Form::Text, true);
const PHONE: Field = ("phone_number", Form::Phone, true);

const fn rail(
    slug: &'static str,
    currencies: &'static [&'static str],
    institution_optional: [bool; 2],
    fields: &'static [Field],
) -> Rail {
    Rail { slug, currencies, institution_optional, fields }
}

/// Every rail that takes payment details.
pub static RAILS: &[Rail] = &[
    rail("nip-nigeria", &["NGN"], [true, true], &[("account_number", Form::Digits(10, 10), true), NAME]),
    rail("iban-sepa", &["EUR"], [true, true], &[("iban", Form::Iban, true), NAME]),
    rail("mpesa-kenya", &["KES"], [false, false], &[PHONE, NAME]),
    rail("mobile-money-ghana", &["GHS"], [false, false], &[PHONE, NAME]),
    rail("mobile-money-uganda", &["UGX"], [false, false], &[PHONE, NAME]),
    rail("mobile-money-tanzania", &["TZS"], [false, false], &[PHONE, NAME]),
    rail(
        "faster-payments",
        &["GBP"],
        [false, true],
        &[("account_number", Form::Digits(8, 8), true), ("sort_code", Form::Digits(6, 6), true), NAME],
    ),
    // The only one of the sandbox's own: it has users on it without an institution.
    rail("upi", &["INR"], [true, true], &[("upi_id", Form::Handle, true), NAME]),
    rail(
        "imps-neft-india",
        &["INR"],
        [false, true],
        &[("account_number", Form::Digits(9, 18), true), ("ifsc_code", Form::Ifsc, true), NAME],
    ),
    rail("interac-e-transfer", &["CAD"], [false, true], &[("email", Form::Handle, true), NAME]),
    rail("alipay-wallet", &["CNY"], [false, true], &[("account_id", Form::Text, true), NAME]),
    rail("wechat-wallet", &["CNY"], [false, true], &[("account_id", Form::Text, true), NAME]),
];

/// A request for a payment profile.
#[derive(Debug, Clone)]
pub struct NewProfile {
    /// `rail`.
    pub rail: String,
    /// `currency`.
    pub currency: String,
    /// `institution_id`.
    pub institution: Option<String>,
    /// `details`.
    pub details: Map<String, Value>,
}

/// Why a payment profile stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// There is none of this number.
    Unknown,
    /// A live order pays out to it.
    InUse,
}

impl Form {
    /// `pattern`.
    pub fn pattern(self) -> String {
        match self {
            Self::Text => r"^\S.{0,127}$".to_owned(),
            Self::Digits(low, high) if low == high => format!("^[0-9]{{{low}}}$"),
            Self::Digits(low, high) => format!("^[0-9]{{{low},{high}}}$"),
            Self::Phone => r"^\+[1-9][0-9]{6,14}$".to_owned(),
            Self::Iban => "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$".to_owned(),
            Self::Handle => r"^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+$".to_owned(),
            Self::Ifsc => "^[A-Z]{4}0[A-Z0-9]{6}$".to_owned(),
        }
    }

    /// Whether a value has this form.
    pub fn fits(self, text: &str) -> bool {
        let upper = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        match self {
            Self::Text => !text.starts_with(char::is_whitespace) && (1..=128).contains(&text.chars().count()),
            Self::Digits(low, high) => (low..=high).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()),
            Self::Phone => is_phone(text),
            Self::Iban => (15..=34).contains(&text.len()) && upper(text) && iban_adds_up(text),
            Self::Handle => text.split_once('@').is_some_and(|(name, bank)| {
                let part = |text: &str, more: &str| {
                    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
                };
                part(name, "._-") && part(bank, ".-")
            }),
            Self::Ifsc => {
                text.len() == 11
                    && text.get(..4).is_some_and(|bank| bank.bytes().all(|b| b.is_ascii_uppercase()))
                    && text.get(4..5) == Some("0")
                    && upper(text)
            }
        }
    }
}

/// ISO 13616: the first four characters moved to the end, letters as numbers, modulo 97 is 1.
fn iban_adds_up(text: &str) -> bool {
    let (Some(head), Some(rest)) = (text.get(..4), text.get(4..)) else { return false };
    let numbers = rest.chars().chain(head.chars()).filter_map(|c| c.to_digit(36));
    numbers.fold(0, |sum, n| (sum * if n > 9 { 100 } else { 10 } + n) % 97) == 1
}

impl World {
    /// Adds a payment profile to a user, or names the bad fields.
    pub fn add_profile(&mut self, user: Uuid, new: &NewProfile) -> Result<SimProfile, Vec<String>> {
        let script = Arc::new(check(new, self.dialect)?);
        let profile = SimProfile { id: self.next_profile, script };
        let owner = self.user_mut(user).ok_or_else(Vec::new)?;
        owner.profiles.push(profile.clone());
        self.next_profile += 1;
        Ok(profile)
    }

    /// Deletes a payment profile unless a live order pays out to it. Numbers are not used again.
    pub fn delete_profile(&mut self, user: Uuid, id: u32) -> Result<(), Kept> {
        let in_use = self.orders.iter().any(|order| order.payment_details == id && order.is_live());
        let owner = self.user_mut(user).ok_or(Kept::Unknown)?;
        let at = owner.profiles.iter().position(|profile| profile.id == id).ok_or(Kept::Unknown)?;
        if in_use {
            return Err(Kept::InUse);
        }
        owner.profiles.remove(at);
        Ok(())
    }
}

fn check(new: &NewProfile, dialect: Dialect) -> Result<ProfileScript, Vec<String>> {
    let rail = RAILS.iter().find(|rail| rail.slug == new.rail).ok_or_else(|| vec!["rail".to_owned()])?;
    let mut bad = Vec::new();
    let currency = rail.currencies.iter().find(|code| **code == new.currency);
    if currency.is_none() {
        bad.push("currency".to_owned());
    }
    let [baseline, newer] = rail.institution_optional;
    let optional = if dialect == Dialect::Baseline { baseline } else { newer };
    match &new.institution {
        None if !optional => bad.push("institution_id".to_owned()),
        Some(slug) if !is_slug(slug) => bad.push("institution_id".to_owned()),
        _ => {}
    }
    for (key, form, required) in rail.fields {
        let good = match new.details.get(*key) {
            None | Some(Value::Null) => !required,
            Some(Value::String(text)) => form.fits(text),
            Some(_) => false,
        };
        if !good {
            bad.push((*key).to_owned());
        }
    }
    match currency {
        Some(currency) if bad.is_empty() => Ok(ProfileScript {
            rail: rail.slug,
            currency,
            institution: new.institution.as_ref().map(|slug| (title(slug), slug.clone())),
            details: new.details.clone(),
        }),
        _ => Err(bad),
    }
}

fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
}

/// `zenith-bank` as `Zenith Bank`.
fn title(slug: &str) -> String {
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    slug.split('-').map(capital).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_take_what_they_say_and_nothing_else() {
        let cases = [
            (Form::Text, "Ann Example", [" Ann", "", "\t"]),
            (Form::Digits(10, 10), "0123456789", ["012345678", "01234567890", "01234x6789"]),
            (Form::Phone, "+254700000121", ["254700000121", "+0700000121", "+25"]),
            (Form::Iban, "DE89370400440532013000", ["DE88370400440532013000", "de89370400440532013000", "DE89"]),
            (Form::Handle, "ann.b@bank", ["ann", "@bank", "ann@b k"]),
            (Form::Ifsc, "HDFC0000001", ["HDFC1000001", "HDF00000001", "HDFC00000011"]),
        ];
        for (form, good, bad) in cases {
            assert!(form.fits(good), "{form:?} {good} {}", form.pattern());
            assert!(!bad.iter().any(|text| form.fits(text)), "{form:?}");
        }
    }
}
