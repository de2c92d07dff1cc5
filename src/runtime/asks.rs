//! Carrying out what pages ask: one call of the client, one answer back. Nothing is decided here.

use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use super::convert::failure;
use super::keeper::KeeperHandle;
use super::trades::Trade;
use crate::api::{ApiError, Client, Document, Initiation, InstitutionsQuery, RailsQuery};
use crate::app::ask::{Answer, AskId, Progress, Request};
use crate::app::{Failure, Msg};
use crate::domain::{Direction, Observed, UserId};

/// How many institutions a search shows at most.
const INSTITUTIONS: u32 = 50;

/// Asks the API. An upload reports its progress to the mailbox meanwhile.
pub async fn carry_out(
    client: &Client,
    id: AskId,
    request: Request,
    mailbox: &mpsc::Sender<Msg>,
) -> Result<Answer, Failure> {
    match request {
        Request::UploadDocument { user, kind, path } => upload(client, id, &user, &kind, &path, mailbox.clone()).await,
        Request::CreateUser { .. }
        | Request::User(_)
        | Request::SubmitKyc(..)
        | Request::VerifyKyc(_)
        | Request::ChangeKyc(..)
        | Request::Verification(_) => person(client, request).await,
        Request::Rails { .. }
        | Request::Institutions { .. }
        | Request::FiatCurrencies
        | Request::CryptoCurrencies
        | Request::SendOutRoutes { .. } => catalogue(client, request).await,
        Request::CreatePayment(..) | Request::DeletePayment(..) | Request::Payments(_) => {
            payments(client, request).await
        }
        Request::Webhook | Request::RegisterWebhook(_) | Request::DeleteWebhook | Request::TestWebhook => {
            webhook(client, request).await
        }
        Request::Estimate(..) | Request::OffRampQuote(_) | Request::OnRampQuote(_) | Request::Initiate { .. } => {
            ramp(client, request).await
        }
    }
}

/// Keeps what the API never says again, before the answer is shown. A failure is told by the keeper.
pub async fn keep(keeper: &KeeperHandle, request: &Request, answer: &Answer) {
    if let Some(trade) = Trade::of(request, answer) {
        keeper.trade(trade);
        keeper.settled().await;
    }
}

fn answer<T>(result: Result<Observed<T>, ApiError>, into: impl FnOnce(T) -> Answer) -> Result<Answer, Failure> {
    result.map(|seen| into(seen.value)).map_err(|error| failure(&error))
}

async fn person(client: &Client, request: Request) -> Result<Answer, Failure> {
    match request {
        Request::CreateUser { user_ref, email } => {
            answer(client.create_user(&user_ref, &email).await, Answer::UserCreated)
        }
        Request::User(id) => answer(client.user(&id).await, |user| Answer::User(Box::new(user))),
        Request::SubmitKyc(user, kyc) => answer(client.submit_kyc(&user, &kyc).await, Answer::Kyc),
        Request::VerifyKyc(user) => answer(client.verify_kyc(&user).await, Answer::Readiness),
        Request::ChangeKyc(user, change) => answer(client.update_kyc(&user, &change).await, Answer::KycUpdated),
        Request::Verification(user) => answer(client.verification(&user, None).await, Answer::Verification),
        _ => Err(misplaced()),
    }
}

async fn catalogue(client: &Client, request: Request) -> Result<Answer, Failure> {
    match request {
        Request::Rails { country, currency, direction } => {
            let query = RailsQuery { direction, country, currency };
            answer(client.payment_rails(&query).await, Answer::Rails)
        }
        Request::Institutions { rail, country, currency, search } => {
            let limit = Some(INSTITUTIONS);
            let query = InstitutionsQuery { rail, country, currency, search, limit, ..InstitutionsQuery::default() };
            answer(client.institutions(&query).await, Answer::Institutions)
        }
        Request::FiatCurrencies => answer(client.fiat_currencies().await, Answer::FiatCurrencies),
        Request::CryptoCurrencies => answer(client.crypto_currencies().await, Answer::CryptoCurrencies),
        Request::SendOutRoutes { crypto } => answer(client.send_out_routes(&crypto).await, Answer::Routes),
        _ => Err(misplaced()),
    }
}

async fn payments(client: &Client, request: Request) -> Result<Answer, Failure> {
    match request {
        Request::CreatePayment(user, new) => {
            answer(client.create_payment_details(&user, &new).await, Answer::PaymentCreated)
        }
        Request::DeletePayment(user, id) => answer(client.delete_payment_details(&user, &id).await, |_| Answer::Done),
        Request::Payments(user) => answer(client.payment_details(&user).await, Answer::Payments),
        _ => Err(misplaced()),
    }
}

async fn webhook(client: &Client, request: Request) -> Result<Answer, Failure> {
    match request {
        Request::Webhook => answer(client.webhook().await, Answer::Webhook),
        Request::RegisterWebhook(url) => answer(client.register_webhook(&url).await, Answer::Webhook),
        Request::DeleteWebhook => answer(client.delete_webhook().await, |_| Answer::Done),
        Request::TestWebhook => answer(client.test_webhook().await, Answer::WebhookTest),
        _ => Err(misplaced()),
    }
}

async fn ramp(client: &Client, request: Request) -> Result<Answer, Failure> {
    match request {
        Request::Estimate(direction, price) => answer(client.estimate(direction, &price).await, Answer::Estimate),
        Request::OffRampQuote(request) => answer(client.off_ramp_quote(&request).await, Answer::Quote),
        Request::OnRampQuote(request) => answer(client.on_ramp_quote(&request).await, Answer::Quote),
        Request::Initiate { direction, quote, reference, .. } => initiate(client, direction, quote, reference).await,
        _ => Err(misplaced()),
    }
}

async fn initiate(
    client: &Client,
    direction: Direction,
    quote: crate::domain::QuoteId,
    reference: Option<String>,
) -> Result<Answer, Failure> {
    answer(client.initiate(Initiation { direction, quote, reference }).await, Answer::Initiated)
}

/// The file is looked at first: one that cannot be taken is refused before anything is sent.
async fn upload(
    client: &Client,
    id: AskId,
    user: &UserId,
    kind: &str,
    path: &Path,
    mailbox: mpsc::Sender<Msg>,
) -> Result<Answer, Failure> {
    let document = Document::read(&at_home(path), kind).await.map_err(|bad| {
        Failure::not_sent(bad.to_string(), "Nothing was sent; choose another file.").about(&["document"])
    })?;
    let report = move |progress: crate::api::Progress| {
        // A full mailbox loses a step of the bar, never the upload.
        let _ = mailbox.try_send(Msg::Progress(id, Progress { sent: progress.sent, total: progress.total }));
    };
    answer(client.upload_document(user, &document, report).await, Answer::Document)
}

/// A shell would spell `~/` out; a form has none.
fn at_home(path: &Path) -> PathBuf {
    let home = path.strip_prefix("~").ok().zip(etcetera::home_dir().ok());
    home.map_or_else(|| path.to_owned(), |(rest, home)| home.join(rest))
}

fn misplaced() -> Failure {
    Failure::not_sent("This request was sent to the wrong desk.", "Nothing was sent; please report this.")
}
