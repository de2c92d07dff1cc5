//! Numbers with their units.

use std::fmt::Display;
use std::time::Duration;

use crate::tui::text;

/// Whole seconds, rounded up, in words that need no table.
pub fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    if whole < 100 { format!("{whole} s") } else { text::age(Duration::from_secs(whole)) }
}

/// A number with thousands set apart.
pub fn count(number: impl Display) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A part of a whole in percent, to one place; what is not nothing is never shown as nothing.
pub fn share(part: u32, whole: u32) -> String {
    let thousandths = u64::from(part) * 1_000 / u64::from(whole.max(1));
    match thousandths {
        0 if part > 0 => "under 0.1 %".to_owned(),
        t => format!("{}.{} %", t / 10, t % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shares_never_hide_the_few() {
        assert_eq!([count(7), count(1_000), count(1_234_567)], ["7", "1,000", "1,234,567"]);
        assert_eq!(
            [share(0, 0), share(3, 812), share(1, 100_000), share(5, 5)],
            ["0.0 %", "0.3 %", "under 0.1 %", "100.0 %"]
        );
        assert_eq!(seconds(Duration::from_millis(1_200)), "2 s");
        assert_eq!(seconds(Duration::from_secs(700)), "11m");
    }
}
