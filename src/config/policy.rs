//! `policy.toml`: the limits on signing, read strictly. A file that is not there is the default
//! policy; one that is not right is an error, and whoever asked must then sign nothing.
//!
//! The documented template is `assets/policy.toml`.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::strict::{Clock, Day, Money, Offset, Place};
use crate::domain::policy::{Caps, Hours, LONGEST_TTL, MOST_GAS, Policy, Reaction, WORST_CLOCK};

/// The template, which is itself a valid policy that says the defaults.
pub const TEMPLATE: &str = include_str!("../../assets/policy.toml");

/// A day: no longer pause makes sense.
const LONGEST_PAUSE: u64 = 24 * 3600;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    currency: BTreeMap<String, Currency>,
    gas_at_most: Option<u64>,
    ttl_at_most_seconds: Option<u64>,
    recipients: Option<Vec<Place>>,
    hours: Option<Times>,
    pause_seconds: Option<u64>,
    chain_unreachable: Option<Word>,
    clock_bound_seconds: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Currency {
    per_order: Option<Money>,
    per_day: Option<Money>,
    type_amount_above: Option<Money>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Times {
    utc_offset: Offset,
    days: Vec<Day>,
    from: Clock,
    to: Clock,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    Warn,
    Refuse,
}

/// Reads the file at `path`; one that is not there is the default policy.
///
/// # Errors
/// A sentence for the operator that names the file and, where there is one, the line.
pub fn load(path: &Path) -> Result<Policy, String> {
    let at = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).map_err(|e| at(&e)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Policy::default()),
        Err(e) => Err(at(&e)),
    }
}

/// Reads a policy.
///
/// # Errors
/// Line and column and what is wrong there.
pub fn parse(text: &str) -> Result<Policy, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    let default = Policy::default();
    let policy = Policy {
        read_only: file.read_only,
        caps: file.currency.into_iter().map(|(name, caps)| (name, caps.into())).collect(),
        most_gas: within("gas_at_most", file.gas_at_most, 1, MOST_GAS)?.unwrap_or(default.most_gas),
        longest_ttl: within("ttl_at_most_seconds", file.ttl_at_most_seconds, 1, LONGEST_TTL)?
            .unwrap_or(default.longest_ttl),
        recipients: file.recipients.map(|list| list.into_iter().map(|place| place.0).collect()),
        hours: file.hours.map(hours).transpose()?,
        pause: Duration::from_secs(within("pause_seconds", file.pause_seconds, 0, LONGEST_PAUSE)?.unwrap_or(0)),
        chain_unreachable: file.chain_unreachable.map_or(default.chain_unreachable, |word| match word {
            Word::Warn => Reaction::Warn,
            Word::Refuse => Reaction::Refuse,
        }),
        clock_bound: within("clock_bound_seconds", file.clock_bound_seconds, 1, WORST_CLOCK)?
            .unwrap_or(default.clock_bound),
    };
    if let Some(name) = policy.caps.keys().find(|name| name.trim().is_empty()) {
        return Err(format!("[currency.{name:?}] names no currency"));
    }
    Ok(policy)
}

impl From<Currency> for Caps {
    fn from(of: Currency) -> Self {
        let inner = |money: Option<Money>| money.map(|money| money.0);
        Self { per_order: inner(of.per_order), per_day: inner(of.per_day), type_above: inner(of.type_amount_above) }
    }
}

/// A policy can only tighten what the review demands.
fn within(name: &str, value: Option<u64>, least: u64, most: u64) -> Result<Option<u64>, String> {
    match value {
        Some(value) if !(least..=most).contains(&value) => Err(format!("{name} = {value}: must be {least} to {most}")),
        other => Ok(other),
    }
}

fn hours(times: Times) -> Result<Hours, String> {
    if times.days.is_empty() {
        return Err("[hours]: days is empty, so that nothing could ever be signed; use read_only = true".to_owned());
    }
    if times.from.0 == times.to.0 {
        return Err("[hours]: from and to are the same; a whole day is from \"00:00\" to \"24:00\"".to_owned());
    }
    Ok(Hours {
        offset: times.utc_offset.0,
        days: times.days.into_iter().map(|day| day.0).collect(),
        from: times.from.0,
        to: times.to.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_says_the_defaults_and_its_examples_are_valid() {
        assert_eq!(parse(TEMPLATE), Ok(Policy::default()));
        // What is commented out by "#:" is an example; with all of them it is a policy as well.
        let all: String = TEMPLATE.lines().flat_map(|line| [line.strip_prefix("#: ").unwrap_or(line), "\n"]).collect();
        let policy = parse(&all).unwrap();
        assert!(policy.hours.is_some() && policy.recipients.is_some() && !policy.caps.is_empty());
    }

    #[test]
    fn a_missing_file_is_the_default_and_a_broken_one_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("policy.toml");
        assert_eq!(load(&path), Ok(Policy::default()));
        std::fs::write(&path, "read_only = maybe").unwrap();
        let error = load(&path).unwrap_err();
        assert!(error.contains("policy.toml") && error.contains("line 1"), "{error}");
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        for (text, part) in [
            ("\nread_onyl = true", "line 2"),
            ("gas_at_most = -5", "line 1"),
            ("gas_at_most = \"5\"", "line 1"),
            ("gas_at_most = 2000001", "1 to 2000000"),
            ("ttl_at_most_seconds = 0", "1 to 3600"),
            ("clock_bound_seconds = 500", "1 to 120"),
            ("pause_seconds = 1.5", "line 1"),
            ("[currency.USDT]\nper_order = 100", "line 2"),
            ("[currency.USDT]\nper_order = 1.5", "line 2"),
            ("[currency.USDT]\nper_order = \"-1\"", "below zero"),
            ("[currency.USDT]\nper_order = \"1e5\"", "line 2"),
            ("[currency.USDT]\nper_week = \"1\"", "line 2"),
            ("recipients = [\"0x1234\"]", "40 hexadecimal digits"),
            ("recipients = [\"0x6fFCF38bEc8c733b096958fcd2a8E31A00530EDc\"]", "checksum"),
            ("chain_unreachable = \"ignore\"", "line 1"),
            ("[hours]\nutc_offset = \"+2\"\ndays = [\"mon\"]\nfrom = \"08:00\"\nto = \"18:00\"", "line 2"),
            ("[hours]\nutc_offset = \"+02:00\"\ndays = [\"monday\"]\nfrom = \"08:00\"\nto = \"18:00\"", "line 3"),
            ("[hours]\nutc_offset = \"+02:00\"\ndays = [\"mon\"]\nfrom = \"8:00\"\nto = \"18:00\"", "line 4"),
            ("[hours]\nutc_offset = \"+02:00\"\ndays = [\"mon\"]\nfrom = \"08:00\"\nto = \"25:00\"", "line 5"),
            ("[hours]\nutc_offset = \"+02:00\"\ndays = []\nfrom = \"08:00\"\nto = \"18:00\"", "days is empty"),
            ("[hours]\ndays = [\"mon\"]\nfrom = \"08:00\"\nto = \"18:00\"", "utc_offset"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
