//! Webhook events: kept before they are acknowledged, once each, and open until their work is done.
//!
//! Many waiting events are one transaction, synced to the disk whatever the rest of the database
//! does: after a power cut nothing that was acknowledged may be missing, for the sender never
//! repeats it. Bodies are kept as they came.

use chrono::{DateTime, Utc};
use rusqlite::{Transaction, params};

use super::register::{Link, Source, put_link, put_user};
use super::{Store, StoreError};
use crate::domain::event::{Event, EventId};
use crate::domain::{OrderId, PaymentDetailsId, UserId};

/// An event to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// What could be read of it.
    pub event: Event,
    /// The body as it came; bytes that are no text are replaced.
    pub body: String,
    /// When, our clock.
    pub at: DateTime<Utc>,
}

/// What became of it. On the disk in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Not seen before.
    New,
    /// The same event once more.
    Again,
    /// The id of an earlier event with another body. The earlier one is kept.
    Differs,
}

/// An event whose work is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenEvent {
    /// Its id.
    pub id: EventId,
    /// Its body; none once its user was forgotten.
    pub body: Option<String>,
}

/// What an event taught.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The user.
    pub user: Option<UserId>,
    /// The order that is theirs.
    pub order: Option<OrderId>,
    /// Where its fiat goes.
    pub payment_details: Option<PaymentDetailsId>,
}

impl Store {
    /// Keeps events, all or none; what became of each, in the same order. They are on the disk when
    /// this returns.
    pub fn keep_events(&mut self, events: &[Arrived]) -> Result<Vec<Kept>, StoreError> {
        self.durably(|transaction| events.iter().map(|arrived| keep(transaction, arrived)).collect())
    }

    /// Every event whose work is not done, in the order they came.
    pub fn open_events(&self) -> Result<Vec<OpenEvent>, StoreError> {
        let sql = "SELECT event_id, body FROM events WHERE done = 0 ORDER BY received_at, rowid";
        let rows: Vec<(String, Option<String>)> = self.with(|db| {
            let mut query = db.prepare(sql)?;
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        let read = |(id, body): (String, Option<String>)| EventId::parse(&id).map(|id| OpenEvent { id, body });
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Takes down what events taught and whose work is done, all or nothing.
    pub fn work_off(&mut self, lessons: &[Lesson], done: &[EventId], at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(|transaction| {
            for lesson in lessons {
                learn(transaction, lesson, at)?;
            }
            let mut finish = transaction.prepare_cached("UPDATE events SET done = 1 WHERE event_id = ?1")?;
            for id in done {
                finish.execute([id.as_str()])?;
            }
            Ok(())
        })
    }

    /// How many events are kept, and how many of them are open.
    pub fn count_events(&self) -> Result<(u32, u32), StoreError> {
        let sql = "SELECT count(*), count(*) FILTER (WHERE done = 0) FROM events";
        self.with(|db| db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))))
    }

    /// Whether what is kept here outlives the process: an event that is not on a disk must not be
    /// acknowledged.
    pub fn is_on_disk(&self) -> bool {
        self.place.is_some()
    }
}

fn keep(transaction: &Transaction<'_>, Arrived { event, body, at }: &Arrived) -> rusqlite::Result<Kept> {
    let sql = "INSERT INTO events (event_id, event_type, received_at, created_at, order_id, user_uuid, body)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(event_id) DO NOTHING";
    let (id, kind, created) = (event.id.as_str(), event.kind.wire(), event.created_at.map(|at| at.to_rfc3339()));
    let order = event.order.as_ref().map(|order| order.id.as_str());
    let user = event.user.as_ref().map(UserId::as_str);
    let row = params![id, kind, at.timestamp_millis(), created, order, user, body];
    if transaction.prepare_cached(sql)?.execute(row)? > 0 {
        return Ok(Kept::New);
    }
    let mut earlier = transaction.prepare_cached("SELECT body FROM events WHERE event_id = ?1")?;
    let earlier: Option<String> = earlier.query_row([id], |row| row.get(0))?;
    Ok(if earlier.is_none_or(|earlier| earlier == *body) { Kept::Again } else { Kept::Differs })
}

fn learn(transaction: &Transaction<'_>, lesson: &Lesson, at: DateTime<Utc>) -> rusqlite::Result<()> {
    if let Some(user) = &lesson.user {
        put_user(transaction, user, Source::Event, at)?;
    }
    if let Some(order) = lesson.order.clone() {
        let (user, payment_details) = (lesson.user.clone(), lesson.payment_details.clone());
        put_link(transaction, &Link { order, user, payment_details, source: Source::Event }, at)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::EventType;

    fn at() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn arrived(id: &str, body: &str) -> Arrived {
        let event = Event {
            id: EventId::parse(id).unwrap(),
            kind: EventType::OrderStatusChanged,
            created_at: None,
            order: None,
            user: None,
            kyc: None,
            problems: Vec::new(),
        };
        Arrived { event, body: body.to_owned(), at: at() }
    }

    fn ids(store: &Store) -> Vec<String> {
        store.open_events().unwrap().into_iter().map(|open| open.id.to_string()).collect()
    }

    #[test]
    fn an_event_is_kept_once_even_twice_in_one_breath_and_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        let mut store = Store::open(&path).unwrap();
        let two = [arrived("a", "1"), arrived("a", "1"), arrived("a", "2"), arrived("b", "1")];
        assert_eq!(store.keep_events(&two).unwrap(), [Kept::New, Kept::Again, Kept::Differs, Kept::New]);
        drop(store);
        let mut store = Store::open(&path).unwrap();
        assert_eq!(store.keep_events(&two[..1]).unwrap(), [Kept::Again]);
        assert_eq!((ids(&store), store.count_events().unwrap()), (vec!["a".to_owned(), "b".to_owned()], (2, 2)));
        assert_eq!(store.open_events().unwrap()[0].body.as_deref(), Some("1"), "the first body is the one kept");
    }

    #[test]
    fn work_done_is_not_open_any_more_and_what_it_taught_is_known() {
        let mut store = Store::in_memory().unwrap();
        store.keep_events(&[arrived("a", "1"), arrived("b", "1")]).unwrap();
        let (user, order) = (UserId::parse("u").ok(), OrderId::parse("o").ok());
        let lesson = Lesson { user: user.clone(), order, payment_details: PaymentDetailsId::parse("7").ok() };
        store.work_off(std::slice::from_ref(&lesson), &[EventId::parse("a").unwrap()], at()).unwrap();
        assert_eq!(ids(&store), ["b"]);
        assert_eq!(store.users().unwrap()[0].source, Source::Event);
        assert_eq!(store.links().unwrap()[0].user, user);
        store.work_off(&[Lesson { user: None, ..lesson }], &[], at()).unwrap();
        assert_eq!(store.links().unwrap()[0].user, user, "what was known is not erased");
    }

    #[test]
    fn a_forgotten_body_is_still_the_same_event() {
        let mut store = Store::in_memory().unwrap();
        store.keep_events(&[arrived("a", "1")]).unwrap();
        store.db.execute("UPDATE events SET body = NULL", []).unwrap();
        assert_eq!(store.keep_events(&[arrived("a", "1")]).unwrap(), [Kept::Again]);
    }
}
