//! Between the words of the shell and those of the core.

use super::figures;
use crate::api::wire::quote::read_price_changed;
use crate::api::{ApiError, SetAside};
use crate::app::msg::SetAsideNote;
use crate::app::{Failure, FailureKind, No, SyncMsg, SyncRequest};
use crate::sync::poller::{News, Wish};

/// An error of the API in the operator's terms.
pub fn failure(error: &ApiError) -> Failure {
    let kind = match error {
        ApiError::Rejected(_) => FailureKind::Rejected,
        ApiError::OutcomeUnknown { .. } => FailureKind::Unknown,
        ApiError::Transport { .. } | ApiError::Held(_) | ApiError::Decode { .. } | ApiError::Setup { .. } => {
            FailureKind::NotSent
        }
    };
    let no = error.rejection().map(|no| {
        Box::new(No {
            http_status: no.http_status,
            code: no.code.clone(),
            fields: no.fields.clone(),
            message: no.message.clone(),
            price: no.details.as_deref().and_then(read_price_changed),
        })
    });
    Failure { kind, what: error.to_string(), advice: error.advice().to_string(), no }
}

pub fn wish(request: SyncRequest) -> Wish {
    match request {
        SyncRequest::Focus { order, user } => Wish::Focus { order, user },
        SyncRequest::Now => Wish::Now,
        SyncRequest::Watch(user) => Wish::Watch(user),
        SyncRequest::WatchOrder(order) => Wish::WatchOrder(order),
    }
}

/// `None` for what concerns the shell alone.
pub fn news(news: News) -> Option<SyncMsg> {
    let msg = match news {
        News::Orders { orders, set_aside } => {
            SyncMsg::Orders { orders, set_aside: set_aside.into_iter().map(set_aside_note).collect() }
        }
        News::User(user) => SyncMsg::User(user),
        News::UserUnknown(id) => SyncMsg::UserUnknown(id),
        News::Payments(id, profiles) => SyncMsg::Payments(id, profiles),
        News::OrderNotFound(id) => SyncMsg::OrderNotFound(id),
        News::Trouble { order, error } => {
            tracing::warn!(%error, ?order, "one request failed");
            SyncMsg::Trouble { order, failure: failure(&error) }
        }
        News::Failed { error, retry_at } => {
            tracing::warn!(%error, "a request failed");
            SyncMsg::Failed { failure: failure(&error), unauthorized: error.is_unauthorized(), retry_at }
        }
        News::Complete => SyncMsg::Complete,
        News::Answered { skew_seconds } => SyncMsg::Answered { skew_seconds },
        News::Stats(stats) => SyncMsg::Stats(Box::new(figures::asking(*stats))),
        News::Swept { .. } | News::RefundRead(_) => return None,
    };
    Some(msg)
}

fn set_aside_note(set_aside: SetAside) -> SetAsideNote {
    SetAsideNote { id: set_aside.id, reason: set_aside.reason }
}
