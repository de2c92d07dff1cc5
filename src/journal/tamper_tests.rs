//! A journal of some dozens of entries, and everything that can be done to its file: every line
//! dropped, every pair swapped, every line doubled, every byte cut off or changed, hashes computed
//! anew. All of it is found, at the right line; what a killed process leaves is none of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::Value;

use super::chain::{Tip, encode};
use super::entry::{CheckVerdict, SignedBody};
use super::head::{Head, HeadFile, Note, place};
use super::*;
use crate::domain::{ActionKind, Mono, Now, OrderId};

const ENTRIES: u64 = 36;

fn who() -> Who {
    Who { user: "ada".to_owned(), host: "desk".to_owned(), profile: "p".to_owned() }
}

fn event(n: u64) -> Event {
    let body = SignedBody::new(format!("{{\"signature\":\"0x{n:064x}\"}}"));
    match n % 4 {
        1 => Event::Intent {
            order_id: OrderId::parse(&format!("order-{n}")).unwrap(),
            action: ActionKind::Authorize,
            facts: serde_json::json!({"nonce": n.to_string(), "deadline": 99}).as_object().cloned(),
            checks: vec![CheckVerdict { name: "recipient".to_owned(), verdict: "pass".to_owned() }],
        },
        2 => Event::Signed {
            intent_seq: n - 1,
            path: "/x".to_owned(),
            signature_sha256: String::new(),
            body_sha256: body.sha256(),
            body: Some(body),
        },
        3 => Event::Answer { intent_seq: n - 2, http_status: 200, request_id: Some(format!("r{n}")) },
        _ => Event::Outcome { intent_seq: n - 3, result: Outcome::Accepted, note: format!("{n}") },
    }
}

/// A journal on the disk, written by the writer, and its lines.
struct Case {
    _dir: tempfile::TempDir,
    path: PathBuf,
    lines: Vec<String>,
}

fn clock() -> writer::Clock {
    Arc::new(|| Now {
        mono: Mono::new(Duration::from_secs(1)),
        wall: DateTime::from_timestamp(1_763_700_000, 0).unwrap(),
    })
}

fn open(path: &Path) -> Result<(Journal, Vec<Unsettled>), JournalError> {
    Journal::open(path, who(), clock())
}

fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn case(entries: u64) -> Case {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let (journal, _) = open(&path).unwrap();
    for n in 1..=entries {
        assert_eq!(now(journal.append(event(n))).unwrap().seq, n);
    }
    drop(journal);
    let text = fs::read_to_string(&path).unwrap();
    let lines = text.split_inclusive('\n').map(str::to_owned).collect();
    Case { _dir: dir, path, lines }
}

impl Case {
    fn bytes(&self) -> Vec<u8> {
        self.lines.concat().into_bytes()
    }

    /// What is found when the file holds this instead.
    #[track_caller]
    fn found(&self, bytes: impl AsRef<[u8]>) -> Result<Whole, (u64, Damage)> {
        fs::write(&self.path, bytes).unwrap();
        inspect(&self.path).map_err(|broken| (broken.line, broken.damage))
    }

    /// The line, from 1, in which a byte stands.
    fn line_of(&self, byte: usize) -> u64 {
        let mut end = 0;
        for (line, at) in self.lines.iter().zip(1..) {
            end += line.len();
            if byte < end {
                return at;
            }
        }
        panic!("no such byte")
    }
}

fn number(n: usize) -> u64 {
    u64::try_from(n).unwrap()
}

#[test]
fn an_untouched_journal_is_whole() {
    let case = case(ENTRIES);
    let whole = case.found(case.bytes()).unwrap();
    assert_eq!((whole.summary.entries, whole.standing, whole.torn), (ENTRIES, Standing::Agree, 0));
    let Note::Is(head) = Note::of(&case.path) else { panic!("no note") };
    assert_eq!(head, Head { count: ENTRIES, hash: whole.summary.tip.hash });
}

#[test]
fn every_dropped_entry_is_missed_where_it_was() {
    let case = case(ENTRIES);
    for at in 0..case.lines.len() {
        let mut lines = case.lines.clone();
        lines.remove(at);
        let damage = if at + 1 == case.lines.len() { Damage::CutOff } else { Damage::Removed };
        assert_eq!(case.found(lines.concat()).unwrap_err(), (number(at) + 1, damage));
    }
    for (from, to) in [(3, 9), (0, 36), (30, 36)] {
        let mut lines = case.lines.clone();
        lines.drain(from..to);
        assert_eq!(case.found(lines.concat()).unwrap_err().0, number(from) + 1);
    }
    fs::remove_file(&case.path).unwrap();
    let broken = inspect(&case.path).unwrap_err();
    assert_eq!((broken.line, broken.damage), (1, Damage::CutOff), "a file that is gone is cut off whole");
}

