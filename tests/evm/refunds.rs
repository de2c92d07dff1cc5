//! The refund: our signature and that of a second owner take the tokens back out of a real 2-of-3
//! Safe, and nothing else can be done with it.

use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use ramptop::domain::refund::SafeTx;
use ramptop::signing::safe::digest;

use crate::contracts::{Chain, Safe, safe, transfers};
use crate::node::CHAIN_ID;
use crate::signing::{Wallet, parameters, refund_of};
use crate::{FUNDS, PAID, moves};

struct Escrow {
    chain: Chain,
    wallet: Wallet,
    arbiter: PrivateKeySigner,
    vendor: PrivateKeySigner,
    at: Address,
}

impl Escrow {
    /// A Safe of the seller (us), the vendor and an arbiter, funded by an authorization of ours.
    async fn funded() -> Self {
        let (wallet, arbiter, vendor) = (Wallet::new(), PrivateKeySigner::random(), PrivateKeySigner::random());
        let chain = Chain::start(wallet.address(), FUNDS).await;
        let at = safe(&chain.node, [wallet.address(), vendor.address(), arbiter.address()]).await;
        assert_eq!(chain.node.read(at, Safe::getThresholdCall {}).await, U256::from(2));
        let p = parameters(&chain, wallet.address(), at, PAID).await;
        let funding = wallet.authorize(p, chain.node.time().await).await;
        moves(&chain, &funding, at, PAID).await;
        Self { chain, wallet, arbiter, vendor, at }
    }

    async fn nonce(&self) -> U256 {
        self.chain.node.read(self.at, Safe::nonceCall {}).await
    }

    /// The refund and our signature over it.
    async fn refund(&self) -> (SafeTx, Bytes) {
        let p = refund_of(&self.chain, self.at, self.wallet.address(), PAID, self.nonce().await);
        let transaction = p.safe.clone();
        (transaction, self.wallet.refund(p, self.chain.node.time().await).await)
    }

    async fn hash(&self, t: &SafeTx) -> B256 {
        let call = Safe::getTransactionHashCall {
            to: t.to,
            value: t.value,
            data: t.data.clone(),
            operation: t.operation,
            safeTxGas: t.safe_tx_gas,
            baseGas: t.base_gas,
            gasPrice: t.gas_price,
            gasToken: t.gas_token,
            refundReceiver: t.refund_receiver,
            nonce: t.nonce,
        };
        self.chain.node.read(self.at, call).await
    }

    /// A second owner's signature beside ours, in the order the Safe wants: by address.
    fn together(&self, ours: &Bytes, second: &PrivateKeySigner, hash: &B256) -> Bytes {
        let theirs = second.sign_hash_sync(hash).unwrap().as_bytes();
        let mut both = [(self.wallet.address(), ours.to_vec()), (second.address(), theirs.to_vec())];
        both.sort_by_key(|(owner, _)| *owner);
        both.into_iter().flat_map(|(_, signature)| signature).collect::<Vec<u8>>().into()
    }

    /// The Safe says no with this word, and nothing moved.
    async fn refuses(&self, what: &str, t: &SafeTx, signatures: Bytes, word: &str) {
        let before = (self.chain.balance(self.at).await, self.nonce().await);
        let call = execute(t, signatures);
        let reason = self.chain.node.try_call(self.at, &call, U256::ZERO).await.expect_err(what);
        assert!(String::from_utf8_lossy(&reason).contains(word), "{what}: {}", String::from_utf8_lossy(&reason));
        let receipt = self.chain.node.send(self.at, &call, U256::ZERO).await;
        assert!(!receipt.executed && receipt.logs.is_empty(), "{what}: {receipt:?}");
        assert_eq!((self.chain.balance(self.at).await, self.nonce().await), before, "{what}");
    }
}

fn execute(t: &SafeTx, signatures: Bytes) -> Safe::execTransactionCall {
    Safe::execTransactionCall {
        to: t.to,
        value: t.value,
        data: t.data.clone(),
        operation: t.operation,
        safeTxGas: t.safe_tx_gas,
        baseGas: t.base_gas,
        gasPrice: t.gas_price,
        gasToken: t.gas_token,
        refundReceiver: t.refund_receiver,
        signatures,
    }
}

