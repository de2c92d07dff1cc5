//! Whatever happens in whatever order, the list is what it would be if it were made from nothing.

use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;
use tui_input::InputRequest;

use super::tests::{at, bring, id, model, press, seen, tick};
use super::*;
use crate::app::msg::Kept;
use crate::app::orders;
use crate::app::view_state::Scope;
use crate::domain::status::KnownStatus;
use crate::domain::{AllowedAction, Amount, Brief, Direction, NextAction, Observed, Order, OrderId};

/// Something that happens.
#[derive(Debug, Clone)]
enum Act {
    Read(u8, u8, u8),
    Kept(Vec<(u8, u8)>),
    Whole(u8),
    Wait(u8),
    Press(u8),
    /// Whether Enter follows; else more may be typed.
    Type(&'static str, bool),
    Work,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0u8..40, 0u8..6, 0u8..4).prop_map(|(name, kind, amount)| Act::Read(name, kind, amount)),
        1 => prop::collection::vec((0u8..90, 0u8..4), 1..30).prop_map(Act::Kept),
        1 => (0u8..90).prop_map(Act::Whole),
        2 => (0u8..60).prop_map(Act::Wait),
        3 => (0u8..7).prop_map(Act::Press),
        2 => (prop::sample::select(vec!["1", "usdt", "!2", "'o", "3", " ", "-", "^o"]), any::<bool>())
            .prop_map(|(text, enter)| Act::Type(text, enter)),
        4 => Just(Act::Work),
    ]
}

fn name(n: u8) -> OrderId {
    id(&format!("o-{n}"))
}

fn order(n: u8, kind: u8, amount: u8, s: u64) -> Observed<Order> {
    use KnownStatus as S;
    let status = [
        S::Completed,
        S::Cancelled,
        S::CryptoReceived,
        S::AwaitingCryptoTransferAuthorization,
        S::Completed,
        S::Failed,
    ];
    let mut seen = seen(&format!("o-{n}"), status[usize::from(kind)], s);
    let order = &mut seen.value;
    order.allowed_actions.clear();
    order.amounts.crypto = Amount::parse(&amount.to_string()).ok();
    order.created_at = DateTime::from_timestamp(1_000 + i64::from(n / 3), 0);
    match kind {
        3 => {
            order.next_action = Some(NextAction::AuthorizeCryptoTransfer);
            order.allowed_actions = vec![AllowedAction::AuthorizeCryptoTransfer];
            order.authorization_seconds_left = Some(60 * u64::from(amount));
        }
        // To be sent out for half a minute more.
        4 => {
            order.direction = Direction::OnRamp;
            order.allowed_actions = vec![AllowedAction::AuthorizeBridge];
            order.updated_at = Some(at(s).wall - TimeDelta::hours(24) + TimeDelta::seconds(30));
        }
        _ => {}
    }
    seen
}

fn happen(m: &mut Model, act: Act, s: &mut u64) {
    match act {
        Act::Read(n, kind, amount) => drop(bring(m, vec![order(n, kind, amount, *s)])),
        Act::Kept(past) => {
            let past = past.into_iter().map(|(n, amount)| (Brief::of(&order(n, 0, amount, 0).value), at(0).wall));
            update(m, Msg::Kept(Kept::Past(past.collect())));
        }
        Act::Whole(n) => {
            let whole = orders::kept(order(n, 0, 1, 0).value, at(0).wall);
            update(m, Msg::Kept(Kept::Whole(Box::new(whole))));
        }
        Act::Wait(seconds) => {
            *s += u64::from(seconds);
            tick(m, *s);
        }
        Act::Press(key) => {
            let keys = [
                Command::Scope,
                Command::Scope,
                Command::SortColumn,
                Command::SortDirection,
                Command::Down(3),
                Command::Last,
                Command::Back,
            ];
            press(m, keys[usize::from(key)]);
        }
        Act::Type(text, enter) => {
            press(m, Command::Filter);
            update(m, Msg::Paste(text.to_owned()));
            if enter {
                press(m, Command::Accept);
            }
        }
        Act::Work => drop(update(m, Msg::Work)),
    }
}

