//! The checks of a refund: a transaction of the order's escrow (a Safe) that pays us back.
//!
//! There is a look-alike that gives the crypto away, with the same type and domain: it says
//! `to_buyer`, names the vendor and may be a delegatecall to a batch. More than one check refuses
//! each of these. Where our own record tells what the escrow was funded with, that counts as well.
//! Source: reference, sections 6.6 and 11.

use alloy_primitives::{Address, U256};

use super::{
    Check, all_differ, decodes, found_or, fresh, none_is_zero, optional, permit_is_for, same_currency, some_chain,
    still_permits,
};
use crate::domain::refund::{Funding, RefundParameters};
use crate::domain::text::visible_prefix;
use crate::domain::{ActionKind, AtomicAmount, Observed, Order, Permit};
use crate::signing::calldata::{CalldataError, Transfer};
use crate::signing::review::RefundContext;

/// The only direction that is a refund.
pub const TO_SELLER: &str = "to_seller";
/// A plain call; 1 is a delegatecall, which runs foreign code as the escrow.
pub const CALL: u8 = 0;

/// Everything a check may look at.
pub struct Subject<'a> {
    pub permit: &'a Permit,
    pub observed: &'a Observed<RefundParameters>,
    pub context: &'a RefundContext,
    pub calldata: &'a Result<Transfer, CalldataError>,
}

impl Subject<'_> {
    fn order(&self) -> &Order {
        &self.permit.order().value
    }

    fn parameters(&self) -> &RefundParameters {
        &self.observed.value
    }

    fn funding(&self) -> Option<&Funding> {
        self.context.funding.as_ref()
    }

    fn paid(&self) -> Option<U256> {
        self.calldata.as_ref().ok().map(|transfer| transfer.amount)
    }
}

type Rule = fn(&Subject<'_>) -> Check;

/// Every check in the order it is shown.
const RULES: [Rule; 22] = [
    |s| permit_is_for(s.permit, ActionKind::Refund),
    |s| still_permits(s.permit, ActionKind::Refund, &s.context.now),
    |s| fresh(s.observed, &s.context.now),
    |s| Check::equal("order-id", &s.order().id, &s.parameters().order_id),
    direction,
    |s| Check::equal("signer", s.context.signer, s.parameters().signer),
    |s| Check::equal("recipient", s.context.signer, s.parameters().recipient),
    |s| Check::equal("escrow-domain", s.parameters().escrow, s.parameters().verifying_contract),
    operation,
    |s| Check::equal("value", U256::ZERO, s.parameters().safe.value),
    safe_gas,
    |s| Check::equal("gas-token", Address::ZERO, s.parameters().safe.gas_token),
    |s| Check::equal("refund-receiver", Address::ZERO, s.parameters().safe.refund_receiver),
    |s| decodes("transfer(address,uint256)", s.calldata),
    calldata_recipient,
    calldata_amount,
    amount_of_order,
    |s| same_currency(s.order(), &s.parameters().crypto_currency),
    |s| none_is_zero(&addresses(s.parameters())),
    |s| all_differ(&addresses(s.parameters())),
    |s| some_chain(s.parameters().chain_id),
    as_funded,
];

/// Runs every check.
pub fn run(subject: &Subject<'_>) -> Vec<Check> {
    RULES.iter().map(|rule| rule(subject)).collect()
}

fn direction(s: &Subject<'_>) -> Check {
    let found = &s.parameters().direction;
    Check::that("direction", TO_SELLER, visible_prefix(found, 40), found == TO_SELLER)
}

fn operation(s: &Subject<'_>) -> Check {
    let found = s.parameters().safe.operation;
    let words = if found == 1 {
        "1, a delegatecall: foreign code would run as the escrow".to_owned()
    } else {
        found.to_string()
    };
    Check::that("operation", "0, a plain call", words, found == CALL)
}

/// Any of these above zero takes a fee out of the escrow.
fn safe_gas(s: &Subject<'_>) -> Check {
    let safe = &s.parameters().safe;
    let all = [("safeTxGas", safe.safe_tx_gas), ("baseGas", safe.base_gas), ("gasPrice", safe.gas_price)];
    let set: Vec<String> = all.iter().filter(|(_, n)| !n.is_zero()).map(|(name, n)| format!("{name} = {n}")).collect();
    Check::that("safe-gas", "all zero", found_or(&set, "all zero"), set.is_empty())
}

/// The key's address, not what the answer calls the recipient: each is compared with the key.
fn calldata_recipient(s: &Subject<'_>) -> Check {
    optional("calldata-recipient", Some(s.context.signer), s.calldata.as_ref().ok().map(|transfer| transfer.recipient))
}

fn calldata_amount(s: &Subject<'_>) -> Check {
    let p = s.parameters();
    optional("calldata-amount", p.amount_human.to_atomic(p.decimals).map(AtomicAmount::units), s.paid())
}

/// The whole of what was funded comes back, the markup included.
fn amount_of_order(s: &Subject<'_>) -> Check {
    let places = s.parameters().decimals;
    let funded = s.order().crypto_to_fund().and_then(|amount| amount.to_atomic(places)).map(AtomicAmount::units);
    let positive = funded.filter(|units| !units.is_zero());
    optional("amount-order", positive, s.paid())
}

fn addresses(p: &RefundParameters) -> [(&'static str, Address); 3] {
    [("token", p.safe.to), ("escrow", p.escrow), ("recipient", p.recipient)]
}

/// What the answer says against what our journal says. Without a record there is nothing to
/// compare with, which is worth a word: the authorization was made elsewhere.
fn as_funded(s: &Subject<'_>) -> Check {
    let p = s.parameters();
    let Some(funding) = s.funding() else {
        let expected = "token, chain and escrow of our own authorization";
        return Check::worth("as-funded", expected, "our journal has no authorization of this order", false);
    };
    let same = funding.chain_id == p.chain_id
        && funding.token == p.safe.to
        && funding.escrow == p.escrow
        && s.paid() == Some(funding.amount.units());
    let paid = s.paid().map_or_else(|| super::UNREADABLE.to_owned(), |units| units.to_string());
    let words = |amount: &str, token: Address, escrow: Address, chain: u64| {
        format!("{amount} units of {token} from {escrow} on chain {chain}")
    };
    let expected = words(&funding.amount.to_string(), funding.token, funding.escrow, funding.chain_id);
    Check::that("as-funded", expected, words(&paid, p.safe.to, p.escrow, p.chain_id), same)
}
