//! The one table of keys. The dispatcher, the footer, the help window and the README's table all
//! come from it.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::{Command, Mode};
use crate::domain::NextAction;

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub modes: &'static [Mode],
    /// The keys, as written in help.
    pub keys: &'static [&'static str],
    /// What they mean.
    pub command: Command,
    /// A word for the footer; empty: not shown there.
    pub hint: &'static str,
    /// A phrase for help.
    pub help: &'static str,
}

const NORMAL: &[Mode] = &[Mode::Normal];
const MOVING: &[Mode] = &[Mode::Normal, Mode::Window, Mode::Question];
const ARROWS: &[Mode] = &[Mode::Normal, Mode::Window, Mode::Question, Mode::Page];
const ANYWHERE: &[Mode] = &[
    Mode::Normal,
    Mode::Filter,
    Mode::Window,
    Mode::Form,
    Mode::Page,
    Mode::Passphrase,
    Mode::Arming,
    Mode::Question,
    Mode::Leaving,
];
const READING: &[Mode] = &[Mode::Window];
const TYPING: &[Mode] = &[Mode::Filter, Mode::Form];
const FORM: &[Mode] = &[Mode::Form];
const PAGE: &[Mode] = &[Mode::Page];
const QUESTION: &[Mode] = &[Mode::Question];
const MONEY: &[Mode] = &[Mode::Question, Mode::Leaving];
const ARMS: &[Mode] = &[Mode::Normal, Mode::Page];
const PASSPHRASE: &[Mode] = &[Mode::Passphrase];
const ARMING: &[Mode] = &[Mode::Arming];

macro_rules! table {
    ($($modes:ident, [$($key:literal),*], $command:expr, $hint:literal, $help:literal;)*) => {
        &[$(Binding { modes: $modes, keys: &[$($key),*], command: $command, hint: $hint, help: $help },)*]
    };
}

