//! What happened, as a line: JSON for scripts, words for people. Pure.
//!
//! Every JSON line has `type` and `at` (RFC 3339, UTC, when ramptop learned it). Fields are added,
//! never renamed or taken away; a reader skips types it does not know. README, "Watching".

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::cli::out;
use crate::domain::text::visible_prefix;
use crate::domain::{NextAction, Now, Order, OrderId};
use crate::sync::watcher::{Before, Connection, Happened, Kind, OrderChange};
use crate::tui::text;

/// The longest text of a reason, in characters.
const LONGEST: usize = 400;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Ready {
        at: String,
        known: usize,
    },
    Order {
        change: &'static str,
        at: String,
        order_id: &'a str,
        /// What is ours to do now; unlike the order's `next_action` never what is somebody else's.
        needs_you: Option<String>,
        previous: Option<Previous<'a>>,
        order: Body<'a>,
    },
    Unreadable {
        at: String,
        order_id: Option<&'a str>,
        why: &'a str,
    },
    NotFound {
        at: String,
        order_id: &'a str,
    },
    Connection {
        at: String,
        state: &'static str,
        why: Option<&'a str>,
        retry_at: Option<String>,
    },
}

#[derive(Serialize)]
struct Previous<'a> {
    status: &'a str,
    next_action: Option<&'a str>,
}

/// The API's own object as it came, or, if that was too long to be kept whole, what it is about.
#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Whole(&'a RawValue),
    Short { order_id: &'a str, status: &'a str, next_action: Option<&'a str> },
}

/// One line of JSON, without its end, free of control and invisible characters.
pub fn json(happened: &Happened, now: &Now) -> serde_json::Result<String> {
    let at = stamp(now.wall);
    let line = match happened {
        Happened::Ready { known } => Line::Ready { at, known: *known },
        Happened::Order(change) => order_line(change),
        Happened::Unreadable { order, reason } => {
            Line::Unreadable { at, order_id: order.as_ref().map(OrderId::as_str), why: reason }
        }
        Happened::NotFound(id) => Line::NotFound { at, order_id: id.as_str() },
        Happened::Connection(connection) => connection_line(connection, at),
    };
    Ok(out::clean_json(&serde_json::to_string(&line)?))
}

fn order_line(change: &OrderChange) -> Line<'_> {
    let order = &change.order.value;
    Line::Order {
        change: word(change.kind),
        at: stamp(change.order.answered.wall),
        order_id: order.id.as_str(),
        needs_you: order.our_next_action().map(|action| action.wire().to_owned()),
        previous: change.before.as_ref().map(previous),
        order: body(order),
    }
}

fn previous(before: &Before) -> Previous<'_> {
    Previous { status: before.status.wire(), next_action: before.next_action.as_ref().map(NextAction::wire) }
}

fn body(order: &Order) -> Body<'_> {
    serde_json::from_str(&order.raw).map_or_else(
        |_| Body::Short {
            order_id: order.id.as_str(),
            status: order.status.wire(),
            next_action: order.next_action.as_ref().map(NextAction::wire),
        },
        Body::Whole,
    )
}

fn connection_line(connection: &Connection, at: String) -> Line<'_> {
    let (state, why, retry_at) = match connection {
        Connection::Live => ("live", None, None),
        Connection::Failing { why, retry_at } => ("failing", Some(why.as_str()), *retry_at),
        Connection::Unauthorized { why } => ("unauthorized", Some(why.as_str()), None),
    };
    Line::Connection { at, state, why, retry_at: retry_at.map(|at| stamp(at.wall)) }
}

