//! Checks a signed Safe transaction the way the escrow contract does.
//!
//! Written out here once more, on purpose not shared with the client, like [`forward`]. The
//! typehashes are the documented ones; the domain has neither name nor version. Source: reference,
//! section 6.6.
//!
//! [`forward`]: super::forward

use alloy_primitives::{Address, B256, Bytes, Signature, U256};
use alloy_sol_types::{Eip712Domain, SolStruct, sol};
use serde::Deserialize;

use super::chain::{CHAIN_ID, TOKEN, transfer_calldata};

sol! {
    /// What is signed.
    #[derive(Debug)]
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

/// The body of `authorize-refund`; what it says was signed is not believed.
#[derive(Debug, Clone, Deserialize)]
struct Body {
    signature: String,
}

/// The one transaction that gives an escrow's tokens back to `recipient`.
pub fn refund(recipient: Address, units: U256, nonce: u64) -> SafeTx {
    SafeTx {
        to: TOKEN,
        value: U256::ZERO,
        data: transfer_calldata(recipient, units),
        operation: 0,
        safeTxGas: U256::ZERO,
        baseGas: U256::ZERO,
        gasPrice: U256::ZERO,
        gasToken: Address::ZERO,
        refundReceiver: Address::ZERO,
        nonce: U256::from(nonce),
    }
}

/// The digest that is signed.
pub fn digest(transaction: &SafeTx, escrow: Address) -> B256 {
    let domain = Eip712Domain {
        name: None,
        version: None,
        chain_id: Some(U256::from(CHAIN_ID)),
        verifying_contract: Some(escrow),
        salt: None,
    };
    transaction.eip712_signing_hash(&domain)
}

/// The signature in a body, or what is wrong with it.
pub fn signature(body: &[u8]) -> Result<Bytes, String> {
    let body: Body = serde_json::from_slice(body).map_err(|e| format!("invalid request body: {e}"))?;
    let text = body.signature.strip_prefix("0x").unwrap_or(&body.signature);
    let bytes = hex::decode(text).map_err(|_| "invalid signature: not hex".to_owned())?;
    match bytes.as_slice() {
        [_, .., 27 | 28] if bytes.len() == 65 => Ok(bytes.into()),
        _ if bytes.len() == 65 => Err("signature v must be 27 or 28".to_owned()),
        _ => Err("signature must be 65 bytes".to_owned()),
    }
}

/// Who signed, if anybody can have.
pub fn signer(signature: &[u8], digest: B256) -> Option<Address> {
    Signature::from_raw(signature).ok()?.recover_address_from_prehash(&digest).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_and_domain_are_the_documented_ones() {
        let transaction = refund(Address::repeat_byte(1), U256::from(5), 0);
        let documented = "bb8310d486368db6bd6f849402fdd73ad53d316b5a4b2644ad6efe0f941286d8";
        assert_eq!(hex::encode(transaction.eip712_type_hash()), documented);
        let domain = Eip712Domain {
            chain_id: Some(U256::from(CHAIN_ID)),
            verifying_contract: Some(Address::repeat_byte(2)),
            ..Eip712Domain::default()
        };
        assert_eq!(domain.encode_type(), "EIP712Domain(uint256 chainId,address verifyingContract)");
        assert_eq!(transaction.data.len(), 68);
    }

    #[test]
    fn signatures_are_65_bytes_with_a_recovery_byte() {
        let body = |text: String| serde_json::to_vec(&serde_json::json!({"signature": text})).unwrap();
        assert!(signature(&body("11".repeat(64) + "1b")).is_ok());
        for bad in ["0x12".to_owned(), "zz".to_owned(), "11".repeat(65)] {
            assert!(signature(&body(bad)).is_err());
        }
        assert!(signature(b"{}").is_err());
    }
}
