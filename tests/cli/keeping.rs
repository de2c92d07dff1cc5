//! What is kept: keys, API keys, profiles, the register of users.

use serde_json::json;

use crate::process::{ADDRESS, API_KEY, Api, Home, PRIVATE_KEY};

const USER: &str = "0e6f4a52-2f4d-4b7b-9d0a-5f6f2f7a1c11";

#[test]
fn a_signing_key_is_imported_named_and_removed() {
    let home = Home::new();
    assert!(home.run(&["key", "address"]).exits(1).err.contains("ramptop key import"));
    for nonsense in ["not a key", "0x1234", "", &"0".repeat(64), &"f".repeat(64)] {
        home.run_with(&["key", "import"], nonsense).exits(1);
    }
    let said = home.run_with(&["key", "import"], &format!("0x{PRIVATE_KEY}\n")).exits(0).out;
    assert!(said.contains(ADDRESS), "{said}");
    assert_eq!(home.run(&["key", "address"]).exits(0).out.trim(), ADDRESS);
    assert_eq!(home.run(&["key", "address", "--json"]).exits(0).json(), json!({ "address": ADDRESS }));

    // A second key does not silently take the first one's place.
    home.run(&["key", "generate"]).exits(1);
    assert_eq!(home.run(&["key", "address"]).exits(0).out.trim(), ADDRESS);

    assert!(home.run(&["key", "remove"]).exits(1).err.contains("--yes"));
    assert!(home.run(&["key", "remove", "--yes"]).exits(0).out.contains("removed"));
    assert!(home.run(&["key", "remove", "--yes"]).exits(0).out.contains("was not there"));
    home.run(&["key", "address"]).exits(1);
    assert!(home.run(&["key", "generate"]).exits(0).out.contains("0x"));
}

#[test]
fn only_the_pinned_sender_s_key_is_imported() {
    let home = Home::new();
    home.run(&["profile", "add", "p", "--api-url", "https://api-staging.unigox.com"]).exits(0);
    let file = std::fs::read_to_string(home.config_file()).unwrap();
    let pin = |address: &str| {
        std::fs::write(home.config_file(), format!("{file}sender = \"{address}\"\n")).unwrap();
    };
    let other = "0x1111111111111111111111111111111111111111";
    pin(other);
    let said = home.run_with(&["key", "import"], PRIVATE_KEY).exits(1).err;
    assert!(said.contains(ADDRESS) && said.contains(other) && said.contains("nothing was kept"), "{said}");
    assert!(home.run(&["key", "generate"]).exits(1).err.contains(other));
    home.run(&["key", "address"]).exits(1);
    assert!(home.run(&["profile", "show", "p"]).exits(0).out.contains(other));
    pin(ADDRESS);
    assert!(home.run_with(&["key", "import"], PRIVATE_KEY).exits(0).out.contains(ADDRESS));
}

#[test]
fn secrets_are_not_taken_from_arguments() {
    let home = Home::new();
    home.run(&["key", "import", "something"]).exits(2);
    home.run(&["api-key", "set", "something"]).exits(2);
}

#[test]
fn a_kept_api_key_is_used_for_its_own_address_only() {
    let api = Api::start(&["--orders", "3"]);
    let home = Home::new();
    home.run(&["profile", "add", "sim", "--api-url", &api.url]).exits(0);
    home.run(&["profile", "use", "sim"]).exits(0);
    assert!(home.run(&["orders"]).exits(1).err.contains("ramptop api-key set"));
    assert!(home.run_with(&["api-key", "set"], "two words").exits(1).err.contains("nothing was changed"));
    home.run_with(&["api-key", "set"], "").exits(1);
    home.run_with(&["api-key", "set"], &format!("{API_KEY}\n")).exits(0);
    home.run(&["orders"]).exits(0);

    let ran = home.run(&["orders", "--api-url", "http://127.0.0.1:9"]).exits(1);
    assert!(ran.err.contains("is not sent to another one"), "{}", ran.err);

    assert!(home.run(&["api-key", "remove"]).exits(0).out.contains("removed"));
    assert!(home.run(&["api-key", "remove"]).exits(0).out.contains("was not there"));
    home.run(&["orders"]).exits(1);
}

