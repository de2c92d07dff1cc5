//! What the operator wrote about an order, in their own words. Never sent anywhere.

use chrono::DateTime;
use rusqlite::params;

use super::{Store, StoreError};
use crate::domain::{Note, OrderId};

impl Store {
    /// What is noted about orders.
    pub fn notes(&self) -> Result<Vec<(OrderId, Note)>, StoreError> {
        self.with(|db| {
            let mut found = db.prepare("SELECT order_id, text, noted_at FROM notes")?;
            let rows = found.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?;
            let mut out = Vec::new();
            for row in rows {
                let (order, text, at): (String, String, i64) = row?;
                let at = DateTime::from_timestamp(at, 0).unwrap_or_default();
                // What is no id was not written here.
                out.extend(OrderId::parse(&order).ok().map(|order| (order, Note { text, at })));
            }
            Ok(out)
        })
    }

    /// Notes something about an order in place of what was noted; `None` takes the note away.
    pub fn set_note(&self, order: &OrderId, note: Option<&Note>) -> Result<(), StoreError> {
        self.with(|db| {
            let Some(Note { text, at }) = note else {
                return db.execute("DELETE FROM notes WHERE order_id = ?1", [order.as_str()]);
            };
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
        let note = |text, second| Note::of(text, DateTime::from_timestamp(second, 0).unwrap());
        store.set_note(&order, note(" called the bank ", 1).as_ref()).unwrap();
        store.set_note(&order, note("paid", 2).as_ref()).unwrap();
        assert_eq!(store.notes().unwrap(), [(order.clone(), note("paid", 2).unwrap())]);
        store.set_note(&order, note(" ", 3).as_ref()).unwrap();
        assert_eq!(store.notes().unwrap(), []);
    }
}
