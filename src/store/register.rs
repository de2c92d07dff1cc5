//! The register of users, and what links an order to a user and a payment profile.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};

use super::{Store, StoreError};
use crate::domain::{OrderId, PaymentDetailsId, UserId};

/// How something was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The operator typed it in.
    Operator,
    /// An answer about an order carried it.
    Order,
    /// A webhook event carried it.
    Event,
    /// We created it.
    Created,
}

impl Source {
    fn word(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Order => "order",
            Self::Event => "event",
            Self::Created => "created",
        }
    }

    fn from_word(word: &str) -> Self {
        match word {
            "operator" => Self::Operator,
            "event" => Self::Event,
            "created" => Self::Created,
            _ => Self::Order,
        }
    }
}

/// A user we know of. Who they are is read from the API, never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredUser {
    /// The user.
    pub id: UserId,
    /// How we learned of them.
    pub source: Source,
    /// When.
    pub added_at: DateTime<Utc>,
}

/// Whose an order is, as far as known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The order.
    pub order: OrderId,
    /// Its user.
    pub user: Option<UserId>,
    /// Its payment profile.
    pub payment_details: Option<PaymentDetailsId>,
    /// How we learned it.
    pub source: Source,
}

impl Store {
    /// Adds a user. `false` if they were known already.
    pub fn add_user(&self, id: &UserId, source: Source, at: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(put_user(&self.db, id, source, at)?)
    }

    /// Forgets a user. `false` if they were not known.
    pub fn remove_user(&self, id: &UserId) -> Result<bool, StoreError> {
        Ok(self.db.execute("DELETE FROM users WHERE user_uuid = ?1", [id.as_str()])? > 0)
    }

    /// Every known user, oldest first.
    pub fn users(&self) -> Result<Vec<RegisteredUser>, StoreError> {
        let mut query =
            self.db.prepare("SELECT user_uuid, source, added_at FROM users ORDER BY added_at, user_uuid")?;
        let rows = query.query_map([], read_user)?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// Keeps what is known about an order's owner; parts not known now do not erase what was.
    pub fn link(&self, link: &Link, at: DateTime<Utc>) -> Result<(), StoreError> {
        Ok(put_link(&self.db, link, at)?)
    }

    /// Every known link.
    pub fn links(&self) -> Result<Vec<Link>, StoreError> {
        let mut query = self.db.prepare("SELECT order_id, user_uuid, payment_details_id, source FROM links")?;
        let rows = query.query_map([], read_link)?;
        Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }
}

pub(super) fn put_user(db: &Connection, id: &UserId, source: Source, at: DateTime<Utc>) -> rusqlite::Result<bool> {
    let sql = "INSERT OR IGNORE INTO users (user_uuid, source, added_at) VALUES (?1, ?2, ?3)";
    Ok(db.prepare_cached(sql)?.execute(params![id.as_str(), source.word(), at.timestamp()])? > 0)
}

pub(super) fn put_link(db: &Connection, link: &Link, at: DateTime<Utc>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO links (order_id, user_uuid, payment_details_id, source, learned_at)
               VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT(order_id) DO UPDATE SET
                 user_uuid = coalesce(excluded.user_uuid, user_uuid),
                 payment_details_id = coalesce(excluded.payment_details_id, payment_details_id)";
    let user = link.user.as_ref().map(UserId::as_str);
    let payment = link.payment_details.as_ref().map(PaymentDetailsId::as_str);
    let row = params![link.order.as_str(), user, payment, link.source.word(), at.timestamp()];
    db.prepare_cached(sql)?.execute(row).map(|_| ())
}

/// A row somebody else damaged is skipped, not fatal.
fn read_user(row: &Row<'_>) -> rusqlite::Result<Option<RegisteredUser>> {
    let (id, source, at): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(UserId::parse(&id).ok().zip(DateTime::from_timestamp(at, 0)).map(|(id, added_at)| RegisteredUser {
        id,
        source: Source::from_word(&source),
        added_at,
    }))
}

fn read_link(row: &Row<'_>) -> rusqlite::Result<Option<Link>> {
    let (order, user, payment): (String, Option<String>, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let source: String = row.get(3)?;
    Ok(OrderId::parse(&order).ok().map(|order| Link {
        order,
        user: user.and_then(|text| UserId::parse(&text).ok()),
        payment_details: payment.and_then(|text| PaymentDetailsId::parse(&text).ok()),
        source: Source::from_word(&source),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_survive_the_file_being_closed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        let id = UserId::parse("u-1").unwrap();
        let at = DateTime::from_timestamp(5, 0).unwrap();
        assert!(Store::open(&path).unwrap().add_user(&id, Source::Operator, at).unwrap());
        let store = Store::open(&path).unwrap();
        assert!(!store.add_user(&id, Source::Order, at).unwrap());
        assert_eq!(store.users().unwrap(), [RegisteredUser { id: id.clone(), source: Source::Operator, added_at: at }]);
        assert!(store.remove_user(&id).unwrap());
        assert!(store.users().unwrap().is_empty());
    }

    #[test]
    fn a_link_learned_in_parts_keeps_both() {
        let store = Store::in_memory().unwrap();
        let at = DateTime::from_timestamp(5, 0).unwrap();
        let part = |user: Option<&str>, payment: Option<&str>| Link {
            order: OrderId::parse("o").unwrap(),
            user: user.map(|u| UserId::parse(u).unwrap()),
            payment_details: payment.map(|p| PaymentDetailsId::parse(p).unwrap()),
            source: Source::Event,
        };
        store.link(&part(Some("u"), None), at).unwrap();
        store.link(&part(None, Some("7")), at).unwrap();
        assert_eq!(store.links().unwrap(), [part(Some("u"), Some("7"))]);
    }
}
