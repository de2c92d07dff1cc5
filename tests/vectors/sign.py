"""Signs forward requests with eth_account, an implementation that shares no code with ramptop.

Reads a JSON list of {private_key, chain_id, forwarder, request} and writes it back with `sender`
(the key's address), `digest` and `signature` added. The fixed vectors are made anew with
    python3 tests/vectors/sign.py < tests/vectors/eip712.json
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


def sign(case):
    request = case["request"]
    domain = {
        "name": "SyntheticAssetForwarder",
        "version": "1",
        "chainId": int(case["chain_id"]),
        "verifyingContract": case["forwarder"],
    }
    message = {name: int(request[name]) for name in ("value", "gas", "nonce", "deadline")}
    message |= {"from": request["from"], "to": request["to"]}
    message["data"] = bytes.fromhex(request["data"].removeprefix("0x"))
    signable = encode_typed_data(domain, {"ForwardRequest": FORWARD_REQUEST}, message)
    account = Account.from_key(case["private_key"])
    signature = account.sign_message(signable).signature
    digest = _hash_eip191_message(signable)
    return case | {
        "sender": account.address,
        "digest": "0x" + digest.hex().removeprefix("0x"),
        "signature": "0x" + signature.hex().removeprefix("0x"),
    }


json.dump([sign(case) for case in json.load(sys.stdin)], sys.stdout, indent=2)
sys.stdout.write("\n")