fn finish(m: &mut Model) {
    while m.work.is_some() {
        update(m, Msg::Work);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn the_list_is_what_it_would_be_if_made_from_nothing(acts in prop::collection::vec(act(), 1..60)) {
        let mut m = model();
        let mut s = 1;
        tick(&mut m, s);
        for act in acts {
            happen(&mut m, act, &mut s);
            let places: Vec<_> = m.ids().iter().map(|id| m.visible.place(&m.orders, id)).collect();
            if m.work.is_none() {
                prop_assert_eq!(places, (0..m.visible.len()).map(Some).collect::<Vec<_>>());
            }
        }
        finish(&mut m);
        // What was kept for the sake of a former selection goes with the next news.
        listing::relist(&mut m);
        let fresh = orders::visible(&m.orders, &m.listing, m.people.owners(), m.selected.as_ref(), &m.now);
        prop_assert_eq!(m.ids(), fresh.ids(&m.orders));
        prop_assert_eq!(m.visible.listing(), &m.listing);
        prop_assert_eq!((m.visible.needs_you, m.visible.live), (fresh.needs_you, fresh.live));
        prop_assert_eq!(m.visible.stale_at, fresh.stale_at);
    }
}

/// A thousand orders that are over.
fn years() -> Model {
    let mut m = model();
    let past = (0..1_000u32).map(|n| {
        let mut order = order(0, 0, 1, 0).value;
        order.id = id(&format!("p-{n}"));
        (Brief::of(&order), at(0).wall)
    });
    update(&mut m, Msg::Kept(Kept::Past(past.collect())));
    m
}

#[test]
fn a_key_is_taken_between_two_slices_and_the_former_list_stays_meanwhile() {
    let mut m = years();
    m.listing.scope = Scope::NeedsYou;
    press(&mut m, Command::Scope);
    assert_eq!(m.listing.scope, Scope::Ended);
    assert!(m.visible.is_empty() && m.work.is_some());
    finish(&mut m);
    assert_eq!(m.visible.len(), 1_000);
    press(&mut m, Command::Filter);
    update(&mut m, Msg::Paste("p-9".to_owned()));
    for _ in 0..5 {
        update(&mut m, Msg::Work);
    }
    assert_eq!(m.visible.len(), 1_000, "not half a list");
    update(&mut m, Msg::Paste("99".to_owned()));
    press(&mut m, Command::Down(1));
    assert!(m.selected.is_some(), "keys go on working");
    finish(&mut m);
    assert_eq!(m.ids(), [id("p-999")]);
    assert_eq!(m.selected, Some(id("p-999")));
}

/// The id that is typed, and orders that are not meant: one has the same letters with others
/// between, one the text within its id, one in its reference. All of them are more urgent.
const MEANT: &str = "46d512ea-03b1-4c55-a21f-5f2d0c8e9a10";
const SCATTERED: &str = "8064a866-d5f1-4b27-a93c-1c5e7d2f6b48";
const WITHIN: &str = "0b46d512-77aa-4e01-b8d4-93c2e15f6a07";
const REFERRING: &str = "c71e08b3-2f64-4d95-8a1b-e6d3f0275c9e";

fn desk() -> Model {
    let wanting = |name: &str, left: u64| {
        let mut seen = order(0, 3, 1, 1);
        seen.value.id = id(name);
        seen.value.authorization_seconds_left = Some(left);
        seen
    };
    let mut referring = wanting(REFERRING, 100);
    referring.value.links.reference = Some("PAY-46d512ea".to_owned());
    let mut m = years();
    tick(&mut m, 1);
    bring(&mut m, vec![wanting(SCATTERED, 90), referring, wanting(WITHIN, 110), wanting(MEANT, 900)]);
    press(&mut m, Command::First);
    assert_eq!(m.ids(), [SCATTERED, REFERRING, WITHIN, MEANT].map(id));
    assert_eq!(m.selected, Some(id(SCATTERED)));
    m
}

fn asked_about(effects: &[Effect]) -> OrderId {
    use crate::app::flow::FlowEffect;
    match effects {
        [Effect::Flow(_, FlowEffect::ReadOrder(order))] => order.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_beginning_of_an_id_selects_that_order_among_more_urgent_ones_and_a_asks_about_it() {
    let mut m = desk();
    press(&mut m, Command::Filter);
    for letter in "46D512".chars() {
        update(&mut m, Msg::Edit(InputRequest::InsertChar(letter)));
    }
    assert_eq!(m.ids(), [REFERRING, WITHIN, MEANT].map(id), "scattered letters are no match");
    assert_eq!(m.selected, Some(id(MEANT)));
    press(&mut m, Command::Accept);
    let effects = press(&mut m, Command::Authorize);
    assert_eq!(asked_about(&effects), id(MEANT));
}

#[test]
fn only_typing_selects_by_the_beginning_of_an_id() {
    let mut m = desk();
    press(&mut m, Command::Filter);
    update(&mut m, Msg::Paste("46d512".to_owned()));
    press(&mut m, Command::Accept);
    press(&mut m, Command::First);
    assert_eq!(m.selected, Some(id(REFERRING)));
    press(&mut m, Command::SortDirection);
    tick(&mut m, 60);
    bring(&mut m, vec![order(7, 2, 1, 60)]);
    assert_eq!(m.selected, Some(id(REFERRING)), "chosen by hand");
    press(&mut m, Command::Back);
    assert_eq!(m.selected, Some(id(REFERRING)));
}

#[test]
fn an_order_typed_before_it_is_known_is_selected_when_it_comes_with_others() {
    let mut m = model();
    press(&mut m, Command::Filter);
    update(&mut m, Msg::Paste("46d512".to_owned()));
    assert!(m.selected.is_none());
    let all = desk();
    bring(&mut m, all.orders.iter().map(|row| row.seen.clone()).collect());
    assert_eq!(m.ids(), [REFERRING, WITHIN, MEANT].map(id));
    assert_eq!(m.selected, Some(id(MEANT)));
}

/// Typed in one go, among so many orders that the list is not made yet when the keys come.
#[test]
fn enter_waits_for_the_list_so_that_the_next_key_is_about_what_was_typed() {
    let mut m = desk();
    m.listing.scope = Scope::Ended;
    press(&mut m, Command::Scope);
    finish(&mut m);
    assert_eq!((m.listing.scope, m.visible.len()), (Scope::All, 1_004));
    assert_eq!(m.selected, Some(id(SCATTERED)));
    press(&mut m, Command::Filter);
    update(&mut m, Msg::Paste("46d512".to_owned()));
    assert!(m.work.is_some() && m.selected == Some(id(SCATTERED)));
    let shown = press(&mut m, Command::Accept);
    assert!(shown.contains(&listing::focus(&m)), "it is read afresh as well");
    let effects = press(&mut m, Command::Authorize);
    assert_eq!(asked_about(&effects), id(MEANT));
}

#[test]
fn what_comes_in_while_a_list_is_made_is_in_it() {
    let mut m = years();
    m.listing.scope = Scope::Ended;
    press(&mut m, Command::Scope);
    update(&mut m, Msg::Work);
    bring(&mut m, vec![order(7, 1, 1, 1), order(8, 2, 1, 1)]);
    assert!(m.work.is_some());
    finish(&mut m);
    assert_eq!(m.visible.len(), 1_002);
    assert!(m.ids().contains(&name(7)) && m.ids().contains(&name(8)));
}

#[test]
fn orders_that_are_over_change_nothing_where_only_live_ones_are_listed() {
    let mut m = years();
    bring(&mut m, vec![order(1, 2, 1, 1)]);
    tick(&mut m, 5);
    m.take_changed();
    let before = m.visible.clone();
    bring(&mut m, (10..30).map(|n| order(n, 0, 1, 5)).collect());
    assert_eq!(m.visible, before);
    assert!(!m.take_changed(), "nothing to draw");
    assert_eq!(m.orders.len(), 1_021);
    bring(&mut m, vec![order(2, 3, 9, 5)]);
    assert!(m.take_changed());
    assert_eq!(m.visible.needs_you, 1);
}

#[test]
fn what_an_earlier_run_saw_is_listed_at_once_and_read_before_it_is_acted_on() {
    use crate::app::flow::FlowEffect;
    let mut m = model();
    let known = orders::kept(order(1, 3, 9, 0).value, at(0).wall - TimeDelta::hours(3));
    let effects = update(&mut m, Msg::Kept(Kept::Live(vec![known])));
    assert_eq!(m.selected, Some(name(1)));
    assert_eq!(m.visible.needs_you, 1);
    assert_eq!(m.known_since, Some(at(0).wall - TimeDelta::hours(3)));
    assert!(effects.contains(&Effect::Sync(SyncRequest::Focus { order: Some(name(1)), user: None })));
    let effects = press(&mut m, Command::Authorize);
    assert!(matches!(&effects[..], [Effect::Flow(_, FlowEffect::ReadOrder(order))] if *order == name(1)));
}

#[test]
fn nothing_is_done_on_money_before_the_profile_is_open() {
    let mut m = model();
    m.starting = true;
    bring(&mut m, vec![order(1, 3, 9, 0)]);
    assert!(press(&mut m, Command::Authorize).is_empty() && m.flow.is_none());
}

#[test]
fn a_line_that_is_looked_at_is_read_whole() {
    let mut m = years();
    m.listing.scope = Scope::NeedsYou;
    press(&mut m, Command::Scope);
    finish(&mut m);
    let effects = press(&mut m, Command::Last);
    let selected = m.selected.clone().unwrap();
    assert!(m.selected_row().is_none() && m.selected_line().is_some());
    let ahead = |effects: &[Effect]| match effects {
        [Effect::Sync(_), Effect::Load(orders)] => orders.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(ahead(&effects)[0], selected);
    let effects = press(&mut m, Command::Up(1));
    let place = m.selected_index().unwrap();
    let expected: Vec<_> = (0..=3).map(|n| m.id_at(place - n).unwrap()).collect();
    assert_eq!(ahead(&effects), expected, "those that come next are read before they are reached");
    let selected = m.selected.clone().unwrap();
    let mut whole = orders::kept(order(0, 0, 1, 0).value, at(0).wall);
    whole.value.id = selected;
    update(&mut m, Msg::Kept(Kept::Whole(Box::new(whole))));
    assert!(m.selected_row().is_some() && m.take_changed());
    assert_eq!(m.visible.len(), 1_000);
}
