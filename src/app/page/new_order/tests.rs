//! From the form to the order: what is asked, what a yes needs, and what follows each answer.

use std::time::Duration;

use super::*;
use crate::app::failure::{FailureKind, No};
use crate::app::page::testing::{Desk, START, amount, order_id, profile, typed, user_id};
use crate::domain::order::{Amounts, FeeBreakdown};
use crate::domain::quote::{Anchor, Initiated, PriceChanged, Quote, Side};
use crate::domain::status::KnownStatus;
use crate::domain::{QuoteId, Status};
use chrono::DateTime;

fn desk() -> Desk {
    let mut desk = Desk::new();
    desk.user("u-1", "Ada", KycStatus::Verified);
    desk.user = Some(user_id("u-1"));
    desk
}

fn open(desk: &Desk, mut page: NewOrder) -> NewOrder {
    let asked = page.shown(desk.context());
    assert_eq!(asked.len(), 3, "{asked:?}");
    let crypto = |code: &str| CryptoCurrency { code: code.to_owned(), ..CryptoCurrency::default() };
    let fiat = |code: &str| FiatCurrency { code: code.to_owned(), ..FiatCurrency::default() };
    let answers = [
        (Request::CryptoCurrencies, Answer::CryptoCurrencies(vec![crypto("USDC"), crypto("USDT")])),
        (Request::FiatCurrencies, Answer::FiatCurrencies(vec![fiat("EUR"), fiat("KES"), fiat("NGN")])),
        (Request::Payments(user_id("u-1")), Answer::Payments(vec![profile("7", "NGN"), profile("8", "KES")])),
    ];
    for (request, answer) in answers {
        page.answered(&request, Ok(&answer), desk.context());
    }
    page
}

fn fill(page: &mut NewOrder, desk: &Desk, values: &[(&str, &str)]) {
    for (name, value) in values {
        typed(&mut page.form, name, value);
        page.form_step(FormStep::Changed((*name).to_owned()), desk.context());
    }
}

fn submit(page: &mut NewOrder, desk: &Desk) -> Vec<Step> {
    let step = page.form.command(Command::Submit);
    page.form_step(step, desk.context())
}

fn quote(lives: i64) -> Quote {
    Quote {
        id: QuoteId::parse("q-1").unwrap(),
        direction: Direction::OffRamp,
        anchor: Some(Anchor::Crypto),
        amounts: Amounts {
            crypto: Some(amount("100")),
            fiat: Some(amount("152000")),
            rate: Some(amount("1520")),
            ..Amounts::default()
        },
        fees: FeeBreakdown { partner_fee: Some(amount("0.5")), ..FeeBreakdown::default() },
        expires_at: DateTime::from_timestamp(START + lives, 0),
        payment_details: None,
        method: None,
        network: None,
        settles_itself: Some(false),
        problems: Vec::new(),
    }
}

/// A quote in the hand, seen, with the keyboard silent long enough.
fn quoted(desk: &mut Desk, quote: Quote) -> NewOrder {
    let mut page = open(desk, NewOrder::new());
    fill(&mut page, desk, &[("crypto_amount", "100"), ("reference_id", "inv-9")]);
    let steps = submit(&mut page, desk);
    let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
    page.answered(request, Ok(&Answer::Quote(quote)), desk.context());
    seen(&mut page, desk);
    page
}

fn seen(page: &mut NewOrder, desk: &mut Desk) {
    page.gate().unwrap().drawn(desk.now.mono);
    desk.now = desk.now + Duration::from_secs(1);
}

fn keys(page: &NewOrder, desk: &Desk) -> String {
    page.offers(desk.context()).iter().map(|offer| offer.key).collect()
}

fn yes(page: &mut NewOrder, desk: &Desk) -> Request {
    assert!(keys(page, desk).contains('y'), "{}", keys(page, desk));
    let steps = page.key('y', desk.context());
    match steps.into_iter().next() {
        Some(Step::Ask(request)) => request,
        other => panic!("{other:?}"),
    }
}

fn no(code: &str) -> Failure {
    let no = No { code: Some(code.to_owned()), ..No::default() };
    Failure { kind: FailureKind::Rejected, what: code.to_owned(), no: Some(Box::new(no)), ..Failure::default() }
}

fn lost() -> Failure {
    Failure { kind: FailureKind::Unknown, what: "no answer".to_owned(), ..Failure::default() }
}

