//! What the signature of a send-out would permit, and what the API promises to do with it.

use alloy_primitives::{Address, B256, U256};
use serde_json::{Map, Value};

use super::until;
use crate::domain::send_out::Destination;
use crate::domain::{Amount, AtomicAmount, OrderId};

/// The send-out in human terms. What could not be read from the calldata is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendOutFacts {
    /// The order.
    pub order_id: OrderId,
    /// The wallet that pays: `from`.
    pub payer: Address,
    /// The token's contract: `to`.
    pub token: Address,
    /// What the calldata pays, in whole tokens.
    pub amount: Option<Amount>,
    /// What the calldata pays, in the token's smallest unit.
    pub amount_atomic: Option<AtomicAmount>,
    /// The token's name, made visible.
    pub currency: String,
    /// Who receives the tokens here, to pay them out over there.
    pub solver: Option<Address>,
    /// Where they are to go, as the operator typed it; made visible by whoever shows it.
    pub destination: Destination,
    /// `to_amount`: what arrives, in the smallest unit of the token there.
    pub to_amount: AtomicAmount,
    /// The same in whole tokens, where the places of the token there are known.
    pub arrives: Option<Amount>,
    /// The quote that binds the destination, made visible.
    pub quote: String,
    /// The chain that is paid on.
    pub chain_id: u64,
    /// The forwarder that executes the request.
    pub forwarder: Address,
    /// The payer's nonce at the forwarder.
    pub nonce: U256,
    /// The gas limit.
    pub gas: U256,
    /// Unix seconds until which the signature is good; zero if the review found none.
    pub deadline: u64,
    /// What is signed; `None` if the review refused.
    pub digest: Option<B256>,
}

impl SendOutFacts {
    /// What leaves, in words.
    pub fn paid(&self) -> String {
        let units = self.amount_atomic.map_or_else(|| "?".to_owned(), |units| units.to_string());
        let amount = self.amount.map_or_else(|| "?".to_owned(), |amount| amount.to_string());
        format!("{amount} {} ({units} smallest units)", self.currency)
    }

    /// What arrives, in words.
    pub fn arriving(&self) -> String {
        match self.arrives {
            Some(amount) => format!("{amount} {} ({} smallest units there)", self.currency, self.to_amount),
            None => format!("{} smallest units of the token there", self.to_amount),
        }
    }

    /// What a signature over this permits, in one paragraph.
    pub fn statement(&self) -> String {
        format!(
            "Wallet {payer} pays exactly {paid} of the token contract {token} to the solver {solver} on chain {chain}, for \
             order {order}. The API promises that {arriving} arrive at {address} on {to}; the signature itself names \
             only the solver, the amount and the quote {quote}. The forwarder {forwarder} may execute this once, with \
             nonce {nonce} and at most {gas} gas, until {until}.",
            payer = self.payer,
            paid = self.paid(),
            token = self.token,
            solver = self.solver.map_or_else(|| "?".to_owned(), |solver| solver.to_string()),
            chain = self.chain_id,
            order = self.order_id,
            arriving = self.arriving(),
            address = crate::domain::text::visible_prefix(&self.destination.address, 140),
            to = crate::domain::text::visible_prefix(&self.destination.chain, 60),
            quote = self.quote,
            forwarder = self.forwarder,
            nonce = self.nonce,
            gas = self.gas,
            until = until(self.deadline),
        )
    }

    /// All of it as a JSON object: `chain_id` and `deadline` are numbers, everything else is text;
    /// what is absent is `null`.
    pub fn to_map(&self) -> Map<String, Value> {
        let text = |value: Option<String>| value.map_or(Value::Null, Value::from);
        let pairs: [(&str, Value); 18] = [
            ("order_id", self.order_id.as_str().into()),
            ("payer", self.payer.to_string().into()),
            ("token", self.token.to_string().into()),
            ("amount", text(self.amount.map(|a| a.to_string()))),
            ("currency", self.currency.clone().into()),
            ("amount_atomic", text(self.amount_atomic.map(|a| a.to_string()))),
            ("solver", text(self.solver.map(|a| a.to_string()))),
            ("destination_chain", self.destination.chain.clone().into()),
            ("destination_address", self.destination.address.clone().into()),
            ("to_amount", self.to_amount.to_string().into()),
            ("arrives", text(self.arrives.map(|a| a.to_string()))),
            ("quote_id", self.quote.clone().into()),
            ("chain_id", self.chain_id.into()),
            ("forwarder", self.forwarder.to_string().into()),
            ("nonce", self.nonce.to_string().into()),
            ("gas", self.gas.to_string().into()),
            ("deadline", self.deadline.into()),
            ("digest", text(self.digest.map(|d| d.to_string()))),
        ];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}
