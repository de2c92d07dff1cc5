//! Rails, prices, quotes and the orders they become; the webhook; requests by hand.

use std::io::{Read, Write};
use std::net::TcpListener;

use ramptop::domain::text::is_displayable;
use ramptop::store::Store;
use serde_json::{Value, json};

use crate::desk::at;
use crate::process::{Api, Home};
use crate::proxy::{Act, Proxy};

/// A user of the simulated world, by the reference they were made with, and their payment details.
pub fn customer(api: &Api, home: &Home, currency: &str) -> (String, String) {
    for n in 1..=12 {
        let user_ref = format!("customer-{n}");
        let args = ["user", "create", "--ref", &user_ref, "--email", "x@example.com", "--json"];
        let user = home.run(&args).exits(0).json();
        assert_eq!(user["is_new"], false, "there is no {user_ref}");
        let id = user["user_uuid"].as_str().unwrap().to_owned();
        let details = api.data(&format!("/users/{id}/payment-details"));
        let own = details.as_array().unwrap().iter().find(|profile| profile["currency"] == currency);
        if let Some(own) = own.filter(|_| user["kyc_status"] == "VERIFIED") {
            return (id, own["payment_details_id"].as_str().unwrap().to_owned());
        }
    }
    panic!("no customer for {currency}")
}

pub fn quote(home: &Home, user: &str, details: &str) -> Value {
    let args = ["quote", "--user", user, "--payment-details", details, "--crypto", "usdt", "--fiat", "ngn"];
    home.run(&[&args[..], &["--crypto-amount", "100", "--json"]].concat()).exits(0).json()
}

fn links(home: &Home) -> Vec<(String, Option<String>, Option<String>)> {
    let store = Store::open(&home.data_dir().join("profiles/default/ramptop.db")).unwrap();
    let text = |id: &dyn std::fmt::Display| id.to_string();
    let links = store.links().unwrap().into_iter();
    links
        .map(|l| (text(&l.order), l.user.as_ref().map(|u| text(u)), l.payment_details.as_ref().map(|p| text(p))))
        .collect()
}

#[test]
fn what_can_be_chosen_is_listed() {
    let api = Api::start(&["--scenario", "empty"]);
    let home = at(&api.url);
    let rails = home.run(&["rails", "--currency", "ngn", "--json"]).exits(0).json();
    let nip = &rails["rails"][0];
    assert_eq!((&nip["slug"], &nip["fields"][0]["key"]), (&json!("nip-nigeria"), &json!("account_number")));
    assert_eq!((&nip["fields"][0]["required"], rails["direction"].is_string()), (&json!(true), true));
    let said = home.run(&["rails", "--country", "NG", "--direction", "onramp"]).exits(0).out;
    assert!(said.contains("nip-nigeria") && said.contains("account_number") && said.contains("required"), "{said}");

    let banks = home.run(&["institutions", "--rail", "nip-nigeria", "--search", "guaranty", "--json"]).exits(0).json();
    assert_eq!((&banks["institutions"][0]["id"], &banks["total"]), (&json!("gtbank"), &json!(1)));
    let one = home.run(&["institutions", "--rail", "imps-neft-india", "--limit", "1"]).exits(0);
    assert_eq!(one.out.lines().count(), 1);
    assert!(one.err.contains("--offset"), "{}", one.err);
    home.run(&["institutions", "--rail", "no-such-rail"]).exits(4);

    let all = home.run(&["currencies", "--json"]).exits(0).json();
    let has = |list: &str, code: &str| all[list].as_array().unwrap().iter().any(|own| own["code"] == code);
    assert!(has("fiat_currencies", "NGN") && has("crypto_currencies", "USDT"), "{all}");
    assert!(home.run(&["currencies"]).exits(0).out.contains("NGN"));
    home.run(&["rails"]).exits(2);
    home.run(&["institutions", "--rail", "upi", "--limit", "500"]).exits(2);
}

