//! A chain that holds is read; whatever is done to it is noticed.

use super::*;
use crate::domain::{ActionKind, OrderId};
use crate::journal::entry::{Event, FORMAT, Outcome, Who};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn entry(tip: &Tip, event: Event) -> Entry {
    Entry {
        seq: tip.seq + 1,
        at: DateTime::from_timestamp(1_763_700_000, 0).unwrap(),
        mono_ms: 12,
        who: Who { user: "u\n\"x\"".to_owned(), host: "h".to_owned(), profile: "p".to_owned() },
        event,
        prev: tip.hash.clone(),
        format: FORMAT,
        server_skew_s: Some(-2),
    }
}

/// Intents and outcomes by turns.
fn journal(count: u64) -> Vec<u8> {
    let mut tip = Tip::default();
    let mut out = Vec::new();
    for n in 0..count {
        let event = if n % 2 == 0 {
            Event::Intent {
                order_id: OrderId::parse("o").unwrap(),
                action: ActionKind::Cancel,
                facts: None,
                checks: vec![],
            }
        } else {
            Event::Outcome { intent_seq: n, result: Outcome::Accepted, note: format!("{n}") }
        };
        let (bytes, hash) = encode(&entry(&tip, event)).unwrap();
        tip = Tip { seq: tip.seq + 1, hash };
        out.extend(bytes);
    }
    out
}

#[test]
fn an_untouched_chain_holds() {
    let summary = verify(&journal(5)[..]).unwrap();
    assert_eq!(summary.entries, 5);
    assert_eq!(verify(&[][..]).unwrap(), Summary::default());
}

#[test]
fn the_hash_can_be_recomputed_by_hand() {
    let text = String::from_utf8(journal(1)).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let member = format!(",\"hash\":{}", value["hash"]);
    let body = text.trim_end().replace(&member, "");
    assert_eq!(value["hash"], hex::encode(Sha256::digest(body.as_bytes())));
}

#[test]
fn a_changed_removed_swapped_or_repeated_line_is_found_where_it_is() {
    let good = journal(4);
    let text = String::from_utf8(good).unwrap();
    let all: Vec<&str> = text.split_inclusive('\n').collect();
    let at = |lines: &[&str]| verify(lines.concat().as_bytes()).unwrap_err().line;
    let changed = all[1].replace("accepted", "rejected");
    assert_eq!(at(&[all[0], &changed, all[2]]), 2);
    assert_eq!(at(&[all[0], all[2], all[3]]), 2);
    assert_eq!(at(&[all[1], all[0]]), 1);
    assert_eq!(at(&[all[0], all[0]]), 2);
    assert_eq!(at(&[all[0], "\n"]), 2);
}

#[test]
fn a_line_that_ends_in_the_middle_is_torn_not_read() {
    let good = journal(2);
    let cut = &good[..good.len() - 1];
    let mut walk = Walk::new(cut);
    assert!(matches!(walk.step(), Ok(Step::Line(_))));
    let before = walk.good();
    assert!(matches!(walk.step(), Ok(Step::Torn(_))));
    assert_eq!((walk.good(), walk.tip().seq), (before, 1));
    assert!(verify(cut).is_err());
}

proptest! {
    #[test]
    fn no_single_changed_byte_goes_unnoticed(at: prop::sample::Index, byte: u8) {
        let good = journal(3);
        let mut bad = good.clone();
        let at = at.index(bad.len());
        bad[at] = byte;
        prop_assert_eq!(verify(&bad[..]).is_ok(), bad == good);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = verify(&bytes[..]);
    }
}
