//! `ramptop payment-details`. Account numbers are masked unless asked for.

use anyhow::{Result, bail};
use serde_json::{Map, Value, json};

use super::args::{CreatePaymentArgs, DeletePaymentArgs, ListPaymentsArgs, PaymentDetailsCommand};
use super::context::Context;
use super::out::{self, Exit};
use super::show::{self, safe};
use super::{details, gate, input};
use crate::api::{Client, InstitutionsQuery, RailsQuery};
use crate::domain::payment::{NewPaymentProfile, masked};
use crate::domain::rails::Rail;
use crate::domain::{Direction, PaymentProfile};

pub async fn run(context: &Context, command: PaymentDetailsCommand) -> Result<Exit> {
    match command {
        PaymentDetailsCommand::List(args) => list(context, args).await,
        PaymentDetailsCommand::Create(args) => create(context, args).await,
        PaymentDetailsCommand::Delete(args) => delete(context, args).await,
    }
}

async fn list(context: &Context, args: ListPaymentsArgs) -> Result<Exit> {
    let profiles = context.api().await?.payment_details(&args.user).await?.value;
    let values: Vec<Value> = profiles.iter().map(|profile| value(profile, args.unmasked)).collect();
    let all = json!({"user_uuid": args.user.as_str(), "masked": !args.unmasked, "payment_details": values});
    if profiles.is_empty() && !args.json.json {
        out::note("This user has no payment details.");
        return Ok(Exit::Done);
    }
    show::answer(args.json, &all, || {
        profiles.iter().map(|profile| words(profile, args.unmasked)).collect::<Vec<_>>().join("\n")
    })
}

async fn create(context: &Context, args: CreatePaymentArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let mut given = args.detail.clone();
    given.extend(args.data.as_ref().map(input::texts).transpose()?.unwrap_or_default());
    let client = context.api().await?;
    let rail = rail(&client, &args).await?;
    let kind = institution_type(&client, &args, &rail).await?;
    let misfits = details::misfits(&rail, kind.as_deref(), args.beneficiary.as_deref(), &given);
    if !misfits.is_empty() {
        for misfit in &misfits {
            out::note(&format!("ramptop: {}", safe(misfit)));
        }
        bail!(
            "the details do not fit the rail; nothing was sent. Its fields: ramptop rails --currency {}",
            args.currency
        );
    }
    let new = NewPaymentProfile {
        currency: args.currency,
        rail: args.rail,
        institution: args.institution,
        country: args.country,
        details: given,
    };
    let _log = context.start_log()?;
    let made = client.create_payment_details(&args.user, &new).await?.value;
    show::answer(args.json, &value(&made, false), || words(&made, false))
}

/// The rail by its name, with its form.
async fn rail(client: &Client, args: &CreatePaymentArgs) -> Result<Rail> {
    let mut rails = Vec::new();
    // Payment details serve payouts, and payers of the other ramp as well.
    for direction in [Direction::OffRamp, Direction::OnRamp] {
        let (country, currency) = (args.country.clone(), Some(args.currency.clone()));
        rails.extend(client.payment_rails(&RailsQuery { direction, country, currency }).await?.value.rails);
        if rails.iter().any(|rail| rail.slug == args.rail) {
            break;
        }
    }
    let mut names: Vec<String> = rails.iter().map(|rail| safe(&rail.slug)).collect();
    names.sort_unstable();
    names.dedup();
    let Some(rail) = rails.into_iter().find(|rail| rail.slug == args.rail) else {
        let offers = if names.is_empty() { "no rail at all".to_owned() } else { names.join(", ") };
        bail!("{} has no rail {:?}, it has {offers}; nothing was sent", args.currency, args.rail);
    };
    if rail.institution_required == Some(true) && args.institution.is_none() {
        bail!(
            "this rail needs an institution; nothing was sent. Find its id with: ramptop institutions --rail {} --search NAME",
            args.rail
        );
    }
    Ok(rail)
}

/// The institution's type, where the rail's form depends on it.
async fn institution_type(client: &Client, args: &CreatePaymentArgs, rail: &Rail) -> Result<Option<String>> {
    let Some(id) = args.institution.as_ref().filter(|_| !rail.formats.is_empty()) else { return Ok(None) };
    let query = InstitutionsQuery { rail: args.rail.clone(), id: Some(id.clone()), ..InstitutionsQuery::default() };
    let found = client.institutions(&query).await?.value.institutions;
    Ok(found.into_iter().find(|own| own.id == *id).and_then(|own| own.institution_type))
}

async fn delete(context: &Context, args: DeletePaymentArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let question = format!("Delete payment details {} of user {}?", args.id, args.user);
    if !gate::consents(&question, args.yes)? {
        return Ok(Exit::Refused);
    }
    let _log = context.start_log()?;
    let message = context.api().await?.delete_payment_details(&args.user, &args.id).await?.value;
    let value = json!({"user_uuid": args.user.as_str(), "payment_details_id": args.id.as_str(), "message": message});
    show::answer(args.json, &value, || format!("Payment details {} of user {} are deleted.", args.id, args.user))
}

/// One detail as it is printed.
fn shown(text: &str, unmasked: bool) -> String {
    if unmasked { text.to_owned() } else { masked(text) }
}

fn value(profile: &PaymentProfile, unmasked: bool) -> Value {
    let details: Map<String, Value> =
        profile.details.iter().map(|(key, text)| (key.clone(), shown(text, unmasked).into())).collect();
    json!({
        "payment_details_id": profile.id.as_str(), "rail": profile.rail, "currency": profile.currency,
        "institution_name": profile.institution, "details": details,
    })
}

fn words(profile: &PaymentProfile, unmasked: bool) -> String {
    let bank = profile.institution.as_deref().map(|name| format!("  {}", safe(name))).unwrap_or_default();
    let mut out = vec![format!("#{}  {}  {}{bank}", profile.id, safe(&profile.currency), safe(&profile.rail))];
    for (key, text) in &profile.details {
        out.push(format!("    {}  {}", crate::tui::text::left(&safe(key), 22), safe(&shown(text, unmasked))));
    }
    out.join("\n")
}
