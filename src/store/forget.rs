//! Forgetting a person: what leads to them goes from the file, byte by byte.
//!
//! Orders stay, without what was personal in them; so do the partner's own references and the
//! journal, which is no part of this file. The API is not asked for anything and knows them still:
//! what it tells about them afterwards is learned like anything else.

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction};

use super::orders::put_json;
use super::{Store, StoreError, json};
use crate::domain::UserId;

/// How much was forgotten, in rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// The user in the register.
    pub users: usize,
    /// Payment profiles.
    pub profiles: usize,
    /// Links from orders to them.
    pub links: usize,
    /// Quotes asked for them.
    pub quotes: usize,
    /// Events that name them or their orders; the bodies are gone.
    pub events: usize,
    /// Orders of theirs whose JSON held something personal.
    pub orders: usize,
    /// Notes on their orders.
    pub notes: usize,
    /// Why what was deleted may still lie in the file; forgetting again cleans it up.
    pub traces: Option<String>,
}

impl Forgotten {
    /// Whether nothing was known of them.
    pub fn is_nothing(&self) -> bool {
        let Self { users, profiles, links, quotes, events, orders, notes, traces: _ } = self;
        [users, profiles, links, quotes, events, orders, notes].into_iter().all(|count| *count == 0)
    }
}

impl Store {
    /// What forgetting a user would delete; deletes nothing.
    pub fn would_forget(&self, user: &UserId) -> Result<Forgotten, StoreError> {
        self.with(|db| {
            let transaction = db.unchecked_transaction()?;
            let found = forget(&transaction, user)?;
            transaction.rollback()?;
            Ok(found)
        })
    }

    /// Deletes what leads to a user, and makes sure that it is not in the file any more.
    pub fn forget(&mut self, user: &UserId) -> Result<Forgotten, StoreError> {
        let forgotten = self.durably(|transaction| forget(transaction, user))?;
        let traces = self.with(scrub).unwrap_or_else(|error| Some(error.to_string()));
        Ok(Forgotten { traces, ..forgotten })
    }
}

/// Writes the whole file anew and empties the log. Says what kept it from that.
fn scrub(db: &Connection) -> rusqlite::Result<Option<String>> {
    // Deleted rows are overwritten as they go; moving rows about may have left copies.
    db.execute_batch("VACUUM")?;
    let busy: bool = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy.then(|| "another program has the file open".to_owned()))
}

fn forget(transaction: &Transaction<'_>, user: &UserId) -> rusqlite::Result<Forgotten> {
    let user = user.as_str();
    let orders = orders_of(transaction, user)?;
    let mut out = Forgotten {
        users: transaction.execute("DELETE FROM users WHERE user_uuid = ?1", [user])?,
        profiles: transaction.execute("DELETE FROM profiles WHERE user_uuid = ?1", [user])?,
        quotes: transaction.execute("DELETE FROM quotes WHERE user_uuid = ?1", [user])?,
        events: transaction.execute(
            "UPDATE events SET body = NULL, user_uuid = NULL WHERE user_uuid = ?1 OR instr(body, ?1)",
            [user],
        )?,
        links: transaction.execute("DELETE FROM links WHERE user_uuid = ?1", [user])?,
        ..Forgotten::default()
    };
    let mut read = transaction.prepare("SELECT json FROM order_json WHERE order_id = ?1")?;
    for id in &orders {
        out.events +=
            transaction.execute("UPDATE events SET body = NULL WHERE order_id = ?1 AND body IS NOT NULL", [id])?;
        out.notes += transaction.execute("DELETE FROM notes WHERE order_id = ?1", [id])?;
        let found: Vec<String> = read.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for before in found {
            let after = json::without_person(&before);
            if after != before {
                put_json(transaction, id, &after)?;
                out.orders += 1;
            }
        }
    }
    Ok(out)
}

/// Every order that anything here ties to the user, or that names them itself.
fn orders_of(transaction: &Transaction<'_>, user: &str) -> rusqlite::Result<BTreeSet<String>> {
    let sql = "SELECT order_id FROM links WHERE user_uuid = ?1
               UNION SELECT order_id FROM initiations JOIN quotes USING (quote_id) WHERE user_uuid = ?1
               UNION SELECT order_id FROM events WHERE user_uuid = ?1 AND order_id IS NOT NULL
               UNION SELECT order_id FROM order_json WHERE instr(json, ?1)";
    transaction.prepare(sql)?.query_map([user], |row| row.get(0))?.collect()
}
