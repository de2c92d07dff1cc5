//! The two steps that only one place may take: a reviewed authorization is made by the review, a
//! signed submission by the keystore. The compiler cannot say it across modules; this can.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::fs;
use std::path::{Path, PathBuf};

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// A file up to its own tests.
fn program(path: &Path) -> String {
    let source = fs::read_to_string(path).unwrap();
    source.split("mod tests {").next().unwrap_or_default().to_owned()
}

/// The files that hold the text, without `domain/stage.rs` where it is defined and without tests.
fn users_of(text: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let name = |path: &PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    let is_other = |name: &String| name != "domain/stage.rs" && !name.ends_with("tests.rs");
    let mut users: Vec<String> =
        files.iter().filter(|path| program(path).contains(text)).map(name).filter(is_other).collect();
    users.sort();
    users
}

#[test]
fn only_the_review_makes_a_reviewed_authorization() {
    assert_eq!(users_of("Reviewed::authorization("), ["signing/review.rs"]);
}

#[test]
fn only_the_keystore_makes_a_signed_submission() {
    assert_eq!(users_of(".into_signed("), ["signing/keystore/mod.rs"]);
}

#[test]
fn private_keys_are_the_keystores_business() {
    // The simulated API may hold keys: they are worth nothing.
    let may = |name: &String| name.starts_with("signing/keystore/") || name.starts_with("sandbox/");
    for text in ["PrivateKeySigner", "eth_keystore::", "keyring_core::"] {
        let users = users_of(text);
        assert!(users.iter().all(may), "{text}: {users:?}");
    }
}
