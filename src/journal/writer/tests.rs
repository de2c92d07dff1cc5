//! What was acknowledged is on the disk; what could not be written is not there at all.

use std::fs;
use std::time::Duration;

use super::*;
use crate::domain::{ActionKind, Mono, OrderId};
use crate::journal::chain::verify;
use crate::journal::entry::Outcome;
use chrono::DateTime;

fn who() -> Who {
    Who { user: "ada".to_owned(), host: "desk".to_owned(), profile: "test".to_owned() }
}

fn clock() -> Clock {
    Arc::new(|| Now {
        mono: Mono::new(Duration::from_millis(1_500)),
        wall: DateTime::from_timestamp(1_763_700_000, 0).unwrap(),
    })
}

fn intent(order: &str) -> Event {
    Event::Intent { order_id: OrderId::parse(order).unwrap(), action: ActionKind::Cancel, facts: None, checks: vec![] }
}

fn open(path: &Path) -> (Journal, Vec<Unsettled>) {
    Journal::open(path, who(), clock()).unwrap()
}

#[tokio::test]
async fn a_receipt_names_a_line_that_is_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("new/journal.jsonl");
    let (journal, open_before) = open(&path);
    assert!(open_before.is_empty() && journal.torn().is_none());
    let receipt = journal.append(intent("a")).await.unwrap();
    assert_eq!(receipt.seq, 1);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.ends_with(&format!("\"hash\":\"{}\"}}\n", receipt.hash)), "{text}");
    let outcome = Event::Outcome { intent_seq: 1, result: Outcome::Accepted, note: "200".to_owned() };
    assert_eq!(journal.append(outcome).await.unwrap().seq, 2);
    journal.append(intent("b")).await.unwrap();
    drop(journal);
    let (again, open_now) = open(&path);
    assert_eq!(open_now.iter().map(|u| u.order_id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(again.append(intent("c")).await.unwrap().seq, 4);
    assert_eq!(verify(&fs::read(&path).unwrap()[..]).unwrap().entries, 4);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("data/journal.jsonl");
    let _journal = open(&path);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
}

#[tokio::test]
async fn a_second_ramptop_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("j");
    let (first, _) = open(&path);
    let error = Journal::open(&path, who(), clock()).unwrap_err();
    assert!(matches!(error, JournalError::InUse { .. }), "{error}");
    drop(first);
    assert!(Journal::open(&path, who(), clock()).is_ok());
}

#[tokio::test]
async fn a_line_torn_by_a_crash_is_set_aside_and_the_chain_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("j");
    let (journal, _) = open(&path);
    journal.append(intent("a")).await.unwrap();
    drop(journal);
    let good = fs::read(&path).unwrap();
    for round in 1..=2_u32 {
        let before = fs::read(&path).unwrap();
        fs::write(&path, [&before[..], b"{\"seq\":2,\"at\":"].concat()).unwrap();
        let (journal, unsettled) = open(&path);
        let torn = journal.torn().unwrap();
        assert_eq!(torn.path, dir.path().join(format!("j.torn-{round}")));
        assert_eq!(fs::read(&torn.path).unwrap(), b"{\"seq\":2,\"at\":");
        assert_eq!(unsettled.len(), usize::try_from(round).unwrap());
        journal.append(intent("b")).await.unwrap();
    }
    let all = fs::read(&path).unwrap();
    assert!(all.starts_with(&good));
    assert_eq!(verify(&all[..]).unwrap().entries, 3);
}

#[tokio::test]
async fn a_changed_journal_is_not_written_to() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("j");
    let (journal, _) = open(&path);
    journal.append(intent("a")).await.unwrap();
    drop(journal);
    let text = fs::read_to_string(&path).unwrap().replace("\"ada\"", "\"bob\"");
    fs::write(&path, &text).unwrap();
    let error = Journal::open(&path, who(), clock()).unwrap_err();
    assert!(matches!(&error, JournalError::Broken { broken, .. } if broken.line == 1), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn many_at_once_still_make_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("j");
    let (journal, _) = open(&path);
    let tasks: Vec<_> = (0..20)
        .map(|n| {
            let journal = journal.clone();
            tokio::spawn(async move { journal.append(intent(&format!("o{n}"))).await.unwrap().seq })
        })
        .collect();
    let mut seqs = Vec::new();
    for task in tasks {
        seqs.push(task.await.unwrap());
    }
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=20).collect::<Vec<u64>>());
    assert_eq!(verify(&fs::read(&path).unwrap()[..]).unwrap().entries, 20);
}

