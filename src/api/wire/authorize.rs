//! The bodies of what was signed: `authorize-crypto-transfer`, `authorize-bridge` and
//! `authorize-refund` of an order. Source: reference, sections 6.3, 6.6 and 7.
//!
//! Every value is a string: addresses with their checksum, numbers in decimal, bytes in `0x` hex.

use serde::Serialize;

use crate::domain::forward::{ForwardRequest, SignatureBytes, SignedForward};
use crate::domain::send_out::SignedSendOut;

/// The body as it is sent.
#[derive(Serialize)]
pub struct AuthorizeBody {
    forward_request: ForwardRequestBody,
    signature: String,
}

#[derive(Serialize)]
struct ForwardRequestBody {
    from: String,
    to: String,
    value: String,
    gas: String,
    nonce: String,
    deadline: String,
    data: String,
}

impl From<&SignedForward> for AuthorizeBody {
    fn from(signed: &SignedForward) -> Self {
        Self { forward_request: (&signed.request).into(), signature: signed.signature.to_hex() }
    }
}

impl From<&ForwardRequest> for ForwardRequestBody {
    fn from(request: &ForwardRequest) -> Self {
        Self {
            from: request.from.to_checksum(None),
            to: request.to.to_checksum(None),
            value: request.value.to_string(),
            gas: request.gas.to_string(),
            nonce: request.nonce.to_string(),
            deadline: request.deadline.to_string(),
            data: format!("0x{}", hex::encode(&request.data)),
        }
    }
}

/// The body of a send-out.
#[derive(Serialize)]
pub struct SendOutBody {
    destination_chain: String,
    destination_address: String,
    #[serde(flatten)]
    signed: AuthorizeBody,
}

impl From<&SignedSendOut> for SendOutBody {
    fn from(signed: &SignedSendOut) -> Self {
        Self {
            destination_chain: signed.destination.chain.clone(),
            destination_address: signed.destination.address.clone(),
            signed: (&signed.forward).into(),
        }
    }
}

/// The body of a refund. `signed_data` is left out: the server builds the transaction itself.
#[derive(Serialize)]
pub struct RefundBody {
    signature: String,
}

impl From<&SignatureBytes> for RefundBody {
    fn from(signature: &SignatureBytes) -> Self {
        Self { signature: signature.to_hex() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::forward::{ForwardRequest, SignatureBytes};
    use alloy_primitives::{U256, address, bytes};

    #[test]
    fn every_value_is_a_string_in_its_documented_form() {
        let request = ForwardRequest {
            from: address!("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
            to: address!("0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359"),
            value: U256::ZERO,
            gas: U256::from(500_000),
            nonce: U256::MAX,
            deadline: 1_770_000_000,
            data: bytes!("a9059cbb"),
        };
        let body = AuthorizeBody::from(&SignedForward { request, signature: SignatureBytes([0x1b; 65]) });
        let expected = serde_json::json!({"forward_request": {
            "from": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "to": "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "value": "0", "gas": "500000", "nonce": U256::MAX.to_string(), "deadline": "1770000000", "data": "0xa9059cbb"},
            "signature": format!("0x{}", "1b".repeat(65))});
        assert_eq!(serde_json::to_value(&body).unwrap(), expected);
    }
}
