use super::super::testing::{Desk, UUID, at, user_id};
use super::*;
use crate::domain::Observed;

fn person(word: &str) -> User {
    User {
        id: user_id(UUID),
        email: Some("ada@example.com".to_owned()),
        created_at: None,
        kyc: Some(KycStatus::from_wire(word)),
        first_name: None,
        last_name: None,
        country: None,
        rejection_reason: None,
        payment_profiles: Vec::new(),
    }
}

#[test]
fn only_verified_leads_on_to_payment_details_and_orders() {
    let of = |word: &str, profiles| Next::of(Some(&KycStatus::from_wire(word)), profiles);
    assert_eq!((of("VERIFIED", 0), of("VERIFIED", 1)), (Next::PaymentDetails, Next::Order));
    assert_eq!((of("COMPLETED", 1), of("UNDER_REVIEW", 1)), (Next::Wait, Next::Wait));
    assert_eq!((of("NOT_INITIATED", 1), of("REJECTED", 1)), (Next::SubmitKyc, Next::SubmitAgain));
    assert_eq!((of("PENDING_DOCUMENTS", 1), of("DANCING", 1)), (Next::Documents, Next::Look));
}

#[test]
fn the_newest_reading_counts_wherever_it_was_made() {
    let mut desk = Desk::new();
    let mut page = UserPage::new(user_id(UUID));
    let request = Request::User(user_id(UUID));
    desk.now = at(5);
    page.shown(desk.context());
    page.answered(&request, Ok(&Answer::User(Box::new(person("IN_PROGRESS")))), desk.context());
    let read = |s: u64| Observed { value: person("VERIFIED"), asked: at(s), answered: at(s), server_date: None };
    desk.people.read(read(2));
    assert_eq!(page.next(&desk.people), Some(Next::DocumentsOrWait));
    desk.people.read(read(9));
    assert_eq!(page.next(&desk.people), Some(Next::PaymentDetails));
}

#[test]
fn it_reads_when_shown_and_after_a_verify() {
    let desk = Desk::new();
    let mut page = UserPage::new(user_id(UUID));
    assert!(matches!(&page.shown(desk.context())[..], [Step::Ask(Request::User(_)), Step::Ask(Request::Payments(_))]));
    let steps = page.key('w', desk.context());
    let [Step::Ask(request @ Request::VerifyKyc(_))] = &steps[..] else { panic!("{steps:?}") };
    let ready = KycReadiness { ready: true, status: None, missing: Vec::new(), message: None };
    let steps = page.answered(request, Ok(&Answer::Readiness(ready)), desk.context());
    assert!(matches!(&steps[0], Step::Ask(Request::User(_))));
    assert!(page.key('r', desk.context()).is_empty(), "a key held down asks once");
    let reading = Request::User(user_id(UUID));
    page.answered(&reading, Ok(&Answer::User(Box::new(person("VERIFIED")))), desk.context());
    for (key, _) in OFFERS {
        assert!(!page.key(*key, desk.context()).is_empty(), "{key}");
    }
}

#[test]
fn an_order_begun_here_is_this_users_whoever_is_chosen_in_the_panes() {
    let mut desk = Desk::new();
    desk.people.add(UserId::parse("0b5c1c8e-4a40-4d8e-9d4f-6c9b1c1f0a02").unwrap());
    desk.people.add(user_id(UUID));
    desk.user = UserId::parse("0b5c1c8e-4a40-4d8e-9d4f-6c9b1c1f0a02").ok();
    let mut page = UserPage::new(user_id(UUID));
    let mut steps = page.key('o', desk.context());
    let Some(Step::Open(mut opened)) = steps.pop() else { panic!("nothing opened") };
    opened.behave_mut().shown(desk.context());
    let Page::NewOrder(order) = *opened else { panic!("{opened:?}") };
    assert_eq!(order.user(), Some(user_id(UUID)));
}

#[test]
fn what_went_wrong_is_gone_when_the_page_is_read_anew() {
    let desk = Desk::new();
    let mut page = UserPage::new(user_id(UUID));
    page.shown(desk.context());
    page.answered(&Request::User(user_id(UUID)), Err(&super::super::testing::lost()), desk.context());
    assert!(page.failure().is_some());
    page.shown(desk.context());
    assert_eq!(page.failure(), None);
}

#[test]
fn a_held_key_starts_one_verification() {
    let desk = Desk::new();
    let mut page = UserPage::new(user_id(UUID));
    let steps = page.key('w', desk.context());
    assert!(page.key('w', desk.context()).is_empty());
    let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
    page.answered(request, Err(&super::super::testing::no("x")), desk.context());
    assert_eq!(page.key('w', desk.context()).len(), 1);
}
