//! Everything random, from a seed: identifiers, addresses, and one generator for each order.
//!
//! Orders draw from generators of their own. So what happens to one does not depend on how often
//! the world is stepped, nor on what happens to another.

use alloy_primitives::Address;
use fastrand::Rng;
use uuid::Uuid;

/// The generator of the `index`-th thing of a world.
pub fn generator(seed: u64, index: u64) -> Rng {
    // An odd constant with well spread bits keeps the generators of neighbours apart.
    Rng::with_seed(seed ^ index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// A version 4 UUID.
pub fn uuid(rng: &mut Rng) -> Uuid {
    uuid::Builder::from_random_bytes(rng.u128(..).to_be_bytes()).into_uuid()
}

/// An address nobody has the key of.
pub fn address(rng: &mut Rng) -> Address {
    let mut bytes = [0u8; 20];
    rng.fill(&mut bytes);
    Address::from(bytes)
}
