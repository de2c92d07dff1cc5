//! Pieces the pages about users share: wrapped text, a KYC status with sign and word, a failure.

use ratatui::text::Line;

use crate::app::Failure;
use crate::domain::KycStatus;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells of the labels.
pub const LABEL: usize = 14;

/// A text over as many lines as it takes.
pub fn wrapped(look: Look<'_>, words: &str, width: usize, meaning: Meaning) -> Vec<Line<'static>> {
    let pieces = text::wrap(&text::safe(words, 600), width.max(20));
    pieces.into_iter().map(|piece| look.line(piece, meaning)).collect()
}

/// What happened and what to do about it.
pub fn failure(look: Look<'_>, failure: &Failure, width: usize) -> Vec<Line<'static>> {
    let mut lines = wrapped(look, &format!("✗ {}", failure.what), width, Meaning::Trouble);
    lines.extend(wrapped(look, &failure.advice, width, Meaning::Plain));
    lines
}

/// Where KYC stands: sign, word, and what it means.
pub fn kyc(status: Option<&KycStatus>) -> (String, Meaning) {
    let (text, meaning) = match status {
        Some(KycStatus::Verified) => ("✓ VERIFIED: approved", Meaning::Good),
        Some(KycStatus::Rejected) => ("✗ REJECTED", Meaning::Trouble),
        Some(KycStatus::NotStarted) => ("○ not started", Meaning::NeedsYou),
        Some(KycStatus::UnderWay(word)) => match word.as_str() {
            "COMPLETED" => ("… COMPLETED: not yet approved; only VERIFIED is", Meaning::NeedsYou),
            "UNDER_REVIEW" => ("… UNDER REVIEW: looked at by people, up to 24 h", Meaning::NeedsYou),
            "PENDING_DOCUMENTS" => ("… PENDING DOCUMENTS: papers are missing", Meaning::NeedsYou),
            "PENDING" => ("… PENDING: not yet approved", Meaning::NeedsYou),
            _ => ("… IN PROGRESS: not yet approved", Meaning::NeedsYou),
        },
        Some(KycStatus::Unknown(word)) => {
            return (format!("? {}: unknown to this version; not approved", text::safe(word, 40)), Meaning::NeedsYou);
        }
        None => ("? unknown", Meaning::Dim),
    };
    (text.to_owned(), meaning)
}

/// What the API calls missing, in plain words.
pub fn missing(names: &[String]) -> String {
    let words: Vec<String> = names
        .iter()
        .map(|name| match name.as_str() {
            "identity_document" => "the front of an identity document".to_owned(),
            "selfie" => "a selfie".to_owned(),
            "kyc_data" => "the KYC data".to_owned(),
            other => text::safe(other, 60),
        })
        .collect();
    words.join(", ")
}
