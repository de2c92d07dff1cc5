//! The words an order is found by, and the matcher of the filter.
//!
//! The filter is literal, always. Scattered letters match orders that have nothing to do with what
//! was typed, and the most urgent of those would stand selected, next to keys that move money. Nor
//! is there such a search where nothing is found literally: an empty list says that no order has
//! this text, and that can only be relied on if a list never holds anything else.
//!
//! Every key typed searches a hundred thousand orders, so plain text is compared byte by byte.

use std::borrow::Cow;

use super::line::words_of;
use crate::domain::Order;

/// Matches orders against the filter text.
#[derive(Debug)]
pub struct TextMatcher {
    terms: Vec<Term>,
}

/// One word of the filter.
#[derive(Debug)]
struct Term {
    /// In lower case, never empty.
    letters: Box<[u8]>,
    /// Only where a word of the order begins.
    begins: bool,
    /// Only where one ends.
    ends: bool,
    negative: bool,
}

impl TextMatcher {
    /// Each word is looked for as it stands, in upper or lower case; all must be found. `!word`
    /// must not be found, `^word` begins a word of the order, `word$` ends one, and after `'` those
    /// signs stand for themselves.
    pub fn new(text: &str) -> Self {
        Self { terms: text.split_whitespace().filter_map(Term::read).collect() }
    }

    /// Whether the order's visible words match.
    pub fn matches(&self, order: &Order) -> bool {
        self.terms.is_empty() || self.matches_words(&words_of(order))
    }

    /// Whether these words match.
    pub fn matches_words(&self, words: &str) -> bool {
        let words = if words.is_ascii() { Cow::Borrowed(words) } else { Cow::Owned(lowercase(words)) };
        self.terms.iter().all(|term| term.stands_in(words.as_bytes()) != term.negative)
    }

    /// Whether everything matches.
    pub fn takes_all(&self) -> bool {
        self.terms.is_empty()
    }
}

impl Term {
    /// `None` where nothing but signs was typed so far.
    fn read(word: &str) -> Option<Self> {
        let (negative, word) = after(word, '!');
        let (plain, word) = after(word, '\'');
        let (begins, word) = if plain { (false, word) } else { after(word, '^') };
        let (ends, word) = match word.strip_suffix('$').filter(|_| !plain) {
            Some(rest) => (true, rest),
            None => (false, word),
        };
        let letters = lowercase(word).into_bytes().into_boxed_slice();
        (!letters.is_empty()).then_some(Self { letters, begins, ends, negative })
    }

    /// `words` are ASCII, or in lower case.
    fn stands_in(&self, words: &[u8]) -> bool {
        let same = |(letter, wanted): (&u8, &u8)| letter.to_ascii_lowercase() == *wanted;
        let mut pieces = words.windows(self.letters.len()).enumerate();
        pieces.any(|(at, piece)| piece.iter().zip(&self.letters).all(same) && self.has_its_place(words, at))
    }

    fn has_its_place(&self, words: &[u8], at: usize) -> bool {
        let is_gap = |letter: Option<&u8>| letter.is_none_or(|letter| *letter == b' ');
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        (!self.begins || is_gap(before)) && (!self.ends || is_gap(words.get(at + self.letters.len())))
    }
}

/// Whether a word has this sign in front, and what comes after it.
fn after(word: &str, sign: char) -> (bool, &str) {
    word.strip_prefix(sign).map_or((false, word), |rest| (true, rest))
}

/// Letter by letter, so that a piece of a text stays a piece of it: of all letters only the sigma
/// is written differently at the end of a word.
fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|letter| if letter == 'ς' { 'σ' } else { letter }).collect()
}

/// Whether every match of `text` is a match of `former` as well, so that only those need a look.
pub(super) fn narrows(text: &str, former: &str) -> bool {
    text.starts_with(former) && !text.contains(['!', '^', '$', '\''])
}

/// Fewer letters are the beginning of many ids, and of amounts.
const LEAST_OF_AN_ID: usize = 4;

/// The filter text as the beginning of an order's id, where it may be one. Ids are UUIDs; an id of
/// another shape is found as well, but not chosen before others.
pub(in crate::app) fn id_head(text: &str) -> Option<&str> {
    let text = text.trim();
    let head = text.strip_prefix(['^', '\'']).unwrap_or(text);
    let is_hex = head.bytes().all(|letter| letter.is_ascii_hexdigit() || letter == b'-');
    (is_hex && head.len() >= LEAST_OF_AN_ID).then_some(head)
}

