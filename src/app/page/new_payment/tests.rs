//! Choices in, questions and forms out.

use std::time::Duration;

use tui_input::InputRequest;

use super::*;
use crate::app::failure::No;
use crate::app::model::Model;
use crate::app::page::testing;
use crate::app::{Command, ask::Request as R};
use crate::domain::rails::{Institutions, RailField, RailFormat, Rails};
use crate::domain::{Mono, Now, PaymentDetailsId};
use chrono::DateTime;

fn at(ms: u64) -> Now {
    Now { mono: Mono::new(Duration::from_millis(ms)), wall: DateTime::from_timestamp_millis(ms.cast_signed()).unwrap() }
}

fn model() -> Model {
    Model::new(at(0), testing::session())
}

fn currency(code: &str, countries: &[&str]) -> FiatCurrency {
    let countries = countries.iter().map(|c| (*c).to_owned()).collect();
    FiatCurrency { code: code.to_owned(), countries, ..FiatCurrency::default() }
}

fn field(key: &str, pattern: Option<&str>) -> RailField {
    RailField { key: key.to_owned(), required: true, pattern: pattern.map(str::to_owned), ..RailField::default() }
}

fn rail(slug: &str, institution: bool, fields: Vec<RailField>) -> Rail {
    Rail { slug: slug.to_owned(), institution_required: Some(institution), fields, ..Rail::default() }
}

fn bank(id: &str, name: &str) -> Institution {
    Institution { id: id.to_owned(), name: Some(name.to_owned()), ..Institution::default() }
}

fn asked(steps: &[Step]) -> Vec<R> {
    steps.iter().filter_map(|s| if let Step::Ask(request) = s { Some(request.clone()) } else { None }).collect()
}

struct Desk {
    page: NewPayment,
    model: Model,
    asked: Vec<R>,
    steps: Vec<Step>,
}

impl Desk {
    fn new() -> Self {
        let user = UserId::parse("0a3a3843-0000-4000-8000-000000000001").unwrap();
        let mut desk = Self { page: NewPayment::new(user), model: model(), asked: Vec::new(), steps: Vec::new() };
        let steps = desk.page.shown(desk.model.context());
        desk.took(steps);
        desk
    }

    fn took(&mut self, steps: Vec<Step>) {
        self.asked.extend(asked(&steps));
        self.steps.extend(steps);
    }

    fn form(&mut self) -> &mut Form {
        self.page.form_mut().unwrap()
    }

    fn step(&mut self, step: FormStep) {
        let steps = self.page.form_step(step, self.model.context());
        self.took(steps);
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            let step = self.form().edit(InputRequest::InsertChar(c));
            self.step(step);
        }
    }

    fn press(&mut self, command: Command) {
        let step = self.form().command(command);
        self.step(step);
    }

    fn go_to(&mut self, name: &str) {
        for _ in 0..20 {
            let focus = self.form().focus();
            if self.form().fields()[focus].name == name {
                return;
            }
            let target = self.form().fields().iter().position(|f| f.name == name).unwrap();
            self.press(if target > focus { Command::NextField } else { Command::PreviousField });
        }
        panic!("{name} is not reached");
    }

    fn answer(&mut self, request: &R, result: Result<&Answer, &Failure>) {
        let steps = self.page.answered(request, result, self.model.context());
        self.took(steps);
    }

    /// Answers the oldest question that waits.
    fn answer_next(&mut self, answer: &Answer) {
        let request = self.asked.remove(0);
        self.answer(&request, Ok(answer));
    }

    fn names(&self) -> Vec<String> {
        self.page.form.fields().iter().map(|f| f.name.clone()).collect()
    }
}

fn currencies() -> Answer {
    Answer::FiatCurrencies(vec![currency("NGN", &["NG"]), currency("EUR", &["DE", "FR"])])
}

fn nigerian() -> Answer {
    let account =
        RailField { placeholder: Some("0123456789".to_owned()), ..field("account_number", Some("[0-9]{10}")) };
    let rails = vec![rail("nip-nigeria", true, vec![account, field("account_name", None)])];
    Answer::Rails(Rails { rails, ..Rails::default() })
}

fn banks(of: &[(&str, &str)]) -> Answer {
    let institutions = of.iter().map(|(id, name)| bank(id, name)).collect();
    Answer::Institutions(Institutions { institutions, ..Institutions::default() })
}

