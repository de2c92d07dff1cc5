//! What is on the screen while time passes and answers come in: parts drawn again by themselves
//! show the same as a frame drawn anew.

use ramptop::tui::{Canvas, Picture};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::*;

/// A frame drawn anew.
fn drawn(model: &Model, (width, height): (u16, u16)) -> (Buffer, Picture) {
    let mut paper = Buffer::empty(Rect { x: 0, y: 0, width, height });
    let picture = Picture::draw(model, Theme::colour(), &mut paper);
    (paper, picture)
}

/// The frame after nothing but its due parts was drawn again.
fn drawn_again(model: &Model, before: &Buffer, picture: &mut Picture) -> Buffer {
    let (mut after, mut paper) = (before.clone(), Buffer::empty(before.area));
    for area in picture.draw_again(model, Theme::colour(), &mut paper) {
        area.positions().for_each(|position| after[position] = paper[position].clone());
    }
    after
}

/// How often something is drawn from `from` on, for some minutes in which nothing comes in; that
/// nothing would have looked different in between; and that what is drawn again by parts looks
/// like what is drawn anew.
pub fn drawn_within(minutes: u64, model: &mut Model, from: u64, size: (u16, u16)) -> usize {
    let (mut now, mut times) = (from, 0);
    tick(model, now);
    model.take_changed();
    let (mut shown, mut picture) = drawn(model, size);
    while now < from + minutes * 60_000 {
        let until = u64::try_from(picture.until().unwrap().elapsed().as_millis()).unwrap();
        assert!(until > now, "no moment that has passed: {until}");
        tick(model, until - 1);
        if !model.take_changed() {
            assert_eq!(shown, drawn(model, size).0, "drawn at {now}, said to last until {until}");
        }
        tick(model, until);
        let anew = drawn(model, size);
        if model.take_changed() {
            (shown, picture) = anew;
        } else {
            shown = drawn_again(model, &shown, &mut picture);
            assert_eq!(shown, anew.0, "parts drawn again at {until}");
        }
        (now, times) = (until, times + 1);
    }
    times
}

#[test]
fn what_is_drawn_lasts_as_long_as_was_said() {
    let (mut model, _) = dashboard();
    model.arming = Arming::default();
    for (nth, size) in [(200, 50), (120, 40), (80, 24)].into_iter().enumerate() {
        let times = drawn_within(2, &mut model, 3_000 + 121_000 * nth as u64, size);
        assert!((120..=140).contains(&times), "a countdown changes every second: {times}");
    }
    update(
        &mut model,
        Msg::Sync(SyncMsg::Failed {
            failure: Failure { kind: FailureKind::NotSent, ..Failure::default() },
            unauthorized: false,
            retry_at: Some(at(900_000)),
        }),
    );
    assert!(drawn_within(1, &mut model, 650_000, (200, 50)) >= 60);
}

fn terminal() -> vt100::Parser {
    vt100::Parser::new(40.try_into().unwrap(), 120.try_into().unwrap(), 0)
}

/// What a person sees after these bytes, cell by cell: of a blank its ground alone.
fn seen_after(terminal: &mut vt100::Parser, out: &mut String) -> Vec<String> {
    terminal.process(std::mem::take(out).as_bytes());
    let screen = terminal.screen();
    let one = |cell: &vt100::Cell| match cell.contents() {
        "" | " " if !cell.inverse() => format!("blank on {:?}", cell.bgcolor()),
        letter => format!("{letter} {:?} {:?} {} {}", cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.dim()),
    };
    (0..40).flat_map(|y| (0..120).map(move |x| (y, x))).map(|(y, x)| one(screen.cell(y, x).unwrap())).collect()
}

