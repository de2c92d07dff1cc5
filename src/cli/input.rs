//! Data from a file or standard input: personal data, tokens, bodies.
//!
//! The text is wiped after use, and no error repeats any of it.

use std::fs::File;
use std::io::{self, Read};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::Value;
use zeroize::Zeroizing;

use super::args::DataSource;

/// Longer data are a mistake.
const LONGEST: u64 = 1024 * 1024;

/// Reads it all.
///
/// # Errors
/// It is not there, is no text, is empty, or has more than a megabyte. Nothing was sent.
pub fn text(source: &DataSource) -> Result<Zeroizing<String>> {
    let (name, reader): (String, Box<dyn Read>) = match source {
        DataSource::Stdin => ("standard input".to_owned(), Box::new(io::stdin().lock())),
        DataSource::File(path) => {
            let name = path.display().to_string();
            let file = File::open(path).with_context(|| format!("cannot read {name}; nothing was sent"))?;
            (name, Box::new(file))
        }
    };
    let mut text = Zeroizing::new(String::new());
    let read = reader.take(LONGEST + 1).read_to_string(&mut text);
    let read = read.map_err(|e| anyhow!("{name} is not readable text; nothing was sent: {e}"))?;
    if u64::try_from(read).unwrap_or(u64::MAX) > LONGEST {
        bail!("{name} has more than a megabyte; nothing was sent");
    }
    if text.trim().is_empty() {
        bail!("{name} is empty; nothing was sent");
    }
    Ok(text)
}

/// Reads a JSON object of texts. Numbers are refused: they lose leading zeros and digits.
///
/// # Errors
/// It cannot be read, or is something else.
pub fn texts(source: &DataSource) -> Result<Vec<(String, String)>> {
    pairs(&text(source)?)
}

/// A JSON object of texts as pairs; `null` is left out.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>> {
    // The message of a syntax error names a place, never what stands there.
    let value: Value =
        serde_json::from_str(text).map_err(|e| anyhow!("the data are not JSON; nothing was sent: {e}"))?;
    let Value::Object(object) = value else { bail!("the data are no JSON object; nothing was sent") };
    let mut pairs = Vec::new();
    for (key, value) in object {
        match value {
            Value::String(value) => pairs.push((key, value)),
            Value::Null => {}
            _ => bail!("`{key}` of the data must be a text in quotes; nothing was sent"),
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_are_taken_and_no_error_repeats_them() {
        let good = pairs(r#"{"a":"0123","b":null}"#).unwrap();
        assert_eq!(good, [("a".to_owned(), "0123".to_owned())]);
        for bad in [r#"{"dob":99887766}"#, r#"{"dob":["99887766"]}"#, r#""99887766""#, "99887766x", r#"{"99887766"#] {
            let error = format!("{:#}", pairs(bad).unwrap_err());
            assert!(!error.contains("99887766") && error.contains("nothing was sent"), "{error}");
        }
    }
}
