//! Windows above the panes: the question about money and its result, and the small ones.

mod arming;
mod question;
mod result;
mod sync;
mod terms;
#[cfg(test)]
mod terms_tests;
mod windows;

use ratatui::Frame;

pub use question::is_whole as question_is_whole;

use super::widgets::Look;

/// Draws what is above the panes, if anything.
pub fn draw(look: Look<'_>, frame: &mut Frame<'_>) {
    if let Some(flow) = &look.model.flow {
        question::draw(look, frame, flow);
    }
    if look.model.arming.is_open() {
        arming::draw(look, frame);
    }
    if let Some(modal) = &look.model.modal {
        windows::draw(look, frame, modal);
    }
}
