//! Deleting a payment profile: shown first, asked with a gate, and what became of it said plainly.
//! Source: reference, section 3 (409 while linked to active offers).

use super::{Behave, Context, Offer, Step};
use crate::app::ask::{Answer, Request};
use crate::app::failure::{Failure, FailureKind};
use crate::app::flow::gate::Gate;
use crate::app::model::Level;
use crate::domain::{Now, OrderId, PaymentDetailsId, PaymentProfile, UserId};

/// Where the deletion stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The question is on the page.
    Asking,
    /// The request is under way.
    Sending,
    /// The answer was lost; the user's profiles are being read.
    Looking,
    /// It is still there, or nobody knows; and why.
    Kept(Box<Failure>),
}

/// Deleting a payment profile.
#[derive(Debug)]
pub struct RemovePayment {
    /// Whose.
    pub user: UserId,
    /// Which.
    pub id: PaymentDetailsId,
    stage: Stage,
    gate: Gate,
}

impl RemovePayment {
    /// For this profile.
    pub fn new(user: UserId, id: PaymentDetailsId) -> Self {
        Self { user, id, stage: Stage::Asking, gate: Gate::default() }
    }

    /// Where it stands.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Whether a `y` means yes now.
    pub fn can_say_yes(&self, now: &Now) -> bool {
        self.asks() && self.gate.is_open(now.mono)
    }

    /// Whether the question is on the page.
    pub fn asks(&self) -> bool {
        matches!(self.stage, Stage::Asking | Stage::Kept(_))
    }

    /// The profile as last read.
    pub fn profile<'a>(&self, context: Context<'a>) -> Option<&'a PaymentProfile> {
        context.people.payments(&self.user)?.iter().find(|profile| profile.id == self.id)
    }

    /// Orders under way that are known to pay out to it: the API keeps it while there are any.
    pub fn used_by<'a>(&self, context: Context<'a>) -> Vec<&'a OrderId> {
        let live = context.orders.iter().map(|row| &row.seen.value).filter(|order| order.is_live());
        let mut ids: Vec<&OrderId> =
            live.map(|order| &order.id).filter(|id| context.people.payment_of(id) == Some(&self.id)).collect();
        ids.sort_unstable();
        ids
    }

    fn refused(&mut self, failure: &Failure) -> Vec<Step> {
        self.gate = Gate::default();
        if failure.kind == FailureKind::Unknown {
            self.stage = Stage::Looking;
            return vec![Step::Ask(Request::Payments(self.user.clone()))];
        }
        match failure.http_status() {
            Some(404) => return self.gone("were gone already"),
            Some(409) => self.stage = Stage::Kept(Box::new(in_use(failure))),
            _ => self.stage = Stage::Kept(Box::new(failure.clone())),
        }
        Vec::new()
    }

    fn gone(&self, how: &str) -> Vec<Step> {
        vec![Step::Say(Level::Info, format!("Payment details #{} {how}.", self.id)), Step::Close]
    }

    /// After a lost answer: is it still there?
    fn looked(&mut self, result: Result<&Answer, &Failure>) -> Vec<Step> {
        let (kind, what, advice) = match result {
            Ok(Answer::Payments(all)) if !all.iter().any(|profile| profile.id == self.id) => {
                return self.gone("are deleted; the answer was lost, but they are gone");
            }
            Ok(_) => (
                FailureKind::NotSent,
                "The answer was lost, and the payment details are still there.",
                "Nothing was deleted, as far as can be seen; no order is affected. y tries again.",
            ),
            Err(_) => (
                FailureKind::Unknown,
                "The answer was lost, and the user's payment details could not be read either.",
                "They may be deleted; no money is involved. Go back and look at the list when the API answers again.",
            ),
        };
        let failure = Failure { kind, what: what.to_owned(), advice: advice.to_owned(), no: None };
        self.stage = Stage::Kept(Box::new(failure));
        Vec::new()
    }
}

fn in_use(failure: &Failure) -> Failure {
    Failure {
        advice: "They are linked to active offers: an order that is not over pays out to them. Nothing was deleted and no order is affected. Let those orders end, or cancel them, then delete."
            .to_owned(),
        ..failure.clone()
    }
}

impl Behave for RemovePayment {
    fn title(&self) -> String {
        format!("Delete payment details #{} · user {}", self.id, self.user.short())
    }

