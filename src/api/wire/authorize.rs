//! The body of `POST /orders/{order_id}/authorize-crypto-transfer`. Source: reference, section 6.3.
//!
//! Every value is a string: addresses with their checksum, numbers in decimal, bytes in `0x` hex.

use serde::Serialize;

use crate::domain::forward::SignedForward;

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
        let request = &signed.request;
        Self {
            forward_request: ForwardRequestBody {
                from: request.from.to_checksum(None),
                to: request.to.to_checksum(None),
                value: request.value.to_string(),
                gas: request.gas.to_string(),
                nonce: request.nonce.to_string(),
                deadline: request.deadline.to_string(),
                data: format!("0x{}", hex::encode(&request.data)),
            },
            signature: signed.signature.to_hex(),
        }
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
