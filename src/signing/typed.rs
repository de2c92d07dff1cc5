//! The EIP-712 digest of a `ForwardRequest`: the 32 bytes a signature is made over.
//!
//! The type and the domain are constants of this program, never taken from an answer of the API.
//! Pure. Source: reference, section 6.2; checked against another implementation by
//! `tests/vectors.rs` and `tests/eth_account.rs`.

use alloy_primitives::aliases::U48;
use alloy_primitives::{Address, B256};
use alloy_sol_types::{SolStruct, eip712_domain};

use crate::domain::forward::ForwardRequest;

/// The domain's `name`.
pub const DOMAIN_NAME: &str = "SyntheticAssetForwarder";
/// The domain's `version`.
pub const DOMAIN_VERSION: &str = "1";
/// The first unix second that no longer fits the `uint48` of the deadline.
pub const DEADLINE_END: u64 = 1 << 48;

mod sol {
    #![allow(missing_docs, clippy::pedantic)]
    alloy_sol_types::sol! {
        struct ForwardRequest {
            address from;
            address to;
            uint256 value;
            uint256 gas;
            uint256 nonce;
            uint48 deadline;
            bytes data;
        }
    }
}

/// The digest of `request` under the domain of `forwarder` on `chain_id`.
///
/// A deadline of [`DEADLINE_END`] or later cannot be expressed; `review` and `keystore` refuse it
/// before this is asked.
pub fn digest(request: &ForwardRequest, chain_id: u64, forwarder: Address) -> B256 {
    let domain = eip712_domain! {
        name: DOMAIN_NAME,
        version: DOMAIN_VERSION,
        chain_id: chain_id,
        verifying_contract: forwarder,
    };
    to_sol(request).eip712_signing_hash(&domain)
}

fn to_sol(request: &ForwardRequest) -> sol::ForwardRequest {
    sol::ForwardRequest {
        from: request.from,
        to: request.to,
        value: request.value,
        gas: request.gas,
        nonce: request.nonce,
        deadline: U48::saturating_from(request.deadline),
        data: request.data.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{Bytes, U256, address, b256, keccak256};

    fn request() -> ForwardRequest {
        ForwardRequest {
            from: Address::repeat_byte(1),
            to: Address::repeat_byte(2),
            value: U256::ZERO,
            gas: U256::from(500_000),
            nonce: U256::from(7),
            deadline: 1_800_000_000,
            data: Bytes::from_static(&[1, 2, 3]),
        }
    }

    #[test]
    fn the_type_is_the_published_one() {
        let expected = b256!("7f96328b83274ebc7c1cf4f7a3abda602b51a78b7fa1d86a2ce353d75e587cac");
        assert_eq!(to_sol(&request()).eip712_type_hash(), expected);
        let text = "ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)";
        assert_eq!(keccak256(text), expected);
    }

    #[test]
    fn every_field_and_the_domain_change_the_digest() {
        let forwarder = address!("6fFCF38bEc8c733b096958fcd2a8E31A00530EDC");
        let base = digest(&request(), 660_279, forwarder);
        assert_ne!(base, digest(&request(), 1, forwarder));
        assert_ne!(base, digest(&request(), 660_279, Address::ZERO));
        let changes: [fn(&mut ForwardRequest); 7] = [
            |r| r.from = Address::ZERO,
            |r| r.to = Address::ZERO,
            |r| r.value = U256::from(1),
            |r| r.gas = U256::ZERO,
            |r| r.nonce = U256::MAX,
            |r| r.deadline += 1,
            |r| r.data = Bytes::new(),
        ];
        for change in changes {
            let mut other = request();
            change(&mut other);
            assert_ne!(base, digest(&other, 660_279, forwarder), "{other:?}");
        }
    }
}
