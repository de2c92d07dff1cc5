//! What the operator wrote about an order, in their own words. Never sent anywhere.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};
use crate::domain::OrderId;

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The words.
    pub text: String,
    /// When they were written, to the second.
    pub at: DateTime<Utc>,
}

impl Store {
    /// What is noted about an order.
    pub fn note(&self, order: &OrderId) -> Result<Option<Note>, StoreError> {
        let sql = "SELECT text, noted_at FROM notes WHERE order_id = ?1";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let found: Option<(String, i64)> = self.with(|db| db.query_row(sql, [order.as_str()], read).optional())?;
        Ok(found.map(|(text, at)| Note { text, at: DateTime::from_timestamp(at, 0).unwrap_or_default() }))
    }

    /// Notes something about an order in place of what was noted; nothing but white space takes
    /// the note away.
    pub fn set_note(&self, order: &OrderId, text: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let text = text.trim();
        self.with(|db| {
            if text.is_empty() {
                return db.execute("DELETE FROM notes WHERE order_id = ?1", [order.as_str()]);
            }
            let sql = "INSERT INTO notes (order_id, text, noted_at) VALUES (?1, ?2, ?3)
                       ON CONFLICT (order_id) DO UPDATE SET text = excluded.text, noted_at = excluded.noted_at";
            db.execute(sql, params![order.as_str(), text, at.timestamp()])
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_replaced_and_taken_away() {
        let store = Store::in_memory().unwrap();
        let order = OrderId::parse("o").unwrap();
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        store.set_note(&order, " called the bank ", at(1)).unwrap();
        store.set_note(&order, "paid", at(2)).unwrap();
        assert_eq!(store.note(&order).unwrap(), Some(Note { text: "paid".to_owned(), at: at(2) }));
        store.set_note(&order, " ", at(3)).unwrap();
        assert_eq!(store.note(&order).unwrap(), None);
    }
}
