//! Values of the command line that are checked while it is parsed: a wrong one is wrong usage.
//!
//! The rules are those of the dashboard's forms, so that both refuse the same things.

use std::path::PathBuf;
use std::str::FromStr;

use crate::app::form::Rule;
use crate::domain::Amount;
use crate::domain::quote::{Scope, Slippage};

/// Where data come from. Never the command line itself, which other users of the machine can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataSource {
    /// `-`
    Stdin,
    /// `@FILE`
    File(PathBuf),
}

impl FromStr for DataSource {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix('@') {
            Some("") => Err("the name of the file is missing after @".to_owned()),
            Some(path) => Ok(Self::File(PathBuf::from(path))),
            None if text == "-" => Ok(Self::Stdin),
            None => Err("give @FILE, or - for standard input; data are not taken from the command line".to_owned()),
        }
    }
}

fn by_rule(rule: &Rule, text: &str) -> Result<String, String> {
    let text = text.trim();
    rule.broken_by(text).map_or_else(|| Ok(text.to_owned()), Err)
}

/// An e-mail address.
pub fn email(text: &str) -> Result<String, String> {
    by_rule(&Rule::Email, text)
}

/// Two letters, upper case as the API has them.
pub fn country(text: &str) -> Result<String, String> {
    by_rule(&Rule::Country, text).map(|code| code.to_ascii_uppercase())
}

/// An address that starts with https://.
pub fn https(text: &str) -> Result<String, String> {
    by_rule(&Rule::Https, text)
}

/// A text that holds something.
pub fn filled(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// A currency's code, upper case as the API has it.
pub fn currency(text: &str) -> Result<String, String> {
    filled(text).map(|code| code.to_ascii_uppercase())
}

/// An amount above zero.
pub fn amount(text: &str) -> Result<Amount, String> {
    let text = by_rule(&Rule::Positive, text)?;
    Amount::parse(&text).map_err(|e| e.to_string())
}

/// A number, zero or more.
pub fn percent(text: &str) -> Result<Amount, String> {
    let text = by_rule(&Rule::Percent, text)?;
    Amount::parse(&text).map_err(|e| e.to_string())
}

/// `1%` of the rate, or an amount of fiat.
pub fn slippage(text: &str) -> Result<Slippage, String> {
    match text.trim().strip_suffix('%') {
        Some(number) => percent(number).map(Slippage::Percent),
        None => percent(text).map(Slippage::Amount),
    }
}

/// `provider_scope`.
pub fn scope(text: &str) -> Result<Scope, String> {
    let all = [Scope::All, Scope::LicensedOnly, Scope::P2pOnly];
    let own = all.into_iter().find(|scope| scope.wire() == text.trim());
    own.ok_or_else(|| "it is all, licensed_only or p2p_only".to_owned())
}

/// `key=value` of a rail's form.
pub fn detail(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), value.trim().to_owned())),
        _ => Err("give key=value".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_on_the_command_line_itself_are_refused() {
        assert_eq!("-".parse(), Ok(DataSource::Stdin));
        assert_eq!("@a/b".parse(), Ok(DataSource::File("a/b".into())));
        for text in ["", "@", "{\"token\":\"t\"}", "a/b"] {
            assert!(text.parse::<DataSource>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_tolerance_is_a_percentage_only_with_its_sign() {
        let one = Amount::parse("1").unwrap();
        assert_eq!(slippage("1%"), Ok(Slippage::Percent(one)));
        assert_eq!(slippage("1"), Ok(Slippage::Amount(one)));
        assert!(slippage("-1%").is_err() && slippage("%").is_err());
        assert_eq!(detail("a = b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(detail("=b").is_err() && detail("a").is_err());
    }
}
