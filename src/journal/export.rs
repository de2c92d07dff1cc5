//! The journal for other programs: JSON Lines and CSV. Pure.
//!
//! Signed requests are left out of both: an export goes to people who are to see what was done, not
//! to be able to do it. Their hashes stay. CSV follows RFC 4180 (every field quoted, CRLF), and a
//! cell that a spreadsheet would take for a formula begins with `'`.

use serde_json::{Map, Value};

use super::chain::Line;
use super::entry::{Entry, Event, Outcome};
use crate::domain::text::visible;

/// The columns of the CSV; add at the end, never rename.
pub const COLUMNS: [&str; 31] = [
    "seq",
    "at",
    "server_skew_s",
    "mono_ms",
    "user",
    "host",
    "profile",
    "kind",
    "order_id",
    "action",
    "intent_seq",
    "result",
    "note",
    "http_status",
    "request_id",
    "crypto_amount",
    "crypto_currency",
    "chain_id",
    "forwarder",
    "from",
    "to",
    "nonce",
    "deadline",
    "digest",
    "signature_sha256",
    "body_sha256",
    "checks",
    "facts",
    "prev",
    "hash",
    "format",
];

/// Facts with a column of their own.
const FACTS: [&str; 9] =
    ["crypto_amount", "crypto_currency", "chain_id", "forwarder", "from", "to", "nonce", "deadline", "digest"];

/// The entry with its hash, without the signed request.
pub fn json(line: &Line) -> serde_json::Result<Value> {
    let mut value = serde_json::to_value(&line.entry)?;
    if let Some(event) = value.get_mut("event").and_then(Value::as_object_mut) {
        event.remove("body");
    }
    if let Some(entry) = value.as_object_mut() {
        entry.insert("hash".to_owned(), line.hash.clone().into());
    }
    Ok(value)
}

/// The first line of the CSV, with its end.
pub fn csv_head() -> String {
    row(COLUMNS.iter().map(|name| (*name).to_owned()))
}

/// A line of the CSV, with its end.
pub fn csv(line: &Line) -> String {
    let cells = cells(line);
    row(COLUMNS
        .iter()
        .map(|name| cells.iter().find(|(of, _)| of == name).map_or_else(String::new, |(_, text)| text.clone())))
}

type Cells = Vec<(&'static str, String)>;

fn cells(line: &Line) -> Cells {
    let Entry { seq, at, mono_ms, who, event, prev, format, server_skew_s } = &line.entry;
    let mut cells = vec![
        ("seq", seq.to_string()),
        ("at", at.to_rfc3339()),
        // A number of ours, so a minus is no formula.
        ("server_skew_s", server_skew_s.map_or_else(String::new, |s| s.to_string())),
        ("mono_ms", mono_ms.to_string()),
        ("user", safe(&who.user)),
        ("host", safe(&who.host)),
        ("profile", safe(&who.profile)),
        ("prev", prev.clone()),
        ("hash", line.hash.clone()),
        ("format", format.to_string()),
    ];
    cells.extend(of_event(event));
    cells
}

fn of_event(event: &Event) -> Cells {
    match event {
        Event::Intent { order_id, action, facts, checks } => {
            let mut cells = vec![
                ("kind", "intent".to_owned()),
                ("order_id", safe(order_id.as_str())),
                ("action", action.verb().to_owned()),
            ];
            let verdicts: Vec<String> = checks.iter().map(|c| format!("{}: {}", c.name, c.verdict)).collect();
            cells.push(("checks", safe(&verdicts.join("; "))));
            cells.extend(facts.as_ref().map(of_facts).unwrap_or_default());
            cells
        }
        Event::Signed { intent_seq, signature_sha256, body_sha256, .. } => vec![
            ("kind", "signed".to_owned()),
            ("intent_seq", intent_seq.to_string()),
            ("signature_sha256", safe(signature_sha256)),
            ("body_sha256", safe(body_sha256)),
        ],
        Event::Resend { intent_seq, body_sha256 } => vec![
            ("kind", "resend".to_owned()),
            ("intent_seq", intent_seq.to_string()),
            ("body_sha256", safe(body_sha256)),
        ],
        Event::Answer { intent_seq, http_status, request_id } => vec![
            ("kind", "answer".to_owned()),
            ("intent_seq", intent_seq.to_string()),
            ("http_status", http_status.to_string()),
            ("request_id", safe(request_id.as_deref().unwrap_or_default())),
        ],
        Event::Outcome { intent_seq, result, note } => vec![
            ("kind", "outcome".to_owned()),
            ("intent_seq", intent_seq.to_string()),
            ("result", word(*result).to_owned()),
            ("note", safe(note)),
        ],
        Event::Pin { old, new } => {
            let object = |map: &Map<String, Value>| Value::Object(map.clone()).to_string();
            let note =
                old.as_ref().map_or_else(|| "no pins before".to_owned(), |old| format!("before: {}", object(old)));
            vec![("kind", "pin".to_owned()), ("facts", safe(&object(new))), ("note", safe(&note))]
        }
        Event::HeadReset { expected, found, .. } => {
            let was = expected.map_or_else(|| "an unknown number of".to_owned(), |n| n.to_string());
            let note = format!("accepted by the operator: {found} entries where {was} were noted");
            vec![("kind", "head_reset".to_owned()), ("note", note)]
        }
    }
}

fn of_facts(facts: &Map<String, Value>) -> Cells {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut cells: Cells = FACTS.iter().filter_map(|name| Some((*name, safe(&text(facts.get(*name)?))))).collect();
    cells.push(("facts", safe(&Value::Object(facts.clone()).to_string())));
    cells
}

/// The word of the journal's own form.
pub fn word(result: Outcome) -> &'static str {
    match result {
        Outcome::Accepted => "accepted",
        Outcome::Rejected => "rejected",
        Outcome::NotSent => "not_sent",
        Outcome::Unknown => "unknown",
        Outcome::Settled => "settled",
    }
}

