//! The form engine: fields, validation as you type, errors at the field, paste, undo.
//!
//! Pure. A form never empties itself: a failed request leaves every field as it was, and a refusal
//! that names a field is shown at that field. It knows nothing of screens or requests.

mod field;
mod rules;
#[cfg(test)]
mod tests;

use tui_input::{Input, InputRequest};

use super::command::Command;
use super::failure::Failure;
use crate::domain::text::is_displayable;
pub use field::{Choice, Field, Kind, MAX};
pub use rules::{Rule, pairs};

/// How many changes can be taken back.
const UNDO: usize = 100;

/// What a key did to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormStep {
    /// Nothing that others need to know.
    Nothing,
    /// The value of this field changed.
    Changed(String),
    /// The text of a search field changed; what it finds goes to [`Form::offer`].
    Search {
        /// The field.
        field: String,
        /// What to look for.
        text: String,
    },
    /// The operator wants an estimate of what stands here; nothing was checked.
    Estimate,
    /// Everything is filled in rightly and the operator wants it sent.
    Submit,
    /// The operator wants out.
    Leave,
}

#[derive(Debug, Clone)]
struct Snapshot {
    focus: usize,
    /// Text, what was chosen by value (the places of choices move), whether typing replaces it.
    fields: Vec<(Input, Option<String>, bool)>,
}

/// A form.
#[derive(Debug)]
pub struct Form {
    fields: Vec<Field>,
    focus: usize,
    /// What went wrong that belongs to no field.
    problem: Option<Failure>,
    sending: bool,
    undo: Vec<Snapshot>,
    redo: Vec<Snapshot>,
    /// The field of the last change, while typing runs on in it: one undo takes back a word.
    run: Option<usize>,
    dirty: bool,
}

impl Form {
    /// A form with the focus on its first field.
    pub fn new(fields: Vec<Field>) -> Self {
        Self {
            fields,
            focus: 0,
            problem: None,
            sending: false,
            undo: Vec::new(),
            redo: Vec::new(),
            run: None,
            dirty: false,
        }
    }

    /// The fields in their order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The place of the field with the focus.
    pub fn focus(&self) -> usize {
        self.focus
    }

    /// One field by its name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The value of a field, trimmed; empty when there is none or no such field.
    pub fn value(&self, name: &str) -> &str {
        self.field(name).map_or("", Field::value)
    }

