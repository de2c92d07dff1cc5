//! What the tests of pages have in common: a desk to look at, orders, users, profiles.

use std::time::Duration;

use chrono::DateTime;
use tui_input::InputRequest;

use super::{Behave, Context, Step};
use crate::app::command::Command;
use crate::app::failure::{Failure, FailureKind, No};
use crate::app::form::{Form, Kind};
use crate::app::model::{EnvironmentKind, Session};
use crate::app::orders::OrderBook;
use crate::app::people::People;
use crate::domain::status::KnownStatus;
use crate::domain::{
    Amount, Direction, KycStatus, Mono, Now, Observed, Order, OrderId, PaymentDetailsId, PaymentProfile, User, UserId,
};

pub const START: i64 = 1_770_000_000;

pub const UUID: &str = "0b5c1c8e-4a40-4d8e-9d4f-6c9b1c1f0a01";

pub fn at(seconds: u64) -> Now {
    let wall = DateTime::from_timestamp(START + seconds.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(seconds)), wall }
}

pub fn order_id(id: &str) -> OrderId {
    OrderId::parse(id).unwrap()
}

pub fn user_id(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

pub fn amount(text: &str) -> Amount {
    Amount::parse(text).unwrap()
}

pub fn on_ramp(id: &str, status: KnownStatus) -> Order {
    let mut order = Order::bare(order_id(id), status.into());
    order.direction = Direction::OnRamp;
    order.amounts.crypto = Some(amount("100"));
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.amounts.fiat = Some(amount("152880"));
    order.amounts.fiat_currency = Some("NGN".to_owned());
    order
}

pub fn profile(id: &str, currency: &str) -> PaymentProfile {
    PaymentProfile {
        id: PaymentDetailsId::parse(id).unwrap(),
        rail: "nip-nigeria".to_owned(),
        currency: currency.to_owned(),
        institution: Some("Access Bank".to_owned()),
        details: vec![
            ("account_name".to_owned(), "Ada Obi".to_owned()),
            ("account_number".to_owned(), "0123456789".to_owned()),
        ],
    }
}

/// A refusal with a code.
pub fn no(code: &str) -> Failure {
    let no = No { code: Some(code.to_owned()), ..No::default() };
    Failure { kind: FailureKind::Rejected, what: "no".to_owned(), no: Some(Box::new(no)), ..Failure::default() }
}

/// An answer that was lost.
pub fn lost() -> Failure {
    Failure { kind: FailureKind::Unknown, what: "broken pipe".to_owned(), ..Failure::default() }
}

/// Types into the field of this name, and tells the page of every change.
pub fn fill(page: &mut dyn Behave, context: Context<'_>, name: &str, text: &str) {
    go_to(page.form_mut().unwrap(), name);
    for c in text.chars() {
        let step = page.form_mut().unwrap().edit(InputRequest::InsertChar(c));
        page.form_step(step, context);
    }
}

pub fn send(page: &mut dyn Behave, context: Context<'_>) -> Vec<Step> {
    let step = page.form_mut().unwrap().command(Command::Submit);
    page.form_step(step, context)
}

/// Brings the focus to the field of this name.
fn go_to(form: &mut Form, name: &str) {
    while form.focus() > 0 {
        form.command(Command::PreviousField);
    }
    while form.fields()[form.focus()].name != name {
        let before = form.focus();
        form.command(Command::NextField);
        assert_ne!(form.focus(), before, "no field {name}");
    }
}

/// Types a value into a field as an operator would: the focus goes there, what stood there goes away.
pub fn typed(form: &mut Form, name: &str, value: &str) {
    go_to(form, name);
    form.edit(InputRequest::DeleteLine);
    for c in value.chars() {
        form.edit(InputRequest::InsertChar(c));
    }
    if form.fields()[form.focus()].kind == Kind::Text {
        assert_eq!(form.value(name), value);
    }
}

/// A run that may write but cannot sign.
pub fn session() -> Session {
    Session {
        profile: "test".to_owned(),
        api_url: "http://127.0.0.1:1".to_owned(),
        environment: EnvironmentKind::Sandbox,
        read_only: false,
        signer: None,
        actions_blocked: None,
    }
}

/// Everything a page may look at.
pub struct Desk {
    pub now: Now,
    pub skew_seconds: Option<i64>,
    pub people: People,
    pub orders: OrderBook,
    pub session: Session,
    pub user: Option<UserId>,
}

impl Desk {
    pub fn new() -> Self {
        let session = session();
        let (people, orders) = (People::default(), OrderBook::default());
        Self { now: at(0), skew_seconds: Some(0), people, orders, session, user: None }
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            skew_seconds: self.skew_seconds,
            people: &self.people,
            orders: &self.orders,
            session: &self.session,
            webhook_test: None,
            order: None,
            user: self.user.as_ref(),
        }
    }

    pub fn observe(&mut self, order: Order) {
        self.orders.observe(self.observed(order));
    }

    pub fn user(&mut self, id: &str, name: &str, kyc: KycStatus) {
        let user = User {
            id: user_id(id),
            email: Some(format!("{id}@example.com")),
            created_at: None,
            kyc: Some(kyc),
            first_name: Some(name.to_owned()),
            last_name: None,
            country: None,
            rejection_reason: None,
            payment_profiles: Vec::new(),
        };
        let seen = self.observed(user);
        self.people.add(user_id(id));
        self.people.read(seen);
    }

    fn observed<T>(&self, value: T) -> Observed<T> {
        Observed { value, asked: self.now, answered: self.now, server_date: None }
    }
}
