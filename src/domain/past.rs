//! What our own record says was signed before: for caps, for the pause, and for who is known.
//!
//! A signature whose fate is unknown counts as paid; it may be. At most one request with the same
//! nonce at the same forwarder can be executed, so of those only the largest counts. Plain values:
//! `journal` folds its entries into them. Pure.

use std::collections::HashMap;

use alloy_primitives::Address;
use chrono::{DateTime, TimeDelta, Utc};

use super::action::ActionKind;
use super::amount::Amount;

/// What became of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nobody knows: it may be executed.
    Open,
    /// The API took it.
    Taken,
    /// It never left, or the API refused it.
    Nothing,
}

/// The place of a request at a forwarder: only one in it is ever executed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    /// The chain's id, as text.
    pub chain: String,
    /// The forwarder, as text.
    pub forwarder: String,
    /// The wallet's nonce there, decimal.
    pub nonce: String,
}

/// One recorded intent that asked for a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Its number in the journal.
    pub seq: u64,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// What for.
    pub action: ActionKind,
    /// The order's currency.
    pub currency: String,
    /// In whole tokens; `None` if the record does not tell.
    pub amount: Option<Amount>,
    /// Who was to be paid.
    pub recipient: Option<Address>,
    /// Its place at the forwarder.
    pub slot: Option<Slot>,
    /// What became of it.
    pub fate: Fate,
}

/// All of them, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Past {
    /// The intents.
    pub signed: Vec<Signed>,
}

/// An entry without which a sum would be a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal's entry {0} does not tell its amount")]
pub struct NoAmount(pub u64);

impl Past {
    /// Addresses that the API took a payment to.
    pub fn recipients(&self) -> impl Iterator<Item = Address> + '_ {
        self.signed.iter().filter(|s| s.fate == Fate::Taken && s.action.uses_forwarder()).filter_map(|s| s.recipient)
    }

    /// When the latest signature was asked for that may have left.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        self.signed.iter().filter(|s| s.fate != Fate::Nothing).map(|s| s.at).max()
    }

    /// What was, or may have been, paid of a currency in the 24 hours before `now`, leaving out
    /// what can no longer be executed beside a request in `slot`. Entries from the future count:
    /// setting the clock back frees nothing.
    ///
    /// # Errors
    /// An entry that does not tell its amount.
    pub fn spent(&self, currency: &str, now: DateTime<Utc>, slot: Option<&Slot>) -> Result<Amount, NoAmount> {
        let since = now - TimeDelta::hours(24);
        let mut sum = Amount::ZERO;
        let mut slots: HashMap<&Slot, Amount> = HashMap::new();
        let counts = |s: &&Signed| {
            s.action.uses_forwarder() && s.fate != Fate::Nothing && s.currency == currency && s.at > since
        };
        for signed in self.signed.iter().filter(counts) {
            let amount = signed.amount.filter(|a| !a.is_negative()).ok_or(NoAmount(signed.seq))?;
            match &signed.slot {
                Some(own) if Some(own) == slot => {}
                Some(own) => {
                    let most = slots.entry(own).or_insert(Amount::ZERO);
                    *most = amount.max(*most);
                }
                None => sum = sum.plus(amount).ok_or(NoAmount(signed.seq))?,
            }
        }
        slots.into_values().try_fold(sum, Amount::plus).ok_or(NoAmount(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(seq: u64, hour: i64, amount: &str, nonce: &str, fate: Fate) -> Signed {
        Signed {
            seq,
            at: DateTime::from_timestamp(hour * 3600, 0).unwrap(),
            action: ActionKind::Authorize,
            currency: "USDT".to_owned(),
            amount: Amount::parse(amount).ok(),
            recipient: Some(Address::repeat_byte(u8::try_from(seq).unwrap())),
            slot: Some(slot(nonce)),
            fate,
        }
    }

    fn slot(nonce: &str) -> Slot {
        Slot { chain: "1".to_owned(), forwarder: "0x1".to_owned(), nonce: nonce.to_owned() }
    }

    fn spent(past: &Past, nonce: &str) -> Result<String, NoAmount> {
        let now = DateTime::from_timestamp(100 * 3600, 0).unwrap();
        past.spent("USDT", now, Some(&slot(nonce))).map(|a| a.to_string())
    }

    #[test]
    fn what_may_have_been_paid_counts_for_a_day_and_one_nonce_counts_once() {
        let mut past = Past {
            signed: vec![
                signed(1, 76, "1000", "1", Fate::Taken),
                signed(2, 77, "10", "2", Fate::Taken),
                signed(3, 78, "5", "3", Fate::Open),
                signed(4, 79, "7", "3", Fate::Taken),
                signed(5, 80, "300", "4", Fate::Nothing),
                signed(6, 130, "1", "9", Fate::Open),
            ],
        };
        assert_eq!(spent(&past, "5").as_deref(), Ok("18"));
        assert_eq!(spent(&past, "3").as_deref(), Ok("11"), "the same nonce is executed once");
        assert_eq!(past.latest(), DateTime::from_timestamp(130 * 3600, 0));
        assert_eq!(past.recipients().collect::<Vec<_>>(), [1, 2, 4].map(Address::repeat_byte));
        past.signed.push(signed(7, 99, "?", "8", Fate::Open));
        assert_eq!(spent(&past, "5"), Err(NoAmount(7)));
    }
}
