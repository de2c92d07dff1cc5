use super::*;

fn form() -> Form {
    let methods =
        vec![Choice::new("direct_data", "our own data"), Choice::plain("handoff"), Choice::plain("external_token")];
    Form::new(vec![
        Field::text("email", "e-mail").required().rule(Rule::Email),
        Field::choice("method", "method", methods),
        Field::search("institution_id", "bank"),
        Field::text("city", "city"),
    ])
}

fn write(form: &mut Form, text: &str) -> FormStep {
    text.chars().map(|c| form.edit(InputRequest::InsertChar(c))).last().unwrap_or(FormStep::Nothing)
}

#[test]
fn a_field_tells_while_typing_what_is_wrong() {
    let mut form = form();
    assert_eq!(form.fields()[0].problem().as_deref(), Some("must be filled in"));
    assert_eq!(write(&mut form, "ada"), FormStep::Changed("email".to_owned()));
    assert!(form.fields()[0].problem().unwrap().contains("name@example.com"));
    write(&mut form, "@b.example");
    assert_eq!(form.fields()[0].problem(), None);
}

#[test]
fn a_wrong_form_is_not_sent_and_the_focus_goes_to_what_is_wrong() {
    let mut form = form();
    form.command(Command::NextField);
    assert_eq!(form.command(Command::Submit), FormStep::Nothing);
    assert_eq!(form.focus(), 0);
    write(&mut form, "a@b.example");
    assert_eq!(form.command(Command::Submit), FormStep::Submit);
}

#[test]
fn enter_goes_on_and_sends_at_the_end() {
    let mut form = form();
    write(&mut form, "a@b.example");
    for _ in 0..3 {
        form.command(Command::Accept);
    }
    assert_eq!(form.focus(), 3);
    assert_eq!(form.command(Command::Accept), FormStep::Submit);
}

#[test]
fn a_choice_is_made_by_typing_or_by_arrows() {
    let mut form = form();
    form.command(Command::NextField);
    assert_eq!(form.value("method"), "direct_data");
    form.command(Command::Down(1));
    assert_eq!(form.value("method"), "handoff");
    write(&mut form, "ext");
    assert_eq!(form.value("method"), "external_token");
    form.command(Command::NextField);
    assert_eq!(form.fields()[1].typed().0, "external_token");
    form.command(Command::PreviousField);
    write(&mut form, "zzz");
    assert_eq!(form.value("method"), "");
    assert!(form.fields()[1].problem().unwrap().contains("nothing like this"));
}

#[test]
fn a_search_asks_and_takes_the_best_match() {
    let mut form = form();
    form.command(Command::NextField);
    form.command(Command::NextField);
    let step = write(&mut form, "gt");
    assert_eq!(step, FormStep::Search { field: "institution_id".to_owned(), text: "gt".to_owned() });
    assert_eq!(form.value("institution_id"), "");
    form.offer("institution_id", vec![Choice::new("058", "GTBank"), Choice::new("059", "GT Trust")]);
    assert_eq!(form.value("institution_id"), "058");
    form.command(Command::Down(1));
    assert_eq!(form.value("institution_id"), "059");
    assert_eq!(form.command(Command::NextField), FormStep::Changed("institution_id".to_owned()));
    assert_eq!(form.fields()[2].typed().0, "GT Trust");
    form.offer("institution_id", vec![Choice::new("001", "Other"), Choice::new("059", "GT Trust")]);
    assert_eq!(form.value("institution_id"), "059", "what was chosen stays");
}

#[test]
fn undo_takes_back_a_word_at_a_time_and_redo_brings_it_again() {
    let mut form = form();
    write(&mut form, "one two");
    form.command(Command::Undo);
    assert_eq!(form.fields()[0].typed().0, "one");
    form.command(Command::Undo);
    assert_eq!(form.fields()[0].typed().0, "");
    form.command(Command::Redo);
    form.command(Command::Redo);
    assert_eq!(form.fields()[0].typed().0, "one two");
    form.command(Command::NextField);
    form.command(Command::Down(1));
    form.command(Command::Undo);
    assert_eq!(form.value("method"), "direct_data");
}

#[test]
fn paste_goes_into_the_field_without_control_characters() {
    let mut form = form();
    form.paste("a@b.ex\u{1b}ample\n");
    assert_eq!(form.value("email"), "a@b.example");
    form.command(Command::Undo);
    assert_eq!(form.value("email"), "");
    form.paste(&"x".repeat(100_000));
    assert_eq!(form.value("email").chars().count(), MAX);
}

