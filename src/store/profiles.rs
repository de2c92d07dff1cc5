//! Payment profiles, as much of them as tells one from another.
//!
//! Kept are the rail, the currency, the institution and at most the last four characters of the
//! account. Names and whole numbers are read from the API when somebody looks.

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::{Store, StoreError};
use crate::domain::{PaymentDetailsId, PaymentProfile, UserId};

/// What is kept of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptProfile {
    /// `payment_details_id`.
    pub id: PaymentDetailsId,
    /// `rail`.
    pub rail: String,
    /// `currency`.
    pub currency: String,
    /// `institution_name`.
    pub institution: Option<String>,
    /// The last characters of the account, four at the most.
    pub hint: Option<String>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
}

impl Store {
    /// Keeps the profiles of a registered user in place of those kept before, unless these were
    /// asked for later. Of anybody else nothing is kept: they may have been forgotten meanwhile.
    pub fn keep_profiles(
        &mut self,
        user: &UserId,
        profiles: &[PaymentProfile],
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let later = "SELECT EXISTS (SELECT 1 FROM profiles WHERE user_uuid = ?1 AND asked_at > ?2)
                         OR NOT EXISTS (SELECT 1 FROM users WHERE user_uuid = ?1)";
        let insert = "INSERT OR REPLACE INTO profiles
                      (user_uuid, payment_details_id, rail, currency, institution, hint, asked_at)
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let at = at.timestamp_millis();
        self.change(|transaction| {
            if transaction.query_row(later, params![user.as_str(), at], |row| row.get(0))? {
                return Ok(());
            }
            transaction.execute("DELETE FROM profiles WHERE user_uuid = ?1", [user.as_str()])?;
            let mut insert = transaction.prepare_cached(insert)?;
            for profile in profiles {
                let PaymentProfile { id, rail, currency, institution, details } = profile;
                let hint = hint(details);
                insert.execute(params![user.as_str(), id.as_str(), rail, currency, institution, hint, at])?;
            }
            Ok(())
        })
    }

    /// The profiles of a user as last seen.
    pub fn profiles(&self, user: &UserId) -> Result<Vec<KeptProfile>, StoreError> {
        let sql = "SELECT payment_details_id, rail, currency, institution, hint, asked_at FROM profiles
                   WHERE user_uuid = ?1 ORDER BY payment_details_id";
        self.with(|db| {
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map([user.as_str()], read)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
    }
}

/// The end of the account's number, where there is one and it is long enough not to be told by its
/// end. Names never.
fn hint(details: &[(String, String)]) -> Option<String> {
    const NUMBERS: [&str; 6] = ["iban", "account_number", "account", "phone_number", "phone", "number"];
    let of = |name: &&str| details.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let value = NUMBERS.iter().find_map(of)?;
    let count = value.chars().count();
    (count >= 8).then(|| value.chars().skip(count - 4).collect())
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<KeptProfile>> {
    let id: String = row.get(0)?;
    let (rail, currency, institution, hint) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    let asked_at = DateTime::from_timestamp_millis(row.get(5)?);
    Ok(PaymentDetailsId::parse(&id).ok().zip(asked_at).map(|(id, asked_at)| KeptProfile {
        id,
        rail,
        currency,
        institution,
        hint,
        asked_at,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Source;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn profile(id: &str, details: &[(&str, &str)]) -> PaymentProfile {
        PaymentProfile {
            id: PaymentDetailsId::parse(id).unwrap(),
            rail: "bank".to_owned(),
            currency: "NGN".to_owned(),
            institution: None,
            details: details.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
        }
    }

    #[test]
    fn of_an_account_only_the_end_is_kept() {
        let mut store = Store::in_memory().unwrap();
        let user = UserId::parse("u").unwrap();
        store.add_user(&user, Source::Operator, at(1)).unwrap();
        let details = [("account_name", "Ada Obi"), ("account_number", "0123456789")];
        store.keep_profiles(&user, &[profile("1", &details), profile("2", &[("phone", "1234567")])], at(5)).unwrap();
        let kept = store.profiles(&user).unwrap();
        let hints: Vec<_> = kept.iter().map(|profile| profile.hint.as_deref()).collect();
        assert_eq!(hints, [Some("6789"), None], "four of seven would tell more than half");
        let all: String = store
            .with(|db| {
                db.query_row("SELECT group_concat(concat_ws(' ', rail, currency, hint)) FROM profiles", [], |r| {
                    r.get(0)
                })
            })
            .unwrap();
        assert!(!all.contains("Ada") && !all.contains("5678"), "{all}");
    }

    #[test]
    fn a_profile_that_is_gone_goes_and_an_older_answer_changes_nothing() {
        let mut store = Store::in_memory().unwrap();
        let (user, stranger) = (UserId::parse("u").unwrap(), UserId::parse("s").unwrap());
        store.add_user(&user, Source::Operator, at(1)).unwrap();
        store.keep_profiles(&user, &[profile("1", &[]), profile("2", &[])], at(5)).unwrap();
        store.keep_profiles(&user, &[profile("2", &[])], at(6)).unwrap();
        store.keep_profiles(&user, &[profile("1", &[])], at(5)).unwrap();
        let ids: Vec<_> = store.profiles(&user).unwrap().into_iter().map(|p| p.id.to_string()).collect();
        assert_eq!(ids, ["2"]);
        store.keep_profiles(&stranger, &[profile("3", &[])], at(7)).unwrap();
        assert!(store.profiles(&stranger).unwrap().is_empty());
    }
}
