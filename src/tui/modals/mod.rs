//! Windows above the panes: the question about money and its result, and the small ones.

mod arming;
mod question;
mod result;
mod sync;
mod terms;
#[cfg(test)]
mod terms_tests;
mod windows;

use ratatui::buffer::Buffer;

pub use question::is_whole as question_is_whole;

use super::widgets::Look;

/// Draws what is above the panes, if anything.
pub fn draw(look: Look<'_>, paper: &mut Buffer) {
    if let Some(flow) = &look.model.flow {
        question::draw(look, paper, flow);
    }
    if look.model.arming.is_open() {
        arming::draw(look, paper);
    }
    if let Some(modal) = &look.model.modal {
        windows::draw(look, paper, modal);
    }
}
