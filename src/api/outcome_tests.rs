use std::time::Duration;

use chrono::DateTime;

use super::*;
use crate::domain::{Mono, Now};

fn answer(status: u16, body: &str) -> Answer {
    let now = Now { mono: Mono::new(Duration::ZERO), wall: DateTime::UNIX_EPOCH };
    let body = Ok(body.to_owned());
    let (server_date, retry_after, request_id) = (None, None, None);
    let media = Some("application/json".to_owned());
    Answer { status, body, asked: now, answered: now, server_date, retry_after, request_id, media }
}

fn submitted(status: u16, body: &str) -> Result<Accepted, ApiError> {
    of_submission(&answer(status, body), &OrderId::parse("o-1").unwrap())
}

fn read(status: u16, body: &str) -> Result<String, ApiError> {
    of_read(&answer(status, body), |data| Ok(data.to_owned()))
}

fn is_unknown<T>(result: &Result<T, ApiError>) -> bool {
    matches!(result, Err(ApiError::OutcomeUnknown { .. }))
}

fn is_rejected<T>(result: &Result<T, ApiError>) -> bool {
    matches!(result, Err(ApiError::Rejected(_)))
}

const TRANSACTOR: &str = r#"{"success":false,"error":{"code":"TRANSACTOR_ERROR","message":"relay"}}"#;
const MOVED: &str = r#"{"success":false,"error":{"code":"INVALID_STATUS","message":"moved on"}}"#;

#[test]
fn a_clear_yes_is_accepted() {
    for body in ["", " \n", r#"{"success":true}"#, r#"{"success":true,"data":[]}"#, r#"{"success":true,"data":{}}"#] {
        assert!(submitted(200, body).is_ok(), "{body}");
    }
    let yes = submitted(201, r#"{"success":true,"data":{"order_id":"O-1","status":"cancelled"}}"#).unwrap();
    assert_eq!(yes.status.unwrap().wire(), "cancelled");
}

#[test]
fn a_clear_no_is_rejected() {
    for status in [400, 401, 403, 404, 409, 410, 422, 429] {
        for body in ["", "<html>", MOVED, r#"{"success":false,"error":"no"}"#, r#"{"success":true}"#] {
            assert!(is_rejected(&submitted(status, body)), "{status} {body}");
        }
    }
    assert!(is_rejected(&submitted(200, MOVED)));
}

#[test]
fn everything_else_is_unknown() {
    for status in [301, 302, 307, 308, 304, 408, 500, 502, 503, 504, 599, 999] {
        for body in ["", "<html>", MOVED, r#"{"success":true}"#] {
            assert!(is_unknown(&submitted(status, body)), "{status} {body}");
        }
    }
    for body in ["<html>", "ok", "{}", "null", r#"{"success":true,"#, r#"{"success":"yes"}"#, r#"{"success":false}"#] {
        assert!(is_unknown(&submitted(200, body)), "{body}");
    }
    assert!(is_unknown(&submitted(200, TRANSACTOR)) && is_unknown(&submitted(409, TRANSACTOR)));
    assert!(is_unknown(&submitted(200, r#"{"success":true,"data":{"order_id":"o-2"}}"#)));
}

#[test]
fn the_code_of_an_unknown_outcome_is_kept() {
    let Err(ApiError::OutcomeUnknown { code, why, .. }) = submitted(502, TRANSACTOR) else { panic!() };
    assert_eq!(code.as_deref(), Some("TRANSACTOR_ERROR"));
    assert!(why.contains("502") && why.contains("relay"), "{why}");
}

#[test]
fn a_yes_without_its_body_is_unknown_and_a_no_without_it_is_a_no() {
    for lost in [BodyLost::Cut("x".to_owned()), BodyLost::TooLarge] {
        let cut = |status, lost| Answer { body: Err(lost), ..answer(status, "") };
        let order = OrderId::parse("o-1").unwrap();
        let again = if lost == BodyLost::TooLarge { BodyLost::TooLarge } else { BodyLost::Cut("x".to_owned()) };
        assert!(is_unknown(&of_submission(&cut(200, lost), &order)));
        assert!(is_rejected(&of_submission(&cut(409, again), &order)));
    }
}

#[test]
fn reads_tell_no_from_unreadable() {
    assert_eq!(read(200, r#"{"success":true,"data":[1]}"#).unwrap(), "[1]");
    assert!(is_rejected(&read(200, MOVED)) && is_rejected(&read(302, "")) && is_rejected(&read(500, "<html>")));
    for body in ["", "<html>", "[]", r#"{"data":1}"#] {
        assert!(matches!(read(200, body), Err(ApiError::Decode { .. })), "{body}");
    }
    let cut = Answer { body: Err(BodyLost::Cut("eof".to_owned())), ..answer(200, "") };
    assert!(of_read(&cut, |_| Ok(())).unwrap_err().is_retryable());
}

#[test]
fn only_what_never_left_is_surely_undone() {
    assert!(matches!(lost_submission(Lost::Unsent("x".to_owned())), ApiError::Transport { .. }));
    assert!(matches!(lost_submission(Lost::Sent("x".to_owned())), ApiError::OutcomeUnknown { .. }));
    assert!(matches!(lost_read(Lost::Sent("x".to_owned())), ApiError::Transport { .. }));
}

/// However it is cut, an answer full of account data leaves nothing of it in the error.
#[test]
fn an_answer_cut_anywhere_is_not_repeated() {
    let name = "Wanjiru Kamau +254700000121";
    let page = format!(
        r#"{{"success":true,"data":{{"orders":[{{"order_id":"o-1","status":"{name}","amounts":{{"x":254700000121}},
        "payment_details":{{"account_name":"{name}","phone_number":"{name}"}}}}],"error":"{name}"}}}}"#
    );
    let decode = |data: &str| crate::api::wire::page::read_page(data, 1);
    let order = OrderId::parse("o-1").unwrap();
    for at in (0..page.len()).filter(|at| page.is_char_boundary(*at)) {
        let cut = &page[..at];
        for status in [200, 400, 408, 500] {
            let errors = [
                of_read(&answer(status, cut), decode).err(),
                of_bare(&answer(status, cut), decode).err(),
                of_submission(&answer(status, cut), &order).err(),
            ];
            for error in errors.into_iter().flatten() {
                let said = format!("{error} {error:?}");
                assert!(!["Wanj", "Kam", "2547"].iter().any(|part| said.contains(part)), "cut at {at}: {said}");
            }
        }
    }
}
