#!/usr/bin/env python3
"""Verifies webhooks as the specification of Standard Webhooks tells receivers to, with nothing of
the sender's: reads one JSON object per line, {"secret", "id", "timestamp", "signature", "body"
(base 64), "now"}, and prints `accepted` or `refused` for each."""

import base64
import hmac
import json
import sys

TOLERANCE_SECONDS = 5 * 60


def is_genuine(secret, message_id, timestamp, signatures, body, now):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    wanted = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    for signature in signatures.split(" "):
        version, _, value = signature.partition(",")
        if version == "v1" and hmac.compare_digest(value, wanted):
            return True
    return False


for line in sys.stdin:
    x = json.loads(line)
    try:
        genuine = is_genuine(x["secret"], x["id"], x["timestamp"], x["signature"],
                             base64.b64decode(x["body"]), x["now"])
    except ValueError:
        genuine = False
    print("accepted" if genuine else "refused")
