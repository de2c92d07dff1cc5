//! What the pages have in common that end in the question of an action: the question is opened
//! from a form, and then the page waits for what becomes of it.
//!
//! Once the order does not ask any more, the page has done its work; what the API refused stands
//! at the field it names, and the form is filled in further.

use super::Step;
use crate::app::failure::Failure;
use crate::app::form::Form;

/// Whether the question was opened from here.
#[derive(Debug, Default)]
pub(super) struct Handover(bool);

impl Handover {
    /// The question is opened.
    pub(super) fn open(&mut self) {
        self.0 = true;
    }

    /// It came to nothing. Says so in the form, if it was this page's.
    pub(super) fn came_to_nothing(&mut self, ours: bool, form: &mut Form, failure: &Failure) {
        if ours && std::mem::take(&mut self.0) {
            form.refused(failure);
        }
    }

    /// What to do now that the order objects, or does not.
    pub(super) fn tick(&self, objects: bool) -> Vec<Step> {
        if self.0 && objects { vec![Step::Close] } else { Vec::new() }
    }
}

/// Says in the form why nothing can be sent.
pub(super) fn object(form: &mut Form, why: String) -> Vec<Step> {
    form.refused(&Failure::not_sent(why, "Nothing was sent. Esc goes back to the order."));
    Vec::new()
}
