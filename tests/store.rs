//! The local database when something is wrong with its file: never a panic, never a value nobody
//! wrote, and the file stays as it was.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/process.rs"]
mod process;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use ramptop::domain::{Amount, Brief, Order, OrderId, Status, UserId};
use ramptop::store::{KeptBrief, KeptOrder, Opened, SeenOrder, Source, Store, StoreError, Trouble};

use process::Home;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn brief(n: u32) -> Brief {
    let status = if n.is_multiple_of(7) { "created" } else { "completed" };
    let id = OrderId::parse(&format!("{n:08}-0000-4000-8000-000000000000")).unwrap();
    let mut brief = Brief::of(&Order::bare(id, Status::from_wire(status)));
    brief.crypto = Amount::parse(&format!("{n}.50")).ok();
    brief.crypto_currency = Some("USDT".into());
    brief.created_at = Some(at(1_700_000_000 + i64::from(n)));
    brief
}

/// What was written.
struct Truth {
    lines: HashMap<OrderId, KeptBrief>,
    orders: HashMap<OrderId, KeptOrder>,
}

fn filled(path: &Path, count: u32) -> Truth {
    let mut store = Store::open(path).unwrap();
    store.add_user(&UserId::parse("u").unwrap(), Source::Operator, at(1)).unwrap();
    let mut truth = Truth { lines: HashMap::new(), orders: HashMap::new() };
    for n in 0..count {
        let brief = brief(n);
        let (asked_at, json) = (at(i64::from(n)), format!("{{\"order_id\":\"{}\",\"n\":{n}}}", brief.id));
        store.keep_orders(&[SeenOrder { brief: &brief, live: n.is_multiple_of(7), asked_at, json: &json }]).unwrap();
        truth.orders.insert(brief.id.clone(), KeptOrder { id: brief.id.clone(), asked_at, json });
        truth.lines.insert(brief.id.clone(), KeptBrief { brief, asked_at });
    }
    truth
}

/// Reads all there is. Every value is one that was written, or there is an error.
fn read_all(store: &Store, truth: &Truth) -> Result<usize, StoreError> {
    let mut seen = 0;
    let mut last = None;
    loop {
        let page = store.past_orders(last.as_ref(), 10)?;
        for line in &page {
            assert_eq!(Some(line), truth.lines.get(&line.brief.id));
        }
        seen += page.len();
        last = page.last().map(|line| line.brief.id.clone());
        if page.len() < 10 {
            break;
        }
    }
    for order in store.live_orders()? {
        assert_eq!(Some(&order), truth.orders.get(&order.id));
        seen += 1;
    }
    for id in truth.orders.keys().take(5) {
        if let Some(order) = store.order(id)? {
            assert_eq!(Some(&order), truth.orders.get(id));
        }
    }
    store.users()?;
    store.links()?;
    store.refund_unread(10)?;
    store.order_count()?;
    Ok(seen)
}

/// A start on a damaged file: what could be read, and whether damage was noticed by an error.
fn start(path: &Path, truth: &Truth) -> (usize, bool) {
    let before = std::fs::read(path).unwrap();
    let Opened { store, warning } = Store::open_anyway(path).unwrap();
    if let Some(warning) = warning {
        assert!(
            warning.contains(path.to_str().unwrap()) && warning.contains("Nothing about money is lost"),
            "{warning}"
        );
        assert_eq!(std::fs::read(path).unwrap(), before, "{warning}");
        assert_eq!(read_all(&store, truth).unwrap(), 0, "another one is used");
        return (0, true);
    }
    match read_all(&store, truth) {
        Ok(seen) => (seen, false),
        Err(error) => {
            assert_eq!(error.trouble(), Trouble::Damaged, "{error}");
            assert!(error.to_string().contains("Move the file away"), "{error}");
            (0, true)
        }
    }
}

/// A copy of the file alone, as after a clean end.
fn copy(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn a_damaged_file_never_says_what_nobody_wrote() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("whole.db");
    let truth = filled(&path, 120);
    let whole = std::fs::read(&path).unwrap();
    let (mut noticed, mut passed_over) = (0, 0);
    // The header byte by byte, then all over the pages.
    let places = (0..110).chain((110..whole.len()).step_by(211));
    for place in places {
        for flip in [0x01, 0xff] {
            let mut bytes = whole.clone();
            bytes[place] ^= flip;
            let broken = tempfile::tempdir_in(dir.path()).unwrap();
            let (seen, told) = start(&copy(broken.path(), "x.db", &bytes), &truth);
            noticed += u32::from(told);
            passed_over += u32::from(!told && seen < 120);
        }
    }
    assert!(noticed > 20 && passed_over > 20, "noticed {noticed}, passed over {passed_over}: else nothing is tested");
}

#[test]
fn a_file_that_was_cut_off_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("whole.db");
    let truth = filled(&path, 120);
    let whole = std::fs::read(&path).unwrap();
    let mut noticed = 0;
    for length in (1..whole.len()).step_by(1_777) {
        let broken = tempfile::tempdir_in(dir.path()).unwrap();
        let cut = copy(broken.path(), "x.db", &whole[..length]);
        noticed += u32::from(start(&cut, &truth).1);
    }
    assert!(noticed > 10, "{noticed}");
}

#[test]
fn two_ramptops_write_to_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let writers: Vec<_> = (0..4u32)
        .map(|writer| {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut store = Store::open(&path).unwrap();
                for n in 0..50 {
                    let brief = brief(writer * 50 + n);
                    let seen = SeenOrder { brief: &brief, live: false, asked_at: at(1), json: "{}" };
                    assert_eq!(store.keep_orders(&[seen]).unwrap(), 1);
                }
            })
        })
        .collect();
    for writer in writers {
        writer.join().unwrap();
    }
    assert_eq!(Store::open(&path).unwrap().order_count().unwrap(), (0, 200));
}

#[test]
fn a_place_that_cannot_be_made_is_named_and_done_without() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("profile"), "a file, where a directory should be").unwrap();
    let path = dir.path().join("profile/x.db");
    assert_eq!(Store::open(&path).unwrap_err().trouble(), Trouble::Unreachable);
    let Opened { store, warning } = Store::open_anyway(&path).unwrap();
    assert!(warning.unwrap().contains(path.to_str().unwrap()));
    store.add_user(&UserId::parse("u").unwrap(), Source::Operator, at(1)).unwrap();
}

/// Every byte of the database of a home.
fn database(home: &Home) -> PathBuf {
    home.data_dir().join("profiles/default/ramptop.db")
}

#[test]
fn a_command_says_what_is_wrong_with_the_file_and_leaves_it_alone() {
    let home = Home::new();
    home.run(&["user", "add", "u-1"]).exits(0);
    let path = database(&home);
    let mut bytes = std::fs::read(&path).unwrap();
    // `user_version` of the header, as a newer ramptop would leave it.
    bytes[60..64].copy_from_slice(&99u32.to_be_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let ran = home.run(&["users"]).exits(1);
    for word in ["schema 99", path.to_str().unwrap(), "Nothing about money is lost", "Update ramptop"] {
        assert!(ran.err.contains(word), "{word}: {}", ran.err);
    }
    assert_eq!(std::fs::read(&path).unwrap(), bytes);

    std::fs::write(&path, "no database at all, but long enough to be looked at ".repeat(40)).unwrap();
    let ran = home.run(&["users"]).exits(1);
    assert!(ran.err.contains("is damaged") && ran.err.contains("Move the file away"), "{}", ran.err);
}
