//! The documents of a KYC submission: what is still needed, what was uploaded, how far the running
//! upload is. The form follows below.

use ratatui::text::Line;

use super::people::{failure, missing, wrapped};
use crate::app::ask::Progress;
use crate::app::page::documents::Documents;
use crate::tui::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Cells of the bar.
const BAR: u64 = 30;

/// How many uploads are listed; the newest are.
const LISTED: usize = 4;

pub fn above(look: Look<'_>, page: &Documents, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let needed: Vec<&str> = page.needed().into_iter().map(|(_, words)| words).collect();
    if needed.is_empty() {
        let words = "✓ Everything needed was uploaded. Next: w starts the verification, v watches it (Esc first leaves the form).";
        lines.extend(wrapped(look, words, width, Meaning::Good));
    } else {
        let words = format!("! Still needed, unless it was uploaded before: {}.", needed.join(" and "));
        lines.extend(wrapped(look, &words, width, Meaning::NeedsYou));
    }
    if let Some(readiness) = page.readiness().filter(|readiness| !readiness.ready) {
        let words = format!("✗ Not started; the API misses: {}.", missing(&readiness.missing));
        lines.extend(wrapped(look, &words, width, Meaning::Trouble));
    }
    if let Some(problem) = page.failure() {
        lines.extend(failure(look, problem, width));
    }
    let uploaded = page.uploaded();
    for document in uploaded.iter().skip(uploaded.len().saturating_sub(LISTED)) {
        let kind = document.kind.as_deref().unwrap_or("document");
        let name = document.file_name.as_deref().map(|name| format!(" · {name}")).unwrap_or_default();
        let words = text::safe(&format!("✓ uploaded: {kind}{name}"), 200);
        lines.push(look.line(text::fit(&words, width), Meaning::Good));
    }
    if let Some(progress) = page.uploading() {
        lines.push(look.line(bar(progress), Meaning::NeedsYou));
    }
    lines.push(Line::default());
    lines
}

/// `█████░░░░░ 50 %  1,048,576 of 2,097,152 bytes`
fn bar(progress: Progress) -> String {
    let Progress { sent, total } = progress;
    if total == 0 {
        return "… looking at the file".to_owned();
    }
    let sent = sent.min(total);
    let full = usize::try_from(sent.saturating_mul(BAR) / total).unwrap_or(0);
    let rest = usize::try_from(BAR).unwrap_or(0).saturating_sub(full);
    let percent = sent.saturating_mul(100) / total;
    let wait = if sent == total { "  waiting for the answer" } else { "" };
    format!("{}{} {percent} %  {sent} of {total} bytes{wait}", "█".repeat(full), "░".repeat(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_tells_bytes_and_percent_and_never_overflows() {
        assert!(bar(Progress { sent: 512, total: 2_048 }).contains(" 25 %  512 of 2048 bytes"));
        assert!(bar(Progress { sent: 9, total: 3 }).contains(" 100 %  3 of 3 bytes  waiting"));
        assert_eq!(bar(Progress::default()), "… looking at the file");
        assert!(bar(Progress { sent: u64::MAX, total: u64::MAX }).contains("bytes"));
    }
}