fn rows(terminal: &vt100::Parser) -> Vec<String> {
    terminal.screen().rows(0, 120).map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn a_terminal_shows_the_same_by_frames_and_by_parts() {
    let (mut model, _) = dashboard();
    let size = ratatui::layout::Size { width: 120, height: 40 };
    let (mut canvas, mut out) = (Canvas::default(), String::new());
    let mut terminal = terminal();
    let mut picture = Picture::default();
    for second in 3..200 {
        tick(&mut model, second * 1_000);
        if second % 7 == 0 {
            press(&mut model, if second % 2 == 0 { Command::Down(3) } else { Command::Up(2) });
        }
        if second % 50 == 0 {
            canvas.forget();
        }
        if model.take_changed() || second % 50 == 0 {
            canvas.frame(size, |paper| picture = Picture::draw(&model, Theme::colour(), paper), &mut out);
        } else {
            canvas.parts(|paper| picture.draw_again(&model, Theme::colour(), paper), &mut out);
        }
        let shown = seen_after(&mut terminal, &mut out);
        let (mut anew, mut blank) = (Canvas::default(), self::terminal());
        anew.frame(size, |paper| drop(Picture::draw(&model, Theme::colour(), paper)), &mut out);
        let expected = seen_after(&mut blank, &mut out);
        assert_eq!(rows(&terminal), rows(&blank), "after {second} s");
        for (nth, (shown, expected)) in shown.iter().zip(&expected).enumerate() {
            assert_eq!(shown, expected, "row {}, column {} after {second} s", nth / 120, nth % 120);
        }
    }
}

#[test]
fn a_screen_on_which_nothing_counts_down_is_drawn_by_the_minute() {
    for scenario in [Scenario::Empty, Scenario::SendOut] {
        let mut model = scripted(scenario);
        model.arming = Arming::default();
        drawn_within(10, &mut model, 3_000, (200, 50));
        let times = drawn_within(10, &mut model, 700_000, (200, 50));
        assert!(times <= 24, "{scenario}: {times}");
    }
}

/// Words that tell an age. A row read again may look older than it is until they change, never fresher.
fn without_ages(rows: Vec<String>) -> Vec<String> {
    let is_age = |word: &str| {
        let word = word.trim_start_matches(['!', '<']);
        word.starts_with(|c: char| c.is_ascii_digit()) && word.ends_with(['s', 'm', 'h', 'd'])
    };
    let one = |row: String| {
        row.split_whitespace().map(|word| if is_age(word) { "AGE" } else { word }).collect::<Vec<_>>().join(" ")
    };
    rows.into_iter().map(one).collect()
}

/// Ten minutes of a busy desk: orders move, countdowns run out, answers come in pages of any rows.
#[test]
fn no_answer_is_missing_on_a_screen_drawn_by_parts() {
    let (mut model, mut world) = dashboard();
    model.arming = Arming::default();
    let size = Size { width: 120, height: 40 };
    let (mut canvas, mut out, mut picture) = (Canvas::default(), String::new(), Picture::default());
    let mut terminal = terminal();
    let (mut by_frames, mut by_parts) = (0, 0);
    for second in 3..600 {
        tick(&mut model, second * 1_000);
        world.step(at(second * 1_000).wall);
        if second % 3 == 0 {
            let page = orders(&world).into_iter().enumerate().filter(|(nth, _)| *nth as u64 % 13 == second / 3 % 13);
            let page = page.map(|(_, order)| observed(order, second * 1_000)).collect();
            update(&mut model, Msg::Sync(SyncMsg::Answered { skew_seconds: Some(0) }));
            update(&mut model, Msg::Sync(SyncMsg::Orders { orders: page, set_aside: Vec::new() }));
        }
        if model.take_changed() || second == 3 {
            canvas.frame(size, |paper| picture = Picture::draw(&model, Theme::colour(), paper), &mut out);
            by_frames += 1;
        } else {
            canvas.parts(|paper| picture.draw_again(&model, Theme::colour(), paper), &mut out);
            by_parts += 1;
        }
        seen_after(&mut terminal, &mut out);
        let (mut anew, mut blank) = (Canvas::default(), self::terminal());
        anew.frame(size, |paper| drop(Picture::draw(&model, Theme::colour(), paper)), &mut out);
        seen_after(&mut blank, &mut out);
        assert_eq!(without_ages(rows(&terminal)), without_ages(rows(&blank)), "after {second} s");
    }
    assert!(by_frames > 50 && by_parts > 50, "{by_frames} frames, {by_parts} times parts");
}

#[test]
fn the_moment_from_which_a_yes_counts_is_drawn() {
    let (mut model, world) = dashboard();
    update(&mut model, Msg::Resized(120, 40));
    authorize_question(&mut model, &world);
    update(&mut model, Msg::Resized(120, 40));
    update(&mut model, Msg::Drawn);
    // The question stands since 3.5 s; hands off for 0.4 s.
    model.take_changed();
    let (shown, mut picture) = drawn(&model, (120, 40));
    assert!(!format!("{shown:?}").contains("[y]"));
    assert_eq!(picture.until(), Some(at(3_900).mono));
    tick(&mut model, 3_900);
    assert!(!model.take_changed(), "nothing but time has passed");
    assert!(format!("{:?}", drawn_again(&model, &shown, &mut picture)).contains("[y] YES"));
}

#[test]
fn after_a_repaint_a_question_has_to_be_seen_anew() {
    let (mut model, world) = dashboard();
    authorize_question(&mut model, &world);
    let repaint = Msg::Command { command: Command::Repaint, alone: true };
    assert_eq!(update(&mut model, repaint), [ramptop::app::Effect::Repaint]);
    let yes = Msg::Command { command: Command::Yes, alone: true };
    assert_eq!(update(&mut model, yes), []);
    assert!(model.awaits_drawing());
    assert_eq!(update(&mut model, Msg::Resized(120, 40)), [ramptop::app::Effect::Repaint]);
}

#[test]
fn figures_of_syncing_are_no_news_to_a_screen_that_does_not_show_them() {
    let (mut model, _) = dashboard();
    model.take_changed();
    update(&mut model, Msg::Sync(SyncMsg::Complete));
    assert!(!model.take_changed());
    press(&mut model, Command::Sync);
    model.take_changed();
    update(&mut model, Msg::Sync(SyncMsg::Complete));
    assert!(model.take_changed());
}