#[derive(Default, PartialEq)]
enum Fails {
    #[default]
    Nothing,
    Prepare,
    Sync,
    Cut,
    Commit,
}

/// A disk with so much room, that can be told to fail.
#[derive(Default)]
struct Disk {
    data: Vec<u8>,
    room: usize,
    fails: Fails,
    prepared: u64,
    noted: u64,
}

impl Storage for Disk {
    fn prepare(&mut self, head: &Head) -> io::Result<()> {
        self.prepared = head.count;
        if self.fails == Fails::Prepare { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
    fn commit(&mut self) -> io::Result<()> {
        if self.fails == Fails::Commit {
            return Err(io::Error::other("the disk is gone"));
        }
        self.noted = self.prepared;
        Ok(())
    }
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let fits = bytes.len().min(self.room - self.data.len());
        self.data.extend_from_slice(&bytes[..fits]);
        if fits == bytes.len() { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
    }
    fn sync(&mut self) -> io::Result<()> {
        if self.fails == Fails::Sync { Err(io::Error::other("the disk is gone")) } else { Ok(()) }
    }
    fn cut(&mut self, len: u64) -> io::Result<()> {
        if self.fails == Fails::Cut {
            return Err(io::Error::other("read-only"));
        }
        self.data.truncate(usize::try_from(len).unwrap());
        Ok(())
    }
}

fn scribe(storage: Disk) -> Scribe<Disk> {
    let (skew, open) = (Skew::default(), Open::default());
    Scribe { storage, tip: Tip::default(), len: 0, failed: None, who: who(), clock: clock(), skew, open }
}

#[test]
fn a_full_disk_leaves_the_journal_as_it_was_and_writing_can_go_on() {
    let mut scribe = scribe(Disk { room: 100, ..Disk::default() });
    assert!(matches!(scribe.write(intent("a")), Err(JournalError::Write(_))));
    assert!(scribe.storage.data.is_empty());
    scribe.storage.room = 10_000;
    scribe.storage.fails = Fails::Prepare;
    assert!(matches!(scribe.write(intent("a")), Err(JournalError::Write(_))));
    assert!(scribe.storage.data.is_empty(), "no room for the note: no line either");
    scribe.storage.fails = Fails::Nothing;
    assert_eq!(scribe.write(intent("a")).unwrap().seq, 1);
    assert_eq!(verify(&scribe.storage.data[..]).unwrap().entries, 1);
    assert_eq!(scribe.storage.noted, 1);
}

#[test]
fn a_line_without_its_note_stands_and_is_not_acknowledged() {
    let mut scribe = scribe(Disk { room: 10_000, fails: Fails::Commit, ..Disk::default() });
    assert!(matches!(scribe.write(intent("a")), Err(JournalError::Failed(_))));
    assert_eq!((verify(&scribe.storage.data[..]).unwrap().entries, scribe.storage.noted), (1, 0));
    scribe.storage.fails = Fails::Nothing;
    assert!(matches!(scribe.write(intent("b")), Err(JournalError::Failed(_))));
}

#[test]
fn after_a_failed_sync_or_cut_nothing_more_is_acknowledged() {
    for disk in [
        Disk { room: 10_000, fails: Fails::Sync, ..Disk::default() },
        Disk { room: 100, fails: Fails::Cut, ..Disk::default() },
    ] {
        let mut scribe = scribe(disk);
        assert!(matches!(scribe.write(intent("a")), Err(JournalError::Failed(_))));
        scribe.storage = Disk { room: 10_000, ..Disk::default() };
        assert!(matches!(scribe.write(intent("a")), Err(JournalError::Failed(_))));
        assert!(scribe.storage.data.is_empty());
    }
}
