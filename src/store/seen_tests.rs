//! Orders as last seen, and forgetting whose they are.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::status::KnownStatus;
use crate::domain::{Amount, Brief, Direction, Note, Order, OrderId, PaymentDetailsId, QuoteId, Status, UserId};

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

fn id(text: &str) -> OrderId {
    OrderId::parse(text).unwrap()
}

fn brief(order: &str, status: &str) -> Brief {
    Brief::of(&Order::bare(id(order), Status::from_wire(status)))
}

fn seen<'a>(brief: &'a Brief, second: i64, json: &'a str) -> SeenOrder<'a> {
    SeenOrder { brief, live: brief.status.is_live(), asked_at: at(second), json }
}

fn full(order: &str) -> Brief {
    Brief {
        direction: Direction::OnRamp,
        crypto: Amount::parse("1.500").ok(),
        crypto_currency: Some("USDT".into()),
        fiat: Amount::parse("-0.00").ok(),
        fiat_currency: Some("NGN".into()),
        reference: Some("inv \u{202e}9".into()),
        created_at: DateTime::from_timestamp_millis(1_700_000_000_123),
        updated_at: DateTime::from_timestamp_millis(-1),
        send_out_until: Some(at(77)),
        ..brief(order, "completed")
    }
}

#[test]
fn a_line_comes_back_as_it_was_from_a_closed_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let (whole, odd) = (full("o-1"), brief("o-2", "some_new_end"));
    let late = SeenOrder { live: false, ..seen(&odd, 6, "{}") };
    Store::open(&path).unwrap().keep_orders(&[seen(&whole, 5, r#"{"a": 1}"#), late]).unwrap();
    let store = Store::open_for_reading(&path).unwrap();
    let kept = store.past_orders(None, 10).unwrap();
    let expected = [KeptBrief { brief: whole, asked_at: at(5) }, KeptBrief { brief: odd, asked_at: at(6) }];
    assert_eq!(kept, expected);
    assert_eq!(kept[0].brief.crypto.unwrap().to_string(), "1.500", "padding and all");
    let order = KeptOrder { id: id("o-1"), asked_at: at(5), json: r#"{"a": 1}"#.to_owned() };
    assert_eq!(store.order(&id("o-1")).unwrap(), Some(order));
    assert_eq!(store.order(&id("o-9")).unwrap(), None);
}

#[test]
fn live_orders_come_whole_and_the_others_page_by_page() {
    let mut store = Store::in_memory().unwrap();
    let briefs: Vec<Brief> =
        (0..25).map(|n| brief(&format!("o-{n:02}"), if n % 5 == 0 { "created" } else { "completed" })).collect();
    let all: Vec<SeenOrder<'_>> = briefs.iter().map(|brief| seen(brief, 5, "{}")).collect();
    assert_eq!(store.keep_orders(&all).unwrap(), 25);
    assert_eq!(store.order_count().unwrap(), (5, 25));
    let live: Vec<String> = store.live_orders().unwrap().into_iter().map(|order| order.id.to_string()).collect();
    assert_eq!(live, ["o-00", "o-05", "o-10", "o-15", "o-20"]);
    let mut past: Vec<OrderId> = Vec::new();
    loop {
        let page = store.past_orders(past.last(), 7).unwrap();
        past.extend(page.iter().map(|line| line.brief.id.clone()));
        if page.len() < 7 {
            break;
        }
    }
    let expected: Vec<OrderId> =
        briefs.iter().filter(|brief| !brief.status.is_live()).map(|brief| brief.id.clone()).collect();
    assert_eq!(past, expected);
}

#[test]
fn words_that_repeat_are_kept_once() {
    let mut store = Store::in_memory().unwrap();
    let (one, two) = (full("o-1"), full("o-2"));
    store.keep_orders(&[seen(&one, 1, "{}"), seen(&two, 1, "{}")]).unwrap();
    let lines = store.past_orders(None, 9).unwrap();
    let word = |n: usize| lines[n].brief.fiat_currency.clone().unwrap();
    assert!(std::sync::Arc::ptr_eq(&word(0), &word(1)));
}

#[test]
fn a_late_answer_changes_nothing_unless_the_clock_had_been_wrong() {
    let mut store = Store::in_memory().unwrap();
    let (live, over) = (brief("o", "created"), brief("o", "completed"));
    assert_eq!(store.keep_orders(&[seen(&over, 100, "2")]).unwrap(), 1);
    assert_eq!(store.keep_orders(&[seen(&live, 99, "1")]).unwrap(), 0);
    assert_eq!(store.order(&id("o")).unwrap().unwrap().json, "2");
    assert_eq!(store.order_count().unwrap(), (0, 1));
    // The machine's clock was a year ahead for a while.
    store.keep_orders(&[seen(&over, 40_000_000, "3")]).unwrap();
    assert_eq!(store.keep_orders(&[seen(&live, 101, "4")]).unwrap(), 1);
    assert_eq!(store.order(&id("o")).unwrap().unwrap().json, "4");
}

#[test]
fn what_says_nothing_new_is_written_once_a_while_and_a_late_answer_still_changes_nothing() {
    let mut store = Store::in_memory().unwrap();
    let (live, moved, over) = (brief("o", "created"), brief("o", "payment_window_expired"), brief("p", "completed"));
    let written = |store: &mut Store, brief: &Brief, second| store.keep_orders(&[seen(brief, second, "{}")]).unwrap();
    assert_eq!(written(&mut store, &live, 100), 1);
    assert_eq!(written(&mut store, &live, 130), 0);
    assert_eq!(store.order(&id("o")).unwrap().unwrap().asked_at, at(100), "it looks older, never newer");
    assert_eq!(written(&mut store, &moved, 120), 0, "asked for before it was last seen");
    assert_eq!(written(&mut store, &live, 161), 1, "it has become old");
    assert_eq!(written(&mut store, &moved, 162), 1, "this is news");
    assert_eq!(written(&mut store, &over, 100), 1);
    assert_eq!(written(&mut store, &over, 80_000), 0);
    assert_eq!(written(&mut store, &over, 100_000), 1);
}

#[test]
fn a_cancelled_order_is_read_once_for_a_refund_and_again_after_it_moved() {
    let mut store = Store::in_memory().unwrap();
    let (live, over) = (brief("o", "created"), brief("o", "cancelled"));
    let mut on_ramp = brief("p", "cancelled");
    on_ramp.direction = Direction::OnRamp;
    let owed = brief("q", "cancelled");
    store
        .keep_orders(&[seen(&over, 1, "{}"), seen(&on_ramp, 1, "{}"), seen(&brief("r", "completed"), 1, "{}")])
        .unwrap();
    store.keep_orders(&[SeenOrder { live: true, ..seen(&owed, 1, "{}") }]).unwrap();
    assert_eq!(store.refund_unread(9).unwrap(), [id("o")]);
    store.refund_read(&id("o")).unwrap();
    store.keep_orders(&[seen(&over, 2, "{}")]).unwrap();
    assert!(store.refund_unread(9).unwrap().is_empty(), "seeing it again does not owe anything anew");
    store.keep_orders(&[seen(&live, 3, "{}"), seen(&over, 4, "{}")]).unwrap();
    assert_eq!(store.refund_unread(9).unwrap(), [id("o")]);
    assert!(store.refund_unread(0).unwrap().is_empty());
}

#[test]
fn the_vendors_account_is_kept_while_it_is_needed() {
    let mut store = Store::in_memory().unwrap();
    let json = r#"{"order_id":"o","vendor_payment_details":{"payment_network_name":"SEPA","details":{"iban":"DE1"}}}"#;
    let (live, over) = (brief("o", "awaiting_fiat_transfer"), brief("o", "completed"));
    store.keep_orders(&[seen(&live, 1, json)]).unwrap();
    assert_eq!(store.order(&id("o")).unwrap().unwrap().json, json);
    store.keep_orders(&[seen(&over, 2, json)]).unwrap();
    let kept = store.order(&id("o")).unwrap().unwrap().json;
    assert_eq!(kept, r#"{"order_id":"o","vendor_payment_details":{"payment_network_name":"SEPA"}}"#);
}

#[test]
fn an_order_shows_the_reference_it_was_made_with() {
    let mut store = Store::in_memory().unwrap();
    store.keep_orders(&[seen(&brief("o", "completed"), 1, "{}")]).unwrap();
    let made = KeptInitiation { order: id("o"), quote: None, reference: Some("inv-9".to_owned()) };
    store.keep_initiation(&made, at(1)).unwrap();
    assert_eq!(store.past_orders(None, 1).unwrap()[0].brief.reference.as_deref(), Some("inv-9"));
}

#[test]
fn a_change_that_fails_in_the_middle_is_no_change() {
    let mut store = Store::in_memory().unwrap();
    let failed: Result<(), _> = store.durably(|transaction| {
        transaction.execute("INSERT INTO cursors VALUES ('a', 'b')", [])?;
        Err(rusqlite::Error::QueryReturnedNoRows)
    });
    assert_eq!(failed.unwrap_err().trouble(), Trouble::Failed);
    assert_eq!(store.cursor("a").unwrap(), None);
}

#[test]
fn a_flipped_bit_is_never_shown_and_the_next_answer_heals_it() {
    let mut store = Store::in_memory().unwrap();
    let (whole, live) = (full("o-1"), brief("o-2", "created"));
    let (past, json) = (seen(&whole, 5, "{}"), r#"{"a":1}"#);
    store.keep_orders(&[past, seen(&live, 5, json)]).unwrap();
    let damage = [
        "UPDATE orders SET crypto = '9.500', asked_at = asked_at + 1 WHERE order_id = 'o-1'",
        "UPDATE order_json SET json = '{\"a\":3}' WHERE order_id = 'o-2'",
    ];
    for sql in damage {
        store.with(|db| db.execute(sql, [])).unwrap();
    }
    assert!(store.past_orders(None, 9).unwrap().is_empty());
    assert!(store.live_orders().unwrap().is_empty());
    store.keep_orders(&[seen(&whole, 6, "{}"), seen(&live, 6, json)]).unwrap();
    assert_eq!(store.past_orders(None, 9).unwrap()[0].brief, whole);
    assert_eq!(store.live_orders().unwrap()[0].json, json);
}

#[test]
fn a_full_disk_is_said_and_what_was_kept_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let mut store = Store::open(&path).unwrap();
    store.keep_orders(&[seen(&full("o-1"), 1, "{}")]).unwrap();
    let pages: i64 = store.with(|db| db.query_row("PRAGMA page_count", [], |row| row.get(0))).unwrap();
    let room = |store: &Store, pages: i64| {
        store.with(|db| db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))).unwrap();
    };
    room(&store, pages);
    let briefs: Vec<Brief> = (0..200).map(|n| brief(&format!("f-{n}"), "completed")).collect();
    let text = "x".repeat(900);
    let many: Vec<_> = briefs.iter().map(|brief| seen(brief, 1, &text)).collect();
    let error = store.keep_orders(&many).unwrap_err();
    assert_eq!(error.trouble(), Trouble::Full);
    assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    assert_eq!(store.order_count().unwrap(), (0, 1), "all of them or none");
    room(&store, 1_000_000);
    assert_eq!(store.keep_orders(&many).unwrap(), 200, "it goes on by itself");
}

/// Everything a store can hold of a person, and an order of somebody else.
fn with_person(store: &mut Store, user: &UserId) {
    store.add_user(user, Source::Operator, at(1)).unwrap();
    let other = UserId::parse("other-user").unwrap();
    store.add_user(&other, Source::Operator, at(1)).unwrap();
    let payment = PaymentDetailsId::parse("payment-77").unwrap();
    let profile = crate::domain::PaymentProfile {
        id: payment.clone(),
        rail: "bank".to_owned(),
        currency: "NGN".to_owned(),
        institution: Some("Zenith".to_owned()),
        details: vec![("iban".to_owned(), "NG00 0000 0000 5678".to_owned())],
    };
    store.keep_profiles(user, &[profile], at(1)).unwrap();
    let link = |order: &str, user: &UserId| Link {
        order: id(order),
        user: Some(user.clone()),
        payment_details: Some(payment.clone()),
        source: Source::Created,
    };
    store.link(&link("linked", user), at(1)).unwrap();
    store.link(&link("other", &other), at(1)).unwrap();
    let quote = QuoteId::parse("quote-1").unwrap();
    let kept = KeptQuote { id: quote.clone(), user: Some(user.clone()), payment_details: Some(payment), anchor: None };
    store.keep_quote(&kept, at(1)).unwrap();
    let made = KeptInitiation { order: id("quoted"), quote: Some(quote), reference: Some("inv-9".to_owned()) };
    store.keep_initiation(&made, at(1)).unwrap();
    store.set_note(&id("linked"), Note::of("Ada called", at(1)).as_ref()).unwrap();
    store.set_note(&id("other"), Note::of("stays", at(1)).as_ref()).unwrap();
    let account = r#"{"vendor_payment_details":{"details":{"iban":"DE-SECRET"}},"status":"x"}"#;
    let named = format!(r#"{{"recipient_context":{{"sender_id":"{user}"}},"status":"x"}}"#);
    let briefs = ["linked", "quoted", "named", "other"].map(|order| brief(order, "awaiting_fiat_transfer"));
    let jsons = [account, account, &named, r#"{"vendor_payment_details":{"details":{"iban":"OTHER-IBAN"}}}"#];
    let all: Vec<_> = briefs.iter().zip(jsons).map(|(brief, json)| seen(brief, 1, json)).collect();
    store.keep_orders(&all).unwrap();
    let event = "INSERT INTO events (event_id, event_type, received_at, order_id, user_uuid, body)
                 VALUES ('e1', 'x', 1, NULL, ?1, 'BODY-1'), ('e2', 'x', 1, 'named', NULL, 'BODY-2'),
                        ('e3', 'x', 1, 'other', NULL, 'BODY-3'), ('e4', 'x', 1, NULL, NULL, 'BODY-4 ' || ?1)";
    store.with(|db| db.execute(event, [user.as_str()])).unwrap();
}

fn bytes_of(dir: &std::path::Path) -> Vec<u8> {
    std::fs::read_dir(dir).unwrap().flat_map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_forgotten_person_is_in_no_byte_of_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let user = UserId::parse("2b1f8d0e-5a7c-4c1e-9f00-0a0b0c0d0e0f").unwrap();
    let mut store = Store::open(&dir.path().join("x.db")).unwrap();
    with_person(&mut store, &user);
    // Rows that moved about while the file grew.
    let briefs: Vec<Brief> = (0..400).map(|n| brief(&format!("f-{n}"), "completed")).collect();
    let text = "x".repeat(900);
    store.keep_orders(&briefs.iter().map(|brief| seen(brief, 1, &text)).collect::<Vec<_>>()).unwrap();
    let gone = [user.as_str(), "DE-SECRET", "5678", "Zenith", "Ada called", "BODY-1", "BODY-2", "BODY-4"];
    let before = bytes_of(dir.path());
    assert!(gone.iter().all(|text| holds(&before, text)), "else nothing is tested");

    let expected =
        Forgotten { users: 1, profiles: 1, links: 1, quotes: 1, events: 3, orders: 3, notes: 1, traces: None };
    assert_eq!(store.would_forget(&user).unwrap(), expected);
    assert_eq!(store.users().unwrap().len(), 2, "looking deletes nothing");
    assert_eq!(store.forget(&user).unwrap(), expected);
    let after = bytes_of(dir.path());
    for text in gone {
        assert!(!holds(&after, text), "{text}");
    }
    for text in ["OTHER-IBAN", "other-user", "stays", "BODY-3", "inv-9", "linked"] {
        assert!(holds(&after, text), "{text}");
    }
    assert_eq!(store.order_count().unwrap(), (4, 404));
    assert_eq!(store.live_orders().unwrap().len(), 4, "rewritten orders are whole");
    assert!(store.forget(&user).unwrap().is_nothing());
}

/// Somebody who reads keeps the log from being emptied; that is said, and the next time works.
#[test]
fn traces_that_stay_are_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.db");
    let user = UserId::parse("2b1f8d0e-5a7c-4c1e-9f00-0a0b0c0d0e0f").unwrap();
    let mut store = Store::open(&path).unwrap();
    with_person(&mut store, &user);
    store.with(|db| db.busy_timeout(std::time::Duration::ZERO)).unwrap();
    let reader = Store::open_for_reading(&path).unwrap();
    reader.with(|db| db.execute_batch("BEGIN; SELECT * FROM users;")).unwrap();
    let forgotten = store.forget(&user).unwrap();
    assert!(forgotten.users == 1 && forgotten.traces.is_some(), "{forgotten:?}");
    drop(reader);
    assert_eq!(store.forget(&user).unwrap().traces, None);
    assert!(!holds(&bytes_of(dir.path()), user.as_str()));
}

proptest! {
    /// Whatever order the answers come in, however they are grouped, the one asked last stays.
    #[test]
    fn the_newest_reading_stays(
        readings in proptest::collection::vec((0..4u8, 0..3_000i64, any::<bool>()), 1..60),
        group in 1..7usize,
    ) {
        let mut store = Store::in_memory().unwrap();
        let readings: Vec<(Brief, i64, String)> = readings
            .iter()
            .enumerate()
            .map(|(n, (order, second, live))| {
                let status = if *live { KnownStatus::Created } else { KnownStatus::Completed };
                (brief(&format!("o-{order}"), Status::from(status).wire()), *second, format!("{{\"n\":{n}}}"))
            })
            .collect();
        for part in readings.chunks(group) {
            let part: Vec<_> = part.iter().map(|(brief, second, json)| seen(brief, *second, json)).collect();
            store.keep_orders(&part).unwrap();
        }
        for order in 0..4u8 {
            let order = id(&format!("o-{order}"));
            // Of two asked at the same time the one that came later.
            let newest = readings.iter().filter(|(brief, ..)| brief.id == order).max_by_key(|(_, second, _)| *second);
            let kept = store.order(&order).unwrap();
            prop_assert_eq!(kept.map(|kept| kept.json), newest.map(|(_, _, json)| json.clone()));
            let live = store.live_orders().unwrap().iter().any(|kept| kept.id == order);
            prop_assert_eq!(live, newest.is_some_and(|(brief, ..)| brief.status.is_live()));
        }
    }
}
