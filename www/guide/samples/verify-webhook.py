# Checks an event: python3 verify-webhook.py ID TIMESTAMP SIGNATURE < the raw body
import base64
import hashlib
import hmac
import json
import os
import sys
import time


def verified(secret, event_id, timestamp, signature, body):
    """The event, or a ValueError where nobody of ours sent it. `body` is the request's bytes, as they came."""
    if abs(time.time() - int(timestamp)) > 300:
        raise ValueError("too old, or from the future")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    if not any(hmac.compare_digest(one.encode(), expected) for one in signature.split(" ")):
        raise ValueError("the signature is not ours")
    return json.loads(body)


if __name__ == "__main__":
    try:
        event = verified(os.environ["WEBHOOK_SECRET"], *sys.argv[1:4], sys.stdin.buffer.read())
    except ValueError as error:
        sys.exit(str(error))
    print(event["type"], event.get("customer_id"), event["data"].get("points"))
