//! What a field of a rail may hold: as a pattern for clients, and as code.
//!
//! The code is the rule; a pattern says the same in a regular expression, anchored at both ends.
//! An IBAN's check digits are beyond a pattern, so that a value can fit it and still be refused.

/// What a field of a rail may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any text of 1 to 128 characters.
    Text,
    /// So many digits.
    Digits(usize, usize),
    /// E.164 with this country code and nine more digits.
    Phone(&'static str),
    /// Country, check digits and up to 30 letters and digits; the check digits must be right.
    Iban,
    /// `name@bank`.
    Handle,
    /// Four letters, a zero, six letters or digits.
    Ifsc,
    /// One of the field's options.
    Choice(&'static [(&'static str, &'static str)]),
}

impl Form {
    /// `pattern`; a choice has options instead.
    pub fn pattern(self) -> Option<String> {
        Some(match self {
            Self::Text => r"^\S.{0,127}$".to_owned(),
            Self::Digits(low, high) if low == high => format!("^[0-9]{{{low}}}$"),
            Self::Digits(low, high) => format!("^[0-9]{{{low},{high}}}$"),
            Self::Phone(country) => format!(r"^\+{country}[0-9]{{9}}$"),
            Self::Iban => "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$".to_owned(),
            Self::Handle => r"^[A-Za-z0-9._-]+@[A-Za-z0-9.-]+$".to_owned(),
            Self::Ifsc => "^[A-Z]{4}0[A-Z0-9]{6}$".to_owned(),
            Self::Choice(_) => return None,
        })
    }

    /// Whether a value has this form.
    pub fn fits(self, text: &str) -> bool {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::Text => !text.starts_with(char::is_whitespace) && (1..=128).contains(&text.chars().count()),
            Self::Digits(low, high) => (low..=high).contains(&text.len()) && digits(text),
            Self::Phone(country) => {
                let rest = text.strip_prefix('+').and_then(|text| text.strip_prefix(country));
                rest.is_some_and(|rest| rest.len() == 9 && digits(rest))
            }
            Self::Iban => (15..=34).contains(&text.len()) && upper(text) && iban_adds_up(text),
            Self::Handle => text.split_once('@').is_some_and(|(name, bank)| {
                let part = |text: &str, more: &str| {
                    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
                };
                part(name, "._-") && part(bank, ".-")
            }),
            Self::Ifsc => {
                let bank = text.get(..4).is_some_and(|bank| bank.bytes().all(|b| b.is_ascii_uppercase()));
                text.len() == 11 && bank && text.get(4..5) == Some("0") && upper(text)
            }
            Self::Choice(options) => options.iter().any(|(code, _)| *code == text),
        }
    }
}

fn upper(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// ISO 13616: the first four characters moved to the end, letters as numbers, modulo 97 is 1.
fn iban_adds_up(text: &str) -> bool {
    let (Some(head), Some(rest)) = (text.get(..4), text.get(4..)) else { return false };
    let numbers = rest.chars().chain(head.chars()).filter_map(|c| c.to_digit(36));
    numbers.fold(0, |sum, n| (sum * if n > 9 { 100 } else { 10 } + n) % 97) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_take_what_they_say_and_nothing_else() {
        let cases = [
            (Form::Text, "Ann Example", [" Ann", "", "\t"]),
            (Form::Digits(10, 10), "0123456789", ["012345678", "01234567890", "01234x6789"]),
            (Form::Phone("254"), "+254700000121", ["254700000121", "+255700000121", "+25470000012"]),
            (Form::Iban, "DE89370400440532013000", ["DE88370400440532013000", "de89370400440532013000", "DE89"]),
            (Form::Handle, "ann.b@bank", ["ann", "@bank", "ann@b k"]),
            (Form::Ifsc, "HDFC0000001", ["HDFC1000001", "HDF00000001", "HDFC00000011"]),
            (Form::Choice(&[("savings", "Savings")]), "savings", ["Savings", "", "current"]),
        ];
        for (form, good, bad) in cases {
            assert!(form.fits(good), "{form:?} {good} {:?}", form.pattern());
            assert!(!bad.iter().any(|text| form.fits(text)), "{form:?}");
        }
    }
}
