//! The same machine without a screen: one action from start to end.

use std::time::Duration;

use super::effects::Desk;
use crate::api::ClockFn;
use crate::app::flow::{ActionRequest, Ending, Flow, FlowEffect, FlowId, Prior, State};
use crate::domain::OrderId;

/// How a run came to rest.
#[derive(Debug)]
pub enum Rest {
    /// The flow ended.
    Ended(Flow),
    /// The operator said no.
    Declined(Flow),
}

/// How often, and how far apart, an order is read again after an answer was lost.
const READS: u32 = 8;
const BETWEEN_READS: Duration = Duration::from_secs(1);

/// Runs one action. `consent` is shown the review and answers yes or no; it may block.
pub async fn act(
    desk: &Desk,
    clock: &ClockFn,
    order: OrderId,
    request: ActionRequest,
    priors: Vec<Prior>,
    mut consent: impl FnMut(&Flow) -> bool,
) -> Rest {
    let (mut flow, effects) = Flow::start(FlowId(1), order, request, priors);
    settle(desk, clock, &mut flow, effects).await;
    while matches!(flow.state, State::Reviewing(_)) {
        if !consent(&flow) {
            return Rest::Declined(flow);
        }
        flow.tick(&clock());
        let mut effects = flow.yes_without_screen(&clock());
        if effects.is_empty() {
            // The review grew old while it was read: make a new one and ask again.
            effects = flow.read_again();
        }
        settle(desk, clock, &mut flow, effects).await;
    }
    for _ in 0..READS {
        if !flow.ended().is_some_and(|end| matches!(end.ending, Ending::Unknown(_))) {
            break;
        }
        tokio::time::sleep(BETWEEN_READS).await;
        let effects = flow.read_again();
        settle(desk, clock, &mut flow, effects).await;
    }
    Rest::Ended(flow)
}

/// Only the review, nothing signed: runs until there is a question or an end.
pub async fn review(desk: &Desk, clock: &ClockFn, order: OrderId) -> Flow {
    let (mut flow, effects) = Flow::start(FlowId(1), order, ActionRequest::Authorize, Vec::new());
    settle(desk, clock, &mut flow, effects).await;
    flow
}

/// Carries out effects, and those that follow from them, until none is left.
async fn settle(desk: &Desk, clock: &ClockFn, flow: &mut Flow, effects: Vec<FlowEffect>) {
    let mut waiting = std::collections::VecDeque::from(effects);
    while let Some(effect) = waiting.pop_front() {
        let event = desk.carry_out(effect).await;
        waiting.extend(flow.handle(event, &clock()));
    }
}
