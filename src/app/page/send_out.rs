//! Where the crypto of a completed on-ramp order goes: the chain and the address.
//!
//! Nothing is sent from here. The address is checked by what its chain's form allows, then both go
//! into the review of the action, which shows them in full. Source: reference, section 7.

use super::handover::{self, Handover};
use super::{Behave, Context, Step};
use crate::app::ask::{Answer, Request};
use crate::app::failure::Failure;
use crate::app::flow::ActionRequest;
use crate::app::form::{Choice, Field, Form, FormStep, Rule};
use crate::domain::action::{self, ActionKind};
use crate::domain::chain_address::AddressKind;
use crate::domain::send_out::{Destination, SendOutRoute};
use crate::domain::{AllowedAction, Order, OrderId};

const CHAIN: &str = "destination_chain";
const ADDRESS: &str = "destination_address";

/// Where it could go.
#[derive(Debug)]
pub enum Routes {
    /// Not answered yet.
    Waiting,
    /// These.
    Known(Vec<SendOutRoute>),
    /// The API tells none: the chain is typed.
    Typed(String),
}

/// Where the crypto of a completed on-ramp order goes.
#[derive(Debug)]
pub struct SendOutPage {
    /// The order.
    pub order: OrderId,
    form: Form,
    routes: Routes,
    handover: Handover,
}

impl SendOutPage {
    /// For this order.
    pub fn new(order: OrderId) -> Self {
        Self {
            order,
            form: Form::new(fields(&Routes::Waiting)),
            routes: Routes::Waiting,
            handover: Handover::default(),
        }
    }

    /// Where it could go.
    pub fn routes(&self) -> &Routes {
        &self.routes
    }

    /// Why nothing can be sent out now, as the order was last read.
    pub fn objection(&self, context: Context<'_>) -> Option<String> {
        let Some(row) = context.orders.get(&self.order) else {
            return Some("The order was not read yet.".to_owned());
        };
        let order = &row.seen.value;
        (!action::offered(order, ActionKind::SendOut)).then(|| refused(order))
    }

    fn kind(&self) -> AddressKind {
        let chain = self.form.value(CHAIN);
        match &self.routes {
            Routes::Known(routes) => {
                routes.iter().find(|r| r.chain == chain).map_or(AddressKind::Other, AddressKind::of_route)
            }
            _ => AddressKind::of_name(chain),
        }
    }

    /// The address is held to the form of the chosen chain.
    fn settle(&mut self) {
        let kind = self.kind();
        self.form.hold(ADDRESS, Rule::Address(kind));
    }

    fn take(&mut self, routes: Routes) {
        self.routes = routes;
        self.form.replace_fields(fields(&self.routes));
        self.settle();
    }
}

fn refused(order: &Order) -> String {
    let offers = order.allows(&AllowedAction::AuthorizeBridge);
    let words = order.status.label();
    if offers {
        format!("This order ({words}) is no on-ramp order.")
    } else {
        format!("The order is {words} and does not offer a send-out.")
    }
}

fn fields(routes: &Routes) -> Vec<Field> {
    let chain = match routes {
        Routes::Waiting => {
            Field::choice(CHAIN, "chain", Vec::new()).hint("Asking the API where this crypto can be sent…")
        }
        Routes::Known(routes) => {
            let field = Field::choice(CHAIN, "chain", routes.iter().map(route).collect())
                .hint("Up and down choose; typing narrows. Only these chains are served.");
            // Many chains share one form of address: among several the operator chooses.
            if routes.len() > 1 { field.with("") } else { field }
        }
        Routes::Typed(_) => Field::text(CHAIN, "chain")
            .hint("The API lists no routes: type the chain's name as its documents have it, like arbitrum."),
    };
    let address = Field::text(ADDRESS, "address")
        .hint("Paste it. What is sent to a wrong address is lost; the review shows it in full before you sign.");
    vec![chain.required(), address.required()]
}

fn route(route: &SendOutRoute) -> Choice {
    let parts =
        [route.chain_type.clone(), route.token.clone(), route.chain_id.as_ref().map(|id| format!("chain {id}"))];
    let more: Vec<String> = parts.into_iter().flatten().collect();
    Choice::new(route.chain.clone(), format!("{} · {}", route.chain, more.join(" · ")))
}

impl Behave for SendOutPage {
    fn title(&self) -> String {
        format!("Send out · order {}", self.order.short())
    }

    fn form(&self) -> Option<&Form> {
        Some(&self.form)
    }

    fn form_mut(&mut self) -> Option<&mut Form> {
        Some(&mut self.form)
    }

    fn shown(&mut self, context: Context<'_>) -> Vec<Step> {
        let row = context.orders.get(&self.order);
        match row.and_then(|row| row.seen.value.amounts.crypto_currency.clone()) {
            Some(crypto) if matches!(self.routes, Routes::Waiting) => {
                vec![Step::Ask(Request::SendOutRoutes { crypto })]
            }
            Some(_) => Vec::new(),
            None => {
                self.take(Routes::Typed("The order does not say which crypto it holds.".to_owned()));
                Vec::new()
            }
        }
    }

    fn form_step(&mut self, step: FormStep, context: Context<'_>) -> Vec<Step> {
        match step {
            FormStep::Leave => vec![Step::Close],
            FormStep::Changed(name) if name == CHAIN => {
                self.settle();
                Vec::new()
            }
            FormStep::Submit => {
                if let Some(why) = self.objection(context) {
                    return handover::object(&mut self.form, why);
                }
                let value = |name| self.form.value(name).to_owned();
                let to = Destination { chain: value(CHAIN), address: value(ADDRESS) };
                self.handover.open();
                vec![Step::ActWith(self.order.clone(), ActionRequest::SendOut(to))]
            }
            _ => Vec::new(),
        }
    }

    fn answered(&mut self, request: &Request, result: Result<&Answer, &Failure>, _context: Context<'_>) -> Vec<Step> {
        if !matches!(request, Request::SendOutRoutes { .. }) {
            return Vec::new();
        }
        let routes = match result {
            Ok(Answer::Routes(routes)) if !routes.is_empty() => Routes::Known(routes.clone()),
            Ok(_) => Routes::Typed("The API lists no route for this crypto.".to_owned()),
            Err(failure) => Routes::Typed(failure.what.clone()),
        };
        self.take(routes);
        Vec::new()
    }

    /// The form is filled in further: what the API refused stands at the field it names.
    fn came_to_nothing(&mut self, order: &OrderId, failure: &Failure) {
        self.handover.came_to_nothing(*order == self.order, &mut self.form, failure);
    }

    fn tick(&mut self, context: Context<'_>) -> Vec<Step> {
        self.handover.tick(self.objection(context).is_some())
    }
}

#[cfg(test)]
mod tests;
