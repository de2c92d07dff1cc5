//! What the API would refuse, known before anything is sent. Source: reference, sections 1, 3, 4, 10.

use chrono::{Datelike, NaiveDate};
use regex::Regex;
use rust_decimal::Decimal;

use crate::domain::chain_address::{self, AddressKind};
use crate::domain::{Amount, UserId};

/// What a field's text must be like. Empty text is a matter of "required", not of rules.
#[derive(Debug, Clone, Default)]
pub enum Rule {
    /// Anything.
    #[default]
    Any,
    /// An e-mail address, roughly: the API has the last word.
    Email,
    /// Two letters of ISO 3166.
    Country,
    /// A day, YYYY-MM-DD, from 1900 on.
    Day,
    /// A phone number as E.164 has it: `+` and 7 to 15 digits.
    Phone,
    /// An exact decimal above zero.
    Positive,
    /// An exact decimal above zero with at most so many places.
    Places(u32),
    /// A share in per cent: above zero, at most 100.
    Share,
    /// An exact decimal, zero or more.
    Percent,
    /// A whole number above zero.
    Whole,
    /// An address on the web, https.
    Https,
    /// The same, or plain http to this very machine: a simulated API delivers there too.
    HttpsOrHere,
    /// A user's UUID.
    User,
    /// A path of a file.
    Path,
    /// An address on a chain.
    Address(AddressKind),
    /// Names and values: `name=value; name=value`.
    Pairs,
    /// A rail's own regular expression; the whole text must match.
    Pattern {
        /// Compiled; none when this version cannot read the expression: then the API judges.
        compiled: Option<Box<Regex>>,
        /// What a right text looks like.
        example: Option<String>,
    },
}

impl Rule {
    /// The rule of a rail's `pattern`.
    pub fn pattern(pattern: &str, example: Option<&str>) -> Self {
        let whole = format!("^(?:{pattern})$");
        let compiled = regex::RegexBuilder::new(&whole).size_limit(1 << 20).build().ok().map(Box::new);
        Self::Pattern { compiled, example: example.map(str::to_owned) }
    }

    /// Why a text breaks the rule, for the operator.
    pub fn broken_by(&self, value: &str) -> Option<String> {
        let fine = match self {
            Self::Address(kind) => return chain_address::problem(*kind, value).map(str::to_owned),
            Self::Pairs => pairs(value).is_some(),
            Self::Any => true,
            Self::Email => is_email(value),
            Self::Country => value.len() == 2 && value.bytes().all(|b| b.is_ascii_alphabetic()),
            Self::Day => {
                value.len() == 10 && NaiveDate::parse_from_str(value, "%Y-%m-%d").is_ok_and(|day| day.year() >= 1900)
            }
            Self::Phone => is_phone(value),
            Self::Positive => Amount::parse(value).is_ok_and(|a| a > Amount::ZERO),
            Self::Places(most) => {
                Amount::parse(value).is_ok_and(|a| a > Amount::ZERO && a.decimal().normalize().scale() <= *most)
            }
            Self::Share => Amount::parse(value).is_ok_and(|a| a > Amount::ZERO && a.decimal() <= Decimal::ONE_HUNDRED),
            Self::Percent => Amount::parse(value).is_ok_and(|a| a >= Amount::ZERO),
            Self::Whole => value.parse::<u64>().is_ok_and(|n| n > 0),
            Self::Https => is_https(value),
            Self::HttpsOrHere => is_https(value) || is_here(value),
            Self::User => UserId::parse(value).is_ok(),
            Self::Path => !value.contains('\0'),
            Self::Pattern { compiled, .. } => compiled.as_ref().is_none_or(|re| re.is_match(value)),
        };
        if fine { None } else { Some(self.wants()) }
    }

