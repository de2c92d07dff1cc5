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
    for (key, _) in OFFERS {
        assert!(!page.key(*key, model.context()).is_empty(), "{key}");
    }
}

#[test]
fn an_order_made_from_here_is_this_users_whoever_is_chosen_in_the_panes() {
    let mut model = model();
    let other = UserId::parse("ffffffff-0000-4000-8000-000000000001").unwrap();
    for id in [user(), other.clone()] {
        model.people.add(id);
    }
    model.listing.user = Some(other);
    let mut steps = UserPage::new(user()).key('o', model.context());
    let Some(Step::Open(mut page)) = steps.pop() else { panic!("{steps:?}") };
    page.behave_mut().shown(model.context());
    assert_eq!(page.behave().form().unwrap().value("user_uuid"), user().as_str());
}
