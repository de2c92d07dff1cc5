//! Taking in a page against drawing a frame, both inside this process.

use std::time::{Duration, Instant};

use ramptop::app::update;
use ramptop::app::view_state::Scope;

use crate::desk;
use crate::report::{Figure, Line, median, spread};

const ROUNDS: u64 = 60;

/// A page of a hundred orders that are over, read again, while the list shows the live ones; against
/// one frame of that list.
pub fn merge() -> (Line, String) {
    let lines = desk::lines();
    let mut model = desk::model(Scope::Live);
    let mut screen = desk::screen(200, 50);
    let (mut merged, mut drawn): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let first = 1_000 + usize::try_from(round).unwrap() * 1_500;
        let page = desk::news(&lines[first..first + 100], 20 + round);
        let start = Instant::now();
        update(&mut model, page);
        merged.push(start.elapsed());
        let start = Instant::now();
        desk::draw(&mut screen, &model);
        drawn.push(start.elapsed());
    }
    let notes = format!("merge of a page: {}; a frame at 200x50: {}", spread(&merged), spread(&drawn));
    let [merged, drawn] = [merged, drawn].map(|all| Figure::Time(median(&all)));
    let what = "merging a page of 100 into 100,000, view untouched (median)";
    (Line::new(what, merged, "drawing one frame", drawn, 1.0), notes)
}