#[test]
fn every_swapped_pair_is_found_at_the_first_of_the_two() {
    let case = case(ENTRIES);
    for first in 0..case.lines.len() {
        for second in first + 1..case.lines.len() {
            let mut lines = case.lines.clone();
            lines.swap(first, second);
            assert_eq!(case.found(lines.concat()).unwrap_err(), (number(first) + 1, Damage::Moved));
        }
    }
}

#[test]
fn every_repeated_entry_is_found_where_it_stands_again() {
    let case = case(ENTRIES);
    for from in 0..case.lines.len() {
        for to in from + 1..=case.lines.len() {
            let mut lines = case.lines.clone();
            lines.insert(to, case.lines[from].clone());
            assert_eq!(case.found(lines.concat()).unwrap_err(), (number(to) + 1, Damage::Repeated));
        }
    }
}

#[test]
fn a_cut_at_every_byte_is_found_at_the_line_it_falls_in() {
    let case = case(ENTRIES);
    let bytes = case.bytes();
    for cut in 0..bytes.len() {
        assert_eq!(case.found(&bytes[..cut]).unwrap_err(), (case.line_of(cut), Damage::CutOff), "cut at {cut}");
    }
}

#[test]
fn every_byte_changed_is_found_in_its_line() {
    let case = case(12);
    let bytes = case.bytes();
    for at in 0..bytes.len() {
        let mut bad = bytes.clone();
        bad[at] ^= 1;
        let (line, damage) = case.found(&bad).unwrap_err();
        assert_eq!(line, case.line_of(at), "byte {at}");
        let last_end = at + 1 == bytes.len();
        assert_eq!(damage, if last_end { Damage::CutOff } else { Damage::Changed }, "byte {at}");
    }
}

#[test]
fn a_chain_computed_anew_does_not_fit_the_note() {
    let case = case(8);
    for from in 0..8 {
        let mut tip = Tip::default();
        let mut forged = Vec::new();
        for (line, n) in lines(&case.bytes()[..]).unwrap().into_iter().zip(0..) {
            let mut entry = line.entry;
            entry.prev.clone_from(&tip.hash);
            if n >= from {
                entry.who.user = "mallory".to_owned();
            }
            let (bytes, hash) = encode(&entry).unwrap();
            forged.extend(bytes);
            tip = Tip { seq: entry.seq, hash };
        }
        assert!(verify(&forged[..]).is_ok(), "the chain alone cannot show it");
        assert_eq!(case.found(&forged).unwrap_err(), (8, Damage::Rewritten));
    }
}

#[test]
fn a_note_that_is_gone_or_spoiled_is_itself_a_finding() {
    let case = case(4);
    fs::write(place(&case.path), "nonsense").unwrap();
    assert_eq!(case.found(case.bytes()).unwrap_err(), (5, Damage::Head));
    fs::remove_file(place(&case.path)).unwrap();
    assert_eq!(case.found(case.bytes()).unwrap_err(), (5, Damage::Head));
    assert!(matches!(open(&case.path), Err(JournalError::Broken { .. })));
}

/// Entries as the first version wrote them.
fn first_form(entries: u64) -> Vec<u8> {
    let (mut tip, mut all) = (Tip::default(), Vec::new());
    for n in 1..=entries {
        let at = DateTime::from_timestamp(1_763_700_000, 0).unwrap();
        let outcome = Event::Outcome { intent_seq: n, result: Outcome::Accepted, note: String::new() };
        let prev = tip.hash.clone();
        let entry = Entry { seq: n, at, mono_ms: 0, who: who(), event: outcome, prev, format: 1, server_skew_s: None };
        let (bytes, hash) = encode(&entry).unwrap();
        all.extend(bytes);
        tip = Tip { seq: n, hash };
    }
    all
}

