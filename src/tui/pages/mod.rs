//! Pages: one file each for what they show besides their form.

mod address;
mod documents;
mod kyc;
mod new_order;
mod on_ramp;
mod payment;
mod people;
mod playbook;
mod qr;
mod quote;
mod sending;
mod user;
mod verification;
mod webhook;

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Margin, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Widget};

use super::form;
use super::theme::Meaning;
use super::widgets::{Look, pane_block, scrolled};
use crate::app::page::Page;

/// Draws the page in sight in the place of the panes.
pub fn draw(look: Look<'_>, paper: &mut Buffer, area: Rect, page: &Page) {
    let asks = page.behave().gate_state().is_some();
    let prefix = if asks { look.question_prefix() } else { " " };
    let title = look.line(format!("{prefix}{} ", page.behave().title()), Meaning::Heading);
    let border = if asks { look.question_border(Meaning::Focus) } else { Meaning::Focus };
    let block = pane_block(look, title, true).border_style(look.theme.style(border));
    let inner = block.inner(area).inner(Margin::new(1, 0));
    block.render(area, paper);
    match page {
        Page::NewOrder(own) => return new_order::draw(look, paper, inner, own),
        Page::OnRamp(own) => {
            let lines = on_ramp::lines(look, own, usize::from(inner.width));
            return scrolled(paper, inner, lines, own.scroll());
        }
        Page::User(page) => return user::draw(look, paper, inner, page),
        Page::Verification(page) => return verification::draw(look, paper, inner, page),
        Page::Playbook(page) => return playbook::draw(look, paper, inner, page),
        _ => {}
    }
    let above = above(look, page, usize::from(inner.width));
    let height = u16::try_from(above.len()).unwrap_or(u16::MAX);
    let [top, rest] = Layout::vertical([Constraint::Length(height), Constraint::Min(0)]).areas(inner);
    Paragraph::new(above).render(top, paper);
    if let Some(form) = page.behave().form() {
        form::draw(look, paper, rest, form);
    }
}

/// What stands above the form, or is the whole page.
fn above(look: Look<'_>, page: &Page, width: usize) -> Vec<Line<'static>> {
    match page {
        Page::NewUser(_) => vec![
            look.line("The API lists no users: the one created here goes into the local register.", Meaning::Dim),
            Line::default(),
        ],
        Page::Payer(page) => sending::payer(look, page, width),
        Page::SendOut(page) => sending::send_out(look, page, width),
        Page::Kyc(page) => kyc::above(look, page, width),
        Page::Documents(page) => documents::above(look, page, width),
        Page::Address(page) => address::above(look, page, width),
        Page::NewPayment(page) => payment::new(look, page, width),
        Page::RemovePayment(page) => payment::remove(look, page, width),
        Page::Webhook(page) => webhook::above(look, page, width),
        _ => Vec::new(),
    }
}
