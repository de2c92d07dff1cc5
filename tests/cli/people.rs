//! Users, KYC and documents from a script: what arrives, what is refused before it
//! is sent, what an exit code means, and what is nowhere in the output.

use std::io::Read;
use std::net::TcpListener;

use axum::http::Method;
use serde_json::json;

use crate::desk::{PNG, STRANGER, at, create, empty, file, submit, writes};
use crate::process::{Api, Home};
use crate::proxy::{Act, Proxy};

/// Whether a text stands in any file ramptop wrote: logs, register, journal.
fn is_kept(home: &Home, text: &str) -> bool {
    fn holds(dir: &std::path::Path, text: &[u8]) -> bool {
        std::fs::read_dir(dir).unwrap().any(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() {
                return holds(&path, text);
            }
            std::fs::read(&path).unwrap().windows(text.len()).any(|part| part == text)
        })
    }
    holds(&home.data_dir(), text.as_bytes())
}

#[test]
fn a_created_user_is_in_the_register_and_created_once() {
    let (api, home) = empty();
    let args = ["user", "create", "--ref", "ann", "--email", "ann@example.com", "--json"];
    let made = home.run(&args).exits(0).json();
    assert_eq!(
        (&made["is_new"], &made["user_ref"], &made["kyc_status"]),
        (&json!(true), &json!("ann"), &json!("NOT_INITIATED"))
    );
    let again = home.run(&args).exits(0).json();
    assert_eq!((&again["is_new"], &again["user_uuid"]), (&json!(false), &made["user_uuid"]));
    let other = home.run(&["user", "create", "--ref", "ann", "--email", "other@example.com"]).exits(0);
    assert!(other.err.contains("keeps it: ann@example.com"), "{}", other.err);
    let register = home.run(&["users", "--json"]).exits(0).json();
    assert_eq!(register["users"].as_array().unwrap().len(), 1);
    assert_eq!(register["users"][0]["user_uuid"], made["user_uuid"]);
    let id = made["user_uuid"].as_str().unwrap();
    assert_eq!(api.data(&format!("/users/{id}"))["email"], "ann@example.com");
    let said = home.run(&args[..6]).exits(0).out;
    assert!(said.contains(id) && said.contains("was there already"), "{said}");
}

