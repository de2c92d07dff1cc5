//! `ramptop user kyc`, `verify`, `verification`, `update-kyc`.
//!
//! Personal data and tokens come from a file or standard input and are not repeated in any output.
//! Only `VERIFIED` is cleared.

use std::time::Duration;

use anyhow::{Result, bail};
use secrecy::ExposeSecret;
use serde_json::json;

use super::args::{KycArgs, KycMethod, OneUserArgs, Provider, UpdateKycArgs, VerificationArgs};
use super::context::{Context, read_secret};
use super::out::{self, Exit};
use super::show::{self, safe};
use super::{gate, input};
use crate::api::{ApiError, Client};
use crate::domain::kyc::{KycChange, KycSubmission, Pii, Verification};
use crate::domain::{KycStatus, UserId};

/// Between two looks at a verification.
const PAUSE: Duration = Duration::from_secs(2);

/// So many failures in a row end the waiting.
const MOST_FAILURES: u32 = 10;

/// The API's word for a status.
pub fn word(status: &KycStatus) -> &str {
    match status {
        KycStatus::Verified => "VERIFIED",
        KycStatus::Rejected => "VERIFICATION_REJECTED",
        KycStatus::NotStarted => "NOT_INITIATED",
        KycStatus::UnderWay(word) | KycStatus::Unknown(word) => word,
    }
}

/// Submits KYC.
pub async fn submit(context: &Context, args: KycArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let submission = submission(&args)?;
    let _log = context.start_log()?;
    let answer = context.api().await?.submit_kyc(&args.id, &submission).await?.value;
    let status = answer.status.as_ref();
    let value = json!({
        "user_uuid": args.id.as_str(), "method": submission.method(), "kyc_status": status.map(word),
        "message": answer.message, "verification_url": answer.url,
    });
    show::answer(args.json, &value, || {
        show::lines(&[
            ("kyc", status.map(|s| safe(&s.label()))),
            ("message", answer.message.as_deref().map(safe)),
            ("url", answer.url.as_deref().map(safe)),
        ])
    })
}

fn submission(args: &KycArgs) -> Result<KycSubmission> {
    if args.method == KycMethod::ExternalToken {
        return token(args);
    }
    let pii = pii(args)?;
    let is_bare = pii == Pii::default();
    match args.method {
        KycMethod::Handoff if is_bare => Ok(KycSubmission::Handoff(None)),
        KycMethod::Handoff => Ok(KycSubmission::Handoff(Some(pii))),
        _ if [&pii.first_name, &pii.last_name, &pii.country].iter().any(|text| text.trim().is_empty()) => {
            bail!("direct_data needs first_name, last_name and country_code; nothing was sent")
        }
        _ => Ok(KycSubmission::DirectData(pii)),
    }
}

/// Options and data together; what is given twice is a mistake.
fn pii(args: &KycArgs) -> Result<Pii> {
    let mut pii = Pii {
        first_name: args.first_name.clone().unwrap_or_default(),
        last_name: args.last_name.clone().unwrap_or_default(),
        country: args.country.clone().unwrap_or_default(),
        more: Vec::new(),
    };
    let data = args.data.as_ref().map(input::texts).transpose()?;
    for (key, value) in data.unwrap_or_default() {
        let place = match key.as_str() {
            "first_name" => &mut pii.first_name,
            "last_name" => &mut pii.last_name,
            "country_code" => &mut pii.country,
            _ => {
                pii.more.push((key, value));
                continue;
            }
        };
        if !place.is_empty() {
            bail!("`{key}` is given twice, as an option and in the data; nothing was sent");
        }
        *place = value;
    }
    Ok(pii)
}

fn token(args: &KycArgs) -> Result<KycSubmission> {
    if args.first_name.is_some() || args.last_name.is_some() || args.country.is_some() {
        bail!("external_token takes a token and no names; nothing was sent");
    }
    let key = if args.provider == Some(Provider::Persona) { "inquiry_id" } else { "token" };
    let text = match &args.data {
        Some(source) => input::text(source)?.to_string(),
        None => read_secret("Token: ")?.expose_secret().to_owned(),
    };
    // The bare token, or an object that holds it.
    let token = if text.trim_start().starts_with('{') {
        let found = input::pairs(&text)?.into_iter().find(|(name, _)| name == key).map(|(_, value)| value);
        found.unwrap_or_default()
    } else {
        text
    };
    let token = token.trim().to_owned();
    match args.provider {
        _ if token.is_empty() => bail!("the data hold no `{key}`; nothing was sent"),
        Some(Provider::Sumsub) => Ok(KycSubmission::Sumsub { token }),
        Some(Provider::Persona) => Ok(KycSubmission::Persona { inquiry_id: token }),
        None => bail!("say whose token it is: --provider; nothing was sent"),
    }
}