/// The table.
pub const BINDINGS: &[Binding] = table! {
    NORMAL, ["a"], Command::Authorize, "authorize", "authorize the crypto transfer (review, then sign)";
    NORMAL, ["c"], Command::ConfirmFiat, "confirm fiat", "confirm that the fiat was received";
    NORMAL, ["x"], Command::CancelOrder, "cancel", "cancel the order";
    NORMAL, ["d"], Command::Resolve, "do", "do what the order needs: its action, form or page";
    NORMAL, ["p"], Command::PaymentSent, "payment sent", "tell the vendor that the fiat was paid (on-ramp)";
    NORMAL, ["t"], Command::SendOut, "send out", "send the crypto to another chain (on-ramp)";
    NORMAL, ["R"], Command::Refund, "refund", "take back what is in the escrow of a stopped order";
    ARMS, ["A"], Command::Arm, "", "arm, so that orders' money can be acted on; disarm";
    NORMAL, ["O"], Command::NewOrder, "new order", "new order: estimate, quote, initiate";
    NORMAL, ["i"], Command::OpenUser, "", "the user: KYC, documents, verification";
    NORMAL, ["U"], Command::NewUser, "", "create a user";
    NORMAL, ["P"], Command::NewPayment, "new details", "create payment details for the user";
    NORMAL, ["D"], Command::RemovePayment, "delete details", "delete the selected payment details";
    NORMAL, ["b"], Command::Playbook, "playbook", "the playbook: what is done, next, blocked";
    NORMAL, ["h"], Command::Webhook, "", "the partner's webhook: show, register, delete, test";
    NORMAL, ["n"], Command::NextNeedsYou, "next", "next order that needs you";
    NORMAL, ["N"], Command::PreviousNeedsYou, "", "previous order that needs you";
    ARROWS, ["j", "Down"], Command::Down(1), "", "down";
    ARROWS, ["k", "Up"], Command::Up(1), "", "up";
    ARROWS, ["PgDn"], Command::Down(10), "", "ten down";
    ARROWS, ["PgUp"], Command::Up(10), "", "ten up";
    MOVING, ["g", "Home"], Command::First, "", "to the top";
    NORMAL, ["G", "End"], Command::Last, "", "to the end";
    NORMAL, ["Tab"], Command::NextPane, "", "next pane";
    NORMAL, ["Shift-Tab"], Command::PreviousPane, "", "previous pane";
    NORMAL, ["1"], Command::Pane(1), "", "users";
    NORMAL, ["2"], Command::Pane(2), "", "payment details";
    NORMAL, ["3"], Command::Pane(3), "", "orders";
    NORMAL, ["4"], Command::Pane(4), "", "order and timeline";
    NORMAL, ["Enter"], Command::Open, "", "open, or zoom the pane";
    NORMAL, ["Esc"], Command::Back, "", "back: unzoom, clear filter, all users";
    NORMAL, ["/"], Command::Filter, "filter", "filter the orders";
    NORMAL, ["f"], Command::Scope, "scope", "scope: live, needs you, ended, all";
    NORMAL, ["s"], Command::SortColumn, "", "sort by urgency, created, status, amount";
    NORMAL, ["S"], Command::SortDirection, "", "turn the sort round";
    NORMAL, ["r"], Command::Refresh, "refresh", "ask the API now";
    NORMAL, ["w"], Command::Sync, "", "syncing: is the picture fresh, budget, latency, webhooks";
    NORMAL, ["y"], Command::CopyId, "", "copy the selected id";
    NORMAL, ["o"], Command::RawJson, "", "the order's JSON as it came";
    NORMAL, ["u"], Command::AddUser, "", "add a user to the register by UUID";
    NORMAL, ["m"], Command::Note, "", "write a note about the order, for yourself and the next shift";
    NORMAL, ["v"], Command::Unmask, "", "show or mask account numbers";
    ANYWHERE, ["Ctrl-l"], Command::Repaint, "", "draw the screen anew";
    NORMAL, ["?"], Command::Help, "help", "this help";
    NORMAL, ["q", "Ctrl-c"], Command::Quit, "quit", "quit (asks only while money is in flight)";
    READING, ["Esc", "q", "?", "o", "w"], Command::Back, "close", "close the window";
    READING, ["r"], Command::Refresh, "", "in the window on syncing: ask the API now";
    PAGE, ["Enter"], Command::Open, "", "on a page: open what is selected";
    PAGE, ["Esc"], Command::Back, "back", "on a page: one back; its own keys are in the footer";
    PAGE, ["q", "Ctrl-c"], Command::Quit, "", "quit from a page";
    PAGE, ["?"], Command::Help, "", "this help, on a page";
    TYPING, ["Enter"], Command::Accept, "next, take it", "take the text; in a form: next field, at the last one send";
    FORM, ["Ctrl-s"], Command::Submit, "send", "send the form";
    FORM, ["Ctrl-e"], Command::Estimate, "", "in the form of a new order: an estimate, which binds nobody";
    FORM, ["Tab"], Command::NextField, "next field", "next field";
    FORM, ["Shift-Tab"], Command::PreviousField, "", "field before";
    FORM, ["Ctrl-z"], Command::Undo, "undo", "take back the last change in a form";
    FORM, ["Ctrl-r"], Command::Redo, "", "and do it again";
    TYPING, ["Esc"], Command::Back, "give up", "leave the field; clears the filter";
    TYPING, ["Down"], Command::Down(1), "", "down while filtering; in a form: field or choice below";
    TYPING, ["Up"], Command::Up(1), "", "up while filtering; in a form: field or choice above";
    MONEY, ["y"], Command::Yes, "yes", "yes (the only key that means yes to money)";
    MONEY, ["Esc", "n"], Command::Back, "no, close", "no; close";
    PASSPHRASE, ["Enter"], Command::Accept, "arm", "arm with the passphrase that was typed";
    PASSPHRASE, ["Esc"], Command::Back, "stay disarmed", "stay disarmed";
    ARMING, ["y"], Command::Yes, "arm", "arm, where no passphrase is asked for";
    ARMING, ["Esc", "n"], Command::Back, "stay disarmed", "stay disarmed";
    ARMING, ["q", "Ctrl-c"], Command::Quit, "", "quit instead of arming";
    QUESTION, ["q", "Ctrl-c"], Command::Quit, "", "quit; while money is in flight, asks first";
    QUESTION, ["r"], Command::ReadAgain, "read again", "throw the review away and read the order again";
};

/// What a key event means in a mode. `None` for releases and for keys without a meaning.
pub fn command(mode: Mode, event: &KeyEvent) -> Option<Command> {
    if event.kind != KeyEventKind::Press {
        return None;
    }
    let name = name(event)?;
    BINDINGS.iter().find(|b| b.modes.contains(&mode) && b.keys.contains(&name.as_str())).map(|b| b.command)
}

