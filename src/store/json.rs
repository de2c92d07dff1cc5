//! Taking personal data out of an order's JSON. What stays keeps its order and its spelling.

use serde::Deserializer;
use serde::de::{Deserialize, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The vendor's account: `vendor_payment_details` without its `details`. Methods and networks have
/// names, not owners; that there was a vendor tells the direction of an order.
const VENDOR: &str = "vendor_payment_details";

/// The members of a user's order that lead to a person.
const PERSONAL: [&str; 5] = ["recipient_context", "user_uuid", "user_id", "payment_details_id", "fiat_account_id"];

/// The members of an object as they came.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        from.deserialize_map(Collect)
    }
}

/// Writes an object anew: each member as `keep` wants it, or not at all. `None` if it is no object.
fn rewritten(json: &str, mut keep: impl FnMut(&str, &RawValue) -> Option<String>) -> Option<String> {
    let Members(members) = serde_json::from_str(json).ok()?;
    let mut out = String::with_capacity(json.len());
    for (name, value) in members {
        let Some(value) = keep(&name, value) else { continue };
        out.push(if out.is_empty() { '{' } else { ',' });
        out.push_str(&serde_json::to_string(&name).ok()?);
        out.push(':');
        out.push_str(&value);
    }
    if out.is_empty() {
        out.push('{');
    }
    out.push('}');
    Some(out)
}

/// The vendor's part without the account; anything else than an object goes whole.
fn nameless_vendor(value: &RawValue) -> Option<String> {
    if value.get() == "null" {
        return Some("null".to_owned());
    }
    rewritten(value.get(), |name, value| (name != "details").then(|| value.get().to_owned()))
}

/// An order's JSON without the vendor's account. `None` if there is nothing to take out; text that
/// cannot be read (cut off for its length) becomes an empty object rather than staying.
pub fn without_account(json: &str) -> Option<String> {
    if !json.contains(VENDOR) {
        return None;
    }
    let stripped = rewritten(
        json,
        |name, value| {
            if name == VENDOR { nameless_vendor(value) } else { Some(value.get().to_owned()) }
        },
    );
    Some(stripped.unwrap_or_else(|| "{}".to_owned()))
}

/// An order's JSON without anything that leads to a person.
pub fn without_person(json: &str) -> String {
    let stripped = rewritten(json, |name, value| match name {
        VENDOR => nameless_vendor(value),
        name if PERSONAL.contains(&name) => None,
        _ => Some(value.get().to_owned()),
    });
    stripped.unwrap_or_else(|| "{}".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_goes_and_the_rest_stays_as_it_came() {
        let json =
            r#"{"b":1.50,"vendor_payment_details":{"payment_method_name":"Bank","details":{"iban":"DE1"}},"a":[1, 2]}"#;
        let kept = without_account(json).unwrap();
        assert_eq!(kept, r#"{"b":1.50,"vendor_payment_details":{"payment_method_name":"Bank"},"a":[1, 2]}"#);
        assert_eq!(without_account(r#"{"a":1}"#), None);
        assert_eq!(
            without_account(r#"{"vendor_payment_details":null}"#).unwrap(),
            r#"{"vendor_payment_details":null}"#
        );
        assert_eq!(without_account(r#"{"vendor_payment_details":"DE1"}"#).unwrap(), "{}");
    }

    #[test]
    fn an_escaped_name_hides_nothing_from_forgetting_and_unreadable_text_does_not_stay() {
        assert_eq!(
            without_person(r#"{"user\u005fid":"u","recipient_context":{"sender_id":"u"},"s":"x"}"#),
            r#"{"s":"x"}"#
        );
        assert_eq!(without_person(r#"{"user_uuid":"u"}"#), "{}");
        assert_eq!(without_person(r#"{"vendor_payment_details":{"details":{"iban":"DE1"#), "{}");
        assert_eq!(without_account(r#"{"vendor_payment_details":{"details":{"iban":"DE1"#).unwrap(), "{}");
    }
}
