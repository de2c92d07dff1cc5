//! `ramptop policy`: what limits hold in this profile, and whether its file is right.

use anyhow::Result;
use serde_json::{Value, json};

use super::args::PolicyCommand;
use super::context::Context;
use super::out::{self, Exit};
use crate::config::policy;
use crate::domain::policy::{Policy, Reaction};

pub fn run(context: &Context, command: &PolicyCommand) -> Result<Exit> {
    let path = context.settings.paths.policy_file(&context.settings.profile);
    let policy = match policy::load(&path) {
        Ok(policy) => policy,
        Err(why) => {
            out::note(&format!("ramptop: {why}\nNothing is signed while the policy cannot be read."));
            return Ok(Exit::Failed);
        }
    };
    let place = if path.exists() { "" } else { " (not there: the defaults hold)" };
    match command {
        PolicyCommand::Check => out::line(&format!("The policy is valid: {}{place}", path.display()))?,
        PolicyCommand::Show(args) if args.json => out::json(&json!({"file": path, "policy": value(&policy)}))?,
        PolicyCommand::Show(_) => {
            out::line(&format!("{}{place}", path.display()))?;
            for line in lines(&policy) {
                out::line(&line)?;
            }
        }
        PolicyCommand::Template => out::line(policy::TEMPLATE.trim_end())?,
    }
    Ok(Exit::Done)
}

fn lines(policy: &Policy) -> Vec<String> {
    let Value::Object(map) = value(policy) else { return Vec::new() };
    map.into_iter()
        .map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{name:<20} {}", crate::domain::text::visible_prefix(&text, 2_000))
        })
        .collect()
}

fn value(policy: &Policy) -> Value {
    let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let caps: serde_json::Map<String, Value> = policy
        .caps
        .iter()
        .map(|(name, caps)| {
            let text = |amount: Option<crate::domain::Amount>| amount.map(|amount| amount.to_string());
            let value = json!({"per_order": text(caps.per_order), "per_day": text(caps.per_day),
                               "type_amount_above": text(caps.type_above)});
            (name.clone(), value)
        })
        .collect();
    let hours = policy.hours.as_ref().map(|hours| {
        let days: Vec<String> = hours.days.iter().map(|day| day.to_string().to_lowercase()).collect();
        json!({"utc_offset": hours.offset.to_string(), "days": days, "from": clock(hours.from), "to": clock(hours.to)})
    });
    let recipients = policy.recipients.as_ref().map(|list| list.iter().map(ToString::to_string).collect::<Vec<_>>());
    json!({
        "read_only": policy.read_only,
        "gas_at_most": policy.most_gas,
        "ttl_at_most_seconds": policy.longest_ttl,
        "clock_bound_seconds": policy.clock_bound,
        "pause_seconds": policy.pause.as_secs(),
        "chain_unreachable": if policy.chain_unreachable == Reaction::Warn { "warn" } else { "refuse" },
        "recipients": recipients,
        "currency": caps,
        "hours": hours,
    })
}
