//! Addresses on other chains, checked as far as their own form allows before anything is sent there:
//! crypto sent to a mistyped address is lost. Ethereum's and Tron's carry a checksum, Solana's has a
//! length; of other chains only slips that no address can have are found.

use alloy_primitives::Address;
use sha2::{Digest, Sha256};

use super::send_out::SendOutRoute;

/// Whose form an address has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// `0x` and 40 hex digits; mixed case carries a checksum (EIP-55).
    Evm,
    /// `T` and 33 more, base58 with a checksum.
    Tron,
    /// 32 bytes in base58.
    Solana,
    /// Several forms; checked loosely.
    Ton,
    /// Not known: only what can be no address at all is refused.
    Other,
}

impl AddressKind {
    /// What a route's `chain_type` and name say.
    pub fn of_route(route: &SendOutRoute) -> Self {
        let kind = route.chain_type.as_deref().unwrap_or_default().to_ascii_uppercase();
        match kind.as_str() {
            "EVM" => Self::Evm,
            "SVM" | "SOLANA" => Self::Solana,
            "TON" => Self::Ton,
            // Tron's and TON's machines go by the same letters.
            "TVM" if Self::of_name(&route.chain) == Self::Ton => Self::Ton,
            "TVM" | "TRON" => Self::Tron,
            _ => Self::of_name(&route.chain),
        }
    }

    /// What a chain's name or slug says; older servers know only chains of Ethereum's kind, but a name
    /// nobody knows is no proof.
    pub fn of_name(name: &str) -> Self {
        const EVM: [&str; 10] =
            ["arbitrum", "ethereum", "base", "polygon", "optimism", "bsc", "bnb", "avalanche", "linea", "xai"];
        let name = name.trim().to_ascii_lowercase();
        let first = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        match first {
            "tron" | "trx" => Self::Tron,
            "solana" | "sol" => Self::Solana,
            "ton" => Self::Ton,
            known if EVM.contains(&known) => Self::Evm,
            _ => Self::Other,
        }
    }

    /// What a right address looks like.
    pub fn looks(self) -> &'static str {
        match self {
            Self::Evm => "0x and 40 hexadecimal digits",
            Self::Tron => "T and 33 more letters and digits",
            Self::Solana => "32 to 44 letters and digits",
            Self::Ton => "48 letters and digits, or 0: and 64 hexadecimal digits",
            Self::Other => "as the chain writes it",
        }
    }
}

/// Why a text cannot be an address of this kind.
pub fn problem(kind: AddressKind, text: &str) -> Option<&'static str> {
    match kind {
        AddressKind::Evm => evm(text),
        AddressKind::Tron => tron(text),
        AddressKind::Solana => {
            let long = (32..=44).contains(&text.len()) && base58(text).is_some_and(|bytes| bytes.len() == 32);
            (!long).then_some("32 bytes in base58 are wanted: 32 to 44 letters and digits without 0, O, I and l")
        }
        AddressKind::Ton => ton(text),
        AddressKind::Other if text.starts_with("0x") => evm(text),
        AddressKind::Other => {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '+' | '/');
            (text.len() < 20 || text.len() > 128 || !text.chars().all(plain))
                .then_some("this can be no address: 20 to 128 letters and digits are wanted")
        }
    }
}

fn evm(text: &str) -> Option<&'static str> {
    let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 40);
    let Some((digits, address)) = digits.zip(text.parse::<Address>().ok()) else {
        return Some("0x and 40 hexadecimal digits are wanted");
    };
    if address.is_zero() {
        return Some("the zero address: whatever goes there is lost");
    }
    let mixed = digits.chars().any(|c| c.is_ascii_uppercase()) && digits.chars().any(|c| c.is_ascii_lowercase());
    (mixed && address.to_checksum(None) != text)
        .then_some("the checksum is wrong: a character differs from the address")
}

fn tron(text: &str) -> Option<&'static str> {
    if text.len() != 34 || !text.starts_with('T') {
        return Some("an address of Tron starts with T and has 34 characters");
    }
    let Some(bytes) = base58(text) else { return Some("0, O, I and l do not occur in an address of Tron") };
    let sums = bytes.split_last_chunk::<4>().is_some_and(|(body, sum)| {
        let twice = Sha256::digest(Sha256::digest(body));
        body.len() == 21 && body.first() == Some(&0x41) && twice.starts_with(sum)
    });
    (!sums).then_some("the checksum is wrong: a character differs from the address")
}

fn ton(text: &str) -> Option<&'static str> {
    let friendly = text.len() == 48 && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_+/".contains(c));
    let raw = text.split_once(':').is_some_and(|(chain, hex)| {
        matches!(chain, "0" | "-1") && hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit())
    });
    (!friendly && !raw).then_some("48 letters and digits are wanted, or 0: and 64 hexadecimal digits")
}

/// The bytes of a base58 text; `None` when a character does not belong.
fn base58(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes: Vec<u8> = Vec::new();
    for c in text.chars() {
        let mut carry = u32::try_from(ALPHABET.find(c)?).ok()?;
        for byte in &mut bytes {
            carry += u32::from(*byte) * 58;
            *byte = u8::try_from(carry & 0xff).ok()?;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.push(u8::try_from(carry & 0xff).ok()?);
            carry >>= 8;
        }
    }
    bytes.extend(text.chars().take_while(|c| *c == '1').map(|_| 0));
    bytes.reverse();
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_character_is_found_where_the_address_carries_a_checksum() {
        let evm = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
        assert_eq!(problem(AddressKind::Evm, evm), None);
        assert_eq!(problem(AddressKind::Evm, &evm.to_lowercase()), None);
        assert!(problem(AddressKind::Evm, &evm.replace("dAC", "daC")).is_some_and(|p| p.contains("checksum")));
        let tron = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
        assert_eq!(problem(AddressKind::Tron, tron), None);
        assert!(problem(AddressKind::Tron, &tron.replace("R7", "R8")).is_some_and(|p| p.contains("checksum")));
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let zero = "0x0000000000000000000000000000000000000000";
        for (kind, text) in [
            (AddressKind::Evm, "0x123"),
            (AddressKind::Evm, zero),
            (AddressKind::Evm, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
            (AddressKind::Tron, "0xdAC17F958D2ee523a2206206994597C13D831ec7"),
            (AddressKind::Tron, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj0t"),
            (AddressKind::Solana, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
            (AddressKind::Ton, "EQ"),
            (AddressKind::Other, "x y"),
            (AddressKind::Other, zero),
        ] {
            assert!(problem(kind, text).is_some(), "{kind:?} {text}");
        }
        assert_eq!(problem(AddressKind::Solana, "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"), None);
        assert_eq!(problem(AddressKind::Solana, "11111111111111111111111111111111"), None);
        assert_eq!(problem(AddressKind::Ton, &format!("0:{}", "a1".repeat(32))), None);
    }

    #[test]
    fn the_kind_follows_from_the_route_else_from_the_name() {
        let route = |chain: &str, kind: &str| SendOutRoute {
            chain: chain.to_owned(),
            chain_type: Some(kind.to_owned()),
            ..SendOutRoute::default()
        };
        assert_eq!(AddressKind::of_route(&route("Arbitrum One", "EVM")), AddressKind::Evm);
        assert_eq!(AddressKind::of_route(&route("Tron", "TVM")), AddressKind::Tron);
        assert_eq!(AddressKind::of_route(&route("TON", "TVM")), AddressKind::Ton);
        assert_eq!(AddressKind::of_route(&route("Moon", "MVM")), AddressKind::Other);
        assert_eq!(AddressKind::of_name("arbitrum"), AddressKind::Evm);
    }
}
