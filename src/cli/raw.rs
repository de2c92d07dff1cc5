//! `ramptop raw`: any request by hand, for the day the API is ahead of this version.
//!
//! The status goes to standard error and the body to standard output. What acts on an order's money
//! is refused by the client: it has its own way through review and journal.

use anyhow::Result;

use super::args::RawArgs;
use super::context::Context;
use super::out::{self, Exit};
use super::show::safe;
use super::{gate, input};
use crate::api::{RawAnswer, RawMethod};
use crate::domain::text::visible;

pub async fn run(context: &Context, args: RawArgs) -> Result<Exit> {
    if args.method.is_write() && gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let body = args.data.as_ref().map(input::text).transpose()?;
    let _log = context.start_log()?;
    let body = body.as_ref().map(|text| text.as_str());
    let answer = context.api().await?.raw(args.method, &args.path, body).await?.value;
    let request = answer.request_id.as_deref().map(|id| format!(", request {}", safe(id))).unwrap_or_default();
    out::note(&format!("HTTP {}{request}", answer.status));
    out::line(&printable(&answer.body))?;
    let exit = exit(args.method, &answer);
    if exit == Exit::Unknown {
        out::note(
            "ramptop: outcome unknown: it may or may not have happened; read what it was about before doing it again.",
        );
    }
    Ok(exit)
}

/// JSON on one line with nothing that moves a terminal; other text with such characters shown.
fn printable(body: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok() {
        return out::clean_json(body);
    }
    body.lines().map(visible).collect::<Vec<_>>().join("\n")
}

/// A write that failed at the server may have happened; a read may be made again.
fn exit(method: RawMethod, answer: &RawAnswer) -> Exit {
    match answer.status {
        _ if answer.is_success() => Exit::Done,
        408 | 500..=599 if method.is_write() => Exit::Unknown,
        _ => Exit::Rejected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_cannot_move_the_terminal() {
        assert_eq!(printable("{\"a\":\n \"\u{202e}\"}"), r#"{"a": "\u202e"}"#);
        assert_eq!(printable("<p>\u{1b}[2J\n</p>"), "<p>\\u{1b}[2J\n</p>");
    }

    #[test]
    fn a_write_that_failed_at_the_server_is_open() {
        let answer = |status| RawAnswer { status, body: String::new(), request_id: None };
        assert_eq!(exit(RawMethod::Post, &answer(500)), Exit::Unknown);
        assert_eq!(exit(RawMethod::Get, &answer(500)), Exit::Rejected);
        assert_eq!(exit(RawMethod::Post, &answer(409)), Exit::Rejected);
        assert_eq!(exit(RawMethod::Post, &answer(201)), Exit::Done);
    }
}
