//! Orders as last seen: a narrow line for the list, and the answer's JSON.
//!
//! A reading replaces only one that was asked for earlier, whoever wrote it. Rows whose seal does
//! not match are as if never seen; the API is asked for those orders again.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::past::Line;
use super::seal::Seal;
use super::{Store, StoreError, json};
use crate::domain::{Brief, OrderId};

/// A reading of an order, to be kept.
#[derive(Debug, Clone, Copy)]
pub struct SeenOrder<'a> {
    /// Its line.
    pub brief: &'a Brief,
    /// Whether it moves, holds money or can still be acted on.
    pub live: bool,
    /// When it was asked for, by our clock.
    pub asked_at: DateTime<Utc>,
    /// The answer as it came.
    pub json: &'a str,
}

/// An order as last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOrder {
    /// The order.
    pub id: OrderId,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// The answer as it came. Of an order that is over, without the vendor's account.
    pub json: String,
}

/// A row from so much later than a new reading was written while our clock was wrong: requests
/// that are under way together are minutes apart at the most.
const CLOCK_WAS_WRONG_MS: i64 = 60 * 60 * 1000;

/// A changed status may owe a refund anew.
const KEEP_LINE: &str = "
    INSERT INTO orders (order_id, asked_at, live, status, direction, crypto, crypto_currency, fiat, fiat_currency,
                        reference, created_at, updated_at, send_out_until, seal)
    VALUES (:id, :asked_at, :live, :status, :direction, :crypto, :crypto_currency, :fiat, :fiat_currency,
            :reference, :created_at, :updated_at, :send_out_until, :seal)
    ON CONFLICT (order_id) DO UPDATE SET
        asked_at = excluded.asked_at, live = excluded.live,
        refund_read = CASE WHEN status = excluded.status THEN refund_read ELSE 0 END,
        status = excluded.status, direction = excluded.direction,
        crypto = excluded.crypto, crypto_currency = excluded.crypto_currency,
        fiat = excluded.fiat, fiat_currency = excluded.fiat_currency, reference = excluded.reference,
        created_at = excluded.created_at, updated_at = excluded.updated_at,
        send_out_until = excluded.send_out_until, seal = excluded.seal
    WHERE excluded.asked_at >= asked_at OR asked_at - excluded.asked_at > :clock_was_wrong";

/// An answer that did not change is not written again.
const KEEP_JSON: &str = "
    INSERT INTO order_json (order_id, json, seal) VALUES (:id, :json, :seal)
    ON CONFLICT (order_id) DO UPDATE SET json = excluded.json, seal = excluded.seal
    WHERE seal <> excluded.seal OR json <> excluded.json";

/// A line as [`Line::read`] wants it, and the answer.
const WHOLE: &str = "
    SELECT o.order_id, asked_at, live, status, direction, crypto, crypto_currency, fiat, fiat_currency, reference,
           created_at, updated_at, send_out_until, o.seal, j.json, j.seal
    FROM orders o JOIN order_json j ON j.order_id = o.order_id";

