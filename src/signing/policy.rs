//! A payment held against the operator's policy and our own record.
//!
//! Caps count what was signed before, from the journal, so that a restart frees nothing. Only what
//! the policy says something about is listed; that it can be read, and allows actions, always is.
//! Pure. The limits on gas, validity and clocks are part of the checks of the same names.

use alloy_primitives::Address;
use chrono::{DateTime, TimeDelta, Utc};

use super::checks::Check;
use super::facts::SignatureFacts;
use super::grounds::Grounds;
use crate::domain::past::{Past, Slot};
use crate::domain::policy::{Caps, Hours, Policy};
use crate::domain::text::visible_prefix;
use crate::domain::{Amount, Now};

/// What is to be signed, as far as a policy knows of it.
pub struct Payment {
    /// The currency and the amount in whole tokens; `None` for a refund, which pays us.
    pub cost: Option<Cost>,
}

/// What leaves the wallet.
pub struct Cost {
    /// The order's currency.
    pub currency: String,
    /// In whole tokens; `None` if it cannot be read.
    pub amount: Option<Amount>,
    /// Who is paid; `None` if it cannot be read.
    pub recipient: Option<Address>,
    /// Its place at the forwarder.
    pub slot: Slot,
}

/// Every check of the policy.
pub fn checks(grounds: &Grounds, payment: &Payment, now: &Now) -> Vec<Check> {
    let policy = match &grounds.policy {
        Ok(policy) => policy,
        Err(why) => {
            let expected = "a policy that can be read, or none";
            return vec![Check::that("policy-readable", expected, visible_prefix(why, 600), false)];
        }
    };
    let past = match &grounds.past {
        Ok(past) => past,
        Err(why) => {
            let expected = "our own record of what was signed before";
            return vec![Check::that("history-readable", expected, visible_prefix(why, 300), false)];
        }
    };
    let mut all = vec![allows_actions(policy)];
    all.extend(policy.hours.as_ref().map(|hours| within_hours(hours, now.wall)));
    all.extend(pause(policy, past, now.wall));
    if let Some(cost) = &payment.cost {
        all.extend(caps(policy, past, cost, now.wall));
        all.extend(policy.recipients.as_deref().map(|list| allowed(list, cost.recipient)));
    }
    all
}

fn allows_actions(policy: &Policy) -> Check {
    let found = if policy.read_only { "read_only = true" } else { "actions allowed" };
    Check::that("policy-read-only", "actions allowed", found, !policy.read_only)
}

fn within_hours(hours: &Hours, now: DateTime<Utc>) -> Check {
    let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let days: Vec<String> = hours.days.iter().map(ToString::to_string).collect();
    let expected = format!("{} from {} to {}, UTC{}", days.join(" "), clock(hours.from), clock(hours.to), hours.offset);
    let found = now.with_timezone(&hours.offset).format("%a %H:%M").to_string();
    Check::that("policy-hours", expected, found, hours.contain(now))
}

/// A signature from the future means that the clock was set back: the pause then lasts until it
/// is reached.
fn pause(policy: &Policy, past: &Past, now: DateTime<Utc>) -> Option<Check> {
    let pause = TimeDelta::from_std(policy.pause).ok().filter(|pause| !pause.is_zero())?;
    let expected = format!("{} s since the latest signature", pause.num_seconds());
    let Some(latest) = past.latest() else { return Some(Check::that("policy-pause", expected, "none yet", true)) };
    let since = now - latest;
    Some(Check::that("policy-pause", expected, format!("{} s", since.num_seconds()), since >= pause))
}

fn caps(policy: &Policy, past: &Past, cost: &Cost, now: DateTime<Utc>) -> Vec<Check> {
    if policy.caps.is_empty() {
        return Vec::new();
    }
    let currency = visible_prefix(&cost.currency, 40);
    let Some(caps) = policy.caps.get(&cost.currency) else {
        return vec![Check::that("policy-currency", "a currency the policy lists", currency, false)];
    };
    let most = |amount: Amount| format!("at most {amount} {currency}");
    let per_order = caps.per_order.map(|cap| {
        let holds = cost.amount.is_some_and(|amount| amount <= cap);
        Check::that("policy-per-order", most(cap), shown(cost.amount), holds)
    });
    let per_day = caps.per_day.map(|cap| {
        let (found, holds) = day(past, cost, cap, now);
        Check::that("policy-per-day", format!("{} in 24 hours", most(cap)), found, holds)
    });
    per_order.into_iter().chain(per_day).collect()
}

fn day(past: &Past, cost: &Cost, cap: Amount, now: DateTime<Utc>) -> (String, bool) {
    let before = match past.spent(&cost.currency, now, Some(&cost.slot)) {
        Ok(before) => before,
        Err(why) => return (why.to_string(), false),
    };
    let sum = cost.amount.and_then(|amount| amount.plus(before));
    (format!("{}, {before} of it before", shown(sum)), sum.is_some_and(|sum| sum <= cap))
}

fn shown(amount: Option<Amount>) -> String {
    amount.map_or_else(|| "(not readable)".to_owned(), |amount| amount.to_string())
}

fn allowed(list: &[Address], recipient: Option<Address>) -> Check {
    let found = recipient.map_or_else(|| "(not readable)".to_owned(), |address| address.to_string());
    let holds = recipient.is_some_and(|address| list.contains(&address));
    Check::that("policy-recipient", "a recipient the policy lists", found, holds)
}

/// The amount the operator has to type before a yes counts.
pub fn amount_to_type(policy: &Policy, facts: &SignatureFacts) -> Option<Amount> {
    let (currency, amount) = match facts {
        SignatureFacts::Transfer(facts) => (&facts.currency, facts.amount),
        SignatureFacts::SendOut(facts) => (&facts.currency, facts.amount?),
        SignatureFacts::Refund(_) => return None,
    };
    let above = policy.caps.get(currency).and_then(|caps: &Caps| caps.type_above)?;
    (amount > above).then_some(amount)
}
