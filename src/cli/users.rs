//! `ramptop users` and `ramptop user`: the local register, and users as the API knows them.
//!
//! Who is created here goes into the register, because the API lists no users.

use anyhow::Result;
use serde_json::json;

use super::args::{CreateUserArgs, JsonArgs, UserCommand};
use super::context::Context;
use super::out::{self, Exit};
use super::show::{self, safe};
use super::{documents, gate, kyc};
use crate::domain::{KycStatus, User, UserId};
use crate::store::Source;
use crate::tui::text;

pub fn list(context: &Context, args: JsonArgs) -> Result<Exit> {
    let users = context.store()?.users()?;
    if args.json {
        let users: Vec<_> = users.iter().map(|u| json!({"user_uuid": u.id.as_str(), "added_at": u.added_at})).collect();
        out::json(&json!({"users": users}))?;
        return Ok(Exit::Done);
    }
    if users.is_empty() {
        out::note(
            "The register is empty. The API lists no users; add one with: ramptop user add UUID, or make one with: ramptop user create",
        );
    }
    for user in users {
        out::line(user.id.as_str())?;
    }
    Ok(Exit::Done)
}

pub async fn run(context: &Context, command: UserCommand) -> Result<Exit> {
    match command {
        UserCommand::Add { id } => {
            let added = context.store()?.add_user(&id, Source::Operator, (context.clock)().wall)?;
            out::line(&format!(
                "User {id} {}.",
                if added { "is in the register now" } else { "was in the register already" }
            ))?;
        }
        UserCommand::Remove { id } => {
            let removed = context.store()?.remove_user(&id)?;
            out::line(&format!(
                "User {id} {}.",
                if removed { "is out of the register" } else { "was not in the register" }
            ))?;
        }
        UserCommand::Show { id, json } => show_user(context, &id, json.json).await?,
        UserCommand::Create(args) => return create(context, args).await,
        UserCommand::Kyc(args) => return kyc::submit(context, args).await,
        UserCommand::Document(args) => return documents::send(context, args).await,
        UserCommand::Verify(args) => return kyc::verify(context, args).await,
        UserCommand::Verification(args) => return kyc::verification(context, args).await,
        UserCommand::UpdateKyc(args) => return kyc::update(context, args).await,
    }
    Ok(Exit::Done)
}

/// Creates a user and takes them into the register, which is opened before anything is sent.
async fn create(context: &Context, args: CreateUserArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let store = context.store()?;
    let _log = context.start_log()?;
    let made = context.api().await?.create_user(&args.user_ref, &args.email).await?.value;
    if let Err(problem) = store.add_user(&made.id, Source::Created, (context.clock)().wall) {
        out::note(&format!("ramptop: the user is there, but not in the register: {problem}"));
    }
    if let Some(other) = made.email.as_deref().filter(|own| !own.eq_ignore_ascii_case(&args.email)) {
        out::note(&format!(
            "ramptop: the API knows this user by another e-mail address, and keeps it: {}",
            safe(other)
        ));
    }
    let value = json!({
        "user_uuid": made.id.as_str(), "user_ref": args.user_ref, "email": made.email, "is_new": made.is_new,
        "kyc_status": made.kyc.as_ref().map(kyc::word), "created_at": made.created_at,
    });
    show::answer(args.json, &value, || {
        let known = if made.is_new { "created" } else { "was there already" };
        show::lines(&[
            ("user", Some(format!("{} ({known})", made.id))),
            ("email", made.email.as_deref().map(safe)),
            ("kyc", made.kyc.as_ref().map(|status| safe(&status.label()))),
        ])
    })
}

async fn show_user(context: &Context, id: &UserId, json: bool) -> Result<()> {
    let keystore = context.keystore()?;
    let client = context.client(&keystore).await?;
    let user = client.user(id).await?.value;
    if json {
        out::json(&value(&user))?;
        return Ok(());
    }
    let kyc = user.kyc.as_ref().map_or_else(|| "unknown".to_owned(), KycStatus::label);
    out::line(&format!("user   {}", user.id))?;
    out::line(&format!("email  {}", text::safe(user.email.as_deref().unwrap_or("?"), 200)))?;
    out::line(&format!("name   {}", text::safe(&user.name().unwrap_or_else(|| "?".to_owned()), 200)))?;
    out::line(&format!("kyc    {}", text::safe(&kyc, 60)))?;
    for profile in &user.payment_profiles {
        let (id, currency, rail) =
            (profile.id.as_str(), text::safe(&profile.currency, 8), text::safe(&profile.rail, 40));
        out::line(&format!("pays   #{id} {currency} {rail}"))?;
    }
    Ok(())
}

fn value(user: &User) -> serde_json::Value {
    let profiles: Vec<_> = user
        .payment_profiles
        .iter()
        .map(|p| json!({"payment_details_id": p.id.as_str(), "rail": p.rail, "currency": p.currency, "institution_name": p.institution}))
        .collect();
    json!({
        "user_uuid": user.id.as_str(),
        "email": user.email,
        "created_at": user.created_at,
        "kyc": {"status": user.kyc.as_ref().map(KycStatus::label), "first_name": user.first_name, "last_name": user.last_name,
                "country_code": user.country, "rejection_reason": user.rejection_reason},
        "payment_profiles": profiles,
    })
}
