//! Every fact that differs has its check; what is missing follows the policy; nonsense refuses.

use std::time::Duration;

use alloy_primitives::B256;
use chrono::DateTime;

use super::*;
use crate::domain::Mono;
use crate::domain::chain::{Block, Question};
use crate::signing::review::Verdict;

const NOW: u64 = 1_763_700_000;

fn at(seconds: u64) -> Now {
    let wall = DateTime::from_timestamp((NOW + seconds).cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(seconds)), wall }
}

fn expected() -> Expected {
    Expected {
        chain_id: 660_279,
        forwarder: Address::repeat_byte(1),
        token: Address::repeat_byte(2),
        payer: Address::repeat_byte(3),
        nonce: U256::from(7),
        amount: U256::from(101_500_000),
        decimals: 6,
        deadline: NOW + 1800,
        now: at(3),
    }
}

fn domain(name: &str, contract: Address) -> ContractDomain {
    ContractDomain {
        fields: 0x0f,
        name: name.to_owned(),
        version: "1".to_owned(),
        chain_id: U256::from(660_279),
        verifying_contract: contract,
        salt: B256::ZERO,
        extended: false,
    }
}

fn facts() -> ChainFacts {
    let e = expected();
    ChainFacts {
        asked: at(1),
        answered: at(2),
        about: Question { forwarder: e.forwarder, token: e.token, payer: e.payer },
        chain_id: Fact::Known(660_279),
        block: Fact::Known(Block { number: 1, timestamp: NOW }),
        nonce: Fact::Known(U256::from(7)),
        forwarder_domain: Fact::Known(domain(DOMAIN_NAME, e.forwarder)),
        balance: Fact::Known(U256::from(101_500_000)),
        decimals: Fact::Known(6),
        token_domain: Fact::Known(None),
    }
}

fn with(change: impl FnOnce(&mut ChainFacts), verdict: Verdict, policy: Unreachable) -> Vec<&'static str> {
    let mut facts = facts();
    change(&mut facts);
    let checks = checks(&facts, &expected(), policy);
    checks.iter().filter(|check| check.verdict == verdict).map(|check| check.name).collect()
}

fn refused(change: impl FnOnce(&mut ChainFacts)) -> Vec<&'static str> {
    with(change, Verdict::Refuse, Unreachable::Warn)
}

fn change_domain(facts: &mut ChainFacts, change: impl FnOnce(&mut ContractDomain)) {
    if let Fact::Known(domain) = &mut facts.forwarder_domain {
        change(domain);
    }
}

#[test]
fn agreement_passes_every_check_and_names_are_unique() {
    let all = checks(&facts(), &expected(), Unreachable::Refuse);
    assert!(all.iter().all(|check| check.verdict == Verdict::Pass), "{all:?}");
    let names: std::collections::BTreeSet<&str> = all.iter().map(|check| check.name).collect();
    assert_eq!(names.len(), all.len());
    assert!(names.iter().all(|name| name.starts_with("rpc-")));
}

#[test]
fn every_fact_that_differs_is_refused_whatever_the_policy() {
    assert_eq!(refused(|f| f.chain_id = Fact::Known(1)), ["rpc-chain-id"]);
    assert_eq!(refused(|f| f.nonce = Fact::Known(U256::from(8))), ["rpc-nonce"]);
    assert_eq!(refused(|f| f.nonce = Fact::Known(U256::from(6))), ["rpc-nonce"]);
    assert_eq!(refused(|f| f.balance = Fact::Known(U256::from(101_499_999))), ["rpc-balance"]);
    assert_eq!(refused(|f| f.decimals = Fact::Known(18)), ["rpc-decimals"]);
    assert_eq!(refused(|f| f.about.payer = Address::ZERO), ["rpc-about"]);
    assert_eq!(refused(|f| f.about.token = Address::ZERO), ["rpc-about"]);
    assert_eq!(refused(|f| f.about.forwarder = Address::ZERO), ["rpc-about"]);
}

#[test]
fn every_word_of_the_forwarders_domain_counts() {
    let changes: [fn(&mut ContractDomain); 6] = [
        |d| d.fields = 0x1f,
        |d| d.name.push('2'),
        |d| d.version = "2".to_owned(),
        |d| d.chain_id = U256::from(1),
        |d| d.verifying_contract = Address::ZERO,
        |d| d.extended = true,
    ];
    for change in changes {
        assert_eq!(refused(|f| change_domain(f, change)), ["rpc-forwarder-domain"]);
    }
}

#[test]
fn a_token_may_have_a_domain_of_its_own_but_not_of_another_place() {
    let token = expected().token;
    assert!(refused(|f| f.token_domain = Fact::Known(Some(domain("USD", token)))).is_empty());
    assert_eq!(refused(|f| f.token_domain = Fact::Known(Some(domain("USD", Address::ZERO)))), ["rpc-token-domain"]);
    let elsewhere = ContractDomain { chain_id: U256::from(1), ..domain("USD", token) };
    assert_eq!(refused(|f| f.token_domain = Fact::Known(Some(elsewhere))), ["rpc-token-domain"]);
}

#[test]
fn what_is_missing_follows_the_policy_and_nonsense_refuses() {
    let gone = |f: &mut ChainFacts| f.balance = Fact::Unreachable("timed out".to_owned());
    assert_eq!(with(gone, Verdict::Warn, Unreachable::Warn), ["rpc-balance"]);
    assert_eq!(with(gone, Verdict::Refuse, Unreachable::Warn), Vec::<&str>::new());
    assert_eq!(with(gone, Verdict::Refuse, Unreachable::Refuse), ["rpc-balance"]);
    let nonsense = |f: &mut ChainFacts| f.balance = Fact::Unusable("no such contract".to_owned());
    assert_eq!(with(nonsense, Verdict::Refuse, Unreachable::Warn), ["rpc-balance"]);
    assert_eq!(unasked(Unreachable::Warn).verdict, Verdict::Warn);
    assert_eq!(unasked(Unreachable::Refuse).verdict, Verdict::Refuse);
}

#[test]
fn the_chains_clock_and_ours() {
    let block = |timestamp| move |f: &mut ChainFacts| f.block = Fact::Known(Block { number: 1, timestamp });
    assert_eq!(refused(block(NOW + 3 + SKEW_REFUSES + 1)), ["rpc-clock"]);
    assert_eq!(with(block(NOW + 3 + SKEW_WARNS + 1), Verdict::Warn, Unreachable::Warn), ["rpc-clock"]);
    assert_eq!(with(block(NOW + 3 - OLD_BLOCK - 1), Verdict::Warn, Unreachable::Warn), ["rpc-clock"]);
    assert_eq!(refused(block(NOW + 1800)), ["rpc-clock", "rpc-deadline"]);
    let both = |f: &mut ChainFacts| f.block = Fact::Unreachable("gone".to_owned());
    assert_eq!(with(both, Verdict::Refuse, Unreachable::Refuse), ["rpc-clock", "rpc-deadline"]);
}

#[test]
fn old_facts_prove_nothing() {
    let later = Expected { now: at(1 + FRESH_FOR.as_secs() + 1), ..expected() };
    let refused: Vec<&str> = checks(&facts(), &later, Unreachable::Warn)
        .iter()
        .filter(|check| check.verdict == Verdict::Refuse)
        .map(|check| check.name)
        .collect();
    assert_eq!(refused, ["rpc-fresh"]);
}
