//! What is kept of people, and that it can be forgotten: from the outside, in the bytes of the files.

use ramptop::domain::quote::Anchor;
use ramptop::domain::{OrderId, UserId};
use ramptop::store::{Source, Store};
use serde_json::json;

use crate::desk::at;
use crate::process::{Api, Home};
use crate::trading::{customer, quote};

fn store(home: &Home) -> Store {
    Store::open(&home.data_dir().join("profiles/default/ramptop.db")).unwrap()
}

/// Whether a text stands in any file of the profile's own directory.
fn is_kept(home: &Home, text: &str) -> bool {
    let files = std::fs::read_dir(home.data_dir().join("profiles/default")).unwrap();
    let files = files.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    files.map(|path| std::fs::read(path).unwrap()).any(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes()))
}

#[test]
fn an_order_is_known_by_what_its_quote_and_its_initiate_answer_said() {
    let api = Api::start(&["--orders", "1"]);
    let home = at(&api.url);
    let (user, details) = customer(&api, &home, "NGN");
    let id = quote(&home, &user, &details)["quote_id"].as_str().unwrap().to_owned();
    let args = ["initiate", &id, "--user", &user, "--reference", "inv-7", "--yes", "--json"];
    let made = home.run(&args).exits(0).json();
    let trade = store(&home).trade(&OrderId::parse(made["order_id"].as_str().unwrap()).unwrap()).unwrap();
    assert_eq!(trade.user.unwrap().as_str(), user);
    assert_eq!(trade.payment_details.unwrap().as_str(), details, "the quote says where it goes");
    assert_eq!((trade.quote.unwrap().as_str(), trade.reference.as_deref()), (id.as_str(), Some("inv-7")));
    assert_eq!(trade.anchor, Some(Anchor::Crypto));
}

#[test]
fn a_person_is_forgotten_in_every_byte_and_only_when_told_so() {
    let api = Api::start(&["--orders", "1"]);
    let home = at(&api.url);
    let (user, details) = customer(&api, &home, "NGN");
    let id = quote(&home, &user, &details)["quote_id"].as_str().unwrap().to_owned();
    home.run(&["initiate", &id, "--user", &user, "--payment-details", &details, "--yes"]).exits(0);
    store(&home).add_user(&UserId::parse("somebody-else").unwrap(), Source::Operator, chrono::Utc::now()).unwrap();
    assert!(is_kept(&home, &user));

    let asked = home.run(&["forget", &user]).exits(1);
    assert!(asked.err.contains("--yes") && asked.err.contains("Nothing was deleted"), "{}", asked.err);
    assert!(is_kept(&home, &user));
    let done = home.run(&["forget", &user, "--yes", "--json"]).exits(0).json();
    let expected = json!({"users": 1, "payment_profiles": 0, "links": 1, "quotes": 1, "event_bodies": 0,
                          "orders_stripped": 0, "notes": 0});
    assert_eq!((&done["user_uuid"], &done["forgotten"], &done["traces"]), (&json!(user), &expected, &json!(null)));
    assert!(!is_kept(&home, &user));
    assert!(is_kept(&home, "somebody-else"));
    assert_eq!(api.data(&format!("/users/{user}"))["user_uuid"], user, "the API was not asked to");
    assert!(home.run(&["forget", &user]).exits(0).out.contains("Nothing is kept"));
}

/// A dashboard that runs has the file open; it need not end first.
#[test]
fn somebody_who_reads_meanwhile_is_named_and_it_can_be_repeated() {
    let home = Home::new();
    home.run(&["user", "add", "u-1"]).exits(0);
    let reading = rusqlite::Connection::open(home.data_dir().join("profiles/default/ramptop.db")).unwrap();
    reading.execute_batch("BEGIN; SELECT * FROM users;").unwrap();
    let ran = home.run(&["forget", "u-1", "--yes"]).exits(1);
    assert!(ran.out.contains("1 entry of the register") && ran.err.contains("repeat this"), "{ran:?}");
    drop(reading);
    home.run(&["forget", "u-1"]).exits(0);
    assert!(!is_kept(&home, "u-1"));
}
