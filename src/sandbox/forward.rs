//! Checks a signed forward request the way the forwarder contract does.
//!
//! The typed data is written out here once more, on purpose not shared with the client: if either
//! side had the type or the domain wrong, no authorization would succeed. The typehash is the
//! documented one. Source: reference, section 6.2.

use std::borrow::Cow;

use alloy_primitives::{Address, B256, Bytes, Signature, U256, aliases::U48};
use alloy_sol_types::{Eip712Domain, SolStruct, sol};
use serde::Deserialize;

use super::chain::{CHAIN_ID, FORWARDER};

/// Name of the forwarder's typed-data domain.
pub const DOMAIN_NAME: &str = "SyntheticAssetForwarder";
/// Version of the forwarder's typed-data domain.
pub const DOMAIN_VERSION: &str = "1";

sol! {
    /// What is signed.
    #[derive(Debug)]
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

/// The body of `authorize-crypto-transfer`, as text.
#[derive(Debug, Clone, Deserialize)]
pub struct AuthorizeBody {
    /// The seven fields of the request.
    pub forward_request: ForwardText,
    /// `r || s || v` in hex.
    pub signature: String,
}

/// The seven fields, all strings.
#[derive(Debug, Clone, Deserialize)]
#[expect(missing_docs, reason = "the names are those of the signed type")]
pub struct ForwardText {
    pub from: String,
    pub to: String,
    pub value: String,
    pub gas: String,
    pub nonce: String,
    pub deadline: String,
    pub data: String,
}

/// The body, read.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The request.
    pub request: ForwardRequest,
    signature: [u8; 65],
}

impl Submission {
    /// Reads the body; the error names the field that could not be read.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let body: AuthorizeBody = serde_json::from_slice(body).map_err(|e| format!("invalid request body: {e}"))?;
        let text = &body.forward_request;
        let request = ForwardRequest {
            from: address(&text.from, "from")?,
            to: address(&text.to, "to")?,
            value: number(&text.value, "value")?,
            gas: number(&text.gas, "gas")?,
            nonce: number(&text.nonce, "nonce")?,
            deadline: U48::from(deadline(&text.deadline)?),
            data: Bytes::from(hex_bytes(&text.data, "data")?),
        };
        let signature = hex_bytes(&body.signature, "signature")?;
        let signature = signature.try_into().map_err(|_| "signature must be 65 bytes".to_owned())?;
        Ok(Self { request, signature })
    }

    /// Who signed it, or why nobody can have.
    pub fn signer(&self) -> Result<Address, String> {
        if !matches!(self.signature.last(), Some(27 | 28)) {
            return Err("signature v must be 27 or 28".to_owned());
        }
        let signature = Signature::from_raw_array(&self.signature).map_err(|_| "invalid signature".to_owned())?;
        if signature.normalize_s().is_some() {
            return Err("signature s is not in the lower half".to_owned());
        }
        signature.recover_address_from_prehash(&digest(&self.request)).map_err(|_| "invalid signature".to_owned())
    }
}

/// The digest that is signed.
pub fn digest(request: &ForwardRequest) -> B256 {
    request.eip712_signing_hash(&domain())
}

fn domain() -> Eip712Domain {
    Eip712Domain {
        name: Some(Cow::Borrowed(DOMAIN_NAME)),
        version: Some(Cow::Borrowed(DOMAIN_VERSION)),
        chain_id: Some(U256::from(CHAIN_ID)),
        verifying_contract: Some(FORWARDER),
        salt: None,
    }
}

fn address(text: &str, field: &str) -> Result<Address, String> {
    text.parse().map_err(|_| format!("invalid forward_request.{field}"))
}

fn number(text: &str, field: &str) -> Result<U256, String> {
    crate::domain::amount::clean_integer(text).ok_or_else(|| format!("invalid forward_request.{field}"))
}

fn deadline(text: &str) -> Result<u64, String> {
    let seconds = u64::try_from(number(text, "deadline")?).ok().filter(|s| *s < 1 << 48);
    seconds.ok_or_else(|| "forward_request.deadline must be below 2^48".to_owned())
}

fn hex_bytes(text: &str, field: &str) -> Result<Vec<u8>, String> {
    hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|_| format!("invalid {field}: not hex"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_the_documented_one() {
        let request = ForwardRequest {
            from: Address::ZERO,
            to: Address::ZERO,
            value: U256::ZERO,
            gas: U256::ZERO,
            nonce: U256::ZERO,
            deadline: U48::ZERO,
            data: Bytes::new(),
        };
        let documented = "7f96328b83274ebc7c1cf4f7a3abda602b51a78b7fa1d86a2ce353d75e587cac";
        assert_eq!(hex::encode(request.eip712_type_hash()), documented);
    }

    #[test]
    fn a_body_that_is_not_exact_names_its_fault() {
        let body = |deadline: &str, nonce: &str, signature: &str| {
            let a = Address::repeat_byte(1).to_string();
            let request = serde_json::json!({"from": a, "to": a, "value": "0", "gas": "500000", "nonce": nonce,
                "deadline": deadline, "data": "0x"});
            serde_json::to_vec(&serde_json::json!({"forward_request": request, "signature": signature})).unwrap()
        };
        let error = |bytes: Vec<u8>| Submission::parse(&bytes).unwrap_err();
        assert!(error(body("281474976710656", "0", "00")).contains("2^48"));
        assert!(error(body("1", "0x1", "00")).contains("nonce"));
        assert!(error(body("1", "0", "zz")).contains("signature"));
        assert!(error(body("1", "0", "0x00")).contains("65 bytes"));
        assert!(error(b"[]".to_vec()).contains("body"));
    }
}
