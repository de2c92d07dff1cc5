//! What is kept in memory of every order: enough to list, sort and find it, and no more.
//!
//! About a fifth of a kilobyte each, text included; a partner has a hundred thousand of them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::{Amount, Brief, Direction, Mono, Now, Order, OrderId, Status, urgency};

/// A moment to the second, from 1970 to 2106, counted from one; what lies outside is moved to the
/// nearest end. Zero stands for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp(u32);

impl Stamp {
    const NEVER: Self = Self(0);

    fn of(at: Option<DateTime<Utc>>) -> Self {
        let Some(at) = at else { return Self::NEVER };
        let most = i64::from(u32::MAX) - 1;
        Self(u32::try_from(at.timestamp().clamp(0, most) + 1).unwrap_or(u32::MAX))
    }

    fn time(self) -> Option<DateTime<Utc>> {
        self.seconds().and_then(|seconds| DateTime::from_timestamp(seconds, 0))
    }

    /// Unix seconds.
    pub(super) fn seconds(self) -> Option<i64> {
        (self != Self::NEVER).then(|| i64::from(self.0) - 1)
    }
}

/// Which amounts are known, and whether its words say what it needs.
const CRYPTO: u8 = 1;
const FIAT: u8 = 2;
const NEEDS: u8 = 4;

/// The line of an order, packed: there are a hundred thousand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// What it is found by; the id stands first.
    words: Box<str>,
    pub(super) status: Status,
    crypto: Amount,
    fiat: Amount,
    /// Unix milliseconds.
    asked_wall: i64,
    /// Nanoseconds since the start; zero for what an earlier run read: any reading of this run is newer.
    asked_mono: u64,
    pub(super) created: Stamp,
    updated: Stamp,
    send_out_until: Stamp,
    crypto_currency: Currency,
    fiat_currency: Currency,
    reference: (u16, u16),
    id: u8,
    known: u8,
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
        let (asked_wall, asked_mono) = times(asked);
        let known = |amount: Option<Amount>, bit| amount.map_or(0, |_| bit);
        Self {
            words: words.into_boxed_str(),
            status: brief.status.clone(),
            crypto: brief.crypto.unwrap_or(Amount::ZERO),
            fiat: brief.fiat.unwrap_or(Amount::ZERO),
            created: Stamp::of(brief.created_at),
            updated: Stamp::of(brief.updated_at),
            send_out_until: Stamp::of(brief.send_out_until),
            asked_wall,
            asked_mono,
            crypto_currency: currencies.number(brief.crypto_currency.as_ref()),
            fiat_currency: currencies.number(brief.fiat_currency.as_ref()),
            reference,
            id: u8::try_from(brief.id.as_str().len()).unwrap_or(u8::MAX),
            known: known(brief.crypto, CRYPTO) | known(brief.fiat, FIAT) | if needs.is_empty() { 0 } else { NEEDS },
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
        let wall = DateTime::from_timestamp_millis(self.asked_wall).unwrap_or_default();
        Now { mono: Mono::new(std::time::Duration::from_nanos(self.asked_mono)), wall }
    }

    pub(super) fn crypto(&self) -> Option<Amount> {
        (self.known & CRYPTO != 0).then_some(self.crypto)
    }

    pub(super) fn fiat(&self) -> Option<Amount> {
        (self.known & FIAT != 0).then_some(self.fiat)
    }

    pub(super) fn updated_at(&self) -> Option<DateTime<Utc>> {
        self.updated.time()
    }

    pub(super) fn created_at(&self) -> Option<DateTime<Utc>> {
        self.created.time()
    }

    pub(super) fn send_out_until(&self) -> Option<DateTime<Utc>> {
        self.send_out_until.time()
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

    /// Whether it is the line of an order that reads like this, without making that line: a page of
    /// orders long over says nothing new a hundred times.
    pub(super) fn is_of(&self, order: &Order, currencies: &Currencies) -> bool {
        let amounts = &order.amounts;
        self.known & NEEDS == 0
            && order.next_action.is_none()
            && (&self.status, self.direction) == (&order.status, order.direction)
            && (self.crypto(), self.fiat()) == (amounts.crypto, amounts.fiat)
            && self.updated == Stamp::of(order.updated_at)
            && self.created == Stamp::of(order.created_at)
            && self.send_out_until == Stamp::of(urgency::send_out_shown_until(order))
            && self.crypto_currency(currencies) == amounts.crypto_currency.as_deref()
            && self.fiat_currency(currencies) == amounts.fiat_currency.as_deref()
            && self.reference().unwrap_or_default() == order.links.reference.as_deref().unwrap_or_default()
    }

    /// It was asked for again.
    pub(super) fn asked_again(&mut self, asked: Now) {
        (self.asked_wall, self.asked_mono) = times(asked);
    }

    /// Whether it says the same, whenever each was asked for.
    pub(super) fn same(&self, other: &Self) -> bool {
        let untimed = Self { asked_wall: self.asked_wall, asked_mono: self.asked_mono, ..other.clone() };
        *self == untimed
    }
}

/// By both clocks, as a line keeps it.
fn times(asked: Now) -> (i64, u64) {
    (asked.wall.timestamp_millis(), u64::try_from(asked.mono.elapsed().as_nanos()).unwrap_or(u64::MAX))
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
