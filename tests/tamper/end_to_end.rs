//! The real binary against a simulated API that lies: exit 3, and nothing was sent.

use serde_json::{Value, json};

use crate::process::{Api, Home};

const AUTHORIZE: &str = "authorize-crypto-transfer";

fn api(chaos: &str) -> Api {
    Api::start(&["--orders", "3", "--scenario", "awaiting-authorization", "--chaos", chaos])
}

/// A home that pinned what an honest API said.
fn pinned(extra: &[&str]) -> Home {
    let honest = api("none");
    let home = Home::on(&honest.url);
    home.run(&[&["profile", "pin", "--yes"], extra].concat()).exits(0);
    home
}

fn reasons(home: &Home, id: &str, extra: &[&str]) -> Vec<String> {
    let refused = home.run(&[&["authorize", id, "--yes", "--json"], extra].concat()).exits(3).json();
    assert_eq!(refused["outcome"], "refused");
    refused["reasons"].as_array().unwrap().iter().map(|r| r["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_tampering_is_refused_and_nothing_sent() {
    for (chaos, check) in [
        ("tamper-recipient", "calldata-recipient"),
        ("tamper-amount", "amount-order"),
        ("tamper-calldata", "calldata-decodes"),
        ("tamper-sender", "sender-pinned"),
        ("tamper-token", "token-pinned"),
    ] {
        let mut home = pinned(&[]);
        let api = api(chaos);
        home.look_at(&api.url);
        let id = api.offering(AUTHORIZE).remove(0);
        let names = reasons(&home, &id, &[]);
        assert!(names.iter().any(|name| name == check), "{chaos}: {names:?}");
        home.run(&["review", &id]).exits(3);
        assert_eq!((api.attempts(), api.authorizations()), (0, 0), "{chaos}");
        assert_eq!(home.entries().len(), 1, "{chaos}: only the pins are on the record");
    }
}

#[test]
fn pins_are_shown_recorded_and_hold() {
    let api = api("none");
    let home = Home::on(&api.url);
    let shown = home.run(&["profile", "pin", "--yes"]).exits(0).out;
    assert!(shown.contains("+ chain_id") && shown.contains("660279") && shown.contains("+ token USDT"), "{shown}");
    assert!(home.run(&["profile", "pin", "--yes"]).exits(0).out.contains("Nothing to change"));
    let id = api.offering(AUTHORIZE).remove(0);
    assert!(home.run(&["review", &id]).exits(0).out.contains("never paid before"), "a new escrow is called out");
    home.run(&["authorize", &id, "--yes"]).exits(0);

    // Only the escrow of this order, from now on.
    let second = api.offering(AUTHORIZE).remove(0);
    let changed = home.run(&["profile", "pin", "--order", &second, "--escrows", "pinned", "--yes"]).exits(0).out;
    assert!(changed.contains("! escrows") && changed.contains("<- pinned now"), "{changed}");
    let third = api.offering(AUTHORIZE).remove(1);
    assert_eq!(reasons(&home, &third, &[]), ["recipient-known"]);
    home.run(&["authorize", &second, "--yes"]).exits(0);

    let entries = home.entries();
    let pins: Vec<&Value> = entries.iter().map(|e| &e["event"]).filter(|e| e["kind"] == "pin").collect();
    assert_eq!(pins.len(), 2);
    assert_eq!((&pins[0]["old"], &pins[0]["new"]["escrows"]), (&json!(null), &json!("per-order")));
    assert_eq!(
        (&pins[1]["old"]["escrows"], pins[1]["new"]["escrows"].as_array().unwrap().len()),
        (&json!("per-order"), 1)
    );
    home.run(&["journal", "verify"]).exits(0);
    assert!(home.run(&["journal", "list"]).exits(0).out.contains("changed the pins"));
}

#[test]
fn a_profile_of_real_money_without_pins_may_watch_but_not_sign() {
    let api = api("none");
    let home = Home::on(&api.url);
    let config = format!(
        "default_profile = \"default\"\n[profile.default]\napi_url = \"{}\"\nenvironment = \"production\"\n",
        api.url
    );
    std::fs::create_dir_all(home.config_file().parent().unwrap()).unwrap();
    std::fs::write(home.config_file(), config).unwrap();
    let id = api.offering(AUTHORIZE).remove(0);
    home.run(&["order", &id]).exits(0);
    assert_eq!(reasons(&home, &id, &[]), ["pins-set"]);
    assert!(home.run(&["authorize", &id, "--yes"]).exits(3).err.contains("ramptop profile pin"));
    assert_eq!(api.attempts(), 0);
    home.run(&["profile", "pin", "--yes"]).exits(0);
    home.run(&["authorize", &id, "--yes"]).exits(0);

    // A file that is not right is not "no pins".
    let file = home.config_file().parent().unwrap().join("profiles/default/pins.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("chain_id = 660279", "chain_id = \"660279\"")).unwrap();
    let next = api.offering(AUTHORIZE).remove(0);
    assert_eq!(reasons(&home, &next, &[]), ["pins-set"]);
    assert_eq!(api.attempts(), 1);
}

fn policy(home: &Home, text: &str) {
    let file = home.config_file().parent().unwrap().join("profiles/default/policy.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

#[test]
fn limits_count_across_runs_and_a_broken_policy_signs_nothing() {
    let api = api("none");
    let home = Home::on(&api.url);
    let orders = api.offering(AUTHORIZE);
    let cost = |id: &str| {
        let review = home.run(&["review", id, "--json"]).exits(0).json();
        review["review"]["facts"]["amount"].as_str().unwrap().to_owned()
    };
    let (first, second) = (cost(&orders[0]), cost(&orders[1]));
    assert!(home.run(&["policy", "check"]).exits(0).out.contains("the defaults hold"));

    policy(&home, &format!("[currency.USDT]\nper_day = \"{first}\"\n"));
    home.run(&["authorize", &orders[0], "--yes"]).exits(0);
    assert_eq!(reasons(&home, &orders[1], &[]), ["policy-per-day"], "another run, the same journal");

    policy(&home, "[currency.USDT]\nper_day = 5\n");
    assert!(home.run(&["policy", "check"]).exits(1).err.contains("line 2"));
    assert_eq!(reasons(&home, &orders[1], &[]), ["policy-readable"]);
    home.run(&["cancel", &orders[1], "--yes"]).exits(3);
    assert_eq!(api.attempts(), 1);

    policy(&home, "read_only = true\n");
    assert_eq!(reasons(&home, &orders[1], &[]), ["policy-read-only"]);
    assert!(home.run(&["cancel", &orders[1], "--yes"]).exits(3).err.contains("read_only"));
    assert_eq!(api.attempts(), 1);

    policy(&home, "[currency.USDT]\ntype_amount_above = \"0.01\"\n");
    assert_eq!(reasons(&home, &orders[1], &[]), ["amount-typed"]);
    assert_eq!(reasons(&home, &orders[1], &["--amount", "1"]), ["amount-typed"]);
    home.run(&["authorize", &orders[1], "--yes", "--amount", &second]).exits(0);
    assert_eq!((api.attempts(), api.authorizations()), (2, 2));
}

/// Also where no policy asks for it.
#[test]
fn an_amount_that_is_given_has_to_be_the_one_that_is_signed() {
    let api = api("none");
    let home = Home::on(&api.url);
    let id = api.offering(AUTHORIZE).remove(0);
    assert_eq!(reasons(&home, &id, &["--amount", "0.01"]), ["amount-typed"]);
    assert_eq!(reasons(&home, &id, &["--amount", "much"]), ["amount-typed"]);
    assert_eq!(api.attempts(), 0);
    assert_eq!(home.story(), [""; 0]);
}

/// A node of our own is part of the review; one that is not there counts as the policy says.
#[test]
fn the_chains_own_word_is_asked_for() {
    let api = api("none");
    let home = Home::on(&api.url);
    let orders = api.offering(AUTHORIZE);
    let node = format!("{}/rpc", api.url);
    let review = home.run(&["review", &orders[0], "--json", "--rpc-url", &node]).exits(0).json();
    let verdict = |review: &Value, name: &str| {
        let checks = review["review"]["checks"].as_array().unwrap();
        checks.iter().find(|c| c["check"] == name).map(|c| c["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(verdict(&review, "rpc-nonce").as_deref(), Some("pass"), "{review}");
    home.run(&["authorize", &orders[0], "--yes", "--rpc-url", &node]).exits(0);

    let gone = "http://127.0.0.1:9/rpc";
    let review = home.run(&["review", &orders[1], "--json", "--rpc-url", gone]).exits(0).json();
    assert_eq!(verdict(&review, "rpc-nonce").as_deref(), Some("warn"), "{review}");
    policy(&home, "chain_unreachable = \"refuse\"\n");
    let names = reasons(&home, &orders[1], &["--rpc-url", gone]);
    assert!(names.iter().any(|name| name == "rpc-nonce"), "{names:?}");
    assert_eq!(reasons(&home, &orders[1], &[]), ["rpc"]);
    assert_eq!((api.attempts(), api.authorizations()), (1, 1));
}

#[test]
fn a_key_of_another_wallet_than_the_pinned_one_is_not_taken_over() {
    let home = pinned(&[]);
    home.run(&["key", "remove", "--yes"]).exits(0);
    let other = "11".repeat(32);
    let ran = home.run_with(&["key", "import"], &other).exits(1);
    assert!(ran.err.contains(crate::process::ADDRESS) && !ran.err.contains(&other), "{}", ran.err);
    home.run(&["key", "generate"]).exits(1);
    home.run_with(&["key", "import"], crate::process::PRIVATE_KEY).exits(0);
}