#[test]
fn a_wrong_api_key_is_the_apis_no() {
    let api = Api::start(&["--orders", "3"]);
    let home = Home::new();
    home.run(&["profile", "add", "sim", "--api-url", &api.url]).exits(0);
    home.run_with(&["--profile", "sim", "api-key", "set"], "another-key").exits(0);
    let ran = home.run(&["--profile", "sim", "orders"]).exits(4);
    assert!(ran.out.is_empty() && !ran.err.contains("another-key"), "{ran:?}");
}

#[test]
fn profiles_are_added_listed_chosen_shown_and_removed() {
    let home = Home::new();
    home.run(&["profile", "add", "nowhere"]).exits(1);
    home.run(&["profile", "add", "one", "--api-url", "http://127.0.0.1:1"]).exits(0);
    home.run(&["profile", "add", "two", "--api-url", "https://api-staging.unigox.com"]).exits(0);
    home.run(&["profile", "add", "two", "--api-url", "https://api.unigox.com"]).exits(1);
    home.run(&["profile", "add", "../up", "--api-url", "https://api.unigox.com"]).exits(2);

    home.run(&["profile", "use", "two"]).exits(0);
    home.run(&["profile", "use", "three"]).exits(1);
    let list = home.run(&["profile", "list", "--json"]).exits(0).json();
    assert_eq!(list["default_profile"], "two");
    let names: Vec<_> = list["profiles"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["one", "two"]);
    assert!(home.run(&["profile", "list"]).exits(0).out.contains("* two"));

    let shown = home.run(&["profile", "show", "two", "--json"]).exits(0).json();
    assert_eq!((&shown["name"], &shown["read_only"]), (&json!("two"), &json!(false)));
    assert!(shown["api_url"].as_str().unwrap().starts_with("https://api-staging.unigox.com"));
    assert!(home.run(&["profile", "show", "one"]).exits(0).out.contains("http://127.0.0.1:1"));

    home.run(&["profile", "remove", "two"]).exits(0);
    home.run(&["profile", "show", "two"]).exits(1);
    home.run(&["profile", "remove", "two"]).exits(1);
    home.run(&["--profile", "two", "orders"]).exits(1);
    let list = home.run(&["profile", "list", "--json"]).exits(0).json();
    assert_eq!(list["profiles"].as_array().unwrap().len(), 1);
}

#[test]
fn a_broken_configuration_is_named_and_left_alone() {
    let home = Home::new();
    home.run(&["profile", "add", "one", "--api-url", "http://127.0.0.1:1"]).exits(0);
    let broken = "default_profile = \"one\"\n[profile.one]\napi_url = 7\n";
    std::fs::write(home.config_file(), broken).unwrap();
    for args in [&["orders"][..], &["profile", "list"], &["profile", "use", "one"]] {
        let ran = home.run(args).exits(1);
        assert!(ran.err.contains("config.toml") && ran.err.contains("line 3"), "{}", ran.err);
    }
    assert_eq!(std::fs::read_to_string(home.config_file()).unwrap(), broken);
}

#[test]
fn plain_http_is_for_this_machine_only() {
    let home = Home::new();
    for url in ["http://api.unigox.com", "http://192.168.1.7:8080", "http://localhost.example.com", "ftp://127.0.0.1"] {
        let ran = home.run(&["profile", "add", "plain", "--api-url", url]).exits(1);
        assert!(ran.err.contains("https://"), "{}", ran.err);
        home.run(&["orders", "--api-url", url]).exits(1);
    }
    home.run(&["orders", "--api-url", "https://user:word@api.unigox.com"]).exits(1);
    assert!(!home.config_file().exists());
}

#[test]
fn users_are_registered_here_and_read_from_the_api() {
    let api = Api::start(&["--orders", "3"]);
    let mut home = Home::new();
    home.look_at(&api.url);
    assert_eq!(home.run(&["users", "--json"]).exits(0).json(), json!({ "users": [] }));
    assert!(home.run(&["users"]).exits(0).err.contains("ramptop user add"));
    home.run(&["user", "add", "not a uuid"]).exits(2);
    home.run(&["user", "add", USER]).exits(0);
    assert!(home.run(&["user", "add", USER]).exits(0).out.contains("already"));
    assert_eq!(home.run(&["users"]).exits(0).out.trim(), USER);
    let users = home.run(&["users", "--json"]).exits(0).json();
    assert_eq!(users["users"][0]["user_uuid"], USER);
    // The API does not know this one.
    home.run(&["user", "show", USER]).exits(4);
    home.run(&["user", "remove", USER]).exits(0);
    assert_eq!(home.run(&["users", "--json"]).exits(0).json(), json!({ "users": [] }));
}
