//! The playbook as a live checklist for a user and an order: what is done, next, blocked and why;
//! Enter goes to the step's screen. Where each step stands is worked out in [`steps`]; this page
//! asks for the facts nobody else reads and keeps them.

mod order;
pub mod steps;
#[cfg(test)]
mod tests;

use std::time::Duration;

use self::steps::{Fact, Facts, Goes, Item, Phase, State};
use super::{
    Behave, Context, Offer, Page, Step, WayOut, documents::Documents, kyc::KycPage, new_order::NewOrder,
    new_payment::NewPayment, new_user::NewUser, on_ramp::OnRamp, send_out::SendOutPage, verification::VerificationPage,
    way_out, webhook::WebhookPage,
};
use crate::app::ask::{Answer, Request};
use crate::app::command::Command;
use crate::app::failure::Failure;
use crate::app::model::Level;
use crate::app::people::Known;
use crate::domain::kyc::Verification;
use crate::domain::user::KycStatus;
use crate::domain::webhook::Webhook;
use crate::domain::{Mono, Order, UserId};

/// How often a verification that is not over is asked for while the page is in sight.
const VERIFICATION_EVERY: Duration = Duration::from_secs(15);

/// The steps of the playbook for a user and an order.
#[derive(Debug)]
pub struct Playbook {
    /// Chosen on the page; else the panes' choice counts.
    user: Option<UserId>,
    webhook: Fact<Webhook>,
    key_refused: bool,
    /// Whose verification was asked for, and when.
    asked: Option<(UserId, Mono)>,
    verification: Option<(UserId, Verification)>,
    /// Where the operator moved to; until then, the step that wants them.
    selected: Option<usize>,
}

impl Default for Playbook {
    fn default() -> Self {
        Self::new()
    }
}

impl Playbook {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self { user: None, webhook: Fact::Waiting, key_refused: false, asked: None, verification: None, selected: None }
    }

    /// Whose playbook it is: chosen here, or in the panes, or the only one there is.
    pub fn user<'a>(&'a self, context: Context<'a>) -> Option<&'a UserId> {
        let only = || if context.people.len() == 1 { context.people.users().next().map(|(id, _)| id) } else { None };
        self.user.as_ref().or(context.user).or_else(only)
    }

    /// The user's order: the selected one if it is theirs, else their newest.
    pub fn order<'a>(&'a self, context: Context<'a>) -> Option<&'a Order> {
        let selected = context.order.and_then(|id| context.orders.get(id)).map(|row| &row.seen.value);
        let Some(user) = self.user(context) else { return selected };
        let is_theirs = |order: &&Order| match context.people.owner(&order.id) {
            Some(owner) => owner == user,
            None => self.user.is_none() && context.user.is_none() && context.people.len() == 1,
        };
        let own = context.orders.iter().map(|row| &row.seen.value).filter(is_theirs);
        selected.filter(is_theirs).or_else(|| own.max_by_key(|order| order.created_at))
    }

    /// Every step as it stands.
    pub fn items(&self, context: Context<'_>) -> Vec<Item> {
        let user = self.user(context);
        let known = user.and_then(|id| context.people.users().find(|(own, _)| *own == id)).map(|(_, known)| known);
        let answered = matches!(self.webhook, Fact::Known(_)) || !context.orders.is_empty();
        steps::steps(&Facts {
            key_accepted: if self.key_refused { Some(false) } else { answered.then_some(true) },
            read_only: context.session.read_only,
            can_sign: context.session.signer.is_some(),
            actions_blocked: context.session.actions_blocked.as_deref(),
            webhook: &self.webhook,
            webhook_test: context.webhook_test,
            user,
            user_missing: matches!(known, Some(Known::NotFound)),
            profile: user.and_then(|id| context.people.user(id)).map(|seen| &seen.value),
            verification: self.verification.as_ref().filter(|(of, _)| Some(of) == user).map(|(_, v)| v),
            payments: user.and_then(|id| context.people.payments(id)),
            order: self.order(context),
            orders: context.orders.len(),
        })
    }

    /// The place of the selected step.
    pub fn selected(&self, items: &[Item]) -> usize {
        let last = items.len().saturating_sub(1);
        self.selected.unwrap_or_else(|| wanting(items)).min(last)
    }

    fn move_by(&mut self, by: i32, context: Context<'_>) {
        let items = self.items(context);
        let here = i32::try_from(self.selected(&items)).unwrap_or(0);
        let last = i32::try_from(items.len()).unwrap_or(i32::MAX) - 1;
        self.selected = usize::try_from((here + by).clamp(0, last.max(0))).ok();
    }

    fn open(&mut self, context: Context<'_>) -> Vec<Step> {
        let items = self.items(context);
        let Some(item) = items.get(self.selected(&items)) else { return Vec::new() };
        if item.state != State::Done {
            // Whoever comes back from doing a step wants the next one.
            self.selected = None;
        }
        let page = |page: Page| vec![Step::Open(Box::new(page))];
        let user = self.user(context).cloned();
        let order = self.order(context);
        match (item.goes, user, order) {
            (Goes::Webhook, ..) => page(Page::Webhook(WebhookPage::new())),
            (Goes::NewUser, ..) => page(Page::NewUser(NewUser::new())),
            (Goes::NewOrder, Some(user), _) => page(Page::NewOrder(NewOrder::of_user(&user))),
            (Goes::NewOrder, ..) => page(Page::NewOrder(NewOrder::new())),
            (Goes::Kyc, Some(user), _) => page(Page::Kyc(KycPage::new(user))),
            (Goes::Documents, Some(user), _) => page(Page::Documents(Documents::new(user))),
            (Goes::Verification, Some(user), _) => page(Page::Verification(VerificationPage::new(user))),
            (Goes::NewPayment, Some(user), _) => page(Page::NewPayment(NewPayment::new(user))),
            (Goes::OnRamp, _, Some(order)) => page(Page::OnRamp(OnRamp::new(order.id.clone()))),
            (Goes::SendOut, _, Some(order)) => page(Page::SendOut(SendOutPage::new(order.id.clone()))),
            (Goes::Act(command), _, Some(order)) => vec![act(command, order, context)],
            (Goes::Resolve, _, Some(order)) => match way_out(order) {
                WayOut::Act(command) => vec![act(command, order, context)],
                WayOut::Page(page) => vec![Step::Open(page)],
                WayOut::Nothing(why) => vec![Step::Say(Level::Info, why)],
            },
            (Goes::ShowOrder, _, Some(order)) => vec![Step::ShowOrder(order.id.clone())],
            (Goes::Orders, ..) => vec![Step::Close],
            _ => vec![Step::Say(Level::Info, nowhere(item))],
        }
    }

    /// To the next user of the register.
    fn next_user(&mut self, context: Context<'_>) {
        let ids: Vec<&UserId> = context.people.users().map(|(id, _)| id).collect();
        let here = self.user(context).and_then(|user| ids.iter().position(|id| *id == user));
        let next = here.map_or(0, |i| if i + 1 < ids.len() { i + 1 } else { 0 });
        self.user = ids.get(next).map(|id| (*id).clone());
        self.selected = None;
    }

    /// Asks for the verification of a user not asked for yet, and again while it may change.
    fn verification(&mut self, context: Context<'_>) -> Vec<Step> {
        let Some(user) = self.user(context).cloned() else { return Vec::new() };
        let cleared = context.people.user(&user).is_some_and(|u| u.value.kyc == Some(KycStatus::Verified));
        let due = match &self.asked {
            Some((of, at)) if *of == user => !cleared && context.now.mono.since(*at) >= VERIFICATION_EVERY,
            _ => true,
        };
        if !due {
            return Vec::new();
        }
        self.asked = Some((user.clone(), context.now.mono));
        vec![Step::Ask(Request::Verification(user))]
    }
}