#[test]
fn kyc_is_submitted_by_each_method() {
    let (api, home) = empty();
    let ann = create(&home, "ann");
    let data = file(&home, "ann.json", br#"{"dob":"1990-01-01","id_type":"NIN","id_number":"55512345"}"#);
    let names = ["--first-name", "Ann", "--last-name", "Example", "--country", "ng", "--data"];
    let from = format!("@{data}");
    let args = [&["user", "kyc", &ann, "--method", "direct_data", "--json"], &names[..], &[&from]].concat();
    let answer = home.run(&args).exits(0).json();
    assert_eq!((&answer["method"], &answer["kyc_status"]), (&json!("direct_data"), &json!("IN_PROGRESS")));
    let kyc = api.data(&format!("/users/{ann}"))["kyc"].clone();
    assert_eq!((&kyc["first_name"], &kyc["country_code"]), (&json!("Ann"), &json!("NG")));

    let bob = create(&home, "bob");
    let token = ["user", "kyc", &bob, "--method", "external_token", "--provider", "sumsub", "--json"];
    let ran = home.run_with(&token, "t0ken-of-bob\n").exits(0);
    assert_eq!(ran.json()["kyc_status"], "IN_PROGRESS");
    let eve = create(&home, "eve");
    let inquiry = ["user", "kyc", &eve, "--method", "external_token", "--provider", "persona", "--data", "-"];
    home.run_with(&inquiry, r#"{"inquiry_id":"t0ken-of-eve"}"#).exits(0);
    assert!(!is_kept(&home, "t0ken-of") && !is_kept(&home, "55512345"), "somebody's data stand in a file");

    let joe = create(&home, "joe");
    let handoff = home.run(&["user", "kyc", &joe, "--method", "handoff", "--json"]).exits(0).json();
    assert!(handoff["verification_url"].as_str().unwrap().starts_with("https://"), "{handoff}");
    let ran = home.run(&["user", "verification", &joe, "--json"]).exits(1).json();
    assert_eq!((&ran["status"], &ran["verification_url"]), (&json!("IN_PROGRESS"), &handoff["verification_url"]));
}

#[test]
fn kyc_that_cannot_be_right_is_not_sent_and_what_the_api_refuses_is_four() {
    let api = Api::start(&["--scenario", "empty"]);
    let proxy = Proxy::start(&api.url, |_, _| Act::Pass);
    let home = at(&proxy.url);
    let ann = create(&home, "ann");
    let kyc = |more: &[&str], input: &str| home.run_with(&[&["user", "kyc", &ann, "--method"], more].concat(), input);
    let before = proxy.seen().len();
    let err = kyc(&["direct_data", "--first-name", "Ann"], "").exits(1).err;
    assert!(err.contains("last_name") && err.contains("nothing was sent"), "{err}");
    kyc(&["direct_data", "--first-name", "Ann", "--data", "-"], r#"{"first_name":"Bob"}"#).exits(1);
    kyc(&["external_token", "--provider", "sumsub"], "").exits(1);
    kyc(&["external_token", "--provider", "persona", "--data", "-"], r#"{"token":"t"}"#).exits(1);
    let err = kyc(&["handoff", "--data", "-"], r#"{"dob":19900101}"#).exits(1).err;
    assert!(err.contains("`dob`") && !err.contains("19900101"), "{err}");
    kyc(&["handoff", "--data", "@no-such-file"], "").exits(1);
    kyc(&["external_token"], "t").exits(2);
    kyc(&["handoff", "--data", r#"{"dob":"1990-01-01"}"#], "").exits(2);
    kyc(&["dance"], "").exits(2);
    assert_eq!(proxy.seen().len(), before, "{:?}", proxy.seen());

    let young = ["direct_data", "--first-name", "Ann", "--last-name", "E", "--country", "NG", "--data", "-"];
    let ran = kyc(&young, r#"{"dob":"2020-01-01"}"#).exits(4);
    assert!(ran.err.contains("underage_not_allowed") && ran.out.is_empty(), "{ran:?}");
    home.run(&["user", "kyc", STRANGER, "--method", "handoff"]).exits(4);
}

#[test]
fn documents_are_uploaded_and_start_the_verification() {
    let api = Api::start(&["--scenario", "empty", "--dialect", "newer"]);
    let home = at(&api.url);
    let ann = create(&home, "ann");
    submit(&home, &ann);
    let ready = home.run(&["user", "verify", &ann, "--json"]).exits(1).json();
    assert_eq!((&ready["ready"], &ready["missing"]), (&json!(false), &json!(["identity_document", "selfie"])));
    let pass = file(&home, "pass.png", PNG);
    let ran = home.run(&["user", "document", &ann, "--type", "passport", &pass, "--json"]).exits(0);
    let stored = &ran.json()["uploaded"][0];
    assert!(stored["document_id"].is_string() && stored["document_type"] == "passport", "{stored}");
    // Progress is for terminals.
    assert!(ran.err.is_empty(), "{}", ran.err);
    let url = "https://files.example.com/selfie.jpg";
    let linked = home.run(&["user", "document", &ann, "--type", "selfie", "--url", url, "--json"]).exits(0).json();
    assert_eq!((&linked["errors"], linked["uploaded"].as_array().unwrap().len()), (&json!([]), 1), "{linked}");
    let status = api.data(&format!("/users/{ann}/verification-status"))["status"].clone();
    assert_eq!(status, "IN_PROGRESS");
    let ready = home.run(&["user", "verify", &ann, "--json"]).exits(0).json();
    assert_eq!(ready["ready"], true);
}

#[test]
fn a_file_that_cannot_be_taken_is_not_sent() {
    let api = Api::start(&["--scenario", "empty"]);
    let proxy = Proxy::start(&api.url, |_, _| Act::Pass);
    let home = at(&proxy.url);
    let ann = create(&home, "ann");
    submit(&home, &ann);
    let mut large = PNG.to_vec();
    large.resize(50 << 20, 0);
    let before = proxy.seen().len();
    let missing = home.data_dir().join("gone.png").display().to_string();
    let folder = home.data_dir().display().to_string();
    for (path, words) in [
        (missing, "no such file"),
        (file(&home, "large.png", &large), "at most 10485760"),
        (file(&home, "exe.png", b"MZ not a picture"), "neither"),
        (file(&home, "empty.png", b""), "empty"),
        (folder, "not a file"),
    ] {
        let ran = home.run(&["user", "document", &ann, "--type", "passport", &path]).exits(1);
        assert!(ran.err.contains(words) && ran.err.contains("was not sent"), "{path}: {}", ran.err);
    }
    let pass = file(&home, "pass.png", PNG);
    home.run(&["user", "document", &ann, "--type", "My Passport", &pass]).exits(1);
    home.run(&["user", "document", &ann, "--type", "passport"]).exits(2);
    home.run(&["user", "document", &ann, "--type", "passport", &pass, "--url", "https://a.example/b"]).exits(2);
    home.run(&["user", "document", &ann, "--type", "passport", "--url", "http://a.example/b"]).exits(2);
    assert_eq!(proxy.seen().len(), before, "{:?}", proxy.seen());
    let ran = home.run(&["user", "document", &ann, "--type", "shoe", &pass]).exits(4);
    assert!(ran.err.contains("invalid_document_type"), "{}", ran.err);
}

#[test]
fn an_upload_that_is_cut_half_way_leaves_the_outcome_open() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let home = at(&format!("http://{}", listener.local_addr().unwrap()));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.read_exact(&mut vec![0; 64 * 1024]).unwrap();
        // Gone with half of the file unread, and nobody accepts another connection.
    });
    let mut content = PNG.to_vec();
    content.resize(8 << 20, 0);
    let path = file(&home, "half.png", &content);
    let ran = home.run(&["user", "document", STRANGER, "--type", "passport", &path, "--json"]).exits(5);
    assert!(ran.out.is_empty() && ran.err.contains("look at the user's verification"), "{ran:?}");
    server.join().unwrap();
}

#[test]
fn waiting_ends_with_the_verdict_and_completed_is_none() {
    let api = Api::start(&["--scenario", "empty", "--speed", "3600"]);
    let proxy = Proxy::start(&api.url, {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        move |_, path| {
            let early =
                path.ends_with("/verification-status") && asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
            if early { Act::Answer(json!({"success": true, "data": {"status": "COMPLETED"}})) } else { Act::Pass }
        }
    });
    let home = at(&proxy.url);
    let ann = create(&home, "ann");
    home.run_with(&["user", "kyc", &ann, "--method", "external_token", "--provider", "sumsub"], "t").exits(0);
    let ran = home.run(&["user", "verification", &ann, "--wait", "--json"]).exits(0);
    assert_eq!(ran.json()["status"], "VERIFIED");
    assert!(ran.err.contains("completed, not yet approved"), "{}", ran.err);

    let bob = create(&home, "reject-bob");
    home.run_with(&["user", "kyc", &bob, "--method", "external_token", "--provider", "sumsub"], "t").exits(0);
    let ran = home.run(&["user", "verification", &bob, "--wait", "--json"]).exits(4).json();
    assert_eq!(ran["status"], "VERIFICATION_REJECTED");
    assert!(ran["provider_messages"][0].as_str().unwrap().contains("name"), "{ran}");
    home.run(&["user", "verification", STRANGER, "--wait"]).exits(4);
}

#[test]
fn kyc_fields_are_changed_and_what_was_not_taken_is_said() {
    let (api, home) = empty();
    let ann = create(&home, "ann");
    let update = ["user", "update-kyc", &ann, "--data", "-", "--json"];
    let ran = home.run_with(&update, r#"{"city":"Rome","address":"Via 1","shoe_size":"44"}"#).exits(0);
    assert_eq!(ran.json()["updated_fields"], json!(["address", "city"]));
    assert!(ran.err.contains("shoe_size") && !ran.err.contains("44"), "{}", ran.err);
    assert!(home.run_with(&update, r#"{"dob":"soon"}"#).exits(4).err.contains("invalid_date_of_birth"));
    home.run_with(&update, r#"{"city":" "}"#).exits(1);
    home.run_with(&update, "[]").exits(1);
    home.run(&["user", "update-kyc", &ann]).exits(2);
    assert!(!is_kept(&home, "Via 1"));
    drop(api);
}

#[test]
fn read_only_refuses_every_write_and_sends_nothing() {
    let api = Api::start(&["--scenario", "empty"]);
    let proxy = Proxy::start(&api.url, |_, _| Act::Pass);
    let home = at(&proxy.url);
    let pass = file(&home, "pass.png", PNG);
    let u = STRANGER;
    for args in [
        &["user", "create", "--ref", "a", "--email", "a@example.com"][..],
        &["user", "kyc", u, "--method", "handoff"],
        &["user", "document", u, "--type", "passport", &pass],
        &["user", "document", u, "--type", "passport", "--url", "https://a.example/b"],
        &["user", "verify", u],
        &["user", "update-kyc", u, "--data", "-"],
        &["payment-details", "create", u, "--currency", "NGN", "--rail", "nip-nigeria"],
        &["payment-details", "delete", u, "1", "--yes"],
        &["initiate", "q-1", "--user", u, "--yes"],
        &["webhook", "register", "https://a.example/hook", "--yes"],
        &["webhook", "delete", "--yes"],
        &["webhook", "test"],
        &["raw", "POST", "/api/v1/partner/users", "--data", "-"],
        &["raw", "DELETE", "/api/v1/partner/webhooks/1"],
    ] {
        let ran = home.run_with(&[&["--read-only"], args].concat(), r#"{"city":"Rome"}"#).exits(3);
        assert!(ran.err.contains("read-only") && ran.out.is_empty(), "{args:?}: {ran:?}");
    }
    assert_eq!(proxy.seen(), [""; 0]);
    home.run(&["--read-only", "webhook", "show"]).exits(0);
}

#[test]
fn a_lost_answer_is_five_and_says_how_to_find_out() {
    let api = Api::start(&["--scenario", "empty"]);
    let proxy = Proxy::start(&api.url, |method, _| if *method == Method::GET { Act::Pass } else { Act::Swallow });
    let lossy = at(&proxy.url);
    let create_args = ["user", "create", "--ref", "ann", "--email", "ann@example.com", "--json"];
    let ran = lossy.run(&create_args).exits(5);
    assert!(ran.out.is_empty() && ran.err.contains("same user_ref"), "{ran:?}");
    assert_eq!(writes(&proxy).len(), 1);
    // It had happened; doing what was advised finds the user.
    let home = at(&api.url);
    let found = home.run(&create_args).exits(0).json();
    assert_eq!(found["is_new"], false);
    let ann = found["user_uuid"].as_str().unwrap();

    let pass = file(&lossy, "pass.png", PNG);
    let details = ["--detail", "account_number=0123456789", "--detail", "account_name=ANN EXAMPLE"];
    let make = ["payment-details", "create", ann, "--currency", "NGN", "--rail", "nip-nigeria"];
    for args in [
        &["user", "kyc", ann, "--method", "direct_data", "--first-name", "A", "--last-name", "B", "--country", "NG"][..],
        &["user", "document", ann, "--type", "passport", &pass],
        &["user", "update-kyc", ann, "--data", "-"],
        &[&make, &details[..]].concat(),
        &["webhook", "register", "https://a.example/hook", "--yes"],
        &["webhook", "delete", "--yes"],
        &["raw", "POST", "/api/v1/partner/users", "--data", "-"],
    ] {
        let before = writes(&proxy).len();
        let input = r#"{"city":"Rome","user_ref":"x","email":"x@example.com"}"#;
        let ran = lossy.run_with(args, input).exits(5);
        assert!(ran.err.contains("outcome unknown"), "{args:?}: {}", ran.err);
        assert_eq!(writes(&proxy).len(), before + 1, "{args:?}");
    }
}