/// Everything is read and filled in rightly.
fn filled() -> Desk {
    let mut desk = Desk::new();
    desk.answer_next(&currencies());
    desk.answer_next(&nigerian());
    desk.answer_next(&banks(&[("058", "GTBank"), ("057", "Zenith")]));
    desk.go_to("institution_id");
    desk.write("gt");
    desk.answer_next(&banks(&[("058", "GTBank")]));
    while !desk.asked.is_empty() {
        desk.answer_next(&banks(&[("058", "GTBank")]));
    }
    desk.go_to("account_number");
    desk.write("0123456789");
    desk.go_to("account_name");
    desk.write("Ada Obi");
    desk
}

#[test]
fn the_form_grows_with_the_choices() {
    let mut desk = Desk::new();
    assert_eq!(desk.asked, [R::FiatCurrencies]);
    desk.answer_next(&currencies());
    let rails =
        R::Rails { country: Some("NG".to_owned()), currency: Some("NGN".to_owned()), direction: Direction::OffRamp };
    assert_eq!(desk.asked, [rails]);
    desk.answer_next(&nigerian());
    assert!(matches!(&desk.asked[..], [R::Institutions { rail, search: None, .. }] if rail == "nip-nigeria"));
    assert_eq!(desk.names(), ["currency", "country_code", "rail", "institution_id", "account_number", "account_name"]);
    let private: Vec<bool> = desk.page.form.fields().iter().map(|f| f.private).collect();
    assert_eq!(private, [false, false, false, false, true, false]);
}

#[test]
fn what_is_filled_in_is_sent() {
    let mut desk = filled();
    desk.press(Command::Submit);
    let [R::CreatePayment(_, new)] = &desk.asked[..] else { panic!("{:?}", desk.asked) };
    assert_eq!((new.rail.as_str(), new.currency.as_str()), ("nip-nigeria", "NGN"));
    assert_eq!((new.institution.as_deref(), new.country.as_deref()), (Some("058"), Some("NG")));
    let details = [("account_number", "0123456789"), ("account_name", "Ada Obi")];
    assert_eq!(new.details, details.map(|(k, v)| (k.to_owned(), v.to_owned())));
}

#[test]
fn the_rails_pattern_is_held_before_anything_is_sent() {
    let mut desk = filled();
    desk.go_to("account_number");
    desk.write("x");
    desk.press(Command::Submit);
    assert!(desk.asked.is_empty(), "{:?}", desk.asked);
    assert!(desk.page.form.field("account_number").unwrap().problem().unwrap().contains("0123456789"));
}

#[test]
fn only_the_latest_search_counts() {
    let mut desk = Desk::new();
    desk.answer_next(&currencies());
    desk.answer_next(&nigerian());
    desk.go_to("institution_id");
    desk.write("zen");
    assert_eq!(desk.asked.len(), 1, "one search at a time");
    desk.answer_next(&banks(&[("058", "GTBank"), ("057", "Zenith")]));
    assert!(matches!(&desk.asked[..], [R::Institutions { search: Some(text), .. }] if text == "zen"));
    assert_eq!(desk.page.form.value("institution_id"), "", "the answer to the older search is dropped");
    desk.answer_next(&banks(&[("057", "Zenith")]));
    assert_eq!(desk.page.form.value("institution_id"), "057");
}

#[test]
fn another_currency_and_back_loses_nothing_typed() {
    let mut desk = filled();
    desk.go_to("currency");
    desk.write("EUR");
    let iban = vec![rail("iban-sepa", false, vec![field("iban", None), field("account_name", None)])];
    while let Some(R::Rails { .. }) = desk.asked.first() {
        desk.answer_next(&Answer::Rails(Rails { rails: iban.clone(), ..Rails::default() }));
    }
    assert!(desk.names().contains(&"iban".to_owned()), "{:?}", desk.names());
    assert_eq!(desk.page.form.value("account_name"), "Ada Obi");
    assert_eq!(desk.page.form.value("institution_id"), "", "a bank of the other rail is not kept");
    desk.asked.clear();
    desk.page.institutions_read = Latest::default();
    desk.go_to("rail");
    desk.go_to("currency");
    desk.write("NGN");
    while let Some(R::Rails { .. }) = desk.asked.first() {
        desk.answer_next(&nigerian());
    }
    assert_eq!(desk.page.form.value("account_number"), "0123456789");
}

#[test]
fn a_failed_reading_is_asked_again_and_the_form_stays() {
    let mut desk = Desk::new();
    let request = desk.asked.remove(0);
    desk.answer(&request, Err(&Failure::not_sent("no answer from the API", "Check the network.")));
    assert!(desk.page.trouble().is_some());
    desk.model.now = at(6_000);
    let steps = desk.page.tick(desk.model.context());
    desk.took(steps);
    assert_eq!(desk.asked, [R::FiatCurrencies]);
    desk.answer_next(&currencies());
    assert!(desk.page.trouble().is_none());
}

