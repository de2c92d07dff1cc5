//! A JSON object whose values are kept as the text they came in.
//!
//! Nothing is converted before somebody asks for a field, so one bad field cannot lose its
//! neighbours and money never passes through a float. A key that appears twice is ambiguous and is
//! reported as such, not resolved: two readers must never disagree about an amount.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

/// The members of one JSON object, in the order they came.
#[derive(Debug)]
pub struct Object<'a> {
    members: Vec<(String, &'a RawValue)>,
}

/// What an object holds under a name.
#[derive(Debug, Clone, Copy)]
pub enum Member<'a> {
    /// The key is missing or its value is `null`, which mean the same.
    Nothing,
    /// The text of the value.
    Value(&'a str),
    /// The key appears more than once.
    Twice,
}

impl<'a> Object<'a> {
    /// Reads the text of an object; the error says what it is instead and where, and repeats nothing
    /// of it.
    pub fn parse(text: &'a str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|e| match e.classify() {
            // What is said of values may hold them; what is said of the syntax is always the same.
            Category::Data => format!("not an object but {}", kind(text)),
            Category::Io | Category::Syntax | Category::Eof => e.to_string(),
        })
    }

    /// What is there under `key`.
    pub fn get(&self, key: &str) -> Member<'a> {
        let mut found = self.members.iter().filter(|(name, _)| name == key).map(|(_, value)| value.get());
        match (found.next(), found.next()) {
            (_, Some(_)) => Member::Twice,
            (None | Some("null"), None) => Member::Nothing,
            (Some(text), None) => Member::Value(text),
        }
    }

    /// Whether the key is there at all, be it `null`.
    pub fn has(&self, key: &str) -> bool {
        self.members.iter().any(|(name, _)| name == key)
    }

    /// Every member, in order.
    pub fn members(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.members.iter().map(|(name, value)| (name.as_str(), value.get()))
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
            members.push(member);
        }
        Ok(Object { members })
    }
}

/// What a JSON text is, without a word of what it says: names and account numbers stand in answers,
/// and errors end on screens and in logs.
pub fn kind(raw: &str) -> String {
    let raw = raw.trim();
    let what = match raw.as_bytes().first() {
        Some(b'"') => "a text",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'-' | b'0'..=b'9') => "a number",
        _ if matches!(raw, "true" | "false" | "null") => return raw.to_owned(),
        _ => "something else",
    };
    format!("{what} of {}", bytes(raw))
}

/// How long it is.
pub fn bytes(text: &str) -> String {
    match text.len() {
        1 => "1 byte".to_owned(),
        many => format!("{many} bytes"),
    }
}

/// The JSON text without the white space between its tokens.
pub fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c.is_ascii_whitespace() {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
    }
    out
}

/// The text cut to at most `max` bytes, at a character's boundary, with `…` for what is left out.
pub fn cut(text: &str, max: usize) -> String {
    let kept = text.get(..text.floor_char_boundary(max)).unwrap_or_default();
    if kept.len() == text.len() { text.to_owned() } else { format!("{kept}…") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn missing_and_null_are_the_same_and_a_double_key_is_neither() {
        let o = Object::parse(r#"{"a":null,"b":1.10,"c":1,"c":2}"#).unwrap();
        assert!(matches!(o.get("a"), Member::Nothing));
        assert!(matches!(o.get("z"), Member::Nothing));
        assert!(matches!(o.get("b"), Member::Value("1.10")));
        assert!(matches!(o.get("c"), Member::Twice));
        assert!(o.has("a") && !o.has("z"));
    }

    #[test]
    fn what_is_not_an_object_is_said_to_be_so() {
        for text in ["[]", "1", "\"x\"", "null", "", "{", "{\"a\":1", "{\"\\ud800\":1}"] {
            assert!(Object::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_what_it_says() {
        let why = |text| Object::parse(text).unwrap_err();
        assert_eq!(why("\"Wanjiru\""), "not an object but a text of 9 bytes");
        assert_eq!(why(" [1,2] "), "not an object but a list of 5 bytes");
        assert_eq!([why("0712"), why("7")].map(|why| why.contains('7')), [false, false]);
        assert_eq!(why("null"), "not an object but null");
        assert_eq!(why(r#"{"name":"Wanji"#), "EOF while parsing a string at line 1 column 14");
        assert!(!why(r#"{"name":Wanjiru}"#).contains("Wanjiru"));
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_an_overflow() {
        let text = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let _ = Object::parse(&text);
    }

    #[test]
    fn cutting_respects_characters() {
        assert_eq!(cut("aé", 2), "a…");
        assert_eq!(cut("aé", 3), "aé");
    }

    #[test]
    fn white_space_inside_strings_is_kept() {
        assert_eq!(compact(" { \"a b\" : \"c\\\" d\\\\\" , \"e\" : 1 } "), r#"{"a b":"c\" d\\","e":1}"#);
    }

    proptest! {
        #[test]
        fn compact_text_means_the_same(text in "[a\\\\\" {}:,\\n]{0,40}") {
            let value = serde_json::json!({ "k": [text, 1.5, null] });
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            prop_assert_eq!(compact(&pretty), serde_json::to_string(&value).unwrap());
        }
    }
}
