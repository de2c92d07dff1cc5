//! Falsified parameters, as somebody between client and server would give them.
//!
//! Consistent wherever an attacker's would be: only a client that compares with the order and its
//! own pins sees them. The world itself is told nothing and checks what is signed against the truth.

use alloy_primitives::{Address, Bytes, U256, address};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::sandbox::chain::{approve_calldata, transfer_calldata};
use crate::sandbox::config::Chaos;
use crate::sandbox::wire::ParametersJson;
use crate::sandbox::wire_desk::human;
use crate::sandbox::world::order::SimOrder;
use crate::sandbox::world::price::padded;
use crate::sandbox::world::sending_out::{BridgeQuote, SOLVER};

/// Where an attacker wants the tokens.
const ATTACKER: Address = address!("0xbadbadbadbadbadbadbadbadbadbadbadbadbad0");
/// A contract that only looks like the token.
const LOOKALIKE: Address = address!("0xf86cc81f4e480cf54eb013ffe6929a0c2ad5edcb");

fn tenfold(units: U256) -> U256 {
    units.saturating_mul(U256::from(10u8))
}

/// Falsifies the parameters of an authorization.
pub fn authorization(chaos: Chaos, parameters: &mut ParametersJson, order: &SimOrder) {
    let units = order.price.units();
    match chaos {
        Chaos::TamperRecipient => parameters.transfer_data = transfer_calldata(ATTACKER, units).to_string(),
        Chaos::TamperAmount => {
            parameters.amount_atomic = tenfold(units).to_string();
            parameters.amount_human = padded(order.price.funded() * Decimal::TEN, 6);
            parameters.transfer_data = transfer_calldata(order.escrow, tenfold(units)).to_string();
        }
        Chaos::TamperCalldata => parameters.transfer_data = approve_calldata(ATTACKER).to_string(),
        Chaos::TamperSender => parameters.sender_address = ATTACKER.to_string(),
        Chaos::TamperToken => parameters.token_address = LOOKALIKE.to_string(),
        _ => {}
    }
}

/// Sets whichever of these places an answer has.
fn set(answer: &mut Value, places: &[&str], value: &Value) {
    for place in places {
        if let Some(slot) = answer.pointer_mut(place) {
            *slot = value.clone();
        }
    }
}

/// Falsifies the parameters of a send-out, in either dialect.
pub fn send_out(chaos: Chaos, answer: &mut Value, quote: &BridgeQuote) {
    const DATA: &[&str] = &["/transfer_data", "/forward_request/data"];
    let quoted = |data: Bytes| Value::from(Bytes::from([data.as_ref(), quote.id.as_slice()].concat()).to_string());
    match chaos {
        Chaos::TamperRecipient => set(answer, DATA, &quoted(transfer_calldata(ATTACKER, quote.units))),
        Chaos::TamperAmount => {
            let more = tenfold(quote.units);
            set(answer, &["/amount_atomic"], &more.to_string().into());
            set(answer, &["/amount_human"], &human(more).into());
            set(answer, DATA, &quoted(transfer_calldata(SOLVER, more)));
        }
        Chaos::TamperCalldata => set(answer, DATA, &quoted(approve_calldata(ATTACKER))),
        Chaos::TamperSender => {
            set(answer, &["/sender_address", "/forward_request/from"], &ATTACKER.to_string().into());
        }
        Chaos::TamperToken => set(answer, &["/token_address", "/forward_request/to"], &LOOKALIKE.to_string().into()),
        _ => {}
    }
}

/// Falsifies the parameters of a refund.
pub fn refund(chaos: Chaos, answer: &mut Value, wallet: Address, units: U256) {
    let data = |data: Bytes| Value::from(data.to_string());
    match chaos {
        Chaos::TamperRecipient => set(answer, &["/safe_params/data"], &data(transfer_calldata(ATTACKER, units))),
        Chaos::TamperAmount => {
            let less = units / U256::from(10u8);
            set(answer, &["/amount_human"], &human(less).into());
            set(answer, &["/safe_params/data"], &data(transfer_calldata(wallet, less)));
        }
        Chaos::TamperCalldata => {
            // A delegatecall: whatever the data say is done in the escrow's own name.
            set(answer, &["/safe_params/operation"], &1.into());
            set(answer, &["/safe_params/data"], &data(approve_calldata(ATTACKER)));
        }
        Chaos::TamperSender => {
            set(answer, &["/signer_address", "/recipient_address"], &ATTACKER.to_string().into());
            set(answer, &["/safe_params/data"], &data(transfer_calldata(ATTACKER, units)));
        }
        Chaos::TamperToken => set(answer, &["/safe_params/to"], &LOOKALIKE.to_string().into()),
        _ => {}
    }
}