/// Nothing that moves a terminal, and nothing a spreadsheet computes: not behind white space, and
/// not with the wide forms of the signs either.
fn safe(text: &str) -> String {
    let text = visible(text);
    let starts = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%']);
    if starts { format!("'{text}") } else { text }
}

fn row(cells: impl Iterator<Item = String>) -> String {
    let quoted: Vec<String> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    format!("{}\r\n", quoted.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ActionKind, OrderId};
    use crate::journal::entry::{CheckVerdict, FORMAT, SignedBody, Who};
    use chrono::DateTime;

    fn line(event: Event) -> Line {
        let who = Who { user: "=cmd|' /C calc'!A0".to_owned(), host: "a,\"b\"".to_owned(), profile: "@p".to_owned() };
        let entry = Entry {
            seq: 3,
            at: DateTime::from_timestamp(1_763_700_000, 0).unwrap(),
            mono_ms: 5,
            who,
            event,
            prev: "p".to_owned(),
            format: FORMAT,
            server_skew_s: Some(-7),
        };
        Line { entry, hash: "h".to_owned() }
    }

    /// RFC 4180 read back: the cells of one record.
    fn parse(row: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let (mut quoted, mut chars) = (false, row.strip_suffix("\r\n").unwrap().chars().peekable());
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => cells.last_mut().unwrap().push(chars.next().unwrap()),
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        assert!(!quoted);
        cells
    }

    fn cell(row: &str, name: &str) -> String {
        let at = parse(&csv_head()).iter().position(|column| column == name).unwrap();
        parse(row)[at].clone()
    }

    fn signed() -> Event {
        let body = SignedBody::new("{\"signature\":\"0xfeed\"}".to_owned());
        let (path, signature_sha256) = ("/x".to_owned(), "aa".to_owned());
        Event::Signed { intent_seq: 2, path, signature_sha256, body_sha256: body.sha256(), body: Some(body) }
    }

    #[test]
    fn every_row_has_every_column_and_every_cell_comes_back() {
        let mut facts = Map::new();
        facts.insert("nonce".to_owned(), "7".into());
        facts.insert("chain_id".to_owned(), 660_279.into());
        let check = CheckVerdict { name: "recipient".to_owned(), verdict: "pass".to_owned() };
        let order_id = OrderId::parse("o").unwrap();
        let intent = Event::Intent { order_id, action: ActionKind::Authorize, facts: Some(facts), checks: vec![check] };
        let note = "a\r\nb, \"c\"\u{202e}".to_owned();
        let outcome = Event::Outcome { intent_seq: 2, result: Outcome::NotSent, note };
        for event in [intent.clone(), outcome.clone(), signed()] {
            assert_eq!(parse(&csv(&line(event))).len(), COLUMNS.len());
        }
        let row = csv(&line(intent));
        assert_eq!((cell(&row, "host"), cell(&row, "chain_id")), ("a,\"b\"".to_owned(), "660279".to_owned()));
        assert_eq!((cell(&row, "nonce"), cell(&row, "checks")), ("7".to_owned(), "recipient: pass".to_owned()));
        assert_eq!(cell(&row, "server_skew_s"), "-7");
        let row = csv(&line(outcome));
        assert_eq!(row.matches('\n').count(), 1, "one record is one line: {row}");
        assert!(!row.contains('\u{202e}'));
    }

    #[test]
    fn a_spreadsheet_computes_nothing() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1", "|calc"] {
            let outcome = Event::Outcome { intent_seq: 2, result: Outcome::Rejected, note: evil.to_owned() };
            let text = cell(&csv(&line(outcome)), "note");
            assert!(text.starts_with('\'') || text.starts_with('\\'), "{evil:?}: {text:?}");
        }
        let row = csv(&line(signed()));
        assert!(cell(&row, "user").starts_with("'=") && cell(&row, "profile").starts_with("'@"));
    }

    #[test]
    fn no_export_holds_what_could_be_sent_again() {
        let line = line(signed());
        let json = json(&line).unwrap();
        assert!(!json.to_string().contains("0xfeed") && !csv(&line).contains("0xfeed"));
        assert_eq!(json["hash"], "h");
        let hash = SignedBody::new("{\"signature\":\"0xfeed\"}".to_owned()).sha256();
        assert_eq!(json["event"]["body_sha256"], hash.as_str());
    }
}