    /// A value, unless it is empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.value(name)).filter(|value| !value.is_empty())
    }

    /// What went wrong that belongs to no field.
    pub fn problem(&self) -> Option<&Failure> {
        self.problem.as_ref()
    }

    /// Whether a request made from this form is under way: typing waits.
    pub fn is_sending(&self) -> bool {
        self.sending
    }

    /// Whether the operator changed something.
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// A request made from this form left, or came back.
    pub fn sending(&mut self, sending: bool) {
        self.sending = sending;
        if sending {
            self.problem = None;
        }
    }

    /// Puts a value into a field.
    pub fn set(&mut self, name: &str, value: &str) {
        if let Some(field) = self.fields.iter_mut().find(|f| f.name == name) {
            field.set(value);
        }
    }

    /// Holds a field to another rule, because another field says so.
    pub fn hold(&mut self, name: &str, rule: Rule) {
        if let Some(field) = self.fields.iter_mut().find(|f| f.name == name) {
            field.rule = rule;
        }
    }

    /// Gives a field new things to choose from.
    pub fn offer(&mut self, name: &str, options: Vec<Choice>) {
        let focus = self.focus;
        if let Some((at, field)) = (0..).zip(&mut self.fields).find(|(_, f)| f.name == name) {
            field.offer(options);
            if at != focus {
                field.settle();
            }
        }
    }

    /// Gives a field other things to choose from; what was typed or chosen in it stays.
    pub fn relist(&mut self, name: &str, options: Vec<Choice>) {
        if let Some(field) = self.fields.iter_mut().find(|f| f.name == name) {
            field.relist(options);
        }
    }

    /// Takes other fields; what was typed stays where the name is the same.
    pub fn replace_fields(&mut self, fields: Vec<Field>) {
        let before = std::mem::replace(&mut self.fields, fields);
        let focused = before.get(self.focus).map(|f| f.name.clone());
        for field in &mut self.fields {
            let Some(old) = before.iter().find(|f| f.name == field.name) else { continue };
            field.inherit(old);
        }
        let kept = focused.and_then(|name| self.fields.iter().position(|f| f.name == name));
        self.focus = kept.unwrap_or(self.focus.min(self.fields.len().saturating_sub(1)));
        self.undo.clear();
        self.redo.clear();
        self.run = None;
    }

    /// The API refused: at the fields it names if the form has them, else for the whole form.
    pub fn refused(&mut self, failure: &Failure) {
        self.sending = false;
        let mut first = None;
        for (at, field) in (0..).zip(&mut self.fields).filter(|(_, field)| failure.names(&field.name)) {
            field.refused = Some(failure.what.clone());
            field.touched = true;
            first = first.or(Some(at));
        }
        match first {
            Some(at) => {
                self.focus = at;
                self.problem = None;
            }
            None => self.problem = Some(failure.clone()),
        }
    }

    /// Looks at every field; the focus goes to the first that is not right.
    pub fn is_right(&mut self) -> bool {
        for field in &mut self.fields {
            field.touched = true;
        }
        let wrong = self.fields.iter().position(|f| f.problem().is_some());
        if let Some(at) = wrong {
            self.go(at);
        }
        wrong.is_none()
    }

    /// Typing in the field with the focus.
    pub fn edit(&mut self, request: InputRequest) -> FormStep {
        if self.sending {
            return FormStep::Nothing;
        }
        let snapshot = self.snapshot();
        let at = self.focus;
        let Some(field) = self.fields.get_mut(at) else { return FormStep::Nothing };
        if !field.edit(request) {
            return FormStep::Nothing;
        }
        let runs_on = matches!(request, InputRequest::InsertChar(c) if !c.is_whitespace()) && self.run == Some(at);
        if !runs_on {
            self.remember(snapshot);
        }
        self.run = matches!(request, InputRequest::InsertChar(_)).then_some(at);
        self.changed()
    }

    /// Pasted text goes into the field with the focus. Lines become one, with a space between them;
    /// characters that do not show themselves are left out: nobody could see what is sent. What does
    /// not fit is said, because half a token or address is another one.
    pub fn paste(&mut self, text: &str) -> FormStep {
        if self.sending {
            return FormStep::Nothing;
        }
        let snapshot = self.snapshot();
        let Some(field) = self.fields.get_mut(self.focus) else { return FormStep::Nothing };
        let lines = text.split(['\r', '\n', '\t', '\u{2028}', '\u{2029}']).filter(|line| !line.trim().is_empty());
        let line = lines.collect::<Vec<_>>().join(" ");
        let (mut any, mut cut) = (false, false);
        for c in line.chars().filter(|c| is_displayable(*c)).take(MAX + 1) {
            let taken = field.edit(InputRequest::InsertChar(c));
            any |= taken;
            cut |= !taken;
        }
        if cut {
            field.refused = Some(format!("what was pasted is longer than {MAX} characters and was cut off"));
        }
        if !any {
            return FormStep::Nothing;
        }
        self.remember(snapshot);
        self.run = None;
        self.changed()
    }

    fn changed(&mut self) -> FormStep {
        self.dirty = true;
        self.problem = None;
        let Some(field) = self.fields.get(self.focus) else { return FormStep::Nothing };
        let name = field.name.clone();
        match field.kind {
            Kind::Search(_) => FormStep::Search { field: name, text: field.input.value().trim().to_owned() },
            _ => FormStep::Changed(name),
        }
    }

    /// A key with a meaning.
    pub fn command(&mut self, command: Command) -> FormStep {
        match command {
            Command::Back => FormStep::Leave,
            _ if self.sending => FormStep::Nothing,
            Command::NextField => self.go(self.focus + 1),
            Command::PreviousField => self.go(self.focus.saturating_sub(1)),
            Command::Down(_) => self.up_or_down(true),
            Command::Up(_) => self.up_or_down(false),
            Command::Estimate => FormStep::Estimate,
            Command::Accept if self.focus + 1 < self.fields.len() => self.go(self.focus + 1),
            Command::Accept | Command::Submit => self.submit(),
            Command::Undo => self.restore(true),
            Command::Redo => self.restore(false),
            _ => FormStep::Nothing,
        }
    }

    fn submit(&mut self) -> FormStep {
        self.leave_field();
        if self.is_right() { FormStep::Submit } else { FormStep::Nothing }
    }

    fn up_or_down(&mut self, down: bool) -> FormStep {
        let at = self.focus;
        let snapshot = self.snapshot();
        match self.fields.get_mut(at) {
            Some(field) if field.kind != Kind::Text => {
                let before = field.value().to_owned();
                field.step(down);
                if field.value() == before {
                    return FormStep::Nothing;
                }
                let name = field.name.clone();
                self.remember(snapshot);
                self.run = None;
                self.dirty = true;
                self.problem = None;
                FormStep::Changed(name)
            }
            Some(_) if down => self.go(at + 1),
            Some(_) => self.go(at.saturating_sub(1)),
            None => FormStep::Nothing,
        }
    }

    /// Moves the focus. Leaving a search field settles its choice, which others may want to know.
    fn go(&mut self, to: usize) -> FormStep {
        let left = self.leave_field();
        self.focus = to.min(self.fields.len().saturating_sub(1));
        self.run = None;
        left
    }

    fn leave_field(&mut self) -> FormStep {
        let Some(field) = self.fields.get_mut(self.focus) else { return FormStep::Nothing };
        field.leave();
        match field.kind {
            Kind::Search(_) => FormStep::Changed(field.name.clone()),
            _ => FormStep::Nothing,
        }
    }

    fn snapshot(&self) -> Snapshot {
        let chosen = |f: &Field| f.choice_made().map(|c| c.value.clone());
        Snapshot {
            focus: self.focus,
            fields: self.fields.iter().map(|f| (f.input.clone(), chosen(f), f.replace)).collect(),
        }
    }

    fn remember(&mut self, snapshot: Snapshot) {
        self.undo.push(snapshot);
        if self.undo.len() > UNDO {
            self.undo.remove(0);
        }
        self.redo.clear();
    }

    fn restore(&mut self, back: bool) -> FormStep {
        let now = self.snapshot();
        let (from, to) = if back { (&mut self.undo, &mut self.redo) } else { (&mut self.redo, &mut self.undo) };
        let Some(snapshot) = from.pop() else { return FormStep::Nothing };
        to.push(now);
        for (field, (input, chosen, replace)) in self.fields.iter_mut().zip(snapshot.fields) {
            field.input = input;
            field.replace = replace;
            field.chosen = chosen.and_then(|value| field.options().iter().position(|c| c.value == value));
            field.refused = None;
        }
        self.focus = snapshot.focus;
        self.run = None;
        self.changed()
    }
}