#[test]
fn an_estimate_binds_nobody_and_says_its_fees() {
    let api = Api::start(&["--scenario", "empty"]);
    let home = at(&api.url);
    let ask = ["estimate", "--crypto", "USDT", "--fiat", "NGN"];
    let ask = |more: &[&str]| home.run(&[&ask[..], more].concat());
    for way in [&[][..], &["--on-ramp"]] {
        let found = ask(&[&["--crypto-amount", "100", "--json"], way].concat()).exits(0).json();
        assert_eq!((&found["crypto_currency"], &found["is_indicative"]), (&json!("USDT"), &json!(true)));
        assert!(found["rate"].is_string() && found["fiat_amount"].is_string(), "{found}");
        assert!(found["fee_breakdown"]["total_fee"].is_string(), "{found}");
    }
    let said = ask(&["--fiat-amount", "150000"]).exits(0).out;
    assert!(
        said.contains("reserves nothing") && said.contains("150,000.00 NGN") && said.contains("total fee"),
        "{said}"
    );
    let no = ask(&["--crypto-amount", "1000000"]).exits(4);
    assert!(no.err.contains("NO_OFFERS_AVAILABLE") && no.out.is_empty(), "{no:?}");
    for wrong in [
        &[][..],
        &["--crypto-amount", "0"],
        &["--crypto-amount", "1", "--fiat-amount", "1"],
        &["--crypto-amount", "1e9"],
    ] {
        ask(wrong).exits(2);
    }
    assert_eq!(api.orders(), Vec::<Value>::new());
}

#[test]
fn a_quote_becomes_one_order_whose_owner_is_remembered() {
    let api = Api::start(&["--orders", "1"]);
    let home = at(&api.url);
    let (user, details) = customer(&api, &home, "NGN");
    home.run(&["user", "remove", &user]).exits(0);
    let offer = quote(&home, &user, &details);
    assert_eq!((&offer["payment_details_id"], &offer["crypto_amount"]), (&json!(details), &json!("100.000000")));
    assert!(offer["expires_at"].is_string() && offer["fee_breakdown"]["platform_fee"].is_string(), "{offer}");
    let id = offer["quote_id"].as_str().unwrap();

    let asked = home.run(&["initiate", id, "--user", &user, "--payment-details", &details]).exits(1);
    assert!(asked.err.contains("--yes") && asked.err.contains("Nothing was sent"), "{}", asked.err);
    let args =
        ["initiate", id, "--user", &user, "--payment-details", &details, "--reference", "inv-7", "--yes", "--json"];
    let made = home.run(&args).exits(0).json();
    assert_eq!(
        (&made["quote_id"], &made["reference_id"], &made["user_uuid"]),
        (&json!(id), &json!("inv-7"), &json!(user))
    );
    let order = made["order_id"].as_str().unwrap();
    assert_eq!(api.data(&format!("/orders/{order}"))["order_id"], order);
    assert_eq!(links(&home), [(order.to_owned(), Some(user.clone()), Some(details.clone()))]);
    assert!(home.run(&["users"]).exits(0).out.contains(&user));

    let before = api.orders().len();
    let again = home.run(&args).exits(4);
    assert!(again.err.contains("QUOTE_ALREADY_USED") && again.out.is_empty(), "{again:?}");
    assert_eq!(api.orders().len(), before);
    home.run(&["initiate", "00000000-0000-4000-8000-000000000000", "--user", &user, "--yes"]).exits(4);
    assert_eq!(links(&home).len(), 1);
}

