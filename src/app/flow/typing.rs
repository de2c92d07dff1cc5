//! The amount that an operator has to type before a yes counts.
//!
//! The policy asks for it above a limit: whoever types a number has read it. Only digits and a
//! point are taken, one key at a time; what counts is the value, so `101.5` is `101.50`.

use crate::domain::Amount;

/// More than any amount has.
const LONGEST: usize = 40;

/// What is to be typed, and what was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typing {
    /// The amount, in whole tokens.
    pub amount: Amount,
    /// The text so far.
    pub typed: String,
}

impl Typing {
    /// Nothing typed yet.
    pub fn of(amount: Amount) -> Self {
        Self { amount, typed: String::new() }
    }

    /// Takes a digit or a point; everything else is ignored.
    pub fn push(&mut self, c: char) {
        if (c.is_ascii_digit() || c == '.') && self.typed.len() < LONGEST {
            self.typed.push(c);
        }
    }

    /// Takes the last character back.
    pub fn pop(&mut self) {
        self.typed.pop();
    }

    /// Whether exactly the amount was typed.
    pub fn is_done(&self) -> bool {
        Amount::parse(&self.typed) == Ok(self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_value_will_do() {
        let typed = |text: &str| {
            let mut typing = Typing::of(Amount::parse("1101.50").unwrap());
            text.chars().for_each(|c| typing.push(c));
            typing.is_done()
        };
        assert!(typed("1101.5") && typed("1101.500"));
        assert!(typed("y1,101.5"), "what is no digit does not get in");
        for text in ["", "1101", "1101.51", "11015", "1101.5.", "01101.6"] {
            assert!(!typed(text), "{text}");
        }
    }
}
