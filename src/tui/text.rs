//! Text for cells: made visible, measured by grapheme, cut to a width; amounts, ages, countdowns.

use std::time::Duration;

use chrono::{DateTime, Utc};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::domain::Amount;
use crate::domain::text::{visible, visible_prefix};

/// Outside text for a cell: nothing invisible, at most `max` source characters.
pub fn safe(text: &str, max: usize) -> String {
    if text.len() <= max && is_plain(text) { text.to_owned() } else { visible_prefix(text, max) }
}

/// Whether every byte is a letter of one cell: most texts are, and need no further look.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Cells a text takes.
pub fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { UnicodeWidthStr::width(text) }
}

/// Cuts to at most `cells` cells at a grapheme's border, with `…` for what is left out.
pub fn fit(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    let room = cells.saturating_sub(1);
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let w = width(grapheme);
        if used + w > room {
            break;
        }
        used += w;
        out.push_str(grapheme);
    }
    if cells > 0 {
        out.push('…');
    }
    out
}

/// [`fit`], then filled with spaces on the right.
pub fn left(text: &str, cells: usize) -> String {
    let mut fitted = fit(text, cells);
    let fill = cells.saturating_sub(width(&fitted));
    fitted.extend(std::iter::repeat_n(' ', fill));
    fitted
}

/// [`fit`], then filled with spaces on the left.
pub fn right(text: &str, cells: usize) -> String {
    let taken = width(text);
    let fitted = if taken > cells { std::borrow::Cow::from(fit(text, cells)) } else { text.into() };
    let mut out = " ".repeat(cells.saturating_sub(if taken > cells { width(&fitted) } else { taken }));
    out.push_str(&fitted);
    out
}

/// Breaks a text into lines of at most `cells` cells, at spaces where there are any.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in visible(text).split_whitespace() {
        let mut word = word.to_owned();
        if !line.is_empty() && width(&line) + 1 + width(&word) > cells {
            lines.push(std::mem::take(&mut line));
        }
        while width(&word) > cells {
            let head = cut(&word, cells);
            word = word.split_off(head.len());
            lines.push(head);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The longest head of at most `cells` cells; at least one grapheme.
fn cut(text: &str, cells: usize) -> String {
    let mut out = String::new();
    for grapheme in text.graphemes(true) {
        if !out.is_empty() && width(&out) + width(grapheme) > cells {
            break;
        }
        out.push_str(grapheme);
    }
    out
}

/// An amount with thousands set apart: `152,880.00`. Digits stay as the API wrote them.
pub fn amount(amount: Amount) -> String {
    let text = amount.to_string();
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    fraction.map_or_else(|| format!("{sign}{grouped}"), |f| format!("{sign}{grouped}.{f}"))
}

/// An amount for a narrow column: zeros at the end beyond two places go.
pub fn amount_short(value: Amount) -> String {
    let text = amount(value);
    let Some((whole, fraction)) = text.split_once('.') else { return text };
    let kept = fraction.trim_end_matches('0');
    let places = kept.len().max(2).min(fraction.len());
    format!("{whole}.{}", fraction.get(..places).unwrap_or(fraction))
}

/// An amount with its currency, `?` where either is not known.
pub fn money(value: Option<Amount>, currency: Option<&str>, short: bool) -> String {
    let number = value.map_or_else(|| "?".to_owned(), |v| if short { amount_short(v) } else { amount(v) });
    format!("{number} {}", safe(currency.unwrap_or("?"), 8))
}

/// An age or duration in at most five cells: `7s`, `12m`, `3h05`, `4d`.
pub fn age(age: Duration) -> String {
    let s = age.as_secs();
    match s {
        0..=119 => format!("{s}s"),
        120..=5_999 => format!("{}m", s / 60),
        6_000..=86_399 => format!("{}h{:02}", s / 3_600, s % 3_600 / 60),
        _ => format!("{}d", s / 86_400),
    }
}

/// A duration between steps, exact where it is short: `+850ms`, `+12s`, `+3m07s`.
pub fn took(duration: Duration) -> String {
    let s = duration.as_secs();
    match s {
        0 if duration.subsec_millis() > 0 => format!("+{}ms", duration.subsec_millis()),
        0..=59 => format!("+{s}s"),
        60..=3_599 => format!("+{}m{:02}s", s / 60, s % 60),
        3_600..=86_399 => format!("+{}h{:02}m", s / 3_600, s % 3_600 / 60),
        _ => format!("+{}d{:02}h", s / 86_400, s % 86_400 / 3_600),
    }
}

/// A countdown: `28:40`, `1:02:03`.
pub fn countdown(seconds: u64) -> String {
    let (h, m, s) = (seconds / 3_600, seconds % 3_600 / 60, seconds % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m}:{s:02}") }
}

/// A time of day, with the date when it is not `today`'s.
pub fn time(at: DateTime<Utc>, today: DateTime<Utc>) -> String {
    if at.date_naive() == today.date_naive() {
        at.format("%H:%M:%S").to_string()
    } else {
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_grouped_and_keep_their_digits() {
        let show = |t: &str| amount(Amount::parse(t).unwrap());
        assert_eq!(show("152880.00"), "152,880.00");
        assert_eq!(show("-1234567.891"), "-1,234,567.891");
        assert_eq!(show("999"), "999");
        let short = |t: &str| amount_short(Amount::parse(t).unwrap());
        assert_eq!(short("101.500000"), "101.50");
        assert_eq!(short("101.123400"), "101.1234");
        assert_eq!(short("7"), "7");
    }

    #[test]
    fn times_are_short_and_clear() {
        assert_eq!(age(Duration::from_secs(99)), "99s");
        assert_eq!(age(Duration::from_secs(7_500)), "2h05");
        assert_eq!(countdown(1_720), "28:40");
        assert_eq!(countdown(3_723), "1:02:03");
        assert_eq!(took(Duration::from_secs(187)), "+3m07s");
    }

    #[test]
    fn wide_and_combined_characters_are_not_cut_in_half() {
        assert_eq!(fit("日本語", 5), "日本…");
        assert_eq!(width(&left("日本語", 4)), 4);
        assert_eq!(right("ab", 4), "  ab");
    }

    proptest! {
        #[test]
        fn a_fitted_text_fits(text in "\\PC{0,40}", cells in 0usize..30) {
            prop_assert!(width(&fit(&text, cells)) <= cells);
            prop_assert_eq!(width(&left(&text, cells)), cells);
        }

        #[test]
        fn wrapping_loses_no_letter(text in "[a-z ]{0,80}", cells in 1usize..20) {
            let lines = wrap(&text, cells);
            prop_assert!(lines.iter().all(|l| width(l) <= cells));
            let letters = |t: &str| t.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
