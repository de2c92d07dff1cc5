//! From what an order asks for to the screen that resolves it. `action_required` always leads
//! somewhere. Source: reference, sections 5, 7 and 8.

use super::{Page, address::Address, new_order::NewOrder, on_ramp::OnRamp, payer::PayerPage, send_out::SendOutPage};
use crate::app::command::Command;
use crate::domain::{AllowedAction, Direction, NextAction, Order};

/// What resolves an order's need.
#[derive(Debug)]
pub enum WayOut {
    /// An action on its money.
    Act(Command),
    /// A page.
    Page(Box<Page>),
    /// Nothing to do here, and why.
    Nothing(String),
}

/// The one thing the order wants from the operator now.
pub fn way_out(order: &Order) -> WayOut {
    let kyc =
        order.action_required.as_ref().is_some_and(|a| a.kind == "update_kyc_address" || a.kind == "provide_address");
    match order.our_next_action() {
        _ if kyc => page(Page::Address(Address::new(order.id.clone()))),
        Some(NextAction::AuthorizeCryptoTransfer) => WayOut::Act(Command::Authorize),
        Some(NextAction::ConfirmFiatReceived) => WayOut::Act(Command::ConfirmFiat),
        Some(NextAction::AuthorizeRefund) => WayOut::Act(Command::Refund),
        Some(NextAction::UpdateKycAddress | NextAction::ProvideAddress) => {
            page(Page::Address(Address::new(order.id.clone())))
        }
        Some(NextAction::RequestNewQuote) => page(Page::NewOrder(NewOrder::again(order))),
        other => by_offer(order, other),
    }
}

/// On-ramp orders name no `next_action`: what they offer tells.
fn by_offer(order: &Order, next: Option<NextAction>) -> WayOut {
    let offers = |entry: &AllowedAction| order.allows(entry);
    if offers(&AllowedAction::SubmitPayerDetails) && order.payment_request == Some(true) {
        return page(Page::Payer(PayerPage::new(order.id.clone())));
    }
    if offers(&AllowedAction::AuthorizeBridge) {
        return page(Page::SendOut(SendOutPage::new(order.id.clone())));
    }
    if offers(&AllowedAction::AuthorizeRefund) {
        return WayOut::Act(Command::Refund);
    }
    if order.direction == Direction::OnRamp {
        return page(Page::OnRamp(OnRamp::new(order.id.clone())));
    }
    match next {
        Some(next) => WayOut::Nothing(format!("{}: ramptop shows this but cannot do it.", next.label())),
        None => WayOut::Nothing("This order wants nothing from you now.".to_owned()),
    }
}

fn page(page: Page) -> WayOut {
    WayOut::Page(Box::new(page))
}
