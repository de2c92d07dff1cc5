//! Everything the program knows. Read by `tui`, changed by [`super::update()`] alone.

use std::collections::HashMap;
use std::time::Duration;

use alloy_primitives::Address;
use chrono::{DateTime, Utc};
use tui_input::Input;

use super::announced::Announcements;
use super::arming::Arming;
use super::ask::{AskId, Request};
use super::failure::Failure;
use super::flow::gate::Gate;
use super::flow::{Flow, FlowId, Prior, State};
use super::form::Form;
use super::modal::Modal;
use super::orders::{Listed, OrderBook, Row, Visible, Work};
use super::page::{Context, PageId, Pages};
use super::people::People;
use super::syncing::Syncing;
use super::view_state::{Listing, Pane};
use crate::domain::webhook::WebhookTest;
use crate::domain::{Mono, Note, Now, OrderId, PaymentDetailsId, UserId};

/// What kind of money is on the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvironmentKind {
    /// Real money.
    Production,
    /// The API's test environment.
    Staging,
    /// A simulation.
    Sandbox,
    /// Somewhere else.
    Other(String),
}

/// Fixed for the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The profile's name.
    pub profile: String,
    /// The API's address.
    pub api_url: String,
    /// What kind of money.
    pub environment: EnvironmentKind,
    /// Every action is refused.
    pub read_only: bool,
    /// The signing key's address, where there is a key.
    pub signer: Option<Address>,
    /// Why nothing can be signed or confirmed (no journal), in words.
    pub actions_blocked: Option<String>,
}

/// How asking the API goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// No answer yet.
    Connecting,
    /// The last request was answered.
    Live,
    /// The last request failed; what is on the screen is from before.
    Failing {
        /// Why.
        what: String,
        /// The next try.
        retry_at: Option<Now>,
    },
    /// The API key was refused; nothing is asked until the operator says so.
    Unauthorized,
}

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Good to know.
    Info,
    /// Something is not as it should be.
    Warning,
    /// Something failed.
    Error,
}

/// A line for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub level: Level,
    /// What.
    pub text: String,
    /// Since when.
    pub at: Now,
}

/// A request a page waits for.
#[derive(Debug)]
pub struct Asked {
    /// The page.
    pub page: PageId,
    /// What was asked.
    pub request: Request,
}

/// What the keyboard does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Moving about.
    Normal,
    /// Typing a filter.
    Filter,
    /// Reading a window.
    Window,
    /// Filling in a form.
    Form,
    /// A page without a form in focus.
    Page,
    /// Typing the passphrase that arms.
    Passphrase,
    /// The question whether to arm, or its progress.
    Arming,
    /// A question about money, or its progress.
    Question,
    /// Leaving while money is in flight.
    Leaving,
}

/// The state of the program.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact of the screen")]
pub struct Model {
    /// The time of the last tick.
    pub now: Now,
    /// Fixed for the run.
    pub session: Session,
    /// The profile is not open yet: nobody can be asked, and the session is what is known so far.
    pub starting: bool,
    /// The orders.
    pub orders: OrderBook,
    /// What events announced of them.
    pub announced: Announcements,
    /// The list of them.
    pub visible: Visible,
    /// Another list being made of many orders, a slice at a time.
    pub work: Option<Box<Work>>,
    /// While what an earlier run knew is read: how many orders that is.
    pub reading: Option<usize>,
    /// When the newest of what an earlier run knew was asked for.
    pub known_since: Option<DateTime<Utc>>,
    /// Users and payment profiles.
    pub people: People,
    /// What was noted about orders.
    pub notes: HashMap<OrderId, Note>,
    /// Scope, filter, sort.
    pub listing: Listing,
    /// The filter being typed; its text is in force at once.
    pub filter: Option<Input>,
    /// The focused pane.
    pub pane: Pane,
    /// The focused pane fills the screen.
    pub zoomed: bool,
    /// The selected order.
    pub selected: Option<OrderId>,
    /// The selected payment profile.
    pub selected_payment: Option<PaymentDetailsId>,
    /// Lines the detail pane is scrolled.
    pub detail_scroll: u16,
    /// Account numbers are readable.
    pub unmasked: bool,
    /// A window above the panes.
    pub modal: Option<Modal>,
    /// Whether money may be acted on now.
    pub arming: Arming,
    /// Acting on money.
    pub flow: Option<Flow>,
    /// The pages above the panes.
    pub pages: Pages,
    /// What they wait for.
    pub asked: HashMap<AskId, Asked>,
    /// What came of the last webhook test, until the webhook is changed here.
    pub webhook_test: Option<WebhookTest>,
    /// An order to be selected as soon as it is listed.
    pub wanted: Option<OrderId>,
    /// Lines the result of an action is scrolled.
    pub result_scroll: u16,
    /// Earlier actions that still matter to their orders.
    pub priors: HashMap<OrderId, Vec<Prior>>,
    /// How asking goes.
    pub connection: Connection,
    /// When the API last answered.
    pub last_answer: Option<Now>,
    /// How keeping the picture fresh goes, in figures.
    pub sync: Syncing,
    /// The server's clock against ours, in seconds.
    pub skew_seconds: Option<i64>,
    /// Unreadable orders of the latest answers.
    pub set_aside: Vec<super::msg::SetAsideNote>,
    /// What was said, newest last.
    pub notices: Vec<Notice>,
    /// Columns and rows of the screen.
    pub size: (u16, u16),
    /// The loop should end.
    pub quitting: bool,
    /// Until when the selection follows the top of the list: while the first picture comes in
    /// piece by piece. A key, or the moment, ends it for good.
    pub(super) follow_top: Follow,
    pub(super) next_flow: u64,
    pub(super) next_ask: u64,
    /// Something on the screen may be different since it was drawn.
    pub(super) changed: bool,
    /// Esc was pressed once in a form with something typed.
    pub(super) leaving_form: bool,
}

