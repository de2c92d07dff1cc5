//! What is kept in memory of every order: enough to list, sort and find it, and no more.
//!
//! About a quarter of a kilobyte each, text included; a partner has a hundred thousand of them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::{Amount, Brief, Direction, Mono, Now, Order, OrderId, Status};

/// No such time.
const NEVER: i64 = i64::MIN;

/// The line of an order. Times are unix milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What it is found by; the id stands first.
    words: Box<str>,
    pub(super) status: Status,
    pub(super) crypto: Option<Amount>,
    pub(super) fiat: Option<Amount>,
    pub(super) created: i64,
    updated: i64,
    send_out_until: i64,
    asked_wall: i64,
    /// Zero for what an earlier run read: any reading of this run is newer.
    asked_mono: std::time::Duration,
    crypto_currency: Currency,
    fiat_currency: Currency,
    reference: (u16, u16),
    id: u8,
    pub(super) direction: Direction,
}

/// A currency by its number in [`Currencies`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Currency(u16);

/// Every currency seen, once.
#[derive(Debug, Default)]
pub(super) struct Currencies {
    words: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u16>,
}

/// More words than this are no currencies; those beyond are shown as not known.
const MOST_CURRENCIES: usize = 4_096;

impl Currencies {
    fn number(&mut self, word: Option<&Arc<str>>) -> Currency {
        let Some(word) = word else { return Currency(u16::MAX) };
        if let Some(number) = self.numbers.get(word) {
            return Currency(*number);
        }
        match u16::try_from(self.words.len()) {
            Ok(number) if self.words.len() < MOST_CURRENCIES => {
                self.words.push(word.clone());
                self.numbers.insert(word.clone(), number);
                Currency(number)
            }
            _ => Currency(u16::MAX),
        }
    }

    fn word(&self, currency: Currency) -> Option<&str> {
        self.words.get(usize::from(currency.0)).map(|word| &**word)
    }
}

impl Line {
    /// The line of an order of which only the brief is known.
    pub(super) fn of_brief(brief: &Brief, asked: Now, currencies: &mut Currencies) -> Self {
        Self::new(brief, "", asked, currencies)
    }

    /// The line of a whole order.
    pub(super) fn of_order(order: &Order, asked: Now, currencies: &mut Currencies) -> Self {
        let needs = order.next_action.as_ref().map_or("", |action| action.label());
        Self::new(&Brief::of(order), needs, asked, currencies)
    }

    fn new(brief: &Brief, needs: &str, asked: Now, currencies: &mut Currencies) -> Self {
        let (words, reference) = words(brief, needs);
        let millis = |at: Option<DateTime<Utc>>| at.map_or(NEVER, |at| at.timestamp_millis());
        Self {
            words: words.into_boxed_str(),
            status: brief.status.clone(),
            crypto: brief.crypto,
            fiat: brief.fiat,
            created: millis(brief.created_at),
            updated: millis(brief.updated_at),
            send_out_until: millis(brief.send_out_until),
            asked_wall: asked.wall.timestamp_millis(),
            asked_mono: asked.mono.elapsed(),
            crypto_currency: currencies.number(brief.crypto_currency.as_ref()),
            fiat_currency: currencies.number(brief.fiat_currency.as_ref()),
            reference,
            id: u8::try_from(brief.id.as_str().len()).unwrap_or(u8::MAX),
            direction: brief.direction,
        }
    }

    pub(super) fn id(&self) -> &str {
        self.words.get(..usize::from(self.id)).unwrap_or_default()
    }

    pub(super) fn order_id(&self) -> Option<OrderId> {
        OrderId::parse(self.id()).ok()
    }

    pub(super) fn words(&self) -> &str {
        &self.words
    }

    /// When it was asked for last.
    pub(super) fn asked(&self) -> Now {
        Now { mono: Mono::new(self.asked_mono), wall: time(self.asked_wall).unwrap_or_default() }
    }

    pub(super) fn updated_at(&self) -> Option<DateTime<Utc>> {
        time(self.updated)
    }

    pub(super) fn created_at(&self) -> Option<DateTime<Utc>> {
        time(self.created)
    }

    pub(super) fn send_out_until(&self) -> Option<DateTime<Utc>> {
        time(self.send_out_until)
    }

    pub(super) fn crypto_currency<'a>(&self, currencies: &'a Currencies) -> Option<&'a str> {
        currencies.word(self.crypto_currency)
    }

    pub(super) fn fiat_currency<'a>(&self, currencies: &'a Currencies) -> Option<&'a str> {
        currencies.word(self.fiat_currency)
    }

    pub(super) fn reference(&self) -> Option<&str> {
        let (start, length) = (usize::from(self.reference.0), usize::from(self.reference.1));
        self.words.get(start..start + length).filter(|text| !text.is_empty())
    }

    /// Whether it says the same, whenever each was asked for.
    pub(super) fn same(&self, other: &Self) -> bool {
        let untimed = Self { asked_wall: self.asked_wall, asked_mono: self.asked_mono, ..other.clone() };
        *self == untimed
    }
}

fn time(millis: i64) -> Option<DateTime<Utc>> {
    (millis != NEVER).then(|| DateTime::from_timestamp_millis(millis)).flatten()
}

/// The words of a whole order.
pub(super) fn words_of(order: &Order) -> String {
    words(&Brief::of(order), order.next_action.as_ref().map_or("", |action| action.label())).0
}

/// The words, and where among them the reference stands and how long it is.
fn words(brief: &Brief, needs: &str) -> (String, (u16, u16)) {
    use std::fmt::Write as _;
    let shared = |text: &Option<Arc<str>>| text.clone().unwrap_or_default();
    let (crypto_currency, fiat_currency) = (shared(&brief.crypto_currency), shared(&brief.fiat_currency));
    let reference = shared(&brief.reference);
    let mut text = String::with_capacity(160);
    let (label, wire) = (brief.status.label(), brief.status.wire());
    for word in [brief.id.as_str(), label, wire, needs, &crypto_currency, &fiat_currency] {
        text.push_str(word);
        text.push(' ');
    }
    let place = (u16::try_from(text.len()).unwrap_or(u16::MAX), u16::try_from(reference.len()).unwrap_or(0));
    text.push_str(&reference);
    for amount in [brief.crypto, brief.fiat] {
        text.push(' ');
        if let Some(amount) = amount {
            let _ = write!(text, "{amount}");
        }
    }
    (text, place)
}
