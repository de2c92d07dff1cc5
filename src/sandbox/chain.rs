//! The simulated chain: one token, one forwarder, balances and nonces.
//!
//! It knows nothing of orders. Blocks are one virtual second apart. Token and forwarder have the
//! addresses of the documented environment, so that a client which pins them can be tried out.

use std::collections::HashMap;

use alloy_primitives::{Address, B256, Bytes, U256, address, keccak256};
use alloy_sol_types::{SolCall, sol};
use chrono::{DateTime, Utc};

/// The chain's id.
pub const CHAIN_ID: u64 = 660_279;
/// The token (USDT) of every order.
pub const TOKEN: Address = address!("0xf86Cc81F4E480CF54Eb013FFe6929a0C2Ad5EdCA");
/// The forwarder that executes signed requests.
pub const FORWARDER: Address = address!("0x6fFCF38bEc8c733b096958fcd2a8E31A00530EDC");
/// Places of the token.
pub const DECIMALS: u8 = 6;
/// What the partner's wallet holds at the start, on top of what seeded orders have taken: one
/// million tokens.
pub const STARTING_BALANCE: u64 = 1_000_000_000_000;

/// Where released and foreign tokens end up.
const BUYERS: Address = address!("0x00000000000000000000000000000000000b0b0b");

sol! {
    /// The part of ERC-20 that is used here.
    interface Erc20 {
        /// Moves tokens of the caller.
        function transfer(address to, uint256 amount) external returns (bool);
        /// Lets somebody else move tokens of the caller.
        function approve(address spender, uint256 amount) external returns (bool);
        /// What an account holds.
        function balanceOf(address account) external view returns (uint256);
        /// Places of the token.
        function decimals() external view returns (uint8);
        /// The token's code.
        function symbol() external view returns (string);
    }

    /// The part of the forwarder that is used here.
    interface Forwarder {
        /// The next nonce of a signer.
        function nonces(address owner) external view returns (uint256);
        /// The domain of its typed data, ERC-5267.
        function eip712Domain() external view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions);
    }
}

/// Balances of the token and nonces of the forwarder.
#[derive(Debug, Clone)]
pub struct Chain {
    genesis: DateTime<Utc>,
    balances: HashMap<Address, U256>,
    nonces: HashMap<Address, u64>,
    block: u64,
    moved: Vec<Moved>,
}

/// A transfer of the token that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Its block.
    pub block: u64,
    /// Its transaction, which holds nothing else.
    pub transaction: B256,
    /// Who paid.
    pub from: Address,
    /// Who was paid.
    pub to: Address,
    /// How many, in the token's smallest unit.
    pub units: U256,
}

impl Chain {
    /// A chain on which only `wallet` holds tokens.
    pub fn new(wallet: Address, started: DateTime<Utc>) -> Self {
        Self {
            genesis: started - chrono::TimeDelta::days(400),
            balances: HashMap::from([(wallet, U256::from(STARTING_BALANCE))]),
            nonces: HashMap::new(),
            block: 0,
            moved: Vec::new(),
        }
    }

    /// The number of the newest block at `now`.
    pub fn block_number(&self, now: DateTime<Utc>) -> u64 {
        u64::try_from((now - self.genesis).num_seconds()).unwrap_or(0)
    }

    /// Moves on to the block of `now`; what happens next is in it.
    pub fn set_time(&mut self, now: DateTime<Utc>) {
        self.block = self.block.max(self.block_number(now));
    }

    /// Every transfer since the start, oldest first.
    pub fn moved(&self) -> &[Moved] {
        &self.moved
    }

    /// The transaction of the newest transfer.
    pub fn newest_transaction(&self) -> Option<B256> {
        self.moved.last().map(|moved| moved.transaction)
    }

