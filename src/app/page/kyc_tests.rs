use super::super::testing::{Desk, UUID, fill, no, send, user_id};
use super::*;
use crate::domain::KycStatus;
use crate::domain::kyc::KycAnswer;

fn answer(url: Option<&str>) -> Answer {
    let status = Some(KycStatus::UnderWay("IN_PROGRESS".to_owned()));
    Answer::Kyc(KycAnswer { status, message: None, url: url.map(str::to_owned) })
}

fn ready(context: Context<'_>) -> KycPage {
    let mut page = KycPage::new(user_id(UUID));
    for (name, text) in [("first_name", "Ada"), ("last_name", "Obi"), ("country_code", "ng"), ("dob", "1990-01-31")] {
        fill(&mut page, context, name, text);
    }
    page
}

#[test]
fn direct_data_are_sent_as_typed_and_documents_come_next() {
    let desk = Desk::new();
    let context = desk.context();
    let mut page = ready(context);
    let steps = send(&mut page, context);
    let [Step::Ask(request @ Request::SubmitKyc(_, KycSubmission::DirectData(pii)))] = &steps[..] else {
        panic!("{steps:?}")
    };
    assert_eq!((pii.first_name.as_str(), pii.country.as_str()), ("Ada", "NG"));
    assert_eq!(pii.more, [("dob".to_owned(), "1990-01-31".to_owned())], "what is empty is not sent");
    let steps = page.answered(request, Ok(&answer(None)), context);
    assert!(matches!(&steps[1], Step::Replace(page) if matches!(**page, Page::Documents(_))));
}

#[test]
fn a_handoff_leads_to_its_link() {
    let desk = Desk::new();
    let context = desk.context();
    let mut page = KycPage::new(user_id(UUID));
    fill(&mut page, context, "method", "handoff");
    let steps = send(&mut page, context);
    let [Step::Ask(request @ Request::SubmitKyc(_, KycSubmission::Handoff(None)))] = &steps[..] else {
        panic!("{steps:?}")
    };
    let steps = page.answered(request, Ok(&answer(Some("https://verify.example/1"))), context);
    let Step::Replace(next) = &steps[1] else { panic!("{steps:?}") };
    let Page::Verification(next) = &**next else { panic!("{next:?}") };
    assert_eq!(next.url(), Some("https://verify.example/1"));
}

#[test]
fn the_fields_follow_the_method_and_nothing_typed_is_lost() {
    let desk = Desk::new();
    let context = desk.context();
    let mut page = ready(context);
    fill(&mut page, context, "method", "external");
    let names: Vec<&str> = page.form.fields().iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["method", "provider", "token"]);
    fill(&mut page, context, "provider", "persona");
    fill(&mut page, context, "inquiry_id", "inq_1");
    let steps = send(&mut page, context);
    assert!(
        matches!(&steps[..], [Step::Ask(Request::SubmitKyc(_, KycSubmission::Persona { inquiry_id }))] if inquiry_id == "inq_1")
    );
    page.form.sending(false);
    fill(&mut page, context, "method", "direct");
    assert_eq!((page.form.value("first_name"), page.form.value("dob")), ("Ada", "1990-01-31"));
}

#[test]
fn a_refusal_lands_on_the_field_it_is_about() {
    let desk = Desk::new();
    let context = desk.context();
    for (code, field) in [
        ("underage_not_allowed", "dob"),
        ("invalid_date_of_birth", "dob"),
        ("invalid_identity_number_type", "id_type"),
        ("invalid_country_code", "country_code"),
    ] {
        let mut page = ready(context);
        let steps = send(&mut page, context);
        let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
        page.answered(request, Err(&no(code)), context);
        assert!(page.form.field(field).unwrap().refused.is_some(), "{code}");
        assert_eq!(page.form.fields()[page.form.focus()].name, field);
        assert_eq!(page.form.value("first_name"), "Ada", "the form is intact");
    }
}

#[test]
fn a_day_of_birth_that_has_not_come_is_refused_before_sending() {
    let desk = Desk::new();
    let mut page = KycPage::new(user_id(UUID));
    for (name, text) in [("first_name", "Ada"), ("last_name", "Obi"), ("country_code", "NG"), ("dob", "2199-01-01")] {
        fill(&mut page, desk.context(), name, text);
    }
    assert!(send(&mut page, desk.context()).is_empty());
    assert_eq!(page.form().unwrap().field("dob").unwrap().problem().as_deref(), Some("this day has not come yet"));
    assert_eq!(page.form().unwrap().value("dob"), "2199-01-01");
}
