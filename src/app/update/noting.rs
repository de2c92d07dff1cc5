//! Notes about orders.

use tui_input::Input;

use crate::app::effect::Effect;
use crate::app::modal::Modal;
use crate::app::model::{Level, Model};
use crate::domain::Note;

/// Opens the window with what was noted so far.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(order) = model.selected.clone() else {
        model.say(Level::Info, "Select an order to write a note about it.");
        return Vec::new();
    };
    let input = model.notes.get(&order).map_or_else(Input::default, |note| Input::new(note.text.clone()));
    model.modal = Some(Modal::Note { order, input });
    Vec::new()
}

/// Takes what was typed; nothing takes the note away.
pub(super) fn accept(model: &mut Model) -> Vec<Effect> {
    let Some(Modal::Note { order, input }) = model.modal.take() else { return Vec::new() };
    let note = Note::of(input.value(), model.now.wall);
    if note.as_ref().map(|note| &note.text) == model.notes.get(&order).map(|note| &note.text) {
        return Vec::new();
    }
    let words = if let Some(note) = &note {
        model.notes.insert(order.clone(), note.clone());
        format!("Noted at order {}; kept on this machine only.", order.short())
    } else {
        model.notes.remove(&order);
        format!("The note at order {} is gone.", order.short())
    };
    model.say(Level::Info, words);
    vec![Effect::RememberNote { order, note }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::update::tests::{bring, id, model, press, seen};
    use crate::app::{Command, Kept, Mode, Msg, update};
    use crate::domain::status::KnownStatus;

    fn noting(words: &str) -> (Model, Vec<Effect>) {
        let mut m = model();
        bring(&mut m, vec![seen("aaa", KnownStatus::Created, 0), seen("bbb", KnownStatus::Created, 0)]);
        m.selected = Some(id("bbb"));
        press(&mut m, Command::Note);
        assert_eq!(m.mode(), Mode::Form);
        update(&mut m, Msg::Paste(words.to_owned()));
        let effects = press(&mut m, Command::Accept);
        (m, effects)
    }

    #[test]
    fn a_note_goes_with_its_order_and_is_kept() {
        let (mut m, effects) = noting(" called the bank ");
        let note = m.notes.get(&id("bbb")).cloned();
        assert_eq!(note.as_ref().unwrap().text, "called the bank");
        assert_eq!(effects, [Effect::RememberNote { order: id("bbb"), note }]);
        assert!(m.modal.is_none() && !m.notes.contains_key(&id("aaa")));
        press(&mut m, Command::Note);
        update(&mut m, Msg::Paste(", paid".to_owned()));
        press(&mut m, Command::Accept);
        assert_eq!(m.notes.get(&id("bbb")).unwrap().text, "called the bank, paid");
    }

    #[test]
    fn what_is_not_taken_changes_nothing() {
        let (mut m, _) = noting("called the bank");
        press(&mut m, Command::Note);
        update(&mut m, Msg::Paste(" twice".to_owned()));
        assert_eq!(press(&mut m, Command::Back), []);
        assert_eq!(m.notes.get(&id("bbb")).unwrap().text, "called the bank");
        press(&mut m, Command::Note);
        assert_eq!(press(&mut m, Command::Accept), []);
    }

    #[test]
    fn an_emptied_note_is_gone() {
        let (mut m, _) = noting("called the bank");
        press(&mut m, Command::Note);
        update(&mut m, Msg::Edit(tui_input::InputRequest::DeleteLine));
        assert_eq!(press(&mut m, Command::Accept), [Effect::RememberNote { order: id("bbb"), note: None }]);
        assert!(m.notes.is_empty());
    }

    #[test]
    fn what_an_earlier_run_noted_does_not_replace_what_this_one_did() {
        let (mut m, _) = noting("called the bank");
        let old = |text| Note::of(text, m.now.wall).unwrap();
        let notes = vec![(id("bbb"), old("old")), (id("aaa"), old("older"))];
        update(&mut m, Msg::Kept(Kept::Notes(notes)));
        assert_eq!(m.notes.get(&id("bbb")).unwrap().text, "called the bank");
        assert_eq!(m.notes.get(&id("aaa")).unwrap().text, "older");
    }

    #[test]
    fn without_an_order_there_is_nothing_to_note() {
        let mut m = model();
        press(&mut m, Command::Note);
        assert!(m.modal.is_none() && m.notices.last().unwrap().text.contains("Select an order"));
    }
}
