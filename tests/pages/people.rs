//! The pages of one user, from keys and the simulated API's answers.

use std::time::Duration;

use alloy_primitives::{Address, address};
use chrono::DateTime;
use ramptop::api::wire;
use ramptop::app::ask::{Answer, Request};
use ramptop::app::model::{EnvironmentKind, Session};
use ramptop::app::{Command, Effect, Failure, FailureKind, Model, Msg, update};
use ramptop::domain::kyc::{KycAnswer, Verification};
use ramptop::domain::{KycStatus, Mono, Now, Observed, User};
use ramptop::sandbox::{SandboxConfig, World, wire as answers};
use ramptop::tui::{Theme, view};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tui_input::InputRequest;

const SENDER: Address = address!("0x00000000000000000000000000000000DeaDBeef");

fn at(s: u64) -> Now {
    let wall = DateTime::from_timestamp(1_790_000_000 + s.cast_signed(), 0).unwrap();
    Now { mono: Mono::new(Duration::from_secs(s)), wall }
}

/// A dashboard with one user chosen whose KYC stands like this, and the user's page open.
fn on_user(status: KycStatus, reason: Option<&str>) -> Model {
    let world = World::new(&SandboxConfig::new(SENDER, at(0).wall));
    let id = world.user_ids().into_iter().next().unwrap();
    let json = answers::user(&world, world.user(id.as_str().parse().unwrap()).unwrap()).to_string();
    let read = wire::user::read_user(&json, &id).unwrap();
    let user = User { kyc: Some(status), rejection_reason: reason.map(str::to_owned), ..read };
    let session = Session {
        profile: "embedded".to_owned(),
        api_url: "http://127.0.0.1:4000".to_owned(),
        environment: EnvironmentKind::Sandbox,
        read_only: false,
        signer: Some(SENDER),
        actions_blocked: None,
    };
    let mut model = Model::new(at(1), session);
    model.people.add(id.clone());
    model.people.read(Observed { value: user, asked: at(1), answered: at(1), server_date: None });
    model.listing.user = Some(id);
    press(&mut model, Command::OpenUser);
    model
}

fn press(model: &mut Model, command: Command) -> Vec<Effect> {
    update(model, Msg::Command { command, alone: true })
}

/// Gives the answer to what was asked last.
fn answer(model: &mut Model, effects: &[Effect], answer: Answer) -> Vec<Effect> {
    let asked = effects.iter().find_map(|e| if let Effect::Ask(id, _) = e { Some(*id) } else { None });
    update(model, Msg::Answered(asked.unwrap(), Ok(Box::new(answer))))
}

fn text(model: &Model, width: u16, height: u16) -> String {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| view(model, Theme::colour(), frame)).unwrap();
    terminal.backend().to_string()
}

#[test]
fn what_is_next_for_a_user_stands_on_top() {
    insta::assert_snapshot!("user_verified_120x40", text(&on_user(KycStatus::Verified, None), 120, 40));
    let rejected = on_user(KycStatus::Rejected, Some("The name does not match the document"));
    insta::assert_snapshot!("user_rejected_80x24", text(&rejected, 80, 24));
}

#[test]
fn completed_is_never_shown_as_approved() {
    let screen = text(&on_user(KycStatus::from_wire("COMPLETED"), None), 80, 24);
    assert!(screen.contains("COMPLETED: not yet approved; only VERIFIED is"), "{screen}");
}

#[test]
fn kyc_data_fit_a_small_screen() {
    let mut model = on_user(KycStatus::NotStarted, None);
    press(&mut model, Command::Letter('s'));
    insta::assert_snapshot!("kyc_80x24", text(&model, 80, 24));
}

#[test]
fn a_link_is_there_as_text_and_as_a_code_or_says_why_not() {
    let mut model = on_user(KycStatus::NotStarted, None);
    press(&mut model, Command::Letter('s'));
    press(&mut model, Command::Down(1));
    press(&mut model, Command::Down(1));
    let asked = press(&mut model, Command::Submit);
    assert!(asked.iter().any(|e| matches!(e, Effect::Ask(_, r) if matches!(**r, Request::SubmitKyc(..)))));
    let url = Some("https://verify.example.com/s/c0025318-b27b-49be".to_owned());
    let asked = answer(&mut model, &asked, Answer::Kyc(KycAnswer { status: None, message: None, url: url.clone() }));
    let status = KycStatus::from_wire("IN_PROGRESS");
    let messages = vec!["The customer has not started".to_owned()];
    let seen = Verification { status, word: "IN_PROGRESS".to_owned(), url, seconds_left: Some(120), messages };
    answer(&mut model, &asked, Answer::Verification(seen));
    insta::assert_snapshot!("verification_120x40", text(&model, 120, 40));
    insta::assert_snapshot!("verification_80x24", text(&model, 80, 24));
    let small = text(&model, 60, 18);
    assert!(small.contains("enlarge the window") && small.contains("https://verify.example.com"), "{small}");
}

#[test]
fn a_refusal_of_a_long_form_is_in_sight_on_a_small_screen_wherever_the_focus_is() {
    let mut model = on_user(KycStatus::NotStarted, None);
    press(&mut model, Command::Letter('s'));
    for text in ["", "Ada", "Obi", "NG"] {
        for c in text.chars() {
            update(&mut model, Msg::Edit(InputRequest::InsertChar(c)));
        }
        press(&mut model, Command::NextField);
    }
    let asked = press(&mut model, Command::Submit);
    let sending = text(&model, 80, 24);
    assert!(sending.contains("sending; what you typed stays"), "{sending}");
    let id = asked.iter().find_map(|e| if let Effect::Ask(id, _) = e { Some(*id) } else { None });
    let lost = Failure {
        kind: FailureKind::Unknown,
        what: "The connection broke after the data were sent, and nobody knows what became of them.".to_owned(),
        advice: "Look at the verification before sending again; no money is involved.".to_owned(),
        no: None,
    };
    update(&mut model, Msg::Answered(id.unwrap(), Err(lost)));
    for _ in 0..12 {
        let screen = text(&model, 80, 24);
        assert!(screen.contains("no money is involved") && screen.contains('▸'), "{screen}");
        press(&mut model, Command::NextField);
    }
}