/// Whether the selection follows the top of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Follow {
    /// No order has come in yet.
    Waiting,
    /// Until this moment.
    Until(Mono),
    /// No more.
    Never,
}

/// How long the first picture may take to come in after the first order.
const FIRST_PICTURE: Duration = Duration::from_secs(2);

/// Columns and rows a question about money needs to be seen whole.
pub const QUESTION_NEEDS: (u16, u16) = (80, 24);

/// How long a notice that is not an error stays in the footer.
const NOTICE_STAYS: Duration = Duration::from_secs(10);

/// The machine may have slept, which no clock of ours counts: now and then it is looked at.
const LONGEST_REST: Duration = Duration::from_secs(5);

impl Model {
    /// A program that knows nothing yet.
    pub fn new(now: Now, session: Session) -> Self {
        Self {
            now,
            session,
            starting: false,
            orders: OrderBook::default(),
            announced: Announcements::default(),
            visible: Visible::default(),
            work: None,
            reading: None,
            known_since: None,
            people: People::default(),
            listing: Listing::default(),
            filter: None,
            pane: Pane::Orders,
            zoomed: false,
            selected: None,
            selected_payment: None,
            detail_scroll: 0,
            unmasked: false,
            modal: None,
            arming: Arming::default(),
            flow: None,
            result_scroll: 0,
            priors: HashMap::new(),
            connection: Connection::Connecting,
            last_answer: None,
            sync: Syncing::default(),
            skew_seconds: None,
            set_aside: Vec::new(),
            notices: Vec::new(),
            size: QUESTION_NEEDS,
            notes: HashMap::new(),
            quitting: false,
            follow_top: Follow::Waiting,
            next_flow: 1,
            next_ask: 0,
            changed: true,
            leaving_form: false,
            pages: Pages::default(),
            asked: HashMap::new(),
            wanted: None,
            webhook_test: None,
        }
    }

    /// What the keyboard does now.
    pub fn mode(&self) -> Mode {
        match (&self.modal, &self.flow, &self.filter) {
            (Some(Modal::Quit), _, _) => Mode::Leaving,
            (Some(Modal::AddUser { .. } | Modal::Note { .. }), _, _) => Mode::Form,
            (Some(_), _, _) => Mode::Window,
            (None, _, _) if self.arming.takes_text() => Mode::Passphrase,
            (None, _, _) if self.arming.is_open() => Mode::Arming,
            (None, Some(_), _) => Mode::Question,
            (None, None, _) if self.pages.depth() > 0 => self.page_mode(),
            (None, None, Some(_)) => Mode::Filter,
            (None, None, None) => Mode::Normal,
        }
    }

    fn page_mode(&self) -> Mode {
        let form = self.pages.top().and_then(|page| page.behave().form());
        form.map_or(Mode::Page, |_: &Form| Mode::Form)
    }