#[test]
fn a_quote_for_people_says_how_long_it_lives() {
    let api = Api::start(&["--orders", "1"]);
    let home = at(&api.url);
    let (user, details) = customer(&api, &home, "NGN");
    let args = ["quote", "--user", &user, "--payment-details", &details, "--crypto", "USDT", "--fiat", "NGN"];
    let more = ["--fiat-amount", "150000", "--slippage", "1%", "--rail", "nip-nigeria", "--scope", "all"];
    let said = home.run(&[&args[..], &more].concat()).exits(0).out;
    for words in ["quote", "150,000.00 NGN", "expires_at", "time left", "total fee"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for wrong in [&["--slippage", "much"][..], &["--scope", "nobody"], &["--on-ramp"], &["--fiat-amount", "-1"]] {
        home.run(&[&args[..], &["--crypto-amount", "1"], wrong].concat()).exits(2);
    }
    home.run(&["quote", "--user", &user, "--crypto", "USDT", "--fiat", "NGN", "--crypto-amount", "1"]).exits(2);
    let other = home.run(&["user", "create", "--ref", "new", "--email", "n@example.com", "--json"]).exits(0).json();
    let new = other["user_uuid"].as_str().unwrap();
    let ask = ["quote", "--on-ramp", "--user", new, "--crypto", "USDT", "--fiat", "NGN", "--fiat-amount", "150000"];
    let ran = home.run(&ask).exits(4);
    assert!(ran.err.contains("KYC is not cleared"), "{}", ran.err);
}

#[test]
fn an_on_ramp_order_is_made_the_same_way() {
    let api = Api::start(&["--orders", "1"]);
    let home = at(&api.url);
    let (user, _) = customer(&api, &home, "KES");
    let ask = ["quote", "--on-ramp", "--user", &user, "--crypto", "USDT", "--fiat", "KES", "--fiat-amount", "15000"];
    let offer = home.run(&[&ask[..], &["--json"]].concat()).exits(0).json();
    assert_eq!((&offer["fiat_amount"], offer.get("payment_method_id")), (&json!("15000.00"), None), "{offer}");
    let id = offer["quote_id"].as_str().unwrap();
    // The other ramp does not know it.
    home.run(&["initiate", id, "--user", &user, "--yes"]).exits(4);
    let said = home.run(&["initiate", id, "--user", &user, "--on-ramp", "--yes"]).exits(0).out;
    let [(order, owner, None)] = &links(&home)[..] else { panic!("{:?}", links(&home)) };
    assert!(said.contains(order) && said.contains("15,000.00 KES"), "{said}");
    assert_eq!(owner.as_deref(), Some(user.as_str()));
}

#[test]
fn a_price_that_moved_makes_no_order_and_both_rates_are_shown() {
    let api = Api::start(&["--orders", "1", "--scenario", "price-moves"]);
    let home = at(&api.url);
    let (user, details) = customer(&api, &home, "NGN");
    let offer = quote(&home, &user, &details);
    let before = api.orders().len();
    let ran = home.run(&["initiate", offer["quote_id"].as_str().unwrap(), "--user", &user, "--yes"]).exits(4);
    assert!(ran.err.contains("PRICE_CHANGED_REQUOTE") && ran.err.contains("No order was made"), "{}", ran.err);
    let (whole, _) = offer["rate"].as_str().unwrap().split_once('.').unwrap();
    assert!(ran.err.replace(',', "").contains(&format!("The rate was {whole}.")), "{}", ran.err);
    assert_eq!((api.orders().len(), links(&home).len()), (before, 0));
}

#[test]
fn an_order_whose_answer_was_lost_is_five_and_not_made_twice() {
    let api = Api::start(&["--orders", "1", "--scenario", "awaiting-authorization"]);
    let proxy = Proxy::start(&api.url, |_, path| if path.ends_with("/initiate") { Act::Swallow } else { Act::Pass });
    let home = at(&proxy.url);
    let (user, details) = customer(&api, &home, "NGN");
    let offer = quote(&home, &user, &details);
    let before = api.orders().len();
    let ran = home.run(&["initiate", offer["quote_id"].as_str().unwrap(), "--user", &user, "--yes", "--json"]).exits(5);
    assert!(ran.out.is_empty() && ran.err.contains("An order may have been made"), "{ran:?}");
    assert_eq!(api.orders().len(), before + 1);
    assert_eq!(proxy.seen().iter().filter(|request| request.ends_with("/initiate")).count(), 1);
    assert_eq!(links(&home), []);
}

#[test]
fn a_connection_that_closes_on_initiate_leaves_the_outcome_open() {
    let api = Api::start(&["--orders", "1", "--scenario", "initiate-lost-answer"]);
    let home = at(&api.url);
    let (user, details) = customer(&api, &home, "NGN");
    let offer = quote(&home, &user, &details);
    let args = ["initiate", offer["quote_id"].as_str().unwrap(), "--user", &user, "--yes"];
    assert!(home.run(&args).exits(5).err.contains("outcome unknown"));
    // It had been made, once.
    assert!(home.run(&args).exits(4).err.contains("QUOTE_ALREADY_USED"));
}

#[test]
fn the_webhook_is_registered_shown_and_deleted_only_when_told_so() {
    let api = Api::start(&["--scenario", "empty"]);
    let home = at(&api.url);
    let (one, two) = ("https://one.example/hook", "https://two.example/hook");
    assert!(home.run(&["webhook", "show"]).exits(0).out.contains("none"));
    assert!(home.run(&["webhook", "test"]).exits(4).err.contains("not set"));
    assert_eq!(home.run(&["webhook", "delete", "--json"]).exits(0).json()["deleted_url"], json!(null));
    let first = home.run(&["webhook", "register", one, "--yes", "--json"]).exits(0).json();
    assert_eq!((&first["url"], &first["replaced_url"]), (&json!(one), &json!(null)));

    for args in [&["webhook", "register", two][..], &["webhook", "delete"]] {
        let ran = home.run(args).exits(1);
        assert!(ran.err.contains(one) && ran.err.contains("--yes"), "{}", ran.err);
    }
    assert_eq!(api.data("/webhooks")["url"], one);
    let second = home.run(&["webhook", "register", two, "--yes", "--json"]).exits(0);
    assert!(second.err.contains(one), "{}", second.err);
    assert_eq!((&second.json()["url"], &second.json()["replaced_url"]), (&json!(two), &json!(one)));
    assert_eq!(home.run(&["webhook", "show", "--json"]).exits(0).json()["url"], two);
    let gone = home.run(&["webhook", "delete", "--yes", "--json"]).exits(0);
    assert_eq!(gone.json()["deleted_url"], two);
    assert!(api.data("/webhooks")["url"].is_null());
    for url in ["http://one.example/hook", "one.example", "https://"] {
        home.run(&["webhook", "register", url, "--yes"]).exits(2);
    }
}

/// Answers one request with this status.
fn receiver(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    });
    url
}

