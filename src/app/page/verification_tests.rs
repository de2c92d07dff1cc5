use super::super::testing::{Desk, UUID, at, lost, user_id};
use super::*;

fn answer(word: &str, left: u64) -> Answer {
    Answer::Verification(Verification {
        status: KycStatus::from_wire(word),
        word: word.to_owned(),
        url: Some("https://verify.example/2".to_owned()),
        seconds_left: Some(left),
        messages: Vec::new(),
    })
}

fn asks(steps: &[Step]) -> bool {
    matches!(steps, [Step::Ask(Request::Verification(_))])
}

#[test]
fn it_is_asked_every_five_seconds_until_there_is_a_verdict() {
    let mut desk = Desk::new();
    let mut page = VerificationPage::new(user_id(UUID));
    let request = Request::Verification(user_id(UUID));
    assert!(asks(&page.shown(desk.context())));
    desk.now = at(6);
    assert!(page.tick(desk.context()).is_empty(), "one question at a time");
    page.answered(&request, Ok(&answer("COMPLETED", 60)), desk.context());
    assert!(!page.is_decided(), "COMPLETED is no verdict");
    assert!(asks(&page.tick(desk.context())));
    page.answered(&request, Err(&lost()), desk.context());
    assert!(page.failure().is_some() && page.seen().is_some());
    desk.now = at(9);
    assert!(page.tick(desk.context()).is_empty());
    desk.now = at(11);
    assert!(asks(&page.tick(desk.context())));
    page.answered(&request, Ok(&answer("VERIFIED", 0)), desk.context());
    desk.now = at(60);
    assert!(page.is_decided() && page.tick(desk.context()).is_empty());
}

#[test]
fn the_time_left_runs_from_the_question_and_only_an_answer_extends_it() {
    let mut desk = Desk::new();
    let mut page = VerificationPage::new(user_id(UUID));
    page.shown(desk.context());
    desk.now = at(2);
    page.answered(&Request::Verification(user_id(UUID)), Ok(&answer("IN_PROGRESS", 60)), desk.context());
    assert_eq!(page.seconds_left(&at(2)), Some(58));
    assert_eq!(page.seconds_left(&at(90)), Some(0));
    desk.now = at(10);
    page.tick(desk.context());
    page.answered(&Request::Verification(user_id(UUID)), Err(&lost()), desk.context());
    assert_eq!(page.seconds_left(&at(10)), Some(50));
}

#[test]
fn a_rejection_asks_for_its_reason_and_the_link_can_be_copied() {
    let desk = Desk::new();
    let mut page = VerificationPage::with_url(user_id(UUID), Some("https://verify.example/1".to_owned()));
    assert_eq!(page.url(), Some("https://verify.example/1"));
    page.shown(desk.context());
    let steps = page.answered(&Request::Verification(user_id(UUID)), Ok(&answer("REJECTED", 0)), desk.context());
    assert!(matches!(&steps[..], [Step::Ask(Request::User(_))]));
    let steps = page.key('c', desk.context());
    assert!(matches!(&steps[..], [Step::Copy { text, .. }] if text == "https://verify.example/2"));
}
