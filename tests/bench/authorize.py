"""What a partner's script does with the published helper's libraries: requests, eth-account, web3.

    python3 tests/bench/authorize.py API_URL ORDER_ID
with the API key in RAMPTOP_API_KEY and the private key in PRIVATE_KEY. Reads the order, reads the
parameters, signs and submits: reference, section 6.
"""

import os
import sys
import time

import requests
from eth_account import Account
from eth_account.messages import encode_typed_data
from web3 import Web3

FIELDS = [("from", "address"), ("to", "address"), ("value", "uint256"), ("gas", "uint256"),
          ("nonce", "uint256"), ("deadline", "uint48"), ("data", "bytes")]


def main(url, order):
    session = requests.Session()
    session.headers["X-API-Key"] = os.environ["RAMPTOP_API_KEY"]
    base = f"{url}/api/v1/partner/orders/{order}"

    def data(answer):
        answer.raise_for_status()
        return answer.json()["data"]

    if "authorize-crypto-transfer" not in data(session.get(base))["allowed_actions"]:
        sys.exit("the order does not offer it")
    p = data(session.get(f"{base}/transfer-authorization-parameters"))
    message = {
        "from": Web3.to_checksum_address(p["sender_address"]),
        "to": Web3.to_checksum_address(p["token_address"]),
        "value": 0,
        "gas": int(p["recommended_gas_limit"]),
        "nonce": int(p["forwarder_nonce"]),
        "deadline": int(time.time()) + int(p["recommended_ttl_seconds"]),
        "data": Web3.to_bytes(hexstr=p["transfer_data"]),
    }
    domain = {"name": "SyntheticAssetForwarder", "version": "1", "chainId": int(p["chain_id"]),
              "verifyingContract": Web3.to_checksum_address(p["forwarder_address"])}
    types = {"ForwardRequest": [{"name": name, "type": kind} for name, kind in FIELDS]}
    signed = Account.sign_message(encode_typed_data(domain, types, message), os.environ["PRIVATE_KEY"])
    request = {name: str(value) for name, value in message.items()} | {"data": p["transfer_data"]}
    body = {"forward_request": request, "signature": Web3.to_hex(signed.signature)}
    print(data(session.post(f"{base}/authorize-crypto-transfer", json=body))["status"])


main(*sys.argv[1:])