#[test]
fn a_test_event_is_judged_by_the_receivers_answer() {
    let api = Api::start(&["--scenario", "empty"]);
    let home = at(&api.url);
    for (status, delivered, code) in [("200 OK", true, 0), ("500 Oops", false, 1)] {
        // By hand, because the sandbox alone takes plain http for this machine.
        let body = json!({"url": receiver(status)}).to_string();
        home.run_with(&["raw", "POST", "/api/v1/partner/webhooks", "--data", "-"], &body).exits(0);
        let test = home.run(&["webhook", "test", "--json"]).exits(code).json();
        assert_eq!(test["delivered"], delivered, "{test}");
    }
}

#[test]
fn any_request_can_be_made_by_hand() {
    let api = Api::start(&["--orders", "3", "--scenario", "awaiting-authorization"]);
    let home = at(&api.url);
    let ran = home.run(&["raw", "get", "/api/v1/partner/orders?limit=2"]).exits(0);
    assert_eq!(ran.json()["data"]["orders"].as_array().unwrap().len(), 2);
    assert!(ran.err.contains("HTTP 200"), "{}", ran.err);
    home.run(&["--read-only", "raw", "GET", "/health"]).exits(0);
    let ran = home.run(&["raw", "GET", "/api/v1/partner/no-such-thing"]).exits(4);
    assert!(ran.err.contains("HTTP 404") && !ran.out.is_empty(), "{ran:?}");
    let body = r#"{"user_ref":"ann","email":"ann@example.com"}"#;
    let made = home.run_with(&["raw", "POST", "/api/v1/partner/users", "--data", "-"], body).exits(0);
    assert!(made.err.contains("HTTP 201") && made.json()["data"]["user_uuid"].is_string(), "{made:?}");
    home.run_with(&["raw", "POST", "/api/v1/partner/users", "--data", "-"], "{}").exits(4);

    // What acts on an order has its own way.
    let id = &api.offering("authorize-crypto-transfer")[0];
    let ran = home.run(&["raw", "POST", &format!("/api/v1/partner/orders/{id}/cancel")]).exits(1);
    assert!(ran.err.contains("review"), "{}", ran.err);
    assert_eq!(api.attempts(), 0);
    for args in
        [&["GET", "https://evil.example/"][..], &["GET", "//evil.example"], &["TRACE", "/health"], &["GET", "/a/../b"]]
    {
        home.run(&[&["raw"], args].concat()).exits(2);
    }
    home.run_with(&["raw", "POST", "/api/v1/partner/users", "--data", "-"], "{").exits(1);
    home.run_with(&["raw", "GET", "/health", "--data", "-"], "{}").exits(1);
}

#[test]
fn a_body_by_hand_cannot_move_the_terminal() {
    let api = Api::start(&["--scenario", "empty"]);
    let proxy = Proxy::start(&api.url, |_, _| Act::Answer(json!({"data": "\u{202e}x\u{9b}2J\u{7f}"})));
    let home = at(&proxy.url);
    let ran = home.run(&["raw", "GET", "/health"]).exits(0);
    assert!(ran.out.trim_end().chars().all(is_displayable), "{:?}", ran.out);
    assert_eq!(ran.json()["data"], "\u{202e}x\u{9b}2J\u{7f}");
}
