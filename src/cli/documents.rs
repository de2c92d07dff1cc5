//! `ramptop user document`: a file, or the address of one that is on the web already.
//!
//! A file is read and checked before anything is sent. How far it is shows on a terminal only.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::args::DocumentArgs;
use super::context::Context;
use super::out::{self, Exit};
use super::show::{self, safe};
use super::{gate, kyc};
use crate::api::{Document, Progress};
use crate::domain::kyc::{DocumentLink, StoredDocument, StoredDocuments};

/// Uploads or links a document.
pub async fn send(context: &Context, args: DocumentArgs) -> Result<Exit> {
    if gate::is_closed(context) {
        return Ok(Exit::Refused);
    }
    let stored = match (&args.file, &args.url) {
        (Some(file), None) => upload(context, &args, file).await?,
        (None, Some(url)) => link(context, &args, url).await?,
        _ => bail!("give a file or --url; nothing was sent"),
    };
    for error in &stored.errors {
        out::note(&format!("ramptop: not taken: {}", safe(error)));
    }
    let taken: Vec<Value> = stored.uploaded.iter().map(value).collect();
    let all = json!({
        "user_uuid": args.id.as_str(), "uploaded": taken, "errors": stored.errors, "message": stored.message,
    });
    show::answer(args.json, &all, || words(&stored))?;
    Ok(if stored.errors.is_empty() { Exit::Done } else { Exit::Rejected })
}

async fn upload(context: &Context, args: &DocumentArgs, file: &Path) -> Result<StoredDocuments> {
    let document = Document::read(file, &args.kind).await;
    let document = document.with_context(|| format!("{} was not sent", file.display()))?;
    let _log = context.start_log()?;
    let shows = io::stderr().is_terminal();
    let last = AtomicU64::new(u64::MAX);
    let report = move |progress: Progress| {
        if shows {
            draw(progress, &last);
        }
    };
    let stored = context.api().await?.upload_document(&args.id, &document, report).await;
    if shows {
        out::note("");
    }
    let stored = stored?.value;
    let message = stored.message.clone();
    Ok(StoredDocuments { uploaded: vec![stored], errors: Vec::new(), message })
}

/// One line that is written over; a closed standard error is no reason to stop.
fn draw(progress: Progress, last: &AtomicU64) {
    let percent = progress.sent.saturating_mul(100).checked_div(progress.total).unwrap_or(100);
    if last.swap(percent, Ordering::Relaxed) != percent {
        let mut err = io::stderr().lock();
        let _ = write!(err, "\r{percent:>3} % of {} bytes", progress.total);
        let _ = err.flush();
    }
}

async fn link(context: &Context, args: &DocumentArgs, url: &str) -> Result<StoredDocuments> {
    let _log = context.start_log()?;
    let link = DocumentLink { kind: args.kind.clone(), url: url.to_owned() };
    Ok(context.api().await?.link_documents(&args.id, &[link]).await?.value)
}

fn value(document: &StoredDocument) -> Value {
    json!({
        "document_id": document.id, "document_type": document.kind, "file_name": document.file_name,
        "message": document.message, "verification_id": document.verification,
        "verification_status": document.status.as_ref().map(kyc::word),
    })
}

fn words(stored: &StoredDocuments) -> String {
    let mut parts: Vec<String> = stored.uploaded.iter().map(one).collect();
    if parts.is_empty() {
        parts.push(show::lines(&[("message", stored.message.as_deref().map(safe))]));
    }
    parts.join("\n")
}

fn one(document: &StoredDocument) -> String {
    show::lines(&[
        ("document", document.id.as_deref().map(safe)),
        ("type", document.kind.as_deref().map(safe)),
        ("message", document.message.as_deref().map(safe)),
        ("kyc", document.status.as_ref().map(|status| safe(&status.label()))),
    ])
}