/// A key's name as the table writes it.
fn name(event: &KeyEvent) -> Option<String> {
    let plain = match event.code {
        KeyCode::Char(' ') => "Space".to_owned(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::Enter => "Enter".to_owned(),
        KeyCode::Esc => "Esc".to_owned(),
        KeyCode::Tab => "Tab".to_owned(),
        KeyCode::BackTab => return Some("Shift-Tab".to_owned()),
        KeyCode::Up => "Up".to_owned(),
        KeyCode::Down => "Down".to_owned(),
        KeyCode::PageUp => "PgUp".to_owned(),
        KeyCode::PageDown => "PgDn".to_owned(),
        KeyCode::Home => "Home".to_owned(),
        KeyCode::End => "End".to_owned(),
        _ => return None,
    };
    let held = event.modifiers - KeyModifiers::SHIFT;
    match held {
        KeyModifiers::NONE => Some(plain),
        KeyModifiers::CONTROL => Some(format!("Ctrl-{plain}")),
        _ => None,
    }
}

/// The key of the panes that does what an order needs; none where ramptop only shows it.
pub fn key_of(action: &NextAction) -> Option<&'static str> {
    match action {
        NextAction::AuthorizeCryptoTransfer => Some("a"),
        NextAction::ConfirmFiatReceived => Some("c"),
        NextAction::AuthorizeRefund => Some("R"),
        // Whoever pays must be told where to before anybody says that it was paid: its page leads on.
        NextAction::ConfirmPaymentSent
        | NextAction::RequestNewQuote
        | NextAction::UpdateKycAddress
        | NextAction::ProvideAddress
        | NextAction::SubmitPayerDetails => Some("d"),
        NextAction::DepositToUserAccount
        | NextAction::SignSettlementConsent
        | NextAction::SubmitSourceOfFunds
        | NextAction::AwaitReview
        | NextAction::Unknown(_) => None,
    }
}

/// Keys and hints of a mode, for the footer.
pub fn hints(mode: Mode) -> impl Iterator<Item = (&'static str, &'static str)> {
    BINDINGS
        .iter()
        .filter(move |b| b.modes.contains(&mode) && !b.hint.is_empty())
        .filter_map(|b| b.keys.first().map(|key| (*key, b.hint)))
}

/// Keys and phrases, for help and README.
pub fn help_lines() -> Vec<(String, &'static str)> {
    BINDINGS.iter().map(|b| (b.keys.join(" "), b.help)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn no_key_means_two_things_in_one_mode() {
        let mut modes = vec![Mode::Normal, Mode::Filter, Mode::Window, Mode::Form, Mode::Page];
        modes.extend([Mode::Passphrase, Mode::Arming, Mode::Question, Mode::Leaving]);
        for mode in modes {
            let mut seen = Vec::new();
            for binding in BINDINGS.iter().filter(|b| b.modes.contains(&mode)) {
                for key in binding.keys {
                    assert!(!seen.contains(key), "{key} in {mode:?}");
                    seen.push(key);
                }
            }
        }
    }

    #[test]
    fn the_key_of_a_need_does_it() {
        for (action, meant) in [
            (NextAction::AuthorizeCryptoTransfer, Command::Authorize),
            (NextAction::ConfirmFiatReceived, Command::ConfirmFiat),
            (NextAction::AuthorizeRefund, Command::Refund),
            (NextAction::ConfirmPaymentSent, Command::Resolve),
            (NextAction::SubmitPayerDetails, Command::Resolve),
            (NextAction::RequestNewQuote, Command::Resolve),
            (NextAction::UpdateKycAddress, Command::Resolve),
        ] {
            let key = key_of(&action).and_then(|key| key.chars().next()).unwrap();
            assert_eq!(command(Mode::Normal, &press(KeyCode::Char(key), KeyModifiers::NONE)), Some(meant));
        }
    }

    #[test]
    fn enter_never_means_yes_to_money() {
        for mode in [Mode::Question, Mode::Leaving] {
            assert_eq!(command(mode, &press(KeyCode::Enter, KeyModifiers::NONE)), None);
            assert_eq!(command(mode, &press(KeyCode::Char('y'), KeyModifiers::NONE)), Some(Command::Yes));
            assert_eq!(command(mode, &press(KeyCode::Char('y'), KeyModifiers::ALT)), None);
            assert_eq!(command(mode, &press(KeyCode::Char('y'), KeyModifiers::CONTROL)), None);
        }
    }

    #[test]
    fn releases_and_strange_keys_mean_nothing() {
        let mut release = press(KeyCode::Char('a'), KeyModifiers::NONE);
        release.kind = KeyEventKind::Release;
        assert_eq!(command(Mode::Normal, &release), None);
        assert_eq!(command(Mode::Normal, &press(KeyCode::F(5), KeyModifiers::NONE)), None);
        assert_eq!(command(Mode::Normal, &press(KeyCode::Char('G'), KeyModifiers::SHIFT)), Some(Command::Last));
    }
}
