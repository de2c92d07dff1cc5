//! `pins.toml`: what the operator pinned, beside the profile's policy. Read strictly; written by
//! `ramptop profile pin` alone, which records every change in the journal.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use alloy_primitives::Address;
use serde::Deserialize;

use super::file::write_whole;
use super::strict::Place;
use crate::domain::pins::{Pins, RecipientRule, TokenPin};

/// More places no token has.
const MOST_DECIMALS: u8 = 36;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    chain_id: u64,
    forwarder: Place,
    domain_name: String,
    domain_version: String,
    sender: Place,
    escrow_rule: Rule,
    #[serde(default)]
    escrows: Vec<Place>,
    solver_rule: Rule,
    #[serde(default)]
    solvers: Vec<Place>,
    #[serde(default)]
    token: BTreeMap<String, Token>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Rule {
    PerOrder,
    Pinned,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    address: Place,
    decimals: u8,
}

/// Reads the file at `path`; `None` if there is none.
///
/// # Errors
/// A sentence for the operator that names the file and, where there is one, the line.
pub fn load(path: &Path) -> Result<Option<Pins>, String> {
    let at = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text).map(Some).map_err(|e| at(&e)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(at(&e)),
    }
}

fn parse(text: &str) -> Result<Pins, String> {
    let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
    if file.chain_id == 0 {
        return Err("chain_id = 0: no chain has this id".to_owned());
    }
    if let Some((name, _)) = file.token.iter().find(|(_, token)| token.decimals > MOST_DECIMALS) {
        return Err(format!("[token.{name}]: decimals is more than {MOST_DECIMALS}"));
    }
    let tokens = file.token.into_iter();
    Ok(Pins {
        chain_id: file.chain_id,
        forwarder: file.forwarder.0,
        domain_name: file.domain_name,
        domain_version: file.domain_version,
        sender: file.sender.0,
        tokens: tokens.map(|(name, t)| (name, TokenPin { address: t.address.0, decimals: t.decimals })).collect(),
        escrows: rule("escrow", file.escrow_rule, file.escrows)?,
        solvers: rule("solver", file.solver_rule, file.solvers)?,
    })
}

fn rule(what: &str, rule: Rule, list: Vec<Place>) -> Result<RecipientRule, String> {
    match rule {
        Rule::PerOrder if list.is_empty() => Ok(RecipientRule::PerOrder),
        Rule::PerOrder => Err(format!("{what}s are listed although {what}_rule is \"per-order\"")),
        Rule::Pinned => Ok(RecipientRule::Pinned(list.into_iter().map(|place| place.0).collect())),
    }
}

/// Replaces the file in one step.
///
/// # Errors
/// When it cannot be written.
pub fn save(path: &Path, pins: &Pins) -> io::Result<()> {
    write_whole(path, &to_toml(pins))
}

fn to_toml(pins: &Pins) -> String {
    use toml_edit::{Array, DocumentMut, Item, Table, value};
    let list = |all: &[Address]| all.iter().map(ToString::to_string).collect::<Array>();
    let word = |rule: &RecipientRule| if *rule == RecipientRule::PerOrder { "per-order" } else { "pinned" };
    let mut document = DocumentMut::new();
    // Ids of chains are far below the limit; one that is not is written as a text, which is refused.
    let chain_id = i64::try_from(pins.chain_id).map_or_else(|_| value(pins.chain_id.to_string()), value);
    document.insert("chain_id", chain_id);
    document.insert("forwarder", value(pins.forwarder.to_string()));
    document.insert("domain_name", value(&pins.domain_name));
    document.insert("domain_version", value(&pins.domain_version));
    document.insert("sender", value(pins.sender.to_string()));
    for (name, all, rule) in [("escrow", "escrows", &pins.escrows), ("solver", "solvers", &pins.solvers)] {
        document.insert(&format!("{name}_rule"), value(word(rule)));
        if let RecipientRule::Pinned(addresses) = rule {
            document.insert(all, value(list(addresses)));
        }
    }
    let mut tokens = Table::new();
    tokens.set_implicit(true);
    for (name, pin) in &pins.tokens {
        let mut token = Table::new();
        token.insert("address", value(pin.address.to_string()));
        token.insert("decimals", value(i64::from(pin.decimals)));
        tokens.insert(name, Item::Table(token));
    }
    document.insert("token", Item::Table(tokens));
    format!("# What this profile may sign for. Change it with: ramptop profile pin\n{document}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pins() -> Pins {
        let at = Address::repeat_byte;
        Pins {
            chain_id: 660_279,
            forwarder: at(4),
            domain_name: "SyntheticAssetForwarder".to_owned(),
            domain_version: "1".to_owned(),
            sender: at(1),
            tokens: [("USDT".to_owned(), TokenPin { address: at(3), decimals: 6 })].into(),
            escrows: RecipientRule::PerOrder,
            solvers: RecipientRule::Pinned(vec![at(5), at(6)]),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/pins.toml");
        assert_eq!(load(&path), Ok(None));
        save(&path, &pins()).unwrap();
        assert_eq!(load(&path), Ok(Some(pins())));
    }

    #[test]
    fn mistakes_are_errors() {
        let good = to_toml(&pins());
        let sender = Address::repeat_byte(1).to_string();
        for (from, to, part) in [
            ("chain_id = 660279", "chain_id = 0", "no chain"),
            ("chain_id = 660279", "chain_id = -1", "line 2"),
            ("chain_id = 660279", "", "chain_id"),
            ("decimals = 6", "decimals = 600", "line"),
            ("decimals = 6", "decimals = 6\ncolour = 1", "colour"),
            ("escrow_rule = \"per-order\"", "escrow_rule = \"any\"", "any"),
            ("solver_rule = \"pinned\"", "solver_rule = \"per-order\"", "although"),
            (sender.as_str(), "0x0000000000000000000000000000000000000000", "zero address"),
        ] {
            assert!(good.contains(from), "{from}");
            let error = parse(&good.replace(from, to)).unwrap_err();
            assert!(error.contains(part), "{to}: {error}");
        }
    }
}
