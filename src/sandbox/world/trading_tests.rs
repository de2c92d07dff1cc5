//! How far a price may move, by each kind of tolerance, and what an order then costs.

use alloy_primitives::Address;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::World;
use super::ask::{Ask, Slippage};
use super::denied::Denied;
use super::desk::Quote;
use super::initiating::Initiate;
use crate::domain::Direction;
use crate::domain::status::KnownStatus;
use crate::sandbox::config::{SandboxConfig, Scenario};

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn world() -> World {
    World::new(&SandboxConfig {
        scenario: Scenario::PriceMoves,
        ..SandboxConfig::new(Address::repeat_byte(7), start())
    })
}

fn ask(world: &World, crypto: Option<&str>, fiat: Option<&str>) -> Ask {
    let user = world.users.first().unwrap();
    Ask {
        user_uuid: Some(user.id.to_string()),
        crypto_currency: Some("USDT".to_owned()),
        fiat_currency: Some("NGN".to_owned()),
        crypto_amount: crypto.map(str::to_owned),
        fiat_amount: fiat.map(str::to_owned),
        payment_details_id: user.profiles.first().map(|profile| profile.id),
        ..Ask::default()
    }
}

/// Initiates after the price has fallen by one per cent.
fn initiate(world: &mut World, quote: &Quote) -> Result<super::price::Price, Denied> {
    let body = Initiate { quote_id: quote.id.to_string(), reference_id: None };
    world.initiate(Direction::OffRamp, &body).map(|(order, _)| order.price.clone())
}

#[test]
fn each_kind_of_tolerance_covers_what_it_says_and_no_more() {
    // A hundred tokens, of which 98.5 are paid out, or their worth in naira.
    for (kind, short, enough) in [("percent", "0.9", "1.1"), ("amount", "0.9", "1.1"), ("fiat", "1300", "1700")] {
        for anchor in [(Some("100"), None), (None, Some("150000"))] {
            for (value, fits) in [(short, false), (enough, true)] {
                let mut world = world();
                let mut ask = ask(&world, anchor.0, anchor.1);
                ask.slippage_tolerance = Some(Slippage { kind: kind.to_owned(), value: value.parse().unwrap() });
                let quote = world.off_ramp_quote(&ask).unwrap();
                let made = initiate(&mut world, &quote);
                assert_eq!(made.is_ok(), fits, "{kind} {value} {anchor:?}: {made:?}");
            }
        }
    }
}

#[test]
fn the_anchor_stays_and_the_other_side_moves() {
    let tolerance = Some(Slippage { kind: "percent".to_owned(), value: Decimal::TWO });
    for anchor in [(Some("100"), None), (None, Some("150000"))] {
        let mut world = world();
        let ask = Ask { slippage_tolerance: tolerance.clone(), ..ask(&world, anchor.0, anchor.1) };
        let quote = world.off_ramp_quote(&ask).unwrap();
        let price = initiate(&mut world, &quote).unwrap();
        let (kept, moved) = if anchor.0.is_some() {
            (price.crypto == quote.price.crypto, price.fiat < quote.price.fiat)
        } else {
            (price.fiat == quote.price.fiat, price.crypto > quote.price.crypto)
        };
        assert!(kept && moved, "{price:?} {:?}", quote.price);
    }
}

#[test]
fn a_refused_initiate_leaves_the_quote_and_makes_no_order() {
    let mut world = world();
    let (before, ask) = (world.orders().len(), ask(&world, Some("100"), None));
    let quote = world.off_ramp_quote(&ask).unwrap();
    assert!(matches!(initiate(&mut world, &quote), Err(Denied::PriceChanged { .. })));
    assert!(matches!(initiate(&mut world, &quote), Err(Denied::PriceChanged { .. })), "not used up");
    assert_eq!(world.orders().len(), before);
    world.step(start() + TimeDelta::seconds(60));
    assert_eq!(initiate(&mut world, &quote).err(), Some(Denied::QuoteExpired));
}

#[test]
fn new_orders_are_the_same_for_the_same_seed_and_different_from_each_other() {
    let story = || {
        let mut world = world();
        let mut ids = Vec::new();
        for _ in 0..3 {
            let quote = world.off_ramp_quote(&ask(&world, Some("100"), None)).unwrap();
            // The first one meets the fall of the price.
            let made = initiate(&mut world, &quote).is_ok();
            ids.push((quote.id, made));
        }
        world.step(start() + TimeDelta::seconds(120));
        let reached: Vec<_> = world.orders().iter().map(|order| (order.id, order.escrow, order.status)).collect();
        (ids, reached)
    };
    let (ids, reached) = story();
    assert_eq!(story(), (ids.clone(), reached.clone()));
    assert_eq!(ids.iter().map(|(_, made)| *made).collect::<Vec<_>>(), [false, true, true]);
    let [.., one, two] = &reached[..] else { panic!("two new orders") };
    assert!(one.0 != two.0 && one.1 != two.1);
    assert_eq!(one.2, KnownStatus::AwaitingCryptoTransferAuthorization);
}
