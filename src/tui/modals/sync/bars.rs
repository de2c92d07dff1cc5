//! Latencies as bars of text, one cell for each request.

use crate::app::syncing::{Ending, Took};

const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// `height` rows, the top one first. A request without an answer is a sign at the bottom, not a bar:
/// how long it took says nothing about the API's speed.
pub fn rows(took: &[Took], height: u32) -> Vec<String> {
    let tallest = took.iter().map(|t| t.millis).max().unwrap_or_default().max(1);
    let cell = |took: &Took, row: u32| match took.ending {
        Ending::Answered => bar(took.millis, tallest, row, height),
        Ending::Failed if row == 0 => '×',
        Ending::Limited if row == 0 => '!',
        Ending::Failed | Ending::Limited => ' ',
    };
    (0..height).rev().map(|row| took.iter().map(|t| cell(t, row)).collect()).collect()
}

/// The part of a bar in a row, the lowest being 0. Every bar has at least an eighth.
fn bar(millis: u32, tallest: u32, row: u32, height: u32) -> char {
    let full = u64::from(height) * 8;
    let eighths = (u64::from(millis) * full / u64::from(tallest)).max(1);
    let here = eighths.saturating_sub(u64::from(row) * 8).min(8);
    usize::try_from(here).ok().and_then(|i| EIGHTHS.get(i)).copied().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn took(all: &[(u32, Ending)]) -> Vec<Took> {
        all.iter().map(|(millis, ending)| Took { millis: *millis, ending: *ending }).collect()
    }

    #[test]
    fn the_tallest_fills_the_height_and_failures_are_signs() {
        use Ending::{Answered, Failed, Limited};
        let some = took(&[(1, Answered), (400, Answered), (800, Answered), (50, Failed), (9, Limited)]);
        assert_eq!(rows(&some, 1), ["▁▄█×!"]);
        assert_eq!(rows(&some, 2), ["  █  ", "▁██×!"]);
        assert_eq!(rows(&took(&[(0, Answered)]), 1), ["▁"]);
    }
}