    /// What a page may look at.
    pub fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            skew_seconds: self.skew_seconds,
            people: &self.people,
            orders: &self.orders,
            session: &self.session,
            webhook_test: self.webhook_test,
            order: self.selected.as_ref(),
            user: self.payments_of(),
        }
    }

    /// The selected order, where all of it is at hand.
    pub fn selected_row(&self) -> Option<&Row> {
        self.orders.get(self.selected.as_ref()?)
    }

    /// What is at hand of the selected order.
    pub fn selected_line(&self) -> Option<Listed<'_>> {
        self.orders.listed(self.selected.as_ref()?)
    }

    /// The selected order's place in the list.
    pub fn selected_index(&self) -> Option<usize> {
        self.visible.place(&self.orders, self.selected.as_ref()?)
    }

    /// The order in this place of the list.
    pub fn id_at(&self, place: usize) -> Option<OrderId> {
        self.visible.id_at(&self.orders, place)
    }

    /// The ids of the whole list, from the top. Many of them: not for every frame.
    pub fn ids(&self) -> Vec<OrderId> {
        self.visible.ids(&self.orders)
    }

    /// Whether something on the screen may be different since this was asked last. What time alone
    /// changes is for whoever drew it to say.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// The same, and it stays so.
    pub fn has_changed(&self) -> bool {
        self.changed
    }

    /// Whose payment profiles are shown: the chosen user's, else the selected order's owner's.
    pub fn payments_of(&self) -> Option<&UserId> {
        self.listing.user.as_ref().or_else(|| self.people.owner(self.selected.as_ref()?))
    }

    /// The payment details chosen among those that are shown. What was chosen for another user is
    /// not chosen any more.
    pub fn chosen_payment(&self) -> Option<&PaymentDetailsId> {
        let shown = self.people.payments(self.payments_of()?)?;
        self.selected_payment.as_ref().filter(|id| shown.iter().any(|profile| profile.id == **id))
    }

    /// The notice of the footer.
    pub fn notice(&self) -> Option<&Notice> {
        let last = self.notices.last()?;
        (last.level == Level::Error || self.now.since(&last.at) < NOTICE_STAYS).then_some(last)
    }

    /// When the notice of the footer goes by itself.
    pub fn notice_goes_at(&self) -> Option<Mono> {
        let notice = self.notice().filter(|notice| notice.level != Level::Error)?;
        Some(self.now.mono + NOTICE_STAYS.saturating_sub(self.now.since(&notice.at)))
    }

    /// Whether a question about money is seen whole. Nobody says yes to what is cut off.
    pub fn shows_questions_whole(&self) -> bool {
        self.size.0 >= QUESTION_NEEDS.0 && self.size.1 >= QUESTION_NEEDS.1
    }

    /// How many actions have an unknown outcome.
    pub fn unknown_outcomes(&self) -> usize {
        self.priors.values().flatten().filter(|prior| !prior.known).count()
    }

    /// The latest action on an order whose outcome is not known.
    pub fn unknown_outcome(&self, order: &OrderId) -> Option<&Prior> {
        self.priors.get(order)?.iter().rev().find(|prior| !prior.known)
    }

    /// Our best guess of the server's time, in unix seconds.
    pub(super) fn server_now(&self) -> i64 {
        self.now.wall.timestamp().saturating_add(self.skew_seconds.unwrap_or(0))
    }

    /// Whether money may be moving at this moment.
    pub fn is_in_flight(&self) -> bool {
        self.flow.as_ref().is_some_and(Flow::is_in_flight) || self.asked.values().any(|a| a.request.is_write())
    }

    /// Whether a question waits to be told that it was drawn.
    pub fn awaits_drawing(&self) -> bool {
        let flow = matches!(self.flow.as_ref().map(|f| &f.state), Some(State::Reviewing(r)) if !r.gate.is_drawn());
        let arming = self.arming.asking().is_some_and(|asking| !asking.gate.is_drawn());
        let below = self.flow.is_none() && !self.arming.is_open();
        let page = below && self.page_gate().is_some_and(|g| !g.is_drawn());
        self.shows_questions_whole() && (flow || arming || page)
    }

    /// How long nothing has to be looked at: until time alone changes the model, or the screen,
    /// which changes at `screen`. Zero while a list is being made.
    pub fn next_tick(&self, screen: Option<Mono>) -> Duration {
        if self.work.is_some() {
            return Duration::ZERO;
        }
        let second = Duration::from_nanos(u64::from(1_000_000_000 - self.now.mono.elapsed().subsec_nanos()));
        let busy = self.flow.is_some() || self.pages.depth() > 0 || self.modal.is_some();
        let armed = self.arming.is_armed() || self.arming.is_open();
        let moments = [screen, self.visible.stale_at, self.gate_opens_at()].into_iter().flatten();
        let waits = moments.map(|at| at.since(self.now.mono)).filter(|wait| !wait.is_zero());
        waits.chain((busy || armed).then_some(second)).min().unwrap_or(LONGEST_REST).min(LONGEST_REST)
    }

    /// When the question in sight takes a yes, which shows.
    pub fn gate_opens_at(&self) -> Option<Mono> {
        let gate = self.flow.as_ref().and_then(|f| match &f.state {
            State::Reviewing(r) => r.gate.opens_at(),
            _ => None,
        });
        let gate = gate.or_else(|| self.arming.asking().and_then(|asking| asking.gate.opens_at()));
        gate.or_else(|| self.page_gate().and_then(Gate::opens_at)).filter(|at| *at > self.now.mono)
    }

    fn page_gate(&self) -> Option<&Gate> {
        self.pages.top().and_then(|page| page.behave().gate_state())
    }

    /// Whether the selection goes to the top of the list now.
    pub(super) fn follows_top(&mut self) -> bool {
        let now = self.now.mono;
        if self.follow_top == Follow::Waiting && !self.visible.is_empty() {
            self.follow_top = Follow::Until(now + FIRST_PICTURE);
        }
        matches!(self.follow_top, Follow::Until(end) if now <= end)
    }

    pub(super) fn say(&mut self, level: Level, text: impl Into<String>) {
        let text = text.into();
        self.changed = true;
        self.notices.push(Notice { level, text, at: self.now });
        if self.notices.len() > 100 {
            self.notices.remove(0);
        }
    }

    pub(super) fn say_failure(&mut self, failure: &Failure) {
        self.say(Level::Error, format!("{} {}", failure.what, failure.advice));
    }

    pub(super) fn new_flow_id(&mut self) -> FlowId {
        let id = FlowId(self.next_flow);
        self.next_flow += 1;
        id
    }
}
