//! What the parameters name, held against the operator's pins and against our own record.
//!
//! Parameters that agree with themselves and with the order can still be a lie; only what was set
//! by hand can tell. A recipient that looks like a known one at both ends is the mark of an address
//! made to be mistaken for it, and is refused with or without pins. Pure.

use alloy_primitives::Address;

use super::{Check, Verdict};
use crate::domain::past::Past;
use crate::domain::pins::{Pinning, Pins, RecipientRule};
use crate::domain::text::visible_prefix;
use crate::signing::grounds::Grounds;
use crate::signing::typed::{DOMAIN_NAME, DOMAIN_VERSION};

/// How to come by pins, for those who read the refusal.
const REMEDY: &str = "ramptop profile pin";

/// What is to be signed, as far as pins know of it.
pub struct Claims<'a> {
    pub chain_id: u64,
    pub token: Address,
    pub decimals: Option<u8>,
    /// The order's currency.
    pub currency: Option<&'a str>,
    /// Whose signature it is.
    pub sender: Address,
    pub paid: Paid,
}

/// Who is paid, and by what.
pub enum Paid {
    /// The escrow of an order, through the forwarder.
    Escrow { forwarder: Address, recipient: Option<Address> },
    /// The solver of a send-out, through the forwarder.
    Solver { forwarder: Address, recipient: Option<Address> },
    /// Ourselves, by the escrow itself, which is the contract of the domain.
    Ourselves { escrow: Address, contract: Address, recipient: Option<Address> },
}

impl Paid {
    fn recipient(&self) -> Option<Address> {
        match self {
            Self::Escrow { recipient, .. } | Self::Solver { recipient, .. } | Self::Ourselves { recipient, .. } => {
                *recipient
            }
        }
    }

    /// The address that could be mistaken for a known one.
    fn stranger(&self) -> Option<Address> {
        match self {
            Self::Ourselves { escrow, .. } => Some(*escrow),
            other => other.recipient(),
        }
    }
}

/// Runs every check that applies.
pub fn run(claims: &Claims<'_>, grounds: &Grounds) -> Vec<Check> {
    let mut all = vec![pins_set(&grounds.pinning)];
    if let Some(pins) = grounds.pinning.pins() {
        all.push(Check::equal("chain-pinned", pins.chain_id, claims.chain_id));
        all.extend(forwarder(pins, claims));
        all.extend(token(pins, claims));
        all.push(Check::equal("sender-pinned", pins.sender, claims.sender));
        all.push(domain(pins, claims));
        all.push(recipient(pins, claims, grounds));
    }
    all.push(look_alike(claims, grounds));
    all
}

fn pins_set(pinning: &Pinning) -> Check {
    let expected = "pins set by the operator";
    match pinning {
        Pinning::Pinned(_) => Check::that("pins-set", expected, expected, true),
        Pinning::Needless => Check::that("pins-set", "pins, or a simulated API", "a simulated API", true),
        Pinning::Missing => {
            let found = format!("none: this profile can watch, not sign. Set them with: {REMEDY}");
            Check::that("pins-set", expected, found, false)
        }
        Pinning::Broken(why) => Check::that("pins-set", expected, visible_prefix(why, 600), false),
    }
}

fn forwarder(pins: &Pins, claims: &Claims<'_>) -> Option<Check> {
    match claims.paid {
        Paid::Escrow { forwarder, .. } | Paid::Solver { forwarder, .. } => {
            Some(Check::equal("forwarder-pinned", pins.forwarder, forwarder))
        }
        Paid::Ourselves { .. } => None,
    }
}

fn token(pins: &Pins, claims: &Claims<'_>) -> [Check; 2] {
    let found = claims.decimals.map_or_else(|| super::UNREADABLE.to_owned(), |places| places.to_string());
    let Some(pin) = claims.currency.and_then(|currency| pins.tokens.get(currency)) else {
        let of = visible_prefix(claims.currency.unwrap_or("?"), 40);
        let expected = format!("a pin for {of}; set it with: {REMEDY}");
        return [
            Check::that("token-pinned", &expected, claims.token, false),
            Check::that("decimals-pinned", &expected, found, false),
        ];
    };
    [
        Check::equal("token-pinned", pin.address, claims.token),
        Check::that("decimals-pinned", pin.decimals, found, claims.decimals == Some(pin.decimals)),
    ]
}

/// The forwarder's domain is made of constants of this program, never of the answer: what is
/// compared is what will be signed.
fn domain(pins: &Pins, claims: &Claims<'_>) -> Check {
    let words = |chain: u64, contract: Address| format!("chain {chain}, contract {contract}");
    let (expected, found) = match claims.paid {
        Paid::Escrow { forwarder, .. } | Paid::Solver { forwarder, .. } => (
            format!("{} {}, {}", pins.domain_name, pins.domain_version, words(pins.chain_id, pins.forwarder)),
            format!("{DOMAIN_NAME} {DOMAIN_VERSION}, {}", words(claims.chain_id, forwarder)),
        ),
        Paid::Ourselves { escrow, contract, .. } => (words(pins.chain_id, escrow), words(claims.chain_id, contract)),
    };
    Check::that("domain-pinned", visible_prefix(&expected, 200), &found, expected == found)
}

fn recipient(pins: &Pins, claims: &Claims<'_>, grounds: &Grounds) -> Check {
    const NAME: &str = "recipient-known";
    let Some(found) = claims.paid.recipient() else {
        return Check::that(NAME, "a readable recipient", super::UNREADABLE, false);
    };
    let rule = match claims.paid {
        Paid::Escrow { .. } => &pins.escrows,
        Paid::Solver { .. } => &pins.solvers,
        Paid::Ourselves { .. } => return Check::equal(NAME, pins.sender, found),
    };
    match rule {
        RecipientRule::Pinned(list) => Check::that(NAME, "one of the pinned recipients", found, list.contains(&found)),
        RecipientRule::PerOrder => {
            let known = grounds.past.as_ref().is_ok_and(|past| past.recipients().any(|known| known == found));
            let words = if known { found.to_string() } else { format!("{}: compare the recipient", super::NEVER_PAID) };
            // Each order has an escrow of its own: a warning at every one would soon be read by
            // nobody. It is said beside the address instead. A solver, though, comes again.
            match claims.paid {
                Paid::Escrow { .. } => Check::that(NAME, "an escrow of its own for each order", words, true),
                _ => Check::worth(NAME, "a recipient paid before", words, known),
            }
        }
    }
}

fn look_alike(claims: &Claims<'_>, grounds: &Grounds) -> Check {
    let past = grounds.past.iter().flat_map(Past::recipients);
    let pinned = grounds.pinning.pins().into_iter().flat_map(Pins::addresses);
    let mut known = past.chain(pinned).chain([claims.sender]);
    let twin = claims.paid.stranger().and_then(|found| known.find(|known| is_look_alike(*known, found)));
    let (found, verdict) = match (claims.paid.stranger(), twin) {
        (Some(found), Some(twin)) => (format!("{found} looks like {twin}, which it is not"), Verdict::Refuse),
        _ => ("none".to_owned(), Verdict::Pass),
    };
    Check { name: "recipient-look-alike", expected: "no look-alike of a known address".to_owned(), found, verdict }
}

/// The same four hexadecimal digits at the head and at the tail, and something else between them.
pub fn is_look_alike(known: Address, found: Address) -> bool {
    let ends = |address: &Address| {
        let [a, b, .., y, z] = address.0.0;
        [a, b, y, z]
    };
    known != found && ends(&known) == ends(&found)
}