/// One line of words.
pub fn words(happened: &Happened, now: &Now) -> String {
    let at = now.wall.format("%H:%M:%SZ");
    match happened {
        Happened::Ready { known } => format!("{at}  ready       {known} orders known; changes follow"),
        Happened::Order(change) => order_words(change),
        Happened::Unreadable { order, reason } => {
            let id = order.as_ref().map_or("without a readable id", OrderId::as_str);
            format!("{at}  unreadable  {}  {}", text::safe(id, 64), visible_prefix(reason, LONGEST))
        }
        Happened::NotFound(id) => format!("{at}  not found   {id}  the API does not return this order any more"),
        Happened::Connection(Connection::Live) => format!("{at}  connected   the API answers"),
        Happened::Connection(Connection::Failing { why, retry_at }) => {
            let retry = retry_at.map_or_else(String::new, |at| {
                format!("; next try in {} s", at.mono.since(now.mono).as_secs().saturating_add(1))
            });
            format!("{at}  failing     {}{retry}", visible_prefix(why, LONGEST))
        }
        Happened::Connection(Connection::Unauthorized { why }) => {
            format!("{at}  refused     {}", visible_prefix(why, LONGEST))
        }
    }
}

fn order_words(change: &OrderChange) -> String {
    let order = &change.order.value;
    let at = change.order.answered.wall.format("%H:%M:%SZ");
    let status = text::safe(order.status.label(), 40);
    let was = change.before.as_ref().filter(|before| before.status != order.status);
    let was = was.map_or_else(String::new, |b| format!(" (was: {})", text::safe(b.status.label(), 40)));
    let needs = order.our_next_action();
    let needs = needs.map_or_else(String::new, |action| format!("  needs you: {}", text::safe(action.label(), 40)));
    let money = |value, currency: &Option<String>| text::money(value, currency.as_deref(), true);
    let crypto = money(order.amounts.crypto, &order.amounts.crypto_currency);
    let fiat = money(order.amounts.fiat, &order.amounts.fiat_currency);
    format!("{at}  {:<10}  {}  {status}{was}{needs}  {crypto} for {fiat}", word(change.kind), order.id)
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::New => "new",
        Kind::Changed => "changed",
        Kind::Ended => "ended",
    }
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::text::is_displayable;
    use crate::domain::{Mono, Observed, Status};

    fn now() -> Now {
        Now { mono: Mono::new(Duration::from_secs(9)), wall: DateTime::from_timestamp(1_790_000_000, 0).unwrap() }
    }

    fn change(raw: &str) -> Happened {
        let mut order = Order::bare(OrderId::parse("a").unwrap(), Status::from_wire("crypto\u{1b}[2J_received"));
        order.raw = raw.into();
        let order = Observed { value: order, asked: now(), answered: now(), server_date: None };
        let before = Some(Before { status: Status::from_wire("created"), next_action: None });
        Happened::Order(Box::new(OrderChange { kind: Kind::Changed, before, order }))
    }

    #[test]
    fn an_order_line_carries_the_apis_object_digit_by_digit() {
        let line = json(&change(r#"{"order_id":"a","rate":1530.10,"note":"x\u001b"}"#), &now()).unwrap();
        assert_eq!(
            line,
            r#"{"type":"order","change":"changed","at":"2026-09-21T14:13:20.000Z","order_id":"a","needs_you":null,"#
                .to_owned()
                + r#""previous":{"status":"created","next_action":null},"order":{"order_id":"a","rate":1530.10,"note":"x\u001b"}}"#
        );
    }

    #[test]
    fn an_object_that_was_cut_is_replaced_by_what_it_is_about() {
        let line = json(&change(r#"{"order_id":"a","note":"cut of"#), &now()).unwrap();
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["order"]["status"], "crypto\u{1b}[2J_received");
    }

    #[test]
    fn no_line_moves_a_terminal() {
        let why = "gone\u{1b}[2J\u{202e}".to_owned();
        let retry_at = Some(now() + Duration::from_secs(12));
        let all = [
            change("{\"a\":\"\u{7f}\u{9b}\u{202e}\"}"),
            Happened::Ready { known: 3 },
            Happened::Unreadable { order: None, reason: why.clone() },
            Happened::NotFound(OrderId::parse("a").unwrap()),
            Happened::Connection(Connection::Failing { why: why.clone(), retry_at }),
            Happened::Connection(Connection::Unauthorized { why }),
        ];
        for happened in all {
            let (json, words) = (json(&happened, &now()).unwrap(), words(&happened, &now()));
            assert!(json.chars().chain(words.chars()).all(is_displayable), "{json}\n{words}");
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert!(value["type"].is_string() && value["at"].is_string(), "{json}");
        }
    }
}
