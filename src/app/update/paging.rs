//! Pages: keys to the one in sight, answers to the one that asked, what they want done carried out.

use tui_input::InputRequest;

use super::{acting, focus, relist_anew};
use crate::app::ask::{Answer, AskId, Progress, Request};
use crate::app::command::Command;
use crate::app::effect::{Effect, SyncRequest};
use crate::app::failure::{Failure, FailureKind};
use crate::app::flow::gate::Gate;
use crate::app::form::FormStep;
use crate::app::model::{Asked, Level, Model};
use crate::app::page::{self, Behave, Context, Page, PageId, Step};
use crate::app::view_state::{Pane, Scope};
use crate::domain::{KycStatus, Now, OrderId, UserId};

/// Runs `tell` on a page with everything else of the model to look at.
fn with(model: &mut Model, id: PageId, tell: impl FnOnce(&mut dyn Behave, Context<'_>) -> Vec<Step>) -> Vec<Effect> {
    let mut pages = std::mem::take(&mut model.pages);
    let steps = pages.get_mut(id).map(|page| tell(page.behave_mut(), model.context())).unwrap_or_default();
    model.pages = pages;
    carry_out(model, id, steps)
}

fn with_top(model: &mut Model, tell: impl FnOnce(&mut dyn Behave, Context<'_>) -> Vec<Step>) -> Vec<Effect> {
    let top = model.pages.top_mut().map(|(id, _)| id);
    top.map(|id| with(model, id, tell)).unwrap_or_default()
}

fn carry_out(model: &mut Model, id: PageId, steps: Vec<Step>) -> Vec<Effect> {
    steps.into_iter().flat_map(|step| one(model, id, step)).collect()
}

fn one(model: &mut Model, id: PageId, step: Step) -> Vec<Effect> {
    match step {
        Step::Ask(request) => ask(model, id, request),
        Step::Open(page) => open(model, *page),
        Step::Replace(page) => {
            model.pages.remove(id);
            open(model, *page)
        }
        Step::Close => close(model, id),
        Step::ShowOrder(order) => show_order(model, &order),
        Step::Act(command) => acting::start(model, command),
        Step::ActWith(order, request) => acting::start_with(model, order, request),
        Step::Copy { text, what } => {
            model.say(Level::Info, format!("Copied {what}."));
            vec![Effect::Copy(text)]
        }
        Step::Say(level, text) => {
            model.say(level, text);
            Vec::new()
        }
    }
}

/// Opens a page above the others.
pub(super) fn open(model: &mut Model, page: Page) -> Vec<Effect> {
    model.leaving_form = false;
    let id = model.pages.push(page);
    with(model, id, |page, context| page.shown(context))
}

fn close(model: &mut Model, id: PageId) -> Vec<Effect> {
    model.pages.remove(id);
    with_top(model, |page, context| page.shown(context))
}

/// Back to the panes. The list is widened if the order would not be in it.
fn show_order(model: &mut Model, order: &OrderId) -> Vec<Effect> {
    model.pages.clear();
    model.pane = Pane::Orders;
    model.listing.text.clear();
    model.selected = Some(order.clone());
    model.wanted = Some(order.clone());
    let mut effects = vec![Effect::Sync(SyncRequest::WatchOrder(order.clone()))];
    if let Some(listed) = model.orders.listed(order) {
        let chosen = model.listing.user.as_ref();
        let theirs = chosen.is_none_or(|user| model.people.owner(order) == Some(user));
        if !theirs || !model.listing.scope.takes(listed.is_live(), listed.urgency(&model.now)) {
            model.listing.scope = Scope::All;
            model.listing.user = None;
        }
        effects.extend(relist_anew(model));
    }
    effects.push(focus(model));
    effects
}

fn ask(model: &mut Model, page: PageId, request: Request) -> Vec<Effect> {
    if model.session.read_only && request.is_write() {
        let failure =
            Failure::not_sent("This run is read-only.", "Nothing was sent. Start ramptop without --read-only.");
        return with(model, page, |behave, context| behave.answered(&request, Err(&failure), context));
    }
    model.next_ask += 1;
    let id = AskId(model.next_ask);
    model.asked.insert(id, Asked { page, request: request.clone() });
    vec![Effect::Ask(id, Box::new(request))]
}

/// An answer. What it teaches is learned even if its page is closed, and a write whose page is
/// closed is said.
pub(super) fn answered(model: &mut Model, id: AskId, result: &Result<Box<Answer>, Failure>) -> Vec<Effect> {
    let Some(Asked { page, request }) = model.asked.remove(&id) else { return Vec::new() };
    let mut effects = match result {
        Ok(answer) => learn(model, &request, answer),
        Err(failure) => look_again(&request, failure),
    };
    if model.pages.get_mut(page).is_some() {
        let result = result.as_ref().map(|answer| &**answer);
        effects.extend(with(model, page, |behave, context| behave.answered(&request, result, context)));
    } else if request.is_write() {
        say_late(model, &request, result.as_ref().err());
    }
    effects.extend(acting::leave_when_settled(model));
    effects
}

/// What became of a write whose page was left meanwhile.
fn say_late(model: &mut Model, request: &Request, failure: Option<&Failure>) {
    match failure {
        None => model.say(Level::Info, format!("The page was left, but it was done: {}.", request.noun())),
        Some(failure) => {
            let what = format!("{}: {}", request.noun(), failure.what);
            model.say_failure(&Failure { what, ..failure.clone() });
        }
    }
}

/// Progress of an upload.
pub(super) fn progress(model: &mut Model, id: AskId, progress: Progress) -> Vec<Effect> {
    let page = model.asked.get(&id).map(|asked| asked.page);
    if let Some(page) = page.and_then(|id| model.pages.get_mut(id)) {
        page.behave_mut().progress(progress);
    }
    Vec::new()
}

/// Payment details that may or may not have changed are read again.
fn look_again(request: &Request, failure: &Failure) -> Vec<Effect> {
    match request {
        Request::CreatePayment(user, _) | Request::DeletePayment(user, _) if failure.kind == FailureKind::Unknown => {
            vec![Effect::Sync(SyncRequest::Watch(user.clone()))]
        }
        _ => Vec::new(),
    }
}

/// Users created here go into the register; an order made here is known to be its user's.
fn learn(model: &mut Model, request: &Request, answer: &Answer) -> Vec<Effect> {
    match (request, answer) {
        (_, Answer::UserCreated(user)) => know_user(model, &user.id),
        (
            Request::SubmitKyc(user, _)
            | Request::ChangeKyc(user, _)
            | Request::CreatePayment(user, _)
            | Request::DeletePayment(user, _)
            | Request::UploadDocument { user, .. },
            _,
        ) => vec![Effect::Sync(SyncRequest::Watch(user.clone()))],
        // A verdict is the user's too: everything else shows what the user's own answer says.
        (Request::Verification(user), Answer::Verification(seen)) => {
            let known = model.people.user(user).and_then(|known| known.value.kyc.as_ref());
            let verdict = matches!(seen.status, KycStatus::Verified | KycStatus::Rejected);
            if verdict && known != Some(&seen.status) {
                vec![Effect::Sync(SyncRequest::Watch(user.clone()))]
            } else {
                Vec::new()
            }
        }
        (Request::TestWebhook, Answer::WebhookTest(test)) => {
            model.webhook_test = Some(*test);
            Vec::new()
        }
        (Request::RegisterWebhook(_) | Request::DeleteWebhook, _) => {
            model.webhook_test = None;
            Vec::new()
        }
        (Request::Initiate { user, payment_details, reference, .. }, Answer::Initiated(initiated)) => {
            let order = initiated.order.clone();
            if let Some(reference) = initiated.reference.as_ref().or(reference.as_ref()) {
                model.people.refer(order.clone(), reference.clone());
            }
            model.people.link(&order, Some(user), payment_details.as_ref());
            let link = Effect::RememberLink {
                order: order.clone(),
                user: Some(user.clone()),
                payment_details: payment_details.clone(),
            };
            let mut effects = know_user(model, user);
            effects.extend([link, Effect::Sync(SyncRequest::WatchOrder(order))]);
            effects
        }
        _ => Vec::new(),
    }
}

fn know_user(model: &mut Model, user: &UserId) -> Vec<Effect> {
    model.people.add(user.clone());
    vec![Effect::RememberUser { id: user.clone(), typed: true }, Effect::Sync(SyncRequest::Watch(user.clone()))]
}

/// Typing into the form in sight.
pub(super) fn edit(model: &mut Model, request: InputRequest) -> Vec<Effect> {
    form(model, |form| form.edit(request))
}

/// Pasting into it.
pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    form(model, |form| form.paste(text))
}

fn form(model: &mut Model, tell: impl FnOnce(&mut crate::app::form::Form) -> FormStep) -> Vec<Effect> {
    model.leaving_form = false;
    with_top(model, |page, context| match page.form_mut().map(tell) {
        None | Some(FormStep::Nothing) => Vec::new(),
        Some(step) => page.form_step(step, context),
    })
}

/// A key with a meaning while a form has the focus. What was typed is thrown away only at the
/// second Esc.
pub(super) fn form_command(model: &mut Model, command: Command) -> Vec<Effect> {
    let dirty = model.pages.top().and_then(|p| p.behave().form()).is_some_and(crate::app::form::Form::is_dirty);
    if command == Command::Back && dirty && !std::mem::replace(&mut model.leaving_form, true) {
        model.say(Level::Warning, "Esc again leaves this form and throws away what was typed.");
        return Vec::new();
    }
    form(model, |form| form.command(command))
}

/// A key while a page without a form in focus is in sight.
pub(super) fn command(model: &mut Model, command: Command, alone: bool) -> Vec<Effect> {
    model.leaving_form = false;
    match command {
        Command::Quit => acting::quit(model),
        Command::Letter(key) => letter(model, key, alone),
        _ => {
            disturb(model, alone);
            with_top(model, |page, context| page.command(command, context))
        }
    }
}

/// `y` counts only when the page's question was seen and the key came alone.
fn letter(model: &mut Model, key: char, alone: bool) -> Vec<Effect> {
    let now = model.now;
    with_top(model, |page, context| {
        let open = page.gate_state().is_some_and(|gate| gate.is_open(now.mono));
        // Any key is noise to a question that is not open yet, a letter of a word being typed too.
        if !alone || !open {
            closed(page.gate(), alone, &now);
        }
        if !alone || (key == 'y' && page.gate_state().is_some() && !open) {
            return Vec::new();
        }
        if page.offers(context).iter().any(|offer| offer.key == key) { page.key(key, context) } else { Vec::new() }
    })
}

fn closed(gate: Option<&mut Gate>, alone: bool, now: &Now) {
    match gate {
        Some(gate) if alone => gate.key(now.mono),
        Some(gate) => gate.burst(now.mono),
        None => {}
    }
}

/// A key that is no yes breaks the silence a question waits for.
pub(super) fn disturb(model: &mut Model, alone: bool) {
    let now = model.now;
    if let Some((_, page)) = model.pages.top_mut() {
        closed(page.behave_mut().gate(), alone, &now);
    }
}

/// A frame with the page is on the screen.
pub(super) fn drawn(model: &mut Model) {
    let now = model.now;
    if model.modal.is_none()
        && model.flow.is_none()
        && !model.arming.is_open()
        && model.shows_questions_whole()
        && let Some((_, page)) = model.pages.top_mut()
        && let Some(gate) = page.behave_mut().gate()
    {
        gate.drawn(now.mono);
    }
}

/// What was on the screen is not there any more.
pub(super) fn resized(model: &mut Model) {
    if let Some((_, page)) = model.pages.top_mut()
        && let Some(gate) = page.behave_mut().gate()
    {
        *gate = Gate::default();
    }
}

/// Time goes on for the page in sight.
pub(super) fn tick(model: &mut Model) -> Vec<Effect> {
    with_top(model, |page, context| page.tick(context))
}

/// A key of the panes that opens a page.
pub(super) fn from_panes(model: &mut Model, command: Command) -> Vec<Effect> {
    let order = model.selected.clone();
    let user = model.payments_of().cloned();
    let page = match command {
        Command::NewUser => Ok(Page::NewUser(page::new_user::NewUser::new())),
        Command::OpenUser => user.map(|u| Page::User(page::user::UserPage::new(u))).ok_or(NO_USER),
        Command::NewPayment => user.map(|u| Page::NewPayment(page::new_payment::NewPayment::new(u))).ok_or(NO_USER),
        Command::RemovePayment => match (user, model.chosen_payment().cloned()) {
            (Some(u), Some(id)) => Ok(Page::RemovePayment(page::remove_payment::RemovePayment::new(u, id))),
            _ => Err("Choose payment details first: pane 2, then j or k."),
        },
        Command::NewOrder => Ok(Page::NewOrder(page::new_order::NewOrder::new())),
        Command::Resolve => return resolve(model),
        Command::SendOut => order.map(|o| Page::SendOut(page::send_out::SendOutPage::new(o))).ok_or(NO_ORDER),
        Command::Webhook => Ok(Page::Webhook(page::webhook::WebhookPage::new())),
        _ => Ok(Page::Playbook(page::playbook::Playbook::new())),
    };
    match page {
        Ok(page) => open(model, page),
        Err(why) => {
            model.say(Level::Info, why);
            Vec::new()
        }
    }
}

const NO_USER: &str = "Choose a user first: pane 1, then j or k; U creates one.";
const NO_ORDER: &str = "No order is selected.";

/// To whatever resolves what the selected order asks for.
fn resolve(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.selected_row() else {
        model.say(Level::Info, NO_ORDER);
        return Vec::new();
    };
    match page::way_out(&row.seen.value) {
        page::WayOut::Act(command) => acting::start(model, command),
        page::WayOut::Page(page) => open(model, *page),
        page::WayOut::Nothing(why) => {
            model.say(Level::Info, why);
            Vec::new()
        }
    }
}

/// What to report if carrying out a request comes to nothing because of a fault in the program.
pub fn crashed(request: &Request) -> Failure {
    Failure {
        kind: if request.is_write() { FailureKind::Unknown } else { FailureKind::NotSent },
        what: "ramptop failed internally; the log has the details.".to_owned(),
        advice: "Look at what the API shows before trying again.".to_owned(),
        ..Failure::default()
    }
}

#[cfg(test)]
#[path = "paging_tests.rs"]
mod tests;
