//! The EIP-712 digest of a `SafeTx`: the 32 bytes a refund's signature is made over.
//!
//! The type and the domain are constants of this program; the `types` of the API's answer are never
//! looked at. The domain has neither name nor version. Pure. Source: reference, section 6.6;
//! checked against another implementation by `tests/vectors.rs` and `tests/eth_account.rs`.

use alloy_primitives::{Address, B256};
use alloy_sol_types::{Eip712Domain, SolStruct, eip712_domain};

use crate::domain::refund::SafeTx;

mod sol {
    #![allow(missing_docs, clippy::pedantic)]
    alloy_sol_types::sol! {
        struct SafeTx {
            address to;
            uint256 value;
            bytes data;
            uint8 operation;
            uint256 safeTxGas;
            uint256 baseGas;
            uint256 gasPrice;
            address gasToken;
            address refundReceiver;
            uint256 nonce;
        }
    }
}

/// The digest of `transaction` under the domain of the Safe at `escrow` on `chain_id`.
pub fn digest(transaction: &SafeTx, chain_id: u64, escrow: Address) -> B256 {
    to_sol(transaction).eip712_signing_hash(&domain(chain_id, escrow))
}

fn domain(chain_id: u64, escrow: Address) -> Eip712Domain {
    eip712_domain! {
        chain_id: chain_id,
        verifying_contract: escrow,
    }
}

fn to_sol(transaction: &SafeTx) -> sol::SafeTx {
    sol::SafeTx {
        to: transaction.to,
        value: transaction.value,
        data: transaction.data.clone(),
        operation: transaction.operation,
        safeTxGas: transaction.safe_tx_gas,
        baseGas: transaction.base_gas,
        gasPrice: transaction.gas_price,
        gasToken: transaction.gas_token,
        refundReceiver: transaction.refund_receiver,
        nonce: transaction.nonce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{Bytes, U256, b256, keccak256};

    fn transaction() -> SafeTx {
        SafeTx {
            to: Address::repeat_byte(1),
            value: U256::ZERO,
            data: Bytes::from_static(&[1, 2, 3]),
            operation: 0,
            safe_tx_gas: U256::ZERO,
            base_gas: U256::ZERO,
            gas_price: U256::ZERO,
            gas_token: Address::ZERO,
            refund_receiver: Address::ZERO,
            nonce: U256::from(3),
        }
    }

    #[test]
    fn the_type_and_the_domain_are_the_published_ones() {
        let expected = b256!("bb8310d486368db6bd6f849402fdd73ad53d316b5a4b2644ad6efe0f941286d8");
        assert_eq!(to_sol(&transaction()).eip712_type_hash(), expected);
        let text = "SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,\
                    uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)";
        assert_eq!(keccak256(text), expected);
        let expected = b256!("47e79534a245952e8b16893a336b85a3d9ea9fa8c573f3d803afb92a79469218");
        assert_eq!(domain(1, Address::ZERO).type_hash(), expected);
        assert_eq!(keccak256("EIP712Domain(uint256 chainId,address verifyingContract)"), expected);
    }

    #[test]
    fn every_field_and_the_domain_change_the_digest() {
        let escrow = Address::repeat_byte(9);
        let base = digest(&transaction(), 660_279, escrow);
        assert_ne!(base, digest(&transaction(), 1, escrow));
        assert_ne!(base, digest(&transaction(), 660_279, Address::ZERO));
        let changes: [fn(&mut SafeTx); 10] = [
            |t| t.to = Address::ZERO,
            |t| t.value = U256::from(1),
            |t| t.data = Bytes::new(),
            |t| t.operation = 1,
            |t| t.safe_tx_gas = U256::from(1),
            |t| t.base_gas = U256::from(1),
            |t| t.gas_price = U256::from(1),
            |t| t.gas_token = Address::repeat_byte(1),
            |t| t.refund_receiver = Address::repeat_byte(1),
            |t| t.nonce = U256::MAX,
        ];
        for change in changes {
            let mut other = transaction();
            change(&mut other);
            assert_ne!(base, digest(&other, 660_279, escrow), "{other:?}");
        }
    }
}
