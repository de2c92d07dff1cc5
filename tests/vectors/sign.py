"""Signs with eth_account, an implementation that shares no code with ramptop.

Reads a JSON list of forward requests {private_key, chain_id, forwarder, request} or transactions of
a Safe {private_key, chain_id, escrow, transaction} and writes it back with `sender` (the key's
address), `digest` and `signature` added. The fixed vectors are made anew with
    python3 tests/vectors/sign.py < tests/vectors/eip712.json
    python3 tests/vectors/sign.py < tests/vectors/safe.json
and the live comparison of tests/eth_account.rs uses the same file.
"""

import json
import sys

from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_typed_data

FORWARD_REQUEST = [
    {"name": "from", "type": "address"},
    {"name": "to", "type": "address"},
    {"name": "value", "type": "uint256"},
    {"name": "gas", "type": "uint256"},
    {"name": "nonce", "type": "uint256"},
    {"name": "deadline", "type": "uint48"},
    {"name": "data", "type": "bytes"},
]


SAFE_TX = [
    {"name": "to", "type": "address"},
    {"name": "value", "type": "uint256"},
    {"name": "data", "type": "bytes"},
    {"name": "operation", "type": "uint8"},
    {"name": "safeTxGas", "type": "uint256"},
    {"name": "baseGas", "type": "uint256"},
    {"name": "gasPrice", "type": "uint256"},
    {"name": "gasToken", "type": "address"},
    {"name": "refundReceiver", "type": "address"},
    {"name": "nonce", "type": "uint256"},
]


def message(fields, types):
    read = {
        "address": lambda text: text,
        "bytes": lambda text: bytes.fromhex(text.removeprefix("0x")),
    }
    return {t["name"]: read.get(t["type"], int)(fields[t["name"]]) for t in types}


def signable(case):
    if "transaction" in case:
        domain = {"chainId": int(case["chain_id"]), "verifyingContract": case["escrow"]}
        return encode_typed_data(domain, {"SafeTx": SAFE_TX}, message(case["transaction"], SAFE_TX))
    domain = {
        "name": "SyntheticAssetForwarder",
        "version": "1",
        "chainId": int(case["chain_id"]),
        "verifyingContract": case["forwarder"],
    }
    return encode_typed_data(domain, {"ForwardRequest": FORWARD_REQUEST}, message(case["request"], FORWARD_REQUEST))


def sign(case):
    what = signable(case)
    account = Account.from_key(case["private_key"])
    signature = account.sign_message(what).signature
    digest = _hash_eip191_message(what)
    return case | {
        "sender": account.address,
        "digest": "0x" + digest.hex().removeprefix("0x"),
        "signature": "0x" + signature.hex().removeprefix("0x"),
    }


json.dump([sign(case) for case in json.load(sys.stdin)], sys.stdout, indent=2)
sys.stdout.write("\n")