/// Actions are on the order the panes have selected; another one is selected first.
fn act(command: Command, order: &Order, context: Context<'_>) -> Step {
    if context.order == Some(&order.id) { Step::Act(command) } else { Step::ShowOrder(order.id.clone()) }
}

fn nowhere(item: &Item) -> String {
    let what = if item.note.is_empty() { "There is no screen for this step." } else { item.note.as_str() };
    format!("{}: {what}", item.title)
}

/// The step that wants the operator: first of the order, then of the user, then of the setup.
fn wanting(items: &[Item]) -> usize {
    let first = |state: State, phase: Phase| items.iter().position(|i| i.state == state && i.phase == phase);
    let by = |state: State| [Phase::Order, Phase::Onboarding, Phase::Setup].into_iter().find_map(|p| first(state, p));
    by(State::Next).or_else(|| by(State::Waiting)).unwrap_or(0)
}

impl Behave for Playbook {
    fn title(&self) -> String {
        "Playbook".to_owned()
    }

    fn shown(&mut self, context: Context<'_>) -> Vec<Step> {
        self.asked = None;
        let mut steps = vec![Step::Ask(Request::Webhook)];
        steps.extend(self.verification(context));
        steps
    }

    fn offers(&self, context: Context<'_>) -> Vec<Offer> {
        if context.people.is_empty() {
            return Vec::new();
        }
        vec![Offer { key: 'u', hint: "next user" }]
    }

    fn key(&mut self, key: char, context: Context<'_>) -> Vec<Step> {
        if key != 'u' {
            return Vec::new();
        }
        self.next_user(context);
        self.verification(context)
    }

    fn command(&mut self, command: Command, context: Context<'_>) -> Vec<Step> {
        match command {
            Command::Down(by) => self.move_by(i32::from(by), context),
            Command::Up(by) => self.move_by(-i32::from(by), context),
            Command::Open => return self.open(context),
            Command::Back => return vec![Step::Close],
            _ => {}
        }
        Vec::new()
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        match (request, result) {
            (_, Ok(Answer::Webhook(webhook))) => {
                self.key_refused = false;
                self.webhook = Fact::Known(webhook.clone());
            }
            (Request::Webhook, Err(failure)) => {
                self.key_refused = failure.http_status() == Some(401);
                self.webhook = Fact::Failed(failure.what.clone());
            }
            (Request::Verification(user), Ok(Answer::Verification(verification))) => {
                self.verification = Some((user.clone(), verification.clone()));
            }
            _ => {}
        }
        Vec::new()
    }

    fn tick(&mut self, context: Context<'_>) -> Vec<Step> {
        self.verification(context)
    }
}