    fn wants(&self) -> String {
        let text = match self {
            Self::Any | Self::Path | Self::Address(_) => "cannot be taken",
            Self::Pairs => "names and values are wanted, like account_number=0123456789; account_name=Ada Obi",
            Self::Email => "an e-mail address is wanted, like name@example.com",
            Self::Country => "two letters are wanted, like NG",
            Self::Day => "a day is wanted, like 1990-01-31",
            Self::Phone => "a phone number is wanted, like +2348012345678",
            Self::Positive => "an amount above zero is wanted, like 101.50",
            Self::Places(most) => {
                return format!("an amount above zero is wanted, with at most {most} places after the point");
            }
            Self::Share => "a share in per cent is wanted, above zero and at most 100, like 0.5",
            Self::Percent => "a number is wanted, like 0.5",
            Self::Whole => "a whole number above zero is wanted",
            Self::Https => "an address starting with https:// is wanted",
            Self::HttpsOrHere => "an address starting with https:// (or http://127.0.0.1, the simulation's) is wanted",
            Self::User => "a user's UUID is wanted",
            Self::Pattern { example: Some(example), .. } => {
                return format!("does not have the form wanted, like {example}");
            }
            Self::Pattern { example: None, .. } => "does not have the form this rail wants",
        };
        text.to_owned()
    }
}

/// Reads `name=value; name=value`. `None` when a part has no name, no value or no `=`.
pub fn pairs(value: &str) -> Option<Vec<(String, String)>> {
    let parts = value.split(';').map(str::trim).filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        (!name.is_empty() && !value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
    };
    parts.map(pair).collect()
}

fn is_email(value: &str) -> bool {
    let Some((name, host)) = value.split_once('@') else { return false };
    !name.is_empty()
        && !host.contains('@')
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !value.contains(char::is_whitespace)
}

fn is_phone(value: &str) -> bool {
    let Some(digits) = value.strip_prefix('+') else { return false };
    (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')
}

/// Plain http to this machine and nowhere else: what follows the host is a port, a path or nothing.
fn is_here(value: &str) -> bool {
    let Some(rest) = value.strip_prefix("http://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (name, port) = host.split_once(':').unwrap_or((host, "80"));
    matches!(name, "127.0.0.1" | "localhost") && port.parse::<u16>().is_ok() && !path.contains(char::is_whitespace)
}

fn is_https(value: &str) -> bool {
    let Some(rest) = value.strip_prefix("https://") else { return false };
    !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(rule: &Rule, value: &str) -> bool {
        rule.broken_by(value).is_none()
    }

    #[test]
    fn each_rule_takes_what_the_api_takes() {
        for (rule, good, bad) in [
            (Rule::Email, "a@b.example", &["a", "@b.c", "a@b", "a b@c.d", "a@b@c.d"][..]),
            (Rule::Country, "NG", &["N", "NGA", "1A", "N "]),
            (Rule::Day, "1990-01-31", &["1990-1-31", "1990-02-30", "31.01.1990", "0190-01-31"]),
            (Rule::Phone, "+6834123", &["2348012345678", "+0123456789", "+12", "+12345678901234567"]),
            (Rule::Positive, "0.01", &["0", "-1", "1e9x", "1,5", "NaN"]),
            (Rule::Places(6), "0.1234560", &["0", "0.1234567", "x"]),
            (Rule::Share, "100", &["0", "100.1", "-1"]),
            (Rule::Percent, "0", &["-1", "x"]),
            (Rule::Whole, "152880", &["0", "1.5", "-3"]),
            (Rule::Pairs, "a=1; b = two words", &["a", "=1", "a=", "a=1; b"]),
            (
                Rule::Https,
                "https://example.com/hook",
                &["http://example.com", "https://", "https:///x", "http://localhost"],
            ),
            (Rule::HttpsOrHere, "https://example.com/hook", &["http://example.com", "http://"]),
            (
                Rule::HttpsOrHere,
                "http://127.0.0.1:8080/hook",
                &["http://127.0.0.1.example.com", "http://127.0.0.1:x", "http://u@localhost", "http://localhost/a b"],
            ),
            (Rule::HttpsOrHere, "http://localhost", &["http://localhost.example.com", "ftp://localhost"]),
        ] {
            assert!(fits(&rule, good), "{rule:?} {good}");
            for text in bad {
                assert!(!fits(&rule, text), "{rule:?} {text}");
            }
        }
    }

    #[test]
    fn a_rails_pattern_must_match_the_whole_text() {
        let rule = Rule::pattern("[0-9]{10}", Some("0123456789"));
        assert!(fits(&rule, "0123456789") && !fits(&rule, "x0123456789") && !fits(&rule, "01234567890"));
        assert!(rule.broken_by("1").unwrap().contains("0123456789"));
    }

    #[test]
    fn a_pattern_nobody_can_read_is_left_to_the_api() {
        assert!(fits(&Rule::pattern("(?<=x)(", None), "anything"));
    }
}
