//! What an operator acts on, in one number: two readings with the same number say the same.
//!
//! It is kept between runs, so it depends on the words of the wire alone, never on how this version
//! happens to hold them. FNV-1a, 64 bits: an accident, not an attacker, is what it must tell apart.

use crate::domain::{Amount, Order};

const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// The number of a reading. It differs where [`Order::differs_for_operator`] does.
pub fn of(order: &Order) -> u64 {
    let mut print = Print(BASIS);
    print.text(Some(order.status.wire()));
    print.text(order.next_action.as_ref().map(|action| action.wire()));
    print.number(order.allowed_actions.len());
    for action in &order.allowed_actions {
        print.text(Some(action.wire()));
    }
    let (amounts, fees) = (&order.amounts, &order.fees);
    let owed = [amounts.crypto, amounts.fiat, amounts.rate];
    let taken = [fees.platform_fee, fees.platform_fee_pct, fees.partner_fee, fees.partner_fee_pct, fees.total_fee];
    for amount in owed.into_iter().chain(taken) {
        print.amount(amount);
    }
    print.text(amounts.crypto_currency.as_deref());
    print.text(amounts.fiat_currency.as_deref());
    print.number(order.problems.len());
    for problem in &order.problems {
        print.text(Some(problem.field));
        print.text(Some(&problem.reason));
    }
    print.0
}

struct Print(u64);

impl Print {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }

    /// Length first, so that two texts are not another two with the border elsewhere.
    fn text(&mut self, text: Option<&str>) {
        self.bytes(&[u8::from(text.is_some())]);
        let text = text.unwrap_or_default();
        self.number(text.len());
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: usize) {
        self.bytes(number.to_string().as_bytes());
        self.bytes(b";");
    }

    /// However many zeros it ends in.
    fn amount(&mut self, amount: Option<Amount>) {
        self.text(amount.map(|amount| amount.decimal().normalize().to_string()).as_deref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::order::FieldProblem;
    use crate::domain::{AllowedAction, NextAction, OrderId, Status};

    fn order() -> Order {
        let mut order = Order::bare(OrderId::parse("a").unwrap(), Status::from_wire("created"));
        order.amounts.crypto = Amount::parse("101.5").ok();
        order
    }

    #[test]
    fn it_differs_exactly_where_an_operator_would_act_differently() {
        let changes: [fn(&mut Order); 13] = [
            |o| o.status = Status::from_wire("cancelled"),
            |o| o.status = Status::from_wire("a new word"),
            |o| o.next_action = Some(NextAction::ConfirmFiatReceived),
            |o| o.allowed_actions = vec![AllowedAction::Cancel],
            |o| o.allowed_actions = vec![AllowedAction::Cancel, AllowedAction::AuthorizeRefund],
            |o| o.amounts.crypto = Amount::parse("101.50").ok(),
            |o| o.amounts.crypto = Amount::parse("101.51").ok(),
            |o| o.amounts.fiat = Amount::parse("101.5").ok(),
            |o| o.amounts.fiat_currency = Some("NGN".to_owned()),
            |o| o.fees.partner_fee = Amount::parse("0").ok(),
            |o| o.problems = vec![FieldProblem { field: "amounts", reason: "no object".to_owned() }],
            |o| o.authorization_seconds_left = Some(60),
            |o| o.raw = "{}".into(),
        ];
        let before = order();
        for (i, change) in changes.iter().enumerate() {
            let mut after = order();
            change(&mut after);
            assert_eq!(of(&before) != of(&after), after.differs_for_operator(&before), "change {i}");
        }
    }

    #[test]
    fn it_is_the_same_in_every_version() {
        assert_eq!(of(&order()), 17_487_956_653_514_200_946, "what is on disks would be told again");
    }
}
