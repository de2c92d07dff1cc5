//! A submission as it is after the journal took it in.

use ramptop::domain::stage::{Receipt, Reviewed, Submission};
use ramptop::domain::{ActionKind, AllowedAction, Amount, Now, Observed, Order, OrderId, Permit, Status};

/// To cancel the order `o-1`, as it was read at `now`.
pub fn cancel(now: Now) -> Submission {
    let mut order = Order::bare(OrderId::parse("o-1").unwrap(), Status::from_wire("created"));
    order.allowed_actions = vec![AllowedAction::Cancel];
    order.amounts.crypto = Some(Amount::parse("1").unwrap());
    order.amounts.crypto_currency = Some("USDT".to_owned());
    let seen = Observed { value: order, asked: now, answered: now, server_date: None };
    let permit = Permit::new(seen, ActionKind::Cancel, &now).unwrap();
    let approved = Reviewed::bare(permit, now).unwrap().approve(&now).unwrap();
    approved.recorded(Receipt { seq: 1, hash: "00".to_owned() }, &now).unwrap().into_bare().unwrap()
}
