//! What `ramptop watch` told last of each order, so that its next run tells what changed since, and
//! nothing twice. Nothing personal: ids, statuses, and a number for the rest.

use chrono::{DateTime, Utc};
use rusqlite::named_params;

use super::{Store, StoreError};
use crate::domain::{NextAction, OrderId, Status};

/// What was told of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The order.
    pub order: OrderId,
    /// It moved or held money.
    pub live: bool,
    /// Its status.
    pub status: Status,
    /// What it asked for.
    pub next_action: Option<NextAction>,
    /// A number that stands for all an operator acts on.
    pub print: u64,
}

/// Where an earlier run got to.
#[derive(Debug, Default)]
pub struct ToldBefore {
    /// The orders.
    pub orders: Vec<Told>,
    /// Orders made after this are news even if they are over when first seen; `None` where no run
    /// ever had a complete picture.
    pub since: Option<DateTime<Utc>>,
}

const SINCE: &str = "watch.since";

impl Store {
    /// What earlier runs told.
    pub fn told(&self) -> Result<ToldBefore, StoreError> {
        let sql = "SELECT order_id, live, status, next_action, print FROM told";
        let orders = self.with(|db| {
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map([], |row| {
                let id: String = row.get(0)?;
                let (status, next): (String, Option<String>) = (row.get(2)?, row.get(3)?);
                let told = |order| {
                    let next_action = next.as_deref().map(NextAction::from_wire);
                    let print = row.get::<_, i64>(4)?.cast_unsigned();
                    Ok(Told { order, live: row.get(1)?, status: Status::from_wire(&status), next_action, print })
                };
                OrderId::parse(&id).ok().map(told).transpose()
            })?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })?;
        let since = self.cursor(SINCE)?.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
        Ok(ToldBefore { orders, since: since.map(|at| at.to_utc()) })
    }

    /// Keeps what was told, all or nothing. `since` stays as it is where it is `None`.
    pub fn keep_told(&mut self, orders: &[Told], since: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        let sql = "INSERT INTO told (order_id, live, status, next_action, print)
                   VALUES (:id, :live, :status, :next_action, :print)
                   ON CONFLICT (order_id) DO UPDATE SET live = excluded.live, status = excluded.status,
                       next_action = excluded.next_action, print = excluded.print";
        let cursor = "INSERT INTO cursors (name, value) VALUES (?1, ?2)
                      ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.change(|transaction| {
            for told in orders {
                transaction.prepare_cached(sql)?.execute(named_params! {
                    ":id": told.order.as_str(), ":live": told.live, ":status": told.status.wire(),
                    ":next_action": told.next_action.as_ref().map(NextAction::wire),
                    ":print": told.print.cast_signed(),
                })?;
            }
            if let Some(since) = since {
                transaction.prepare_cached(cursor)?.execute([SINCE, &since.to_rfc3339()])?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_last_is_what_is_kept() {
        let mut store = Store::in_memory().unwrap();
        assert!(store.told().unwrap().orders.is_empty() && store.told().unwrap().since.is_none());
        let mut told = Told {
            order: OrderId::parse("a").unwrap(),
            live: true,
            status: Status::from_wire("a word of tomorrow"),
            next_action: Some(NextAction::ConfirmFiatReceived),
            print: u64::MAX - 1,
        };
        store.keep_told(std::slice::from_ref(&told), None).unwrap();
        assert_eq!(store.told().unwrap().orders, [told.clone()]);
        told.live = false;
        told.next_action = None;
        let since = DateTime::from_timestamp(1_790_000_000, 123_456_000);
        store.keep_told(std::slice::from_ref(&told), since).unwrap();
        store.keep_told(&[], None).unwrap();
        let kept = store.told().unwrap();
        assert_eq!((kept.orders, kept.since), (vec![told], since));
    }
}