/// Starts the verification.
pub async fn verify(context: &Context, args: OneUserArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let _log = context.start_log()?;
    let answer = context.api().await?.verify_kyc(&args.id).await?.value;
    let status = answer.status.as_ref();
    let value = json!({
        "user_uuid": args.id.as_str(), "ready": answer.ready, "status": status.map(word),
        "missing": answer.missing, "message": answer.message,
    });
    show::answer(args.json, &value, || {
        show::lines(&[
            ("ready", Some(if answer.ready { "yes" } else { "no" }.to_owned())),
            ("status", status.map(|s| safe(&s.label()))),
            ("missing", (!answer.missing.is_empty()).then(|| safe(&answer.missing.join(", ")))),
            ("message", answer.message.as_deref().map(safe)),
        ])
    })?;
    Ok(if answer.ready { Exit::Done } else { Exit::Failed })
}

/// Changes fields.
pub async fn update(context: &Context, args: UpdateKycArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let change = KycChange(input::texts(&args.data)?);
    let _log = context.start_log()?;
    let answer = context.api().await?.update_kyc(&args.id, &change).await?.value;
    for (name, _) in change.0.iter().filter(|(name, _)| !answer.fields.contains(name)) {
        out::note(&format!("ramptop: the API does not say that it took `{}`", safe(name)));
    }
    let value = json!({"user_uuid": args.id.as_str(), "updated_fields": answer.fields, "message": answer.message});
    show::answer(args.json, &value, || {
        show::lines(&[
            ("updated", Some(safe(&answer.fields.join(", ")))),
            ("message", answer.message.as_deref().map(safe)),
        ])
    })
}

/// Shows how the verification stands; 0 only when it is `VERIFIED`.
pub async fn verification(context: &Context, args: VerificationArgs) -> Result<Exit> {
    let client = context.api().await?;
    let id = args.verification_id.as_deref();
    let seen =
        if args.wait { verdict(&client, &args.id, id).await? } else { client.verification(&args.id, id).await?.value };
    let value = json!({
        "user_uuid": args.id.as_str(), "status": seen.word, "verification_url": seen.url,
        "verification_seconds_left": seen.seconds_left, "provider_messages": seen.messages,
    });
    show::answer(args.json, &value, || verification_text(&seen))?;
    Ok(match seen.status {
        KycStatus::Verified => Exit::Done,
        KycStatus::Rejected => Exit::Rejected,
        _ => Exit::Failed,
    })
}

fn verification_text(seen: &Verification) -> String {
    show::lines(&[
        ("status", Some(format!("{} ({})", safe(&seen.status.label()), safe(&seen.word)))),
        ("left", seen.seconds_left.map(crate::tui::text::countdown)),
        ("url", seen.url.as_deref().map(safe)),
        ("says", (!seen.messages.is_empty()).then(|| safe(&seen.messages.join("; ")))),
    ])
}

/// Asks until there is a verdict. A failure that may pass is said and waited out.
async fn verdict(client: &Client, user: &UserId, id: Option<&str>) -> Result<Verification> {
    let mut said = String::new();
    let mut failures = 0;
    loop {
        let pause = match client.verification(user, id).await {
            Ok(seen) if matches!(seen.value.status, KycStatus::Verified | KycStatus::Rejected) => return Ok(seen.value),
            Ok(seen) => {
                failures = 0;
                say_once(&mut said, &format!("{} ({})", safe(&seen.value.status.label()), safe(&seen.value.word)));
                PAUSE
            }
            Err(error) => {
                failures += 1;
                outlast(error, failures)?.max(PAUSE)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// How long to wait after a failure.
fn outlast(error: ApiError, failures: u32) -> Result<Duration> {
    if failures >= MOST_FAILURES || !error.is_retryable() {
        return Err(error.into());
    }
    out::note(&format!("ramptop: {error}; asking again"));
    Ok(error.retry_after().unwrap_or(PAUSE))
}

fn say_once(said: &mut String, now: &str) {
    if said != now {
        now.clone_into(said);
        out::note(&format!("waiting: {now}"));
    }
}
