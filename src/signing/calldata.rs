//! The calldata of a transfer, read strictly: exactly `transfer(address,uint256)` or a reason.
//!
//! Whatever is signed is these bytes, so there is one accepted shape and everything accepted
//! encodes back to the same bytes. A send-out has the id of its quote after the transfer, and
//! nothing else. Pure. Source: reference, sections 6.2 and 7.

use alloy_primitives::{Address, Bytes, U256};

/// The first four bytes of `keccak256("transfer(address,uint256)")`.
pub const TRANSFER_SELECTOR: [u8; 4] = [0xa9, 0x05, 0x9c, 0xbb];

/// Selector and two words.
const LENGTH: usize = 4 + 32 + 32;

/// What `transfer(address,uint256)` is called with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Who receives the tokens.
    pub recipient: Address,
    /// How many, in the token's smallest unit.
    pub amount: U256,
}

/// Why bytes are not a plain transfer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalldataError {
    /// Too short or too long.
    #[error("the calldata has {0} bytes; a transfer has exactly {LENGTH}")]
    Length(usize),
    /// Another function is called.
    #[error("the calldata calls the function 0x{found}, not transfer(address,uint256) 0xa9059cbb")]
    Selector {
        /// The selector found, hexadecimal.
        found: String,
    },
    /// Something stands in the twelve bytes before the address.
    #[error("the twelve bytes before the recipient's address are not zero")]
    Padding,
    /// What follows the transfer of a send-out is not the id of its quote.
    #[error("the transfer is followed by 0x{found}, which is not the quote's id")]
    Quote {
        /// What follows, hexadecimal, cut.
        found: String,
    },
}

impl Transfer {
    /// Reads calldata.
    ///
    /// # Errors
    /// Anything but exactly one transfer.
    pub fn decode(data: &[u8]) -> Result<Self, CalldataError> {
        let wrong_length = || CalldataError::Length(data.len());
        if data.len() != LENGTH {
            return Err(wrong_length());
        }
        let (selector, rest) = data.split_first_chunk::<4>().ok_or_else(wrong_length)?;
        if *selector != TRANSFER_SELECTOR {
            return Err(CalldataError::Selector { found: hex::encode(selector) });
        }
        let (padding, rest) = rest.split_first_chunk::<12>().ok_or_else(wrong_length)?;
        if *padding != [0; 12] {
            return Err(CalldataError::Padding);
        }
        let (recipient, rest) = rest.split_first_chunk::<20>().ok_or_else(wrong_length)?;
        let amount = <[u8; 32]>::try_from(rest).map_err(|_| wrong_length())?;
        Ok(Self { recipient: Address::from(*recipient), amount: U256::from_be_bytes(amount) })
    }

    /// Reads the calldata of a send-out: a transfer and then the quote's id, nothing else.
    ///
    /// How the id is written is documented nowhere. Taken are its bytes if it is hexadecimal (`0x`
    /// and the dashes of a UUID do not count) and its text as it is.
    ///
    /// # Errors
    /// Anything but one transfer followed by that id.
    pub fn decode_with_quote(data: &[u8], quote: &str) -> Result<Self, CalldataError> {
        let (call, rest) = data.split_at_checked(LENGTH).ok_or(CalldataError::Length(data.len()))?;
        let transfer = Self::decode(call)?;
        if quote_forms(quote).iter().any(|form| form == rest) {
            return Ok(transfer);
        }
        let found: String = hex::encode(rest).chars().take(140).collect();
        Err(CalldataError::Quote { found })
    }

    /// The calldata of this transfer.
    pub fn encode(&self) -> Bytes {
        let mut data = Vec::with_capacity(LENGTH);
        data.extend_from_slice(&TRANSFER_SELECTOR);
        data.extend_from_slice(&[0; 12]);
        data.extend_from_slice(self.recipient.as_slice());
        data.extend_from_slice(&self.amount.to_be_bytes::<32>());
        data.into()
    }
}

