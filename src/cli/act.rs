//! `ramptop review`, and the commands that act on an order: the flow without a screen.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Result, bail};
use serde_json::json;

use super::args::{ActArgs, OrderArgs};
use super::context::Context;
use super::out::{self, Exit};
use super::present;
use crate::app::FailureKind;
use crate::app::flow::{ActionRequest, Ended, Ending, Flow, Prior, State};
use crate::domain::ActionKind;
use crate::runtime::effects::Desk;
use crate::runtime::headless::{self, Rest};
use crate::runtime::settling;

/// Shows what an authorization would sign. Needs no journal: nothing is recorded, nothing signed.
pub async fn review(context: &Context, args: OrderArgs) -> Result<Exit> {
    let keystore = context.keystore()?;
    let client = context.client(&keystore).await?;
    let desk = Desk { client, keystore, chain: context.chain()?, journal: None, rules: context.rules() };
    let flow = headless::review(&desk, &context.clock, args.id).await;
    match &flow.state {
        State::Reviewing(reviewing) => {
            let Some((facts, checks)) = &reviewing.signature else { return Ok(Exit::Failed) };
            if args.json.json {
                out::json(
                    &json!({"order_id": flow.order.as_str(), "outcome": "acceptable", "review": present::review_json(facts, checks)}),
                )?;
            } else {
                out::line(&present::review(facts, checks))?;
            }
            Ok(Exit::Done)
        }
        State::Ended(ended) => {
            print(&flow, ended, args.json.json)?;
            Ok(exit(&ended.ending))
        }
        _ => bail!("the review did not come to an end"),
    }
}

/// Acts on an order.
pub async fn act(context: &Context, args: ActArgs, request: ActionRequest) -> Result<Exit> {
    if context.settings.read_only {
        out::note("ramptop: read-only: nothing can be signed, confirmed, cancelled or sent. Nothing was sent.");
        return Ok(Exit::Refused);
    }
    if !args.yes && !io::stdin().is_terminal() {
        bail!("there is no terminal to ask on; add --yes to go ahead when every check passes. Nothing was sent.");
    }
    if !request.action().is_signed()
        && let Some(why) = context.policy_refuses()
    {
        out::note(&format!("ramptop: {why} Nothing was sent."));
        return Ok(Exit::Refused);
    }
    let _log = context.start_log()?;
    let (desk, open) = context.desk(request.action().is_signed()).await?;
    let mut priors: Vec<Prior> = open.into_iter().map(|(_, prior)| prior).collect();
    for words in settling::settle(&desk, &context.clock, &mut priors).await {
        out::note(&format!("ramptop: {}", crate::tui::text::safe(&words, 400)));
    }
    let consent = |flow: &mut Flow| consents(&args, flow);
    match headless::act(&desk, &context.clock, args.id.clone(), request, priors, consent).await {
        Rest::Declined(flow) if flow.ended().is_none() => {
            out::note("Nothing was signed, nothing was sent.");
            Ok(Exit::Refused)
        }
        Rest::Declined(flow) | Rest::Ended(flow) => {
            let Some(ended) = flow.ended() else {
                bail!("the action did not come to an end; see: ramptop journal list")
            };
            print(&flow, ended, args.json.json)?;
            Ok(exit(&ended.ending))
        }
    }
}

/// The operator's word: first the amount, where one is given or has to be, then yes.
fn consents(args: &ActArgs, flow: &mut Flow) -> bool {
    if let Some(amount) = &args.amount {
        flow.give_amount(amount);
    }
    let State::Reviewing(reviewing) = &flow.state else { return false };
    let awaited = reviewing.typing.as_ref().filter(|typing| !typing.is_done()).map(|typing| typing.amount);
    let Some(amount) = awaited else { return args.yes || ask(flow) };
    if args.yes {
        flow.refuse_amount(format!("the policy wants the amount to be given for this order: add --amount {amount}"));
        return false;
    }
    ask(flow) && {
        let _ = write!(io::stderr().lock(), "Type the amount to be paid: ");
        let mut typed = String::new();
        let read = io::stdin().lock().read_line(&mut typed).is_ok();
        flow.give_amount(if read { typed.trim() } else { "" });
        flow.ended().is_none()
    }
}

fn ask(flow: &Flow) -> bool {
    out::note(&present::question(flow));
    forget_typeahead();
    let _ = write!(io::stderr().lock(), "Type yes to {}, anything else to stop: ", deed(flow.action));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
}

/// The action as what one does, for the line that asks.
fn deed(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Authorize => "authorize this order",
        ActionKind::ConfirmFiat => "confirm this order",
        ActionKind::Cancel => "cancel this order",
        ActionKind::PaymentSent => "tell the vendor that the fiat was paid",
        ActionKind::PayerDetails => "submit these payer details",
        ActionKind::SendOut => "send this out",
        ActionKind::Refund => "take this back",
    }
}

/// What was typed before the question was seen does not answer it.
pub(super) fn forget_typeahead() {
    #[cfg(unix)]
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
}

fn print(flow: &Flow, ended: &Ended, json: bool) -> Result<()> {
    if json {
        out::json(&present::ending_json(flow, ended))?;
    } else {
        let text = present::ending(flow, ended);
        match ended.ending {
            Ending::Accepted | Ending::ProvenDone => out::line(&text)?,
            _ => out::note(&text),
        }
    }
    Ok(())
}

fn exit(ending: &Ending) -> Exit {
    match ending {
        Ending::Accepted | Ending::ProvenDone => Exit::Done,
        Ending::Refused { .. } => Exit::Refused,
        Ending::Rejected(_) => Exit::Rejected,
        Ending::NotSent(failure) if failure.kind == FailureKind::Rejected => Exit::Rejected,
        Ending::NotSent(_) | Ending::Overtaken(_) => Exit::Failed,
        Ending::Unknown(_) => Exit::Unknown,
    }
}