fn no(http_status: u16, code: Option<&str>, message: &str) -> Failure {
    let no = No { http_status, code: code.map(str::to_owned), message: Some(message.to_owned()), ..No::default() };
    let what = format!("HTTP {http_status}: {message}");
    Failure { kind: FailureKind::Rejected, what, no: Some(Box::new(no)), ..Failure::default() }
}

#[test]
fn a_refusal_lands_at_the_fields_it_names_and_nothing_is_lost() {
    let mut desk = filled();
    desk.press(Command::Submit);
    let request = desk.asked.remove(0);
    desk.answer(
        &request,
        Err(&no(422, None, "recipient details are incomplete or invalid: account_number, account_name")),
    );
    let refused: Vec<&str> =
        desk.page.form.fields().iter().filter(|f| f.refused.is_some()).map(|f| f.name.as_str()).collect();
    assert_eq!(refused, ["account_number", "account_name"]);
    assert_eq!(desk.page.form.value("account_number"), "0123456789");
    assert!(!desk.page.form.is_sending());
}

#[test]
fn a_refusal_that_names_nothing_says_where_to_look() {
    let mut desk = filled();
    desk.press(Command::Submit);
    let request = desk.asked.remove(0);
    desk.answer(&request, Err(&no(400, Some("invalid_payment_details"), "")));
    assert!(desk.page.form.problem().unwrap().advice.contains("Nothing was saved"));
}

#[test]
fn after_a_lost_answer_the_list_tells() {
    let saved = |desk: &Desk, value: &str| PaymentProfile {
        id: PaymentDetailsId::parse("1099").unwrap(),
        rail: "nip-nigeria".to_owned(),
        currency: "NGN".to_owned(),
        institution: None,
        details: desk.page.profile().details.into_iter().map(|(k, _)| (k, value.to_owned())).collect(),
    };
    for (there, closes) in [(true, true), (false, false)] {
        let mut desk = filled();
        desk.press(Command::Submit);
        let request = desk.asked.remove(0);
        let lost = Failure { kind: FailureKind::Unknown, what: "lost".to_owned(), ..Failure::default() };
        desk.answer(&request, Err(&lost));
        assert!(desk.page.form.is_sending(), "nothing is sent twice meanwhile");
        let mut profile = saved(&desk, "other");
        if there {
            profile.details = desk.page.profile().details;
        }
        desk.steps.clear();
        desk.answer_next(&Answer::Payments(vec![profile]));
        assert_eq!(desk.steps.iter().any(|s| matches!(s, Step::Close)), closes, "{there}");
        assert_eq!(desk.page.form.problem().is_none(), closes);
    }
}

#[test]
fn success_says_the_id_and_goes_back() {
    let mut desk = filled();
    desk.press(Command::Submit);
    let request = desk.asked.remove(0);
    desk.steps.clear();
    let profile = PaymentProfile {
        id: PaymentDetailsId::parse("1099").unwrap(),
        rail: "nip-nigeria".to_owned(),
        currency: "NGN".to_owned(),
        institution: None,
        details: Vec::new(),
    };
    desk.answer(&request, Ok(&Answer::PaymentCreated(profile)));
    assert!(matches!(&desk.steps[..], [Step::Say(Level::Info, text), Step::Close] if text.contains("#1099")));
}

#[test]
fn a_business_gets_the_fields_of_its_format() {
    let format = |who: &str, key: &str| RailFormat {
        institution_types: vec!["bank".to_owned()],
        beneficiary_type: Some(who.to_owned()),
        fields: vec![field("account_number", None), field(key, None)],
        ..RailFormat::default()
    };
    let mut imps = rail("imps", false, vec![field("guess", None)]);
    imps.formats = vec![format("individual", "account_name"), format("business", "business_name")];
    let mut desk = Desk::new();
    desk.answer_next(&currencies());
    desk.answer_next(&Answer::Rails(Rails { rails: vec![imps], ..Rails::default() }));
    assert!(desk.names().contains(&"account_name".to_owned()), "{:?}", desk.names());
    desk.go_to("beneficiary_type");
    desk.press(Command::Down(1));
    assert!(desk.names().contains(&"business_name".to_owned()), "{:?}", desk.names());
    assert!(!desk.names().contains(&"account_name".to_owned()));
    desk.go_to("account_number");
    desk.write("501");
    desk.go_to("business_name");
    desk.write("Acme");
    desk.asked.clear();
    desk.press(Command::Submit);
    let [R::CreatePayment(_, new)] = &desk.asked[..] else { panic!("{:?}", desk.asked) };
    assert!(new.details.contains(&("beneficiary_type".to_owned(), "business".to_owned())), "{:?}", new.details);
}
