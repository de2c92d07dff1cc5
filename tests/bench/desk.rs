//! The program's own model with a partner's orders in it, and a screen that nobody looks at.
#![allow(dead_code)]

use std::sync::LazyLock;
use std::time::Duration;

use chrono::{DateTime, Utc};
use ramptop::app::model::{EnvironmentKind, Session};
use ramptop::app::orders::kept;
use ramptop::app::view_state::Scope;
use ramptop::app::{Command, Kept, Model, Msg, SyncMsg, update};
use ramptop::domain::{Brief, Mono, Now, Observed, Order};
use ramptop::tui::{Canvas, Picture, Theme};
use ratatui::layout::Size;

use crate::data::{self, Line};

/// A moment of the run, in seconds after the orders were read.
pub fn at(seconds: u64) -> Now {
    let start: DateTime<Utc> = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(1_000 + seconds)), wall: start + Duration::from_secs(seconds) }
}

/// The orders of the benches, as the program holds them.
struct Known {
    lines: Vec<Line>,
    live: Vec<Observed<Order>>,
    past: Vec<(Brief, DateTime<Utc>)>,
}

/// 100,000, or as many as the environment says where the steps are only run, not measured.
static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let count = std::env::var("RAMPTOP_BENCH_ORDERS").map_or(data::ALL, |text| text.parse().unwrap());
    let lines = data::lines(count, at(0).wall, 40);
    let (live, past) = lines.split_at(data::LIVE);
    let live = live.iter().map(|line| kept(line.order(), at(0).wall)).collect();
    let past = past.iter().map(|line| (Brief::of(&line.order()), at(0).wall)).collect();
    Known { lines, live, past }
});

/// What they were made from.
pub fn lines() -> &'static [Line] {
    &KNOWN.lines
}

/// A model that knows them all and lists `scope`.
pub fn model(scope: Scope) -> Model {
    let session = Session {
        profile: "bench".to_owned(),
        api_url: "http://127.0.0.1:4000".to_owned(),
        environment: EnvironmentKind::Sandbox,
        read_only: false,
        signer: None,
        actions_blocked: None,
    };
    let mut model = Model::new(at(0), session);
    update(&mut model, Msg::Kept(Kept::Live(KNOWN.live.clone())));
    for piece in KNOWN.past.chunks(5_000) {
        update(&mut model, Msg::Kept(Kept::Past(piece.to_vec())));
    }
    update(&mut model, Msg::Kept(Kept::End));
    update(&mut model, Msg::Sync(SyncMsg::Answered { skew_seconds: Some(0) }));
    update(&mut model, Msg::Tick(at(10)));
    while model.listing.scope != scope {
        press(&mut model, Command::Scope);
    }
    model
}

/// A key with this meaning, and all that follows from it.
pub fn press(model: &mut Model, command: Command) {
    finish(model, Msg::Command { command, alone: true });
}

/// A message, and the list it may ask for made to its end.
pub fn finish(model: &mut Model, msg: Msg) {
    update(model, msg);
    while model.work.is_some() {
        update(model, Msg::Work);
    }
}

/// News of these orders, read `seconds` after the first time.
pub fn news(lines: &[Line], seconds: u64) -> Msg {
    let orders = lines.iter().map(|line| line.seen(at(seconds))).collect();
    Msg::Sync(SyncMsg::Orders { orders, set_aside: Vec::new() })
}

/// A screen that nobody looks at.
pub struct Screen {
    canvas: Canvas,
    size: Size,
    out: String,
}

/// A screen of this size.
pub fn screen(width: u16, height: u16) -> Screen {
    Screen { canvas: Canvas::default(), size: Size { width, height }, out: String::new() }
}

/// One frame, and what a terminal would be sent for it.
pub fn draw(screen: &mut Screen, model: &Model) -> Picture {
    screen.out.clear();
    let mut picture = Picture::default();
    screen.canvas.frame(screen.size, |paper| picture = Picture::draw(model, Theme::colour(), paper), &mut screen.out);
    picture
}

/// What time alone has changed of the last frame, at another moment.
pub fn tick(screen: &mut Screen, picture: &mut Picture, model: &Model) {
    screen.out.clear();
    screen.canvas.parts(|paper| picture.draw_again(model, Theme::colour(), paper), &mut screen.out);
}