    fn offers(&self, context: Context<'_>) -> Vec<Offer> {
        let mut offers = Vec::new();
        if self.can_say_yes(&context.now) && !context.session.read_only {
            offers.push(Offer { key: 'y', hint: "yes, delete" });
        }
        if self.asks() {
            offers.push(Offer { key: 'n', hint: "no" });
        }
        offers
    }

    fn key(&mut self, key: char, _context: Context<'_>) -> Vec<Step> {
        match key {
            'y' if self.asks() => {
                self.stage = Stage::Sending;
                vec![Step::Ask(Request::DeletePayment(self.user.clone(), self.id.clone()))]
            }
            'n' => vec![Step::Close],
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        match (request, result) {
            (Request::DeletePayment(..), Ok(_)) => self.gone("are deleted"),
            (Request::DeletePayment(..), Err(failure)) => self.refused(failure),
            (_, result) => self.looked(result),
        }
    }

    fn gate(&mut self) -> Option<&mut Gate> {
        if self.asks() { Some(&mut self.gate) } else { None }
    }

    fn gate_state(&self) -> Option<&Gate> {
        if self.asks() { Some(&self.gate) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::app::failure::No;
    use crate::app::model::{EnvironmentKind, Model, Session};
    use crate::domain::Mono;
    use chrono::DateTime;

    fn at(ms: u64) -> Now {
        let wall = DateTime::from_timestamp_millis(ms.cast_signed()).unwrap();
        Now { mono: Mono::new(Duration::from_millis(ms)), wall }
    }

    fn model(read_only: bool) -> Model {
        let session = Session {
            profile: String::new(),
            api_url: String::new(),
            environment: EnvironmentKind::Sandbox,
            read_only,
            signer: None,
            actions_blocked: None,
        };
        Model::new(at(1_000), session)
    }

    fn page() -> RemovePayment {
        let user = UserId::parse("0a3a3843-0000-4000-8000-000000000001").unwrap();
        RemovePayment::new(user, PaymentDetailsId::parse("1041").unwrap())
    }

    fn keys(page: &RemovePayment, model: &Model) -> String {
        page.offers(model.context()).iter().map(|offer| offer.key).collect()
    }

    /// Asked, seen and answered with yes.
    fn sent() -> (RemovePayment, Model, Request) {
        let (mut page, model) = (page(), model(false));
        page.gate().unwrap().drawn(at(0).mono);
        let mut steps = page.key('y', model.context());
        let Some(Step::Ask(request)) = steps.pop() else { panic!("nothing asked") };
        (page, model, request)
    }

    #[test]
    fn yes_is_offered_only_once_it_was_seen_and_never_read_only() {
        let mut page = page();
        assert_eq!(keys(&page, &model(false)), "n");
        page.gate().unwrap().drawn(at(0).mono);
        assert_eq!(keys(&page, &model(false)), "yn");
        assert_eq!(keys(&page, &model(true)), "n");
    }

    #[test]
    fn linked_to_active_offers_is_explained_and_nothing_is_lost() {
        let (mut page, model, request) = sent();
        let no = No { http_status: 409, ..No::default() };
        let failure = Failure { kind: FailureKind::Rejected, no: Some(Box::new(no)), ..Failure::default() };
        assert!(page.answered(&request, Err(&failure), model.context()).is_empty());
        let Stage::Kept(why) = page.stage() else { panic!("{:?}", page.stage()) };
        assert!(why.advice.contains("active offers"), "{}", why.advice);
        assert_eq!(keys(&page, &model), "n", "a new yes needs a new look");
    }

    #[test]
    fn one_that_is_gone_already_is_no_failure() {
        let (mut page, model, request) = sent();
        let no = No { http_status: 404, ..No::default() };
        let failure = Failure { kind: FailureKind::Rejected, no: Some(Box::new(no)), ..Failure::default() };
        let steps = page.answered(&request, Err(&failure), model.context());
        assert!(matches!(&steps[..], [Step::Say(_, text), Step::Close] if text.contains("gone already")));
    }

    #[test]
    fn after_a_lost_answer_the_list_tells() {
        let (mut page, model, request) = sent();
        let lost = Failure { kind: FailureKind::Unknown, ..Failure::default() };
        let steps = page.answered(&request, Err(&lost), model.context());
        assert!(matches!(&steps[..], [Step::Ask(Request::Payments(_))]));
        assert_eq!(keys(&page, &model), "", "no second yes meanwhile");
        let asked = Request::Payments(page.user.clone());
        let steps = page.answered(&asked, Ok(&Answer::Payments(Vec::new())), model.context());
        assert!(matches!(&steps[..], [Step::Say(..), Step::Close]));
    }
}
