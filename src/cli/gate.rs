//! What stands before a write without a screen: `--read-only`, the policy, and the question on the terminal.
//!
//! Nothing is sent before these have passed.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Result, bail};

use super::act::forget_typeahead;
use super::context::Context;
use super::out;

/// Whether writes are refused; says so.
pub fn is_closed(context: &Context) -> bool {
    if context.settings.read_only {
        out::note("ramptop: read-only: nothing is changed at the API. Nothing was sent.");
        return true;
    }
    let refuses = context.policy_refuses();
    if let Some(why) = &refuses {
        out::note(&format!("ramptop: {why} Nothing was sent."));
    }
    refuses.is_some()
}

/// Asks on the terminal unless it was answered beforehand. `false` is a no; says so.
///
/// # Errors
/// There is no terminal to ask on.
pub fn consents(question: &str, yes: bool) -> Result<bool> {
    agrees(question, yes, "Nothing was sent.")
}

/// The same for what is no request; `otherwise` says what a no leaves as it was.
///
/// # Errors
/// There is no terminal to ask on.
pub fn agrees(question: &str, yes: bool, otherwise: &str) -> Result<bool> {
    if yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        bail!("there is no terminal to ask on; add --yes. {otherwise}");
    }
    forget_typeahead();
    let _ = write!(io::stderr().lock(), "{question}\nType yes to go ahead, anything else to stop: ");
    let mut answer = String::new();
    let agreed = io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes";
    if !agreed {
        out::note(otherwise);
    }
    Ok(agreed)
}