#[test]
fn a_refusal_lands_on_its_field_and_loses_nothing() {
    let mut form = form();
    write(&mut form, "a@b.example");
    form.sending(true);
    assert_eq!(write(&mut form, "x"), FormStep::Nothing, "typing waits while a request is under way");
    let no = Failure::not_sent("no such city", "").about(&["data.pii.city"]);
    form.refused(&no);
    assert_eq!(form.focus(), 3);
    assert_eq!(form.fields()[3].problem().as_deref(), Some("no such city"));
    assert_eq!(form.value("email"), "a@b.example");
    write(&mut form, "L");
    assert_eq!(form.fields()[3].problem(), None, "the next change clears it");
    form.refused(&Failure::not_sent("no", "").about(&["elsewhere"]));
    assert_eq!(form.problem().unwrap().what, "no");
}

#[test]
fn other_fields_keep_what_was_typed_under_the_same_name() {
    let mut form = form();
    write(&mut form, "a@b.example");
    form.replace_fields(vec![Field::text("phone", "phone"), Field::text("email", "e-mail")]);
    assert_eq!(form.value("email"), "a@b.example");
    assert_eq!(form.focus(), 1, "the focus stays with its field");
}

#[test]
fn a_search_changed_after_the_choice_chooses_nothing_by_itself() {
    let mut form = form();
    form.command(Command::NextField);
    form.command(Command::NextField);
    write(&mut form, "gt");
    form.offer("institution_id", vec![Choice::new("058", "GTBank")]);
    assert_eq!(form.value("institution_id"), "058");
    form.command(Command::NextField);
    form.command(Command::PreviousField);
    write(&mut form, "zen");
    assert_eq!(form.value("institution_id"), "", "the bank before is not the one being typed");
    form.command(Command::NextField);
    form.offer("institution_id", vec![Choice::new("057", "Zenith"), Choice::new("999", "Zen Trust")]);
    assert_eq!(form.value("institution_id"), "", "of two, the operator chooses");
    form.offer("institution_id", vec![Choice::new("057", "Zenith")]);
    assert_eq!(form.value("institution_id"), "057");
    assert_eq!(form.fields()[2].typed().0, "Zenith");
}

#[test]
fn fields_that_come_again_keep_what_is_being_typed() {
    let mut form = form();
    form.command(Command::NextField);
    write(&mut form, "ex");
    form.command(Command::NextField);
    write(&mut form, "gt");
    let fields = form.fields().iter().map(|f| {
        let mut fresh = Field::text(f.name.clone(), "again");
        fresh.kind = f.kind.clone();
        fresh
    });
    let fields = fields.collect();
    form.replace_fields(fields);
    assert_eq!(form.value("method"), "external_token");
    assert_eq!(form.fields()[2].typed().0, "gt");
    assert_eq!(form.focus(), 2);
}

#[test]
fn a_refusal_of_several_fields_is_at_each() {
    let mut form = form();
    form.refused(&Failure::not_sent("no", "").about(&["city", "email"]));
    assert_eq!(form.focus(), 0);
    let refused: Vec<bool> = form.fields().iter().map(|f| f.refused.is_some()).collect();
    assert_eq!(refused, [true, false, false, true]);
}

#[test]
fn pasted_lines_stay_apart_and_nothing_invisible_is_sent() {
    let mut form = form();
    for _ in 0..3 {
        form.command(Command::NextField);
    }
    form.paste("12 Main Street\r\n\tLagos\u{200b}\u{202e}\n");
    assert_eq!(form.value("city"), "12 Main Street Lagos");
}

#[test]
fn a_paste_that_was_cut_off_is_not_sent() {
    let mut form = form();
    for _ in 0..3 {
        form.command(Command::NextField);
    }
    form.paste(&"x".repeat(MAX + 1));
    assert!(form.fields()[3].problem().unwrap().contains("cut off"));
    form.command(Command::Undo);
    form.paste(&"x".repeat(MAX));
    assert_eq!(form.fields()[3].problem(), None);
}

#[test]
fn a_choice_taken_back_is_replaced_by_typing_as_before() {
    let mut form = form();
    form.command(Command::NextField);
    form.command(Command::Down(1));
    form.command(Command::Undo);
    assert!(form.fields()[1].is_settled());
    write(&mut form, "ext");
    assert_eq!(form.value("method"), "external_token");
}