/// The bytes a quote's id may be written as; none for an empty one.
fn quote_forms(quote: &str) -> Vec<Vec<u8>> {
    let digits = quote.strip_prefix("0x").unwrap_or(quote).replace('-', "");
    let binary = hex::decode(digits).ok();
    [binary, Some(quote.as_bytes().to_vec())].into_iter().flatten().filter(|form| !form.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample() -> Vec<u8> {
        Transfer { recipient: Address::repeat_byte(0xab), amount: U256::from(101_500_000) }.encode().to_vec()
    }

    #[test]
    fn the_selector_is_that_of_transfer() {
        assert_eq!(alloy_primitives::keccak256("transfer(address,uint256)")[..4], TRANSFER_SELECTOR);
    }

    #[test]
    fn anything_but_one_plain_transfer_has_a_reason() {
        let short = &sample()[..67];
        assert_eq!(Transfer::decode(short), Err(CalldataError::Length(67)));
        let mut long = sample();
        long.push(0);
        assert_eq!(Transfer::decode(&long), Err(CalldataError::Length(69)));
        let mut approve = sample();
        approve[..4].copy_from_slice(&[0x09, 0x5e, 0xa7, 0xb3]);
        let error = Transfer::decode(&approve).unwrap_err();
        assert!(error.to_string().contains("0x095ea7b3"), "{error}");
        for dirty in 4..16 {
            let mut data = sample();
            data[dirty] = 1;
            assert_eq!(Transfer::decode(&data), Err(CalldataError::Padding));
        }
        assert_eq!(Transfer::decode(&[]), Err(CalldataError::Length(0)));
    }

    #[test]
    fn a_send_out_has_its_quotes_id_after_the_transfer_and_nothing_else() {
        let hash = format!("0x{}", "5a".repeat(32));
        let uuid = "a1b2c3d4-e5f6-7890-abcd-ef1234567890";
        let with = |tail: &[u8]| [&sample()[..], tail].concat();
        let read = |data: &[u8], quote: &str| Transfer::decode_with_quote(data, quote);
        for (quote, tail) in [
            (hash.as_str(), vec![0x5a; 32]),
            (uuid, hex::decode("a1b2c3d4e5f67890abcdef1234567890").unwrap()),
            (uuid, uuid.as_bytes().to_vec()),
            ("12", vec![0x12]),
            ("q", b"q".to_vec()),
        ] {
            assert_eq!(read(&with(&tail), quote), Transfer::decode(&sample()), "{quote}");
            let longer = with(&[&tail[..], &[0]].concat());
            assert!(matches!(read(&longer, quote), Err(CalldataError::Quote { .. })), "{quote}");
            assert!(matches!(read(&with(&tail[1..]), quote), Err(CalldataError::Quote { .. })), "{quote}");
        }
        assert!(read(&sample(), "").is_err(), "a quote without an id is none");
        assert!(read(&sample(), &hash).is_err(), "the id is missing");
        assert!(matches!(read(&sample()[..60], &hash), Err(CalldataError::Length(60))));
        let mut approve = with(&[0x5a; 32]);
        approve[..4].copy_from_slice(&[0x09, 0x5e, 0xa7, 0xb3]);
        assert!(matches!(read(&approve, &hash), Err(CalldataError::Selector { .. })));
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_read_back(recipient: [u8; 20], amount: [u8; 32]) {
            let transfer = Transfer { recipient: recipient.into(), amount: U256::from_be_bytes(amount) };
            prop_assert_eq!(Transfer::decode(&transfer.encode()), Ok(transfer));
        }

        #[test]
        fn what_is_accepted_encodes_to_the_same_bytes(
            at in 0usize..68, to: u8, cut in 0usize..=80, noise in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let mut changed = sample();
            changed[at] = to;
            changed.resize(cut, 0);
            for data in [changed, noise] {
                if let Ok(transfer) = Transfer::decode(&data) {
                    prop_assert_eq!(transfer.encode().to_vec(), data);
                }
            }
        }
    }
}