    /// What an account holds, in the token's smallest unit.
    pub fn balance(&self, account: Address) -> U256 {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    /// Sets what an account holds.
    pub fn set_balance(&mut self, account: Address, units: U256) {
        self.balances.insert(account, units);
    }

    /// The forwarder's next nonce for a signer.
    pub fn nonce(&self, signer: Address) -> u64 {
        self.nonces.get(&signer).copied().unwrap_or(0)
    }

    /// Executes a forwarded transfer: uses up the nonce and moves the tokens. `false`, and nothing
    /// happened, if the balance is too small.
    pub fn forward_transfer(&mut self, from: Address, to: Address, units: U256) -> bool {
        let moved = self.transfer(from, to, units);
        if moved {
            *self.nonces.entry(from).or_default() += 1;
        }
        moved
    }

    /// A funding that happened before the simulation began: the tokens are in the escrow, the
    /// nonce is used up.
    pub fn fund_in_the_past(&mut self, from: Address, escrow: Address, units: U256) {
        *self.nonces.entry(from).or_default() += 1;
        self.set_balance(escrow, units);
    }

    /// Releases everything an escrow holds to the buyer.
    pub fn release(&mut self, escrow: Address) {
        self.transfer(escrow, BUYERS, self.balance(escrow));
    }

    /// Gives everything an escrow holds back to the wallet that funded it.
    pub fn give_back(&mut self, escrow: Address, wallet: Address) {
        self.transfer(escrow, wallet, self.balance(escrow));
    }

    /// Tokens that arrive from a vendor.
    pub fn credit(&mut self, wallet: Address, units: U256) {
        self.set_balance(wallet, self.balance(wallet).saturating_add(units));
    }

    /// The bridge returns what it could not deliver.
    pub fn refund_send_out(&mut self, solver: Address, wallet: Address, units: U256) {
        self.transfer(solver, wallet, units);
    }

    fn record(&mut self, from: Address, to: Address, units: U256) {
        let count = U256::from(self.moved.len());
        let text = [from.as_slice(), to.as_slice(), &units.to_be_bytes::<32>(), &count.to_be_bytes::<32>()].concat();
        self.moved.push(Moved { block: self.block, transaction: keccak256(text), from, to, units });
    }

    fn transfer(&mut self, from: Address, to: Address, units: U256) -> bool {
        let Some(rest) = self.balance(from).checked_sub(units) else { return false };
        self.balances.insert(from, rest);
        let sum = self.balance(to).saturating_add(units);
        self.balances.insert(to, sum);
        if !units.is_zero() {
            self.record(from, to, units);
        }
        true
    }
}

/// Calldata of `transfer(to, units)`: 68 bytes.
pub fn transfer_calldata(to: Address, units: U256) -> Bytes {
    Erc20::transferCall { to, amount: units }.abi_encode().into()
}

/// Calldata of `approve(spender, everything)`, which nobody should ever sign here.
pub fn approve_calldata(spender: Address) -> Bytes {
    Erc20::approveCall { spender, amount: U256::MAX }.abi_encode().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_is_all_or_nothing_and_uses_one_nonce() {
        let (wallet, escrow) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let mut chain = Chain::new(wallet, DateTime::UNIX_EPOCH);
        assert!(!chain.forward_transfer(wallet, escrow, U256::from(STARTING_BALANCE + 1)));
        assert_eq!((chain.nonce(wallet), chain.balance(escrow)), (0, U256::ZERO));
        assert!(chain.forward_transfer(wallet, escrow, U256::from(5)));
        assert_eq!((chain.nonce(wallet), chain.balance(escrow)), (1, U256::from(5)));
        chain.give_back(escrow, wallet);
        assert_eq!(chain.balance(wallet), U256::from(STARTING_BALANCE));
    }

    #[test]
    fn calldata_is_the_documented_68_bytes() {
        let data = transfer_calldata(Address::repeat_byte(3), U256::from(101_500_000u64));
        assert_eq!(data.len(), 68);
        assert_eq!(hex::encode(&data[..4]), "a9059cbb");
        assert_eq!(&data[16..36], Address::repeat_byte(3).as_slice());
    }
}
