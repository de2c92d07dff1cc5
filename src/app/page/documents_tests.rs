use super::super::testing::{Desk, UUID, fill, lost, send, user_id};
use super::*;

fn document(kind: &str) -> Answer {
    Answer::Document(StoredDocument {
        id: None,
        kind: Some(kind.to_owned()),
        file_name: Some("a.png".to_owned()),
        message: None,
        verification: None,
        status: None,
    })
}

fn upload(page: &mut Documents, context: Context<'_>) -> Request {
    fill(page, context, "document", "/a.png");
    let mut steps = send(page, context);
    let Some(Step::Ask(request)) = steps.pop() else { panic!("nothing asked") };
    request
}

#[test]
fn a_front_and_a_selfie_are_asked_for_one_after_the_other() {
    let desk = Desk::new();
    let context = desk.context();
    let mut page = Documents::new(user_id(UUID));
    assert_eq!(page.needed().len(), 2);
    let request = upload(&mut page, context);
    assert!(page.uploading().is_some());
    page.progress(Progress { sent: 5, total: 10 });
    assert_eq!(page.uploading(), Some(Progress { sent: 5, total: 10 }));
    page.answered(&request, Ok(&document("identity_front")), context);
    assert_eq!((page.form.value("document_type"), page.form.value("document")), ("selfie", ""));
    let request = upload(&mut page, context);
    page.answered(&request, Ok(&document("selfie")), context);
    assert!(page.needed().is_empty() && page.form().is_none(), "the page's own keys hold");
    assert!(page.offers(context).iter().any(|offer| offer.key == 'w'));
}

#[test]
fn a_back_is_no_front_and_a_passport_is() {
    assert!(is_front("passport") && is_front("passport_front") && is_front("voter_id_front") && is_front("id_card"));
    assert!(!is_front("identity_back") && !is_front("id_card_back") && !is_front("selfie"));
}

#[test]
fn an_upload_cut_half_way_leaves_the_form_and_says_that_again_is_safe() {
    let desk = Desk::new();
    let context = desk.context();
    let mut page = Documents::new(user_id(UUID));
    let request = upload(&mut page, context);
    page.answered(&request, Err(&lost()), context);
    assert_eq!((page.form.value("document"), page.uploading()), ("/a.png", None));
    let problem = page.form.problem().unwrap();
    assert!(problem.advice.contains("may or may not have arrived") && problem.advice.contains("again is safe"));
}

#[test]
fn a_bad_file_is_said_at_the_file() {
    let desk = Desk::new();
    let context = desk.context();
    let mut page = Documents::new(user_id(UUID));
    let request = upload(&mut page, context);
    let bad = Failure::not_sent("there is no such file", "choose another").about(&["document"]);
    page.answered(&request, Err(&bad), context);
    assert_eq!(page.form.field("document").unwrap().refused.as_deref(), Some("there is no such file"));
}

#[test]
fn what_the_api_misses_stays_on_the_page() {
    let desk = Desk::new();
    let context = desk.context();
    let mut page = Documents::new(user_id(UUID));
    let missing = vec!["selfie".to_owned()];
    let not_ready = KycReadiness { ready: false, status: None, missing, message: None };
    let request = Request::VerifyKyc(user_id(UUID));
    assert!(page.answered(&request, Ok(&Answer::Readiness(not_ready.clone())), context).is_empty());
    assert_eq!(page.readiness(), Some(&not_ready));
    let ready = KycReadiness { ready: true, missing: Vec::new(), ..not_ready };
    let steps = page.answered(&request, Ok(&Answer::Readiness(ready)), context);
    assert!(matches!(&steps[1], Step::Replace(page) if matches!(**page, Page::Verification(_))));
}

#[test]
fn a_verification_is_asked_for_once_at_a_time() {
    let desk = Desk::new();
    let mut page = Documents::new(user_id(UUID));
    page.form_step(FormStep::Leave, desk.context());
    let steps = page.key('w', desk.context());
    let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
    assert!(!page.offers(desk.context()).iter().any(|offer| offer.key == 'w'));
    page.answered(request, Err(&lost()), desk.context());
    assert!(page.offers(desk.context()).iter().any(|offer| offer.key == 'w'));
}
