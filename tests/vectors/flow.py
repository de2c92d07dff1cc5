"""What an operator's own script does: parameters, EIP-712, submit. Shares no code with ramptop.

    python3 tests/vectors/flow.py API_URL ORDER_ID
reads the API key and the private key, one to a line, from standard input, and prints the order's
status after the submission. The steps are those of the published helper: reference, section 6.
"""

import json
import sys
import time
import urllib.request

from eth_account import Account
from eth_account.messages import encode_typed_data

FIELDS = [("from", "address"), ("to", "address"), ("value", "uint256"), ("gas", "uint256"),
          ("nonce", "uint256"), ("deadline", "uint48"), ("data", "bytes")]


def call(url, key, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/v1/partner{path}", data=data, headers=headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["data"]


def main(url, order):
    key, private = sys.stdin.read().split()
    p = call(url, key, f"/orders/{order}/transfer-authorization-parameters")
    message = {
        "from": p["sender_address"],
        "to": p["token_address"],
        "value": 0,
        "gas": int(p["recommended_gas_limit"]),
        "nonce": int(p["forwarder_nonce"]),
        "deadline": int(time.time()) + int(p["recommended_ttl_seconds"]),
        "data": bytes.fromhex(p["transfer_data"].removeprefix("0x")),
    }
    domain = {"name": "SyntheticAssetForwarder", "version": "1", "chainId": int(p["chain_id"]),
              "verifyingContract": p["forwarder_address"]}
    types = {"ForwardRequest": [{"name": name, "type": kind} for name, kind in FIELDS]}
    signed = Account.sign_message(encode_typed_data(domain, types, message), private)
    request = {name: str(value) for name, value in message.items()} | {"data": p["transfer_data"]}
    body = {"forward_request": request, "signature": "0x" + signed.signature.hex().removeprefix("0x")}
    call(url, key, f"/orders/{order}/authorize-crypto-transfer", body)
    print(call(url, key, f"/orders/{order}")["status"])


main(*sys.argv[1:])
