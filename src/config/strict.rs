//! Values of `pins.toml` and `policy.toml`, each read strictly: what is not exactly right is an
//! error that names the line, because a limit that is silently misread is none.

use alloy_primitives::Address;
use chrono::{FixedOffset, Weekday};
use serde::Deserialize;

use crate::domain::Amount;

/// `0x` and 40 digits; where letters are of both cases, with the right checksum; not zero.
pub fn address(text: &str) -> Result<Address, String> {
    let wrong = || format!("{text:?} is no address: 0x and 40 hexadecimal digits");
    let digits = text.strip_prefix("0x").ok_or_else(wrong)?;
    let address: Address = text.parse().map_err(|_| wrong())?;
    let mixed = digits.chars().any(|c| c.is_ascii_uppercase()) && digits.chars().any(|c| c.is_ascii_lowercase());
    if mixed && address.to_checksum(None) != text {
        return Err(format!("the checksum of {text} is wrong: a character was changed"));
    }
    if address.is_zero() {
        return Err("the zero address cannot be meant".to_owned());
    }
    Ok(address)
}

macro_rules! from_text {
    ($(#[$doc:meta])* $name:ident, $inner:ty, $read:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(pub $inner);

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                let read: fn(&str) -> Result<$inner, String> = $read;
                read(&text).map(Self)
            }
        }
    };
}

from_text!(
    /// An address.
    Place, Address, address
);
from_text!(
    /// A positive amount in whole tokens, as text: never a float.
    Money, Amount, |text| {
        let amount = Amount::parse(text).map_err(|e| e.to_string())?;
        if amount.is_negative() { Err(format!("{text} is below zero")) } else { Ok(amount) }
    }
);
from_text!(
    /// `HH:MM`, as minutes after midnight; `24:00` is the end of a day.
    Clock, u32, |text| {
        let wrong = || format!("{text:?} is no time of day: HH:MM");
        let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
        let plain = |part: &str| part.len() == 2 && part.chars().all(|c| c.is_ascii_digit());
        if !plain(hours) || !plain(minutes) {
            return Err(wrong());
        }
        let (hours, minutes): (u32, u32) = (hours.parse().map_err(|_| wrong())?, minutes.parse().map_err(|_| wrong())?);
        let at = hours * 60 + minutes;
        if minutes < 60 && at <= 24 * 60 { Ok(at) } else { Err(wrong()) }
    }
);
from_text!(
    /// `+HH:MM` or `-HH:MM`.
    Offset, FixedOffset, |text| {
        let wrong = || format!("{text:?} is no offset from UTC: +HH:MM or -HH:MM");
        let whole = text.len() == 6 && text.starts_with(['+', '-']);
        whole.then(|| text.parse().ok()).flatten().ok_or_else(wrong)
    }
);
from_text!(
    /// `mon` to `sun`.
    Day, Weekday, |text| {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        if days.contains(&text) { text.parse().map_err(|_| text.to_owned()) } else {
            Err(format!("{text:?} is no day: one of {}", days.join(", ")))
        }
    }
);
