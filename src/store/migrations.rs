//! The schema's history. A step once released is never edited; a new one is appended.

use rusqlite::{Connection, TransactionBehavior};

use super::error::{StoreError, Trouble};

/// Step N brings `user_version` from N to N + 1.
const STEPS: &[&str] = &[
    "
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
",
    "
    -- What the list needs of an order, narrow enough to read a hundred thousand of them at once.
    CREATE TABLE orders (
        order_id        TEXT PRIMARY KEY,
        asked_at        INTEGER NOT NULL,  -- unix milliseconds, our clock, when the answer was asked for
        live            INTEGER NOT NULL,  -- 1 while it moves, holds money or can still be acted on
        status          TEXT NOT NULL,
        direction       TEXT NOT NULL,     -- off | on
        crypto          TEXT,
        crypto_currency TEXT,
        fiat            TEXT,
        fiat_currency   TEXT,
        reference       TEXT,
        created_at      INTEGER,           -- unix milliseconds, the server's clock
        updated_at      INTEGER,
        send_out_until  INTEGER,
        refund_read     INTEGER NOT NULL DEFAULT 0, -- 1 once a cancelled order was read for a refund owed
        seal            INTEGER NOT NULL   -- a hash of all the others but refund_read
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX orders_live ON orders (order_id) WHERE live = 1;
    CREATE INDEX orders_refund_unread ON orders (order_id)
        WHERE status = 'cancelled' AND direction = 'off' AND live = 0 AND refund_read = 0;
    -- The answer as it came; of one that is over without the vendor's account.
    CREATE TABLE order_json (
        order_id TEXT PRIMARY KEY,
        json     TEXT NOT NULL,
        seal     INTEGER NOT NULL          -- a hash of both
    ) STRICT;
    CREATE TABLE profiles (
        user_uuid          TEXT NOT NULL,
        payment_details_id TEXT NOT NULL,
        rail               TEXT NOT NULL,
        currency           TEXT NOT NULL,
        institution        TEXT,
        hint               TEXT,           -- the last characters of the account, nothing more
        asked_at           INTEGER NOT NULL,
        PRIMARY KEY (user_uuid, payment_details_id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE quotes (
        quote_id           TEXT PRIMARY KEY,
        user_uuid          TEXT,
        payment_details_id TEXT,
        anchor             TEXT,           -- crypto | fiat
        quoted_at          INTEGER NOT NULL
    ) STRICT;
    -- An initiate answer: the only place that names an order's quote and reference.
    CREATE TABLE initiations (
        order_id     TEXT PRIMARY KEY,
        quote_id     TEXT,
        reference    TEXT,
        initiated_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE events (
        event_id    TEXT PRIMARY KEY,
        event_type  TEXT NOT NULL,
        received_at INTEGER NOT NULL,      -- unix milliseconds, our clock
        created_at  TEXT,
        order_id    TEXT,
        user_uuid   TEXT,
        body        TEXT,                  -- NULL once the user was forgotten
        done        INTEGER NOT NULL DEFAULT 0  -- 1 once the work it asks for was done
    ) STRICT;
    CREATE INDEX events_open ON events (received_at) WHERE done = 0;
    CREATE TABLE notes (
        order_id TEXT PRIMARY KEY,
        text     TEXT NOT NULL,
        noted_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE cursors (
        name  TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT;
",
    "
    -- What `ramptop watch` told last of each order.
    CREATE TABLE told (
        order_id    TEXT PRIMARY KEY,
        live        INTEGER NOT NULL,      -- 1 while it moves or holds money
        status      TEXT NOT NULL,
        next_action TEXT,
        print       INTEGER NOT NULL       -- a hash of all an operator acts on
    ) STRICT, WITHOUT ROWID;
",
];

fn known() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

fn found(db: &Connection) -> rusqlite::Result<u32> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// A file of a newer version is not touched.
pub fn refuse_newer(db: &Connection) -> Result<u32, StoreError> {
    let (found, known) = (found(db)?, known());
    if found > known { Err(StoreError::new(Trouble::Newer { found, known }, "")) } else { Ok(found) }
}

/// For whoever cannot bring it up to date.
pub fn require_current(db: &Connection) -> Result<(), StoreError> {
    let found = refuse_newer(db)?;
    if found < known() { Err(StoreError::new(Trouble::Older { found }, "")) } else { Ok(()) }
}

/// Brings the schema up to date, each step whole or not at all. Another ramptop may be doing the
/// same at this moment: what there is to do is looked up with the file in hand.
pub fn run(db: &mut Connection) -> Result<(), StoreError> {
    while refuse_newer(db)? < known() {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = found(&transaction)?;
        if let Some(step) = usize::try_from(version).ok().and_then(|version| STEPS.get(version)) {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", version + 1)?;
        }
        transaction.commit()?;
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
        assert_eq!(run(&mut db).unwrap_err().trouble(), Trouble::Newer { found: 99, known: known() });
    }

    #[test]
    fn what_an_older_version_kept_is_still_there() {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(STEPS[0]).unwrap();
        db.pragma_update(None, "user_version", 1).unwrap();
        db.execute("INSERT INTO users VALUES ('u', 'operator', 5)", []).unwrap();
        assert_eq!(require_current(&db).unwrap_err().trouble(), Trouble::Older { found: 1 });
        run(&mut db).unwrap();
        require_current(&db).unwrap();
        let kept: String = db.query_row("SELECT user_uuid FROM users", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, "u");
    }

    #[test]
    fn running_twice_changes_nothing() {
        let mut db = Connection::open_in_memory().unwrap();
        run(&mut db).unwrap();
        run(&mut db).unwrap();
    }
}
