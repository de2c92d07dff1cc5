//! Standard output and standard error, for people and for scripts.
//!
//! A closed pipe ends quietly. Nothing from outside is printed without being made visible; JSON
//! has every such character escaped.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::domain::text::is_displayable;

/// How a command ended, as an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Refused by review or policy; nothing was signed.
    Refused,
    /// The API said no.
    Rejected,
    /// The outcome is unknown.
    Unknown,
}

impl Exit {
    /// The code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Refused => 3,
            Self::Rejected => 4,
            Self::Unknown => 5,
        }
    }
}

/// Prints a line.
pub fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Prints a line for people to standard error; a closed one is no reason to stop.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// JSON text with every control, bidi and zero-width character escaped, on one line. The input
/// must be valid JSON: such characters then stand inside strings, or are white space between them.
pub fn clean_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\n' | '\r' | '\t' => {}
            c if is_displayable(c) => out.push(c),
            c => {
                let mut units = [0u16; 2];
                for unit in c.encode_utf16(&mut units) {
                    // Writing into a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out
}

/// Prints a value as one line of JSON.
pub fn json(value: &impl serde::Serialize) -> io::Result<()> {
    let text = serde_json::to_string(value).map_err(io::Error::other)?;
    line(&clean_json(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_for_scripts_holds_nothing_that_moves_a_terminal() {
        let raw = "{\n  \"a\": \"x\u{202e}y\u{7f}\u{9b}1m\u{e0001}\"\r\n}";
        let clean = clean_json(raw);
        assert!(clean.chars().all(is_displayable), "{clean}");
        let before: serde_json::Value = serde_json::from_str(raw).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&clean).unwrap(), before);
    }
}
