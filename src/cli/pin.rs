//! `ramptop profile pin`: what the API offers beside what is pinned, a question, and the change.
//!
//! The only place where something the API says becomes a pin, and only by the operator's word. The
//! change is on the record before it is in the file.

use std::io::{self, BufRead, IsTerminal, Write};

use alloy_primitives::Address;
use anyhow::{Result, anyhow, bail};
use serde_json::{Map, Value, json};

use super::args::{PinArgs, RuleWord};
use super::context::Context;
use super::out::{self, Exit};
use crate::api::Client;
use crate::config::pins;
use crate::domain::action::is_offered;
use crate::domain::forward::TransferParameters;
use crate::domain::pins::{Pins, RecipientRule, TokenPin};
use crate::domain::text::visible_prefix;
use crate::domain::{ActionKind, OrderId};
use crate::journal::Event;
use crate::signing::typed::{DOMAIN_NAME, DOMAIN_VERSION};

pub async fn run(context: &Context, args: PinArgs) -> Result<Exit> {
    let path = context.settings.paths.pins_file(&context.settings.profile);
    let stored = pins::load(&path).map_err(|e| anyhow!("{e}\nRepair the file or move it away; nothing was changed"))?;
    let keystore = context.keystore()?;
    let client = context.client(&keystore).await?;
    let order = match args.order {
        Some(order) => order,
        None => any_order(&client).await?,
    };
    let offered = client.transfer_parameters(&order).await?.value;
    if let Some(named) = context.settings.sender.filter(|named| *named != offered.sender) {
        bail!(
            "the API names the wallet {} as the sender, but the profile says {named}. Nothing was changed",
            offered.sender
        );
    }
    if let Some(signer) = keystore.address().await?.filter(|signer| *signer != offered.sender) {
        bail!(
            "the API names the wallet {} as the sender, but this profile's key is that of {signer}: one of the two is \
             wrong. Nothing was changed",
            offered.sender
        );
    }
    let new = offer(stored.as_ref(), &offered, args.escrows, args.solvers);
    show(&order, stored.as_ref(), &new)?;
    if stored.as_ref() == Some(&new) {
        out::line("Nothing to change: this is pinned already.")?;
        return Ok(Exit::Done);
    }
    if !args.yes && !sure()? {
        out::note("Nothing was pinned.");
        return Ok(Exit::Refused);
    }
    let (journal, _) = context.journal()?;
    journal.append(Event::Pin { old: stored.as_ref().map(value), new: value(&new) }).await?;
    pins::save(&path, &new).map_err(|e| {
        anyhow!("{}: {e}. The journal says that the pins were changed, and they were not: do it again", path.display())
    })?;
    out::line(&format!("Pinned in {}.", path.display()))?;
    Ok(Exit::Done)
}

async fn any_order(client: &Client) -> Result<OrderId> {
    let all = client.all_orders(Some("awaiting_crypto_transfer_authorization")).await?;
    let found = all.orders.into_iter().find(|order| is_offered(&order.value, ActionKind::Authorize));
    found.map(|order| order.value.id).ok_or_else(|| {
        anyhow!("no order waits for an authorization, and only such an order shows what there is to pin; name one with --order ID")
    })
}

/// What the pins would become. Tokens of other currencies, and the rules, stay as they are.
fn offer(
    stored: Option<&Pins>,
    offered: &TransferParameters,
    escrows: Option<RuleWord>,
    solvers: Option<RuleWord>,
) -> Pins {
    let mut tokens = stored.map(|pins| pins.tokens.clone()).unwrap_or_default();
    let token = TokenPin { address: offered.token, decimals: offered.decimals };
    tokens.insert(offered.crypto_currency.clone(), token);
    Pins {
        chain_id: offered.chain_id,
        forwarder: offered.forwarder,
        domain_name: DOMAIN_NAME.to_owned(),
        domain_version: DOMAIN_VERSION.to_owned(),
        sender: offered.sender,
        tokens,
        escrows: rule(stored.map(|pins| &pins.escrows), escrows, Some(offered.recipient)),
        solvers: rule(stored.map(|pins| &pins.solvers), solvers, None),
    }
}

/// The rule that is asked for, else the stored one; what is offered joins a list that is asked for.
fn rule(stored: Option<&RecipientRule>, word: Option<RuleWord>, offered: Option<Address>) -> RecipientRule {
    match word {
        None => stored.cloned().unwrap_or(RecipientRule::PerOrder),
        Some(RuleWord::PerOrder) => RecipientRule::PerOrder,
        Some(RuleWord::Pinned) => {
            let mut list = stored.map(|rule| rule.addresses().to_vec()).unwrap_or_default();
            list.extend(offered.filter(|address| !list.contains(address)));
            RecipientRule::Pinned(list)
        }
    }
}

fn show(order: &OrderId, stored: Option<&Pins>, new: &Pins) -> Result<()> {
    out::line(&format!("What the API offers for order {order}, beside what is pinned:\n"))?;
    let before: Map<String, Value> = stored.map(lines).unwrap_or_default();
    for (name, offered) in lines(new) {
        let offered = text(&offered);
        let was = before.get(&name).map(text);
        let mark = match &was {
            Some(was) if *was == offered => " ",
            Some(_) => "!",
            None => "+",
        };
        out::line(&format!("{mark} {name:<18} {offered}"))?;
        if let Some(was) = was.filter(|was| *was != offered) {
            out::line(&format!("  {:<18} {was}  <- pinned now", ""))?;
        }
    }
    out::line("\nCompare each with what you know from elsewhere: a pin is only worth what it was compared with.")?;
    Ok(())
}

fn text(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    visible_prefix(&text, 400)
}

/// One line for each pin.
fn lines(pins: &Pins) -> Map<String, Value> {
    let mut all = value(pins);
    all.remove("tokens");
    for (name, pin) in &pins.tokens {
        all.insert(format!("token {name}"), format!("{}, {} places", pin.address, pin.decimals).into());
    }
    all
}

/// The pins as a JSON object, for the journal and for `--json`.
pub fn value(pins: &Pins) -> Map<String, Value> {
    let tokens: Map<String, Value> = pins
        .tokens
        .iter()
        .map(|(name, pin)| (name.clone(), json!({"address": pin.address.to_string(), "decimals": pin.decimals})))
        .collect();
    let rule = |rule: &RecipientRule| match rule {
        RecipientRule::PerOrder => json!("per-order"),
        RecipientRule::Pinned(list) => list.iter().map(ToString::to_string).collect(),
    };
    let pairs: [(&str, Value); 8] = [
        ("chain_id", pins.chain_id.into()),
        ("forwarder", pins.forwarder.to_string().into()),
        ("domain_name", pins.domain_name.clone().into()),
        ("domain_version", pins.domain_version.clone().into()),
        ("sender", pins.sender.to_string().into()),
        ("escrows", rule(&pins.escrows)),
        ("solvers", rule(&pins.solvers)),
        ("tokens", tokens.into()),
    ];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn sure() -> Result<bool> {
    if !io::stdin().is_terminal() {
        bail!("there is no terminal to ask on; add --yes to pin what is offered. Nothing was changed.");
    }
    let _ = write!(io::stderr().lock(), "Type yes to pin these, anything else to leave it: ");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