fn held(page: &NewOrder) -> &Held {
    match page.in_sight() {
        InSight::Quoted(held) => held,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_quote_asks_for_what_stands_in_the_form() {
    let desk = desk();
    let mut page = open(&desk, NewOrder::new());
    assert_eq!(page.form.value("fiat_currency"), "NGN", "from the payment details");
    fill(
        &mut page,
        &desk,
        &[
            ("payment_details_id", "#8"),
            ("given", "fiat:"),
            ("fiat_amount", "13000"),
            ("slippage_tolerance", "per cent"),
            ("slippage_value", "0.5"),
            ("has_fiat_settlement_notification", "themselves"),
            ("provider_scope", "licensed"),
            ("partner_fee_pct", "1"),
        ],
    );
    let steps = submit(&mut page, &desk);
    let [Step::Ask(Request::OffRampQuote(asked))] = &steps[..] else { panic!("{steps:?} {:?}", page.form) };
    assert_eq!((asked.user.as_str(), asked.payment_details.as_str()), ("u-1", "8"));
    assert_eq!((asked.crypto_currency.as_str(), asked.fiat_currency.as_str()), ("USDC", "KES"));
    assert_eq!(asked.side, crate::domain::quote::Side::Fiat(amount("13000")));
    assert_eq!(asked.slippage, Some(crate::domain::quote::Slippage::Percent(amount("0.5"))));
    assert_eq!((asked.settles_itself, asked.partner_fee_pct), (Some(true), Some(amount("1"))));
    assert_eq!(asked.scope, Some(crate::domain::quote::Scope::LicensedOnly));
    assert!(page.form.is_sending());
}

#[test]
fn fiat_without_parts_is_refused_before_anything_is_sent() {
    let desk = desk();
    let mut page = open(&desk, NewOrder::new());
    fill(&mut page, &desk, &[("given", "fiat:"), ("fiat_amount", "152880.50")]);
    assert!(submit(&mut page, &desk).is_empty());
    assert!(page.form.field("fiat_amount").unwrap().problem().unwrap().contains("whole number"));
    fill(&mut page, &desk, &[("fiat_amount", "152880")]);
    assert!(matches!(submit(&mut page, &desk)[..], [Step::Ask(Request::OffRampQuote(_))]));
}

#[test]
fn payment_details_of_another_currency_are_refused_at_the_field() {
    let desk = desk();
    let mut page = open(&desk, NewOrder::new());
    fill(&mut page, &desk, &[("crypto_amount", "10"), ("fiat_currency", "EUR")]);
    assert!(submit(&mut page, &desk).is_empty());
    assert!(page.form.field("fiat_currency").unwrap().problem().unwrap().contains("take NGN, not EUR"));
}

#[test]
fn an_on_ramp_order_has_no_payment_details_and_keeps_what_was_typed() {
    let desk = desk();
    let mut page = open(&desk, NewOrder::new());
    fill(&mut page, &desk, &[("crypto_amount", "25"), ("order_type", "on-ramp")]);
    assert!(page.form.field("payment_details_id").is_none());
    assert_eq!(page.form.value("crypto_amount"), "25");
    fill(&mut page, &desk, &[("given", "fiat:")]);
    assert_eq!(page.form.value("fiat_amount"), "25", "the number stays under its new name");
    let steps = submit(&mut page, &desk);
    assert!(matches!(&steps[..], [Step::Ask(Request::OnRampQuote(asked))] if asked.user == user_id("u-1")));
}

#[test]
fn an_estimate_needs_no_user_and_is_marked_when_the_inputs_change() {
    let mut desk = desk();
    desk.people = crate::app::people::People::default();
    desk.user = None;
    let mut page = NewOrder::new();
    page.shown(desk.context());
    let say = page.form_step(FormStep::Estimate, desk.context());
    assert!(matches!(say[..], [Step::Say(..)]));
    for (request, fiat) in [(Request::CryptoCurrencies, false), (Request::FiatCurrencies, true)] {
        let answer = if fiat {
            Answer::FiatCurrencies(vec![FiatCurrency { code: "EUR".to_owned(), ..FiatCurrency::default() }])
        } else {
            Answer::CryptoCurrencies(vec![CryptoCurrency { code: "USDT".to_owned(), ..CryptoCurrency::default() }])
        };
        page.answered(&request, Ok(&answer), desk.context());
    }
    fill(&mut page, &desk, &[("crypto_amount", "25")]);
    let steps = page.form_step(FormStep::Estimate, desk.context());
    assert!(matches!(&steps[..], [Step::Ask(Request::Estimate(Direction::OffRamp, _))]), "{steps:?}");
    assert!(page.estimate_is_current());
    fill(&mut page, &desk, &[("crypto_amount", "26")]);
    assert!(!page.estimate_is_current());
}

#[test]
fn yes_makes_one_order_and_leads_to_it() {
    let mut desk = desk();
    let mut page = quoted(&mut desk, quote(60));
    let request = yes(&mut page, &desk);
    let Request::Initiate { quote, user, payment_details, reference, .. } = &request else { panic!("{request:?}") };
    assert_eq!((quote.as_str(), user.as_str()), ("q-1", "u-1"));
    assert_eq!(payment_details.as_ref().map(ToString::to_string).as_deref(), Some("7"));
    assert_eq!(reference.as_deref(), Some("inv-9"));
    assert!(page.key('y', desk.context()).is_empty(), "a second yes while the first is under way");
    let made = Initiated {
        order: order_id("o-9"),
        status: Some(Status::Known(KnownStatus::AwaitingLiquidityProvider)),
        quote: None,
        reference: None,
        amounts: Amounts::default(),
        fees: FeeBreakdown::default(),
        timeline: Vec::new(),
        created_at: None,
        required_fields: Vec::new(),
        problems: Vec::new(),
    };
    let steps = page.answered(&request, Ok(&Answer::Initiated(made)), desk.context());
    assert!(matches!(&steps[..], [Step::Say(Level::Info, _), Step::ShowOrder(order)] if *order == order_id("o-9")));
}

#[test]
fn nobody_is_chosen_for_the_operator() {
    let mut desk = desk();
    desk.user = None;
    let mut page = NewOrder::new();
    let asked = page.shown(desk.context());
    assert!(!asked.iter().any(|step| matches!(step, Step::Ask(Request::Payments(_)))));
    desk.user("u-2", "Bola", KycStatus::Verified);
    page.tick(desk.context());
    assert_eq!(page.user(), None);
    typed(&mut page.form, "user_uuid", "bola");
    let steps = page.form_step(FormStep::Changed("user_uuid".to_owned()), desk.context());
    assert!(matches!(&steps[..], [Step::Ask(Request::Payments(user))] if *user == user_id("u-2")), "{steps:?}");
}

#[test]
fn a_user_who_is_read_while_their_name_is_typed_is_found_and_nobody_elses_account_stays() {
    let mut desk = desk();
    let mut page = open(&desk, NewOrder::new());
    assert_eq!(page.form.value("payment_details_id"), "7");
    fill(&mut page, &desk, &[("user_uuid", "bola")]);
    assert_eq!((page.user(), page.form.value("payment_details_id")), (None, ""));
    desk.user("u-2", "Bola", KycStatus::Verified);
    let steps = page.tick(desk.context());
    assert!(matches!(&steps[..], [Step::Ask(Request::Payments(user))] if *user == user_id("u-2")), "{steps:?}");
    assert_eq!(page.form.field("user_uuid").unwrap().typed().0, "bola");
}

#[test]
fn a_yes_counts_only_after_the_quote_was_seen() {
    let mut desk = desk();
    let mut page = quoted(&mut desk, quote(60));
    *page.gate().unwrap() = Gate::default();
    assert!(!keys(&page, &desk).contains('y'));
    page.gate().unwrap().drawn(desk.now.mono);
    assert!(!keys(&page, &desk).contains('y'));
    desk.now = desk.now + Duration::from_secs(1);
    assert!(keys(&page, &desk).contains('y'));
}

#[test]
fn the_servers_clock_ends_a_quote_and_one_key_asks_the_same_again() {
    let mut desk = desk();
    let mut page = quoted(&mut desk, quote(60));
    assert_eq!(held(&page).life(&desk.context()), Life::Left(Duration::from_secs(59)));
    desk.skew_seconds = Some(50);
    assert_eq!(held(&page).life(&desk.context()), Life::NearlyOver(Duration::from_secs(9)));
    desk.skew_seconds = Some(60);
    assert_eq!(held(&page).life(&desk.context()), Life::Over);
    assert_eq!(keys(&page, &desk), "re");
    assert!(page.key('y', desk.context()).is_empty());
    let before = held(&page).asked.clone();
    let steps = page.key('r', desk.context());
    assert!(matches!(&steps[..], [Step::Ask(request)] if *request == before));
    let mut next = quote(300);
    next.amounts.rate = Some(amount("1519"));
    page.answered(&before, Ok(&Answer::Quote(next)), desk.context());
    assert_eq!(held(&page).before, Some(amount("1520")));
    assert!(!keys(&page, &desk).contains('y'), "the new quote has to be seen first");
}

#[test]
fn a_quote_that_comes_after_the_operator_went_back_to_the_form_is_dropped() {
    let mut desk = desk();
    let mut page = quoted(&mut desk, quote(60));
    let mut steps = page.key('r', desk.context());
    let Some(Step::Ask(late)) = steps.pop() else { panic!("nothing asked") };
    page.command(Command::Back, desk.context());
    fill(&mut page, &desk, &[("crypto_amount", "250")]);
    page.answered(&late, Ok(&Answer::Quote(quote(60))), desk.context());
    assert!(page.form().is_some(), "the form being typed in stays");
    page.answered(&late, Err(&lost()), desk.context());
    assert!(page.form().unwrap().problem().is_none());
    let steps = submit(&mut page, &desk);
    let [Step::Ask(wanted)] = &steps[..] else { panic!("{steps:?}") };
    page.answered(&late, Ok(&Answer::Quote(quote(60))), desk.context());
    assert!(page.form().is_some(), "nor is the old quote taken for the new one");
    page.answered(wanted, Ok(&Answer::Quote(quote(60))), desk.context());
    assert_eq!(held(&page).side, Side::Crypto(amount("250")));
}

#[test]
fn a_moved_price_is_shown_and_quoted_again_by_one_key() {
    let mut desk = desk();
    let mut page = quoted(&mut desk, quote(60));
    let request = yes(&mut page, &desk);
    let mut failure = no("PRICE_CHANGED_REQUOTE");
    let price =
        PriceChanged { quoted: Some(amount("1520")), current: Some(amount("1505")), difference: Some(amount("-1500")) };
    failure.no.as_mut().unwrap().price = Some(price);
    page.answered(&request, Err(&failure), desk.context());
    assert!(matches!(&held(&page).attempt, Attempt::Refused(f) if f.price() == Some(price)));
    assert_eq!(keys(&page, &desk), "re");
}

#[test]
fn a_lost_answer_sends_nothing_by_itself_and_allows_no_other_quote() {
    let mut desk = desk();
    let mut page = quoted(&mut desk, quote(60));
    let request = yes(&mut page, &desk);
    assert!(page.answered(&request, Err(&lost()), desk.context()).is_empty());
    assert!(page.tick(desk.context()).is_empty());
    assert_eq!(keys(&page, &desk), "e", "seen anew before another yes, and no new quote");
    seen(&mut page, &mut desk);
    let again = yes(&mut page, &desk);
    assert_eq!(again, request, "the same quote");
    page.answered(&again, Err(&no("QUOTE_ALREADY_USED")), desk.context());
    assert!(held(&page).used());
    assert!(keys(&page, &desk).contains('r'));
    assert!(matches!(page.command(Command::Back, desk.context())[..], [Step::Close]), "to the list");
}

#[test]
fn a_lost_answer_is_not_forgotten_by_the_form_nor_by_the_next_quote() {
    let mut desk = desk();
    let mut page = quoted(&mut desk, quote(60));
    let request = yes(&mut page, &desk);
    page.answered(&request, Err(&lost()), desk.context());
    page.key('e', desk.context());
    assert!(page.lost());
    let steps = submit(&mut page, &desk);
    let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
    page.answered(request, Ok(&Answer::Quote(quote(60))), desk.context());
    assert!(held(&page).earlier_lost);
}

#[test]
fn an_order_under_way_is_not_left_by_esc() {
    let mut desk = desk();
    let mut page = quoted(&mut desk, quote(60));
    yes(&mut page, &desk);
    assert!(matches!(page.command(Command::Back, desk.context())[..], [Step::Say(Level::Warning, _)]));
    assert_eq!(keys(&page, &desk), "");
}

#[test]
fn uncleared_kyc_leads_to_the_user_and_back_with_everything_typed() {
    let mut desk = desk();
    desk.user("u-1", "Ada", KycStatus::UnderWay("UNDER_REVIEW".to_owned()));
    let mut page = open(&desk, NewOrder::new());
    assert_eq!(page.not_verified(&desk.context()).as_deref(), Some("under review"));
    fill(&mut page, &desk, &[("crypto_amount", "100")]);
    let steps = submit(&mut page, &desk);
    let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
    page.answered(request, Err(&no("KYC_NOT_CLEARED")), desk.context());
    assert_eq!(keys(&page, &desk), "ie");
    assert!(matches!(&page.key('i', desk.context())[..], [Step::Open(page)] if matches!(**page, Page::User(_))));
    page.key('e', desk.context());
    assert_eq!(page.form().unwrap().value("crypto_amount"), "100");
}

#[test]
fn a_refusal_lands_at_the_amount_it_names() {
    let desk = desk();
    let mut page = open(&desk, NewOrder::new());
    fill(&mut page, &desk, &[("crypto_amount", "100")]);
    let steps = submit(&mut page, &desk);
    let [Step::Ask(request)] = &steps[..] else { panic!("{steps:?}") };
    let mut failure = no("INVALID_REQUEST");
    failure.no.as_mut().unwrap().message = Some("crypto_amount is too small".to_owned());
    page.answered(request, Err(&failure), desk.context());
    assert!(page.form().unwrap().field("crypto_amount").unwrap().refused.is_some());
}

#[test]
fn a_quote_that_pays_elsewhere_takes_no_yes() {
    let mut desk = desk();
    let mut other = quote(60);
    other.payment_details = Some("99".parse().unwrap());
    let page = quoted(&mut desk, other);
    assert!(!keys(&page, &desk).contains('y'));
}

#[test]
fn an_order_whose_price_moved_is_prefilled_for_its_owner() {
    let mut desk = desk();
    desk.user("a-0", "Zoe", KycStatus::Verified);
    desk.user = Some(user_id("a-0"));
    let mut order = Order::bare(order_id("o-1"), KnownStatus::PriceChangedRequoteNeeded.into());
    order.amounts.crypto = Some(amount("42"));
    order.amounts.crypto_currency = Some("USDT".to_owned());
    order.amounts.fiat_currency = Some("KES".to_owned());
    desk.people.link(&order.id, Some(&user_id("u-1")), Some(&"8".parse().unwrap()));
    let page = open(&desk, NewOrder::again(&order));
    let values = ["user_uuid", "payment_details_id", "crypto_currency", "fiat_currency", "crypto_amount"];
    assert_eq!(values.map(|name| page.form.value(name).to_owned()), ["u-1", "8", "USDT", "KES", "42"]);
}

#[test]
fn what_is_funded_is_the_crypto_and_the_markup() {
    let mut desk = desk();
    let page = quoted(&mut desk, quote(60));
    assert_eq!(held(&page).to_fund(), Some(amount("100.5")));
    assert!(!held(&page).fiat_is_exact());
}

#[test]
fn more_places_than_the_token_has_are_refused_before_sending() {
    let desk = desk();
    let mut page = open(&desk, NewOrder::new());
    let tokens = vec![CryptoCurrency { code: "USDT".to_owned(), decimals: Some(6), ..CryptoCurrency::default() }];
    page.answered(&Request::CryptoCurrencies, Ok(&Answer::CryptoCurrencies(tokens)), desk.context());
    fill(&mut page, &desk, &[("crypto_amount", "1.1234567")]);
    assert!(submit(&mut page, &desk).is_empty());
    assert!(matches!(&page.ask_estimate()[..], [Step::Say(..)]));
    let problem = page.form.field("crypto_amount").unwrap().problem().unwrap();
    assert!(problem.contains("at most 6 places"), "{problem}");
    fill(&mut page, &desk, &[("crypto_amount", "1.123456")]);
    assert_eq!(submit(&mut page, &desk).len(), 1);
}

#[test]
fn a_tolerance_is_at_most_the_whole_rate() {
    let desk = desk();
    let mut page = open(&desk, NewOrder::new());
    fill(&mut page, &desk, &[("crypto_amount", "1"), ("slippage_tolerance", "per cent"), ("slippage_value", "500")]);
    assert!(submit(&mut page, &desk).is_empty());
    fill(&mut page, &desk, &[("slippage_tolerance", "amount")]);
    assert_eq!(submit(&mut page, &desk).len(), 1, "500 of the fiat is a small sum");
}

#[test]
fn a_quote_with_an_amount_nobody_can_read_takes_no_yes() {
    let mut desk = desk();
    let mut half = quote(60);
    half.amounts.fiat = None;
    let mut page = quoted(&mut desk, half);
    assert_eq!(keys(&page, &desk), "re");
    assert!(page.key('y', desk.context()).is_empty());
}

#[test]
fn the_same_estimate_is_asked_once_at_a_time() {
    let desk = desk();
    let mut page = open(&desk, NewOrder::new());
    fill(&mut page, &desk, &[("crypto_amount", "1")]);
    assert_eq!(page.ask_estimate().len(), 1);
    assert!(page.ask_estimate().is_empty());
}
