//! Nothing is replaced or deleted that was not seen.

use std::time::Duration;

use tui_input::InputRequest;

use super::*;
use crate::app::Command;
use crate::app::model::Model;
use crate::app::page::testing;
use crate::domain::Mono;
use chrono::DateTime;

fn at(ms: u64) -> Now {
    Now { mono: Mono::new(Duration::from_millis(ms)), wall: DateTime::from_timestamp_millis(ms.cast_signed()).unwrap() }
}

fn model() -> Model {
    Model::new(at(0), testing::session())
}

fn hook(url: Option<&str>) -> Answer {
    Answer::Webhook(Webhook { url: url.map(str::to_owned), enabled: Some(url.is_some()) })
}

fn asks(steps: &[Step]) -> Vec<Request> {
    steps.iter().filter_map(|s| if let Step::Ask(request) = s { Some(request.clone()) } else { None }).collect()
}

/// A page that has read this, with `url` typed and sent off.
fn typed(old: Option<&str>, url: &str) -> (WebhookPage, Model, Vec<Request>) {
    let model = model();
    let mut page = WebhookPage::new();
    assert_eq!(asks(&page.shown(model.context())), [Request::Webhook]);
    page.answered(&Request::Webhook, Ok(&hook(old)), model.context());
    page.key('w', model.context());
    for c in url.chars() {
        page.form_mut().unwrap().edit(InputRequest::InsertChar(c));
    }
    let step = page.form_mut().unwrap().command(Command::Submit);
    let asked = asks(&page.form_step(step, model.context()));
    (page, model, asked)
}

fn keys(page: &WebhookPage, model: &Model) -> String {
    page.offers(model.context()).iter().map(|offer| offer.key).collect()
}

#[test]
fn what_is_replaced_is_read_afresh_and_shown_before_the_question() {
    let (mut page, mut model, asked) = typed(Some("https://old.example"), "https://new.example/hook");
    assert_eq!(asked, [Request::Webhook]);
    assert!(!page.asks());
    page.answered(&Request::Webhook, Ok(&hook(Some("https://other.example"))), model.context());
    assert!(page.asks());
    assert_eq!((page.url(), page.new_url()), (Some("https://other.example"), "https://new.example/hook"));
    assert_eq!(keys(&page, &model), "n", "no yes before it was seen");
    page.gate().unwrap().drawn(at(1_000).mono);
    model.now = at(1_500);
    assert_eq!(keys(&page, &model), "yn");
    let asked = asks(&page.key('y', model.context()));
    assert_eq!(asked, [Request::RegisterWebhook("https://new.example/hook".to_owned())]);
    let steps = page.answered(&asked[0], Ok(&hook(Some("https://new.example/hook"))), model.context());
    assert_eq!(asks(&steps), [Request::Webhook], "read again afterwards");
}

#[test]
fn plain_http_is_refused_before_anything_is_asked() {
    let (page, _, asked) = typed(None, "http://plain.example");
    assert!(asked.is_empty() && page.form().is_some());
}

#[test]
fn no_leads_back_to_what_was_typed() {
    let (mut page, model, _) = typed(None, "https://new.example");
    page.answered(&Request::Webhook, Ok(&hook(None)), model.context());
    page.command(Command::Back, model.context());
    assert_eq!(page.form().unwrap().value("url"), "https://new.example");
}

#[test]
fn a_refused_registration_keeps_the_form() {
    let (mut page, model, _) = typed(None, "https://new.example");
    page.answered(&Request::Webhook, Ok(&hook(None)), model.context());
    let asked = asks(&page.key('y', model.context()));
    let failure = Failure::not_sent("the API said no", "");
    page.answered(&asked[0], Err(&failure), model.context());
    assert_eq!(page.form().unwrap().value("url"), "https://new.example");
    assert!(page.form().unwrap().problem().is_some());
}

#[test]
fn a_question_whose_facts_change_is_asked_anew() {
    let model = model();
    let mut page = WebhookPage::new();
    page.shown(model.context());
    page.answered(&Request::Webhook, Ok(&hook(Some("https://a.example"))), model.context());
    let steps = page.key('x', model.context());
    assert_eq!(asks(&steps), [Request::Webhook], "what is deleted is read afresh");
    page.gate().unwrap().drawn(at(0).mono);
    assert!(!page.can_say_yes(&at(1_000)), "it may be another system's by now");
    page.answered(&Request::Webhook, Ok(&hook(Some("https://a.example"))), model.context());
    assert!(page.can_say_yes(&at(1_000)));
    page.reading = true;
    page.answered(&Request::Webhook, Ok(&hook(Some("https://b.example"))), model.context());
    assert!(page.asks() && !page.can_say_yes(&at(1_000)));
}

#[test]
fn a_reading_from_before_a_change_is_not_the_last_word() {
    let model = model();
    let mut page = WebhookPage::new();
    page.shown(model.context());
    assert!(asks(&page.answered(&Request::DeleteWebhook, Ok(&Answer::Done), model.context())).is_empty());
    let steps = page.answered(&Request::Webhook, Ok(&hook(Some("https://a.example"))), model.context());
    assert_eq!(asks(&steps), [Request::Webhook]);
}

#[test]
fn a_test_says_what_came_of_it() {
    let model = model();
    let mut page = WebhookPage::new();
    page.shown(model.context());
    page.answered(&Request::Webhook, Ok(&hook(Some("https://a.example"))), model.context());
    assert_eq!(keys(&page, &model), "wtxr");
    assert_eq!(asks(&page.key('t', model.context())), [Request::TestWebhook]);
    let came = WebhookTest { delivered: false, http_status: Some(500) };
    page.answered(&Request::TestWebhook, Ok(&Answer::WebhookTest(came)), model.context());
    assert_eq!(page.test(), Some(&Test::Done(came)));
    let no = crate::app::No { http_status: 502, ..crate::app::No::default() };
    let failure = Failure { no: Some(Box::new(no)), ..Failure::default() };
    page.answered(&Request::TestWebhook, Err(&failure), model.context());
    let Some(Test::Refused(why)) = page.test() else { panic!("{:?}", page.test()) };
    assert!(why.advice.contains("could not deliver") && why.advice.contains("No order is affected"), "{}", why.advice);
}

#[test]
fn only_a_simulation_delivers_over_plain_http_and_only_to_this_machine() {
    let mut model = model();
    let takes = |model: &Model, url: &str| {
        let mut page = WebhookPage::new();
        page.key('w', model.context());
        let form = page.form_mut().unwrap();
        form.set("url", url);
        form.is_right()
    };
    assert!(takes(&model, "http://127.0.0.1:9000/hook") && takes(&model, "https://a.example"));
    assert!(!takes(&model, "http://a.example"));
    model.session.environment = EnvironmentKind::Production;
    assert!(!takes(&model, "http://127.0.0.1:9000/hook") && takes(&model, "https://a.example"));
}
