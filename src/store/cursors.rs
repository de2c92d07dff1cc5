//! How far something got, by name, so that the next run goes on from there.

use rusqlite::OptionalExtension;

use super::{Store, StoreError};

impl Store {
    /// Where it stands; `None` if it was never set.
    pub fn cursor(&self, name: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT value FROM cursors WHERE name = ?1";
        self.with(|db| db.query_row(sql, [name], |row| row.get(0)).optional())
    }

    /// Sets it.
    pub fn set_cursor(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO cursors (name, value) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.with(|db| db.execute(sql, [name, value]).map(|_| ()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_moves() {
        let store = Store::in_memory().unwrap();
        assert_eq!(store.cursor("page").unwrap(), None);
        store.set_cursor("page", "1").unwrap();
        store.set_cursor("page", "2").unwrap();
        assert_eq!(store.cursor("page").unwrap().as_deref(), Some("2"));
    }
}
