# Signs a shopper token: python3 token.py CUSTOMER_ID [VERIFIED_EMAIL [REFERRAL_CODE]]
import base64
import hashlib
import hmac
import json
import os
import sys
import time


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def shopper_token(store_id, identity_secret, customer):
    now = int(time.time())
    claims = {**customer, "aud": store_id, "iat": now, "exp": now + 3600}
    header = {"alg": "HS256", "typ": "JWT"}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    signature = hmac.new(identity_secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64url(signature)}"


if __name__ == "__main__":
    customer = {"sub": sys.argv[1]}
    if len(sys.argv) > 2:
        customer.update(email=sys.argv[2], email_verified=True)
    if len(sys.argv) > 3:
        customer.update(referral_code=sys.argv[3])
    print(shopper_token(os.environ["STORE"], os.environ["IDENTITY_SECRET"], customer))