impl Store {
    /// Keeps readings, all or none. Says how many replaced an older one or were new.
    pub fn keep_orders(&mut self, orders: &[SeenOrder<'_>]) -> Result<usize, StoreError> {
        if orders.is_empty() {
            return Ok(0);
        }
        self.change(|transaction| {
            let mut kept = 0;
            for order in orders {
                kept += usize::from(keep(transaction, order)?);
            }
            Ok(kept)
        })
    }

    /// The orders that move, hold money or can still be acted on.
    pub fn live_orders(&self) -> Result<Vec<KeptOrder>, StoreError> {
        self.with(|db| {
            let mut query = db.prepare_cached(&format!("{WHOLE} WHERE o.live = 1 ORDER BY o.order_id"))?;
            let rows = query.query_map([], kept)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
    }

    /// One order.
    pub fn order(&self, id: &OrderId) -> Result<Option<KeptOrder>, StoreError> {
        self.with(|db| {
            let mut query = db.prepare_cached(&format!("{WHOLE} WHERE o.order_id = ?1"))?;
            Ok(query.query_row([id.as_str()], kept).optional()?.flatten())
        })
    }

    /// How many live orders are kept, and how many in all.
    pub fn order_count(&self) -> Result<(usize, usize), StoreError> {
        let count = |db: &Connection, sql: &str| {
            let found: i64 = db.query_row(sql, [], |row| row.get(0))?;
            Ok::<_, rusqlite::Error>(usize::try_from(found).unwrap_or_default())
        };
        self.with(|db| {
            let live = count(db, "SELECT count(*) FROM orders WHERE live = 1")?;
            Ok((live, count(db, "SELECT count(*) FROM orders")?))
        })
    }

    /// Cancelled off-ramp orders that were not yet read one by one for a refund owed.
    pub fn refund_unread(&self, limit: usize) -> Result<Vec<OrderId>, StoreError> {
        let sql = "SELECT order_id FROM orders
                   WHERE status = 'cancelled' AND direction = 'off' AND live = 0 AND refund_read = 0
                   ORDER BY order_id LIMIT ?1";
        self.with(|db| {
            let mut query = db.prepare_cached(sql)?;
            let ids = query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get::<_, String>(0))?;
            Ok(ids.collect::<Result<Vec<_>, _>>()?.iter().filter_map(|id| OrderId::parse(id).ok()).collect())
        })
    }

    /// Notes that a cancelled order was read for a refund owed.
    pub fn refund_read(&self, id: &OrderId) -> Result<(), StoreError> {
        let sql = "UPDATE orders SET refund_read = 1 WHERE order_id = ?1";
        self.with(|db| db.prepare_cached(sql)?.execute([id.as_str()]).map(|_| ()))
    }
}

/// Whether the reading was kept.
fn keep(transaction: &Transaction<'_>, order: &SeenOrder<'_>) -> rusqlite::Result<bool> {
    let brief = order.brief;
    let (crypto, fiat) = (brief.crypto.map(|a| a.to_string()), brief.fiat.map(|a| a.to_string()));
    let line = Line::of(order, crypto.as_deref(), fiat.as_deref());
    let changed = transaction.prepare_cached(KEEP_LINE)?.execute(named_params! {
        ":id": line.id, ":asked_at": line.asked_at, ":live": line.live, ":status": line.status,
        ":direction": line.direction, ":crypto": line.crypto, ":crypto_currency": line.crypto_currency,
        ":fiat": line.fiat, ":fiat_currency": line.fiat_currency, ":reference": line.reference,
        ":created_at": line.created_at, ":updated_at": line.updated_at, ":send_out_until": line.send_out_until,
        ":seal": line.seal(), ":clock_was_wrong": CLOCK_WAS_WRONG_MS,
    })?;
    if changed == 0 {
        return Ok(false);
    }
    let stripped = if order.live { None } else { json::without_account(order.json) };
    put_json(transaction, line.id, stripped.as_deref().unwrap_or(order.json))?;
    Ok(true)
}

/// Writes an order's JSON with its seal.
pub(super) fn put_json(db: &Connection, id: &str, json: &str) -> rusqlite::Result<()> {
    let params = named_params! { ":id": id, ":json": json, ":seal": json_seal(id, json) };
    db.prepare_cached(KEEP_JSON)?.execute(params).map(|_| ())
}

fn json_seal(id: &str, json: &str) -> i64 {
    Seal::new().text(Some(id)).text(Some(json)).finish()
}

/// `None` for a row that is not what was written.
fn kept(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<KeptOrder>> {
    let kept = Line::sealed(row).and_then(|line| {
        let json = row.get_ref(14).ok()?.as_str().ok()?;
        let whole = row.get(15) == Ok(json_seal(line.id, json));
        let asked_at = DateTime::from_timestamp_millis(line.asked_at).filter(|_| whole)?;
        Some(KeptOrder { id: OrderId::parse(line.id).ok()?, asked_at, json: json.to_owned() })
    });
    if kept.is_none() {
        tracing::warn!("an order kept before is damaged on the disk; it is read anew");
    }
    Ok(kept)
}
