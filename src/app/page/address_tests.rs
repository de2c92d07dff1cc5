use super::super::testing::{Desk, UUID, at, fill, no, send, user_id};
use super::*;
use crate::domain::status::KnownStatus;
use crate::domain::{ActionRequired, Observed, Order, Status};

fn order() -> OrderId {
    OrderId::parse("5d6a3a0e-0000-4000-8000-000000000001").unwrap()
}

fn waiting(fields: &[(&str, &str)]) -> Desk {
    let mut desk = Desk::new();
    let mut value = Order::bare(order(), Status::Known(KnownStatus::Created));
    let fields = fields.iter().map(|(name, label)| ((*name).to_owned(), (*label).to_owned())).collect();
    let kind = "update_kyc_address".to_owned();
    value.action_required = Some(ActionRequired { kind, fields, ..ActionRequired::default() });
    desk.orders.observe(Observed { value, asked: at(0), answered: at(0), server_date: None });
    desk.people.add(user_id(UUID));
    desk
}

fn names(page: &Address) -> Vec<&str> {
    page.form.fields().iter().map(|f| f.name.as_str()).collect()
}

fn updated(fields: &[&str]) -> Answer {
    let fields = fields.iter().map(|f| (*f).to_owned()).collect();
    Answer::KycUpdated(KycUpdated { fields, message: None })
}

#[test]
fn exactly_what_the_order_demands_is_asked_and_the_order_is_shown_after() {
    let mut desk = waiting(&[("city", "City"), ("planet", "Planet")]);
    desk.people.link(&order(), Some(&user_id(UUID)), None);
    let context = desk.context();
    let mut page = Address::new(order());
    page.shown(context);
    assert_eq!(names(&page), ["city", "planet"]);
    fill(&mut page, context, "city", "Lagos");
    assert!(send(&mut page, context).is_empty(), "all of them must be filled in");
    fill(&mut page, context, "planet", "Earth");
    let steps = send(&mut page, context);
    let [Step::Ask(request @ Request::ChangeKyc(whose, change))] = &steps[..] else { panic!("{steps:?}") };
    assert_eq!((whose, change.0.len()), (&user_id(UUID), 2));

    let steps = page.answered(request, Ok(&updated(&["city"])), context);
    assert!(steps.is_empty() && page.form.value("planet") == "Earth", "what was not taken keeps the form open");
    assert!(
        page.form.problem().unwrap().what.contains("not planet")
            || page.form.field("planet").unwrap().refused.is_some()
    );

    let steps = page.answered(request, Ok(&updated(&["city", "planet"])), context);
    assert!(matches!(&steps[0], Step::ShowOrder(id) if *id == order()));
}

#[test]
fn when_nobody_knows_whose_order_it_is_nobody_is_chosen_beforehand() {
    let desk = waiting(&[]);
    let context = desk.context();
    let mut page = Address::new(order());
    page.shown(context);
    assert_eq!(names(&page), ["user", "address", "city", "postal_code"]);
    for (name, text) in [("address", "1 Road"), ("city", "Berlin"), ("postal_code", "10115")] {
        fill(&mut page, context, name, text);
    }
    assert!(send(&mut page, context).is_empty());
    assert_eq!(page.form.focus(), 0, "the choice of the user is missing");
    fill(&mut page, context, "user", "0b5c");
    let steps = send(&mut page, context);
    assert!(matches!(&steps[..], [Step::Ask(Request::ChangeKyc(whose, _))] if *whose == user_id(UUID)));
}

#[test]
fn without_an_order_only_what_is_filled_in_is_sent() {
    let desk = Desk::new();
    let context = desk.context();
    let mut page = Address::of_user(user_id(UUID));
    page.shown(context);
    assert!(send(&mut page, context).is_empty() && page.form.problem().is_some(), "nothing to send");
    fill(&mut page, context, "dob", "2020-01-01");
    let steps = send(&mut page, context);
    let [Step::Ask(request @ Request::ChangeKyc(_, change))] = &steps[..] else { panic!("{steps:?}") };
    assert_eq!(change.0, [("dob".to_owned(), "2020-01-01".to_owned())]);
    page.answered(request, Err(&no("underage_not_allowed")), context);
    assert!(page.form.field("dob").unwrap().refused.as_ref().unwrap().contains("under age"));
    let steps = page.answered(request, Ok(&updated(&["dob"])), context);
    assert!(matches!(&steps[1], Step::Close));
}
