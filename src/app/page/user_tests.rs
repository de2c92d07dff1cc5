use super::super::trial::{at, model, user};
use super::*;
use crate::domain::Observed;

fn person(word: &str) -> User {
    User {
        id: user(),
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
    let mut model = model();
    let mut page = UserPage::new(user());
    let request = Request::User(user());
    model.now = at(5);
    page.shown(model.context());
    page.answered(&request, Ok(&Answer::User(Box::new(person("IN_PROGRESS")))), model.context());
    let read = |s: u64| Observed { value: person("VERIFIED"), asked: at(s), answered: at(s), server_date: None };
    model.people.read(read(2));
    assert_eq!(page.next(&model.people), Some(Next::DocumentsOrWait));
    model.people.read(read(9));
    assert_eq!(page.next(&model.people), Some(Next::PaymentDetails));
}

#[test]
fn it_reads_when_shown_and_after_a_verify() {
    let model = model();
    let mut page = UserPage::new(user());
    assert!(matches!(&page.shown(model.context())[..], [Step::Ask(Request::User(_)), Step::Ask(Request::Payments(_))]));
    let steps = page.key('w', model.context());
    let [Step::Ask(request @ Request::VerifyKyc(_))] = &steps[..] else { panic!("{steps:?}") };
    let ready = KycReadiness { ready: true, status: None, missing: Vec::new(), message: None };
    let steps = page.answered(request, Ok(&Answer::Readiness(ready)), model.context());
    assert!(matches!(&steps[0], Step::Ask(Request::User(_))));
    assert!(page.key('r', model.context()).is_empty(), "a key held down asks once");
    let reading = Request::User(user());
    page.answered(&reading, Ok(&Answer::User(Box::new(person("VERIFIED")))), model.context());
    for (key, _) in OFFERS {
        assert!(!page.key(*key, model.context()).is_empty(), "{key}");
    }
}

#[test]
fn an_order_begun_here_is_this_users_whoever_is_chosen_in_the_panes() {
    let mut model = model();
    model.people.add(UserId::parse("0b5c1c8e-4a40-4d8e-9d4f-6c9b1c1f0a02").unwrap());
    model.people.add(user());
    model.listing.user = UserId::parse("0b5c1c8e-4a40-4d8e-9d4f-6c9b1c1f0a02").ok();
    let mut page = UserPage::new(user());
    let mut steps = page.key('o', model.context());
    let Some(Step::Open(mut opened)) = steps.pop() else { panic!("nothing opened") };
    opened.behave_mut().shown(model.context());
    let Page::NewOrder(order) = *opened else { panic!("{opened:?}") };
    assert_eq!(order.user(), Some(user()));
}

#[test]
fn what_went_wrong_is_gone_when_the_page_is_read_anew() {
    let model = model();
    let mut page = UserPage::new(user());
    page.shown(model.context());
    page.answered(&Request::User(user()), Err(&super::super::trial::lost()), model.context());
    assert!(page.failure().is_some());
    page.shown(model.context());
    assert_eq!(page.failure(), None);
}

#[test]
fn a_held_key_starts_one_verification() {
    let model = model();
    let mut page = UserPage::new(user());
    let steps = page.key('w', model.context());
    assert!(page.key('w', model.context()).is_empty());
    let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
    page.answered(request, Err(&super::super::trial::no("x")), model.context());
    assert_eq!(page.key('w', model.context()).len(), 1);
}
