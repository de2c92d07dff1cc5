//! Carrying out what pages ask: one call of the client, one answer back.

use tokio::sync::mpsc;

use super::convert::failure;
use crate::api::Client;
use crate::app::ask::{Answer, AskId, Request};
use crate::app::{Failure, Msg};

/// Asks the API. An upload reports its progress to the mailbox meanwhile.
pub async fn carry_out(
    client: &Client,
    _id: AskId,
    request: Request,
    _mailbox: &mpsc::Sender<Msg>,
) -> Result<Answer, Failure> {
    match request {
        Request::User(id) => {
            client.user(&id).await.map(|user| Answer::User(Box::new(user.value))).map_err(|e| failure(&e))
        }
        _ => Err(Failure::not_sent("This cannot be asked yet.", "Nothing was sent.")),
    }
}
