//! The schema's history. A step once released is never edited; a new one is appended.

use rusqlite::Connection;

use super::StoreError;

/// Step N brings `user_version` from N to N + 1.
const STEPS: &[&str] = &["
    CREATE TABLE users (
        user_uuid TEXT PRIMARY KEY,
        source    TEXT NOT NULL,
        added_at  INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE links (
        order_id           TEXT PRIMARY KEY,
        user_uuid          TEXT,
        payment_details_id TEXT,
        source             TEXT NOT NULL,
        learned_at         INTEGER NOT NULL
    ) STRICT;
"];

/// Brings the schema up to date, each step whole or not at all.
pub fn run(db: &mut Connection) -> Result<(), StoreError> {
    let known = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    let found: u32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (version, step) in (1u32..).zip(STEPS) {
        if version > found {
            let transaction = db.transaction()?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_schema_is_left_alone() {
        let mut db = Connection::open_in_memory().unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(run(&mut db), Err(StoreError::Newer { found: 99, .. })));
    }

    #[test]
    fn running_twice_changes_nothing() {
        let mut db = Connection::open_in_memory().unwrap();
        run(&mut db).unwrap();
        run(&mut db).unwrap();
    }
}
