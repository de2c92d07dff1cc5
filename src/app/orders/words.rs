//! The words an order is found by, and the matcher of the filter.
//!
//! A hundred thousand orders are searched with every key typed, so the words of each are kept
//! ready, and plain text in plain text is matched byte by byte. What is not plain (other scripts,
//! anchored words) is left to the fuzzy matcher, which says the same, only slower.

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::line::words_of;
use crate::domain::Order;

/// Matches orders against the filter text.
pub struct TextMatcher {
    terms: Vec<Term>,
    matcher: Matcher,
    buffer: Vec<char>,
}

/// One word of the filter.
struct Term {
    atom: Atom,
    plain: Option<Plain>,
}

/// A word of plain letters that may stand anywhere.
struct Plain {
    letters: Vec<u8>,
    any_case: bool,
    /// In one piece, or letter by letter with others between.
    whole: bool,
    negative: bool,
}

impl TextMatcher {
    /// Fuzzy text; several words must all match, `'word` is exact, `!word` excludes.
    pub fn new(text: &str) -> Self {
        let pattern = Pattern::parse(text, CaseMatching::Smart, Normalization::Smart);
        let terms = pattern.atoms.into_iter().map(|atom| Term { plain: plain(&atom), atom }).collect();
        Self { terms, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// Whether the order's visible words match.
    pub fn matches(&mut self, order: &Order) -> bool {
        self.terms.is_empty() || self.matches_words(&words_of(order))
    }

    /// Whether these words match.
    pub fn matches_words(&mut self, words: &str) -> bool {
        let is_plain = words.is_ascii();
        let Self { terms, matcher, buffer } = self;
        terms.iter().all(|term| match &term.plain {
            Some(plain) if is_plain => plain.matches(words.as_bytes()),
            _ => term.atom.score(Utf32Str::new(words, buffer), matcher).is_some(),
        })
    }

    /// Whether everything matches.
    pub fn takes_all(&self) -> bool {
        self.terms.is_empty()
    }
}

fn plain(atom: &Atom) -> Option<Plain> {
    let whole = match atom.kind {
        AtomKind::Fuzzy => false,
        AtomKind::Substring => true,
        _ => return None,
    };
    let text: String = atom.needle_text().chars().collect();
    let any_case = !text.chars().any(char::is_uppercase);
    text.is_ascii().then(|| Plain { letters: text.into_bytes(), any_case, whole, negative: atom.negative })
}

impl Plain {
    fn matches(&self, words: &[u8]) -> bool {
        let found = if self.whole { self.in_one_piece(words) } else { self.scattered(words) };
        found != self.negative
    }

    fn same(&self, letter: u8, wanted: u8) -> bool {
        letter == wanted || (self.any_case && letter.to_ascii_lowercase() == wanted)
    }

    fn in_one_piece(&self, words: &[u8]) -> bool {
        let Some(length) = Some(self.letters.len()).filter(|length| *length > 0) else { return true };
        words.windows(length).any(|piece| piece.iter().zip(&self.letters).all(|(a, b)| self.same(*a, *b)))
    }

    fn scattered(&self, words: &[u8]) -> bool {
        let mut wanted = self.letters.iter();
        let Some(mut next) = wanted.next() else { return true };
        for letter in words {
            if self.same(*letter, *next) {
                match wanted.next() {
                    Some(wanted) => next = wanted,
                    None => return true,
                }
            }
        }
        false
    }
}

/// Whether every match of `text` is a match of `former` as well, so that only those need a look.
pub(super) fn narrows(text: &str, former: &str) -> bool {
    let plain = |text: &str| !text.contains(['!', '\\', '^', '$', '\'']);
    text.starts_with(former) && plain(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slow(text: &str, words: &str) -> bool {
        let pattern = Pattern::parse(text, CaseMatching::Smart, Normalization::Smart);
        let mut buffer = Vec::new();
        pattern.score(Utf32Str::new(words, &mut buffer), &mut Matcher::new(Config::DEFAULT)).is_some()
    }

    #[test]
    fn letters_of_other_scripts_are_found_as_well() {
        let mut accents = TextMatcher::new("cafe");
        assert!(accents.matches_words("o-1 café") && !accents.matches_words("o-1 caf"));
        assert!(TextMatcher::new("ça").matches_words("o-1 ça va"));
    }

    proptest! {
        #[test]
        fn the_short_way_says_what_the_matcher_says(
            text in "[ab1A!'^$ ]{0,6}", words in "[ab1AB é-]{0,12}",
        ) {
            prop_assert_eq!(TextMatcher::new(&text).matches_words(&words), slow(&text, &words));
        }

        #[test]
        fn a_longer_text_finds_nothing_that_a_shorter_one_did_not(
            head in "[ab1A ]{0,3}", tail in "[ab1A ]{0,3}", words in "[ab1AB -]{0,12}",
        ) {
            let longer = format!("{head}{tail}");
            prop_assert!(narrows(&longer, &head));
            let found = TextMatcher::new(&longer).matches_words(&words);
            prop_assert!(!found || TextMatcher::new(&head).matches_words(&words));
        }
    }
}
