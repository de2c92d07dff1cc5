//! `ramptop webhook`. There is one address per partner: what is replaced or deleted is shown first,
//! because it may be another system's.

use anyhow::Result;
use serde_json::{Value, json};

use super::args::{JsonArgs, RegisterArgs, WebhookCommand};
use super::context::Context;
use super::gate;
use super::out::{self, Exit};
use super::show::{self, safe};
use crate::domain::webhook::Webhook;

pub async fn run(context: &Context, command: WebhookCommand) -> Result<Exit> {
    match command {
        WebhookCommand::Show(json) => show(context, json).await,
        WebhookCommand::Register(args) => register(context, args).await,
        WebhookCommand::Delete { yes, json } => delete(context, yes, json).await,
        WebhookCommand::Test(json) => test(context, json).await,
    }
}

async fn show(context: &Context, json: JsonArgs) -> Result<Exit> {
    let webhook = context.api().await?.webhook().await?.value;
    show::answer(json, &value(&webhook), || words(&webhook))
}

async fn register(context: &Context, args: RegisterArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let client = context.api().await?;
    let old = client.webhook().await?.value.url;
    let instead = old.as_deref().map_or_else(
        || "Nothing is registered now.".to_owned(),
        |url| format!("It replaces {}, which gets no more events.", safe(url)),
    );
    out::note(&instead);
    if !gate::consents(&format!("Register {}?", safe(&args.url)), args.yes)? {
        return Ok(Exit::Refused);
    }
    let _log = context.start_log()?;
    let webhook = client.register_webhook(&args.url).await?.value;
    let mut all = value(&webhook);
    if let Value::Object(fields) = &mut all {
        fields.insert("replaced_url".to_owned(), json!(old));
    }
    show::answer(args.json, &all, || words(&webhook))
}

async fn delete(context: &Context, yes: bool, json: JsonArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let client = context.api().await?;
    let Some(old) = client.webhook().await?.value.url else {
        out::note("No webhook is registered. Nothing was sent.");
        return show::answer(json, &json!({"deleted_url": null, "message": null}), || "Nothing to delete.".to_owned());
    };
    out::note(&format!("{} gets no more events.", safe(&old)));
    if !gate::consents("Delete the webhook?", yes)? {
        return Ok(Exit::Refused);
    }
    let _log = context.start_log()?;
    let message = client.delete_webhook().await?.value;
    show::answer(json, &json!({"deleted_url": old, "message": message}), || "The webhook is deleted.".to_owned())
}

/// A test leaves the API, so it counts as a write.
async fn test(context: &Context, json: JsonArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let _log = context.start_log()?;
    let test = context.api().await?.test_webhook().await?.value;
    let all = json!({"delivered": test.delivered, "http_status": test.http_status});
    show::answer(json, &all, || {
        show::lines(&[
            ("delivered", Some(if test.delivered { "yes" } else { "no" }.to_owned())),
            ("receiver answered", test.http_status.map(|status| format!("HTTP {status}"))),
        ])
    })?;
    Ok(if test.delivered { Exit::Done } else { Exit::Failed })
}

fn value(webhook: &Webhook) -> Value {
    json!({"url": webhook.url, "enabled": webhook.enabled})
}

fn words(webhook: &Webhook) -> String {
    let url = webhook.url.as_deref().map_or_else(|| "none".to_owned(), safe);
    let enabled = webhook.enabled.map(|on| if on { "yes" } else { "no" }.to_owned());
    show::lines(&[("url", Some(url)), ("enabled", enabled)])
}
