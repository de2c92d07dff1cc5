//! Above the form of a KYC submission: what the method means.

use ratatui::text::Line;

use super::people::wrapped;
use crate::app::page::kyc::KycPage;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

pub fn above(look: Look<'_>, page: &KycPage, width: usize) -> Vec<Line<'static>> {
    let words = match page.method() {
        "external_token" => "The customer was verified at sumsub or persona; their token is sent and checked.",
        "handoff" => "The answer carries a link; the customer verifies there. Name and country are optional.",
        _ => "You collected the data; after this come a selfie and the front of an identity document.",
    };
    let mut lines = wrapped(look, words, width, Meaning::Dim);
    lines.push(Line::default());
    lines
}