#[tokio::test]
async fn a_journal_of_before_there_were_notes_reads_and_gets_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    fs::write(&path, first_form(3)).unwrap();
    assert_eq!(inspect(&path).unwrap().standing, Standing::NoNote);
    let (journal, _) = open(&path).unwrap();
    assert_eq!(inspect(&path).unwrap().standing, Standing::Agree);
    assert_eq!(journal.append(event(4)).await.unwrap().seq, 4);
    assert_eq!(inspect(&path).unwrap().summary.entries, 4);
}

/// The state of the disk after each step of writing entry 6, as a kill at that point leaves it.
#[test]
fn a_kill_at_any_step_of_a_write_is_no_tampering() {
    let whole = case(6);
    let bytes = whole.bytes();
    let before: usize = whole.lines[..5].iter().map(String::len).sum();
    let head_of = |n: usize| {
        let line: Value = serde_json::from_str(&whole.lines[n - 1]).unwrap();
        Head { count: number(n), hash: line["hash"].as_str().unwrap().to_owned() }
    };
    let note = |n: usize| {
        let file = HeadFile::new(&whole.path).unwrap();
        file.prepare(&head_of(n)).unwrap();
        file.commit().unwrap();
    };
    let prepared = || HeadFile::new(&whole.path).unwrap().prepare(&head_of(6)).unwrap();
    // The next note is ready, the line not begun, half written, whole without its end, whole.
    for written in before..=bytes.len() {
        note(5);
        prepared();
        let found = whole.found(&bytes[..written]).unwrap();
        let (standing, entries, torn) = match written {
            w if w == bytes.len() => (Standing::OneAhead, 6, 0),
            w => (Standing::Agree, 5, w - before),
        };
        assert_eq!((found.standing, found.summary.entries, found.torn), (standing, entries, torn), "{written}");
        let (journal, _) = open(&whole.path).unwrap();
        assert_eq!(journal.torn().map(|torn| torn.bytes), (torn > 0).then_some(torn));
        assert_eq!(now(journal.append(event(entries + 1))).unwrap().seq, entries + 1, "and the next start goes on");
        drop(journal);
        assert_eq!(inspect(&whole.path).unwrap().standing, Standing::Agree);
    }
    note(6);
    assert_eq!(whole.found(&bytes).unwrap().standing, Standing::Agree);
}

#[test]
fn what_an_operator_accepts_is_on_the_record() {
    let case = case(8);
    let kept = case.lines[..5].concat();
    assert_eq!(case.found(&kept).unwrap_err(), (6, Damage::CutOff));
    assert!(matches!(open(&case.path), Err(JournalError::Broken { .. })));
    assert_eq!(fs::read_to_string(&case.path).unwrap(), kept, "nothing is written to it");
    let (note, receipt) = now(Journal::accept(&case.path, who(), clock())).unwrap();
    assert!(matches!(note, Note::Is(Head { count: 8, .. })));
    assert_eq!((receipt.seq, inspect(&case.path).unwrap().standing), (6, Standing::Agree));
    let last = lines(&fs::read(&case.path).unwrap()[..]).unwrap().pop().unwrap();
    assert!(matches!(last.entry.event, Event::HeadReset { expected: Some(8), found: 5, .. }), "{last:?}");
    // A line that does not hold is not accepted.
    let text = fs::read_to_string(&case.path).unwrap().replacen("ada", "bob", 1);
    fs::write(&case.path, &text).unwrap();
    assert!(now(Journal::accept(&case.path, who(), clock())).is_err());
}

/// One for all cases: writing it waits for the disk.
static SHORT: LazyLock<Mutex<Case>> = LazyLock::new(|| Mutex::new(case(6)));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_change_of_a_stretch_goes_unnoticed(
        at: prop::sample::Index, cut in 0_usize..40, put in proptest::collection::vec(any::<u8>(), 0..40)
    ) {
        let case = SHORT.lock().unwrap_or_else(PoisonError::into_inner);
        let good = case.bytes();
        let from = at.index(good.len());
        let to = (from + cut).min(good.len());
        let bad = [&good[..from], &put[..], &good[to..]].concat();
        let found = case.found(&bad);
        prop_assert_eq!(found.is_ok(), bad == good, "{:?}", found);
        if let Err((line, _)) = found {
            // The first byte that differs is in the line that is named.
            let differs = good.iter().zip(&bad).position(|(a, b)| a != b).unwrap_or(good.len().min(bad.len()));
            let there = if differs == good.len() { 7 } else { case.line_of(differs) };
            prop_assert_eq!(line, there);
        }
    }
}
