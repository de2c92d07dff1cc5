//! Quotes and initiate answers: the only place that says whose an order is, what it was anchored
//! on, and the partner's own reference. The API never says again.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::{Store, StoreError};
use crate::domain::quote::Anchor;
use crate::domain::{OrderId, PaymentDetailsId, QuoteId, UserId};

/// What is kept of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptQuote {
    /// `quote_id`.
    pub id: QuoteId,
    /// Whom it was asked for.
    pub user: Option<UserId>,
    /// Where the fiat goes, off-ramp.
    pub payment_details: Option<PaymentDetailsId>,
    /// `anchor_type`.
    pub anchor: Option<Anchor>,
}

/// What is kept of an initiate answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptInitiation {
    /// The order it made.
    pub order: OrderId,
    /// Of which quote.
    pub quote: Option<QuoteId>,
    /// `reference_id`.
    pub reference: Option<String>,
}

/// What is known of an order besides what the API says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptTrade {
    /// Its user.
    pub user: Option<UserId>,
    /// Where its fiat goes, off-ramp.
    pub payment_details: Option<PaymentDetailsId>,
    /// Its quote.
    pub quote: Option<QuoteId>,
    /// The partner's own id of it.
    pub reference: Option<String>,
    /// Which amount is exact.
    pub anchor: Option<Anchor>,
}

impl Store {
    /// Keeps a quote.
    pub fn keep_quote(&self, quote: &KeptQuote, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO quotes (quote_id, user_uuid, payment_details_id, anchor, quoted_at)
                   VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT (quote_id) DO UPDATE SET
                     user_uuid = coalesce(excluded.user_uuid, user_uuid),
                     payment_details_id = coalesce(excluded.payment_details_id, payment_details_id),
                     anchor = coalesce(excluded.anchor, anchor)";
        let user = quote.user.as_ref().map(UserId::as_str);
        let payment = quote.payment_details.as_ref().map(PaymentDetailsId::as_str);
        let anchor = quote.anchor.as_ref().map(Anchor::wire);
        self.with(|db| db.execute(sql, params![quote.id.as_str(), user, payment, anchor, at.timestamp_millis()]))?;
        Ok(())
    }

    /// Keeps an initiate answer; on the disk when this returns.
    pub fn keep_initiation(&mut self, made: &KeptInitiation, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT INTO initiations (order_id, quote_id, reference, initiated_at) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (order_id) DO UPDATE SET
                     quote_id = coalesce(excluded.quote_id, quote_id),
                     reference = coalesce(excluded.reference, reference)";
        let quote = made.quote.as_ref().map(QuoteId::as_str);
        let params = params![made.order.as_str(), quote, made.reference, at.timestamp_millis()];
        self.durably(|transaction| transaction.execute(sql, params))?;
        Ok(())
    }

    /// What is known of an order besides what the API says of it: links, initiate answer, quote.
    pub fn trade(&self, order: &OrderId) -> Result<KeptTrade, StoreError> {
        let sql = "SELECT coalesce(l.user_uuid, q.user_uuid), coalesce(l.payment_details_id, q.payment_details_id),
                          i.quote_id, i.reference, q.anchor
                   FROM (SELECT ?1 AS order_id) o
                   LEFT JOIN links l USING (order_id)
                   LEFT JOIN initiations i USING (order_id)
                   LEFT JOIN quotes q ON q.quote_id = i.quote_id";
        let text = |row: &rusqlite::Row<'_>, at| row.get::<_, Option<String>>(at);
        let found = self.with(|db| {
            let read = |row: &rusqlite::Row<'_>| {
                let (user, payment, quote) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
                Ok(KeptTrade {
                    user: user.and_then(|id| UserId::parse(&id).ok()),
                    payment_details: payment.and_then(|id| PaymentDetailsId::parse(&id).ok()),
                    quote: quote.and_then(|id| QuoteId::parse(&id).ok()),
                    reference: text(row, 3)?,
                    anchor: text(row, 4)?.map(|word| Anchor::from_wire(&word)),
                })
            };
            db.prepare_cached(sql)?.query_row([order.as_str()], read).optional()
        })?;
        Ok(found.unwrap_or_default())
    }

    /// The partner's own ids of orders, as far as initiate answers told.
    pub fn references(&self) -> Result<Vec<(OrderId, String)>, StoreError> {
        let sql = "SELECT order_id, reference FROM initiations WHERE reference IS NOT NULL";
        let pairs: Vec<(String, String)> = self.with(|db| {
            let mut query = db.prepare_cached(sql)?;
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })?;
        Ok(pairs.into_iter().filter_map(|(id, reference)| Some((OrderId::parse(&id).ok()?, reference))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Link, Source};

    #[test]
    fn an_order_is_joined_with_its_quote_its_reference_and_its_user() {
        let mut store = Store::in_memory().unwrap();
        let at = DateTime::from_timestamp(5, 0).unwrap();
        let order = OrderId::parse("o").unwrap();
        assert_eq!(store.trade(&order).unwrap(), KeptTrade::default());
        let (user, payment) = (UserId::parse("u").ok(), PaymentDetailsId::parse("7").ok());
        let quote = QuoteId::parse("q").unwrap();
        let anchor = Some(Anchor::Fiat);
        let kept = KeptQuote { id: quote.clone(), user: user.clone(), payment_details: payment.clone(), anchor };
        store.keep_quote(&kept, at).unwrap();
        let reference = Some("inv-9".to_owned());
        let made = KeptInitiation { order: order.clone(), quote: Some(quote.clone()), reference: reference.clone() };
        store.keep_initiation(&made, at).unwrap();
        let expected =
            KeptTrade { user, payment_details: payment, quote: Some(quote), reference, anchor: Some(Anchor::Fiat) };
        assert_eq!(store.trade(&order).unwrap(), expected);
        let other = UserId::parse("v").ok();
        let link = Link { order: order.clone(), user: other.clone(), payment_details: None, source: Source::Event };
        store.link(&link, at).unwrap();
        assert_eq!(store.trade(&order).unwrap(), KeptTrade { user: other, ..expected }, "the link says whose it is");
        assert_eq!(store.references().unwrap(), [(order, "inv-9".to_owned())]);
    }
}
