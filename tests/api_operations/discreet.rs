//! Names and account numbers stand in answers, and errors end on screens, in logs and in the
//! terminal's scrollback: no error repeats what a broken answer says, whatever is broken about it.

use std::io::Write;
use std::sync::{Arc, Mutex};

use super::cases::{self, Case};
use super::server::{Answer, http};
use super::{Bench, body};
use serde_json::{Value, json};

const NAME: &str = "Wanjiru Kamau +254700000121";
const PARTS: [&str; 3] = ["Wanjiru", "Kamau", "254700000121"];
/// Cuts of every answer.
const CUTS: usize = 24;

fn number() -> Value {
    json!(254_700_000_121_u64)
}

/// What is logged meanwhile.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn is_discreet(what: &str, said: &str) {
    assert!(!PARTS.iter().any(|part| said.contains(part)), "{what}: {said}");
}

/// The paths of all values inside.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, inner)| places(inner, &format!("{path}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, inner)| places(inner, &format!("{path}/{at}"), found));
        }
        _ => {}
    }
}

/// Every text is the name; the keys stay.
fn named(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(NAME),
        Value::Object(members) => Value::Object(members.iter().map(|(key, v)| (key.clone(), named(v))).collect()),
        Value::Array(items) => Value::Array(items.iter().map(named).collect()),
        other => other.clone(),
    }
}

/// Answers to this case that are broken in one way each.
fn broken(case: &Case, data: &Value) -> Vec<(u16, String)> {
    let whole = body(case, &named(data));
    let step = whole.len().div_ceil(CUTS).max(1);
    let cuts = (1..whole.len()).step_by(step).chain([whole.len() - 1]).map(|at| whole[..at].to_owned());
    let mut out: Vec<(u16, String)> = cuts.flat_map(|cut| [(case.status, cut.clone()), (422, cut)]).collect();
    out.push((case.status, whole));
    let mut paths = Vec::new();
    places(data, "", &mut paths);
    for path in paths {
        for wrong in [json!(NAME), number(), json!([NAME]), json!({ "account_name": NAME })] {
            // What stands in the place of an identifier and could be one is one, and is told.
            if wrong.is_number() && (path.ends_with("id") || path.ends_with("ref")) {
                continue;
            }
            let mut data = data.clone();
            *data.pointer_mut(&path).unwrap() = wrong;
            out.push((case.status, body(case, &data)));
        }
    }
    for foreign in [NAME.to_owned(), json!(NAME).to_string(), json!([NAME]).to_string(), json!({"a": NAME}).to_string()]
    {
        out.extend([(case.status, foreign.clone()), (422, foreign)]);
    }
    out
}

#[tokio::test]
async fn no_error_repeats_what_a_broken_answer_says() {
    let log = Log::default();
    let written = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(move || written.clone());
    // For every thread: what other tests log meanwhile does no harm.
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();
    let bench = Bench::new().await;
    let mut errors = 0;
    for case in cases::all() {
        let mut answers: Vec<(u16, String)> = case.answers.iter().flat_map(|data| broken(&case, data)).collect();
        answers.sort();
        answers.dedup();
        for (status, body) in answers {
            let (result, _) = bench.run(&case, http(status, &body)).await;
            if let Err(error) = result {
                errors += 1;
                is_discreet(case.operation, &format!("{error} {error:?}"));
            }
        }
    }
    assert!(errors > 1_000, "{errors}");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("read") && log.contains("written"),
        "something was logged: {}",
        log.get(..600).unwrap_or(&log)
    );
    is_discreet("the log", &log);
}

#[tokio::test]
async fn where_an_answer_breaks_off_how_long_it_is_and_what_it_claims_to_be_are_said() {
    let bench = Bench::new().await;
    let case = cases::all().into_iter().find(|case| case.operation.ends_with("/users/{id}")).unwrap();
    let body = format!(r#"{{"success":true,"data":{{"account_name":"{NAME}","phone_number":"+2547"#);
    let headers = "content-type: application/json; charset=utf-8\r\n".to_owned();
    let (result, _) = bench.run(&case, Answer::Http { status: 200, headers, body: body.clone() }).await;
    let (length, end) = (body.len(), format!("line 1 column {}", body.len()));
    let said = result.unwrap_err().to_string();
    assert!(said.contains("EOF while parsing a string") && said.contains(&end), "{said}");
    assert!(said.contains(&format!("{length} bytes of application/json")), "{said}");
}
