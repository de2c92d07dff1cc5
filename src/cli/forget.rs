//! `ramptop forget`: takes what leads to a person out of the local database, byte by byte.
//!
//! Nothing is sent: the API has no call for it. What stays is said before anything is deleted.

use anyhow::Result;
use serde_json::json;

use super::args::ForgetArgs;
use super::context::Context;
use super::gate;
use super::out::{self, Exit};
use crate::domain::UserId;
use crate::store::Forgotten;

pub fn run(context: &Context, args: &ForgetArgs) -> Result<Exit> {
    let mut store = context.store()?;
    let found = store.would_forget(&args.id)?;
    // Without anything to delete it still cleans up what an earlier time could not.
    if !found.is_nothing() && !gate::agrees(&question(&args.id, &found), args.yes, "Nothing was deleted.")? {
        return Ok(Exit::Refused);
    }
    let forgotten = store.forget(&args.id)?;
    if args.json.json {
        out::json(&value(&args.id, &forgotten))?;
    } else if forgotten.is_nothing() {
        out::line(&format!("Nothing is kept of user {} in this profile.", args.id))?;
    } else {
        out::line(&format!("Deleted of user {}: {}.", args.id, counted(&forgotten)))?;
    }
    let Some(why) = &forgotten.traces else { return Ok(Exit::Done) };
    out::note(&format!(
        "ramptop: what was deleted may still lie in unused parts of the file: {why}. End every other ramptop of this \
         profile and repeat this."
    ));
    Ok(Exit::Failed)
}

fn question(user: &UserId, found: &Forgotten) -> String {
    format!(
        "Forget user {user} on this machine? Deleted for good: {}.\n\
         These stay: their orders with amounts, states and your references, without anything personal; the entries \
         of the journal; the log. The API keeps the person and is not asked to forget them; what it tells about them \
         later is learned again, so end every other ramptop of this profile first.",
        counted(found)
    )
}

fn counted(found: &Forgotten) -> String {
    let count = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {many}")),
    };
    let parts = [
        count(found.users, "entry of the register", "entries of the register"),
        count(found.profiles, "payment profile", "payment profiles"),
        count(found.links, "link to an order", "links to orders"),
        count(found.quotes, "quote", "quotes"),
        count(found.events, "event's body", "events' bodies"),
        count(found.orders, "order's personal data", "orders' personal data"),
        count(found.notes, "note on an order", "notes on orders"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn value(user: &UserId, done: &Forgotten) -> serde_json::Value {
    json!({
        "user_uuid": user.as_str(),
        "forgotten": {
            "users": done.users, "payment_profiles": done.profiles, "links": done.links, "quotes": done.quotes,
            "event_bodies": done.events, "orders_stripped": done.orders, "notes": done.notes,
        },
        "traces": done.traces,
    })
}
