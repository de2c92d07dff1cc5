//! Payment details from a script: checked by the rail's own form, masked, deleted when told so.

use ramptop::domain::text::is_displayable;
use serde_json::{Value, json};

use crate::desk::{STRANGER, at, create, empty, writes};
use crate::process::{Api, Home};
use crate::proxy::{Act, Proxy};

fn naira(home: &Home, user: &str, more: &[&str]) -> Value {
    let args = ["payment-details", "create", user, "--currency", "ngn", "--rail", "nip-nigeria", "--json"];
    let details = ["--detail", "account_number=0123456789", "--detail", "account_name=ANN EXAMPLE"];
    home.run(&[&args, &details[..], more].concat()).exits(0).json()
}

#[test]
fn payment_details_are_made_listed_masked_and_deleted() {
    let (api, home) = empty();
    let ann = create(&home, "ann");
    let made = naira(&home, &ann, &["--institution", "gtbank", "--country", "NG"]);
    let id = made["payment_details_id"].as_str().unwrap();
    assert_eq!((&made["rail"], &made["details"]["account_number"]), (&json!("nip-nigeria"), &json!("••••6789")));
    let stored = api.data(&format!("/users/{ann}/payment-details"));
    assert_eq!(stored[0]["details"]["account_number"], "0123456789");

    let list = |more: &[&str]| home.run(&[&["payment-details", "list", &ann], more].concat()).exits(0);
    for masked in [list(&[]), list(&["--json"])] {
        assert!(masked.out.contains("••••6789") && !masked.out.contains("0123456789"), "{}", masked.out);
    }
    assert!(list(&["--unmasked"]).out.contains("0123456789"));
    let full = list(&["--unmasked", "--json"]).json();
    assert_eq!(full["payment_details"][0]["details"], stored[0]["details"]);

    let ran = home.run(&["payment-details", "delete", &ann, id]).exits(1);
    assert!(ran.err.contains("--yes") && ran.err.contains("Nothing was sent"), "{}", ran.err);
    assert_eq!(api.data(&format!("/users/{ann}/payment-details")).as_array().unwrap().len(), 1);
    let gone = home.run(&["payment-details", "delete", &ann, id, "--yes", "--json"]).exits(0).json();
    assert_eq!(gone["payment_details_id"], id);
    assert_eq!(api.data(&format!("/users/{ann}/payment-details")), json!([]));
    home.run(&["payment-details", "delete", &ann, id, "--yes"]).exits(4);
    home.run(&["payment-details", "list", STRANGER]).exits(4);
}

#[test]
fn details_that_do_not_fit_the_rail_are_not_sent() {
    let api = Api::start(&["--scenario", "empty"]);
    let proxy = Proxy::start(&api.url, |_, _| Act::Pass);
    let home = at(&proxy.url);
    let ann = create(&home, "ann");
    let before = writes(&proxy).len();
    let make = |currency: &str, rail: &str, more: &[&str]| {
        let args = ["payment-details", "create", &ann, "--currency", currency, "--rail", rail];
        home.run(&[&args, more].concat())
    };
    let bad = ["--detail", "account_number=777", "--detail", "acount_name=ANN"];
    let ran = make("NGN", "nip-nigeria", &bad).exits(1);
    for words in ["account_number", "account_name", "is required", "no such field", "nothing was sent"] {
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
    assert!(!ran.err.contains("777"), "{}", ran.err);
    assert!(make("NGN", "upi", &[]).exits(1).err.contains("nip-nigeria"));
    assert!(
        make("KES", "mpesa-kenya", &["--detail", "phone_number=+254700000000"]).exits(1).err.contains("institution")
    );
    make("NGN", "nip-nigeria", &["--detail", "account_number"]).exits(2);
    make("NGN", "nip-nigeria", &["--country", "Nigeria"]).exits(2);
    assert_eq!(writes(&proxy).len(), before, "{:?}", proxy.seen());
    // What only the API knows: an IBAN's check digits.
    let iban = ["--institution", "n26", "--detail", "iban=DE00370400440532013000", "--detail", "account_name=A B"];
    let ran = make("EUR", "iban-sepa", &iban).exits(4);
    assert!(ran.err.contains("the API said no"), "{}", ran.err);
}

#[test]
fn no_text_of_the_apis_moves_the_terminal() {
    let (api, home) = empty();
    let ann = create(&home, "ann");
    naira(&home, &ann, &["--institution", "gtbank"]);
    let proxy = Proxy::start(&api.url, |_, path| {
        if !path.ends_with("/payment-details") {
            return Act::Pass;
        }
        Act::Edit(Box::new(|value| {
            value["data"][0]["institution_name"] = json!("\u{1b}[2J\u{202e}knaB");
            value["data"][0]["details"]["a\u{9b}b"] = json!("1234\u{202e}5678");
        }))
    });
    let home = at(&proxy.url);
    for args in [&["payment-details", "list", &ann, "--unmasked"][..], &["payment-details", "list", &ann, "--json"]] {
        let ran = home.run(args).exits(0);
        assert!(ran.out.chars().all(|c| c == '\n' || is_displayable(c)), "{:?}", ran.out);
        assert!(ran.out.contains("knaB"), "{}", ran.out);
    }
}
