//! The two steps that only one place may take: a reviewed authorization is made by the review, a
//! signed submission by the keystore. The compiler cannot say it across modules; this can.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/sources.rs"]
mod sources;

/// The files that hold the text, without `domain/stage.rs` where it is defined and without tests.
fn users_of(text: &str) -> Vec<String> {
    let files = sources::all().into_iter();
    let others = files.filter(|file| file.name != "domain/stage.rs" && !file.is_test());
    others.filter(|file| file.program().contains(text)).map(|file| file.name).collect()
}

#[test]
fn only_the_review_makes_what_is_signed() {
    assert_eq!(users_of("Reviewed::authorization("), ["signing/review.rs"]);
    assert_eq!(users_of("Reviewed::send_out("), ["signing/review/send_out.rs"]);
    assert_eq!(users_of("Reviewed::refund("), ["signing/review/refund.rs"]);
}

#[test]
fn only_the_keystore_makes_a_signed_submission() {
    assert_eq!(users_of(".into_signed("), ["signing/keystore/mod.rs"]);
}

#[test]
fn only_the_journal_gives_out_what_may_be_sent_again_and_only_the_stages_let_it_go() {
    assert_eq!(users_of("Kept::from_journal("), ["journal/recovery.rs"]);
    assert_eq!(users_of("Resubmission::new("), [""; 0], "domain/stage.rs alone makes one");
    assert_eq!(users_of(".into_again("), ["app/flow/steps.rs"]);
}

#[test]
fn private_keys_are_the_keystores_business() {
    // The simulated API may hold keys: they are worth nothing.
    let may = |name: &String| {
        name.starts_with("signing/keystore/") || name.starts_with("sandbox/") || name == "cli/sandbox.rs"
    };
    for text in ["PrivateKeySigner", "LocalSigner", "eth_keystore::", "keyring_core::"] {
        let users = users_of(text);
        assert!(users.iter().all(may), "{text}: {users:?}");
    }
    assert!(!users_of("PrivateKeySigner").is_empty(), "nobody signs, so the search is wrong");
}
