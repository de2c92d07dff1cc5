//! The lines of all orders, read page by page: what the list is made of at the start.
//!
//! A hundred thousand of them are read while somebody waits for the first frame, so nothing is
//! copied that need not be: words that repeat (currencies, unknown statuses) are shared.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Row;
use rusqlite::types::FromSqlError;

use super::orders::SeenOrder;
use super::seal::Seal;
use super::{Store, StoreError};
use crate::domain::{Amount, Brief, Direction, OrderId, Status};

/// An order's line and its age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptBrief {
    /// The line.
    pub brief: Brief,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
}

/// A row of `orders` as it is kept. Times are unix milliseconds.
pub(super) struct Line<'a> {
    pub id: &'a str,
    pub asked_at: i64,
    pub live: bool,
    pub status: &'a str,
    pub direction: &'a str,
    pub crypto: Option<&'a str>,
    pub crypto_currency: Option<&'a str>,
    pub fiat: Option<&'a str>,
    pub fiat_currency: Option<&'a str>,
    pub reference: Option<&'a str>,
    pub created_at: Option<i64>,
    pub updated_at: Option<i64>,
    pub send_out_until: Option<i64>,
}

/// In the order in which [`Line::read`] wants them. The reference of an initiate answer stands in
/// for the one that most servers leave out.
const PAST: &str = "
    SELECT o.order_id, asked_at, live, status, direction, crypto, crypto_currency, fiat, fiat_currency, o.reference,
           created_at, updated_at, send_out_until, seal, i.reference
    FROM orders o LEFT JOIN initiations i ON i.order_id = o.order_id
    WHERE o.order_id > ?1 AND live = 0 ORDER BY o.order_id";

impl Store {
    /// The lines of at most `limit` orders that are over, by id, after a given one. Damaged rows do
    /// not count: fewer than `limit` means that there are no more.
    pub fn past_orders(&self, after: Option<&OrderId>, limit: usize) -> Result<Vec<KeptBrief>, StoreError> {
        let after = after.map_or("", OrderId::as_str);
        self.with(|db| {
            let mut words = Words::default();
            let mut query = db.prepare_cached(PAST)?;
            let mut rows = query.query([after])?;
            let mut out = Vec::new();
            while out.len() < limit
                && let Some(row) = rows.next()?
            {
                match read(row, &mut words) {
                    Some(line) if line.brief.id.as_str() <= last(&out).unwrap_or(after) => return Err(out_of_order()),
                    Some(line) => out.push(line),
                    None => tracing::warn!("the line of an order kept before is damaged on the disk; it is read anew"),
                }
            }
            Ok(out)
        })
    }
}

/// Texts that are met again and again, each kept once.
#[derive(Default)]
struct Words(HashSet<Arc<str>>);

impl Words {
    fn share(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.0.get(word) {
            return known.clone();
        }
        let word: Arc<str> = word.into();
        self.0.insert(word.clone());
        word
    }
}

impl<'a> Line<'a> {
    pub fn of(order: &SeenOrder<'a>, crypto: Option<&'a str>, fiat: Option<&'a str>) -> Self {
        let brief = order.brief;
        let milliseconds = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp_millis());
        Self {
            id: brief.id.as_str(),
            asked_at: order.asked_at.timestamp_millis(),
            live: order.live,
            status: brief.status.wire(),
            direction: brief.direction.label(),
            crypto,
            crypto_currency: brief.crypto_currency.as_deref(),
            fiat,
            fiat_currency: brief.fiat_currency.as_deref(),
            reference: brief.reference.as_deref(),
            created_at: milliseconds(brief.created_at),
            updated_at: milliseconds(brief.updated_at),
            send_out_until: milliseconds(brief.send_out_until),
        }
    }

    fn read(row: &'a Row<'_>) -> rusqlite::Result<Self> {
        let text = |column: usize| -> Result<Option<&'a str>, rusqlite::Error> {
            Ok(row.get_ref(column)?.as_str_or_null().map_err(|e| damaged(column, e))?)
        };
        let must = |column: usize| text(column).map(Option::unwrap_or_default);
        Ok(Self {
            id: must(0)?,
            asked_at: row.get(1)?,
            live: row.get(2)?,
            status: must(3)?,
            direction: must(4)?,
            crypto: text(5)?,
            crypto_currency: text(6)?,
            fiat: text(7)?,
            fiat_currency: text(8)?,
            reference: text(9)?,
            created_at: row.get(10)?,
            updated_at: row.get(11)?,
            send_out_until: row.get(12)?,
        })
    }

    /// A row that is what was written; its seal is the 13th column. A value of another type or
    /// broken text is damage inside the row: the others can be read.
    pub fn sealed(row: &'a Row<'_>) -> Option<Self> {
        Self::read(row).ok().filter(|line| row.get(13) == Ok(line.seal()))
    }

    pub fn seal(&self) -> i64 {
        Seal::new()
            .text(Some(self.id))
            .number(Some(self.asked_at))
            .number(Some(i64::from(self.live)))
            .text(Some(self.status))
            .text(Some(self.direction))
            .text(self.crypto)
            .text(self.crypto_currency)
            .text(self.fiat)
            .text(self.fiat_currency)
            .text(self.reference)
            .number(self.created_at)
            .number(self.updated_at)
            .number(self.send_out_until)
            .finish()
    }
}

fn last(lines: &[KeptBrief]) -> Option<&str> {
    lines.last().map(|line| line.brief.id.as_str())
}

/// A damaged index can lead round in a circle; whoever pages would never come to an end.
fn out_of_order() -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
    rusqlite::Error::SqliteFailure(code, Some("rows are out of order".to_owned()))
}

fn damaged(column: usize, error: FromSqlError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}

/// `None` for a row that is not what was written.
fn read(row: &Row<'_>, words: &mut Words) -> Option<KeptBrief> {
    let line = Line::sealed(row)?;
    let initiated = row.get_ref(14).ok()?.as_str_or_null().unwrap_or_default();
    let (id, asked_at) = (OrderId::parse(line.id).ok()?, DateTime::from_timestamp_millis(line.asked_at)?);
    let time = |at: Option<i64>| at.and_then(DateTime::from_timestamp_millis);
    let amount = |text: Option<&str>| text.and_then(|text| Amount::parse(text).ok());
    let status = match Status::from_wire(line.status) {
        Status::Unknown(_) => Status::Unknown(words.share(line.status)),
        known @ Status::Known(_) => known,
    };
    let brief = Brief {
        id,
        status,
        direction: if line.direction == Direction::OnRamp.label() { Direction::OnRamp } else { Direction::OffRamp },
        crypto: amount(line.crypto),
        crypto_currency: line.crypto_currency.map(|word| words.share(word)),
        fiat: amount(line.fiat),
        fiat_currency: line.fiat_currency.map(|word| words.share(word)),
        reference: line.reference.or(initiated).map(Arc::from),
        created_at: time(line.created_at),
        updated_at: time(line.updated_at),
        send_out_until: time(line.send_out_until),
    };
    Some(KeptBrief { brief, asked_at })
}
