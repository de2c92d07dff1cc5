//! Users and payment profiles. Source: reference, section 3.
//!
//! The documents name one thing twice (`user_uuid` or `id`, `payment_details_id` or `id`,
//! `kyc.status` or `kyc_status`); either is read. A profile without an identifier cannot be
//! referred to and is left out.

use super::object::Object;
use super::reader::{Problems, Reader, array};
use crate::domain::user::CreatedUser;
use crate::domain::{KycStatus, PaymentProfile, User, UserId};

/// Reads the `data` of `GET /users/{user_uuid}`, asked for `asked`.
///
/// # Errors
/// That it is no user, has no identifier, or is another one than asked for.
pub fn read_user(data: &str, asked: &UserId) -> Result<User, String> {
    let object = Object::parse(data).map_err(|e| format!("the user: {e}"))?;
    let mut problems = Problems::default();
    let mut reader = Reader::new(&object, &mut problems);
    let id: Option<UserId> = reader.id("user_uuid").or_else(|| reader.id("id"));
    match id {
        Some(id) if super::same_id(id.as_str(), asked.as_str()) => Ok(fields(id, &mut reader)),
        Some(other) => Err(format!("asked for user {asked}, got {other}")),
        None => Err("the user has no readable `user_uuid`".to_owned()),
    }
}

fn fields(id: UserId, reader: &mut Reader<'_, '_>) -> User {
    let mut user = User {
        id,
        email: reader.text("email"),
        created_at: reader.time("created_at"),
        kyc: None,
        first_name: None,
        last_name: None,
        country: None,
        rejection_reason: None,
        payment_profiles: reader.items("payment_profiles").into_iter().filter_map(read_profile).collect(),
    };
    if let Some(kyc) = reader.object("kyc") {
        read_kyc(&mut user, &mut reader.of(&kyc));
    }
    if user.kyc.is_none() {
        user.kyc = reader.text("kyc_status").as_deref().map(KycStatus::from_wire);
    }
    user
}

fn read_kyc(user: &mut User, reader: &mut Reader<'_, '_>) {
    let word = reader.text("kyc.status").or_else(|| reader.text("kyc.kyc_status"));
    user.kyc = word.as_deref().map(KycStatus::from_wire);
    user.first_name = reader.text("kyc.first_name");
    user.last_name = reader.text("kyc.last_name");
    user.country = reader.text("kyc.country_code");
    user.rejection_reason = reader.text("kyc.rejection_reason");
}

/// Reads the answer of `POST /users`; `is_new` is what its HTTP status says.
///
/// # Errors
/// That it is no object or has no identifier.
pub fn read_created(data: &str, is_new: bool) -> Result<CreatedUser, String> {
    super::shapes::one(data, "the user", |r| {
        let id = r.id("user_uuid").or_else(|| r.id("id")).or_else(|| r.id("user_id"));
        Some(CreatedUser {
            id: match id {
                Some(id) => id,
                None => r.need("user_uuid", Reader::id)?,
            },
            is_new,
            email: r.text("email"),
            kyc: r.text("kyc_status").as_deref().map(KycStatus::from_wire),
            created_at: r.time("created_at"),
        })
    })
}

/// Reads one profile, asked for or just made.
///
/// # Errors
/// That it is none or has no identifier.
pub fn read_one_profile(data: &str) -> Result<PaymentProfile, String> {
    read_profile(data).ok_or_else(|| "the payment details have no readable `payment_details_id`".to_owned())
}

/// Reads the `data` of `GET /users/{user_uuid}/payment-details`; `null` is an empty list.
///
/// # Errors
/// That it is no list.
pub fn read_profiles(data: &str) -> Result<Vec<PaymentProfile>, String> {
    if data == "null" {
        return Ok(Vec::new());
    }
    let items = array(data).ok_or_else(|| "the payment details are not a list".to_owned())?;
    Ok(items.into_iter().filter_map(read_profile).collect())
}

fn read_profile(raw: &str) -> Option<PaymentProfile> {
    let object = Object::parse(raw).ok()?;
    let mut problems = Problems::default();
    let mut reader = Reader::new(&object, &mut problems);
    Some(PaymentProfile {
        id: reader.id("payment_details_id").or_else(|| reader.id("id"))?,
        rail: reader.text("rail").unwrap_or_default(),
        currency: reader.text("currency").unwrap_or_default(),
        institution: reader.text("institution_name").or_else(|| reader.text("institution_id")),
        details: reader.texts("details"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> UserId {
        UserId::parse("u-1").unwrap()
    }

    #[test]
    fn both_spellings_of_a_user_are_read() {
        let new = r#"{"user_uuid":"u-1","email":"a@b.c","created_at":"2026-02-01T12:00:05Z",
            "kyc":{"status":"VERIFIED","first_name":"Ada","last_name":"Obi","country_code":"NG"},
            "payment_profiles":[{"id":7,"rail":"nip-nigeria","currency":"NGN","details":{"account_number":"0123456789"}},{}]}"#;
        let user = read_user(new, &id()).unwrap();
        assert_eq!(user.kyc, Some(KycStatus::Verified));
        assert_eq!(user.name().as_deref(), Some("Ada Obi"));
        assert_eq!(user.payment_profiles.len(), 1);
        assert_eq!(user.payment_profiles[0].id.as_str(), "7");
        let old = r#"{"id":"u-1","kyc_status":"COMPLETED","payment_profiles":null}"#;
        assert_eq!(read_user(old, &id()).unwrap().kyc, Some(KycStatus::UnderWay("COMPLETED".to_owned())));
    }

    #[test]
    fn a_new_user_is_read_by_any_name_of_its_id() {
        for key in ["user_uuid", "id", "user_id"] {
            let data = format!(r#"{{"{key}":"u-1","email":"a@b.c","kyc_status":"NOT_INITIATED"}}"#);
            let user = read_created(&data, true).unwrap();
            assert_eq!((user.id.as_str(), user.kyc), ("u-1", Some(KycStatus::NotStarted)));
        }
        assert!(read_created(r#"{"email":"a@b.c"}"#, false).is_err());
        assert_eq!(read_one_profile(r#"{"payment_details_id":987}"#).unwrap().id.as_str(), "987");
        assert!(read_one_profile("{}").is_err());
    }

    #[test]
    fn another_user_or_none_is_refused() {
        for data in [r#"{"user_uuid":"u-2"}"#, "{}", "[]", "null", r#"{"user_uuid":["u-1"]}"#] {
            assert!(read_user(data, &id()).is_err(), "{data}");
        }
    }

    #[test]
    fn profiles_come_in_their_order_whatever_the_details_hold() {
        let data = r#"[{"payment_details_id":"1","rail":"r","currency":"NGN","institution_id":"gtb","details":{"b":1,"a":"x"}},7]"#;
        let profiles = read_profiles(data).unwrap();
        assert_eq!(profiles.len(), 1);
        assert_eq!(profiles[0].details, [("b".to_owned(), "1".to_owned()), ("a".to_owned(), "x".to_owned())]);
        assert_eq!(profiles[0].institution.as_deref(), Some("gtb"));
        assert!(read_profiles("null").unwrap().is_empty());
        assert!(read_profiles("{}").is_err());
    }
}