/// Whether an id begins with this, in upper or lower case.
pub(in crate::app) fn begins(id: &str, head: &str) -> bool {
    id.get(..head.len()).is_some_and(|start| start.eq_ignore_ascii_case(head))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rule said once more, in plain words.
    fn says(text: &str, words: &str) -> bool {
        let folded = |text: &str| text.to_lowercase().replace('ς', "σ");
        let words = folded(words);
        folded(text).split(' ').all(|term| {
            let (wanted, term) = term.strip_prefix('!').map_or((true, term), |rest| (false, rest));
            let (term, found) = if let Some(term) = term.strip_prefix('\'') {
                (term, words.contains(term))
            } else {
                let bare = term.strip_prefix('^').unwrap_or(term);
                let bare = bare.strip_suffix('$').unwrap_or(bare);
                let found = match (term.starts_with('^'), term.len() > 1 && term.ends_with('$')) {
                    (false, false) => words.contains(bare),
                    (true, false) => words.split(' ').any(|word| word.starts_with(bare)),
                    (false, true) => words.split(' ').any(|word| word.ends_with(bare)),
                    (true, true) => words.split(' ').any(|word| word == bare),
                };
                (bare, found)
            };
            term.is_empty() || found == wanted
        })
    }

    const WORDS: &str = "46d512ea-03b1 in escrow crypto_received usdt NGN PAY-0421 100 2100.5";

    #[test]
    fn a_word_is_found_as_it_stands_or_not_at_all() {
        let finds = |text: &str| TextMatcher::new(text).matches_words(WORDS);
        for text in ["46d5", "pay-04", "PAY-0421", "ngn USDT", "d512ea", "", " ", "crypto_rec", "scr"] {
            assert!(finds(text), "{text}");
        }
        for text in ["4d52", "py0421", "46d5 kes", "usdtngn", "usd_", "46d513"] {
            assert!(!finds(text), "{text}");
        }
    }

    #[test]
    fn signs_exclude_and_say_where_a_word_stands() {
        let finds = |text: &str| TextMatcher::new(text).matches_words(WORDS);
        for text in ["!kes", "^46d5", "^pay", "0421$", "^100$", "'46d5", "usdt !failed", "!^03b1", "!", "^", "$", "'"] {
            assert!(finds(text), "{text}");
        }
        for text in ["!ngn", "usdt !ngn", "^6d5", "042$", "^00$", "'^46d5", "!'46d5", "!^46d5"] {
            assert!(!finds(text), "{text}");
        }
        assert!(TextMatcher::new("'^a$").matches_words("ref ^a$") && TextMatcher::new("a\\b").matches_words("a\\b"));
    }

    #[test]
    fn letters_of_other_scripts_are_found_in_upper_and_lower_case() {
        let finds = |text: &str, words: &str| TextMatcher::new(text).matches_words(words);
        assert!(finds("ça", "o-1 Ça va") && finds("ÇA", "o-1 ça va") && finds("улица", "o-1 УЛИЦА"));
        assert!(finds("ος", "ΟΣΑ") && finds("ΟΣ", "οσα") && finds("οσ", "ος"), "wherever the sigma stands");
        assert!(!finds("cafe", "o-1 café"), "another letter is another letter");
    }

    #[test]
    fn what_may_begin_an_id_is_told_from_words_and_short_numbers() {
        assert_eq!(id_head(" 46D5 "), Some("46D5"));
        assert_eq!(id_head("^46d512ea-03b1"), Some("46d512ea-03b1"));
        assert_eq!(id_head("'46d5"), Some("46d5"));
        for text in ["46d", "", "escrow", "46d5 ngn", "!46d5", "^46d"] {
            assert_eq!(id_head(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_bytes_say_what_the_rule_says(
            text in "[ab1AéÉßİΣς\u{212A}k!'^$ ]{0,6}", words in "[ab1ABéÉßİΣσς\u{212A}k$ -]{0,12}",
        ) {
            prop_assert_eq!(TextMatcher::new(&text).matches_words(&words), says(&text, &words));
        }

        #[test]
        fn plain_text_is_matched_by_the_same_rule(text in "[ab1A!'^$ ]{0,6}", words in "[ab1AB$ -]{0,12}") {
            prop_assert_eq!(TextMatcher::new(&text).matches_words(&words), says(&text, &words));
        }

        #[test]
        fn a_longer_text_finds_nothing_that_a_shorter_one_did_not(
            head in "[ab1AΣς ]{0,3}", tail in "[ab1AΣς ]{0,3}", words in "[ab1ABΣς -]{0,12}",
        ) {
            let longer = format!("{head}{tail}");
            prop_assert!(narrows(&longer, &head));
            let found = TextMatcher::new(&longer).matches_words(&words);
            prop_assert!(!found || TextMatcher::new(&head).matches_words(&words));
        }
    }
}