#[tokio::test]
async fn a_refund_with_a_second_owner_brings_everything_back_once() {
    let escrow = Escrow::funded().await;
    let (transaction, ours) = escrow.refund().await;
    let hash = escrow.hash(&transaction).await;
    assert_eq!(hash, digest(&transaction, CHAIN_ID, escrow.at), "the Safe and ramptop hash alike");
    let signatures = escrow.together(&ours, &escrow.arbiter, &hash);
    let us = escrow.wallet.address();
    let call = execute(&transaction, signatures.clone());
    let receipt = escrow.chain.node.send(escrow.at, &call, U256::ZERO).await;
    assert!(receipt.executed, "{receipt:?}");
    assert_eq!(transfers(&receipt, escrow.chain.token), [(escrow.at, us, PAID)]);
    assert_eq!((escrow.chain.balance(us).await, escrow.chain.balance(escrow.at).await), (FUNDS, 0));
    escrow.refuses("a replay", &transaction, signatures, "GS026").await;
}

#[tokio::test]
async fn our_signature_alone_or_twice_or_with_a_strangers_opens_nothing() {
    let escrow = Escrow::funded().await;
    let (transaction, ours) = escrow.refund().await;
    let hash = escrow.hash(&transaction).await;
    escrow.refuses("one signature", &transaction, ours.clone(), "GS020").await;
    let twice = Bytes::from([ours.as_ref(), ours.as_ref()].concat());
    escrow.refuses("ours twice", &transaction, twice, "GS026").await;
    let stranger = escrow.together(&ours, &PrivateKeySigner::random(), &hash);
    escrow.refuses("a stranger's", &transaction, stranger, "GS026").await;
}

/// Even with a second owner who signs whatever is asked, ours is good for the refund only.
#[tokio::test]
async fn altering_anything_that_was_signed_takes_our_signature_away() {
    let escrow = Escrow::funded().await;
    let (transaction, ours) = escrow.refund().await;
    let vendor = escrow.vendor.address();
    let to_vendor = ramptop::signing::calldata::Transfer { recipient: vendor, amount: U256::from(PAID) }.encode();
    let cases: [(&str, SafeTx); 10] = [
        ("to", SafeTx { to: vendor, ..transaction.clone() }),
        ("value", SafeTx { value: U256::from(1), ..transaction.clone() }),
        ("the recipient", SafeTx { data: to_vendor, ..transaction.clone() }),
        ("a delegatecall", SafeTx { operation: 1, ..transaction.clone() }),
        ("safeTxGas", SafeTx { safe_tx_gas: U256::from(1), ..transaction.clone() }),
        ("baseGas", SafeTx { base_gas: U256::from(1), ..transaction.clone() }),
        ("gasPrice", SafeTx { gas_price: U256::from(1), ..transaction.clone() }),
        ("gasToken", SafeTx { gas_token: escrow.chain.token, ..transaction.clone() }),
        ("refundReceiver", SafeTx { refund_receiver: vendor, ..transaction.clone() }),
        ("nonce", SafeTx { nonce: transaction.nonce + U256::from(1), ..transaction.clone() }),
    ];
    for (what, altered) in cases {
        let hash = escrow.hash(&altered).await;
        assert_eq!(hash, digest(&altered, CHAIN_ID, escrow.at), "{what}");
        assert_ne!(hash, escrow.hash(&transaction).await, "{what}");
        let signatures = escrow.together(&ours, &escrow.vendor, &hash);
        escrow.refuses(what, &altered, signatures, "GS026").await;
    }
    assert_eq!((escrow.chain.balance(vendor).await, escrow.chain.balance(escrow.at).await), (0, PAID));
}

/// A signature for another chain, another escrow or a later nonce does nothing here.
#[tokio::test]
async fn a_refund_of_another_escrow_chain_or_nonce_is_not_one_of_this() {
    let escrow = Escrow::funded().await;
    let (transaction, _) = escrow.refund().await;
    let (hash, time) = (escrow.hash(&transaction).await, escrow.chain.node.time().await);
    let here = refund_of(&escrow.chain, escrow.at, escrow.wallet.address(), PAID, transaction.nonce);
    let elsewhere = [
        ("another chain", ramptop::domain::refund::RefundParameters { chain_id: 1, ..here.clone() }),
        ("another escrow", refund_of(&escrow.chain, Address::repeat_byte(9), here.recipient, PAID, transaction.nonce)),
        ("a later nonce", refund_of(&escrow.chain, escrow.at, here.recipient, PAID, U256::from(7))),
        ("a part of it", refund_of(&escrow.chain, escrow.at, here.recipient, PAID - 1, transaction.nonce)),
    ];
    for (what, parameters) in elsewhere {
        let ours = escrow.wallet.refund(parameters, time).await;
        escrow.refuses(what, &transaction, escrow.together(&ours, &escrow.arbiter, &hash), "GS026").await;
    }
}
