//! The contracts: what is called of them, and how they are put on the chain.

use std::process::Command;
use std::sync::OnceLock;

use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::{SolCall, SolConstructor, SolEvent, SolValue, sol};
use ramptop::signing::typed::DOMAIN_NAME;
use serde_json::Value;

use super::node::{Node, Receipt, packages};

sol! {
    contract Forwarder {
        struct ForwardRequestData {
            address from;
            address to;
            uint256 value;
            uint256 gas;
            uint48 deadline;
            bytes data;
            bytes signature;
        }
        error ERC2771ForwarderInvalidSigner(address signer, address from);
        error ERC2771ForwarderExpiredRequest(uint48 deadline);
        constructor(string memory name);
        function verify(ForwardRequestData calldata request) public view returns (bool);
        function execute(ForwardRequestData calldata request) public payable;
        function nonces(address owner) public view returns (uint256);
        function eip712Domain() external view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions);
    }

    contract Token {
        constructor(address forwarder, address owner, uint256 units);
        event Transfer(address indexed from, address indexed to, uint256 value);
        function balanceOf(address account) external view returns (uint256);
        function decimals() external view returns (uint8);
        function totalSupply() external view returns (uint256);
    }

    contract Safe {
        function setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver) external;
        function nonce() external view returns (uint256);
        function getThreshold() external view returns (uint256);
        function getTransactionHash(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce) external view returns (bytes32);
        function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) external payable returns (bool success);
    }

    contract SafeProxyFactory {
        event ProxyCreation(address indexed proxy, address singleton);
        function createProxyWithNonce(address singleton, bytes initializer, uint256 saltNonce) external returns (address proxy);
    }
}

/// What `solc` made of `Token.sol` and of what it imports.
#[derive(Clone, Copy)]
pub struct Code(&'static Value);

fn compiled() -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/evm/compile.cjs");
    let output = Command::new("node").arg(script).arg(packages()).output().expect("node can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

impl Code {
    pub fn compile() -> Self {
        static ONCE: OnceLock<Value> = OnceLock::new();
        Self(ONCE.get_or_init(compiled))
    }

    pub async fn forwarder(&self, node: &Node, name: &str) -> Address {
        let arguments = Forwarder::constructorCall { name: name.to_owned() }.abi_encode();
        node.deploy(self.0["ERC2771Forwarder"].as_str().unwrap(), &arguments).await
    }

    pub async fn token(&self, node: &Node, forwarder: Address, owner: Address, units: U256) -> Address {
        let arguments = Token::constructorCall { forwarder, owner, units }.abi_encode();
        node.deploy(self.0["Token"].as_str().unwrap(), &arguments).await
    }
}

/// A node with the forwarder of the documented name, and a token of which `owner` holds everything.
pub struct Chain {
    pub node: Node,
    pub code: Code,
    pub forwarder: Address,
    pub token: Address,
}

impl Chain {
    pub async fn start(owner: Address, units: u64) -> Self {
        let (node, code) = (Node::start().await, Code::compile());
        let forwarder = code.forwarder(&node, DOMAIN_NAME).await;
        let token = code.token(&node, forwarder, owner, U256::from(units)).await;
        Self { node, code, forwarder, token }
    }

    pub async fn balance(&self, account: Address) -> u64 {
        self.node.read(self.token, Token::balanceOfCall { account }).await.try_into().unwrap()
    }

    pub async fn nonce(&self, owner: Address) -> U256 {
        self.node.read(self.forwarder, Forwarder::noncesCall { owner }).await
    }
}

/// The transfers a receipt tells of this token: who, to whom, how many.
pub fn transfers(receipt: &Receipt, token: Address) -> Vec<(Address, Address, u64)> {
    let ours = |log: &&Value| log["address"].as_str().unwrap().parse::<Address>().unwrap() == token;
    let topic = |log: &Value, at: usize| log["topics"][at].as_str().unwrap().parse::<B256>().unwrap();
    let moved = |log: &&Value| topic(log, 0) == Token::Transfer::SIGNATURE_HASH;
    let units = |log: &Value| {
        let data: alloy_primitives::Bytes = log["data"].as_str().unwrap().parse().unwrap();
        U256::abi_decode(&data).unwrap().try_into().unwrap()
    };
    let read = |log: &Value| (Address::from_word(topic(log, 1)), Address::from_word(topic(log, 2)), units(log));
    receipt.logs.iter().filter(ours).filter(moved).map(read).collect()
}

/// The published bytecode of a contract of the Safe.
fn artifact(path: &str) -> String {
    let file = packages().join("node_modules/@safe-global/safe-contracts/build/artifacts/contracts").join(path);
    let text = std::fs::read_to_string(file).expect("@safe-global/safe-contracts is installed");
    serde_json::from_str::<Value>(&text).unwrap()["bytecode"].as_str().unwrap().to_owned()
}

/// A Safe of which any two of `owners` may dispose, made as every Safe is: a proxy by the factory.
pub async fn safe(node: &Node, owners: [Address; 3]) -> Address {
    let singleton = node.deploy(&artifact("Safe.sol/Safe.json"), &[]).await;
    let factory = node.deploy(&artifact("proxies/SafeProxyFactory.sol/SafeProxyFactory.json"), &[]).await;
    let zero = Address::ZERO;
    let setup = Safe::setupCall {
        owners: owners.to_vec(),
        threshold: U256::from(2),
        to: zero,
        data: alloy_primitives::Bytes::default(),
        fallbackHandler: zero,
        paymentToken: zero,
        payment: U256::ZERO,
        paymentReceiver: zero,
    };
    let initializer = setup.abi_encode().into();
    let create = SafeProxyFactory::createProxyWithNonceCall { singleton, initializer, saltNonce: U256::ZERO };
    let receipt = node.send(factory, &create, U256::ZERO).await;
    assert!(receipt.executed, "{receipt:?}");
    let made = SafeProxyFactory::ProxyCreation::SIGNATURE_HASH.to_string();
    let log = receipt.logs.iter().find(|log| log["topics"][0] == made.as_str()).unwrap();
    Address::from_word(log["topics"][1].as_str().unwrap().parse().unwrap())
}
