//! What the tests of users, payment details and prices share.

use crate::process::{Api, Home};
use crate::proxy::Proxy;

pub const STRANGER: &str = "00000000-0000-4000-8000-000000000000";
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

pub fn at(url: &str) -> Home {
    let mut home = Home::new();
    home.look_at(url);
    home
}

pub fn empty() -> (Api, Home) {
    let api = Api::start(&["--scenario", "empty"]);
    let home = at(&api.url);
    (api, home)
}

pub fn create(home: &Home, user_ref: &str) -> String {
    let email = format!("{user_ref}@example.com");
    let made = home.run(&["user", "create", "--ref", user_ref, "--email", &email, "--json"]).exits(0).json();
    made["user_uuid"].as_str().unwrap().to_owned()
}

pub fn submit(home: &Home, user: &str) {
    let names = ["--first-name", "Ann", "--last-name", "Example", "--country", "ng"];
    home.run(&[&["user", "kyc", user, "--method", "direct_data"], &names[..]].concat()).exits(0);
}

/// A file in the home's directory, where commands run.
pub fn file(home: &Home, name: &str, content: &[u8]) -> String {
    let path = home.data_dir().parent().unwrap().join(name);
    std::fs::write(&path, content).unwrap();
    path.display().to_string()
}

pub fn writes(proxy: &Proxy) -> Vec<String> {
    proxy.seen().into_iter().filter(|request| !request.starts_with("GET ")).collect()
}
