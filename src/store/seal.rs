//! A seal over what was written, so that a flipped bit on the disk is not shown as an amount.
//!
//! `SQLite` has no checksums of its own: damage inside a value goes unnoticed. The seal is a plain
//! 64-bit hash (FNV-1a) against accidents, not against somebody who can write the file.

/// The hash so far.
#[derive(Debug, Clone, Copy)]
pub struct Seal(u64);

impl Seal {
    pub fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Takes in a text or its absence.
    pub fn text(self, text: Option<&str>) -> Self {
        let length = text.map_or(-1, |text| i64::try_from(text.len()).unwrap_or(i64::MAX));
        self.bytes(&length.to_le_bytes()).bytes(text.unwrap_or_default().as_bytes())
    }

    /// Takes in a number or its absence.
    pub fn number(self, number: Option<i64>) -> Self {
        self.bytes(&[u8::from(number.is_some())]).bytes(&number.unwrap_or_default().to_le_bytes())
    }

    /// As it is kept.
    pub fn finish(self) -> i64 {
        self.0.cast_signed()
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_where_makes_a_difference() {
        let seals = [
            Seal::new().text(Some("ab")).text(Some("")).finish(),
            Seal::new().text(Some("a")).text(Some("b")).finish(),
            Seal::new().text(Some("ab")).text(None).finish(),
            Seal::new().number(None).number(Some(0)).finish(),
            Seal::new().number(Some(0)).number(None).finish(),
        ];
        let different: std::collections::HashSet<_> = seals.iter().collect();
        assert_eq!(different.len(), seals.len());
    }
}
