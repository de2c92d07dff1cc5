//! What is asked of the contracts, and their answers read strictly: exact length, clean padding, and
//! whatever is accepted encodes back to the same bytes. Pure.

use alloy_primitives::{Address, B256, U256, b256};
use alloy_sol_types::{SolCall, sol};

use crate::domain::chain::ContractDomain;

/// `keccak256("Transfer(address,address,uint256)")`.
pub const TRANSFER: B256 = b256!("ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");

mod calls {
    #![allow(missing_docs, clippy::pedantic)]
    use super::sol;
    sol! {
        function nonces(address owner) external view returns (uint256);
        function balanceOf(address account) external view returns (uint256);
        function decimals() external view returns (uint8);
        function eip712Domain() external view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions);
    }
}

/// Calldata of `nonces(owner)`.
pub fn nonces(owner: Address) -> Vec<u8> {
    calls::noncesCall { owner }.abi_encode()
}

/// Calldata of `balanceOf(account)`.
pub fn balance_of(account: Address) -> Vec<u8> {
    calls::balanceOfCall { account }.abi_encode()
}

/// Calldata of `decimals()`.
pub fn decimals() -> Vec<u8> {
    calls::decimalsCall {}.abi_encode()
}

/// Calldata of `eip712Domain()`.
pub fn eip712_domain() -> Vec<u8> {
    calls::eip712DomainCall {}.abi_encode()
}

/// Exactly one word.
pub fn word(bytes: &[u8]) -> Result<U256, String> {
    let word = <[u8; 32]>::try_from(bytes).map_err(|_| match bytes.len() {
        0 => "nothing was answered: there is no such contract".to_owned(),
        length => format!("{length} bytes were answered instead of one word of 32"),
    })?;
    Ok(U256::from_be_bytes(word))
}

/// A word that is a small number, as places are.
pub fn small(bytes: &[u8]) -> Result<u8, String> {
    let word = word(bytes)?;
    u8::try_from(word).map_err(|_| format!("{word} is not a small number"))
}

/// A word that is an address.
pub fn address(word: &[u8]) -> Result<Address, String> {
    match word.split_first_chunk::<12>() {
        Some((padding, rest)) if *padding == [0; 12] => {
            Address::try_from(rest).map_err(|_| "an address has 20 bytes".to_owned())
        }
        Some(_) => Err("the twelve bytes before an address are not zero".to_owned()),
        None => Err("an address needs a word of 32 bytes".to_owned()),
    }
}

/// The seven values of ERC-5267.
pub fn domain(bytes: &[u8]) -> Result<ContractDomain, String> {
    if bytes.is_empty() {
        return Err("nothing was answered: there is no such contract".to_owned());
    }
    let strange = || "the answer is not that of eip712Domain()".to_owned();
    let read = calls::eip712DomainCall::abi_decode_returns_validate(bytes).map_err(|_| strange())?;
    if calls::eip712DomainCall::abi_encode_returns(&read) != bytes {
        return Err(strange());
    }
    Ok(ContractDomain {
        fields: u8::from_be_bytes(read.fields.0),
        name: read.name,
        version: read.version,
        chain_id: read.chainId,
        verifying_contract: read.verifyingContract,
        salt: read.salt,
        extended: !read.extensions.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{FixedBytes, keccak256};
    use proptest::prelude::*;

    fn encoded(name: &str, chain: u64, contract: [u8; 20]) -> Vec<u8> {
        calls::eip712DomainCall::abi_encode_returns(&calls::eip712DomainReturn {
            fields: FixedBytes([0x0f]),
            name: name.to_owned(),
            version: "1".to_owned(),
            chainId: U256::from(chain),
            verifyingContract: contract.into(),
            salt: B256::ZERO,
            extensions: Vec::new(),
        })
    }

    #[test]
    fn the_questions_are_the_published_functions() {
        let selector = |text: &str| keccak256(text)[..4].to_vec();
        let owner = Address::repeat_byte(1);
        assert_eq!(nonces(owner)[..4], selector("nonces(address)"));
        assert_eq!(balance_of(owner)[..4], selector("balanceOf(address)"));
        assert_eq!(decimals(), selector("decimals()"));
        assert_eq!(eip712_domain(), selector("eip712Domain()"));
        assert_eq!(TRANSFER, keccak256("Transfer(address,address,uint256)"));
    }

    #[test]
    fn places_are_small_and_an_empty_answer_is_no_contract() {
        let mut bytes = [0; 32];
        bytes[31] = 6;
        assert_eq!(small(&bytes), Ok(6));
        bytes[30] = 1;
        assert!(small(&bytes).unwrap_err().contains("262"));
        assert!(word(&[]).unwrap_err().contains("no such contract"));
        assert!(domain(&[]).unwrap_err().contains("no such contract"));
    }

    proptest! {
        #[test]
        fn a_word_has_32_bytes_and_nothing_else_is_one(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let read = word(&bytes).ok().map(|value| value.to_be_bytes::<32>().to_vec());
            prop_assert_eq!(read, (bytes.len() == 32).then_some(bytes));
        }

        #[test]
        fn an_address_has_clean_padding(mut bytes: [u8; 32], clean: bool) {
            if clean {
                bytes[..12].fill(0);
            }
            match address(&bytes) {
                Ok(found) => prop_assert_eq!(found.into_word().0, bytes),
                Err(_) => prop_assert!(bytes[..12].iter().any(|b| *b != 0)),
            }
        }

        #[test]
        fn a_domain_is_read_back_and_no_changed_byte_goes_unseen(
            name in "[ -~]{0,70}", chain: u64, contract: [u8; 20], at: prop::sample::Index, flip in 1u8..,
        ) {
            let bytes = encoded(&name, chain, contract);
            let read = domain(&bytes).unwrap();
            prop_assert_eq!((&read.name, read.chain_id), (&name, U256::from(chain)));
            prop_assert_eq!(read.verifying_contract, Address::from(contract));
            let mut changed = bytes.clone();
            let at = at.index(changed.len());
            changed[at] ^= flip;
            prop_assert_ne!(domain(&changed), Ok(read.clone()));
            let mut longer = bytes.clone();
            longer.push(flip);
            prop_assert!(domain(&longer).is_err());
            prop_assert!(domain(&bytes[..bytes.len() - 1]).is_err());
        }

        #[test]
        fn no_bytes_make_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = (word(&bytes), small(&bytes), address(&bytes), domain(&bytes));
        }
    }
}
